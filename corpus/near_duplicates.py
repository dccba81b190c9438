"""Near-duplicates: articles that share most of their runs of three words, found by MinHash and banded LSH.

Method: Broder, On the resemblance and containment of documents (1997), with the sketches of the datasketch library;
bands as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, §3.4. The bands are sorted columns here, 512
bytes an article, where datasketch's own index takes 9 kB: a million articles fit into memory. In a band an article
meets at most two others, so the work grows with the number of articles, not with its square.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from .wording import Hashes, mixed

if TYPE_CHECKING:
    from datasketch import MinHash

RESEMBLANCE = 0.6
"""Jaccard similarity of the runs of three words from which two articles are near-duplicates."""

# Two articles with a resemblance of 0.6 agree on a whole band of 4 with a probability of 0.99, of 0.8 with 1 - 10⁻⁷.
_BANDS, _ROWS = 32, 4
_NO_WORDS = 2**32 - 1  # the smallest hash of nothing

Sketch = npt.NDArray[np.uint32]


class NearDuplicate(NamedTuple):
    """Two articles by their numbers and how much of their wording is the same: an estimate, ± 0.04."""

    first: int
    second: int
    resemblance: float


def sketch(runs: Hashes) -> Sketch:
    """Return the minimal hashes of an article's runs of words, by which its resemblance to others is estimated."""
    own = _blank().copy()
    own.update_batch((runs >> np.uint64(32)).tolist())
    return np.array(own.digest(), np.uint32)


def near_duplicates(
    sketches: Sequence[Sketch], join: Callable[[int, int], bool], threshold: float = RESEMBLANCE
) -> list[NearDuplicate]:
    """Return the pairs of near-duplicates among articles, given as their sketches in order.

    `join(first, second)` is called for each pair found and says whether the two were still apart: of a hundred copies
    of one text, 99 pairs come back, not 4950. Articles without a word are nobody's copies.
    """
    numbers = np.array([number for number, own in enumerate(sketches) if own.min() < _NO_WORDS], np.intp)
    table = np.array([sketches[number] for number in numbers], np.uint32).reshape(len(numbers), _BANDS * _ROWS)
    found = []
    for band in range(_BANDS):
        rows = table[:, band * _ROWS : (band + 1) * _ROWS]
        for first, second in _met(mixed(list(rows.T.astype(np.uint64)))):
            alike = np.mean(table[first] == table[second], axis=1)
            for n in np.flatnonzero(alike >= threshold).tolist():
                one, other = int(numbers[first[n]]), int(numbers[second[n]])
                if join(one, other):
                    found.append(NearDuplicate(one, other, float(alike[n])))
    return found


@cache
def _blank() -> MinHash:
    """Return a sketch of nothing, to be copied: drawing the permutations costs more than using them."""
    from datasketch import MinHash

    return MinHash(num_perm=_BANDS * _ROWS, hashfunc=int, scheme="affine32")


def _met(keys: Hashes) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield who meets whom among rows with equal keys: each the one before it, and each the first of all."""
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    yield order[:-1][same], order[1:][same]
    starts = np.maximum.accumulate(np.where(np.concatenate(([False], same)), 0, np.arange(len(order))))
    far = np.arange(len(order)) > starts + 1
    yield order[starts[far]], order[far]
