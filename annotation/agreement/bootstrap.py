"""Percentile intervals by bootstrap over articles: units of one article are not independent, articles are.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, ch. 13. A draw takes as many articles as there are, with
replacement.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from ...corpus.spill import Counts
from ...schema.agreement_report import Figure
from .distance import Floats
from .tally import BLOCK, Ints

LEVEL = 0.95
NO_ARTICLES = "no article here has two annotators"


class Draws:
    """How often each draw takes each article: the `tally.Weights` of a bootstrap, in a file but for a block of them."""

    def __init__(self, n_articles: int, draws: int, seed: int) -> None:
        self._n_articles = n_articles
        self._counts = Counts(n_articles)
        self._counts.append(np.ones(n_articles, np.intp))
        generator = np.random.default_rng(seed)
        for _ in range(draws):
            drawn = generator.integers(0, n_articles, n_articles)
            self._counts.append(np.bincount(drawn, minlength=n_articles))
        self._block = -1
        self._held: NDArray[np.uint16] = np.empty((1 + draws, 0), np.uint16)

    def __len__(self) -> int:
        return len(self._counts)

    def __getitem__(self, place: tuple[slice, Ints]) -> NDArray[np.uint16]:
        """Return the columns of some articles, in their order."""
        draws, articles = place
        blocks = articles // BLOCK
        return np.concatenate(
            [self._of(block)[draws, articles[blocks == block] - block * BLOCK] for block in np.unique(blocks).tolist()],
            axis=1,
        )

    def _of(self, block: int) -> NDArray[np.uint16]:
        """The columns of BLOCK articles; those read last are at hand."""
        if block != self._block:
            self._block = block
            self._held = self._counts.columns(block * BLOCK, min((block + 1) * BLOCK, self._n_articles))
        return self._held


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
