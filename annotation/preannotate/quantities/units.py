"""Units of measure and currencies: reading them beside a number."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml
from babel import Locale
from msgspec import Struct

from ....corpus.normalise import fold
from ..document import Document, analyse
from .figures import Value, simplest
from .form_table import FormTable


class Unit(Struct, frozen=True, gc=False):
    """A unit of measure. `code` is UCUM, ISO 4217, `%` or an ISO 8601 designator; None for an unnamed currency."""

    code: str | None
    kind: str
    factor: Value = 1
    alone: bool = False
    noun: str = ""


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


_AMERICAN = fold("أميركي"), fold("أمريكي")


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
        for rest, unit in longer.get(_LEMMAS[folds[j + 1]], ()):
            past = j + 1 + len(rest)
            if len(rest) == 1 or (past <= stop and [_LEMMAS[form] for form in folds[j + 1 : past]] == rest):
                return UnitMatch(unit, j, past, word.grammatical_number, word.definite, word.clitics)
    if alone is None:
        return None
    return UnitMatch(alone, j, j + 1, word.grammatical_number, word.definite, word.clitics)


def may_stand_alone(word: UnitWord) -> bool:
    """Tell whether a unit's first word can be a quantity without a number: not في of في المئة, nothing definite."""
    return not word.definite and word.lemma in _lemmas_alone()


@cache
def _lemmas_alone() -> frozenset[str]:
    return frozenset(key[0] for key, unit in _catalogue().names.items() if unit.alone)


def symbol_before(document: Document, i: int, start: int) -> UnitMatch | None:
    """Return a currency sign or code, or a percent sign, that stands right before word i: $20, USD 20, %7."""
    if i <= start or document.folds[i - 1] not in sign_ends():
        return None
    for length in (2, 1):
        if i - length >= start:
            unit = _catalogue().signs.get("".join(document.folds[i - length : i]).upper())
            if unit is not None:
                return UnitMatch(unit, i - length, i, 1, False)
    if document.folds[i - 1].startswith("بالم"):
        unit = _catalogue().names.get((_lemma(document.folds[i - 1]),))
        if unit is not None and unit.kind == "percent":
            return UnitMatch(unit, i - 1, i, 1, False)
    return None


def unit_stems() -> list[str]:
    """Return every word that a unit's name begins with, as it stands behind proclitics and article."""
    return [*_catalogue().forms, *_catalogue().openers]


@cache
def _stems_of_units() -> frozenset[str]:
    return frozenset(unit_stems())


@cache
def sign_ends() -> frozenset[str]:
    """Return the words that a sign or code of a unit before a number can end with, and the words for percent."""
    signs = [form for sign in _catalogue().signs for form in (sign, sign.lower()) if len(analyse(sign).folds) < 3]
    percents = [form for form in _catalogue().forms if form.startswith("بالم")]
    return frozenset([*percents, *(analyse(sign).folds[-1] for sign in signs)])


def subunit(unit: Unit, of: Unit) -> Fraction | None:
    """Return what one `unit` is of `of` when it is its smaller part (cent of dollar), else None."""
    if unit.noun not in _catalogue().parts or unit.kind != of.kind or of.noun in _catalogue().parts:
        return None
    return Fraction(1, _catalogue().parts[unit.noun])


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
        known[noun] = first if most >= 2 and most > second else _catalogue().names[(noun,)].code
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
    for noun, codes in _lexicon("currencies.yaml")["countries"].items():
        forms = shared.setdefault(_key(noun)[0], {})
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
    catalogue = _catalogue()
    for conjunction in (0, 1) if form[0] in "وف" else (0,):
        for preposition in (0, 1) if form[conjunction : conjunction + 1] in tuple("بلك") else (0,):
            clitics = conjunction + preposition
            rest = form[clitics:]
            for article in (0, 2 if rest.startswith("ال") else 1 if preposition and rest[:1] == "ل" else 0):
                known = catalogue.forms.get(rest[article:])
                if known is not None:
                    return UnitWord(*known, definite=article > 0, clitics=clitics, conjunction=conjunction == 1)
                if article == 0 and clitics == 0 and form in catalogue.openers:
                    return UnitWord(_lemma(form), 1, False, 0, False)
    return None


# Folded form → the unit word that it is, None for any other.
UNIT_WORDS = FormTable(_unit_word)


