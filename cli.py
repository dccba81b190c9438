"""The front door: one command for each step from articles to a published dataset."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from .console import end, fail, print_json, progress, say, show, table, visible, warn
from .schema.errors import MusnadError

if TYPE_CHECKING:
    from .annotation.label_studio.client import Studio
    from .annotation.label_studio.server import Server
    from .annotation.preannotate.document import LayerName
    from .corpus.store import Project
    from .schema.jsonl import Refusal
    from .schema.records import Article, Layer

app = typer.Typer(
    no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, rich_markup_mode="markdown"
)
corpus_app = typer.Typer(no_args_is_help=True, help="The articles of the project: add, list, show, check, stories.")
app.add_typer(corpus_app, name="corpus")
train_app = typer.Typer(no_args_is_help=True, help="Train the parts that learn: entities.")
app.add_typer(train_app, name="train")

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
        fail(f"{error.filename}: {error.strerror}" if error.filename else f"{error.strerror or error}{_room(error)}")
    except KeyboardInterrupt:
        fail("interrupted; run the same command again to go on")


def _room(error: OSError) -> str:
    """What to do about a full disk when it is not said which file found no room."""
    import errno
    import tempfile

    full = error.errno in (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)
    there = tempfile.gettempdir()
    return f": make room for the result, and in {there} (or set TMPDIR), and run the same command again" if full else ""


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
    for path in summary.passed_over:
        warn(f"{path}: passed over, no reader for this kind of file")
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
        if as_json:
            print_json(row)
        else:
            say("\t".join(visible(str(cell or "-")) for cell in row.values()))
    end(refusals)


@corpus_app.command("show")
def corpus_show(article_id: str, project: ProjectDir = None, as_json: Json = False) -> None:
    """Print an article's text, or with `--json` its record. Example: `musnad corpus show economy-1`"""
    for article in _articles(_project(project).articles, []):
        if article.id == article_id:
            print_json(article) if as_json else show(article.text)
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

    home = _project(project)
    refusals: list[Refusal] = []
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
    entities: Annotated[
        str | None, typer.Option(help="auto, rules, crf, camel, or a model's file; as musnad.toml says if left out.")
    ] = None,
    workers: Annotated[int, typer.Option(help="Processes; 0 for one on each core.")] = 1,
    engine: Annotated[str, typer.Option(help="local, or ray: the extra `ray`, for folders and clusters.")] = "local",
    address: Annotated[str | None, typer.Option(help="Of a Ray cluster; one is started here if left out.")] = None,
    project: ProjectDir = None,
) -> None:
    """Annotate articles automatically, a layer each. Example: `musnad preannotate news.jsonl -o predictions.jsonl`"""
    from .annotation.preannotate.pipeline import layer_names
    from .annotation.preannotate.run import encoded, preannotate_to
    from .schema.jsonl import read_articles

    names, bare = layer_names(layers), source is not None
    if source is None:
        home = _project(project)
        source, out, entities = home.articles, out or home.predictions, entities or _entities_of(home)
    entities = entities or "auto"
    if engine != "local":
        _preannotate_with(engine, str(source), str(out or "-"), names, entities, workers, address)
        return
    refusals: list[Refusal] = []
    articles = progress(read_articles(source, refusals, bare=bare), "pre-annotating")
    if out is None or str(out) == "-":
        for line in encoded(articles, names, entities=entities, workers=workers):
            sys.stdout.buffer.write(line)
    else:
        done = preannotate_to(out, articles, names, entities=entities, workers=workers)
        kept = f" ({done.resumed} of them made before an interruption)" if done.resumed else ""
        say(f"{done.layers} layers written to {out}{kept}")
    end(refusals)


