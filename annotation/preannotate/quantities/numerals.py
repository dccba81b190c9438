"""Arabic numbers, in words, digits or both, read to their exact value.

    >>> read("ثلاثة ملايين ونصف المليون").value
    Fraction(3500000, 1)

The grammar is that of W. Wright, A Grammar of the Arabic Language (3rd ed.), I §§ 318-336 and II §§ 93-108, with
the habits
of the modern press: digits before a scale word (`37 ألف`), figures after one (`مليارين و300 مليون`), halves (`مليون
ونصف`).
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from fractions import Fraction
from functools import lru_cache
from typing import NamedTuple

from msgspec.structs import replace

from ..document import Document, analyse
from .figures import Value, Words
from .number_parts import as_numerator, fraction_first, ratio, spoken_point, spoken_tenths, with_fraction
from .number_words import NUMBER_WORDS, after_letters, before_letters
from .whole_numbers import Numeral, ends_number, figure_alone, goes_on, minus_words, whole_number


class Reading(NamedTuple):
    """A number found in a string: `text[start:end]` is what was read, without proclitics or pronouns."""

    value: Fraction
    start: int
    end: int


def read(text: str) -> Reading | None:
    """Read the number that `text` begins with (white space and proclitics aside); None when there is none."""
    words = without_empty_folds(analyse(text))
    numeral = read_numeral(words, 0, len(words.words)) if words.words else None
    return _reading(words, numeral) if numeral else None


def find(text: str) -> Iterator[Reading]:
    """Read every number of `text`, from left to right, each as long as the grammar allows."""
    words = without_empty_folds(analyse(text))
    i, stop = 0, len(words.words)
    while i < stop:
        form = words.folds[i]
        numeral = None
        if not form[:1].isalpha() or form in NUMBER_WORDS:
            numeral = read_numeral(words, i, stop)
        if numeral is None:
            i += 1
        else:
            yield _reading(words, numeral)
            i = numeral.past


def without_empty_folds(document: Document) -> Document:
    """Return a document whose folds all have a letter: a tatweel or mark that stands alone folds to nothing."""
    if "" not in document.folds:
        return document
    forms = document.folds.copy()
    while "" in forms:
        forms[forms.index("")] = "ـ"
    return dataclasses.replace(document, folds=forms)


def decimal_text(value: Value) -> str:
    """Write a value as a decimal string; a part that doesn't end (a third) is rounded, to four decimals below a
    thousand."""
    if isinstance(value, int):
        return str(value)
    numerator, denominator = value.numerator, value.denominator
    if denominator == 1:
        return str(numerator)
    places = _places(denominator)
    if places is None:
        places = 4 if -1000 < value < 1000 else 0
        number = round(abs(value) * 10**places)
    else:
        number = abs(numerator) * 10**places // denominator
    sign, digits = "-" if numerator < 0 else "", str(number).rjust(places + 1, "0")
    if not places:
        return sign + digits
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


@lru_cache(maxsize=1000)
def _places(denominator: int) -> int | None:
    """Return how many decimals a fraction has, None when they don't end."""
    return next((n for n in range(21) if 10**n % denominator == 0), None)


def character_span(words: Words, numeral: Numeral) -> tuple[int, int]:
    """Return where a numeral stands in the text: proclitics before it and a pronoun after it stay outside."""
    start, end = words.starts[numeral.first], words.ends[numeral.past - 1]
    if numeral.word is not None:
        start = after_letters(words.text, start, numeral.word.clitics)
    if numeral.last is not None and numeral.last.enclitic:
        end = before_letters(words.text, end, numeral.last.enclitic)
    return start, end


def _reading(words: Words, numeral: Numeral) -> Reading:
    return Reading(Fraction(numeral.value), *character_span(words, numeral))


def read_numeral(words: Words, i: int, stop: int) -> Numeral | None:
    """Read the longest number that begins at word i and ends before word `stop`; None when none begins there."""
    form = words.folds[i]
    first = NUMBER_WORDS.get(form)
    if form in minus_words() and i + 1 < stop:
        numeral = _positive(words, i + 1, stop)
        return replace(numeral, value=-numeral.value, first=i, word=None, bare_figure=False) if numeral else None
    if first is None:
        if form[0].isalpha():
            return None
        if form.isdecimal() and (i + 1 >= stop or not goes_on(words.folds[i + 1])):
            return Numeral(int(form), i, i + 1, bare_figure=True)  # the common case, without the grammar
        if form.isdecimal() and (numeral := figure_alone(words, i, stop)) is not None:
            return numeral
    return _positive(words, i, stop)


def _positive(words: Words, i: int, stop: int) -> Numeral | None:
    first = NUMBER_WORDS.get(words.folds[i])
    if first is not None and first.fraction is not None:
        part = fraction_first(words, i, stop, first)
        if part is not None:
            return part
    whole = whole_number(words, i, stop)
    if whole is None:
        return None
    if ends_number(words.folds, whole.past, stop):
        return whole.numeral(words)
    return (
        spoken_point(words, whole, stop)
        or as_numerator(words, whole, stop)
        or spoken_tenths(words, whole, stop)
        or ratio(words, whole, stop)
        or with_fraction(words, whole, stop)
        or whole.numeral(words)
    )
