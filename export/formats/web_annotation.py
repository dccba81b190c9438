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
            page = msgspec.json.decode(line)
            article_id = page["musnad:article"]
            if article_id not in articles:
                raise FormatError(f"{path}:{number}: the text of {article_id!r} is not there: give it with --articles")
            raw: dict[str, Any] = {name: [] for name in _LAYERS}
            for item in page["items"]:
                name, record = _record(item)
                raw[name].append(record)
            made_by = page.get("creator", {}).get("nickname", annotator)
            own = {"article_id": article_id, "sha256": page["musnad:sha256"], "annotator": made_by}
            yield Marked(articles[article_id], msgspec.convert({**own, **raw}, Layer))
        except (msgspec.DecodeError, KeyError, TypeError) as error:
            raise FormatError(f"{path}:{number}: {error}: this is no page that musnad wrote") from error


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


def _record(item: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    body = item["body"]
    kind = body["type"].removeprefix("musnad:")
    name = next(name for name, one in _LAYERS.items() if one == kind)
    record = {key.removeprefix("musnad:"): value for key, value in body.items() if key not in ("type", "purpose")}
    for target in item["target"]:
        position = next(one for one in target["selector"] if one["type"] == "TextPositionSelector")
        span, role = (position["start"], position["end"]), target["musnad:role"]
        if role == "span":
            record["start"], record["end"] = span
        elif role in _MANY:
            record.setdefault(role, []).append(span)
        else:
            record[role] = span
    if kind == "Attribution":
        record.setdefault("cues", [])
    return name, record