# The words of a unit's name after its first.
_Rest = tuple[list[str], Unit]


class _Catalogue(NamedTuple):
    """Everything about units; `longer` are the `names` of several words by their first and second word, `short` the
    `abbreviations` by their first, each with the words after the first, longest first."""

    forms: dict[str, tuple[str, int]]
    names: dict[tuple[str, ...], Unit]
    abbreviations: dict[tuple[str, ...], Unit]
    signs: dict[str, Unit]
    parts: dict[str, int]
    openers: set[str]
    longer: dict[str, dict[str, list[_Rest]]]
    short: dict[str, list[_Rest]]


@cache
def _lexicon(name: str) -> Any:
    return yaml.safe_load((files(__package__) / "lexicon" / name).read_text("utf-8"))


@cache
def _forms() -> dict[str, tuple[str, int]]:
    """Inflect every unit word: form → (dictionary form, grammatical number: 1, 2, or 0 for the plural)."""
    measures, money = _lexicon("units.yaml"), _lexicon("currencies.yaml")
    forms: dict[str, tuple[str, int]] = {}
    words = {**measures["words"], **{noun: part["plurals"] for noun, part in money["subunits"].items()}}
    singles: dict[str, list[str]] = {name.split()[0]: [] for unit in measures["units"] for name in unit["names"]}
    for noun in _currency_nouns():
        words.setdefault(noun, money["words"].get(noun, []))
    for noun, plurals in [*words.items(), *singles.items()]:
        lemma = fold(noun)
        spellings = [lemma, *map(fold, measures["spellings"].get(noun, []) + money["spellings"].get(noun, []))]
        for spelling in spellings:
            for form, number in _inflected(spelling):
                forms.setdefault(form, (lemma, number))
        regular = [spelling.rstrip("ةا") + "ات" for spelling in spellings[1:]]
        for plural in [*map(fold, plurals), *regular]:
            forms.setdefault(plural, (lemma, 0))
            forms.setdefault(plural + "ا", (lemma, 0))
    return forms


def _inflected(noun: str) -> Iterator[tuple[str, int]]:
    yield noun, 1
    if noun.endswith("ة"):
        yield noun[:-1] + "ه", 1
        stem = noun[:-1] + "ت"
    else:
        stem = noun
        yield noun + "ا", 1
    yield stem + "ان", 2
    yield stem + "ين", 2


def _lemma(form: str) -> str:
    """Reduce a word of a unit's name: unit words to their dictionary form, adjectives without article, gender, case."""
    forms = _forms()
    if form in forms:
        return forms[form][0]
    if form.startswith("ال"):
        form = form[2:]
        if form in forms:
            return forms[form][0]
    for ending in ("تين", "تان", "ين", "ان", "ة", "ه", "ا"):
        if form.endswith(ending) and len(form) - len(ending) >= 3:
            form = form[: -len(ending)]
            break
    return _AMERICAN[1] if form == _AMERICAN[0] else form


_LEMMAS = FormTable(_lemma)


@cache
def _currency_nouns() -> dict[str, None]:
    money = _lexicon("currencies.yaml")
    return dict.fromkeys([*money["words"], *(name.split()[0] for _, name in _cldr_names())])


@cache
def _cldr_names() -> tuple[tuple[str, str], ...]:
    """Return CLDR's Arabic names of the world's currencies, without those out of use, metals and units of account."""
    names = []
    for code, name in Locale("ar").currencies.items():
        if not any(c.isdigit() or c in "()-" for c in name) and not code.startswith("X") and "قديم" not in name:
            names.append((code, name))
    return tuple(names)


