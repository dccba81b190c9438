"""Where the noun phrase of a source or relay ends: titles, appositions, relative clauses, names in quotes."""

from __future__ import annotations

from typing import NamedTuple

from .reading import Reading
from .word_classes import (
    COMMA,
    COMPLEMENT,
    MASDAR,
    MEDIA,
    OCCASION,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    REPORT,
    STOP,
    TIME,
    VERB,
    heads,
)

_PERIODS = heads("periods")
_PERIOD_ADJECTIVES = heads("period_adjectives")
_DEMONSTRATIVES = heads("demonstratives")
_OCCASION_OPENERS = heads("occasion_openers")
_PLACES = heads("places_of_speaking")
_LISTENERS = heads("listeners")
_PASSING_ON = heads("passing_on")
_BOUNDS = heads("bound_words")
_TAKE_LAM = heads("documents") | heads("take_lam")
_PRONOMINAL = heads("pronominal")
_GLUED_ADVERBS = heads("glued_adverbs")
_AUDIENCES = heads("audiences")
_REDUCED_RELATIVES = heads("reduced_relatives")
_LONGEST_QUOTED_NAME = 7


class Slot(NamedTuple):
    """What stands between a cue and what it leads to: a source and relays as half-open word ranges."""

    source: tuple[int, int] | None
    relays: tuple[tuple[int, int], ...]


def fenced_end(reading: Reading, start: int, limit: int) -> int:
    """Return the end of a phrase that a comma, a stop or `limit` is known to close, as in a parenthesis."""
    fence = start
    while fence < limit and not reading.classes[fence] & (COMMA | STOP):
        quote = reading.quotes.get(fence)
        fence = quote.close if quote and quote.closed and quote.close < limit else fence + 1
    for place in range(start, fence):
        if reading.classes[place] & REPORT and any(f.finite and not f.enclitic for f in reading.forms(place)):
            return phrase_end(reading, start, limit, closed=False)
    end = phrase_end(reading, start, fence, closed=True)
    return phrase_end(reading, start, limit, closed=False) if end < fence else _with_apposition(reading, fence, limit)


def _with_apposition(reading: Reading, fence: int, limit: int) -> int:
    if fence < limit and reading.classes[fence] & COMMA and _apposition(reading, fence + 1, limit, closed=False):
        return phrase_end(reading, fence + 1, limit, closed=False)
    return fence


def phrase_end(reading: Reading, start: int, limit: int, *, closed: bool) -> int:
    """Return the index after the noun phrase that begins at `start`.

    `closed` tells that the phrase is known to end by `limit` (the complementiser follows), so that relative clauses
    without a comma are taken in; otherwise the phrase ends at the first sign of a verb or of another phrase.
    """
    folds, classes = reading.folds, reading.classes
    index, relative = start, False
    while index < limit:
        if index > start and not relative and _hears(reading, index) and not _construct(reading, index):
            return index
        end = reading.entity_end.get(index)
        if end is not None:
            index = min(end, limit)
            continue
        bits = classes[index]
        if bits & QUOTE:
            quote = reading.quotes.get(index)
            if quote and quote.closed and quote.close < limit and quote.close - index <= _LONGEST_QUOTED_NAME:
                index = quote.close + 1
                continue
            return index
        if folds[index] == "(":
            index = _after_bracket(reading, index, limit)
            continue
        if bits & COMMA:
            if not _apposition(reading, index + 1, limit, closed=closed):
                return index
            index, relative = index + 1, False
            continue
        if bits & STOP:
            if folds[index] == "." and index > start and len(folds[index - 1]) <= 2:
                index += 1
                continue
            return index
        if index > start and not relative:
            if bits & RELATIVE:
                if not closed:
                    return _relative_end(reading, index, limit)
                relative = True
            elif _ends_phrase(reading, index, limit, closed=closed):
                return index
        index += 1
    return index


def _hears(reading: Reading, index: int) -> bool:
    return reading.folds[index] in _AUDIENCES or is_hearer(reading, index)


def _after_bracket(reading: Reading, index: int, limit: int) -> int:
    for close in range(index + 1, min(index + 12, limit)):
        if reading.folds[close] == ")":
            return close + 1
    return index + 1


