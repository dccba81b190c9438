"""The words of a text, and agreement word by word: a token has the label of the unit that covers some of it, or none.

Where two units share a token (glued names) the first one labels it; of overlapping units the longest stays
(`unitized_alpha.flat`). Long units weigh more here than in F1, and words that nobody marked count as agreement, as far
as α and κ do not expect them by chance.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from .distance import Floats
from .tally import Sums, Totals, mean_defined, ratio

if TYPE_CHECKING:
    from .study import Comparison

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# A run of digits, a run of letters with their diacritics and tatweel, or one other visible character.
_TOKEN = re.compile(rf"\d+|(?:[^\W\d]|[{_MARKS}])+|[^\w\s]")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the offsets of every token of the text.

    >>> [text[start:end] for text in ["قُتِلَ 43 مدنيا."] for start, end in tokens(text)]
    ['قُتِلَ', '43', 'مدنيا', '.']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


def word_end(text: str, start: int, stop: int) -> int:
    """Return where the first word at or after `start`, but before `stop`, ends; `start` if there is none."""
    for match in _TOKEN.finditer(text, start):
        if match.start() >= stop:
            break
        if text[match.start()].isalnum():
            return match.end()
    return start


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


def count(article: Comparison, layer: str, labels: Sequence[str], now: Sums) -> None:
    """Add an article's tokens: how often labels met other labels, and each pair's table."""
    starts, ends = article.tokens
    size, m = len(labels) + 1, len(article.readings)
    names = ("none", *labels)
    coded = []
    for reading in article.readings:
        codes = np.zeros(len(starts), dtype=np.int64)
        for start, end, code in reversed(reading.flat[layer][0]):
            codes[bisect_right(ends, start) : bisect_left(starts, end)] = code
        coded.append(codes)
        for code, number in enumerate(np.bincount(codes, minlength=size).tolist()):
            if number:
                now["tok", layer, "count", names[code]] += number
    now["tok", layer, "n"] += m * len(starts)
    for i, j in article.pairs:
        table = np.bincount(coded[i] * size + coded[j], minlength=size * size).reshape(size, size)
        diagonal, rows, columns = table.diagonal(), table.sum(axis=1), table.sum(axis=0)
        a, b = article.readings[i].annotator, article.readings[j].annotator
        now["tok", layer, "far", ""] += 2 * int(len(starts) - diagonal.sum()) / (m - 1)
        now["kappa", layer, "pair", a, b] = 1
        now["kappa", layer, "n", a, b] += len(starts)
        now["kappa", layer, "agreed", a, b] += int(diagonal.sum())
        for code in np.flatnonzero(rows + columns).tolist():
            now["kappa", layer, "row", a, b, code] += int(rows[code])
            now["kappa", layer, "column", a, b, code] += int(columns[code])
            if code:
                apart = int(rows[code] + columns[code] - 2 * diagonal[code])
                now["tok", layer, "far", labels[code - 1]] += 2 * apart / (m - 1) if apart else 0
