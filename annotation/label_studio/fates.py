"""What became of pre-annotated marks under an annotator's hands: kept, changed, deleted, or added by hand."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Literal, NamedTuple, TypeAlias

import msgspec

from ...schema.records import Attribution, Entity, Quantity, Span
from .reading import Reading

Mark: TypeAlias = Entity | Quantity | Attribution
Fated: TypeAlias = tuple[str, str, Literal["kept", "changed", "deleted", "added"]]


class _Side(NamedTuple):
    layer: str
    before: Sequence[Mark]
    after: Sequence[Mark]


def fates(predicted: Reading, submitted: Reading) -> Counter[Fated]:
    """Count marks by layer, label (the entity's, or the kind; of a changed mark, the predicted one) and fate.

    A mark is kept when one with equal fields was submitted, changed when the submitted mark of its layer that shares
    most code points with it (of a cue for attributions) differs, and deleted when none overlaps. Each is used once.
    """
    counts: Counter[Fated] = Counter()
    for side in (
        _Side("entities", predicted.entities, submitted.entities),
        _Side("quantities", predicted.quantities, submitted.quantities),
        _Side("attributions", predicted.attributions, submitted.attributions),
    ):
        _count(side, counts)
    return counts


def _count(side: _Side, counts: Counter[Fated]) -> None:
    left = list(side.after)
    unmatched = []
    for mark in side.before:
        same = next((other for other in left if _plain(other) == _plain(mark)), None)
        if same is None:
            unmatched.append(mark)
        else:
            left.remove(same)
            counts[side.layer, _label(mark), "kept"] += 1
    for mark in unmatched:
        shared = [(_overlap(mark, other), -n) for n, other in enumerate(left) if _overlap(mark, other)]
        if shared:
            left.pop(-max(shared)[1])
            counts[side.layer, _label(mark), "changed"] += 1
        else:
            counts[side.layer, _label(mark), "deleted"] += 1
    for mark in left:
        counts[side.layer, _label(mark), "added"] += 1


def _plain(mark: Mark) -> Mark:
    """Return the mark without its id and its parent's, which name regions and say nothing."""
    if isinstance(mark, Attribution):
        return msgspec.structs.replace(mark, id="-", parent=None)
    return msgspec.structs.replace(mark, id="-")


def _label(mark: Mark) -> str:
    return mark.label if isinstance(mark, Entity) else mark.kind


def _spans(mark: Mark) -> Sequence[Span]:
    return mark.cues if isinstance(mark, Attribution) else [(mark.start, mark.end)]


def _overlap(one: Mark, other: Mark) -> int:
    return sum(max(0, min(a[1], b[1]) - max(a[0], b[0])) for a in _spans(one) for b in _spans(other))
