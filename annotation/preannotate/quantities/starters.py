"""What a word form can begin: asked of every word of a text, so by a table, and most often answered by the last
letters."""

from __future__ import annotations

from functools import cache

from .counted import dual_noun
from .form_table import FormTable
from .number_words import NUMBER_WORDS
from .units import UNIT_WORDS, may_stand_alone, unit_stems
from .vague_words import FEW_VALUES, VAGUE_VALUES

# A number; a quantity without one (a unit, a noun before على الأقل); a web address.
NUMBER, UNIT, LEAST, LINK = 1, 2, 3, 4
_NUMBERS = frozenset([*NUMBER_WORDS, *VAGUE_VALUES, *FEW_VALUES, "سالب", "ناقص"])
_OTHERS = {"الاقل": LEAST, "الاكثر": LEAST, "http": LINK, "https": LINK, "www": LINK, "ftp": LINK}


def _starter(form: str) -> int:
    if form in _NUMBERS or form[0].isdigit() or form[0] in "½¼¾⅓⅔":
        return NUMBER
    if form[-1] == "ن" and dual_noun(form) is not None:
        return NUMBER
    if form[-3:] in _unit_endings() and (word := UNIT_WORDS[form]) is not None:
        return NUMBER if word.grammatical_number == 2 else UNIT if may_stand_alone(word) else 0
    return _OTHERS.get(form, 0)


@cache
def _unit_endings() -> frozenset[str]:
    """Return the last three letters of every word that a unit's name begins with."""
    return frozenset(stem[-3:] for stem in unit_stems())


# Folded form → what it can begin, 0 for nothing.
STARTERS = FormTable(_starter)
