"""Numbers that end the name of a model or a mission: صاروخ لونغ مارش 5, نظام أندرويد 14, هواوي ميت 60."""

from __future__ import annotations

from functools import cache

from ..document import Document
from .number_words import NUMBER_WORDS
from .surroundings import LABELS, after_proclitic, surroundings

_ARTICLE = "ال"
_CLITICS = ("و", "ف", "ب", "ل", "ك")


def names_a_model(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a bare figure ends a name that the word for its kind or the name of its maker opens."""
    folds, kinds = document.folds, _kinds_of_models()
    if past < stop and folds[past] in _PARTITIVES:
        return False
    name = folds[first - 1] if first - 2 >= begin else ""
    verb = (
        (name.endswith(("ت", "وا")) and len(name) > 3)
        or name.startswith("ي")
        or (name.startswith("ت") and len(name) < 5)
    )
    if len(name) < 2 or verb or name in surroundings("amounts") or name in surroundings("year_particles"):
        return False
    for k in range(first - 1, max(begin, first - 4), -1):
        if not folds[k][0].isalpha() or folds[k].startswith(_ARTICLE) or folds[k] in NUMBER_WORDS:
            return False
        if folds[k - 1] in kinds:
            return True
    return False


def spelt_out(folds: list[str], first: int, begin: int, *, counted: bool) -> bool:
    """Tell whether letters spelt out stand right before a figure: two (تي في 5), or one with its noun (الطريق إم 5) or
    where nothing is counted (وقود إي 85)."""
    if first - 2 < begin:
        return False
    noun, letter = folds[first - 2 : first]
    if letter in _letters_alone() and noun in LABELS:
        return True
    letters = surroundings("letters")
    if not counted and letter in _letters_alone():
        return True
    return letter in letters and noun in letters and not surroundings("also_words").issuperset((noun, letter))


def near_model(folds: list[str], first: int, begin: int) -> bool:
    """Tell quickly whether a figure may end such a name."""
    near = folds[max(begin, first - 4) : first]
    return not (_kinds_of_models().isdisjoint(near) and _letters_alone().isdisjoint(near[-2:]))


@cache
def _letters_alone() -> frozenset[str]:
    return surroundings("letters") - surroundings("also_words")


@cache
def _kinds_of_models() -> frozenset[str]:
    openings = [proclitic + article for proclitic in ("", *_CLITICS) for article in ("", _ARTICLE)]
    kinds = [opening + kind for opening in (*openings, "لل") for kind in surroundings("kinds_of_models")]
    return frozenset([*kinds, *after_proclitic("makers")])


_PARTITIVES = frozenset(["من", "منها", "منهم", "منهن"])
