"""Arabic numbers, in words, digits or both, read to their exact value.

    >>> read("ثلاثة ملايين ونصف المليون").value
    Fraction(3500000, 1)

The grammar is that of W. Wright, A Grammar of the Arabic Language (3rd ed.), I §§ 318-336 and II §§ 93-108, with the habits
of the modern press: digits before a scale word (`37 ألف`), figures after one (`مليارين و300 مليون`), halves (`مليون ونصف`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from fractions import Fraction
from functools import cache
from typing import NamedTuple

from ...corpus.normalise import fold
from .document import Document, analyse
from .figures import Words, read_figure
from .number_words import NumberWord, Role, Shape, number_lexicon, number_words

_COMMAS = ",،"


class Numeral(NamedTuple):
    """A number read: its exact value, and the words it takes, half-open.

    `scale` is the last scale word's value (1000 in `37 ألف`), else 1; `bare_figure` is true of digits alone; `word` is the
    number word that it begins with, None for digits; `last` the number word that ends it.
    """

    value: Fraction
    first: int
    past: int
    scale: int = 1
    bare_figure: bool = False
    word: NumberWord | None = None
    last: NumberWord | None = None
    parts: bool = False


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
    table, i, stop = number_words(), 0, len(words.words)
    while i < stop:
        form = words.folds[i]
        numeral = None
        if not form[:1].isalpha() or table[form] is not None:
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
    return replace(document, folds=[form or "ـ" for form in document.folds])


def decimal_text(value: Fraction) -> str:
    """Write a value as a decimal string; a part that doesn't end (a third) is rounded, to four decimals below a thousand."""
    places = next((n for n in range(21) if 10**n % value.denominator == 0), 4 if abs(value) < 1000 else 0)
    sign, digits = "-" if value < 0 else "", str(round(abs(value) * 10**places)).rjust(places + 1, "0")
    if not places:
        return sign + digits
    whole, part = digits[:-places], digits[-places:].rstrip("0")
    return f"{sign}{whole}.{part}" if part else f"{sign}{whole}"


def character_span(words: Words, numeral: Numeral) -> tuple[int, int]:
    """Return where a numeral stands in the text: proclitics before it and a pronoun after it stay outside."""
    start, end = words.starts[numeral.first], words.ends[numeral.past - 1]
    if numeral.word is not None:
        start = after_letters(words.text, start, numeral.word.clitics)
    if numeral.last is not None and numeral.last.enclitic:
        end = before_letters(words.text, end, numeral.last.enclitic)
    return start, end


def after_letters(text: str, start: int, letters: int) -> int:
    """Return the offset after `letters` letters from `start`, the marks on them and a tatweel included."""
    while letters:
        letters -= text[start].isalpha() and text[start] != "ـ"
        start += 1
    while letters == 0 and start < len(text) and (text[start] == "ـ" or "\u064b" <= text[start] <= "\u065f"):
        start += 1
    return start


def before_letters(text: str, end: int, letters: int) -> int:
    """Return the offset before the last `letters` letters that end at `end`."""
    while letters:
        end -= 1
        letters -= text[end].isalpha() and text[end] != "ـ"
    return end


def _reading(words: Words, numeral: Numeral) -> Reading:
    return Reading(numeral.value, *character_span(words, numeral))


def read_numeral(words: Words, i: int, stop: int) -> Numeral | None:
    """Read the longest number that begins at word i and ends before word `stop`; None when none begins there."""
    form = words.folds[i]
    table = number_words()
    first = table[form]
    if form in _minus_words() and i + 1 < stop:
        numeral = _positive(words, i + 1, stop)
        return numeral._replace(value=-numeral.value, first=i, word=None, bare_figure=False) if numeral else None
    if first is None and form[0].isalpha():
        return None
    return _positive(words, i, stop)


