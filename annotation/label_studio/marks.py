"""Result rows gathered into marks, one for each region; what makes none is handed back with the reason."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from ...schema.records import Span
from .config import (
    BOUND,
    CUE_MARKS,
    KIND,
    LABEL,
    NUMBERS,
    QUANTITY,
    RELATIONS,
    ROLES,
    UNIT,
    Pass,
    region_labels,
    subtype_control,
)

Row: TypeAlias = dict[str, Any]
Relation: TypeAlias = tuple[str, str, str | None, Row]

_ANSWERS = {"labels": "labels", "choices": "choices", "textarea": "text"}  # where a row of this type holds them
_BY_MACHINE = (None, "prediction")
_TEXT = frozenset({str})

# Shown although Unicode counts them as format characters: Arabic number signs, end of ayah, Syriac and Arabic marks.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Rows that fit no record: the id of their region, why, and the rows as they came."""

    region: str
    reason: str
    rows: list[Row]


@dataclass(slots=True)
class Mark:
    """A region with everything that its rows say: `fields` maps a control's name to its values."""

    id: str
    span: Span
    label: str
    fields: dict[str, list[str]]
    by_hand: bool
    rows: list[Row]


def gather(
    rows: Sequence[Any], text: str, which: Pass, misfits: list[Misfit]
) -> tuple[dict[str, Mark], list[Relation]]:
    """Gather the rows by region; return the marks in the order of the rows, and the relations."""
    by_id: dict[str, list[Row]] = defaultdict(list)
    noted = set()
    relations = []
    for row in rows:
        if not isinstance(row, dict):
            misfits.append(Misfit("?", "a result row that is no object", [{"row": row}]))
        elif row.get("type") == "relation":
            relations.append(row)
        else:
            region = str(row.get("id"))
            by_id[region].append(row)
            if row.get("meta"):
                noted.add(region)
    known = region_labels(which)
    marks: dict[str, Mark] = {}
    for region, its_rows in by_id.items():
        read = _mark(region, its_rows, text, known)
        if isinstance(read, str):
            misfits.append(Misfit(region, read, its_rows))
            continue
        marks[region] = read
        if region in noted:
            notes = [row for row in its_rows if row.get("meta")]
            misfits.append(Misfit(region, f"a note that no record can hold: {notes[0]['meta']!r}", notes))
        if not read.fields or read.fields.keys() <= _fields_of(read.label):
            continue
        for name in read.fields.keys() - _fields_of(read.label):
            reason = f"{name!r} says nothing of {read.label}: it was left out"
            misfits.append(Misfit(region, reason, [row for row in its_rows if row.get("from_name") == name]))
    return marks, _relations(relations, marks, misfits)


@cache
def _fields_of(label: str) -> frozenset[str]:
    """Return the names of the controls that may speak of a region with this label."""
    if label == QUANTITY:
        return frozenset({KIND, BOUND, *NUMBERS, UNIT})
    if label == ROLES["cue"]:
        return frozenset({KIND, CUE_MARKS})
    return frozenset({subtype_control(label)})


def _mark(region: str, rows: list[Row], text: str, known: tuple[str, ...]) -> Mark | str:
    """Return the mark that the rows of one region make, or why they make none."""
    fields: dict[str, list[str]] = {}
    start = end = None
    by_hand = False
    for row in rows:
        try:
            value, control = row["value"], str(row["from_name"])
            answers = value[_ANSWERS[row["type"]]]
        except (KeyError, TypeError):
            answers = None
        if isinstance(answers, str):
            answers = [answers]
        elif not isinstance(answers, list) or not _TEXT.issuperset(map(type, answers)):
            return _unreadable(row)
        if control in fields:
            fields[control] = fields[control] + answers
        else:
            fields[control] = answers
            if control == LABEL:
                start, end = value.get("start"), value.get("end")
        if row.get("origin") not in _BY_MACHINE:
            by_hand = True
    labels = fields.pop(LABEL, None)
    if labels is None:
        return "the region has no label: give it one, or delete it"
    if len(labels) != 1:
        return f"the region has {len(labels)} labels ({', '.join(labels)}): leave one"
    if labels[0] not in known:
        return f"unknown label {labels[0]!r}; known in this pass: {', '.join(known)}"
    if type(start) is not int or type(end) is not int:
        return f"offsets {start!r} to {end!r} are no whole numbers"
    if not 0 <= start < end <= len(text):
        return f"offsets {start} to {end} do not fit the text, which has {len(text)} code points"
    span = (start, end)
    if by_hand:
        span = _trimmed(span, text)
        if span[0] == span[1]:
            return f"the region at {start} covers only white space or invisible characters"
    return Mark(region, span, labels[0], fields, by_hand, rows)


def _unreadable(row: Row) -> str:
    if not isinstance(row.get("value"), dict):
        return "a result row without a value"
    return f"control {str(row.get('from_name'))!r} carries no value that musnad knows"


def _trimmed(span: Span, text: str) -> Span:
    start, end = span
    while start < end and _invisible(text[start]):
        start += 1
    while start < end and _invisible(text[end - 1]):
        end -= 1
    return start, end


def _invisible(character: str) -> bool:
    if character.isspace():
        return True
    return unicodedata.category(character) in ("Cf", "Cc") and character not in _VISIBLE_FORMAT


def _relations(rows: list[Row], marks: Mapping[str, Mark], misfits: list[Misfit]) -> list[Relation]:
    relations = []
    for row in rows:
        start, end = str(row.get("from_id")), str(row.get("to_id"))
        labels = row.get("labels") or []
        if start not in marks or end not in marks:
            misfits.append(Misfit(start, f"an arrow from {start} to {end}, one of which is no region", [row]))
        elif not isinstance(labels, list) or any(label not in RELATIONS for label in labels):
            misfits.append(Misfit(start, f"unknown arrow label {labels!r}; known: {', '.join(RELATIONS)}", [row]))
        elif len(labels) > 1:
            misfits.append(Misfit(start, f"an arrow with {len(labels)} labels ({', '.join(labels)}): leave one", [row]))
        else:
            if row.get("direction") == "left":
                start, end = end, start
            relations.append((start, end, labels[0] if labels else None, row))
    return relations
