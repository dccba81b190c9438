"""Push and pull against a bare HTTP client that sends and fetches the same bytes, on a real Label Studio with SQLite.

Bar: 0.9 of the bare client's rate at 2 000 tasks with 40 regions; memory of pull flat in the number of tasks. Run from
the repository root:

    python benchmarks/label_studio.py [--tasks 2000] [--rounds 3] [--memory 500 2000 8000] [--url http://…]

Each round makes new projects, once by httpx alone (create the project, import in requests of 500 tasks; make a
snapshot, wait for it, download it) and once by musnad, which also plans, encodes, verifies, decodes and checks hashes.
The server does most of the work in both, so rounds alternate, and the ratio is of the medians.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import tempfile
import time
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import httpx

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.config import PASSES, labelling_config
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.projects import find_projects
from musnad.annotation.label_studio.pull import Findings, pull_to, pulled
from musnad.annotation.label_studio.push import push
from musnad.annotation.label_studio.regions import encode
from musnad.annotation.label_studio.server import Server, start_server
from musnad.annotation.label_studio.users import ensure_user
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.studio_files import Plan

SENTENCE = "قالت وزارة الصحة في مدينة الساحل إن نحو 200 شخص أصيبوا في حادث على طريق الميناء صباح الأحد. "
SENTENCES = 14  # 40 entity and quantity regions, 40 of attributions, some 1 300 code points


def corpus(n: int) -> tuple[dict[str, Article], dict[str, Layer]]:
    """Return `n` articles and their pre-annotated layers, 40 regions in each pass."""
    articles, layers = {}, {}
    for number in range(n):
        text = f"الخبر {number}\n" + SENTENCE * SENTENCES
        article = Article(id=f"a{number}", text=text, sha256=sha256_of(text))
        articles[article.id] = article
        layers[article.id] = _layer(article)
    return articles, layers


def _layer(article: Article) -> Layer:
    entities, quantities, attributions = [], [], []
    for n in range(SENTENCES):
        base = article.text.index("\n") + 1 + n * len(SENTENCE)

        def at(words: str, base: int = base) -> tuple[int, int]:
            start = base + SENTENCE.index(words)
            return start, start + len(words)

        (start, end), number = at("الساحل"), at("نحو 200")
        entities.append(Entity(id=f"e{n}", start=start, end=end, label="GPE", subtype="city"))
        if n < SENTENCES - 2:
            span = {"start": number[0], "end": number[1], "counted": at("شخص")}
            quantities.append(Quantity(id=f"q{n}", kind="count", bound="about", value="200", **span))
            content = (at("نحو")[0], at("الأحد")[1])
            attributions.append(
                Attribution(
                    id=f"a{n}",
                    kind="indirect",
                    cues=(at("قالت"), at("إن")),
                    source=at("وزارة الصحة"),
                    content=(content,),
                )
            )
    return Layer(
        article_id=article.id,
        sha256=article.sha256,
        annotator="bench-1.0",
        entities=tuple(entities),
        quantities=tuple(quantities),
        attributions=tuple(attributions),
    )


def bare_client(server: Server) -> httpx.Client:
    """Return a client that sends one request after another, on a new connection each, as musnad does.

    On kept connections, httpx's default, each answer of Label Studio's server comes 40 ms later.
    """
    headers = {"Authorization": f"Token {server.token}"}
    limits = httpx.Limits(max_keepalive_connections=0)
    return httpx.Client(base_url=server.url, timeout=600, trust_env=False, limits=limits, headers=headers)


def bare_push(server: Server, articles: dict[str, Article], bodies: dict[str, list[bytes]]) -> list[int]:
    """Create two projects and import the tasks as they stand ready in `bodies`."""
    projects = []
    with bare_client(server) as client:
        for which in PASSES:
            made = client.post("/api/projects/", json={"title": "bare", "label_config": labelling_config(which)})
            projects.append(made.raise_for_status().json()["id"])
            for body in bodies[which]:
                headers = {"Content-Type": "application/json"}
                client.post(f"/api/projects/{projects[-1]}/import", content=body, headers=headers).raise_for_status()
    return projects


def bare_pull(server: Server, projects: list[int]) -> int:
    """Make, await and download a snapshot of each project; return its size in bytes."""
    size = 0
    options = {
        "task_filter_options": {"only_with_annotations": True},
        "serialization_options": {
            "drafts": {"only_id": True},
            "predictions": {"only_id": True},
            "annotations__completed_by": {"only_id": False},
        },
    }
    with bare_client(server) as client:
        for project in projects:
            made = client.post(f"/api/projects/{project}/exports/", json=options).raise_for_status().json()
            while made["status"] != "completed":
                time.sleep(0.05)
                made = client.get(f"/api/projects/{project}/exports/{made['id']}").raise_for_status().json()
            path = f"/api/projects/{project}/exports/{made['id']}/download"
            with client.stream("GET", path, params={"exportType": "JSON"}) as response:
                size += sum(len(piece) for piece in response.iter_bytes())
    return size


def bodies_of(articles: dict[str, Article], layers: dict[str, Layer]) -> dict[str, list[bytes]]:
    """Return the import requests of each pass, 500 tasks each."""
    ready: dict[str, list[bytes]] = {}
    for which in PASSES:
        tasks: list[Any] = []
        for article in articles.values():
            data = {"text": article.text, "article_id": article.id, "sha256": article.sha256, "batch": "001"}
            result = encode(layers[article.id], article.text, which)
            prediction = {"model_version": "bench-1.0", "score": None, "result": result}
            tasks.append({"data": data | {"control": False}, "predictions": [prediction]})
        chunks = [tasks[start : start + 500] for start in range(0, len(tasks), 500)]
        ready[which] = [json.dumps(chunk, ensure_ascii=False, separators=(",", ":")).encode() for chunk in chunks]
    return ready


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Return the seconds that `work` took, and what it returned."""
    started = time.perf_counter()
    outcome = work()
    return time.perf_counter() - started, outcome


