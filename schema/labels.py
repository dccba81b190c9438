"""The label inventory of `labels.yaml`, read once, as typed values."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import msgspec
import yaml


class Name(msgspec.Struct, frozen=True):
    """What a label, a subtype or a value is called in both languages."""

    ar: str
    en: str
    example: str = ""


class Region(msgspec.Struct, frozen=True):
    """A label that an annotator draws: its names, key and colour."""

    ar: str
    en: str
    hotkey: str
    colour: str


class EntityLabel(msgspec.Struct, frozen=True):
    """An entity label: a region with a definition, subtypes and its tags in other schemes."""

    ar: str
    en: str
    hotkey: str
    colour: str
    about_ar: str
    about_en: str
    example: str
    subtypes: dict[str, Name]
    tagsets: dict[str, list[str]]


class Bound(msgspec.Struct, frozen=True):
    """A bound, and which of `value`, `low` and `high` a quantity with it carries."""

    ar: str
    en: str
    example: str
    fields: list[str]


class QuantityLabels(msgspec.Struct, frozen=True):
    """The regions of the quantity layer and the values of its attributes."""

    region: Region
    counted: Region
    kinds: dict[str, Name]
    bounds: dict[str, Bound]


class AttributionLabels(msgspec.Struct, frozen=True):
    """The regions of the attribution layer (`cue`, `source`, `relay`, `content`) and its kinds."""

    regions: dict[str, Region]
    kinds: dict[str, Name]


class Inventory(msgspec.Struct, frozen=True):
    """Every label of musnad, in the order in which annotators see them; `version` is the schema version of layers."""

    version: str
    entities: dict[str, EntityLabel]
    quantity: QuantityLabels
    attribution: AttributionLabels


@cache
def inventory() -> Inventory:
    """Return the inventory of `labels.yaml`."""
    raw: Any = yaml.safe_load((files(__package__) / "labels.yaml").read_text("utf-8"))
    return msgspec.convert(raw, Inventory)
