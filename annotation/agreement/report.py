"""The agreement report: count every article once, then read each figure and its interval off the sums."""

from __future__ import annotations

import gc
import os
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import combinations

import msgspec

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
from .bootstrap import figure, weights
from .distance import Floats
from .registry import Scope, measures
from .study import LAYERS, Sheet, Study, comparisons, is_control, labels_of, study
from .tally import Key, Table, Tally, Totals

CHUNK = 64  # articles that a worker process takes at a time


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
    table = Table(_tallies(data.sheets, workers, extras))
    taken = weights(table.n_articles, draws, seed)
    totals = Totals(table, taken)
    accuracy = dawid_skene.accuracies(data) if quality else {}
    return AgreementReport(
        n_articles=table.n_articles,
        n_draws=draws,
        seed=seed,
        annotators=list(data.annotators),
        layers={layer: _layer(totals, layer, extras) for layer in LAYERS},
        pairs=[pair for names in combinations(data.annotators, 2) if (pair := _pair(totals, *names)).n_articles],
        slices=_slices(data.sheets, table, taken),
        by_annotator=[_annotator(totals, name, data.sheets, accuracy.get(name, {})) for name in data.annotators],
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


def count(sheets: Iterable[Sheet], extras: Collection[str] = ()) -> Tally:
    """Add up what the articles say, article by article, for every measure, and for those of the extras named."""
    tally = Tally()
    labels = {layer: labels_of(layer) for layer in LAYERS}
    for sheet in sheets:
        for layer, article in comparisons(sheet).items():
            tally.now["articles", layer] += 1
            f1.count(article, layer, tally.now)
            unitized_alpha.count(article, layer, labels[layer], tally.now)
            tokens.count(article, layer, labels[layer], tally.now)
            attributes.count(article, layer, tally.now)
            if layer == "attributions":
                given_cue.count(article, tally.now)
            if "gamma" in extras:
                gamma_measure.count(article, layer, labels[layer], tally.now)
        tally.end_article()
    return tally


def _tallies(sheets: Sequence[Sheet], workers: int | None, extras: Collection[str] = ()) -> Iterator[Tally]:
    if workers is None:
        workers = min(os.cpu_count() or 1, len(sheets) // (4 * CHUNK))
    chunks = [sheets[n : n + CHUNK] for n in range(0, len(sheets), CHUNK)]
    if workers <= 1:
        yield from (count(chunk, extras) for chunk in chunks)
        return
    from concurrent.futures import ProcessPoolExecutor

    # A forked worker need not look for garbage among the caller's layers.
    with ProcessPoolExecutor(workers, initializer=gc.freeze) as pool:
        yield from pool.map(partial(_count_encoded, extras=extras), map(msgspec.msgpack.encode, chunks))


def _count_encoded(chunk: bytes, extras: Collection[str]) -> Tally:
    return count(msgspec.msgpack.decode(chunk, type=list[Sheet]), extras)


def _figures(
    totals: Totals, scope: Scope, layer: str, name: str, n_articles: int, extras: Collection[str] = ()
) -> Figures:
    return {
        measure.name: figure(
            measure.value(totals, layer, name),
            n_units=measure.n_units(totals, layer, name),
            n_articles=n_articles,
            reason=measure.undefined,
        )
        for measure in measures(scope, extras=extras)
        if measure.applies(layer, name)
    }


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


def _annotator(totals: Totals, name: str, sheets: Sequence[Sheet], accuracy: dict[str, float]) -> AnnotatorAgreement:
    mine = [sheet for sheet in sheets if any(layer.annotator == name for layer in sheet.layers)]
    with_gold = sum(sheet.gold is not None for sheet in mine)
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


def _slices(sheets: Sequence[Sheet], table: Table, taken: Floats) -> Slices:
    def rows(of: Callable[[Sheet], str | None]) -> dict[str, list[int]]:
        found: dict[str, list[int]] = defaultdict(list)
        for row, sheet in enumerate(sheets):
            if (name := of(sheet)) is not None:
                found[name].append(row)
        return dict(sorted(found.items()))

    def agreement(of: Callable[[Sheet], str | None]) -> dict[str, SliceAgreement]:
        return {name: _slice(_series(table, taken, chosen), len(chosen)) for name, chosen in rows(of).items()}

    return Slices(
        outlet=agreement(lambda sheet: sheet.publisher),
        batch=agreement(lambda sheet: sheet.batch),
        control=_condition(sheets, table, taken),
    )


def _condition(sheets: Sequence[Sheet], table: Table, taken: Floats) -> Condition | None:
    """Compare articles that all saw pre-annotated with those that somebody marked without; None if nobody did."""
    control = [row for row, sheet in enumerate(sheets) if any(map(is_control, sheet.layers))]
    if not control:
        return None
    unmixed = sum(all(map(is_control, sheets[row].layers)) for row in control)
    rest = sorted(set(range(len(sheets))) - set(control))
    without, with_ = _series(table, taken, control), _series(table, taken, rest)
    machine = Totals(table, taken, wanted=lambda key: str(key[0]).startswith("machine"))
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
                n_articles=len(sheets),
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
        n_mixed=len(control) - unmixed,
    )


def _in_slices(key: Key) -> bool:
    return key[0] == "u" or (key[0] in ("f1", "units") and key[2] == "")


def _series(table: Table, taken: Floats, rows: Sequence[int]) -> Series:
    totals = Totals(table, taken, rows=rows, wanted=_in_slices)
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
