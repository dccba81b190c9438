"""Words of a text as tokens whose edges are where marks may begin and end, and marks as BIO tags over them.

The cuts depend on the text alone, so a model meets the same tokens when it is used as when it was trained:

* the article and what stands before it part (وال|عراق is و|العراق, للمرصد is ل|لمرصد);
* و, ب and ل part from what follows unless the word is known to begin with that letter (`whole_words.yaml`, or a name of
  the gazetteer); ف and ك part only from the article;
* two glued names part around their و (سورياوالعراق);
* a pronoun parts from a particle (أن|هم).
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from ..annotation.preannotate.document import analyse
from ..annotation.preannotate.entities.boundaries import original_offset
from ..annotation.preannotate.entities.gazetteer import gazetteer
from ..corpus.normalise import fold
from ..schema.labels import inventory
from ..schema.records import Layer, Span

_FRONT = "وبل"
_NAMES = frozenset({"given", "family", "country", "city", "place", "town"})
_LEAST_REST = 2

Labelled = tuple[int, int, str]


class Tokens(NamedTuple):
    """The tokens of a text: `text[starts[i]:ends[i]]`; `sentences` are half-open ranges of token indices."""

    starts: list[int]
    ends: list[int]
    sentences: list[tuple[int, int]]


class Tagged(NamedTuple):
    """BIO tags of one column, a tag a token; `unaligned` spans have an edge inside a token, `overlapping` ones are out.

    An unaligned span is tagged over every token that it touches, so it comes back larger than it is; a span that
    overlaps a longer one of the same column has no tags.
    """

    tags: list[str]
    unaligned: int
    overlapping: int


@lru_cache(maxsize=2)  # a release asks twice in a row
def tokens(text: str) -> Tokens:
    """Cut a text into tokens."""
    document = analyse(text)
    starts: list[int] = []
    ends: list[int] = []
    first: list[int] = []
    for word, start in zip(document.words, document.starts, strict=True):
        first.append(len(starts))
        edges = (0, *_cuts(word), len(word))
        starts += [start + edge for edge in edges[:-1]]
        ends += [start + edge for edge in edges[1:]]
    first.append(len(starts))
    return Tokens(starts, ends, [(first[start], first[end]) for start, end in document.sentences])


def tag(found: Tokens, spans: Iterable[Labelled]) -> Tagged:
    """Return the BIO tags of labelled spans: of overlapping ones the longest, the first among equals, stays."""
    tags = ["O"] * len(found.starts)
    unaligned = overlapping = 0
    for start, end, label in sorted(spans, key=lambda span: (span[0] - span[1], span)):
        first, past = bisect_right(found.ends, start), bisect_left(found.starts, end)
        if first >= past or any(one != "O" for one in tags[first:past]):
            overlapping += 1
            continue
        unaligned += found.starts[first] != start or found.ends[past - 1] != end
        tags[first:past] = [f"B-{label}", *[f"I-{label}"] * (past - first - 1)]
    return Tagged(tags, unaligned, overlapping)


def spans_of(found: Tokens, tags: Sequence[str]) -> list[Labelled]:
    """Return the spans that BIO tags stand for; an I- that continues nothing begins a span, as evaluators read it."""
    spans: list[Labelled] = []
    for index, one in enumerate([*tags, "O"]):
        if spans and index and one.startswith("I-") and tags[index - 1][2:] == one[2:]:
            spans[-1] = (spans[-1][0], found.ends[index], one[2:])
        elif one != "O":
            spans.append((found.starts[index], found.ends[index], one[2:]))
    return spans


def columns() -> dict[str, list[str]]:
    """Return the labels of each column of tags, without `O`, `B-` and `I-`."""
    labels = inventory()
    kinds = list(labels.attribution.kinds)
    return {
        "entity_tags": list(labels.entities),
        "inner_entity_tags": list(labels.entities),
        "quantity_tags": list(labels.quantity.kinds),
        "counted_tags": ["counted"],
        "cue_tags": kinds,
        "source_tags": ["source"],
        "relay_tags": ["relay"],
        "content_tags": ["content"],
    }


def names(labels: Sequence[str]) -> list[str]:
    """Return the tags of a column in the order of their numbers: `O`, then `B-` and `I-` of each label."""
    return ["O", *(f"{position}-{label}" for label in labels for position in "BI")]


def labelled(layer: Layer) -> dict[str, list[Labelled]]:
    """Return a layer's spans by column; an entity inside another one is an inner one."""
    entities = [(one.start, one.end, one.label) for one in layer.entities]
    inner = _inner(one[:2] for one in entities)
    spans: dict[str, list[Labelled]] = {
        "entity_tags": [one for one in entities if one[:2] not in inner],
        "inner_entity_tags": [one for one in entities if one[:2] in inner],
        "quantity_tags": [(one.start, one.end, one.kind) for one in layer.quantities],
        "counted_tags": _unique((one.counted for one in layer.quantities), "counted"),
        "cue_tags": [(*cue, one.kind) for one in layer.attributions for cue in one.cues],
        "source_tags": _unique((one.source for one in layer.attributions), "source"),
        "relay_tags": _unique((relay for one in layer.attributions for relay in one.relays), "relay"),
        "content_tags": _unique((piece for one in layer.attributions for piece in one.content), "content"),
    }
    return spans


