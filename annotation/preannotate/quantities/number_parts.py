"""Parts in numbers: fractions in words, decimals spoken, ratios, halves of a scale."""

from __future__ import annotations

from fractions import Fraction
from functools import cache

from ....corpus.normalise import fold
from .figures import Value, Words
from .number_words import (
    DENOMINATOR,
    DUAL,
    EITHER,
    FRACTION,
    HUNDRED,
    NUMBER_WORDS,
    SCALE,
    SINGULAR,
    TEN,
    TENS,
    UNIT,
    ZERO,
    NumberWord,
    after_letters,
    number_lexicon,
)
from .whole_numbers import Numeral, Whole, over_words, step_over_and, whole_number


def fraction_first(words: Words, i: int, stop: int, word: NumberWord) -> Numeral | None:
    """Read a number that begins with a part of one: نصف, ثلثي مليون, خمس العشرين."""
    folds = words.folds
    assert word.fraction is not None
    following = NUMBER_WORDS.get(folds[i + 1]) if i + 1 < stop else None
    scale = (
        following is not None
        and following.role is SCALE
        and following.shape in (SINGULAR, EITHER)
        and following.clitics == 0
    )
    if word.role is not FRACTION and not _means_part(words, i, stop, word, following):
        return None
    if word.enclitic or i + 1 >= stop:
        return Numeral(word.fraction, i, i + 1, word=word, last=word, parts=True)
    if scale and following is not None:
        value = word.fraction * following.value
        return Numeral(value, i, i + 2, following.value, word=word, last=following, parts=True)
    if following is not None and following.definite and following.role is TENS and not following.clitics:
        return Numeral(word.fraction * following.value, i, i + 2, word=word, last=following, parts=True)
    return Numeral(word.fraction, i, i + 1, word=word, last=word, parts=True)


def _means_part(words: Words, i: int, stop: int, word: NumberWord, following: NumberWord | None) -> bool:
    """Tell 1/5 from 5 in خمس, 2/7 from 70 in سبعين.

    A part when its damma is written, before a definite noun, a singular (مساحة) or a whole (سكان), before a singular
    scale, and when nothing follows at all: counting by itself is done with the ة form (خمسة), so a bare خمس is one
    fifth.
    """
    written = words.text[words.starts[i] : words.ends[i]]
    bare_letters = after_letters(written, 0, word.clitics)
    if written[bare_letters + 1 : bare_letters + 2] == "\u064f":
        return True
    if "\u0652" in written or "\u064e" in written[bare_letters : bare_letters + 2] or word.role is TENS:
        return False
    if word.definite:
        return False
    if i + 1 >= stop:
        return i == 0 or not words.folds[i - 1][0].isalpha()
    if following is not None:
        definite_ten = following.definite and following.role is TENS
        singular = following.role is SCALE and following.shape is SINGULAR and following.value > 1000
        return following.clitics == 0 and (definite_ten or singular)
    form = words.folds[i + 1]
    if form.startswith(_wholes()) or form in _set("wholes_exactly") or _is_singular(form):
        return True
    return form.startswith("ال") and len(form) > 4 and not form.endswith(("ات", "ون", "ين"))


def _is_singular(form: str) -> bool:
    """Tell a singular by its ة, also before a pronoun (حاجتها)."""
    if form.endswith("ة"):
        return len(form) > 3 and form not in _set("plurals_in_teh") and not (form[0] == "ا" and len(form) <= 5)
    owned = next((form[: -len(own)] for own in _OWN if form.endswith("ت" + own)), "")
    return len(owned) > 3 and not owned.endswith("ات")


_OWN = ("هما", "هم", "ها", "ه", "نا")


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()[name]))


@cache
def _wholes() -> tuple[str, ...]:
    return tuple(map(fold, number_lexicon()["wholes"]))


