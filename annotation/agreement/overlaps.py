"""Which units of one reading stay where units may not overlap: the longer of two, as unitized α and tokens need it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeAlias, TypeVar

import numpy as np
from numpy.typing import NDArray

from .tally import Ints

Bools: TypeAlias = NDArray[np.bool_]
U = TypeVar("U", bound=tuple[int, int, object])


def flat(units: Iterable[U]) -> tuple[list[U], int]:
    """Return the units without overlap, in text order, and how many were dropped.

    Of overlapping units the longer stays, of equally long ones the one that starts first, then the lesser value.

    >>> flat([(0, 22, 2), (13, 22, 5), (30, 34, 1)])
    ([(0, 22, 2), (30, 34, 1)], 1)
    """
    ordered = sorted(units)
    reached = 0
    for start, end, _ in ordered:
        if start < reached:
            break
        reached = end
    else:
        return ordered, 0
    kept: list[U] = []
    for unit in sorted(ordered, key=lambda one: (one[0] - one[1], one)):
        if all(unit[1] <= other[0] or other[1] <= unit[0] for other in kept):
            kept.append(unit)
    return sorted(kept), len(ordered) - len(kept)


def flat_rows(group: Ints, start: Ints, end: Ints) -> Bools:
    """Which spans stay when those of a group may not overlap (as `flat` chooses); sorted by group, start, end."""
    if not len(start):
        return np.zeros(0, dtype=bool)
    base = group * (int(end.max()) + 1)
    reached = np.maximum.accumulate(base + end)
    cluster = np.cumsum(np.concatenate(([True], (base + start)[1:] >= reached[:-1]))) - 1
    sizes = np.bincount(cluster)
    kept = (sizes == 1)[cluster]
    firsts = np.concatenate(([0], np.cumsum(sizes)[:-1]))
    two = firsts[sizes == 2]
    longer = (end - start)[two + 1] > (end - start)[two]
    kept[two + longer] = True
    for first, size in zip(firsts[sizes > 2].tolist(), sizes[sizes > 2].tolist(), strict=True):
        here = range(first, first + size)
        stay, _ = flat(zip(start[here].tolist(), end[here].tolist(), here, strict=True))
        kept[[place for _, _, place in stay]] = True
    return np.asarray(kept, dtype=bool)