def _positive(words: Words, i: int, stop: int) -> Numeral | None:
    first = number_words()[words.folds[i]]
    if first is not None and first.fraction is not None:
        part = _part(words, i, stop, first)
        if part is not None:
            return part
    whole = _whole(words, i, stop)
    if whole is None:
        return None
    return (
        _spoken_point(words, whole, stop)
        or _numerator(words, whole, stop)
        or _tenths(words, whole, stop)
        or _ratio(words, whole, stop)
        or _with_fraction(words, whole, stop)
        or whole.numeral(words)
    )


class _Whole(NamedTuple):
    """A whole number (or a figure with its scale), and where it could be cut: (value before, place of the و) pairs."""

    value: Fraction
    first: int
    past: int
    scale: int
    open_units: bool
    cuts: tuple[tuple[Fraction, int], ...]
    bare_figure: bool

    def numeral(self, words: Words) -> Numeral:
        table = number_words()
        last = table[words.folds[self.past - 1]]
        return Numeral(
            self.value, self.first, self.past, self.scale, self.bare_figure, table[words.folds[self.first]], last
        )


class _Sum:
    """The running sum of a number: closed parts with their scales, and the group before the next scale word."""

    def __init__(self) -> None:
        self.parts: list[tuple[Fraction, int]] = []
        self.group: Fraction | None = None
        self.unit = 0  # the unit that a following عشر, a ten or a hundred takes up
        self.room = 0  # what may still be added to the group is below this

    @property
    def value(self) -> Fraction:
        return sum((value for value, _ in self.parts), Fraction(0)) + (self.group or 0)

    @property
    def last_scale(self) -> int:
        return self.parts[-1][1] if self.parts else 0

    def figure(self, value: Fraction, joined: bool) -> bool:
        if self.group is not None or (self.parts and not (joined and value < self.last_scale)):
            return False
        self.group, self.unit, self.room = value, 0, 0
        return True

    def word(self, word: NumberWord, joined: bool) -> bool:
        """Add a word; False, and nothing changed, when the grammar doesn't let it follow."""
        if word.role is Role.SCALE:
            return self._scale(word, joined)
        if self.group is None:
            if self.parts and not (joined and word.value < self.last_scale):
                return False
            return self._open(word)
        return self._continue(word, joined)

    def _open(self, word: NumberWord) -> bool:
        if word.role in (Role.UNIT, Role.HALF_UNIT):
            self.group, self.unit, self.room = Fraction(0), word.value, 0
        elif word.role is Role.HUNDRED:
            self.group, self.unit, self.room = Fraction(word.value), 0, 100
        elif word.role in (Role.TEN, Role.TENS, Role.ZERO):
            self.group, self.unit, self.room = Fraction(word.value), 0, 0
        else:
            return False
        self.group += self.unit
        return True

    def _continue(self, word: NumberWord, joined: bool) -> bool:
        assert self.group is not None
        if self.unit:
            if (word.role is Role.TEN and not joined) or (word.role is Role.TENS and joined):
                self.group += word.value
                self.unit = self.room = 0
                return True
            if word.role is Role.HUNDRED and word.value == 100 and not joined and 3 <= self.unit == self.group:
                self.group, self.unit, self.room = Fraction(self.unit * 100), 0, 100
                return True
            return False
        if word.role is Role.HUNDRED and word.value == 100 and not joined and self.room == 0 and self.group >= 10:
            self.group *= 100
            return True
        if not joined or self.room == 0 or word.value >= self.room:
            return False
        if word.role in (Role.UNIT, Role.HALF_UNIT):
            self.unit = word.value
        elif word.role not in (Role.TEN, Role.TENS):
            return False
        self.group += word.value
        self.room = 0
        return True

    def _scale(self, word: NumberWord, joined: bool) -> bool:
        if self.group is not None:
            if joined or word.shape is Shape.DUAL:
                return False
            lower = [value for value, scale in self.parts if scale < word.value]
            if lower and any(scale >= word.value for _, scale in self.parts):
                kept = [part for part in self.parts if part[1] >= word.value]
                self.parts = [*kept, ((sum(lower, Fraction(0)) + self.group) * word.value, word.value)]
            elif lower:
                self.parts = [((sum(lower, Fraction(0)) + self.group) * word.value, word.value)]
            else:
                if self.parts and self.last_scale == word.value:
                    return False
                self.parts.append((self.group * word.value, word.value))
            self.group, self.unit, self.room = None, 0, 0
            return True
        if not self.parts:
            times = 2 if word.shape in (Shape.DUAL, Shape.EITHER) else 1
            self.parts.append((Fraction(times * word.value), word.value))
            return True
        if joined:
            apart = self.last_scale == word.value and self.parts[-1][0] % (100 * word.value) == 0  # مئة ألف وألف
            if word.value >= self.last_scale and not apart:
                return False
            times = 2 if word.shape is Shape.DUAL else 1
            self.parts.append((Fraction(times * word.value), word.value))
            return True
        if word.shape is Shape.DUAL or self.last_scale > word.value or (self.last_scale == word.value != 1000):
            return False
        value, _ = self.parts.pop()  # ألف مليون, مئة ألف مليار
        self.parts.append((value * word.value, word.value))
        return True


