"""A bad line and sudden death: after a plain re-run every article and annotation is there once, every byte equal.

MUSNAD_KILLS sets how often push and pull are each killed (8 if unset).
"""

from __future__ import annotations

import http.server
import os
import random
import signal
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

import msgspec
import pytest
from bad_line import bad_luck, line

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import (
    MissingError,
    RefusedError,
    StudioDownError,
    StudioError,
    UnsettledError,
)
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.projects import find_projects, tasks_of
from musnad.annotation.label_studio.pull import pull
from musnad.annotation.label_studio.push import push
from musnad.annotation.label_studio.server import Server, free_port, start_server
from musnad.annotation.label_studio.snapshot import elements
from musnad.annotation.label_studio.submit import submit
from musnad.annotation.label_studio.users import ensure_user
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, Attribution, Entity, Layer, sha256_of
from musnad.schema.studio_files import Plan

KILLS = int(os.environ.get("MUSNAD_KILLS", "8"))
TOKEN = "a" * 40


class _Canned(http.server.BaseHTTPRequestHandler):
    """Answers every request with an empty JSON object."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"{}")

    do_POST = do_GET  # noqa: N815

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def canned() -> Iterator[str]:
    running = http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Canned)
    threading.Thread(target=running.serve_forever, args=(0.01,), daemon=True).start()
    yield f"http://127.0.0.1:{running.server_address[1]}"
    running.shutdown()


def turns(*faults: str | None) -> Callable[[str, str], str | None]:
    """Have the first requests meet these faults, the others none."""
    left = list(faults)
    return lambda method, path: left.pop(0) if left else None


@pytest.mark.parametrize("fault", ["drop before", "drop after", "500", "502", "429", "truncate"])
def test_reading_is_tried_again_until_it_works(canned: str, fault: str) -> None:
    with line(canned, turns(fault, fault)) as proxy, Studio(proxy.url, TOKEN, pause=0.01) as studio:
        assert studio.get("/api/x") == {}
        assert proxy.seen == {fault: 2, "fine": 1}


@pytest.mark.parametrize("fault", ["drop after", "502 after", "500", "truncate"])
def test_what_creates_something_is_not_sent_twice_when_its_outcome_is_unknown(canned: str, fault: str) -> None:
    with line(canned, turns(fault)) as proxy, Studio(proxy.url, TOKEN, pause=0.01) as studio:
        with pytest.raises(UnsettledError):
            studio.post("/api/x", {})
        assert sum(proxy.seen.values()) == 1


def test_a_server_that_asks_for_patience_is_given_it(canned: str) -> None:
    with line(canned, turns("429", "429")) as proxy, Studio(proxy.url, TOKEN, pause=5) as studio:
        started = time.monotonic()
        assert studio.post("/api/x", {}) == {}
        assert time.monotonic() - started < 4


def test_a_server_that_is_down_is_named_with_what_to_do() -> None:
    url = f"http://127.0.0.1:{free_port()}"
    with Studio(url, TOKEN, pause=0.01, attempts=3) as studio, pytest.raises(StudioDownError) as down:
        studio.whoami()
    assert url in str(down.value)
    assert "LABEL_STUDIO_URL" in str(down.value)


def test_the_token_is_sent_to_no_other_host(canned: str) -> None:
    with line(canned, turns("elsewhere")) as proxy, Studio(proxy.url, TOKEN) as studio:
        with pytest.raises(RefusedError, match=r"redirects .* to elsewhere\.example") as refused:
            studio.get("/api/x")
        assert TOKEN not in str(refused.value)


@pytest.mark.parametrize(
    ("broken", "fault"),
    [
        ("/api/invite", "truncate"),
        ("/api/users/", "empty"),
        ("/user/signup/", "empty"),
        ("/user/signup/", "drop after"),
        ("/api/current-user/token", "500"),
        ("/api/current-user/token", "truncate"),
    ],
)
@pytest.mark.server
def test_signing_up_over_a_bad_line_ends_in_a_message_and_a_second_run_ends_well(
    server: Server, broken: str, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("musnad.annotation.label_studio.client._LONGEST_PAUSE", 0.01)
    name = f"late-{broken.strip('/')[-5:]}-{fault.split()[0]}"
    down = True
    with line(server.url, lambda method, path: fault if down and path.startswith(broken) else None) as proxy:
        with pytest.raises(StudioError):
            ensure_user(proxy.url, server.token, name)
        down = False
        assert ensure_user(proxy.url, server.token, name)


@pytest.mark.parametrize("url", ["", "localhost:8080", "ftp://x", "http://", "http://[", "http://x:99999999"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(StudioError, match="no address"):
        Studio(url, TOKEN)


@pytest.mark.parametrize("token", ["", "a b", "eyJ.eyJ0b2tlbl90eXBlIjogImFjY2VzcyJ9.x", "a.!.c", "مفتاح"])
def test_a_token_that_can_be_none_is_refused_without_being_shown(token: str) -> None:
    with pytest.raises(StudioError) as refused:
        Studio("http://127.0.0.1:1", token)
    assert not token or token not in str(refused.value)


@pytest.mark.parametrize("size", [1, 2, 3, 7, 1000])
def test_an_array_is_read_element_by_element_wherever_it_is_cut(size: int) -> None:
    tasks = [{"id": n, "text": 'قال: "نعم" \\ 🇸🇾]},{'} for n in range(5)]
    raw = msgspec.json.encode(tasks)
    assert list(elements(raw[at : at + size] for at in range(0, len(raw), size))) == tasks


def test_an_array_that_is_cut_off_is_an_error_after_what_is_whole() -> None:
    read = elements([b'[{"id": 1}, {"id": 2}, {"i'])
    assert [next(read), next(read)] == [{"id": 1}, {"id": 2}]
    with pytest.raises(ValueError, match="cut off"):
        next(read)


def test_a_lone_surrogate_in_an_export_does_not_spoil_the_rest() -> None:
    raw = b'[{"text": "\\ud83d\\ude00 \\ud800"}, {"text": "x"}]'
    assert list(elements([raw])) == [{"text": "😀 \ufffd"}, {"text": "x"}]


# --- the whole way


def news(n: int) -> tuple[Article, Layer]:
    text = f"الخبر {n}: قالت الوزارة إن جسر السرو أُغلق.\n"
    article = Article(id=f"news-{n}", text=text, sha256=sha256_of(text))

    def at(words: str) -> tuple[int, int]:
        return text.index(words), text.index(words) + len(words)

    start, end = at("جسر السرو")
    said = Attribution(
        id="a1", kind="indirect", cues=(at("قالت"), at("إن")), source=at("الوزارة"), content=((start, len(text) - 2),)
    )
    entity = Entity(id="e1", start=start, end=end, label="FAC")
    sha256 = article.sha256
    return article, Layer(
        article_id=article.id, sha256=sha256, annotator="rules-1.0", entities=(entity,), attributions=(said,)
    )


NEWS = [news(n) for n in range(40)]
ARTICLES = {article.id: article for article, _ in NEWS}
LAYERS = {layer.article_id: layer for _, layer in NEWS}
HASHES = {article.id: article.sha256 for article in ARTICLES.values()}


def until_done(work: Callable[[], object]) -> None:
    """Run the same thing again until it ends well, as a person would."""
    for _ in range(30):
        try:
            work()
        except StudioError:
            continue
        return
    raise AssertionError("it never ended well")


def each_once(admin: Studio, plan: Plan) -> None:
    projects = find_projects(admin, plan.name)
    assert len(projects) == 2 * len(plan.annotators)
    for key, project in projects.items():
        assert not project.notices
        assigned = Counter(a.article_id for a in plan.assignments if a.annotator == key.annotator)
        tasks = list(tasks_of(admin, project))
        assert Counter(task.article_id for task in tasks) == assigned
        assert all(task.text_sha256_matches and task.model_versions == {"rules-1.0"} for task in tasks)


@pytest.mark.server
def test_over_a_bad_line_everything_arrives_once_and_comes_back_whole(
    server: Server, admin: Studio, sign_in: Callable[[str], Studio]
) -> None:
    plan = make_plan("badline", list(ARTICLES), ["ann-a"], overlap=1, control=0)
    mine = [msgspec.structs.replace(layer, annotator="ann-a") for layer in LAYERS.values()][:10]
    with line(server.url, bad_luck(5, 0.25)) as proxy, Studio(proxy.url, server.token, pause=0.01) as studio:
        until_done(lambda: push(studio, plan, ARTICLES, LAYERS))
        each_once(admin, plan)
        token = sign_in("ann-a")._token
        with Studio(proxy.url, token, pause=0.01) as annotator:
            until_done(lambda: submit(annotator, plan.name, mine, ARTICLES))
        pulled = []
        until_done(lambda: pulled.append(pull(studio, plan, HASHES)))
        assert len(proxy.seen) > 7
    (summary,) = pulled
    assert (summary.incomplete, summary.quarantine, summary.notices) == ([], [], [])
    assert [msgspec.structs.replace(layer, meta={}) for layer in summary.layers] == sorted(
        mine, key=lambda one: [a.article_id for a in plan.assignments].index(one.article_id)
    )


WORK = """
import os, sys
from pathlib import Path
import msgspec
from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.pull import pull_to
from musnad.annotation.label_studio.push import push
from musnad.schema.jsonl import read_articles, read_layers
from musnad.schema.studio_files import Plan
home = Path(sys.argv[2])
plan = msgspec.json.decode((home / "plan.json").read_bytes(), type=Plan)
articles = {a.id: a for a in read_articles(home / "articles.jsonl", [])}
with Studio(os.environ["LABEL_STUDIO_URL"], os.environ["LABEL_STUDIO_API_KEY"]) as studio:
    print("ready", flush=True)
    if sys.argv[1] == "push":
        push(studio, plan, articles, {l.article_id: l for l in read_layers(home / "predictions.jsonl", [])})
    else:
        hashes = {a.id: a.sha256 for a in articles.values()}
        pull_to(home / "annotations.jsonl", home / "incomplete.jsonl", studio, plan, hashes)
