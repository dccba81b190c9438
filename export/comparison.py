"""Claims across outlets: the figures that retellings of a story share, each with its chain, and where they part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..corpus.wording import content_stems, stem
from ..schema.chain import Link, chain, claims
from ..schema.records import Article, Quantity
from .shelf import Entry

_NEAR = 0.5  # two figures may be retellings of one when the smaller is at least this part of the larger
_AROUND = 60  # code points before and after a figure that tell what it is about
_DECADE = 10  # what `hundreds` says: at least a hundred, and less than ten of them
_TELLING = 20  # from here on, two figures are seldom equal by chance
_ALIKE = 3  # points of likeness that make one figure of two, see `_likeness`


class Reading(NamedTuple):
    """One outlet's figure: the quantity, what it counts, the chain it came through (empty outside claims), and the
    stems of the content words around it."""

    article: Article
    quantity: Quantity
    text: str
    counted: str | None
    chain: tuple[Link, ...]
    about: frozenset[str]


class Comparison(NamedTuple):
    """Readings of one figure by several outlets; `conflicts` says in which respects they differ."""

    story: str
    readings: tuple[Reading, ...]
    conflicts: tuple[str, ...]


def compare(entries: Iterable[Entry]) -> list[Comparison]:
    """Return, story by story, the figures that at least two of its articles give.

    Readings are put side by side, most alike first, when kind and unit are the same, their magnitudes near, and noun,
    size and the words around speak for one figure; an article that tells it twice, differently, stands there twice.
    """
    by_story: dict[str, list[Entry]] = {}
    for entry in entries:
        by_story.setdefault(entry.story, []).append(entry)
    found = []
    for story, members in sorted(by_story.items()):
        if len(members) > 1:
            rows = _joined([reading for entry in members for reading in _readings(entry)])
            found += [Comparison(story, tuple(row), tuple(_conflicts(row))) for row in rows]
    return found


def magnitude(quantity: Quantity) -> float:
    """Return one number that stands for a quantity's size: its value, its only bound, or the middle of both."""
    if quantity.value is not None:
        return float(quantity.value)
    ends = [float(end) for end in (quantity.low, quantity.high) if end is not None]
    return sum(ends) / len(ends) if ends else 0.0


def _readings(entry: Entry) -> Iterable[Reading]:
    text = entry.article.text
    held = {claim.quantity.id: claim.attribution for claim in claims(entry.gold, entry.article)}
    for quantity in entry.gold.quantities:
        attribution = held.get(quantity.id)
        before, after = text[max(0, quantity.start - _AROUND) : quantity.start], text[quantity.end :][:_AROUND]
        yield Reading(
            entry.article,
            quantity,
            text[quantity.start : quantity.end],
            text[slice(*quantity.counted)] if quantity.counted else None,
            chain(attribution, entry.gold, entry.article) if attribution else (),
            content_stems(before[before.find(" ") + 1 :]) | content_stems(after[: after.rfind(" ") + 1 or None]),
        )


def _joined(readings: Sequence[Reading]) -> list[list[Reading]]:
    """Return the rows of readings of one figure that come from two articles or more, in the order of the first one."""
    pairs = [
        (likeness, first, second)
        for second in range(len(readings))
        for first in range(second)
        if (likeness := _likeness(readings[first], readings[second])) >= _ALIKE
    ]
    row_of = {number: [number] for number in range(len(readings))}
    for _, first, second in sorted(pairs, key=lambda pair: (-pair[0], pair)):
        one, other = row_of[first], row_of[second]
        if one is not other and all(
            _nearness(readings[a].quantity, readings[b].quantity) >= _NEAR for a in one for b in other
        ):
            one += other
            row_of |= dict.fromkeys(other, one)
    rows = {min(row): sorted(row) for row in row_of.values()}
    found = ([readings[number] for number in rows[first]] for first in sorted(rows))
    return [row for row in found if len({reading.article.id for reading in row}) > 1]


def _likeness(one: Reading, other: Reading) -> int:
    """Points that speak for one figure: each content word that both have around it, the same noun, a telling size."""
    first, second = one.quantity, other.quantity
    if (first.kind, first.unit) != (second.kind, second.unit) or (near := _nearness(first, second)) < _NEAR:
        return 0
    shared = len(one.about & other.about)
    nouns = _noun(one), _noun(other)
    if nouns[0] and nouns[1] and nouns[0] != nouns[1]:
        return shared if near == 1 else 0
    same = nouns[0] is not None and nouns[0] == nouns[1]
    return shared + same + 2 * (_TELLING <= magnitude(first) == magnitude(second))


def _nearness(one: Quantity, other: Quantity) -> float:
    """Return how much of the larger figure the smaller one is, 1 when what they allow overlaps."""
    smaller, larger = sorted((_extent(one), _extent(other)))
    return 1.0 if larger[0] <= smaller[1] else smaller[1] / larger[0]


def _extent(quantity: Quantity) -> tuple[float, float]:
    size = abs(magnitude(quantity))
    return (size, size * _DECADE) if quantity.bound == "vague" else (size, size)


def _noun(reading: Reading) -> str | None:
    """What a figure counts: the stem of its noun, of itself for a dual, or its unit."""
    if reading.counted:
        return stem(reading.counted)
    quantity = reading.quantity
    if quantity.kind == "count" and quantity.value == "2" and reading.text.isalpha():
        return stem(reading.text)
    return quantity.unit


def _conflicts(row: Sequence[Reading]) -> Iterable[str]:
    quantities = [reading.quantity for reading in row]
    if len({quantity.bound for quantity in quantities}) > 1:
        yield "bound"
    if len({(quantity.value, quantity.low, quantity.high) for quantity in quantities}) > 1:
        yield "value"
    sources = {tuple(link.name for link in reading.chain[1:]) for reading in row}
    if len(sources) > 1:
        yield "chain"
