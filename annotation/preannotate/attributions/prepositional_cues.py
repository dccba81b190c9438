"""Attribution without a verb of its own: بحسب, وفقا ل, نقلا عن, على حد قول, and ما + verb after them."""

from __future__ import annotations

from typing import NamedTuple

from .outlets import is_hearer, is_medium
from .reading import Reading
from .source_phrases import fenced_end, phrase_end, trim
from .word_classes import COMMA, PREPOSITION, STOP, VERB, heads

Words = tuple[int, int]

_SINGLE = heads("bare_prepositions")
_WITH_LAM = heads("with_lam")
_SECOND = {
    "حد": ("علي",),
    "لسان": ("علي",),
    "ذمة": ("علي",),
    "راي": ("في",),
    "رايه": ("في",),
    "رايها": ("في",),
    "نظر": ("في",),
    "اعتقاد": ("في",),
    "تقدير": ("في",),
    "وجهة": ("من",),
    "عن": ("نقلا",),
    "الي": ("استنادا",),
    "ما": ("علي",),
}
_AFTER_HADD = heads("after_hadd")
TRIGGERS = frozenset([*_SINGLE, *_WITH_LAM, *_SECOND, "كما"])


class Prepositional(NamedTuple):
    """A prepositional cue: its word ranges, the offset by which the first is shortened by a proclitic, source, relay.

    `start` and `end` bound the whole phrase in words; `source_from` is the offset of the source's first letter.
    """

    start: int
    end: int
    cue: Words
    after: tuple[Words, ...]
    source: Words | None
    source_shift: int
    relay: Words | None
    own: bool
    leading: bool
    borrowed: bool


def at(reading: Reading, index: int, end: int) -> Prepositional | None:
    """Read the prepositional cue whose telling word is `index`, in a sentence that ends before word `end`."""
    folds = reading.folds
    word = folds[index]
    bare = word[1:] if word[:1] in ("و", "ف") and word[1:] in TRIGGERS else word
    if index in reading.interior:
        return None
    start, place = index, index + 1
    if bare in _SECOND:
        if index == 0 or _without_conjunction(folds[index - 1]) not in _SECOND[bare]:
            return None
        start = index - 1
        if bare == "حد":
            if place >= end or folds[place] not in _AFTER_HADD:
                return None
        elif bare == "وجهة":
            if place >= end or not folds[place].startswith("نظر"):
                return None
            place += 1
    elif bare in _WITH_LAM and place < end and folds[place][:1] != "ل":
        return None
    if bare == "ما":
        place = index
    if place >= end:
        return None
    leading = (word[:1] in "وف" and bare != word) or (start != index and folds[start][:1] == "و")
    return _source(reading, start, place, end, leading=leading, bare=bare)


def cue_end(reading: Reading, found: Prepositional) -> int:
    """Where the last word of a prepositional cue ends, its pronoun outside: ما نقلته عن[ها], بحسب تقديرات[ها]."""
    index = found.cue[1] - 1
    word, end = reading.folds[index], reading.document.ends[index]
    form = next((form for form in reading.forms(index) if form.finite and form.enclitic), None)
    if form is not None:
        return end - len(form.enclitic)
    if word in ("به", "عنه", "عنها", "عنهم", "اليه", "بها", "فيه", "عليه") or word in OWN:
        return end - (2 if word.endswith(("ها", "هم")) else 1)
    return end


def _without_conjunction(word: str) -> str:
    return word[1:] if word[:1] in "وف" and word[1:] in ("علي", "في", "من", "نقلا", "استنادا") else word


