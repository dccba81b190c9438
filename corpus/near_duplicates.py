"""Near-duplicates: articles that share most of their runs of three words, found by MinHash and banded LSH.

Method: Broder, On the resemblance and containment of documents (1997), with the sketches of the datasketch library;
bands as in Leskovec, Rajaraman and Ullman, Mining of Massive Datasets, §3.4. The bands are sorted columns here, read
from a file one at a time: 16 bytes an article in memory, where datasketch's own index takes 9 kB. In a band an article
meets at most two others, so the work grows with the number of articles, not with its square.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt

from .groups import Groups
from .spill import Rows, Table
from .wording import Hashes, mixed

if TYPE_CHECKING:
    from datasketch import MinHash

RESEMBLANCE = 0.6
"""Jaccard similarity of the runs of three words from which two articles are near-duplicates."""

# Two articles with a resemblance of 0.6 agree on a whole band of 4 with a probability of 0.99, of 0.8 with 1 - 10⁻⁷.
_BANDS, _ROWS = 32, 4
_NO_WORDS = 2**32 - 1  # the smallest hash of nothing
_AT_ONCE = 4096  # pairs whose sketches are compared at a time

WIDTH = _BANDS * _ROWS
"""How many numbers a sketch has."""


class NearDuplicate(NamedTuple):
    """Two articles by their numbers and how much of their wording is the same: an estimate, ± 0.04."""

    first: int
    second: int
    resemblance: float


def sketch(runs: Hashes) -> Rows:
    """Return the minimal hashes of an article's runs of words, by which its resemblance to others is estimated."""
    own = _blank().copy()
    own.update_batch((runs >> np.uint64(32)).tolist())
    return np.array(own.digest(), np.uint32)


def near_duplicates(sketches: Table, groups: Groups, threshold: float = RESEMBLANCE) -> Iterator[NearDuplicate]:
    """Join the near-duplicates among articles, given as their sketches in order, and yield each pair that was joined.

    Pairs that are in one group already are passed over: of a hundred copies of one text, 99 pairs come, not 4950.
    Articles without a word are nobody's copies.
    """
    for band in range(_BANDS):
        rows = sketches.columns(band * _ROWS, (band + 1) * _ROWS)
        numbers = np.flatnonzero(rows.min(axis=1, initial=_NO_WORDS) < _NO_WORDS)
        keys = mixed(list(rows[numbers].T.astype(np.uint64)))
        for first, second in _met(keys):
            for start in range(0, len(first), _AT_ONCE):
                pairs = zip(*(numbers[met[start : start + _AT_ONCE]].tolist() for met in (first, second)), strict=True)
                apart = np.array([pair for pair in pairs if groups.apart(*pair)], np.intp).reshape(-1, 2)
                alike = np.mean(sketches.rows(apart[:, 0]) == sketches.rows(apart[:, 1]), axis=1)
                for (one, other), share in zip(apart.tolist(), alike.tolist(), strict=True):
                    if share >= threshold and groups.join(one, other):
                        yield NearDuplicate(one, other, share)


@cache
def _blank() -> MinHash:
    """Return a sketch of nothing, to be copied: drawing the permutations costs more than using them."""
    from datasketch import MinHash

    return MinHash(num_perm=WIDTH, hashfunc=int, scheme="affine32")


def _met(keys: Hashes) -> Iterator[tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]]:
    """Yield who meets whom among rows with equal keys: each the one before it, and each the first of all."""
    order = np.argsort(keys, kind="stable")
    same = keys[order[1:]] == keys[order[:-1]]
    yield order[:-1][same], order[1:][same]
    starts = np.maximum.accumulate(np.where(np.concatenate(([False], same)), 0, np.arange(len(order))))
    far = np.arange(len(order)) > starts + 1
    yield order[starts[far]], order[far]
