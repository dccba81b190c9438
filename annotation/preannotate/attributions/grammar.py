"""The attribution grammar: who said what, through whom, from the reporting words of an article."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from itertools import compress

from ....schema.records import Attribution
from ..document import Document, LayerName, Mention
from . import prepositional_cues, saying_nouns
from .act import Act, Span, set_source
from .acts import verbal
from .antecedents import Speakers, clause_subject, deliverer
from .content import extend, trimmed
from .nominal import headline, joins_clause, lend_relays, prepositional
from .preceding import look_back
from .quotations import MARKS, Quotation
from .reading import Reading, read_document
from .relayed import coordinated_noun
from .word_classes import PREPOSITION, RELATIVE, TIME, heads

_VERSION = "attribution-grammar-1.2"


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
        folds = reading.folds
        triggers = list(compress(range(len(folds)), map(_TRIGGERS.__contains__, folds)))
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
            if (told := headline(reading, first, end)) is not None:
                acts.append(told)
            if cues or prepositions:
                if prepositions:
                    cues = sorted(prepositions.union(cues))
                acts += _sentence(reading, cues, prepositions, first, end, speakers)
        return _records(reading, acts)


_PREPOSITIONAL = frozenset([*prepositional_cues.TRIGGERS, *("و" + word for word in prepositional_cues.TRIGGERS)])
_NOUNS = saying_nouns.spellings()
_TRIGGERS = _PREPOSITIONAL | _NOUNS.keys()


def _sentence(
    reading: Reading, cues: list[int], prepositions: set[int], first: int, end: int, speakers: Speakers
) -> list[Act]:
    acts: list[Act] = []
    folds, starts, ends = reading.folds, reading.document.starts, reading.document.ends
    passed = first
    floor = first
    empty = False
    for index in cues:
        if index < passed:
            continue
        other = index in prepositions
        noun = other and folds[index] in _NOUNS
        if other and not noun and not joins_clause(reading, index, first, end, floor):
            found = prepositional_cues.at(reading, index, end)
            if found is not None:
                act = prepositional(reading, found, acts, first, end)
                passed = max(passed, found.end)
                if act is not None:
                    acts.append(act)
                continue
        governed = noun and index > first and bool(reading.classes[index - 1] & (PREPOSITION | TIME))
        act = verbal(reading, index, first, end, floor) if not governed else None
        if act is None and acts:
            act = coordinated_noun(reading, index, acts[-1], end)
        if act is None:
            if noun and (act := _noun(reading, index, end, acts)) is not None:
                passed = max(passed, act.limit)
            continue
        empty = empty or (act.form is not None and "only_saying" in act.form.verb.marks)
        acts.append(act)
        last = act.cues[0][1] if act.before else max(act.cues)[1]
        floor = passed = bisect_left(starts, last, passed, end)
        if act.start is not None and floor < end and ends[floor] <= act.start:
            following = bisect_right(cues, index)
            if following == len(cues) or ends[cues[following]] > act.start:
                floor = bisect_right(ends, act.start, floor, end)
    if empty:
        acts = [
            one for one in acts if one.form is None or "only_saying" not in one.form.verb.marks or len(one.cues) > 1
        ]
    lend_relays(reading, acts)
    extend(reading, acts, first, end)
    for act in acts:
        if act.before:
            look_back(reading, act, acts, first, end)
        _relative(reading, act, acts)
        _antecedent(reading, act, speakers, acts, first)
    return acts


def _noun(reading: Reading, index: int, end: int, acts: list[Act]) -> Act | None:
    """Read a noun of saying, and add its act or join it to the verb that repeats it: جدد تأكيده أن is one cue."""
    before = acts[-1] if acts and acts[-1].start == reading.document.starts[index] else None
    repeated = before is not None and before.form is not None and "repeats" in before.form.verb.marks
    act = saying_nouns.at(reading, index, end, repeated=repeated)
    if act is None:
        return None
    if before is None or not repeated:
        acts.append(act)
        return act
    before.cues += act.cues
    before.start, before.limit = act.start, act.limit
    return act


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


def _doer(reading: Reading, act: Act, acts: list[Act], first: int) -> tuple[int, int] | None:
    """Who the participle speaks of, when nobody has said anything in its sentence before it."""
    told = [one for one in acts if one.at < act.at and one is not act and one.level != "inner"]
    said = any(one.form is not None or one.source is not None for one in told)
    return None if said or act.form is None else clause_subject(reading, first, act.at, act.form)


def _antecedent(reading: Reading, act: Act, speakers: Speakers, acts: list[Act], first: int) -> None:
    if act.kind == "absorbed":
        return
    if act.unnamed_relay and act.form is not None and (medium := speakers.medium(act.form, act.cues[0][0])):
        act.relays.append(medium)
    for relay in act.relays:
        speakers.add_relay(reading, relay)
    if act.source is not None and act.source_words is not None:
        introduced = None if act.form is None or act.swapped or act.form.verb.class_ == "relay" else act.form
        speakers.add(reading, act.source_words, act.source, introduced, nested=act.level == "inner")
    elif act.dropped and act.level == "participle" and (words := _doer(reading, act, acts, first)) is not None:
        set_source(reading, act, words)
        assert act.source is not None
        speakers.add(reading, words, act.source, act.form, nested=False)
    elif act.dropped and act.form is not None and (words := deliverer(reading, act.at, first)) is not None:
        set_source(reading, act, words)
    elif act.dropped and act.form is not None:
        act.source = speakers.resolve(act.form, act.cues[0][0])
        alone = act.source is None and act.form.finite and (act.level == "inner" or act.form.prefix == "و")
        if alone and (words := _doer(reading, act, acts, first)) is not None:
            set_source(reading, act, words)
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
            source=act.source if act.source and _holds(act.source) else None,
            implicit_source=act.dropped,
            relays=tuple(filter(_holds, dict.fromkeys(act.relays))),
            content=content,
            parent=None if act.parent is None else f"a{act.parent + 1}",
        )
        mentions.append(Mention(record, _VERSION, act.score))
    return mentions


def _complete(reading: Reading, act: Act) -> bool:
    if not act.pieces and act.start is not None and act.end is not None:
        piece = trimmed(reading, act.start, act.end)
        act.pieces = [piece] if piece else []
        if act.lead is not None and piece is not None and act.lead[1] <= piece[0]:
            act.pieces.insert(0, act.lead)
    act.pieces = [piece for piece in act.pieces if _holds(piece)]
    return bool(act.pieces)


def _holds(span: Span) -> bool:
    """Whether the signs that were cut from a span's edges have left anything of it."""
    return span[0] < span[1]


