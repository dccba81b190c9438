"""Records into Label Studio result rows and back, for each of the two passes.

Every record is one or more regions. A region's id carries the record's id, so that records that people leave alone come
back under their own name: `e1` for an entity or quantity, `a1-cue2` for a part of a record. Label Studio makes CSS
selectors of region ids, so that only letters, digits, `-` and `_` may stand in them; others are written `_u<hex>_`.
Rows that fit no record are handed back with the reason, never dropped.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias, TypeVar

import msgspec

from ...schema.labels import inventory
from ...schema.records import Attribution, Entity, Layer, Quantity, Span
from ...schema.validate import layer_problems
from .config import (
    BOUND,
    COUNTED,
    CUE_MARKS,
    IMPLICIT,
    KIND,
    LABEL,
    NUMBERS,
    OUTERMOST,
    QUANTITY,
    RELATIONS,
    ROLES,
    TEXT,
    UNIT,
    Pass,
    region_labels,
    subtype_control,
)
from .links import (
    Arrow,
    Group,
    Region,
    arrows_for_attributions,
    arrows_for_counted,
    join_attributions,
    join_counted,
)
from .numbers import UnreadableError, decimal

Row: TypeAlias = dict[str, Any]
_Record = TypeVar("_Record", Entity, Quantity, Attribution)

_ROLE_OF = {label: role for role, label in ROLES.items()}
_REGION_ID = re.compile(r"((?:[A-Za-z0-9]|_u[0-9a-f]+_)+)(?:-[a-z]+[0-9]*)?")
_ESCAPED = re.compile(r"_u([0-9a-f]+)_")
_UNSAFE = re.compile(r"[^A-Za-z0-9]")
# Shown although Unicode counts them as format characters: Arabic number signs, end of ayah, Syriac and Arabic marks.
_VISIBLE_FORMAT = frozenset("\u0600\u0601\u0602\u0603\u0604\u0605\u06dd\u070f\u0890\u0891\u08e2")


@dataclass(frozen=True, slots=True)
class Misfit:
    """Rows that fit no record: the id of their region, why, and the rows as they came."""

    region: str
    reason: str
    rows: list[Row]


@dataclass(slots=True)
class Reading:
    """The records of one pass as decoded, and what did not fit."""

    entities: tuple[Entity, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    misfits: list[Misfit] = field(default_factory=list)


def encode(layer: Layer, text: str, which: Pass) -> list[Row]:
    """Return the result rows of a layer's pass. The layer must be valid for the text (`layer_problems`)."""
    if which == "entities":
        return [*_entity_rows(layer, text), *_quantity_rows(layer, text)]
    return _attribution_rows(layer, text)


def decode(rows: Sequence[Row], text: str, which: Pass) -> Reading:
    """Read the result rows of a pass. Offsets are trusted, never the rows' own text.

    Regions that a person drew or changed lose invisible characters at their edges; their numbers are read leniently.
    """
    misfits: list[Misfit] = []
    marks, arrows = _marks(rows, text, which, misfits)
    if which == "entities":
        reading = Reading(_entities(marks, misfits), _quantities(marks, arrows, text, misfits))
    else:
        reading = Reading(attributions=_attributions(marks, arrows, text, misfits))
    reading.misfits = misfits
    return reading


# --- records to rows


def _region_id(record_id: str, part: str = "") -> str:
    escaped = _UNSAFE.sub(lambda match: f"_u{ord(match[0]):x}_", record_id)
    return f"{escaped}-{part}" if part else escaped


def _record_id(region_id: str) -> str:
    """Return the id of the record that a region belongs to; a drawn region is a record of that name."""
    match = _REGION_ID.fullmatch(region_id)
    if match is None:
        return region_id
    return _ESCAPED.sub(lambda escaped: chr(min(int(escaped[1], 16), 0x10FFFF)), match[1])


