"""`musnad demo`: the whole way, from articles through a real Label Studio to a dataset, with the packaged annotations.

The packaged layers of the samples stand in for the work of two annotators; they are handed in through Label Studio's
API by two users made for it. Articles that nothing packaged fits are pushed and wait for a person.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from .annotation.adjudication import adjudicate_all
from .annotation.agreement.report import report
from .annotation.label_studio.client import Studio
from .annotation.label_studio.plan import make_plan
from .annotation.label_studio.pull import pull
from .annotation.label_studio.push import push
from .annotation.label_studio.server import Server, start_server
from .annotation.label_studio.submit import submit
from .annotation.label_studio.users import ensure_user
from .annotation.preannotate.run import preannotate
from .corpus import rehydrate, samples
from .corpus.add import add
from .corpus.store import Project, append, hashes, init
from .corpus.stories import stories
from .export.release import About, release, verify
from .schema.agreement_report import AgreementReport
from .schema.errors import MusnadError
from .schema.jsonl import Refusal, read_articles, read_layers, write_jsonl
from .schema.records import Article, Layer
from .schema.release_files import Manifest
from .schema.studio_files import Plan

VERSION = "1.0.0"
_NAME = "demo"
_STATE = "MUSNAD_STATE"
_NOTE = (
    "Made by `musnad demo`. The two annotators' layers and the gold were written by language models, "
    "not by people, and are shipped with musnad."
)


class Packaged(NamedTuple):
    """The layers shipped with musnad: two annotators' by article and name, and the adjudicator's by article."""

    passes: Mapping[str, Sequence[Layer]]
    gold: Mapping[str, Layer]


def demo(
    directory: Path,
    articles: Path | None,
    say: Callable[[str], None],
    keep_open: Callable[[Server], None] | None = None,
) -> Path | None:
    """Go the whole way in `directory` and return the release's folder, None when no packaged layer fits the articles.

    `articles` is a folder of texts; without it the packaged samples are used. `say` is told each step. The server is
    stopped at the end, after `keep_open` (when given) returns. A second run finds everything there and doubles nothing.
    Raises MusnadError when a step can't be done.
    """
    project = init(directory)
    texts = _ingest(project, articles, say)
    predictions = {layer.article_id: layer for layer in preannotate(texts.values())}
    write_jsonl(project.predictions, predictions.values())
    marks = [len(layer.entities) + len(layer.quantities) + len(layer.attributions) for layer in predictions.values()]
    say(f"pre-annotated: {sum(marks)} marks in {len(texts)} articles → {project.predictions}")

    packaged = _packaged(texts)
    annotators = sorted({layer.annotator for some in packaged.passes.values() for layer in some}) or ["ann-a", "ann-b"]
    told = stories(texts.values(), predictions.values(), days=project.settings.stories.days)
    story_of = {article: story.id for story in told for article in story.article_ids}
    plan = make_plan(_NAME, list(texts), annotators, overlap=len(annotators), control=0.0, stories=story_of)
    state = os.environ.setdefault(_STATE, str(directory.absolute() / ".state"))
    say("starting Label Studio (the first start sets up its database)")
    with start_server(Path(state) / "label-studio") as server:
        layers = _annotate(server, plan, texts, predictions, packaged, say)
        place = _publish(project, texts, layers, packaged, say) if layers else None
        say(f"to look at the tasks in Label Studio: musnad studio --data {Path(state) / 'label-studio'}")
        if keep_open:
            keep_open(server)
    return place


def load(place: Path) -> dict[str, int]:
    """Load every config of a release with `datasets.load_dataset` and return how many rows each has."""
    os.environ.setdefault("HF_HUB_OFFLINE", "1")
    from datasets import disable_progress_bars, load_dataset

    from .export.features import CONFIGS

    disable_progress_bars()
    with TemporaryDirectory() as cache:
        return {
            config: sum(len(split) for split in load_dataset(str(place), config, cache_dir=cache).values())
            for config in CONFIGS
        }


def _ingest(project: Project, folder: Path | None, say: Callable[[str], None]) -> dict[str, Article]:
    if folder is None:
        there = hashes(project)
        added = append(project, [article for article in samples.articles() if article.id not in there])
        say(f"ingested: {added} sample articles added, {len(there)} there already → {project.articles}")
    else:
        summary = add(project, [folder])
        say(f"ingested: {summary.added} articles added, {summary.unchanged} there already → {project.articles}")
        for refusal in summary.refused:
            say(f"refused: {refusal}")
    refusals: list[Refusal] = []
    texts = {article.id: article for article in read_articles(project.articles, refusals)}
    if refusals or not texts:
        raise MusnadError(str(refusals[0]) if refusals else f"{folder} holds no article that can be read")
    return texts


def _packaged(texts: Mapping[str, Article]) -> Packaged:
    """The shipped layers that were made for these very texts."""
    passes: dict[str, list[Layer]] = {}
    gold: dict[str, Layer] = {}
    for layer in _shipped():
        article = texts.get(layer.article_id)
        if article is None or article.sha256 != layer.sha256:
            continue
        if layer.annotator == "gold":
            gold[article.id] = layer
        else:
            passes.setdefault(article.id, []).append(layer)
    return Packaged(passes, gold)


def _shipped() -> Iterator[Layer]:
    for name in samples.layer_names():
        yield from samples.layers(name)
    if folder := rehydrate.packaged():
        for path in sorted(folder.glob("*.jsonl")):
            yield from read_layers(path, [])


def _annotate(
    server: Server,
    plan: Plan,
    texts: Mapping[str, Article],
    predictions: Mapping[str, Layer],
    packaged: Packaged,
    say: Callable[[str], None],
) -> list[Layer]:
    tokens = {annotator: ensure_user(server.url, server.token, annotator) for annotator in plan.annotators}
    with Studio(server.url, server.token) as studio:
        pushed = push(studio, plan, texts, predictions)
        say(f"pushed: {pushed}")
        for annotator, token in tokens.items():
            own = [layer for some in packaged.passes.values() for layer in some if layer.annotator == annotator]
            with Studio(server.url, token) as as_annotator:
                sent = submit(as_annotator, plan.name, own, texts)
            say(f"submitted as {annotator}: {sent} annotations of {len(own)} articles (packaged, no person's work)")
        pulled = pull(studio, plan, {article.id: article.sha256 for article in texts.values()})
    for item in (*pulled.quarantine, *pulled.notices):
        say(f"needs a look: {item}")
    say(f"pulled: {pulled}")
    if waiting := [article for article in texts if article not in packaged.passes]:
        say(f"waiting for a person in Label Studio: {', '.join(waiting)}")
    return pulled.layers


def _publish(
    project: Project,
    texts: Mapping[str, Article],
    layers: Sequence[Layer],
    packaged: Packaged,
    say: Callable[[str], None],
) -> Path:
    write_jsonl(project.annotations, layers)
    made = adjudicate_all(layers, packaged.gold)
    gold = [one.gold for one in made.values() if one.gold is not None]
    write_jsonl(project.gold, gold)
    figures = report(texts, layers, gold=gold)
    say(f"agreement over {figures.n_articles} articles (mean pairwise F1): {_f1(figures)}")
    disputed = sum(one.disputed for one in made.values())
    say(f"adjudicated: gold of {len(gold)} articles, {disputed} disputed marks decided → {project.gold}")
    place = project.releases / VERSION
    manifest = release(
        place,
        VERSION,
        _about(project),
        articles=texts,
        gold=gold,
        layers=layers,
        stories=stories(texts.values(), gold, days=project.settings.stories.days),
        report=figures,
    )
    if problems := verify(place):
        raise MusnadError(f"{place} is not whole: {problems[0]}")
    say(f"released {VERSION}: {_splits(manifest)} → {place}")
    say("loaded with datasets.load_dataset: " + ", ".join(f"{config} {rows}" for config, rows in load(place).items()))
    return place


def _about(project: Project) -> About:
    settings = project.settings.dataset
    return About(
        name=settings.name,
        license=settings.license.lower(),
        annotations_creators=("machine-generated",),
        description=_NOTE,
    )


def _f1(figures: AgreementReport) -> str:
    values = ((layer, one.measures["f1_exact"].value) for layer, one in figures.layers.items())
    return ", ".join(f"{layer} {'undefined' if value is None else f'{value:.2f}'} exact" for layer, value in values)


def _splits(manifest: Manifest) -> str:
    return ", ".join(f"{count} {split}" for split, count in manifest.articles.items())
