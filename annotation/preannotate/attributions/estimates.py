"""Estimates with قدر and an amount: who estimates, what is estimated, how far the amount goes."""

from __future__ import annotations

from functools import lru_cache

from .act import Act, set_source, verb_span
from .placement import COORDINATORS, INNER_OPENERS, set_level
from .reading import Reading
from .reporting_verbs import Form
from .slots import slot
from .source_phrases import trim
from .subjects import subject_before
from .word_classes import COMMA, COMPLEMENT, RELATIVE, REPORT, STOP, VERB, heads

_MEASURES = heads("measures")
_AMOUNT_WORDS = heads("amount_words")
_SHARES = heads("shares")
_RATES = frozenset(["سنويا", "شهريا", "اسبوعيا", "يوميا"])


def find_amount(reading: Reading, index: int, form: Form, end: int) -> int | None:
    """The word that carries ب before an amount after قدر, or None."""
    for place in range(index + 1, min(index + 26, end)):
        word, bits = reading.folds[place], reading.classes[place]
        if bits & STOP or (bits & COMPLEMENT and place < index + 6):
            return None
        if (word == "ب" and place + 1 < end) or (
            word[:1] == "ب" and (place in reading.numbers or word[1:] in _AMOUNT_WORDS or word[1:].isdigit())
        ):
            return place
    return None


def estimated(reading: Reading, index: int, form: Form, amount: int, first: int, end: int, floor: int) -> Act:
    document = reading.document
    act = Act(index, index, "inner", form, "estimate", [verb_span(reading, index, form)], score=0.9)
    ba = document.starts[amount]
    cut = document.ends[amount] if reading.folds[amount] == "ب" else ba + 1
    act.cues.append((ba, cut))
    begin = amount + 1 if reading.folds[amount] == "ب" else amount
    where = begin if begin in reading.numbers else amount
    past = reading.numbers.get(where) or _amount_end(reading, begin, end)
    past = _amount_of_what(reading, min(past, end), end)
    act.pieces = [(cut if begin == amount else document.starts[begin], document.ends[past - 1])]
    between = slot(reading, index + 1, amount)
    head = next((n for n in range(index + 1, amount) if _measure(reading.folds[n])), None)
    if head is not None and head > index + 1:
        words = trim(reading, (index + 1, head))
        if words[0] < words[1]:
            set_source(reading, act, words)
    elif head is None and between.source is not None:
        set_source(reading, act, trim(reading, between.source))
    if head is not None and head < amount:
        act.pieces.insert(0, (document.starts[head], document.ends[trim(reading, (head, amount))[1] - 1]))
    if act.source is None and form.number == "plural":
        subject = subject_before(reading, index, floor, form)
        if subject is not None:
            set_source(reading, act, subject)
        act.dropped = subject is None
    coordinated = index > first and reading.folds[index - 1] in COORDINATORS - INNER_OPENERS
    if form.prefix or index == first or act.source is not None or coordinated:
        set_level(reading, act, form, first, floor)
    return act


def _amount_of_what(reading: Reading, past: int, end: int) -> int:
    """Take in the noun that the amount counts, and ، معظمهم … after it."""
    if past < end and past in reading.counted:
        past += 1
    if past < end and reading.folds[past] in _RATES:
        past += 1
    if past + 1 < end and reading.classes[past] & COMMA and reading.folds[past + 1] in _SHARES:
        past += 2
        while past < end and not reading.classes[past] & (COMMA | STOP | REPORT):
            past += 1
    return past


@lru_cache(maxsize=50_000)
def _measure(word: str) -> bool:
    bare = word[2:] if word.startswith("ال") else word
    return any(
        bare == m
        or (bare.startswith(m) and bare[len(m) :] in ("ه", "ها", "هم"))
        or (m.endswith("ة") and bare.startswith(m[:-1] + "ت"))
        for m in _MEASURES
    )


def _amount_end(reading: Reading, place: int, end: int) -> int:
    index = place + 1
    while index < end and not reading.classes[index] & (COMMA | STOP | VERB | REPORT | RELATIVE):
        index += 1
    return index