def spoken_point(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Read a decimal spoken with فاصلة: `خمسة فاصلة اثنان`, digit by digit, as a number, or `ثلاثة من مئة`."""
    folds, j = words.folds, whole.past
    if whole.value.denominator != 1 or j + 1 >= stop or folds[j] not in _set("point"):
        return None
    part = whole_number(words, j + 1, stop)
    if part is None or part.value.denominator != 1:
        return None
    if (power := _power_of_ten(words, part, stop)) is not None:
        return _finish(words, whole, whole.value + Fraction(part.value) / power[0], power[1], stop)
    digits, past = _digits_spoken(words, j + 1, stop) or (str(part.value), part.past)
    return _finish(words, whole, whole.value + Fraction(int(digits), 10 ** len(digits)), past, stop)


def _digits_spoken(words: Words, j: int, stop: int) -> tuple[str, int] | None:
    """Read digits spoken one by one: صفر خمسة, ثلاثة واحد أربعة."""
    digits = ""
    while j < stop:
        word = NUMBER_WORDS.get(words.folds[j])
        if word is None or word.role not in (ZERO, UNIT) or word.clitics or word.definite:
            break
        digits += str(word.value)
        j += 1
    following = NUMBER_WORDS.get(words.folds[j]) if j < stop else None
    if following is not None and following.role in (TEN, TENS, HUNDRED):
        return None
    return (digits, j) if len(digits) > 1 else None


def _finish(words: Words, whole: Whole, value: Value, past: int, stop: int) -> Numeral:
    """Take up a scale word after a decimal: خمسة فاصلة اثنان مليون."""
    word = NUMBER_WORDS.get(words.folds[past]) if past < stop else None
    scale = 1
    if word is not None and word.role is SCALE and not word.clitics and word.shape is not DUAL:
        value, past, scale = value * word.value, past + 1, word.value
    return Numeral(value, whole.first, past, scale, word=NUMBER_WORDS.get(words.folds[whole.first]))


def as_numerator(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Read the whole, or its last term, as a numerator: ثلاثة أرباع, سبعة وثلاثة أخماس, ثلاثة أرباع المليون."""
    word = NUMBER_WORDS.get(words.folds[whole.past]) if whole.past < stop else None
    if word is None or word.clitics or whole.value.denominator != 1 or whole.past == whole.first:
        return None
    singular = word.role is FRACTION or word.fraction is not None
    if not (word.role is DENOMINATOR or (singular and whole.value % 100 > 10 and word.value != 2)):
        return None
    divisor = word.value if word.role is DENOMINATOR else (word.fraction or Fraction(1)).denominator
    base: Value = 0
    numerator = whole.value
    if whole.cuts and word.role is DENOMINATOR and 2 <= whole.value - whole.cuts[-1][0] <= 10:
        base, numerator = whole.cuts[-1][0], whole.value - whole.cuts[-1][0]
    value, past, scale = base + Fraction(numerator) / divisor, whole.past + 1, 1
    after = NUMBER_WORDS.get(words.folds[past]) if past < stop else None
    if after is not None and after.role is SCALE and after.shape is SINGULAR and not after.clitics:
        value, past, scale = (
            (base if base >= after.value else base * after.value) + Fraction(numerator) / divisor * after.value,
            past + 1,
            after.value,
        )
    return Numeral(
        value, whole.first, past, scale, word=NUMBER_WORDS.get(words.folds[whole.first]), last=word, parts=True
    )


def spoken_tenths(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Read a decimal spoken as tenths, hundredths…: `ستة وثمانية وثمانون من مئة` is 6.88."""
    joined, k = step_over_and(words.folds, whole.past, stop, 0) if whole.past < stop else (False, whole.past)
    if k < stop:
        word = NUMBER_WORDS.get(words.folds[k])
        if word is not None and (joined or word.conjunction) and not word.preposition:
            part = whole_number(words, k, stop)
            power = _power_of_ten(words, part, stop) if part is not None else None
            if (
                part is not None
                and power is not None
                and part.value < power[0]
                and not _counts_on(words, power[1], stop)
            ):
                return _finish(words, whole, whole.value + Fraction(part.value) / power[0], power[1], stop)
    power = _power_of_ten(words, whole, stop)
    if power is None or not whole.cuts or _counts_on(words, power[1], stop):
        return None
    before, _ = whole.cuts[-1]
    part_value = whole.value - before
    if before <= 0 or part_value >= power[0]:
        return None
    return _finish(words, whole, before + Fraction(part_value) / power[0], power[1], stop)


def _power_of_ten(words: Words, part: Whole, stop: int) -> tuple[int, int] | None:
    """Return the power of ten that `من` after `part` names (`من مئة`), and the word after it."""
    if part.past + 1 >= stop or words.folds[part.past] != "من":
        return None
    whole = whole_number(words, part.past + 1, stop)
    if whole is None or whole.value.denominator != 1:
        return None
    digits = str(whole.value)
    return (int(digits), whole.past) if digits.rstrip("0") == "1" and len(digits) > 1 else None


def _counts_on(words: Words, j: int, stop: int) -> bool:
    """Tell whether a noun follows that would be counted: `ثلاثة وثلاثون من مئة نائب` is no decimal."""
    return (
        j < stop
        and words.folds[j][0].isalpha()
        and words.folds[j] not in ("في", "بالمئة", "بالمائة")
        and len(words.folds[j]) > 2
        and words.folds[j] not in NUMBER_WORDS
    )


def ratio(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Read `واحد على ثلاثة` as 1/3 and `مئتان و واحد على خمسة` as 200 1/5, the fraction cut off where a و stands
    apart."""
    folds, j = words.folds, whole.past
    if j + 1 >= stop or whole.value.denominator != 1:
        return None
    base: Value = 0
    numerator, over = whole.value, whole.past
    if folds[j] == "و":
        part = whole_number(words, j + 1, stop)
        if part is None or part.past + 1 >= stop or folds[part.past] not in over_words():
            return None
        base, numerator, over = whole.value, part.value, part.past
    elif folds[j] in _set("out_of"):
        return _share(words, whole, stop)
    elif folds[j] in over_words():
        apart = [cut for cut in whole.cuts if folds[cut[1]] == "و"]
        if apart:
            base, numerator = apart[-1][0], whole.value - apart[-1][0]
    else:
        return None
    divisor = whole_number(words, over + 1, stop)
    if divisor is None or divisor.value <= 0 or divisor.value.denominator != 1 or _counted_over(words, over, stop):
        return None
    return Numeral(
        base + Fraction(numerator) / divisor.value,
        whole.first,
        divisor.past,
        word=NUMBER_WORDS.get(folds[whole.first]),
        parts=True,
    )


def _share(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Read `واحد من عشرين` as 1/20 when both are whole, the first the smaller, and nothing after them is counted, and
    `واحد من كل عشرين طفلا`, counted or not."""
    folds, j = words.folds, whole.past + 1
    j += folds[j : j + 2] == ["بين", "كل"]
    every = folds[j] == "كل"
    j += every
    of = whole_number(words, j, stop) if j < stop else None
    if of is None or of.value.denominator != 1 or not 0 < whole.value < of.value:
        return None
    first = NUMBER_WORDS.get(folds[j])
    if first is not None and (first.definite or first.clitics):
        return None
    if not every and (first is None or whole.bare_figure or _counts_on(words, of.past, stop)):
        return None
    return Numeral(
        Fraction(whole.value) / of.value,
        whole.first,
        of.past,
        word=NUMBER_WORDS.get(words.folds[whole.first]),
        parts=True,
    )


def _counted_over(words: Words, over: int, stop: int) -> bool:
    word = NUMBER_WORDS.get(words.folds[over + 1]) if over + 1 < stop else None
    return word is not None and (word.definite or word.clitics > 0)


def with_fraction(words: Words, whole: Whole, stop: int) -> Numeral | None:
    """Add `ونصف`, `و ثلثين`, `وثلاثة أرباع` to a whole number: of the scale it ends with, or of one."""
    folds = words.folds
    if whole.past >= stop:
        return None
    joined, k = step_over_and(folds, whole.past, stop, 0)
    word = NUMBER_WORDS.get(folds[k]) if k < stop else None
    if word is None or word.preposition or not (joined or word.conjunction):
        return None
    if word.fraction is not None and (word.role is FRACTION or joined):
        part, past = word.fraction, k + 1
    else:
        numerator = whole_number(words, k, stop)
        denominator = (
            NUMBER_WORDS.get(folds[numerator.past]) if numerator is not None and numerator.past < stop else None
        )
        if numerator is None or denominator is None or denominator.role is not DENOMINATOR or denominator.clitics:
            return None
        part, past = Fraction(numerator.value) / denominator.value, numerator.past + 1
    if word.enclitic or word.definite or (whole.bare_figure and part >= 1):
        return None
    return _fraction_of(words, whole, part, past, stop)


def _fraction_of(words: Words, whole: Whole, part: Fraction, past: int, stop: int) -> Numeral | None:
    after = NUMBER_WORDS.get(words.folds[past]) if past < stop else None
    first = NUMBER_WORDS.get(words.folds[whole.first])
    if after is not None and after.role is SCALE and after.shape in (SINGULAR, EITHER) and not after.clitics:
        if whole.scale == 1 and whole.value < 1000:
            value = (whole.value + part) * after.value  # ثلاثة ونصف مليون
        elif after.value <= whole.scale:
            value = whole.value + part * after.value  # مليون ونصف المليون, مليار ونصف مليون
        else:
            return None
        return Numeral(value, whole.first, past + 1, after.value, word=first, last=after, parts=True)
    return Numeral(whole.value + part * whole.scale, whole.first, past, whole.scale, word=first, parts=True)
