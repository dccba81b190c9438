"""What is said as a noun: a verbal noun, ما, or what a denial only names (ذلك, أنباء عن)."""

from __future__ import annotations

from .cue_words import another_cue
from .reading import Reading
from .source_phrases import opens_adverbial, phrase_end
from .word_classes import COMMA, COMPLEMENT, MASDAR, PREPOSITION, REPORT, STOP, TIME, heads

_DENIABLE = heads("deniable")
_DEMONSTRATIVES = heads("demonstratives")


def said_object(reading: Reading, index: int, end: int) -> int | None:
    """A verbal noun, ما or its like after the subject: أعلنت الوزارة تسجيل …, نفى النادي تلقي …, نفى ما تردد."""
    place = index + 1
    limit = min(end, index + 30)
    if place < limit and reading.classes[place] & COMMA:
        place = _over_parenthesis(reading, place, limit)
    denies = reading.forms(index)[0].verb.class_ == "deny"
    if any("repeats" in form.verb.marks for form in reading.forms(index)):
        said = _noun_of_saying(reading, index + 1, min(limit, index + 9))
        if said is not None:
            return said
    while place < limit:
        word, bits = reading.folds[place], reading.classes[place]
        if bits & STOP:
            return None
        if bits & COMMA:
            place += 1
            continue
        if denies and (denied := _denied(reading, index, place, limit)) is not None:
            return denied
        if is_feat(word):
            return None
        if word == "ما" or (bits & MASDAR and not bits & (PREPOSITION | REPORT) and place not in reading.entity_end):
            return place
        if bits & REPORT and place > index + 1 and another_cue(reading, place):
            return None
        if opens_adverbial(reading, place) and (later := _behind_adverbial(reading, place, limit)) is not None:
            return later
        past = phrase_end(reading, place, limit, closed=False)
        place = max(past, place + 1)
        if place < limit and reading.classes[place] & (COMMA | STOP):
            place = _over_parenthesis(reading, place, limit)
    return None


def asked(reading: Reading, index: int, end: int) -> bool:
    """طلب الدفاع من المحكمة إخلاء سبيله: without من the verb only wants something."""
    for place in range(index + 1, min(end, index + 10)):
        if reading.folds[place] in ("من", "منه", "منها", "منهم"):
            return True
        if reading.classes[place] & (COMMA | STOP):
            return False
    return False


def own_noun(reading: Reading, place: int, cue: int) -> bool:
    word = reading.folds[place]
    return place > cue and word.endswith(("ه", "ها", "هم", "هما")) and reading.classes[place] & MASDAR > 0


def is_feat(word: str) -> bool:
    """أكد الفريق تفوقه, تفوقها: shown on the pitch, not said."""
    for enclitic in ("ها", "ه"):
        if word.endswith(enclitic):
            stem = word.removesuffix(enclitic)
            return stem in heads("feats") or (stem.endswith("ت") and stem[:-1] + "ة" in heads("feats"))
    return False


def _noun_of_saying(reading: Reading, place: int, limit: int) -> int | None:
    for index in range(place, limit):
        if reading.classes[index] & (COMMA | STOP):
            return None
        if any(form.shape == "masdar" for form in reading.forms(index)):
            return index
    return None


def _behind_adverbial(reading: Reading, place: int, limit: int) -> int | None:
    """The verbal noun with a pronoun behind an adverbial: أنكر في جلسة سابقة علمه بالتحويلات."""
    for index in range(place + 1, min(place + 8, limit)):
        word, bits = reading.folds[index], reading.classes[index]
        if bits & (COMMA | STOP | COMPLEMENT):
            return None
        own = word.endswith(("ه", "ها", "هم")) and (bits & MASDAR or word in _DENIABLE)
        if (
            own
            and not reading.classes[index - 1] & PREPOSITION
            and not bits & TIME
            and not opens_adverbial(reading, index)
        ):
            return index
    return None


def _denied(reading: Reading, index: int, place: int, limit: int) -> int | None:
    """The first of ذلك, أنباء عن, صحة, هذه المزاعم in the noun phrase at `place`, when it is no part of the subject."""
    past = max(phrase_end(reading, place, limit, closed=False), place + 1)
    for start in range(place, past):
        word = reading.folds[start]
        shown = word in _DEMONSTRATIVES and start + 1 < limit and reading.folds[start + 1] in _DENIABLE
        if (shown or word in _DENIABLE) and (start == index + 1 or _closed(reading, start - 1)):
            return start
    return None


def _closed(reading: Reading, index: int) -> bool:
    ends = reading.folds[index].startswith("ال") or reading.folds[index].endswith(("ه", "ها", "هم"))
    return ends or index + 1 in reading.closings or reading.classes[index] & COMMA > 0


def _over_parenthesis(reading: Reading, comma: int, limit: int) -> int:
    """Go past a parenthesis between commas: نفى ناطق، في تسجيل صوتي، تلقي …"""
    if comma + 1 < limit and (reading.classes[comma + 1] & MASDAR or reading.folds[comma + 1] == "ما"):
        return comma + 1
    for place in range(comma + 1, limit):
        if reading.classes[place] & STOP:
            return limit
        if reading.classes[place] & COMMA:
            return place + 1
    return comma + 1 if comma + 1 < limit and reading.classes[comma + 1] & MASDAR else limit
