"""`musnad evaluate`: predicted layers against gold, by the same matching as the agreement figures."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain

from ...schema.errors import LayersError
from ...schema.evaluation_report import EvaluationReport, LabelScores, LayerScores, PartScores, Score, Share
from ...schema.labels import inventory
from ...schema.records import Article, Attribution, Entity, Layer, Quantity
from .given_cue import PARTS, aligned_by_cue, compare, cue_units
from .matching import Unit, exact_pairs, overlap_pairs

_Counts = Counter[tuple[str, ...]]


def evaluate(
    predicted: Iterable[Layer], gold: Iterable[Layer], articles: Mapping[str, Article] | None = None
) -> EvaluationReport:
    """Score predicted layers against gold ones over the articles that both have; counts are summed over articles.

    With `articles` (by id), attributions also get the share of parts that begin in the same word (`head`).
    Raises LayersError when a side has two layers of one article, or the two layers were made for different texts.
    """
    predictions, golds = _by_article(predicted, "predicted"), _by_article(gold, "gold")
    both = [article_id for article_id in golds if article_id in predictions]
    entities: _Counts = Counter()
    quantities: _Counts = Counter()
    attributions: _Counts = Counter()
    for article_id in both:
        one, other = predictions[article_id], golds[article_id]
        if one.sha256 != other.sha256:
            raise LayersError(
                f"article {article_id!r}: the predicted layer was made for the text {one.sha256[:12]}…, the gold layer"
                f" for {other.sha256[:12]}…: annotate the same text, offsets of different texts can't be compared"
            )
        article = articles.get(article_id) if articles else None
        _entities(entities, one.entities, other.entities)
        _quantities(quantities, one.quantities, other.quantities)
        _attributions(attributions, one.attributions, other.attributions, article.text if article else None)
    labels = inventory()
    return EvaluationReport(
        n_articles=len(both),
        only_predicted=[article_id for article_id in predictions if article_id not in golds],
        only_gold=[article_id for article_id in golds if article_id not in predictions],
        layers={
            "entities": _scores(entities, labels.entities, ("subtype",)),
            "quantities": _scores(quantities, labels.quantity.kinds, QUANTITY_READINGS),
            "attributions": _scores(attributions, labels.attribution.kinds, ("kind", "implicit_source"), PARTS),
        },
    )


Row = tuple[str, str, float | None, float | None, float | None, int]


def figures(report: EvaluationReport) -> Iterator[Row]:
    """Yield the report as rows: layer, what, precision, recall, F1 (or the share that is right), and of how many."""
    for layer, scores in report.layers.items():
        for what, score in (("exact", scores.exact), ("overlap", scores.overlap)):
            yield layer, what, score.precision, score.recall, score.f1, score.n_gold
        for label, by_label in scores.labels.items():
            for what, score in (("exact", by_label.exact), ("overlap", by_label.overlap)):
                yield layer, f"{label} {what}", score.precision, score.recall, score.f1, score.n_gold
        for name, share in scores.attributes.items():
            yield layer, f"{name} right, of those found", None, None, share.share, share.n
        for part, parts in scores.parts.items():
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


def _by_article(layers: Iterable[Layer], side: str) -> dict[str, Layer]:
    found: dict[str, Layer] = {}
    for layer in layers:
        if layer.article_id in found:
            raise LayersError(
                f"article {layer.article_id!r} has two {side} layers ({found[layer.article_id].annotator!r} and"
                f" {layer.annotator!r}): keep one annotator in the file"
            )
        found[layer.article_id] = layer
    return found


def _units(counts: _Counts, predicted: Sequence[Unit], gold: Sequence[Unit], *, labelled: bool) -> None:
    """Count sizes and matches of the layer (label included if `labelled`) and of each label by itself."""
    names = {unit.label for unit in chain(predicted, gold)}
    for name in [None, *sorted(n for n in names if n)]:
        a = [unit for unit in predicted if name in (None, unit.label)]
        b = [unit for unit in gold if name in (None, unit.label)]
        key = name or ""
        counts[key, "n_predicted"] += len(a)
        counts[key, "n_gold"] += len(b)
        if labelled:
            exact = len(exact_pairs(a, b))
        else:
            exact = len(exact_pairs([unit.pieces for unit in a], [unit.pieces for unit in b]))
        counts[key, "exact"] += exact
        counts[key, "overlap"] += len(overlap_pairs(a, b, same_label=labelled))


def _entities(counts: _Counts, predicted: Sequence[Entity], gold: Sequence[Entity]) -> None:
    a = [Unit(((e.start, e.end),), e.label) for e in predicted]
    b = [Unit(((e.start, e.end),), e.label) for e in gold]
    _units(counts, a, b, labelled=True)
    for i, j in exact_pairs(a, b):
        if inventory().entities[gold[j].label].subtypes:
            counts["subtype", "n"] += 1
            counts["subtype", "right"] += predicted[i].subtype == gold[j].subtype


def _quantities(counts: _Counts, predicted: Sequence[Quantity], gold: Sequence[Quantity]) -> None:
    a = [Unit(((q.start, q.end),), q.kind) for q in predicted]
    b = [Unit(((q.start, q.end),), q.kind) for q in gold]
    _units(counts, a, b, labelled=False)
    for i, j in exact_pairs([unit.pieces for unit in a], [unit.pieces for unit in b]):
        for name, reading in QUANTITY_READINGS.items():
            counts[name, "n"] += 1
            counts[name, "right"] += reading(predicted[i]) == reading(gold[j])


def _attributions(
    counts: _Counts, predicted: Sequence[Attribution], gold: Sequence[Attribution], text: str | None
) -> None:
    _units(counts, cue_units(predicted), cue_units(gold), labelled=False)
    pairs = aligned_by_cue(predicted, gold)
    for i, j in pairs:
        for name in ("kind", "implicit_source"):
            counts[name, "n"] += 1
            counts[name, "right"] += getattr(predicted[i], name) == getattr(gold[j], name)
    for key, count in compare(predicted, gold, pairs, text).items():
        counts[key] += count


def _scores(
    counts: _Counts, labels: Iterable[str], attributes: Iterable[str], parts: Iterable[str] = ()
) -> LayerScores:
    whole = _label_scores(counts, "")
    return LayerScores(
        exact=whole.exact,
        overlap=whole.overlap,
        labels={name: _label_scores(counts, name) for name in labels if (name, "n_gold") in counts},
        attributes={name: _share(counts[name, "right"], counts[name, "n"]) for name in attributes},
        parts={part: _part_scores(counts, part) for part in parts},
    )


def _label_scores(counts: _Counts, name: str) -> LabelScores:
    return LabelScores(exact=_score(counts, name, "exact"), overlap=_score(counts, name, "overlap"))


def _score(counts: _Counts, name: str, mode: str) -> Score:
    matched, predicted, gold = counts[name, mode], counts[name, "n_predicted"], counts[name, "n_gold"]
    return Score(
        precision=_ratio(matched, predicted),
        recall=_ratio(matched, gold),
        f1=_ratio(2 * matched, predicted + gold),
        matched=matched,
        n_predicted=predicted,
        n_gold=gold,
    )


def _part_scores(counts: _Counts, part: str) -> PartScores:
    n, spans = counts[part, "n"], part in ("source", "relay", "content")
    return PartScores(
        exact=_share(counts[part, "exact"], n),
        exact_expressed=_share(counts[part, "exact_expressed"], counts[part, "n_expressed"]),
        overlap=_share(counts[part, "overlap"], n) if spans else None,
        head=_share(counts[part, "head"], n) if (part, "head") in counts else None,
        characters_f1=_ratio(2 * counts[part, "shared"], counts[part, "size"]) if spans else None,
    )


def _share(right: int, n: int) -> Share:
    return Share(share=_ratio(right, n), right=right, n=n)


def _ratio(part: int, whole: int) -> float | None:
    return part / whole if whole else None
