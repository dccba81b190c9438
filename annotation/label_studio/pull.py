"""Layers in: every annotation is read, checked, and the two passes of an article by one annotator joined to one layer.

What does not fit is set aside with the reason and the rows as they came; nothing is dropped without a word.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import groupby
from typing import IO, Any

import msgspec

from ...schema.records import SCHEMA_VERSION, Attribution, Entity, Layer, Quantity, sha256_of
from ...schema.studio_files import Plan, SetAside
from .ahead import ahead
from .client import Studio
from .config import PASSES, labelling_config
from .errors import MissingError
from .projects import Project, find_projects, keys
from .regions import Reading, decode
from .snapshot import make_export, read_export
from .users import email_of


@dataclass(slots=True)
class Findings:
    """What a pull met on the way: what it set aside, and what a maintainer should know."""

    set_aside: list[SetAside] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


@dataclass(slots=True)
class PullSummary:
    """The layers of articles whose two passes are done, those of articles with one pass only, and the findings."""

    layers: list[Layer]
    incomplete: list[Layer]
    quarantine: list[SetAside]
    notices: list[str]

    def __str__(self) -> str:
        return (
            f"{len(self.layers)} layers, {len(self.incomplete)} with one pass only, "
            f"{len(self.quarantine)} things set aside"
        )


def pull(
    studio: Studio, plan: Plan, hashes: Mapping[str, str], *, emails: Mapping[str, str] | None = None
) -> PullSummary:
    """Fetch every layer of the plan. See `pulled` for the parameters and for fetching without holding them all."""
    findings = Findings()
    layers: list[Layer] = []
    incomplete: list[Layer] = []
    for layer in pulled(studio, plan, hashes, findings, emails=emails):
        (layers if len(layer.meta["passes"]) == len(PASSES) else incomplete).append(layer)
    return PullSummary(layers, incomplete, findings.set_aside, findings.notices)


def pulled(
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    findings: Findings,
    *,
    emails: Mapping[str, str] | None = None,
) -> Iterator[Layer]:
    """Yield the layers of the plan's annotators, in the order of annotators and tasks; memory stays flat.

    `hashes` gives the SHA-256 of every article's text; `emails` the addresses of annotators who sign in under one of
    their own. `meta` of a layer holds `passes`, `lead_time` (seconds, both passes) and `control` when it is true. What
    goes wrong is appended to `findings`. Raises StudioError.
    """
    readers = []
    present = find_projects(studio, plan.name)
    for key in keys(plan):
        if (project := present.get(key)) is None:
            findings.notices.append(f"{key.title}: there is no such project on {studio.url}; push makes it again")
            continue
        if project.config != labelling_config(key.which):
            findings.notices.append(f"{key.title}: its labelling config is not this schema's; push puts it right")
        findings.notices += project.notices
        email = (emails or {}).get(key.annotator, email_of(key.annotator))
        assigned = {a.article_id for a in plan.assignments if a.annotator == key.annotator}
        readers.append(_Reader(project, email, assigned, hashes, findings))
    exports = ahead(_exports(studio, readers))
    for annotator, some in groupby(exports, key=lambda pair: pair[0].project.key.annotator):
        yield from _joined(studio, annotator, some)


def _exports(studio: Studio, readers: Iterable[_Reader]) -> Iterator[tuple[_Reader, int]]:
    """Have the server export each project; one that was deleted meanwhile is noted."""
    for reader in readers:
        try:
            yield reader, make_export(studio, reader.project.id)
        except MissingError as error:
            reader.findings.notices.append(f"{reader.project.key.title}: {error}; push makes it again")


class _Done(msgspec.Struct):
    """One pass of one article, decoded."""

    article_id: str
    sha256: str
    control: bool
    lead_time: float
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]
    attributions: tuple[Attribution, ...]


def _joined(studio: Studio, annotator: str, exports: Iterable[tuple[_Reader, int]]) -> Iterator[Layer]:
    """Join the passes of one annotator; the first one's waits on disk for the second."""
    with _Waiting() as waiting:
        for reader, export in exports:
            done = reader.read_all(read_export(studio, reader.project.id, export))
            if reader.project.key.which == PASSES[0]:
                for one in done:
                    waiting.put(one)
            else:
                for one in done:
                    yield _layer(annotator, waiting.take(one.article_id), one)
        for one in waiting.rest():
            yield _layer(annotator, one, None)


def _layer(annotator: str, first: _Done | None, second: _Done | None) -> Layer:
    halves = [half for half in (first, second) if half is not None]
    meta: dict[str, Any] = {
        "passes": [which for which, half in zip(PASSES, (first, second), strict=True) if half is not None],
        "lead_time": round(sum(half.lead_time for half in halves), 3),
    }
    if any(half.control for half in halves):
        meta["control"] = True
    taken = {e.id for e in first.entities} | {q.id for q in first.quantities} if first else set()
    return Layer(
        article_id=halves[0].article_id,
        sha256=halves[0].sha256,
        annotator=annotator,
        schema_version=SCHEMA_VERSION,
        entities=first.entities if first else (),
        quantities=first.quantities if first else (),
        attributions=_renamed(second.attributions, taken) if second else (),
        meta=meta,
    )


