"""Acts of saying in one sentence: each candidate cue with its source, relays and where its content begins."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from . import complements, prepositional_cues
from .antecedents import agreement
from .complements import Complement
from .quotations import Quotation
from .reading import Reading
from .reporting_verbs import Form
from .source_phrases import broadcaster, is_hearer, is_medium, opens_adverbial, phrase_end, slot, trim
from .word_classes import (
    COMMA,
    COMPLEMENT,
    PREPOSITION,
    QUOTE,
    RELATIVE,
    REPORT,
    SPEAKER,
    STOP,
    TIME,
    VERB,
    heads,
)

Span = tuple[int, int]
Words = tuple[int, int]
Level = Literal["main", "participle", "inner", "trailing", "comment"]


@dataclass(slots=True)
class Act:
    """One act of saying while it is read. `opening` is the word at which its own clause begins, `start` the offset of
    its content's first letter (None: content is `pieces`, or lies before the cue)."""

    at: int
    opening: int
    level: Level
    form: Form | None
    kind: str
    cues: list[Span]
    source: Span | None = None
    source_words: Words | None = None
    dropped: bool = False
    relays: list[Span] = field(default_factory=list)
    start: int | None = None
    quote: Quotation | None = None
    pieces: list[Span] = field(default_factory=list)
    before: bool = False
    score: float = 0.9
    end: int | None = None
    limit: int = 0
    unnamed_relay: bool = False
    shut: int | None = None
    parent: int | None = None


# Words that open a clause at the level of the one before it.
_COORDINATORS = heads("coordinators")
_INNER_OPENERS = heads("inner_openers")
_SUBJECT_OPENERS = heads("subject_openers")
_MEASURES = heads("measures")
_IMPERSONAL = heads("impersonal")


def verbal(reading: Reading, index: int, first: int, end: int, floor: int) -> Act | None:
    """Read the act of the reporting verb at word `index`; `first`, `end` bound its sentence in words, `floor` is the
    word where the innermost open content begins. Returns None when nothing is reported."""
    for form in reading.forms(index):
        if not _plausible(reading, index, form):
            continue
        if form.verb.class_ == "relay":
            act = _relayed(reading, index, form, first, end, floor)
        elif form.verb.past == "قدر" and (amount := _amount(reading, index, form, end)):
            act = _estimated(reading, index, form, amount, first, end, floor)
        else:
            act = _said(reading, index, form, first, end, floor)
        if act is not None:
            return act
    return None


def _plausible(reading: Reading, index: int, form: Form) -> bool:
    word = reading.document.words[index]
    before = reading.folds[index - 1] if index else ""
    letter = word[len(form.prefix) : len(form.prefix) + 1]
    if (form.shape == "past" and form.verb.past[0] == "أ" and letter == "إ") or word.startswith("نقلا"):
        return False
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    if before == "عدم" or (following == "عدم" and form.verb.past == "طلب"):
        return False
    if before.lstrip("وف") in ("لم", "لا", "لن") and form.verb.class_ in ("say", "relay", "promise", "warn"):
        return False
    if form.shape == "masdar" and not (form.prefix == "ب" and not form.enclitic):
        return False
    if reading.inside_entity(index) or index in reading.entity_end:
        return False
    if "after_ma" in form.verb.marks and before != "ما":
        return False
    if "shadda" in form.verb.marks and form.shape == "past" and "\u0651" not in word:
        return form.gender == "f" and form.verb.past != "ذكر"
    if form.finite and reading.folds[index].startswith("ال"):
        return False
    if form.shape == "participle" and index:
        return before not in ("غير", "كان") and not reading.classes[index - 1] & PREPOSITION
    return True


def _head(reading: Reading, index: int, form: Form) -> Span:
    """The span of the verb itself, without proclitics and pronouns."""
    document = reading.document
    start, end = document.starts[index], document.ends[index]
    text = document.text
    for _ in form.prefix:
        start += 1
        while start < end and "\u064b" <= text[start] <= "\u0652":
            start += 1
    if form.enclitic and form.shape != "masdar":
        letters = len(form.enclitic)
        while letters:
            end -= 1
            letters -= not ("\u064b" <= text[end] <= "\u0652")
    return start, end


