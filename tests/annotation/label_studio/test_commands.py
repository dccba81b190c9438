"""A maintainer's commands against the real server, from the first plan to gold that an adjudicator decided."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from terminal import Done, musnad

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.config import Pass
from musnad.annotation.label_studio.server import Server
from musnad.annotation.label_studio.submit import submit
from musnad.corpus.store import init
from musnad.schema.jsonl import read_layers, write_jsonl
from musnad.schema.records import Article, Attribution, Entity, Layer, sha256_of

pytestmark = pytest.mark.server

TEXT = "قالت الوزارة إن 13 عاملا وصلوا إلى ميناء الساحل يوم الأحد."
ARTICLE = Article(id="port-1", text=TEXT, sha256=sha256_of(TEXT))
TWO = ("ann-a", "ann-b")


def at(words: str) -> tuple[int, int]:
    return TEXT.index(words), TEXT.index(words) + len(words)


def layer(annotator: str, place: str, source: str | None) -> Layer:
    said = Attribution(id="a1", kind="indirect", cues=(at("قالت"), at("إن")), source=source and at(source))
    named = Entity(id="e1", start=at(place)[0], end=at(place)[1], label="FAC")
    return Layer(
        article_id=ARTICLE.id, sha256=ARTICLE.sha256, annotator=annotator, entities=(named,), attributions=(said,)
    )


@pytest.fixture
def maintainer(server: Server, tmp_path: Path) -> Callable[..., Done]:
    """Run commands in a project of one article, as the administrator of the server."""
    home = init(tmp_path / "port-news")
    write_jsonl(home.articles, [ARTICLE])

    def run(*arguments: str) -> Done:
        done = musnad(*arguments, at=home.root, LABEL_STUDIO_URL=server.url, LABEL_STUDIO_API_KEY=server.token)
        assert done.returncode == 0, done.stderr
        return done

    run("preannotate")
    run("plan", "--annotators", ",".join(TWO), "--overlap", "2", "--control", "0")
    run("push")
    return run


def test_what_status_printed_becomes_plots_of_the_report(
    maintainer: Callable[..., Done], sign_in: Callable[[str], Studio], tmp_path: Path
) -> None:
    for annotator in TWO:
        done = layer(annotator, "ميناء الساحل", "الوزارة")
        passes: list[Pass] = ["entities", "attributions"] if annotator == "ann-a" else ["entities"]
        submit(sign_in(annotator), "port-news", [done], {ARTICLE.id: ARTICLE}, passes=passes, lead_time=95)
    printed = maintainer("status", "--json").stdout
    assert {(p["annotator"], p["which"]): p["done"] for p in json.loads(printed)["progress"]} == {
        ("ann-a", "entities"): 1,
        ("ann-a", "attributions"): 1,
        ("ann-b", "entities"): 1,
        ("ann-b", "attributions"): 0,
    }
    (tmp_path / "status.json").write_text(printed, "utf-8")
    maintainer("pull")
    maintainer("adjudicate", "--auto")
    maintainer("report", "-o", "plain.html")
    maintainer("report", "-o", "told.html", "--status", str(tmp_path / "status.json"))
    plain, told = ((tmp_path / "port-news" / name).read_text("utf-8") for name in ("plain.html", "told.html"))
    assert 'id="progress"' not in plain
    progress = told[told.index('id="progress"') : told.index('id="agreement"')]
    rows = re.findall(r"<td>(ann-.)</td><td>(\w+)</td><td>001</td><td>(\d of \d)</td>\n.*width:([\d.]+)%", progress)
    assert rows == [
        ("ann-a", "entities", "1 of 1", "100.0"),
        ("ann-a", "attributions", "1 of 1", "100.0"),
        ("ann-b", "entities", "1 of 1", "100.0"),
        ("ann-b", "attributions", "0 of 1", "0.0"),
    ]
    assert re.search(r'<td>entities</td><td>FAC</td>.*title="(kept|added): 1"', progress, re.DOTALL)


def test_a_decision_in_one_pass_stays_open_and_is_named_until_the_other_is_submitted(
    maintainer: Callable[..., Done], sign_in: Callable[[str], Studio], tmp_path: Path
) -> None:
    articles = {ARTICLE.id: ARTICLE}
    one, other = layer("ann-a", "ميناء الساحل", "الوزارة"), layer("ann-b", "الساحل", None)
    for done in (one, other):
        submit(sign_in(done.annotator), "port-news", [done], articles)
    maintainer("pull")
    assert "1 disagreed" in maintainer("adjudicate", "--auto").stdout
    assert "2 tasks created" in maintainer("adjudicate", "--send", "judge").stdout
    decision = msgspec.structs.replace(one, annotator="judge")
    submit(sign_in("judge"), "port-news", [decision], articles, passes=["entities"], adjudication=True)
    half = maintainer("adjudicate", "--fetch", "judge")
    assert "decided in one pass only, and open until the other is submitted too: port-1" in half.stderr
    assert "1 disagreed" in half.stdout
    submit(sign_in("judge"), "port-news", [decision], articles, passes=["attributions"], adjudication=True)
    whole = maintainer("adjudicate", "--fetch", "judge")
    assert "in one pass only" not in whole.stderr
    assert "1 decided" in whole.stdout
    (gold,) = read_layers(tmp_path / "port-news" / "gold.jsonl", [])
    assert (gold.entities, gold.attributions[0].source) == (one.entities, at("الوزارة"))
    assert "adjudicator" in gold.meta["decided"].values()
