"""Words that stand for a number without naming it (عشرات, بضعة), and ordinals, which are none."""

from __future__ import annotations

from functools import cache

from ....corpus.normalise import fold
from .form_table import FormTable
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


@cache
def _vague_words() -> dict[str, int]:
    """Return the plurals that stand for a number: folded form → the least that it allows."""
    lexicon = number_lexicon()
    words = {fold(form): value for value, forms in lexicon["vague"].items() for form in forms}
    for scale in lexicon["scales"]:
        if scale["value"] >= 1000:
            words |= {fold(form): scale["value"] for form in scale["plural"]}
    return words


@cache
def _few_words() -> dict[str, int]:
    return {fold(form): value for value, forms in number_lexicon()["few"].items() for form in forms}


@cache
def _few_of_vague_words() -> dict[str, int]:
    return {fold(form): value for value, forms in number_lexicon()["few_of_vague"].items() for form in forms}


def vague_stems() -> set[str]:
    """Return every vague word as it stands behind proclitics and article."""
    return {*_vague_words(), *_few_words(), *_few_of_vague_words()}


def _vague_value(form: str) -> tuple[int, int, bool] | None:
    """Return (least number, proclitic letters, definite) of a vague plural (بعشرات: 10, 1, False), None for another
    word."""
    words = _vague_words()
    for clitics in range(min(3, len(form))):
        if set(form[:clitics]) - set("وفبلك"):
            return None
        rest = form[clitics:]
        for article in (
            0,
            2 if rest.startswith("ال") else 1 if clitics and form[clitics - 1] == "ل" and rest[:1] == "ل" else 0,
        ):
            if rest[article:] in words:
                return words[rest[article:]], clitics, article > 0
    return None


def _few_value(form: str) -> tuple[int, int, bool] | None:
    """Return (least number, proclitic letters, only before a vague plural) of بضع, بضعة, عدة, None for another word."""
    for clitics in range(min(3, len(form))):
        if set(form[:clitics]) - set("وفبلك"):
            return None
        if (value := _few_words().get(form[clitics:])) is not None:
            return value, clitics, False
        if (value := _few_of_vague_words().get(form[clitics:])) is not None:
            return value, clitics, True
    return None


# Folded form → what the functions above say of it.
VAGUE_VALUES = FormTable(_vague_value)
FEW_VALUES = FormTable(_few_value)
