"""Some articles ready to be counted: who is compared with whom, and which of their marks share text, all at once.

Everything is columns: one number for each unit, for each pair of readings, or for each two units of a pair that share
text. A measure counts a batch with a few sums over columns, not article by article.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterator, Sequence
from functools import cached_property
from typing import NamedTuple

import numpy as np

from .matching import Pieces, Unit, assign, components
from .overlaps import Bools, flat_rows
from .records import CODES, LAYERS
from .study import COLUMNS, PERSON, Part
from .tally import Ints, ranges
from .words import Words, words


class Pairs(NamedTuple):
    """Pairs of readings: `a` and `b` are their numbers, `article` the number of the article that both are of."""

    a: Ints
    b: Ints
    article: Ints


class Spans(NamedTuple):
    """Stretches of text by reading and start; `first[r]` is where reading r's begin. `unit` says what each is of."""

    start: Ints
    end: Ints
    first: Ints
    unit: Ints


class Units:
    """What is matched in a layer: entities, quantities, or cues with all their pieces.

    `reading`, `label` (number of `records.CODES`), `size` in code points and `shape` (the same for units with the same
    pieces) have a place for each unit; `first[r]` is where reading r's units begin. `whole`: a unit is one piece.
    """

    def __init__(self, reading: Ints, label: Ints, first: Ints, spans: Spans, *, whole: bool) -> None:
        self.reading, self.label, self.first, self.spans = reading, label, first, spans
        width = spans.end - spans.start
        self.pieces: Callable[[int], Pieces]
        if whole:
            self.size, self.shape = width, spans.start * (int(spans.end.max(initial=0)) + 1) + spans.end
            self.pieces = lambda unit: ((int(spans.start[unit]), int(spans.end[unit])),)
        else:
            self.size = np.bincount(spans.unit, weights=width, minlength=len(label)).astype(np.int64)
            pieces = _pieces(spans, len(label))
            self.shape, self.pieces = _numbered(pieces), pieces.__getitem__


class Shapes(NamedTuple):
    """A part of every attribution: its size (0 if it is not there), and a number that only equal parts share.

    `pieces` gives those of one attribution.
    """

    size: Ints
    shape: Ints
    pieces: Callable[[int], Pieces]


class Graph:
    """Which units of two readings share text: unit `a[n]` of pair `pair[n]`'s first reading and `b[n]` of its second.

    `common` is what they share in code points. `node_a` and `node_b` number the units within their pairs, since a
    unit meets the units of each other reading anew; there are `n_a` and `n_b` nodes, `offset_a` and `offset_b` by pair.
    """

    def __init__(self, spans: Spans, first: Ints, pairs: Pairs) -> None:
        self.pair, piece_a, piece_b = _meetings(spans, pairs)
        starts = np.maximum(spans.start[piece_a], spans.start[piece_b])
        self.common = np.minimum(spans.end[piece_a], spans.end[piece_b]) - starts
        self.a, self.b = spans.unit[piece_a], spans.unit[piece_b]
        sizes = first[1:] - first[:-1]
        self.offset_a, self.n_a = _offsets(sizes[pairs.a])
        self.offset_b, self.n_b = _offsets(sizes[pairs.b])
        self.first_a, self.first_b = first[pairs.a], first[pairs.b]
        if np.bincount(spans.unit).max(initial=0) > 1:  # units of several pieces
            self._join()
        self.node_a = self.offset_a[self.pair] + self.a - self.first_a[self.pair]
        self.node_b = self.offset_b[self.pair] + self.b - self.first_b[self.pair]

    def _join(self) -> None:
        """Make the meetings of two units' pieces one meeting."""
        node = self.offset_a[self.pair] + self.a - self.first_a[self.pair]
        _, first, place = np.unique(node * (int(self.b.max(initial=0)) + 1) + self.b, True, True)
        self.common = np.bincount(place, weights=self.common).astype(np.int64)
        self.pair, self.a, self.b = self.pair[first], self.a[first], self.b[first]

    def alone(self, edges: Ints) -> Bools:
        """Of some edges, return whether neither end has another one among them."""
        degree_a, degree_b = self.degrees(edges)
        return np.asarray((degree_a == 1) & (degree_b == 1), dtype=bool)

    def degrees(self, edges: Ints) -> tuple[Ints, Ints]:
        """Of some edges, return how many of them each one's ends have."""
        degree_a = np.bincount(self.node_a[edges], minlength=self.n_a)[self.node_a[edges]]
        return degree_a, np.bincount(self.node_b[edges], minlength=self.n_b)[self.node_b[edges]]


