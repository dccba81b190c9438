"""A document as the attribution grammar reads it: candidate cues, quotations and entities by word index."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import accumulate, compress

from ..document import Document
from .quotations import Quotation, quotations
from .reporting_verbs import Form, read
from .word_classes import CLASSES, COMMA, COMPLEMENT, LACK, MASDAR, PREPOSITION, QUOTE, REPORT, is_masdar


@dataclass(slots=True)
class Reading:
    """What the grammar looks up while it reads: all keys are word indices.

    `classes[i]` are the word's class bits, `candidates` the forms of reporting verbs, `entity_end[i]` the
    index after the longest entity that starts at word i, `interior` the words of entities after
    their first, `closings` the words right after an entity, `numbers` quantities by their first word,
    `counted` the words that they count, `openings` the first words of sentences, `closed_quotes` in text order,
    `closing` the same by their closing mark,
    `quoted_up_to[n]` the furthest closing mark of the first n + 1 of them,
    `seams` the commas, the marks and the words like دون, at which content may end,
    `shifted` the words in which an entity begins behind a proclitic.
    """

    document: Document
    folds: list[str]
    classes: list[int]
    candidates: list[int]
    quotes: dict[int, Quotation]
    entity_end: dict[int, int]
    entity_label: dict[int, str]
    interior: set[int]
    closings: set[int]
    numbers: dict[int, int]
    counted: set[int]
    openings: set[int]
    closed_quotes: list[Quotation]
    closing: dict[int, Quotation]
    seams: list[int]
    quoted_up_to: list[int]
    shifted: set[int]

    def forms(self, index: int) -> tuple[Form, ...]:
        """Return the readings of word `index` as a reporting verb."""
        return _FORMS[self.folds[index]] if self.classes[index] & REPORT else ()

    def quotation_around(self, index: int) -> Quotation | None:
        """Return the innermost closed quotation in which word `index` stands."""
        place = bisect_left(self.closed_quotes, (index,))
        if not place or self.quoted_up_to[place - 1] <= index:
            return None
        for quote in reversed(self.closed_quotes[max(0, place - _DEEPEST) : place]):
            if quote.close > index:
                return quote
        return None

    def glued(self, index: int) -> bool:
        """Tell whether word `index` touches the word before it."""
        return index > 0 and self.document.ends[index - 1] == self.document.starts[index]


# So many quotations begin inside one another, or lie between its opening mark and a word in it, at the most.
_DEEPEST = 6


class _Forms(dict[str, tuple[Form, ...]]):
    """Folded word → its readings as a reporting verb, found on first look-up."""

    def __missing__(self, word: str) -> tuple[Form, ...]:
        if len(self) > 50_000:
            self.clear()
        self[word] = found = read(word)
        return found


_FORMS = _Forms()


def _without_verbs(folds: list[str], classes: list[int], first: int, past: int) -> tuple[int, int]:
    """A recogniser may take a reporting verb for part of the name beside it; the verb is given back.

    A name that begins with a preposition is none: the range comes back empty.
    """
    if past - first < 2:
        return first, past
    glued = folds[first][:1] == "ب" and is_masdar(folds[first][1:])  # بسجن المتهم
    if glued or (classes[first] & PREPOSITION and len(folds[first]) > 2):
        return 0, 0
    if classes[first] & REPORT and (folds[first + 1].startswith("ال") or folds[first][:1] == "و"):
        first += 1
    if past - first > 1 and past < len(folds) and classes[past - 1] & REPORT and classes[past] & COMPLEMENT:
        past -= 1
    noun = past - 1
    subject = first > 0 and classes[first - 1] & REPORT and past - first > 2
    if subject and classes[noun] & MASDAR and folds[noun - 1].startswith("ال"):
        past = noun
    for place in range(first + 1, past):
        if folds[place][:1] == "ب" and (folds[place].startswith("بال") or is_masdar(folds[place][1:])):
            return first, place
    return first, past


_SEAMS = COMMA | QUOTE | LACK
_HITS = REPORT | _SEAMS


def read_document(document: Document) -> Reading:
    """Classify the words of a document and pair its quotation marks."""
    folds, starts = document.folds, document.starts
    classes = list(map(CLASSES.__getitem__, folds))
    hits = list(compress(range(len(classes)), map(_HITS.__and__, classes)))
    marks = [index for index in hits if classes[index] & QUOTE]
    candidates = [index for index in hits if classes[index] & REPORT]
    entity_end: dict[int, int] = {}
    entity_label: dict[int, str] = {}
    interior: set[int] = set()
    shifted: set[int] = set()
    for entity in document.entities:
        first = bisect_right(starts, entity.start) - 1
        past = first + 1
        if first >= 0 and document.ends[first] < entity.end:
            past = bisect_left(starts, entity.end)
            first, past = _without_verbs(folds, classes, first, past)
        if past > max(first, entity_end.get(first, 0)) and first >= 0 and folds[first][:1].isalnum():
            entity_end[first] = past
            interior.update(range(first + 1, past))
            if entity.start > starts[first]:
                shifted.add(first)
            entity_label[first] = "media" if entity.subtype == "media" else entity.label
    numbers = {
        bisect_right(starts, quantity.start) - 1: bisect_left(starts, quantity.end) for quantity in document.quantities
    }
    quotes = quotations(document, marks)
    closed = sorted(quote for quote in quotes.values() if quote.closed)
    return Reading(
        document,
        folds,
        classes,
        candidates,
        quotes,
        entity_end,
        entity_label,
        interior,
        set(entity_end.values()),
        numbers,
        {bisect_left(starts, quantity.counted[0]) for quantity in document.quantities if quantity.counted},
        {first for first, _ in document.sentences},
        closed,
        {quote.close: quote for quote in closed},
        [index for index in hits if classes[index] & _SEAMS],
        list(accumulate((quote.close for quote in closed), max)),
        shifted,
    )
