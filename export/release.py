"""A release: a directory that `datasets.load_dataset` reads, written whole or not at all, and its verification."""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..corpus.stories import Story
from ..schema.agreement_report import AgreementReport
from ..schema.errors import MusnadError
from ..schema.guidelines import guidelines
from ..schema.json_schema import write_schemas
from ..schema.jsonl import write_jsonl
from ..schema.records import SCHEMA_VERSION, Article, Layer
from ..schema.release_files import Assignment, Manifest
from .card import card
from .features import CONFIGS, features
from .splits import SPLITS, assign
from .tables import Entry, rows

_ROWS_A_BATCH = 500
_SUMS = "SHA256SUMS"


class ReleaseError(MusnadError):
    """A release that can't be made or doesn't hold together; the message says what and what to do."""


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
    gold: Sequence[Layer],
    layers: Iterable[Layer],
    stories: Sequence[Story],
    report: AgreementReport,
    previous: Path | None = None,
    seed: int = 0,
) -> Manifest:
    """Write version `version` into `directory` and return its manifest.

    An article goes in when it has gold; an article of the release `previous` keeps its split. The same input gives the
    same bytes. Raises ReleaseError when there is no gold, or `directory` holds something else already.
    """
    if not gold:
        raise ReleaseError("no article has gold annotations: run `musnad adjudicate` first")
    entries = entries_of(articles, gold, layers, stories)
    assignments = _assignments(entries, stories, previous, seed)
    with _whole(directory) as place:
        sizes = _write_tables(place, entries, {a.article_id: a.split for a in assignments})
        manifest = Manifest(
            name=about.name,
            version=version,
            schema_version=SCHEMA_VERSION,
            seed=seed,
            annotations_creators=about.annotations_creators,
            license=about.license,
            annotators=tuple(sorted({layer.annotator for entry in entries for layer in entry.layers})),
            articles=_count(a.split for a in assignments),
            features={config: features(config).to_dict() for config in CONFIGS},
            rows={config: {split: size.rows for split, size in own.items()} for config, own in sizes.items()},
            bytes={config: {split: size.bytes for split, size in own.items()} for config, own in sizes.items()},
        )
        _write_json(place / "release.json", manifest)
        _write_json(place / "agreement.json", report)
        write_jsonl(place / "splits.jsonl", assignments)
        (place / "schema").mkdir()
        write_schemas(place / "schema")
        for language in ("ar", "en"):
            (place / f"guidelines.{language}.md").write_text(guidelines(language), "utf-8")
        (place / "README.md").write_text(card(manifest, about.description, entries, report), "utf-8")
        _write_sums(place)
    return manifest


def verify(directory: Path) -> list[str]:
    """Return what is wrong with a release: each file changed, missing or not listed in `SHA256SUMS`.

    Raises ReleaseError when `directory` is no release.
    """
    sums = directory / _SUMS
    if not sums.is_file():
        raise ReleaseError(f"{directory} is no release: it has no {_SUMS}")
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.read_text("utf-8").splitlines(), start=1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            return [f"{_SUMS}:{number}: is no checksum line"]
        listed[name] = digest
    found = {path.relative_to(directory).as_posix(): path for path in _files(directory)}
    found.pop(_SUMS)
    problems = [f"missing: {name}" for name in listed if name not in found]
    problems += [f"not part of the release: {name}" for name in found if name not in listed]
    problems += [f"changed: {name}" for name, path in found.items() if name in listed and _sha256(path) != listed[name]]
    return sorted(problems)


def previous_splits(directory: Path) -> dict[str, str]:
    """Return each article's split in an earlier release. Raises ReleaseError when `splits.jsonl` can't be read."""
    path = directory / "splits.jsonl"
    try:
        lines = path.read_bytes().splitlines()
        assignments = [msgspec.json.decode(line, type=Assignment) for line in lines]
    except (OSError, msgspec.DecodeError) as error:
        raise ReleaseError(f"{path}: {error}: name a release made by `musnad release`") from error
    return {assignment.article_id: assignment.split for assignment in assignments}


