"""Marks into records; those that the schema does not accept are handed back with the reason."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import msgspec

from ...schema.labels import inventory
from ...schema.records import Attribution, Entity, Layer, Quantity
from ...schema.validate import layer_problems
from .config import (
    BOUND,
    COUNTED,
    CUE_MARKS,
    IMPLICIT,
    KIND,
    NUMBERS,
    OUTERMOST,
    QUANTITY,
    ROLES,
    UNIT,
    subtype_control,
)
from .links import Arrow, Group, Region, join_attributions, join_counted
from .marks import Mark, Misfit, Relation, Row
from .numbers import UnreadableError, decimal
from .region_ids import record_id

_Record = TypeVar("_Record", Entity, Quantity, Attribution)
_ROLE_OF = {label: role for role, label in ROLES.items()}


@dataclass(slots=True)
class Reading:
    """The records of one pass as decoded, and what did not fit."""

    entities: tuple[Entity, ...] = ()
    quantities: tuple[Quantity, ...] = ()
    attributions: tuple[Attribution, ...] = ()
    misfits: list[Misfit] = field(default_factory=list)


def entities_of(marks: Mapping[str, Mark], misfits: list[Misfit]) -> tuple[Entity, ...]:
    """Return the entities among the marks."""
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
            id=record_id(mark.id),
            start=mark.span[0],
            end=mark.span[1],
            label=mark.label,
            subtype=subtypes[0] if subtypes else None,
        )
        entities.append((entity, mark.rows))
    return _valid(entities, "entities", misfits)


def quantities_of(
    marks: Mapping[str, Mark],
    relations: list[Relation],
    text: str,
    misfits: list[Misfit],
) -> tuple[Quantity, ...]:
    """Return the quantities among the marks, with their counted nouns."""
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


def _plain(mark: Mark, role: str) -> Region:
    return Region(mark.id, role, mark.span)


def _quantity(mark: Mark, noun: Region | None) -> Quantity | str:
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
        id=record_id(mark.id),
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


def attributions_of(
    marks: Mapping[str, Mark],
    relations: list[Relation],
    text: str,
    misfits: list[Misfit],
) -> tuple[Attribution, ...]:
    """Return the attributions that the marks join to."""
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


def _attribution_region(mark: Mark, misfits: list[Misfit]) -> Region:
    role = _ROLE_OF[mark.label]
    if role != "cue" or not mark.fields:
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
    given: set[str] = set()
    for group in groups:
        names = (record_id(cue.key) for cue in group.cues)
        ids[group.key] = next((name for name in names if name not in given), group.key)
        given.add(ids[group.key])
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
