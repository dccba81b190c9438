"""Records to Label Studio rows and back: nothing is lost, what fits nothing is handed back with the reason."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tried

from musnad.annotation.label_studio.config import PASSES
from musnad.annotation.label_studio.marks import Row
from musnad.annotation.label_studio.reading import Reading
from musnad.annotation.label_studio.regions import decode, encode
from musnad.schema.labels import inventory
from musnad.schema.records import Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.validate import layer_problems

LABELS = inventory()
SCRAPS = [
    "قالت الوكالة",
    " إن ",
    "عن",
    "٢٠٠",
    " مليون",
    "دولار",
    ". ",
    "\n",
    "؟ ",
    "ـــ",
    "\u00a0",
    "\u200f",
    "😀",
    "،",
]
NUMBERS = st.from_regex(r"-?(0|[1-9][0-9]{0,6})(\.[0-9]{1,3})?", fullmatch=True)
IDS = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zs", "Zl", "Zp"]), min_size=1, max_size=6)


def spans(length: int) -> st.SearchStrategy[tuple[int, int]]:
    return st.tuples(st.integers(0, length - 1), st.integers(1, min(length, 12))).map(
        lambda pair: (pair[0], min(length, pair[0] + pair[1]))
    )


def apart(found: list[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    kept: list[tuple[int, int]] = []
    for span in sorted(found):
        if not kept or span[0] >= kept[-1][1]:
            kept.append(span)
    return tuple(kept)


@st.composite
def quantities(draw: st.DrawFn, length: int, record_id: str) -> Quantity:
    kind = draw(st.sampled_from(list(LABELS.quantity.kinds)))
    bound = draw(st.sampled_from(list(LABELS.quantity.bounds)))
    numbers = {name: draw(NUMBERS) for name in LABELS.quantity.bounds[bound].fields}
    if len(numbers) == 2:
        numbers["low"], numbers["high"] = sorted(numbers.values(), key=float)
    unit = {"count": None, "percent": "%"}.get(
        kind, draw(st.none() | st.text(st.characters(codec="utf-8"), max_size=4))
    )
    start, end = draw(spans(length))
    counted = draw(st.none() | spans(length))
    return Quantity(id=record_id, start=start, end=end, kind=kind, bound=bound, unit=unit, counted=counted, **numbers)


@st.composite
def attributions(draw: st.DrawFn, length: int, record_id: str, parents: list[str]) -> Attribution:
    pieces = st.lists(spans(length), min_size=1, max_size=3).map(apart)
    return Attribution(
        id=record_id,
        kind=draw(st.sampled_from(list(LABELS.attribution.kinds))),
        cues=draw(pieces),
        source=draw(st.none() | spans(length)),
        implicit_source=draw(st.booleans()),
        relays=tuple(draw(st.lists(spans(length), max_size=3))),
        content=draw(st.just(()) | pieces),
        parent=draw(st.none() | st.sampled_from(parents)) if parents else None,
    )


@st.composite
def valid_layers(draw: st.DrawFn) -> tuple[Layer, str]:
    text = "خبر " + "".join(draw(st.lists(st.sampled_from(SCRAPS), min_size=1, max_size=25)))
    ids = draw(st.lists(IDS, unique=True, max_size=9))
    n, m = sorted((draw(st.integers(0, len(ids))), draw(st.integers(0, len(ids)))))
    entities = []
    for record_id in ids[:n]:
        label = draw(st.sampled_from(list(LABELS.entities)))
        start, end = draw(spans(len(text)))
        subtype = draw(st.sampled_from([None, *LABELS.entities[label].subtypes]))
        entities.append(Entity(id=record_id, start=start, end=end, label=label, subtype=subtype))
    nested = [draw(attributions(len(text), one, ids[m : m + k])) for k, one in enumerate(ids[m:])]
    layer = Layer(
        article_id="a",
        sha256=sha256_of(text),
        annotator="x",
        entities=tuple(entities),
        quantities=tuple(draw(quantities(len(text), record_id)) for record_id in ids[n:m]),
        attributions=tuple(draw(st.permutations(nested))),
    )
    assert not layer_problems(layer)
    return layer, text


def through(layer: Layer, text: str) -> tuple[Reading, Reading]:
    """Encode both passes, take them through JSON, and decode them."""
    rows = [json.loads(json.dumps(encode(layer, text, which))) for which in PASSES]
    first, second = (decode(one, text, which) for one, which in zip(rows, PASSES, strict=True))
    return first, second


@tried(200)
@given(valid_layers())
def test_every_valid_layer_comes_back_as_it_went(case: tuple[Layer, str]) -> None:
    layer, text = case
    first, second = through(layer, text)
    assert first.misfits == second.misfits == []
    assert first.entities == layer.entities
    assert first.quantities == layer.quantities
    assert second.attributions == layer.attributions


JUNK = st.recursive(
    st.none() | st.booleans() | st.integers(-3, 30) | st.sampled_from(["x", "PER", "CUE", "labels", "e1"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "id",
                    "type",
                    "from_name",
                    "value",
                    "labels",
                    "choices",
                    "text",
                    "start",
                    "end",
                    "from_id",
                    "to_id",
                    "origin",
                ]
            ),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


@given(st.lists(JUNK, max_size=6), st.sampled_from(PASSES))
def test_rows_that_the_server_accepted_but_nobody_can_read_are_handed_back_not_raised(
    rows: list[Any], which: Any
) -> None:
    reading = decode(rows, "قال المسؤول إن العدد 200", which)
    named = [*reading.entities, *reading.quantities, *reading.attributions]
    assert named or reading.misfits or not rows


TEXT = "قال المسؤول إن 200 جندي وصلوا. وأضاف أن العدد كبير."


def drawn(region: str, start: int, end: int, label: str, **fields: list[str]) -> list[Row]:
    """Rows as the interface makes them for a region that a person drew."""
    where = {"start": start, "end": end}
    rows: list[Row] = [
        {"id": region, "from_name": "label", "to_name": "text", "type": "labels", "origin": "manual"}
        | {"value": where | {"text": "\\n", "labels": [label]}}
    ]
    for name, values in fields.items():
        kind = "text" if name in ("value", "low", "high", "unit") else "choices"
        row_type = "textarea" if kind == "text" else "choices"
        row = {"id": region, "from_name": name, "to_name": "text", "type": row_type, "origin": "manual"}
        rows.append(row | {"value": where | {kind: values}})
    return rows


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        ("٢٠٠", "200"),
        ("1,500", "1500"),
        ("1,9", "1.9"),
        ("١٬٥٠٠٫٥", "1500.5"),
        ("1 500 000", "1500000"),
        ("۲۰۰", "200"),
        ("+5", "5"),
        ("−3", "-3"),
        ("007", "7"),
        ("\u200f200 ", "200"),
        (".5", "0.5"),
    ],
)
def test_a_number_is_read_as_people_type_it(typed: str, read: str) -> None:
    rows = drawn("R1", 15, 18, "QUANTITY", kind=["count"], bound=["exact"], value=[typed])
    assert decode(rows, TEXT, "entities").quantities[0].value == read


@pytest.mark.parametrize("typed", ["1،500", "مئتان", "1.2.3", "20-30", "5%", "-"])
def test_a_number_that_could_mean_two_things_or_none_is_set_aside_with_the_reason(typed: str) -> None:
    reading = decode(drawn("R1", 15, 18, "QUANTITY", kind=["count"], bound=["exact"], value=[typed]), TEXT, "entities")
    assert not reading.quantities
    assert typed in reading.misfits[0].reason
    assert len(reading.misfits[0].rows) == 4


def test_invisible_characters_at_the_edges_of_a_drawn_region_are_trimmed() -> None:
    text = "زار \u200eدمشق\u200f\u00a0أمس"
    reading = decode(drawn("R1", 3, 11, "GPE"), text, "entities")
    assert text[reading.entities[0].start : reading.entities[0].end] == "دمشق"


def test_a_note_written_on_a_region_is_handed_back_and_its_record_kept() -> None:
    rows = drawn("R1", 4, 11, "PER")
    rows[0]["meta"] = {"text": ["لست متأكدا"]}
    reading = decode(rows, TEXT, "entities")
    assert [entity.id for entity in reading.entities] == ["R1"]
    assert "لست متأكدا" in reading.misfits[0].reason


def test_a_region_of_white_space_alone_is_set_aside() -> None:
    reading = decode(drawn("R1", 3, 4, "GPE"), TEXT, "entities")
    assert "white space" in reading.misfits[0].reason


@pytest.mark.parametrize(
    ("start", "end", "label", "says"),
    [
        (5, 3, "PER", "do not fit"),
        (40, 400, "PER", "do not fit"),
        (0, 3, "", "unknown label"),
        (0, 3, "CUE", "unknown"),
    ],
)
def test_what_the_server_let_through_is_set_aside(start: int, end: int, label: str, says: str) -> None:
    assert says in decode(drawn("R1", start, end, label), TEXT, "entities").misfits[0].reason


def test_a_quantity_without_its_value_is_set_aside_and_the_others_stay() -> None:
    rows = drawn("R1", 15, 18, "QUANTITY", kind=["count"], bound=["exact"]) + drawn("R2", 4, 11, "PER")
    reading = decode(rows, TEXT, "entities")
    assert [e.id for e in reading.entities] == ["R2"]
    assert "value" in reading.misfits[0].reason


def test_regions_drawn_without_arrows_join_by_the_rule() -> None:
    rows = [
        *drawn("c1", 0, 3, "CUE", kind=["indirect"]),
        *drawn("c2", 12, 14, "CUE"),
        *drawn("s1", 4, 11, "SOURCE"),
        *drawn("t1", 15, 29, "CONTENT"),
        *drawn("c3", 32, 36, "CUE", kind=["indirect"], cue=["implicit"]),
        *drawn("c4", 37, 39, "CUE"),
        *drawn("t2", 40, 49, "CONTENT"),
    ]
    reading = decode(rows, TEXT, "attributions")
    assert reading.misfits == []
    said, added = reading.attributions
    assert (said.id, said.cues, said.source, said.content) == ("c1", ((0, 3), (12, 14)), (4, 11), ((15, 29),))
    assert (added.id, added.cues, added.source, added.implicit_source) == ("c3", ((32, 36), (37, 39)), None, True)


def test_a_record_keeps_its_id_when_its_first_cue_was_deleted() -> None:
    layer = Layer(
        article_id="a",
        sha256=sha256_of(TEXT),
        annotator="x",
        attributions=(Attribution(id="a7", kind="indirect", cues=((0, 3), (12, 14)), source=(4, 11)),),
    )
    rows = [row for row in encode(layer, TEXT, "attributions") if row.get("id") != "a7-cue1"]
    rows += drawn("new", 0, 3, "CUE", kind=["direct"])
    (attribution,) = decode(rows, TEXT, "attributions").attributions
    assert (attribution.kind, attribution.cues) == ("direct", ((0, 3), (12, 14)))
    assert attribution.id in ("new", "a7")


def test_an_arrow_may_be_drawn_in_either_direction_and_without_a_label() -> None:
    rows = [
        *drawn("c1", 0, 3, "CUE", kind=["indirect"]),
        *drawn("s1", 4, 11, "SOURCE"),
        *drawn("c2", 32, 36, "CUE", kind=["indirect"]),
        {"type": "relation", "from_id": "c2", "to_id": "s1", "direction": "right"},
        {"type": "relation", "from_id": "s1", "to_id": "c1", "direction": "right", "labels": []},
    ]
    reading = decode(rows, TEXT, "attributions")
    assert [a.source for a in reading.attributions] == [(4, 11), (4, 11)]


def test_a_cue_without_a_kind_is_set_aside_with_all_its_regions() -> None:
    rows = drawn("c1", 0, 3, "CUE") + drawn("s1", 4, 11, "SOURCE")
    reading = decode(rows, TEXT, "attributions")
    assert reading.attributions == ()
    assert "no kind" in reading.misfits[0].reason
    assert len(reading.misfits[0].rows) == 2


def test_an_ordinary_article_needs_no_arrow() -> None:
    text = (
        "نقلت وكالة «برق» عن مسؤول عسكري إن مئات المسلحين فروا، وأضاف أن الحصيلة ترتفع. "
        "وقالت وزيرة الصحة إن 13 شخصا أصيبوا، بحسب المرصد."
    )

    def at(words: str) -> tuple[int, int]:
        start = text.index(words)
        return start, start + len(words)

    layer = Layer(
        article_id="a",
        sha256=sha256_of(text),
        annotator="x",
        attributions=(
            Attribution(
                id="a1",
                kind="indirect",
                cues=(at("نقلت"), at("عن"), at("إن")),
                relays=(at("وكالة «برق»"),),
                source=at("مسؤول عسكري"),
                content=(at("مئات المسلحين فروا"),),
            ),
            Attribution(
                id="a2", kind="indirect", cues=(at("أضاف أن"),), implicit_source=True, content=(at("الحصيلة ترتفع"),)
            ),
            Attribution(
                id="a3",
                kind="indirect",
                cues=(at("قالت"), (text.rindex("إن"), text.rindex("إن") + 2)),
                source=at("وزيرة الصحة"),
                content=(at("13 شخصا أصيبوا"),),
            ),
        ),
    )
    rows = encode(layer, text, "attributions")
    assert [row for row in rows if row["type"] == "relation"] == []
    assert decode(rows, text, "attributions").attributions == layer.attributions
