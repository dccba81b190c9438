"""The subject before its verb: a noun phrase, the head of a relative clause, a document, the topic of أما."""

from __future__ import annotations

from .act import Act, Words
from .antecedents import agreement
from .placement import COORDINATORS, conjoined
from .reading import Reading
from .reporting_verbs import Form
from .source_phrases import opens_adverbial, phrase_end, trim
from .word_classes import COMMA, COMPLEMENT, PREPOSITION, QUOTE, RELATIVE, REPORT, SPEAKER, STOP, TIME, VERB, heads

_SUBJECT_OPENERS = heads("subject_openers")
_ADVERSATIVES = heads("adversatives")
_CONJUNCTIONS = frozenset(["عندما", "حين", "حينما", "لما", "بعدما", "حالما", "ان", "ما", "كما", "اذا"])


def subject_before(reading: Reading, index: int, floor: int, form: Form | None) -> Words | None:
    """The subject before its verb: كان تقرير للوزارة، صدر أمس، قدر أن; None when the verb opens its clause."""
    if form is None or index <= floor:
        return None
    folds, classes = reading.folds, reading.classes
    if form.prefix[:1] in ("و", "ف") and not _topic(reading, index, floor):
        return None
    if folds[index - 1] in _CONJUNCTIONS or folds[index - 1] in _ADVERSATIVES:
        return None
    if form.prefix[:1] == "ف":
        return _after_amma(reading, index, floor)
    if classes[index - 1] & RELATIVE:
        return _relative_head(reading, index - 1, floor, form)
    if form.number == "plural" and (many := _quantity_before(reading, index, floor)) is not None:
        return many
    start = floor
    for place in range(index - 1, floor - 1, -1):
        word, bits = folds[place], classes[place]
        if bits & STOP and word != ".":
            start = place + 1
            break
        if (word in _SUBJECT_OPENERS or bits & COMPLEMENT) and not (place and classes[place - 1] & RELATIVE):
            start = place + 1
            break
        if (
            bits & REPORT
            and place < index - 1
            and any(other.finite and other.prefix for other in reading.forms(place))
            and place not in reading.entity_end
        ):
            start = place + 1
            break
    return _subject(reading, start, index, form) or _document_before(reading, start, index, form)


def _subject(reading: Reading, start: int, index: int, form: Form) -> Words | None:
    """The noun phrase that heads the clause from `start` to the verb, when the verb agrees with it."""
    subject = _after_adverbial(reading, start, index)
    if subject is None or subject >= index or _no_subject(reading, subject):
        return None
    past = phrase_end(reading, subject, index, closed=True)
    if past <= subject:
        return None
    quoted = past + 1 == index and reading.classes[past] & QUOTE
    follows = (
        quoted
        or reading.folds[past] in ("قد", "فقد", "لقد")
        or reading.classes[past] & (COMMA | RELATIVE | VERB)
        or opens_adverbial(reading, past)
    )
    if past < index and not follows:
        return None
    return (subject, past) if _agrees(reading, subject, form) else None


def _topic(reading: Reading, index: int, floor: int) -> bool:
    """أما الوزير فأكد: the topic before ف is the subject."""
    if reading.folds[index][:1] != "ف":
        return False
    return any(word in ("اما", "واما") for word in reading.folds[floor:index])


def _after_amma(reading: Reading, index: int, floor: int) -> Words | None:
    """The topic of أما up to its verb, a name that the recogniser misses included, a clause after a comma not."""
    start = next(n + 1 for n in range(index - 1, floor - 1, -1) if reading.folds[n] in ("اما", "واما"))
    comma = next((n for n in range(start, index) if reading.classes[n] & COMMA), index)
    past = phrase_end(reading, start, index, closed=True)
    words = trim(reading, (start, max(past, comma)))
    return words if words[0] < words[1] else None


def _no_subject(reading: Reading, start: int) -> bool:
    bits = reading.classes[start]
    if reading.folds[start][:1] == "و" and start not in reading.entity_end and _may_be_verb(reading, start):
        return True
    if bits & (VERB | PREPOSITION | REPORT | RELATIVE | COMMA) and start not in reading.entity_end:
        return True
    return reading.folds[start] in COORDINATORS or opens_adverbial(reading, start)


def _may_be_verb(reading: Reading, start: int) -> bool:
    """و + a word without the article at the head of a clause is taken for a verb: وتزامن الإعلان مع …"""
    word = reading.folds[start]
    return not word.startswith("وال") and word not in heads("waw_words")