def _said(reading: Reading, index: int, form: Form, first: int, end: int, floor: int) -> Act | None:
    complement = complements.find(reading, index, form, end)
    said = _chained(reading, index, complement, end)
    cues = [_head(reading, index, form)]
    if said is not None:
        extra, complement = said
        cues.append(extra)
    if complement is None:
        complement = _comment(reading, index, form, first) or _quote_before(reading, index, form, first, end)
    if complement is None:
        return None
    act = Act(index, index, "main", form, _kind(form, complement), cues)
    act.cues += complement.pieces
    act.quote, act.before = complement.quote, complement.kind == "before"
    act.start = None if act.before else complement.start
    act.score = {"clause": 0.93, "quote": 0.9, "particle": 0.75, "object": 0.65, "before": 0.75, "amount": 0.85}[
        complement.kind
    ]
    limit = complement.limit
    if complement.kind == "before" and complement.quote is None:
        act.pieces = []
        act.level, act.opening = "comment", index - 2 - (reading.folds[index - 3] in ("وهو", "هو"))
        if limit > index + 1:
            document = reading.document
            act.cues.append((document.starts[index + 1], document.ends[index + 1] - 1))
    act.limit = limit
    if any(reading.folds[place] in _GESTURES for place in range(index + 1, limit)):
        return None
    begin = limit if act.level == "comment" else index + 1
    _fill_source(reading, act, form, begin, limit, first, end, floor)
    if not act.before and act.level != "comment":
        _place(reading, act, form, first, floor)
    relative = index > 0 and reading.classes[index - 1] & RELATIVE
    if form.verb.class_ in ("warn", "promise") and act.level == "inner" and not relative and _mere_thing(reading, act):
        return None
    if (
        not relative
        and complement.kind in ("particle", "object")
        and form.finite
        and not act.source
        and not form.prefix
        and act.level == "inner"
    ):
        return None
    return act


def _chained(reading: Reading, index: int, complement: Complement | None, end: int) -> tuple[Span, Complement] | None:
    """قائلا and its like after another verb of saying are one cue with it: اعترفت قائلة: …"""
    past = end if complement is None or complement.kind in ("particle", "object") else complement.limit
    for place in range(index + 1, min(index + 20, past)):
        if reading.folds[place] in ("قائلا", "قائلة", "قائلين", "بالقول", "بقوله", "بقولها", "بقولهم"):
            form = next((form for form in reading.forms(place) if form.verb.past == "قال"), None)
            if form is None:
                return None
            found = complements.find(reading, place, form, end)
            if found is None:
                return None
            found.limit = place
            return (reading.document.starts[place], reading.document.ends[place]), found
        if reading.classes[place] & STOP:
            return None
    return None


def _comment(reading: Reading, index: int, form: Form, first: int) -> Complement | None:
    """وهو ما نفاه المدير: the content is what stands before."""
    if index > first + 1 and reading.classes[index - 1] & RELATIVE and reading.folds[index - 2] in ("الامر", "امر"):
        pronoun = index + 1 < len(reading.folds) and reading.folds[index + 1] in ("اليه", "عنه", "عليه", "به", "منه")
        return Complement("before", index + 1 + pronoun, 0) if pronoun or form.enclitic else None
    if not form.enclitic or index < first + 2 or reading.folds[index - 1] != "ما":
        return None
    return Complement("before", index + 1, 0) if reading.folds[index - 2] in ("وهو", "هو", "وهذا", "هذا") else None


def _quote_before(reading: Reading, index: int, form: Form, first: int, end: int) -> Complement | None:
    if "quote" not in form.verb.takes or form.shape == "participle" or form.prefix:
        return None
    place = index - 1
    while place >= first and (
        reading.classes[place] & COMMA or reading.folds[place] in ("هكذا", "بهذا", "بهذه", "كما")
    ):
        place -= 1
    if place < 0 or not reading.classes[place] & QUOTE:
        return None
    quote = next((quote for quote in reading.quotes.values() if quote.close == place and quote.closed), None)
    if quote is None or (quote.close - quote.open < 4 and place == index - 1):
        return None
    return Complement("before", index + 1, 0, quote=quote)


