"""The annotation guidelines in Arabic and English, their label tables filled in from the inventory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from importlib.resources import files
from typing import Literal

from .labels import Bound, EntityLabel, Name, inventory

Language = Literal["ar", "en"]

_SLOT = re.compile(r"\{\{(.+?)\}\}")
_HEADINGS = {
    "label": {"ar": "التصنيف", "en": "label"},
    "key": {"ar": "المفتاح", "en": "key"},
    "what": {"ar": "ما هو", "en": "what it is"},
    "example": {"ar": "مثال", "en": "example"},
    "meaning": {"ar": "المعنى", "en": "meaning"},
    "fields": {"ar": "الحقول", "en": "fields"},
}


def guidelines(language: Language) -> str:
    """Return the guidelines as Markdown, every `{{slot}}` filled from `labels.yaml`.

    Raises KeyError for a slot that nothing fills.
    """
    template = (files(__package__) / f"guidelines.{language}.md").read_text("utf-8")
    slots = _slots(language)
    return _SLOT.sub(lambda match: slots[match[1]], template)


def _slots(language: Language) -> dict[str, str]:
    labels = inventory()
    slots = {
        "version": labels.version,
        "entities": _entity_table(labels.entities, language),
        "kinds": _names(labels.quantity.kinds, language),
        "bounds": _bound_table(labels.quantity.bounds, language),
        "attribution_kinds": _name_table(labels.attribution.kinds, language),
    }
    for name, label in labels.entities.items():
        if label.subtypes:
            slots[f"subtypes {name}"] = _names(label.subtypes, language)
    return slots


def _entity_table(labels: Mapping[str, EntityLabel], language: Language) -> str:
    rows = (
        (
            f"{name} {label.ar if language == 'ar' else label.en}",
            f"`{label.hotkey}`",
            label.about_ar if language == "ar" else label.about_en,
            label.example,
        )
        for name, label in labels.items()
    )
    return _table(("label", "key", "what", "example"), rows, language)


def _bound_table(bounds: Mapping[str, Bound], language: Language) -> str:
    rows = (
        (f"`{name}`", bound.ar if language == "ar" else bound.en, ", ".join(bound.fields), bound.example)
        for name, bound in bounds.items()
    )
    return _table(("label", "meaning", "fields", "example"), rows, language)


def _name_table(names: Mapping[str, Name], language: Language) -> str:
    rows = ((f"`{key}`", name.ar if language == "ar" else name.en, name.example) for key, name in names.items())
    return _table(("label", "meaning", "example"), rows, language)


def _names(names: Mapping[str, Name], language: Language) -> str:
    return ("، " if language == "ar" else ", ").join(
        f"`{key}` ({name.ar if language == 'ar' else name.en})" for key, name in names.items()
    )


def _table(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]], language: Language) -> str:
    titles = [_HEADINGS[heading][language] for heading in headings]
    lines = [titles, ["---"] * len(titles), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)
