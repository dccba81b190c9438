"""The judge of what is no quantity: puts the questions of dates.py and naming.py to an amount, in order."""

from __future__ import annotations

from ..document import Document
from .amounts import Amount
from .bounds import bound_before
from .counted import agrees, dual_score, is_known_noun, is_noun
from .dates import after_year_noun, chain_end, is_clock, is_date, is_year
from .figures import touching
from .model_names import names_a_model, near_model, spelt_out
from .naming import (
    glued_to_name,
    in_brackets,
    is_group_name,
    is_label,
    is_list_number,
    is_ordinal,
    is_score,
    list_head,
    names_after_definite,
)
from .number_words import DENOMINATOR, HUNDRED, NUMBER_WORDS
from .surroundings import (
    MAY_TELL_BEFORE_WORDS,
    MONTHS_ALONE,
    TELLS_BEFORE,
    is_latin,
    may_tell_after,
    surroundings,
)

GOALS = frozenset(["اهداف", "هدف", "هدفا", "نقاط", "نقطة"])
_LEAST_ORDINAL = 20  # lower ordinals are words of their own: (اليوم) الخامس, الثاني عشر
_AGAINST = frozenset(["نظيفة", "مقابل", "دون", "بدون", "لهدف", "لهدفين", "لواحد", "لاثنين", "لثلاثة", "للاشيء"])


def measures_nothing(document: Document, amount: Amount, low: Amount, begin: int, stop: int) -> int | None:
    """Return the word to go on from when an amount measures nothing (a date, a score, a name), None when it does.

    `low` is the amount without the other end of its range.
    """
    if amount.origin == "noun" and dual_score(document, amount.first, amount.past, begin, stop):
        other_side = amount.past < stop and document.folds[amount.past][0] == "ل"
        return amount.past + other_side
    if amount.origin != "numeral":
        return None
    folds, past = document.folds, amount.past
    if amount.figure and amount.unit is None and past < stop and folds[past] in MONTHS_ALONE and amount.value <= 31:
        return past
    if _plainly_measures(document, amount, low, begin, stop):
        return None
    first = _first_word(document, amount)
    if amount.unit is not None and amount.unit.past == first and amount.unit.unit.kind in ("money", "percent"):
        return None  # $20, %7
    if document.folds[first].isdecimal():
        if (end := chain_end(document, first, stop)) is not None:
            return max(end, first + 1)
        if glued_to_name(document, first, begin) and not _glued_yet_measures(document, amount, first, begin, stop):
            return amount.past
    elif _year_in_words(document, amount, begin):
        return _end_of_year_in_words(folds, past, stop)
    if amount.unit is not None and not amount.first < amount.unit.past <= first:
        return None
    if amount.parts and past == first + 3 and folds[first + 1] in "/⁄" and _no_part(document, amount, first, stop):
        return past
    if _dated(document, amount, first, begin, stop) or _named(document, amount, low, first, begin, stop):
        return amount.past
    return None


def _no_part(document: Document, amount: Amount, first: int, stop: int) -> bool:
    """Tell figures with a slash that are no part of one: ضغط الدم 12/8, أحداث 9/11."""
    folds, past = document.folds, amount.past
    counted = past < stop and is_noun(folds[past], definite=True)
    return amount.unit is None and (amount.value >= 1 or (len(folds[first + 2]) > 1 and not counted))


def _glued_yet_measures(document: Document, amount: Amount, first: int, begin: int, stop: int) -> bool:
    """Tell a number glued to the Arabic word before it (قيمتها405 ملايين, نحو256 آخرين) from one that ends a name
    (كوفيد19): it has a scale, a unit, a bound or something that it counts."""
    before, past = document.folds[first - 1], amount.past
    if not "ء" <= before[0] <= "ي" or len(before) < 3:
        return False
    if amount.scale > 1 or (amount.unit is not None and amount.unit.past > first):
        return True
    if is_label(document, first, past, begin, figure=True):
        return False
    counted = past < stop and is_noun(document.folds[past], definite=False)
    return counted or bound_before(document, first, begin) is not None


def _plainly_measures(document: Document, amount: Amount, low: Amount, begin: int, stop: int) -> bool:
    """Tell quickly, for most numbers, that the words beside them leave nothing to ask."""
    first, past, folds = amount.first, amount.past, document.folds
    form = folds[first]
    if (word := NUMBER_WORDS.get(form)) is not None:
        if word.role is DENOMINATOR or word.preposition or amount.definite:
            return False
        if amount.unit is not None:
            return amount.unit.first > first
        if amount is not low or (first > begin and folds[first - 1] in MAY_TELL_BEFORE_WORDS):
            return False
    else:
        if not "1" <= form[0] <= "9" or (first > begin and not document.text[document.starts[first] - 1].isspace()):
            return False
        if may_tell_after(folds, first + 1, stop):
            return False
        if amount.unit is not None:
            return True
        before = TELLS_BEFORE[folds[first - 1]] if first > begin else ""
        if amount is not low or before == "anything" or past > first + 2:
            return False
        if past == first + 1:
            if len(form) == 4 or near_model(folds, first, begin):
                return False
            if before == "name" and not (
                past < stop and is_noun(folds[past], definite=False) and agrees(folds[past], amount.value)
            ):
                return False
    return past >= stop or not (folds[past] in GOALS or may_tell_after(folds, past, stop))


