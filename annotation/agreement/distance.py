"""Distance functions: how far two values are apart, from 0 (the same) on. A measure takes one, never contains one.

Metrics of Krippendorff (2011), "Computing Krippendorff's Alpha-Reliability"; MASI of Passonneau (2006), LREC.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

Distance: TypeAlias = Callable[[Any, Any], float]
Floats: TypeAlias = NDArray[np.float64]


def nominal(a: Any, b: Any) -> float:
    """0 for the same value, else 1."""
    return float(a != b)


def linear(a: float, b: float) -> float:
    """The difference, which linear weights of κ and AC2 are made of."""
    return abs(a - b)


def interval(a: float, b: float) -> float:
    """The squared difference."""
    return (a - b) ** 2


def ratio(a: float, b: float) -> float:
    """The squared difference relative to the sum, 0..1; by magnitudes, so that it stays a distance below zero.

    >>> ratio(1000, 3000)
    0.25
    """
    size = abs(a) + abs(b)
    return ((a - b) / size) ** 2 if size else 0.0


def jaccard(a: frozenset[Any] | set[Any], b: frozenset[Any] | set[Any]) -> float:
    """1 - |a ∩ b| / |a ∪ b|; two empty sets are the same."""
    return 1 - len(a & b) / len(a | b) if a | b else 0.0


def masi(a: frozenset[Any] | set[Any], b: frozenset[Any] | set[Any]) -> float:
    """1 - Jaccard · monotonicity, which is 1 for equal sets, 2/3 for a subset, 1/3 for an intersection, else 0.

    >>> round(masi({1, 2, 3, 4}, {3, 4, 5}), 4)
    0.8667
    """
    if a == b:
        monotonicity = 1.0
    elif a <= b or b <= a:
        monotonicity = 2 / 3
    else:
        monotonicity = 1 / 3 if a & b else 0.0
    return 1 - (1 - jaccard(a, b)) * monotonicity


METRICS: dict[str, Distance] = {
    "nominal": nominal,
    "linear": linear,
    "interval": interval,
    "ratio": ratio,
    "jaccard": jaccard,
    "masi": masi,
}


def distances(metric: str | Distance, values: Sequence[Any], counts: Floats) -> Floats:
    """Return the matrix of distances between all `values`, which stand in their order.

    `metric` is a name of METRICS, "ordinal" (which needs `counts`, how often each value was given), or a function.
    Raises ValueError for an unknown name.
    """
    if metric == "nominal":
        return 1.0 - np.eye(len(values))
    if metric == "ordinal":
        upto = np.cumsum(counts)
        middle = upto - counts / 2
        return np.asarray((middle[:, None] - middle[None, :]) ** 2, dtype=float)
    if metric in ("interval", "ratio"):
        numbers = np.array(values, dtype=float)
        gaps = numbers[:, None] - numbers[None, :]
        return np.asarray(gaps**2, dtype=float) if metric == "interval" else ratio_distances(numbers, numbers)
    function = METRICS.get(metric) if isinstance(metric, str) else metric
    if function is None:
        raise ValueError(f"unknown metric {metric!r}; known: ordinal, {', '.join(METRICS)}")
    return np.array([[function(a, b) for b in values] for a in values], dtype=float)


def ratio_distances(rows: Floats, columns: Floats) -> Floats:
    """Return the `ratio` distances between two series of numbers."""
    sizes = np.abs(rows[:, None]) + np.abs(columns[None, :])
    gaps = rows[:, None] - columns[None, :]
    return np.asarray(np.divide(gaps, sizes, out=np.zeros_like(gaps), where=sizes > 0) ** 2, dtype=float)
