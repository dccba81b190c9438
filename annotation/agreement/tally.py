"""Sufficient statistics: what every article adds to every sum, so that a bootstrap draw is one weighted sum.

A measure is a function of sums over articles. The sums stand in a table with one row per article and one column per
key; resampling the articles multiplies it by the matrix of how often each draw took each article.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...corpus.spill import Strings
from .distance import Floats

Key: TypeAlias = tuple[Any, ...]
Ints: TypeAlias = NDArray[np.int64]
# A part of a key that differs from entry to entry: numbers, and what each number stands for in the key.
Axis: TypeAlias = tuple[Ints, Sequence[Any]]

BLOCK = 4096  # articles whose weights are multiplied at a time
WIDE = 1024  # keys that are possible, from which on only those that occur get a column at first


class Packed(NamedTuple):
    """The rows of some articles: their keys, and their columns in blocks of the smallest type that holds them."""

    n_articles: int
    keys: list[Key]
    blocks: list[NDArray[Any]]


class Tally:
    """What some articles add up to, each by itself."""

    def __init__(self, n_articles: int) -> None:
        self.n_articles = n_articles
        self._columns: dict[Key, Floats] = {}

    def add(self, key: Key, article: Ints, values: Floats | Ints | None, *axes: Axis, then: Key = ()) -> None:
        """Add to an article's sum a value (1 for None) for each entry; the sum's key is `key`, the axes, and `then`.

        >>> tally = Tally(1)
        >>> tally.add(("units",), np.array([0, 0]), None, (np.array([1, 1]), ["PER", "ORG"]), then=("n",))
        >>> tally.packed().keys
        [('units', 'ORG', 'n')]
        """
        shape = [len(names) for _, names in axes]
        code: Ints = np.zeros(len(article), dtype=np.int64)
        for (codes, _), size in zip(axes, shape, strict=True):
            code = code * size + codes
        size = int(np.prod(shape, dtype=np.int64))
        occurring = None
        if size > WIDE:
            occurring, code = np.unique(code, return_inverse=True)
            size = len(occurring)
        sums = np.bincount(code * self.n_articles + article, weights=values, minlength=size * self.n_articles)
        sums = sums.reshape(size, self.n_articles).astype(float, copy=False)
        for n in np.flatnonzero(sums.any(axis=1)).tolist():
            place = n if occurring is None else int(occurring[n])
            parts: list[Any] = []
            for length, (_, names) in zip(reversed(shape), reversed(axes), strict=True):
                place, at = divmod(place, length)
                parts.insert(0, names[at])
            self._put((*key, *(one for part in parts for one in _spliced(part)), *then), sums[n])

    def _put(self, key: Key, column: Floats) -> None:
        before = self._columns.get(key)
        self._columns[key] = column if before is None else before + column

    def packed(self) -> Packed:
        """Return the rows, small."""
        columns = list(self._columns.values())
        return _packed(list(self._columns), np.stack(columns) if columns else np.empty((0, self.n_articles)))


class Piece(NamedTuple):
    """Where a Table has the rows of some articles: the columns that they fill, and the block types with their sizes."""

    n_articles: int
    places: Ints
    types: list[tuple[np.dtype[Any], int]]


class Table:
    """The rows of all articles in their order, under one set of columns; the numbers are in a temporary file."""

    def __init__(self, tallies: Iterable[Packed]) -> None:
        self.columns: dict[Key, int] = {}
        self._pieces: list[Piece] = []
        self._blocks = Strings()
        for packed in tallies:
            places = [self.columns.setdefault(key, len(self.columns)) for key in packed.keys]
            types = [(block.dtype, len(block)) for block in packed.blocks]
            self._pieces.append(Piece(packed.n_articles, np.array(places, dtype=np.int64), types))
            self._blocks.append(b"".join(block.tobytes() for block in packed.blocks))
        self.n_articles = sum(piece.n_articles for piece in self._pieces)

    def rows(self) -> Iterator[tuple[int, Floats]]:
        """Yield the table in pieces: the number of the first article, and a row for each article from it on."""
        first = 0
        for number, piece in enumerate(self._pieces):
            rows = np.zeros((len(self.columns), piece.n_articles))
            held, at, column = self._blocks[number], 0, 0
            for of, size in piece.types:
                block = np.frombuffer(held, of, size * piece.n_articles, at).reshape(size, piece.n_articles)
                rows[piece.places[column : column + size]] = block
                at, column = at + block.nbytes, column + size
            yield first, rows.T
            first += piece.n_articles

    def only(self, wanted: Callable[[Key], bool]) -> Table:
        """Return a table with some of the columns, in pieces of BLOCK articles: many sums over few keys are quick."""
        chosen = [key for key in self.columns if wanted(key)]
        return Table(_packed(chosen, columns) for columns in self._long([self.columns[key] for key in chosen]))

    def _long(self, places: list[int]) -> Iterator[Floats]:
        """Yield some columns, a row each, of BLOCK articles or a few more at a time."""
        pieces: list[Floats] = []
        for _, rows in self.rows():
            pieces.append(rows.T[places])
            if sum(piece.shape[1] for piece in pieces) >= BLOCK:
                yield np.concatenate(pieces, axis=1)
                pieces = []
        if pieces:
            yield np.concatenate(pieces, axis=1)


class Weights(Protocol):
    """How often each draw (row) takes each article (column): an array, or what gives its columns like one."""

    def __len__(self) -> int: ...

    def __getitem__(self, place: tuple[slice, Ints]) -> NDArray[Any]: ...


class Totals:
    """Every sum for all articles and for each draw: `totals[key]` has 1 + draws numbers, the first over all articles.

    The first row of `weights` is all ones. `rows` restricts the articles to a slice.
    """

    def __init__(self, table: Table, weights: Weights, *, rows: Sequence[int] | Ints | None = None) -> None:
        self.draws = len(weights)
        self._sums: Floats = np.zeros((self.draws, len(table.columns)))
        chosen = np.arange(table.n_articles) if rows is None else np.sort(np.asarray(rows, dtype=np.int64))
        for first, articles in table.rows():
            low, high = np.searchsorted(chosen, (first, first + len(articles)))
            for n in range(low, high, BLOCK):
                here = chosen[n : min(n + BLOCK, high)]
                self._sums += weights[:, here].astype(float) @ articles[here - first]
        self._nothing: Floats = np.zeros(self.draws)
        self._place = table.columns
        self._under: dict[Key, list[Key]] = defaultdict(list)
        for key in sorted(table.columns, key=repr):
            for size in range(1, len(key)):
                self._under[key[:size]].append(key)

    def __getitem__(self, key: Key) -> Floats:
        place = self._place.get(key)
        return self._nothing if place is None else np.asarray(self._sums[:, place], dtype=float)

    def under(self, *prefix: Any) -> dict[Key, Floats]:
        """All sums whose key begins so, by the rest of the key, sorted."""
        size = len(prefix)
        return {key[size:]: self[key] for key in self._under.get(prefix, ())}


def ranges(first: Ints, sizes: Ints) -> Ints:
    """Return the numbers from each `first` on, as many as each size says, one range after the other.

    >>> ranges(np.array([5, 0]), np.array([2, 3])).tolist()
    [5, 6, 0, 1, 2]
    """
    ends = np.cumsum(sizes)
    return np.asarray(np.arange(ends[-1] if len(ends) else 0) + np.repeat(first - ends + sizes, sizes))


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


def _spliced(part: Any) -> tuple[Any, ...]:
    return part if isinstance(part, tuple) else (part,)


def _packed(keys: Sequence[Key], columns: Floats) -> Packed:
    """Columns, a row each, by the smallest type that holds them."""
    by_type: dict[type, list[int]] = defaultdict(list)
    for n, column in enumerate(columns):
        by_type[_smallest(column)].append(n)
    return Packed(
        n_articles=columns.shape[1],
        keys=[keys[n] for chosen in by_type.values() for n in chosen],
        blocks=[columns[chosen].astype(of) for of, chosen in by_type.items()],
    )


def _smallest(column: Floats) -> type:
    for of in (np.uint8, np.uint16, np.float32):
        with np.errstate(over="ignore", invalid="ignore"):
            small = column.astype(of)
        if np.array_equal(small, column):
            return of
    return np.float64
