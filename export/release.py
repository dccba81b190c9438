"""A release: a directory that `datasets.load_dataset` reads, written whole or not at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from sys import intern
from typing import Any

import msgspec

from ..corpus.rehydrate import manifest_of
from ..corpus.stories import Story
from ..schema.agreement_report import AgreementReport
from ..schema.guidelines import guidelines
from ..schema.json_schema import write_schemas
from ..schema.jsonl import write_jsonl
from ..schema.records import SCHEMA_VERSION, Article, Layer
from ..schema.release_files import Assignment, Manifest, TextPolicy
from .card import card
from .changelog import write_changes
from .croissant import croissant
from .features import CONFIGS, features
from .integrity import ReleaseError, verify, whole, write_sums
from .plots import write_plots
from .pseudonyms import Pseudonyms, check_names
from .reading import read_manifest
from .shelf import Entry, Held, Shelf, entries
from .splits import SPLITS, assign
from .tables import decided
from .writing import Written, write_tables

__all__ = ["About", "ReleaseError", "entries_of", "previous_splits", "release", "release_shelf", "verify"]


class About(msgspec.Struct, frozen=True, kw_only=True):
    """What a maintainer says of a dataset: its name, its licence and who made the annotations, in the Hub's terms."""

    name: str
    license: str
    annotations_creators: tuple[str, ...]
    description: str = ""


def release(
    directory: Path,
    version: str,
    about: About,
    *,
    articles: Mapping[str, Article],
    gold: Iterable[Layer],
    layers: Iterable[Layer],
    stories: Sequence[Story],
    report: AgreementReport,
    previous: Path | None = None,
    seed: int = 0,
    text_policy: TextPolicy = "full",
    pseudonyms: Pseudonyms | None = None,
) -> Manifest:
    """Publish records that are in memory: see `release_shelf`."""
    shelf = Held(articles, gold, layers)
    return release_shelf(
        directory,
        version,
        about,
        shelf,
        stories=stories,
        report=report,
        previous=previous,
        seed=seed,
        text_policy=text_policy,
        pseudonyms=pseudonyms,
    )


def release_shelf(
    directory: Path,
    version: str,
    about: About,
    shelf: Shelf,
    *,
    stories: Sequence[Story],
    report: AgreementReport,
    previous: Path | None = None,
    seed: int = 0,
    text_policy: TextPolicy = "full",
    set_aside: Mapping[str, str] | None = None,
    pseudonyms: Pseudonyms | None = None,
) -> Manifest:
    """Write version `version` of the articles of a shelf into `directory` and return its manifest.

    An article of the release `previous` keeps its split, and the version must be above that one by at least the bump
    that the differences ask for; those of `set_aside` (with the reason) are left out. `pseudonyms` rename annotators.
    The same input gives the same bytes.

    Raises ReleaseError when there is no gold, an annotator's name is an address, the bump is too small, or `directory`
    holds something else already; LeakError when a story would stand in two splits.
    """
    left_out = dict(set_aside or {})
    ids = [article_id for article_id in shelf.ids if article_id not in left_out]
    if not ids:
        raise ReleaseError("no article has gold annotations: run `musnad adjudicate` first")
    standing = standing_splits(previous) if previous else {}
    splits = _splits(shelf, ids, stories, standing, seed)
    report = pseudonyms.report(report) if pseudonyms else report

    def found() -> Iterable[Entry]:
        kept = (entry for entry in entries(shelf, stories) if entry.article.id in splits)
        return map(pseudonyms.entry, kept) if pseudonyms else kept

    with whole(directory) as place:
        write_jsonl(place / "splits.jsonl", _assignments(splits, stories))
        written = write_tables(place, found(), splits, texts=text_policy == "full")
        check_names(written.annotators)
        retired = {article_id: split for article_id, split in standing.items() if article_id not in splits}
        manifest = _manifest(version, about, splits, written, seed, text_policy, left_out, retired)
        _write_json(place / "release.json", manifest)
        _write_json(place / "agreement.json", report)
        if text_policy == "offsets-only":
            _write_standoff(place / "standoff", found)
        (place / "schema").mkdir()
        write_schemas(place / "schema")
        for language in ("ar", "en"):
            (place / f"guidelines.{language}.md").write_text(guidelines(language), "utf-8")
        write_changes(place, manifest, previous)
        write_plots(place / "plots", manifest, report)
        (place / "README.md").write_text(card(manifest, about.description, report), "utf-8")
        _write_json(place / "croissant.json", croissant(place, manifest, about.description))
        write_sums(place)
    return manifest


