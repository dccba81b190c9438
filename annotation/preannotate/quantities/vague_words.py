"""Words that stand for a number without naming it (عشرات, بضعة), and ordinals, which are none."""

from __future__ import annotations

from functools import cache
from itertools import product

from ....corpus.normalise import fold
from .number_words import number_lexicon


def is_ordinal_word(form: str) -> bool:
    """Tell whether a folded word is a definite ordinal below ten: الثامن, والرابعة."""
    bare = form.lstrip("وبلفك")
    return (bare.removeprefix("ال").removeprefix("ا") in _ordinals() and "ال" in form) or (
        form.startswith("لل") and form[2:] in _ordinals()
    )


@cache
def _ordinals() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["ordinals"]))


# None, one or two letters before a word.
PROCLITICS = ["", *"وفبلك", *map("".join, product("وفبلك", repeat=2))]


def _vague_values() -> dict[str, tuple[int, int, bool]]:
    """Write out the plurals that stand for a number, with proclitics and article."""
    lexicon = number_lexicon()
    words = {fold(form): value for value, forms in lexicon["vague"].items() for form in forms}
    for scale in lexicon["scales"]:
        if scale["value"] >= 1000:
            words |= {fold(form): scale["value"] for form in scale["plural"]}
    values: dict[str, tuple[int, int, bool]] = {}
    for clitics, (form, value) in product(PROCLITICS, words.items()):
        for article in ("", "ال", "ل") if clitics.endswith("ل") else ("", "ال"):
            values.setdefault(clitics + article + form, (value, len(clitics), article != ""))
    return values


def _few_values() -> dict[str, tuple[int, int, bool]]:
    """Write out the words for a few, with proclitics."""
    lexicon = number_lexicon()
    return {
        clitics + fold(form): (value, len(clitics), name == "few_of_vague")
        for name in ("few", "few_of_vague")
        for value, forms in lexicon[name].items()
        for clitics, form in product(PROCLITICS, forms)
    }


# Folded form → least number, proclitic letters, definite, of a plural that stands for a number (بعشرات: 10, 1, False).
VAGUE_VALUES = _vague_values()
# Folded form → least number, proclitic letters, only before a vague plural, of بضع, بضعة, عدة.
FEW_VALUES = _few_values()
