"""What a word form can begin: asked of every word of a text, so by a table, and most often answered by the last
letters."""

from __future__ import annotations

from functools import cache
from typing import cast

from .counted import dual_noun, may_be_dual
from .form_table import FormTable, ends_in_none
from .number_words import NUMBER_WORDS, number_stems
from .units import UNIT_WORDS, may_stand_alone, unit_stems
from .vague_words import FEW_VALUES, VAGUE_VALUES, vague_stems

# A number; a quantity without one (a unit, a noun before على الأقل); a signed figure; a web address.
NUMBER, UNIT, LEAST, SIGN, LINK = 1, 2, 3, 4, 5
_DUAL_ENDINGS = ("ين", "ان")
_MINUS = ("سالب", "ناقص")
_LEAST_WORDS = ("الاقل", "الاكثر")


def starters(forms: list[str]) -> list[int]:
    """Return what each folded word of a text can begin, 0 for nothing."""
    known = list(map(STARTERS.get, forms))
    if None in known:
        new = {form for form, mark in zip(forms, known, strict=True) if mark is None}
        STARTERS.enter(_others(new), 0)
        return list(map(STARTERS.__getitem__, forms))
    return cast(list[int], known)


def _others(forms: set[str]) -> list[str]:
    """Return the words that begin no quantity, as their last letters tell of most."""
    endings, stems = _endings(), _stems()
    return [
        form
        for form in forms
        if "ء" <= form[0] <= "ي"
        and (form[-3:] not in endings or ends_in_none(form, stems))
        and (form[-2:] not in _DUAL_ENDINGS or not may_be_dual(form))
    ]


def _starter(form: str) -> int:
    first = form[0]
    if first.isdigit() or first in "½¼¾⅓⅔":
        return NUMBER
    if not first.isalpha():
        return SIGN if first in "-−.+" else 0
    if form in ("http", "https", "www", "ftp"):
        return LINK
    if form in _LEAST_WORDS:
        return LEAST
    if ends_in_none(form, _stems()):
        return NUMBER if form.endswith(_DUAL_ENDINGS) and dual_noun(form) is not None else 0
    if NUMBER_WORDS[form] is not None or VAGUE_VALUES[form] or FEW_VALUES[form] or form in _MINUS:
        return NUMBER
    if dual_noun(form) is not None:
        return NUMBER
    if (word := UNIT_WORDS[form]) is not None:
        return NUMBER if word.grammatical_number == 2 else UNIT if may_stand_alone(word) else 0
    return 0


# Folded form → what it can begin, 0 for nothing.
STARTERS = FormTable(_starter)


@cache
def _stems() -> frozenset[str]:
    """Return what a word ends with that begins a quantity: up to four letters of proclitics and article precede it."""
    return frozenset([*number_stems(), *vague_stems(), *unit_stems(), *_MINUS, *_LEAST_WORDS])


@cache
def _endings() -> frozenset[str]:
    """Return the last three letters of every word that begins a quantity, duals of nouns left out."""
    return frozenset(stem[-3:] for stem in _stems())
