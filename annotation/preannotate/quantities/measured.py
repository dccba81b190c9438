"""Amounts with their unit: after the number or before it, a half or a smaller unit added, or a unit by itself."""

from __future__ import annotations

from fractions import Fraction

from msgspec.structs import replace

from ....corpus.normalise import fold
from ..document import Document
from .amounts import Amount, bare_amount, exact_amount
from .counted import is_noun
from .dates import names_time, year_of_era
from .figures import Value
from .number_words import DUAL, FRACTION, NUMBER_WORDS, SCALE, after_letters
from .units import ENDS_UNIT, OPENS_UNIT, UNIT_WORDS, step, subunit, symbol_before, unit_at


def read_amount(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read the amount that begins at word i, with its unit, without a range's other end; None when none begins
    there."""
    amount = bare_amount(document, i, begin, stop)
    return _with_unit(document, amount, begin, stop) if amount else None


def amount_of_unit(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read a unit without a number: a singular that a bound makes one of it (أقل من شهر; the caller finds the bound)
    or a half or a smaller unit after it (ساعة ونصف, ساعة و20 دقيقة), one that stands for its whole length (لمدة شهر,
    شهر كامل), and a plural of a measure (أطنان).
    """
    match = unit_at(document, i, stop)
    if match is None or not match.unit.alone or match.definite or match.grammatical_number == 2:
        return None
    start = after_letters(document.text, document.starts[i], match.clitics)
    end = document.ends[match.past - 1]
    if match.grammatical_number == 0:
        if match.unit.kind == "duration" or (match.past < stop and document.folds[match.past] != "من"):
            return None
        return Amount(i, match.past, start, end, match.unit.factor, "vague", unit=match)
    amount = Amount(i, match.past, start, end, match.unit.factor, "alone", unit=match)
    halved = _with_halves(document, amount, stop)
    if halved.past > amount.past:
        return replace(halved, parts=True)
    together = _with_smaller(document, amount, begin, stop)
    if together.past > amount.past:
        return replace(together, parts=True)
    if match.unit.kind == "duration" and match.past < stop and names_time(document, match.past, stop):
        return None
    if match.past < stop and document.folds[match.past] in WHOLE and match.unit.kind == "duration":
        return replace(amount, past=match.past + 1, end=document.ends[match.past], parts=True)
    if i > begin and document.folds[i - 1] in LASTING and match.unit.kind == "duration" and not match.clitics:
        return replace(amount, parts=True)
    return amount


WHOLE = frozenset(map(fold, ["كامل", "كاملا", "كاملة", "بأكمله", "بأكملها", "بكامله", "بكاملها"]))
LASTING = frozenset(map(fold, ["لمدة", "مدة", "ولمدة", "طوال", "طيلة", "مدى", "مدار"]))


def _with_unit(document: Document, amount: Amount, begin: int, stop: int) -> Amount:
    """Find the unit after the number, else before it; add a half, a smaller unit, a currency after a percent-like
    sign."""
    if amount.unit is None and amount.origin != "noun":
        past, i = amount.past, amount.first
        after = _unit_after(document, amount, stop) if past < stop and OPENS_UNIT[document.folds[past]] else None
        if after is not None:
            amount = after
        elif i > begin and (ENDS_UNIT[document.folds[i - 1]] or amount.definite):
            amount = _unit_before(document, amount, begin) or amount
    if amount.unit is not None and amount.past < stop and document.folds[amount.past][0] in "وف":
        amount = _with_smaller(document, _with_halves(document, amount, stop), begin, stop)
    return amount


def _unit_after(document: Document, amount: Amount, stop: int) -> Amount | None:
    j = amount.past
    if j >= stop or not OPENS_UNIT[document.folds[j]]:
        return None
    digits = document.folds[j - 1].isdecimal() or document.folds[j - 1] in ("%",)
    apart = document.folds[j] == "من" and j + 1 < stop and (amount.origin == "vague" or amount.scale > 1)
    match = unit_at(document, j + 1 if apart else j, stop, after_digits=not apart)
    if match is None or match.clitics or year_of_era(document, amount.first, j):
        return None
    if apart and not (match.definite and match.grammatical_number == 0):
        return None
    if not digits and match.past - match.first == 1 and len(document.folds[j]) == 1 and document.folds[j].isalpha():
        return None
    lasting = amount.definite and match.unit.kind == "duration"  # الـ48 الساعة الماضية
    if match.definite and not (apart or lasting or amount.origin == "vague" or amount.scale > 1 or amount.parts):
        return None
    if match.unit.kind == "duration" and match.grammatical_number == 1 and _names_a_date(document, match.past, stop):
        return None
    if match.grammatical_number == 2:
        return None
    factor = match.unit.factor
    past, end = match.past, document.ends[match.past - 1]
    if factor == 1:
        return replace(amount, past=past, end=end, unit=match)
    high = amount.high * factor if amount.high is not None else None
    return replace(amount, past=past, end=end, unit=match, value=amount.value * factor, high=high)


def _names_a_date(document: Document, j: int, stop: int) -> bool:
    return (
        j < stop
        and document.folds[j].isdecimal()
        and len(document.folds[j]) == 4
        and document.folds[j - 1] in ("عام", "سنة")
    )


def _unit_before(document: Document, amount: Amount, begin: int) -> Amount | None:
    """Find a unit before the number: a sign ($20, %7), a definite plural (الأشهر الستة, السنوات الماضية العشر), a
    single (دولار واحد)."""
    i = amount.first
    symbol = symbol_before(document, i, begin)
    if symbol is not None:
        return replace(amount, first=symbol.first, start=document.starts[symbol.first], unit=symbol)
    at = i - 1
    if at >= begin and document.folds[at] in ("ال",):
        at -= 1
    if amount.definite:
        at = _past_adjectives(document, at, begin)
    if at < begin or UNIT_WORDS[document.folds[at]] is None:
        return None
    match = unit_at(document, at, i)
    if match is None or amount.origin != "numeral" or amount.parts:
        return None
    fits = (
        match.grammatical_number == 0
        and match.definite == amount.definite
        and not (amount.figure and not match.definite)
    )
    single = (
        amount.value == 1 and match.grammatical_number == 1 and not amount.figure and match.definite == amount.definite
    )
    double = amount.value == 2 and match.grammatical_number == 2
    if not (fits or single or double):
        return None
    if fits and not match.definite and not (3 <= amount.value <= 10):
        return None
    start = after_letters(document.text, document.starts[at], match.clitics)
    return replace(amount, first=at, start=start, unit=match, value=amount.value * match.unit.factor)


def _past_adjectives(document: Document, at: int, begin: int) -> int:
    """Step back from the adjectives of a plural unit, two at most: (السنوات) القليلة الماضية."""
    folds = document.folds
    for k in range(at, max(begin, at - 2), -1):
        if UNIT_WORDS[folds[k]] is not None or not (folds[k].startswith("ال") and folds[k].endswith(_FEMININE)):
            break
        word = UNIT_WORDS[folds[k - 1]]
        if word is not None and word.definite and word.grammatical_number == 0:
            return k - 1
    return at


_FEMININE = ("ة", "ي", "ات")


def _with_halves(document: Document, amount: Amount, stop: int) -> Amount:
    """Add `ونصف`, `وربع الساعة`, `ونصف المليون` after a unit: ساعة ونصف, مليون دولار ونصف المليون."""
    j = amount.past
    if amount.high is not None or amount.unit is None or j >= stop:
        return amount
    folds = document.folds
    k = j + 1 if folds[j] == "و" and j + 1 < stop else j
    word = NUMBER_WORDS.get(folds[k])
    if word is None or word.fraction is None or word.role is not FRACTION or word.definite or word.enclitic:
        return amount
    if not (k > j or word.conjunction) or word.preposition:
        return amount
    past, unit = k + 1, amount.unit.unit
    one: Value = amount.scale * unit.factor
    if past < stop:
        after = NUMBER_WORDS.get(folds[past])
        if after is not None and after.role is SCALE and after.shape is not DUAL:
            one, past = after.value * unit.factor, past + 1
        elif (again := unit_at(document, past, stop)) is not None:
            if again.unit.noun != unit.noun:
                return amount
            one, past = unit.factor, again.past
    return replace(amount, past=past, end=document.ends[past - 1], value=amount.value + word.fraction * one)


def with_half_apart(document: Document, amount: Amount, j: int, stop: int) -> Amount:
    """Add a part of the scale that stands after what is counted, at word j: مليون حاج ونصف, مليونا ناخب ونصف المليون.

    Its words stay outside the span, as what is counted does.
    """
    folds = document.folds
    k = j + 1 if folds[j] == "و" and j + 1 < stop else j
    word = NUMBER_WORDS.get(folds[k])
    if word is None or word.role is not FRACTION or word.definite or word.enclitic or word.preposition:
        return amount
    if not (k > j or word.conjunction) or word.fraction is None:
        return amount
    past, scale = k + 1, amount.scale
    if past < stop:
        after = NUMBER_WORDS.get(folds[past])
        if after is not None and after.definite and after.role is SCALE and after.value <= scale:
            past, scale = past + 1, after.value
        elif after is not None or is_noun(folds[past], definite=True):
            return amount
    return replace(amount, past=past, value=amount.value + word.fraction * scale)


def _with_smaller(document: Document, amount: Amount, begin: int, stop: int) -> Amount:
    """Add an amount in a smaller unit: دولار وخمسون سنتا, ساعتين و15 دقيقة, سنتين وثلاثة أشهر."""
    j = amount.past
    if amount.origin == "vague" or amount.high is not None or amount.unit is None or j >= stop:
        return amount
    k = j + 1 if document.folds[j] == "و" and j + 1 < stop else j
    if k == j and document.folds[j][0] != "و":
        return amount
    other = exact_amount(document, k, j, stop)
    if other is None:
        return amount
    if other.unit is None:
        other = _unit_after(document, other, stop)
    if other is None or other.unit is None:
        return amount
    large, small = amount.unit.unit, other.unit.unit
    part = subunit(small, large)
    if part is not None:
        value = amount.value + (Fraction(other.value) / small.factor) * part
        return replace(amount, past=other.past, end=other.end, value=value)
    times = step(large, small)
    if times is None or other.value >= times:
        return amount
    return replace(amount, past=other.past, end=other.end, value=amount.value * times + other.value, unit=other.unit)
