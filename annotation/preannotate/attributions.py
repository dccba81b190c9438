"""The attribution grammar: who said what, through whom, from the reporting words of an article."""

from __future__ import annotations

from bisect import bisect_left
from itertools import pairwise

from ...schema.records import Attribution
from . import prepositional_cues
from .acts import Act, set_source, span_of, verbal
from .antecedents import Speakers
from .content import extend, trimmed
from .document import Document, LayerName, Mention
from .quotations import Quotation
from .reading import Reading, read_document
from .source_phrases import is_medium
from .word_classes import COMMA, COMPLEMENT, PREPOSITION, RELATIVE, REPORT, STOP, TIME, heads

_VERSION = "attribution-grammar-1.0"
Span = tuple[int, int]


class AttributionGrammar:
    """Finds attributions with the reporting-verb lexicon and noun-phrase rules; uses the document's entities and
    quantities when earlier parts have filled them."""

    @property
    def layer(self) -> LayerName:
        return "attributions"

    @property
    def version(self) -> str:
        return _VERSION

    def annotate(self, document: Document) -> list[Mention]:
        """Return the attributions of a document in the order of their cues, ids a1, a2, …"""
        reading = read_document(document)
        triggers = [n for n, word in enumerate(reading.folds) if word in _PREPOSITIONAL]
        speakers = Speakers()
        acts: list[Act] = []
        verbs, nouns = iter(reading.candidates), iter(triggers)
        verb, noun = next(verbs, None), next(nouns, None)
        for first, end in document.sentences:
            cues: list[int] = []
            while verb is not None and verb < end:
                cues.append(verb)
                verb = next(verbs, None)
            prepositions: set[int] = set()
            while noun is not None and noun < end:
                prepositions.add(noun)
                noun = next(nouns, None)
            if cues or prepositions:
                acts += _sentence(reading, sorted({*cues, *prepositions}), prepositions, first, end, speakers)
        return _records(reading, acts)


_PREPOSITIONAL = frozenset([*prepositional_cues.TRIGGERS, *("و" + word for word in prepositional_cues.TRIGGERS)])


def _sentence(
    reading: Reading, cues: list[int], prepositions: set[int], first: int, end: int, speakers: Speakers
) -> list[Act]:
    acts: list[Act] = []
    passed = first
    floor = first
    for index in cues:
        if index < passed:
            continue
        if index in prepositions:
            found = prepositional_cues.at(reading, index, end)
            if found is not None:
                act = _prepositional(reading, found, acts, first, end)
                passed = max(passed, found.end)
                if act is not None:
                    acts.append(act)
                continue
        act = verbal(reading, index, first, end, floor)
        if act is None:
            continue
        acts.append(act)
        last = act.cues[-1][1] if not act.before else act.cues[0][1]
        while passed < end and reading.document.starts[passed] < last:
            passed += 1
        floor = passed
    _borrow(reading, acts)
    extend(reading, acts, first, end)
    for act in acts:
        _look_back(reading, act, acts, first, end)
        _relative(reading, act, acts)
        _antecedent(reading, act, speakers)
    return acts


def _prepositional(
    reading: Reading, found: prepositional_cues.Prepositional, acts: list[Act], first: int, end: int
) -> Act | None:
    document = reading.document
    start = document.starts[found.cue[0]] + _proclitic(reading, found.cue[0])
    cues = [(start, _without_pronoun(reading, found.cue[1] - 1))]
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
    closed = after >= end or reading.classes[after] & (COMMA | STOP | RELATIVE) != 0
    if closed and after + 1 < end and reading.classes[after] & COMMA and not found.leading and opening != first:
        closed = not _goes_on(reading, after + 1, acts)
        after += not closed
    if found.leading or opening == first or (opening == first + 1 and reading.folds[first] in ("لكن", "ولكن")):
        act.level = "main"
        act.start = document.starts[after] if after < end else None
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
        outer = next((one for one in reversed(acts) if one.form is not None and one.level == "main"), None)
        if outer is not None:
            outer.relays.append(span_of(reading, found.relay))
            outer.cues = sorted([*outer.cues, *cues])
            act.kind = "absorbed"
    return act