def _whole(words: Words, i: int, stop: int) -> _Whole | None:
    """Read a sum of groups and scales from word i on."""
    folds = words.folds
    total, past, j = _Sum(), i, i
    cuts: list[tuple[Fraction, int]] = []
    last: NumberWord | None = None
    figures = 0
    complete: tuple[Fraction, int, int] | None = None
    while j < stop:
        joined, k = (False, j) if j == i else _joined(folds, j, stop, total.last_scale)
        if k >= stop:
            break
        before = total.value if k > i else Fraction(0)
        word = _word_at(words, k, stop)
        if word is not None:
            joined = joined or (k > i and word.conjunction)
            if k > i and (word.preposition or (word.definite and joined and not (last and last.definite))):
                break
            if word.role is Role.SCALE and word.shape is Shape.PLURAL and total.group is None:
                break
            if not total.word(_tamyiz(words, k, stop, word), joined):
                if word.role is Role.SCALE and not joined and total.group is not None and cuts and complete:
                    complete = (cuts[-1][0], cuts[-1][1], len(cuts) - 1)  # 20 ألف | و30 ألف
                break
            k += 1
        elif (figure := read_figure(words, k, stop)) is not None and (k == i or not figure.signed):
            if not total.figure(figure.value, joined):
                break
            k, figures = figure.past, figures + 1
        else:
            break
        if joined:
            cuts.append((before, j))
        past = j = k
        last = word
        if not (word is not None and word.role is Role.HALF_UNIT):
            complete = (total.value, past, len(cuts))
        if word is not None and word.enclitic:
            break
    if complete is None:
        return None
    value, past, n = complete
    scale = total.last_scale if total.group is None and total.parts else 1
    bare = figures == 1 and not total.parts and last is None
    return _Whole(value, i, past, scale, total.unit > 0, tuple(cuts[:n]), bare)


def _word_at(words: Words, k: int, stop: int) -> NumberWord | None:
    """Return word k's number word. Folded, وأحد and واحد are the same letters: before عشر it is و + أحد."""
    table = number_words()
    word = table[words.folds[k]]
    if words.folds[k] == "واحد" and k + 1 < stop:
        following = table[words.folds[k + 1]]
        if following is not None and following.role is Role.TEN and not following.clitics:
            return NumberWord(Role.HALF_UNIT, 1, clitics=1, conjunction=True)
    return word


def _tamyiz(words: Words, k: int, stop: int, word: NumberWord) -> NumberWord:
    """Settle ألفا: two thousand only where a noun follows in annexation; with its tanwin written it is one, too."""
    if word.shape is not Shape.EITHER:
        return word
    written = words.text[words.starts[k] : words.ends[k]]
    following = words.folds[k + 1] if k + 1 < stop else ""
    annexed = len(following) > 2 and following[0].isalpha() and following[0] != "و" and following not in _over_words()
    return word if annexed and "\u064b" not in written else word._replace(shape=Shape.SINGULAR)


