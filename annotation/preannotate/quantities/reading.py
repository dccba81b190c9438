"""One quantity: an amount with what bounds it, what it counts and what its surroundings say of it."""

from __future__ import annotations

import re
from fractions import Fraction

from msgspec.structs import replace

from ....schema.records import Quantity
from ..document import Document
from .amounts import Amount
from .antecedents import number_of_whom, whole_of_part, whose_part
from .bounds import Bound, bound_across, bound_after, bound_before, bound_ends, bound_openings, outermost_bound
from .counted import Span, counted_after, counted_before, head_span, indefinite_before, is_known_noun, noun_of_number
from .measured import LASTING, WHOLE, amount_of_unit, read_amount, with_half_apart
from .measures_nothing import measures_nothing, names_a_year
from .money_context import counts_contracts, unit_in_context, with_last_unit
from .number_words import after_letters
from .numerals import decimal_text
from .ranges import LINKS, with_other_end
from .starters import NUMBER, STARTERS
from .units import UNIT_WORDS

_OPENERS = {"من": "من", "ومن": "من", **dict.fromkeys(["بين", "وبين", "لبين", "مابين", "ومابين"], "بين")}
_FEW = 3  # what counts as a vague plural does: بالملايين قسرا counts nothing
_ADJACENT_ONLY = frozenset(["حتي", "فوق", "تحت", "دون", "ما دون"])


class Reading:
    """An amount with its bound, counted noun and characters, on its way to a record. `last` is the one before it in its
    sentence, if any."""

    __slots__ = ("amount", "bound", "counted", "end", "last", "start")

    def __init__(self, amount: Amount) -> None:
        self.amount = amount
        self.bound = "vague" if amount.origin == "vague" else "between" if amount.high is not None else "exact"
        self.start, self.end = amount.start, amount.end
        self.counted: Span | None = None
        self.last: Reading | None = None

    def antecedent(self) -> Span | None:
        """Return what a pronoun in the next quantity may stand for: a length of time leaves the noun before it be."""
        unit = self.amount.unit
        if unit is not None and unit.unit.kind == "duration" and self.last is not None:
            return self.last.antecedent()
        return self.counted

    def record(self, identifier: str) -> Quantity:
        """Return the record of what was read: its number stands in the field that its bound calls for."""
        amount, bound = self.amount, self.bound
        unit = amount.unit.unit if amount.unit is not None else None
        kind = unit.kind if unit is not None else "other" if amount.parts and -1 < amount.value < 1 else "count"
        number = decimal_text(amount.value)
        value = low = high = None
        if bound in ("exact", "about"):
            value = number
        elif bound in ("at_most", "less_than"):
            high = number
        else:
            low = number
            high = decimal_text(amount.high) if bound == "between" and amount.high is not None else None
        return Quantity(
            id=identifier, start=self.start, end=self.end, kind=kind, bound=bound, value=value, low=low, high=high,
            unit=unit.code if unit is not None else None, counted=self.counted,
        )  # fmt: skip


def read_quantity(
    document: Document, i: int, earliest: int, begin: int, stop: int, last: Reading | None
) -> tuple[Reading | None, int]:
    """Read the quantity that begins at word i; returns it, or None, and the word to go on from. `last` is the
    quantity before it."""
    folds = document.folds
    amount = read_amount(document, i, earliest, stop)
    if amount is None:
        return (None, i + 1) if folds[i][0].isdigit() else read_unit_alone(document, i, earliest, stop)
    if amount.figure and len(folds[amount.first]) == 4 and names_a_year(document, amount, earliest):
        return None, amount.past
    ranged, opener, opened = None, "", amount.first
    if amount.first > earliest and folds[amount.first - 1] in _OPENERS:
        opener, opened = _opener(document, amount, earliest)
    if opener == "بين" or (amount.past < stop and folds[amount.past] in LINKS):
        ranged = with_other_end(document, amount, begin, stop, opener)
    past = measures_nothing(document, ranged or amount, amount, begin, stop)
    if past is not None:
        return None, past
    reading = Reading(ranged or amount)
    if ranged is not None and opener and opened < amount.first:
        reading.amount = replace(ranged, first=opened)
        reading.start = _opener_start(document, opened)
    if amount.unit is not None and counts_contracts(document, reading.amount):
        _count_contracts(document, reading)
    _bound(document, reading, earliest, begin, stop)
    _count(document, reading, earliest, begin, stop, last)
    if amount.figure and amount.past > amount.first + 2:
        _read_in_thousands(document, reading, amount)
    if last is not None and reading.counted is None and last.amount.unit is not None:
        reading.amount = with_last_unit(document, reading.amount, last.amount.unit.unit, earliest, stop)
    reading.amount = unit_in_context(document, reading.amount, begin, stop, counted=reading.counted is not None)
    reading.end = max(reading.end, reading.amount.end)
    if reading.bound in ("exact", "about") and not _stands(document, reading, begin, stop):
        return None, i + 1
    return reading, reading.amount.past