class Marked:
    """A layer of a batch: the readings of those who marked it (two or more of an article), their pairs and units."""

    def __init__(self, batch: Batch, name: str) -> None:
        self.name, self.batch = name, batch
        part = batch.part
        marked = np.flatnonzero((part.role == PERSON) & (part.marked[name] > 0))
        people = np.bincount(part.article[marked], minlength=batch.n_articles)
        self.readings = marked[people[part.article[marked]] >= 2]
        self.people = np.bincount(part.article[self.readings], minlength=batch.n_articles)
        article = part.article[self.readings]
        last = np.searchsorted(article, article, side="right")
        later = last - np.arange(len(article)) - 1
        a = np.repeat(np.arange(len(article)), later)
        b = ranges(np.arange(len(article)) + 1, later)
        self.pairs = Pairs(self.readings[a], self.readings[b], article[a])

    @cached_property
    def pair_names(self) -> tuple[Ints, list[tuple[str, str]]]:
        """For each pair the number of its annotators' names, and the names."""
        part = self.batch.part
        codes = part.annotator[self.pairs.a] * len(part.annotators) + part.annotator[self.pairs.b]
        known, places = np.unique(codes, return_inverse=True)
        names = [divmod(code, len(part.annotators)) for code in known.tolist()]
        return places, [(part.annotators[a], part.annotators[b]) for a, b in names]

    @cached_property
    def table(self) -> dict[str, Ints]:
        """The columns of the layer's marks."""
        return dict(zip(COLUMNS[self.name], self.batch.part.rows[self.name].T, strict=True))

    @cached_property
    def units(self) -> Units:
        """What is matched, of all readings of the batch."""
        part, table = self.batch.part, self.table
        first = _firsts(part.sizes[self.name])
        reading = np.repeat(np.arange(len(part.article)), part.sizes[self.name])
        if self.name != "attributions":
            spans = Spans(table["start"], table["end"], first, np.arange(len(reading)))
            return Units(reading, table["label"], first, spans, whole=True)
        spans = self.batch.pieces("cues")
        return Units(reading, table["label"], first, spans, whole=False)

    @cached_property
    def graph(self) -> Graph:
        """Which units of the layer's pairs share text."""
        return Graph(self.units.spans, self.units.first, self.pairs)

    @cached_property
    def coded(self) -> tuple[Spans, Ints]:
        """What a continuum is cut into, and its labels: units of entities and quantities, pieces of content."""
        if self.name != "attributions":
            return self.units.spans, self.units.label
        spans = self.batch.pieces("content")
        label = self.table["label"][spans.unit]
        return spans._replace(unit=np.arange(len(label))), label

    @cached_property
    def coded_graph(self) -> Graph:
        """Which of the layer's coded spans share text."""
        spans, _ = self.coded
        return self.graph if spans is self.units.spans else Graph(spans, spans.first, self.pairs)

    @cached_property
    def kept(self) -> tuple[Bools, Bools]:
        """Which coded spans stay when those of one reading may not overlap, and when those of one label may not."""
        spans, label = self.coded
        reading = np.repeat(np.arange(len(spans.first) - 1), np.diff(spans.first))
        by_label = reading * (len(CODES[self.name]) + 1) + label
        order = np.lexsort((spans.end, spans.start, by_label))
        alone = np.empty(len(label), dtype=bool)
        alone[order] = flat_rows(by_label[order], spans.start[order], spans.end[order])
        return flat_rows(reading, spans.start, spans.end), alone

    @cached_property
    def aligned(self) -> Ints:
        """The edges of the graph that align units with the same place: `matching.overlap_pairs(most="overlap")`."""
        graph, units = self.graph, self.units
        same = np.flatnonzero(units.shape[graph.a] == units.shape[graph.b])
        twins = same[graph.alone(same)]
        taken_a, taken_b = np.zeros(graph.n_a, dtype=bool), np.zeros(graph.n_b, dtype=bool)
        taken_a[graph.node_a[twins]], taken_b[graph.node_b[twins]] = True, True
        rest = np.flatnonzero(~taken_a[graph.node_a] & ~taken_b[graph.node_b])
        alone = graph.alone(rest)
        chosen = [twins, rest[alone], *self._contested(rest[~alone])]
        return np.sort(np.concatenate(chosen))

    def _contested(self, edges: Ints) -> Iterator[Ints]:
        """The best choice among edges that share ends, component by component."""
        graph, units, names = self.graph, self.units, ("", *CODES[self.name])
        dice = 2 * graph.common[edges] / (units.size[graph.a[edges]] + units.size[graph.b[edges]])
        ends = list(zip(graph.node_a[edges].tolist(), graph.node_b[edges].tolist(), strict=True))
        edge_of, dice_of = dict(zip(ends, edges.tolist(), strict=True)), dict(zip(ends, dice.tolist(), strict=True))

        def of(nodes: Ints, owners: Ints) -> dict[int, Unit]:
            owner = dict(zip(nodes[edges].tolist(), owners[edges].tolist(), strict=True))
            return {node: Unit(units.pieces(unit), names[units.label[unit]]) for node, unit in owner.items()}

        units_a, units_b = of(graph.node_a, graph.a), of(graph.node_b, graph.b)
        for component in components(ends):
            pairs = assign(component, dice_of, units_a, units_b, "overlap")
            yield np.array([edge_of[pair] for pair in pairs], dtype=np.int64)


