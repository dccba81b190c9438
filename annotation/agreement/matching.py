"""Which unit of one annotator answers which unit of another: optimal, whatever the order, safe for nesting.

A unit is one or more pieces of text (`Pieces`: half-open spans of code points in text order), so that a discontinuous
cue is matched as one thing. A matching is one-to-one. It is found by the assignment problem on each connected component
of the overlap graph (Kuhn 1955; Jonker & Volgenant 1987 through scipy), never greedily, so neither the order of the
units nor the order of the annotators changes a count.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
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
        self._a, self._b = a, b
        self._dice = _dice(a, b)

    def pairs(self, *, most: Most = "pairs", same_label: bool = False) -> list[Pair]:
        """Return the best matching: see `overlap_pairs`."""
        a, b = self._a, self._b
        edges = [(i, j) for i, j in self._dice if not same_label or a[i].label == b[j].label]
        chosen: list[Pair] = []
        if most == "overlap":
            # Units that are identical to one other one only are kept together, whatever else there is.
            chosen, _ = _settled([(i, j) for i, j in edges if a[i].pieces == b[j].pieces])
            taken_a, taken_b = {i for i, _ in chosen}, {j for _, j in chosen}
            edges = [(i, j) for i, j in edges if i not in taken_a and j not in taken_b]
        settled, contested = _settled(edges)
        chosen += settled
        for component in components(contested):
            chosen += assign(component, self._dice, a, b, most)
        return sorted(chosen)

    def identical(self, *, same_label: bool = False) -> list[Pair]:
        """Return the pairs of units with the same pieces (and the same label), each unit used once: `exact_pairs`."""
        a, b = self._a, self._b
        equal = [(i, j) for i, j in self._dice if a[i].pieces == b[j].pieces]
        if same_label:
            equal = [(i, j) for i, j in equal if a[i].label == b[j].label]
        if len({i for i, _ in equal}) < len(equal) or len({j for _, j in equal}) < len(equal):
            equal = exact_pairs(a, b) if same_label else exact_pairs([x.pieces for x in a], [y.pieces for y in b])
        return sorted(equal)


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


def components(edges: Iterable[Pair]) -> list[list[Pair]]:
    """Return the edges, grouped by connected component."""
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


def assign(
    component: Sequence[Pair],
    dice: Mapping[Pair, float],
    a: Mapping[int, Unit] | Sequence[Unit],
    b: Mapping[int, Unit] | Sequence[Unit],
    most: Most,
) -> list[Pair]:
    """Return the edges of a connected component that make its best matching, by what `overlap_pairs` says of `most`.

    Edges are numbers of a unit of `a` and of one of `b`, with a Dice coefficient. Among equally good matchings it is
    the units that decide, not their numbers, nor which side is `a`.
    """
    rows = sorted({i for i, _ in component}, key=lambda i: (_order(a[i]), i))
    columns = sorted({j for _, j in component}, key=lambda j: (_order(b[j]), j))
    # All Dice sums stay below `size`, so one pair more (or one identical pair more) outweighs any overlap.
    size = min(len(rows), len(columns)) + 1
    weights = {}
    for i, j in component:
        weight = dice[i, j] + (1e-9 if a[i].label == b[j].label else 0.0)
        weights[i, j] = size + weight if most == "pairs" or a[i].pieces == b[j].pieces else weight
    swapped = [_order(b[j]) for j in columns] < [_order(a[i]) for i in rows]
    if size == 2:
        row_of, column_of = {i: n for n, i in enumerate(rows)}, {j: n for n, j in enumerate(columns)}
        return [max(component, key=lambda pair: (weights[pair], -row_of[pair[0]] - column_of[pair[1]]))]
    import numpy as np
    from scipy.optimize import linear_sum_assignment

    matrix = np.array([[weights.get((i, j), 0.0) for j in columns] for i in rows])
    if swapped:
        chosen = [(i, j) for j, i in zip(*linear_sum_assignment(matrix.T, maximize=True), strict=True)]
    else:
        chosen = list(zip(*linear_sum_assignment(matrix, maximize=True), strict=True))
    return [pair for r, c in chosen if (pair := (rows[r], columns[c])) in weights]


def _order(unit: Unit) -> tuple[Pieces, str]:
    return unit.pieces, unit.label or ""


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


def _settled(edges: Collection[Pair]) -> tuple[list[Pair], list[Pair]]:
    """The edges whose ends have no other edge, which are matches whatever is wanted, and the rest."""
    degree_row, degree_column = Counter(i for i, _ in edges), Counter(j for _, j in edges)
    settled: list[Pair] = []
    contested: list[Pair] = []
    for edge in edges:
        (settled if degree_row[edge[0]] == degree_column[edge[1]] == 1 else contested).append(edge)
    return settled, contested