def _kind(form: Form, complement: Complement) -> str:
    if form.verb.class_ == "estimate":
        return "estimate"
    if complement.kind in ("quote", "before") and (complement.quote is not None or complement.kind == "quote"):
        return "direct"
    return "indirect"


def _fill_source(
    reading: Reading, act: Act, form: Form, start: int, limit: int, first: int, end: int, floor: int
) -> None:
    if act.before:
        limit = max(phrase_end(reading, start, end, closed=False), start) if start < end else start
    inserted = [place for place in range(start, limit) if reading.folds[place] in prepositional_cues.TRIGGERS]
    for place in inserted:
        found = prepositional_cues.at(reading, place, limit)
        if found is not None:
            _insert(reading, act, found)
            limit = found.start
            break
    read = slot(reading, start, limit)
    for relay in read.relays:
        _add_relay(reading, act, relay)
    after_source = read.source[1] if read.source else start
    if not read.relays and (medium := broadcaster(reading, after_source, limit)) is not None:
        act.relays.append(span_of(reading, medium))
    words = read.source if form.shape != "participle" else None
    if words is not None and "told" in form.verb.marks:
        words = _speaker_not_hearer(reading, act, words, floor)
    if words is None and form.person == 3 and form.finite:
        words = _before_verb(reading, act.at, floor, form)
    if words is not None:
        words = trim(reading, words)
    if words is not None and words[0] < words[1]:
        if act.source is not None:
            act.relays.insert(0, span_of(reading, words))
        else:
            set_source(reading, act, words)
    elif act.source is None:
        act.dropped = not _impersonal(reading, act, form)
    act.cues.sort()


def _insert(reading: Reading, act: Act, found: prepositional_cues.Prepositional) -> None:
    """A prepositional cue between verb and complement: نقلا عن swaps the roles, a medium is a relay."""
    document = reading.document
    act.cues.append((document.starts[found.cue[0]], document.ends[found.cue[1] - 1]))
    act.cues += [(document.starts[a], document.ends[b - 1]) for a, b in found.after]
    if found.borrowed and found.source is not None and found.relay is None:
        set_source(reading, act, found.source, found.source_shift)
    elif found.relay is not None:
        act.relays.append(span_of(reading, found.relay))


def _speaker_not_hearer(reading: Reading, act: Act, words: Words, floor: int) -> Words:
    subject = _before_verb(reading, act.at, floor, act.form)
    if subject is None:
        return _without_hearer(reading, words)
    if is_medium(reading, words[0]):
        act.relays.append(span_of(reading, words))
    return subject


def _without_hearer(reading: Reading, words: Words) -> Words:
    """أبلغ القائد الصحفيين أن: a definite plural at the end that the subject's number rules out is who was told."""
    start, last = words[0], words[1] - 1
    word = reading.folds[last]
    told = word.startswith("ال") and word.endswith(("ين", "ات")) and last not in reading.entity_end
    if told and last > start and agreement(reading, start)[1] == "singular" and _definite(reading, last - 1):
        return start, last
    return words


def _definite(reading: Reading, index: int) -> bool:
    return reading.folds[index].startswith("ال") or index + 1 in reading.closings


def set_source(reading: Reading, act: Act, words: Words, shift: int = 0) -> None:
    """Give the act its source, proclitics of the first word outside."""
    start, end = span_of(reading, words)
    act.source, act.source_words = (start + shift, end), words


def span_of(reading: Reading, words: Words) -> Span:
    """Return the offsets of a word range, a proclitic ل or و of a name's first word left out."""
    document = reading.document
    first, past = words
    if reading.classes[first] & QUOTE and first in reading.quotes and reading.quotes[first].close == past - 1:
        return document.starts[first + 1], document.ends[past - 2]
    start = document.starts[first]
    if is_hearer(reading, words[0]) and len(reading.folds[words[0]]) > 1:
        start += 1
    elif reading.folds[words[0]] == "ل":
        return span_of(reading, (first + 1, past))
    return start, document.ends[words[1] - 1]


