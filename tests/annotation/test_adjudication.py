"""Gold is what annotators agree on, and for the rest what the adjudicator says; who decided what is kept."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.annotation.adjudication import adjudicate, adjudicate_all, decisions_in
from musnad.schema.records import GOLD, Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.validate import layer_problems

TEXT = "وقال سامر الحداد إن نحو 30 ألفا نزحوا إلى المنارة."
ARTICLE = Article(id="conflict-9", text=TEXT, sha256=sha256_of(TEXT))
PERSON = Entity(id="e1", start=5, end=16, label="PER")
CITY = Entity(id="e2", start=42, end=49, label="GPE", subtype="city")
FIGURE = Quantity(id="q1", start=20, end=32, kind="count", bound="about", value="30000")
SPEECH = Attribution(id="a1", kind="indirect", cues=((1, 4), (17, 19)), source=(5, 16), content=((20, 49),))


def layer(annotator: str, **parts: object) -> Layer:
    return Layer(article_id=ARTICLE.id, sha256=ARTICLE.sha256, annotator=annotator, **parts)  # type: ignore[arg-type]


def test_marks_that_all_share_become_gold_and_the_rest_stays_open() -> None:
    one = layer("ann-a", entities=(PERSON, CITY), quantities=(FIGURE,), attributions=(SPEECH,))
    village = msgspec.structs.replace(CITY, subtype="village")
    other = layer("ann-b", entities=(village, msgspec.structs.replace(PERSON, id="x7")), attributions=(SPEECH,))
    made = adjudicate([one, other])
    assert made.state == "disagreed"
    assert made.disputed == 3  # the city's two subtypes, and the figure that one has alone
    assert made.gold is not None
    assert made.gold.annotator == GOLD
    assert (made.gold.entities, made.gold.quantities, made.gold.attributions) == ((PERSON,), (), (SPEECH,))
    assert made.gold.meta["decided"] == {"e1": "unanimous", "a1": "unanimous"}


def test_the_adjudicator_decides_and_each_mark_says_who_was_of_that_mind() -> None:
    both, one = {"entities": (PERSON, CITY)}, {"entities": (PERSON,)}
    own = [layer("ann-a", **both), layer("ann-b", **one), layer("ann-c", **both)]
    decision = layer("adjudicator", entities=(PERSON, CITY), quantities=(FIGURE,))
    made = adjudicate(own, decision)
    assert made.state == "decided"
    assert made.gold is not None
    assert made.gold.meta["decided"] == {"e1": "unanimous", "e2": "majority", "q1": "adjudicator"}


def test_what_was_decided_is_known_in_the_gold_and_adjudicating_it_again_changes_nothing() -> None:
    own = [layer("ann-a", entities=(PERSON, CITY)), layer("ann-b", entities=(PERSON,))]
    decided = adjudicate(own, layer("adjudicator", entities=(PERSON,))).gold
    unanimous = adjudicate(own).gold
    assert decided is not None
    assert unanimous is not None
    assert set(decided.meta["decided"].values()) == set(unanimous.meta["decided"].values()) == {"unanimous"}
    assert decisions_in([unanimous]) == {}
    assert adjudicate(own, decisions_in([decided])[ARTICLE.id]).gold == decided
    before_states_were_noted = msgspec.structs.replace(decided, meta={"decided": {"e1": "majority"}})
    assert list(decisions_in([before_states_were_noted])) == [ARTICLE.id]


def test_one_layer_alone_is_incomplete() -> None:
    assert adjudicate([layer("ann-a", entities=(PERSON,))]).state == "incomplete"


def test_an_attribution_is_shared_only_with_the_chain_above_it() -> None:
    inner = Attribution(id="a2", kind="estimate", cues=((20, 23),), content=((24, 32),))
    nested = layer("ann-a", attributions=(SPEECH, msgspec.structs.replace(inner, parent="a1")))
    flat = layer("ann-b", attributions=(SPEECH, inner))
    gold = adjudicate([nested, flat]).gold
    assert gold is not None
    assert [attribution.id for attribution in gold.attributions] == ["a1"]


def test_layers_of_different_texts_are_refused() -> None:
    changed = msgspec.structs.replace(layer("ann-b"), sha256="0" * 64)
    with pytest.raises(ValueError, match="several texts"):
        adjudicate([layer("ann-a"), changed])


@given(st.data())
def test_two_equal_layers_are_their_own_valid_gold(data: st.DataObject) -> None:
    article = data.draw(articles())
    one = data.draw(layers(article))
    made = adjudicate_all([one, msgspec.structs.replace(one, annotator="ann-b")])[article.id]
    assert made.state == "agreed"
    assert made.gold is not None
    assert layer_problems(made.gold, article) == []
    assert (made.gold.entities, made.gold.attributions) == (one.entities, one.attributions)
