"""Outlets in the text: phrases that name one, and the hearers of a source, who may pass its words on."""

from __future__ import annotations

from .reading import Reading
from .word_classes import MEDIA, QUOTE, heads

_NO_OUTLETS = heads("agencies_of_states")
_MEDIA = heads("media")
_LISTENERS = heads("listeners")
_AUDIENCES = heads("audiences")


def is_medium(reading: Reading, index: int) -> bool:
    """Tell whether the phrase that begins at word `index` names an outlet."""
    word, bits = reading.folds[index], reading.classes[index]
    named = (
        bits & MEDIA or reading.entity_label.get(index) == "media" or (word[:1] == "ل" and _without_lam(word) in _MEDIA)
    )
    if not named and not (bits & QUOTE and reading.entity_label.get(index + 1) == "media"):
        return False
    return not _of_a_state(reading, index)


def _without_lam(word: str) -> str:
    return "ا" + word[1:] if word.startswith("لل") else word.lstrip("ل")


def _of_a_state(reading: Reading, index: int) -> bool:
    """وكالة الطاقة, الوكالة الدولية, شبكة الكهرباء: bodies and things that no news comes from."""
    return index + 1 < len(reading.folds) and reading.folds[index + 1] in _NO_OUTLETS


def is_hearer(reading: Reading, index: int) -> bool:
    """Tell whether ل + a medium (or the press) begins at word `index`: who was told, and passes it on."""
    word = reading.folds[index]
    if word[:1] != "ل":
        return False
    if word == "ل":
        return index + 1 < len(reading.folds)
    if index in reading.shifted and reading.entity_label.get(index) == "media" and not _of_a_state(reading, index):
        return True
    if len(word) < 4:
        return False
    if word in _LISTENERS:
        return True
    bare = word[1:]
    if _of_a_state(reading, index):
        return False
    return bare in _MEDIA or (bare[0] == "ل" and "ا" + bare in _MEDIA)


def is_audience(reading: Reading, index: int) -> bool:
    """Tell whether hearers who pass nothing on begin at word `index`: للنواب, لزملائه."""
    return reading.folds[index] in _AUDIENCES