class Batch:
    """Some articles of a study, laid out for the measures."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.n_articles = len(part.texts)
        self.lengths = np.array([len(text) for text in part.texts], dtype=np.int64)
        self.layers = {name: Marked(self, name) for name in LAYERS}

    def against(self, layer: Marked, role: int) -> Pairs:
        """Return each reading of a layer with the batch's reading of that role (REFERENCE, MACHINE), if any."""
        part = self.part
        other = np.full(self.n_articles, -1, dtype=np.int64)
        others = np.flatnonzero(part.role == role)
        other[part.article[others]] = others
        readings = layer.readings[other[part.article[layer.readings]] >= 0]
        article = part.article[readings]
        return Pairs(readings, other[article], article)

    @cached_property
    def words(self) -> Words:
        """The tokens of the articles."""
        return words(self.part.texts)

    def spans_of(self, part: str) -> Shapes:
        """Return the source, relay or content of every attribution."""
        table = self.layers["attributions"].table
        if part == "source":
            start, end = table["source_start"], table["source_end"]
            return Shapes(end - start, start * (int(end.max(initial=0)) + 1) + end, lambda n: ((start[n], end[n]),))
        spans = self.pieces("relays" if part == "relay" else "content")
        size = np.bincount(spans.unit, weights=spans.end - spans.start, minlength=len(table["label"]))
        pieces = _pieces(spans, len(size))
        return Shapes(size.astype(np.int64), _numbered(pieces), pieces.__getitem__)

    @cached_property
    def chains(self) -> tuple[Bools, Ints]:
        """Of every attribution and its parents (`given_cue.transmission`): whether anything is named, and a number.

        Only equal chains have the same number.
        """
        here = self.layers["attributions"]
        first = here.units.first[here.units.reading]
        parents = np.where(here.table["parent"] >= 0, first + here.table["parent"], -1).tolist()
        source, relay = self.spans_of("source"), self.spans_of("relay")
        own = list(zip(relay.shape.tolist(), source.shape.tolist(), strict=True))
        links = (source.size + relay.size > 0).tolist()
        # Each attribution adds its relays and one source, there or not: so cut, no two chains read the same.
        chains: list[tuple[Hashable, ...]] = []
        for unit, parent in enumerate(parents):
            chain: tuple[Hashable, ...] = (own[unit],)
            while parent >= 0:
                chain = (own[parent], *chain)
                links[unit] |= links[parent]
                parent = parents[parent]
            chains.append(chain)
        return np.array(links, dtype=bool), _numbered(chains)

    def pieces(self, which: str) -> Spans:
        """Return the cues, relays or content of all attributions, by reading and start."""
        part = self.part
        table = dict(zip(COLUMNS["attributions"], part.rows["attributions"].T, strict=True))
        ends = np.cumsum(table["cues"] + table["relays"] + table["content"])
        before = {"cues": 0, "relays": table["cues"], "content": table["cues"] + table["relays"]}[which]
        sizes = table[which]
        first = ends - table["cues"] - table["relays"] - table["content"] + before
        rows = part.rows["pieces"][ranges(first, sizes)]
        unit = np.repeat(np.arange(len(sizes)), sizes)
        reading = np.repeat(np.arange(len(part.article)), part.sizes["attributions"])[unit]
        order = np.lexsort((table["label"][unit], rows[:, 1], rows[:, 0], reading))
        per_reading = np.bincount(reading, minlength=len(part.article))
        return Spans(rows[order, 0], rows[order, 1], _firsts(per_reading), unit[order])


