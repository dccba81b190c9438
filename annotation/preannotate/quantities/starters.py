"""What a word form can begin: asked of every word of a text, so by a table, and most often answered by the last
letters."""

from __future__ import annotations

from .counted import dual_noun
from .form_table import FormTable
from .number_words import NUMBER_WORDS
from .units import UNIT_WORDS, may_stand_alone, unit_stems
from .vague_words import FEW_VALUES, VAGUE_VALUES

# A number; a quantity without one (a unit, a noun before على الأقل); a web address; a mark alone, which is no word.
NUMBER, UNIT, LEAST, LINK, EMPTY = 1, 2, 3, 4, 5
_NUMBERS = frozenset([*NUMBER_WORDS, *VAGUE_VALUES, *FEW_VALUES, "سالب", "ناقص"])
_OTHERS = {"الاقل": LEAST, "الاكثر": LEAST, "http": LINK, "https": LINK, "www": LINK, "ftp": LINK}
# The last three letters of every word that begins a quantity, duals of nouns left out; of shorter words, with what may
# stand before them.
_ENDINGS = frozenset(
    (before + form)[-3:] for form in (*_NUMBERS, *_OTHERS, *unit_stems()) for before in ("", "و", "ف", "ب", "ل", "ك")
)


def _starter(form: str) -> int:
    if not form:
        return EMPTY
    if form[-3:] not in _ENDINGS and form[-1] != "ن" and form[0] >= "ء":
        return 0  # most words
    if form in _NUMBERS or form[0].isdigit() or form[0] in "½¼¾⅓⅔":
        return NUMBER
    if form[-1] == "ن" and dual_noun(form) is not None:
        return NUMBER
    if (word := UNIT_WORDS[form]) is not None:
        return NUMBER if word.grammatical_number == 2 else UNIT if may_stand_alone(word) else 0
    return _OTHERS.get(form, 0)


# Folded form → what it can begin, 0 for nothing.
STARTERS = FormTable(_starter)
