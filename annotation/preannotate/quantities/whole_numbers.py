"""Whole numbers in words, in digits or in both: groups of hundreds, tens and units, and their scales."""

from __future__ import annotations

from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from ....corpus.normalise import fold
from .figures import Value, Words, continues_figure, read_figure
from .number_words import (
    DUAL,
    EITHER,
    HALF_UNIT,
    HUNDRED,
    NUMBER_WORDS,
    PLURAL,
    SCALE,
    SINGULAR,
    TEN,
    TENS,
    UNIT,
    ZERO,
    NumberWord,
    number_lexicon,
)

_COMMAS = ",،"
# What can go on a number besides number words: what number_parts looks for.
_JOINTS = frozenset(map(fold, ["و", "من", "على", "فاصلة", "فاصل", ",", "،"]))
_EVERY = frozenset(["كل", "بين"])  # واحد من كل ثلاثة, واحد من بين كل ثلاثة
# The words that a number in words can go on with.
CONTINUING = frozenset([*_JOINTS, *NUMBER_WORDS])


def ends_number(folds: list[str], j: int, stop: int, *, figure: bool = False) -> bool:
    """Tell whether a number ends before word j: nothing there goes on with it, or what joins has no number behind it.

    `figure` is true where the number ends in digits.
    """
    if j >= stop:
        return True
    form = folds[j]
    if form not in CONTINUING and not (figure and continues_figure(form)):
        return True
    if j + 1 >= stop or form not in _JOINTS:
        return False
    following = folds[j + 1]
    if form == "من" and following in _EVERY:
        return False
    return following[0].isalpha() and following not in CONTINUING and following not in minus_words()


def goes_on(form: str) -> bool:
    """Tell whether a figure can go on with a word."""
    return form in CONTINUING or continues_figure(form)


@cache
def minus_words() -> frozenset[str]:
    """Return the words that make the number after them negative."""
    return frozenset(map(fold, number_lexicon()["minus"]))


class Numeral(Struct, frozen=True, gc=False):
    """A number read: its exact value, and the words it takes, half-open.

    `scale` is the last scale word's value (1000 in `37 ألف`), else 1; `bare_figure` is true of digits alone; `word`
    is the
    number word that it begins with, None for digits; `last` the number word that ends it.
    """

    value: Value
    first: int
    past: int
    scale: int = 1
    bare_figure: bool = False
    word: NumberWord | None = None
    last: NumberWord | None = None
    parts: bool = False


class Whole(Struct, frozen=True, gc=False):
    """A whole number (or a figure with its scale), and where it could be cut: (value before, place of the و) pairs."""

    value: Value
    first: int
    past: int
    scale: int
    cuts: tuple[tuple[Value, int], ...]
    bare_figure: bool

    def numeral(self, words: Words) -> Numeral:
        last = NUMBER_WORDS.get(words.folds[self.past - 1])
        word = _word_at(words, self.first, self.past)
        return Numeral(self.value, self.first, self.past, self.scale, self.bare_figure, word, last)


