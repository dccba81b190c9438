"""`musnad evaluate`: predicted layers against gold, by the same matching as the agreement figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import zip_longest
from typing import NamedTuple, TypeAlias

from ...schema.errors import LayersError
from ...schema.evaluation_report import EvaluationReport, LabelScores, LayerScores, PartScores, Score, Share
from ...schema.labels import inventory
from ...schema.records import Article, Attribution, Entity, Layer, Quantity
from .given_cue import PARTS, SPANS, aligned_by_cue, compare, cue_units
from .matching import Unit, exact_pairs, matches

# Sums over articles by layer, what is counted (a label, "" for all units, an attribute or a part), and the figure.
Counts: TypeAlias = Counter[tuple[str, str, str]]


class Scored(NamedTuple):
    """One article's counts: all that its share in every score rests on."""

    article_id: str
    counts: Counts


class Pairing:
    """The predicted and the gold layer of each article that has both, as soon as both have come.

    Two streams in the same order are never held; a layer waits until the other side's comes. Once all are read,
    `only_predicted` and `only_gold` name the articles left over. Raises LayersError when a side has two layers of one
    article, or the two layers were made for different texts.
    """

    def __init__(self, predicted: Iterable[Layer], gold: Iterable[Layer]) -> None:
        self._sides = predicted, gold
        self.only_predicted: list[str] = []
        self.only_gold: list[str] = []

    def __iter__(self) -> Iterator[tuple[Layer, Layer]]:
        seen: tuple[dict[str, str], dict[str, str]] = {}, {}
        waiting: tuple[dict[str, Layer], dict[str, Layer]] = {}, {}
        for both in zip_longest(*self._sides):
            for side, layer in enumerate(both):
                if layer is None:
                    continue
                _note(layer, seen[side], ("predicted", "gold")[side])
                other = waiting[1 - side].pop(layer.article_id, None)
                if other is None:
                    waiting[side][layer.article_id] = layer
                else:
                    pair = (other, layer) if side else (layer, other)
                    _same_text(*pair)
                    yield pair
        self.only_predicted, self.only_gold = list(waiting[0]), list(waiting[1])


def evaluate(
    predicted: Iterable[Layer], gold: Iterable[Layer], articles: Mapping[str, Article] | None = None
) -> EvaluationReport:
    """Score predicted layers against gold ones over the articles that both have; counts are summed over articles.

    With `articles` (by id), attributions also get the share of parts that begin in the same word (`head`).
    Both sides may be streams (`Pairing`), and are refused as it says.
    """
    pairing = Pairing(predicted, gold)
    total: Counts = Counter()
    n_articles = 0
    for one in scored(pairing, articles):
        n_articles += 1
        total.update(one.counts)
    return EvaluationReport(
        n_articles=n_articles,
        only_predicted=pairing.only_predicted,
        only_gold=pairing.only_gold,
        layers=scores(total),
    )


def scored(pairs: Iterable[tuple[Layer, Layer]], articles: Mapping[str, Article] | None = None) -> Iterator[Scored]:
    """Yield the counts of each pair of a predicted and a gold layer (see `Pairing`), one article at a time.

    Scores are ratios of sums of these counts, so resampling articles (or systems, article by article) is adding them
    up again: `scores` of the sum for a report, `fractions` for single figures.
    """
    for predicted, gold in pairs:
        article = articles.get(gold.article_id) if articles else None
        yield Scored(gold.article_id, count_article(predicted, gold, article.text if article else None))


def count_article(predicted: Layer, gold: Layer, text: str | None = None) -> Counts:
    """Count what is predicted, what is gold and what matches in one article; with its text, heads of parts, too."""
    counts: Counts = Counter()
    _entities(counts, predicted.entities, gold.entities)
    _quantities(counts, predicted.quantities, gold.quantities)
    _attributions(counts, predicted.attributions, gold.attributions, text)
    return counts


def scores(counts: Counts) -> dict[str, LayerScores]:
    """Return the scores of each layer that sums of counts come to."""
    return {layer: _scores(counts, layer) for layer in LABELS}


