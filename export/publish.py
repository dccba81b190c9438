"""A project's files gathered into a release or a report page."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain, islice
from pathlib import Path
from typing import NamedTuple

from ..annotation.agreement.disagreements import disagreements
from ..annotation.agreement.report import report
from ..annotation.label_studio.logins import state_directory
from ..corpus.store import Project
from ..corpus.stories import Story, join_stories
from ..schema.agreement_report import AgreementReport
from ..schema.errors import MusnadError
from ..schema.jsonl import Refusal, read_layers
from ..schema.release_files import Manifest, TextPolicy
from ..schema.studio_files import Status
from .gate import check
from .html import page
from .pseudonyms import Pseudonyms, stored
from .reading import read_manifest
from .release import About, release_shelf, standing_splits
from .shelf import Filed, entries
from .splits import tying


class Gathered(NamedTuple):
    """What a project has to publish: records, stories of several articles, what is set aside and why, agreement."""

    shelf: Filed
    stories: list[Story]
    set_aside: dict[str, str]
    report: AgreementReport


def gather(project: Project, splits: Mapping[str, str] | None = None) -> Gathered:
    """Index a project's records; `splits` says where articles stand already.

    Raises MusnadError at the first bad record: what is published is whole. Raises LeakError when articles that stand in
    different splits tell one story.
    """
    refusals: list[Refusal] = []
    for path, maker in ((project.gold, "musnad adjudicate"), (project.annotations, "musnad pull")):
        if not path.exists():
            raise MusnadError(f"{path} is not there: run `{maker}` first")
    shelf = Filed(project.articles, project.gold, project.annotations, refusals)
    if refusals:
        raise MusnadError(f"{refusals[0]}: mend it first, nothing is published in part ({len(refusals)} such records)")
    told, set_aside = _told(project, shelf, splits or {})
    # The pre-annotations are no annotator, but tell how far people were pulled towards them.
    machine = read_layers(project.predictions, refusals, shelf.articles) if project.predictions.exists() else ()
    figures = report(shelf.articles, chain(shelf.every_layer(), machine), gold=shelf.every_gold())
    if refusals:
        raise MusnadError(f"{refusals[0]}: run `musnad preannotate` again ({len(refusals)} such records)")
    return Gathered(shelf, told, set_aside, figures)


def publish(
    project: Project,
    version: str,
    directory: Path,
    *,
    previous: Path | None = None,
    seed: int = 0,
    text_policy: TextPolicy | None = None,
    min_agreement: Sequence[str] = (),
    pseudonyms: Pseudonyms | None = None,
) -> Manifest:
    """Release a project's gold and layers as `version` into `directory`; see `release_shelf`.

    `previous` is the release before this one, by default the highest version below it in the project's releases or
    beside `directory`; a version below one that is there must name it, or articles could change their split.
    `min_agreement`: bars such as `u_alpha=0.6` or `entities.f1_exact=0.8`; a report below one is not published. New
    articles that would tie together stories of two splits of `previous` are set aside. Annotators appear under
    pseudonyms keyed by a secret of this machine (or `pseudonyms`), whatever the settings say of who made the layers.

    Raises MusnadError for all that keeps a release from being published.
    """
    settings = project.settings.dataset
    previous = previous or latest([project.releases, directory.parent], version, settings.name)
    found = gather(project, standing_splits(previous) if previous else None)
    check(found.report, min_agreement)
    return release_shelf(
        directory,
        version,
        About(name=settings.name, license=settings.license.lower(), annotations_creators=settings.annotations_creators),
        found.shelf,
        stories=found.stories,
        report=found.report,
        previous=previous,
        seed=seed,
        text_policy=text_policy or settings.text_policy,
        set_aside=found.set_aside,
        pseudonyms=pseudonyms or stored(state_directory()),
    )


def latest(folders: Iterable[Path], version: str, name: str) -> Path | None:
    """Return the release of the dataset `name` with the highest version below `version` in `folders`, None without one.

    Raises MusnadError for what is no version, and for one that is not there while a higher one is.
    """
    limit = _number(version)
    places = [path.parent for folder in folders for path in folder.glob("*/release.json")]
    there = {
        _number(manifest.version): place
        for place in places
        if not place.name.startswith(".")  # what a killed run left
        and (manifest := read_manifest(place)).name == name
    }
    highest = max(there, default=limit)
    if highest > limit and limit not in there:
        raise MusnadError(
            f"{there[highest]} is published already: choose a version above it, or name the release that {version} "
            "follows with --previous"
        )
    return max(((number, place) for number, place in there.items() if number < limit), default=(limit, None))[1]


def report_page(project: Project, status: Status | None = None, *, limit: int = 500) -> str:
    """Return the HTML page of a project, with the state of the work on the server where it is given; see `page`.

    At most `limit` articles are shown, whole stories and the largest of them first: a browser opens no page of all
    articles of a large corpus. The agreement is that of all articles.
    """
    found = gather(project)
    shelf = found.shelf
    disputes = disagreements(shelf.articles, shelf.every_layer())
    shown = list(entries(shelf, found.stories, sorted(_first(shelf, found.stories, limit))))
    return page(project.settings.dataset.name, shown, found.report, disputes, status, n_articles=len(shelf.ids))


def _first(shelf: Filed, stories: Sequence[Story], limit: int) -> list[str]:
    """The articles of the largest stories that fit whole, then others."""
    chosen: list[str] = []
    for story in sorted(stories, key=lambda story: -len(story.article_ids)):
        if len(chosen) + len(story.article_ids) <= limit:
            chosen += story.article_ids
    held = set(chosen)
    others = (article_id for article_id in shelf.ids if article_id not in held)
    return [*chosen, *islice(others, limit - len(chosen))]


def _number(version: str) -> tuple[int, ...]:
    if not re.fullmatch(r"\d+\.\d+\.\d+", version):
        raise MusnadError(f"{version!r} is no version: write it as 1.2.0")
    return tuple(map(int, version.split(".")))


def _told(project: Project, shelf: Filed, splits: Mapping[str, str]) -> tuple[list[Story], dict[str, str]]:
    """Return the stories of several articles, none of them in two splits, and new articles left out for that."""
    set_aside: dict[str, str] = {}
    while True:
        kept = (article_id for article_id in shelf.ids if article_id not in set_aside)
        told = ((shelf.article(article_id), shelf.gold(article_id).quantities) for article_id in kept)
        joined = join_stories(told, days=project.settings.stories.days, splits=splits)
        if not joined.ties:
            return joined.stories, dict(sorted(set_aside.items()))
        set_aside |= tying(joined.ties, splits)
