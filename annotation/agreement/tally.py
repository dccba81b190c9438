"""Sufficient statistics: what every article adds to every sum, so that a bootstrap draw is one weighted sum.

A measure is a function of sums over articles. The sums stand in a sparse table with one row per article and one column
per key; resampling the articles multiplies it by the matrix of how often each draw took each article.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np

from .distance import Floats

if TYPE_CHECKING:
    from scipy.sparse import csc_array

Key: TypeAlias = tuple[Any, ...]
Sums: TypeAlias = defaultdict[Key, float]


class Tally:
    """What the articles of one worker add up to, row by row."""

    def __init__(self) -> None:
        self.columns: dict[Key, int] = {}
        self.row_ends: list[int] = []
        self.column = array("q")
        self.value = array("d")
        self.now: Sums = defaultdict(float)

    def end_article(self) -> None:
        """Close the current article's row: `now`, which the measures add to, starts empty again."""
        columns = self.columns
        entries = {key: value for key, value in self.now.items() if value}
        if new := entries.keys() - columns.keys():
            for key in entries:  # in their order: that of a set changes from run to run
                if key in new:
                    columns[key] = len(columns)
        self.column.extend([columns[key] for key in entries])
        self.value.extend(entries.values())
        self.row_ends.append(len(self.value))
        self.now.clear()


class Table:
    """The rows of all workers in the order of the articles, under one set of columns."""

    def __init__(self, tallies: Iterable[Tally]) -> None:
        from scipy.sparse import csr_array

        self.columns: dict[Key, int] = {}
        column, value, ends = [], [], [np.zeros(1, dtype=np.int64)]
        for tally in tallies:
            place = [self.columns.setdefault(key, len(self.columns)) for key in tally.columns]
            column.append(np.array(place, dtype=np.int64)[np.frombuffer(tally.column, dtype=np.int64)])
            value.append(np.frombuffer(tally.value, dtype=np.float64))
            ends.append(np.array(tally.row_ends, dtype=np.int64) + ends[-1][-1])
        row_ends = np.concatenate(ends)
        entries = (np.concatenate(value), np.concatenate(column)) if value else (np.zeros(0), np.zeros(0, np.int64))
        self.n_articles = len(row_ends) - 1
        self.matrix: csc_array = csr_array((*entries, row_ends), shape=(self.n_articles, len(self.columns))).tocsc()


class Totals:
    """Every sum for all articles and for each draw: `totals[key]` has 1 + draws numbers, the first over all articles.

    `weights` says how often each draw (row) takes each article (column); its first row is all ones. `rows` restricts
    the articles to a slice, `wanted` the keys to those that the caller will ask for.
    """

    BLOCK = 512

    def __init__(
        self,
        table: Table,
        weights: Floats,
        *,
        rows: Sequence[int] | None = None,
        wanted: Callable[[Key], bool] | None = None,
    ) -> None:
        if rows is not None:
            weights = weights[:, rows]
        keys = [key for key in table.columns if wanted is None or wanted(key)]
        places = [table.columns[key] for key in keys]
        blocks = [places[n : n + self.BLOCK] for n in range(0, len(places), self.BLOCK)]
        parts = []
        for block in blocks:
            dense = table.matrix[:, block].toarray()
            parts.append(weights @ (dense if rows is None else dense[rows]))
        self.draws = len(weights)
        self._sums: Floats = np.concatenate(parts, axis=1) if parts else np.zeros((self.draws, 0))
        self._nothing: Floats = np.zeros(self.draws)
        self._place = {key: n for n, key in enumerate(keys)}
        self._under: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(keys, key=repr):
            for size in range(1, len(key)):
                self._under[key[:size]].append(key)

    def __getitem__(self, key: Key) -> Floats:
        place = self._place.get(key)
        return self._nothing if place is None else np.asarray(self._sums[:, place], dtype=float)

    def under(self, *prefix: Any) -> dict[Key, Floats]:
        """All sums whose key begins so, by the rest of the key, sorted."""
        size = len(prefix)
        return {key[size:]: self[key] for key in self._under.get(prefix, ())}


def ratio(part: Floats, whole: Floats) -> Floats:
    """Divide; nan where there is nothing to divide by."""
    shares = np.divide(part, whole, out=np.full(np.shape(whole), np.nan), where=np.asarray(whole) > 0)
    return np.asarray(shares, dtype=float)


def mean_defined(rows: Sequence[Floats], draws: int) -> Floats:
    """Return the mean over rows in each draw, undefined ones left out; nan where all are."""
    if not rows:
        return np.full(draws, np.nan)
    stacked = np.stack(rows)
    defined = ~np.isnan(stacked)
    return ratio(np.where(defined, stacked, 0.0).sum(axis=0), defined.sum(axis=0).astype(float))
