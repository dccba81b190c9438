"""Articles in, one pre-annotated layer each out: the parts in order, their mentions joined into a record."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any, TypeVar, get_args

from ...schema.errors import MusnadError
from ...schema.records import Article, Attribution, Entity, Layer, Quantity
from .document import LayerName, Mention, Part, analyse

_R = TypeVar("_R", Entity, Quantity, Attribution)

LAYERS: tuple[LayerName, ...] = get_args(LayerName)


def _entities(choice: str) -> Callable[[], Part]:
    def load() -> Part:
        from .entities.recogniser import entity_recogniser

        return entity_recogniser(choice)

    return load


def _quantity_grammar() -> Part:
    from .quantities.grammar import QuantityGrammar

    return QuantityGrammar()


def _attribution_grammar() -> Part:
    from .attributions.grammar import AttributionGrammar

    return AttributionGrammar()


# Who makes which layer, by the name that `--entities` and its like take; a new part is one line here.
REGISTRY: dict[LayerName, dict[str, Callable[[], Part]]] = {
    "entities": {choice: _entities(choice) for choice in ("auto", "crf", "rules", "camel")},
    "quantities": {"rules": _quantity_grammar},
    "attributions": {"rules": _attribution_grammar},
}


def layer_names(names: str) -> tuple[LayerName, ...]:
    """Return the layers of a list with commas between. Raises MusnadError for a name that is none."""
    chosen = [name.strip() for name in names.split(",") if name.strip()]
    for name in chosen or [names]:
        if name not in LAYERS:
            raise MusnadError(f"unknown layer {name!r}; the layers are {', '.join(LAYERS)}")
    return tuple(layer for layer in LAYERS if layer in chosen)


class Pipeline:
    """The chosen parts, loaded once; `version` names them all and is the annotator of the layers."""

    def __init__(self, layers: Sequence[LayerName] = LAYERS, *, entities: str = "auto") -> None:
        """Load the parts of `layers`. Raises MusnadError for an unknown part or one that can't load."""
        chosen: dict[LayerName, str] = {"quantities": "rules", "entities": entities, "attributions": "rules"}
        self.layers = tuple(layers)
        # Attributions build on both other layers, so these run even when only attributions are asked for.
        needed = LAYERS if "attributions" in layers else self.layers
        makers = REGISTRY | {"entities": {entities: _entities(entities), **REGISTRY["entities"]}}
        self.parts = [makers[layer][chosen[layer]]() for layer in chosen if layer in needed]
        self.version = "+".join(part.version for part in self.parts if part.layer in self.layers)

    def annotate(self, article: Article) -> Layer:
        """Return an article's pre-annotations as a layer; its `meta` says which part made each, with what score."""
        document = analyse(article.text)
        found: dict[LayerName, list[Mention]] = {}
        for part in self.parts:
            mentions = part.annotate(document)
            found[part.layer] = mentions
            records: Any = tuple(mention.record for mention in mentions)
            if part.layer == "entities":
                document.entities = records
            elif part.layer == "quantities":
                document.quantities = records
        kept = {layer: found[layer] if layer in self.layers else [] for layer in LAYERS}
        return Layer(
            article_id=article.id,
            sha256=article.sha256,
            annotator=self.version,
            entities=_records(kept["entities"], Entity),
            quantities=_records(kept["quantities"], Quantity),
            attributions=_records(kept["attributions"], Attribution),
            meta={
                "model_version": self.version,
                "mentions": {
                    mention.record.id: {"part": mention.part, "score": round(mention.score, 4)}
                    for mentions in kept.values()
                    for mention in mentions
                },
            },
        )

    def annotate_all(self, articles: Iterable[Article]) -> Iterator[Layer]:
        """Yield the layer of each article, in order."""
        return map(self.annotate, articles)


def _records(mentions: Iterable[Mention], kind: type[_R]) -> tuple[_R, ...]:
    return tuple(mention.record for mention in mentions if isinstance(mention.record, kind))