def _add_relay(reading: Reading, act: Act, words: Words) -> None:
    start, end = trim(reading, words)
    if start < end and not (reading.folds[start] == "ل" and end == start + 1):
        span = span_of(reading, (start, end))
        if (
            reading.document.text[slice(*span)].lstrip("ل").startswith(("صحف", "صحاف"))
            and "ية" not in reading.folds[start]
        ):
            return
        act.relays.append(span)


def _impersonal(reading: Reading, act: Act, form: Form) -> bool:
    """A verb whose spelling may be passive, with أن right after it and nobody before it: يعتقد أن."""
    word = reading.folds[act.at].lstrip("وف") if form.prefix else reading.folds[act.at]
    raw = reading.document.words[act.at]
    if "\u064f" in raw[: 3 + len(form.prefix)]:
        return True
    if form.shape == "past" and form.prefix:
        return False
    return word in _IMPERSONAL and form.finite


def _before_verb(reading: Reading, index: int, floor: int, form: Form | None) -> Words | None:
    """The subject before its verb: كان تقرير للوزارة، صدر أمس، قدر أن; None when the verb opens its clause."""
    if form is None or form.prefix[:1] in ("و", "ف") or index <= floor:
        return None
    folds, classes = reading.folds, reading.classes
    if folds[index - 1] in _CONJUNCTIONS:
        return None
    if classes[index - 1] & RELATIVE:
        return _relative_head(reading, index - 1, floor, form)
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
    subject = _after_adverbial(reading, start, index)
    if subject is None or subject >= index or _no_subject(reading, subject):
        return _document_before(reading, start, index, form)
    start = subject
    past = phrase_end(reading, start, index, closed=True)
    if past <= start:
        return None
    if past < index and not classes[past] & (COMMA | RELATIVE | VERB) and not opens_adverbial(reading, past):
        return None
    return (start, past) if _agrees(reading, start, form) else None


def _no_subject(reading: Reading, start: int) -> bool:
    bits = reading.classes[start]
    if bits & (VERB | PREPOSITION | REPORT | RELATIVE | COMMA) and start not in reading.entity_end:
        return True
    return reading.folds[start] in _COORDINATORS or opens_adverbial(reading, start)


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


def _agrees(reading: Reading, head: int, form: Form) -> bool:
    """A verb after its subject agrees in number, and in gender where the head word shows it."""
    gender, number = agreement(reading, head)
    if (number == "plural") != (form.number == "plural"):
        return False
    return gender is None or form.gender is None or gender == form.gender


def _mere_thing(reading: Reading, act: Act) -> bool:
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
    start = _titled(reading, relative)
    if start < relative:
        return start, relative
    while start > floor and relative - start < 5:
        word, bits = reading.folds[start - 1], reading.classes[start - 1]
        if bits & (COMMA | STOP | PREPOSITION | VERB | COMPLEMENT | QUOTE | REPORT) or word in _COORDINATORS:
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
    if start < index and (reading.classes[start] & (PREPOSITION | TIME) or _conjoined(reading.folds[start])):
        for place in range(start, index):
            if reading.classes[place] & COMMA:
                return place + 1
        return None
    return start


def _conjoined(word: str) -> bool:
    return word[:1] == "و" and word[1:] in ("في", "من", "عن", "علي", "بعد", "قبل", "خلال", "مع", "عقب", "عندما", "حين")


