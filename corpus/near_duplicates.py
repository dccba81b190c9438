"""Near-duplicates: articles that share most of their runs of three words, found by MinHash and banded LSH.

Method: Broder, On the resemblance and containment of documents (1997), through the datasketch library. An article
meets only those that fall into one of its bands, so the work grows with the number of articles, not with its square.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from .wording import Hashes

RESEMBLANCE = 0.6
"""Jaccard similarity of the runs of three words from which two articles are near-duplicates."""

_PERMUTATIONS = 128


class NearDuplicate(NamedTuple):
    """Two articles by their numbers and how much of their wording is the same: an estimate, ± 0.04."""

    first: int
    second: int
    resemblance: float


def near_duplicates(
    runs: Iterable[Hashes], join: Callable[[int, int], bool], threshold: float = RESEMBLANCE
) -> list[NearDuplicate]:
    """Return the pairs of near-duplicates among articles, given as their hashed runs of words in order.

    `join(first, second)` is called for each pair found and says whether the two were still apart: of a hundred copies
    of one text, 99 pairs come back, not 4950.
    """
    from datasketch import MinHash, MinHashLSH

    index = MinHashLSH(threshold=threshold, num_perm=_PERMUTATIONS)
    kept: dict[int, MinHash] = {}
    blank = MinHash(num_perm=_PERMUTATIONS, hashfunc=int, scheme="affine32")
    found = []
    for number, hashes in enumerate(runs):
        if not len(hashes):
            continue
        sketch = blank.copy()
        sketch.update_batch((hashes >> 32).tolist())
        for other in sorted(index.query(sketch)):
            resemblance = float(sketch.jaccard(kept[other]))
            if resemblance >= threshold and join(other, number):
                found.append(NearDuplicate(other, number, resemblance))
        index.insert(number, sketch, check_duplication=False)
        kept[number] = sketch
    return found
