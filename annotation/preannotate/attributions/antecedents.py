"""Who a dropped subject is: the last earlier source that agrees in gender and number."""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from dataclasses import dataclass, field
from functools import lru_cache, partial
from typing import NamedTuple

from .outlets import is_medium
from .reading import Reading
from .reporting_verbs import Form, Gender, Number
from .source_phrases import phrase_end
from .word_classes import COMMA, PREPOSITION, TIME, heads

Span = tuple[int, int]
_REMEMBERED = 200  # who spoke longer ago is not who is meant, and a long text costs no more than its length


class Speaker(NamedTuple):
    """A source met in the text: its span, and how a verb agrees with it. `nested` sources stand in another's words."""

    span: Span
    gender: Gender | None
    number: Number
    nested: bool
    medium: bool = False


@dataclass(slots=True)
class Speakers:
    """The sources of a document so far."""

    met: deque[Speaker] = field(default_factory=partial(deque, maxlen=_REMEMBERED))

    def add(self, reading: Reading, words: tuple[int, int], span: Span, form: Form | None, *, nested: bool) -> None:
        """Remember a source; a finite verb of the third person tells the gender that a bare name hides."""
        gender, number = agreement(reading, words[0])
        if form is not None and form.finite and form.person == 3 and form.gender:
            gender = form.gender
            if form.number == "plural":
                number = "plural"
        if number == "singular" and _coordinated(reading, words):
            number = "dual"
        self.met.append(Speaker(span, gender, number, nested, is_medium(reading, words[0])))

    def add_relay(self, reading: Reading, span: Span) -> None:
        """Remember a medium that passed something on; a later verb may go on with its own words."""
        index = bisect_left(reading.document.starts, span[0] + 1) - 1
        gender, number = agreement(reading, index)
        self.met.append(Speaker(span, gender, number, False, medium=True))

    def medium(self, form: Form, before: int) -> Span | None:
        """Return the last outlet before an offset that the verb agrees with: who passed it on, when it goes unnamed."""
        for speaker in reversed(self.met):
            if speaker.medium and speaker.span[1] <= before and speaker.gender in (None, form.gender):
                return speaker.span
        return None

    def resolve(self, form: Form, before: int) -> Span | None:
        """Return the last source before an offset that agrees with the form, those told by the outlet itself first."""
        gender: Gender | None = form.gender
        number = form.number
        if form.shape == "masdar":
            gender, number = _ENCLITICS.get(form.enclitic, (None, "singular"))
        nested: Span | None = None
        last: Span | None = None
        for speaker in reversed(self.met):
            if speaker.span[1] > before:
                continue
            if _fits(speaker, gender, number):
                if not speaker.nested:
                    return speaker.span
                nested = nested or speaker.span
            elif last is None and not speaker.nested:
                last = speaker.span
        return nested or (last if form.shape == "participle" else None)


def _fits(speaker: Speaker, gender: Gender | None, number: Number) -> bool:
    if number == "dual":
        return speaker.number == "dual"
    if (speaker.number == "plural") != (number == "plural"):
        return False
    return speaker.gender is None or gender is None or speaker.gender == gender


_ENCLITICS: dict[str, tuple[Gender | None, Number]] = {
    "ه": ("m", "singular"),
    "ها": ("f", "singular"),
    "هم": ("m", "plural"),
    "هن": ("f", "plural"),
    "هما": (None, "dual"),
}


def _coordinated(reading: Reading, words: tuple[int, int]) -> bool:
    """الرئيس ونظيره are two."""
    for place, word in enumerate(reading.folds[words[0] + 1 : words[1]], words[0] + 1):
        if word[:1] == "و" and word not in _WAW_WORDS and place not in reading.interior:
            return True
    return False


_WAW_WORDS = heads("waw_words")


def agreement(reading: Reading, index: int) -> tuple[Gender | None, Number]:
    """Return gender and number by the head word of a phrase, None where its form doesn't tell."""
    return _agreement(reading.folds[index], index in reading.entity_end)


@lru_cache(maxsize=50_000)
def _agreement(word: str, named: bool) -> tuple[Gender | None, Number]:
    bare = word[1:] if word.startswith("لل") else word
    if bare in heads("things") or bare in heads("feminine"):
        return "f", "singular"
    if (
        bare in heads("people")
        or bare.removesuffix("ا") in heads("people")
        or (len(bare) > 4 and bare.endswith(("ون", "يين")))
    ):
        return "m", "plural"
    if named:
        return None, "singular"
    if len(bare) > 5 and bare.endswith("ان"):
        return ("f" if bare.endswith("تان") else "m"), "dual"
    if len(bare) > 5 and bare.endswith("ين") and bare.startswith(("ال", "م")) and bare not in heads("singular_in_in"):
        return "m", "plural"
    if bare.endswith("ات"):
        return "f", "singular"
    if bare.endswith("ة") and bare not in heads("masculine_with_ta"):
        return "f", "singular"
    return ("m" if len(bare) > 2 else None), "singular"