def _row(region: str, span: Span, control: str, kind: str, value: list[str], text: str | None = None) -> Row:
    body: Row = {"start": span[0], "end": span[1]}
    if text is not None:
        body["text"] = text[span[0] : span[1]]
    body["text" if kind == "textarea" else kind] = value
    return {"id": region, "from_name": control, "to_name": TEXT, "type": kind, "value": body}


def _relation(arrow: Arrow) -> Row:
    return {
        "type": "relation",
        "from_id": arrow.start,
        "to_id": arrow.end,
        "direction": "right",
        "labels": [arrow.role],
    }


def _entity_rows(layer: Layer, text: str) -> Iterator[Row]:
    for entity in layer.entities:
        region, span = _region_id(entity.id), (entity.start, entity.end)
        yield _row(region, span, LABEL, "labels", [entity.label], text)
        if entity.subtype is not None:
            yield _row(region, span, subtype_control(entity.label), "choices", [entity.subtype])


def _quantity_rows(layer: Layer, text: str) -> Iterator[Row]:
    links: list[tuple[Quantity, Region, Region | None]] = []
    for quantity in layer.quantities:
        region, span = _region_id(quantity.id), (quantity.start, quantity.end)
        yield _row(region, span, LABEL, "labels", [QUANTITY], text)
        yield _row(region, span, KIND, "choices", [quantity.kind])
        yield _row(region, span, BOUND, "choices", [quantity.bound])
        for name in (*NUMBERS, UNIT):
            if (typed := getattr(quantity, name)) is not None:
                yield _row(region, span, name, "textarea", [typed])
        noun = None
        if quantity.counted is not None:
            noun = Region(_region_id(quantity.id, "counted"), "counted", quantity.counted)
            yield _row(noun.key, noun.span, LABEL, "labels", [COUNTED], text)
        links.append((quantity, Region(region, "quantity", span), noun))
    yield from map(_relation, arrows_for_counted(links, text))


def _attribution_rows(layer: Layer, text: str) -> list[Row]:
    owned = [(attribution, _parts(attribution)) for attribution in layer.attributions]
    regions, arrows = arrows_for_attributions(owned, text)
    rows = []
    for region in regions:
        rows.append(_row(region.key, region.span, LABEL, "labels", [ROLES[region.role]], text))
        if region.kind is not None:
            rows.append(_row(region.key, region.span, KIND, "choices", [region.kind]))
        marks = [name for name, on in ((IMPLICIT, region.implicit), (OUTERMOST, region.outermost)) if on]
        if marks:
            rows.append(_row(region.key, region.span, CUE_MARKS, "choices", marks))
    return rows + [_relation(arrow) for arrow in arrows]


def _parts(attribution: Attribution) -> dict[str, list[Region]]:
    """Return the regions of an attribution by role; the first cue carries its kind and marks."""
    spans: dict[str, Sequence[Span]] = {
        "cue": attribution.cues,
        "source": [attribution.source] if attribution.source else [],
        "relay": attribution.relays,
        "content": attribution.content,
    }
    parts = {
        role: [Region(_region_id(attribution.id, f"{role}{n}"), role, span) for n, span in enumerate(where, start=1)]
        for role, where in spans.items()
    }
    first = parts["cue"][0]
    parts["cue"][0] = Region(first.key, "cue", first.span, attribution.kind, attribution.implicit_source)
    return parts


# --- rows to marks


@dataclass(slots=True)
class _Mark:
    """A region with everything that its rows say: `fields` maps a control's name to its values."""

    id: str
    span: Span
    label: str
    fields: dict[str, list[str]]
    by_hand: bool
    rows: list[Row]


