"""Acts of saying with a verb: which words are cues, who is their source, who was told, where their content begins."""

from __future__ import annotations

from . import complements, prepositional_cues
from .act import Act, Span, Words, kind_of, set_source, span_of, verb_span
from .complementisers import is_complementiser
from .complements import Complement
from .cue_words import plausible, pronoun_before
from .estimates import estimated, find_amount
from .hearers import speaker, spoken_of
from .placement import set_level
from .reading import Reading
from .relayed import relayed
from .reporting_verbs import Form
from .slots import broadcaster, leading_medium, slot, writes_for
from .source_phrases import phrase_end, trim
from .subjects import mere_thing, subject_before
from .word_classes import COMMA, PREPOSITION, QUOTE, RELATIVE, SPEAKER, STOP, heads

_IMPERSONAL = heads("impersonal")
_DEMONSTRATIVES = heads("demonstratives")
_GESTURES = heads("gestures")
_THUS = heads("thus")
_CHAINED = frozenset(["قائلا", "قائلة", "قائلين", "بالقول", "بقوله", "بقولها", "بقولهم"])
_ASKING = frozenset(["asks", "calls_on"])
_SCORES = {"clause": 0.93, "quote": 0.9, "particle": 0.75, "object": 0.65, "before": 0.75, "amount": 0.85}
_WHEN = frozenset(["بعدما", "عندما", "حين", "حينما", "حيث", "بينما", "فيما", "كما"])


def verbal(reading: Reading, index: int, first: int, end: int, floor: int) -> Act | None:
    """Read the act of the reporting verb at word `index`; `first`, `end` bound its sentence in words, `floor` is the
    word where the innermost open content begins. Returns None when nothing is reported."""
    for form in reading.forms(index):
        if not plausible(reading, index, form):
            continue
        if form.verb.class_ == "relay":
            act = relayed(reading, index, form, first, end, floor)
            if act is None and index + 1 < end and is_complementiser(reading, index + 1):
                act = _said(reading, index, form, first, end, floor)
        elif form.verb.past == "قدر" and (amount := find_amount(reading, index, form, end)):
            act = estimated(reading, index, form, amount, first, end, floor)
        else:
            act = _said(reading, index, form, first, end, floor)
        if act is not None:
            return act
    return None


def _said(reading: Reading, index: int, form: Form, first: int, end: int, floor: int) -> Act | None:
    complement = complements.find(reading, index, form, end)
    said = _chained(reading, index, complement, end)
    cues = [verb_span(reading, index, form)]
    if said is not None:
        extra, complement = said
        cues.append(extra)
    if complement is not None and complement.quote is not None and complement.limit == complement.quote.open:
        complement = _quote_before(reading, index, form, first, end) or complement
    if complement is None and "double" in form.verb.marks:
        complement = _double(reading, index, form, end, floor)
    if complement is None:
        complement = _comment(reading, index, form, first) or _quote_before(reading, index, form, first, end)
    if complement is None or (_needs_clause(form) and complement.kind not in ("clause", "quote")):
        return None
    act = Act(index, index, "main", form, kind_of(form, complement), cues)
    act.cues += complement.pieces
    act.quote, act.before = complement.quote, complement.kind == "before"
    act.start = None if act.before else complement.start
    act.score = _SCORES[complement.kind]
    limit = complement.limit
    if complement.kind == "before" and complement.quote is None:
        act.pieces = []
        act.level, act.opening = "comment", index - 2 - (reading.folds[index - 3] in ("وهو", "هو"))
        if limit > index + 1:
            document = reading.document
            act.cues.append((document.starts[index + 1], document.ends[index + 1] - 1))
    act.limit = limit
    if form.verb.past == "دعا" and complement.kind == "particle" and _mere_call(reading, complement, end):
        return None
    if not _GESTURES.isdisjoint(reading.folds[index + 1 : limit]):
        return None
    begin = limit if act.level == "comment" else index + 1
    _fill_source(reading, act, form, begin, limit, first, end, floor)
    if not act.before and act.level != "comment":
        set_level(reading, act, form, first, floor)
    if complement.kind == "particle" and form.finite and (_merely_points(reading, index) or _silent(reading, act)):
        return None
    if form.verb.class_ == "show" and complement.kind == "object" and not _document(reading, act):
        return None
    if act.level != "inner" or _in_relative_clause(reading, index):
        return act
    if form.verb.class_ in ("warn", "promise") and mere_thing(reading, act):
        return None
    if (
        complement.kind in ("particle", "object")
        and form.finite
        and not act.source
        and not form.prefix
        and "after_ma" not in form.verb.marks
        and not (pronoun_before(reading, index) and form.verb.class_ != "show")
    ):
        return None
    return act


