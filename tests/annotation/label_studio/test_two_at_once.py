"""Two processes on one project's work or its gold: the second is told so, and a dead one keeps nobody off."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from musnad.corpus.store import init, locked, read_project
from musnad.schema.jsonl import read_layers, write_jsonl
from musnad.schema.records import Article, Entity, Layer, sha256_of

pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")]
TEXT = "قالت الوزارة إن جسر السرو أُغلق."


@pytest.fixture
def silent() -> Iterator[str]:
    """Give the address of a server that accepts connections and never says a word."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"


@pytest.fixture
def project(tmp_path: Path) -> Path:
    home = init(tmp_path / "news")
    write_jsonl(home.articles, [Article(id="news-1", text=TEXT, sha256=sha256_of(TEXT))])
    return home.root


def musnad(project: Path, url: str, *arguments: str) -> subprocess.Popen[str]:
    program = "import sys; from musnad.cli import main; main()"
    environment = os.environ | {
        "LABEL_STUDIO_URL": url,
        "LABEL_STUDIO_API_KEY": "a" * 40,
        "MUSNAD_STATE": str(project.parent / "state"),
    }
    command = [sys.executable, "-c", program, *arguments, "--project", str(project)]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def plan(project: Path, url: str) -> tuple[int, str]:
    process = musnad(project, url, "plan", "--annotators", "ann-a", "--overlap", "1")
    _, error = process.communicate()
    return process.returncode, error


def test_who_comes_second_changes_nothing_and_is_told_who_is_at_work_until_that_one_is_dead(
    project: Path, silent: str
) -> None:
    assert plan(project, silent) == (0, "")
    before = (project / "plan.json").read_bytes()
    pushing = musnad(project, silent, "push")
    lock = project / ".studio.lock"
    while not lock.exists() or f"(process {pushing.pid})" not in lock.read_text("utf-8"):
        assert pushing.poll() is None
        time.sleep(0.05)
    for verb in ("push", "pull"):
        second = musnad(project, silent, verb)
        out, error = second.communicate()
        assert (second.returncode, out) == (1, "")
        assert f"another process is pushing (process {pushing.pid})" in error
        assert "Traceback" not in error
    assert plan(project, silent)[0] == 1
    assert (project / "plan.json").read_bytes() == before
    assert not (project / "annotations.jsonl").exists()
    pushing.kill()
    pushing.communicate()
    assert plan(project, silent) == (0, "")


def layers(project: Path, *ends: int) -> list[Layer]:
    """An annotator's layer for each of these ends of the bridge's name."""
    return [
        Layer(
            article_id="news-1",
            sha256=sha256_of(TEXT),
            annotator=f"ann-{n}",
            entities=(Entity(id="e1", start=TEXT.index("جسر"), end=end, label="FAC"),),
        )
        for n, end in enumerate(ends)
    ]


def adjudicated(project: Path, url: str, *arguments: str) -> tuple[int, str]:
    process = musnad(project, url, "adjudicate", *arguments)
    out, error = process.communicate()
    return process.returncode, out + error


def test_gold_is_made_by_one_at_a_time_and_keeps_what_was_decided(project: Path, silent: str) -> None:
    short, long = TEXT.index(" السرو"), TEXT.index(" أُغلق")
    write_jsonl(project / "annotations.jsonl", layers(project, short, long))
    with locked(read_project(project), "gold", "adjudicating"):
        code, told = adjudicated(project, silent, "--auto")
    assert (code, (project / "gold.jsonl").exists()) == (1, False)
    assert f"another process is adjudicating (process {os.getpid()})" in told
    assert "1 disagreed" in adjudicated(project, silent, "--auto")[1]
    assert [one.entities for one in read_layers(project / "gold.jsonl", [])] == [()]
    write_jsonl(project / "huda.jsonl", layers(project, long))
    assert "1 decided" in adjudicated(project, silent, "--decisions", str(project / "huda.jsonl"))[1]
    decided = (project / "gold.jsonl").read_bytes()
    assert "1 decided" in adjudicated(project, silent, "--auto")[1]
    assert (project / "gold.jsonl").read_bytes() == decided
    with (project / "gold.jsonl").open("ab") as file:
        file.write(b"{no layer}\n")
    code, told = adjudicated(project, silent, "--auto")
    assert (code, "gold.jsonl:2" in told, "nothing was written" in told) == (1, True, True)
    assert (project / "gold.jsonl").read_bytes() == decided + b"{no layer}\n"
