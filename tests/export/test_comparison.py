"""The same figure as several outlets tell it, side by side, with what they disagree on."""

from __future__ import annotations

import msgspec
import newsroom
import pytest

from musnad.export.comparison import Comparison, compare, magnitude
from musnad.export.shelf import Entry
from musnad.schema.records import Layer, Quantity


def _entries(*gold: Layer) -> list[Entry]:
    articles = newsroom.articles()
    return [Entry(articles[layer.article_id], layer, [], "harbour-1") for layer in gold]


def _compared(*gold: Layer) -> list[Comparison]:
    return compare(_entries(*gold))


def test_a_figure_told_by_two_outlets_stands_in_one_row_with_both_chains() -> None:
    (row,) = _compared(*newsroom.gold()[:2])
    assert [reading.text for reading in row.readings] == ["نحو ٣٠ ألف", "أكثر من 25 ألف"]
    assert [reading.chain[-1].name for reading in row.readings] == ["مسؤول في وزارة الزراعة", "مسؤول زراعي"]
    assert row.conflicts == ("bound", "value", "chain")


def test_the_same_reading_through_the_same_chain_is_no_conflict() -> None:
    one, two = newsroom.gold()[:2]
    figure = msgspec.structs.replace(two.quantities[0], bound="about", value="30000", low=None)
    same = msgspec.structs.replace(two, quantities=(figure,), attributions=())
    alone = msgspec.structs.replace(one, attributions=())
    (row,) = _compared(alone, same)
    assert row.conflicts == ()


@pytest.mark.parametrize(
    "changed", [{"kind": "money"}, {"low": "900000"}, {"counted": newsroom.at(newsroom.HARBOUR_RETOLD, "لبنان")}]
)
def test_figures_of_another_kind_size_or_noun_are_not_compared(changed: dict[str, object]) -> None:
    one, two = newsroom.gold()[:2]
    other = msgspec.structs.replace(two.quantities[0], **changed)
    assert _compared(one, msgspec.structs.replace(two, quantities=(other,))) == []


def test_articles_of_different_stories_are_not_compared() -> None:
    one, two = _entries(*newsroom.gold()[:2])
    assert compare([one, two._replace(story="another")]) == []


@pytest.mark.parametrize(
    ("fields", "expected"),
    [({"bound": "exact", "value": "-4.5"}, -4.5), ({"bound": "at_most", "high": "60"}, 60),
     ({"bound": "between", "low": "20000", "high": "30000"}, 25000), ({"bound": "vague"}, 0)],
)  # fmt: skip
def test_one_number_stands_for_a_reading(fields: dict[str, str], expected: float) -> None:
    assert magnitude(Quantity(id="q1", start=0, end=1, kind="count", **fields)) == expected
