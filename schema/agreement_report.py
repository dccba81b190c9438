"""What `musnad agreement --json` prints; the card, the table and the HTML report are views of the same object."""

from __future__ import annotations

import msgspec

from .records import SCHEMA_VERSION


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """One figure with its 95 % interval: percentiles of the draws of a bootstrap over articles.

    `value` is null where the measure is undefined, and `reason` says why; so are `low` and `high` where a single
    article leaves nothing to resample. `undefined_draws` are left out of the interval. `n_units`: what was compared
    (units of all annotators; for attributes and parts aligned pairs; for token measures tokens).
    """

    value: float | None
    low: float | None
    high: float | None
    n_units: int
    n_articles: int
    undefined_draws: int
    reason: str | None = None


Figures = dict[str, Figure]


class LabelAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on one label; `ku_alpha` is (k)uα within the layer, `u_alpha` that of the label's units alone."""

    measures: Figures


class LayerAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement on one layer.

    `measures`, and by label; `attributes` of aligned units; `parts` of attributions given the cue. In `measures` of the
    attributions F1 is of cues, the unitized and token measures are of content. `coverage`: what share of units have a
    partner with which attributes can be compared. `units_dropped` for overlap before unitized and token measures.
    """

    measures: Figures
    labels: dict[str, LabelAgreement]
    attributes: dict[str, Figures]
    parts: dict[str, Figures] = {}
    coverage: float | None = None
    n_units: int = 0
    units_dropped: int = 0


class PairAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """Two annotators, over the articles that both marked."""

    a: str
    b: str
    n_articles: int
    layers: dict[str, Figures]


class SliceAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """The articles of one outlet, batch or condition."""

    n_articles: int
    layers: dict[str, Figures]


class Condition(msgspec.Struct, frozen=True, kw_only=True):
    """Articles that all annotators saw pre-annotated against control articles, which at least one saw bare.

    `difference` is the first minus the second. `f1_machine_exact` and `f1_machine_overlap` are annotators' F1 with the
    pre-annotation, by whether they themselves had it before their eyes: a positive difference is its pull. Null without
    pre-annotations among the layers. `n_mixed` control articles were seen pre-annotated by some.
    """

    pre_annotated: SliceAgreement
    control: SliceAgreement
    difference: dict[str, Figures]
    n_mixed: int


class Slices(msgspec.Struct, frozen=True, kw_only=True):
    """The same figures by outlet, by batch (in the order of their names) and by condition, where there is a control."""

    outlet: dict[str, SliceAgreement]
    batch: dict[str, SliceAgreement]
    control: Condition | None


class AnnotatorAgreement(msgspec.Struct, frozen=True, kw_only=True):
    """One annotator against each other one (mean), and against gold where it is known.

    `accuracy`: by categorical attribute, how often the annotator is expected to be right (Dawid & Skene); empty unless
    asked for, and with fewer than five annotators.
    """

    annotator: str
    n_articles: int
    others: dict[str, Figures]
    gold: dict[str, Figures]
    accuracy: dict[str, float] = {}


class AgreementReport(msgspec.Struct, frozen=True, kw_only=True):
    """Agreement of all annotators over the articles that two or more of them marked."""

    schema_version: str = SCHEMA_VERSION
    n_articles: int
    n_draws: int
    seed: int
    annotators: list[str]
    layers: dict[str, LayerAgreement]
    pairs: list[PairAgreement]
    slices: Slices
    by_annotator: list[AnnotatorAgreement]


class Reading(msgspec.Struct, frozen=True, kw_only=True):
    """What one annotator said of the place: the record's spans and what is compared of it."""

    spans: list[tuple[int, int]]
    text: str
    says: dict[str, str | None]


class DisagreementRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One disagreement of two annotators: where, about what, both readings (null: marked nothing), and what it costs.

    `about` is `missing`, `boundary`, `label`, or the name of an attribute or part; `cost` is by how much the figure
    named in `measure` would rise if the two agreed here. `before` and `after` are the text around.
    """

    article_id: str
    layer: str
    label: str | None
    about: str
    measure: str
    cost: float
    start: int
    end: int
    before: str
    text: str
    after: str
    annotator_a: str
    annotator_b: str
    a: Reading | None
    b: Reading | None
