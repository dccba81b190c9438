"""W3C Web Annotation as JSON-LD: an AnnotationPage for each article and annotator, a line each.

https://www.w3.org/TR/annotation-model/. A target points into the article by position (code points) and by hash; what a
record says beyond its spans is a body of its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec

from ...schema.jsonl import writing
from ...schema.records import Article, Layer, Span
from .registry import FormatError, Marked

_CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"musnad": "urn:musnad:"}]
_LAYERS = {"entities": "Entity", "quantities": "Quantity", "attributions": "Attribution"}
_SPANS = ("cues", "source", "relays", "content", "counted")
_MANY = ("cues", "relays", "content")


class _Selector(msgspec.Struct):
    """Where a target is: of the kinds of selector that by position is read."""

    type: str
    start: int | None = None
    end: int | None = None


class _Target(msgspec.Struct):
    """A span and its part in the record."""

    selector: list[_Selector]
    role: str = msgspec.field(name="musnad:role")


class _Item(msgspec.Struct):
    """A record: its body says everything but the spans."""

    body: dict[str, Any]
    target: list[_Target]


class _Creator(msgspec.Struct, frozen=True):
    """Who made a page, when it says so."""

    nickname: str | None = None


class _Page(msgspec.Struct):
    """A line of the file."""

    items: list[_Item]
    article: str = msgspec.field(name="musnad:article")
    sha256: str = msgspec.field(name="musnad:sha256")
    creator: _Creator = _Creator()


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write a page a line; nothing of the layer is lost but its meta."""
    with writing(path) as file:
        for article, layer in marked:
            items = [
                _annotation(article, layer, kind, msgspec.to_builtins(record))
                for name, kind in _LAYERS.items()
                for record in getattr(layer, name)
            ]
            page = {
                "@context": _CONTEXT,
                "id": f"urn:musnad:page:{article.id}:{layer.annotator}",
                "type": "AnnotationPage",
                "musnad:article": article.id,
                "musnad:sha256": article.sha256,
                "creator": {"type": "Person", "nickname": layer.annotator},
                "items": items,
            }
            file.write(msgspec.json.encode(page) + b"\n")
    return 0


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield the layers of pages, each under the name that it was made by.

    Raises FormatError for a page whose article is not among `articles`, or that musnad did not write.
    """
    for number, line in enumerate(path.read_bytes().splitlines(), start=1):
        try:
            page = msgspec.json.decode(line, type=_Page)
            layer = _layer(page, annotator)
        except (ValueError, RecursionError) as error:
            raise FormatError(f"{path}:{number}: {error}: this is no page that musnad wrote") from error
        if page.article not in articles:
            raise FormatError(f"{path}:{number}: the text of {page.article!r} is not there: give it with --articles")
        yield Marked(articles[page.article], layer)


def _annotation(article: Article, layer: Layer, kind: str, record: dict[str, Any]) -> dict[str, Any]:
    whole = [("span", (record.pop("start"), record.pop("end")))] if "start" in record else []
    spans: list[tuple[str, Span]] = [*whole]
    for role in _SPANS:
        held = record.pop(role, None)
        if held:
            spans += [(role, span) for span in (held if role in _MANY else [held])]
    return {
        "id": f"urn:musnad:{article.id}:{layer.annotator}:{record['id']}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": {"type": f"musnad:{kind}", "purpose": "tagging", **{f"musnad:{k}": v for k, v in record.items()}},
        "target": [_target(article, role, start, end) for role, (start, end) in spans],
    }


def _target(article: Article, role: str, start: int, end: int) -> dict[str, Any]:
    return {
        "type": "SpecificResource",
        "source": article.url or f"urn:musnad:article:{article.id}",
        "musnad:role": role,
        "selector": [
            {"type": "TextPositionSelector", "start": start, "end": end},
            {"type": "TextQuoteSelector", "exact": article.text[start:end]},
        ],
    }


def _layer(page: _Page, annotator: str) -> Layer:
    raw: dict[str, Any] = {name: [] for name in _LAYERS}
    for item in page.items:
        name, record = _record(item)
        raw[name].append(record)
    made_by = annotator if page.creator.nickname is None else page.creator.nickname
    return msgspec.convert({"article_id": page.article, "sha256": page.sha256, "annotator": made_by, **raw}, Layer)


def _record(item: _Item) -> tuple[str, dict[str, Any]]:
    kinds = {f"musnad:{kind}": name for name, kind in _LAYERS.items()}
    said = item.body.get("type")
    if not isinstance(said, str) or said not in kinds:
        raise ValueError(f"a body is of type {said!r}, not of {', '.join(kinds)}")
    record = {key.removeprefix("musnad:"): value for key, value in item.body.items() if key not in ("type", "purpose")}
    for target in item.target:
        span, role = _position(target), target.role
        if role == "span":
            record["start"], record["end"] = span
        elif role in _MANY:
            spans = record.setdefault(role, [])
            if not isinstance(spans, list):
                raise ValueError(f"{role!r} stands in a body, where no span can")
            spans.append(span)
        else:
            record[role] = span
    if kinds[said] == "attributions":
        record.setdefault("cues", [])
    return kinds[said], record


def _position(target: _Target) -> tuple[int | None, int | None]:
    for one in target.selector:
        if one.type == "TextPositionSelector":
            return one.start, one.end
    raise ValueError(f"the target {target.role!r} has no TextPositionSelector")
