"""Every command of musnad, as it is run on the newsroom's project, for tests of what holds of all of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import newsroom
import typer

from musnad import cli
from musnad.corpus.store import Project, init
from musnad.schema.jsonl import write_jsonl

# How each command is run from the folder that `newsroom_in` fills, in an order in which each finds what it needs; None
# for what starts a Label Studio of its own.
COMMANDS: dict[str, list[list[str]] | None] = {
    "version": [[]],
    "init": [["again"]],
    "corpus add": [["more", "--project", "p"], ["more", "--project", "p", "--json"]],
    "corpus list": [["--project", "p"], ["--project", "p", "--json"]],
    "corpus show": [["harbour-1", "--project", "p"], ["harbour-1", "--project", "p", "--json"]],
    "corpus check": [["--project", "p"]],
    "corpus stories": [["--project", "p"], ["--project", "p", "--json"]],
    "rehydrate": [["standoff", "--articles", "texts", "-o", "joined"]],
    "preannotate": [["--project", "p"], ["p/articles.jsonl", "-o", "two.jsonl", "--workers", "2"]],
    "plan": [["--annotators", "a,b", "--project", "p"]],
    "push": [["--project", "p"]],
    "pull": [["--project", "p"]],
    "status": [["--project", "p"], ["--project", "p", "--json"]],
    "agreement": [
        ["--draws", "5", "--project", "p", "--html", "agreement.html", "--disagreements", "disputes.jsonl"],
        ["--draws", "5", "--project", "p", "--json"],
    ],
    "adjudicate": [
        ["--send", "huda", "--project", "p"],
        ["--fetch", "huda", "--project", "p"],
        ["--decisions", "p/gold.jsonl", "--project", "p"],
        ["--auto", "--project", "p"],
    ],
    "evaluate": [["p/predictions.jsonl", "p/gold.jsonl"], ["p/predictions.jsonl", "p/gold.jsonl", "--json"]],
    "release": [
        ["--version", "1.0.0", "--project", "p"],
        ["--version", "1.0.0", "--project", "p", "--push-to-hub", "huda/newsroom", "--dry-run"],
    ],
    "report": [["-o", "report.html", "--project", "p"]],
    "doctor": [[], ["--json"]],
    "diff": [["p/releases/1.0.0", "p/releases/1.0.0"], ["p/releases/1.0.0", "p/releases/1.0.0", "--json"]],
    "verify": [["p/releases/1.0.0"]],
    "convert": [
        ["p/releases/1.0.0", "converted", "--to", "brat"],
        ["converted", "back", "--from", "brat"],
    ],
    "train entities": [
        ["news.conll", "-o", "own.npz"],
        ["--release", "p/releases/1.0.0", "-o", "own-too.npz", "--json"],
    ],
    "studio": None,
    "demo": None,
}
# What needs a Label Studio that answers; `doctor` says how it is.
ONLINE = ("push", "pull", "status", "adjudicate")


def names() -> Iterator[str]:
    """The names of the commands that there are, those of a group with the group's."""
    return _names(cli.app, "")


def _names(app: typer.Typer, before: str) -> Iterator[str]:
    for one in app.registered_commands:
        yield before + str(one.name or getattr(one.callback, "__name__", ""))
    for group in app.registered_groups:
        if group.typer_instance:
            yield from _names(group.typer_instance, f"{before}{group.name} ")


def newsroom_in(folder: Path) -> Project:
    """Make the project `p` of the newsroom, with layers of two annotators, and what the commands read beside it."""
    project = init(folder / "p")
    write_jsonl(project.articles, newsroom.articles().values())
    write_jsonl(project.annotations, newsroom.layers())
    write_jsonl(project.gold, newsroom.gold())
    write_jsonl(folder / "standoff" / "gold.jsonl", newsroom.gold())
    for article in newsroom.articles().values():
        place = folder / "texts" / f"{article.id}.txt"
        place.parent.mkdir(exist_ok=True)
        place.write_text(article.text, "utf-8")
    (folder / "more").mkdir()
    (folder / "more" / "clinic-2.txt").write_text("قالت وزارة الصحة إن 12 مصابا غادروا المستشفى.", "utf-8")
    (folder / "news.conll").write_text("وصل O\nسامر B-PER\nالحداد I-PER\n. O\n\n" * 3, "utf-8")
    return project


def run(*arguments: str) -> int:
    """Run a command in this process as the shell would; return its exit code."""
    before = sys.argv
    sys.argv = ["musnad", *arguments]
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0


def run_all(*left_out: str) -> dict[str, list[int]]:
    """Run every command in every way but those left out and those with a server of their own; return exit codes."""
    chosen = {name: ways for name, ways in COMMANDS.items() if ways is not None and name not in left_out}
    return {name: [run(*name.split(), *way) for way in ways] for name, ways in chosen.items()}
