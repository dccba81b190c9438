"""Units of measure and currencies: reading them beside a number."""

from __future__ import annotations

from collections import Counter
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from msgspec import Struct

from ....corpus.normalise import fold
from ..document import Document, analyse
from .form_table import FormTable
from .unit_catalogue import LEMMAS, Rest, Unit, catalogue, key_of, lemma_of, unit_lexicon


class UnitMatch(Struct, frozen=True, gc=False):
    """A unit found in a text: its words, half-open, and how many of it its form names (1, 2, or 0 for a plural)."""

    unit: Unit
    first: int
    past: int
    grammatical_number: int
    definite: bool
    clitics: int = 0


class UnitWord(Struct, frozen=True, gc=False):
    """A word that a unit's name begins with: its dictionary form, grammatical number, article and proclitics."""

    lemma: str
    grammatical_number: int
    definite: bool
    clitics: int
    conjunction: bool


def unit_at(document: Document, j: int, stop: int, *, after_digits: bool = False) -> UnitMatch | None:
    """Return the longest unit name that begins at word j; abbreviations like م only when a figure stands before."""
    folds = document.folds
    short, word, longer, alone = _NAMES_FROM[folds[j]]
    if after_digits:
        for rest, unit in short:
            past = j + 1 + len(rest)
            if past <= stop and (not rest or folds[j + 1 : past] == rest):
                return UnitMatch(unit, j, past, 1, False)
    if word is None:
        return None
    if longer and j + 1 < stop:
        for rest, unit in longer.get(LEMMAS[folds[j + 1]], ()):
            past = j + 1 + len(rest)
            if len(rest) == 1 or (past <= stop and [LEMMAS[form] for form in folds[j + 1 : past]] == rest):
                return UnitMatch(unit, j, past, word.grammatical_number, word.definite, word.clitics)
    if alone is None:
        return None
    return UnitMatch(alone, j, j + 1, word.grammatical_number, word.definite, word.clitics)


def may_stand_alone(word: UnitWord) -> bool:
    """Tell whether a unit's first word can be a quantity without a number: not في of في المئة, nothing definite."""
    return not word.definite and word.lemma in _lemmas_alone()


@cache
def _lemmas_alone() -> frozenset[str]:
    return frozenset(key[0] for key, unit in catalogue().names.items() if unit.alone)


def symbol_before(document: Document, i: int, start: int) -> UnitMatch | None:
    """Return a currency sign or code, or a percent sign, that stands right before word i: $20, USD 20, %7."""
    if i <= start or document.folds[i - 1] not in sign_ends():
        return None
    for length in (2, 1):
        if i - length >= start:
            unit = catalogue().signs.get("".join(document.folds[i - length : i]).upper())
            if unit is not None:
                return UnitMatch(unit, i - length, i, 1, False)
    if document.folds[i - 1].startswith("بالم"):
        unit = catalogue().names.get((lemma_of(document.folds[i - 1]),))
        if unit is not None and unit.kind == "percent":
            return UnitMatch(unit, i - 1, i, 1, False)
    return None


def unit_stems() -> list[str]:
    """Return every word that a unit's name begins with, as it stands behind proclitics and article."""
    return [*catalogue().forms, *catalogue().openers]


@cache
def _stems_of_units() -> frozenset[str]:
    return frozenset(unit_stems())


@cache
def sign_ends() -> frozenset[str]:
    """Return the words that a sign or code of a unit before a number can end with, and the words for percent."""
    signs = [form for sign in catalogue().signs for form in (sign, sign.lower()) if len(analyse(sign).folds) < 3]
    percents = [form for form in catalogue().forms if form.startswith("بالم")]
    return frozenset([*percents, *(analyse(sign).folds[-1] for sign in signs)])


def subunit(unit: Unit, of: Unit) -> Fraction | None:
    """Return what one `unit` is of `of` when it is its smaller part (cent of dollar), else None."""
    if unit.noun not in catalogue().parts or unit.kind != of.kind or of.noun in catalogue().parts:
        return None
    return Fraction(1, catalogue().parts[unit.noun])


# How many of the second unit one of the first makes, for quantities told in two units (ساعتان و15 دقيقة).
_STEPS = {("Y", "M"): 12, ("W", "D"): 7, ("D", "h"): 24, ("h", "min"): 60, ("min", "s"): 60, ("m", "cm"): 100,
          ("km", "m"): 1000, ("kg", "g"): 1000, ("t", "kg"): 1000}  # fmt: skip


