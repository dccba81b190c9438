"""Coefficients of coders who all coded everything: Bennett's S, Scott's π, Cohen's κ, Fleiss' κ, Gwet's AC1 and AC2.

All are (A_o - A_e) / (1 - A_e) and differ in what they expect of chance (Artstein & Poesio 2008, Computational
Linguistics 34(4), §2). Every function takes a reliability table: one row per coder, one column per unit, None or nan
where a value is missing. Each returns nan where chance alone would agree fully: undefined, not 1.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import combinations
from typing import Any

import numpy as np

from .alpha import Table, is_missing
from .distance import Distance, Floats, distances


def contingency(a: Sequence[Any], b: Sequence[Any]) -> tuple[list[Any], Floats]:
    """Return the values and how often coder `a` gave the row's value where `b` gave the column's."""
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if not (is_missing(x) or is_missing(y))]
    values = sorted({value for pair in pairs for value in pair}, key=lambda value: (type(value).__name__, value))
    index = {value: n for n, value in enumerate(values)}
    table = np.zeros((len(values), len(values)))
    for x, y in pairs:
        table[index[x], index[y]] += 1
    return values, table


def from_contingency(counts: Sequence[Sequence[int]], values: Sequence[Any] | None = None) -> Table:
    """Return the two-coder reliability table that a contingency table (rows: first coder) sums up.

    >>> from_contingency([[1, 1], [0, 1]], "ab")
    [['a', 'a', 'b'], ['a', 'b', 'b']]
    """
    names = values if values is not None else range(len(counts))
    cells = [(names[r], names[c]) for r, row in enumerate(counts) for c, n in enumerate(row) for _ in range(n)]
    return [[r for r, _ in cells], [c for _, c in cells]]


def cohen_kappa(table: Table, metric: str | Distance = "nominal") -> float:
    """Cohen's κ (1960): chance by each coder's own distribution; any `metric` but nominal weights it (1968).

    `metric="linear"` and `"interval"` give the usual linear and quadratic weights.

    For more than two coders the mean over pairs of coders (Light 1971), undefined pairs left out.

    >>> round(cohen_kappa(from_contingency([[88, 14, 18], [10, 40, 10], [2, 6, 12]])), 4)
    0.4915
    """
    return _mean_over_pairs(table, lambda a, b: _two_coders(a, b, metric, pooled=False))


def scott_pi(table: Table, metric: str | Distance = "nominal") -> float:
    """Scott's π (1955): chance by the distribution of both coders together; for more coders the mean over pairs."""
    return _mean_over_pairs(table, lambda a, b: _two_coders(a, b, metric, pooled=True))


def bennett_s(table: Table, *, categories: int | None = None) -> float:
    """Bennett, Alpert & Goldstein's S (1954): chance is one in the number of categories (those seen, unless given)."""
    seen = {cell for row in table for cell in row if not is_missing(cell)}
    k = categories if categories is not None else len(seen)
    if k < max(2, len(seen)):
        return math.nan
    return _mean_over_pairs(table, lambda a, b: _over_chance(_agreement(a, b), 1 / k))


def fleiss_kappa(table: Table) -> float:
    """Fleiss' κ (1971), the π of many coders: chance by the distribution of all values. Units need two values."""
    _, given = _value_counts(table)
    given = given[given.sum(axis=1) >= 2]
    if not len(given):
        return math.nan
    sizes = given.sum(axis=1)
    observed = float((((given**2).sum(axis=1) - sizes) / (sizes * (sizes - 1))).mean())
    share = (given / sizes[:, None]).mean(axis=0)
    return _over_chance(observed, float((share**2).sum()))


def gwet_ac1(table: Table, *, categories: int | None = None) -> float:
    """Gwet's AC1 (2008): chance only where coders guess, Σ π (1 - π) / (q - 1); steady when one value is very frequent.

    >>> round(gwet_ac1(from_contingency([[80, 7], [8, 5]])), 3)
    0.808
    """
    return gwet_ac2(table, "nominal", categories=categories)


def gwet_ac2(table: Table, metric: str | Distance, *, categories: int | None = None) -> float:
    """Gwet's AC2 (2014, Handbook of Inter-Rater Reliability): AC1 with weights 1 - distance / largest distance.

    `metric="interval"` gives quadratic weights, `"linear"` linear ones. `categories` is how many were on offer, if
    more than were used.
    """
    values, given = _value_counts(table)
    q = categories if categories is not None else len(values)
    pairable = given[given.sum(axis=1) >= 2]
    if q < 2 or not len(pairable):
        return math.nan
    delta = distances(metric, values, given.sum(axis=0))
    weights = 1 - delta / delta.max() if delta.max() else np.ones_like(delta)
    sizes = pairable.sum(axis=1)
    weighted = pairable @ weights
    observed = float(((pairable * (weighted - 1)).sum(axis=1) / (sizes * (sizes - 1))).mean())
    rated = given[given.sum(axis=1) > 0]
    share = (rated / rated.sum(axis=1)[:, None]).mean(axis=0)
    total = float(weights.sum()) + (q - len(values))
    return _over_chance(observed, total * float((share * (1 - share)).sum()) / (q * (q - 1)))


def _value_counts(table: Table) -> tuple[list[Any], Floats]:
    """How often each unit (row) got each value (column)."""
    seen = {cell for row in table for cell in row if not is_missing(cell)}
    values = sorted(seen, key=lambda value: (type(value).__name__, value))
    index = {value: n for n, value in enumerate(values)}
    units = list(zip(*table, strict=True))
    given = np.zeros((len(units), len(values)))
    for row, unit in enumerate(units):
        for cell in unit:
            if not is_missing(cell):
                given[row, index[cell]] += 1
    return values, given


def _agreement(a: Sequence[Any], b: Sequence[Any]) -> float:
    pairs = [(x, y) for x, y in zip(a, b, strict=True) if not (is_missing(x) or is_missing(y))]
    return sum(x == y for x, y in pairs) / len(pairs) if pairs else math.nan


def _two_coders(a: Sequence[Any], b: Sequence[Any], metric: str | Distance, *, pooled: bool) -> float:
    values, table = contingency(a, b)
    n = table.sum()
    if not n:
        return math.nan
    rows, columns = table.sum(axis=1) / n, table.sum(axis=0) / n
    if pooled:
        rows = columns = (rows + columns) / 2
    delta = distances(metric, values, table.sum(axis=1) + table.sum(axis=0))
    expected = float(rows @ delta @ columns)
    return 1 - float((table * delta).sum()) / n / expected if expected else math.nan


def _mean_over_pairs(table: Table, coefficient: Any) -> float:
    if len(table) < 2:
        raise ValueError(f"the table has {len(table)} coder(s): agreement takes two or more rows")
    defined = [value for a, b in combinations(table, 2) if not math.isnan(value := coefficient(a, b))]
    return math.fsum(defined) / len(defined) if defined else math.nan


def _over_chance(observed: float, expected: float) -> float:
    return (observed - expected) / (1 - expected) if expected < 1 else math.nan