def _source(reading: Reading, start: int, place: int, end: int, *, leading: bool, bare: str) -> Prepositional | None:
    folds, classes = reading.folds, reading.classes
    cue_end = place
    own = folds[place - 1] in OWN
    if bare == "حد":
        own = folds[place] in OWN
        cue_end = place = place + 1
    if not own and place < end and (folds[place] in ("ما", "لما") or bare in ("حسبما", "كما")):
        verb = place + (folds[place] in ("ما", "لما"))
        return _with_verb(reading, start, verb, end, leading=leading)
    shift = 0
    if not own and bare in _WITH_LAM | {"استنادا"} and folds[place][:1] == "ل":
        if folds[place] == "ل":
            cue_end = place = place + 1
        else:
            shift = 1
    noun = folds[place][shift:] if place < end else ""
    if not own and noun in heads("nouns"):
        if noun in OWN:
            own, cue_end, place, shift = True, place + 1, place + 1, 0
        elif place + 1 < end and place not in reading.entity_end and _definite(reading, place + 1):
            cue_end, place, shift = place + 1, place + 1, 0
        elif noun.startswith("تقدير") and bare != "عن":
            past = phrase_end(reading, place, end, closed=False)
            by = next((n for n in range(place + 1, past) if reading.folds[n][:2] == "لل"), None)
            whose = None if by is None else trim(reading, (by, past))
            return Prepositional(
                start, past, (start, place + 1), (), whose, int(by is not None), None, False, leading, False
            )
    if own:
        return Prepositional(start, place, (start, cue_end), (), None, 0, None, True, leading, False)
    fenced = start > 0 and classes[start - 1] & COMMA
    past = fenced_end(reading, place, end) if fenced else phrase_end(reading, place, end, closed=False)
    if past == place:
        return None
    past = _with_relative(reading, place, past, end)
    source = trim(reading, (place, past))
    if _followed(noun) or (
        bare == "ذمة" and noun.removeprefix("ال") in ("تحقيق", "تحقيقات", "قضية", "قضايا", "محاكمة")
    ):
        return None
    if source[0] >= source[1]:
        return None
    relay = source if is_medium(reading, source[0]) and bare != "عن" else None
    return Prepositional(start, past, (start, cue_end), (), source, shift, relay, False, leading, bare == "عن")


def _followed(noun: str) -> bool:
    """وفق الجدول المحدد, حسب التوقيت المحلي: a plan or a measure, which nobody says."""
    bare = noun[2:] if noun.startswith("ال") else noun
    if noun in heads("followed_not_believed") or noun.removeprefix("ل") in heads("followed_not_believed"):
        return True
    return bare in heads("followed_not_believed") or bare.removesuffix("ها").removesuffix("ه") in _FOLLOWED_BARE


_FOLLOWED_BARE = frozenset(word for word in heads("followed_not_believed") if not word.endswith("ة"))


def _with_relative(reading: Reading, start: int, past: int, end: int) -> int:
    """An indefinite source takes its relative clause up to the comma: بحسب تقرير نشرته الصحيفة، فإن …"""
    if past >= end or reading.folds[start].startswith("ال") or start in reading.entity_end:
        return past
    pronoun = any(form.finite and form.enclitic for form in reading.forms(past))
    fence = past
    while fence < end and not reading.classes[fence] & (COMMA | STOP):
        quote = reading.quotes.get(fence)
        fence = quote.close if quote and quote.closed and quote.close < end else fence + 1
    resumed = fence + 1 < end and reading.folds[fence + 1].startswith(("فان", "فقد"))
    return fence if fence < end and (pronoun or resumed or reading.folds[past] in heads("spoke")) else past


def _definite(reading: Reading, index: int) -> bool:
    return reading.folds[index].startswith("ال") or index in reading.entity_end


OWN = heads("own_words")


def _with_verb(reading: Reading, start: int, verb: int, end: int, *, leading: bool) -> Prepositional | None:
    if verb >= end:
        return None
    forms = [form for form in reading.forms(verb) if form.finite]
    if not forms or (reading.folds[start] == "علي" and forms[0].verb.class_ == "relay"):
        return None
    folds = reading.folds
    cue_end = place = verb + 1
    if place < end and folds[place] in ("به", "عنه", "عنها", "عنهم", "اليه", "فيه", "بها", "عليه"):
        cue_end = place = place + 1
    borrowed = folds[place - 1] in ("عنه", "عنها", "عنهم")
    if place >= end or reading.classes[place] & (COMMA | STOP | VERB):
        return Prepositional(start, place, (start, cue_end), (), None, 0, None, True, leading, False)
    if reading.classes[place] & PREPOSITION and place not in reading.entity_end:
        return None  # كما تحدث عن
    past = phrase_end(reading, place, end, closed=False)
    source = trim(reading, (place, past))
    if source[0] >= source[1]:
        return None
    relay: Words | None = None
    after: tuple[Words, ...] = ()
    found: Words | None = source
    if forms[0].verb.class_ == "relay":
        relay = source
        if past < end and folds[past] in ("عن", "الي"):
            after = ((past, past + 1),)
            begin, past = past + 1, phrase_end(reading, past + 1, end, closed=False)
            found = trim(reading, (begin, past))
        else:
            found = None
    elif is_medium(reading, source[0]):
        relay = source
    if past < end and is_hearer(reading, past):
        hearer = past + (folds[past] == "ل")
        past = max(phrase_end(reading, hearer, end, closed=False), hearer + 1)
        relay = (hearer, past)
    return Prepositional(start, past, (start, cue_end), after, found, 0, relay, False, leading, borrowed)
