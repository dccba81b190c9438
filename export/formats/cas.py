"""UIMA CAS XMI: `ID.xmi` and `TypeSystem.xml`, with layers as INCEpTION imports them (`webanno.custom.…`).

Entities are DKPro NamedEntity; the parts of a quantity or an attribution are slots: arrays of links with a role.
UIMA counts UTF-16 units; cassis converts from and to code points.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from keyword import iskeyword
from pathlib import Path
from typing import Any

import msgspec
from cassis import Cas, TypeSystem, load_cas_from_xmi, load_typesystem
from cassis.typesystem import AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError
from lxml.etree import LxmlError

from ...schema.jsonl import writing
from ...schema.records import Article, Layer, Span
from .registry import FormatError, Marked, annotator_of, article_of, folder_of

_ENTITY = "de.tudarmstadt.ukp.dkpro.core.api.ner.type.NamedEntity"
_QUANTITY, _ATTRIBUTION, _PART = (f"webanno.custom.{name}" for name in ("Quantity", "Attribution", "Part"))
_TEXTS = ("identifier", "kind", "bound", "value", "low", "high", "unit")
# What cassis and lxml raise for a file of something else, or a damaged one.
_DAMAGE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, RuntimeError, AssertionError, OverflowError, LxmlError,
    AnnotationHasNoSofa, TypeCheckError, TypeNotFoundError,
)  # fmt: skip
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write a file for each article in its annotator's folder, and the type system; every mark has its place.

    Raises FormatError for a text with a character that XML can't have.
    """
    types = _types()
    with writing(path / "TypeSystem.xml") as file:
        file.write(types.to_xml().encode())
    for article, layer in marked:
        if bad := _NOT_XML.search(article.text):
            raise FormatError(f"{article.id}: U+{ord(bad[0]):04X} at offset {bad.start()} can't stand in XML")
        cas = Cas(typesystem=types, sofa_string=article.text, sofa_mime="text/plain", document_language="ar")
        _Writer(cas).add(layer)
        with writing(path / folder_of(layer.annotator) / f"{article.id}.xmi") as file:
            file.write(cas.to_xmi().encode())
    return 0


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield a layer for each `.xmi` file of a folder that holds its `TypeSystem.xml`, and of its annotators' folders.

    Raises FormatError for a file that is no CAS or that musnad has no records for.
    """
    try:
        types = load_typesystem(_plain(path / "TypeSystem.xml"))
        _only_names(types, path)
    except UnicodeDecodeError:
        raise  # said better where it is caught
    except (OSError, *_DAMAGE) as error:
        raise FormatError(f"{path}: no TypeSystem.xml that can be read: {error}") from error
    for file in sorted(path.rglob("*.xmi")):
        xmi = _plain(file)
        try:
            cas = load_cas_from_xmi(xmi, typesystem=types)
            article = articles.get(file.stem) or article_of(file.stem, cas.sofa_string or "")
            own = {"article_id": article.id, "sha256": article.sha256, "annotator": annotator_of(file, path, annotator)}
            layer = msgspec.convert({**own, **_records(cas)}, Layer)
        except _DAMAGE as error:
            raise FormatError(f"{file}: {error}: this is no CAS that musnad has records for") from error
        yield Marked(article, layer)


def _plain(file: Path) -> str:
    """Return the XML of a file; a document type could name entities that bring other files in or fill the memory."""
    xml = file.read_bytes().decode()
    if "<!DOCTYPE" in xml:
        raise FormatError(f"{file}: has a document type (<!DOCTYPE …>), which no CAS has: remove it")
    return xml


def _only_names(types: TypeSystem, path: Path) -> None:
    """Refuse features whose names are more than names: cassis puts them into Python source and compiles it."""
    for one in types.get_types(built_in=True):
        for feature in one.all_features:
            if not str.isidentifier(feature.name) or iskeyword(feature.name):
                raise FormatError(
                    f"{path}: TypeSystem.xml: {one.name} has a feature {feature.name!r}, which is no name"
                )


def _types() -> TypeSystem:
    types = TypeSystem()
    annotation, text, top = "uima.tcas.Annotation", "uima.cas.String", "uima.cas.TOP"
    entity = types.create_type(_ENTITY, annotation)
    for name in ("value", "identifier", "subtype"):
        types.create_feature(entity, name, text)
    part = types.create_type(_PART, annotation)
    types.create_feature(part, "role", text)
    for owner, names in ((_QUANTITY, _TEXTS), (_ATTRIBUTION, ("identifier", "kind", "parent", "implicitSource"))):
        mark = types.create_type(owner, annotation)
        for name in names:
            types.create_feature(mark, name, text)
        link = types.create_type(f"{owner}PartsLink", top)
        types.create_feature(link, "role", text)
        types.create_feature(link, "target", part)
        types.create_feature(mark, "parts", "uima.cas.FSArray", elementType=link)
    return types


class _Writer:
    """Puts records into a CAS."""

    def __init__(self, cas: Cas) -> None:
        self._cas = cas

    def _make(self, name: str, **features: Any) -> Any:
        return self._cas.typesystem.get_type(name)(**features)

    def add(self, layer: Layer) -> None:
        for entity in layer.entities:
            mark = self._make(
                _ENTITY,
                begin=entity.start,
                end=entity.end,
                value=entity.label,
                identifier=entity.id,
                subtype=entity.subtype,
            )
            self._cas.add(mark)
        for quantity in layer.quantities:
            said = {name: getattr(quantity, name) for name in _TEXTS if name != "identifier"}
            parts = [("counted", quantity.counted)] if quantity.counted else []
            self._mark(_QUANTITY, (quantity.start, quantity.end), parts, identifier=quantity.id, **said)
        for one in layer.attributions:
            parts = [("cue", span) for span in one.cues]
            parts += [("source", one.source)] if one.source else []
            parts += [("relay", span) for span in one.relays] + [("content", span) for span in one.content]
            implicit = "true" if one.implicit_source else "false"
            self._mark(
                _ATTRIBUTION,
                one.cues[0],
                parts,
                identifier=one.id,
                kind=one.kind,
                parent=one.parent,
                implicitSource=implicit,
            )

    def _mark(self, name: str, span: Span, parts: Sequence[tuple[str, Span]], **said: Any) -> None:
        links = []
        for role, (start, end) in parts:
            part = self._make(_PART, begin=start, end=end, role=role)
            self._cas.add(part)
            links.append(self._make(f"{name}PartsLink", role=role, target=part))
        array = self._make("uima.cas.FSArray", elements=links)
        self._cas.add(self._make(name, begin=span[0], end=span[1], parts=array, **said))


def _records(cas: Cas) -> dict[str, Any]:
    return {
        "entities": _in_order(_entity(n, one) for n, one in enumerate(cas.select(_ENTITY), start=1)),
        "quantities": _in_order(_quantity(one) for one in cas.select(_QUANTITY)),
        "attributions": _in_order(_attribution(one) for one in cas.select(_ATTRIBUTION)),
    }


def _entity(n: int, mark: Any) -> dict[str, Any]:
    name = mark.identifier or f"e{n}"
    return {"id": name, "start": mark.begin, "end": mark.end, "label": mark.value, "subtype": mark.subtype}


def _in_order(records: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A CAS is indexed by offset; records come in the order of their ids (e2 before e10)."""
    return sorted(records, key=lambda one: [int(n) if n.isdecimal() else n for n in re.split(r"(\d+)", one["id"])])


def _spans(mark: Any) -> dict[str, list[Span]]:
    spans: dict[str, list[Span]] = {}
    for link in mark.parts.elements if mark.parts else ():
        spans.setdefault(link.role, []).append((link.target.begin, link.target.end))
    return spans


def _quantity(mark: Any) -> dict[str, Any]:
    said = {name: getattr(mark, name) for name in _TEXTS if name != "identifier"}
    counted = _spans(mark).get("counted", [None])[0]
    return {"id": mark.identifier, "start": mark.begin, "end": mark.end, **said, "counted": counted}


def _attribution(mark: Any) -> dict[str, Any]:
    spans = _spans(mark)
    return {
        "id": mark.identifier,
        "kind": mark.kind,
        "cues": spans.get("cue", []),
        "source": spans.get("source", [None])[0],
        "relays": spans.get("relay", []),
        "content": spans.get("content", []),
        "implicit_source": mark.implicitSource == "true",
        "parent": mark.parent,
    }