def _count_contracts(document: Document, reading: Reading) -> None:
    amount = reading.amount
    assert amount.unit is not None
    noun, factor = amount.unit.first, amount.unit.unit.factor
    value, high = Fraction(amount.value) / factor, amount.high and Fraction(amount.high) / factor
    reading.end = document.ends[noun - 1]
    reading.amount = replace(amount, unit=None, value=value, high=high, past=noun, end=reading.end)


def _read_in_thousands(document: Document, reading: Reading, figure: Amount) -> None:
    """Read `300.000 شخص` and `40.000 يورو` as thousands: what is counted comes whole, no decimal is written .000, and
    only a few currencies have three, so the point groups."""
    amount, first = reading.amount, figure.first
    signed = figure.unit is not None and figure.unit.first == first  # $20.500, as English writes
    if figure.unit is not None and signed:
        first = figure.unit.past
    pointed = _POINTED.match(document.text, document.starts[first])
    if pointed is None or amount.high is not None or (amount.unit is None and reading.counted is None):
        return
    unit = amount.unit.unit if amount.unit is not None else None
    zeros = int(pointed[1]) == 0
    if (
        unit is None
        or (unit.kind != "percent" and zeros)
        or (unit.kind == "money" and not signed and unit.noun not in _IN_MILLS)
    ):
        reading.amount = replace(amount, value=amount.value * 1000)


_POINTED = re.compile(r"[^\W0٠][0-9٠-٩]{0,2}\.(\d{3})(?![\d.])")
_IN_MILLS = frozenset(["دينار", "ريال"])


def _stands(document: Document, reading: Reading, begin: int, stop: int) -> bool:
    """Rule out a lone واحد that no noun before it or unit explains (واحد من, كل واحد)."""
    amount = reading.amount
    if amount.origin != "numeral" or amount.unit is not None or amount.value != 1 or amount.figure:
        return True
    if document.folds[amount.first] not in ("واحد", "واحدة", "واحدا"):
        return True
    if reading.counted is not None:
        return document.folds[amount.past : amount.past + 1] != ["من"]
    return amount.first == begin and amount.past in (stop, stop - 1)


def _opener(document: Document, amount: Amount, earliest: int) -> tuple[str, int]:
    """Return the بين or من that stands right before an amount, and the first word of the phrase that it ends (ما
    بين)."""
    j = amount.first - 1
    word = _OPENERS[document.folds[j]]
    if word != "بين":
        return word, j
    while j - 1 >= earliest and document.folds[j - 1] in ("ما", "بين", "بما", "لما", "وما"):
        j -= 1
    return word, j


def _opener_start(document: Document, j: int) -> int:
    form = document.folds[j]
    letters = len(form) - len(form.lstrip("وبلف")) if form[0] in "وبلف" and form != "بين" else 0
    return after_letters(document.text, document.starts[j], letters)


def _bound(document: Document, reading: Reading, earliest: int, begin: int, stop: int) -> None:
    """Find what bounds an amount: words right before it, right after it, or a verb across its subject."""
    amount, folds = reading.amount, document.folds
    first, past = amount.first, amount.past
    substance = amount.unit is not None and past < stop and folds[past] == "من"
    outermost = outermost_bound(document, first, earliest, of_place=substance)
    if outermost is not None:
        first = outermost.first
        reading.start = after_letters(document.text, document.starts[first], outermost.clitics)
        reading.amount = replace(amount, first=first)
        _take(reading, outermost.name)
    after = bound_after(document, past, stop) if past < stop and folds[past] in bound_openings() else None
    if after is not None:
        reading.end = document.ends[after.past - 1]
        reading.amount = replace(reading.amount, past=after.past)
        if outermost is None or outermost.name in ("about", "exact"):
            _take(reading, after.name)
    elif reading.bound in ("exact", "more_than"):
        across = bound_across(document, first, begin if reading.bound == "exact" else earliest, reading.bound)
        if across is not None:
            _take(reading, across)


def _take(reading: Reading, name: str) -> None:
    if reading.bound not in ("vague", "between"):
        reading.bound = name


