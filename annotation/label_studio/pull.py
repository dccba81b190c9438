"""Layers in: every annotation is read, checked, and the two passes of an article by one annotator joined to one layer.

What does not fit is set aside with the reason and the rows as they came; nothing is dropped without a word.
"""

from __future__ import annotations

import contextlib
from collections import deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import IO, Any, TypeAlias

import msgspec

from ...schema.jsonl import Refusal, read_layers, write_jsonl
from ...schema.records import SCHEMA_VERSION, Attribution, Layer
from ...schema.studio_files import Plan, SetAside
from .ahead import ahead
from .client import Studio
from .config import PASSES
from .errors import MissingError, StudioError
from .snapshot import Export, drop_export, drop_left_behind, fetch_export, make_export, read_export
from .submissions import Done, Findings, Reader, submissions
from .waiting import Waiting

_Key: TypeAlias = tuple[str, str]  # annotator and article
_Fetched: TypeAlias = tuple[Reader, Export, IO[bytes] | None]


@dataclass(slots=True)
class PullSummary:
    """The layers of articles whose two passes are done, those of articles with one pass only, and the findings."""

    layers: list[Layer]
    incomplete: list[Layer]
    quarantine: list[SetAside]
    notices: list[str]

    def __str__(self) -> str:
        return _summary(len(self.layers), len(self.incomplete), len(self.quarantine))


@dataclass(slots=True)
class Fetched:
    """How many layers a pull has written: with both passes, with one; and the findings."""

    layers: int
    incomplete: int
    quarantine: list[SetAside]
    notices: list[str]

    def __str__(self) -> str:
        return _summary(self.layers, self.incomplete, len(self.quarantine))


def pull(
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    *,
    emails: Mapping[str, str] | None = None,
    adjudication: bool = False,
) -> PullSummary:
    """Return every layer of the plan, in its order. `pulled` tells of the parameters; `pull_to` holds one at a time."""
    findings = Findings()
    layers = list(pulled(studio, plan, hashes, findings, emails=emails, adjudication=adjudication))
    place = {key: n for n, key in enumerate(_order(plan))}
    layers.sort(key=lambda layer: place[_key(layer)])
    _sort(findings, plan)
    return PullSummary(
        [layer for layer in layers if _is_whole(layer)],
        [layer for layer in layers if not _is_whole(layer)],
        findings.set_aside,
        findings.notices,
    )


def pull_to(
    layers: Path,
    incomplete: Path,
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    *,
    emails: Mapping[str, str] | None = None,
) -> Fetched:
    """Write every layer of the plan, in its order: those with both passes to `layers`, the others to `incomplete`.

    `pulled` tells of the other parameters. Each file is written whole or not at all; what is on its way waits on disk,
    so that memory stays flat. The same annotations on the server give the same bytes. What stands in `layers` from an
    earlier pull and is on the server no more, because a task was deleted or an annotation withdrawn, is kept and noted.
    Raises StudioError, for a line of that file too that is no layer.
    """
    findings = Findings()
    whole: Waiting[_Key, Layer] = Waiting(Layer)
    halves: Waiting[_Key, Layer] = Waiting(Layer)
    with whole, halves:
        for layer in pulled(studio, plan, hashes, findings, emails=emails):
            (whole if _is_whole(layer) else halves).put(_key(layer), layer)
        for layer in _earlier(layers):
            if _key(layer) not in whole:
                whole.put(_key(layer), layer)
                findings.notices.append(
                    f"{layer.annotator}: article {layer.article_id!r} was pulled earlier, and its two passes are "
                    f"on the server no more; the earlier layer is kept: to drop it, delete its line in {layers.name}"
                )
        known = list(_order(plan))
        order = [*known, *sorted(set(whole) - set(known))]
        fetched = Fetched(
            write_jsonl(layers, (whole.get(key) for key in order if key in whole)),
            write_jsonl(incomplete, (halves.get(key) for key in order if key in halves)),
            findings.set_aside,
            findings.notices,
        )
    _sort(findings, plan)
    return fetched


def _earlier(path: Path) -> Iterator[Layer]:
    """Yield what an earlier pull has written. Raises StudioError for a line that is no layer: pulling would drop it."""
    refusals: list[Refusal] = []
    yield from read_layers(path, refusals) if path.exists() else ()
    if refusals:
        raise StudioError(f"{refusals[0]}: mend or remove this line, then pull again; nothing was written")


