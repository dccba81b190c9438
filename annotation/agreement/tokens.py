"""The words of a text, as token-level measures and the comparison of heads see them."""

from __future__ import annotations

import re

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# A run of digits, a run of letters with their diacritics and tatweel, or one other visible character.
_TOKEN = re.compile(rf"\d+|(?:[^\W\d]|[{_MARKS}])+|[^\w\s]")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the offsets of every token of the text.

    >>> [text[start:end] for text in ["قُتِلَ 43 مدنيا."] for start, end in tokens(text)]
    ['قُتِلَ', '43', 'مدنيا', '.']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def word_end(text: str, start: int, stop: int) -> int:
    """Return where the first word at or after `start`, but before `stop`, ends; `start` if there is none."""
    for match in _TOKEN.finditer(text, start):
        if match.start() >= stop:
            break
        if text[match.start()].isalnum():
            return match.end()
    return start
