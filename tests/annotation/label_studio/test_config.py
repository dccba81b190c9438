"""The configs follow the label inventory, and Label Studio's own parser agrees with what musnad writes."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from typing import Any

import pytest

from musnad.annotation.label_studio.config import PASSES, Pass, labelling_config, region_labels, subtype_control
from musnad.annotation.label_studio.regions import encode
from musnad.corpus import samples
from musnad.schema.labels import inventory


def tree(which: Pass) -> ET.Element:
    return ET.fromstring(labelling_config(which))  # noqa: S314 our own XML


def values(which: Pass, control: str) -> list[str | None]:
    (found,) = [element for element in tree(which).iter() if element.get("name") == control]
    return [child.get("alias") for child in found]


@pytest.mark.parametrize("which", PASSES)
def test_every_label_of_the_inventory_can_be_drawn(which: Pass) -> None:
    assert values(which, "label") == list(region_labels(which))


def test_every_value_of_the_schema_can_be_chosen() -> None:
    labels = inventory()
    assert values("entities", "kind") == list(labels.quantity.kinds)
    assert values("entities", "bound") == list(labels.quantity.bounds)
    assert values("attributions", "kind") == list(labels.attribution.kinds)
    for name, entity in labels.entities.items():
        if entity.subtypes:
            assert values("entities", subtype_control(name)) == list(entity.subtypes)


@pytest.mark.parametrize("which", PASSES)
def test_every_label_has_a_key_and_a_colour_of_its_own_and_both_names(which: Pass) -> None:
    labels = list(tree(which).iter("Label"))
    assert len({label.get("hotkey") for label in labels}) == len(labels)
    assert len({label.get("background") for label in labels}) == len(labels)
    assert all(any("ء" <= c <= "ي" for c in label.get("value") or "") for label in labels)
    assert all(any(c.isascii() and c.isalpha() for c in label.get("value") or "") for label in labels)


@pytest.mark.parametrize("which", PASSES)
def test_fields_appear_only_for_regions_of_their_label(which: Pass) -> None:
    fields = [element for element in tree(which).iter() if element.tag in ("Choices", "TextArea")]
    assert fields
    for field in fields:
        assert (field.get("perRegion"), field.get("visibleWhen"), field.get("whenTagName")) == (
            "true",
            "region-selected",
            "label",
        )
        assert field.get("whenLabelValue") in region_labels(which)


@pytest.mark.parametrize("which", PASSES)
@pytest.mark.parametrize("adjudication", [False, True])
def test_label_studio_accepts_the_config_and_every_shipped_layer_in_it(which: Pass, adjudication: bool) -> None:
    interfaces: Any = pytest.importorskip("label_studio_sdk.label_interface")
    interface = interfaces.LabelInterface(labelling_config(which, adjudication=adjudication))
    interface.validate()
    texts = {article.id: article.text for article in samples.articles()}
    layers = [layer for name in samples.layer_names() for layer in samples.layers(name)]
    assert layers
    for layer in layers:
        rows = encode(layer, texts[layer.article_id], which)
        prediction = {"model_version": "x", "score": 0.5, "result": [row for row in rows if row["type"] != "relation"]}
        assert interface.validate_prediction(prediction, return_errors=True) == []


def test_shipped_layers_need_hardly_an_arrow() -> None:
    texts = {article.id: article.text for article in samples.articles()}
    layers = [layer for name in samples.layer_names() for layer in samples.layers(name)]
    arrows = [
        sum(row["type"] == "relation" for which in PASSES for row in encode(layer, texts[layer.article_id], which))
        for layer in layers
    ]
    assert max(arrows) <= 3
    assert sum(arrows) <= 1.5 * len(layers)