def _goes_on(reading: Reading, index: int, acts: list[Act]) -> bool:
    """Tell whether the clause goes on after a parenthesis between commas: أحدهم، على حد قول زملائه، لم يقبض راتبه."""
    word, bits = reading.folds[index], reading.classes[index]
    if (word[:1] in "وف" and word not in _WAW_WORDS) or bits & (REPORT | RELATIVE | TIME | PREPOSITION | COMPLEMENT):
        return False
    return word not in heads("coordinators")


def _without_pronoun(reading: Reading, index: int) -> int:
    """Where the last word of a prepositional cue ends, its pronoun outside: ما نقلته عن[ها], بحسب تقديرات[ها]."""
    word, end = reading.folds[index], reading.document.ends[index]
    if word in ("به", "عنه", "عنها", "عنهم", "اليه", "بها", "فيه", "عليه") or word in prepositional_cues.OWN:
        return end - (2 if word.endswith(("ها", "هم")) else 1)
    return end


def _proclitic(reading: Reading, index: int) -> int:
    word = reading.folds[index]
    return 1 if word[:1] in ("و", "ف") and word not in ("وفق", "وفقا", "في") else 0


# بحسب تعبيره only says that the words before are his: one cue with the act that they belong to.
_PHRASES = ("تعبير", "قول", "وصف")
_WAW_WORDS = heads("waw_words")
_DISCOURSE = heads("discourse")


def _conjoined(word: str) -> bool:
    """Tell whether a word at the head of a sentence begins with the conjunction و."""
    return word[:1] == "و" and len(word) > 2 and word not in _WAW_WORDS


def _borrow(reading: Reading, acts: list[Act]) -> None:
    """بحسب وكالة برق، قال دبلوماسي: the medium before the verb is the relay of what follows."""
    for act, following in pairwise(acts):
        if act.kind != "nominal" or act.level != "main" or act.source is None or act.source_words is None:
            continue
        if not is_medium(reading, act.source_words[0]) or following.form is None:
            continue
        if following.at - act.source_words[1] <= 2 and following.level == "main" and following.form.finite:
            following.relays.insert(0, act.source)
            following.cues = sorted([*act.cues, *following.cues])
            following.opening = act.opening
            act.kind = "absorbed"


def _look_back(reading: Reading, act: Act, acts: list[Act], first: int, end: int) -> None:
    """Content that stands before its cue."""
    if not act.before or act.pieces:
        return
    document = reading.document
    if act.quote is not None:
        piece = trimmed(reading, document.ends[act.quote.open], document.starts[act.quote.close])
        act.pieces = [piece] if piece else []
        return
    if act.kind == "nominal" and (quoted := _quoted_word(reading, act, first)) is not None:
        act.pieces = [quoted]
        return
    stop = document.ends[act.opening - 1] if act.opening > first else document.starts[act.opening]
    begin = document.starts[_after_discourse(reading, first, act.opening)]
    for earlier in acts:
        if earlier is act or earlier.kind == "absorbed":
            continue
        levels = ("main", "participle", "inner") if act.level == "comment" else ("main", "participle")
        if earlier.start is not None and earlier.start < stop and earlier.level in levels:
            begin = earlier.start
    if begin == document.starts[first] and _conjoined(reading.folds[first]):
        begin += 1
    if act.level == "inner":
        begin = _short_subject(reading, act, begin)
    elif act.level != "comment" and (last := _earlier_parenthesis(reading, act, acts)) is not None:
        begin = last
    piece = trimmed(reading, begin, stop)
    act.pieces = [piece] if piece else []
    if act.level == "inner" and act.end is not None:
        later = [one for one in acts if one.at > act.at and one.level != "inner" and one.kind != "absorbed"]
        past = document.starts[later[0].opening] if later else document.ends[end - 1]
        rest = trimmed(reading, act.end, past)
        if rest and rest[0] >= stop:
            act.pieces.append(rest)


