"""Records as rows of the dataset's configs."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from typing import Any, get_args

from ..annotation.adjudication import Decider
from ..corpus.sentences import sentences
from ..schema.chain import Link, chain, claims
from ..schema.labels import inventory
from ..schema.records import Attribution, Entity, Layer, Quantity, Span
from .shelf import Entry
from .tokens import columns, labelled, names, tag, tokens

Row = dict[str, Any]


def rows(config: str, entry: Entry) -> Iterator[Row]:
    """Yield the rows of one config for one article, class labels as their index. Raises KeyError for an unknown one."""
    return _ROWS[config](entry)


def decided(gold: Layer) -> dict[str, str]:
    """Return who decided each mark of a gold layer, by the mark's id, as `musnad adjudicate` notes it in the meta."""
    noted = gold.meta.get("decided")
    if not isinstance(noted, Mapping):
        return {}
    known = get_args(Decider)
    return {mark: who for mark, who in noted.items() if isinstance(mark, str) and who in known}


def without_text(row: Row) -> Row:
    """Return a row with null in place of every word of the article: offsets, labels and figures stay."""
    return {name: _hidden(name, value) for name, value in row.items()}


def _gold(entry: Entry) -> Iterator[Row]:
    article = entry.article
    own = {name: getattr(article, name) for name in ("sha256", "text", "title", "url", "license")}
    boilerplate = [{"start": line.start, "end": line.end, "kind": line.kind} for line in article.boilerplate]
    yield {
        **_article(entry),
        **own,
        "boilerplate": boilerplate,
        **_layers(entry.gold, article.text, decided(entry.gold)),
    }


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
    deciders = decided(entry.gold)
    for quantity in entry.gold.quantities:
        sentence = spans[max(0, bisect_right(starts, quantity.start) - 1)]
        yield {**_article(entry), **_quantity(quantity, text), **_decider(quantity, deciders),
               "sentence": _span(sentence, text)}  # fmt: skip


def _attributions(entry: Entry) -> Iterator[Row]:
    text, deciders = entry.article.text, decided(entry.gold)
    for attribution in entry.gold.attributions:
        links = chain(attribution, entry.gold, entry.article)
        yield {**_article(entry), **_attribution(attribution, text), **_decider(attribution, deciders),
               "chain": _chain(links)}  # fmt: skip


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


def _tokens(entry: Entry) -> Iterator[Row]:
    text, found = entry.article.text, tokens(entry.article.text)
    tags = {name: tag(found, spans).tags for name, spans in labelled(entry.gold).items()}
    numbers = {name: {one: n for n, one in enumerate(names(labels))} for name, labels in columns().items()}
    for index, (first, past) in enumerate(found.sentences):
        starts, ends = found.starts[first:past], found.ends[first:past]
        yield {
            **_article(entry),
            "sentence": index,
            "tokens": [text[start:end] for start, end in zip(starts, ends, strict=True)],
            "starts": starts,
            "ends": ends,
            **{name: [numbers[name][one] for one in own[first:past]] for name, own in tags.items()},
        }


_ROWS: dict[str, Callable[[Entry], Iterator[Row]]] = {
    "gold": _gold,
    "tokens": _tokens,
    "quantities": _quantities,
    "attributions": _attributions,
    "claims": _claims,
    "annotations": _annotations,
}


_TEXT = frozenset({"text", "title", "tokens"})


def _hidden(name: str, value: Any) -> Any:
    if name in _TEXT:
        return None
    if name == "chain":
        return [link if link["role"] == 0 else {**link, "name": None} for link in value]
    if isinstance(value, dict):
        return without_text(value)
    if isinstance(value, list) and value and isinstance(value[0], dict):
        return [without_text(one) for one in value]
    return value


def _article(entry: Entry) -> Row:
    article = entry.article
    return {
        "article_id": article.id,
        "story": entry.story,
        "publisher": article.publisher,
        "published": article.published,
    }


def _layers(layer: Layer, text: str, deciders: Mapping[str, str] | None = None) -> Row:
    """A layer's marks; of gold with who decided each."""
    return {
        "entities": [{**_entity(one, text), **_decider(one, deciders)} for one in layer.entities],
        "quantities": [{**_quantity(one, text), **_decider(one, deciders)} for one in layer.quantities],
        "attributions": [{**_attribution(one, text), **_decider(one, deciders)} for one in layer.attributions],
    }


def _decider(mark: Entity | Quantity | Attribution, deciders: Mapping[str, str] | None) -> Row:
    return {} if deciders is None else {"decided": deciders.get(mark.id)}


def _span(span: Span | None, text: str) -> Row | None:
    return None if span is None else {"start": span[0], "end": span[1], "text": text[span[0] : span[1]]}


def _entity(entity: Entity, text: str) -> Row:
    label = _numbers()["label"][entity.label]
    span = _span((entity.start, entity.end), text)
    return {"id": entity.id, **(span or {}), "label": label, "subtype": entity.subtype}


def _quantity(quantity: Quantity, text: str) -> Row:
    numbers = {name: getattr(quantity, name) for name in ("value", "low", "high")}
    return {
        "id": quantity.id,
        **(_span((quantity.start, quantity.end), text) or {}),
        "kind": _numbers()["kind"][quantity.kind],
        "bound": _numbers()["bound"][quantity.bound],
        **numbers,
        **{f"{name}_float": None if number is None else float(number) for name, number in numbers.items()},
        "unit": quantity.unit,
        "counted": _span(quantity.counted, text),
    }


def _attribution(attribution: Attribution, text: str) -> Row:
    return {
        "id": attribution.id,
        "kind": _numbers()["attribution"][attribution.kind],
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


@cache
def _numbers() -> dict[str, dict[str, int]]:
    """The number of each label in its feature."""
    labels = inventory()
    named: dict[str, Iterable[str]] = {
        "label": labels.entities,
        "kind": labels.quantity.kinds,
        "bound": labels.quantity.bounds,
        "attribution": labels.attribution.kinds,
    }
    return {feature: {name: n for n, name in enumerate(own)} for feature, own in named.items()}
