"""A project's files gathered into a release or a report page."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from ..annotation.agreement.report import report
from ..corpus.store import Project
from ..corpus.stories import Story, stories
from ..schema.agreement_report import AgreementReport
from ..schema.errors import MusnadError
from ..schema.jsonl import Refusal, read_articles, read_layers
from ..schema.records import Article, Layer
from ..schema.release_files import Manifest
from .html import page
from .release import About, entries_of, release


class Gathered(NamedTuple):
    """What a project has to publish: articles by id, gold, people's layers, stories, and the agreement report."""

    articles: dict[str, Article]
    gold: list[Layer]
    layers: list[Layer]
    stories: list[Story]
    report: AgreementReport


def gather(project: Project) -> Gathered:
    """Read a project's records. Raises MusnadError at the first bad one: what is published is whole."""
    refusals: list[Refusal] = []
    articles = {article.id: article for article in read_articles(project.articles, refusals)}
    gold = _layers(project.gold, "musnad adjudicate", articles, refusals)
    layers = _layers(project.annotations, "musnad pull", articles, refusals)
    if refusals:
        raise MusnadError(f"{refusals[0]}: mend it first, nothing is published in part ({len(refusals)} such records)")
    told = stories(articles.values(), gold, days=project.settings.stories.days)
    return Gathered(articles, gold, layers, told, report(articles, layers, gold=gold))


def publish(
    project: Project, version: str, directory: Path, *, previous: Path | None = None, seed: int = 0
) -> Manifest:
    """Release a project's gold and layers as `version` into `directory`; see `release`."""
    found = gather(project)
    settings = project.settings.dataset
    about = About(
        name=settings.name, license=settings.license.lower(), annotations_creators=settings.annotations_creators
    )
    return release(
        directory,
        version,
        about,
        articles=found.articles,
        gold=found.gold,
        layers=found.layers,
        stories=found.stories,
        report=found.report,
        previous=previous,
        seed=seed,
    )


def report_page(project: Project) -> str:
    """Return the HTML page of a project; see `page`."""
    found = gather(project)
    return page(
        project.settings.dataset.name, entries_of(found.articles, found.gold, found.layers, found.stories), found.report
    )


def _layers(path: Path, maker: str, articles: dict[str, Article], refusals: list[Refusal]) -> list[Layer]:
    if not path.exists():
        raise MusnadError(f"{path} is not there: run `{maker}` first")
    found: Iterable[Layer] = read_layers(path, refusals, articles)
    return list(found)
