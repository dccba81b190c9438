"""Saying passed on: نقلت الوكالة عن المسؤول قوله إن, نسبت إلى, جاء في, and verbal nouns joined to these."""

from __future__ import annotations

from . import complements
from .act import Act, kind_of, set_source, span_of, verb_span
from .complements import Complement
from .outlets import is_medium
from .placement import set_level
from .reading import Reading
from .reporting_verbs import Form
from .slots import slot
from .source_phrases import phrase_end, trim
from .subjects import document_of, subject_before

_VIA = {
    "عن": ("عن", "عنه", "عنها", "عنهم"),
    "إلى": ("الي", "اليه", "اليها", "اليهم"),
    "في": ("في", "فيه", "فيها"),
    "من": ("من",),
}


def relayed(reading: Reading, index: int, form: Form, first: int, end: int, floor: int) -> Act | None:
    via = form.verb.via
    forms = _VIA[via]
    reach = index + 2 if via == "في" else index + 30
    place = next((n for n in range(index + 1, min(reach, end)) if reading.folds[n] in forms), None)
    direct = complements.find(reading, index, form, end if via != "في" else min(end, index + 16))
    if via == "في" and (place is None or direct is None):
        return None
    if place is None or (direct is not None and direct.limit <= place):
        return None
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
    act = Act(index, index, "main", form, kind_of(form, complement), [verb_span(reading, index, form)])
    particle = (document.starts[place], document.starts[place] + (3 if via == "إلى" else 2))
    act.cues += [particle, *pieces]
    act.start, act.quote, act.score = complement.start, complement.quote, 0.92
    between = slot(reading, index + 1, place)
    relay = between.source
    if relay is None and reading.folds[place] != forms[0]:
        relay = slot(reading, place + 1, limit).source
    if relay is None and form.finite and via != "في":
        relay = subject_before(reading, index, floor, form)
    passive = "\u064f" in document.words[index][: 3 + len(form.prefix)]
    act.unnamed_relay = relay is None and via != "في" and not passive
    if relay is not None and (trimmed := trim(reading, relay))[0] < trimmed[1]:
        act.relays.append(span_of(reading, trimmed))
    if via == "عن":
        place = _through(reading, act, place, limit)
    if reading.folds[place] in (forms[0],):
        words = (place + 1, max(phrase_end(reading, place + 1, limit, closed=True), place + 1))
        words = trim(reading, words)
        if words[0] < words[1]:
            set_source(reading, act, words)
    elif via == "في" and (told := document_of(reading, index, floor, reading.folds[place])) is not None:
        set_source(reading, act, told)
        act.dropped = True
    act.dropped = act.dropped or act.source is None
    act.source_words = act.source_words or (place, place)
    set_level(reading, act, form, first, floor)
    if act.source is None:
        act.source_words = None
    return act


def _through(reading: Reading, act: Act, place: int, limit: int) -> int:
    """نقلت رويترز عن وكالة تسنيم عن قائد: an outlet with another عن after it is one more relay.

    Returns the place of the عن that leads to the source.
    """
    document = reading.document
    while reading.folds[place] == "عن" and place + 1 < limit and is_medium(reading, place + 1):
        past = phrase_end(reading, place + 1, limit, closed=False)
        following = past + (past + 1 < limit and reading.folds[past] == "نقلا")
        if following >= limit or reading.folds[following] != "عن":
            break
        act.relays.append(span_of(reading, trim(reading, (place + 1, past))))
        act.cues.append((document.starts[past], document.ends[following]))
        place = following
    return place


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


def coordinated_noun(reading: Reading, index: int, before: Act, end: int) -> Act | None:
    """ونفيها أن after نقلت القناة عن الوزيرة وعدها ب: a second saying of the same source through the same relay."""
    if before.form is None or before.form.verb.class_ != "relay" or before.source is None:
        return None
    form = next((one for one in reading.forms(index) if one.shape == "masdar" and one.enclitic), None)
    if form is None or form.prefix != "و":
        return None
    complement = complements.find(reading, index, form, end)
    start, past = reading.document.starts[index] + 1, reading.document.ends[index]
    if complement is None and "object" in form.verb.takes and index + 1 < end:
        complement = Complement("object", index, reading.document.starts[index + 1])
    if complement is None:
        return None
    cut = 0 if complement.pieces else len(form.enclitic)
    act = Act(index, index, "main", form, kind_of(form, complement), [(start, past - cut), *complement.pieces])
    act.source, act.source_words, act.dropped = before.source, before.source_words, True
    act.relays, act.start, act.quote, act.score = list(before.relays), complement.start, complement.quote, 0.8
    return act