def previous_splits(directory: Path) -> dict[str, str]:
    """Return each article's split in an earlier release. Raises ReleaseError when `splits.jsonl` can't be read."""
    path = directory / "splits.jsonl"
    try:
        lines = path.read_bytes().splitlines()
        assignments = [msgspec.json.decode(line, type=Assignment) for line in lines]
    except (OSError, msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise ReleaseError(f"{path}: {error}: name a release made by `musnad release`") from error
    return {assignment.article_id: assignment.split for assignment in assignments}


def standing_splits(directory: Path) -> dict[str, str]:
    """Return the split of each article of an earlier release, and of those that were in a release before that one.

    Raises ReleaseError when `splits.jsonl` can't be read, MusnadError when `release.json` can't.
    """
    return {**read_manifest(directory).retired, **previous_splits(directory)}


def entries_of(
    articles: Mapping[str, Article], gold: Iterable[Layer], layers: Iterable[Layer], stories: Sequence[Story]
) -> list[Entry]:
    """Return what a release holds of each article that has gold, in the order of their ids."""
    return list(entries(Held(articles, gold, layers), stories))


def _splits(
    shelf: Shelf, ids: Sequence[str], stories: Sequence[Story], standing: Mapping[str, str], seed: int
) -> dict[str, str]:
    """Return the split of each article, in the order of `ids`."""
    story_of = _story_of(stories)
    by_story: dict[str, list[str]] = {}
    for article_id in ids:
        by_story.setdefault(story_of.get(article_id, article_id), []).append(article_id)
    outlets = {article_id: intern(shelf.article(article_id).publisher or "") for article_id in ids}
    splits = assign(by_story, standing, outlets=outlets, seed=seed)
    return {article_id: splits[article_id] for article_id in ids}


def _assignments(splits: Mapping[str, str], stories: Sequence[Story]) -> Iterator[Assignment]:
    """Yield the split and the story of each article, an article of no story being one by itself."""
    story_of = _story_of(stories)
    reasons = {story.id: story.reasons for story in stories if sum(name in splits for name in story.article_ids) > 1}
    for article_id, split in splits.items():
        story = story_of.get(article_id, article_id)
        # A story's reasons stand once: on every line of a story of thousands they would be millions.
        yield Assignment(article_id=article_id, split=split, story=story, reasons=reasons.pop(story, ()))


def _story_of(stories: Sequence[Story]) -> dict[str, str]:
    """Return the name of the story of each article that is in one."""
    return {article_id: story.id for story in stories for article_id in story.article_ids}


def _manifest(
    version: str,
    about: About,
    splits: Mapping[str, str],
    written: Written,
    seed: int,
    text_policy: TextPolicy,
    set_aside: dict[str, str],
    retired: dict[str, str],
) -> Manifest:
    articles = Counter(splits.values())
    return Manifest(
        name=about.name,
        version=version,
        schema_version=SCHEMA_VERSION,
        seed=seed,
        annotations_creators=about.annotations_creators,
        license=about.license,
        text_policy=text_policy,
        annotators=written.annotators,
        articles={split: articles[split] for split in SPLITS},
        labels=written.labels,
        decided=written.decided,
        publishers=written.publishers,
        control_layers=written.control_layers,
        set_aside=set_aside,
        retired=retired,
        features={config: features(config).to_dict() for config in CONFIGS},
        rows=written.rows,
        bytes=written.bytes,
        tags=written.tags,
    )


def _write_standoff(place: Path, found: Any) -> None:
    """Write offsets and hashes as `musnad rehydrate` takes them."""
    place.mkdir()
    note = "Offsets and hashes; `musnad rehydrate` joins them to your own copies of the texts."
    _write_json(place / "manifest.json", manifest_of((entry.article for entry in found()), note))
    write_jsonl(place / "gold.jsonl", (_bare(entry.gold) for entry in found()))
    write_jsonl(place / "annotations.jsonl", (_bare(layer) for entry in found() for layer in entry.layers))


def _bare(layer: Layer) -> Layer:
    """Without what else a layer's meta may hold, such as somebody's name."""
    meta: dict[str, Any] = {"control": True} if layer.meta.get("control") else {}
    if deciders := decided(layer):
        meta["decided"] = deciders
    return msgspec.structs.replace(layer, meta=meta)


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")