def _count(splits: Iterable[str]) -> dict[str, int]:
    counted = Counter(splits)
    return {split: counted[split] for split in SPLITS}


def entries_of(
    articles: Mapping[str, Article], gold: Sequence[Layer], layers: Iterable[Layer], stories: Sequence[Story]
) -> list[Entry]:
    """Return what a release holds of each article that has gold, in the order of their ids."""
    story_of = {article: story.id for story in stories for article in story.article_ids}
    by_article: dict[str, list[Layer]] = {}
    for layer in layers:
        by_article.setdefault(layer.article_id, []).append(layer)
    entries = []
    for layer in sorted(gold, key=lambda layer: layer.article_id):
        own = sorted(by_article.get(layer.article_id, []), key=lambda layer: layer.annotator)
        article_id = layer.article_id
        entries.append(Entry(articles[article_id], layer, own, story_of.get(article_id, article_id)))
    return entries


def _assignments(
    entries: Sequence[Entry], stories: Sequence[Story], previous: Path | None, seed: int
) -> list[Assignment]:
    by_story: dict[str, list[str]] = {}
    for entry in entries:
        by_story.setdefault(entry.story, []).append(entry.article.id)
    splits = assign(by_story, previous_splits(previous) if previous else None, seed=seed)
    reasons = {story.id: tuple(story.reasons) for story in stories}
    return [
        Assignment(
            article_id=entry.article.id,
            split=splits[entry.article.id],
            story=entry.story,
            reasons=reasons.get(entry.story, ()),
        )
        for entry in entries
    ]


class _Size(NamedTuple):
    rows: int
    bytes: int


def _write_tables(place: Path, entries: Sequence[Entry], splits: Mapping[str, str]) -> dict[str, dict[str, _Size]]:
    sizes: dict[str, dict[str, _Size]] = {}
    for config in CONFIGS:
        schema = features(config).arrow_schema
        sizes[config] = {}
        for split in SPLITS:
            own = [entry for entry in entries if splits[entry.article.id] == split]
            path = place / config / f"{split}-00000-of-00001.parquet"
            sizes[config][split] = _write_parquet(path, schema, (row for entry in own for row in rows(config, entry)))
    return sizes


def _write_parquet(path: Path, schema: Any, table: Iterator[dict[str, Any]]) -> _Size:
    import pyarrow as pa
    import pyarrow.parquet as pq

    first = list(islice(table, _ROWS_A_BATCH))
    if not first:  # `datasets` refuses a split without rows: it has no file and isn't announced
        return _Size(0, 0)
    path.parent.mkdir(exist_ok=True)
    count = size = 0
    with pq.ParquetWriter(path, schema) as writer:  # type: ignore[no-untyped-call]
        for batch in chain([first], iter(lambda: list(islice(table, _ROWS_A_BATCH)), [])):
            columns = pa.RecordBatch.from_pylist(batch, schema=schema)
            writer.write_batch(columns)
            count += len(batch)
            size += columns.nbytes
    return _Size(count, size)


@contextmanager
def _whole(directory: Path) -> Iterator[Path]:
    """Give a place to build in, which becomes `directory` at the end; what stands there already must be the same."""
    directory.parent.mkdir(parents=True, exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}."))
    try:
        place.chmod(0o755)
        yield place
        if directory.exists():
            if not _same(directory, place):
                raise ReleaseError(
                    f"{directory} is there already and differs: a published version never changes, so choose a new one"
                )
        else:
            os.rename(place, directory)
    finally:
        shutil.rmtree(place, ignore_errors=True)


def _same(one: Path, other: Path) -> bool:
    sums = one / _SUMS
    return sums.is_file() and sums.read_bytes() == (other / _SUMS).read_bytes() and not verify(one)


def _write_json(path: Path, value: Any) -> None:
    path.write_bytes(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


def _write_sums(place: Path) -> None:
    lines = [f"{_sha256(path)}  {path.relative_to(place).as_posix()}\n" for path in _files(place)]
    (place / _SUMS).write_text("".join(lines), "utf-8")


def _files(directory: Path) -> list[Path]:
    return sorted(path for path in directory.rglob("*") if path.is_file())


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
