"""How often each annotator is right where nobody knows the truth: Dawid & Skene's model of annotators who err.

Dawid & Skene (1979), Applied Statistics 28(1): truth and each annotator's confusion matrix estimated together by EM.
Computed by crowd-kit (the extra `quality`), imported only when asked for. It takes five annotators or more to be worth
anything; the tasks are the groups of units that annotators aligned (`batch.Marked.aligned`).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterator
from typing import Any, NamedTuple

import numpy as np

from .alpha import Table, is_missing
from .attributes import ATTRIBUTES
from .batch import Batch, Marked
from .study import Study

ENOUGH = 5
ROUNDS = 100


class Estimate(NamedTuple):
    """The most probable value of each unit (None where nobody gave one) and each coder's expected accuracy (or nan)."""

    values: list[Any]
    accuracy: list[float]


def dawid_skene(table: Table) -> Estimate:
    """Estimate the truth behind a reliability table: one row per coder, one column per unit, None or nan for missing.

    A coder's accuracy is the probability of giving a unit its true value, values weighted by how frequent they are.
    Raises ModuleNotFoundError without the extra `quality`.
    """
    said = [
        (unit, coder, value)
        for coder, row in enumerate(table)
        for unit, value in enumerate(row)
        if not is_missing(value)
    ]
    if not said:
        return Estimate([None] * (len(table[0]) if table else 0), [math.nan] * len(table))
    frame, model = _library()
    fitted = model(n_iter=ROUNDS).fit(frame(said, columns=["task", "worker", "label"]))
    errors = fitted.errors_.to_dict("index")
    shares = fitted.priors_.to_dict()
    truth = fitted.labels_.to_dict()
    accuracy = [
        sum(share * errors[coder, value][value] for value, share in shares.items() if (coder, value) in errors)
        if any(key[0] == coder for key in errors)
        else math.nan
        for coder in range(len(table))
    ]
    return Estimate([truth.get(unit) for unit in range(max(len(row) for row in table))], accuracy)


def accuracies(data: Study) -> dict[str, dict[str, float]]:
    """Return, by annotator, the expected accuracy in each categorical attribute (`quantities.kind`) of aligned units.

    Empty with fewer than five annotators. Raises ModuleNotFoundError without the extra `quality`.
    """
    found: dict[str, dict[str, float]] = {name: {} for name in data.annotators}
    if len(data.annotators) < ENOUGH:
        return {}
    units: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for part in data.parts():
        for layer, here in Batch(part).layers.items():
            groups = list(_groups(here))
            for name, attribute in ATTRIBUTES[layer].items():
                if attribute.alpha == "nominal":
                    values, names = here.table[attribute.columns[0]].tolist(), attribute.names(part)
                    for group in groups:
                        said = {who: names[values[unit]] for who, unit in group.items() if values[unit] >= 0}
                        units[f"{layer}.{name}"].append(said)
    for name, values in units.items():
        table = [[unit.get(annotator) for unit in values] for annotator in data.annotators]
        for annotator, accuracy in zip(data.annotators, dawid_skene(table).accuracy, strict=True):
            if not math.isnan(accuracy):
                found[annotator][name] = accuracy
    return found


def _groups(here: Marked) -> Iterator[dict[str, int]]:
    """Units of two or more annotators that are linked by alignment; of an annotator with several the first."""
    if not len(here.aligned):
        return
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    units, edges, part = here.units, here.aligned, here.batch.part
    a, b = here.graph.a[edges], here.graph.b[edges]
    links = coo_array((np.ones(len(a)), (a, b)), shape=(len(units.label),) * 2)
    _, group = connected_components(links, directed=False)
    groups: dict[int, dict[str, int]] = defaultdict(dict)
    for unit in np.unique(np.concatenate((a, b))).tolist():
        groups[int(group[unit])].setdefault(part.annotators[part.annotator[units.reading[unit]]], unit)
    yield from groups.values()


def _library() -> tuple[Any, Any]:
    try:
        from crowdkit.aggregation import DawidSkene
        from pandas import DataFrame
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "annotators' accuracy is estimated by crowd-kit, which is not installed: pip install 'musnad[quality]'"
        ) from error
    return DataFrame, DawidSkene