class _Sum:
    """The running sum of a number: closed parts with their scales, and the group before the next scale word."""

    __slots__ = ("group", "parts", "room", "unit")

    def __init__(self) -> None:
        self.parts: list[tuple[Value, int]] = []
        self.group: Value | None = None
        self.unit = 0  # the unit that a following عشر, a ten or a hundred takes up
        self.room = 0  # what may still be added to the group is below this

    @property
    def value(self) -> Value:
        if not self.parts:
            return self.group or 0
        return sum([value for value, _ in self.parts[1:]], self.parts[0][0]) + (self.group or 0)

    @property
    def last_scale(self) -> int:
        return self.parts[-1][1] if self.parts else 0

    def figure(self, value: Value, joined: bool) -> bool:
        if self.group is not None or (self.parts and not (joined and value < self.last_scale)):
            return False
        self.group, self.unit, self.room = value, 0, 0
        return True

    def word(self, word: NumberWord, joined: bool) -> bool:
        """Add a word; False, and nothing changed, when the grammar doesn't let it follow."""
        if word.role is SCALE:
            return self._scale(word, joined)
        if self.group is None:
            if self.parts and not (joined and word.value < self.last_scale):
                return False
            return self._open(word)
        return self._continue(word, joined)

    def _open(self, word: NumberWord) -> bool:
        if word.role in (UNIT, HALF_UNIT):
            self.group, self.unit, self.room = 0, word.value, 0
        elif word.role is HUNDRED:
            self.group, self.unit, self.room = word.value, 0, 100
        elif word.role in (TEN, TENS, ZERO):
            self.group, self.unit, self.room = word.value, 0, 0
        else:
            return False
        self.group += self.unit
        return True

    def _continue(self, word: NumberWord, joined: bool) -> bool:
        assert self.group is not None
        if self.unit:
            if (word.role is TEN and not joined) or (word.role is TENS and joined):
                self.group += word.value
                self.unit = self.room = 0
                return True
            if word.role is HUNDRED and word.value == 100 and not joined and 3 <= self.unit == self.group:
                self.group, self.unit, self.room = self.unit * 100, 0, 100
                return True
            return False
        if word.role is HUNDRED and word.value == 100 and not joined and self.room == 0 and self.group >= 10:
            self.group *= 100
            return True
        if not joined or self.room == 0 or word.value >= self.room:
            return False
        if word.role in (UNIT, HALF_UNIT):
            self.unit = word.value
        elif word.role not in (TEN, TENS):
            return False
        self.group += word.value
        self.room = 0
        return True

    def _scale(self, word: NumberWord, joined: bool) -> bool:
        if self.group is not None:
            if joined or word.shape is DUAL:
                return False
            lower = [value for value, scale in self.parts if scale < word.value]
            if lower and any(scale >= word.value for _, scale in self.parts):
                kept = [part for part in self.parts if part[1] >= word.value]
                self.parts = [*kept, ((sum(lower) + self.group) * word.value, word.value)]
            elif lower:
                self.parts = [((sum(lower) + self.group) * word.value, word.value)]
            else:
                if self.parts and self.last_scale == word.value:
                    return False
                self.parts.append((self.group * word.value, word.value))
            self.group, self.unit, self.room = None, 0, 0
            return True
        if not self.parts:
            times = 2 if word.shape in (DUAL, EITHER) else 1
            self.parts.append((times * word.value, word.value))
            return True
        if joined:
            apart = self.last_scale == word.value and self.parts[-1][0] % (100 * word.value) == 0  # مئة ألف وألف
            if word.value >= self.last_scale and not apart:
                return False
            times = 2 if word.shape is DUAL else 1
            self.parts.append((times * word.value, word.value))
            return True
        if word.shape is DUAL or self.last_scale > word.value or (self.last_scale == word.value != 1000):
            return False
        value, _ = self.parts.pop()  # ألف مليون, مئة ألف مليار
        self.parts.append((value * word.value, word.value))
        return True


def figure_alone(words: Words, i: int, stop: int) -> Numeral | None:
    """Read a figure and a scale word after it (1.5, 37 ألف), which most numbers are; None where more may follow."""
    figure = read_figure(words, i, stop)
    if figure is None:
        return None
    value, past = figure.value, figure.past
    word = NUMBER_WORDS.get(words.folds[past]) if past < stop else None
    scaled = word is not None and word.role is SCALE and word.shape is not DUAL and not word.clitics
    if word is not None and scaled:
        value, past = value * word.value, past + 1
    if past < stop and words.folds[past] in CONTINUING:
        return None
    if word is not None and scaled:
        return Numeral(value, i, past, word.value, last=word)
    slashed = figure.value.denominator > 1 and figure.separators in ("", "/")
    return Numeral(value, i, past, bare_figure=True, parts=slashed)


