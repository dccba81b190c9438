"""The files of the work in Label Studio: the plan, what a pull set aside, and the status."""

from __future__ import annotations

from typing import Any, Literal

import msgspec

from .records import ArticleId


class SetAside(msgspec.Struct, frozen=True, kw_only=True, omit_defaults=True):
    """Something that came back from Label Studio and fits no record: where it was, why, and the raw rows."""

    article_id: str | None
    annotator: str
    where: str
    reason: str
    raw: Any = None

    def __str__(self) -> str:
        article = f"article {self.article_id}, " if self.article_id else ""
        return f"{article}{self.annotator}, {self.where}: {self.reason}"


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One article for one annotator; a control task goes out without predictions."""

    article_id: ArticleId
    annotator: str
    batch: str
    control: bool = False
    story: str | None = None


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """Who annotates what: `plan.json` of a project. `name` tells one project's work on a server from another's."""

    name: str
    seed: int
    overlap: int
    control: float
    annotators: tuple[str, ...]
    assignments: tuple[Assignment, ...]
    stories: Literal["together", "spread"] = "together"


class Fate(msgspec.Struct, frozen=True, kw_only=True):
    """What became of the pre-annotated marks of one layer and label: kept, changed, deleted, and added by hand."""

    layer: str
    label: str
    kept: int = 0
    changed: int = 0
    deleted: int = 0
    added: int = 0


class Progress(msgspec.Struct, frozen=True, kw_only=True):
    """One annotator's work in one batch and pass; `median_seconds` is per article, None before the first."""

    annotator: str
    which: str
    batch: str
    planned: int
    done: int
    skipped: int = 0
    median_seconds: float | None = None
    eta_seconds: float | None = None


class Status(msgspec.Struct, frozen=True, kw_only=True):
    """The state of the work on the server: progress by annotator, pass and batch, and what needs a look."""

    url: str
    progress: tuple[Progress, ...]
    fates: dict[str, tuple[Fate, ...]] = {}
    notices: tuple[str, ...] = ()
