"""Krippendorff's α: one minus the observed over the expected disagreement, for any number of coders and missing values.

Krippendorff (2004), Content Analysis, ch. 11; (2011), "Computing Krippendorff's Alpha-Reliability". With values v of n
pairable ones, n_c of them c, and distance δ:

    D_o = Σ_units 1/(m_u - 1) Σ_{i≠j} δ(v_iu, v_ju) / n        D_e = Σ_{c,k} n_c n_k δ(c, k) / (n (n - 1))

Where D_e is 0 there was nothing to disagree about: α is undefined (nan), not 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any, NamedTuple, TypeAlias

import numpy as np

from .distance import Distance, Floats, distances

Table: TypeAlias = Sequence[Sequence[Any]]


class Disagreement(NamedTuple):
    """Observed and expected disagreement, and how many pairable values they rest on."""

    observed: float
    expected: float
    n: float


def krippendorff_alpha(
    table: Table, metric: str | Distance = "nominal", *, order: Sequence[Any] | None = None
) -> float:
    """Return α of a reliability table: one row per coder, one column per unit; None or nan where a value is missing.

    `metric` is nominal, ordinal, linear, interval, ratio, jaccard, masi or a function of two values; `order` gives
    the values' order where sorting would not (ordinal). Units with fewer than two values are left out.
    Returns nan when no unit has two values, or all pairable values are the same. Raises ValueError for ragged rows.

    >>> round(krippendorff_alpha([["PER", "PER", "ORG", "LOC", None], ["PER", "ORG", "ORG", "LOC", "LOC"]]), 4)
    0.6667
    """
    disagreement = disagreements_of(table, metric, order=order)
    return 1 - disagreement.observed / disagreement.expected if disagreement.expected else math.nan


def disagreements_of(
    table: Table, metric: str | Distance = "nominal", *, order: Sequence[Any] | None = None
) -> Disagreement:
    """Return the D_o and D_e that α is made of; for the arguments see `krippendorff_alpha`."""
    values, coincidences = coincidence_matrix(table, order=order)
    counts = coincidences.sum(axis=1)
    n = float(counts.sum())
    if n < 2:
        return Disagreement(math.nan, 0.0, n)
    delta = distances(metric, values, counts)
    observed = float((coincidences * delta).sum()) / n
    return Disagreement(observed, float(counts @ delta @ counts) / (n * (n - 1)), n)


def coincidence_matrix(table: Table, *, order: Sequence[Any] | None = None) -> tuple[list[Any], Floats]:
    """Return the values in order and how often each stands beside each other one, every unit's values counting once."""
    rows = [list(row) for row in table]
    if len({len(row) for row in rows}) > 1:
        raise ValueError(f"rows have {sorted({len(row) for row in rows})} units: every coder needs one cell per unit")
    present = {cell for row in rows for cell in row if not is_missing(cell)}
    values = list(order) if order is not None else _sorted(present)
    if unknown := present - set(values):
        raise ValueError(f"values {sorted(map(str, unknown))} do not stand in `order`")
    index = {value: n for n, value in enumerate(values)}
    matrix = np.zeros((len(values), len(values)))
    for unit in zip(*rows, strict=True):
        given = np.zeros(len(values))
        for cell in unit:
            if not is_missing(cell):
                given[index[cell]] += 1
        if (size := given.sum()) >= 2:
            matrix += (np.outer(given, given) - np.diag(given)) / (size - 1)
    return values, matrix


def is_missing(cell: Any) -> bool:
    """Whether a cell of a reliability table holds no value: None or nan."""
    return cell is None or (isinstance(cell, float) and math.isnan(cell))


def _sorted(values: set[Any]) -> list[Any]:
    try:
        return sorted(values)
    except TypeError:
        return sorted(values, key=lambda value: (type(value).__name__, repr(value)))
