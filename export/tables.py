"""Records as rows of the dataset's configs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple

from ..corpus.sentences import sentences
from ..schema.chain import Link, chain, claims
from ..schema.labels import inventory
from ..schema.records import Article, Attribution, Entity, Layer, Quantity, Span

Row = dict[str, Any]


class Entry(NamedTuple):
    """What a release holds of one article: its gold, its people's layers, and the story it tells."""

    article: Article
    gold: Layer
    layers: Sequence[Layer]
    story: str


def rows(config: str, entry: Entry) -> Iterator[Row]:
    """Yield the rows of one config for one article, class labels as their index. Raises KeyError for an unknown one."""
    return _ROWS[config](entry)


def _gold(entry: Entry) -> Iterator[Row]:
    article = entry.article
    own = {name: getattr(article, name) for name in ("sha256", "text", "title", "url", "license")}
    boilerplate = [{"start": line.start, "end": line.end, "kind": line.kind} for line in article.boilerplate]
    yield {**_article(entry), **own, "boilerplate": boilerplate, **_layers(entry.gold, article.text)}


def _annotations(entry: Entry) -> Iterator[Row]:
    for layer in entry.layers:
        yield {
            **_article(entry),
            "annotator": layer.annotator,
            "control": bool(layer.meta.get("control", False)),
            **_layers(layer, entry.article.text),
        }


def _quantities(entry: Entry) -> Iterator[Row]:
    text = entry.article.text
    spans = sentences(text)
    starts = [start for start, _ in spans]
    for quantity in entry.gold.quantities:
        sentence = spans[max(0, bisect_right(starts, quantity.start) - 1)]
        yield {**_article(entry), **_quantity(quantity, text), "sentence": _span(sentence, text)}


def _attributions(entry: Entry) -> Iterator[Row]:
    text = entry.article.text
    for attribution in entry.gold.attributions:
        links = chain(attribution, entry.gold, entry.article)
        yield {**_article(entry), **_attribution(attribution, text), "chain": _chain(links)}


def _claims(entry: Entry) -> Iterator[Row]:
    text = entry.article.text
    for claim in claims(entry.gold, entry.article):
        quantity = _quantity(claim.quantity, text)
        yield {
            **_article(entry),
            "quantity_id": quantity.pop("id"),
            **quantity,
            "attribution_id": claim.attribution.id,
            "chain": _chain(claim.chain),
        }


_ROWS: dict[str, Callable[[Entry], Iterator[Row]]] = {
    "gold": _gold,
    "quantities": _quantities,
    "attributions": _attributions,
    "claims": _claims,
    "annotations": _annotations,
}


def _article(entry: Entry) -> Row:
    article = entry.article
    return {
        "article_id": article.id,
        "story": entry.story,
        "publisher": article.publisher,
        "published": article.published,
    }


def _layers(layer: Layer, text: str) -> Row:
    return {
        "entities": [_entity(entity, text) for entity in layer.entities],
        "quantities": [_quantity(quantity, text) for quantity in layer.quantities],
        "attributions": [_attribution(attribution, text) for attribution in layer.attributions],
    }


def _span(span: Span | None, text: str) -> Row | None:
    return None if span is None else {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}


def _entity(entity: Entity, text: str) -> Row:
    label = _index(inventory().entities, entity.label)
    span = _span((entity.start, entity.end), text)
    return {"id": entity.id, **(span or {}), "label": label, "subtype": entity.subtype}


def _quantity(quantity: Quantity, text: str) -> Row:
    labels = inventory().quantity
    numbers = {name: getattr(quantity, name) for name in ("value", "low", "high")}
    return {
        "id": quantity.id,
        **(_span((quantity.start, quantity.end), text) or {}),
        "kind": _index(labels.kinds, quantity.kind),
        "bound": _index(labels.bounds, quantity.bound),
        **numbers,
        **{f"{name}_float": None if number is None else float(number) for name, number in numbers.items()},
        "unit": quantity.unit,
        "counted": _span(quantity.counted, text),
    }


def _attribution(attribution: Attribution, text: str) -> Row:
    return {
        "id": attribution.id,
        "kind": _index(inventory().attribution.kinds, attribution.kind),
        "cues": [_span(span, text) for span in attribution.cues],
        "source": _span(attribution.source, text),
        "implicit_source": attribution.implicit_source,
        "relays": [_span(span, text) for span in attribution.relays],
        "content": [_span(span, text) for span in attribution.content],
        "parent": attribution.parent,
    }


def _chain(links: Sequence[Link]) -> list[Row]:
    roles = ("publisher", "relay", "source")
    return [{"role": roles.index(link.role), "name": link.name} for link in links]


def _index(names: dict[str, Any], name: str) -> int:
    return list(names).index(name)