def _after_discourse(reading: Reading, first: int, limit: int) -> int:
    """Skip في المقابل، and its like at the head of a sentence."""
    for place in range(first + 1, min(first + 4, limit)):
        if reading.classes[place] & COMMA:
            return place + 1 if reading.folds[place - 1] in _DISCOURSE else first
    return first


def _short_subject(reading: Reading, act: Act, begin: int) -> int:
    """A parenthesis after one or two words since the last comma belongs to these alone: وهي، في رأي نائبه، …"""
    document = reading.document
    place = act.opening - 2
    while place >= 0 and document.starts[place] >= begin and not reading.classes[place] & (COMMA | STOP):
        place -= 1
    words = act.opening - 1 - (place + 1)
    if place < 0 or document.starts[place] < begin or words > 2 or not reading.classes[act.opening - 1] & COMMA:
        return begin
    start = document.starts[place + 1]
    if reading.folds[place + 1] in ("وان", "ان"):
        return document.starts[place + 2]
    return start + 1 if reading.folds[place + 1][:1] == "و" else start


def _earlier_parenthesis(reading: Reading, act: Act, acts: list[Act]) -> int | None:
    """With وفق المرصد inside the sentence and بحسب المرصد at its end, the latter goes with the last clause alone."""
    earlier = [one for one in acts if one.at < act.at and one.kind == "nominal" and one.level == "inner"]
    if not earlier or act.kind != "nominal":
        return None
    place = act.opening - 2
    while place > earlier[-1].at and not (reading.classes[place] & COMMA and reading.folds[place + 1][:1] == "و"):
        place -= 1
    if place <= earlier[-1].at:
        return None
    start = reading.document.starts[place + 1] + 1
    rest = earlier[-1].pieces
    if rest and rest[-1][1] > start:
        rest[-1] = (rest[-1][0], reading.document.ends[place - 1])
    return start


def _quoted_word(reading: Reading, act: Act, first: int) -> Span | None:
    """و"إبادة" - على حد تعبير الوزير: the words in quotes just before are what is attributed."""
    place = act.opening - 1
    while place > first and reading.classes[place] & COMMA:
        place -= 1
    quote = next((quote for quote in reading.quotes.values() if quote.close == place and quote.closed), None)
    if quote is None or act.cues[0][1] - act.cues[0][0] < 6:
        return None
    return reading.document.ends[quote.open], reading.document.starts[quote.close]


def _relative(reading: Reading, act: Act, acts: list[Act]) -> None:
    """الوزير الذي كشف عن: the verb's subject is the relative pronoun, and its head the source it points to."""
    if act.form is None or not act.at or not reading.classes[act.at - 1] & RELATIVE or act.source_words is None:
        return
    if act.source_words[0] > act.at:
        return
    head = act.source_words
    for earlier in acts:
        words = earlier.source_words
        if words is not None and earlier is not act and words[1] in (act.at - 1, act.at - 2):
            act.source, act.source_words, act.dropped = earlier.source, words, True
            return
    if (act.form.enclitic == "" and reading.folds[act.at + 1] in ("فيها", "فيه")) or any(
        place in reading.entity_end for place in range(*head)
    ):
        act.dropped = True


def _antecedent(reading: Reading, act: Act, speakers: Speakers) -> None:
    if act.kind == "absorbed":
        return
    if act.unnamed_relay and act.form is not None and (medium := speakers.medium(act.form, act.cues[0][0])):
        act.relays.append(medium)
    for relay in act.relays:
        speakers.add_relay(reading, relay)
    if act.source is not None and act.source_words is not None:
        introduced = None if act.form is None or act.form.verb.class_ == "relay" else act.form
        speakers.add(reading, act.source_words, act.source, introduced, nested=act.level == "inner")
    elif act.dropped and act.form is not None:
        act.source = speakers.resolve(act.form, act.cues[0][0])
    elif act.dropped and speakers.met:
        act.source = speakers.met[-1].span


