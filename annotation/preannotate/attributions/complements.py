"""What a reporting verb leads to: a clause with أن or إن, a particle and its phrase, a quotation, or an object."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from .complementisers import complementiser_span, is_complementiser
from .cue_words import another_cue, pronoun_before
from .objects import asked, is_feat, own_noun, said_object
from .outlets import is_hearer
from .quotations import Quotation
from .reading import Reading
from .reporting_verbs import Form
from .word_classes import (
    COMMA,
    COMPLEMENT,
    MASDAR,
    MEDIA,
    PREPOSITION,
    PRESENT,
    QUOTE,
    RELATIVE,
    REPORT,
    STOP,
    TIME,
    VERB,
    heads,
    is_masdar,
)

Span = tuple[int, int]

_REACH = 60
# Words after which أن is no complementiser of the verb: بعد أن, إلا أن, يمكن أن, ضرورة أن.
_BIND_AN = heads("bind_an")
_SAYING = frozenset(["قائلا", "قائلة", "قائلين", "بالقول", "بقوله", "بقولها", "بقولهم"])
_CUE_OBJECTS = heads("cue_objects")


@dataclass(slots=True)
class Complement:
    """Where the slot of the source ends (`limit`, a word index), the cue's further pieces, and where content begins.

    Offsets are code points; `quote` is the quotation that is the content, `paired` a second cue piece before content.
    """

    kind: Literal["clause", "particle", "quote", "object", "before", "amount"]
    limit: int
    start: int
    pieces: list[Span] = field(default_factory=list)
    quote: Quotation | None = None


def find(reading: Reading, index: int, form: Form, end: int) -> Complement | None:
    """Return what the verb at word `index` leads to before word `end` of its sentence, or None."""
    takes = form.verb.takes
    scan = _scan(reading, index, form, min(end, index + _REACH))
    clause, particle, quote, colon = scan
    if particle is not None and "object" in takes and own_noun(reading, particle - 1, index):
        particle = None  # أكد حرصه على: what is said begins with the noun
    if "only_ba" in form.verb.marks and (clause is None or not reading.folds[clause].startswith("ب")):
        return None
    if (
        clause is not None
        and "clause" in takes
        and (particle is None or _clause_first(reading, particle, clause, form))
    ):
        return clause_at(reading, index, clause, form)
    if particle is not None and (said := _to_say(reading, particle, end)) is not None:
        return said
    if particle is not None and "clause_only" not in form.verb.marks and not (form.enclitic and form.finite and clause):
        return particle_at(reading, particle)
    if form.finite and form.enclitic and not form.verb.marks & {"told", "after_ma"}:
        return None
    if quote is not None and "goes_on" in form.verb.marks and not reading.classes[quote.open - 1] & (COMMA | STOP):
        return None
    if quote is not None and pronoun_before(reading, index) and _goes_on_after(reading, quote):
        return None
    if quote is not None and "quote" in takes:
        return _quoted(reading, quote, colon)
    if colon is not None and "quote" in takes and colon + 1 < end and "byline" not in form.verb.marks:
        return Complement("quote", colon, reading.document.starts[colon + 1])
    if "tells_how" in form.verb.marks and (how := _how(reading, index, end)) is not None:
        return how
    if "asks" in form.verb.marks and not asked(reading, index, end):
        return None
    if "object" in takes and (clause is None or "repeats" in form.verb.marks) and not form.enclitic:
        begin = said_object(reading, index, end)
        return None if begin is None else Complement("object", begin, reading.document.starts[begin])
    return None


def _how(reading: Reading, index: int, end: int) -> Complement | None:
    """روت الطفلة كيف نجت: the question is the content."""
    for place in range(index + 1, min(index + 20, end)):
        if reading.folds[place] == "كيف":
            return Complement("clause", place, reading.document.starts[place])
        if reading.classes[place] & STOP:
            return None
    return None


def _to_say(reading: Reading, particle: int, end: int) -> Complement | None:
    """خلص إلى القول إن: the particle, the noun and the complementiser are one piece of the cue."""
    clause = particle + 2
    if clause >= end or reading.folds[particle + 1] != "القول" or not is_complementiser(reading, clause):
        return None
    span, start = complementiser_span(reading, clause)
    return Complement("clause", particle, start, [(reading.document.starts[particle], span[1])])


def _goes_on_after(reading: Reading, quote: Quotation) -> bool:
    """أنها سترد "بحزم" على الهجوم: words of the clause in quotation marks."""
    if not quote.closed or reading.classes[quote.open - 1] & (COMMA | STOP) or quote.close + 1 >= len(reading.folds):
        return False
    return reading.classes[quote.close + 1] & PREPOSITION > 0


# A word without any of these ends no slot and leads to nothing, save by a glued preposition.
_SIGNS = QUOTE | STOP | COMMA | COMPLEMENT | RELATIVE | REPORT | PREPOSITION
_Scan = tuple[int | None, int | None, Quotation | None, int | None]


def _scan(reading: Reading, index: int, form: Form, end: int) -> _Scan:
    folds, classes, entity_end = reading.folds, reading.classes, reading.entity_end
    takes = form.verb.takes
    clause: int | None = None
    particle: int | None = None
    quote: Quotation | None = None
    colon: int | None = None
    relative = resumed = False
    place = index + 1
    while place < end:
        bits = classes[place]
        word = folds[place]
        if place in entity_end and not bits & QUOTE:
            if particle is None and _is_particle(reading, place, takes, index):
                particle = place
            place = max(entity_end[place], place + 1)
            continue
        if not bits & _SIGNS and word[:1] not in takes:
            place += 1
            continue
        if bits & QUOTE:
            found = reading.quotes.get(place)
            if found is not None:
                if place + 1 < end and is_complementiser(reading, place + 1):
                    clause = place + 1
                    break
                if quote is None and _speaks(reading, found, place, index):
                    quote = found
                    break
                if found.closed:
                    place = found.close + 1
                    continue
        elif word == ":" and place + 1 < end and is_complementiser(reading, place + 1):
            clause = place + 1
            break
        elif word == ":":
            if place + 1 < end and classes[place + 1] & QUOTE and place + 1 in reading.quotes:
                quote = reading.quotes[place + 1]
            colon = place
            break
        elif bits & COMPLEMENT and is_complementiser(reading, place):
            if _governed(reading, place, takes) and not (resumed and not classes[place - 1] & COMMA):
                clause = place
            break
        elif bits & STOP and word in "؟!…":
            break
        elif bits & RELATIVE:
            if place + 2 < end and classes[place + 1] & REPORT and is_complementiser(reading, place + 2):
                break  # نفت على لسان ناطقها الذي قال إن
            relative = True
        elif bits & COMMA and place + 1 < end and _resumes(folds[place + 1], classes[place + 1]):
            resumed = True
        elif bits & REPORT and place > index + 1 and not relative and another_cue(reading, place):
            break
        elif (
            particle is None
            and (word[:1] in takes or (bits & PREPOSITION and word in takes))
            and _is_particle(reading, place, takes, index)
        ):
            particle = place
        place += 1
    return clause, particle, quote, colon


def _resumes(word: str, bits: int) -> bool:
    """Tell whether a clause of its own begins after a comma: ومن شأن ذلك أن, وسيحاول أن."""
    return word in ("ومن", "وعلي", "وقد", "وكان", "وكانت", "ويمكن", "ويجب") or (word[:1] == "و" and bits & PRESENT > 0)


def _governed(reading: Reading, place: int, takes: frozenset[str]) -> bool:
    """على أن, عن أن after a verb that doesn't take the preposition is another's clause."""
    before = place - 1
    return not reading.classes[before] & PREPOSITION or reading.folds[before] in takes or reading.folds[before] == "ب"


def _speaks(reading: Reading, quote: Quotation, place: int, cue: int) -> bool:
    """Tell whether a quotation is speech and not a name: by its length, or a colon before it."""
    if reading.folds[place - 1] == ":" or reading.folds[place - 1] in _SAYING:
        return True
    if place in reading.entity_end or (
        place + 1 in reading.entity_end and reading.entity_end[place + 1] >= quote.close
    ):
        return False
    length = quote.close - quote.open - 1
    if length < 3 or reading.classes[place - 1] & MEDIA:
        return False
    if place == cue + 1 or reading.classes[place - 1] & COMMA:
        return True
    inside = reading.classes[quote.open + 1 : quote.close]
    if any(bits & VERB for bits in inside):
        return True
    return length > 4 and any(bits & (PREPOSITION | COMPLEMENT | RELATIVE) for bits in inside)


def _is_particle(reading: Reading, place: int, takes: frozenset[str], cue: int) -> bool:
    word = reading.folds[place]
    if reading.classes[place] & PREPOSITION and word in takes:
        if word == "عن" and reading.folds[place - 1] in _BIND_AN:
            return False
        if reading.folds[place - 1] in ("الانظار", "انظار"):
            return False
        if word == "عن" and any(form.verb.past == "تحدث" for form in reading.forms(cue)):
            following = reading.classes[place + 1] if place + 1 < len(reading.folds) else 0
            return following & (MASDAR | QUOTE) > 0
        if word == "عن" and any("after_ma" in form.verb.marks for form in reading.forms(cue)):
            return reading.folds[cue - 1] == "ما"
        if word == "علي" and is_feat(reading.folds[place - 1]):
            return False
        return not (word in ("من", "في") and place > cue + 1 and _within_subject(reading, place, cue))
    if word[:1] == "ب" and "ب" in takes and len(word) > 1:
        return _glued_ba(reading, place, cue)
    if word[:1] == "ل" and "ل" in takes and len(word) > 3:
        return is_masdar(word[2:] if word[1] == "ل" else word[1:])
    return word == "ب" and "ب" in takes


def _within_subject(reading: Reading, place: int, cue: int) -> bool:
    """من after the subject's head may belong to it (حذر مسؤول من الحزب من أن); the last one before a noun wins."""
    for later in range(place + 1, min(place + 8, len(reading.folds))):
        if reading.classes[later] & (COMMA | STOP):
            return False
        if reading.folds[later] == reading.folds[place]:
            return True
    return False


