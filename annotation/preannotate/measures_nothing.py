"""The judge of what is no quantity: puts the questions of naming.py to an amount, in order."""

from __future__ import annotations

from .amounts import Amount
from .bounds import bound_before
from .counted import dual_score, is_noun
from .document import Document
from .figures import is_digits
from .naming import (
    after_year_noun,
    chain_end,
    glued_to_name,
    is_clock,
    is_date,
    is_group_name,
    is_label,
    is_list_number,
    is_ordinal,
    is_score,
    is_year,
    names_after_definite,
)
from .number_words import Role, number_words


def measures_nothing(document: Document, amount: Amount, begin: int, stop: int) -> int | None:
    """Return the word to go on from when an amount measures nothing (a date, a score, a name), None when it does."""
    folds = document.folds
    if amount.origin == "noun" and dual_score(document, amount.first, amount.past, begin, stop):
        return amount.past
    if amount.origin not in ("numeral",):
        return None
    first = _first_word(document, amount)
    figure = is_digits(folds[first])
    if figure and (end := chain_end(document, first, stop)) is not None:
        return max(end, first + 1)
    if figure and glued_to_name(document, first, begin):
        return amount.past
    if amount.unit is not None:
        if amount.unit.past <= amount.first or amount.unit.past > first:
            return None
    value = int(amount.value) if amount.value.denominator == 1 and 0 <= amount.value < 10**6 else -1
    if is_date(document, first, amount.past, begin, stop, value if value >= 0 else 10**6):
        return amount.past
    if is_clock(document, first, amount.past, begin, stop) or is_score(
        document, first, amount.past, begin, stop, value
    ):
        return amount.past
    if figure and is_list_number(document, first, amount.past, begin, stop):
        return amount.past
    noun_follows = amount.past < stop and (is_noun(folds[amount.past], definite=False))
    bounded = bound_before(document, first, begin) is not None
    plain = amount.past == first + 1
    if figure and plain and len(folds[first]) == 4 and not bounded:
        if is_year(document, first, amount.past, begin, stop, value, noun_follows):
            return amount.past
    if figure and bounded and plain and len(folds[first]) == 4 and folds[first - 1] in ("حتي", "دون"):
        if is_year(document, first, amount.past, begin, stop, value, noun_follows):
            return amount.past
    if is_label(document, first, amount.past, begin, figure) and not (noun_follows and not plain):
        return amount.past
    if amount.definite and (is_ordinal(document, first, begin) or is_group_name(document, first, begin)):
        return amount.past
    if is_group_name(document, first, begin) and figure:
        return amount.past
    if figure and plain and not bounded and not noun_follows and not amount.definite:
        if names_after_definite(document, first, begin):
            return amount.past
    return None


def names_a_year(document: Document, amount: Amount, begin: int) -> bool:
    """Tell whether a noun before a four-digit figure makes it a year, whatever comes after (منتصف 2014 إلى …)."""
    i = amount.first
    return (
        amount.figure
        and amount.unit is None
        and i > begin
        and len(document.folds[i]) == 4
        and after_year_noun(document, i)
    )


def _first_word(document: Document, amount: Amount) -> int:
    """Return the word that the number itself begins with, past a unit before it."""
    for k in range(amount.first, amount.past):
        form = document.folds[k]
        word = number_words()[form]
        if is_digits(form) or (word is not None and word.role is not Role.DENOMINATOR):
            return k
    return amount.first