def names_a_year(document: Document, amount: Amount, begin: int) -> bool:
    """Tell whether a noun before a four-digit figure makes it a year, whatever comes after (منتصف 2014 إلى …)."""
    i = amount.first
    four = amount.figure and amount.unit is None and i > begin and len(document.folds[i]) == 4
    return four and after_year_noun(document, i)


def _year_in_words(document: Document, amount: Amount, begin: int) -> bool:
    """Tell whether a number in words is a year: عام ألفين وعشرة."""
    i = amount.first
    if i == begin or amount.unit is not None or document.folds[i - 1].lstrip("وفبلك") not in _YEAR:
        return False
    after = NUMBER_WORDS.get(document.folds[amount.past]) if amount.past < len(document.folds) else None
    return amount.value >= 40 or (after is not None and after.conjunction and after.role is HUNDRED)


def _end_of_year_in_words(folds: list[str], past: int, stop: int) -> int:
    """Return the word after a year told from its units to its hundreds: سنة اثنتين وخمسين وسبعمئة."""
    while past < stop and (word := NUMBER_WORDS.get(folds[past])) is not None and word.conjunction:
        past += 1
    return past


_YEAR = frozenset(["عام", "سنة", "العام", "السنة", "عامي", "سنتي", "العامين"])


def _dated(document: Document, amount: Amount, first: int, begin: int, stop: int) -> bool:
    """Tell whether an amount is a day, an hour, a score or a number of a list."""
    value = int(amount.value) if amount.value.denominator == 1 and 0 <= amount.value < 10**6 else 10**6
    folds, past = document.folds, amount.past
    if is_date(document, first, past, begin, stop, value) or is_clock(document, first, past, begin, stop):
        return True
    counted = past < stop and is_noun(folds[past], definite=False) and agrees(folds[past], amount.value)
    if not counted and is_score(document, first, past, begin, stop, amount.value):
        return True
    if value <= 20 and past + 1 < stop and folds[past] in GOALS and folds[past + 1] in _AGAINST:
        return True
    if not folds[first].isdecimal():
        return False
    return is_list_number(document, first, past, begin, stop) or in_brackets(document, first, past, begin, stop)


def _named(document: Document, amount: Amount, low: Amount, first: int, begin: int, stop: int) -> bool:
    """Tell whether an amount is a year, or the number in the name of a thing."""
    folds, past = document.folds, amount.past
    figure = folds[first].isdecimal()
    plain = figure and low.figure and low.past == first + 1
    known = past < stop and is_known_noun(folds[past])
    counted = known or (past < stop and is_noun(folds[past], definite=False) and agrees(folds[past], amount.value))
    bound = bound_before(document, first, begin)
    if plain and len(folds[first]) == 4:
        until = bound is not None and folds[bound.first : first] in (["حتي"], ["وحتي"], ["دون"])
        if (bound is None or until) and is_year(document, first, past, begin, stop, int(folds[first]), known):
            return True
    orders = figure or amount.value >= _LEAST_ORDINAL
    if amount.definite and ((orders and is_ordinal(document, first, begin)) or is_group_name(document, first, begin)):
        return True
    of_age = past + 1 < stop and folds[past] == "من" and folds[past + 1] in surroundings("ages")
    if amount.definite and bound is None and of_age:
        return True
    if not figure:
        return amount.definite and bound is None and not counted and _definite_ten(document, amount, first, begin)
    latin = past < stop and folds[past][0].isascii() and folds[past][0].isalpha() and touching(document, past - 1)
    head = list_head(document, first, begin)
    if low.figure and amount.unit is None and not known and head > begin and folds[head - 1].lstrip("وفبلك") in _YEAR:
        return True
    after_latin = plain and not counted and first > begin and is_latin(folds[first - 1][-1])
    if (
        latin
        or after_latin
        or (plain and spelt_out(folds, head, begin, counted=counted))
        or is_group_name(document, first, begin)
        or (is_label(document, head, past, begin, figure) and low.figure)
    ):
        return True
    if not plain or bound is not None or counted or amount.definite or amount.unit is not None:
        return False
    return names_after_definite(document, head, begin) or names_a_model(document, first, past, begin, stop)


def _definite_ten(document: Document, amount: Amount, first: int, begin: int) -> bool:
    """Tell an ordinal ten (البيت العشرون) from a count (الدول العشرون): what stands before it is one thing, or
    nothing."""
    if amount.value < 20 or amount.value >= 100 or not document.folds[amount.past - 1].endswith(("ون", "ين")):
        return False
    noun = document.folds[first - 1] if first > begin else ""
    bare = noun.removeprefix("ال")
    return not noun.startswith("ال") or noun.endswith("ة") or is_known_noun(bare)


def _first_word(document: Document, amount: Amount) -> int:
    """Return the word that the number itself begins with, past a unit before it."""
    if document.folds[amount.first].isdecimal():
        return amount.first
    for k in range(amount.first, amount.past):
        form = document.folds[k]
        word = NUMBER_WORDS.get(form)
        if form.isdecimal() or (word is not None and word.role is not DENOMINATOR):
            return k
    return amount.first