def _in_relative_clause(reading: Reading, index: int) -> bool:
    """Tell whether the verb follows a relative pronoun or a word like عندما: الذي نفى, التي سبق أن نفت."""
    if index and (reading.classes[index - 1] & RELATIVE or reading.folds[index - 1] in _WHEN):
        return True
    return index > 1 and reading.folds[index - 2] == "سبق"


def _document(reading: Reading, act: Act) -> bool:
    """Tell whether a document shows it: تظهر البيانات تراجع المبيعات, but not تظهر الفنانة …"""
    if act.source_words is None:
        return act.dropped
    word = reading.folds[act.source_words[0]]
    return reading.classes[act.source_words[0]] & SPEAKER > 0 or word.removeprefix("ال") in heads("documents")


def _merely_points(reading: Reading, index: int) -> bool:
    """وهي تشير إلى خيمتها: what a speaker does meanwhile."""
    return index > 0 and reading.folds[index - 1] in ("وهو", "وهي", "وهم")


def _silent(reading: Reading, act: Act) -> bool:
    """كشفت الرياح عن آثار: who shows something without a word."""
    if act.source_words is None:
        return False
    return reading.folds[act.source_words[0]].removeprefix("ال") in heads("silent")


def _double(reading: Reading, index: int, form: Form, end: int, floor: int) -> Complement | None:
    """اعتبر رئيس الحزب القرار طعنة, حمّل الحزب الحكومة مسؤولية: the second noun phrase and what is predicated of it."""
    if "blames" in form.verb.marks and not any(
        reading.folds[n].removeprefix("ال") in ("مسؤولية", "مسئولية", "تبعات", "تبعة")
        for n in range(index + 1, min(index + 10, end))
    ):
        return None
    words = (index + 1, max(phrase_end(reading, index + 1, end, closed=True), index + 1))
    if words[0] >= words[1] or reading.classes[words[0]] & (PREPOSITION | STOP | QUOTE):
        return None
    if reading.folds[words[0]] in _DEMONSTRATIVES:
        return None  # وتعتبر هذه المقالات الأساس
    if subject_before(reading, index, floor, form) is not None:
        return Complement("object", words[0], reading.document.starts[words[0]])
    begin = spoken_of(reading, words, predicated=True)
    if begin >= words[1] or begin + 1 >= end:
        return None
    return Complement("object", begin, reading.document.starts[begin])


def _needs_clause(form: Form) -> bool:
    """ليعلن, أعلنا and بالكشف say something only when what they say follows."""
    if form.shape == "past" and form.prefix:
        return False
    return (
        form.shape == "masdar"
        or form.prefix.endswith("ل")
        or (form.shape == "past" and (form.number, form.gender) == ("dual", "m"))
    )


def _mere_call(reading: Reading, complement: Complement, end: int) -> bool:
    """دعا إلى اجتماع names an event and asks for nothing that is spelled out; دعا إلى التهدئة does."""
    place = complement.limit + 1
    if place < end and reading.folds[place].startswith("ال"):
        return False
    return place + 1 >= end or reading.classes[place + 1] & (COMMA | STOP) > 0