@train_app.command("entities")
def train_entities(
    out: Annotated[Path, typer.Option("-o", "--out", help="The model to write.")],
    corpora: Annotated[list[Path] | None, typer.Argument(help="CoNLL files, a word and its tag a line.")] = None,
    release: Annotated[Path | None, typer.Option(help="A release whose training split is learned from too.")] = None,
    seed: Annotated[int, typer.Option(help="Of the order of the sentences.")] = 0,
    as_json: Json = False,
) -> None:
    """Train the entity model. Example: `musnad train entities news.conll --release releases/1.0.0 -o own.npz`

    What a release teaches is joined to the shipped model, and the gain on its test split is told.
    """
    from .annotation.preannotate.entities.training import DEFAULT
    from .annotation.preannotate.entities.training import train_entities as train
    from .export.retraining import retrain

    if release:
        made = retrain(release, out, corpora or [], seed=seed)
        if as_json:
            print_json(made)
            return
        say(f"{out}: trained on {made.sentences} sentences, weighing {made.share:g} beside the shipped model")
        say(made.told())
    elif corpora:
        count = train(corpora, [], out, settings=DEFAULT._replace(seed=seed))
        say(f"{out}: trained on {count} sentences")
    else:
        fail("name a CoNLL file or a release to learn from")
    say(f"to use it: `musnad preannotate --entities {out}`, or name it as `entities` in musnad.toml")


@app.command()
def adjudicate(
    auto: Annotated[bool, typer.Option("--auto", help="Take what is unanimous; leave the rest open.")] = False,
    decisions: Annotated[Path | None, typer.Option(help="An adjudicator's layers, one for each article.")] = None,
    send: Annotated[str | None, typer.Option(help="Open the disputes in Label Studio for this adjudicator.")] = None,
    fetch: Annotated[str | None, typer.Option(help="Take this adjudicator's decisions from Label Studio.")] = None,
    project: ProjectDir = None,
) -> None:
    """Make gold of the annotators' layers. Example: `musnad adjudicate --auto`; `--send huda`, then `--fetch huda`

    What an adjudicator has decided stays decided: to open an article again, delete its line in gold.jsonl.
    """
    from .corpus.store import locked

    if [auto, bool(decisions), bool(send), bool(fetch)].count(True) != 1:
        fail("say how: `--auto`, `--decisions FILE`, `--send ADJUDICATOR` or `--fetch ADJUDICATOR`")
    home = _project(project)
    refusals: list[Refusal] = []
    with nullcontext() if send else locked(home, "gold", "adjudicating"):
        articles = {article.id: article for article in _articles(home.articles, refusals)}
        layers = list(_layers(home.annotations, refusals, articles))
        if send:
            say(_send_disputes(home, send, articles, layers))
        else:
            decided = _decided_before(home, articles)
            if fetch:
                decided |= _decisions(home, fetch, articles, layers)
            elif decisions:
                decided |= {layer.article_id: layer for layer in _layers(decisions, refusals, articles)}
            say(_write_gold(home, layers, decided))
    end(refusals)


