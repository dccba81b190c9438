"""Acts of saying in a noun: تأكيد الحكومة أن, اتهامات المعارضة للوزير ب, أنباء عن مقتل, تصريحاته بأن."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from ....corpus.normalise import fold
from . import complements
from .act import Act, Words, set_source, span_of
from .complementisers import is_complementiser
from .complements import Complement
from .hearers import object_start
from .reading import Reading
from .reporting_verbs import Form, Verb, read
from .source_phrases import opens_adverbial, phrase_end, trim
from .word_classes import COMMA, MASDAR, PREPOSITION, REPORT, STOP, TIME, VERB, is_masdar

_ENCLITICS = ("ه", "ها", "هم", "هما", "هن")
_LONGEST_ADVERBIAL = 4


class SayingNoun(NamedTuple):
    """One spelling of a noun of saying: as a form with its proclitics and pronoun, and the marks of its entry."""

    form: Form
    marks: frozenset[str]


def at(reading: Reading, index: int, end: int, *, repeated: bool) -> Act | None:
    """Read the act of the noun of saying at word `index`, or return None when what was said doesn't follow it.

    `repeated`: a verb that repeats it (جدد التأكيد على أن) has named the source.
    """
    if index in reading.interior or index in reading.entity_end:
        return None
    for noun in spellings()[reading.folds[index]]:
        act = _act(reading, index, noun._replace(marks=noun.marks - {"source"}) if repeated else noun, end)
        if act is not None:
            return act
    return None


def _act(reading: Reading, index: int, noun: SayingNoun, end: int) -> Act | None:
    document, form = reading.document, noun.form
    source: Words | None = None
    accused: Words | None = None
    complement: Complement | None = None
    found = _participle(reading, index + 1, end)
    if found is not None:
        complement = _leads(reading, found + 1, noun._replace(form=_open(form)), end)
        source = (index + 1, found) if found > index + 1 else None
    if complement is None:
        found = None
        source, accused, place = _slot(reading, index + 1, noun, end)
        complement = None if place is None else _leads(reading, place, noun, end)
    if complement is None or ("source" in noun.marks and source is None and not form.enclitic):
        return None
    start, past = document.starts[index] + len(form.prefix), document.ends[index]
    if complement.kind == "object":
        past -= len(form.enclitic)
    cues = [(start, past), *complement.pieces]
    if found is not None:
        cues.append((document.starts[found], document.ends[found]))
    act = Act(index, index, "inner", form, "nominal", sorted(cues), score=0.6)
    act.start, act.limit = complement.start, complement.limit
    if source is not None:
        set_source(reading, act, source)
    elif form.enclitic:
        act.dropped = True
    if accused is not None:
        act.lead = span_of(reading, accused)
    begin = complement.limit + 1
    if complement.kind != "clause" or index == 0 or reading.classes[index - 1] & (PREPOSITION | TIME):
        act.shut = next((n for n in range(begin, end) if reading.classes[n] & COMMA), None)
    return act


def _slot(reading: Reading, place: int, noun: SayingNoun, end: int) -> tuple[Words | None, Words | None, int | None]:
    """Return whose words they are, who is accused, and the place of what leads to content, None when nothing does."""
    source: Words | None = None
    accused: Words | None = None
    if reading.folds[place - 1].removeprefix(noun.form.prefix).startswith("ال"):
        return None, None, place if _leads(reading, place, noun, end) else None
    if not noun.form.enclitic:
        place = _adjectives(reading, place, end)
        source, place = _whose(reading, place, noun, end)
    if source is not None and "accused" in noun.marks:
        cut = object_start(reading, source)
        source, accused = (source[0], cut), (cut, source[1]) if cut < source[1] else None
    if place < end and reading.folds[place][:1] == "ل" and "accused" in noun.marks:
        past = phrase_end(reading, place, end, closed=False)
        accused, place = (place, past), past
    if place < end and opens_adverbial(reading, place):
        stop = min(end, place + _LONGEST_ADVERBIAL + 1)
        place = next((n for n in range(place, stop) if _leads(reading, n, noun, end)), end)
    return source, accused, place if place < end and _leads(reading, place, noun, end) else None


def _adjectives(reading: Reading, place: int, end: int) -> int:
    """Skip indefinite adjectives: أنباء غير مؤكدة عن, تحذيرات أممية من."""
    start = place
    while place < min(end, start + 3):
        word, bits = reading.folds[place], reading.classes[place]
        plain = word.endswith(("ة", "ي")) or word == "غير"
        if (
            word.startswith("ال")
            or not plain
            or bits & (PREPOSITION | VERB | COMMA | STOP)
            or place in reading.entity_end
        ):
            break
        place += 1
    follows = place < end and (reading.classes[place] & PREPOSITION or reading.folds[place][:1] in "بل")
    return place if follows or (place < end and is_complementiser(reading, place)) else start


def _whose(reading: Reading, place: int, noun: SayingNoun, end: int) -> tuple[Words | None, int]:
    if place >= end:
        return None, place
    by = reading.folds[place] == "من"
    begin = place + by
    if begin >= end or reading.classes[begin] & (PREPOSITION | COMMA | STOP | TIME | REPORT) or _glued(reading, begin):
        return None, place
    if is_complementiser(reading, begin):
        return None, place
    past = phrase_end(reading, begin, end, closed=False)
    past = next(
        (n for n in range(begin + 1, past) if _closes(reading, n, past) and _leads(reading, n, noun, end)), past
    )
    words = trim(reading, (begin, past))
    if words[0] >= words[1]:
        return None, place
    if by and not (past < end and _leads(reading, past, noun, end)):
        return None, place
    return words, past


def _closes(reading: Reading, index: int, past: int) -> bool:
    """Tell whether a preposition at `index` may follow the phrase: the last of its kind, or a glued one."""
    if _glued(reading, index):
        return True
    return reading.classes[index] & PREPOSITION > 0 and reading.folds[index] not in reading.folds[index + 1 : past + 1]


def _glued(reading: Reading, index: int) -> bool:
    return reading.folds[index][:1] in "بل" and index not in reading.entity_end and index not in reading.interior


def _leads(reading: Reading, place: int, noun: SayingNoun, end: int) -> Complement | None:
    """The complementiser, preposition or verbal noun at `place`, when it leads from the noun to what was said."""
    if place >= end:
        return None
    takes, word = noun.form.verb.takes, reading.folds[place]
    follows = place + 1 < end
    if is_complementiser(reading, place):
        return complements.clause_at(reading, place - 1, place, noun.form) if "clause" in takes and follows else None
    if reading.classes[place] & PREPOSITION and word in takes and follows:
        if is_complementiser(reading, place + 1):
            return complements.clause_at(reading, place - 1, place + 1, noun.form) if "clause" in takes else None
        spelled_out = place + 2 < end and not reading.classes[place + 2] & (COMMA | STOP)
        if "any" in noun.marks or (reading.classes[place + 1] & MASDAR and spelled_out):
            return complements.particle_at(reading, place)
        return None
    if word[:1] == "ب" and "ب" in takes and len(word) > 2 and _glued(reading, place):
        said = word[3:] if word.startswith("بال") else word[1:]
        if "any" in noun.marks or is_masdar(said):
            return complements.particle_at(reading, place)
    if "object" in takes and reading.classes[place] & MASDAR and not reading.classes[place] & (PREPOSITION | REPORT):
        return Complement("object", place, reading.document.starts[place])
    return None


def _participle(reading: Reading, place: int, end: int) -> int | None:
    """الرواية القائلة إن, إعلان الوزارة المبشر ب: a participle that takes up the noun and leads to what was said."""
    for index in range(place, min(place + 8, end)):
        word = reading.folds[index]
        if reading.classes[index] & (COMMA | STOP):
            return None
        if word.startswith("ال") and any(form.shape == "participle" for form in _definite_readings(word)):
            return index
    return None


@cache
def _definite_readings(word: str) -> tuple[Form, ...]:
    return read(word[2:]) or read(word[2:] + "ا")


def _open(form: Form) -> Form:
    """The noun's form with what its participle may lead to."""
    verb = form.verb
    takes = verb.takes | {"clause", fold("ب"), fold("إلى"), fold("من")}
    return Form(Verb(verb.past, verb.present, verb.class_, takes), "masdar", None, "singular")


@cache
def spellings() -> dict[str, tuple[SayingNoun, ...]]:
    """Return the nouns of saying by folded spelling, with article, proclitics and pronouns."""
    entries: list[dict[str, Any]] = yaml.safe_load(
        (files(__package__) / "lexicon" / "saying_nouns.yaml").read_text("utf-8")
    )
    table: dict[str, list[SayingNoun]] = {}
    for entry in entries:
        marks = frozenset(key for key, value in entry.items() if value is True)
        for noun in entry["nouns"]:
            verb = Verb(noun, "", "noun", frozenset(fold(take) for take in entry["takes"]))
            stem = noun[:-1] + "ت" if noun.endswith("ة") else noun
            endings = [(noun, ""), ("ال" + noun, ""), *((stem + enclitic, enclitic) for enclitic in _ENCLITICS)]
            for spelling, enclitic in endings:
                for prefix in ("", "و", "ب", "ل"):
                    word = "لل" + spelling[2:] if prefix == "ل" and spelling.startswith("ال") else prefix + spelling
                    form = Form(verb, "masdar", None, "singular", enclitic=enclitic, prefix=prefix)
                    table.setdefault(fold(word), []).append(SayingNoun(form, marks))
    return {word: tuple(nouns) for word, nouns in table.items()}
