"""The project folder: where its files lie, what its settings are, and how articles come into it."""

from __future__ import annotations

import os
import sys
import tomllib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Literal

import msgspec

from ..schema.corpus_files import ProjectSettings
from ..schema.errors import MusnadError
from ..schema.jsonl import Refusal, read_articles, write_jsonl, writing
from ..schema.records import Article

SETTINGS = "musnad.toml"

# What two processes must not change at once: each has a lock of its own.
LockedPart = Literal["articles", "studio", "gold", "releases"]
_HOLDER_AT_MOST = 200

_TEMPLATE = """\
# A musnad project. What is left out has the value shown here.
# Secrets never stand in this file: LABEL_STUDIO_URL and LABEL_STUDIO_API_KEY come from the environment.

[dataset]
name = {name}
license = {license}             # of the annotations; each article may carry a licence of its own
annotations_creators = {annotations_creators}  # who annotated: also "expert-generated", "crowdsourced", …
text_policy = {text_policy}          # or "offsets-only", for texts that may not be redistributed

[plan]
overlap = {overlap}        # annotators for each article
control = {control}      # share of the tasks that go out without pre-annotation
seed = {seed}

[stories]
days = {days}           # at most so far apart are two articles that retell one story

[preannotate]
entities = {entities}    # or a model's file in this folder, written by `musnad train entities`
"""


class ProjectError(MusnadError):
    """A project that can't be found, made or read; the message says where and what to do."""


@dataclass(frozen=True, slots=True)
class Project:
    """A project folder and its settings."""

    root: Path
    settings: ProjectSettings

    @property
    def articles(self) -> Path:
        return self.root / "articles.jsonl"

    @property
    def predictions(self) -> Path:
        return self.root / "predictions.jsonl"

    @property
    def annotations(self) -> Path:
        return self.root / "annotations.jsonl"

    @property
    def incomplete(self) -> Path:
        return self.root / "incomplete.jsonl"

    @property
    def gold(self) -> Path:
        return self.root / "gold.jsonl"

    @property
    def plan(self) -> Path:
        return self.root / "plan.json"

    @property
    def quarantine(self) -> Path:
        return self.root / "quarantine"

    @property
    def releases(self) -> Path:
        return self.root / "releases"


def init(directory: Path, settings: ProjectSettings | None = None) -> Project:
    """Make a project of `directory` (created where missing): `musnad.toml` and an empty `articles.jsonl`.

    A project that stands there already is left as it is and returned.
    Raises ProjectError when the folder can't be written or its `musnad.toml` can't be read.
    """
    toml = directory / SETTINGS
    if toml.exists():
        return read_project(directory)
    settings = settings or ProjectSettings(
        dataset=msgspec.structs.replace(ProjectSettings().dataset, name=_name(directory))
    )
    try:
        directory.mkdir(parents=True, exist_ok=True)
        if not (directory / "articles.jsonl").exists():
            write_jsonl(directory / "articles.jsonl", [])
        with writing(toml) as file:
            file.write(settings_text(settings).encode())
    except OSError as error:
        raise ProjectError(f"{directory}: no project can be made here: {error.strerror or error}") from error
    return Project(directory, settings)


def find(start: Path | None = None) -> Project:
    """Return the project that `start` (the current folder when None) lies in, looking upward.

    Raises ProjectError when there is none, or when its `musnad.toml` can't be read.
    """
    here = (start or Path.cwd()).absolute()
    for folder in (here, *here.parents):
        if (folder / SETTINGS).is_file():
            return read_project(folder)
    raise ProjectError(
        f"{here}: no musnad project here or above (no {SETTINGS}): make one with `musnad init DIR`, "
        "or change into a project folder"
    )


