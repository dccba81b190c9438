"""The list behind every figure: where two annotators differ, what each said, and what it costs, dearest first."""

from __future__ import annotations

import tempfile
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any, NamedTuple

import msgspec

from ...schema.agreement_report import DisagreementRecord
from ...schema.agreement_report import Reading as Said
from ...schema.records import Article, Attribution, Entity, Layer, Quantity
from .evaluation import QUANTITY_READINGS
from .given_cue import same_parent, spans_of, transmission
from .matching import Pieces, matches
from .records import LAYERS
from .sheet import Comparison, Reading, Sheet, comparisons, sheets

CONTEXT = 60  # code points on each side
UNIT_ASPECTS = ("missing", "boundary", "label")


class _Difference(NamedTuple):
    about: str
    label: str | None
    a: Said | None
    b: Said | None


def disagreements(
    articles: Mapping[str, Article],
    layers: Iterable[Layer],
    *,
    annotators: Collection[str] | None = None,
    layer: str | None = None,
    about: Collection[str] | None = None,
) -> Iterator[DisagreementRecord]:
    """Yield every disagreement of every two annotators, those first whose removal would raise a figure most.

    What the arguments mean and raise: `study.study`. `layer` and `about` (names as in `DisagreementRecord`) choose
    some. Layers are held until all have come; disagreements stand in a temporary file.
    `missing`, `boundary` and `label` cost the mean pairwise exact F1 of the layer, which a pair of units that differs
    in both shares between them. An attribute or part costs its share of equal pairs (`exact`).
    """
    prices, found = _Prices(), _Records()
    for sheet in sheets(articles, layers, annotators=annotators):
        for name, article in comparisons(sheet).items():
            for i, j in article.pairs:
                a, b = article.readings[i].annotator, article.readings[j].annotator
                prices.count(name, article, i, j)
                if layer in (None, name):
                    for one in _differences(name, article, i, j):
                        if about is None or one.about in about:
                            found.add(prices.tag(name, a, b, one), _record(sheet, name, a, b, one))
    yield from found.dearest_first(prices)


def _differences(layer: str, article: Comparison, i: int, j: int) -> Iterator[_Difference]:
    a, b = article.readings[i], article.readings[j]
    text = article.sheet.text
    pairs = article.aligned(layer, i, j)
    answered_a, answered_b = {x for x, _ in pairs}, {y for _, y in pairs}
    for n, record in enumerate(a.records(layer)):
        if n not in answered_a:
            yield _Difference("missing", _label(record), _said(record, text), None)
    for n, record in enumerate(b.records(layer)):
        if n not in answered_b:
            yield _Difference("missing", _label(record), None, _said(record, text))
    for x, y in pairs:
        one, other = a.records(layer)[x], b.records(layer)[y]
        if layer == "entities":
            yield from _entities(one, other, text)
        elif layer == "quantities":
            yield from _quantities(one, other, text)
    if layer == "attributions":
        yield from _attributions(a, b, pairs, text)


def _entities(a: Entity, b: Entity, text: str) -> Iterator[_Difference]:
    if (a.start, a.end) != (b.start, b.end):
        yield _Difference("boundary", a.label, _said(a, text), _said(b, text))
    if a.label != b.label:
        yield _Difference("label", a.label, _said(a, text), _said(b, text))
    elif a.subtype != b.subtype:
        yield _Difference("subtype", a.label, _said(a, text), _said(b, text))


def _quantities(a: Quantity, b: Quantity, text: str) -> Iterator[_Difference]:
    if (a.start, a.end) != (b.start, b.end):
        yield _Difference("boundary", a.kind, _said(a, text), _said(b, text))
    for name, reading in QUANTITY_READINGS.items():
        if name != "reading" and reading(a) != reading(b):
            yield _Difference(name, a.kind, _said(a, text), _said(b, text))


