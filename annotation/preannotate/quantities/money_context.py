"""What the words around an amount say of an elided unit: money without its currency, degrees of heat, a named
currency."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any

import yaml
from msgspec.structs import replace

from ....corpus.normalise import fold
from ..document import Document
from .amounts import Amount
from .counted import is_noun
from .unit_catalogue import Unit
from .units import UnitMatch, currency_named_nearby

_MONEY = Unit(None, "money")
_CELSIUS = Unit("Cel", "temperature")
_REACH = 16


def unit_in_context(document: Document, amount: Amount, begin: int, stop: int, *, counted: bool) -> Amount:
    """Return the amount with the unit that its sentence implies.

    A scaled number that counts nothing, after a noun of value, is money (`قيمته 750 مليونا`); a bare degree in a
    sentence
    about heat is Celsius; a currency noun that several countries share is that of the country the text is about.
    """
    if amount.unit is None:
        if _is_below_zero(document, amount, stop):
            return _below(document, _in(amount, _CELSIUS))
        if not counted and amount.first > begin and implies_heat(document.folds[amount.first - 1]):
            return _in(amount, _CELSIUS)
        scaled = amount.scale >= 1000 or amount.value >= 10_000
        if not counted and scaled and near_value(document, amount.first, begin):
            return _in(amount, _MONEY)
        return amount
    unit = amount.unit.unit
    if unit.kind == "other" and unit.code is None and unit.noun == "درجة":
        return _degrees(document, amount, begin, stop)
    if unit.kind == "money" and unit.code is None and unit.noun:
        code = currency_named_nearby(document, unit.noun)
        return replace(amount, unit=replace(amount.unit, unit=replace(unit, code=code)))
    return amount


def with_last_unit(document: Document, amount: Amount, unit: Unit, earliest: int, stop: int) -> Amount:
    """Return a bare number, which counts nothing, with the unit of the amount before it.

    That is another temperature (`على الساحل 30 درجة، وفي الجبال بين 11 و19`), or what the one before is compared to: a
    share (`51% مقابل 49`), a sum (`40 مليون دولار مقابل 35 مليونا`), its currency left open.
    """
    folds, past = document.folds, amount.past
    if amount.unit is not None or amount.origin != "numeral" or amount.parts:
        return amount
    word_after = past < stop and folds[past][0].isalpha()
    if unit.kind == "temperature":
        return amount if word_after or amount.scale > 1 else _in(amount, unit)
    if unit.kind not in ("money", "percent") or (word_after and is_noun(folds[past], definite=True)):
        return amount
    if _COMPARISONS.isdisjoint(folds[max(earliest, amount.first - 2) : amount.first]):
        return amount
    if unit.kind == "percent":
        return _in(amount, unit) if amount.value <= 100 else amount
    return _in(amount, _MONEY) if amount.scale > 1 else amount


_COMPARISONS = frozenset(["مقارنة", "مقابل", "بدلا"])


def _in(amount: Amount, unit: Unit) -> Amount:
    return replace(amount, unit=UnitMatch(unit, amount.past, amount.past, 1, False))


def counts_contracts(document: Document, amount: Amount) -> bool:
    """Tell `وقع ثلاثة عقود` (contracts) from `منذ ثلاثة عقود` (decades) by the words around the number."""
    match = amount.unit
    if match is None or match.unit.noun != "عقد" or match.past - match.first > 1 or not amount.first < match.first:
        return False
    folds = document.folds
    if folds[match.past : match.past + 1] == ["من"]:
        return False  # ثلاثة عقود من الحرب
    near = folds[max(0, amount.first - 3) : amount.first] + folds[match.past : match.past + 2]
    return (
        amount.origin == "numeral" and amount.past == match.past and not any(f in _set("decade_context") for f in near)
    )


def _degrees(document: Document, amount: Amount, begin: int, stop: int) -> Amount:
    assert amount.unit is not None
    folds = document.folds
    heat = not _set("temperature_context").isdisjoint(folds[begin:stop])
    if _is_below_zero(document, amount, stop):
        amount = _below(document, amount)
    elif not heat:
        return amount
    assert amount.unit is not None
    return replace(amount, unit=replace(amount.unit, unit=_CELSIUS))


def _is_below_zero(document: Document, amount: Amount, stop: int) -> bool:
    folds, past = document.folds, amount.past
    return past + 1 < stop and folds[past + 1] == "الصفر" and (folds[past], "الصفر") in _below_zero()


def _below(document: Document, amount: Amount) -> Amount:
    past = amount.past + 2
    return replace(amount, value=-amount.value, past=past, end=document.ends[past - 1])


def near_value(document: Document, i: int, begin: int) -> bool:
    """Tell whether a noun or verb of value stands before word i, not far."""
    return not _nouns_of_value().isdisjoint(document.folds[max(begin, i - _REACH) : i])


@cache
def _nouns_of_value() -> frozenset[str]:
    nouns = _set("money_context")
    return nouns | {
        noun + own for noun in nouns if not noun.endswith(("ه", "ها", "ة", "ا")) for own in ("ه", "ها", "هم")
    }


def implies_heat(form: str) -> bool:
    """Tell whether a number right after a word is one of degrees."""
    return form in _set("temperature_context")


@cache
def _lexicon() -> Any:
    return yaml.safe_load((files(__package__) / "lexicon/units.yaml").read_text("utf-8"))


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(map(fold, _lexicon()[name]))


@cache
def _below_zero() -> frozenset[tuple[str, ...]]:
    return frozenset(tuple(map(fold, phrase.split())) for phrase in _lexicon()["below_zero"])