def _joined(text: str, cues: list[Span]) -> tuple[Span, ...]:
    """Join cue pieces with nothing but white space between them."""
    if len(cues) == 1:
        return (cues[0],)
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
    firsts = [act.cues[0][0] for act in acts]
    holders: list[list[int]] = [[] for _ in acts]
    for m, outer in enumerate(acts):
        near, past = max(0, m - _NEAR + 1), min(m + _NEAR + 1, len(acts))
        for start, end in outer.pieces:
            for n in range(bisect_left(firsts, start, near, past), past):
                if firsts[n] > end:
                    break
                if n != m and acts[n].cues[0][1] <= end:
                    holders[n].append(m)
    for n, act in enumerate(acts):
        if act.before and act.level != "comment" and act.quote is None:
            around = (m for m in range(max(0, n - _NEAR), n) if acts[m].start is not None and _encloses(acts[m], act))
            holders[n] = sorted({*holders[n], *around})
        fitting = [m for m in holders[n] if not _descends(acts, m, n)]
        if len(fitting) > 1:
            act.parent = min(fitting, key=lambda m: sum(b - a for a, b in acts[m].pieces))
        elif fitting:
            act.parent = fitting[0]


def _descends(acts: list[Act], child: int, ancestor: int) -> bool:
    up: int | None = child
    while up is not None:
        if up == ancestor:
            return True
        up = acts[up].parent
    return False


def _encloses(outer: Act, act: Act) -> bool:
    return all(any(start <= a and b <= end for start, end in outer.pieces) for a, b in act.pieces)


def _kind(reading: Reading, act: Act, content: tuple[Span, ...], quotes: list[int]) -> str:
    """Direct when the content is one quotation, mixed when a part of it is quoted that is no name."""
    if act.kind not in ("indirect", "direct"):
        return act.kind
    starts, ends = reading.document.starts, reading.document.ends
    first, last = content[0][0], content[-1][1]
    for place in range(bisect_left(quotes, bisect_left(starts, first) - 2), len(quotes)):
        index = quotes[place]
        quote = reading.quotes[index]
        if starts[index] > last:
            break
        if not quote.closed:
            continue
        if len(content) > 1 and _all_quoted(reading, content):
            return "direct"
        if ends[index] <= first and last <= starts[quote.close]:
            return "direct"
        if first <= starts[index] and starts[quote.close] <= last and not _names(reading, quote):
            return "mixed"
    return act.kind


def _all_quoted(reading: Reading, content: tuple[Span, ...]) -> bool:
    """«…»، قال القائد، «…»: every piece is a quotation of its own."""
    text = reading.document.text
    return all(
        start and text[start - 1] in MARKS and text[end : end + 2].strip(" .،,؟!")[:1] in MARKS
        for start, end in content
    )


def _names(reading: Reading, quote: Quotation) -> bool:
    """Tell whether what is quoted is a name: one word, or an entity within."""
    inside = range(quote.open + 1, quote.close)
    if len(inside) == 1 and quote.open:
        named = inside[0] in reading.entity_end or inside[0] in reading.interior
        return named or reading.folds[quote.open - 1].lstrip("وبلف") in heads("named_in_quotes")
    return len(inside) < 2 or (len(inside) < 5 and any(place in reading.entity_end for place in inside[:2]))