def read_project(root: Path) -> Project:
    """Return the project whose folder is `root`.

    Raises ProjectError when `musnad.toml` is missing, is no TOML, or holds an unknown or unfit setting.
    """
    path = root / SETTINGS
    try:
        raw: Any = tomllib.loads(path.read_text("utf-8-sig"))
        return Project(root, msgspec.convert(raw, ProjectSettings))
    except OSError as error:
        raise ProjectError(f"{path}: can't be read: {error.strerror or error}") from error
    except UnicodeDecodeError as error:
        raise ProjectError(f"{path}: byte {error.start} is not UTF-8: save the file as UTF-8") from error
    except tomllib.TOMLDecodeError as error:
        raise ProjectError(f"{path}: no valid TOML: {error}") from error
    except RecursionError as error:
        raise ProjectError(f"{path}: no valid TOML: nested too deeply") from error
    except msgspec.ValidationError as error:
        raise ProjectError(f"{path}: {error}: correct or remove this setting") from error


def settings_text(settings: ProjectSettings) -> str:
    """Return the text of `musnad.toml` for `settings`, each line with what it means."""
    parts = settings.dataset, settings.plan, settings.stories, settings.preannotate
    flat = {key: value for part in parts for key, value in _fields(part).items()}
    return _TEMPLATE.format(**{key: _toml(value) for key, value in flat.items()})


def append(project: Project, articles: Iterable[Article]) -> int:
    """Append articles to `articles.jsonl`, all of them or, when anything fails on the way, none; return how many.

    `articles` is consumed lazily: memory stays flat. With nothing to append the file isn't touched.
    """
    articles = iter(articles)
    first = next(articles, None)
    if first is None:
        return 0
    count = 0
    with writing(project.articles) as file:
        newline = True
        if project.articles.exists():
            with project.articles.open("rb") as before:
                while block := before.read(1 << 20):
                    file.write(block)
                    newline = block.endswith(b"\n")
        if not newline:
            file.write(b"\n")
        for article in _chained(first, articles):
            file.write(msgspec.json.encode(article) + b"\n")
            count += 1
    return count


@contextmanager
def locked(project: Project, part: LockedPart, doing: str) -> Iterator[None]:
    """Keep other processes from a part of the project meanwhile; the lock ends with the process, however it ends.

    `doing` is what a process that comes too late is told, with the number of this one: "adding articles". Different
    parts don't exclude each other. The lock is one of the system's on `.PART.lock`, a file that stays and says nothing
    by being there. Raises ProjectError when another process holds it. On Windows nothing is kept off.
    """
    if sys.platform == "win32":
        yield
        return
    import fcntl

    with (project.root / f".{part}.lock").open("a+") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            holder = file.read(_HOLDER_AT_MOST).strip() or "working on its " + part
            raise ProjectError(
                f"{project.root}: another process is {holder}: try again when it is done; nothing was changed"
            ) from None
        file.truncate(0)
        file.write(f"{doing} (process {os.getpid()})")
        file.flush()
        try:
            yield
        finally:
            fcntl.flock(file, fcntl.LOCK_UN)  # a forked worker that still ends shares the lock


def hashes(project: Project) -> dict[str, str]:
    """Return the text hash of each article of the project by its id; a bad line is passed over (`check` names it)."""
    if not project.articles.exists():
        return {}
    refusals: list[Refusal] = []
    return {article.id: article.sha256 for article in read_articles(project.articles, refusals)}


def set_aside(project: Project, refusals: list[Refusal], verb: str) -> Path | None:
    """Write what was refused to a new file of `quarantine/`, named after `verb` and the time; None for nothing."""
    if not refusals:
        return None
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
    path, n = project.quarantine / f"{verb}-{stamp}.jsonl", 1
    while path.exists():
        n += 1
        path = project.quarantine / f"{verb}-{stamp}-{n}.jsonl"
    write_jsonl(path, refusals)
    return path


def _name(directory: Path) -> str:
    return directory.absolute().name or "arabic-news"


def _toml(value: Any) -> str:
    """Return a string or number as TOML writes it: as JSON does, but for DEL, which TOML wants escaped."""
    return msgspec.json.encode(value).decode().replace("\x7f", "\\u007f")


def _fields(settings: msgspec.Struct) -> dict[str, Any]:
    return {name: getattr(settings, name) for name in settings.__struct_fields__}


def _chained(first: Article, rest: Iterator[Article]) -> Iterator[Article]:
    yield first
    yield from rest
