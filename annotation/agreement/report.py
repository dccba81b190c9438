"""The agreement report: count every article once, then read each figure and its interval off the sums."""

from __future__ import annotations

import os
from collections import defaultdict, deque
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import combinations

import numpy as np

from ...schema.agreement_report import (
    AgreementReport,
    AnnotatorAgreement,
    Condition,
    Figure,
    Figures,
    LabelAgreement,
    LayerAgreement,
    PairAgreement,
    SliceAgreement,
    Slices,
)
from ...schema.records import Article, Layer
from . import attributes, dawid_skene, f1, given_cue, tokens, unitized_alpha
from . import gamma as gamma_measure
from .batch import Batch
from .bootstrap import Draws, figure
from .distance import Floats
from .records import LAYERS, labels_of
from .registry import Scope, measures
from .study import BATCH, Part, Study, study
from .tally import Ints, Key, Packed, Table, Tally, Totals


def report(
    articles: Mapping[str, Article],
    layers: Iterable[Layer],
    *,
    draws: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    gold: Iterable[Layer] | None = None,
    annotators: Collection[str] | None = None,
    gamma: bool = False,
    quality: bool = False,
) -> AgreementReport:
    """Measure the agreement of the annotators of `layers` over the articles that two or more of them marked.

    Pre-annotations and gold are no annotators unless `annotators` names them; for all arguments see `study.study`.
    `workers` processes count the articles (default: as many as there are processors, for corpora that are worth it);
    neither their number nor the order or names of anything changes a figure. `gamma` adds γ, γcat and γk, which take a
    thousand times as long as all else; `quality` adds each annotator's expected accuracy (`dawid_skene`). Raises
    LayersError as `study.study` does, ModuleNotFoundError without the extra that is asked for.
    """
    data = study(articles, layers, gold=gold, annotators=annotators)
    return report_of(data, draws=draws, seed=seed, workers=workers, gamma=gamma, quality=quality)


def report_of(
    data: Study,
    *,
    draws: int = 1000,
    seed: int = 0,
    workers: int | None = None,
    gamma: bool = False,
    quality: bool = False,
) -> AgreementReport:
    """Measure a study: see `report`."""
    extras = ("gamma",) if gamma else ()
    table = Table(_tallies(data, workers, extras))
    drawn = Draws(table.n_articles, draws, seed)
    totals = Totals(table, drawn)
    accuracy = dawid_skene.accuracies(data) if quality else {}
    return AgreementReport(
        n_articles=table.n_articles,
        n_draws=draws,
        seed=seed,
        annotators=list(data.annotators),
        layers={layer: _layer(totals, layer, extras) for layer in LAYERS},
        pairs=[pair for names in combinations(data.annotators, 2) if (pair := _pair(totals, *names)).n_articles],
        slices=_slices(data, table, drawn),
        by_annotator=[_annotator(totals, name, data, accuracy.get(name, {})) for name in data.annotators],
    )


Row = tuple[str, str, float | None, float | None, float | None, int, str]


def rows(found: AgreementReport) -> Iterator[Row]:
    """Yield the report as rows of a table: what of, measure, value, low, high, units, and why something is missing."""

    def block(name: str, figures: Figures) -> Iterator[Row]:
        for measure, one in figures.items():
            yield name, measure, one.value, one.low, one.high, one.n_units, one.reason or ""

    for layer, agreement in found.layers.items():
        yield from block(layer, agreement.measures)
        for label, by_label in agreement.labels.items():
            yield from block(f"{layer} {label}", by_label.measures)
        for name, figures in (*agreement.attributes.items(), *agreement.parts.items()):
            yield from block(f"{layer}: {name}", figures)


def count(part: Part, extras: Collection[str] = ()) -> Packed:
    """Add up what each of some articles says, for every measure, and for those of the extras named."""
    batch = Batch(part)
    tally = Tally(batch.n_articles)
    for layer, here in batch.layers.items():
        tally.add(("articles", layer), np.flatnonzero(here.people), None)
        f1.count(batch, layer, tally)
        unitized_alpha.count(batch, layer, tally)
        tokens.count(batch, layer, tally)
        attributes.count(batch, layer, tally)
        if layer == "attributions":
            given_cue.count(batch, tally)
        if "gamma" in extras:
            gamma_measure.count(batch, layer, tally)
    return tally.packed()


