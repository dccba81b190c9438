"""The particles أن and إن: where they open a reported clause, and where its words begin."""

from __future__ import annotations

import re
from functools import lru_cache

from .reading import Reading
from .word_classes import COMPLEMENT, heads

Span = tuple[int, int]

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u0640"
_UP_TO_NUN = re.compile(rf"\w*?[اأإآٱ][{_MARKS}]*ن[{_MARKS}]*")
# Words after which أن is no complementiser of the verb: بعد أن, إلا أن, يمكن أن, ضرورة أن.
_BINDS_AN = heads("after_these_an_is_no_complementiser")
_NAME_LETTERS = heads("letter_names")


@lru_cache(maxsize=5_000)
def _up_to_nun(word: str) -> int:
    """Return the length of a complementiser without its pronoun."""
    match = _UP_TO_NUN.match(word)
    return match.end() if match else len(word)


def is_complementiser(reading: Reading, index: int) -> bool:
    """Tell whether word `index` is أن or إن (with pronoun or ب) that may open a reported clause."""
    if not reading.classes[index] & COMPLEMENT or index == 0:
        return False
    if reading.folds[index][:1] in "وف":
        return False
    if reading.folds[index] == "الا":
        return reading.document.words[index].startswith(("أل", "ألّ"))
    before = reading.folds[index - 1]
    if before in _BINDS_AN or (before in _NAME_LETTERS and index not in reading.closings):
        return False
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    if reading.folds[index] == "ان" and (
        following == "ان" or following in _NAME_LETTERS or (before == "." and reading.glued(index))
    ):
        return False
    return index not in reading.interior


def complementiser_span(reading: Reading, index: int) -> tuple[Span, int]:
    """Return the span of the complementiser without its pronoun, and the offset where content begins."""
    document = reading.document
    start, end = document.starts[index], document.ends[index]
    if reading.folds[index] == "الا":
        return (start, start), start
    cut = start + _up_to_nun(document.words[index])
    if cut < end:
        return (start, cut), cut
    after = document.starts[index + 1] if index + 1 < len(document.starts) else end
    return (start, end), after
