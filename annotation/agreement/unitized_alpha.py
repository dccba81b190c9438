"""Krippendorff's unitized α family: how reliably a text is cut into units and the units labelled.

Krippendorff, Mathet, Bouvry & Widlöcher (2016), "On the reliability of unitizing textual continua: Further
developments", Quality & Quantity 50. Every coder cuts the whole continuum into units with a value and gaps (value φ).
ℓ_ck is the length over which value c of one coder meets value k of another, each pair of coders counting 1/(m - 1):

    uα     all of it: cutting and labelling together            |uα    units against gaps, labels aside
    cuα    labels alone, where units of two coders intersect    (k)uα  one label, where units intersect

Several continua (articles) are laid end to end; no unit crosses from one to the next. One coder's units may not
overlap: `overlaps.flat` keeps the longest of those that do.
"""

from __future__ import annotations

import math
from collections.abc import Hashable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

import numpy as np

from .distance import Floats
from .records import labels_of
from .tally import Ints, Tally, Totals

if TYPE_CHECKING:
    from .batch import Batch
    from .overlaps import Bools

ValuedUnit: TypeAlias = tuple[int, int, Hashable]


class Continuum(NamedTuple):
    """A text of `length` code points and, for each coder, the units (start, end, value) marked in it."""

    length: int
    coders: Sequence[Sequence[ValuedUnit]]


class UnitizedAlpha(NamedTuple):
    """The family; nan where a coefficient is undefined. `covered` is the share of the continua that cuα speaks of."""

    u: float
    binary: float
    cu: float
    ku: dict[Hashable, float]
    covered: float


class Lengths(NamedTuple):
    """What the family is computed from; sums over articles. Value 0 is φ. All arrays may have leading axes (draws)."""

    met: Floats  # ℓ_ck
    mass: Floats  # Σ w by value: squared length for units, length for gaps
    crossed: Floats  # Σ (length of a unit that meets another coder's units)² / (m - 1), by value


def unitized_alpha(*continua: Continuum) -> UnitizedAlpha:
    """Return uα, |uα, cuα and every (k)uα of one or more continua with two or more coders each.

    An empty unit carries no mass and is passed over. Raises ValueError when units of one coder overlap or leave the
    continuum, and for fewer than two coders.

    >>> alex, paul = [(2, 5, "PER"), (9, 11, "PER")], [(2, 5, "PER"), (9, 12, "ORG")]
    >>> family = unitized_alpha(Continuum(20, [alex, paul]))
    >>> round(family.u, 4), round(family.binary, 4)
    (0.6633, 0.8793)
    """
    values = sorted({value for _, coders in continua for units in coders for _, _, value in units}, key=repr)
    code = {value: n for n, value in enumerate(values, start=1)}
    total: Lengths | None = None
    for length, coders in continua:
        if len(coders) < 2:
            raise ValueError(f"a continuum has {len(coders)} coder(s): agreement takes two or more")
        for units in coders:
            _check(units, length)
        coded = [[(start, end, code[value]) for start, end, value in units if start < end] for units in coders]
        here = lengths(length, coded, len(values) + 1)
        total = here if total is None else Lengths(*(a + b for a, b in zip(total, here, strict=True)))
    if total is None:
        return UnitizedAlpha(math.nan, math.nan, math.nan, {}, math.nan)
    ku = [float(ku_alpha(total, n)) for n in range(1, len(values) + 1)]
    covered = float(total.met[1:, 1:].sum() / total.met.sum()) if total.met.any() else math.nan
    return UnitizedAlpha(
        float(u_alpha(total)),
        float(u_alpha_binary(total)),
        float(cu_alpha(total)),
        dict(zip(values, ku, strict=True)),
        covered,
    )


def lengths(length: int, coders: Sequence[Sequence[tuple[int, int, int]]], n_values: int) -> Lengths:
    """Return the sums of one continuum; units carry value codes from 1 to `n_values` - 1 and do not overlap."""
    m = len(coders)
    met = np.zeros((n_values, n_values))
    mass, crossed = np.zeros(n_values), np.zeros(n_values)
    # Between two neighbouring ends of any units nothing changes: values stand for stretches, not for code points.
    ends = sorted({0, length}.union(*((start, end) for units in coders for start, end, _ in units)))
    place = {end: n for n, end in enumerate(ends)}
    widths = np.diff(ends)
    painted, marked, edges = [], [], []
    for units in coders:
        values = np.zeros(len(widths), dtype=np.int64)
        gaps = length
        for start, end, value in units:
            values[place[start] : place[end]] = value
            mass[value] += (end - start) ** 2
            gaps -= end - start
        mass[0] += gaps
        painted.append(values)
        marked.append(np.concatenate(([0], np.cumsum(np.where(values > 0, widths, 0)))))
        edges.append(np.array([(place[s], place[e], v) for s, e, v in units], dtype=np.int64).reshape(-1, 3))
    for i in range(m):
        for j in range(i + 1, m):
            square = np.bincount(painted[i] * n_values + painted[j], weights=widths, minlength=n_values**2)
            pair = square.reshape(n_values, n_values) / (m - 1)
            met += pair + pair.T
        for j in range(m):
            if i != j and len(edges[i]):
                begins, stops, codes = edges[i].T
                width = marked[j][stops] - marked[j][begins]
                crossed += np.bincount(codes, weights=width**2 / (m - 1), minlength=n_values)
    return Lengths(met, mass, crossed)


