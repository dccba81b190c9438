"""Retellings: articles that tell one story in their own words, found by rare wording, shared claims and close dates.

Two articles are compared only when an inverted index brings them together: on a pair of content words or a claim
that few articles have. What many share says nothing about a story and is never followed.
"""

from __future__ import annotations

import hashlib
import math
from array import array
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import NamedTuple

import msgspec
import numpy as np
import numpy.typing as npt

from ..schema.records import Article, Quantity
from .groups import Groups
from .spill import Sorter, Strings
from .wording import Hashes, stem

RARE = 32
"""Word pairs and claims that more articles than this have are not followed."""

# Shared rare wording that makes a retelling, by how many claims the two share. On the development articles true
# retellings share from 0.060 (no claim alike) upward, different stories on one topic at most 0.02.
WORDING = {0: 0.06, 1: 0.05, 2: 0.04}
COPIED = 0.5
"""From this share of the shorter text's wording on, it was taken over from the other: no date keeps the two apart."""

_FEWEST_PAIRS = 4  # shared word pairs; fewer are chance, whatever their share of a short text
_SIZE_BITS = 6  # enough for RARE
_SIZE = np.uint64(2**_SIZE_BITS - 1)
_MET = np.dtype([("first", np.uint32), ("second", np.uint32), ("wording", np.float64), ("count", np.uint32)])
_AT_ONCE = 4096  # pairs that are Python objects at a time
_HALF, _OWNER = np.uint64(32), np.uint64(2**32 - 1)
_SMALL = 10  # a count up to this is no claim that tells a story from another
_ROUNDING = math.log(1.1)  # values that lie within a tenth of each other may be one figure, rounded


class Claim(NamedTuple):
    """A figure that tells a story from another: its size within a tenth, its unit or, without one, what it counts."""

    size: int
    unit: str
    counted: str


class Retelling(NamedTuple):
    """Two articles by their numbers: share and number of rare word pairs in common, figures in common, days apart."""

    first: int
    second: int
    wording: float
    pairs: int
    figures: tuple[str, ...]
    days: int | None


class Retellings:
    """Articles taken in one after the other, and the retellings among them.

    Memory holds their dates and lengths; word pairs and claims are in temporary files.
    """

    def __init__(self, days: int) -> None:
        """Dated articles that lie more than `days` apart will not be joined unless one was copied into the other."""
        self._most_days = days
        self._owned = Sorter(2**64, together=32)  # the upper half of a word pair's hash, and who has it
        self._claimed = Sorter(2**64, together=0)
        self._figures = Strings()
        self._lengths = array("I")
        self._dates = array("I")  # proleptic ordinals, 0 for none

    def add(self, pairs: Hashes, figures: Mapping[Claim, str], published: date | None) -> None:
        """Take in an article by its word pairs, its telling figures and its date; it gets the next number from 0."""
        owner = np.uint64(len(self._lengths))
        self._owned.add((pairs >> _HALF << _HALF) | owner)
        readings = {_hash(claim): reading for claim, reading in figures.items()}
        self._claimed.add(np.fromiter(readings, np.uint64, len(readings)))
        self._figures.append(msgspec.msgpack.encode(readings))
        self._lengths.append(len(pairs))
        self._dates.append(published.toordinal() if published else 0)

    def join(self, groups: Groups) -> Iterator[Retelling]:
        """Join the retellings among the articles, the surest first, and yield each pair that was joined.

        Pairs that are in one group already are passed over, so what a group is joined by is what is surest.
        """
        met = self._shared_wording()
        if not len(met):
            return
        common = self._common_claims()
        order = np.argsort(-met["wording"], kind="stable")
        for start in range(0, len(order), _AT_ONCE):
            for first, second, wording, count in met[order[start : start + _AT_ONCE]].tolist():
                if not groups.apart(first, second):
                    continue
                days = self._days_apart(first, second)
                if days is not None and days > self._most_days and wording < COPIED:
                    continue
                same = self._same_figures(first, second, common)
                if wording >= WORDING[min(len(same), max(WORDING))] and groups.join(first, second):
                    yield Retelling(first, second, wording, count, same, days)

    def _shared_wording(self) -> npt.NDArray[np.void]:
        """Return who shares enough rare word pairs: the articles' numbers, the share that these are, and their count.

        A word pair that two articles of a corpus have weighs 1, one that more have weighs less, as in tf-idf cosine.
        An article meets at most 31 others over each of its word pairs, and some hundred with which it shares enough.
        """
        total = len(self._lengths)
        if total < 2:
            return np.empty(0, _MET)
        owners = np.arange(2, RARE + 1)
        rarity = np.zeros(RARE + 1)
        rarity[2:] = np.maximum(0, np.log((total + 1) / owners) / math.log((total + 1) / 2)) ** 2
        lengths = np.array(self._lengths)
        found = []
        for piece in self._meetings(total).pieces():
            met = piece >> _SIZE_BITS
            starts = np.flatnonzero(np.append(True, met[1:] != met[:-1]))
            counts = np.diff(np.append(starts, len(met)))
            weights = np.add.reduceat(rarity[piece & _SIZE], starts)
            first, second = np.divmod(met[starts], np.uint64(total))
            shares = weights / np.minimum(lengths[first], lengths[second])
            enough = (counts >= _FEWEST_PAIRS) & (shares >= min(WORDING.values()))
            rows = np.empty(np.count_nonzero(enough), _MET)
            for name, column in zip(_MET.names or (), (first, second, shares, counts), strict=True):
                rows[name] = column[enough]
            found.append(rows)
        return np.concatenate([np.empty(0, _MET), *found])

    def _meetings(self, total: int) -> Sorter:
        """Return who meets whom over a rare word pair, first · total + second, and beside it how many own the pair."""
        meetings = Sorter(total * total << _SIZE_BITS, together=_SIZE_BITS)
        for size, rows in _shared(self._owned, RARE):
            for left in range(size - 1):
                first, second = np.broadcast_arrays(rows[:, left : left + 1], rows[:, left + 1 :])
                others = first != second  # a text may have two word pairs that are taken for one
                met = (first * np.uint64(total) + second)[others]
                meetings.add((met << np.uint64(_SIZE_BITS)) | np.uint64(size))
        return meetings

    def _common_claims(self) -> frozenset[int]:
        """Return the claims that too many articles make for them to tell a story."""
        found: set[int] = set()
        for piece in self._claimed.pieces():
            claimed, makers = np.unique(piece, return_counts=True)
            found.update(claimed[makers > RARE].tolist())
        return frozenset(found)

    def _same_figures(self, first: int, second: int, common: frozenset[int]) -> tuple[str, ...]:
        """Return the rare figures of two articles as they read in the first."""
        one, other = (msgspec.msgpack.decode(self._figures[n], type=dict[int, str]) for n in (first, second))
        return tuple(dict.fromkeys(one[claim] for claim in one if claim in other and claim not in common))

    def _days_apart(self, first: int, second: int) -> int | None:
        one, other = self._dates[first], self._dates[second]
        return abs(one - other) if one and other else None


