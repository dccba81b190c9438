"""Agreement on what annotators say of the same unit: kind, bound, value, unit, subtype.

Units of two annotators are aligned by `matching.overlap_pairs(most="overlap")`: they share text, identical spans stay
together, labels aside. Krippendorff's α then takes each unit as a value that meets those of the units aligned with it,
every unit counting once: the number of its partners stands for m_u - 1. Where all annotators aligned, this is α of the
reliability table with one row per annotator. How many units have a partner at all is the coverage.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from ...schema.labels import inventory
from ...schema.records import Entity, Quantity
from .distance import Floats, ratio_distances
from .distance import ratio as ratio_distance
from .evaluation import QUANTITY_READINGS
from .tally import Sums, Totals, ratio

if TYPE_CHECKING:
    from .study import Comparison


BLOCK = 1024


class Attribute(NamedTuple):
    """How an attribute is read from a record (None where it has none to compare), and by which α it is measured."""

    read: Callable[[Any], Any]
    alpha: str | None = "nominal"


def _subtype(entity: Entity) -> str | None:
    return (entity.subtype or "none") if inventory().entities[entity.label].subtypes else None


def _number(field: str) -> Callable[[Quantity], float | None]:
    def read(quantity: Quantity) -> float | None:
        number = getattr(quantity, field)
        return None if number is None else float(number)

    return read


ATTRIBUTES: dict[str, dict[str, Attribute]] = {
    "entities": {"label": Attribute(lambda e: e.label), "subtype": Attribute(_subtype)},
    "quantities": {
        "kind": Attribute(lambda q: q.kind),
        "bound": Attribute(lambda q: q.bound),
        "unit": Attribute(lambda q: q.unit or "none"),
        "value": Attribute(_number("value"), "ratio"),
        "low": Attribute(_number("low"), "ratio"),
        "high": Attribute(_number("high"), "ratio"),
        "counted": Attribute(lambda q: q.counted or (), None),
        "reading": Attribute(QUANTITY_READINGS["reading"], None),
    },
    "attributions": {
        "kind": Attribute(lambda a: a.kind),
        "implicit_source": Attribute(lambda a: "implicit" if a.implicit_source else "explicit"),
    },
}


def count(article: Comparison, layer: str, now: Sums) -> None:
    """Add an article's aligned units: how far their values are apart, how often each value stands, and the coverage."""
    edges = [
        (reading_a, a, reading_b, b)
        for reading_a, reading_b in article.pairs
        for a, b in article.aligned(layer, reading_a, reading_b)
    ]
    now["aligned", layer, "with"] += len({end for i, a, j, b in edges for end in ((i, a), (j, b))})
    now["aligned", layer, "pairs"] += len(edges)
    if not edges:
        return
    for name, attribute in ATTRIBUTES[layer].items():
        values = [[attribute.read(record) for record in reading.records(layer)] for reading in article.readings]
        pairs = [((i, a), (j, b), values[i][a], values[j][b]) for i, a, j, b in edges]
        pairs = [pair for pair in pairs if pair[2] is not None and pair[3] is not None]
        if name == "subtype":
            labels = [[unit.label for unit in reading.units[layer]] for reading in article.readings]
            pairs = [pair for pair in pairs if labels[pair[0][0]][pair[0][1]] == labels[pair[1][0]][pair[1][1]]]
        now["attribute", layer, name, "pairs"] += len(pairs)
        now["attribute", layer, name, "right"] += sum(one == other for _, _, one, other in pairs)
        if attribute.alpha:
            _spread(now, ("attribute", layer, name), pairs, attribute.alpha)


def _spread(now: Sums, key: tuple[str, ...], pairs: list[tuple[Any, Any, Any, Any]], metric: str) -> None:
    partners: dict[Any, int] = defaultdict(int)
    said: dict[Any, Any] = {}
    for a, b, one, other in pairs:
        partners[a] += 1
        partners[b] += 1
        said[a], said[b] = one, other
    far = 0.0
    for a, b, one, other in pairs:
        if one != other:
            distance = 1.0 if metric == "nominal" else ratio_distance(one, other)
            far += distance * (1 / partners[a] + 1 / partners[b])
    now[*key, "far"] += far
    for value in said.values():
        now[*key, "count", value] += 1


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
