"""Sentence boundaries in news text, as offsets into it."""

from __future__ import annotations

import re

# A sentence ends at a line break, or after . ! ? ؟ … with any closing quotes or brackets, when white space follows.
# A point between digits, or after a single Latin or Arabic letter (an initial, an abbreviation), ends nothing.
# The first character is tested first, by a set, so that the engine skips to it.
_END = re.compile(r"[\n.!?؟…](?:(?<=\n)\n*|(?<![\s.][A-Za-zء-ي]\.)[\"”»’')\]]*(?=\s|$))")


def sentences(text: str) -> list[tuple[int, int]]:
    """Return the sentences of `text` as half-open spans in order, without surrounding white space."""
    spans = []
    start = 0
    for end in [*sentence_ends(text), len(text)]:
        piece = text[start:end]
        body = piece.strip()
        if body:
            lead = len(piece) - len(piece.lstrip())
            spans.append((start + lead, start + lead + len(body)))
        start = end
    return spans


def sentence_ends(text: str) -> list[int]:
    """Return the offsets after the marks or line breaks that end the sentences of `text`; its own end is left out."""
    return [match.end() for match in _END.finditer(text)]