@cache
def _catalogue() -> _Catalogue:
    forms = _forms()
    names: dict[tuple[str, ...], Unit] = {}
    abbreviations: dict[tuple[str, ...], Unit] = {}
    openers: set[str] = set()
    for entry in _lexicon("units.yaml")["units"]:
        alone = entry.get("quantity_alone", False)
        code = None if entry["unit"] == "degree" else entry["unit"]
        for name in entry["names"]:
            key = _key(name)
            names[key] = Unit(code, entry["kind"], simplest(Fraction(entry.get("factor", 1))), alone, key[0])
            openers.add(analyse(name).folds[0])
        for name in entry.get("after_digits", []):
            abbreviations[tuple(analyse(name).folds)] = Unit(code, entry["kind"])
    names |= _currencies()
    signs = {fold(sign): Unit(code, "money") for sign, code in _lexicon("currencies.yaml")["symbols"].items()}
    signs |= {code: Unit(code, "money") for code in _lexicon("currencies.yaml")["codes"]}
    signs |= {sign: Unit("%", "percent") for sign in "%٪"}
    for sign, unit in signs.items():
        for written in (sign, sign.lower()):
            abbreviations[tuple(analyse(written).folds)] = unit
    for code, short in _abbreviations():
        unit = Unit(code, "money")
        abbreviations[tuple(analyse(short).folds)] = unit
        signs[fold(short)] = unit
    parts = {fold(noun): part["parts"] for noun, part in _lexicon("currencies.yaml")["subunits"].items()}
    return _Catalogue(
        forms, names, abbreviations, signs, parts, openers, _by_two_words(names), _by_first_word(abbreviations)
    )


def _by_first_word(names: dict[tuple[str, ...], Unit]) -> dict[str, list[_Rest]]:
    by_first: dict[str, list[_Rest]] = {}
    for key in sorted(names, key=len, reverse=True):
        by_first.setdefault(key[0], []).append((list(key[1:]), names[key]))
    return by_first


def _by_two_words(names: dict[tuple[str, ...], Unit]) -> dict[str, dict[str, list[_Rest]]]:
    by_two: dict[str, dict[str, list[_Rest]]] = {}
    for first, rests in _by_first_word(names).items():
        for rest, unit in rests:
            if rest:
                by_two.setdefault(first, {}).setdefault(rest[0], []).append((rest, unit))
    return by_two


class _Names(NamedTuple):
    """What a unit's name can be that begins with a word: abbreviations, and for the unit word that it is, names of
    several words by the second, and of this word alone."""

    short: list[_Rest]
    word: UnitWord | None
    longer: dict[str, list[_Rest]]
    alone: Unit | None


def _names_from(form: str) -> _Names:
    catalogue, word = _catalogue(), UNIT_WORDS[form]
    short = catalogue.short.get(form, [])
    if word is None:
        return _Names(short, None, {}, None)
    return _Names(short, word, catalogue.longer.get(word.lemma, {}), catalogue.names.get((word.lemma,)))


_NAMES_FROM = FormTable(_names_from)
# Folded form → whether the name or abbreviation of a unit after a number can begin with it, or the من before one.
OPENS_UNIT = FormTable(lambda form: UNIT_WORDS[form] is not None or form in _catalogue().short or form == "من")
# Folded form → whether the name or sign of a unit before a number can end with it, or the article after one.
ENDS_UNIT = FormTable(lambda form: _NAMES_FROM[form].alone is not None or form in sign_ends() or form == "ال")


def _key(name: str) -> tuple[str, ...]:
    return tuple(_lemma(form) for form in analyse(name).folds)


def _currencies() -> dict[tuple[str, ...], Unit]:
    money = _lexicon("currencies.yaml")
    names: dict[tuple[str, ...], Unit] = {}
    for noun in _currency_nouns():
        key = _key(noun)
        names[key] = Unit(None, "money", noun=key[0])
    for code, name in _cldr_names():
        key = _key(name)
        if len(key) > 1:
            names.setdefault(key, Unit(code, "money", noun=key[0]))
    for noun, code in money["alone"].items():
        names[_key(noun)] = Unit(code, "money", noun=_key(noun)[0])
    for code, listed in money["names"].items():
        for key in map(_key, listed):
            names[key] = Unit(code, "money", noun=key[0])
    for noun, part in money["subunits"].items():
        factor: Value = Fraction(1, part["parts"]) if part["currency"] else 1
        names[_key(noun)] = Unit(part["currency"], "money", factor, noun=_key(noun)[0])
    return names


def _abbreviations() -> Iterator[tuple[str, str]]:
    for code, shorts in _lexicon("currencies.yaml")["abbreviations"].items():
        for short in shorts:
            yield code, short
            yield code, short.replace(".", "")
    for code, symbol in Locale("ar").currency_symbols.items():
        plain = symbol.strip("\u200f").rstrip(".")
        if plain.count(".") == 1 and not code.startswith("X"):
            yield code, plain
