"""Records into Label Studio result rows and back, for each of the two passes.

Every record is one or more regions: `region_ids` says what they are called, `links` how they join, `marks` and
`reading` lead back. Rows that fit no record are handed back with the reason, never dropped.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ...schema.records import Attribution, Layer, Quantity, Span
from .arrows import arrows_for_attributions, arrows_for_counted
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
    ROLES,
    TEXT,
    UNIT,
    Pass,
    subtype_control,
)
from .links import Arrow, Region
from .marks import Misfit, Row, gather
from .reading import Reading, attributions_of, entities_of, quantities_of
from .region_ids import region_id


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
    marks, arrows = gather(rows, text, which, misfits)
    if which == "entities":
        reading = Reading(entities_of(marks, misfits), quantities_of(marks, arrows, text, misfits))
    else:
        reading = Reading(attributions=attributions_of(marks, arrows, text, misfits))
    reading.misfits = misfits
    return reading


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
        region, span = region_id(entity.id), (entity.start, entity.end)
        yield _row(region, span, LABEL, "labels", [entity.label], text)
        if entity.subtype is not None:
            yield _row(region, span, subtype_control(entity.label), "choices", [entity.subtype])


def _quantity_rows(layer: Layer, text: str) -> Iterator[Row]:
    links: list[tuple[Quantity, Region, Region | None]] = []
    for quantity in layer.quantities:
        region, span = region_id(quantity.id), (quantity.start, quantity.end)
        yield _row(region, span, LABEL, "labels", [QUANTITY], text)
        yield _row(region, span, KIND, "choices", [quantity.kind])
        yield _row(region, span, BOUND, "choices", [quantity.bound])
        for name in (*NUMBERS, UNIT):
            if (typed := getattr(quantity, name)) is not None:
                yield _row(region, span, name, "textarea", [typed])
        noun = None
        if quantity.counted is not None:
            noun = Region(region_id(quantity.id, "counted"), "counted", quantity.counted)
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
        role: [Region(region_id(attribution.id, f"{role}{n}"), role, span) for n, span in enumerate(where, start=1)]
        for role, where in spans.items()
    }
    first = parts["cue"][0]
    parts["cue"][0] = Region(first.key, "cue", first.span, attribution.kind, attribution.implicit_source)
    return parts