def _joined(folds: list[str], j: int, stop: int, last_scale: int) -> tuple[bool, int]:
    """Step over a و that stands alone, or over a comma between a scale and the و of what follows it."""
    if folds[j] == "و":
        return True, j + 1
    if folds[j] in _COMMAS and last_scale >= 1000 and j + 1 < stop and folds[j + 1][0] == "و":
        word = number_words()[folds[j + 1]]
        if word is not None and word.conjunction and word.role in (Role.HUNDRED, Role.UNIT, Role.TENS, Role.TEN):
            return False, j + 1
    return False, j


def _part(words: Words, i: int, stop: int, word: NumberWord) -> Numeral | None:
    """Read a number that begins with a part of one: نصف, ثلثي مليون, خمس العشرين."""
    folds, table = words.folds, number_words()
    assert word.fraction is not None
    following = table[folds[i + 1]] if i + 1 < stop else None
    scale = (
        following is not None
        and following.role is Role.SCALE
        and following.shape in (Shape.SINGULAR, Shape.EITHER)
        and following.clitics == 0
    )
    if word.role is not Role.FRACTION and not _means_part(words, i, stop, word, following):
        return None
    if word.enclitic or i + 1 >= stop:
        return Numeral(word.fraction, i, i + 1, word=word, last=word, parts=True)
    if scale and following is not None:
        value = word.fraction * following.value
        return Numeral(value, i, i + 2, following.value, word=word, last=following, parts=True)
    if following is not None and following.definite and following.role is Role.TENS and not following.clitics:
        return Numeral(word.fraction * following.value, i, i + 2, word=word, last=following, parts=True)
    return Numeral(word.fraction, i, i + 1, word=word, last=word, parts=True)


def _means_part(words: Words, i: int, stop: int, word: NumberWord, following: NumberWord | None) -> bool:
    """Tell 1/5 from 5 in خمس, 2/7 from 70 in سبعين.

    A part when its damma is written, before a definite noun, before a singular scale, and when nothing follows at all:
    counting by itself is done with the ة form (خمسة), so a bare خمس is one fifth.
    """
    written = words.text[words.starts[i] : words.ends[i]]
    bare_letters = after_letters(written, 0, word.clitics)
    if written[bare_letters + 1 : bare_letters + 2] == "\u064f":
        return True
    if "\u0652" in written or "\u064e" in written[bare_letters : bare_letters + 2] or word.role is Role.TENS:
        return False
    if word.definite:
        return False
    if i + 1 >= stop:
        return i == 0 or not words.folds[i - 1][0].isalpha()
    if following is not None:
        definite_ten = following.definite and following.role is Role.TENS
        singular = following.role is Role.SCALE and following.shape is Shape.SINGULAR and following.value > 1000
        return following.clitics == 0 and (definite_ten or singular)
    form = words.folds[i + 1]
    return form.startswith("ال") and len(form) > 4 and not form.endswith(("ات", "ون", "ين"))