@app.command()
def evaluate(
    predicted: Annotated[Path, typer.Argument(help="Layers to score.")],
    gold: Annotated[Path, typer.Argument(help="Gold layers of the same articles, or a release.")],
    against: Annotated[Path | None, typer.Option(help="Layers of another system, to compare with.")] = None,
    split: Annotated[str, typer.Option(help="Of a release.")] = "test",
    articles: ArticlesFile = None,
    draws: Annotated[int, typer.Option(help="Bootstrap draws over articles.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    as_json: Json = False,
) -> None:
    """Score layers by layer and label. Example: `musnad evaluate predictions.jsonl releases/1.0.0 --against old.jsonl`

    Against a release, or another system, every score has its 95 % interval.
    """
    from .annotation.agreement.evaluation import evaluate as score
    from .annotation.agreement.evaluation import figures

    refusals: list[Refusal] = []
    texts = _texts(articles, refusals) if articles else None
    if gold.is_dir() or against:
        _evaluate_drawn(predicted, gold, against, split, texts, draws, seed, as_json, refusals)
        return
    report = score(_layers(predicted, refusals, texts), _layers(gold, refusals, texts), texts)
    if as_json:
        print_json(report)
    else:
        table(("layer", "what", "P", "R", "F1 or share", "n"), figures(report))
    if not report.n_articles:
        fail(f"{predicted} and {gold} have no article in common")
    end(refusals)


@app.command()
def plan(
    annotators: Annotated[str, typer.Option(help="Pseudonyms, with commas between.")],
    overlap: Annotated[int | None, typer.Option(help="Annotators for each article; musnad.toml's if left out.")] = None,
    control: Annotated[float | None, typer.Option(help="Share of tasks sent without pre-annotation.")] = None,
    seed: Annotated[int | None, typer.Option(help="Of the dealing out.")] = None,
    spread: Annotated[bool, typer.Option("--spread", help="Give a story's articles to different annotators.")] = False,
    project: ProjectDir = None,
) -> None:
    """Deal articles out to annotators; new articles join what is dealt. Example: `musnad plan --annotators a,b,c`"""
    from .annotation.label_studio.plan import make_plan, read_plan
    from .corpus.store import locked
    from .corpus.stories import stories
    from .schema.jsonl import write_json

    home = _project(project)
    refusals: list[Refusal] = []
    told = stories(_articles(home.articles, refusals), days=home.settings.stories.days)
    given = home.settings.plan
    with locked(home, "studio", "planning"):
        made = make_plan(
            home.settings.dataset.name,
            [article for story in told for article in story.article_ids],
            [name.strip() for name in annotators.split(",") if name.strip()],
            overlap=given.overlap if overlap is None else overlap,
            control=given.control if control is None else control,
            seed=given.seed if seed is None else seed,
            stories={article: story.id for story in told for article in story.article_ids},
            keep="spread" if spread else "together",
            existing=read_plan(home.plan) if home.plan.exists() else None,
        )
        write_json(home.plan, made)
    say(f"{len(made.assignments)} tasks for {len(made.annotators)} annotators written to {home.plan}")
    end(refusals)


@app.command()
def push(project: ProjectDir = None) -> None:
    """Send the planned tasks with their pre-annotations to Label Studio. Example: `musnad push`"""
    from .annotation.label_studio.instructions import instructions
    from .annotation.label_studio.plan import read_plan
    from .annotation.label_studio.push import push as send
    from .annotation.label_studio.users import ensure_user
    from .schema.jsonl import FiledArticles, FiledLayers

    home = _project(project)
    refusals: list[Refusal] = []
    with _studio(home, "pushing") as (server, token):
        articles = FiledArticles(home.articles, refusals)
        layers = FiledLayers(home.predictions, refusals, articles) if home.predictions.exists() else {}
        dealt = read_plan(home.plan)
        for annotator in dealt.annotators:
            ensure_user(server.url, token, annotator)
        done = send(server, dealt, articles, layers, instructions=instructions())
    for notice in done.notices:
        warn(notice)
    say(str(done))
    end(refusals)


@app.command()
def pull(project: ProjectDir = None) -> None:
    """Fetch what annotators have submitted in Label Studio. Example: `musnad pull`"""
    from .annotation.label_studio.plan import read_plan
    from .annotation.label_studio.pull import pull_to
    from .schema.jsonl import write_jsonl

    home = _project(project)
    refusals: list[Refusal] = []
    with _studio(home, "pulling") as (server, _):
        hashes = {article.id: article.sha256 for article in _articles(home.articles, refusals)}
        done = pull_to(home.annotations, home.incomplete, server, read_plan(home.plan), hashes)
        aside = home.quarantine / "pull.jsonl"
        if done.quarantine or aside.exists():
            write_jsonl(aside, done.quarantine)
    for notice in done.notices:
        warn(notice)
    say(f"{done}; written to {home.annotations}")
    if done.quarantine:
        warn(f"what fits no record is set aside in {aside}")
    end([*refusals, *done.quarantine])


@app.command()
def status(project: ProjectDir = None, as_json: Json = False) -> None:
    """Say who has done how much, how fast, and what became of the pre-annotations. Example: `musnad status`"""
    from .annotation.label_studio.plan import read_plan
    from .annotation.label_studio.status import FATE_TITLES, PROGRESS_TITLES, fate_rows, progress_rows
    from .annotation.label_studio.status import status as state

    home = _project(project)
    refusals: list[Refusal] = []
    hashes = {article.id: article.sha256 for article in _articles(home.articles, refusals)}
    with _studio() as (server, _):
        found = state(server, read_plan(home.plan), hashes)
    if as_json:
        print_json(found)
    else:
        table(PROGRESS_TITLES, progress_rows(found))
        if found.fates:
            table(FATE_TITLES, fate_rows(found))
        for notice in found.notices:
            warn(notice)
    end(refusals)


@app.command()
def agreement(
    annotations: Annotated[Path | None, typer.Argument(help="annotations.jsonl; the project's if left out.")] = None,
    articles: ArticlesFile = None,
    list_: Annotated[bool, typer.Option("--list", help="List the measures and end.")] = False,
    disputes: Annotated[
        Path | None, typer.Option("--disagreements", help="Write every disagreement, costliest first, to this file.")
    ] = None,
    html: Annotated[Path | None, typer.Option(help="Write a page of the figures and the disagreements.")] = None,
    gold: Annotated[Path | None, typer.Option(help="Gold layers; the project's if left out.")] = None,
    gamma: Annotated[bool, typer.Option("--gamma", help="γ too, through the extra `gamma`; slow.")] = False,
    quality: Annotated[bool, typer.Option("--quality", help="Dawid and Skene's model too, extra `quality`.")] = False,
    draws: Annotated[int, typer.Option(help="Bootstrap draws over articles.")] = 1000,
    seed: Annotated[int, typer.Option(help="Of the bootstrap.")] = 0,
    project: ProjectDir = None,
    as_json: Json = False,
) -> None:
    """Measure how far annotators agree. Example: `musnad agreement annotations.jsonl --articles articles.jsonl`"""
    from itertools import chain

    from .annotation.agreement import disagreements, measures, report
    from .annotation.agreement.page import page
    from .annotation.agreement.report import rows
    from .schema.jsonl import write_jsonl, writing

    if list_:
        table(("measure", "of", "what it is", "source"), [(m.name, m.scope, m.title, m.source) for m in measures()])
        return
    refusals: list[Refusal] = []
    machine: Path | None = None
    if annotations is None or articles is None:
        home = _project(project)
        annotations, articles, gold = annotations or home.annotations, articles or home.articles, gold or home.gold
        machine = home.predictions
    texts = _texts(articles, refusals)
    layers = _again(annotations, refusals, texts)
    # The pre-annotations are no annotator, but tell how far people were pulled towards them.
    seen = _layers(machine, refusals, texts) if machine and machine.exists() else ()
    golden = _layers(gold, refusals, texts) if gold and gold.exists() else None
    try:
        figures = report(
            texts, chain(layers(), seen), draws=draws, seed=seed, gold=golden, gamma=gamma, quality=quality
        )
    except ModuleNotFoundError as error:
        fail(str(error))
    if disputes:
        warn(f"{write_jsonl(disputes, disagreements(texts, layers()))} disagreements written to {disputes}")
    if html:
        with writing(html) as file:
            file.write(page(figures, disagreements(texts, layers())).encode())
        warn(f"page written to {html}")
    if as_json:
        print_json(figures)
    else:
        say(f"{figures.n_articles} articles, annotators: {', '.join(figures.annotators) or 'none'}")
        if figures.n_articles:
            table(("of", "measure", "value", "low", "high", "units", "undefined because"), rows(figures))
    if not figures.n_articles:
        warn("no article has layers of two annotators: there is no agreement to measure")
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
def release(
    version: Annotated[str, typer.Option(help="MAJOR.MINOR.PATCH.")],
    out: Annotated[Path | None, typer.Option("-o", "--out", help="The folder; releases/VERSION if left out.")] = None,
    previous: Annotated[
        Path | None, typer.Option(help="The release before, whose splits stay; the newest one below if left out.")
    ] = None,
    seed: Annotated[int, typer.Option(help="Of the splits.")] = 0,
    min_agreement: Annotated[
        list[str] | None, typer.Option(help="Refuse below this bar, such as u_alpha=0.6; may be repeated.")
    ] = None,
    offsets_only: Annotated[bool, typer.Option("--offsets-only", help="Publish offsets and hashes, no text.")] = False,
    hub: Annotated[str | None, typer.Option("--push-to-hub", help="Upload to this OWNER/NAME and tag it.")] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="With --push-to-hub: say what would go.")] = False,
    project: ProjectDir = None,
) -> None:
    """Publish the project's gold as a dataset. Example: `musnad release --version 1.0.0`"""
    from .corpus.store import locked
    from .export.hub import plan as listed
    from .export.hub import push as upload
    from .export.publish import publish

    home = _project(project)
    place = out or home.releases / version
    with locked(home, "releases", f"publishing version {version}"):
        manifest = publish(
            home,
            version,
            place,
            previous=previous,
            seed=seed,
            text_policy="offsets-only" if offsets_only else None,
            min_agreement=min_agreement or (),
        )
    if manifest.annotators and set(manifest.annotations_creators) == {"machine-generated"}:
        warn("the card says that no person annotated this: if people did, say so in musnad.toml, annotations_creators")
    say(f"{manifest.name} {version} written to {place}: {', '.join(f'{n} {s}' for s, n in manifest.articles.items())}")
    if hub:
        say(f"would go: {listed(place, hub)}" if dry_run else f"uploaded: {upload(place, hub)}")


