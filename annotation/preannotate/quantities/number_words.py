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
from .form_table import FormTable, ends_in_none


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


def _stem(rest: str, after_lam: bool) -> tuple[NumberWord | None, bool]:
    """Look `rest` up as it is, without its article (after ل the article is a lam alone), without its pronoun."""
    stems = _stems()
    if (word := stems.get(rest)) is not None:
        return word, False
    article = 2 if rest.startswith("ال") else 1 if after_lam and rest.startswith("ل") else 0
    if article:
        return stems.get(rest[article:]), True
    return _with_pronoun(rest), False


_PRONOUNS = ("هما", "هم", "هن", "ها", "نا", "ه")


_NO_HUNDREDS = frozenset(["مية", "ميه"])  # after ك: كمية, a quantity


def _without_clitics(form: str) -> NumberWord | None:
    stems = _stems()
    if len(form) < 2 or len(form) > 20 or ends_in_none(form, number_stems()):
        return None
    if (word := stems.get(form)) is not None:
        return word
    for conjunction in (0, 1) if form[0] in "وف" else (0,):
        for preposition in (0, 1) if form[conjunction] in "بلك" else (0,):
            clitics = conjunction + preposition
            if form[clitics - 1 : clitics] == "ك" and form[clitics:] in _NO_HUNDREDS:
                continue
            word, definite = _stem(form[clitics:], preposition == 1 and form[conjunction] == "ل")
            if word is not None:
                return replace(
                    word, clitics=clitics, conjunction=conjunction == 1, preposition=preposition == 1, definite=definite
                )
    return None


# Folded form → number word, None for any other word.
NUMBER_WORDS = FormTable(_without_clitics)


def _with_pronoun(stem: str) -> NumberWord | None:
    for pronoun in _PRONOUNS:
        if stem.endswith(pronoun):
            word = _stems().get(stem[: -len(pronoun)])
            if word is not None and word.role is Role.FRACTION:
                return replace(word, enclitic=len(pronoun))
    return None


@cache
def number_stems() -> frozenset[str]:
    """Return every number word as it stands behind proclitics and article."""
    parts = [stem for stem, word in _stems().items() if word.role is Role.FRACTION]
    return frozenset([*_stems(), *(part + pronoun for part, pronoun in product(parts, _PRONOUNS))])


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

    add(lexicon["zero"], Role.ZERO, 0)
    for value, forms in lexicon["units"].items():
        add(forms, Role.UNIT, value)
    for value, forms in lexicon["only_in_compounds"].items():
        add(forms, Role.HALF_UNIT, value)
    add(lexicon["ten"], Role.TEN, 10)
    for value, forms in lexicon["tens"].items():
        add(forms, Role.TENS, value)
    add(lexicon["hundred"], Role.HUNDRED, 100)
    add(lexicon["two_hundred"], Role.HUNDRED, 200)
    for value, prefixes in lexicon["glued_hundreds"].items():
        add([a + b for a, b in product(prefixes, lexicon["hundred"])], Role.HUNDRED, value * 100)
    for scale in lexicon["scales"]:
        for shape in Shape:
            add(scale[shape.name.lower()], Role.SCALE, scale["value"], shape)
    for denominator, forms in lexicon["fractions"].items():
        for numerator, name in ((1, "singular"), (2, "dual")):
            part = Fraction(numerator, denominator)
            for form in map(fold, forms[name]):
                known = stems.get(form)
                stems[form] = (
                    replace(known, fraction=part) if known else NumberWord(Role.FRACTION, denominator, fraction=part)
                )
        add(forms["plural"], Role.DENOMINATOR, denominator)
    return stems


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