def _tallies(data: Study, workers: int | None, extras: Collection[str] = ()) -> Iterator[Packed]:
    if workers is None:
        workers = min(os.cpu_count() or 1, len(data.articles) // (4 * BATCH))
    if workers <= 1:
        yield from (count(part, extras) for part in data.parts())
        return
    from concurrent.futures import Future, ProcessPoolExecutor

    waiting: deque[Future[Packed]] = deque()
    with ProcessPoolExecutor(workers) as pool:
        for part in data.parts():
            waiting.append(pool.submit(count, part, extras))
            if len(waiting) > 2 * workers:  # no more texts in memory than the workers need
                yield waiting.popleft().result()
        yield from (one.result() for one in waiting)


def _figures(
    totals: Totals, scope: Scope, layer: str, name: str, n_articles: int, extras: Collection[str] = ()
) -> Figures:
    found: Figures = {}
    for measure in measures(scope, extras=extras):
        if measure.applies(layer, name):
            n_units = measure.n_units(totals, layer, name)
            found[measure.name] = figure(
                measure.value(totals, layer, name),
                n_units=n_units,
                n_articles=n_articles,
                reason=measure.undefined if n_units or scope != "attribute" else "no aligned pair has it",
            )
    return found


def _layer(totals: Totals, layer: str, extras: Collection[str]) -> LayerAgreement:
    n_articles = round(float(totals["articles", layer][0]))
    n_units = float(totals["units", layer, ""][0])
    used = [label for label in labels_of(layer) if totals["units", layer, label][0]]
    return LayerAgreement(
        measures=_figures(totals, "layer", layer, "", n_articles, extras),
        labels={
            label: LabelAgreement(measures=_figures(totals, "label", layer, label, n_articles, extras))
            for label in used
        },
        attributes={
            name: _figures(totals, "attribute", layer, name, n_articles) for name in attributes.ATTRIBUTES[layer]
        },
        parts={
            part: _figures(totals, "part", layer, part, n_articles)
            for part in (given_cue.PARTS if layer == "attributions" else ())
        },
        coverage=float(totals["aligned", layer, "with"][0]) / n_units if n_units else None,
        n_units=round(n_units),
        units_dropped=round(float(totals["u", layer, "dropped"][0])),
    )


_NONE_MARKED = "neither marked any"


def _pair(totals: Totals, a: str, b: str) -> PairAgreement:
    n_articles = 0
    layers: dict[str, Figures] = {}
    for layer in LAYERS:
        n = round(float(totals["kappa", layer, "pair", a, b][0]))
        n_articles = max(n, n_articles)
        size = float(totals["f1", layer, "", a, b, "size"][0])
        layers[layer] = {
            f"f1_{mode}": figure(
                f1.f1(totals, layer, "", mode, [(a, b)]), n_units=size, n_articles=n, reason=_NONE_MARKED
            )
            for mode in ("exact", "overlap")
        }
        layers[layer]["token_kappa"] = figure(
            tokens.token_kappa(totals, layer, (a, b)),
            n_units=float(totals["kappa", layer, "n", a, b][0]),
            n_articles=n,
            reason=_NONE_MARKED,
        )
    return PairAgreement(a=a, b=b, n_articles=n_articles, layers=layers)


def _annotator(totals: Totals, name: str, data: Study, accuracy: dict[str, float]) -> AnnotatorAgreement:
    mine = data.articles_of(name)
    with_gold = int(data.with_gold()[mine].sum())
    others: dict[str, Figures] = {}
    gold: dict[str, Figures] = {}
    for layer in LAYERS:
        stats = totals.under("f1", layer, "")
        pairs = [(a, b) for a, b, stat in stats if stat == "size" and name in (a, b)]
        size = sum(float(stats[a, b, "size"][0]) for a, b in pairs)
        others[layer] = {
            f"f1_{mode}": figure(
                f1.f1(totals, layer, "", mode, pairs), n_units=size, n_articles=len(mine), reason=_NONE_MARKED
            )
            for mode in ("exact", "overlap")
        }
        if with_gold:
            gold[layer] = {
                f"f1_{mode}": figure(
                    f1.f1_against(totals, "gold", layer, mode, name),
                    n_units=float(totals["gold", layer, name, "size"][0]),
                    n_articles=with_gold,
                    reason="neither this annotator nor the gold has any",
                )
                for mode in ("exact", "overlap")
            }
    return AnnotatorAgreement(annotator=name, n_articles=len(mine), others=others, gold=gold, accuracy=accuracy)


Series = dict[str, dict[str, tuple[Floats, float]]]


def _slices(data: Study, table: Table, drawn: Draws) -> Slices:
    few = table.only(_in_slices)

    def agreement(names: Iterable[str | None]) -> dict[str, SliceAgreement]:
        rows: dict[str, list[int]] = defaultdict(list)
        for row, name in enumerate(names):
            if name is not None:
                rows[name].append(row)
        return {name: _slice(_series(few, drawn, chosen), len(chosen)) for name, chosen in sorted(rows.items())}

    return Slices(
        outlet=agreement(about.publisher for about in data.articles),
        batch=agreement(about.batch for about in data.articles),
        control=_condition(data, table, few, drawn),
    )


def _condition(data: Study, table: Table, few: Table, drawn: Draws) -> Condition | None:
    """Compare articles that all saw pre-annotated with those that somebody marked without; None if nobody did."""
    unaided, unmixed = data.control()
    control, rest = np.flatnonzero(unaided), np.flatnonzero(~unaided)
    if not len(control):
        return None
    without, with_ = _series(few, drawn, control), _series(few, drawn, rest)
    machine = Totals(table.only(lambda key: str(key[0]).startswith("machine")), drawn)
    for series, side in ((without, "machine unseen"), (with_, "machine seen")):
        for layer in LAYERS:
            for mode in ("exact", "overlap"):
                sizes = [values[0] for key, values in machine.under(side, layer).items() if key[-1] == "size"]
                figures = f1.f1_against(machine, side, layer, mode)
                series[layer][f"f1_machine_{mode}"] = (figures, float(sum(sizes)))
    difference = {
        layer: {
            name: figure(
                values - without[layer][name][0],
                n_units=n_units + without[layer][name][1],
                n_articles=len(data.articles),
                reason="undefined with or without pre-annotation",
            )
            for name, (values, n_units) in with_[layer].items()
        }
        for layer in LAYERS
    }
    return Condition(
        pre_annotated=_slice(with_, len(rest)),
        control=_slice(without, len(control)),
        difference=difference,
        n_mixed=int((unaided & ~unmixed).sum()),
    )


def _in_slices(key: Key) -> bool:
    return key[0] == "u" or (key[0] in ("f1", "units") and key[2] == "")


def _series(few: Table, drawn: Draws, rows: Sequence[int] | Ints) -> Series:
    totals = Totals(few, drawn, rows=rows)
    series: Series = {}
    for layer in LAYERS:
        n_units = float(totals["units", layer, ""][0])
        lengths = unitized_alpha.layer_lengths(totals, layer, len(labels_of(layer)))
        series[layer] = {
            "f1_exact": (f1.f1(totals, layer, "", "exact"), n_units),
            "f1_overlap": (f1.f1(totals, layer, "", "overlap"), n_units),
            "u_alpha": (unitized_alpha.u_alpha(lengths), n_units),
        }
    return series


def _slice(series: Series, n_articles: int) -> SliceAgreement:
    def one(values: Floats, n_units: float) -> Figure:
        return figure(values, n_units=n_units, n_articles=n_articles, reason="no annotator marked any here")

    layers = {layer: {name: one(*pair) for name, pair in figures.items()} for layer, figures in series.items()}
    return SliceAgreement(n_articles=n_articles, layers=layers)
