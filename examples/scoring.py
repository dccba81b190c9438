"""Exact spans: what BIO tags stand for, and precision, recall and F1 of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

Span = tuple[int, int, str]


class Score(NamedTuple):
    """Exact spans of all labels together."""

    precision: float
    recall: float
    f1: float


def of_counts(right: int, said: int, true: int) -> Score:
    """Return the score of `right` spans among those `said` and those `true`; 0 where there is nothing to divide."""
    precision, recall = (right / whole if whole else 0.0 for whole in (said, true))
    return Score(precision, recall, 2 * right / (said + true) if said + true else 0.0)


def spans(tags: Sequence[str]) -> set[Span]:
    """Return the spans that BIO tags stand for, as (first, past the last, label)."""
    found: list[Span] = []
    for at, tag in enumerate(tags):
        if tag == "O":
            continue
        if tag.startswith("I-") and found and found[-1][1:] == (at, tag[2:]):
            found[-1] = (found[-1][0], at + 1, tag[2:])
        else:
            found.append((at, at + 1, tag[2:]))
    return set(found)