@app.command()
def report(
    out: Annotated[Path, typer.Option("-o", "--out", help="The HTML file to write.")] = Path("report.html"),
    progress_of: Annotated[Path | None, typer.Option("--status", help="What `musnad status --json` printed.")] = None,
    limit: Annotated[int, typer.Option("--articles", min=0, help="How many to show, told by several first.")] = 500,
    project: ProjectDir = None,
) -> None:
    """Write one HTML page of articles, agreement and claims across outlets. Example: `musnad report -o report.html`"""
    import msgspec

    from .export.publish import report_page
    from .schema.jsonl import writing
    from .schema.studio_files import Status

    try:
        state = msgspec.json.decode(progress_of.read_bytes(), type=Status) if progress_of else None
    except msgspec.DecodeError as error:
        fail(f"{progress_of}: {error}: give what `musnad status --json` printed")
    with writing(out) as file:
        file.write(report_page(_project(project), state, limit=limit).encode())
    say(f"report written to {out}")


@app.command()
def doctor(as_json: Json = False) -> None:
    """Say what is installed and whether Label Studio answers. Example: `musnad doctor`"""
    from .checkup import checkup

    found = checkup()
    if as_json:
        print_json(found)
    else:
        table(("what", "state"), found.items())


@app.command()
def convert(
    source: Annotated[Path, typer.Argument(help="The file or folder to read.")],
    out: Annotated[Path, typer.Argument(help="The file or folder to write.")],
    source_format: Annotated[str, typer.Option("--from", help="Its format.")] = "jsonl",
    target_format: Annotated[str, typer.Option("--to", help="The format to write.")] = "jsonl",
    articles: ArticlesFile = None,
    annotator: Annotated[str, typer.Option(help="Whose layers they are, where the format doesn't say.")] = "converted",
) -> None:
    """Take layers to or from another format. Example: `musnad convert my-news out --to brat`"""
    from .export.convert import convert as run

    done = run(
        source, out, source_format=source_format, target_format=target_format, articles=articles, annotator=annotator
    )
    say(f"{done.layers} layers written to {out}; {done.lost} marks not as they were; never carried: {done.losses}")