def _place(reading: Reading, act: Act, form: Form, first: int, floor: int) -> None:
    """Find where the act's clause opens, and whether it stands beside the act before it or inside its content."""
    index = act.at
    if form.shape == "participle":
        act.level, act.opening = "participle", index
        return
    if act.source_words is not None and act.source_words[0] < index:
        opening = act.source_words[0]
        before = reading.folds[opening - 1] if opening > first else ""
        if (
            opening == first
            or before in ("لكن", "ولكن", "فيما", "بينما", "وكان", "وكانت", "كان", "كانت", "وفيما")
            or (before == "ان" and reading.folds[opening - 2] in ("غير", "بيد", "الا", "حين"))
        ):
            act.level = "inner" if before == "ان" and form.verb.class_ in ("believe", "estimate") else "main"
            act.opening = opening - 1 if opening > first else opening
            if before == "ان":
                act.opening = opening - 2
        else:
            act.level, act.opening = "inner", opening
        return
    if form.prefix[:1] in ("و", "ف") or index == first:
        act.level, act.opening = "main", index
        return
    before = reading.folds[index - 1]
    if before in _COORDINATORS:
        act.level = "inner" if before in _INNER_OPENERS and form.verb.class_ in ("believe", "estimate") else "main"
        act.opening = index - 1 - (before == "حين" and reading.folds[index - 2] == "في")
        return
    if reading.classes[index - 1] & (COMMA | STOP) or before == ":":
        act.level, act.opening = "main", _adverbial_opening(reading, index - 1, first, floor)
        return
    opening = _adverbial_opening(reading, index, first, floor)
    act.level = "main" if opening < index else "inner"
    act.opening = opening


def _adverbial_opening(reading: Reading, place: int, first: int, floor: int) -> int:
    """Go back over وفي ديسمبر الماضي، before the verb to where the clause opens."""
    low = max(first, floor, place - 16)
    for start in range(place - 1, low - 1, -1):
        word = reading.folds[start]
        if word[:1] == "و" and (
            _conjoined(word)
            or reading.classes[start] & TIME
            or word in ("وخلافا", "وبحسب", "ووفقا", "وردا", "وتعليقا", "وحول", "وبشان")
        ):
            return start
    return place


_VIA = {
    "عن": ("عن", "عنه", "عنها", "عنهم"),
    "إلى": ("الي", "اليه", "اليها", "اليهم"),
    "في": ("في", "فيه", "فيها"),
}


def _relayed(reading: Reading, index: int, form: Form, first: int, end: int, floor: int) -> Act | None:
    via = form.verb.via
    forms = _VIA[via]
    reach = index + 2 if via == "في" else index + 30
    place = next((n for n in range(index + 1, min(reach, end)) if reading.folds[n] in forms), None)
    direct = complements.find(reading, index, form, end if via != "في" else min(end, index + 16))
    if via == "في" and (place is None or direct is None):
        return None
    if place is None or (direct is not None and direct.limit <= place):
        if direct is None or direct.kind != "clause" or direct.limit != index + 1:
            return None
        return _said(reading, index, form, first, end, floor)
    noun = _verbal_noun(reading, place, end)
    if noun is not None and (direct is None or noun[0] <= direct.limit):
        where, complement = noun
        limit = where
        span = reading.document.starts[where], reading.document.ends[where]
        pieces = [span, *complement.pieces]
    elif direct is not None:
        complement, limit, pieces = direct, direct.limit, list(direct.pieces)
    else:
        return None
    document = reading.document
    act = Act(index, index, "main", form, _kind(form, complement), [_head(reading, index, form)])
    particle = (document.starts[place], document.starts[place] + (3 if via == "إلى" else 2))
    act.cues += [particle, *pieces]
    act.start, act.quote, act.score = complement.start, complement.quote, 0.92
    between = slot(reading, index + 1, place)
    relay = between.source
    if relay is None and form.finite and via != "في":
        relay = _before_verb(reading, index, floor, form)
    act.unnamed_relay = relay is None and via != "في"
    if relay is not None and (trimmed := trim(reading, relay))[0] < trimmed[1]:
        act.relays.append(span_of(reading, trimmed))
    if reading.folds[place] in (forms[0],):
        words = (place + 1, max(phrase_end(reading, place + 1, limit, closed=True), place + 1))
        words = trim(reading, words)
        if words[0] < words[1]:
            set_source(reading, act, words)
    act.dropped = act.source is None
    act.source_words = act.source_words or (place, place)
    _place(reading, act, form, first, floor)
    if act.source is None:
        act.source_words = None
    return act