def u_alpha(sums: Lengths) -> Floats:
    """uα (eq. 5a): of everything, units, labels and gaps."""
    total, margins, rest = _whole(sums)
    agreed = _trace(sums.met)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = total[..., None] * (margins**2 - sums.mass) / rest[..., None]
    return _alpha(total - agreed, total - expected.sum(-1), total)


def u_alpha_binary(sums: Lengths) -> Floats:
    """|uα (eq. 6): units of any label against gaps."""
    total, margins, rest = _whole(sums)
    gaps = margins[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = total * gaps * (total - gaps) / rest
    return _alpha(gaps - sums.met[..., 0, 0], expected, total)


def cu_alpha(sums: Lengths) -> Floats:
    """cuα (eq. 11): of the labels, where units of two coders intersect; undefined with a single label."""
    met, margins, total, rest = _coded(sums)
    with np.errstate(divide="ignore", invalid="ignore"):
        expected = (margins**2 - sums.crossed[..., 1:]) / rest[..., None]
    return _alpha(total - _trace(met), np.where(rest > 0, total - expected.sum(-1), np.nan), total)


def ku_alpha(sums: Lengths, value: int) -> Floats:
    """(k)uα (eq. 13b) of the value with this code: of one label, where its units intersect any unit."""
    met, margins, total, rest = _coded(sums)
    here = margins[..., value - 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        row = (here * total - sums.crossed[..., value]) / rest
        scale = row / here
        expected = here * (total - here) / rest
    # So few intersections that chance would expect a negative length of them: no expectation.
    expected = np.where((rest > 0) & (row > 0), expected, np.nan)
    return _alpha(scale * (here - met[..., value - 1, value - 1]), expected, total)


def count(batch: Batch, layer: str, tally: Tally) -> None:
    """Add articles' lengths in a layer, and for each label those of its units against everything else.

    The sums are those of `lengths`, read off the units that share text: where a unit meets no unit it meets a gap.
    """
    here, part, labels = batch.layers[layer], batch.part, labels_of(layer)
    size, readings, pairs = len(labels) + 1, here.readings, here.pairs
    article, others = part.article[readings], here.people - 1
    (spans, label), graph, (kept, alone) = here.coded, here.coded_graph, here.kept
    reading = np.repeat(np.arange(len(part.article)), np.diff(spans.first))
    width = spans.end - spans.start
    codes = list(range(size))

    def by_label(values: Ints, chosen: Bools) -> Floats:
        """Sum over each reading's chosen spans by label; column 0 is left for gaps."""
        cells = reading[chosen] * size + label[chosen]
        sums = np.bincount(cells, weights=values[chosen], minlength=len(part.article) * size)
        return sums.astype(float).reshape(-1, size)

    def add(name: str, of: Ints, values: Floats, *axes: tuple[Ints, Sequence[Any]]) -> None:
        tally.add(("u", layer, name), of, values, *axes)

    def meet(pair: Ints, a: Ints, b: Ints, shared: Floats) -> None:
        """Add what values a and b have in common, which counts for both directions."""
        of, value = pairs.article[pair], shared / others[pairs.article[pair]]
        add("met", of, value, (a, codes), (b, codes))
        add("met", of, value, (b, codes), (a, codes))

    marked = by_label(width, kept)
    marked[:, 0] = batch.lengths[part.article] - marked.sum(axis=1)
    edges = np.flatnonzero(kept[graph.a] & kept[graph.b])
    pair, one, other = graph.pair[edges], label[graph.a[edges]], label[graph.b[edges]]
    common = graph.common[edges].astype(float)
    meet(pair, one, other, common)
    # What of each label's length is beside no unit of the other one is beside a gap.
    left = len(pairs.a) * size
    beside_b = marked[pairs.a] - np.bincount(pair * size + one, weights=common, minlength=left).reshape(-1, size)
    beside_a = marked[pairs.b] - np.bincount(pair * size + other, weights=common, minlength=left).reshape(-1, size)
    every, values = np.repeat(np.arange(len(pairs.a)), size - 1), np.tile(codes[1:], len(pairs.a))
    for beside in (beside_b, beside_a):
        meet(every, values, 0 * values, beside[:, 1:].ravel())
    gaps = beside_b[:, 0] - beside_a[:, 1:].sum(axis=1)
    meet(np.arange(len(pairs.a)), np.zeros_like(pairs.a), np.zeros_like(pairs.a), gaps)
    mass = by_label(width**2, kept)
    mass[:, 0] = marked[:, 0]
    add("mass", np.repeat(article, size), mass[readings].ravel(), (np.tile(codes, len(readings)), codes))
    for ends, nodes, units in ((one, graph.node_a, graph.n_a), (other, graph.node_b, graph.n_b)):
        covered = np.bincount(nodes[edges], weights=common, minlength=units)
        # A unit's edges share what it is covered by, so that its square is counted once.
        squares = covered[nodes[edges]] * common / others[pairs.article[pair]]
        add("crossed", pairs.article[pair], squares, (ends, codes))
    of_people = np.isin(reading, readings)
    add("dropped", part.article[reading[of_people & ~kept]], np.ones(int((of_people & ~kept).sum())))
    add("whole", np.arange(batch.n_articles), (batch.lengths * here.people).astype(float))
    own = np.flatnonzero(alone[graph.a] & alone[graph.b] & (label[graph.a] == label[graph.b]))
    of, value = pairs.article[graph.pair[own]], label[graph.a[own]]
    met = 2 * graph.common[own] / others[of]
    tally.add(("ul", layer), of, met, (value, ("", *labels)), then=("unit",))
    tally.add(("ul", layer), of, -met, (value, ("", *labels)), then=("edge",))
    cells, values = np.repeat(article, size), np.tile(codes, len(readings))
    for name, sums in (("edge", by_label(width, alone)), ("mass", by_label(width**2, alone))):
        tally.add(("ul", layer), cells, sums[readings].ravel(), (values, ("", *labels)), then=(name,))


def layer_lengths(totals: Totals, layer: str, n_labels: int) -> Lengths:
    """Return a layer's sums in every draw, from what `count` added."""
    size = n_labels + 1
    met, mass, crossed = (np.zeros((totals.draws, *shape)) for shape in ((size, size), (size,), (size,)))
    for (c, k), values in totals.under("u", layer, "met").items():
        met[:, c, k] = values
    for c in range(size):
        mass[:, c], crossed[:, c] = totals["u", layer, "mass", c], totals["u", layer, "crossed", c]
    return Lengths(met, mass, crossed)


def label_lengths(totals: Totals, layer: str, label: str) -> Lengths:
    """Return the sums in every draw of a continuum on which only this label's units were marked."""
    unit, edge, mass = (totals["ul", layer, label, name] for name in ("unit", "edge", "mass"))
    # All that is no unit is gap; gaps weigh their length, whatever article they stand in.
    whole = totals["u", layer, "whole"]
    gap, gap_mass = whole - unit - 2 * edge, whole - unit - edge
    met = np.stack([np.stack([gap, edge], axis=-1), np.stack([edge, unit], axis=-1)], axis=-2)
    return Lengths(met, np.stack([gap_mass, mass], axis=-1), np.zeros((totals.draws, 2)))


def _whole(sums: Lengths) -> tuple[Floats, Floats, Floats]:
    margins = sums.met.sum(-1)
    total = margins.sum(-1)
    return total, margins, total**2 - sums.mass.sum(-1)


def _coded(sums: Lengths) -> tuple[Floats, Floats, Floats, Floats]:
    met = sums.met[..., 1:, 1:]
    margins = met.sum(-1)
    total = margins.sum(-1)
    with np.errstate(divide="ignore", invalid="ignore"):
        return met, margins, total, total - sums.crossed[..., 1:].sum(-1) / total


def _trace(met: Floats) -> Floats:
    return np.asarray(np.trace(met, axis1=-2, axis2=-1), dtype=float)


def _alpha(observed: Floats, expected: Floats, total: Floats) -> Floats:
    # What is expected comes from differences of sums: below a billionth of the whole it is rounding, so no expectation.
    defined = np.nan_to_num(expected) > 1e-9 * total
    missed = np.divide(observed, expected, out=np.full(np.shape(expected), np.nan), where=defined)
    return np.asarray(1 - missed, dtype=float)


def _check(units: Sequence[ValuedUnit], length: int) -> None:
    ordered = sorted((start, end) for start, end, _ in units)
    for start, end in ordered:
        if not 0 <= start <= end <= length:
            raise ValueError(f"unit [{start}, {end}) does not fit into a continuum of {length}")
    for before, after in pairwise(ordered):
        if after[0] < before[1]:
            raise ValueError(f"units {before} and {after} of one coder overlap: `overlaps.flat` keeps the longer one")