def _renamed(attributions: tuple[Attribution, ...], taken: set[str]) -> tuple[Attribution, ...]:
    """Give attributions whose id a record of the other pass has another one; the passes name their regions apart."""
    own = {attribution.id for attribution in attributions}
    names = {}
    for attribution in attributions:
        name = attribution.id
        while name in taken or (name != attribution.id and name in own):
            name = f"{name[:60]}.a"
        names[attribution.id] = name
    if all(old == new for old, new in names.items()):
        return attributions
    return tuple(
        msgspec.structs.replace(a, id=names[a.id], parent=names[a.parent] if a.parent else None) for a in attributions
    )


@dataclass(slots=True)
class _Reader:
    """Reads the tasks of one annotator's project."""

    project: Project
    email: str
    assigned: set[str]
    hashes: Mapping[str, str]
    findings: Findings

    @property
    def annotator(self) -> str:
        return self.project.key.annotator

    def read_all(self, tasks: Iterable[Any]) -> Iterator[_Done]:
        """Yield what the annotator has submitted, each article once."""
        found: dict[str, int] = {}
        for task in tasks:
            done = self.read(task)
            if done is None:
                continue
            if done.article_id in found:
                where = f"tasks {found[done.article_id]} and {task['id']}"
                self.set_aside(task, f"the article was annotated in two tasks ({where}): the first counts")
                continue
            found[done.article_id] = task["id"]
            yield done

    def read(self, task: Any) -> _Done | None:
        data = task["data"]
        article_id, sha256, text = (data.get(name) for name in ("article_id", "sha256", "text"))
        if reason := self._misplaced(article_id, sha256, text):
            self.set_aside(task, reason)
            return None
        annotation = self._accepted(task)
        if annotation is None:
            return None
        result = annotation["result"]
        if not isinstance(result, list):
            self.set_aside(task, "the annotation's result is no list", annotation)
            return None
        if not result:
            self.note(task, "was submitted without a single mark; it counts as done")
        reading: Reading = decode(result, text, self.project.key.which)
        for misfit in reading.misfits:
            self.set_aside(task, misfit.reason, misfit.rows, region=misfit.region)
        return _Done(
            article_id=article_id,
            sha256=sha256,
            control=bool(data.get("control")),
            lead_time=float(annotation.get("lead_time") or 0.0),
            entities=reading.entities,
            quantities=reading.quantities,
            attributions=reading.attributions,
        )

    def _misplaced(self, article_id: Any, sha256: Any, text: Any) -> str | None:
        if not isinstance(article_id, str) or not isinstance(sha256, str) or not isinstance(text, str):
            return "the task carries no article_id, sha256 or text: musnad did not send it"
        if article_id not in self.hashes:
            return f"there is no article {article_id!r} in this project"
        if self.hashes[article_id] != sha256:
            return "the task was sent with an earlier text of the article"
        if sha256_of(text) != sha256:
            return "the text was edited on the server: its offsets mean nothing here"
        if article_id not in self.assigned:
            return f"the plan does not give this article to {self.annotator}"
        return None

    def _accepted(self, task: Any) -> Any:
        """Return the annotation that counts: the owner's last one that was not cancelled."""
        own = []
        for annotation in task["annotations"]:
            by = annotation.get("completed_by")
            address = by.get("email") if isinstance(by, dict) else by
            if address != self.email:
                self.set_aside(task, f"annotated by {address}, not by {self.annotator}", annotation)
            elif annotation.get("was_cancelled"):
                self.note(task, "was skipped by the annotator")
            else:
                own.append(annotation)
        own.sort(key=lambda annotation: (annotation["created_at"], annotation["id"]))
        for earlier in own[:-1]:
            self.set_aside(task, "submitted more than once: the last one counts", earlier)
        return own[-1] if own else None

    def set_aside(self, task: Any, reason: str, raw: Any = None, *, region: str | None = None) -> None:
        where = f"{self.project.key.title}, task {task['id']}"
        article_id = task["data"].get("article_id")
        self.findings.set_aside.append(
            SetAside(
                article_id=article_id if isinstance(article_id, str) else None,
                annotator=self.annotator,
                where=f"{where}, region {region}" if region else where,
                reason=reason,
                raw=task["annotations"] if raw is None else raw,
            )
        )

    def note(self, task: Any, what: str) -> None:
        title = self.project.key.title
        self.findings.notices.append(f"{title}: task {task['id']}, article {task['data'].get('article_id')!r}, {what}")


class _Waiting:
    """First passes that wait on disk for their second ones."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed in __exit__
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> _Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, done: _Done) -> None:
        raw = msgspec.msgpack.encode(done)
        self._file.seek(0, 2)
        self._places[done.article_id] = (self._file.tell(), len(raw))
        self._file.write(raw)

    def take(self, article_id: str) -> _Done | None:
        if (place := self._places.pop(article_id, None)) is None:
            return None
        self._file.seek(place[0])
        return msgspec.msgpack.decode(self._file.read(place[1]), type=_Done)

    def rest(self) -> Iterator[_Done]:
        for article_id in list(self._places):
            if (done := self.take(article_id)) is not None:
                yield done