def _verbal_noun(reading: Reading, place: int, end: int) -> tuple[int, Complement] | None:
    """قوله إن, تأكيدها أن, تحذيره من after the source of a relaying verb."""
    for index in range(place + 1, min(place + 30, end)):
        for form in reading.forms(index):
            if form.shape == "masdar" and (form.enclitic or form.verb.past == "قال"):
                complement = complements.find(reading, index, form, end)
                if complement is not None and complement.limit <= index + 12:
                    return index, complement
                if "object" in form.verb.takes and index + 1 < end:
                    return index, Complement("object", index, reading.document.starts[index + 1])
            if form.finite and form.prefix:
                return None
    return None


def _amount(reading: Reading, index: int, form: Form, end: int) -> int | None:
    """The word that carries ب before an amount after قدر, or None."""
    for place in range(index + 1, min(index + 26, end)):
        word, bits = reading.folds[place], reading.classes[place]
        if bits & STOP or (bits & COMPLEMENT and place < index + 6):
            return None
        if word == "ب" or (
            word[0] == "ب" and (place in reading.numbers or word[1:] in _AMOUNT_WORDS or word[1:].isdigit())
        ):
            return place
    return None


_CONJUNCTIONS = frozenset(["عندما", "حين", "حينما", "لما", "بعدما", "حالما", "ان", "ما", "كما", "اذا"])
_GESTURES = heads("gestures")
_AMOUNT_WORDS = heads("amount_words")


def _estimated(reading: Reading, index: int, form: Form, amount: int, first: int, end: int, floor: int) -> Act:
    document = reading.document
    act = Act(index, index, "inner", form, "estimate", [_head(reading, index, form)], score=0.9)
    ba = document.starts[amount]
    cut = document.ends[amount] if reading.folds[amount] == "ب" else ba + 1
    act.cues.append((ba, cut))
    begin = amount + 1 if reading.folds[amount] == "ب" else amount
    where = begin if begin in reading.numbers else amount
    past = reading.numbers.get(where) or _amount_end(reading, begin, end)
    past = _amount_of_what(reading, min(past, end), end)
    act.pieces = [(cut if begin == amount else document.starts[begin], document.ends[past - 1])]
    between = slot(reading, index + 1, amount)
    head = next((n for n in range(index + 1, amount) if _measure(reading.folds[n])), None)
    if head is not None and head > index + 1:
        words = trim(reading, (index + 1, head))
        if words[0] < words[1]:
            set_source(reading, act, words)
    elif head is None and between.source is not None:
        set_source(reading, act, trim(reading, between.source))
    if head is not None and head < amount:
        act.pieces.insert(0, (document.starts[head], document.ends[trim(reading, (head, amount))[1] - 1]))
    if act.source is None and form.number == "plural":
        subject = _before_verb(reading, index, floor, form)
        if subject is not None:
            set_source(reading, act, subject)
        act.dropped = subject is None
    coordinated = index > first and reading.folds[index - 1] in _COORDINATORS - _INNER_OPENERS
    if form.prefix or index == first or act.source is not None or coordinated:
        _place(reading, act, form, first, floor)
    return act


def _amount_of_what(reading: Reading, past: int, end: int) -> int:
    """Take in the noun that the amount counts, and ، معظمهم … after it."""
    if past < end and past in reading.counted:
        past += 1
    if past + 1 < end and reading.classes[past] & COMMA and reading.folds[past + 1] in _SHARES:
        past += 1
        while past < end and not reading.classes[past] & (COMMA | STOP | REPORT):
            past += 1
    return past


_SHARES = heads("shares")


def _measure(word: str) -> bool:
    bare = word[2:] if word.startswith("ال") else word
    return any(
        bare == m
        or (bare.startswith(m) and bare[len(m) :] in ("ه", "ها", "هم"))
        or (m.endswith("ة") and bare.startswith(m[:-1] + "ت"))
        for m in _MEASURES
    )


def _amount_end(reading: Reading, place: int, end: int) -> int:
    index = place + 1
    while index < end and not reading.classes[index] & (COMMA | STOP | VERB | REPORT | RELATIVE):
        index += 1
    return index
