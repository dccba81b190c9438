"""`diff.json` and `musnad diff --json`: what changed from one release to another."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .release_files import Version

Change = Literal["added", "removed", "moved", "relabelled", "changed"]
Bump = Literal["none", "patch", "minor", "major"]


class MarkChange(msgspec.Struct, frozen=True, kw_only=True):
    """One mark of the gold that differs; `before` or `after` is null when it was added or removed.

    `moved`: another span, the same label; `relabelled`: the same span, another label or kind; `changed`: other
    attributes.
    """

    article_id: str
    layer: str
    change: Change
    before: dict[str, Any] | None
    after: dict[str, Any] | None


class Figure(msgspec.Struct, frozen=True, kw_only=True):
    """An agreement figure in both releases; null where it is undefined or not there."""

    layer: str
    measure: str
    before: float | None
    after: float | None


class Diff(msgspec.Struct, frozen=True, kw_only=True):
    """What changed, and the least semantic bump that it asks for, with the reason.

    `set_aside`: articles that the later release leaves out, each with the reason. `recut`: articles of both whose
    tokens are cut elsewhere. `layers_*` count annotators' layers.
    """

    before: Version
    after: Version
    least_bump: Bump
    because: str
    features_changed: tuple[str, ...]
    articles_added: tuple[str, ...]
    articles_removed: tuple[str, ...]
    set_aside: dict[str, str] = {}
    recut: tuple[str, ...] = ()
    layers_added: int
    layers_removed: int
    layers_changed: int = 0
    counts: dict[str, dict[str, int]]
    changes: tuple[MarkChange, ...]
    agreement: tuple[Figure, ...]
