"""Numbers written in digits of any of three scripts, with every separator that the press uses."""

from __future__ import annotations

from fractions import Fraction
from typing import Protocol, TypeAlias

from msgspec import Struct
from msgspec.structs import replace

_COMMAS = ",،٬"
_POINTS = ".٫"
_APOSTROPHES = "'’"
_SPACES = " \u00a0\u202f\u2009"
_MINUS = "-−–"
_VULGAR = {
    "½": Fraction(1, 2), "⅓": Fraction(1, 3), "⅔": Fraction(2, 3), "¼": Fraction(1, 4), "¾": Fraction(3, 4),
    "⅕": Fraction(1, 5), "⅛": Fraction(1, 8),
}  # fmt: skip
_MOST_RUNS = 8  # of digits in one number
_JOINTS = frozenset([*_COMMAS, *_POINTS, *_APOSTROPHES, *_VULGAR, "/", "⁄", "ر"])


# An exact value: an int where it is whole, which is quicker.
Value: TypeAlias = Fraction | int


def simplest(value: Fraction) -> Value:
    """Return a value as an int where it is whole."""
    return value.numerator if value.denominator == 1 else value


class Words(Protocol):
    """The words of a text: what a Document has."""

    @property
    def text(self) -> str: ...
    @property
    def folds(self) -> list[str]: ...
    @property
    def starts(self) -> list[int]: ...
    @property
    def ends(self) -> list[int]: ...


class Figure(Struct, frozen=True, gc=False):
    """A number in digits: its exact value, the words that it takes, and how it was written.

    `separators` are those met, in order; `pieces` is the number of digit runs.
    """

    value: Value
    first: int
    past: int
    separators: str = ""
    signed: bool = False

    @property
    def plain(self) -> bool:
        """One run of digits, unsigned."""
        return self.past - self.first == 1


def continues_figure(form: str) -> bool:
    """Tell whether a folded form can go on the figure before it: more digits, or what stands between digits."""
    return "0" <= form < ":" or form in _JOINTS


def touching(words: Words, i: int) -> bool:
    """Tell whether word i + 1 follows word i with nothing visible or white between (direction marks are nothing)."""
    end, start = words.ends[i], words.starts[i + 1]
    return end == start or not (words.text[end].isspace() or any(map(str.isspace, words.text[end:start])))


def read_figure(words: Words, i: int, stop: int) -> Figure | None:
    """Read the number in digits that begins at word i and ends before word `stop`.

    A comma of any kind before exactly three digits groups thousands (`1,500`), before any other number of digits it is
    the decimal sign (`1،9`, `99,5`); a point is the decimal sign unless it stands twice (`1.234.567`). A space
    groups when
    three digits follow it. A minus counts when it is glued to the digits and to nothing before them.
    """
    signed = False
    first = i
    folds = words.folds
    if folds[i].isdecimal() and not (i + 1 < stop and continues_figure(folds[i + 1])):
        return Figure(int(folds[i]), i, i + 1)  # most figures are one run of digits
    if folds[i] in _MINUS or folds[i] == "+":
        glued_before = i > 0 and touching(words, i - 1) and (folds[i - 1][0].isalnum() or folds[i - 1] in _MINUS)
        if glued_before or i + 1 >= stop or not touching(words, i):
            return None
        signed = folds[i] != "+"
        i += 1
    if i < stop and folds[i] in _VULGAR:
        value = _VULGAR[folds[i]]
        return Figure(-value if signed else value, first, i + 1, signed=signed)
    leading_point = folds[i] in _POINTS and i + 1 < stop and folds[i + 1].isdecimal() and touching(words, i)
    if leading_point and (i == 0 or not touching(words, i - 1)):
        value = Fraction(int(folds[i + 1]), 10 ** len(folds[i + 1]))
        return Figure(-value if signed else value, first, i + 2, ".", signed)
    if i >= stop or not folds[i].isdecimal():
        return None
    figure = _grouped(words, i, stop)
    figure = _with_part(words, figure, stop)
    return replace(figure, value=-figure.value if signed else figure.value, first=first, signed=signed)


