"""The front door: one command for each step from articles to a published dataset."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from .console import end, fail, print_json, progress, say, table, warn
from .schema.errors import MusnadError

if TYPE_CHECKING:
    from .annotation.label_studio.server import Server
    from .corpus.store import Project
    from .schema.jsonl import Refusal
    from .schema.records import Article, Layer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)
corpus_app = typer.Typer(no_args_is_help=True, help="The articles of the project: add, list, show, check, stories.")
app.add_typer(corpus_app, name="corpus")

Json = Annotated[bool, typer.Option("--json", help="Print JSON for a program instead of text for a person.")]
ProjectDir = Annotated[
    Path | None, typer.Option("--project", help="The project folder; the one around here if left out.")
]
ArticlesFile = Annotated[Path | None, typer.Option("--articles", help="articles.jsonl; the project's if left out.")]


def main() -> None:
    """Run the command line; an error that its user can mend is one message and exit code 1."""
    try:
        app()
    except MusnadError as error:
        fail(str(error))
    except OSError as error:
        fail(f"{error.filename}: {error.strerror}" if error.filename else str(error))
    except KeyboardInterrupt:
        fail("interrupted; run the same command again to go on")


@app.command()
def version() -> None:
    """Print the version. Example: `musnad version`"""
    from . import __version__

    say(__version__)


@app.command()
def init(directory: Annotated[Path, typer.Argument(help="The folder to make a project of.")]) -> None:
    """Make a new project. Example: `musnad init my-news`"""
    from .corpus.store import init as make

    say(f"{make(directory).root} is a musnad project; add articles with `musnad corpus add FILE…`")


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
        warn(str(refusal))
    if as_json:
        print_json({"added": summary.added, "unchanged": summary.unchanged, "refused": len(summary.refused)})
    else:
        say(f"{summary.added} added, {summary.unchanged} there already, {len(summary.refused)} refused")
    if summary.set_aside:
        fail(f"what was refused is set aside in {summary.set_aside}")


@corpus_app.command("list")
def corpus_list(project: ProjectDir = None, as_json: Json = False) -> None:
    """List the articles, a line each. Example: `musnad corpus list`"""
    refusals: list[Refusal] = []
    for article in _articles(_project(project).articles, refusals):
        row = {"id": article.id, "publisher": article.publisher, "published": article.published,
               "characters": len(article.text), "title": article.title}  # fmt: skip
        say(json.dumps(row, ensure_ascii=False) if as_json else "\t".join(str(cell or "-") for cell in row.values()))
    end(refusals)


@corpus_app.command("show")
def corpus_show(article_id: str, project: ProjectDir = None, as_json: Json = False) -> None:
    """Print an article's text, or with `--json` its record. Example: `musnad corpus show economy-1`"""
    for article in _articles(_project(project).articles, []):
        if article.id == article_id:
            print_json(article) if as_json else say(article.text)
            return
    fail(f"there is no article {article_id!r} in the project; `musnad corpus list` lists them")


@corpus_app.command("check")
def corpus_check(project: ProjectDir = None) -> None:
    """Check every article of the project. Example: `musnad corpus check`"""
    from .corpus.check import check

    end(check(_project(project)))
    say("every article is whole")


@corpus_app.command("stories")
def corpus_stories(project: ProjectDir = None, as_json: Json = False) -> None:
    """Join articles that tell the same story, with the reason. Example: `musnad corpus stories`"""
    from .corpus.stories import stories

    home, refusals = _project(project), list[Refusal]()
    layers = _layers(home.gold if home.gold.exists() else home.predictions, refusals)
    for story in stories(_articles(home.articles, refusals), layers, days=home.settings.stories.days):
        if as_json:
            print_json(story)
        else:
            say("\t".join([story.id, ", ".join(story.article_ids), "; ".join(story.reasons)]))
    end(refusals)


