"""The number lexicon: which part of a number a word is, clitics and article taken off."""

from __future__ import annotations

from enum import IntEnum
from fractions import Fraction
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml
from msgspec import Struct
from msgspec.structs import replace

from ....corpus.normalise import fold


class Role(IntEnum):
    """What a word does in a number: `HALF_UNIT` is 1 only inside a compound (أحد عشر)."""

    ZERO = 0
    UNIT = 1
    HALF_UNIT = 2
    TEN = 3
    TENS = 4
    HUNDRED = 5
    SCALE = 6
    FRACTION = 7
    DENOMINATOR = 8


class Shape(IntEnum):
    """How many of its scale a scale word names: ألف, ألفان, آلاف, and ألفا, which is singular after a number, else
    dual."""

    SINGULAR = 0
    DUAL = 1
    PLURAL = 2
    EITHER = 3


# Their members by themselves: reaching one through its class takes longer than all that is done with it.
ZERO, UNIT, HALF_UNIT, TEN, TENS, HUNDRED, SCALE, FRACTION, DENOMINATOR = Role
SINGULAR, DUAL, PLURAL, EITHER = Shape


class NumberWord(Struct, frozen=True, gc=False):
    """A word of a number. `value` is an integer, of a scale one of it, of a denominator its divisor.

    `fraction` is the part of one that the same letters may mean (خمس: 5 or 1/5; of a FRACTION it is the only sense).
    `clitics` counts the folded letters before the article and the stem, `conjunction` and `preposition` say which
    they are;
    `enclitic` counts the letters of a pronoun at the end (نصفهم).
    """

    role: Role
    value: int
    shape: Shape = Shape.SINGULAR
    fraction: Fraction | None = None
    clitics: int = 0
    conjunction: bool = False
    preposition: bool = False
    definite: bool = False
    enclitic: int = 0


_PRONOUNS = ("هما", "هم", "هن", "ها", "نا", "ه")
_NO_HUNDREDS = frozenset(["مية", "ميه"])  # after ك: كمية, a quantity
# Conjunction and preposition before a word, likelier readings first.
_PROCLITICS = [*product([""], ["", "ب", "ل", "ك"]), *product(["و", "ف"], ["", "ب", "ل", "ك"])]


def _written_out() -> dict[str, NumberWord]:
    """Write out every number word with its proclitics, its article (after ل a lam alone), a part with its pronoun."""
    stems, owned = _stems(), _owned()
    forms: dict[str, NumberWord] = {}
    for conjunction, preposition in _PROCLITICS:
        clitics = conjunction + preposition
        articles = ("ال", "ل") if preposition == "ل" else ("ال",)
        for article, words in (("", stems), *((article, stems) for article in articles), ("", owned)):
            for stem, word in words.items():
                if not (preposition == "ك" and stem in _NO_HUNDREDS and not article):
                    forms.setdefault(
                        clitics + article + stem,
                        replace(
                            word,
                            clitics=len(clitics),
                            conjunction=conjunction != "",
                            preposition=preposition != "",
                            definite=article != "",
                        ),
                    )
    return forms


def _owned() -> dict[str, NumberWord]:
    """Return the parts with a pronoun: نصفهم."""
    parts = [(stem, word) for stem, word in _stems().items() if word.role is FRACTION]
    return {stem + own: replace(word, enclitic=len(own)) for (stem, word), own in product(parts, _PRONOUNS)}


@cache
def number_lexicon() -> dict[str, Any]:
    """Return lexicon/numbers.yaml as read."""
    lexicon: dict[str, Any] = yaml.safe_load((files(__package__) / "lexicon/numbers.yaml").read_text("utf-8"))
    return lexicon


@cache
def _stems() -> dict[str, NumberWord]:
    lexicon = number_lexicon()
    stems: dict[str, NumberWord] = {}

    def add(forms: list[str], role: Role, value: int, shape: Shape = Shape.SINGULAR) -> None:
        for form in map(fold, forms):
            stems.setdefault(form, NumberWord(role, value, shape))

    add(lexicon["zero"], ZERO, 0)
    for value, forms in lexicon["units"].items():
        add(forms, UNIT, value)
    for value, forms in lexicon["only_in_compounds"].items():
        add(forms, HALF_UNIT, value)
    add(lexicon["ten"], TEN, 10)
    for value, forms in lexicon["tens"].items():
        add(forms, TENS, value)
    add(lexicon["hundred"], HUNDRED, 100)
    add(lexicon["two_hundred"], HUNDRED, 200)
    for value, prefixes in lexicon["glued_hundreds"].items():
        add([a + b for a, b in product(prefixes, lexicon["hundred"])], HUNDRED, value * 100)
    for scale in lexicon["scales"]:
        for shape in Shape:
            add(scale[shape.name.lower()], SCALE, scale["value"], shape)
    for denominator, forms in lexicon["fractions"].items():
        for numerator, name in ((1, "singular"), (2, "dual")):
            part = Fraction(numerator, denominator)
            for form in map(fold, forms[name]):
                known = stems.get(form)
                stems[form] = (
                    replace(known, fraction=part) if known else NumberWord(FRACTION, denominator, fraction=part)
                )
        add(forms["plural"], DENOMINATOR, denominator)
    return stems


# Folded form → number word; no other word is in it.
NUMBER_WORDS = _written_out()


def after_letters(text: str, start: int, letters: int) -> int:
    """Return the offset after `letters` letters from `start`, the marks on them and a tatweel included."""
    while letters:
        letters -= text[start].isalpha() and text[start] != "ـ"
        start += 1
    while letters == 0 and start < len(text) and (text[start] == "ـ" or "\u064b" <= text[start] <= "\u065f"):
        start += 1
    return start


def before_letters(text: str, end: int, letters: int) -> int:
    """Return the offset before the last `letters` letters that end at `end`."""
    while letters:
        end -= 1
        letters -= text[end].isalpha() and text[end] != "ـ"
    return end
