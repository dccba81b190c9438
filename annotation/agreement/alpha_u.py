"""α_U, Krippendorff's first coefficient for unitizing (1995): how far the ends of intersecting units are apart.

Krippendorff (1995), Sociological Methodology 25, 47-76; (2004), Content Analysis (2nd ed.), p. 251-256. Superseded by
the family in `unitized_alpha`, which reports use; kept for comparison with older figures. Per value c, with m coders, a
continuum of length L, N units of c, and gaps where a coder has no unit of c:

    D_o = 2 Σ_{i<j} Σ δ² / (m (m - 1) L²)    δ² = Δbegin² + Δend² of units that meet; length² of a unit inside a gap
    D_e = 2/L Σ [(N - 1)/3 (2 l³ - 3 l² + l) + l² Σ_{gaps ≥ l} (gap - l + 1)] / (mL (mL - 1) - Σ l (l - 1)), Σ of units
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from itertools import combinations, pairwise
from typing import NamedTuple

from .unitized_alpha import Continuum


class AlphaU(NamedTuple):
    """α_U (nan if undefined) with the disagreements that it is made of; by value in `values`."""

    alpha: float
    observed: float
    expected: float
    values: dict[Hashable, AlphaU]


def alpha_u(continuum: Continuum) -> AlphaU:
    """Return α_U of one continuum, overall (1 - ΣD_o / ΣD_e) and by value.

    Units of one value by one coder may not overlap, and empty ones are passed over; offsets count from where the
    continuum begins.
    Raises ValueError for fewer than two coders.

    >>> round(alpha_u(Continuum(10, [[(1, 9, "x")], [(2, 3, "x"), (4, 5, "x"), (6, 7, "x")]])).alpha, 4)
    -0.7003
    """
    length, coders = continuum
    if len(coders) < 2:
        raise ValueError(f"the continuum has {len(coders)} coder(s): agreement takes two or more")
    found: dict[Hashable, AlphaU] = {}
    for value in sorted({value for units in coders for _, _, value in units}, key=repr):
        spans = [sorted((s, e) for s, e, other in units if other == value and s < e) for units in coders]
        found[value] = _alpha(_observed(spans, length), _expected(spans, length))
    total = _alpha(sum(one.observed for one in found.values()), sum(one.expected for one in found.values()))
    return total._replace(values=found)


def _alpha(observed: float, expected: float) -> AlphaU:
    return AlphaU(1 - observed / expected if expected else math.nan, observed, expected, {})


Spans = Sequence[tuple[int, int]]


def _observed(coders: Sequence[Spans], length: int) -> float:
    m = len(coders)
    apart = sum(_apart(a, b) for a, b in combinations(coders, 2))
    return 2 * apart / (m * (m - 1) * length**2)


def _apart(a: Spans, b: Spans) -> int:
    total = 0
    met_a, met_b = set(), set()
    for unit in a:
        for other in b:
            if unit[0] < other[1] and other[0] < unit[1]:
                total += (unit[0] - other[0]) ** 2 + (unit[1] - other[1]) ** 2
                met_a.add(unit)
                met_b.add(other)
    alone = [unit for unit in a if unit not in met_a] + [unit for unit in b if unit not in met_b]
    return total + sum((end - start) ** 2 for start, end in alone)


def _expected(coders: Sequence[Spans], length: int) -> float:
    sizes = [end - start for spans in coders for start, end in spans]
    gaps = [
        after - before
        for spans in coders
        for (_, before), (after, _) in pairwise([(0, 0), *spans, (length, length)])
        if after > before
    ]
    total = 0.0
    for size in sizes:
        total += (len(sizes) - 1) * (2 * size**3 - 3 * size**2 + size) / 3
        total += size**2 * sum(gap - size + 1 for gap in gaps if gap >= size)
    positions = len(coders) * length
    return 2 / length * total / (positions * (positions - 1) - sum(size * (size - 1) for size in sizes))
