"""Layers in: every annotation is read, checked, and the two passes of an article by one annotator joined to one layer.

What does not fit is set aside with the reason and the rows as they came; nothing is dropped without a word.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import count, groupby
from typing import IO, Any

import msgspec

from ...schema.records import SCHEMA_VERSION, Attribution, Layer
from ...schema.studio_files import Plan, SetAside
from .ahead import ahead
from .client import Studio
from .config import PASSES
from .errors import MissingError
from .snapshot import make_export, read_export
from .submissions import Done, Findings, Reader, submissions


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
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    *,
    emails: Mapping[str, str] | None = None,
    adjudication: bool = False,
) -> PullSummary:
    """Fetch every layer of the plan. See `pulled` for the parameters and for fetching without holding them all."""
    findings = Findings()
    layers: list[Layer] = []
    incomplete: list[Layer] = []
    for layer in pulled(studio, plan, hashes, findings, emails=emails, adjudication=adjudication):
        (layers if len(layer.meta["passes"]) == len(PASSES) else incomplete).append(layer)
    return PullSummary(layers, incomplete, findings.set_aside, findings.notices)


def pulled(
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    findings: Findings,
    *,
    emails: Mapping[str, str] | None = None,
    adjudication: bool = False,
) -> Iterator[Layer]:
    """Yield the layers of the plan's annotators, in the order of annotators and tasks; memory stays flat.

    `hashes` gives the SHA-256 of every article's text; `emails` the addresses of annotators who sign in under one of
    their own; with `adjudication` the projects in which disputes are settled are read. `meta` of a layer holds
    `passes`, `batch`, `lead_time` (seconds, both passes) and `control` when it is true. What goes wrong is appended to
    `findings`. Raises StudioError.
    """
    readers = submissions(studio, plan, hashes, findings, emails, adjudication=adjudication)
    exports = ahead(_exports(studio, readers))
    for annotator, some in groupby(exports, key=lambda pair: pair[0].project.key.annotator):
        yield from _joined(studio, annotator, some)


def _exports(studio: Studio, readers: Iterable[Reader]) -> Iterator[tuple[Reader, int]]:
    """Have the server export each project; one that was deleted meanwhile is noted."""
    for reader in readers:
        try:
            yield reader, make_export(studio, reader.project.id)
        except MissingError as error:
            reader.findings.notices.append(f"{reader.project.key.title}: {error}; push makes it again")


def _joined(studio: Studio, annotator: str, exports: Iterable[tuple[Reader, int]]) -> Iterator[Layer]:
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


def _layer(annotator: str, first: Done | None, second: Done | None) -> Layer:
    halves = [half for half in (first, second) if half is not None]
    meta: dict[str, Any] = {
        "passes": [which for which, half in zip(PASSES, (first, second), strict=True) if half is not None],
        "batch": halves[0].batch,
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
    if taken.isdisjoint(attribution.id for attribution in attributions):
        return attributions
    used = taken | {attribution.id for attribution in attributions}
    names = {}
    for attribution in attributions:
        name = attribution.id
        if name in taken:
            name = next(free for n in count(1) if (free := f"{name[:56]}.{n}") not in used)
            used.add(name)
        names[attribution.id] = name
    return tuple(
        msgspec.structs.replace(a, id=names[a.id], parent=names[a.parent] if a.parent else None) for a in attributions
    )


class _Waiting:
    """First passes that wait on disk for their second ones."""

    def __init__(self) -> None:
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed in __exit__
        self._places: dict[str, tuple[int, int]] = {}

    def __enter__(self) -> _Waiting:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def put(self, done: Done) -> None:
        raw = msgspec.msgpack.encode(done)
        self._file.seek(0, 2)
        self._places[done.article_id] = (self._file.tell(), len(raw))
        self._file.write(raw)

    def take(self, article_id: str) -> Done | None:
        if (place := self._places.pop(article_id, None)) is None:
            return None
        self._file.seek(place[0])
        return msgspec.msgpack.decode(self._file.read(place[1]), type=Done)

    def rest(self) -> Iterator[Done]:
        for article_id in list(self._places):
            if (done := self.take(article_id)) is not None:
                yield done
