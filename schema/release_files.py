"""The files of a release that other programs read: its manifest and its splits."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec
from msgspec import Meta

from .records import ArticleId

Version = Annotated[str, Meta(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$", description="MAJOR.MINOR.PATCH")]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `splits.jsonl`: the split of an article for good, its story, and why the story's articles are one."""

    article_id: ArticleId
    split: str
    story: str
    reasons: tuple[str, ...] = ()


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`release.json`: what a release holds. `annotations_creators` and `license` use the Hub's terms.

    `articles` by split; by config its `features` as `datasets` writes them, `rows` and `bytes` (in memory, as Arrow) by
    split. A split without rows has no file.
    """

    name: str
    version: Version
    schema_version: str
    seed: int
    annotations_creators: tuple[str, ...]
    license: str
    annotators: tuple[str, ...]
    articles: dict[str, int]
    features: dict[str, dict[str, Any]]
    rows: dict[str, dict[str, int]]
    bytes: dict[str, dict[str, int]]
