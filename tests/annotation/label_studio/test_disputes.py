"""Disputes settled in Label Studio: who differs where is listed, a decision comes back and survives re-runs."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from musnad.annotation.adjudication import adjudicate_all
from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.disputes import differences, dispute_plan, send_disputes
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.projects import find_projects, tasks_of
from musnad.annotation.label_studio.pull import pull
from musnad.annotation.label_studio.submit import submit
from musnad.schema.records import Article, Attribution, Entity, Layer, sha256_of

TEXT = "قالت الوزارة إن ميناء الساحل أُغلق يوم الأحد."
ARTICLE = Article(id="news", text=TEXT, sha256=sha256_of(TEXT))


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def layer(annotator: str, *entities: Entity, source: bool = True) -> Layer:
    said = Attribution(id="a1", kind="indirect", cues=(at("قالت"), at("إن")), source=at("الوزارة") if source else None)
    return Layer(article_id="news", sha256=ARTICLE.sha256, annotator=annotator, entities=entities, attributions=(said,))


def entity(record_id: str, words: str, label: str) -> Entity:
    return Entity(id=record_id, start=at(words)[0], end=at(words)[1], label=label)


PORT, COAST = entity("e1", "ميناء الساحل", "FAC"), entity("e2", "الساحل", "GPE")
VERSIONS = [layer("ann-a", PORT, COAST), layer("ann-b", PORT, source=False)]


def listed(which: Any) -> str:
    """The list without the signs that keep its Latin words in order."""
    return differences(VERSIONS, TEXT, which).replace("\u2066", "").replace("\u2069", "")


def test_the_list_of_differences_says_what_who_has_and_leaves_out_what_all_share() -> None:
    assert listed("entities") == "«الساحل» [22] GPE — ann-a ✓ ann-b ✗"
    assert listed("attributions").splitlines() == [
        "«قالت» [0] … «إن» [13] indirect — ann-a ✗ ann-b ✓",
        "«قالت» [0] … «إن» [13] indirect source=«الوزارة» [5] — ann-a ✓ ann-b ✗",
    ]
    assert differences(VERSIONS[:1] * 2, TEXT, "entities") == "-"


@pytest.mark.server
def test_a_decision_comes_back_as_gold_and_survives_a_second_sending(
    admin: Studio, sign_in: Callable[[str], Studio]
) -> None:
    articles = {"news": ARTICLE}
    base = make_plan("disputed", ["news"], ["ann-a", "ann-b"], overlap=2, control=0)
    state = adjudicate_all(VERSIONS)["news"]
    assert state.state == "disagreed"
    assert state.gold is not None
    plan = dispute_plan(base, "judge", ["news"])
    sent = send_disputes(admin, plan, articles, {"news": VERSIONS}, {"news": state.gold})
    assert (sent.created, sent.projects) == (2, 2)
    projects = find_projects(admin, "disputed")
    assert {key.adjudication for key in projects} == {True}
    for project in projects.values():
        (task,) = tasks_of(admin, project)
        assert {version.split()[0] for version in task.model_versions} == {"ann-a", "ann-b", "unanimous"}
        raw = admin.get(f"/api/tasks/{task.id}/")
        assert "ann-b ✗" in raw["data"]["differences"]
    decision = msgspec.structs.replace(VERSIONS[0], annotator="judge")
    assert submit(sign_in("judge"), "disputed", [decision], articles, adjudication=True) == 2
    again = send_disputes(admin, plan, articles, {"news": VERSIONS}, {"news": state.gold})
    assert (again.created, again.predictions_replaced, again.notices) == (0, 0, [])
    pulled = pull(admin, plan, {"news": ARTICLE.sha256}, adjudication=True)
    assert (pulled.quarantine, pulled.notices) == ([], [])
    decided = adjudicate_all(VERSIONS, {one.article_id: one for one in pulled.layers})["news"]
    assert decided.state == "decided"
    assert decided.gold is not None
    assert decided.gold.entities == (PORT, COAST)
    assert decided.gold.meta["decided"]["e1"] == "unanimous"


@pytest.mark.server
def test_a_version_changed_since_replaces_the_earlier_one_before_the_decision(admin: Studio) -> None:
    articles = {"news": ARTICLE}
    base = make_plan("disputed-again", ["news"], ["ann-a", "ann-b"], overlap=2, control=0)
    plan = dispute_plan(base, "judge", ["news"])
    send_disputes(admin, plan, articles, {"news": VERSIONS}, {})
    changed = [VERSIONS[0], layer("ann-b", COAST)]
    assert send_disputes(admin, plan, articles, {"news": changed}, {}).predictions_replaced == 2