def _marks(
    rows: Sequence[Any], text: str, which: Pass, misfits: list[Misfit]
) -> tuple[dict[str, _Mark], list[tuple[str, str, str | None, Row]]]:
    """Gather the rows by region; return the marks in the order of the rows, and the relations."""
    by_id: dict[str, list[Row]] = {}
    relations = []
    for row in rows:
        if not isinstance(row, dict):
            misfits.append(Misfit("?", "a result row that is no object", [{"row": row}]))
        elif row.get("type") == "relation":
            relations.append(row)
        else:
            by_id.setdefault(str(row.get("id")), []).append(row)
    known = region_labels(which)
    marks: dict[str, _Mark] = {}
    for region, its_rows in by_id.items():
        read = _mark(region, its_rows, text, known)
        if isinstance(read, str):
            misfits.append(Misfit(region, read, its_rows))
            continue
        marks[region] = read
        if notes := [row for row in its_rows if row.get("meta")]:
            misfits.append(Misfit(region, f"a note that no record can hold: {notes[0]['meta']!r}", notes))
        for name in read.fields.keys() - _fields_of(read.label):
            reason = f"{name!r} says nothing of {read.label}: it was left out"
            misfits.append(Misfit(region, reason, [row for row in its_rows if row.get("from_name") == name]))
    return marks, _relations(relations, marks, misfits)


def _fields_of(label: str) -> frozenset[str]:
    """Return the names of the controls that may speak of a region with this label."""
    if label == QUANTITY:
        return frozenset({KIND, BOUND, *NUMBERS, UNIT})
    if label == ROLES["cue"]:
        return frozenset({KIND, CUE_MARKS})
    return frozenset({subtype_control(label)})


def _mark(region: str, rows: list[Row], text: str, known: tuple[str, ...]) -> _Mark | str:
    """Return the mark that the rows of one region make, or why they make none."""
    labelled = [row for row in rows if row.get("from_name") == LABEL]
    if not labelled:
        return "the region has no label: give it one, or delete it"
    fields: dict[str, list[str]] = {}
    for row in rows:
        value = row.get("value")
        if not isinstance(value, dict):
            return "a result row without a value"
        key = {"labels": "labels", "choices": "choices", "textarea": "text"}.get(str(row.get("type")))
        given = value.get(key) if key else None
        given = [given] if isinstance(given, str) else given
        if not isinstance(given, list) or not all(isinstance(one, str) for one in given):
            return f"control {row.get('from_name')!r} carries no value that musnad knows"
        fields.setdefault(str(row.get("from_name")), []).extend(given)
    labels = fields.pop(LABEL)
    if len(labels) != 1:
        return f"the region has {len(labels)} labels ({', '.join(labels)}): leave one"
    if labels[0] not in known:
        return f"unknown label {labels[0]!r}; known in this pass: {', '.join(known)}"
    value = labelled[0]["value"]
    start, end = value.get("start"), value.get("end")
    if type(start) is not int or type(end) is not int:
        return f"offsets {start!r} to {end!r} are no whole numbers"
    if not 0 <= start < end <= len(text):
        return f"offsets {start} to {end} do not fit the text, which has {len(text)} code points"
    by_hand = any(row.get("origin") not in (None, "prediction") for row in rows)
    span = (start, end)
    if by_hand:
        span = _trimmed(span, text)
        if span[0] == span[1]:
            return f"the region at {start} covers only white space or invisible characters"
    return _Mark(region, span, labels[0], fields, by_hand, rows)


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


def _relations(
    rows: list[Row], marks: Mapping[str, _Mark], misfits: list[Misfit]
) -> list[tuple[str, str, str | None, Row]]:
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


# --- marks to records


def _entities(marks: Mapping[str, _Mark], misfits: list[Misfit]) -> tuple[Entity, ...]:
    known = inventory().entities
    entities = []
    for mark in marks.values():
        if mark.label not in known:
            continue
        subtypes = mark.fields.get(subtype_control(mark.label), [])
        if len(subtypes) > 1:
            misfits.append(Misfit(mark.id, f"{len(subtypes)} subtypes ({', '.join(subtypes)}): leave one", mark.rows))
            continue
        entity = Entity(
            id=_record_id(mark.id),
            start=mark.span[0],
            end=mark.span[1],
            label=mark.label,
            subtype=subtypes[0] if subtypes else None,
        )
        entities.append((entity, mark.rows))
    return _valid(entities, "entities", misfits)


