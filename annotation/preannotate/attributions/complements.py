"""What a reporting verb leads to: a clause with أن or إن, a particle and its phrase, a quotation, or an object."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from .quotations import Quotation
from .reading import Reading
from .reporting_verbs import Form
from .source_phrases import is_hearer, opens_adverbial, phrase_end
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

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u0640"
_UP_TO_NUN = re.compile(rf"\w*?[اأإآٱ][{_MARKS}]*ن[{_MARKS}]*")
_REACH = 60
# Words after which أن is no complementiser of the verb: بعد أن, إلا أن, يمكن أن, ضرورة أن.
_BINDS_AN = heads("after_these_an_is_no_complementiser")
_NAME_LETTERS = heads("letter_names")
_BIND_AN = heads("bind_an")
_CUE_OBJECTS = heads("cue_objects")
_SPOKE = heads("spoke")


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


def is_complementiser(reading: Reading, index: int) -> bool:
    """Tell whether word `index` is أن or إن (with pronoun or ب) that may open a reported clause."""
    if not reading.classes[index] & COMPLEMENT or index == 0:
        return False
    if reading.folds[index][:1] in "وف":
        return False
    if reading.folds[index] == "الا":
        return reading.document.words[index].startswith(("أل", "ألّ"))
    before = reading.folds[index - 1]
    if before in _BINDS_AN or before in _NAME_LETTERS:
        return False
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    if reading.folds[index] == "ان" and (following == "ان" or (before == "." and reading.glued(index))):
        return False
    return not reading.inside_entity(index)


def complementiser_span(reading: Reading, index: int) -> tuple[Span, int]:
    """Return the span of the complementiser without its pronoun, and the offset where content begins."""
    document = reading.document
    start, end = document.starts[index], document.ends[index]
    if reading.folds[index] == "الا":
        return (start, start), start
    match = _UP_TO_NUN.match(document.words[index])
    cut = start + match.end() if match else end
    if cut < end:
        return (start, cut), cut
    after = document.starts[index + 1] if index + 1 < len(document.starts) else end
    return (start, end), after


def find(reading: Reading, index: int, form: Form, end: int) -> Complement | None:
    """Return what the verb at word `index` leads to before word `end` of its sentence, or None."""
    takes = form.verb.takes
    scan = _scan(reading, index, form, min(end, index + _REACH))
    clause, particle, quote, colon = scan
    if particle is not None and "object" in takes and _own_noun(reading, particle - 1, index):
        particle = None  # أكد حرصه على: what is said begins with the noun
    if "only_ba" in form.verb.marks and (clause is None or not reading.folds[clause].startswith("ب")):
        return None
    if (
        clause is not None
        and "clause" in takes
        and (particle is None or _clause_first(reading, particle, clause, form))
    ):
        return clause_at(reading, index, clause, form)
    if particle is not None and "clause_only" not in form.verb.marks and not (form.enclitic and form.finite and clause):
        return particle_at(reading, particle)
    if form.finite and form.enclitic and not form.verb.marks & {"told", "after_ma"}:
        return None
    if quote is not None and "quote" in takes:
        return _quoted(reading, quote, colon)
    if colon is not None and "quote" in takes and colon + 1 < end and "byline" not in form.verb.marks:
        return Complement("quote", colon, reading.document.starts[colon + 1])
    if "asks" in form.verb.marks and not _asked(reading, index, end):
        return None
    if "object" in takes and (clause is None or "repeats" in form.verb.marks) and not form.enclitic:
        return _object(reading, index, end)
    return None


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
        elif is_complementiser(reading, place):
            if _governed(reading, place, takes) and not (resumed and not classes[place - 1] & COMMA):
                clause = place
            break
        elif bits & STOP and word in "؟!…":
            break
        elif bits & RELATIVE:
            relative = True
        elif bits & COMMA and place + 1 < end and _resumes(folds[place + 1], classes[place + 1]):
            resumed = True
        elif bits & REPORT and place > index + 1 and not relative and _another_cue(reading, place):
            break
        elif particle is None and _is_particle(reading, place, takes, index):
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
    if reading.folds[place - 1] == ":":
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


def is_named(reading: Reading, index: int, form: Form) -> bool:
    """رجل يدعى سالما is called so, and claims nothing."""
    if form.verb.past != "ادعى" or form.shape != "present" or not reading.document.words[index].endswith("ى"):
        return False
    return index + 1 >= len(reading.folds) or not reading.classes[index + 1] & COMPLEMENT


def _another_cue(reading: Reading, place: int) -> bool:
    before = reading.folds[place - 1]
    following = reading.folds[place + 1] if place + 1 < len(reading.folds) else ""
    if before in ("ما", "كما", "عدم") or following == "عدم" or reading.inside_entity(place):
        return False
    if reading.folds[place].startswith("ال"):
        return False
    if reading.classes[place - 1] & COMMA and reading.folds[place] in _SPOKE:
        return False  # مسؤول، تحدث شريطة عدم ذكر اسمه، إن
    if reading.folds[place].endswith("دعي") and any(is_named(reading, place, form) for form in reading.forms(place)):
        return False
    shadda = "\u0651" in reading.document.words[place]
    if reading.classes[place - 1] & PREPOSITION:  # في مذكرة is a noun, not "reminding"
        return any(form.finite and _starts_act(form, shadda=shadda) for form in reading.forms(place))
    return any(_starts_act(form, shadda=shadda) for form in reading.forms(place))


def _starts_act(form: Form, *, shadda: bool) -> bool:
    if form.shape == "participle":
        return True
    if not form.finite or form.person != 3 or (form.enclitic and "told" not in form.verb.marks):
        return False
    return shadda or "shadda" not in form.verb.marks


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
        if word == "علي" and _feat(reading.folds[place - 1]):
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


_BA_OF_NAMES = heads("ba_no_particle")


def _glued_ba(reading: Reading, place: int, cue: int) -> bool:
    word = reading.folds[place]
    if word in _BA_OF_NAMES or len(word) < 3 or reading.inside_entity(place):
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


def _asked(reading: Reading, index: int, end: int) -> bool:
    """طلب الدفاع من المحكمة إخلاء سبيله: without من the verb only wants something."""
    for place in range(index + 1, min(end, index + 10)):
        if reading.folds[place] in ("من", "منه", "منها", "منهم"):
            return True
        if reading.classes[place] & (COMMA | STOP):
            return False
    return False


def _object(reading: Reading, index: int, end: int) -> Complement | None:
    """A verbal noun, ما or its like after the subject: أعلنت الوزارة تسجيل …, نفى النادي تلقي …, نفى ما تردد."""
    place = index + 1
    limit = min(end, index + 30)
    if place < limit and reading.classes[place] & COMMA:
        place = _over_parenthesis(reading, place, limit)
    denies = reading.forms(index)[0].verb.class_ == "deny"
    if any("repeats" in form.verb.marks for form in reading.forms(index)):
        said = _noun_of_saying(reading, index + 1, min(limit, index + 9))
        if said is not None:
            return Complement("object", said, reading.document.starts[said])
    while place < limit:
        word, bits = reading.folds[place], reading.classes[place]
        if bits & STOP:
            return None
        if bits & COMMA:
            place += 1
            continue
        if denies and (denied := _denied(reading, index, place, limit)) is not None:
            return Complement("object", denied, reading.document.starts[denied])
        if _feat(word):
            return None
        if word == "ما" or (bits & MASDAR and not bits & (PREPOSITION | REPORT) and place not in reading.entity_end):
            return Complement("object", place, reading.document.starts[place])
        if bits & REPORT and place > index + 1 and _another_cue(reading, place):
            return None
        if opens_adverbial(reading, place) and (later := _behind_adverbial(reading, place, limit)) is not None:
            return Complement("object", later, reading.document.starts[later])
        past = phrase_end(reading, place, limit, closed=False)
        place = max(past, place + 1)
        if place < limit and reading.classes[place] & (COMMA | STOP):
            place = _over_parenthesis(reading, place, limit)
    return None


def _own_noun(reading: Reading, place: int, cue: int) -> bool:
    word = reading.folds[place]
    return place > cue and word.endswith(("ه", "ها", "هم", "هما")) and reading.classes[place] & MASDAR > 0


def _feat(word: str) -> bool:
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


_DENIABLE = heads("deniable")
_DEMONSTRATIVES = heads("demonstratives")


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