def _relative_end(reading: Reading, index: int, limit: int) -> int:
    """A relative clause without a comma belongs to a phrase that a comma closes; else the phrase ends before it."""
    for place in range(index + 1, min(index + 14, limit)):
        if reading.classes[place] & REPORT and place <= index + 2:
            return index
        if reading.classes[place] & COMMA:
            return place
        if reading.classes[place] & STOP:
            return place
    return index


def _ends_phrase(reading: Reading, index: int, limit: int, *, closed: bool) -> bool:
    folds, classes = reading.folds, reading.classes
    word, bits = folds[index], classes[index]
    if bits & REPORT and any(
        (form.finite and not (form.enclitic and closed)) or form.shape == "participle" for form in reading.forms(index)
    ):
        ambiguous = not any(form.verb.class_ in ("say", "believe", "relay") for form in reading.forms(index))
        return not (ambiguous and closed) and not word.startswith("ال")
    if bits & COMPLEMENT and not closed:
        return True
    if _accusative(reading, index):
        return True
    if word in _PASSING_ON or opens_adverbial(reading, index):
        return True
    if bits & VERB:
        return not closed or folds[index - 1].startswith("ال") or word[:1] == "و"
    if not closed:
        if word in ("ما", "عما", "مما", "بما"):
            return True
        if index in reading.numbers or word in _BOUNDS or word.isdigit():
            return True
        if bits & MASDAR and not bits & PREPOSITION and _complete(reading, index):
            return True
        return word in ("علي", "الي", "عن", "انه") and not _binds(folds[index - 1])
    return False


def _accusative(reading: Reading, index: int) -> bool:
    """نشر الجيش مقطعا مصورا: an indefinite object after a definite subject, told by tanween or its adjective's."""
    word = reading.folds[index]
    if not word.endswith("ا") or len(word) < 4 or word.startswith("ال") or index in reading.entity_end:
        return False
    if not (reading.folds[index - 1].startswith("ال") or index in reading.closings):
        return False
    if "\u064b" in reading.document.words[index]:
        return True
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    return len(word) > 4 and len(following) > 4 and following.endswith("ا") and index + 1 not in reading.entity_end


def _construct(reading: Reading, index: int) -> bool:
    """An indefinite head takes ل as its own: تقرير لقناة, مراسل لوكالة."""
    return reading.folds[index - 1] in _TAKE_LAM


def _binds(word: str) -> bool:
    """Words that take على, إلى or عن inside a noun phrase."""
    return word in (
        "المسؤول",
        "المسئول",
        "مسؤول",
        "مسئول",
        "المطلع",
        "مطلع",
        "المطلعة",
        "مطلعة",
        "المشرف",
        "مشرف",
        "ناطق",
        "المشرفة",
    )


def _complete(reading: Reading, index: int) -> bool:
    """Tell whether a noun phrase may end before `index`: a construct still open can't."""
    before = reading.folds[index - 1]
    if before.startswith(("ال", "بال", "لل")) or reading.classes[index - 1] & QUOTE or before == ")":
        return True
    return index in reading.closings


def opens_adverbial(reading: Reading, index: int) -> bool:
    """Tell whether a place, time or occasion of speaking begins at word `index`."""
    folds, classes = reading.folds, reading.classes
    word = folds[index]
    following = folds[index + 1] if index + 1 < len(folds) else ""
    if classes[index] & TIME:
        return word != "الان" or not reading.document.words[index].startswith("آ")  # آلان is a name, الآن is not
    if word in _OCCASION_OPENERS and following:
        return bool(classes[index + 1] & OCCASION) or following in _PLACES
    if word in _PERIODS and following in _PERIOD_ADJECTIVES:
        return True
    if word in _DEMONSTRATIVES and following in _PERIODS:
        return True
    if word == "اول":
        return following in ("امس", "من")
    return (word[:1] == "ب" and word[1:] in ("قوله", "قولها", "قولهم", "القول")) or word in ("وقت", "وهو", "وهي", "وهم")


def is_hearer(reading: Reading, index: int) -> bool:
    """Tell whether ل + a medium (or the press) begins at word `index`: who was told, and passes it on."""
    word = reading.folds[index]
    if word == "ل":
        return index + 1 < len(reading.folds)
    if word[:1] != "ل" or len(word) < 4:
        return False
    if word in _LISTENERS:
        return True
    bare = word[1:]
    if bare in heads("media") or (bare[0] == "ل" and "ا" + bare in heads("media")):
        return True
    return reading.entity_label.get(index) == "media"


