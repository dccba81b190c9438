"""What `musnad evaluate PREDICTIONS RELEASE --json` prints: scores with intervals, and two systems compared."""

from __future__ import annotations

import msgspec

from .agreement_report import Figure
from .evaluation_report import LayerScores
from .records import SCHEMA_VERSION


class Compared(msgspec.Struct, frozen=True, kw_only=True):
    """One score of two systems over the same articles, and `difference`, the first minus the other.

    `low` and `high`: the difference's 95 % interval by bootstrap over articles, both systems drawn together. `p`: how
    often chance alone makes a difference as large (two-sided), by swapping the systems' answers article by article.
    All are null where a side is undefined.
    """

    value: float | None
    against: float | None
    difference: float | None
    low: float | None
    high: float | None
    p: float | None


class ReleaseScores(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of predicted layers against gold, each with its interval.

    `release`, `version` and `split` are null where the gold is a file. `missing` articles have gold but no predicted
    layer and count as if nothing was predicted; `n_outside` predicted layers are of articles that the gold has not.
    `figures` and `against` name a score by its place in `layers` (`entities.labels.PER.exact.f1`); what has nothing to
    divide by is absent. In `figures`, `n_units` is what the score divides by (for F1: predicted and gold units).
    """

    release: str | None
    version: str | None
    split: str | None
    n_articles: int
    missing: list[str]
    n_outside: int
    n_draws: int
    seed: int
    layers: dict[str, LayerScores]
    figures: dict[str, Figure]
    against: dict[str, Compared] | None = None
    schema_version: str = SCHEMA_VERSION