def _document_before(reading: Reading, floor: int, index: int, form: Form) -> Words | None:
    """A document inside the clause that goes on with its own verb: تزامن ذلك مع تقرير نشره المركز يؤكد أن."""
    for start in range(index - 1, max(floor, index - 24) - 1, -1):
        if reading.classes[start] & SPEAKER and not reading.folds[start].startswith("ال"):
            past = phrase_end(reading, start, index, closed=True)
            whole = past == index or (reading.classes[past] & COMMA and past == index - 1)
            return trim(reading, (start, past)) if whole and _agrees(reading, start, form) else None
        if reading.classes[start] & STOP:
            return None
    return None


def _quantity_before(reading: Reading, index: int, floor: int) -> Words | None:
    """مقابل 21 في المئة قالوا إنهم: a share of those who were asked."""
    first = next((n for n in range(index - 1, max(floor, index - 6), -1) if reading.numbers.get(n) == index), None)
    return None if first is None else (first, index)


def document_of(reading: Reading, index: int, floor: int, pronoun: str) -> Words | None:
    """The document that فيه or فيها points back to: تقرير نشرته الصحيفة جاء فيه أن."""
    gender = "f" if pronoun == "فيها" else "m"
    for start in range(index - 1, max(floor, index - 24) - 1, -1):
        if reading.classes[start] & STOP:
            return None
        if reading.classes[start] & SPEAKER and agreement(reading, start)[0] == gender:
            past = phrase_end(reading, start, index, closed=True)
            return trim(reading, (start, past)) if past >= index - 1 else None
    return None


def _agrees(reading: Reading, head: int, form: Form) -> bool:
    """A verb after its subject agrees in number, and in gender where the head word shows it."""
    gender, number = agreement(reading, head)
    if (number == "plural") != (form.number == "plural"):
        return form.number == "plural" and reading.folds[head].endswith(("ين", "ون"))
    return gender is None or form.gender is None or gender == form.gender


def mere_thing(reading: Reading, act: Act) -> bool:
    """Tell whether the subject before the verb is an indefinite thing: تدفق يهدد بتشويه."""
    if act.source_words is None or act.source_words[0] > act.at:
        return act.source_words is None
    head = act.source_words[0]
    return head not in reading.entity_end and not reading.folds[head].startswith("ال")


def _titled(reading: Reading, past: int) -> int:
    """Where the person who is named right before word `past` begins, with titles: الرئيس الأميركي دونالد ترامب."""
    start = past
    if past not in reading.closings:
        return past
    for place in range(past - 1, max(past - 7, -1), -1):
        if reading.entity_end.get(place) == past and reading.entity_label.get(place) == "PER":
            start = place
    while past > start > 0 and reading.folds[start - 1].startswith("ال"):
        start -= 1
    return start


def _relative_head(reading: Reading, relative: int, floor: int, form: Form) -> Words | None:
    past = relative - (reading.classes[relative - 1] & COMMA > 0)
    start = _titled(reading, past)
    if start < past:
        return start, past
    while start > floor and relative - start < 5:
        word, bits = reading.folds[start - 1], reading.classes[start - 1]
        if bits & (COMMA | STOP | PREPOSITION | VERB | COMPLEMENT | QUOTE | REPORT) or word in COORDINATORS:
            break
        if word == "ذلك":
            break
        start -= 1
        if not word.startswith("ال") and start < relative - 1 and word[:1] != "و":
            break
        if (
            word.startswith("ال")
            and start == relative - 1
            and (start == floor or reading.classes[start - 1] & PREPOSITION)
        ):
            break
    feminine = reading.folds[relative] == "التي"
    if feminine != (form.gender == "f") and start + 1 < relative:
        start += 1
    return (start, relative) if start < relative else None


def _after_adverbial(reading: Reading, start: int, index: int) -> int | None:
    """Skip an adverbial that a comma closes before the subject: وفي كلمته، الوزير قال."""
    while start < index and reading.classes[start] & COMMA:
        start += 1
    if start >= index:
        return start
    adverbial = reading.classes[start] & PREPOSITION or (
        reading.classes[start] & TIME and opens_adverbial(reading, start)
    )
    if adverbial or conjoined(reading.folds[start]):
        for place in range(start, index):
            if reading.classes[place] & COMMA:
                return place + 1
        return None
    return start