def _apposition(reading: Reading, index: int, limit: int, *, closed: bool) -> bool:
    """Tell whether what follows a comma goes on naming the same source."""
    if index >= limit:
        return False
    word, bits = reading.folds[index], reading.classes[index]
    named = index in reading.entity_end
    if bits & (RELATIVE | PREPOSITION | COMPLEMENT | COMMA | QUOTE) or word in _PASSING_ON or word in _GLUED_ADVERBS:
        return False
    if bits & (VERB | REPORT) and not named and not word.startswith("ال"):
        return False
    if (
        word in _REDUCED_RELATIVES
        or opens_adverbial(reading, index)
        or (word[:1] == "و" and not named and word not in ("وزير", "وزيرة", "وكيل", "وكيلة"))
    ):
        return False
    length = 0
    for place in range(index, limit):
        bits = reading.classes[place]
        if bits & (COMMA | STOP):
            break
        if not closed and bits & (VERB | REPORT) and place not in reading.entity_end:
            return False
        length += 1
    if closed:
        return True
    return length <= 8 and (named or word.startswith("ال") or length <= 4)


def slot(reading: Reading, start: int, limit: int) -> Slot:
    """Read the source and the relays between a cue and its complement at `limit`."""
    source: tuple[int, int] | None = None
    relays: list[tuple[int, int]] = []
    index = start
    while index < limit:
        bits = reading.classes[index]
        if bits & COMMA or reading.folds[index] in ("(", ")") or reading.folds[index] in _PRONOMINAL:
            index += 1
        elif reading.folds[index] in _AUDIENCES:
            index = max(phrase_end(reading, index, limit, closed=True), index + 1)
        elif is_hearer(reading, index):
            end = _hearer_end(reading, index, limit)
            relays.append((index, end))
            index = max(end, index + 1)
        elif opens_adverbial(reading, index) or bits & PREPOSITION or reading.folds[index] in _PASSING_ON:
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


def broadcaster(reading: Reading, start: int, limit: int) -> tuple[int, int] | None:
    """The medium of an occasion of speaking: في تسجيل بثته قناة الرابية, في اتصال مع دفتر الأسواق."""
    conversation = False
    for place in range(start, limit - 1):
        word = reading.folds[place]
        conversation = conversation or word in _CONVERSATIONS
        named = is_medium(reading, place + 1) or place + 1 in reading.quotes
        asked = word in ("مع", "الي") and conversation and named
        put_out = word in _BROADCAST and not reading.classes[place - 1] & PREPOSITION
        if asked or (put_out and not reading.classes[place + 1] & (COMMA | PREPOSITION | TIME)):
            span = trim(reading, (place + 1, phrase_end(reading, place + 1, limit, closed=True)))
            return span if span[0] < span[1] else None
    return None


_LEADING = _OCCASION_OPENERS | {"و" + word for word in _OCCASION_OPENERS}


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


_BROADCAST = heads("broadcast")
_CONVERSATIONS = heads("conversations")


def is_medium(reading: Reading, index: int) -> bool:
    """Tell whether the phrase that begins at word `index` names an outlet."""
    word = reading.folds[index]
    bare = "ا" + word[1:] if word.startswith("لل") else word.lstrip("ل") if word[:1] == "ل" else word
    if reading.classes[index] & MEDIA or bare in heads("media") or reading.entity_label.get(index) == "media":
        return True
    return reading.classes[index] & QUOTE != 0 and reading.entity_label.get(index + 1) == "media"


_SHORT = heads("short_adverbs")


def _next_comma(reading: Reading, index: int, limit: int) -> int:
    while index < limit and not reading.classes[index] & COMMA:
        index += 1
    return index


def trim(reading: Reading, span: tuple[int, int]) -> tuple[int, int]:
    """Drop commas at the edges of a half-open word range."""
    start, end = span
    while start < end and reading.classes[start] & (COMMA | STOP):
        start += 1
    while end > start and reading.classes[end - 1] & (COMMA | STOP):
        end -= 1
    return start, end
