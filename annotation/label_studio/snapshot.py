"""A project's export as the server makes it, read task by task without holding it whole."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import partial
from typing import IO, Any, NamedTuple

import msgspec

from .client import Studio
from .errors import StudioDownError, StudioError, UnsettledError


class _Annotation(msgspec.Struct):
    """What every annotation of an export has."""

    id: int
    created_at: str
    result: Any
    completed_by: Any = None
    lead_time: float | None = None


class _Task(msgspec.Struct):
    """What every task of an export has."""

    id: int
    data: dict[str, Any]
    annotations: list[_Annotation]


class _Listed(msgspec.Struct):
    """What the list of a project's exports says of each."""

    id: int
    created_at: datetime
    title: str | None = None


class _Made(_Listed, kw_only=True):
    """What the server says of an export that it makes."""

    status: str


class Export(NamedTuple):
    """A complete export of a project, and when the server's clock says that it was made."""

    project: int
    id: int
    created_at: datetime

    @property
    def path(self) -> str:
        return f"/api/projects/{self.project}/exports/{self.id}"


_TITLE = "musnad"
_KEPT = timedelta(hours=1)
_TRIES = 4
_PIECE = 1 << 20  # bytes of an export read at a time
_LONGEST_WAIT = 3600.0
_LARGEST_TASK = 64 << 20  # code points of JSON; the longest article has less than a tenth of that
_SURROGATE = re.compile("[\ud800-\udfff]")


def snapshot(studio: Studio, project: int, *, predictions: bool = False, annotated: bool = True) -> Iterator[Any]:
    """Yield every task of a project: `make_export`, `read_export` and `drop_export` in one."""
    export = make_export(studio, project, predictions=predictions, annotated=annotated)
    try:
        yield from read_export(studio, export)
    finally:
        drop_export(studio, export)
        drop_left_behind(studio, export)


def fetch_export(studio: Studio, export: Export) -> IO[bytes] | None:
    """Download a complete export into a temporary file, for `read_export`; None when it breaks off."""
    file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed by who reads it
    try:
        file.writelines(_sent(studio, export))
    except StudioDownError:
        file.close()
        return None
    file.seek(0)
    return file


def read_export(studio: Studio, export: Export, fetched: IO[bytes] | None = None) -> Iterator[Any]:
    """Yield the tasks of a complete export, from a file that it was fetched into or as the server sends it.

    One that breaks off or is damaged is begun again, and tasks already yielded are not yielded twice. Raises
    StudioError.
    """
    seen: set[int] = set()
    for attempt in range(_TRIES):
        try:
            with fetched or contextlib.nullcontext():
                for task in elements(iter(partial(fetched.read, _PIECE), b"") if fetched else _sent(studio, export)):
                    _check(task, f"{studio.url}: the export of project {export.project}")
                    if task["id"] not in seen:
                        seen.add(task["id"])
                        yield task
            return
        except (StudioDownError, ValueError) as error:
            if attempt + 1 == _TRIES:
                raise StudioDownError(
                    f"{studio.url}: the export of project {export.project} stays broken: {error}"
                ) from None
            fetched = None
            time.sleep(0.5 * 2**attempt)


def _sent(studio: Studio, export: Export) -> Iterator[bytes]:
    return studio.stream(f"{export.path}/download", exportType="JSON")


def drop_export(studio: Studio, export: Export) -> None:
    """Delete an export. That it fails is no error: while SQLite makes another it does, and a later run deletes it."""
    with contextlib.suppress(StudioError):
        studio.delete(export.path)


def drop_left_behind(studio: Studio, export: Export) -> None:
    """Delete the exports that killed runs left behind in the project over an hour before. That it fails is no error."""
    path = f"/api/projects/{export.project}/exports"
    with contextlib.suppress(StudioError, msgspec.ValidationError):
        for one in msgspec.convert(studio.get(f"{path}/"), list[_Listed]):
            if one.title == _TITLE and one.created_at < export.created_at - _KEPT:
                studio.delete(f"{path}/{one.id}")


