"""The words of a text, and agreement word by word: a token has the label of the unit that covers some of it, or none.

Where two units share a token (glued names) the first one labels it; of overlapping units the longest stays
(`unitized_alpha.flat`). Long units weigh more here than in F1, and words that nobody marked count as agreement, as far
as α and κ do not expect them by chance.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from .distance import Floats
from .records import labels_of
from .tally import Ints, Tally, Totals, mean_defined, ranges, ratio

if TYPE_CHECKING:
    from .batch import Batch, Marked

_MARKS = "\u0610-\u061a\u064b-\u065f\u0670\u06d6-\u06dc\u06df-\u06e8\u06ea-\u06ed"
# A run of digits, a run of letters with their diacritics and tatweel, or one other visible character.
_TOKEN = re.compile(rf"\d+|(?:[^\W\d]|[{_MARKS}])+|[^\w\s]")


def tokens(text: str) -> list[tuple[int, int]]:
    """Return the offsets of every token of the text.

    >>> [text[start:end] for text in ["قُتِلَ 43 مدنيا."] for start, end in tokens(text)]
    ['قُتِلَ', '43', 'مدنيا', '.']
    """
    return [match.span() for match in _TOKEN.finditer(text)]


class Words(NamedTuple):
    """The tokens of several texts laid end to end, text n from `offset[n]` on: its tokens are from `first[n]` on."""

    start: Ints
    end: Ints
    first: Ints
    offset: Ints


def words(texts: Sequence[str]) -> Words:
    """Return the tokens of the texts: those of `tokens`, found by where the kind of character changes."""
    lengths = np.array([len(text) + 1 for text in texts], dtype=np.int64)
    offset = np.cumsum(lengths) - lengths
    characters = np.frombuffer(
        "".join(f"{text} " for text in texts).encode("utf-32-le", "surrogatepass"), dtype=np.uint32
    )
    kinds = _KINDS[characters]
    if not kinds.all():
        for code in set(characters[kinds == 0].tolist()):
            _KINDS[code] = _kind(chr(code))
        kinds = _KINDS[characters]
    starts = np.ones(len(kinds), dtype=bool)
    starts[1:] = (kinds[1:] != kinds[:-1]) | (kinds[1:] == _SIGN)
    bounds = np.append(np.flatnonzero(starts), len(kinds))
    seen = kinds[bounds[:-1]] != _SPACE
    start, end = bounds[:-1][seen], bounds[1:][seen]
    return Words(start, end, np.searchsorted(start, np.append(offset, len(kinds))), offset)


_DIGIT, _LETTER, _SIGN, _SPACE = range(1, 5)
_KINDS = np.zeros(0x110000, dtype=np.uint8)  # 0 for a character not met so far


def _kind(character: str) -> int:
    if not _TOKEN.match(character):
        return _SPACE
    if not _TOKEN.fullmatch(character * 2):
        return _SIGN
    return _DIGIT if _TOKEN.fullmatch(character + "0") else _LETTER


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