_PLACES_IN_BA = heads("places_in_ba")
_BA_OF_NAMES = heads("ba_no_particle")


def _glued_ba(reading: Reading, place: int, cue: int) -> bool:
    word = reading.folds[place]
    if word in _BA_OF_NAMES or len(word) < 3 or place in reading.interior or word in _PLACES_IN_BA:
        return False
    rest = word[1:]
    verb = reading.forms(cue)[0].verb
    if (verb.class_ in ("promise", "demand", "warn") or "object_said" in verb.marks) and _closes_phrase(
        reading, place - 1
    ):
        said = any(form.verb.past == "قال" for form in reading.forms(place))
        return place not in reading.entity_end and not reading.classes[place] & TIME and not said
    if rest.startswith("ال") or place == cue + 1 or place + 1 in reading.entity_end:
        return place == cue + 1 or rest.startswith("ال")
    return is_masdar(rest) or place in reading.numbers or rest in ("ما", "الا")


def _closes_phrase(reading: Reading, index: int) -> bool:
    return reading.folds[index].startswith("ال") or index + 1 in reading.closings


def _clause_first(reading: Reading, particle: int, clause: int, form: Form) -> bool:
    if clause <= particle + 1:
        return True
    if any(reading.classes[place] & COMMA for place in range(particle, clause)):
        return reading.folds[clause - 1] == reading.folds[particle] or _parenthetical(reading, particle, clause)
    if reading.folds[clause - 1] == reading.folds[particle]:
        return True
    bare = form.verb.past in ("أكد", "أعلن", "كشف", "طالب", "دعا", "وعد", "تعهد", "اعترف", "أقر", "توصل", "قدر")
    return (bare and clause - particle <= 9 and is_hearer(reading, particle)) or (bare and clause - particle <= 6)


