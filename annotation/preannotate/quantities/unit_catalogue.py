"""Units of measure and currencies as the lexicons and CLDR tell them, in every form of their names."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml
from babel import Locale
from msgspec import Struct

from ....corpus.normalise import fold
from ..document import analyse
from .figures import Value, simplest
from .form_table import FormTable


class Unit(Struct, frozen=True, gc=False):
    """A unit of measure. `code` is UCUM, ISO 4217, `%` or an ISO 8601 designator; None for an unnamed currency."""

    code: str | None
    kind: str
    factor: Value = 1
    alone: bool = False
    noun: str = ""


# The words of a unit's name after its first.
Rest = tuple[list[str], Unit]


class Catalogue(NamedTuple):
    """Everything about units; `longer` are the `names` of several words by their first and second word, `short` the
    `abbreviations` by their first, each with the words after the first, longest first."""

    forms: dict[str, tuple[str, int]]
    names: dict[tuple[str, ...], Unit]
    abbreviations: dict[tuple[str, ...], Unit]
    signs: dict[str, Unit]
    parts: dict[str, int]
    openers: set[str]
    longer: dict[str, dict[str, list[Rest]]]
    short: dict[str, list[Rest]]


@cache
def catalogue() -> Catalogue:
    """Return the names, abbreviations and signs of all units, read from the lexicons once."""
    forms = _forms()
    names: dict[tuple[str, ...], Unit] = {}
    abbreviations: dict[tuple[str, ...], Unit] = {}
    openers: set[str] = set()
    for entry in unit_lexicon("units.yaml")["units"]:
        alone = entry.get("quantity_alone", False)
        code = None if entry["unit"] == "degree" else entry["unit"]
        for name in entry["names"]:
            key = key_of(name)
            names[key] = Unit(code, entry["kind"], simplest(Fraction(entry.get("factor", 1))), alone, key[0])
            openers.add(analyse(name).folds[0])
        for name in entry.get("after_digits", []):
            abbreviations[tuple(analyse(name).folds)] = Unit(code, entry["kind"])
    names |= _currencies()
    signs = {fold(sign): Unit(code, "money") for sign, code in unit_lexicon("currencies.yaml")["symbols"].items()}
    signs |= {code: Unit(code, "money") for code in unit_lexicon("currencies.yaml")["codes"]}
    signs |= {sign: Unit("%", "percent") for sign in "%٪"}
    for sign, unit in signs.items():
        for written in (sign, sign.lower()):
            abbreviations[tuple(analyse(written).folds)] = unit
    for code, short in _abbreviations():
        unit = Unit(code, "money")
        abbreviations[tuple(analyse(short).folds)] = unit
        signs[fold(short)] = unit
    parts = {fold(noun): part["parts"] for noun, part in unit_lexicon("currencies.yaml")["subunits"].items()}
    return Catalogue(
        forms, names, abbreviations, signs, parts, openers, _by_two_words(names), _by_first_word(abbreviations)
    )


def _by_first_word(names: dict[tuple[str, ...], Unit]) -> dict[str, list[Rest]]:
    by_first: dict[str, list[Rest]] = {}
    for key in sorted(names, key=len, reverse=True):
        by_first.setdefault(key[0], []).append((list(key[1:]), names[key]))
    return by_first


def _by_two_words(names: dict[tuple[str, ...], Unit]) -> dict[str, dict[str, list[Rest]]]:
    by_two: dict[str, dict[str, list[Rest]]] = {}
    for first, rests in _by_first_word(names).items():
        for rest, unit in rests:
            if rest:
                by_two.setdefault(first, {}).setdefault(rest[0], []).append((rest, unit))
    return by_two


@cache
def unit_lexicon(name: str) -> Any:
    """Return units.yaml or currencies.yaml of the lexicon as read."""
    return yaml.safe_load((files(__package__) / "lexicon" / name).read_text("utf-8"))


_AMERICAN = fold("أميركي"), fold("أمريكي")


def lemma_of(form: str) -> str:
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


LEMMAS = FormTable(lemma_of)


@cache
def _forms() -> dict[str, tuple[str, int]]:
    """Inflect every unit word: form → (dictionary form, grammatical number: 1, 2, or 0 for the plural)."""
    measures, money = unit_lexicon("units.yaml"), unit_lexicon("currencies.yaml")
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


@cache
def _currency_nouns() -> dict[str, None]:
    money = unit_lexicon("currencies.yaml")
    return dict.fromkeys([*money["words"], *(name.split()[0] for _, name in _cldr_names())])


@cache
def _cldr_names() -> tuple[tuple[str, str], ...]:
    """Return CLDR's Arabic names of the world's currencies, without those out of use, metals and units of account."""
    names = []
    for code, name in Locale("ar").currencies.items():
        if not any(c.isdigit() or c in "()-" for c in name) and not code.startswith("X") and "قديم" not in name:
            names.append((code, name))
    return tuple(names)


def key_of(name: str) -> tuple[str, ...]:
    """Return what a unit's name is looked up by: its words, each reduced."""
    return tuple(lemma_of(form) for form in analyse(name).folds)


def _currencies() -> dict[tuple[str, ...], Unit]:
    money = unit_lexicon("currencies.yaml")
    names: dict[tuple[str, ...], Unit] = {}
    for noun in _currency_nouns():
        key = key_of(noun)
        names[key] = Unit(None, "money", noun=key[0])
    for code, name in _cldr_names():
        key = key_of(name)
        if len(key) > 1:
            names.setdefault(key, Unit(code, "money", noun=key[0]))
    for noun, code in money["alone"].items():
        names[key_of(noun)] = Unit(code, "money", noun=key_of(noun)[0])
    for code, listed in money["names"].items():
        for key in map(key_of, listed):
            names[key] = Unit(code, "money", noun=key[0])
    for noun, part in money["subunits"].items():
        factor: Value = Fraction(1, part["parts"]) if part["currency"] else 1
        names[key_of(noun)] = Unit(part["currency"], "money", factor, noun=key_of(noun)[0])
    return names


def _abbreviations() -> Iterator[tuple[str, str]]:
    for code, shorts in unit_lexicon("currencies.yaml")["abbreviations"].items():
        for short in shorts:
            yield code, short
            yield code, short.replace(".", "")
    for code, symbol in Locale("ar").currency_symbols.items():
        plain = symbol.strip("\u200f").rstrip(".")
        if plain.count(".") == 1 and not code.startswith("X"):
            yield code, plain