def _chained(reading: Reading, index: int, complement: Complement | None, end: int) -> tuple[Span, Complement] | None:
    """قائلا and its like after another verb of saying are one cue with it: اعترفت قائلة: …"""
    past = end if complement is None or complement.kind in ("particle", "object") else complement.limit
    past = min(index + 20, past)
    if _CHAINED.isdisjoint(reading.folds[index + 1 : past]):
        return None
    for place in range(index + 1, past):
        if reading.folds[place] in _CHAINED:
            form = next((form for form in reading.forms(place) if form.verb.past == "قال"), None)
            if form is None:
                return None
            found = complements.find(reading, place, form, end)
            if found is None:
                return None
            found.limit = place
            return (reading.document.starts[place], reading.document.ends[place]), found
        if reading.classes[place] & (STOP | COMMA):
            return None
    return None


def _comment(reading: Reading, index: int, form: Form, first: int) -> Complement | None:
    """وهو ما نفاه المدير: the content is what stands before."""
    if "only_ba" in form.verb.marks:
        return None
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
    while place >= first and (reading.classes[place] & COMMA or reading.folds[place] in _THUS):
        place -= 1
    if place < 0 or not reading.classes[place] & QUOTE:
        return None
    quote = reading.closing.get(place)
    if quote is None or (quote.close - quote.open < 4 and place == index - 1):
        return None
    return Complement("before", index + 1, 0, quote=quote)


def _fill_source(
    reading: Reading, act: Act, form: Form, start: int, limit: int, first: int, end: int, floor: int
) -> None:
    marks = form.verb.marks
    if act.before:
        limit = max(phrase_end(reading, start, end, closed=False), start) if start < end else start
    if (inserted := _inserted(reading, start, limit)) is not None:
        _insert(reading, act, inserted)
        limit = inserted.start
    limit = _in_words_of(reading, act, start, limit)
    if act.quote is None and not _ASKING.isdisjoint(marks):
        calls = "calls_on" in marks
        limit = next((n for n in range(start, limit) if _names_hearer(reading.folds[n], calls=calls)), limit)
    if form.verb.past == "كتب" and (paper := writes_for(reading, start, limit)) is not None:
        _add_relay(reading, act, (paper[0] + 1, paper[1]))
        limit = paper[0]
    if "answers" in marks:
        limit = next((n for n in range(start + 1, limit) if _answered(reading, n)), limit)
    read = slot(reading, start, limit)
    for relay in read.relays:
        _add_relay(reading, act, relay)
    after_source = read.source[1] if read.source else start
    if not read.relays and (medium := broadcaster(reading, after_source, limit)) is not None:
        act.relays.append(span_of(reading, medium))
    if not act.relays and (medium := leading_medium(reading, first, act.at)) is not None:
        act.relays.append(span_of(reading, medium))
    words = read.source if form.shape != "participle" and form.person == 3 else None
    if words is not None and _own_words(reading, words[0]):
        words = None  # واختتمت حديثها بالقول
    if words is not None and "told" in marks:
        words = speaker(reading, act, words, floor)
        if words is None and read.source is not None and "object_said" in marks:
            act.lead = span_of(reading, trim(reading, read.source))
    if form.shape == "participle" and "object_said" in marks and read.source is not None:
        act.lead = span_of(reading, trim(reading, read.source))
    if words is None and form.person == 3 and form.finite and not form.passive:
        after_quote = act.quote.close + 1 if act.before and act.quote is not None else 0
        words = subject_before(reading, act.at, max(floor, after_quote), form)
    if words is not None:
        words = trim(reading, words)
        if "object_said" in marks and read.source is not None and words[1] < read.source[1]:
            act.lead = span_of(reading, (max(words[1], read.source[0]), read.source[1]))
    if words is not None and words[0] < words[1]:
        if act.source is not None:
            act.relays.insert(0, span_of(reading, words))
        else:
            set_source(reading, act, words)
    elif act.source is None:
        act.dropped = "after_ma" not in marks and not _impersonal(reading, act, form)
    if act.lead is not None and reading.document.text[slice(*act.lead)] in _MERE_PRONOUNS:
        act.lead = None
    if act.source is None and (earlier := _earlier_said(reading, act.at, first)) is not None:
        set_source(reading, act, earlier, 1)
        act.dropped = False
    act.cues.sort()