def _firsts(sizes: Ints) -> Ints:
    return np.concatenate((np.zeros(1, dtype=np.int64), np.cumsum(sizes)))


def _offsets(sizes: Ints) -> tuple[Ints, int]:
    ends = np.cumsum(sizes)
    return ends - sizes, int(ends[-1]) if len(ends) else 0


def _meetings(spans: Spans, pairs: Pairs) -> tuple[Ints, Ints, Ints]:
    """For each pair of readings the spans that share text: numbers of the pair and of the two spans."""
    counts = spans.first[pairs.a + 1] - spans.first[pairs.a]
    pair = np.repeat(np.arange(len(pairs.a)), counts)
    a = ranges(spans.first[pairs.a], counts)
    other = pairs.b[pair]
    # One axis for all readings: no span reaches from its reading's stretch into the next.
    stride = int(spans.end.max(initial=0)) + 1
    reading = np.repeat(np.arange(len(spans.first) - 1), np.diff(spans.first))
    axis = reading * stride + spans.start
    longest = int((spans.end - spans.start).max(initial=0))
    here = other * stride
    low = np.searchsorted(axis, here + spans.start[a] - longest, side="right")
    low = np.maximum(low, spans.first[other])
    high = np.searchsorted(axis, here + spans.end[a], side="left")
    sizes = np.maximum(high - low, 0)
    b = ranges(low, sizes)
    pair, a = np.repeat(pair, sizes), np.repeat(a, sizes)
    meet = spans.end[b] > spans.start[a]
    return pair[meet], a[meet], b[meet]


def _numbered(things: Sequence[Hashable]) -> Ints:
    """A number for each thing, the same for equal ones."""
    known: dict[Hashable, int] = {}
    return np.array([known.setdefault(one, len(known)) for one in things], dtype=np.int64)


def _pieces(spans: Spans, n_units: int) -> list[Pieces]:
    found: list[list[tuple[int, int]]] = [[] for _ in range(n_units)]
    for unit, start, end in zip(spans.unit.tolist(), spans.start.tolist(), spans.end.tolist(), strict=True):
        found[unit].append((start, end))
    return [tuple(pieces) for pieces in found]