@app.command()
def diff(
    before: Annotated[Path, typer.Argument(help="A release.")],
    after: Annotated[Path, typer.Argument(help="A later release.")],
    as_markdown: Annotated[bool, typer.Option("--markdown", help="Print a section of a changelog.")] = False,
    as_json: Json = False,
) -> None:
    """Say what changed between two releases. Example: `musnad diff releases/1.2.0 releases/1.3.0`"""
    from .export.diff import diff as compare
    from .export.diff_views import markdown, text

    changed = compare(before, after)
    if as_json:
        print_json(changed)
    else:
        say(markdown(changed) if as_markdown else text(changed))


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


def _entities_of(home: Project) -> str:
    """Who finds entities by the project's settings; a model's file is looked for in its folder."""
    chosen = home.settings.preannotate.entities
    return str(home.root / chosen) if chosen.endswith(".npz") else chosen


def _evaluate_drawn(
    predicted: Path,
    gold: Path,
    against: Path | None,
    split: str,
    texts: Mapping[str, Article] | None,
    draws: int,
    seed: int,
    as_json: bool,
    refusals: list[Refusal],
) -> None:
    from .export.scoring import rows, score, titles, truth_at, truth_of

    truth = truth_of(gold, split) if gold.is_dir() else truth_at(gold, refusals, texts)
    other = _layers(against, refusals) if against else None
    found = score(_layers(predicted, refusals), truth, against=other, draws=draws, seed=seed)
    if as_json:
        print_json(found)
    else:
        table(titles(found), rows(found))
        where = f"{found.release} {found.version}, {found.split}: " if found.release else ""
        say(f"{where}{found.n_articles} articles, {len(found.missing)} without prediction, {found.n_outside} outside")
    end(refusals)