def pulled(
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    findings: Findings,
    *,
    emails: Mapping[str, str] | None = None,
    adjudication: bool = False,
) -> Iterator[Layer]:
    """Yield the layers of the plan's annotators, in the order in which the server sends them; memory stays flat.

    `hashes` gives the SHA-256 of every article's text; `emails` the addresses of annotators who sign in under one of
    their own; with `adjudication` the projects in which disputes are settled are read. `meta` of a layer holds
    `passes`, `batch`, `lead_time` (seconds, both passes) and `control` when it is true. What goes wrong is appended to
    `findings`. Raises StudioError.
    """
    # Attributions before entities: they take longer to read, which goes on while the server exports the next project.
    readers = submissions(studio, plan, hashes, findings, emails, adjudication=adjudication)
    readers.sort(key=lambda reader: (plan.annotators.index(reader.annotator), -PASSES.index(reader.project.key.which)))
    read: deque[Export] = deque()
    try:
        exports = ahead(_exports(studio, readers, read))
        for annotator, some in groupby(exports, key=lambda one: one[0].project.key.annotator):
            yield from _joined(studio, annotator, some, read)
    finally:
        _drop(studio, read)


def _exports(studio: Studio, readers: Sequence[Reader], read: deque[Export]) -> Iterator[_Fetched]:
    """Have the server export each project, and drop those that were read; one that was deleted meanwhile is noted.

    Each but the last is fetched before the next is made: a server that makes one sends another twenty times as slowly.
    """
    made = []
    for reader in readers:
        _drop(studio, read)  # now, as the server can't while it makes the next
        try:
            export = make_export(studio, reader.project.id)
        except MissingError as error:
            reader.findings.notices.append(f"{reader.project.key.title}: {error}; push makes it again")
            continue
        made.append(export)
        yield reader, export, None if reader is readers[-1] else fetch_export(studio, export)
    _drop(studio, read)  # while the last one is read
    for export in made:
        drop_left_behind(studio, export)


def _drop(studio: Studio, read: deque[Export]) -> None:
    with contextlib.suppress(IndexError):  # two threads may be at it when a pull breaks off
        while True:
            drop_export(studio, read.popleft())


def _joined(studio: Studio, annotator: str, exports: Iterable[_Fetched], read: deque[Export]) -> Iterator[Layer]:
    """Join the passes of one annotator; the attributions wait on disk for the entities."""
    waiting: Waiting[str, Done] = Waiting(Done)
    with waiting:
        for reader, export, file in exports:
            done = reader.read_all(read_export(studio, export, file))
            if reader.project.key.which == PASSES[1]:
                for one in done:
                    waiting.put(one.article_id, one)
            else:
                for one in done:
                    second = waiting.take(one.article_id) if one.article_id in waiting else None
                    yield _layer(annotator, one, second)
            read.append(export)
        for article_id in list(waiting):
            yield _layer(annotator, None, waiting.take(article_id))


def _key(layer: Layer) -> _Key:
    return layer.annotator, layer.article_id


def _is_whole(layer: Layer) -> bool:
    return len(layer.meta["passes"]) == len(PASSES)


def _order(plan: Plan) -> Iterator[_Key]:
    """Yield annotator and article of each assignment: annotators as the plan has them, of each the articles."""
    of: dict[str, list[str]] = {annotator: [] for annotator in plan.annotators}
    for assignment in plan.assignments:
        of.get(assignment.annotator, []).append(assignment.article_id)
    for annotator, articles in of.items():
        for article_id in articles:
            yield annotator, article_id


def _sort(findings: Findings, plan: Plan) -> None:
    """Put what was set aside into the plan's order, what fits nowhere there last."""
    place = {key: n for n, key in enumerate(_order(plan))}
    findings.set_aside.sort(key=lambda one: (place.get((one.annotator, one.article_id or ""), len(place)), one.where))
    findings.notices.sort()


def _summary(layers: int, incomplete: int, set_aside: int) -> str:
    return f"{layers} layers, {incomplete} with one pass only, {set_aside} things set aside"


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
