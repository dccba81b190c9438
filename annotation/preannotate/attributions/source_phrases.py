"""Where the noun phrase of a source or relay ends: titles, appositions, relative clauses, names in quotes."""

from __future__ import annotations

from .cue_words import is_named, spoke_to
from .outlets import is_audience, is_hearer
from .reading import Reading
from .word_classes import (
    COMMA,
    COMPLEMENT,
    MASDAR,
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
_PASSING_ON = heads("passing_on")
_ACCOUNTS = heads("accounts")
_COME_OUT = frozenset(["نشرت", "نشر", "صدر", "صدرت", "اعد", "اعدت", "اجري", "اجريت"])
_AUXILIARIES = frozenset(["قد", "فقد", "لقد", "سوف"])
_BOUNDS = heads("bound_words")
_TAKE_LAM = heads("documents") | heads("take_lam")
_GLUED_ADVERBS = heads("glued_adverbs")
_REDUCED_RELATIVES = heads("reduced_relatives")
_LONGEST_QUOTED_NAME = 7


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
    folds, classes, entity_end = reading.folds, reading.classes, reading.entity_end
    index, relative = start, False
    while index < limit:
        if index > start and not relative and folds[index][:1] == "ل" and _opens_hearer(reading, index):
            return index
        if index in entity_end:
            index = min(entity_end[index], limit)
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
            if closed and bits & (REPORT | VERB) and _published(reading, start, index):
                relative = True
            elif bits & RELATIVE:
                if not closed:
                    return _relative_end(reading, index, limit)
                relative = True
            elif _ends_phrase(reading, start, index, closed=closed):
                return index
        index += 1
    return index


def _published(reading: Reading, start: int, index: int) -> bool:
    """دراسة نشرت هذا الأسبوع: a relative clause without its pronoun, which says nothing itself."""
    head = reading.folds[start]
    if reading.folds[index] not in _COME_OUT or head.startswith("ال"):
        return False
    return index - start <= 3 and (head in heads("documents") or head.removesuffix("ا") in heads("documents"))


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


def _ends_phrase(reading: Reading, start: int, index: int, *, closed: bool) -> bool:
    folds, classes = reading.folds, reading.classes
    word, bits = folds[index], classes[index]
    if bits & REPORT and any(is_named(reading, index, form) and not form.prefix for form in reading.forms(index)):
        return False  # شاهد يدعى مرادا
    if word in _AUXILIARIES:
        return True
    if closed and spoke_to(reading, index):
        return False
    if folds[index - 1] == "عدم":
        return False  # طلب عدم كشف اسمه
    if bits & REPORT and any(
        (form.finite and not (form.enclitic and closed)) or form.shape == "participle" for form in reading.forms(index)
    ):
        ambiguous = not any(form.verb.class_ in ("say", "believe", "relay") for form in reading.forms(index))
        return not (ambiguous and closed) and not word.startswith("ال")
    if bits & COMPLEMENT and not closed:
        return True
    if word.endswith("ا") and _accusative(reading, index):
        return True
    if word in _PASSING_ON or opens_adverbial(reading, index) or _after_person(reading, index):
        return True
    if bits & VERB:
        return not closed or folds[index - 1].startswith("ال") or word[:1] == "و"
    if not closed:
        if word in ("ما", "عما", "مما", "بما"):
            return True
        if index in reading.numbers or word in _BOUNDS or word.isdigit():
            return True
        if bits & MASDAR and not bits & PREPOSITION and (_complete(reading, index) or _named(reading, start, index)):
            return True
        return word in ("علي", "الي", "عن", "انه") and not _binds(folds[index - 1])
    return False


def _accusative(reading: Reading, index: int) -> bool:
    """نشر الجيش مقطعا مصورا: an indefinite object after a definite subject, told by tanween or its adjective's."""
    word = reading.folds[index]
    if len(word) < 4 or word.startswith("ال") or index in reading.entity_end:
        return False
    if not (reading.folds[index - 1].startswith("ال") or index in reading.closings):
        return False
    if "\u064b" in reading.document.words[index]:
        return True
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    return len(word) > 4 and len(following) > 4 and following.endswith("ا") and index + 1 not in reading.entity_end


def _opens_hearer(reading: Reading, index: int) -> bool:
    """Tell whether who was told begins here; an indefinite head takes ل as its own: تقرير لقناة, مراسل لوكالة."""
    if not (is_hearer(reading, index) or is_audience(reading, index)):
        return False
    head = index - 1
    if reading.folds[index][:2] == "لل":  # تقرير سري للوكالة
        while index - head < 3 and reading.folds[head] not in _TAKE_LAM and _indefinite_adjective(reading, head):
            head -= 1
    return reading.folds[head] not in _TAKE_LAM


def _indefinite_adjective(reading: Reading, index: int) -> bool:
    word = reading.folds[index]
    return word.endswith(("ي", "ية", "يد", "يدة", "ير", "يرة")) and not word.startswith("ال")


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


def _named(reading: Reading, start: int, index: int) -> bool:
    """Tell whether a name unknown to the recogniser stands before `index`: a noun that a definite one can't govern."""
    for place in range(index - 1, max(start, index - 4), -1):
        word = reading.folds[place]
        if word.startswith("ال") or reading.classes[place] & (PREPOSITION | QUOTE | COMMA):
            return False
        if reading.folds[place - 1].startswith("ال"):
            return not word.endswith(("ة", "ات")) and word[:1] not in "بلو"
    return False


def _after_person(reading: Reading, index: int) -> bool:
    """Tell whether a name ends before في and no institution follows: قالت منى في المؤتمر, but منى في معهد الأفق."""
    if (
        reading.folds[index] not in ("في", "خلال", "عبر")
        or index not in reading.closings
        or index + 1 in reading.entity_end
    ):
        return False
    if not any(
        reading.entity_end.get(n) == index and reading.entity_label[n] == "PER" for n in range(index - 5, index)
    ):
        return False
    return index + 1 < len(reading.folds) and reading.folds[index + 1] not in heads("institutions")


def opens_adverbial(reading: Reading, index: int) -> bool:
    """Tell whether a place, time or occasion of speaking begins at word `index`."""
    folds, classes = reading.folds, reading.classes
    word = folds[index]
    if word not in _OPENING and not classes[index] & TIME:
        return False
    following = folds[index + 1] if index + 1 < len(folds) else ""
    if word == "وسط" and index and folds[index - 1] in ("خط", "لاعب", "منطقة"):
        return False
    if classes[index] & TIME:
        if following.startswith("باسم"):  # متحدثا باسمها is one who speaks
            return False
        return word != "الان" or not reading.document.words[index].startswith("آ")  # آلان is a name, الآن is not
    if word in _OCCASION_OPENERS and following:
        return bool(classes[index + 1] & OCCASION) or following in _PLACES
    if word == "علي" and following in _ACCOUNTS:
        return True
    if word in _PERIODS and following in _PERIOD_ADJECTIVES:
        return True
    if word in _DEMONSTRATIVES and following in _PERIODS:
        return True
    if word == "اول":
        return following in ("امس", "من")
    return word in _ALWAYS_OPENING


_ALWAYS_OPENING = frozenset(["بقوله", "بقولها", "بقولهم", "بالقول", "وقت", "وهو", "وهي", "وهم"])
_OPENING = _ALWAYS_OPENING | _OCCASION_OPENERS | _PERIODS | _DEMONSTRATIVES | {"علي", "اول"}


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


def trim(reading: Reading, span: tuple[int, int]) -> tuple[int, int]:
    """Drop commas and tatweels at the edges of a half-open word range."""
    start, end = span
    while start < end and (reading.classes[start] & (COMMA | STOP) or not reading.folds[start]):
        start += 1
    while end > start and (reading.classes[end - 1] & (COMMA | STOP) or not reading.folds[end - 1]):
        end -= 1
    return start, end
