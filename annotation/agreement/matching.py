"""Which unit of one annotator answers which unit of another: optimal, whatever the order, safe for nesting.

A unit is one or more pieces of text (`Pieces`: half-open spans of code points in text order), so that a discontinuous
cue is matched as one thing. A matching is one-to-one. It is found by the assignment problem on each connected component
of the overlap graph (Kuhn 1955; Jonker & Volgenant 1987 through scipy), never greedily, so neither the order of the
units nor the order of the annotators changes a count.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Hashable, Iterable, Sequence
from typing import Literal, NamedTuple, TypeAlias

Span: TypeAlias = tuple[int, int]
Pieces: TypeAlias = tuple[Span, ...]
Pair: TypeAlias = tuple[int, int]
Most: TypeAlias = Literal["pairs", "overlap"]


class Unit(NamedTuple):
    """What an annotator marked: its pieces, and a label or None."""

    pieces: Pieces
    label: str | None = None

    @property
    def length(self) -> int:
        """The unit's size in code points."""
        if len(self.pieces) == 1:
            return self.pieces[0][1] - self.pieces[0][0]
        return sum(end - start for start, end in self.pieces)


def exact_pairs(a: Sequence[Hashable], b: Sequence[Hashable]) -> list[Pair]:
    """Return index pairs of equal things, each used once: the largest matching on equality.

    >>> exact_pairs([(0, 4), (0, 4), (9, 12)], [(9, 12), (0, 4)])
    [(0, 1), (2, 0)]
    """
    places: dict[Hashable, list[int]] = defaultdict(list)
    for j in range(len(b) - 1, -1, -1):
        places[b[j]].append(j)
    return [(i, places[key].pop()) for i, key in enumerate(a) if places.get(key)]


def overlap_pairs(
    a: Sequence[Unit], b: Sequence[Unit], *, most: Most = "pairs", same_label: bool = False
) -> list[Pair]:
    """Return index pairs of units that share at least one code point, sorted, each unit used at most once.

    `most="pairs"` makes as many pairs as can be and among those matchings takes the one with the largest summed Dice
    coefficient: it counts overlap matches. `most="overlap"` keeps identical units together and then takes the largest
    summed Dice coefficient: it aligns units whose attributes are to be compared, where a perfect pair must not be
    broken up for the sake of two poor ones. Equal labels decide between equals. With `same_label`, units with
    different labels never pair.

    >>> outer, inner, left = Unit(((0, 12),)), Unit(((6, 12),)), Unit(((0, 5),))
    >>> overlap_pairs([inner, outer], [left, outer])
    [(0, 1), (1, 0)]
    >>> overlap_pairs([inner, outer], [left, outer], most="overlap")
    [(1, 1)]
    """
    return Overlaps(a, b).pairs(most=most, same_label=same_label)


class Overlaps:
    """The overlap graph of two annotators' units: every two that share text, with their Dice coefficient."""

    def __init__(self, a: Sequence[Unit], b: Sequence[Unit]) -> None:
        order_a, order_b = _canonical(a), _canonical(b)
        rows, columns = [a[i] for i in order_a], [b[j] for j in order_b]
        # The side whose units sort first is the rows: naming the annotators the other way round changes nothing.
        self._swapped = columns < rows
        if self._swapped:
            order_a, order_b, rows, columns = order_b, order_a, columns, rows
        self._order_rows, self._order_columns, self._rows, self._columns = order_a, order_b, rows, columns
        self._dice = _dice(rows, columns)
        self._settled, self._contested = _settled(self._dice)

    def pairs(self, *, most: Most = "pairs", same_label: bool = False) -> list[Pair]:
        """Return the best matching: see `overlap_pairs`."""
        rows, columns = self._rows, self._columns
        chosen, contested = self._settled, self._contested
        if same_label:
            chosen, contested = (
                [(i, j) for i, j in edges if rows[i].label == columns[j].label] for edges in (chosen, contested)
            )
        if contested:
            chosen = chosen + [
                pair
                for component in _components(contested)
                for pair in _assign(component, self._dice, rows, columns, most)
            ]
        return self._named(chosen)

    def identical(self, *, same_label: bool = False) -> list[Pair]:
        """Return the pairs of units with the same pieces (and the same label), each unit used once: `exact_pairs`."""
        rows, columns = self._rows, self._columns
        equal = [(i, j) for i, j in self._dice if rows[i].pieces == columns[j].pieces]
        if same_label:
            equal = [(i, j) for i, j in equal if rows[i].label == columns[j].label]
        if len({i for i, _ in equal}) < len(equal) or len({j for _, j in equal}) < len(equal):
            if same_label:
                equal = exact_pairs(rows, columns)
            else:
                equal = exact_pairs([unit.pieces for unit in rows], [unit.pieces for unit in columns])
        return self._named(equal)

    def _named(self, pairs: Iterable[Pair]) -> list[Pair]:
        """Pairs of rows and columns as indices of the caller's units."""
        found = [(self._order_rows[i], self._order_columns[j]) for i, j in pairs]
        return sorted((i, j) for j, i in found) if self._swapped else sorted(found)


