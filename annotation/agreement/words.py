"""The words of a text: what an annotator selects by, and what agreement word by word counts."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from .tally import Ints

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# A run of digits, a run of letters with their diacritics and tatweel, or one other visible character.
_TOKEN = re.compile(rf"\d+|(?:[^\W\d]|[{_MARKS}])+|[^\w\s]")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the offsets of every token of the text.

    >>> [text[start:end] for text in ["قُتِلَ 43 مدنيا."] for start, end in tokens(text)]
    ['قُتِلَ', '43', 'مدنيا', '.']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


class Words(NamedTuple):
    """The tokens of several texts laid end to end, text n from `offset[n]` on: its tokens are from `first[n]` on."""

    start: Ints
    end: Ints
    first: Ints
    offset: Ints


def words(texts: Sequence[str]) -> Words:
    """Return the tokens of the texts: those of `tokens`, found by where the kind of character changes."""
    lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    offset = np.cumsum(lengths) - lengths
    characters = np.frombuffer(
        "".join(f"{text} " for text in texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32
    )
    kinds = _KINDS[characters]
    if not kinds.all():
        for code in set(characters[kinds == 0].tolist()):
            _KINDS[code] = _kind(chr(code))
        kinds = _KINDS[characters]
    starts = np.ones(len(kinds), dtype=bool)
    starts[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == _SIGN)
    bounds = np.append(np.flatnonzero(starts), len(kinds))
    seen = kinds[bounds[:-1]] != _SPACE
    start, end = bounds[:-1][seen], bounds[1:][seen]
    return Words(start, end, np.searchsorted(start, np.append(offset, len(kinds))), offset)


_DIGIT, _LETTER, _SIGN, _SPACE = range(1, 5)
_KINDS = np.zeros(0x110000, dtype=np.uint8)  # 0 for a character not met so far


def _kind(character: str) -> int:
    if not _TOKEN.match(character):
        return _SPACE
    if not _TOKEN.fullmatch(character * 2):
        return _SIGN
    return _DIGIT if _TOKEN.fullmatch(character + "0") else _LETTER


def word_end(text: str, start: int, stop: int) -> int:
    """Return where the first word at or after `start`, but before `stop`, ends; `start` if there is none."""
    for match in _TOKEN.finditer(text, start):
        if match.start() >= stop:
            break
        if text[match.start()].isalnum():
            return match.end()
    return start