def annotate(server: Server, token: str, name: str) -> None:
    """Have the annotator accept every pre-annotation, through Label Studio's own action."""
    with Studio(server.url, server.token) as studio, Studio(server.url, token) as annotator:
        for project in find_projects(studio, name).values():
            tasks = [task["id"] for task in studio.pages("/api/tasks/", "tasks", project=project.id)]
            for start in range(0, len(tasks), 500):
                chosen = {"selectedItems": {"all": False, "included": tasks[start : start + 500]}}
                annotator.post("/api/dm/actions/", chosen, id="predictions_to_annotations", project=project.id)


def planned(name: str, articles: dict[str, Article]) -> Plan:
    """Return a plan of all articles for one annotator."""
    return make_plan(name, list(articles), ["ann-a"], overlap=1, control=0)


def rates(server: Server, studio: Studio, token: str, tasks: int, rounds: int) -> None:
    """Print the rates of push and pull, and of the bare client in turn."""
    articles, layers = corpus(tasks // 2)
    bodies = bodies_of(articles, layers)
    hashes = {article.id: article.sha256 for article in articles.values()}
    size = sum(len(body) for chunks in bodies.values() for body in chunks)
    print(f"{tasks} tasks, {size / 1e6:.0f} MB to send", flush=True)
    seconds: dict[str, list[float]] = {"bare push": [], "push": [], "bare pull": [], "pull": []}
    for turn in range(rounds):
        both = [
            ("bare push", lambda: bare_push(server, articles, bodies)),
            ("push", lambda turn=turn: push(studio, planned(f"bench-{turn}", articles), articles, layers)),
        ]
        for name, work in both if turn % 2 else both[::-1]:
            seconds[name].append(timed(work)[0])
            print(f"  {name}: {tasks / seconds[name][-1]:.0f} tasks/s", flush=True)
    annotate(server, token, "bench-0")
    projects = [project.id for project in find_projects(studio, "bench-0").values()]
    plan = planned("bench-0", articles)
    for turn in range(rounds):
        both = [
            ("bare pull", lambda: bare_pull(server, projects)),
            ("pull", lambda: sum(1 for _ in pulled(studio, plan, hashes, Findings()))),
        ]
        for name, work in both if turn % 2 else both[::-1]:
            took, got = timed(work)
            seconds[name].append(took)
            print(f"  {name}: {tasks / took:.0f} tasks/s ({got})", flush=True)
    for what in ("push", "pull"):
        ratio = statistics.median(seconds[f"bare {what}"]) / statistics.median(seconds[what])
        print(f"{what}: {ratio:.2f} of the bare client's rate (bar: 0.9)")


def memory(server: Server, studio: Studio, token: str, tasks: int) -> None:
    """Print the most memory that pulling this many tasks to a file allocates."""
    articles, layers = corpus(tasks // 2)
    plan = planned(f"memory-{tasks}", articles)
    push(studio, plan, articles, layers)
    annotate(server, token, plan.name)
    hashes = {article.id: article.sha256 for article in articles.values()}
    del articles, layers
    with tempfile.TemporaryDirectory() as folder:
        tracemalloc.start()
        done = pull_to(Path(folder) / "layers.jsonl", Path(folder) / "incomplete.jsonl", studio, plan, hashes)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    print(f"pull of {tasks} tasks: {peak / 1e6:.1f} MB allocated at the peak, {done}", flush=True)


@contextmanager
def running(url: str | None) -> Iterator[Any]:
    """Give the server at `url`, or one that is started for this run."""
    with tempfile.TemporaryDirectory() as scratch:
        os.environ["MUSNAD_STATE"] = f"{scratch}/state"
        if url:
            yield SimpleNamespace(url=url, token=os.environ["LABEL_STUDIO_API_KEY"])
            return
        with start_server(Path(scratch) / "server") as server:
            yield server


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--tasks", type=int, default=2000, help="over both passes; 0 leaves the rates out")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--memory", type=int, nargs="*", default=[500, 2000], help="tasks to pull, weighing memory")
    parser.add_argument("--url", help="an empty Label Studio, its administrator's token in LABEL_STUDIO_API_KEY")
    options = parser.parse_args()
    with running(options.url) as server, Studio(server.url, server.token) as studio:
        token = ensure_user(server.url, server.token, "ann-a")
        if options.tasks:
            rates(server, studio, token, options.tasks, options.rounds)
        for tasks in options.memory:
            memory(server, studio, token, tasks)


if __name__ == "__main__":
    main()
