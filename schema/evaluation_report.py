"""What `musnad evaluate --json` prints: one set of layers scored against another, article by article."""

from __future__ import annotations

import msgspec

from .records import SCHEMA_VERSION


class Score(msgspec.Struct, frozen=True, kw_only=True):
    """Precision, recall and F1 in 0..1 with the counts behind them; null where a count to divide by is 0."""

    precision: float | None
    recall: float | None
    f1: float | None
    matched: int
    n_predicted: int
    n_gold: int


class Share(msgspec.Struct, frozen=True, kw_only=True):
    """How many of `n` are right; `share` is null when there is nothing to be right about."""

    share: float | None
    right: int
    n: int


class LabelScores(msgspec.Struct, frozen=True, kw_only=True):
    """One label: `exact` wants both ends equal, `overlap` one code point in common; matching is optimal, one to one."""

    exact: Score
    overlap: Score


class PartScores(msgspec.Struct, frozen=True, kw_only=True):
    """A part of an attribution, given that its cue was found (cues overlap).

    `exact` counts a part that both leave out as right; `exact_expressed` only pairs in which prediction or gold has
    the part. `head`: both begin in the same word. `characters_f1`: 2 · common code points / both sides' code points.
    """

    exact: Share
    exact_expressed: Share
    overlap: Share | None = None
    head: Share | None = None
    characters_f1: float | None = None


class LayerScores(msgspec.Struct, frozen=True, kw_only=True):
    """A layer: its units (cues for attributions), each label, attributes of the units found, parts given the cue.

    The unit of the whole layer is the labelled span for entities, the span for quantities and the cue for attributions.
    Attributes are compared on units found with the exact span (for attributions: with an overlapping cue).
    """

    exact: Score
    overlap: Score
    labels: dict[str, LabelScores]
    attributes: dict[str, Share]
    parts: dict[str, PartScores] = {}


class EvaluationReport(msgspec.Struct, frozen=True, kw_only=True):
    """Scores of predicted layers against gold, over the articles that have both."""

    n_articles: int
    only_predicted: list[str]
    only_gold: list[str]
    layers: dict[str, LayerScores]
    schema_version: str = SCHEMA_VERSION