def _spoken_point(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Read a decimal spoken with فاصلة: `خمسة فاصلة اثنان`, digit by digit, as a number, or `ثلاثة من مئة`."""
    folds, j = words.folds, whole.past
    if whole.value.denominator != 1 or j + 1 >= stop or folds[j] not in _point_words():
        return None
    part = _whole(words, j + 1, stop)
    if part is None or part.value.denominator != 1:
        return None
    if (power := _power_of_ten(words, part, stop)) is not None:
        return _finish(words, whole, whole.value + part.value / power[0], power[1], stop)
    digits, past = _digits_spoken(words, j + 1, stop) or (str(part.value), part.past)
    return _finish(words, whole, whole.value + Fraction(int(digits), 10 ** len(digits)), past, stop)


def _digits_spoken(words: Words, j: int, stop: int) -> tuple[str, int] | None:
    """Read digits spoken one by one: صفر خمسة, ثلاثة واحد أربعة."""
    digits = ""
    while j < stop:
        word = number_words()[words.folds[j]]
        if word is None or word.role not in (Role.ZERO, Role.UNIT) or word.clitics or word.definite:
            break
        digits += str(word.value)
        j += 1
    following = number_words()[words.folds[j]] if j < stop else None
    if following is not None and following.role in (Role.TEN, Role.TENS, Role.HUNDRED):
        return None
    return (digits, j) if len(digits) > 1 else None


def _finish(words: Words, whole: _Whole, value: Fraction, past: int, stop: int) -> Numeral:
    """Take up a scale word after a decimal: خمسة فاصلة اثنان مليون."""
    table = number_words()
    word = table[words.folds[past]] if past < stop else None
    scale = 1
    if word is not None and word.role is Role.SCALE and not word.clitics and word.shape is not Shape.DUAL:
        value, past, scale = value * word.value, past + 1, word.value
    return Numeral(value, whole.first, past, scale, word=table[words.folds[whole.first]])


def _numerator(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Read the whole, or its last term, as a numerator: ثلاثة أرباع, سبعة وثلاثة أخماس, ثلاثة أرباع المليون."""
    word = number_words()[words.folds[whole.past]] if whole.past < stop else None
    if word is None or word.clitics or whole.value.denominator != 1 or whole.past == whole.first:
        return None
    singular = word.role is Role.FRACTION or word.fraction is not None
    if not (word.role is Role.DENOMINATOR or (singular and whole.value % 100 > 10 and word.value != 2)):
        return None
    divisor = word.value if word.role is Role.DENOMINATOR else (word.fraction or Fraction(1)).denominator
    base, numerator = Fraction(0), whole.value
    if whole.cuts and word.role is Role.DENOMINATOR and 2 <= whole.value - whole.cuts[-1][0] <= 10:
        base, numerator = whole.cuts[-1][0], whole.value - whole.cuts[-1][0]
    value, past, scale = base + numerator / divisor, whole.past + 1, 1
    after = number_words()[words.folds[past]] if past < stop else None
    if after is not None and after.role is Role.SCALE and after.shape is Shape.SINGULAR and not after.clitics:
        value, past, scale = (
            (base if base >= after.value else base * after.value) + numerator / divisor * after.value,
            past + 1,
            after.value,
        )
    return Numeral(
        value, whole.first, past, scale, word=number_words()[words.folds[whole.first]], last=word, parts=True
    )


def _tenths(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Read a decimal spoken as tenths, hundredths…: `ستة وثمانية وثمانون من مئة` is 6.88."""
    joined, k = _joined(words.folds, whole.past, stop, 0) if whole.past < stop else (False, whole.past)
    if k < stop:
        word = number_words()[words.folds[k]]
        if word is not None and (joined or word.conjunction) and not word.preposition:
            part = _whole(words, k, stop)
            power = _power_of_ten(words, part, stop) if part is not None else None
            if (
                part is not None
                and power is not None
                and part.value < power[0]
                and not _counts_on(words, power[1], stop)
            ):
                return _finish(words, whole, whole.value + part.value / power[0], power[1], stop)
    power = _power_of_ten(words, whole, stop)
    if power is None or not whole.cuts or _counts_on(words, power[1], stop):
        return None
    before, _ = whole.cuts[-1]
    part_value = whole.value - before
    if before <= 0 or part_value >= power[0]:
        return None
    return _finish(words, whole, before + part_value / power[0], power[1], stop)


def _power_of_ten(words: Words, part: _Whole, stop: int) -> tuple[int, int] | None:
    """Return the power of ten that `من` after `part` names (`من مئة`), and the word after it."""
    if part.past + 1 >= stop or words.folds[part.past] != "من":
        return None
    whole = _whole(words, part.past + 1, stop)
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
        and number_words()[words.folds[j]] is None
    )


def _ratio(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Read `واحد على ثلاثة` as 1/3 and `مئتان و واحد على خمسة` as 200 1/5, the fraction cut off where a و stands apart."""
    folds, j = words.folds, whole.past
    if j + 1 >= stop or whole.value.denominator != 1:
        return None
    base, numerator, over = Fraction(0), whole.value, whole.past
    if folds[j] == "و":
        part = _whole(words, j + 1, stop)
        if part is None or part.past + 1 >= stop or folds[part.past] not in _over_words():
            return None
        base, numerator, over = whole.value, part.value, part.past
    elif folds[j] in _out_of_words():
        return _share(words, whole, stop)
    elif folds[j] in _over_words():
        apart = [cut for cut in whole.cuts if folds[cut[1]] == "و"]
        if apart:
            base, numerator = apart[-1][0], whole.value - apart[-1][0]
    else:
        return None
    divisor = _whole(words, over + 1, stop)
    if divisor is None or divisor.value <= 0 or divisor.value.denominator != 1 or _counted_over(words, over, stop):
        return None
    return Numeral(
        base + numerator / divisor.value, whole.first, divisor.past, word=number_words()[folds[whole.first]], parts=True
    )


def _share(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Read `واحد من عشرين` as 1/20 when both are whole, the first the smaller, and nothing after them is counted."""
    of = _whole(words, whole.past + 1, stop)
    first = number_words()[words.folds[whole.past + 1]] if whole.past + 1 < stop else None
    if of is None or first is None or first.definite or first.clitics or of.value.denominator != 1:
        return None
    if not 0 < whole.value < of.value or whole.bare_figure or _counts_on(words, of.past, stop):
        return None
    return Numeral(
        whole.value / of.value, whole.first, of.past, word=number_words()[words.folds[whole.first]], parts=True
    )


def _counted_over(words: Words, over: int, stop: int) -> bool:
    word = number_words()[words.folds[over + 1]] if over + 1 < stop else None
    return word is not None and (word.definite or word.clitics > 0)


def _with_fraction(words: Words, whole: _Whole, stop: int) -> Numeral | None:
    """Add `ونصف`, `و ثلثين`, `وثلاثة أرباع` to a whole number: of the scale it ends with, or of one."""
    folds, table = words.folds, number_words()
    if whole.past >= stop:
        return None
    joined, k = _joined(folds, whole.past, stop, 0)
    word = table[folds[k]] if k < stop else None
    if word is None or word.preposition or not (joined or word.conjunction):
        return None
    if word.fraction is not None and (word.role is Role.FRACTION or joined):
        part, past = word.fraction, k + 1
    else:
        numerator = _whole(words, k, stop)
        denominator = table[folds[numerator.past]] if numerator is not None and numerator.past < stop else None
        if numerator is None or denominator is None or denominator.role is not Role.DENOMINATOR or denominator.clitics:
            return None
        part, past = numerator.value / denominator.value, numerator.past + 1
    if word.enclitic or word.definite or (whole.bare_figure and part >= 1):
        return None
    return _fraction_of(words, whole, part, past, stop)


def _fraction_of(words: Words, whole: _Whole, part: Fraction, past: int, stop: int) -> Numeral | None:
    table = number_words()
    after = table[words.folds[past]] if past < stop else None
    first = table[words.folds[whole.first]]
    if (
        after is not None
        and after.role is Role.SCALE
        and after.shape in (Shape.SINGULAR, Shape.EITHER)
        and not after.clitics
    ):
        if whole.scale == 1 and whole.value < 1000:
            value = (whole.value + part) * after.value  # ثلاثة ونصف مليون
        elif after.value <= whole.scale:
            value = whole.value + part * after.value  # مليون ونصف المليون, مليار ونصف مليون
        else:
            return None
        return Numeral(value, whole.first, past + 1, after.value, word=first, last=after, parts=True)
    return Numeral(whole.value + part * whole.scale, whole.first, past, whole.scale, word=first, parts=True)


@cache
def _minus_words() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["minus"]))


@cache
def _point_words() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["point"]))


@cache
def _out_of_words() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["out_of"]))


@cache
def _over_words() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["over"]))