@app.command()
def rehydrate(
    standoff: Annotated[Path, typer.Argument(help="A folder of standoff layers with its manifest.json.")],
    articles: Annotated[Path, typer.Option("--articles", help="The folder of your own copies of the texts.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="The folder to write full records to.")],
) -> None:
    """Join standoff layers to your copies of the texts. Example: `musnad rehydrate standoff --articles news -o out`"""
    from .corpus.rehydrate import rehydrate as join

    done = join(standoff, articles, out)
    say(f"{done.articles} articles and {done.layers} layers written to {out}")
    end([*done.missing, *done.refused])


@app.command()
def preannotate(
    source: Annotated[Path | None, typer.Argument(help="articles.jsonl; the project's if left out.")] = None,
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The file to write; `-` for standard output.")] = None,
    layers: Annotated[
        str, typer.Option(help="Which layers, with commas between.")
    ] = "entities,quantities,attributions",
    entities: Annotated[str, typer.Option(help="Who finds the entities: auto, rules, crf or camel.")] = "auto",
    workers: Annotated[int, typer.Option(help="Processes; 0 for one on each core.")] = 1,
    project: ProjectDir = None,
) -> None:
    """Annotate articles automatically, a layer each. Example: `musnad preannotate news.jsonl -o predictions.jsonl`"""
    import msgspec

    from .annotation.preannotate.pipeline import layer_names
    from .annotation.preannotate.run import preannotate as run
    from .schema.jsonl import read_articles, write_jsonl

    names, bare = layer_names(layers), source is not None
    if source is None:
        home = _project(project)
        source, out = home.articles, out or home.predictions
    refusals: list[Refusal] = []
    articles = progress(read_articles(source, refusals, bare=bare), "pre-annotating")
    found = run(articles, names, entities=entities, workers=workers)
    if out is None or str(out) == "-":
        for layer in found:
            sys.stdout.buffer.write(msgspec.json.encode(layer) + b"\n")
    else:
        say(f"{write_jsonl(out, found)} layers written to {out}")
    end(refusals)


@app.command()
def adjudicate(
    auto: Annotated[bool, typer.Option("--auto", help="Take what is unanimous; leave the rest open.")] = False,
    decisions: Annotated[Path | None, typer.Option(help="An adjudicator's layers, one for each article.")] = None,
    project: ProjectDir = None,
) -> None:
    """Make gold of the annotators' layers. Example: `musnad adjudicate --auto`"""
    from .annotation.adjudication import adjudicate_all
    from .schema.jsonl import write_jsonl

    if auto == bool(decisions):
        fail("say how: `--auto` for what is unanimous, or `--decisions FILE` with an adjudicator's layers")
    home, refusals = _project(project), list[Refusal]()
    articles = {article.id: article for article in _articles(home.articles, refusals)}
    decided = {layer.article_id: layer for layer in _layers(decisions, refusals, articles)} if decisions else {}
    made = adjudicate_all(_layers(home.annotations, refusals, articles), decided)
    written = write_jsonl(home.gold, [one.gold for one in made.values() if one.gold is not None])
    states = [one.state for one in made.values()]
    counts = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
    say(f"gold of {written} articles written to {home.gold} ({counts})")
    end(refusals)


@app.command()
def evaluate(
    predicted: Annotated[Path, typer.Argument(help="Layers to score.")],
    gold: Annotated[Path, typer.Argument(help="Gold layers of the same articles.")],
    articles: ArticlesFile = None,
    as_json: Json = False,
) -> None:
    """Score layers against gold by layer and label. Example: `musnad evaluate predictions.jsonl gold.jsonl`"""
    from .annotation.agreement.evaluation import evaluate as score
    from .annotation.agreement.evaluation import figures

    refusals: list[Refusal] = []
    texts = {article.id: article for article in _articles(articles, refusals, bare=True)} if articles else None
    report = score(_layers(predicted, refusals, texts), _layers(gold, refusals, texts), texts)
    if as_json:
        print_json(report)
    else:
        table(("layer", "what", "P", "R", "F1 or share", "n"), figures(report))
    if not report.n_articles:
        fail(f"{predicted} and {gold} have no article in common")
    end(refusals)


@app.command()
def studio(
    data: Annotated[Path | None, typer.Option(help="Where its data is; your own state folder if left out.")] = None,
    port: Annotated[int | None, typer.Option(help="The port on 127.0.0.1; a free one if left out.")] = None,
) -> None:
    """Start a local Label Studio and wait until Ctrl-C. Example: `musnad studio --port 8080`"""
    from .annotation.label_studio.logins import state_directory
    from .annotation.label_studio.server import start_server

    with start_server(data or state_directory() / "label-studio", port) as server:
        _open(server)


@app.command()
def demo(
    articles: Annotated[Path | None, typer.Option(help="A folder of texts; the packaged samples if left out.")] = None,
    directory: Annotated[Path | None, typer.Option("--dir", help="The project folder to work in.")] = None,
    keep_open: Annotated[bool, typer.Option("--keep-open", help="Leave Label Studio open until Ctrl-C.")] = False,
) -> None:
    """Go the whole way with packaged articles, or your own. Example: `musnad demo --articles news/`"""
    from .demo import demo as walk

    name = articles.resolve().name if articles else "samples"
    walk(directory or Path("musnad-demo") / name, articles, say, _open if keep_open else None)


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A release.")],
    after: Annotated[Path, typer.Argument(help="A later release.")],
    as_json: Json = False,
) -> None:
    """Say what changed between two releases. Example: `musnad diff releases/1.2.0 releases/1.3.0`"""
    from .export.diff import diff as compare
    from .export.diff import markdown

    changed = compare(before, after)
    if as_json:
        print_json(changed)
    else:
        say(markdown(changed))


@app.command()
def verify(directory: Annotated[Path, typer.Argument(help="A release.")]) -> None:
    """Check that a release is whole, byte for byte. Example: `musnad verify releases/1.0.0`"""
    from .export.release import verify as check

    problems = check(directory)
    for problem in problems:
        warn(problem)
    if problems:
        fail(f"{directory} is not the release that was published: {len(problems)} problems")
    say(f"{directory} is whole")


def _open(server: Server) -> None:
    say(f"Label Studio is at {server.url}, login {server.username}, password {server.password}; Ctrl-C ends it")
    server.wait()


def _project(directory: Path | None) -> Project:
    from .corpus.store import find, read_project

    return read_project(directory) if directory else find()


def _articles(path: Path, refusals: list[Refusal], *, bare: bool = False) -> Iterator[Article]:
    from .schema.jsonl import read_articles

    return read_articles(path, refusals, bare=bare)


def _layers(path: Path, refusals: list[Refusal], articles: dict[str, Article] | None = None) -> Iterator[Layer]:
    from .schema.jsonl import read_layers

    return read_layers(path, refusals, articles)