def _records(reading: Reading, acts: list[Act]) -> list[Mention]:
    quotes = sorted(reading.quotes)
    kept = sorted(
        (act for act in acts if act.kind != "absorbed" and _complete(reading, act)), key=lambda act: act.cues[0]
    )
    _parents(kept)
    mentions = []
    for n, act in enumerate(kept, start=1):
        content = tuple(act.pieces)
        kind = _kind(reading, act, content, quotes)
        record = Attribution(
            id=f"a{n}",
            kind=kind,
            cues=_joined(reading.document.text, act.cues),
            source=act.source,
            implicit_source=act.dropped,
            relays=tuple(dict.fromkeys(act.relays)),
            content=content,
            parent=None if act.parent is None else f"a{act.parent + 1}",
        )
        mentions.append(Mention(record, _VERSION, act.score))
    return mentions


def _complete(reading: Reading, act: Act) -> bool:
    if not act.pieces and act.start is not None and act.end is not None:
        piece = trimmed(reading, act.start, act.end)
        act.pieces = [piece] if piece else []
    return bool(act.pieces)


def _joined(text: str, cues: list[Span]) -> tuple[Span, ...]:
    """Join cue pieces with nothing but white space between them."""
    joined: list[Span] = []
    for start, end in sorted(set(cues)):
        if joined and (start <= joined[-1][1] or not text[joined[-1][1] : start].strip()):
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return tuple(joined)


# Content seldom holds more acts than this; it keeps the search linear in the number of acts.
_NEAR = 12


def _parents(acts: list[Act]) -> None:
    """The innermost content that holds an act's cue, or all of its content when the cue trails, is its parent's."""
    for n, act in enumerate(acts):
        best: tuple[int, int] | None = None
        for m in range(max(0, n - _NEAR), min(len(acts), n + _NEAR)):
            outer = acts[m]
            if m == n or not _holds(outer, act, m < n):
                continue
            size = sum(end - start for start, end in outer.pieces)
            if best is None or size < best[0]:
                best = (size, m)
        act.parent = best[1] if best is not None else None


def _holds(outer: Act, act: Act, earlier: bool) -> bool:
    head = act.cues[0]
    if any(start <= head[0] and head[1] <= end for start, end in outer.pieces):
        return True
    if act.before and act.level != "comment" and act.quote is None and earlier and outer.start is not None:
        return all(any(start <= a and b <= end for start, end in outer.pieces) for a, b in act.pieces)
    return False


def _kind(reading: Reading, act: Act, content: tuple[Span, ...], quotes: list[int]) -> str:
    """Direct when the content is one quotation, mixed when a part of it is quoted that is no name."""
    if act.kind not in ("indirect", "direct"):
        return act.kind
    starts, ends = reading.document.starts, reading.document.ends
    first, last = content[0][0], content[-1][1]
    for index in quotes[bisect_left(quotes, bisect_left(starts, first) - 2) :]:
        quote = reading.quotes[index]
        if starts[index] > last:
            break
        if not quote.closed:
            continue
        if ends[index] <= first and last <= starts[quote.close]:
            return "direct"
        if first <= starts[index] and ends[quote.close] <= last and not _names(reading, quote):
            return "mixed"
    return act.kind


def _names(reading: Reading, quote: Quotation) -> bool:
    """Tell whether what is quoted is a name: one word, or an entity within."""
    inside = range(quote.open + 1, quote.close)
    return len(inside) < 2 or (len(inside) < 5 and any(place in reading.entity_end for place in inside))