def claims(article: Article, quantities: Iterable[Quantity]) -> dict[Claim, str]:
    """Return the telling figures of an article's quantities and how each reads (`200000000 USD`)."""
    found: dict[Claim, str] = {}
    for quantity in quantities:
        for claim, reading in _figures(quantity, article.text):
            found.setdefault(claim, reading)
    return found


def _figures(quantity: Quantity, text: str) -> Iterator[tuple[Claim, str]]:
    unit = quantity.unit or ""
    counted = stem(text[slice(*quantity.counted)]) if quantity.counted and not unit else ""
    if not (unit or counted):
        return
    numbers = [number for number in (quantity.value, quantity.low, quantity.high) if number is not None]
    reading = f"{_extent(quantity)} {unit or 'counted'}"
    for number in numbers:
        value = abs(float(number))
        if value > (0 if unit else _SMALL):
            size = math.log(value) / _ROUNDING
            yield Claim(math.floor(size), unit, counted), reading
            yield Claim(math.ceil(size), unit, counted), reading


def _extent(quantity: Quantity) -> str:
    if quantity.value is not None:
        return quantity.value
    if quantity.low is not None and quantity.high is not None:
        return f"{quantity.low} to {quantity.high}"
    return f"≤ {quantity.high}" if quantity.low is None else f"≥ {quantity.low}"


def _shared(owned: Sorter, most: int) -> Iterator[tuple[int, Hashes]]:
    """Yield the owners of what two to `most` have in common, a row each, as many at a time as are equally many."""
    for piece in owned.pieces():
        same = piece[1:] >> _HALF == piece[:-1] >> _HALF
        starts = np.flatnonzero(same & ~np.append(False, same)[: len(same)])
        sizes = np.flatnonzero(same & ~np.append(same, False)[1:]) - starts + 2
        for size in np.unique(sizes[sizes <= most]).tolist():
            yield size, piece[starts[sizes == size][:, None] + np.arange(size)] & _OWNER


def _hash(claim: Claim) -> int:
    written = f"{claim.size} {claim.unit} {claim.counted}".encode()
    return int.from_bytes(hashlib.blake2b(written, digest_size=8).digest(), "big")