def _parenthetical(reading: Reading, particle: int, clause: int) -> bool:
    return reading.classes[clause - 1] & COMMA > 0 and clause - particle <= 12


def clause_at(reading: Reading, index: int, clause: int, form: Form) -> Complement:
    """The complement of word `index` with its complementiser at word `clause`, the preposition before that included."""
    document = reading.document
    span, start = complementiser_span(reading, clause)
    limit = clause
    before = clause - 1
    if before > index and reading.folds[before] in form.verb.takes and reading.classes[before] & PREPOSITION:
        limit = before - (reading.folds[before - 1] in _CUE_OBJECTS)
        span = (document.starts[limit], span[1])
    elif reading.folds[before] == ":":
        limit = before
    elif form.verb.via and reading.folds[before] == "القول":
        span, limit = (document.starts[before], span[1]), before
    following = clause + 1 if start > document.ends[clause] - 1 else clause
    quote = reading.quotes.get(following) if following > clause else None
    if reading.classes[before] & QUOTE and before in reading.quotes:
        limit = min(limit, before)
        quote = reading.quotes[before]._replace(open=clause)
    return Complement("clause", limit, start, [span] if span[0] < span[1] else [], quote)


def particle_at(reading: Reading, place: int) -> Complement:
    """The complement that the preposition at word `place`, glued or not, leads to."""
    document = reading.document
    word = reading.folds[place]
    start = document.starts[place]
    if len(word) > 1 and not reading.classes[place] & PREPOSITION:
        cut = start + 1
        while cut < document.ends[place] and "\u064b" <= document.text[cut] <= "\u065f":
            cut += 1
        return Complement("particle", place, cut, [(start, cut)])
    after = place + 1
    quote = reading.quotes.get(after)
    begin = document.starts[after] if after < len(document.starts) else document.ends[place]
    first = place - (reading.folds[place - 1] in _CUE_OBJECTS)
    return Complement("particle", first, begin, [(document.starts[first], document.ends[place])], quote)


def _quoted(reading: Reading, quote: Quotation, colon: int | None) -> Complement:
    limit = quote.open if colon is None else colon
    start = reading.document.starts[min(quote.open + 1, len(reading.document.starts) - 1)]
    return Complement("quote", limit, start, [], quote)
