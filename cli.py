"""The front door: one command for each step from articles to a published dataset."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer

from .schema.errors import MusnadError

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)
corpus_app = typer.Typer(no_args_is_help=True, help="The articles of the project: add, list, show, check, stories.")
app.add_typer(corpus_app, name="corpus")

T = TypeVar("T")
Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]
ProjectDir = Annotated[
    Path | None, typer.Option("--project", help="The project folder; the one around here if left out.")
]


def main() -> None:
    """Run the command line; an error that its user can mend is one message and exit code 1."""
    try:
        app()
    except MusnadError as error:
        _fail(str(error))
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        _fail(f"{where}{error.strerror or error}")
    except KeyboardInterrupt:
        _fail("interrupted; run the same command again to go on")


@app.command()
def version() -> None:
    """Print the version. Example: `musnad version`"""
    from . import __version__

    print(__version__)


@app.command()
def init(directory: Annotated[Path, typer.Argument(help="The folder to make a project of.")]) -> None:
    """Make a new project. Example: `musnad init my-news`"""
    from .corpus.store import init as make

    project = make(directory)
    _say(f"{project.root} is a musnad project; add articles with `musnad corpus add FILE…`")


@corpus_app.command("add")
def corpus_add(
    paths: Annotated[list[Path], typer.Argument(help=".txt, .html, .jsonl or .csv files, or folders of them.")],
    publisher: Annotated[str | None, typer.Option(help="The outlet, where the files don't say.")] = None,
    license_: Annotated[str | None, typer.Option("--license", help="The texts' licence, where they don't say.")] = None,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Add articles to the project. Example: `musnad corpus add news/*.txt --publisher المرافئ`"""
    from .corpus.add import add
    from .corpus.ingest import Given

    summary = add(_project(project), paths, Given(publisher=publisher, license=license_))
    for refusal in summary.refused:
        _warn(str(refusal))
    if as_json:
        _print_json({"added": summary.added, "unchanged": summary.unchanged, "refused": len(summary.refused)})
    else:
        _say(f"{summary.added} added, {summary.unchanged} there already, {len(summary.refused)} refused")
    if summary.set_aside:
        _fail(f"what was refused is set aside in {summary.set_aside}")


@corpus_app.command("list")
def corpus_list(project: ProjectDir = None, as_json: Json = False) -> None:
    """List the articles, a line each. Example: `musnad corpus list`"""
    refusals: list[Any] = []
    for article in _articles(_project(project).articles, refusals):
        row = {"id": article.id, "publisher": article.publisher, "published": article.published,
               "characters": len(article.text), "title": article.title}  # fmt: skip
        print(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(str(v or "-") for v in row.values()))
    _end(refusals)


@corpus_app.command("show")
def corpus_show(article_id: str, project: ProjectDir = None, as_json: Json = False) -> None:
    """Print an article's text, or with `--json` its record. Example: `musnad corpus show economy-1`"""
    import msgspec

    refusals: list[Any] = []
    for article in _articles(_project(project).articles, refusals):
        if article.id == article_id:
            print(msgspec.json.encode(article).decode() if as_json else article.text)
            return
    _fail(f"there is no article {article_id!r} in the project; `musnad corpus list` lists them")


@corpus_app.command("check")
def corpus_check(project: ProjectDir = None) -> None:
    """Check every article of the project. Example: `musnad corpus check`"""
    from .corpus.check import check

    problems = check(_project(project))
    for problem in problems:
        _warn(str(problem))
    if problems:
        _fail(f"{len(problems)} problems")
    _say("every article is whole")


@app.command()
def preannotate(
    source: Annotated[Path | None, typer.Argument(help="articles.jsonl; the project's if left out.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; `-` for standard output.")] = None,
    layers: Annotated[
        str, typer.Option(help="Which layers, with commas between.")
    ] = "entities,quantities,attributions",
    entities: Annotated[str, typer.Option(help="Who finds the entities: auto, crf or camel.")] = "auto",
    workers: Annotated[int, typer.Option(help="Processes; 0 for one on each core.")] = 1,
    project: ProjectDir = None,
) -> None:
    """Annotate articles automatically, a layer each. Example: `musnad preannotate news.jsonl -o predictions.jsonl`"""
    import msgspec

    from .annotation.preannotate.pipeline import layer_names
    from .annotation.preannotate.run import preannotate as run
    from .schema.jsonl import read_articles, write_jsonl

    names = layer_names(layers)
    bare = source is not None
    if source is None:
        home = _project(project)
        source, out = home.articles, out or home.predictions
    refusals: list[Any] = []
    articles = _progress(read_articles(source, refusals, bare=bare), "pre-annotating")
    found = run(articles, names, entities=entities, workers=workers)
    if out is None or str(out) == "-":
        for layer in found:
            sys.stdout.buffer.write(msgspec.json.encode(layer) + b"\n")
    else:
        _say(f"{write_jsonl(out, found)} layers written to {out}")
    _end(refusals)


@app.command()
def verify(directory: Annotated[Path, typer.Argument(help="A release.")]) -> None:
    """Check that a release is whole, byte for byte. Example: `musnad verify releases/1.0.0`"""
    from .export.release import verify as check

    problems = check(directory)
    for problem in problems:
        _warn(problem)
    if problems:
        _fail(f"{directory} is not the release that was published: {len(problems)} problems")
    _say(f"{directory} is whole")


def _project(directory: Path | None) -> Any:
    from .corpus.store import find, read_project

    return read_project(directory) if directory else find()


def _articles(path: Path, refusals: list[Any]) -> Iterator[Any]:
    from .schema.jsonl import read_articles

    return read_articles(path, refusals)


def _progress(items: Iterable[T], what: str) -> Iterator[T]:
    """Show a running count on a terminal, nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        for item in items:
            yield item
            bar.advance(task)


def _end(refusals: list[Any]) -> None:
    """End non-zero when records were refused, after naming each."""
    for refusal in refusals:
        _warn(str(refusal))
    if refusals:
        _fail(f"{len(refusals)} records refused; the rest was done")


def _say(message: str) -> None:
    print(message)


def _warn(message: str) -> None:
    print(f"musnad: {message}", file=sys.stderr)


def _fail(message: str) -> None:
    _warn(message)
    raise SystemExit(1)


def _print_json(value: Any) -> None:
    print(json.dumps(value, ensure_ascii=False))
