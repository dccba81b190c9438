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
from .units import Unit, UnitMatch, currency_named_nearby

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
            return _below(document, replace(amount, unit=UnitMatch(_CELSIUS, amount.past, amount.past, 1, False)))
        if not counted and amount.first > begin and implies_heat(document.folds[amount.first - 1]):
            return replace(amount, unit=UnitMatch(_CELSIUS, amount.past, amount.past, 1, False))
        scaled = amount.scale >= 1000 or amount.value >= 10_000
        if not counted and scaled and near_value(document, amount.first, begin):
            return replace(amount, unit=UnitMatch(_MONEY, amount.past, amount.past, 1, False))
        return amount
    unit = amount.unit.unit
    if unit.kind == "other" and unit.code is None and unit.noun == "درجة":
        return _degrees(document, amount, begin, stop)
    if unit.kind == "money" and unit.code is None and unit.noun:
        code = currency_named_nearby(document, unit.noun)
        return replace(amount, unit=replace(amount.unit, unit=replace(unit, code=code)))
    return amount


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
    return not _set("money_context").isdisjoint(document.folds[max(begin, i - _REACH) : i])


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