def _preannotate_with(
    engine: str, source: str, out: str, layers: Sequence[LayerName], entities: str, workers: int, address: str | None
) -> None:
    if engine != "ray" or out == "-":
        fail("an engine is `local` or `ray`, and `ray` needs `--out`")
    from .annotation.preannotate.ray_engine import preannotate_ray, started

    output: Literal["jsonl", "parquet"] = "parquet" if out.endswith(".parquet") else "jsonl"
    with started(address):
        done = preannotate_ray(source, out, layers, entities=entities, workers=workers or 2, output=output)
    say(f"{done.layers} layers written to {out}")
    end(done.refused)


@contextmanager
def _studio(home: Project | None = None, doing: str = "") -> Iterator[tuple[Studio, str]]:
    """The server that the environment names, and the token; with `home`, no other process changes its work there."""
    from .annotation.label_studio.client import Studio, on_loopback
    from .corpus.store import locked

    url, token = os.environ.get("LABEL_STUDIO_URL"), os.environ.get("LABEL_STUDIO_API_KEY")
    if not url or not token:
        raise MusnadError("set LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY: `musnad studio` starts a server and says how")
    with locked(home, "studio", doing) if home else nullcontext(), Studio(url, token) as studio:
        if not studio.url.startswith("https:") and not on_loopback(studio.url):
            warn(f"{studio.url}: the token and the texts travel unencrypted; use https:// where the server has it")
        yield studio, token


