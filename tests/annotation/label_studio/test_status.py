"""How far the work is, and what becomes of pre-annotations."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.fates import fates
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.push import push
from musnad.annotation.label_studio.reading import Reading
from musnad.annotation.label_studio.status import (
    FATE_TITLES,
    PROGRESS_TITLES,
    fate_rows,
    progress_rows,
    status,
)
from musnad.annotation.label_studio.submit import submit
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.studio_files import Fate, Progress, Status

TEXT = "قالت الوزارة إن 13 عاملا وصلوا إلى ميناء الساحل يوم الأحد."


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def entity(record_id: str, words: str, label: str) -> Entity:
    return Entity(id=record_id, start=at(words)[0], end=at(words)[1], label=label)


COUNT = Quantity(id="q1", start=at("13")[0], end=at("13")[1], kind="count", bound="exact", value="13")
SAID = Attribution(id="a1", kind="indirect", cues=(at("قالت"), at("إن")), source=at("الوزارة"))


def counted(before: Reading, after: Reading) -> dict[Any, int]:
    return dict(fates(before, after))


def test_a_mark_left_alone_is_kept_whatever_its_id() -> None:
    before = Reading((entity("e1", "الساحل", "GPE"),), (COUNT,), (SAID,))
    after = Reading((entity("x9", "الساحل", "GPE"),), (COUNT,), (msgspec.structs.replace(SAID, id="y"),))
    assert counted(before, after) == {
        ("entities", "GPE", "kept"): 1,
        ("quantities", "count", "kept"): 1,
        ("attributions", "indirect", "kept"): 1,
    }


def test_a_mark_with_another_border_label_or_number_is_changed() -> None:
    before = Reading((entity("e1", "الساحل", "GPE"),), (COUNT,), (SAID,))
    corrected = msgspec.structs.replace(COUNT, bound="about")
    shorter = msgspec.structs.replace(SAID, cues=(at("قالت"),))
    after = Reading((entity("e1", "ميناء الساحل", "FAC"),), (corrected,), (shorter,))
    assert counted(before, after) == {
        ("entities", "GPE", "changed"): 1,
        ("quantities", "count", "changed"): 1,
        ("attributions", "indirect", "changed"): 1,
    }


def test_marks_without_a_counterpart_are_deleted_or_added() -> None:
    before = Reading((entity("e1", "الأحد", "EVENT"), entity("e2", "الساحل", "GPE")))
    after = Reading((entity("e2", "الساحل", "GPE"), entity("e3", "الوزارة", "ORG")))
    assert counted(before, after) == {
        ("entities", "EVENT", "deleted"): 1,
        ("entities", "GPE", "kept"): 1,
        ("entities", "ORG", "added"): 1,
    }


def test_the_tables_say_what_is_left_how_long_it_takes_and_which_labels_need_work() -> None:
    def batch(annotator: str, done: int, seconds: float | None, eta: float | None) -> Progress:
        return Progress(
            annotator=annotator,
            which="entities",
            batch="001",
            planned=30,
            done=done,
            skipped=1,
            median_seconds=seconds,
            eta_seconds=eta,
        )

    state = Status(
        url="http://127.0.0.1:8080",
        progress=(
            batch("huda", 30, 95.4, 0.0),
            batch("sami", 5, 200.0, 5000.0),
            batch("noor", 0, None, None),
        ),
        fates={
            "huda": (
                Fate(layer="entities", label="GPE", kept=6, changed=1, deleted=1, added=2),
                Fate(layer="entities", label="PER", kept=12),
            ),
            "sami": (
                Fate(layer="entities", label="GPE", kept=2, added=1),
                Fate(layer="entities", label="LOC", added=4),
            ),
        },
    )
    rows = list(progress_rows(state))
    assert [row[3:] for row in rows] == [
        (30, 0, 1, "95", "0 min"),
        (5, 25, 1, "200", "1 h 24 min"),
        (0, 30, 1, None, None),
        (35, 55, 3, None, "≥ 1 h 24 min"),
    ]
    assert {len(row) for row in rows} == {len(PROGRESS_TITLES)}
    assert list(fate_rows(state)) == [
        ("huda", "entities", None, 20, "90", "5", "5", 2),
        ("sami", "entities", None, 2, "100", "0", "0", 5),
        ("all", "entities", "GPE", 10, "80", "10", "10", 3),
        ("all", "entities", "LOC", 0, None, None, None, 4),
        ("all", "entities", "PER", 12, "100", "0", "0", 0),
    ]
    assert len(FATE_TITLES) == 8


@pytest.mark.server
def test_status_says_who_has_done_how_much_how_fast_and_what_they_changed(
    admin: Studio, sign_in: Callable[[str], Studio]
) -> None:
    articles = {}
    for n in range(4):
        text = f"{TEXT} ({n})"
        articles[f"s{n}"] = Article(id=f"s{n}", text=text, sha256=sha256_of(text))
    hashes = {article.id: article.sha256 for article in articles.values()}

    def layer(article_id: str, annotator: str, *entities: Entity) -> Layer:
        sha256 = hashes[article_id]
        return Layer(article_id=article_id, sha256=sha256, annotator=annotator, entities=entities, quantities=(COUNT,))

    predicted = {name: layer(name, "rules-1.0", entity("e1", "الساحل", "GPE")) for name in articles}
    plan = make_plan("status", list(articles), ["ann-a", "ann-b"], overlap=2, control=0, batch_size=2)
    push(admin, plan, articles, predicted)
    batch = [a.article_id for a in plan.assignments if a.batch == "001" and a.annotator == "ann-a"]
    sign_in("ann-b")
    for seconds, article_id in zip((40, 60), batch, strict=True):
        done = layer(article_id, "ann-a", entity("e1", "ميناء الساحل", "FAC"))
        submit(sign_in("ann-a"), "status", [done], articles, passes=["entities"], lead_time=seconds)
    state = status(admin, plan, hashes)
    of = {(one.annotator, one.which, one.batch): one for one in state.progress}
    assert len(of) == 8
    first, second = of["ann-a", "entities", "001"], of["ann-a", "entities", "002"]
    assert (first.planned, first.done, first.median_seconds, first.eta_seconds) == (2, 2, 50.0, 0.0)
    assert (second.planned, second.done, second.median_seconds, second.eta_seconds) == (2, 0, None, 100.0)
    assert of["ann-b", "attributions", "001"].eta_seconds is None
    assert {(one.layer, one.label): (one.kept, one.changed) for one in state.fates["ann-a"]} == {
        ("entities", "GPE"): (0, 2),
        ("quantities", "count"): (2, 0),
    }
    assert state.notices == ()
    assert msgspec.json.decode(msgspec.json.encode(state), type=type(state)) == state