def fractions(counts: Counts) -> dict[str, tuple[int, int]]:
    """Return every score as part and whole, named by its place in the report; what has nothing to divide by is absent.

    A score of several articles is the sum of their parts over the sum of their wholes. F1 is 2 · matched over predicted
    and gold: `{"entities.exact.f1": (18, 20), "entities.labels.PER.exact.recall": (4, 5), …}`.
    """
    found: dict[str, tuple[int, int]] = {}
    for layer, labels in LABELS.items():
        for label in ("", *labels):
            where = f"{layer}.labels.{label}" if label else layer
            predicted, gold = counts[layer, label, "n_predicted"], counts[layer, label, "n_gold"]
            for mode in ("exact", "overlap"):
                matched = counts[layer, label, mode]
                found[f"{where}.{mode}.precision"] = matched, predicted
                found[f"{where}.{mode}.recall"] = matched, gold
                found[f"{where}.{mode}.f1"] = 2 * matched, predicted + gold
        for name in SHARES[layer]:
            found[f"{layer}.attributes.{name}"] = counts[layer, name, "right"], counts[layer, name, "n"]
    for part in PARTS:
        key = "attributions", part
        n, with_head = counts[*key, "n"], (*key, "head") in counts
        for figure in ("exact", "overlap", "head") if with_head else ("exact", "overlap"):
            if figure == "exact" or part in SPANS:
                found[f"attributions.parts.{part}.{figure}"] = counts[*key, figure], n
        expressed = counts[*key, "exact_expressed"], counts[*key, "n_expressed"]
        found[f"attributions.parts.{part}.exact_expressed"] = expressed
        if part in SPANS:
            found[f"attributions.parts.{part}.characters_f1"] = 2 * counts[*key, "shared"], counts[*key, "size"]
    return {name: fraction for name, fraction in found.items() if fraction[1]}


Row = tuple[str, str, float | None, float | None, float | None, int]


def figures(report: EvaluationReport) -> Iterator[Row]:
    """Yield the report as rows: layer, what, precision, recall, F1 (or the share that is right), and of how many."""
    for layer, found in report.layers.items():
        for what, score in (("exact", found.exact), ("overlap", found.overlap)):
            yield layer, what, score.precision, score.recall, score.f1, score.n_gold
        for label, by_label in found.labels.items():
            for what, score in (("exact", by_label.exact), ("overlap", by_label.overlap)):
                yield layer, f"{label} {what}", score.precision, score.recall, score.f1, score.n_gold
        for name, share in found.attributes.items():
            yield layer, f"{name} right, of those found", None, None, share.share, share.n
        for part, parts in found.parts.items():
            shares = {"exact": parts.exact, "exact where either has it": parts.exact_expressed}
            shares |= {
                what: share for what, share in (("overlap", parts.overlap), ("head", parts.head)) if share is not None
            }
            for what, share in shares.items():
                yield layer, f"{part} {what}, given the cue", None, None, share.share, share.n
            if parts.overlap is not None:
                yield layer, f"{part} characters, given the cue", None, None, parts.characters_f1, parts.exact.n


@lru_cache(maxsize=4096)
def _number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


# What must be equal for a quantity's reading to be right, by the name that reports give it.
QUANTITY_READINGS: dict[str, Callable[[Quantity], object]] = {
    "kind": lambda q: q.kind,
    "bound": lambda q: q.bound,
    "value": lambda q: (_number(q.value), _number(q.low), _number(q.high)),
    "unit": lambda q: q.unit,
    "counted": lambda q: q.counted,
    "reading": lambda q: (q.kind, q.bound, _number(q.value), _number(q.low), _number(q.high), q.unit, q.counted),
}


# What must be equal of the units found, and the labels that are scored by themselves.
SHARES: dict[str, tuple[str, ...]] = {
    "entities": ("subtype",),
    "quantities": tuple(QUANTITY_READINGS),
    "attributions": ("kind", "implicit_source"),
}
LABELS: dict[str, tuple[str, ...]] = {
    "entities": tuple(inventory().entities),
    "quantities": tuple(inventory().quantity.kinds),
    "attributions": tuple(inventory().attribution.kinds),
}


def _note(layer: Layer, seen: dict[str, str], side: str) -> None:
    if layer.article_id in seen:
        raise LayersError(
            f"article {layer.article_id!r} has two {side} layers ({seen[layer.article_id]!r} and {layer.annotator!r}):"
            " keep one annotator in the file"
        )
    seen[layer.article_id] = layer.annotator


def _same_text(predicted: Layer, gold: Layer) -> None:
    if predicted.sha256 != gold.sha256:
        raise LayersError(
            f"article {gold.article_id!r}: the predicted layer was made for the text {predicted.sha256[:12]}…, the gold"
            f" layer for {gold.sha256[:12]}…: annotate the same text, offsets of different texts can't be compared"
        )