def _check(task: Any, where: str) -> None:
    try:
        msgspec.convert(task, _Task)
    except msgspec.ValidationError as error:
        raise StudioError(
            f"{where} is not what a Label Studio sends: {error}; is it one, and of a known version?"
        ) from None


def make_export(studio: Studio, project: int, *, predictions: bool = False, annotated: bool = True) -> Export:
    """Have the server export tasks with annotations and who made them; return the export once it is complete.

    `predictions` puts those in whole, `annotated` leaves out tasks that nobody has touched. Raises StudioError,
    MissingError when the project is gone.
    """
    options = {
        "title": _TITLE,
        "task_filter_options": {"only_with_annotations": annotated},
        # No filter gives all annotations, cancelled ones too, in five sixths of the time of one that does.
        "serialization_options": {
            "drafts": {"only_id": True},
            "predictions": {"only_id": not predictions},
            "annotations__completed_by": {"only_id": False},
        },
    }
    for attempt in range(_TRIES):
        try:
            answer = studio.post(f"/api/projects/{project}/exports/", options)
        except UnsettledError as error:
            if attempt + 1 == _TRIES:
                raise StudioDownError(f"{error}; run the same command again") from None
            time.sleep(0.5 * 2**attempt)
            continue
        made = _made(studio, answer)
        export = Export(project, made.id, made.created_at)
        if _completed(studio, export, made):
            return export
        studio.delete(export.path)
    raise StudioError(
        f"{studio.url} fails to export project {project}: look at its log; does a text hold a lone surrogate?"
    )


def elements(pieces: Iterable[bytes]) -> Iterator[Any]:
    """Yield the elements of a JSON array that arrives in pieces.

    A lone surrogate, which no file can hold, becomes U+FFFD: its text fits its hash no more and is set aside for that.
    Raises ValueError when it is no array, is cut off or nested too deeply, or an element has no end.
    """
    decoder = codecs.getincrementaldecoder("utf-8")()
    scan = json.JSONDecoder().raw_decode
    buffer = ""
    opened = False
    for piece in pieces:
        buffer += decoder.decode(piece)
        at = 0
        while True:
            at = _skip(buffer, at)
            if at == len(buffer):
                break
            if not opened:
                if buffer[at] != "[":
                    raise ValueError("the export is no list of tasks")
                opened, at = True, at + 1
                continue
            if buffer[at] == "]":
                return
            try:
                element, end = scan(buffer, at)
            except ValueError:
                break  # not all of it is here yet
            except RecursionError:
                raise ValueError("the export is nested too deeply") from None
            if buffer.find("\\ud", at, end) >= 0 or buffer.find("\\uD", at, end) >= 0:
                element = json.loads(_SURROGATE.sub("\ufffd", json.dumps(element, ensure_ascii=False)))
            yield element
            at = end
        buffer = buffer[at:]
        if len(buffer) > _LARGEST_TASK:
            raise ValueError(f"a task has more than {_LARGEST_TASK >> 20} MB")
    raise ValueError("the export is cut off")


def _skip(buffer: str, at: int) -> int:
    while at < len(buffer) and buffer[at] in " \t\r\n,":
        at += 1
    return at


def _made(studio: Studio, answer: Any) -> _Made:
    try:
        return msgspec.convert(answer, _Made)
    except msgspec.ValidationError:
        raise StudioError(f"{studio.url} does not say that it makes an export: is it a Label Studio?") from None


def _completed(studio: Studio, export: Export, made: _Made) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT
    pause = 0.05
    while made.status not in ("completed", "failed"):
        if time.monotonic() > deadline:
            raise StudioDownError(f"{studio.url} has not finished the export of project {export.project} in an hour")
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
        made = _made(studio, studio.get(export.path))
    return made.status == "completed"