def _quantities(
    marks: Mapping[str, _Mark],
    relations: list[tuple[str, str, str | None, Row]],
    text: str,
    misfits: list[Misfit],
) -> tuple[Quantity, ...]:
    regions = {mark.id: _plain(mark, "quantity") for mark in marks.values() if mark.label == QUANTITY}
    nouns = {mark.id: _plain(mark, "counted") for mark in marks.values() if mark.label == COUNTED}
    arrows = []
    for start, end, _, row in relations:
        if start in nouns and end in regions:
            start, end = end, start
        if start in regions and end in nouns:
            arrows.append(Arrow("counted", start, end))
        else:
            misfits.append(Misfit(start, "an arrow that leads from no quantity to its counted noun", [row]))
    links, orphans = join_counted(list(regions.values()), list(nouns.values()), arrows, text)
    for noun in orphans:
        misfits.append(Misfit(noun.key, "a counted noun without a quantity in its sentence", marks[noun.key].rows))
    quantities = []
    for region in regions.values():
        mark = marks[region.key]
        read = _quantity(mark, links.get(region.key))
        if isinstance(read, str):
            misfits.append(Misfit(mark.id, read, mark.rows))
        else:
            quantities.append((read, mark.rows))
    return _valid(quantities, "quantities", misfits)


def _plain(mark: _Mark, role: str) -> Region:
    return Region(mark.id, role, mark.span)


def _quantity(mark: _Mark, noun: Region | None) -> Quantity | str:
    """Return the quantity of a mark, or why there is none."""
    for name in (KIND, BOUND):
        if len(mark.fields.get(name, [])) != 1:
            return f"the quantity has {len(mark.fields.get(name, []))} choices for {name!r}: choose one"
    typed: dict[str, str | None] = {}
    for name in (*NUMBERS, UNIT):
        given = mark.fields.get(name, [])
        if mark.by_hand:
            given = [one for one in given if one.strip()]
        if len(given) > 1:
            return f"the quantity has {len(given)} answers for {name!r} ({', '.join(given)}): leave one"
        typed[name] = given[0] if given else None
    if mark.by_hand:
        try:
            typed |= {name: decimal(number) for name in NUMBERS if (number := typed[name]) is not None}
        except UnreadableError as error:
            return str(error)
        typed[UNIT] = unit.strip() if (unit := typed[UNIT]) is not None else None
    return Quantity(
        id=_record_id(mark.id),
        start=mark.span[0],
        end=mark.span[1],
        kind=mark.fields[KIND][0],
        bound=mark.fields[BOUND][0],
        value=typed["value"],
        low=typed["low"],
        high=typed["high"],
        unit=typed[UNIT],
        counted=noun.span if noun else None,
    )


def _attributions(
    marks: Mapping[str, _Mark],
    relations: list[tuple[str, str, str | None, Row]],
    text: str,
    misfits: list[Misfit],
) -> tuple[Attribution, ...]:
    regions = [_attribution_region(mark, misfits) for mark in marks.values()]
    roles = {region.key: region.role for region in regions}
    arrows = []
    for start, end, label, row in relations:
        arrow = _arrow(start, end, label, roles)
        if arrow is None:
            reason = f"an arrow {label or 'without a label'} from {roles[start]} to {roles[end]} means nothing"
            misfits.append(Misfit(start, reason, [row]))
        else:
            arrows.append(arrow)
    linked = join_attributions(regions, arrows, text)
    for region in linked.orphans:
        reason = f"a {region.role} without a cue: mark the cue, or draw an arrow from it"
        misfits.append(Misfit(region.key, reason, marks[region.key].rows))
    ids = _group_ids(linked.groups)
    found = []
    for group in linked.groups:
        rows = [row for region in _members(group) for row in marks[region.key].rows]
        if problem := _group_problem(group):
            misfits.append(Misfit(group.key, problem, rows))
            continue
        attribution = Attribution(
            id=ids[group.key],
            kind=group.kinds[0],
            cues=tuple(cue.span for cue in group.cues),
            source=group.sources[0].span if group.sources else None,
            implicit_source=group.implicit,
            relays=tuple(relay.span for relay in group.relays),
            content=tuple(piece.span for piece in group.content),
            parent=ids[group.parent] if group.parent else None,
        )
        found.append((attribution, rows))
    return _valid(found, "attributions", misfits)