def _grouped(words: Words, i: int, stop: int) -> Figure:
    folds = words.folds
    runs, separators = [folds[i]], ""
    j = i + 1
    while j < stop and len(runs) < _MOST_RUNS:
        spaced = folds[j].isdecimal() and _one_space(words, j - 1)
        if spaced and len(folds[j]) == 3 and len(runs[-1]) <= 3 and separators.strip(" ") == "" and runs[0] != "0":
            separators += " "
            runs.append(folds[j])
            j += 1
        elif (
            j + 1 < stop
            and folds[j] in _COMMAS + _POINTS + _APOSTROPHES
            and folds[j + 1].isdecimal()
            and touching(words, j - 1)
            and touching(words, j)
        ):
            separators += folds[j]
            runs.append(folds[j + 1])
            j += 2
        else:
            break
    if not separators and (swapped := _reh_decimal(words, i, stop)) is not None:
        return Figure(swapped, i, i + 3, "ر")
    value = _value(runs, separators)
    if value is None:
        return Figure(int(folds[i]), i, i + 1)
    return Figure(value, i, j, separators)


def _reh_decimal(words: Words, i: int, stop: int) -> Fraction | None:
    """Read `5ر2` as 2.5: agencies of the Gulf and Jordan write ر for the point, and the part before the whole."""
    folds = words.folds
    if i + 2 >= stop or folds[i + 1] != "ر" or not folds[i + 2].isdecimal():
        return None
    if not (touching(words, i) and touching(words, i + 1)):
        return None
    return int(folds[i + 2]) + Fraction(int(folds[i]), 10 ** len(folds[i]))


def _one_space(words: Words, i: int) -> bool:
    gap = words.text[words.ends[i] : words.starts[i + 1]]
    return len(gap) == 1 and gap in _SPACES and len(words.folds[i]) <= 3


def _value(runs: list[str], separators: str) -> Value | None:
    """Return the value of digit runs and the separators between them, None when no number is written so."""
    if not separators:
        return int(runs[0])
    last, before = separators[-1], set(separators[:-1])
    thousands = all(len(run) == 3 for run in runs[1:]) and len(runs[0]) <= 3 and not runs[0].startswith("0")
    if len(set(separators)) == 1 and thousands and (last not in _POINTS or len(separators) > 1):
        return int("".join(runs))
    grouped = all(len(run) == 3 for run in runs[1:-1]) and len(runs[0]) <= 3
    decimal = last in _COMMAS + _POINTS
    if decimal and (not before or (len(before) == 1 and last not in before and grouped)):
        return Fraction(int("".join(runs)), 10 ** len(runs[-1]))
    return None


def _with_part(words: Words, figure: Figure, stop: int) -> Figure:
    """Add what follows a whole number: `2½`, `2 1/4`, or make it a numerator: `3/4`."""
    folds, j = words.folds, figure.past
    if figure.value.denominator != 1 or j >= stop:
        return figure
    if folds[j] in _VULGAR:
        return replace(figure, value=figure.value + _VULGAR[folds[j]], past=j + 1)
    if (part := _slashed(words, j - 1, stop)) is not None and figure.plain:
        return replace(figure, value=part, past=j + 2, separators="/")
    if folds[j].isdecimal() and (part := _slashed(words, j, stop)) is not None and part < 1:
        return replace(figure, value=figure.value + part, past=j + 3, separators="/")
    return figure


def _slashed(words: Words, i: int, stop: int) -> Fraction | None:
    folds = words.folds
    if i + 2 >= stop or folds[i + 1] not in "/⁄" or not folds[i + 2].isdecimal():
        return None
    if not (touching(words, i) and touching(words, i + 1)) or int(folds[i + 2]) == 0:
        return None
    if i + 3 < stop and folds[i + 3] in "/-" and touching(words, i + 2):
        return None
    return Fraction(int(folds[i]), int(folds[i + 2]))