def whole_number(words: Words, i: int, stop: int) -> Whole | None:
    """Read a sum of groups and scales from word i on."""
    folds = words.folds
    if (alone := _ALONE.get(folds[i])) is not None and ends_number(folds, i + 1, stop):
        return Whole(alone[0], i, i + 1, alone[1], (), False)
    total, past, j = _Sum(), i, i
    value: Value = 0
    cuts: list[tuple[Value, int]] = []
    last: NumberWord | None = None
    figures = 0
    complete: tuple[Value, int, int] | None = None
    while j < stop:
        if j > i and folds[j] not in CONTINUING:
            break
        joined, k = (False, j) if j == i else step_over_and(folds, j, stop, total.last_scale)
        if k >= stop:
            break
        word = _word_at(words, k, stop)
        if word is not None:
            joined = joined or (k > i and word.conjunction)
            if k > i and (word.preposition or (word.definite and joined and not (last and last.definite))):
                break
            if word.role is SCALE and word.shape is PLURAL and total.group is None:
                break
            if not total.word(_tamyiz(words, k, stop, word), joined):
                if word.role is SCALE and not joined and total.group is not None and cuts and complete:
                    complete = (cuts[-1][0], cuts[-1][1], len(cuts) - 1)  # 20 ألف | و30 ألف
                break
            k += 1
        elif folds[k][0].isalpha():
            break
        elif (figure := read_figure(words, k, stop)) is not None and (k == i or not figure.signed):
            if not total.figure(figure.value, joined):
                break
            k, figures = figure.past, figures + 1
        else:
            break
        if joined:
            cuts.append((value, j))
        value = total.value
        past = j = k
        last = word
        if not (word is not None and word.role is HALF_UNIT):
            complete = (value, past, len(cuts))
        if word is not None and word.enclitic:
            break
    if complete is None:
        return None
    value, past, n = complete
    scale = total.last_scale if total.group is None and total.parts else 1
    bare = figures == 1 and not total.parts and last is None
    return Whole(value, i, past, scale, tuple(cuts[:n]), bare)


def _alone(word: NumberWord) -> tuple[int, int] | None:
    """Return the value and the scale of a number word that stands alone; None where the sum has to judge."""
    if word.role > SCALE or word.role is HALF_UNIT:
        return None
    if word.role is not SCALE:
        return word.value, 1
    if word.shape is SINGULAR or word.shape is DUAL:
        return (word.value if word.shape is SINGULAR else 2 * word.value), word.value
    return None


_ALONE = {form: alone for form, word in NUMBER_WORDS.items() if (alone := _alone(word)) is not None}


def _word_at(words: Words, k: int, stop: int) -> NumberWord | None:
    """Return word k's number word. Folded, وأحد and واحد are the same letters: before عشر it is و + أحد."""
    word = NUMBER_WORDS.get(words.folds[k])
    if words.folds[k] == "واحد" and k + 1 < stop:
        following = NUMBER_WORDS.get(words.folds[k + 1])
        if following is not None and following.role is TEN and not following.clitics:
            return NumberWord(HALF_UNIT, 1, clitics=1, conjunction=True)
    return word


def _tamyiz(words: Words, k: int, stop: int, word: NumberWord) -> NumberWord:
    """Settle ألفا: two thousand only where a noun follows in annexation; with its tanwin written it is one, too."""
    if word.shape is not EITHER:
        return word
    written = words.text[words.starts[k] : words.ends[k]]
    following = words.folds[k + 1] if k + 1 < stop else ""
    annexed = len(following) > 2 and following[0].isalpha() and following[0] != "و" and following not in over_words()
    return word if annexed and "\u064b" not in written else replace(word, shape=SINGULAR)


def step_over_and(folds: list[str], j: int, stop: int, last_scale: int) -> tuple[bool, int]:
    """Step over a و that stands alone, or over a comma between a scale and the و of what follows it."""
    if folds[j] == "و":
        return True, j + 1
    if folds[j] in _COMMAS and last_scale >= 1000 and j + 1 < stop and folds[j + 1][0] == "و":
        word = NUMBER_WORDS.get(folds[j + 1])
        if word is not None and word.conjunction and word.role in (HUNDRED, UNIT, TENS, TEN):
            return False, j + 1
    return False, j


@cache
def over_words() -> frozenset[str]:
    return frozenset(map(fold, number_lexicon()["over"]))
