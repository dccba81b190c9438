"""An article as several annotators marked it, record by record: what disagreements are read off.

Figures are counted on columns (`study`, `batch`), which hold no record; this is the same data with its records.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import msgspec

from ...schema.records import Article, Layer
from .given_cue import cue_units
from .matching import Overlaps, Pair, Unit
from .records import LAYERS, attribution_order, counts, entity_order, is_marked, quantity_order, same_text


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One article: its text, and the layers of its annotators in the order of their names."""

    article_id: str
    text: str
    layers: tuple[Layer, ...]


def sheets(
    articles: Mapping[str, Article], layers: Iterable[Layer], *, annotators: Collection[str] | None = None
) -> Iterator[Sheet]:
    """Yield the articles that two annotators or more marked; for who is one, and what is raised, see `study.study`.

    Until all layers have come they are held encoded, a third of the size.
    """
    people: dict[str, dict[str, bytes]] = defaultdict(dict)
    for layer in layers:
        same_text(layer, articles)
        if counts(layer, annotators):
            people[layer.article_id][layer.annotator] = msgspec.msgpack.encode(layer)
    decode = msgspec.msgpack.Decoder(Layer).decode
    for key in sorted(people):
        if len(given := people.pop(key)) >= 2:
            found = tuple(decode(given[name]) for name in sorted(given))
            yield Sheet(article_id=key, text=articles[key].text, layers=found)


class Reading:
    """One annotator's layer with its records in an order that depends on nothing but what they say."""

    def __init__(self, layer: Layer) -> None:
        self.annotator = layer.annotator
        self.entities = sorted(layer.entities, key=entity_order)
        self.quantities = sorted(layer.quantities, key=quantity_order)
        self.attributions = sorted(layer.attributions, key=attribution_order)

    def records(self, layer: str) -> Sequence[Any]:
        """The records of a layer: entities, quantities or attributions."""
        found: Sequence[Any] = getattr(self, layer)
        return found

    @cached_property
    def units(self) -> dict[str, list[Unit]]:
        """By layer, what is matched: entities with their label, quantities with their kind, cues with their kind."""
        return {
            "entities": [Unit(((e.start, e.end),), e.label) for e in self.entities],
            "quantities": [Unit(((q.start, q.end),), q.kind) for q in self.quantities],
            "attributions": cue_units(self.attributions),
        }


class Comparison:
    """An article's readings, and each pair's alignments."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.readings = [Reading(layer) for layer in sheet.layers]
        self.pairs = list(combinations(range(len(self.readings)), 2))
        self._overlaps: dict[tuple[str, int, int], Overlaps] = {}
        self._aligned: dict[tuple[str, int, int], list[Pair]] = {}

    def overlaps(self, layer: str, i: int, j: int) -> Overlaps:
        """Which units of readings i and j share text."""
        key = (layer, i, j)
        if key not in self._overlaps:
            self._overlaps[key] = Overlaps(self.readings[i].units[layer], self.readings[j].units[layer])
        return self._overlaps[key]

    def aligned(self, layer: str, i: int, j: int) -> list[Pair]:
        """Index pairs of records of readings i and j that speak of the same place, labels aside (`overlap_pairs`)."""
        key = (layer, i, j)
        if key not in self._aligned:
            self._aligned[key] = self.overlaps(layer, i, j).pairs(most="overlap")
        return self._aligned[key]


def comparisons(sheet: Sheet) -> dict[str, Comparison]:
    """Return, for each layer that two annotators or more have marked, the comparison of those annotators."""
    by_annotators: dict[tuple[str, ...], Comparison] = {}
    found = {}
    for name in LAYERS:
        marked = tuple(layer for layer in sheet.layers if is_marked(layer, name))
        if len(marked) >= 2:
            who = tuple(layer.annotator for layer in marked)
            if who not in by_annotators:
                by_annotators[who] = Comparison(msgspec.structs.replace(sheet, layers=marked))
            found[name] = by_annotators[who]
    return found
