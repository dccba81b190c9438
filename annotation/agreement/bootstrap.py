"""Percentile intervals by bootstrap over articles: units of one article are not independent, articles are.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13. A draw takes as many articles as there are, with
replacement.
"""

from __future__ import annotations

import math
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from ...schema.agreement_report import Figure
from .distance import Floats

Counts: TypeAlias = NDArray[np.uint16]

LEVEL = 0.95
NO_ARTICLES = "no article here has two annotators"


def weights(n_articles: int, draws: int, seed: int) -> Floats:
    """Return how often each draw takes each article: 1 + `draws` rows, the first one all ones."""
    return taken(n_articles, draws, seed).astype(float)


def taken(n_articles: int, draws: int, seed: int) -> Counts:
    """Return `weights` as small whole numbers: a quarter of the memory, for a hundred thousand articles."""
    rows = np.ones((1 + draws, n_articles), dtype=np.uint16)
    generator = np.random.default_rng(seed)
    for row in rows[1:]:
        row[:] = np.bincount(generator.integers(0, n_articles, n_articles), minlength=n_articles)
    return rows


def figure(values: Floats, *, n_units: float, n_articles: float, reason: str) -> Figure:
    """Return the figure of a series whose first number is the estimate and whose others are the draws.

    `reason` is what is said if the estimate is undefined (nan).
    """
    estimate, draws = float(values[0]), values[1:]
    defined = draws[~np.isnan(draws)]
    low = high = why = None
    if math.isnan(estimate):
        why = reason if n_articles else NO_ARTICLES
    elif n_articles < 2:
        why = "one article leaves nothing to resample: no interval"
    elif not len(defined):
        why = "undefined in every draw: no interval" if len(draws) else "no draws were asked for: no interval"
    else:
        tail = 50 * (1 - LEVEL)
        low, high = (float(edge) for edge in np.percentile(defined, [tail, 100 - tail]))
    return Figure(
        value=None if math.isnan(estimate) else estimate,
        low=low,
        high=high,
        n_units=round(n_units),
        n_articles=round(n_articles),
        undefined_draws=len(draws) - len(defined),
        reason=why,
    )
