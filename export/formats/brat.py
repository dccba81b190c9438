"""brat standoff: `ID.txt` and `ID.ann`, with attributions as events whose trigger is the cue.

https://brat.nlplab.org/standoff.html. What brat has no place for (ids, numbers, units) stands in notes as JSON.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from ...schema.jsonl import writing
from ...schema.labels import inventory
from ...schema.records import Article, Attribution, Layer, Quantity, Span
from .registry import FormatError, Marked, annotator_of, article_of, folder_of

_ROLES = {"Source": "source", "Relay": "relays", "Content": "content"}
_READING = ("value", "low", "high", "unit")
_SHOWN = str.maketrans("\t\n", "  ")  # in a line of fields between tabs


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write two files for each article in its annotator's folder, and `annotation.conf`.

    Returns the number of marks that line breaks make others: those at an edge stay outside, and pieces with nothing
    else between them become one.
    """
    lost = 0
    with writing(path / "annotation.conf") as file:
        file.write(_configuration().encode())
    for article, layer in marked:
        place = path / folder_of(layer.annotator)
        with writing(place / f"{article.id}.txt") as file:
            file.write(article.text.encode())
        with writing(place / f"{article.id}.ann") as file:
            lines = _Lines(article.text)
            file.write("".join(lines.of(layer)).encode())
        lost += lines.changed
    return lost


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield a layer for each `.ann` file of a folder and of its annotators' folders, records in the order of lines.

    Raises FormatError for a file without its text, and for a line that musnad has no record for.
    """
    for file in sorted(path.rglob("*.ann")):
        text_file = file.with_suffix(".txt")
        if not text_file.exists():
            raise FormatError(f"{file}: its text {text_file.name} is not there")
        text = text_file.read_bytes().decode("utf-8")
        article = articles.get(file.stem) or article_of(file.stem, text)
        try:
            layer = _layer(file, article, annotator_of(file, path, annotator))
        except (KeyError, ValueError, IndexError, msgspec.ValidationError) as error:
            raise FormatError(f"{file}: {error}: this is no annotation that musnad has a record for") from error
        yield Marked(article, layer)


class _Lines:
    """The lines of an `.ann` file, numbered as they come, and how many marks are others there."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.changed = 0
        self._numbers: dict[str, int] = {}

    def of(self, layer: Layer) -> Iterator[str]:
        for entity in layer.entities:
            name, line = self._mark(entity.label, [(entity.start, entity.end)])
            yield line
            if entity.subtype:
                yield self._line("A", f"Subtype {name} {entity.subtype}")[1]
            yield self._note(name, {"id": entity.id})
        for quantity in layer.quantities:
            yield from self._quantity(quantity)
        events: dict[str, str] = {}
        for attribution in layer.attributions:
            yield from self._attribution(attribution, events)
        for attribution in layer.attributions:
            if attribution.parent:
                arguments = f"Arg1:{events[attribution.id]} Arg2:{events[attribution.parent]}"
                yield self._line("R", f"Parent {arguments}")[1]

    def _quantity(self, quantity: Quantity) -> Iterator[str]:
        name, line = self._mark("Quantity", [(quantity.start, quantity.end)])
        yield line
        for label, value in (("Kind", quantity.kind), ("Bound", quantity.bound)):
            yield self._line("A", f"{label} {name} {value}")[1]
        reading = {field: getattr(quantity, field) for field in _READING if getattr(quantity, field) is not None}
        yield self._note(name, {"id": quantity.id, **reading})
        if quantity.counted:
            counted, line = self._mark("Counted", [quantity.counted])
            yield line
            yield self._line("R", f"Counts Arg1:{name} Arg2:{counted}")[1]

    def _attribution(self, attribution: Attribution, events: dict[str, str]) -> Iterator[str]:
        cue, line = self._mark("Attribution", attribution.cues)
        yield line
        arguments = [f"Attribution:{cue}"]
        spans = [("Source", attribution.source)] if attribution.source else []
        spans += [("Relay", relay) for relay in attribution.relays]
        spans += [("Content", piece) for piece in attribution.content]
        counts: dict[str, int] = {}
        for role, span in spans:
            name, line = self._mark(role, [span] if span else [])
            yield line
            counts[role] = counts.get(role, 0) + 1
            arguments.append(f"{role}{counts[role] if counts[role] > 1 else ''}:{name}")
        event, line = self._line("E", " ".join(arguments))
        yield line
        events[attribution.id] = event
        yield self._line("A", f"How {event} {attribution.kind}")[1]
        if attribution.implicit_source:
            yield self._line("A", f"ImplicitSource {event}")[1]
        yield self._note(event, {"id": attribution.id})

    def _mark(self, label: str, spans: Sequence[Span]) -> tuple[str, str]:
        pieces = [piece for span in spans for piece in _within_lines(self._text, span)]
        self.changed += _joined(self._text, pieces) != list(spans)
        offsets = ";".join(f"{start} {end}" for start, end in pieces)
        shown = " ".join(self._text[start:end] for start, end in pieces).translate(_SHOWN)
        return self._line("T", f"{label} {offsets}\t{shown}")

    def _line(self, kind: str, rest: str) -> tuple[str, str]:
        self._numbers[kind] = self._numbers.get(kind, 0) + 1
        name = f"{kind}{self._numbers[kind]}"
        return name, f"{name}\t{rest}\n"

    def _note(self, name: str, held: dict[str, Any]) -> str:
        return self._line("#", f"AnnotatorNotes {name}\t{json.dumps(held, ensure_ascii=False)}")[1]