def matches(
    a: Sequence[Unit], b: Sequence[Unit], *, labelled: bool, overlaps: Overlaps | None = None
) -> dict[str, tuple[int, int, int]]:
    """Return (size of both, exact pairs, overlap pairs) for each label and, under "", for all units.

    `labelled`: for all units together, too, only equal labels match; otherwise spans alone decide there. `overlaps` is
    the overlap graph of `a` and `b`, where the caller has it already.
    """
    overlaps = overlaps or Overlaps(a, b)
    sizes = Counter([unit.label or "" for unit in (*a, *b)])
    exact = Counter([a[i].label or "" for i, _ in overlaps.identical(same_label=True)])
    overlap = Counter([a[i].label or "" for i, _ in overlaps.pairs(same_label=True)])
    found = {label: (size, exact[label], overlap[label]) for label, size in sizes.items()}
    if labelled:
        found[""] = (len(a) + len(b), exact.total(), overlap.total())
    else:
        found[""] = (len(a) + len(b), len(overlaps.identical()), len(overlaps.pairs()))
    return found


def shared(a: Pieces, b: Pieces) -> int:
    """Return how many code points two units have in common (pieces of one unit do not overlap)."""
    return sum(max(0, min(x[1], y[1]) - max(x[0], y[0])) for x in a for y in b)


def _canonical(units: Sequence[Unit]) -> list[int]:
    return sorted(range(len(units)), key=lambda n: (units[n].pieces, units[n].label or ""))


def _dice(rows: Sequence[Unit], columns: Sequence[Unit]) -> dict[Pair, float]:
    pieces = sorted([(start, end, j) for j, unit in enumerate(columns) for start, end in unit.pieces])
    starts = [start for start, _, _ in pieces]
    longest = max([end - start for start, end, _ in pieces], default=0)
    common: dict[Pair, int] = {}
    for i, unit in enumerate(rows):
        for start, end in unit.pieces:
            first, last = bisect_right(starts, start - longest), bisect_left(starts, end)
            for start_b, end_b, j in pieces[first:last]:
                if end_b > start:
                    width = (end if end < end_b else end_b) - (start if start > start_b else start_b)
                    common[i, j] = common.get((i, j), 0) + width
    sizes_i, sizes_j = [unit.length for unit in rows], [unit.length for unit in columns]
    return {(i, j): 2 * width / (sizes_i[i] + sizes_j[j]) for (i, j), width in common.items()}


def _settled(edges: dict[Pair, float]) -> tuple[list[Pair], list[Pair]]:
    """The edges whose ends have no other edge, which are matches whatever is wanted, and the rest."""
    degree_row, degree_column = Counter(i for i, _ in edges), Counter(j for _, j in edges)
    settled: list[Pair] = []
    contested: list[Pair] = []
    for edge in edges:
        (settled if degree_row[edge[0]] == degree_column[edge[1]] == 1 else contested).append(edge)
    return settled, contested


def _components(edges: Iterable[Pair]) -> list[list[Pair]]:
    """The edges, grouped by connected component."""
    by_row: dict[int, list[int]] = defaultdict(list)
    by_column: dict[int, list[int]] = defaultdict(list)
    for i, j in edges:
        by_row[i].append(j)
        by_column[j].append(i)
    found, seen = [], set()
    for first in by_row:
        if first in seen:
            continue
        seen.add(first)
        stack, columns, component = [first], set(), []
        while stack:
            i = stack.pop()
            for j in by_row[i]:
                component.append((i, j))
                if j not in columns:
                    columns.add(j)
                    fresh = [other for other in by_column[j] if other not in seen]
                    seen.update(fresh)
                    stack += fresh
        found.append(component)
    return found


def _assign(
    component: list[Pair], dice: dict[Pair, float], rows: Sequence[Unit], columns: Sequence[Unit], most: Most
) -> list[Pair]:
    left = sorted({i for i, _ in component})
    right = sorted({j for _, j in component})
    # All Dice sums stay below `size`, so one pair more (or one identical pair more) outweighs any overlap.
    size = min(len(left), len(right)) + 1
    weights = {}
    for i, j in component:
        weight = dice[i, j] + (1e-9 if rows[i].label == columns[j].label else 0.0)
        weights[i, j] = size + weight if most == "pairs" or rows[i].pieces == columns[j].pieces else weight
    if size == 2:
        return [max(sorted(component), key=weights.__getitem__)]
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    matrix = np.zeros((len(left), len(right)))
    row_of, column_of = {i: n for n, i in enumerate(left)}, {j: n for n, j in enumerate(right)}
    for (i, j), weight in weights.items():
        matrix[row_of[i], column_of[j]] = weight
    chosen = zip(*linear_sum_assignment(matrix, maximize=True), strict=True)
    return [pair for r, c in chosen if (pair := (left[r], right[c])) in weights]
