"""The data of an agreement study: each article as several annotators marked it, laid out for the measures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from itertools import combinations
from typing import Any

import msgspec

from ...schema.errors import LayersError
from ...schema.labels import inventory
from ...schema.records import GOLD, Article, Attribution, Entity, Layer, Quantity
from .given_cue import cue_units
from .matching import Overlaps, Pair, Unit
from .tokens import tokens
from .unitized_alpha import flat

LAYERS = ("entities", "quantities", "attributions")
# In which of an annotator's passes (a layer's `meta["passes"]`) each layer is marked.
PASS_OF = {"entities": "entities", "quantities": "entities", "attributions": "attributions"}


class Sheet(msgspec.Struct, frozen=True, kw_only=True):
    """One article: its text and slices, its annotators' layers, and the machine's and the gold layer if known."""

    article_id: str
    text: str
    publisher: str | None
    batch: str | None
    layers: tuple[Layer, ...]
    machine: Layer | None = None
    gold: Layer | None = None


class Study(msgspec.Struct, frozen=True):
    """The articles that two or more annotators marked, in an order that no name decides, and who the annotators are."""

    annotators: tuple[str, ...]
    sheets: tuple[Sheet, ...]


def study(
    articles: Mapping[str, Article],
    layers: Iterable[Layer],
    *,
    gold: Iterable[Layer] | None = None,
    annotators: Collection[str] | None = None,
) -> Study:
    """Group layers by article and keep the articles with two annotators or more: one layer agrees with nothing.

    Annotators are all but pre-annotators (layers whose meta has `model_version`) and gold, or those named. Gold layers
    among `layers` serve as gold for articles that `gold` has not. A sheet's `batch` is what its layers' meta say, None
    where they differ.
    Raises LayersError for a layer without its article, or made for another text, or a second one of the same annotator.
    """
    people: dict[str, dict[str, Layer]] = defaultdict(dict)
    machine: dict[str, Layer] = {}
    golden = {layer.article_id: layer for layer in gold or ()}
    for layer in layers:
        article = articles.get(layer.article_id)
        if article is None:
            raise LayersError(f"a layer of {layer.annotator!r} is of article {layer.article_id!r}, which is not given")
        if article.sha256 != layer.sha256:
            raise LayersError(
                f"article {layer.article_id!r}: the layer of {layer.annotator!r} was made for the text"
                f" {layer.sha256[:12]}…, but the article has {article.sha256[:12]}…"
            )
        if layer.annotator in annotators if annotators is not None else is_human(layer):
            if layer.annotator in people[layer.article_id]:
                raise LayersError(f"article {layer.article_id!r}: two layers of annotator {layer.annotator!r}")
            people[layer.article_id][layer.annotator] = layer
        elif layer.annotator == GOLD:
            golden.setdefault(layer.article_id, layer)
        else:
            machine[layer.article_id] = layer
    # By content first: names of articles decide neither the order of sums nor the bootstrap's draws.
    chosen = sorted((articles[key].sha256, key) for key, given in people.items() if len(given) >= 2)
    sheets = tuple(_sheet(articles[key], people[key], machine.get(key), golden.get(key)) for _, key in chosen)
    names = sorted({layer.annotator for sheet in sheets for layer in sheet.layers})
    return Study(tuple(names), sheets)


def is_human(layer: Layer) -> bool:
    """Whether a person made the layer: no pre-annotator (`meta["model_version"]`) and not the gold."""
    return "model_version" not in layer.meta and layer.annotator != GOLD


def is_control(layer: Layer) -> bool:
    """Whether the annotator worked without pre-annotation (`meta["control"]`)."""
    return bool(layer.meta.get("control"))


def is_marked(layer: Layer, name: str) -> bool:
    """Whether the annotator did the pass in which this layer is marked; a layer that names no passes is whole."""
    passes = layer.meta.get("passes")
    return passes is None or PASS_OF[name] in passes


def _sheet(article: Article, given: Mapping[str, Layer], machine: Layer | None, gold: Layer | None) -> Sheet:
    layers = tuple(given[name] for name in sorted(given))
    batches = {str(layer.meta["batch"]) for layer in layers if layer.meta.get("batch") is not None}
    return Sheet(
        article_id=article.id,
        text=article.text,
        publisher=article.publisher,
        batch=batches.pop() if len(batches) == 1 else None,
        layers=layers,
        machine=machine,
        gold=gold,
    )


class Reading:
    """One annotator's layer with its records in an order that depends on nothing but what they say."""

    def __init__(self, layer: Layer) -> None:
        self.annotator = layer.annotator
        self.control = is_control(layer)
        self.entities = sorted(layer.entities, key=_entity_order)
        self.quantities = sorted(layer.quantities, key=_quantity_order)
        self.attributions = sorted(layer.attributions, key=_attribution_order)

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

    @cached_property
    def coded(self) -> dict[str, list[tuple[int, int, int]]]:
        """By layer, what a continuum is cut into: (start, end, number of the label); of attributions, the content."""
        entities, kinds, sayings = (CODES[layer] for layer in LAYERS)
        return {
            "entities": [(e.start, e.end, entities[e.label]) for e in self.entities],
            "quantities": [(q.start, q.end, kinds[q.kind]) for q in self.quantities],
            "attributions": [(start, end, sayings[a.kind]) for a in self.attributions for start, end in a.content],
        }

    @cached_property
    def flat(self) -> dict[str, tuple[list[tuple[int, int, int]], int]]:
        """By layer, `coded` without overlap, and how many units that dropped."""
        return {layer: flat(units) for layer, units in self.coded.items()}


class Comparison:
    """An article ready to be counted: its readings, and each pair's alignments, computed once for all measures."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet
        self.length = len(sheet.text)
        self.readings = [Reading(layer) for layer in sheet.layers]
        self.gold = Reading(sheet.gold) if sheet.gold else None
        self.machine = Reading(sheet.machine) if sheet.machine else None
        self.pairs = list(combinations(range(len(self.readings)), 2))
        self._overlaps: dict[tuple[str, int, int], Overlaps] = {}
        self._aligned: dict[tuple[str, int, int], list[Pair]] = {}

    @cached_property
    def tokens(self) -> tuple[list[int], list[int]]:
        """Where the tokens of the text start and where they end."""
        spans = tokens(self.sheet.text)
        return [start for start, _ in spans], [end for _, end in spans]

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


def labels_of(layer: str) -> list[str]:
    """Return a layer's labels in the inventory's order: entity labels, quantity kinds, attribution kinds."""
    labels = inventory()
    return {
        "entities": list(labels.entities),
        "quantities": list(labels.quantity.kinds),
        "attributions": list(labels.attribution.kinds),
    }[layer]


# Number of each label from 1 on; 0 is the gap.
CODES: dict[str, dict[str, int]] = {
    layer: {name: n for n, name in enumerate(labels_of(layer), start=1)} for layer in LAYERS
}


def _entity_order(e: Entity) -> tuple[Any, ...]:
    return (e.start, e.end, e.label, e.subtype or "")


def _quantity_order(q: Quantity) -> tuple[Any, ...]:
    return (q.start, q.end, q.kind, q.bound, q.value or "", q.low or "", q.high or "", q.unit or "", q.counted or ())


def _attribution_order(a: Attribution) -> tuple[Any, ...]:
    return (a.cues, a.kind, a.source or (), a.implicit_source, a.relays, a.content)
