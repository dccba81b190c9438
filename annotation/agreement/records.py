"""What the records of a layer are to an agreement study: whose they are, their labels, and their order."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from ...schema.errors import LayersError
from ...schema.labels import inventory
from ...schema.records import GOLD, Article, Attribution, Entity, Layer, Quantity

LAYERS = ("entities", "quantities", "attributions")
# In which of an annotator's passes (a layer's `meta["passes"]`) each layer is marked.
PASS_OF = {"entities": "entities", "quantities": "entities", "attributions": "attributions"}


def is_human(layer: Layer) -> bool:
    """Whether a person made the layer: no pre-annotator (`meta["model_version"]`) and not the gold."""
    return "model_version" not in layer.meta and layer.annotator != GOLD


def is_control(layer: Layer) -> bool:
    """Whether the annotator worked without pre-annotation (`meta["control"]`)."""
    return bool(layer.meta.get("control"))


def is_marked(layer: Layer, name: str) -> bool:
    """Whether the annotator did the pass in which this layer is marked; a layer that names no passes is whole."""
    passes = layer.meta.get("passes")
    return passes is None or PASS_OF[name] in passes


def counts(layer: Layer, annotators: Collection[str] | None) -> bool:
    """Whether the layer is an annotator's: one of those named, or any person's where none are."""
    return layer.annotator in annotators if annotators is not None else is_human(layer)


def same_text(layer: Layer, articles: Mapping[str, Article]) -> Article:
    """Return the article that the layer was made for; raise LayersError where there is none, or it has another text."""
    article = articles.get(layer.article_id)
    if article is None:
        raise LayersError(f"a layer of {layer.annotator!r} is of article {layer.article_id!r}, which is not given")
    if article.sha256 != layer.sha256:
        raise LayersError(
            f"article {layer.article_id!r}: the layer of {layer.annotator!r} was made for the text"
            f" {layer.sha256[:12]}…, but the article has {article.sha256[:12]}…"
        )
    return article


def labels_of(layer: str) -> list[str]:
    """Return a layer's labels in the inventory's order: entity labels, quantity kinds, attribution kinds."""
    labels = inventory()
    return {
        "entities": list(labels.entities),
        "quantities": list(labels.quantity.kinds),
        "attributions": list(labels.attribution.kinds),
    }[layer]


# Number of each label from 1 on; 0 is the gap.
CODES: dict[str, dict[str, int]] = {
    layer: {name: n for n, name in enumerate(labels_of(layer), start=1)} for layer in LAYERS
}


def entity_order(e: Entity) -> tuple[Any, ...]:
    """A key that sorts entities by what they say, whatever their ids."""
    return (e.start, e.end, e.label, e.subtype or "")


def quantity_order(q: Quantity) -> tuple[Any, ...]:
    """A key that sorts quantities by what they say, whatever their ids."""
    return (q.start, q.end, q.kind, q.bound, q.value or "", q.low or "", q.high or "", q.unit or "", q.counted or ())


def attribution_order(a: Attribution) -> tuple[Any, ...]:
    """A key that sorts attributions by what they say, whatever their ids (parents aside)."""
    return (a.cues, a.kind, a.source or (), a.implicit_source, a.relays, a.content)
