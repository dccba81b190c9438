"""What a word form can begin: asked of every word of a text, so by a table, and most often answered by the last
letters."""

from __future__ import annotations

from functools import cache
from typing import cast

from .counted import dual_noun
from .form_table import FormTable
from .number_words import NUMBER_WORDS, number_stems
from .units import UNIT_WORDS, may_stand_alone, unit_stems
from .vague_words import FEW_VALUES, VAGUE_VALUES, vague_stems

# A number; a quantity without one (a unit, a noun before على الأقل); a signed figure; a web address.
NUMBER, UNIT, LEAST, SIGN, LINK = 1, 2, 3, 4, 5
_MINUS = ("سالب", "ناقص")
_LEAST_WORDS = ("الاقل", "الاكثر")


def starters(forms: list[str]) -> list[int]:
    """Return what each folded word of a text can begin, 0 for nothing."""
    known = list(map(STARTERS.get, forms))
    if None in known:
        new = {form for form, mark in zip(forms, known, strict=True) if mark is None}
        endings = _endings()
        others = [
            form for form in new if "ء" <= form[0] <= "ي" and form[-3:] not in endings and form[-2:] not in endings
        ]
        STARTERS.enter(others, 0)  # most words: nothing more to ask
        return list(map(STARTERS.__getitem__, forms))
    return cast(list[int], known)


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
    if _stems().isdisjoint((form, form[1:], form[2:], form[3:], form[4:])):
        return NUMBER if form.endswith(("ين", "ان")) and dual_noun(form) is not None else 0
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
    return frozenset([*number_stems(), *vague_stems(), *unit_stems(), *_MINUS])


@cache
def _endings() -> frozenset[str]:
    """Return the last three letters, or the last two, of every word that begins a quantity, the duals' included."""
    words = {*_stems(), *_LEAST_WORDS}
    return frozenset({word[-3:] for word in words} | {"ين", "ان"})
