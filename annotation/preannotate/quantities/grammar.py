"""The quantity grammar: from words to records with span, kind, bound, value, unit and counted noun, without a model.

One pass asks of every word form, by a table kept over documents, whether a quantity can begin there; only then is
anything
parsed. Design §2 says what a quantity's span takes in and which numbers are none.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from itertools import compress

from ....schema.records import Quantity
from ..document import Document, LayerName, Mention
from .figures import touching
from .numerals import without_empty_folds
from .reading import Reading, may_stand_alone, read_noun_alone, read_quantity, read_unit_alone
from .starters import LEAST, LINK, NUMBER, STARTERS

_SCORE = 0.95
_SIGNS = frozenset("-−.+")


class QuantityGrammar:
    """The quantity layer's part. Stateless; tables of word forms are shared by all instances."""

    layer: LayerName = "quantities"
    version = "quantity-grammar-1.3"

    def annotate(self, document: Document) -> list[Mention]:
        """Return the quantities of a document in the order of the text, with ids q1, q2, …"""
        starts = _starts(document.folds)
        if "" in map(document.folds.__getitem__, starts):
            document = without_empty_folds(document)
            starts = _starts(document.folds)
        found: list[Quantity] = []
        for begins, begin, stop in _sentences(document, starts):
            _read_sentence(document, begins, begin, stop, found)
        return [Mention(quantity, self.version, _SCORE) for quantity in found]


def _starts(folds: list[str]) -> list[int]:
    """Return the words where a quantity can begin."""
    return list(compress(range(len(folds)), map(STARTERS.__getitem__, folds)))


def _sentences(document: Document, starts: list[int]) -> Iterator[tuple[list[int], int, int]]:
    """Yield the sentences in which a quantity can begin, with the words where it can."""
    past = 0
    for begin, stop in document.sentences:
        first, past = past, bisect_left(starts, stop, past)
        if past > first:
            yield starts[first:past], begin, stop


def _read_sentence(document: Document, starts: list[int], begin: int, stop: int, found: list[Quantity]) -> None:
    """Append the quantities of the sentence begin:stop, in which one can begin at the words `starts`."""
    earliest = past = begin
    last: Reading | None = None
    for i in starts:
        if i < past:
            continue
        reading, past = _read(document, i, earliest, begin, stop, last)
        if reading is not None:
            found.append(reading.record(f"q{len(found) + 1}"))
            reading.last, last, earliest = last, reading, past


def _read(
    document: Document, i: int, earliest: int, begin: int, stop: int, last: Reading | None
) -> tuple[Reading | None, int]:
    """Read what begins at word i; returns it, or None, and the word to go on from."""
    folds = document.folds
    mark = STARTERS[folds[i]]
    if mark == NUMBER:
        if i > earliest and folds[i - 1] in _SIGNS and folds[i].isdecimal():
            reading, past = read_quantity(document, i - 1, earliest, begin, stop, last)
            if reading is not None or past > i:
                return reading, past
        return read_quantity(document, i, earliest, begin, stop, last)
    if mark == LINK:
        return None, _link_end(document, i, stop)
    if mark == LEAST:
        return read_noun_alone(document, i, earliest)
    return read_unit_alone(document, i, earliest, stop) if may_stand_alone(document, i, stop) else (None, i + 1)


def _link_end(document: Document, i: int, stop: int) -> int:
    """Return the word after a web address: everything up to white space."""
    while i + 1 < stop and touching(document, i):
        i += 1
    return i + 1