def _attribution_region(mark: _Mark, misfits: list[Misfit]) -> Region:
    role = _ROLE_OF[mark.label]
    if role != "cue":
        return _plain(mark, role)
    kinds = mark.fields.get(KIND, [])
    if len(kinds) > 1:
        misfits.append(Misfit(mark.id, f"the cue has {len(kinds)} kinds: the first, {kinds[0]}, was taken", mark.rows))
    flags = mark.fields.get(CUE_MARKS, [])
    return Region(mark.id, role, mark.span, kinds[0] if kinds else None, IMPLICIT in flags, OUTERMOST in flags)


def _arrow(start: str, end: str, label: str | None, roles: Mapping[str, str]) -> Arrow | None:
    """Return what a drawn relation means: regions say most of it, so that its label and direction may be left out."""
    if roles[end] == "cue" and roles[start] != "cue":
        start, end = end, start
    one, other = roles[start], roles[end]
    if one == "cue" and other == "cue":
        return Arrow("parent" if label == "parent" else "part", start, end)
    if one == "cue" and label in (None, other):
        return Arrow(other, start, end)
    if one == other == "relay" and label in (None, "relay"):
        return Arrow("relay", start, end)
    return None


def _group_ids(groups: Iterable[Group]) -> dict[str, str]:
    """Name each group: after the record that one of its cues came from, or after its first region."""
    ids: dict[str, str] = {}
    for group in groups:
        names = [_record_id(cue.key) for cue in group.cues]
        fresh = [name for name in names if name not in ids.values()]
        ids[group.key] = fresh[0] if fresh else group.key
    return ids


def _members(group: Group) -> list[Region]:
    return [*group.cues, *group.sources, *group.relays, *group.content]


def _group_problem(group: Group) -> str | None:
    if not group.kinds:
        return "the cue has no kind: choose one for its first part"
    if len(group.sources) > 1:
        return f"the cue has {len(group.sources)} sources: leave the arrow to one"
    if len(set(group.kinds)) > 1:
        return f"parts joined to one cue carry different kinds ({', '.join(group.kinds)}): leave one"
    return None


def _valid(found: list[tuple[_Record, list[Row]]], name: str, misfits: list[Misfit]) -> tuple[_Record, ...]:
    """Keep the records that the schema accepts together; hand the others to `misfits`, with what hangs on them."""
    kept = []
    for record, rows in found:
        if reason := _type_problem(record):
            misfits.append(Misfit(record.id, reason, rows))
        else:
            kept.append((record, rows))
    while bad := _problems(name, [record for record, _ in kept]):
        misfits += [Misfit(kept[n][0].id, reason, kept[n][1]) for n, reason in bad.items()]
        kept = [pair for n, pair in enumerate(kept) if n not in bad]
    return tuple(record for record, _ in kept)


def _problems(name: str, records: Sequence[Entity | Quantity | Attribution]) -> dict[int, str]:
    """Return what is wrong with each bad record of a layer, by its index."""
    fields: dict[str, Any] = {name: tuple(records)}
    bad: dict[int, str] = {}
    for problem in layer_problems(Layer(article_id="-", sha256="0" * 64, annotator="-", **fields)):
        if at := re.match(rf"{name}\[(\d+)\]\.?(.*)", problem.field):
            bad.setdefault(int(at[1]), f"{at[2]}: {problem.reason}" if at[2] else problem.reason)
    return bad


def _type_problem(record: Entity | Quantity | Attribution) -> str | None:
    """Return what the record's types forbid (a number that is none, an id that is too long), or None."""
    try:
        msgspec.convert(msgspec.to_builtins(record), type(record))
    except msgspec.ValidationError as error:
        return str(error)
    return None
