"""The records: an article, and one annotator's layer over it.

Offsets are Unicode code points into the article's stored text, half-open: ``text[start:end]``.
"""

from __future__ import annotations

import hashlib
from typing import Annotated, Any, TypeAlias

import msgspec
from msgspec import Meta

from .labels import inventory

_LABELS = inventory()

SCHEMA_VERSION = _LABELS.version
GOLD = "gold"


def _one_of(values: Any) -> Meta:
    return Meta(extra_json_schema={"enum": list(values)})


Id: TypeAlias = Annotated[str, Meta(min_length=1, max_length=64, pattern=r"^\S+$")]
# An article's id names files too: no separator, no control character, no white space, no leading dot.
_FILE_NAME = r"^[^\s/\\\x00-\x1f.][^\s/\\\x00-\x1f]*$"
ArticleId: TypeAlias = Annotated[str, Meta(min_length=1, max_length=128, pattern=_FILE_NAME)]
Sha256: TypeAlias = Annotated[str, Meta(pattern=r"^[0-9a-f]{64}$", description="of the UTF-8 text, in hexadecimal")]
Offset: TypeAlias = Annotated[int, Meta(ge=0, description="code points from the start of the text")]
Span: TypeAlias = Annotated[tuple[Offset, Offset], Meta(description="half-open: text[start:end]")]
Number: TypeAlias = Annotated[str, Meta(pattern=r"^-?(0|[1-9][0-9]*)(\.[0-9]+)?$", description="a decimal number")]
Label: TypeAlias = Annotated[str, _one_of(_LABELS.entities)]
Kind: TypeAlias = Annotated[str, _one_of(_LABELS.quantity.kinds)]
BoundName: TypeAlias = Annotated[str, _one_of(_LABELS.quantity.bounds)]
AttributionKind: TypeAlias = Annotated[str, _one_of(_LABELS.attribution.kinds)]


class Boilerplate(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A stretch of the text that is not the story: `kind` says what (`timestamp`, `caption`, `related`, …)."""

    start: Offset
    end: Offset
    kind: str


class Article(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True):
    """A news article as stored; `text` is never repaired after ingest, `sha256` is of its UTF-8 bytes."""

    id: ArticleId
    text: str
    sha256: Sha256
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    license: str | None = None
    boilerplate: tuple[Boilerplate, ...] = ()


class Entity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A named entity; `subtype` is one of the label's subtypes or None."""

    id: Id
    start: Offset
    end: Offset
    label: Label
    subtype: str | None = None


class Quantity(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A quantity: its reading in `value`, `low` and `high` as decimal strings, and the span of what it counts."""

    id: Id
    start: Offset
    end: Offset
    kind: Kind
    bound: BoundName
    value: Number | None = None
    low: Number | None = None
    high: Number | None = None
    unit: str | None = None
    counted: Span | None = None


class Attribution(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Who said it, through whom: cue parts, source, relays (outermost first), content pieces, parent's id."""

    id: Id
    kind: AttributionKind
    cues: tuple[Span, ...]
    source: Span | None = None
    implicit_source: bool = False
    relays: tuple[Span, ...] = ()
    content: tuple[Span, ...] = ()
    parent: Id | None = None


class Layer(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One annotator's annotations of one article: a person's, a pre-annotator's, or the gold."""

    article_id: ArticleId
    sha256: Sha256
    annotator: Annotated[str, Meta(min_length=1, max_length=128)]
    schema_version: str = SCHEMA_VERSION
    entities: tuple[Entity, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    meta: dict[str, Any] = {}


def sha256_of(text: str) -> str:
    """Return the hexadecimal SHA-256 of the UTF-8 text.

    Raises UnicodeEncodeError for a lone surrogate.
    """
    return hashlib.sha256(text.encode("utf-8")).hexdigest()
