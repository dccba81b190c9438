"""Ranges: an amount and its other end (20 إلى 30 ألفا, بين خمسة وعشرين, 15-17)."""

from __future__ import annotations

from msgspec.structs import replace

from ....corpus.normalise import fold
from ..document import Document
from .amounts import BEFORE_FIGURE, Amount
from .bounds import changes
from .counted import is_noun
from .measured import read_amount
from .number_words import NUMBER_WORDS
from .numerals import character_span, read_numeral
from .unit_catalogue import Unit

_DASHES = frozenset("-–—−ـ")
_TO = frozenset(map(fold, ["إلى", "حتى", "لـ", "وحتى"]))
# What stands before the other end of a range, save و after بين.
LINKS = _DASHES | _TO | {"او"}
_REACH_OF_CHANGE = 10  # words


def with_other_end(document: Document, amount: Amount, begin: int, stop: int, opener: str) -> Amount | None:
    """Extend an amount to a range when its other end follows: after `بين` with و or إلى, after `من` and alone with إلى,
    or with a dash. A scale word or unit at the end holds for both ends (20 إلى 30 ألفا). None when there is no
    other end.
    """
    folds = document.folds
    for k in _other_ends(document, amount.past, stop, opener):
        other = read_amount(document, k, amount.past, stop)
        if other is None or other.origin in ("vague", "noun") or not BEFORE_FIGURE.issuperset(folds[other.first : k]):
            continue
        alternative = folds[amount.past] in ("او", "و") or opener == "بين"
        if (
            amount.unit is not None
            and not alternative
            and not _elides_unit(document, other, stop, opener)
            and (other.unit is None or _is_change(document, amount, begin, opener))
        ):
            continue  # ارتفع 3 بالمئة إلى 80, صعد 3 دولارات إلى 80 دولارا: two quantities
        merged = _merge(amount, other)
        if merged is not None:
            return merged
    return _split_range(document, amount, stop) if opener == "بين" else None


def _elides_unit(document: Document, other: Amount, stop: int, opener: str) -> bool:
    """Tell whether the other end leaves out the unit of the first: من أربعة أسابيع إلى ستة."""
    counts = other.past < stop and is_noun(document.folds[other.past], definite=False)
    return opener == "من" and other.unit is None and other.scale == 1 and not counts


def _is_change(document: Document, amount: Amount, begin: int, opener: str) -> bool:
    """Tell whether `إلى` after an amount with its unit leads to the level that a change led to, not to a range's other
    end: a word for a rise, a fall or their size stands before."""
    folds, first = document.folds, amount.first
    if opener or folds[amount.past] != "الي":
        return False
    return not changes().isdisjoint(folds[max(begin, first - _REACH_OF_CHANGE) : first])


def _other_ends(document: Document, j: int, stop: int, opener: str) -> list[int]:
    folds = document.folds
    if j >= stop:
        return []
    form = folds[j]
    if form in _TO or form in _DASHES:
        k = j + 1
        while k < stop and folds[k] in BEFORE_FIGURE:
            k += 1
        return [k] if k < stop else []
    if form in ("او", "أو") and j + 1 < stop:
        return [j + 1]
    if opener == "بين":
        k = j + 1 if form == "و" else j
        while k < stop and document.folds[k] in BEFORE_FIGURE:
            k += 1  # بين الـ18 والـ25
        if k < stop and form[0] == "و":
            return [k]
    return []


def _merge(low: Amount, high: Amount) -> Amount | None:
    value = low.value
    if low.scale == 1 and high.scale > 1 and low.unit is None and value * high.scale < high.value:
        value *= high.scale
    elif low.unit is None and high.unit is not None and high.unit.unit.factor != 1:
        value *= high.unit.unit.factor
    if low.unit is not None and high.unit is not None and not _same_unit(low.unit.unit, high.unit.unit):
        return None
    end = high.value * low.unit.unit.factor if low.unit is not None and high.unit is None else high.value
    if value >= end:
        return None
    unit = high.unit or low.unit
    return replace(
        low, past=high.past, end=high.end, value=value, high=end, unit=unit, scale=max(low.scale, high.scale)
    )


def _same_unit(a: Unit, b: Unit) -> bool:
    return a.code == b.code or a.noun == b.noun


def _split_range(document: Document, amount: Amount, stop: int) -> Amount | None:
    """Part `بين خمسة وعشرين` into 5 and 20: after بين a compound without a second end is two numbers."""
    for k in range(amount.first + 1, amount.past):
        word = NUMBER_WORDS.get(document.folds[k])
        if word is None or not word.conjunction:
            continue
        low = read_numeral(document, amount.first, k)
        high = read_amount(document, k, amount.first, stop)
        if low is not None and high is not None and low.past == k and low.value < high.value:
            start, _ = character_span(document, low)
            return replace(
                amount, start=start, value=low.value, high=high.value, past=high.past, end=high.end, unit=high.unit
            )
    return None