"""


def run(verb: str, home: Path, server: Server, kill_after: float | None = None) -> bool:
    """Run push or pull in a process of its own; with `kill_after` seconds of work, kill it. Return whether it ended."""
    env = os.environ | {"LABEL_STUDIO_URL": server.url, "LABEL_STUDIO_API_KEY": server.token}
    process = subprocess.Popen(
        [sys.executable, "-c", WORK, verb, str(home)], env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.readline()
    try:
        _, error = process.communicate(timeout=kill_after)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return False
    assert process.returncode == 0, error.decode()
    return True


@pytest.mark.server
def test_killed_at_any_moment_push_and_pull_lose_and_double_nothing(
    server: Server, admin: Studio, sign_in: Callable[[str], Studio], tmp_path: Path
) -> None:
    chance = random.Random(11)
    write_jsonl(tmp_path / "articles.jsonl", ARTICLES.values())
    write_jsonl(tmp_path / "predictions.jsonl", LAYERS.values())
    killed = 0
    turn = 0
    while killed < KILLS:
        turn += 1
        plan = make_plan(f"killed-{turn}", list(ARTICLES), ["ann-a"], overlap=1, control=0)
        (tmp_path / "plan.json").write_bytes(msgspec.json.encode(plan))
        while killed < KILLS and not run("push", tmp_path, server, chance.uniform(0, 1.5)):
            killed += 1
        assert run("push", tmp_path, server)
        # What a killed run had under way may land after the next has looked; a re-run finds and removes it.
        assert run("push", tmp_path, server)
        each_once(admin, plan)
    mine = [msgspec.structs.replace(layer, annotator="ann-a") for layer in LAYERS.values()][:8]
    submit(sign_in("ann-a"), plan.name, mine, ARTICLES)
    assert run("pull", tmp_path, server)
    whole = (tmp_path / "annotations.jsonl").read_bytes()
    killed = 0
    while killed < KILLS:
        killed += not run("pull", tmp_path, server, chance.uniform(0, 0.8))
        assert (tmp_path / "annotations.jsonl").read_bytes() == whole
    assert run("pull", tmp_path, server)
    assert (tmp_path / "annotations.jsonl").read_bytes() == whole
    assert len(whole.splitlines()) == 8


@pytest.mark.server
def test_a_server_killed_in_the_middle_of_a_push_is_filled_by_the_next_one(server: Server, tmp_path: Path) -> None:
    plan = make_plan("power-cut", list(ARTICLES), ["ann-a"], overlap=1, control=0)
    with start_server(tmp_path / "studio") as first:
        imports = []

        def cut(method: str, path: str) -> str | None:
            imports.append(path.endswith("/import"))
            if sum(imports) < 2:
                return None
            if first.running:
                os.killpg(first._process.pid, signal.SIGKILL)
            return "drop before"

        with (
            line(first.url, cut) as proxy,
            Studio(proxy.url, first.token, pause=0.01, attempts=3) as studio,
            pytest.raises(StudioDownError, match="run the same command again"),
        ):
            push(studio, plan, ARTICLES, LAYERS)
    with start_server(tmp_path / "studio") as second, Studio(second.url, second.token) as studio:
        assert push(studio, plan, ARTICLES, LAYERS).present == 40
        each_once(studio, plan)


@pytest.mark.server
def test_a_project_deleted_while_it_is_pulled_is_reported_and_the_others_are_read(
    server: Server, admin: Studio, sign_in: Callable[[str], Studio]
) -> None:
    plan = make_plan("vanishing", list(ARTICLES)[:4], ["ann-a"], overlap=1, control=0)
    push(admin, plan, ARTICLES, LAYERS)
    submit(sign_in("ann-a"), plan.name, [msgspec.structs.replace(LAYERS["news-0"], annotator="ann-a")], ARTICLES)
    number = next(p.id for k, p in find_projects(admin, plan.name).items() if k.which == "attributions")

    def vanish(method: str, path: str) -> None:
        if method == "POST" and path.endswith(f"/{number}/exports/"):
            admin.delete(f"/api/projects/{number}/")

    with line(server.url, vanish) as proxy, Studio(proxy.url, server.token) as studio:
        summary = pull(studio, plan, HASHES)
    assert [layer.meta["passes"] for layer in summary.incomplete] == [["entities"]]
    assert any("deleted" in notice for notice in summary.notices)
    with pytest.raises(MissingError):
        admin.get(f"/api/projects/{number}/")