def _attributions(a: Reading, b: Reading, pairs: Sequence[tuple[int, int]], text: str) -> Iterator[_Difference]:
    by_id_a = {one.id: one for one in a.attributions}
    by_id_b = {one.id: one for one in b.attributions}
    partner = {a.attributions[x].id: b.attributions[y].id for x, y in pairs}
    for x, y in pairs:
        one, other = a.attributions[x], b.attributions[y]
        both = _said(one, text), _said(other, text)
        if one.cues != other.cues:
            yield _Difference("boundary", one.kind, *both)
        for name in ("kind", "implicit_source"):
            if getattr(one, name) != getattr(other, name):
                yield _Difference(name, one.kind, *both)
        for part in ("source", "relay", "content"):
            spans, others = spans_of(one, part), spans_of(other, part)
            if spans != others:
                yield _Difference(part, one.kind, _part(one, spans, part, text), _part(other, others, part, text))
        if not same_parent(one, other, partner):
            yield _Difference("parent", one.kind, _with_parent(one, by_id_a, text), _with_parent(other, by_id_b, text))
        if transmission(one, by_id_a) != transmission(other, by_id_b):
            yield _Difference("chain", one.kind, _with_chain(one, by_id_a, text), _with_chain(other, by_id_b, text))


def _label(record: Any) -> str:
    return str(record.label if isinstance(record, Entity) else record.kind)


def _cut(spans: Pieces, text: str) -> str:
    return " … ".join(text[start:end] for start, end in spans)


def _said(record: Any, text: str) -> Said:
    says: dict[str, str | None]
    if isinstance(record, Attribution):
        spans = record.cues
        says = {"kind": record.kind, "implicit_source": str(record.implicit_source).lower()}
    else:
        spans = ((record.start, record.end),)
        if isinstance(record, Entity):
            says = {"label": record.label, "subtype": record.subtype}
        else:
            says = {name: getattr(record, name) for name in ("kind", "bound", "value", "low", "high", "unit")}
            says["counted"] = text[slice(*record.counted)] if record.counted else None
    return Said(spans=list(spans), text=_cut(spans, text), says=says)


def _part(record: Attribution, spans: Pieces, part: str, text: str) -> Said:
    return Said(spans=list(spans), text=_cut(spans, text), says={"cue": _cut(record.cues, text), "part": part})


def _with_parent(record: Attribution, by_id: Mapping[str, Attribution], text: str) -> Said:
    parent = _cut(by_id[record.parent].cues, text) if record.parent else None
    return Said(spans=list(record.cues), text=_cut(record.cues, text), says={"parent": parent})


def _with_chain(record: Attribution, by_id: Mapping[str, Attribution], text: str) -> Said:
    links = [f"{role} {text[slice(*span)] if span else '–'}" for role, span in transmission(record, by_id)]
    return Said(spans=list(record.cues), text=_cut(record.cues, text), says={"chain": " ← ".join(links)})


