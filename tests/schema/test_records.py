"""Records survive JSON unchanged, and what breaks a rule is named by its field."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.validate import article_problems, layer_problems

TEXT = "نقلت صحيفة «الميناء» عن مسؤول قوله إن نحو ٣٠ ألف رأس نفقت."
ARTICLE = Article(id="economy-9", text=TEXT, sha256=sha256_of(TEXT))


def layer(**parts: object) -> Layer:
    return Layer(article_id=ARTICLE.id, sha256=ARTICLE.sha256, annotator="ann-a", **parts)  # type: ignore[arg-type]


def entity(**changes: object) -> Entity:
    return msgspec.structs.replace(Entity(id="e1", start=12, end=19, label="ORG", subtype="media"), **changes)


def quantity(**changes: object) -> Quantity:
    start = TEXT.index("نحو")
    base = Quantity(id="q1", start=start, end=start + 10, kind="count", bound="about", value="30000")
    return msgspec.structs.replace(base, **changes)


def attribution(**changes: object) -> Attribution:
    return msgspec.structs.replace(Attribution(id="a1", kind="indirect", cues=((0, 4), (21, 23))), **changes)


@given(st.data())
def test_a_valid_layer_has_no_problem_and_survives_json(data: st.DataObject) -> None:
    article = data.draw(articles())
    made = data.draw(layers(article))
    assert layer_problems(made, article) == []
    assert msgspec.json.decode(msgspec.json.encode(made), type=Layer) == made


@given(articles())
def test_an_article_survives_json(article: Article) -> None:
    assert article_problems(article) == []
    assert msgspec.json.decode(msgspec.json.encode(article), type=Article) == article


@pytest.mark.parametrize(
    ("made", "field", "reason"),
    [
        (layer(entities=(entity(end=12),)), "entities[0]", "empty or reversed"),
        (layer(entities=(entity(end=len(TEXT) + 1),)), "entities[0]", "ends after the text"),
        (layer(entities=(entity(label="CITY"),)), "entities[0].label", "unknown label 'CITY'"),
        (layer(entities=(entity(subtype="village"),)), "entities[0].subtype", "unknown subtype 'village' of ORG"),
        (layer(entities=(entity(), entity())), "entities[1].id", "stands twice"),
        (layer(entities=(entity(),), quantities=(quantity(id="e1"),)), "quantities[0].id", "stands twice"),
        (layer(quantities=(quantity(value=None),)), "quantities[0].value", "'about' needs it"),
        (layer(quantities=(quantity(high="7"),)), "quantities[0].high", "has no high"),
        (layer(quantities=(quantity(bound="at_most"),)), "quantities[0].value", "has no value"),
        (layer(quantities=(quantity(bound="between", value=None, low="9", high="3"),)), "quantities[0].low", "above"),
        (layer(quantities=(quantity(kind="crowd"),)), "quantities[0].kind", "unknown kind"),
        (layer(quantities=(quantity(bound="roughly"),)), "quantities[0].bound", "unknown bound"),
        (layer(quantities=(quantity(unit="kg"),)), "quantities[0].unit", "a count has no unit"),
        (layer(quantities=(quantity(counted=(5, 5)),)), "quantities[0].counted", "empty or reversed"),
        (layer(attributions=(attribution(cues=()),)), "attributions[0].cues", "at least one cue"),
        (layer(attributions=(attribution(cues=((21, 23), (0, 4))),)), "attributions[0].cues[1]", "order of the text"),
        (layer(attributions=(attribution(kind="gossip"),)), "attributions[0].kind", "unknown kind"),
        (layer(attributions=(attribution(relays=((0, 999),)),)), "attributions[0].relays[0]", "ends after the text"),
        (layer(attributions=(attribution(parent="a9"),)), "attributions[0].parent", "no attribution of this layer"),
        (layer(attributions=(attribution(parent="a1"),)), "attributions[0].parent", "leads back"),
        (msgspec.structs.replace(layer(), sha256="0" * 64), "sha256", "was made for a text with hash 0000"),
        (msgspec.structs.replace(layer(), article_id="sport-1"), "article_id", "is checked against article"),
    ],
)
def test_a_broken_rule_is_named_by_its_field(made: Layer, field: str, reason: str) -> None:
    problems = layer_problems(made, ARTICLE)
    assert [problem.field for problem in problems][:1] == [field]
    assert reason in problems[0].reason


def test_a_longer_circle_of_parents_is_found() -> None:
    ring = (attribution(id="a1", parent="a2"), attribution(id="a2", parent="a3"), attribution(id="a3", parent="a1"))
    assert len(layer_problems(layer(attributions=ring), ARTICLE)) == 3


@pytest.mark.parametrize(
    ("text", "reason"),
    [("  \n", "empty"), ("خبر\0عاجل", "NUL character at offset 3"), ("خبر\ud83d", "lone surrogate U+D83D at offset 3")],
)
def test_a_text_that_cannot_be_stored_says_why(text: str, reason: str) -> None:
    problems = article_problems(Article(id="x", text=text, sha256="0" * 64))
    assert reason in problems[0].reason


def test_a_changed_text_no_longer_fits_its_hash() -> None:
    changed = msgspec.structs.replace(ARTICLE, text=TEXT + " ")
    assert [problem.field for problem in article_problems(changed)] == ["sha256"]
