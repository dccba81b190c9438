"""The attribution grammar: who said what, through whom, from the reporting words of an article."""

from __future__ import annotations

from itertools import pairwise

from ...schema.records import Attribution
from . import prepositional_cues
from .acts import Act, set_source, span_of, verbal
from .antecedents import Speakers
from .content import extend, trimmed
from .document import Document, LayerName, Mention
from .reading import Reading, read_document
from .word_classes import COMMA, STOP, heads

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
        _antecedent(reading, act, speakers)
    return acts


def _prepositional(
    reading: Reading, found: prepositional_cues.Prepositional, acts: list[Act], first: int, end: int
) -> Act | None:
    document = reading.document
    start = document.starts[found.cue[0]] + _proclitic(reading, found.cue[0])
    cues = [(start, document.ends[found.cue[1] - 1])]
    cues += [(document.starts[a], document.ends[b - 1]) for a, b in found.after]
    if found.source is not None and found.source_shift:
        cues[-1] = (cues[-1][0], document.starts[found.source[0]] + found.source_shift)
    act = Act(found.start, found.start, "trailing", None, "nominal", cues, score=0.85)
    if found.source is not None:
        set_source(reading, act, found.source, found.source_shift)
    act.dropped = found.own
    if found.relay is not None and found.relay != found.source:
        act.relays.append(span_of(reading, found.relay))
    opening = found.start
    while opening > first and reading.folds[opening - 1] in ("وذلك", "ذلك", "هو"):
        opening -= 1
    act.opening = opening
    before = opening - 1
    while before > first and reading.classes[before] & COMMA:
        before -= 1
    after = found.end
    closed = after >= end or reading.classes[after] & (COMMA | STOP) != 0
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


def _proclitic(reading: Reading, index: int) -> int:
    word = reading.folds[index]
    return 1 if word[:1] in ("و", "ف") and word not in ("وفق", "وفقا", "في") else 0


_WAW_WORDS = heads("waw_words")


def _conjoined(word: str) -> bool:
    """Tell whether a word at the head of a sentence begins with the conjunction و."""
    return word[:1] == "و" and len(word) > 2 and word not in _WAW_WORDS


def _borrow(reading: Reading, acts: list[Act]) -> None:
    """بحسب وكالة برق، قال دبلوماسي: the medium before the verb is the relay of what follows."""
    for act, following in pairwise(acts):
        if act.kind != "nominal" or act.level != "main" or act.source is None or act.source_words is None:
            continue
        if not prepositional_cues.is_medium(reading, act.source_words[0]) or following.form is None:
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
    begin = document.starts[first]
    for earlier in acts:
        if earlier is act or earlier.kind == "absorbed":
            continue
        if earlier.start is not None and earlier.start < stop and earlier.level in ("main", "participle"):
            begin = earlier.start
    if begin == document.starts[first] and _conjoined(reading.folds[first]):
        begin += 1
    piece = trimmed(reading, begin, stop)
    act.pieces = [piece] if piece else []
    if act.level == "inner" and act.end is not None:
        later = [one for one in acts if one.at > act.at and one.level != "inner" and one.kind != "absorbed"]
        past = document.starts[later[0].opening] if later else document.ends[end - 1]
        rest = trimmed(reading, act.end, past)
        if rest and rest[0] >= stop:
            act.pieces.append(rest)


def _quoted_word(reading: Reading, act: Act, first: int) -> Span | None:
    """و"إبادة" - على حد تعبير الوزير: the words in quotes just before are what is attributed."""
    place = act.opening - 1
    while place > first and reading.classes[place] & COMMA:
        place -= 1
    quote = next((quote for quote in reading.quotes.values() if quote.close == place and quote.closed), None)
    if quote is None or act.cues[0][1] - act.cues[0][0] < 6:
        return None
    return reading.document.ends[quote.open], reading.document.starts[quote.close]


def _antecedent(reading: Reading, act: Act, speakers: Speakers) -> None:
    if act.kind == "absorbed":
        return
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
    kept = sorted(
        (act for act in acts if act.kind != "absorbed" and _complete(reading, act)), key=lambda act: act.cues[0]
    )
    _parents(kept)
    mentions = []
    for n, act in enumerate(kept, start=1):
        content = tuple(act.pieces)
        kind = "mixed" if act.kind == "indirect" and _quotes_inside(reading, content) else act.kind
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


def _parents(acts: list[Act]) -> None:
    """The innermost content that holds an act's cue, or all of its content when the cue trails, is its parent's."""
    for n, act in enumerate(acts):
        best: tuple[int, int] | None = None
        for m, outer in enumerate(acts):
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


def _quotes_inside(reading: Reading, content: tuple[Span, ...]) -> bool:
    """Tell whether a stretch of the content is quoted speech: a quotation of three words or more."""
    starts, ends = reading.document.starts, reading.document.ends
    for quote in reading.quotes.values():
        if quote.closed and quote.close - quote.open > 2 and quote.open + 1 not in reading.entity_end:
            place, past = ends[quote.open], starts[quote.close]
            if any(start <= place and past <= end for start, end in content):
                return True
    return False
