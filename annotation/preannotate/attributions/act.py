"""An act of saying while it is read: its cue, source, relays, and where its content begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .complements import Complement
from .outlets import is_hearer
from .quotations import Quotation
from .reading import Reading
from .reporting_verbs import Form
from .word_classes import QUOTE, heads

Span = tuple[int, int]
Words = tuple[int, int]
Level = Literal["main", "participle", "inner", "trailing", "comment"]


@dataclass(slots=True)
class Act:
    """One act of saying while it is read; words by index, everything else in offsets.

    `at` is the cue's first word, `opening` the word at which the act's own clause begins, `limit` where the slot
    of its source ends. Content begins at `start` and ends at `end`, or is `pieces`, or lies before the cue (`before`);
    `shut` is a word that it can't go past, `lead` a piece of it that stands before the cue's last particle. `dropped`:
    the source is a pronoun that the verb implies. `unnamed_relay`: so is the relay. `swapped`: the verb's subject
    passes on what another said (نقلا عن). `parent` is the place of the parent among the document's acts.
    """

    at: int
    opening: int
    level: Level
    form: Form | None
    kind: str
    cues: list[Span]
    source: Span | None = None
    source_words: Words | None = None
    dropped: bool = False
    relays: list[Span] = field(default_factory=list)
    start: int | None = None
    quote: Quotation | None = None
    pieces: list[Span] = field(default_factory=list)
    before: bool = False
    score: float = 0.9
    end: int | None = None
    limit: int = 0
    unnamed_relay: bool = False
    shut: int | None = None
    lead: Span | None = None
    swapped: bool = False
    parent: int | None = None


def verb_span(reading: Reading, index: int, form: Form) -> Span:
    """The span of the verb itself, without proclitics and pronouns."""
    document = reading.document
    start, end = document.starts[index], document.ends[index]
    text = document.text
    for _ in form.prefix:
        start += 1
        while start < end and "\u064b" <= text[start] <= "\u0652":
            start += 1
    if form.enclitic and form.shape != "masdar":
        letters = len(form.enclitic)
        while letters:
            end -= 1
            letters -= not ("\u064b" <= text[end] <= "\u0652")
    return start, end


def kind_of(form: Form, complement: Complement) -> str:
    if form.verb.class_ == "estimate":
        return "estimate"
    if complement.kind in ("quote", "before") and (complement.quote is not None or complement.kind == "quote"):
        return "direct"
    return "indirect"


def set_source(reading: Reading, act: Act, words: Words, shift: int = 0) -> None:
    """Give the act its source, proclitics of the first word outside."""
    start, end = span_of(reading, words)
    if start == reading.document.starts[words[0]]:
        start += shift
    act.source, act.source_words = (start, end), words


def _conjoined(reading: Reading, index: int) -> bool:
    """Tell whether a definite noun begins with a conjunction: فالخبيرة, والوزير."""
    if not reading.folds[index].startswith(("فال", "وال")):
        return False
    return reading.folds[index] not in heads("waw_words") and index not in reading.entity_end


def span_of(reading: Reading, words: Words) -> Span:
    """Return the offsets of a word range, a proclitic ل or و of a name's first word left out."""
    document = reading.document
    first, past = words
    if (
        past - first > 2
        and reading.classes[first] & QUOTE
        and first in reading.quotes
        and reading.quotes[first].close == past - 1
    ):
        return document.starts[first + 1], document.ends[past - 2]
    start = document.starts[first]
    hearer = is_hearer(reading, first) and len(reading.folds[first]) > 1
    if hearer or _conjoined(reading, first):
        start += 1
    elif reading.folds[first] == "ل" and past - first > 1:
        return span_of(reading, (first + 1, past))
    return start, document.ends[words[1] - 1]
