"""The whole way through a real Label Studio: what goes out comes back, whatever people and accidents do to it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import StudioError
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.projects import Key, find_projects, tasks_of
from musnad.annotation.label_studio.pull import pull, pull_to
from musnad.annotation.label_studio.push import push
from musnad.annotation.label_studio.snapshot import make_export
from musnad.annotation.label_studio.submit import submit
from musnad.schema.jsonl import read_layers
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.studio_files import Plan
from musnad.schema.validate import layer_problems

pytestmark = pytest.mark.server

# Emoji with a joiner and a flag, tatweel, no-break space, bidi marks, a tab, glued names, a blank line.
HARD = (
    "عاجـــل 👩‍⚕️🇸🇾: قالت\u00a0وزيرة الصحة\u200f إن نحو ١٬٥٠٠ شخص أصيبوا\tفي سورياوالعراق.\n\n"
    "وأضافت\u200e أن الحصيلة، بحسب “المرصد السوري لحقوق الإنسان” نقلا عن شهود، "
    "تتراوح بين 20 و30 <b>قتيلا</b> &amp; جريحا؛ ولم تذكر كم سيارة احترقت."
)
PLAIN = "أعلنت الشركة أن أرباحها بلغت 3 ملايين دولار."


def article(article_id: str, text: str) -> Article:
    return Article(id=article_id, text=text, sha256=sha256_of(text))


def at(text: str, words: str, nth: int = 0) -> tuple[int, int]:
    start = -1
    for _ in range(nth + 1):
        start = text.index(words, start + 1)
    return start, start + len(words)


def entity(record_id: str, text: str, words: str, label: str, subtype: str | None = None) -> Entity:
    start, end = at(text, words)
    return Entity(id=record_id, start=start, end=end, label=label, subtype=subtype)


def hard_layer(annotator: str) -> Layer:
    """Every kind of field: nested, overlapping and glued spans, split cues, relays against the text, parents."""
    about, between = at(HARD, "نحو ١٬٥٠٠"), at(HARD, "بين 20 و30")
    return Layer(
        article_id="hard",
        sha256=sha256_of(HARD),
        annotator=annotator,
        entities=(
            entity("e2", HARD, "المرصد السوري لحقوق الإنسان", "ORG", "ngo"),
            entity("e1", HARD, "السوري", "NORP"),
            entity("e3", HARD, "سوريا", "GPE", "country"),
            entity("e4", HARD, "العراق", "GPE", "country"),
            entity("e5", HARD, "🇸🇾: قالت", "EVENT"),
        ),
        quantities=(
            Quantity(
                id="q1",
                start=about[0],
                end=about[1],
                kind="count",
                bound="about",
                value="1500",
                counted=at(HARD, "شخص"),
            ),
            Quantity(
                id="q2",
                start=between[0],
                end=between[1],
                kind="other",
                bound="between",
                low="20",
                high="30.50",
                unit="١ وحدة/ي",
                counted=at(HARD, "سيارة"),
            ),
        ),
        attributions=(
            Attribution(
                id="a2",
                kind="direct",
                cues=(at(HARD, "وأضافت"), at(HARD, "أن")),
                source=at(HARD, "وزيرة الصحة"),
                implicit_source=True,
                content=(at(HARD, "الحصيلة، "), at(HARD, "تتراوح بين 20 و30 <b>قتيلا</b>")),
                parent="a1",
            ),
            Attribution(
                id="a1",
                kind="indirect",
                cues=(at(HARD, "قالت"), at(HARD, "إن")),
                source=at(HARD, "وزيرة الصحة"),
                content=((at(HARD, "نحو")[0], len(HARD)),),
            ),
            Attribution(
                id="a3",
                kind="nominal",
                cues=(at(HARD, "بحسب"), at(HARD, "نقلا عن")),
                relays=(at(HARD, "شهود"), at(HARD, "المرصد السوري لحقوق الإنسان")),
                content=(at(HARD, "الحصيلة"),),
            ),
        ),
    )


def plain_layer(annotator: str) -> Layer:
    money = at(PLAIN, "3 ملايين دولار")
    return Layer(
        article_id="plain",
        sha256=sha256_of(PLAIN),
        annotator=annotator,
        quantities=(
            Quantity(id="q1", start=money[0], end=money[1], kind="money", bound="exact", value="3000000", unit="USD"),
        ),
        attributions=(
            Attribution(
                id="a1",
                kind="indirect",
                cues=(at(PLAIN, "أعلنت"), at(PLAIN, "أن")),
                source=at(PLAIN, "الشركة"),
                content=((at(PLAIN, "أرباحها")[0], len(PLAIN) - 1),),
            ),
        ),
    )


ARTICLES = {one.id: one for one in (article("hard", HARD), article("plain", PLAIN))}
HASHES = {one.id: one.sha256 for one in ARTICLES.values()}
PREDICTED = {layer.article_id: layer for layer in (hard_layer("rules-1.0"), plain_layer("rules-1.0"))}

SignIn = Callable[[str], Studio]


@pytest.fixture
def plan(request: pytest.FixtureRequest) -> Plan:
    """A plan of its own for each test: every article for both annotators, no control."""
    name = f"t{abs(hash(request.node.name)) % 10**8}"
    return make_plan(name, list(ARTICLES), ["ann-a", "ann-b"], overlap=2, control=0, seed=1)


def records(layer: Layer) -> tuple[Any, ...]:
    return layer.article_id, layer.annotator, layer.entities, layer.quantities, layer.attributions


def project(admin: Studio, plan: Plan, which: Any, annotator: str = "ann-a") -> int:
    return find_projects(admin, plan.name)[Key(plan.name, annotator, which)].id


def task(admin: Studio, plan: Plan, which: Any, article_id: str) -> int:
    found = find_projects(admin, plan.name)[Key(plan.name, "ann-a", which)]
    return next(one.id for one in tasks_of(admin, found) if one.article_id == article_id)


def test_every_field_of_every_record_survives_the_server(admin: Studio, sign_in: SignIn, plan: Plan) -> None:
    layers = [make(annotator) for annotator in plan.annotators for make in (hard_layer, plain_layer)]
    assert not [p for layer in layers for p in layer_problems(layer, ARTICLES[layer.article_id])]
    push(admin, plan, ARTICLES, PREDICTED)
    for annotator in plan.annotators:
        mine = [layer for layer in layers if layer.annotator == annotator]
        assert submit(sign_in(annotator), plan.name, mine, ARTICLES, lead_time=30) == 4
    summary = pull(admin, plan, HASHES)
    assert sorted(map(records, summary.layers), key=str) == sorted(map(records, layers), key=str)
    assert (summary.incomplete, summary.quarantine, summary.notices) == ([], [], [])
    assert summary.layers[0].meta == {"passes": ["entities", "attributions"], "batch": "001", "lead_time": 60.0}


def test_pulled_layers_stand_in_the_plan_s_order_and_a_second_pull_gives_the_same_bytes(
    admin: Studio, sign_in: SignIn, plan: Plan, tmp_path: Path
) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    # Deleted and sent again, the first article of the plan is the last on the server.
    first = plan.assignments[0].article_id
    for which in ("entities", "attributions"):
        admin.delete(f"/api/tasks/{task(admin, plan, which, first)}/")
    push(admin, plan, ARTICLES, PREDICTED)
    for annotator in plan.annotators:
        submit(sign_in(annotator), plan.name, [hard_layer(annotator), plain_layer(annotator)], ARTICLES)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a")], ARTICLES)
    number = task(admin, plan, "attributions", "plain")
    (annotation,) = admin.get(f"/api/tasks/{number}/annotations/")
    admin.delete(f"/api/annotations/{annotation['id']}/")
    files = []
    for turn in ("1", "2"):
        layers, incomplete = tmp_path / f"layers-{turn}.jsonl", tmp_path / f"incomplete-{turn}.jsonl"
        done = pull_to(layers, incomplete, admin, plan, HASHES)
        assert (done.layers, done.incomplete, done.quarantine) == (3, 1, [])
        files.append((layers.read_bytes(), incomplete.read_bytes()))
    assert files[0] == files[1]
    order = [(a, one.article_id) for a in plan.annotators for one in plan.assignments if one.annotator == a]
    whole = [(one.annotator, one.article_id) for one in read_layers(layers, [], ARTICLES)]
    assert whole == [key for key in order if key != ("ann-a", "plain")]
    assert [one.article_id for one in read_layers(incomplete, [], ARTICLES)] == ["plain"]
    assert [(one.annotator, one.article_id) for one in pull(admin, plan, HASHES).layers] == whole


def test_a_layer_that_was_pulled_outlives_its_task_and_that_is_said(
    admin: Studio, sign_in: SignIn, plan: Plan, tmp_path: Path
) -> None:
    layers, incomplete = tmp_path / "annotations.jsonl", tmp_path / "incomplete.jsonl"
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [hard_layer("ann-a"), plain_layer("ann-a")], ARTICLES)
    assert pull_to(layers, incomplete, admin, plan, HASHES).notices == []
    before = layers.read_bytes()
    admin.delete(f"/api/tasks/{task(admin, plan, 'entities', 'hard')}/")
    for _ in range(2):
        again = pull_to(layers, incomplete, admin, plan, HASHES)
        assert layers.read_bytes() == before
        assert (again.layers, again.incomplete) == (2, 1)
        assert [notice for notice in again.notices if "the earlier layer is kept" in notice] == again.notices
        assert "'hard'" in again.notices[0]
    with layers.open("ab") as file:
        file.write(b"{no layer}\n")
    with pytest.raises(StudioError, match=r"annotations\.jsonl:3: .*: mend or remove this line"):
        pull_to(layers, incomplete, admin, plan, HASHES)
    assert layers.read_bytes() == before + b"{no layer}\n"


def test_a_pull_leaves_no_export_behind_on_the_server_not_even_those_of_killed_ones(
    admin: Studio, plan: Plan, monkeypatch: pytest.MonkeyPatch
) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    numbers = [one.id for one in find_projects(admin, plan.name).values()]
    left_behind = make_export(admin, numbers[0])
    by_hand = admin.post(f"/api/projects/{numbers[0]}/exports/", {"title": "نسخة يدوية"})["id"]

    def there() -> list[int]:
        return [one["id"] for number in numbers for one in admin.get(f"/api/projects/{number}/exports/")]

    pull(admin, plan, HASHES)
    assert sorted(there()) == [left_behind.id, by_hand]  # another pull may still be reading the first
    monkeypatch.setattr("musnad.annotation.label_studio.snapshot._KEPT", timedelta())
    pull(admin, plan, HASHES)
    assert there() == [by_hand]


def test_predictions_reach_the_server_whole(admin: Studio, plan: Plan) -> None:
    from musnad.annotation.label_studio.regions import decode
    from musnad.annotation.label_studio.snapshot import snapshot

    push(admin, plan, ARTICLES, PREDICTED)
    for which in ("entities", "attributions"):
        tasks = snapshot(admin, project(admin, plan, which), predictions=True, annotated=False)
        by_id = {one["data"]["article_id"]: one for one in tasks}
        (prediction,) = by_id["hard"]["predictions"]
        reading = decode(prediction["result"], HARD, which)
        assert prediction["model_version"] == "rules-1.0"
        assert reading.misfits == []
        layer = PREDICTED["hard"]
        if which == "entities":
            assert (reading.entities, reading.quantities) == (layer.entities, layer.quantities)
        else:
            assert reading.attributions == layer.attributions


def test_a_second_push_changes_nothing(admin: Studio, plan: Plan) -> None:
    first = push(admin, plan, ARTICLES, PREDICTED)
    second = push(admin, plan, ARTICLES, PREDICTED)
    assert (first.created, first.present) == (8, 0)
    assert (second.created, second.present, second.predictions_replaced, second.notices) == (0, 8, 0, [])
    assert len(find_projects(admin, plan.name)) == 4


def test_a_deleted_task_a_doubled_one_and_a_new_article_are_put_right(admin: Studio, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    number = project(admin, plan, "entities")
    admin.delete(f"/api/tasks/{task(admin, plan, 'entities', 'hard')}/")
    raw = admin.get(f"/api/tasks/{task(admin, plan, 'entities', 'plain')}/")
    admin.post(f"/api/projects/{number}/import", [{"data": raw["data"]}])
    summary = push(admin, plan, ARTICLES, PREDICTED)
    assert (summary.created, summary.doubles_removed) == (1, 1)
    found = find_projects(admin, plan.name)[Key(plan.name, "ann-a", "entities")]
    assert sorted(one.article_id for one in tasks_of(admin, found)) == ["hard", "plain"]


def test_new_articles_and_a_late_annotator_join_what_is_there_and_nothing_else_moves(
    admin: Studio, sign_in: SignIn, plan: Plan
) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a")], ARTICLES)

    def tasks() -> dict[tuple[str, str], list[tuple[int, str]]]:
        found = find_projects(admin, plan.name)
        return {(k.annotator, k.which): [(t.id, t.article_id) for t in tasks_of(admin, p)] for k, p in found.items()}

    before = tasks()
    more = ARTICLES | {one.id: one for one in (article(f"late-{n}", f"{PLAIN} ({n})") for n in range(3))}
    team = ["ann-a", "ann-b", "ann-late"]
    later = make_plan(plan.name, list(more), team, overlap=2, control=0, seed=1, existing=plan)
    assert {a.article_id for a in later.assignments if a.annotator == "ann-late"} <= {"late-0", "late-1", "late-2"}
    summary = push(admin, later, more, PREDICTED)
    assert (summary.created, summary.present, summary.notices) == (12, 8, [])
    after = tasks()
    for key, there in before.items():
        assert after[key][: len(there)] == there
    for which in ("entities", "attributions"):
        given = [a.article_id for a in later.assignments if a.annotator == "ann-late"]
        assert sorted(article_id for _, article_id in after["ann-late", which]) == sorted(given)
    hashes = {one.id: one.sha256 for one in more.values()}
    (layer,) = pull(admin, later, hashes).layers
    assert records(layer) == records(plain_layer("ann-a"))
    assert push(admin, later, more, PREDICTED).created == 0


def test_predictions_of_another_version_are_replaced_but_not_under_finished_work(
    admin: Studio, sign_in: SignIn, plan: Plan
) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a")], ARTICLES)
    newer = {key: msgspec.structs.replace(layer, annotator="rules-2.0") for key, layer in PREDICTED.items()}
    summary = push(admin, plan, ARTICLES, newer)
    assert summary.predictions_replaced == 6
    assert len([notice for notice in summary.notices if "was annotated over rules-1.0" in notice]) == 2
    for which in ("entities", "attributions"):
        found = find_projects(admin, plan.name)[Key(plan.name, "ann-a", which)]
        versions = {one.article_id: set(one.model_versions) for one in tasks_of(admin, found)}
        assert versions == {"hard": {"rules-2.0"}, "plain": {"rules-1.0"}}
    assert push(admin, plan, ARTICLES, newer).predictions_replaced == 0


def test_control_tasks_go_out_without_predictions_and_come_back_marked(admin: Studio, sign_in: SignIn) -> None:
    plan = make_plan("control", list(ARTICLES), ["ann-a"], overlap=1, control=1, seed=3)
    push(admin, plan, ARTICLES, PREDICTED)
    found = find_projects(admin, "control")[Key("control", "ann-a", "entities")]
    assert {one.model_versions for one in tasks_of(admin, found)} == {frozenset()}
    submit(sign_in("ann-a"), "control", [plain_layer("ann-a")], ARTICLES)
    assert pull(admin, plan, HASHES).layers[0].meta["control"] is True


def test_an_article_with_one_pass_is_kept_apart_and_says_so(admin: Studio, sign_in: SignIn, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a")], ARTICLES, passes=["entities"])
    submit(sign_in("ann-b"), plan.name, [plain_layer("ann-b")], ARTICLES, passes=["attributions"])
    summary = pull(admin, plan, HASHES)
    assert summary.layers == []
    assert [(one.annotator, one.meta["passes"]) for one in summary.incomplete] == [
        ("ann-a", ["entities"]),
        ("ann-b", ["attributions"]),
    ]
    assert summary.incomplete[0].attributions == ()


def test_submitting_the_same_layer_twice_doubles_nothing(admin: Studio, sign_in: SignIn, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    studio = sign_in("ann-a")
    assert submit(studio, plan.name, [plain_layer("ann-a")], ARTICLES) == 2
    assert submit(studio, plan.name, [plain_layer("ann-a")], ARTICLES) == 0
    assert len(pull(admin, plan, HASHES).layers) == 1


def test_what_people_do_wrong_is_recognised_and_kept(admin: Studio, sign_in: SignIn, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a"), hard_layer("ann-a")], ARTICLES)
    hard = f"/api/tasks/{task(admin, plan, 'entities', 'hard')}/annotations/"
    plain = f"/api/tasks/{task(admin, plan, 'entities', 'plain')}/annotations/"
    sign_in("ann-b").post(hard, {"result": [], "was_cancelled": False})
    sign_in("ann-a").post(hard, {"result": [], "was_cancelled": True})
    where = {"start": 0, "end": 3000, "text": "x", "labels": ["PER"]}
    bad = {"id": "z", "from_name": "label", "to_name": "text", "type": "labels", "value": where}
    sign_in("ann-a").post(plain, {"result": [bad], "was_cancelled": False})
    attributions = f"/api/tasks/{task(admin, plan, 'attributions', 'plain')}/annotations/"
    sign_in("ann-a").post(attributions, {"result": []})
    summary = pull(admin, plan, HASHES)
    reasons = sorted(one.reason for one in summary.quarantine)
    assert [r.split(" ")[0] for r in reasons] == ["annotated", "offsets", "submitted", "submitted"]
    assert "ann-b@annotators.invalid" in reasons[0]
    assert any("skipped by the annotator" in notice for notice in summary.notices)
    assert any("without a single mark" in notice for notice in summary.notices)
    assert all(one.raw for one in summary.quarantine if "annotated by" not in one.reason)
    assert {one.article_id for one in summary.layers} == {"hard", "plain"}


def test_a_text_edited_on_the_server_is_caught_by_its_hash(admin: Studio, sign_in: SignIn, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    submit(sign_in("ann-a"), plan.name, [plain_layer("ann-a")], ARTICLES)
    number = task(admin, plan, "entities", "plain")
    data = admin.get(f"/api/tasks/{number}/")["data"]
    admin.patch(f"/api/tasks/{number}/", {"data": data | {"text": data["text"].replace("3", "4")}})
    summary = pull(admin, plan, HASHES)
    assert "edited on the server" in summary.quarantine[0].reason
    assert summary.incomplete[0].meta["passes"] == ["attributions"]
    assert any("edited on the server" in notice for notice in push(admin, plan, ARTICLES, PREDICTED).notices)


def test_a_renamed_project_is_found_and_a_deleted_one_is_reported_and_made_again(admin: Studio, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    admin.patch(f"/api/projects/{project(admin, plan, 'entities')}/", {"title": "مشروع آخر"})
    admin.delete(f"/api/projects/{project(admin, plan, 'attributions')}/")
    notices = pull(admin, plan, HASHES).notices
    assert any("was renamed to 'مشروع آخر'" in notice for notice in notices)
    assert any("no such project" in notice for notice in notices)
    assert push(admin, plan, ARTICLES, PREDICTED).created == 2


def test_a_label_removed_in_the_settings_is_reported_and_put_back(admin: Studio, plan: Plan) -> None:
    push(admin, plan, ARTICLES, PREDICTED)
    number = project(admin, plan, "entities")
    config = admin.get(f"/api/projects/{number}/")["label_config"]
    admin.patch(f"/api/projects/{number}/", {"label_config": config.replace('alias="EVENT"', 'alias="OTHER"')})
    assert any("not this schema's" in notice for notice in pull(admin, plan, HASHES).notices)
    push(admin, plan, ARTICLES, PREDICTED)
    assert 'alias="EVENT"' in admin.get(f"/api/projects/{number}/")["label_config"]


def test_the_next_four_batches_are_tabs_of_the_project_and_further_ones_once_some_are_done(
    admin: Studio, sign_in: SignIn
) -> None:
    articles = {f"n{n}": article(f"n{n}", f"{PLAIN} ({n})") for n in range(6)}
    plan = make_plan("tabs", list(articles), ["ann-a"], overlap=1, control=0, batch_size=1)

    def tabs(which: str) -> list[str]:
        return [view["data"]["title"] for view in admin.get("/api/dm/views/", project=project(admin, plan, which))]

    push(admin, plan, articles, {})
    push(admin, plan, articles, {})
    four = ["الكل All", "دفعة 001", "دفعة 002", "دفعة 003", "دفعة 004"]
    assert (tabs("entities"), tabs("attributions")) == (four, four)
    first = next(one for one in plan.assignments if one.batch == "001").article_id
    done = Layer(article_id=first, sha256=articles[first].sha256, annotator="ann-a")
    submit(sign_in("ann-a"), "tabs", [done], articles, passes=["entities"])
    push(admin, plan, articles, {})
    assert (tabs("entities"), tabs("attributions")) == ([*four, "دفعة 005"], four)