class _Prices:
    """What one disagreement takes from its figure: sizes and matches of the whole study, counted once."""

    def __init__(self) -> None:
        self._size: Counter[tuple[str, str, str]] = Counter()
        self._matched: Counter[tuple[str, str, str]] = Counter()
        self._aligned: Counter[tuple[str, str]] = Counter()
        self._pairs: dict[str, set[tuple[str, str]]] = {layer: set() for layer in LAYERS}
        self._tags: dict[tuple[str, ...], int] = {}

    def count(self, layer: str, article: Comparison, i: int, j: int) -> None:
        """Add what two annotators have in an article."""
        a, b = article.readings[i], article.readings[j]
        units_a, units_b = a.units[layer], b.units[layer]
        key = (layer, a.annotator, b.annotator)
        size, exact, _ = matches(units_a, units_b, labelled=layer == "entities")[""]
        self._size[key] += size
        self._matched[key] += exact
        if size:
            self._pairs[layer].add((a.annotator, b.annotator))
        for x, y in article.aligned(layer, i, j):
            for name in _compared(layer, a.records(layer)[x], b.records(layer)[y]):
                self._aligned[layer, name] += 1

    def tag(self, layer: str, a: str, b: str, difference: _Difference) -> int:
        """A number for what a difference costs, the same for all that cost the same; `of` says what, in the end."""
        about = difference.about
        if about not in UNIT_ASPECTS:
            where = "parts" if about in ("source", "relay", "content", "parent", "chain") else "attributes"
            # Which of value, low and high differs is no matter here: any of them spoils the reading.
            key: tuple[str, ...] = (layer, where, "reading" if about == "value" else about)
        elif difference.a is None or difference.b is None:
            key = (layer, a, b, "missing")
        else:
            labels = {said.says.get("label") for said in (difference.a, difference.b)}
            both = difference.a.spans != difference.b.spans and len(labels) > 1
            key = (layer, a, b, "half a match" if both else "a match")
        return self._tags.setdefault(key, len(self._tags))

    def of(self) -> list[tuple[str, float]]:
        """By tag, the figure that a difference lowers, and by how much."""
        return [self._price(*key) for key in self._tags]

    def _price(self, layer: str, *key: str) -> tuple[str, float]:
        if len(key) == 2:
            where, name = key
            return f"{layer}.{where}.{name}.exact", 1 / self._aligned[layer, name]
        a, b, lost = key
        size, matched = self._size[layer, a, b], self._matched[layer, a, b]
        gain = 2 * (matched + 1) / (size + 1) - 2 * matched / size if lost == "missing" else 2 / size
        return f"{layer}.f1_exact", gain / (2 if lost == "half a match" else 1) / len(self._pairs[layer])


class _Records:
    """Disagreements on disk, with what they are sorted by in memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (closed with the object)
        self._places: list[tuple[int, str, int, int, str, str, int]] = []
        self._names: dict[str, str] = {}

    def add(self, tag: int, record: DisagreementRecord) -> None:
        """Keep a record whose price is not known yet."""
        name = self._names.setdefault
        article, a, b = (name(one, one) for one in (record.article_id, record.annotator_a, record.annotator_b))
        self._places.append((tag, article, record.start, record.end, a, b, self._file.tell()))
        self._file.write(msgspec.msgpack.encode(record))

    def dearest_first(self, prices: _Prices) -> Iterator[DisagreementRecord]:
        """Yield the records with their prices."""
        price = prices.of()
        end = self._file.tell()
        ends = {place[-1]: following[-1] for place, following in pairwise(self._places)}
        decode = msgspec.msgpack.Decoder(DisagreementRecord).decode
        for tag, *_, start in sorted(self._places, key=lambda place: (-price[place[0]][1], *place[1:])):
            measure, cost = price[tag]
            self._file.seek(start)
            record = decode(self._file.read(ends.get(start, end) - start))
            yield msgspec.structs.replace(record, measure=measure, cost=cost)


def _compared(layer: str, a: Any, b: Any) -> Iterable[str]:
    if layer == "entities":
        return ("subtype",) if a.label == b.label else ()
    if layer == "quantities":
        return QUANTITY_READINGS
    return ("kind", "implicit_source", "source", "relay", "content", "parent", "chain")


def _record(sheet: Sheet, layer: str, a: str, b: str, one: _Difference) -> DisagreementRecord:
    """The disagreement without its price, which rests on all of them."""
    text = sheet.text
    spans = [span for said in (one.a, one.b) if said is not None for span in said.spans]
    start, end = min(span[0] for span in spans), max(span[1] for span in spans)
    return DisagreementRecord(
        article_id=sheet.article_id,
        layer=layer,
        label=one.label,
        about=one.about,
        measure="",
        cost=0.0,
        start=start,
        end=end,
        before=text[max(0, start - CONTEXT) : start],
        text=text[start:end],
        after=text[end : end + CONTEXT],
        annotator_a=a,
        annotator_b=b,
        a=one.a,
        b=one.b,
    )