def _units(counts: Counts, layer: str, predicted: Sequence[Unit], gold: Sequence[Unit], *, labelled: bool) -> None:
    """Count sizes and matches of the layer (label included if `labelled`) and of each label by itself."""
    for side, units in (("n_predicted", predicted), ("n_gold", gold)):
        counts[layer, "", side] += len(units)
        for unit in units:
            counts[layer, unit.label or "", side] += 1
    for label, (_, exact, overlap) in matches(predicted, gold, labelled=labelled).items():
        counts[layer, label, "exact"] += exact
        counts[layer, label, "overlap"] += overlap


def _entities(counts: Counts, predicted: Sequence[Entity], gold: Sequence[Entity]) -> None:
    a = [Unit(((e.start, e.end),), e.label) for e in predicted]
    b = [Unit(((e.start, e.end),), e.label) for e in gold]
    _units(counts, "entities", a, b, labelled=True)
    for i, j in exact_pairs(a, b):
        if inventory().entities[gold[j].label].subtypes:
            counts["entities", "subtype", "n"] += 1
            counts["entities", "subtype", "right"] += predicted[i].subtype == gold[j].subtype


def _quantities(counts: Counts, predicted: Sequence[Quantity], gold: Sequence[Quantity]) -> None:
    a = [Unit(((q.start, q.end),), q.kind) for q in predicted]
    b = [Unit(((q.start, q.end),), q.kind) for q in gold]
    _units(counts, "quantities", a, b, labelled=False)
    for i, j in exact_pairs([unit.pieces for unit in a], [unit.pieces for unit in b]):
        for name, reading in QUANTITY_READINGS.items():
            counts["quantities", name, "n"] += 1
            counts["quantities", name, "right"] += reading(predicted[i]) == reading(gold[j])


def _attributions(
    counts: Counts, predicted: Sequence[Attribution], gold: Sequence[Attribution], text: str | None
) -> None:
    _units(counts, "attributions", cue_units(predicted), cue_units(gold), labelled=False)
    pairs = aligned_by_cue(predicted, gold)
    for i, j in pairs:
        for name in ("kind", "implicit_source"):
            counts["attributions", name, "n"] += 1
            counts["attributions", name, "right"] += getattr(predicted[i], name) == getattr(gold[j], name)
    for (part, figure), number in compare(predicted, gold, pairs, text).items():
        counts["attributions", part, figure] += number


def _scores(counts: Counts, layer: str) -> LayerScores:
    whole = _label_scores(counts, layer, "")
    return LayerScores(
        exact=whole.exact,
        overlap=whole.overlap,
        labels={
            name: _label_scores(counts, layer, name)
            for name in LABELS[layer]
            if counts[layer, name, "n_predicted"] or counts[layer, name, "n_gold"]
        },
        attributes={name: _share(counts[layer, name, "right"], counts[layer, name, "n"]) for name in SHARES[layer]},
        parts={part: _part_scores(counts, part) for part in (PARTS if layer == "attributions" else ())},
    )


def _label_scores(counts: Counts, layer: str, name: str) -> LabelScores:
    return LabelScores(exact=_score(counts, layer, name, "exact"), overlap=_score(counts, layer, name, "overlap"))


def _score(counts: Counts, layer: str, name: str, mode: str) -> Score:
    matched = counts[layer, name, mode]
    predicted, gold = counts[layer, name, "n_predicted"], counts[layer, name, "n_gold"]
    return Score(
        precision=_ratio(matched, predicted),
        recall=_ratio(matched, gold),
        f1=_ratio(2 * matched, predicted + gold),
        matched=matched,
        n_predicted=predicted,
        n_gold=gold,
    )


def _part_scores(counts: Counts, part: str) -> PartScores:
    def number(figure: str) -> int:
        return counts["attributions", part, figure]

    n, spans, with_head = number("n"), part in SPANS, ("attributions", part, "head") in counts
    return PartScores(
        exact=_share(number("exact"), n),
        exact_expressed=_share(number("exact_expressed"), number("n_expressed")),
        overlap=_share(number("overlap"), n) if spans else None,
        head=_share(number("head"), n) if with_head else None,
        characters_f1=_ratio(2 * number("shared"), number("size")) if spans else None,
    )


def _share(right: int, n: int) -> Share:
    return Share(share=_ratio(right, n), right=right, n=n)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