def _send_disputes(home: Project, adjudicator: str, articles: dict[str, Article], layers: list[Layer]) -> str:
    from .annotation.adjudication import adjudicate_all
    from .annotation.label_studio.disputes import dispute_plan, send_disputes
    from .annotation.label_studio.instructions import instructions
    from .annotation.label_studio.plan import read_plan
    from .annotation.label_studio.users import ensure_user

    made = adjudicate_all(layers)
    disputed = [article for article, one in made.items() if one.state == "disagreed"]
    versions = {article: [layer for layer in layers if layer.article_id == article] for article in disputed}
    unanimous = {article: gold for article in disputed if (gold := made[article].gold) is not None}
    plan = dispute_plan(read_plan(home.plan), adjudicator, disputed)
    with _studio(home, "sending disputes") as (server, token):
        ensure_user(server.url, token, adjudicator)
        return str(send_disputes(server, plan, articles, versions, unanimous, instructions=instructions()))


def _decided_before(home: Project, articles: dict[str, Article]) -> dict[str, Layer]:
    from .annotation.adjudication import decisions_in

    refusals: list[Refusal] = []
    found = decisions_in(_layers(home.gold, refusals, articles)) if home.gold.exists() else {}
    if refusals:
        fail(f"{refusals[0]}: mend or remove this line, then adjudicate again; nothing was written")
    return found


def _write_gold(home: Project, layers: list[Layer], decided: Mapping[str, Layer]) -> str:
    from .annotation.adjudication import adjudicate_all
    from .schema.jsonl import write_jsonl

    made = adjudicate_all(layers, decided)
    written = write_jsonl(home.gold, [one.gold for one in made.values() if one.gold is not None])
    states = [one.state for one in made.values()]
    counts = ", ".join(f"{states.count(state)} {state}" for state in sorted(set(states)))
    return f"gold of {written} articles written to {home.gold} ({counts})"


def _decisions(home: Project, adjudicator: str, articles: dict[str, Article], layers: list[Layer]) -> dict[str, Layer]:
    from .annotation.label_studio.disputes import dispute_plan
    from .annotation.label_studio.plan import read_plan
    from .annotation.label_studio.pull import pull as fetch

    plan = dispute_plan(read_plan(home.plan), adjudicator, sorted({layer.article_id for layer in layers}))
    with _studio() as (server, _):
        done = fetch(server, plan, {article.id: article.sha256 for article in articles.values()}, adjudication=True)
    for notice in (*done.notices, *done.quarantine):
        warn(str(notice))
    if done.incomplete:
        articles_left = ", ".join(layer.article_id for layer in done.incomplete)
        warn(f"decided in one pass only, and open until the other is submitted too: {articles_left}")
    return {layer.article_id: layer for layer in done.layers}


def _open(server: Server) -> None:
    say(f"Label Studio is at {server.url} (Ctrl-C ends it); login {server.username}, password {server.password}")
    say(f"to push and pull: export LABEL_STUDIO_URL={server.url} LABEL_STUDIO_API_KEY={server.token}")
    server.wait()


def _project(directory: Path | None) -> Project:
    from .corpus.store import find, read_project

    return read_project(directory) if directory else find()


def _articles(path: Path, refusals: list[Refusal], *, bare: bool = False) -> Iterator[Article]:
    from .schema.jsonl import read_articles

    return read_articles(path, refusals, bare=bare)


def _texts(path: Path, refusals: list[Refusal]) -> Mapping[str, Article]:
    """Articles by id, read from the file whenever one is asked for; what can't be read twice is held."""
    from .schema.jsonl import FiledArticles

    if path.is_file():
        return FiledArticles(path, refusals, bare=True)
    return {article.id: article for article in _articles(path, refusals, bare=True)}


def _layers(path: Path, refusals: list[Refusal], articles: Mapping[str, Article] | None = None) -> Iterator[Layer]:
    from .schema.jsonl import read_layers

    return read_layers(path, refusals, articles)


def _again(path: Path, refusals: list[Refusal], articles: Mapping[str, Article]) -> Callable[[], Iterable[Layer]]:
    """What yields a file's layers anew each time, refusals noted once; what can't be read twice is held."""
    if not path.is_file():
        held = list(_layers(path, refusals, articles))
        return lambda: held
    noted = [refusals]
    return lambda: _layers(path, noted.pop() if noted else [], articles)
