"""The dataset features of each config, explicit, from the label inventory."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..schema.labels import inventory
from .tokens import columns, names

if TYPE_CHECKING:
    from datasets import Features

CONFIGS = ("gold", "tokens", "quantities", "attributions", "claims", "annotations")
DEFAULT_CONFIG = "gold"


def features(config: str) -> Features:
    """Return the features of a config. Raises KeyError for an unknown one."""
    from datasets import Features

    return Features({"gold": _gold, "tokens": _tokens, "quantities": _quantities, "attributions": _attributions,
                     "claims": _claims, "annotations": _annotations}[config]())  # fmt: skip


def _value(dtype: str = "string") -> Any:
    from datasets import Value

    return Value(dtype)


def _list(feature: Any) -> Any:
    from datasets import List

    return List(feature)


def _class(names: Any) -> Any:
    from datasets import ClassLabel

    return ClassLabel(names=list(names))


def _span() -> dict[str, Any]:
    return {"start": _value("int32"), "end": _value("int32"), "text": _value()}


def _article() -> dict[str, Any]:
    return {"article_id": _value(), "story": _value(), "publisher": _value(), "published": _value()}


def _entity() -> dict[str, Any]:
    return {"id": _value(), **_span(), "label": _class(inventory().entities), "subtype": _value()}


def _decided() -> dict[str, Any]:
    """Who decided a mark of the gold: `unanimous`, `majority` or `adjudicator`; null where the gold does not say."""
    return {"decided": _value()}


def _reading() -> dict[str, Any]:
    """How a quantity reads: decimal strings for exactness, and floats for convenience."""
    labels = inventory().quantity
    return {
        "kind": _class(labels.kinds),
        "bound": _class(labels.bounds),
        **{name: _value() for name in ("value", "low", "high")},
        **{f"{name}_float": _value("float64") for name in ("value", "low", "high")},
        "unit": _value(),
    }


def _quantity() -> dict[str, Any]:
    return {"id": _value(), **_span(), **_reading(), "counted": _span()}


def _attribution() -> dict[str, Any]:
    return {
        "id": _value(),
        "kind": _class(inventory().attribution.kinds),
        "cues": _list(_span()),
        "source": _span(),
        "implicit_source": _value("bool"),
        "relays": _list(_span()),
        "content": _list(_span()),
        "parent": _value(),
    }


def _chain() -> Any:
    return _list({"role": _class(["publisher", "relay", "source"]), "name": _value()})


def _layers(more: dict[str, Any]) -> dict[str, Any]:
    return {
        "entities": _list({**_entity(), **more}),
        "quantities": _list({**_quantity(), **more}),
        "attributions": _list({**_attribution(), **more}),
    }


def _gold() -> dict[str, Any]:
    article = {name: _value() for name in ("sha256", "text", "title", "url", "license")}
    boilerplate = {"start": _value("int32"), "end": _value("int32"), "kind": _value()}
    return {**_article(), **article, "boilerplate": _list(boilerplate), **_layers(_decided())}


def _tokens() -> dict[str, Any]:
    return {
        **_article(),
        "sentence": _value("int32"),
        "tokens": _list(_value()),
        "starts": _list(_value("int32")),
        "ends": _list(_value("int32")),
        **{column: _list(_class(names(labels))) for column, labels in columns().items()},
    }


def _quantities() -> dict[str, Any]:
    return {**_article(), **_quantity(), **_decided(), "sentence": _span()}


def _attributions() -> dict[str, Any]:
    return {**_article(), **_attribution(), **_decided(), "chain": _chain()}


def _claims() -> dict[str, Any]:
    return {**_article(), "quantity_id": _value(), **_span(), **_reading(), "counted": _span(),
            "attribution_id": _value(), "chain": _chain()}  # fmt: skip


def _annotations() -> dict[str, Any]:
    return {**_article(), "annotator": _value(), "control": _value("bool"), **_layers({})}