def clause_subject(reading: Reading, first: int, before: int, form: Form) -> tuple[int, int] | None:
    """The subject of the sentence's own verb, when it says nothing itself: وقدم الوزير عرضا، مشيرا إلى …

    `first` is the sentence's first word, `before` the word of the participle. Returns a word range or None.
    """
    start = first
    if reading.classes[start] & (PREPOSITION | TIME):
        start = next((n + 1 for n in range(start, min(start + 12, before)) if reading.classes[n] & COMMA), before)
    if reading.folds[start] in ("غير", "الا", "بيد") and start + 3 < before and reading.folds[start + 1] == "ان":
        past = _definite_end(reading, start + 2, phrase_end(reading, start + 2, before, closed=False))
        return None if past is None else (start + 2, past)  # غير أن الموزع قلل من شأنها، قائلا
    if start + 1 >= before or reading.folds[start].startswith(("ال", "وال")) or start in reading.entity_end:
        return None
    auxiliary = reading.folds[start] in ("كان", "كانت", "وكان", "وكانت", "قد", "وقد", "كما")
    if auxiliary and not (reading.folds[start + 1].startswith("ال") or start + 1 in reading.entity_end):
        start += 1
    head = start + 1 + (reading.folds[start + 1] in ("ذلك", "بذلك", "بهذا"))
    if head >= before or reading.classes[head] & (PREPOSITION | TIME | COMMA):
        return None
    past = _definite_end(reading, head, phrase_end(reading, head, before, closed=False))
    gender, number = agreement(reading, head)
    agrees = gender in (None, form.gender) and (number == "plural") == (form.number == "plural")
    return (head, _with_institution(reading, past, before)) if past is not None and agrees else None


def _with_institution(reading: Reading, past: int, limit: int) -> int:
    """هانس فيبر من معهد ماكس بلانك: where a person works goes with the name."""
    if past not in reading.closings or past + 1 >= limit:
        return past
    if reading.folds[past] in heads("posts") and past + 1 in reading.entity_end:
        return min(reading.entity_end[past + 1], limit)  # ميكيل أرتيتا مدرب أرسنال
    if reading.folds[past] not in ("من", "في", "لدي"):
        return past
    named = past + 1 if reading.folds[past + 1] not in heads("institutions") else past + 2
    if named == past + 1 and reading.entity_label.get(named) != "ORG":
        return past
    return min(reading.entity_end.get(past + 1) or reading.entity_end.get(named, past), limit)


_DELIVERED = heads("delivered")


def deliverer(reading: Reading, index: int, first: int) -> tuple[int, int] | None:
    """Who spoke in what the sentence names before: في تصريح أدلى به المدير قال فيه إن. Returns a word range or None."""
    if index + 1 >= len(reading.folds) or reading.folds[index + 1] not in ("فيه", "فيها", "خلاله", "خلالها"):
        return None
    for place in range(index - 2, first, -1):
        word = reading.folds[place]
        if word in _DELIVERED:
            start = place + 1 + (reading.folds[place + 1] in ("به", "بها"))
            past = phrase_end(reading, start, index, closed=False)
            return (start, past) if past > start else None
    return None


def _qualifies(reading: Reading, head: int, index: int) -> bool:
    """Tell whether a word goes on with a definite noun phrase: وزيرة الخارجية الأميركية, but not الوزير القاعة."""
    word = reading.folds[index]
    if not word.startswith("ال") or word in heads("addressees"):
        return False
    feminine = word.endswith("ة")
    if (
        index == head + 1
        and reading.folds[head].startswith("ال")
        and agreement(reading, head)[0] == "f"
        and not feminine
    ):
        return word.endswith("ات")  # الباحثة النتائج
    return not feminine or any(
        reading.folds[place].endswith(("ة", "ات")) or agreement(reading, place)[0] == "f"
        for place in range(head, index)
    )


def _definite_end(reading: Reading, start: int, limit: int) -> int | None:
    """Where a definite noun phrase without prepositions ends, its object left out; None if indefinite."""
    index, definite = start, False
    while index < limit:
        named = reading.entity_end.get(index)
        quote = reading.quotes.get(index)
        if quote is not None and quote.closed and quote.close < limit:
            index, definite = quote.close + 1, True
            continue
        if named is None and definite and not _qualifies(reading, start, index):
            break
        definite = definite or named is not None or reading.folds[index].startswith("ال")
        index = min(named, limit) if named is not None else index + 1
    return index if definite else None
