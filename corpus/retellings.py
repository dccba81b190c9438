"""Retellings: articles that tell one story in their own words, found by rare wording, shared claims and close dates.

Two articles are compared only when an inverted index brings them together: on a pair of content words or a claim
that few articles have. What many share says nothing about a story and is never followed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from ..schema.records import Article, Layer, Quantity
from .wording import Hashes, stem

RARE = 32
"""Word pairs and claims that more articles than this have are not followed."""

# Shared rare wording that makes a retelling, by how many claims the two share. On the development articles true
# retellings share from 0.060 (no claim alike) upward, different stories on one topic at most 0.02.
WORDING = {0: 0.06, 1: 0.05, 2: 0.04}
_FEWEST_PAIRS = 4  # shared word pairs; fewer are chance, whatever their share of a short text
_MEETINGS = 1_000_000  # how many meetings of articles are summed at a time: 0.1 GB
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


def claims(article: Article, layers: Sequence[Layer]) -> dict[Claim, str]:
    """Return the telling figures of an article's layers and how each reads (`200000000 USD`)."""
    found: dict[Claim, str] = {}
    for layer in layers:
        for quantity in layer.quantities:
            for claim, reading in _figures(quantity, article.text):
                found.setdefault(claim, reading)
    return found


def retellings(
    pairs: Sequence[Hashes], figures: Sequence[Mapping[Claim, str]], dates: Sequence[date | None], days: int
) -> list[Retelling]:
    """Return the retellings among articles, given by their word pairs, telling figures and dates in order.

    Articles whose dates are both known and lie more than `days` apart are not joined.
    """
    shared = _shared_wording(pairs)
    alike = _shared_figures(figures)
    found = []
    for first, second, weight, count in shared:
        wording = weight / min(len(pairs[first]), len(pairs[second]))
        same = alike.get((first, second), ())
        apart = _days_apart(dates[first], dates[second])
        if apart is not None and apart > days:
            continue
        if count >= _FEWEST_PAIRS and wording >= WORDING[min(len(same), max(WORDING))]:
            found.append(Retelling(first, second, wording, count, same, apart))
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


def _shared_wording(pairs: Sequence[Hashes]) -> Iterator[tuple[int, int, float, int]]:
    """Yield the articles that share rare word pairs: their numbers, the weight of what they share, and its count.

    A word pair that two articles of a corpus have weighs 1, one that more have weighs less, as in tf-idf cosine.
    """
    total = len(pairs)
    if total < 2:
        return
    groups = list(_groups(pairs))
    met = sum(len(rows) * size * (size - 1) // 2 for size, rows in groups)
    step = max(1, total * _MEETINGS // max(met, 1))
    for low in range(0, total, step):
        keys: list[Hashes] = [np.empty(0, np.uint64)]
        weights: list[npt.NDArray[np.float32]] = [np.empty(0, np.float32)]
        for size, rows in groups:
            rarity = math.log((total + 1) / size) / math.log((total + 1) / 2)
            for left in range(size - 1):
                own = rows[(low <= rows[:, left]) & (rows[:, left] < low + step), left:]
                keys.append((own[:, :1] * np.uint64(total) + own[:, 1:]).ravel())
                weights.append(np.full(len(keys[-1]), max(0.0, rarity) ** 2, np.float32))
        yield from _summed(np.concatenate(keys), np.concatenate(weights), total)


def _groups(pairs: Sequence[Hashes]) -> Iterator[tuple[int, Hashes]]:
    """Yield, for each number of owners up to RARE, the owners of the word pairs that have so many, a row each."""
    # One sorted array of (upper half of the hash, owner): 8 bytes a word pair, the largest thing in memory.
    owned = np.empty(sum(len(row) for row in pairs), np.uint64)
    end = 0
    for owner, row in enumerate(pairs):
        owned[end : end + len(row)] = (row >> _HALF << _HALF) | np.uint64(owner)
        end += len(row)
    owned.sort()
    same = owned[1:] >> _HALF == owned[:-1] >> _HALF
    starts = np.flatnonzero(same & ~np.append(False, same)[: len(same)])
    sizes = np.flatnonzero(same & ~np.append(same, False)[1:]) - starts + 2
    for size in range(2, RARE + 1):
        yield size, owned[starts[sizes == size][:, None] + np.arange(size)] & _OWNER


def _summed(keys: Hashes, weights: npt.NDArray[np.float32], total: int) -> Iterator[tuple[int, int, float, int]]:
    """Yield each meeting (first × total + second) that happened often enough, its weights summed, with its count."""
    met, place, count = np.unique(keys, return_inverse=True, return_counts=True)
    weight = np.bincount(place, weights, len(met))
    enough = count >= _FEWEST_PAIRS
    for key, heavy, times in zip(met[enough].tolist(), weight[enough].tolist(), count[enough].tolist(), strict=True):
        yield key // total, key % total, heavy, times


def _shared_figures(figures: Sequence[Mapping[Claim, str]]) -> dict[tuple[int, int], tuple[str, ...]]:
    """Return, for articles that share rare figures, how those read in the first of the two."""
    owners: dict[Claim, list[int]] = {}
    for number, own in enumerate(figures):
        for claim in own:
            owners.setdefault(claim, []).append(number)
    found: dict[tuple[int, int], dict[str, None]] = {}
    for claim, numbers in owners.items():
        if 1 < len(numbers) <= RARE:
            for n, first in enumerate(numbers):
                for second in numbers[n + 1 :]:
                    found.setdefault((first, second), {})[figures[first][claim]] = None
    return {met: tuple(readings) for met, readings in found.items()}


def _days_apart(first: date | None, second: date | None) -> int | None:
    return abs((first - second).days) if first and second else None
