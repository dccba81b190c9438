"""What stands between a cue and what it leads to, or before the cue: source, relays, occasions of speaking."""

from __future__ import annotations

from typing import NamedTuple

from .outlets import is_audience, is_hearer, is_medium
from .reading import Reading
from .source_phrases import opens_adverbial, phrase_end, trim
from .word_classes import COMMA, PREPOSITION, QUOTE, RELATIVE, TIME, VERB, heads

_PRONOMINAL = heads("pronominal")
_BROADCAST = heads("broadcast")
_CONVERSATIONS = heads("conversations")
_PAPERS = frozenset(["صحيفة", "جريدة", "مجلة", "موقع", "يومية", "اسبوعية"])
_NAMED_OUTLETS = heads("outlets_by_name")
_SHORT = heads("short_adverbs")
_PASSING_ON = heads("passing_on")
_OCCASION_OPENERS = heads("occasion_openers")
_LEADING = _OCCASION_OPENERS | {"و" + word for word in _OCCASION_OPENERS}


class Slot(NamedTuple):
    """What stands between a cue and what it leads to: a source and relays as half-open word ranges."""

    source: tuple[int, int] | None
    relays: tuple[tuple[int, int], ...]


_EMPTY = Slot(None, ())


def slot(reading: Reading, start: int, limit: int) -> Slot:
    """Read the source and the relays between a cue and its complement at `limit`."""
    if start >= limit:
        return _EMPTY
    source: tuple[int, int] | None = None
    relays: list[tuple[int, int]] = []
    index = start
    while index < limit:
        bits, word = reading.classes[index], reading.folds[index]
        if bits & COMMA or word in ("(", ")") or word in _PRONOMINAL:
            index += 1
        elif word[:1] == "ل" and is_audience(reading, index):
            index = max(phrase_end(reading, index, limit, closed=True), index + 1)
        elif word[:1] == "ل" and is_hearer(reading, index):
            end = _hearer_end(reading, index, limit)
            relays.append((index, end))
            index = max(end, index + 1)
        elif bits & PREPOSITION or word in _PASSING_ON or opens_adverbial(reading, index):
            index = _adverbial_end(reading, index, limit)
        elif bits & (VERB | RELATIVE) and index not in reading.entity_end:
            index = _next_comma(reading, index, limit)
        elif source is None and not bits & QUOTE:
            end = max(phrase_end(reading, index, limit, closed=True), index + 1)
            source = (index, end)
            index = end
        elif source is None:
            end = phrase_end(reading, index, limit, closed=True)
            source = (index, end) if end > index else None
            index = max(end, index + 1)
        else:
            index = _adverbial_end(reading, index, limit)
    return Slot(source, tuple(relays))


def _hearer_end(reading: Reading, index: int, limit: int) -> int:
    """An outlet's name in quotes ends with them, save for an adjective: لـ«الرصيف» مصدر, لـ«الرصيف» اليومية."""
    begin = index + (reading.folds[index] == "ل")
    quote = reading.quotes.get(begin)
    bare = reading.folds[index][1:]
    if ("ا" + bare if bare[:1] == "ل" else bare) in _NAMED_OUTLETS and reading.entity_end.get(index, 0) <= index + 1:
        return index + 1
    if quote is None or not quote.closed or quote.close >= limit:
        return phrase_end(reading, begin, limit, closed=True)
    end = quote.close + 1
    while end < limit and reading.folds[end].startswith("ال"):
        end += 1
    return end


def _adverbial_end(reading: Reading, index: int, limit: int) -> int:
    """Skip one adverbial: a single time word alone, anything longer up to a hearer or the next comma."""
    if reading.classes[index] & TIME and index + 1 < limit and not reading.classes[index] & PREPOSITION:
        following = reading.classes[index + 1]
        if reading.folds[index] in _SHORT and not following & (PREPOSITION | TIME):
            return index + 1
    place = index + 1
    while place < limit and not reading.classes[place] & COMMA:
        if is_hearer(reading, place):
            return place
        place += 1
    return place


def _next_comma(reading: Reading, index: int, limit: int) -> int:
    while index < limit and not reading.classes[index] & COMMA:
        index += 1
    return index


def broadcaster(reading: Reading, start: int, limit: int) -> tuple[int, int] | None:
    """The medium of an occasion of speaking: في تسجيل بثته قناة الرابية, في اتصال مع دفتر الأسواق."""
    conversation = False
    for place in range(start, limit - 1):
        word = reading.folds[place]
        conversation = conversation or word in _CONVERSATIONS
        asked = (
            conversation and word in ("مع", "الي") and (place + 1 in reading.quotes or is_medium(reading, place + 1))
        )
        put_out = (
            word in _BROADCAST or (word.endswith(("ته", "تها")) and is_medium(reading, place + 1))
        ) and not reading.classes[place - 1] & PREPOSITION
        if asked or (put_out and not reading.classes[place + 1] & (COMMA | PREPOSITION | TIME)):
            span = trim(reading, (place + 1, phrase_end(reading, place + 1, limit, closed=True)))
            return span if span[0] < span[1] else None
    return None


def writes_for(reading: Reading, start: int, limit: int) -> tuple[int, int] | None:
    """كتب الناقد فلان في صحيفة الصباح أن: where the preposition before the medium stands, and where its name ends."""
    for place in range(start + 1, limit - 1):
        if reading.folds[place] == "في" and reading.folds[place + 1] in _PAPERS and place in reading.closings:
            return place, phrase_end(reading, place + 1, limit, closed=True)
    return None


def leading_medium(reading: Reading, first: int, verb: int) -> tuple[int, int] | None:
    """The medium of an occasion that opens the sentence before its verb: وفي حديث إلى «الصباح»، رأت الخبيرة أن."""
    if reading.folds[first] not in _LEADING or first + 1 >= verb or reading.folds[first + 1] not in _CONVERSATIONS:
        return None
    fence = next((n for n in range(first, verb) if reading.classes[n] & COMMA), None)
    if fence is None or verb - fence > 8:
        return None
    hearer = next((n for n in range(first + 2, fence) if is_hearer(reading, n)), None)
    if hearer is None:
        return broadcaster(reading, first, fence)
    span = trim(reading, (hearer, _hearer_end(reading, hearer, fence)))
    return span if span[0] < span[1] else None