def _own_words(reading: Reading, head: int) -> bool:
    word = reading.folds[head]
    return word.endswith(("ه", "ها", "هم")) and word in _OWN_WORDS and head not in reading.entity_end


_OWN_WORDS = frozenset(noun + pronoun for noun in heads("what_is_spoken") for pronoun in ("ه", "ها", "هم", "هما"))
_MERE_PRONOUNS = frozenset(["ذلك", "هذا", "هذه", "إياه", "إياها", "إياهم", "الأمر"])


def _earlier_said(reading: Reading, index: int, first: int) -> Words | None:
    """سبق للوزير أن أعلن: the subject stands after ل. Returns its words, the proclitic included."""
    if index <= first or reading.folds[index - 1] != "ان":
        return None
    for place in range(max(first, index - 9), index - 2):
        if reading.folds[place] in ("سبق", "وسبق") and reading.folds[place + 1][:1] == "ل":
            return place + 1, index - 1
    return None


def _names_hearer(word: str, *, calls: bool) -> bool:
    """طلب من المحكمة, أهاب بالمواطنين: the preposition before the one who is asked."""
    return word.startswith(("بال", "بجميع", "بكل", "بكافة", "بعموم")) if calls else word == "من"


def _answered(reading: Reading, index: int) -> bool:
    """رد الناطق على الاستطلاع بالقول إن: what is answered is no part of who answers."""
    return reading.folds[index] == "علي" and reading.document.words[index].endswith("ى")


def _in_words_of(reading: Reading, act: Act, start: int, limit: int) -> int:
    """ذكرت الصحيفة بقول المتحدث: …: the speaker comes after بقول, and who stands before it passes it on."""
    if "بقول" not in reading.folds[start:limit]:
        return limit
    document, place = reading.document, reading.folds.index("بقول", start, limit)
    words = trim(reading, (place + 1, phrase_end(reading, place + 1, limit, closed=True)))
    if words[0] < words[1]:
        act.cues.append((document.starts[place], document.ends[place]))
        set_source(reading, act, words)
        act.swapped = True
    return place


def _inserted(reading: Reading, start: int, limit: int) -> prepositional_cues.Prepositional | None:
    if prepositional_cues.TRIGGERS.isdisjoint(reading.folds[start:limit]):
        return None
    for place in range(start, limit):
        if reading.folds[place] in prepositional_cues.TRIGGERS:
            found = prepositional_cues.at(reading, place, limit)
            if found is not None:
                return found
    return None


def _insert(reading: Reading, act: Act, found: prepositional_cues.Prepositional) -> None:
    """A prepositional cue between verb and complement: نقلا عن swaps the roles, a medium is a relay."""
    document = reading.document
    act.cues.append((document.starts[found.cue[0]], prepositional_cues.cue_end(reading, found)))
    act.cues += [(document.starts[a], document.ends[b - 1]) for a, b in found.after]
    if found.borrowed and found.source is not None and found.relay is None:
        set_source(reading, act, found.source, found.source_shift)
        act.swapped = True
    elif found.relay is not None:
        act.relays.append(span_of(reading, found.relay))
    elif found.source is not None and reading.classes[found.source[0]] & SPEAKER:
        act.relays.append(span_of(reading, found.source))


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
    if pronoun_before(reading, act.at):
        return False
    word = reading.folds[act.at].lstrip("وف") if form.prefix else reading.folds[act.at]
    raw = reading.document.words[act.at]
    if form.passive or "nobody" in form.verb.marks:
        return True
    if "\u064f" in raw[: 3 + len(form.prefix)]:
        return True
    if form.shape == "past" and form.prefix:
        return False
    return word in _IMPERSONAL and form.finite