def _within_lines(text: str, span: Span) -> list[Span]:
    """A span's pieces without the line breaks in it, which brat can't have in a mark."""
    start, end = span
    pieces = [(start + one.start(), start + one.end()) for one in re.finditer(r"[^\n]+", text[start:end])]
    return pieces or [span]


def _layer(file: Path, article: Article, annotator: str) -> Layer:
    marks: dict[str, tuple[str, list[Span]]] = {}
    events: dict[str, list[tuple[str, str]]] = {}
    attributes: dict[str, dict[str, str]] = {}
    relations: dict[str, list[tuple[str, str]]] = {}
    notes: dict[str, dict[str, Any]] = {}
    for ended in file.read_bytes().decode().split("\n"):  # at LF, not at CR alone: marked words may hold that
        if not (line := ended.removesuffix("\r")):
            continue
        name, rest = line.split("\t", 1)
        if name[0] == "T":
            label, _, offsets = rest.partition("\t")[0].partition(" ")
            pieces = [tuple(map(int, piece.split())) for piece in offsets.split(";")]
            marks[name] = (label, _joined(article.text, [(start, end) for start, end in pieces]))
        elif name[0] == "E":
            events[name] = [_argument(argument) for argument in rest.split()]
        elif name[0] in "AM":
            label, about, *value = rest.split(" ")
            attributes.setdefault(about, {})[label] = value[0] if value else "true"
        elif name[0] == "R":
            label, one, other = rest.split()[:3]
            relations.setdefault(label, []).append((one.partition(":")[2], other.partition(":")[2]))
        elif name[0] == "#":
            about, _, note = rest.partition("\t")
            notes[about.split()[1]] = _note_of(note)
    return _Records(marks, events, attributes, relations, notes).layer(article, annotator)


