"""Many articles over a bad line, with sudden deaths: push and pull until a plain run ends well, and every byte equal.

    python benchmarks/label_studio_faults.py [--articles 10000] [--kills 50] [--dir FOLDER]   (from the repository root)

The commands themselves run in processes of their own, through a proxy that spoils a share of the requests, and are
killed (SIGKILL) `--kills` times each: push at any time up to some seconds after it sent tasks; pull at any time, early
moments more often, mostly when a quarter of the work is done, a tenth of the times when all is. One annotator accepts
every pre-annotation as it stands, so that each layer must come back as it went. It takes an hour or more.
"""

from __future__ import annotations

import argparse
import math
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from itertools import islice
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from bad_line import Line, bad_luck, line
from preannotation import synthetic

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.plan import read_plan
from musnad.annotation.label_studio.projects import find_projects, tasks_of
from musnad.annotation.label_studio.server import Server, start_server
from musnad.annotation.label_studio.users import ensure_user
from musnad.corpus.store import Project, init
from musnad.schema.jsonl import read_layers, write_jsonl
from musnad.schema.records import Layer

_CHOSEN = 1000  # tasks whose predictions are accepted by one request
_AFTER = 4.0  # seconds after a request was sent in which a killed push dies: while it is worked on, or soon after


class Tally:
    """What befell the runs of a command."""

    def __init__(self, verb: str, home: Project, line: Line, token: str) -> None:
        self.verb = verb
        self.line = line
        self.runs: Counter[str] = Counter()
        self.took = 60.0  # seconds, of the last run that ended well
        self._began = time.perf_counter()
        self._program = f"import sys; sys.argv = ['musnad', {verb!r}, '--project', {str(home.root)!r}]"
        self._environment = os.environ | {"LABEL_STUDIO_URL": line.url, "LABEL_STUDIO_API_KEY": token}

    def run(self, kill_at: float | None = None, imports: int = 0, after: float = 0.0) -> bool:
        """Run the command; kill it after `kill_at` seconds, or `after` it has sent `imports` requests of tasks."""
        command = [sys.executable, "-c", f"{self._program}; from musnad.cli import main; main()"]
        began = time.monotonic()
        process = subprocess.Popen(command, env=self._environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        deadline = began + (math.inf if kill_at is None else kill_at)
        enough = self.line.seen["imports"] + imports if imports else math.inf
        while time.monotonic() < deadline:
            if self.line.seen["imports"] >= enough:
                deadline, enough = min(deadline, time.monotonic() + after), math.inf
            try:
                _, error = process.communicate(timeout=0.05)
            except subprocess.TimeoutExpired:
                continue
            self.runs["ended well" if process.returncode == 0 else "gave up"] += 1
            if process.returncode == 0:
                self.took = time.monotonic() - began
            else:
                print(f"  {self.verb} gave up: {error.decode()[-300:].strip()}", flush=True)
            return process.returncode == 0
        process.send_signal(signal.SIGKILL)
        process.communicate()
        self.runs["killed"] += 1
        print(f"  {self.verb} killed, {self.runs['killed']}: {time.perf_counter() - self._began:.0f} s", flush=True)
        return False

    def until_well(self) -> None:
        """Run the command again until it ends well, as a person would."""
        while not self.run():
            pass

    def report(self) -> None:
        """Print a line."""
        spoilt = ", ".join(
            f"{n} {what}" for what, n in sorted(self.line.seen.items()) if what not in ("fine", "imports")
        )
        runs = ", ".join(f"{n} {what}" for what, n in self.runs.items())
        print(
            f"{self.verb}: {time.perf_counter() - self._began:.0f} s, runs: {runs}; requests spoilt: {spoilt}",
            flush=True,
        )
        self.line.seen.clear()


def prepare(home: Project, articles: int) -> None:
    """Make the project: articles, pre-annotations, a plan for one annotator."""
    write_jsonl(home.articles, islice(synthetic(), articles))
    for command in (["preannotate"], ["plan", "--annotators", "ann-a", "--overlap", "1", "--control", "0"]):
        program = f"import sys; sys.argv = ['musnad', *{command!r}, '--project', {str(home.root)!r}]"
        subprocess.run([sys.executable, "-c", f"{program}; from musnad.cli import main; main()"], check=True)


def everything_once(studio: Studio, home: Project) -> int:
    """Check that each task of the plan is on the server once, with its text and prediction; return their number."""
    plan = read_plan(home.plan)
    wanted = Counter(assignment.article_id for assignment in plan.assignments)
    version = next(iter(read_layers(home.predictions, []))).annotator
    projects = find_projects(studio, plan.name)
    assert len(projects) == 2
    for project in projects.values():
        tasks = list(tasks_of(studio, project))
        assert not project.notices
        assert Counter(task.article_id for task in tasks) == wanted
        assert all(task.text_sha256_matches and task.predictions == 1 for task in tasks)
        assert all(version.split(",")[0].strip() in task.model_versions for task in tasks)
    return 2 * len(wanted)


def accept(server: Server, home: Project, first: int, last: int) -> None:
    """Have the annotator accept the pre-annotations of these articles of the plan through Label Studio's own action."""
    plan = read_plan(home.plan)
    chosen_articles = {assignment.article_id for assignment in plan.assignments[first:last]}
    with Studio(server.url, ensure_user(server.url, server.token, "ann-a")) as annotator:
        for project in find_projects(annotator, plan.name).values():
            tasks = [task.id for task in tasks_of(annotator, project) if task.article_id in chosen_articles]
            for start in range(0, len(tasks), _CHOSEN):
                chosen = {"selectedItems": {"all": False, "included": tasks[start : start + _CHOSEN]}}
                annotator.post("/api/dm/actions/", chosen, id="predictions_to_annotations", project=project.id)


def killed_pulls(pulls: Tally, home: Project, kills: int, chance: random.Random) -> None:
    """Kill pull so often, at any time of what a run takes; until one ends well the file is the old one."""
    goal = pulls.runs["killed"] + kills
    before = home.annotations.read_bytes()
    while pulls.runs["killed"] < goal:
        if pulls.run(pulls.took * chance.random() ** 2):
            before = home.annotations.read_bytes()
        assert home.annotations.read_bytes() == before


def everything_back(home: Project, articles: int) -> int:
    """Check that the pre-annotations of the plan's first articles have come back as they went; return how many."""
    done = {assignment.article_id for assignment in read_plan(home.plan).assignments[:articles]}
    sent = {layer.article_id: layer for layer in read_layers(home.predictions, []) if layer.article_id in done}
    back = {layer.article_id: layer for layer in read_layers(home.annotations, [])}
    assert sent.keys() == back.keys() == done
    assert all(_marks(sent[article]) == _marks(back[article]) for article in sent)
    return len(back)


def _marks(layer: Layer) -> tuple[object, ...]:
    return layer.sha256, layer.entities, layer.quantities, layer.attributions


def main() -> None:
    """Print a line for each step; an assertion fails when anything was lost, doubled or changed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--kills", type=int, default=50, help="of push, and of pull")
    options.add_argument("--share", type=float, default=0.05, help="of the requests that are spoilt")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("--dir", type=Path, help="a folder for the files; a temporary one if left out")
    given = options.parse_args()
    chance = random.Random(given.seed)
    spoil = bad_luck(given.seed, given.share)
    with tempfile.TemporaryDirectory(dir=given.dir) as scratch:
        os.environ["MUSNAD_STATE"] = f"{scratch}/state"
        home = init(Path(scratch) / "project")
        prepare(home, given.articles)
        with start_server(Path(scratch) / "server") as server, Studio(server.url, server.token) as studio:

            def fate(method: str, path: str) -> str | None:
                proxy.seen["imports"] += path.endswith("/import")
                return spoil(method, path)

            with line(server.url, fate) as proxy:
                pushes = Tally("push", home, proxy, server.token)
                while pushes.runs["killed"] < given.kills:
                    pushes.run(chance.uniform(0, pushes.took), chance.randint(1, 2), chance.uniform(0, _AFTER))
                pushes.until_well()
                pushes.report()
                # What a killed run had under way may have landed after the next had looked; one more finds it.
                pushes.until_well()
                print(f"{everything_once(studio, home)} tasks are on the server, each once", flush=True)
                quarter, late = given.articles // 4, given.kills // 10
                accept(server, home, 0, quarter)
                pulls = Tally("pull", home, proxy, server.token)
                pulls.until_well()
                layers = everything_back(home, quarter)
                print(f"{layers} layers of a quarter of the work, in {pulls.took:.0f} s", flush=True)
                killed_pulls(pulls, home, given.kills - late, chance)
                accept(server, home, quarter, given.articles)
                pulls.took *= 4
                killed_pulls(pulls, home, late, chance)
                pulls.until_well()
                whole = home.annotations.read_bytes()
                pulls.until_well()
                print(f"a plain pull of everything took {pulls.took:.0f} s", flush=True)
                assert home.annotations.read_bytes() == whole
                pulls.report()
            print(f"{everything_back(home, given.articles)} layers came back as they went, {len(whole) / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
