"""Mean pairwise F1: each annotator scored against each other one, matching exact spans or overlapping ones.

F1 is the same whichever of the two is taken for the truth; with the countless true negatives of span annotation it
approaches κ (Hripcsak & Rothschild 2005, JAMIA 12(3)). A pair's F1 comes from its counts over all articles; the mean is
over pairs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import TYPE_CHECKING

from .distance import Floats
from .matching import matches
from .tally import Sums, Totals, mean_defined, ratio

if TYPE_CHECKING:
    from .study import Comparison

Pair = tuple[str, str]


def count(article: Comparison, layer: str, now: Sums) -> None:
    """Add an article's matches of each pair of annotators, and of each annotator with the gold and with the machine."""
    labelled = layer == "entities"
    for reading in article.readings:
        units = reading.units[layer]
        now["units", layer, ""] += len(units)
        for label, number in Counter(unit.label or "" for unit in units).items():
            now["units", layer, label] += number
    for i, j in article.pairs:
        one, other = article.readings[i], article.readings[j]
        by_label = matches(
            one.units[layer], other.units[layer], labelled=labelled, overlaps=article.overlaps(layer, i, j)
        )
        for label, found in by_label.items():
            _add(now, ("f1", layer, label, one.annotator, other.annotator), found)
    for reading in article.readings:
        if article.gold is not None:
            found = matches(reading.units[layer], article.gold.units[layer], labelled=labelled)[""]
            _add(now, ("gold", layer, reading.annotator), found)
        if article.machine is not None:
            found = matches(reading.units[layer], article.machine.units[layer], labelled=labelled)[""]
            _add(now, ("machine unseen" if reading.control else "machine seen", layer, reading.annotator), found)


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


def _add(now: Sums, key: tuple[str, ...], found: tuple[int, int, int]) -> None:
    size, exact, overlap = found
    now[*key, "size"] += size
    now[*key, "exact"] += exact
    now[*key, "overlap"] += overlap
