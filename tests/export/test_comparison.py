"""The same figure as several outlets tell it, side by side, with what they disagree on."""

from __future__ import annotations

import msgspec
import newsroom
import pytest

from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.export.comparison import Comparison, compare, magnitude
from musnad.export.shelf import Entry
from musnad.schema.records import Article, Layer, Quantity, sha256_of


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


def _told(*texts: str) -> list[list[str]]:
    """The rows that stories of one figure each give, where the first figure of a text begins at <."""
    entries = []
    for number, marked in enumerate(texts):
        text = marked.replace("<", "")
        article = Article(id=f"t-{number}", text=text, sha256=sha256_of(text), publisher=f"صحيفة {number}")
        layer = Pipeline(("quantities",)).annotate(article)
        assert layer.quantities[0].start == marked.index("<")
        entries.append(Entry(article, layer, [], "t"))
    return [[reading.text for reading in row.readings] for row in compare(entries)]


def test_hundreds_and_more_than_a_thousand_of_the_same_people_are_one_figure_in_conflict() -> None:
    assert _told(
        "قال ضابط إن <مئات المتسللين من عصابة السفح فروا عبر الحدود",
        "ذكر تقرير أن <أكثر من ألف من أفراد عصابة السفح فروا عبر الحدود",
    ) == [["مئات", "أكثر من ألف"]]


def test_an_outlet_that_gives_a_figure_twice_stands_twice_beside_the_other() -> None:
    assert _told(
        "حمل المهربون <ما يصل إلى 40 مليون دولار نقدا. وقدر مسؤول المبلغ الذي حمله المهربون بنحو 40 مليون دولار",
        "كان المهربون يحملون <40 مليون دولار نقدا",
    ) == [["ما يصل إلى 40 مليون دولار", "نحو 40 مليون دولار", "40 مليون دولار"]]


def test_small_numbers_of_different_things_are_not_one_figure() -> None:
    assert _told("دمرت الغارة <سيارتين قرب الجسر القديم", "احترقت <دراجتان قرب الجسر القديم") == []
    assert _told("شارك <5 في الاجتماع", "غادر <5 المدينة") == []


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
