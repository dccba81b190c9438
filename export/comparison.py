"""Claims across outlets: the figures that retellings of a story share, each with its chain, and where they part."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ..corpus.normalise import fold
from ..schema.chain import Link, chain, claims
from ..schema.records import Article, Quantity
from .shelf import Entry

# Two figures are retellings of one when the smaller is at least this part of the larger.
_NEAR = 0.5


class Reading(NamedTuple):
    """One outlet's figure: the quantity, the words around it, and the chain it came through (empty outside claims)."""

    article: Article
    quantity: Quantity
    text: str
    counted: str | None
    chain: tuple[Link, ...]


class Comparison(NamedTuple):
    """Readings of one figure by several outlets; `conflicts` says in which respects they differ."""

    story: str
    readings: tuple[Reading, ...]
    conflicts: tuple[str, ...]


def compare(entries: Iterable[Entry]) -> list[Comparison]:
    """Return, story by story, the figures that at least two of its articles give.

    Figures are put side by side when kind and unit are the same, they count the same noun (as far as both name one),
    and their magnitudes are near; the nearest pairs first, each article once in a row.
    """
    by_story: dict[str, list[Entry]] = {}
    for entry in entries:
        by_story.setdefault(entry.story, []).append(entry)
    found = []
    for story, members in sorted(by_story.items()):
        if len(members) < 2:
            continue
        rows: list[list[Reading]] = []
        for entry in members:
            for reading in _readings(entry):
                fits = [row for row in rows if _fits(reading, row)]
                if fits:
                    max(fits, key=lambda row: _nearness(reading.quantity, row[0].quantity)).append(reading)
                else:
                    rows.append([reading])
        found += [Comparison(story, tuple(row), tuple(_conflicts(row))) for row in rows if len(row) > 1]
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
        yield Reading(
            entry.article,
            quantity,
            text[quantity.start : quantity.end],
            text[slice(*quantity.counted)] if quantity.counted else None,
            chain(attribution, entry.gold, entry.article) if attribution else (),
        )


def _fits(reading: Reading, row: Sequence[Reading]) -> bool:
    if any(reading.article.id == other.article.id for other in row):
        return False
    other = row[0]
    one, two = reading.quantity, other.quantity
    if (one.kind, one.unit) != (two.kind, two.unit):
        return False
    if reading.counted and other.counted and _stem(reading.counted) != _stem(other.counted):
        return False
    return _nearness(one, two) >= _NEAR


def _nearness(one: Quantity, other: Quantity) -> float:
    small, large = sorted((abs(magnitude(one)), abs(magnitude(other))))
    return small / large if large else 1.0


def _stem(noun: str) -> str:
    """A noun without article and number endings, enough to see that عنصر and عنصرا are one word."""
    word = fold(noun).removeprefix("ال")
    for ending in ("ات", "ين", "ون", "ان", "ا", "ة"):
        if word.endswith(ending) and len(word) - len(ending) >= 3:
            return word.removesuffix(ending)
    return word


def _conflicts(row: Sequence[Reading]) -> Iterable[str]:
    quantities = [reading.quantity for reading in row]
    if len({quantity.bound for quantity in quantities}) > 1:
        yield "bound"
    if len({(quantity.value, quantity.low, quantity.high) for quantity in quantities}) > 1:
        yield "value"
    sources = {tuple(link.name for link in reading.chain[1:]) for reading in row}
    if len(sources) > 1:
        yield "chain"