def _inner(spans: Iterable[Span]) -> set[Span]:
    """Return the spans that stand inside another one."""
    found, reached = set(), -1
    for start, end in sorted(set(spans), key=lambda span: (span[0], -span[1])):
        if end <= reached:
            found.add((start, end))
        reached = max(reached, end)
    return found


def _unique(spans: Iterable[Span | None], label: str) -> list[Labelled]:
    return [(*span, label) for span in dict.fromkeys(spans) if span is not None]


@lru_cache(maxsize=200_000)
def _cuts(word: str) -> tuple[int, ...]:
    """Return the offsets inside a written word where it parts into tokens."""
    folded = fold(word)
    if len(folded) <= _LEAST_REST or not folded.isalpha():
        return ()
    return tuple(original_offset(word, letters, fold) for letters in _letters(folded))


def _letters(folded: str) -> list[int]:
    for at in range(3, len(folded) - 3):
        if folded[at] == "و" and _is_place(folded[:at]) and _is_place(folded[at + 1 :]):
            return [at, at + 1]
    front = _proclitics(folded)
    rest = folded[front[-1] :] if front else folded
    for pronoun in _words("pronouns"):
        if rest.endswith(pronoun) and rest[: -len(pronoun)] in _words("particles"):
            return [*front, len(folded) - len(pronoun)]
    return front


def _proclitics(folded: str, before: int = 0) -> list[int]:
    """Return the letters after which proclitics end, from `before` on: وبالعراق parts after 1 and 2."""
    rest = folded[before:]
    if len(rest) <= _LEAST_REST:
        return []
    if rest.startswith("لل") and len(rest) > 3 and not _is_whole(rest):
        return [before + 1]
    if rest[0] in "وفبك" and rest.startswith("ال", 1) and len(rest) > 4 and not _is_whole(rest):
        return [before + 1]
    if rest[0] in _FRONT and not _is_whole(rest):
        # Only و stands before another proclitic.
        return [before + 1, *(_proclitics(folded, before + 1) if rest[0] == "و" else [])]
    return []


@cache
def _lexicon() -> dict[str, Any]:
    raw: dict[str, Any] = yaml.safe_load((files(__package__) / "whole_words.yaml").read_text("utf-8"))
    return raw


@cache
def _words(key: str) -> frozenset[str]:
    return frozenset(fold(word) for word in (_lexicon()[key] or "").split())


def _is_whole(folded: str) -> bool:
    return folded in _words(folded[0]) or bool(gazetteer().classes(folded) & _NAMES)


def _is_place(folded: str) -> bool:
    kind = gazetteer().kind((folded,)) or gazetteer().kind((folded.removeprefix("ال"),))
    return kind is not None and kind.sure and kind.label in ("GPE", "LOC")