class _Records:
    """The lines of an `.ann` file as records."""

    def __init__(
        self,
        marks: dict[str, tuple[str, list[Span]]],
        events: dict[str, list[tuple[str, str]]],
        attributes: dict[str, dict[str, str]],
        relations: dict[str, list[tuple[str, str]]],
        notes: dict[str, dict[str, Any]],
    ) -> None:
        self.marks, self.events, self.attributes, self.notes = marks, events, attributes, notes
        self.counted = dict(relations.get("Counts", ()))
        self.parents = dict(relations.get("Parent", ()))

    def layer(self, article: Article, annotator: str) -> Layer:
        parts = {"Counted", "Attribution", *_ROLES}
        return msgspec.convert(
            {
                "article_id": article.id,
                "sha256": article.sha256,
                "annotator": annotator,
                "entities": [
                    self._entity(name, label, spans[0])
                    for name, (label, spans) in self.marks.items()
                    if label not in parts and label != "Quantity"
                ],
                "quantities": [
                    self._quantity(name, spans[0]) for name, (label, spans) in self.marks.items() if label == "Quantity"
                ],
                "attributions": [self._attribution(name, arguments) for name, arguments in self.events.items()],
            },
            Layer,
        )

    def _id(self, name: str) -> str:
        return str(self.notes.get(name, {}).get("id", name))

    def _entity(self, name: str, label: str, span: Span) -> dict[str, Any]:
        if label not in inventory().entities:
            raise ValueError(f"{name}: unknown label {label!r}")
        subtype = self.attributes.get(name, {}).get("Subtype")
        return {"id": self._id(name), "start": span[0], "end": span[1], "label": label, "subtype": subtype}

    def _quantity(self, name: str, span: Span) -> dict[str, Any]:
        said, note = self.attributes.get(name, {}), self.notes.get(name, {})
        return {
            "id": self._id(name),
            "start": span[0],
            "end": span[1],
            "kind": said["Kind"],
            "bound": said["Bound"],
            **{field: note.get(field) for field in _READING},
            "counted": self.marks[self.counted[name]][1][0] if name in self.counted else None,
        }

    def _attribution(self, name: str, arguments: list[tuple[str, str]]) -> dict[str, Any]:
        said = self.attributes.get(name, {})
        spans: dict[str, list[Span]] = {"source": [], "relays": [], "content": []}
        for role, mark in arguments[1:]:
            spans[_ROLES[role]] += self.marks[mark][1]
        return {
            "id": self._id(name),
            "kind": said["How"],
            "cues": self.marks[arguments[0][1]][1],
            **spans,
            "source": spans["source"][0] if spans["source"] else None,
            "implicit_source": "ImplicitSource" in said,
            "parent": self._id(self.parents[name]) if name in self.parents else None,
        }


def _argument(argument: str) -> tuple[str, str]:
    role, _, name = argument.partition(":")
    return role.rstrip("0123456789"), name


def _note_of(note: str) -> dict[str, Any]:
    """What musnad wrote into a note; nothing for a note that a person wrote."""
    try:
        held = msgspec.json.decode(note)
    except (ValueError, RecursionError):
        return {}
    return held if isinstance(held, dict) else {}


def _joined(text: str, pieces: list[Span]) -> list[Span]:
    """Pieces with only line breaks between them as the one that they were."""
    joined = pieces[:1]
    for start, end in pieces[1:]:
        if text[joined[-1][1] : start].strip("\n"):
            joined.append((start, end))
        else:
            joined[-1] = (joined[-1][0], end)
    return joined


def _configuration() -> str:
    labels = inventory()
    entities = "\n".join([*labels.entities, "Quantity", "Counted", "Source", "Relay", "Content"])
    subtypes = "|".join(dict.fromkeys(name for one in labels.entities.values() for name in one.subtypes))
    return (
        f"[entities]\n{entities}\n\n[relations]\nCounts\tArg1:Quantity, Arg2:Counted\n"
        "Parent\tArg1:Attribution, Arg2:Attribution\n\n"
        "[events]\nAttribution\tSource?:Source, Relay*:Relay, Content*:Content\n\n[attributes]\n"
        f"Subtype\tArg:<ENTITY>, Value:{subtypes}\n"
        f"Kind\tArg:Quantity, Value:{'|'.join(labels.quantity.kinds)}\n"
        f"Bound\tArg:Quantity, Value:{'|'.join(labels.quantity.bounds)}\n"
        f"How\tArg:Attribution, Value:{'|'.join(labels.attribution.kinds)}\nImplicitSource\tArg:Attribution\n"
    )
