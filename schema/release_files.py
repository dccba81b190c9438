"""The files of a release that other programs read: its manifest and its splits."""

from __future__ import annotations

from typing import Annotated, Any, Literal, TypeAlias

import msgspec
from msgspec import Meta

from .records import ArticleId

Version = Annotated[str, Meta(pattern=r"^(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)$", description="MAJOR.MINOR.PATCH")]
TextPolicy: TypeAlias = Literal["full", "offsets-only"]


class Assignment(msgspec.Struct, frozen=True, kw_only=True):
    """One line of `splits.jsonl`: the split of an article for good, and its story.

    `reasons`, on the line of a story's first article, say why its articles are one.
    """

    article_id: ArticleId
    split: str
    story: str
    reasons: tuple[str, ...] = ()


class TagCounts(msgspec.Struct, frozen=True, kw_only=True):
    """How a column of BIO tags renders its spans: `unaligned` ones have an edge inside a token and come back larger,
    `overlapping` ones lie over a longer one of the column and have no tags; all others come back as they are."""

    spans: int
    unaligned: int
    overlapping: int


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """`release.json`: what a release holds. `annotations_creators` and `license` use the Hub's terms.

    `articles` by split; `labels` by layer, label and split; `decided` by layer: how many marks of the gold were
    `unanimous`, of the `majority` or the `adjudicator`, as far as the gold notes it; `publishers`: articles of each;
    `control_layers`: layers made without pre-annotation. By config: `features` as `datasets` writes them, `rows` and
    `bytes` (in memory, as Arrow) by split; a split without rows has no file. `tags` by column of the config `tokens`.
    `set_aside`: articles that are left out, with the reason; `retired`: those of earlier versions that are not in this
    one, with the split to which they would come back. `text_policy` `offsets-only`: words of the articles are
    null everywhere.
    """

    name: str
    version: Version
    schema_version: str
    seed: int
    annotations_creators: tuple[str, ...]
    license: str
    text_policy: TextPolicy = "full"
    annotators: tuple[str, ...]
    articles: dict[str, int]
    labels: dict[str, dict[str, dict[str, int]]]
    decided: dict[str, dict[str, int]] = {}
    publishers: dict[str, int]
    control_layers: int
    set_aside: dict[str, str] = {}
    retired: dict[str, str] = {}
    features: dict[str, dict[str, Any]]
    rows: dict[str, dict[str, int]]
    bytes: dict[str, dict[str, int]]
    tags: dict[str, TagCounts]
