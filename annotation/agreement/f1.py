"""Mean pairwise F1: each annotator scored against each other one, matching exact spans or overlapping ones.

F1 is the same whichever of the two is taken for the truth; with the countless true negatives of span annotation it
approaches κ (Hripcsak & Rothschild 2005, JAMIA 12(3)). A pair's F1 comes from its counts over all articles; the mean is
over pairs.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np

from .batch import Batch, Graph, Marked, Pairs
from .distance import Floats
from .records import labels_of
from .study import MACHINE, REFERENCE
from .tally import Ints, Tally, Totals, mean_defined, ratio

Pair = tuple[str, str]


def count(batch: Batch, layer: str, tally: Tally) -> None:
    """Add articles' matches of each pair of annotators, and of each annotator with the gold and with the machine."""
    here = batch.layers[layer]
    labels = ("", *labels_of(layer))
    units, readings = here.units, here.readings
    of_people = np.flatnonzero(np.isin(units.reading, readings))
    article = batch.part.article[units.reading[of_people]]
    tally.add(("units", layer, ""), article, None)
    tally.add(("units", layer), article, None, (units.label[of_people], labels))
    places, names = here.pair_names
    by_label = np.arange(len(labels))
    for stat, found in zip(("size", "exact", "overlap"), matches(here, here.pairs, here.graph), strict=True):
        tally.add(
            ("f1", layer),
            np.repeat(here.pairs.article, len(labels)),
            found.ravel(),
            (np.tile(by_label, len(places)), labels),
            (np.repeat(places, len(labels)), names),
            then=(stat,),
        )
    who = batch.part.annotators
    for role in (REFERENCE, MACHINE):
        pairs = batch.against(here, role)
        unaided = batch.part.control[pairs.a]
        sides = ["gold"] if role == REFERENCE else ["machine seen", "machine unseen"]
        of_both = matches(here, pairs, Graph(units.spans, units.first, pairs))
        for stat, number in zip(("size", "exact", "overlap"), of_both, strict=True):
            tally.add(
                (),
                pairs.article,
                number[:, 0],
                (unaided if role == MACHINE else 0 * unaided, sides),
                (0 * unaided, [layer]),
                (batch.part.annotator[pairs.a], who),
                then=(stat,),
            )


def matches(here: Marked, pairs: Pairs, graph: Graph) -> tuple[Floats, Floats, Floats]:
    """Return (size of both, exact matches, overlap matches) with a row for each pair of readings, a column by label.

    Column 0 is of all units; there only equal labels match if the unit's label is part of what it is (entities).
    What `matching.matches` counts for two annotators is counted here for all pairs of a batch.
    """
    n_labels, units = len(labels_of(here.name)) + 1, here.units
    shape = (len(pairs.a), n_labels)
    held = np.bincount(units.reading * n_labels + units.label, minlength=(len(units.first) - 1) * n_labels)
    size = held.reshape(-1, n_labels)[pairs.a] + held.reshape(-1, n_labels)[pairs.b]
    size[:, 0] = size.sum(axis=1)
    label = units.label[graph.a]
    alike = np.flatnonzero(label == units.label[graph.b])
    same = np.flatnonzero(units.shape[graph.a] == units.shape[graph.b])
    both = same[label[same] == units.label[graph.b[same]]]
    exact, overlap = np.zeros(shape), np.zeros(shape)
    exact += _by_label(graph, both, _identical(graph, both), label, shape)
    overlap += _by_label(graph, alike, _largest(graph, alike), label, shape)
    if here.name == "entities":
        exact[:, 0], overlap[:, 0] = exact.sum(axis=1), overlap.sum(axis=1)
    else:
        every, whole = np.arange(len(label)), np.zeros_like(label)
        exact += _by_label(graph, same, _identical(graph, same), whole, shape)
        overlap += _by_label(graph, every, _largest(graph, every), whole, shape)
    return size.astype(float), exact, overlap


def _by_label(graph: Graph, edges: Ints, share: Floats, label: Ints, shape: tuple[int, int]) -> Floats:
    cells = np.bincount(graph.pair[edges] * shape[1] + label[edges], weights=share, minlength=shape[0] * shape[1])
    return np.rint(cells.reshape(shape))


def _identical(graph: Graph, edges: Ints) -> Floats:
    """What share of a match each edge between identical units is: all of it, unless units are there twice."""
    degree_a, degree_b = graph.degrees(edges)
    return np.asarray(np.minimum(degree_a, degree_b) / (degree_a * degree_b), dtype=float)


def _largest(graph: Graph, edges: Ints) -> Floats:
    """1 for each edge of a largest matching of the edges, else 0 (Hopcroft & Karp 1973, through scipy)."""
    alone = graph.alone(edges)
    chosen = alone.astype(float)
    contested = np.flatnonzero(~alone)
    if len(contested):
        from scipy.sparse import csr_array
        from scipy.sparse.csgraph import maximum_bipartite_matching

        rows, columns = (
            np.unique(nodes[edges[contested]], return_inverse=True)[1] for nodes in (graph.node_a, graph.node_b)
        )
        matrix = csr_array((np.ones(len(rows), dtype=np.int8), (rows, columns)))
        partner = maximum_bipartite_matching(matrix, perm_type="column")
        chosen[contested] = partner[rows] == columns
    return chosen


def f1(totals: Totals, layer: str, label: str, mode: str, pairs: Iterable[Pair] | None = None) -> Floats:
    """Return in every draw the mean over pairs (all, or those given) of F1 by `mode`, `exact` or `overlap`."""
    chosen = (
        pairs if pairs is not None else [(a, b) for a, b, stat in totals.under("f1", layer, label) if stat == "size"]
    )
    values = []
    for pair in chosen:
        key = ("f1", layer, label, *pair)
        values.append(ratio(2 * totals[*key, mode], totals[*key, "size"]))
    return mean_defined(values, totals.draws)


def f1_against(totals: Totals, side: str, layer: str, mode: str, annotator: str | None = None) -> Floats:
    """Return in every draw the F1 with a reference: of one annotator, or the mean over annotators.

    `side`: the `gold`, or the pre-annotation of articles in which the annotator had it before the eyes (`machine seen`)
    or not (`machine unseen`).
    """
    names = [annotator] if annotator is not None else [who for who, stat in totals.under(side, layer) if stat == "size"]
    values = [ratio(2 * totals[side, layer, who, mode], totals[side, layer, who, "size"]) for who in names]
    return mean_defined(values, totals.draws)
