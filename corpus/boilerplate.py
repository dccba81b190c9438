"""Boilerplate: which lines of an article are not the story. They are marked as spans; the text is never cut.

A line is judged by its shape (length, punctuation, dashes, digits), by where it stands (before the first paragraph of
the story, after the last, between) and by the phrases of `boilerplate.yaml`. Lines in doubt stay unmarked.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

import yaml

from ..schema.records import Boilerplate
from .normalise import fold

KINDS = ("timestamp", "caption", "related", "footer", "byline")

_PARAGRAPH = 18  # words; a line as long as this is told, not labelled
_SENTENCE = 9  # words; so is a shorter one that ends like a sentence
_LABEL = 7  # words; a line no longer than this may be a label

_WORD = re.compile(r"[^\W_]+(?:[.'’][^\W_]+)*")
_CLOSED = re.compile(r"[.!؟?…][\"”»’')\]\u200f]*$")
_DATE = re.compile(r"\b\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}\b|\b\d{1,2}:\d{2}\b|\b(?:1[3-5]|19|20)\d{2}\b")
_PHONE = re.compile(r"(?<![\d.,/:])\+?\d[\d\s()-]{7,}\d(?![\d/:])")
_DASH = re.compile(r"(?<=\s)[-–—|/](?=\s)")
_INITIALS = re.compile(r"^\(?[^\W\d_](?:[.\s][^\W\d_])*\.?\)?(?:\s*[/-]\s*\(?[^\W\d_](?:[.\s][^\W\d_])*\.?\)?)+$")
_DATELINE = re.compile(
    r"[^\n.،,:؛«\"“]{2,60}?\([^()\n]{2,30}\)\s*[-–—:]\s+|(?:[^\n.،:؛«\"“()]{2,40}?\s[-–—]\s+){1,2}(?=\S)"
)
_SIGNED = re.compile(r"^(?:تقرير|تحرير|ترجمة|مراسل\w*|المصدر|المحرر|متابعة)\s*[:/-]")
_BRACKET = re.compile(r"[(\[]([^()\[\]]+)[)\]]\s*$")


def boilerplate(text: str, title: str | None = None, publisher: str | None = None) -> tuple[Boilerplate, ...]:
    """Return the stretches of `text` that are not the story, in order, each with its kind (one of KINDS).

    A mark covers a line without the white space around it; a dateline that opens a paragraph (`بيروت (رويترز) - `)
    is marked alone. `title` and `publisher`, where known, say which line is no label and which name makes a byline.
    """
    lines = _lines(text)
    told = [n for n, line in enumerate(lines) if line.told]
    first, last = (told[0], told[-1]) if told else (len(lines), len(lines))
    marks: dict[int, str] = {}
    for n, line in enumerate(lines):
        if not line.told and not _is_title(line, title) and (kind := _kind(line, n < first, n > last, publisher)):
            marks[n] = kind
    _links_below(lines, marks)
    _captions_above(lines[:first], marks, title)
    spans = [Boilerplate(start=lines[n].start, end=lines[n].end, kind=kind) for n, kind in marks.items()]
    spans += [span for n in told[:1] if n not in marks and (span := _dateline(lines[n], publisher))]
    return tuple(sorted(spans, key=lambda span: span.start))


@dataclass(frozen=True, slots=True)
class _Line:
    start: int
    end: int
    text: str
    words: tuple[str, ...]  # folded, without punctuation

    @property
    def told(self) -> bool:
        """Whether this is a stretch of the story: long, or shorter and closed like a sentence."""
        long = len(self.words) >= _PARAGRAPH
        closed = len(self.words) >= _SENTENCE and _CLOSED.search(self.text) is not None
        return (long or closed) and _opening(self.words) is None

    @property
    def label(self) -> bool:
        return len(self.words) <= _LABEL and not _CLOSED.search(self.text)


@dataclass(frozen=True, slots=True)
class _Lexicon:
    dates: frozenset[str]
    when: frozenset[str]
    credits: frozenset[str]
    starts: dict[str, tuple[tuple[str, ...], ...]]
    holds: tuple[str, ...]
    share: frozenset[str]
    agencies: frozenset[str]


@cache
def _lexicon() -> _Lexicon:
    raw: Any = yaml.safe_load((files(__package__) / "boilerplate.yaml").read_text("utf-8"))

    def starts(kind: str) -> tuple[tuple[str, ...], ...]:
        return tuple(_words(phrase) for phrase in raw[kind]["starts"])

    return _Lexicon(
        dates=frozenset(_words(raw["timestamp"]["weekdays"] + " " + raw["timestamp"]["months"])),
        when=frozenset(_words(raw["timestamp"]["words"])),
        credits=frozenset(_words(raw["caption"]["credits"])),
        starts={kind: starts(kind) for kind in ("caption", "related", "footer", "byline")},
        holds=tuple(fold(phrase) for phrase in raw["footer"]["holds"]),
        share=frozenset(_words(raw["footer"]["share"])),
        agencies=frozenset(_words(raw["byline"]["agencies"])),
    )


def _words(text: str) -> tuple[str, ...]:
    return tuple(_WORD.findall(fold(text).lower()))


def _lines(text: str) -> list[_Line]:
    lines = []
    for match in re.finditer(r"[^\n]+", text):
        body = match.group().strip()
        if body:
            start = match.start() + match.group().index(body)
            lines.append(_Line(start, start + len(body), body, _words(body)))
    return lines


def _kind(line: _Line, head: bool, tail: bool, publisher: str | None) -> str | None:
    """Judge a line by itself: `head` and `tail` say that it stands before or after the whole story."""
    kind = _opening(line.words)
    if kind in ("related", "footer"):
        return kind
    first = head and line.start == 0
    if kind and line.label and (head or tail) and not (first and kind == "caption"):
        return kind
    if _is_timestamp(line):
        return "timestamp"
    if _is_caption(line):
        return "caption"
    if _is_footer(line, head or tail):
        return "footer"
    if (head or tail) and _is_byline(line, publisher, first=first):
        return "byline"
    return None


def _opening(words: tuple[str, ...]) -> str | None:
    """Return the kind whose phrase these words open with."""
    for kind, phrases in _lexicon().starts.items():
        if any(words[: len(phrase)] == phrase for phrase in phrases):
            return kind if kind in ("related", "footer") or len(words) <= _LABEL else None
    return None


def _is_title(line: _Line, title: str | None) -> bool:
    return title is not None and line.words == _words(title)


def _is_timestamp(line: _Line) -> bool:
    lexicon, text = _lexicon(), fold(line.text)
    dated = _DATE.search(text) is not None or (
        any(word in lexicon.dates for word in line.words) and any(word.isdigit() for word in line.words)
    )
    if not dated or len(line.words) > 2 * _LABEL:
        return False
    known = lexicon.dates | lexicon.when
    other = [
        word
        for before, word in pairwise(("", *line.words))
        if word not in known and not word[0].isdigit() and before not in ("بتوقيت", "توقيت")
    ]
    return not other


def _is_caption(line: _Line) -> bool:
    credits = _lexicon().credits
    if line.told or not line.words:
        return False
    bracket = _BRACKET.search(line.text)
    credited = _words(bracket.group(1)) if bracket else ()
    if credited and (credited[0] in credits or _all(credited, _lexicon().agencies)):
        return True
    after = _words(_DASH.split(line.text)[-1])
    return len(line.words) > len(after) <= 3 and any(word in credits for word in after)


def _is_footer(line: _Line, outside: bool) -> bool:
    lexicon, text = _lexicon(), fold(line.text).lower()
    if line.words and _all(line.words, lexicon.share):
        return len(line.words) > 1 or outside
    if not outside or len(line.words) > _PARAGRAPH:
        return False
    return any(phrase in text for phrase in lexicon.holds) or _PHONE.search(text) is not None


def _is_byline(line: _Line, publisher: str | None, *, first: bool) -> bool:
    if _INITIALS.match(line.text):
        return True
    agencies = _lexicon().agencies
    if not line.label or not line.words:
        return False
    if _all(line.words, agencies) or (not first and _SIGNED.match(fold(line.text))):
        return True
    sides = _DASH.split(line.text)
    if not 1 < len(sides) <= 3 or any(word.isdigit() for word in line.words):
        return False
    named = any(_all(side, agencies) or side == _words(publisher or "") for side in map(_words, sides) if side)
    return named or (not first and all(len(_words(side)) <= 3 for side in sides))


def _dateline(line: _Line, publisher: str | None) -> Boilerplate | None:
    """Return the mark of a dateline that opens the first paragraph, when it names an agency or the publisher."""
    match = _DATELINE.match(line.text)
    if match is None:
        return None
    sides = [_words(side) for side in _DASH.split(f" {match.group()} ")]
    named = any(_all(side, _lexicon().agencies) or side == _words(publisher or "") for side in sides if side)
    if len(_words(match.group())) > _SENTENCE or not (named or "(" in match.group()):
        return None
    return Boilerplate(start=line.start, end=line.start + len(match.group().rstrip()), kind="byline")


def _links_below(lines: list[_Line], marks: dict[int, str]) -> None:
    """Mark the short lines below a heading like «اقرأ أيضا» that stands alone, down to the next stretch of story."""
    headings, below = _lexicon().starts["related"], False
    for n, line in enumerate(lines):
        if below and not line.told:
            marks.setdefault(n, "related")
        below = not line.told and (below or (marks.get(n) == "related" and line.words in headings))


def _captions_above(head: list[_Line], marks: dict[int, str], title: str | None) -> None:
    """Mark a label between the title and the first paragraph: there stands the picture, not yet a subheading."""
    unmarked = [n for n in range(len(head)) if n not in marks]
    for n in unmarked[1:]:
        line = head[n]
        if line.label and not _is_title(line, title) and not re.search(r"[:؛،]", line.text):
            marks[n] = "caption"


def _all(words: tuple[str, ...], known: frozenset[str]) -> bool:
    return bool(words) and all(word in known for word in words)
