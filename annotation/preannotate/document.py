"""A text analysed once for all pre-annotators, and what they give back."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Literal, Protocol

from msgspec import Struct

from ...corpus.normalise import fold, folds
from ...corpus.sentences import sentence_ends
from ...schema.records import Attribution, Entity, Quantity

LayerName = Literal["entities", "quantities", "attributions"]

# Runs of letters with the marks, tatweel and joiners inside them; runs of digits; any other visible character alone.
# A mark or a tatweel can't begin a word, save the tatweel of a clitic written apart (بـ 30); a ة ends one, so that what
# is glued to it is another (مائةألف).
_MARK = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u0640\u200c\u200d"
_INVISIBLE = "\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff"
# The first two lines change nothing but the speed: a blank begins no word, most words are plain letters to the end.
_WORD = re.compile(
    r"(?! )("
    r"[ء-بت-غف-ي]++ة?(?=[ \n،.])|"
    rf"[^\W\d_](?<!ة)[^\W\d_ة{_MARK}]*(?:[{_MARK}]+[^\W\d_ة{_MARK}]*)*(?:ة[{_MARK}]*)?|\d+|[^\s{_INVISIBLE}])"
)

# What is longer is no word and no sentence; it is cut, so that a hostile text takes time in proportion to its length.
_LONGEST_WORD = 100  # code points
_LONGEST_SENTENCE = 250  # words


@dataclass(slots=True)
class Document:
    """A text with its words: `words[i] == text[starts[i]:ends[i]]`, `folds[i]` is the word folded for look-up.

    `sentences` are half-open ranges of word indices. `entities` and `quantities` are those of earlier parts.
    """

    text: str
    words: list[str]
    folds: list[str]
    starts: list[int]
    ends: list[int]
    sentences: list[tuple[int, int]]
    entities: tuple[Entity, ...] = ()
    quantities: tuple[Quantity, ...] = ()


def analyse(text: str) -> Document:
    """Split a text into words and sentences."""
    pieces = _WORD.split(text)  # a gap, a word, a gap, …: quicker than a match object for each word
    lengths = list(map(len, pieces))
    offsets = list(accumulate(lengths))
    words, starts, ends = pieces[1::2], offsets[:-1:2], offsets[1::2]
    if max(lengths[1::2], default=0) > _LONGEST_WORD:
        pairs = _cut(zip(starts, ends, strict=True), _LONGEST_WORD)
        spans = [(start, end) for start, end in pairs if fold(text[start:end])]
        words = [text[start:end] for start, end in spans]
        starts = [start for start, _ in spans]
        ends = [end for _, end in spans]
    edges = [bisect_left(starts, end) for end in sentence_ends(text)]
    ranges = list(_cut(pairwise([0, *edges, len(words)]), _LONGEST_SENTENCE))
    return Document(text, words, folds(words), starts, ends, ranges)


def _cut(spans: Iterable[tuple[int, int]], longest: int) -> Iterator[tuple[int, int]]:
    """Yield the spans that hold something, those that are too long in pieces."""
    for start, end in spans:
        for at in range(start, end, longest):
            yield at, min(at + longest, end)


class Mention(Struct, frozen=True, gc=False):
    """A record as a part proposes it, with the part's name and its score from 0 to 1."""

    record: Entity | Quantity | Attribution
    part: str
    score: float


class Part(Protocol):
    """A pre-annotator of one layer; gives records with final ids (e1…, q1…, a1…) in the order of the text."""

    @property
    def layer(self) -> LayerName: ...

    @property
    def version(self) -> str: ...

    def annotate(self, document: Document) -> list[Mention]: ...
