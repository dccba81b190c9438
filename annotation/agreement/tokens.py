"""Agreement word by word: a token has the label of the unit that covers some of it, or none.

Where two units share a token (glued names) the first one labels it; of overlapping units the longest stays
(`overlaps.flat`). Long units weigh more here than in F1, and words that nobody marked count as agreement, as far
as α and κ do not expect them by chance.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from .distance import Floats
from .records import labels_of
from .tally import Ints, Tally, Totals, mean_defined, ranges, ratio

if TYPE_CHECKING:
    from .batch import Batch, Marked


def token_alpha(totals: Totals, layer: str, label: str = "") -> Floats:
    """Krippendorff's nominal α over tokens, in every draw: of all labels and none, or of one label against all else."""
    n = totals["tok", layer, "n"]
    if label:
        here = totals["tok", layer, "count", label]
        same = here**2 + (n - here) ** 2
    else:
        same = sum((values**2 for values in totals.under("tok", layer, "count").values()), np.zeros(totals.draws))
    return 1 - ratio(totals["tok", layer, "far", label] * (n - 1), n**2 - same)


def token_kappa(totals: Totals, layer: str, pair: tuple[str, str] | None = None) -> Floats:
    """Cohen's κ over tokens, in every draw: of one pair of annotators, or the mean over pairs."""
    values = []
    for a, b in [pair] if pair else list(totals.under("kappa", layer, "pair")):
        n, agreed = totals["kappa", layer, "n", a, b], totals["kappa", layer, "agreed", a, b]
        rows, columns = (totals.under("kappa", layer, side, a, b) for side in ("row", "column"))
        chance = sum((values * columns[key] for key, values in rows.items() if key in columns), np.zeros(totals.draws))
        values.append(1 - ratio((n - agreed) * n, n**2 - chance))
    return mean_defined(values, totals.draws)


def count(batch: Batch, layer: str, tally: Tally) -> None:
    """Add articles' tokens: how often labels met other labels, and each pair's table."""
    here, part, labels = batch.layers[layer], batch.part, labels_of(layer)
    size, pairs, readings = len(labels) + 1, here.pairs, here.readings
    names, numbers = ("none", *labels), np.arange(size)
    first = batch.words.first
    n_tokens = np.diff(first)
    codes, base = _labels(batch, here)
    article = part.article[readings]
    counted = np.bincount(
        np.repeat(readings, n_tokens[article]) * size + codes, minlength=len(part.article) * size
    ).reshape(-1, size)
    cells = np.repeat(article, size), counted[readings].ravel(), (np.tile(numbers, len(readings)), names)
    tally.add(("tok", layer, "count"), *cells)
    tally.add(("tok", layer, "n"), article, n_tokens[article])
    of_pair = n_tokens[pairs.article]
    pair = np.repeat(np.arange(len(pairs.a)), of_pair)
    one, other = codes[ranges(base[pairs.a], of_pair)], codes[ranges(base[pairs.b], of_pair)]
    tables = np.bincount((pair * size + one) * size + other, minlength=len(pairs.a) * size * size)
    tables = tables.reshape(-1, size, size)
    agreed, rows, columns = np.trace(tables, axis1=1, axis2=2), tables.sum(axis=2), tables.sum(axis=1)
    share = 2 / (here.people[pairs.article] - 1)
    tally.add(("tok", layer, "far", ""), pairs.article, (of_pair - agreed) * share)
    places, known = here.pair_names
    tally.add(("kappa", layer, "pair"), pairs.article, None, (places, known))
    tally.add(("kappa", layer, "n"), pairs.article, of_pair, (places, known))
    tally.add(("kappa", layer, "agreed"), pairs.article, agreed, (places, known))
    cells_of = np.repeat(pairs.article, size), np.tile(numbers, len(pairs.a))
    for side, found in (("row", rows), ("column", columns)):
        axes = (np.repeat(places, size), known), (cells_of[1], numbers.tolist())
        tally.add(("kappa", layer, side), cells_of[0], found.ravel(), *axes)
    apart = (rows + columns - 2 * np.diagonal(tables, axis1=1, axis2=2)) * share[:, None]
    cells_of = np.repeat(pairs.article, size - 1), np.tile(numbers[1:], len(pairs.a))
    tally.add(("tok", layer, "far"), cells_of[0], apart[:, 1:].ravel(), (cells_of[1], names))


def _labels(batch: Batch, here: Marked) -> tuple[Ints, Ints]:
    """The label of each token (0 for none) of each of the layer's readings, and where a reading's tokens begin."""
    (spans, label), (kept, _) = here.coded, here.kept
    found, article = batch.words, batch.part.article
    reading = np.repeat(np.arange(len(article)), np.diff(spans.first))
    counted = np.zeros(len(article), dtype=bool)
    counted[here.readings] = True
    # From the last to the first: where two units share a token, the first one labels it.
    chosen = np.flatnonzero(kept & counted[reading])[::-1]
    of = article[reading[chosen]]
    low = np.searchsorted(found.end, found.offset[of] + spans.start[chosen], side="right")
    high = np.searchsorted(found.start, found.offset[of] + spans.end[chosen], side="left")
    n_tokens = np.diff(found.first)[article] * counted
    base = np.cumsum(n_tokens) - n_tokens
    covered = np.maximum(high - low, 0)
    codes = np.zeros(int(n_tokens.sum()), dtype=np.int64)
    codes[ranges(base[reading[chosen]] + low - found.first[of], covered)] = np.repeat(label[chosen], covered)
    return codes, base