def _count(document: Document, reading: Reading, earliest: int, begin: int, stop: int, last: Reading | None) -> None:
    """Find the counted noun, and a bound that stands after it; `last` is what the quantity before this one counts."""
    amount = reading.amount
    percent = amount.unit is not None and amount.unit.unit.kind == "percent"
    if amount.origin in ("noun", "dual", "alone") or (amount.unit is not None and not percent):
        return
    if (
        not percent
        and reading.start == amount.start
        and (before := counted_before(document, amount.first, begin, amount.value, amount.definite)) is not None
    ):
        reading.counted = before
        return
    if amount.parts and whose_part(document, amount.past - 1):
        antecedent = last.antecedent() if last is not None else None
        reading.counted = whole_of_part(document, amount.past - 1, earliest, begin, antecedent)
        return
    at = counted_after(
        document,
        amount.past,
        stop,
        _FEW if amount.origin == "vague" else amount.value,
        partitive=True,
        definite=not amount.few and (amount.origin == "vague" or amount.parts or amount.scale > 1),
        only_partitive=percent,
    )
    if at is None:
        if not percent:
            reading.counted = (
                noun_of_number(document, amount.first, begin)
                or number_of_whom(document, amount.first, begin)
                or _noun_of_small(document, reading, begin)
            )
        return
    reading.counted = head_span(document, at, annexed=amount.parts or amount.origin == "vague")
    if amount.scale > 1 and amount.origin == "numeral" and at + 1 < stop:
        reading.amount = with_half_apart(document, reading.amount, at + 1, stop)
    if reading.bound == "exact" and (after := bound_after(document, at + 1, stop)) is not None:
        reading.bound = after.name


def _noun_of_small(document: Document, reading: Reading, begin: int) -> Span | None:
    """Find the plural that a small number in words follows, when nothing bounds it: شروط أربعة."""
    amount = reading.amount
    small = 3 <= amount.value <= 10 and amount.past == amount.first + 1 and not amount.definite
    if not small or amount.figure or amount.parts or reading.start != amount.start:
        return None
    return indefinite_before(document, amount.first, amount.past, begin)


def may_stand_alone(document: Document, i: int, stop: int) -> bool:
    """Tell quickly whether the words beside a unit let it be a quantity without a number."""
    folds = document.folds
    word = UNIT_WORDS[folds[i]]
    if word is None or word.grammatical_number == 0:
        return True
    if i and (folds[i - 1] in bound_ends() or folds[i - 1] in LASTING):
        return True
    if i + 1 >= stop:
        return False
    after, openings = folds[i + 1], bound_openings()
    if after[0] == "و" or after in WHOLE or after in openings:
        return True
    return i + 2 < stop and folds[i + 2] in openings


def read_unit_alone(document: Document, i: int, earliest: int, stop: int) -> tuple[Reading | None, int]:
    """Read a unit that a bound makes one: أقل من شهر, شهرا على الأقل; or a plural of measure: أطنان."""
    amount = amount_of_unit(document, i, earliest, stop)
    if amount is None:
        return None, i + 1
    return _bounded_unit(document, amount, earliest, stop), amount.past


def read_noun_alone(document: Document, i: int, earliest: int) -> tuple[Reading | None, int]:
    """Read a singular noun before `على الأقل`, whose last word is word i, as one of it: مسلح على الأقل."""
    noun = i - 2
    if noun < earliest or document.folds[i - 1] != "علي" or not is_known_noun(document.folds[noun]):
        return None, i + 1
    if noun == earliest and noun > 0 and STARTERS[document.folds[noun - 1]] == NUMBER:
        return None, i + 1  # counted by the number before it
    reading = Reading(Amount(noun, i + 1, document.starts[noun], document.ends[i], 1, "noun"))
    reading.bound = "at_least" if document.folds[i] == "الاقل" else "at_most"
    return reading, i + 1


def _bounded_unit(document: Document, amount: Amount, earliest: int, stop: int) -> Reading | None:
    reading = Reading(amount)
    if amount.origin == "vague":
        _bound(document, reading, earliest, earliest, stop)
        return reading
    before = bound_before(document, amount.first, earliest)
    after = bound_after(document, amount.past, stop)
    if before is not None and _binds_unit(document, before):
        reading.start = after_letters(document.text, document.starts[before.first], before.clitics)
        reading.bound = before.name
    elif after is not None:
        reading.bound = after.name
    elif not amount.parts:
        return None
    if after is not None:
        reading.end = document.ends[after.past - 1]
    reading.amount = replace(
        amount, first=before.first if before else amount.first, past=after.past if after else amount.past
    )
    return reading


def _binds_unit(document: Document, bound: Bound) -> bool:
    return " ".join(document.folds[bound.first : bound.past]) not in _ADJACENT_ONLY
