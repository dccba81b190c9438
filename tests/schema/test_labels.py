"""One inventory: what hangs on the labels follows from `labels.yaml`."""

from __future__ import annotations

import json
import re
from importlib.resources import files

import jsonschema
import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.schema.guidelines import guidelines
from musnad.schema.json_schema import FORMATS, json_schema
from musnad.schema.labels import inventory
from musnad.schema.tagsets import TAGSETS, from_tagset, to_tagset


def test_hotkeys_and_colours_are_told_apart_within_each_pass() -> None:
    labels = inventory()
    first = [*labels.entities.values(), labels.quantity.region, labels.quantity.counted]
    for regions in (first, list(labels.attribution.regions.values())):
        assert len({region.hotkey for region in regions}) == len(regions)
        assert len({region.colour for region in regions}) == len(regions)


@pytest.mark.parametrize("tagset", TAGSETS)
def test_every_tag_reads_as_labels_that_write_it_back(tagset: str) -> None:
    for tag, labels in from_tagset(tagset).items():
        for label in labels:
            assert tag in inventory().entities[label].tagsets[tagset]
    written = {to_tagset(label, tagset) for label in inventory().entities} - {None}
    assert written <= set(from_tagset(tagset))


def test_anercorp_locations_cover_three_of_our_labels() -> None:
    assert from_tagset("anercorp")["LOC"] == ("GPE", "LOC", "FAC")
    assert to_tagset("NORP", "ace") is None


@pytest.mark.parametrize("language", ["ar", "en"])
def test_the_guidelines_name_every_label_and_leave_no_slot_open(language: str) -> None:
    text = guidelines(language)  # type: ignore[arg-type]
    assert "{{" not in text
    labels = inventory()
    names = [*labels.entities, *labels.quantity.kinds, *labels.quantity.bounds, *labels.attribution.kinds]
    names += [subtype for label in labels.entities.values() for subtype in label.subtypes]
    assert [name for name in names if not re.search(rf"\b{name}\b", text)] == []


@pytest.mark.parametrize("name", FORMATS)
def test_the_json_schemas_in_the_package_are_current(name: str) -> None:
    stored = json.loads((files("musnad.schema") / f"{name}.schema.json").read_text("utf-8"))
    assert stored == json_schema(name), "run `make schemas`"
    jsonschema.Draft202012Validator.check_schema(stored)


article_validator, layer_validator = (
    jsonschema.Draft202012Validator(json_schema(name)) for name in ("article", "annotation")
)


@given(st.data())
def test_every_valid_record_satisfies_its_json_schema(data: st.DataObject) -> None:
    article = data.draw(articles())
    layer = data.draw(layers(article))
    article_validator.validate(json.loads(msgspec.json.encode(article)))
    layer_validator.validate(json.loads(msgspec.json.encode(layer)))


def test_an_unknown_label_fails_the_json_schema() -> None:
    raw = {"article_id": "a", "sha256": "0" * 64, "annotator": "x"}
    raw["entities"] = [{"id": "e1", "start": 0, "end": 1, "label": "CITY"}]  # type: ignore[assignment]
    with pytest.raises(jsonschema.ValidationError, match="CITY"):
        jsonschema.validate(raw, json_schema("annotation"))
