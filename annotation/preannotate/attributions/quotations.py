"""Quotation marks and what they enclose: every style of mark, nested, orphaned, or closed too early."""

from __future__ import annotations

from bisect import bisect_left
from typing import NamedTuple

from ..document import Document

MARKS = frozenset("\"“”„«»‹›'‘’`")
_STRAIGHT = frozenset("\"“”„'‘’`")  # right-to-left typing swaps the curly ones, so their sides tell nothing


class Quotation(NamedTuple):
    """A pair of marks by word index; without a closing mark `closed` is False and `close` is the line's end."""

    open: int
    close: int
    closed: bool


def quotations(document: Document, marks: list[int]) -> dict[int, Quotation]:
    """Pair the quotation marks at the given word indices line by line; keyed by the opening mark.

    A mark opens when it touches the word after it but not the one before it (a glued proclitic aside), and closes in
    the mirrored case. Guillemets carry their side. A closing mark with nothing open is left alone.
    """
    found: dict[int, Quotation] = {}
    open_marks: list[int] = []
    previous = -1
    for index in marks:
        if previous >= 0 and open_marks and _line_between(document, previous, index):
            _leave_open(document, open_marks, found)
        previous = index
        if _opens(document, index, bool(open_marks)):
            open_marks.append(index)
            continue
        match = _partner(document, index, open_marks)
        if match is not None:
            start = open_marks[match]
            del open_marks[match:]
            found[start] = Quotation(start, index, True)
    _leave_open(document, open_marks, found)
    return found


def _line_between(document: Document, first: int, last: int) -> bool:
    return "\n" in document.text[document.ends[first] : document.starts[last]]


def _leave_open(document: Document, open_marks: list[int], found: dict[int, Quotation]) -> None:
    if not open_marks:
        return
    newline = document.text.find("\n", document.ends[open_marks[-1]])  # all of them stand on one line
    close = len(document.words) if newline < 0 else bisect_left(document.starts, newline)
    found.update((index, Quotation(index, close, False)) for index in open_marks)
    open_marks.clear()


def _opens(document: Document, index: int, inside: bool) -> bool:
    mark = document.words[index]
    if mark in "«‹":
        return True
    if mark in "»›":
        return False
    before = index > 0 and document.ends[index - 1] == document.starts[index]
    after = index + 1 < len(document.words) and document.ends[index] == document.starts[index + 1]
    if before:
        left = document.words[index - 1]
        if left[-1] == "ـ" or left in "([:-–—/" or left in MARKS or (len(left) == 1 and left in "وفبلك"):
            before = False
    if after and not document.words[index + 1][0].isalnum() and document.words[index + 1] not in MARKS:
        after = document.words[index + 1] in "([…"
    if before == after:
        return not inside
    return after


def _partner(document: Document, index: int, open_marks: list[int]) -> int | None:
    mark = document.words[index]
    style = "«»" if mark in "«»" else "‹›" if mark in "‹›" else None
    for place in range(len(open_marks) - 1, -1, -1):
        opener = document.words[open_marks[place]]
        if opener in style if style else opener in _STRAIGHT:
            return place
    return None
