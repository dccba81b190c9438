"""Acts without a verb of their own: بحسب, وفقا ل and their like, and documents that speak in a headline."""

from __future__ import annotations

from itertools import pairwise

from . import prepositional_cues
from .act import Act, set_source, span_of
from .acts import verbal
from .complementisers import complementiser_span
from .outlets import is_medium
from .preceding import WAW_WORDS
from .reading import Reading
from .source_phrases import opens_adverbial
from .word_classes import COMMA, COMPLEMENT, PREPOSITION, RELATIVE, REPORT, STOP, TIME, VERB, heads

# بحسب تعبيره only says that the words before are his: one cue with the act that they belong to.
_PHRASES = ("تعبير", "قول", "وصف")
_DOCUMENTS = heads("documents")


def joins_clause(reading: Reading, index: int, first: int, end: int, floor: int) -> bool:
    """Tell كما أكد أن, a clause like the one before, from كما يقول المؤرخون, which attributes what stands around it."""
    if reading.folds[index] != "كما":
        return False
    if index + 1 >= end or index == first or not reading.classes[index - 1] & COMMA:
        return True
    return not reading.forms(index + 1) or verbal(reading, index + 1, first, end, floor) is not None


def headline(reading: Reading, first: int, end: int) -> Act | None:
    """تقارير استخباراتية: … at the head of a line: the documents speak, nobody else is named."""
    if reading.folds[first] not in _DOCUMENTS:
        return None
    for place in range(first + 1, min(first + 4, end - 1)):
        if reading.folds[place] == ":":
            document = reading.document
            cue = (document.starts[first], document.ends[first])
            act = Act(first, first, "main", None, "nominal", [cue], score=0.6)
            act.start, act.end = document.starts[place + 1], document.ends[end - 1]
            return act
        if reading.classes[place] & (VERB | COMMA | STOP | REPORT):
            return None
    return None


def prepositional(
    reading: Reading, found: prepositional_cues.Prepositional, acts: list[Act], first: int, end: int
) -> Act | None:
    document = reading.document
    start = document.starts[found.cue[0]] + _proclitic(reading, found.cue[0])
    cues = [(start, prepositional_cues.cue_end(reading, found))]
    cues += [(document.starts[a], document.ends[b - 1]) for a, b in found.after]
    if found.source is not None and found.source_shift:
        cues[-1] = (cues[-1][0], document.starts[found.source[0]] + found.source_shift)
    act = Act(found.start, found.start, "trailing", None, "nominal", cues, score=0.85)
    if found.source is not None:
        set_source(reading, act, found.source, found.source_shift)
    act.dropped = found.own
    if found.relay is not None and found.relay != found.source:
        act.relays.append(span_of(reading, found.relay))
    if found.own and found.relay is None and acts and reading.folds[found.cue[1] - 1].startswith(_PHRASES):
        outer = acts[-1]
        if outer.form is not None and document.starts[found.start] > outer.cues[-1][1]:
            outer.cues += cues
            outer.shut = found.start
            return None
    opening = found.start
    while opening > first and reading.folds[opening - 1] in ("وذلك", "ذلك", "هو"):
        opening -= 1
    act.opening = opening
    before = opening - 1
    while before > first and reading.classes[before] & COMMA:
        before -= 1
    after = found.end
    if after < end and opens_adverbial(reading, after):
        after = next((n for n in range(after, end) if reading.classes[n] & (COMMA | STOP)), end)
    closed = after >= end or reading.classes[after] & (COMMA | STOP | RELATIVE) != 0
    if closed and after + 1 < end and reading.classes[after] & COMMA and not found.leading and opening != first:
        closed = not _goes_on(reading, after + 1, acts)
        after += not closed
    if found.leading or opening == first or (opening == first + 1 and reading.folds[first] in ("لكن", "ولكن")):
        act.level = "main"
        while after < end and reading.classes[after] & COMMA:
            after += 1
        after = _after_relative(reading, after, end)
        act.start = _after_fa(reading, after) if after < end else None
        if act.start is None:
            return None
    elif not closed:
        act.level = "inner"
        act.start = None
        act.before = True
        act.end = document.starts[after]
    else:
        act.before = True
    passed_on = found.relay is not None and (found.relay == found.source or found.source is None)
    if passed_on and found.relay is not None and acts and not found.leading and opening != first:
        told = next((one for one in reversed(acts) if one.form is not None and one.level == "main"), None)
        if told is not None:
            told.relays.append(span_of(reading, found.relay))
            told.cues = sorted([*told.cues, *cues])
            act.kind = "absorbed"
    return act


def _after_relative(reading: Reading, index: int, end: int) -> int:
    """بحسب المتحدث، الذي لم يذكر تفاصيل، فإن: the relative clause goes with the source."""
    if index >= end or not reading.classes[index] & RELATIVE:
        return index
    return next((place + 1 for place in range(index, end - 1) if reading.classes[place] & COMMA), index)


def _after_fa(reading: Reading, index: int) -> int:
    """Where content begins after بحسب الوزارة، فإن: the complementiser stays outside."""
    if reading.folds[index].startswith("فان"):
        return complementiser_span(reading, index)[1]
    if reading.folds[index] == "فقد":
        return reading.document.starts[index] + 1
    return reading.document.starts[index]


def _goes_on(reading: Reading, index: int, acts: list[Act]) -> bool:
    """Tell whether the clause goes on after a parenthesis between commas: أحدهم، على حد قول زملائه، لم يقبض راتبه."""
    word, bits = reading.folds[index], reading.classes[index]
    if (word[:1] in "وف" and word not in WAW_WORDS) or bits & (REPORT | RELATIVE | TIME | COMPLEMENT):
        return False
    return word not in heads("coordinators") and (not bits & PREPOSITION or word in ("الي", "علي", "عن"))


def _proclitic(reading: Reading, index: int) -> int:
    word = reading.folds[index]
    return 1 if word[:1] in ("و", "ف") and word not in ("وفق", "وفقا", "في") else 0


def lend_relays(reading: Reading, acts: list[Act]) -> None:
    """بحسب وكالة برق، قال دبلوماسي: the medium before the verb is the relay of what follows."""
    for act, following in pairwise(acts):
        if act.kind != "nominal" or act.level != "main" or act.source is None or act.source_words is None:
            continue
        if following.form is None:
            continue
        if reading.folds[act.source_words[0] - 1] in ("عن", "عنه") and _passes_on(reading, act, following):
            continue
        if not is_medium(reading, act.source_words[0]):
            continue
        if following.at - act.source_words[1] <= 2 and following.level == "main" and following.form.finite:
            following.relays.insert(0, act.source)
            following.cues = sorted([*act.cues, *following.cues])
            following.opening = act.opening
            act.kind = "absorbed"


def _passes_on(reading: Reading, act: Act, following: Act) -> bool:
    """ونقلا عن مصدر، أوردت الوكالة أن: the verb's subject passes on what the source before it said."""
    words = following.source_words
    if words is None or not is_medium(reading, words[0]) or act.source is None or following.source is None:
        return False
    assert act.source_words is not None
    if following.at - act.source_words[1] > 2 or following.level != "main" or words[0] < following.at:
        return False
    following.relays.insert(0, following.source)
    following.source, following.source_words, following.swapped = act.source, act.source_words, True
    following.cues = sorted([*act.cues, *following.cues])
    following.opening = act.opening
    act.kind = "absorbed"
    return True
