"""Agreement on what annotators say of the same unit: kind, bound, value, unit, subtype.

Units of two annotators are aligned by `matching.overlap_pairs(most="overlap")`: they share text, identical spans stay
together, labels aside. Krippendorff's α then takes each unit as a value that meets those of the units aligned with it,
every unit counting once: the number of its partners stands for m_u - 1. Where all annotators aligned, this is α of the
reliability table with one row per annotator. How many units have a partner at all is the coverage.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .distance import Floats, ratio_distances
from .records import CODES
from .tally import Ints, Tally, Totals, ratio

if TYPE_CHECKING:
    from .batch import Batch, Marked
    from .overlaps import Bools
    from .study import Part

BLOCK = 1024


class Attribute(NamedTuple):
    """An attribute: the columns that must be equal, by which α it is measured, and the names of its values.

    A value below 0 is missing; where `alpha` is None, or nominal with a name for every value, nothing is.
    """

    columns: tuple[str, ...]
    alpha: str | None = "nominal"
    names: Callable[[Part], Sequence[str]] = lambda part: ()


ATTRIBUTES: dict[str, dict[str, Attribute]] = {
    "entities": {
        "label": Attribute(("label",), names=lambda part: ("", *CODES["entities"])),
        "subtype": Attribute(("subtype",), names=lambda part: part.subtypes),
    },
    "quantities": {
        "kind": Attribute(("label",), names=lambda part: ("", *CODES["quantities"])),
        "bound": Attribute(("bound",), names=lambda part: part.bounds),
        "unit": Attribute(("unit",), names=lambda part: part.units),
        "value": Attribute(("value",), "ratio"),
        "low": Attribute(("low",), "ratio"),
        "high": Attribute(("high",), "ratio"),
        "counted": Attribute(("counted_start", "counted_end"), None),
        "reading": Attribute(("label", "bound", "unit", "value", "low", "high", "counted_start", "counted_end"), None),
    },
    "attributions": {
        "kind": Attribute(("label",), names=lambda part: ("", *CODES["attributions"])),
        "implicit_source": Attribute(("implicit",), names=lambda part: ("explicit", "implicit")),
    },
}


def count(batch: Batch, layer: str, tally: Tally) -> None:
    """Add articles' aligned units: how far their values are apart, how often each value stands, and the coverage."""
    here, part = batch.layers[layer], batch.part
    graph, edges = here.graph, here.aligned
    a, b, article = graph.a[edges], graph.b[edges], here.pairs.article[graph.pair[edges]]
    with_partner = np.unique(np.concatenate((a, b)))
    tally.add(("aligned", layer, "with"), part.article[here.units.reading[with_partner]], None)
    tally.add(("aligned", layer, "pairs"), article, None)
    for name, attribute in ATTRIBUTES[layer].items():
        compared, right = comparable(here, name)
        tally.add(("attribute", layer, name, "pairs"), article[compared], None)
        tally.add(("attribute", layer, name, "right"), article[compared & right], None)
        if attribute.alpha:
            _spread(tally, here, name, edges[compared])


def comparable(here: Marked, name: str) -> tuple[Bools, Bools]:
    """Return for each aligned pair whether both have the attribute, and whether they say the same.

    Subtypes are compared under one label only: another label's are other values.
    """
    edges, attribute = here.aligned, ATTRIBUTES[here.name][name]
    a, b = here.graph.a[edges], here.graph.b[edges]
    compared: Bools = np.ones(len(edges), dtype=bool)
    if attribute.alpha:
        values = here.table[attribute.columns[0]]
        compared = (values[a] >= 0) & (values[b] >= 0)
    if name == "subtype":
        compared &= here.units.label[a] == here.units.label[b]
    right: Bools = np.ones(len(edges), dtype=bool)
    for column in attribute.columns:
        right &= here.table[column][a] == here.table[column][b]
    return compared, right


def _spread(tally: Tally, here: Marked, name: str, edges: Ints) -> None:
    """Add how far the values of aligned units are apart, each unit counting once, and how often each value stands."""
    key, attribute, part = ("attribute", here.name, name), ATTRIBUTES[here.name][name], here.batch.part
    values, graph = here.table[attribute.columns[0]], here.graph
    a, b = graph.a[edges], graph.b[edges]
    partners = np.bincount(np.concatenate((a, b)), minlength=len(values))
    distance = (values[a] != values[b]).astype(float)
    names: Sequence[object] = attribute.names(part)
    if attribute.alpha == "ratio":
        numbers = part.numbers
        sizes = np.abs(numbers[values[a]]) + np.abs(numbers[values[b]])
        gaps = numbers[values[a]] - numbers[values[b]]
        distance = np.divide(gaps, sizes, out=np.zeros_like(gaps), where=sizes > 0) ** 2
        names = numbers.tolist()
    far = distance * (1 / partners[a] + 1 / partners[b])
    tally.add((*key, "far"), here.pairs.article[graph.pair[edges]], far)
    said = np.flatnonzero(partners)
    tally.add((*key, "count"), part.article[here.units.reading[said]], None, (values[said], names))


def alpha_nominal(totals: Totals, layer: str, attribute: str) -> Floats:
    """Krippendorff's nominal α of an attribute over aligned units, in every draw."""
    counts = list(totals.under("attribute", layer, attribute, "count").values())
    n = sum(counts, np.zeros(totals.draws))
    same = sum((values**2 for values in counts), np.zeros(totals.draws))
    return 1 - ratio(totals["attribute", layer, attribute, "far"] * (n - 1), n**2 - same)


def alpha_ratio(totals: Totals, layer: str, attribute: str) -> Floats:
    """Krippendorff's ratio α of a number over aligned units in which both give one, in every draw."""
    found = totals.under("attribute", layer, attribute, "count")
    if not found:
        return np.full(totals.draws, np.nan)
    numbers = np.array([value for (value,) in found])
    counts = np.stack(list(found.values()), axis=1)
    n = counts.sum(axis=1)
    apart = np.zeros(totals.draws)
    # In blocks: the whole matrix of distances between all numbers of a large corpus would not fit.
    for first in range(0, len(numbers), BLOCK):
        block = slice(first, first + BLOCK)
        apart += ((counts @ ratio_distances(numbers, numbers[block])) * counts[:, block]).sum(axis=1)
    return 1 - ratio(totals["attribute", layer, attribute, "far"] * (n - 1), apart)


def exact(totals: Totals, layer: str, attribute: str) -> Floats:
    """The share of aligned pairs that say the same of an attribute, in every draw; not corrected for chance."""
    return ratio(totals["attribute", layer, attribute, "right"], totals["attribute", layer, attribute, "pairs"])
