"""Content that stands before its cue, or on both sides of it."""

from __future__ import annotations

from .act import Act, Span
from .content import trimmed
from .reading import Reading
from .word_classes import COMMA, STOP, heads

WAW_WORDS = heads("waw_words")
_DISCOURSE = heads("discourse")


def _conjoined(word: str) -> bool:
    """Tell whether a word at the head of a sentence begins with the conjunction و."""
    return word[:1] == "و" and len(word) > 2 and word not in WAW_WORDS


def look_back(reading: Reading, act: Act, acts: list[Act], first: int, end: int) -> None:
    """Content that stands before its cue."""
    if not act.before or act.pieces:
        return
    document = reading.document
    if act.quote is not None:
        piece = trimmed(reading, document.ends[act.quote.open], document.starts[act.quote.close])
        rest = _quote_after(reading, act, acts, end)
        act.pieces = [part for part in (piece, rest) if part]
        return
    if act.kind == "nominal" and (quoted := _quoted_word(reading, act, first)) is not None:
        act.pieces = [quoted]
        return
    stop = document.ends[act.opening - 1] if act.opening > first else document.starts[act.opening]
    begin = document.starts[_after_discourse(reading, first, act.opening)]
    for earlier in acts:
        if earlier is act or earlier.kind == "absorbed":
            continue
        levels = ("main", "participle", "inner") if act.level == "comment" else ("main", "participle")
        if earlier.start is not None and earlier.start < stop and earlier.level in levels:
            begin = earlier.start
    if begin == document.starts[first] and _conjoined(reading.folds[first]):
        begin += 1
    if act.level == "inner":
        begin = _short_subject(reading, act, begin)
    elif act.level != "comment" and (last := _earlier_parenthesis(reading, act, acts)) is not None:
        begin = last
    piece = trimmed(reading, begin, stop)
    act.pieces = [piece] if piece else []
    if act.level == "inner" and act.end is not None:
        later = [one for one in acts if one.at > act.at and one.level != "inner" and one.kind != "absorbed"]
        past = document.starts[later[0].opening] if later else document.ends[end - 1]
        rest = trimmed(reading, act.end, past)
        if rest and rest[0] >= stop:
            act.pieces.append(rest)


def _quote_after(reading: Reading, act: Act, acts: list[Act], end: int) -> Span | None:
    """«…»، قال الوزير، «…»: the quotation that goes on behind the cue."""
    later = [one.at for one in acts if one.at > act.at]
    for place in range(act.limit, min([end, *later])):
        quote = reading.quotes.get(place)
        if quote is not None and quote.closed and quote.close < end:
            speech = reading.classes[place - 1] & COMMA and quote.close - quote.open > 2
            return (
                trimmed(reading, reading.document.ends[quote.open], reading.document.starts[quote.close])
                if speech
                else None
            )
    return None


def _after_discourse(reading: Reading, first: int, limit: int) -> int:
    """Skip في المقابل، and its like at the head of a sentence."""
    for place in range(first + 1, min(first + 4, limit)):
        if reading.classes[place] & COMMA:
            return place + 1 if reading.folds[place - 1] in _DISCOURSE else first
    return first


def _short_subject(reading: Reading, act: Act, begin: int) -> int:
    """A parenthesis after one or two words since the last comma belongs to these alone: وهي، في رأي نائبه، …"""
    document = reading.document
    place = act.opening - 2
    while place >= 0 and document.starts[place] >= begin and not reading.classes[place] & (COMMA | STOP):
        place -= 1
    words = act.opening - 1 - (place + 1)
    if place < 0 or document.starts[place] < begin or words > 2 or not reading.classes[act.opening - 1] & COMMA:
        return begin
    start = document.starts[place + 1]
    if reading.folds[place + 1] in ("وان", "ان"):
        return document.starts[place + 2]
    return start + 1 if reading.folds[place + 1][:1] == "و" else start


def _earlier_parenthesis(reading: Reading, act: Act, acts: list[Act]) -> int | None:
    """With وفق المرصد inside the sentence and بحسب المرصد at its end, the latter goes with the last clause alone."""
    earlier = [one for one in acts if one.at < act.at and one.kind == "nominal" and one.level == "inner"]
    if not earlier or act.kind != "nominal":
        return None
    place = act.opening - 2
    while place > earlier[-1].at and not (reading.classes[place] & COMMA and reading.folds[place + 1][:1] == "و"):
        place -= 1
    if place <= earlier[-1].at:
        return None
    start = reading.document.starts[place + 1] + 1
    rest = earlier[-1].pieces
    if rest and rest[-1][1] > start:
        rest[-1] = (rest[-1][0], reading.document.ends[place - 1])
    return start


def _quoted_word(reading: Reading, act: Act, first: int) -> Span | None:
    """و"تفكيك" - على حد تعبير الوزير: the words in quotes just before are what is attributed."""
    place = act.opening - 1
    while place > first and reading.classes[place] & COMMA:
        place -= 1
    quote = reading.closing.get(place)
    if quote is None or act.cues[0][1] - act.cues[0][0] < 6:
        return None
    return reading.document.ends[quote.open], reading.document.starts[quote.close]