def step(larger: Unit, smaller: Unit) -> int | None:
    """Return how many `smaller` make one `larger`, when the press tells both together."""
    return _STEPS.get((larger.code or "", smaller.code or ""))


def currency_named_nearby(document: Document, noun: str) -> str | None:
    """Return the currency that a noun shared by several countries (دينار) stands for in a text, None when it can't
    be told.

    That is the one of the countries that the text speaks of at least twice, and more than of the others.
    """
    countries = _shared_nouns().get(noun)
    if countries is None:
        return None
    known = _named_in(document)
    if noun not in known:
        counts = Counter(map(countries.get, document.folds))
        del counts[None]
        (first, most), (_, second) = [*counts.most_common(2), (None, 0), (None, 0)][:2]
        known[noun] = first if most >= 2 and most > second else catalogue().names[(noun,)].code
    return known[noun]


# The text asked about last, and the currencies of its nouns: one text tells many amounts in one currency.
_last_asked: tuple[list[str], dict[str, str | None]] = ([], {})


def _named_in(document: Document) -> dict[str, str | None]:
    global _last_asked
    if _last_asked[0] is not document.folds:
        _last_asked = document.folds, {}
    return _last_asked[1]


@cache
def _shared_nouns() -> dict[str, dict[str, str]]:
    """Return currency noun → forms of country names and their adjectives → currency."""
    shared: dict[str, dict[str, str]] = {}
    for noun, codes in unit_lexicon("currencies.yaml")["countries"].items():
        forms = shared.setdefault(key_of(noun)[0], {})
        for code, names in codes.items():
            for name in map(fold, names):
                stem = name.removeprefix("ال")
                adjective = stem.rstrip("اة").removesuffix("ي") + "ي"
                for bare in (stem, adjective, adjective + "ة", adjective + "ين", adjective + "ون"):
                    forms[bare] = forms["ال" + bare] = forms["لل" + bare] = forms["وال" + bare] = forms[
                        "بال" + bare
                    ] = code
    return shared


def _unit_word(form: str) -> UnitWord | None:
    if _stems_of_units().isdisjoint((form, form[1:], form[2:], form[3:], form[4:])):
        return None  # up to four letters of proclitics and article before it
    units = catalogue()
    for conjunction in (0, 1) if form[0] in "وف" else (0,):
        for preposition in (0, 1) if form[conjunction : conjunction + 1] in tuple("بلك") else (0,):
            clitics = conjunction + preposition
            rest = form[clitics:]
            for article in (0, 2 if rest.startswith("ال") else 1 if preposition and rest[:1] == "ل" else 0):
                known = units.forms.get(rest[article:])
                if known is not None:
                    return UnitWord(*known, definite=article > 0, clitics=clitics, conjunction=conjunction == 1)
                if article == 0 and clitics == 0 and form in units.openers:
                    return UnitWord(lemma_of(form), 1, False, 0, False)
    return None


# Folded form → the unit word that it is, None for any other.
UNIT_WORDS = FormTable(_unit_word)


class _Names(NamedTuple):
    """What a unit's name can be that begins with a word: abbreviations, and for the unit word that it is, names of
    several words by the second, and of this word alone."""

    short: list[Rest]
    word: UnitWord | None
    longer: dict[str, list[Rest]]
    alone: Unit | None


def _names_from(form: str) -> _Names:
    units, word = catalogue(), UNIT_WORDS[form]
    short = units.short.get(form, [])
    if word is None:
        return _Names(short, None, {}, None)
    return _Names(short, word, units.longer.get(word.lemma, {}), units.names.get((word.lemma,)))


_NAMES_FROM = FormTable(_names_from)
# Folded form → whether the name or abbreviation of a unit after a number can begin with it, or the من before one.
OPENS_UNIT = FormTable(lambda form: UNIT_WORDS[form] is not None or form in catalogue().short or form == "من")
# Folded form → whether the name or sign of a unit before a number can end with it, or the article after one.
ENDS_UNIT = FormTable(lambda form: _NAMES_FROM[form].alone is not None or form in sign_ends() or form == "ال")
