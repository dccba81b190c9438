"""A project's export as the server makes it, read task by task without holding it whole."""

from __future__ import annotations

import codecs
import contextlib
import json
import re
import time
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any

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


class _Export(msgspec.Struct):
    """What the list of a project's exports says of each."""

    id: int
    created_at: datetime
    title: str | None = None


_TITLE = "musnad"
_KEPT = timedelta(hours=1)
_TRIES = 4
_LONGEST_WAIT = 3600.0
_SURROGATE = re.compile("[\ud800-\udfff]")


def snapshot(studio: Studio, project: int, *, predictions: bool = False, annotated: bool = True) -> Iterator[Any]:
    """Yield every task of a project: `make_export`, `read_export` and `drop_export` in one."""
    export = make_export(studio, project, predictions=predictions, annotated=annotated)
    try:
        yield from read_export(studio, project, export)
    finally:
        drop_export(studio, project, export)


def read_export(studio: Studio, project: int, export: int) -> Iterator[Any]:
    """Yield the tasks of a complete export.

    A download that breaks off is begun again, and tasks already yielded are not yielded twice. Raises StudioError.
    """
    seen: set[int] = set()
    for attempt in range(_TRIES):
        try:
            path = f"/api/projects/{project}/exports/{export}/download"
            for task in elements(studio.stream(path, exportType="JSON")):
                _check(task, f"{studio.url}: the export of project {project}")
                if task["id"] not in seen:
                    seen.add(task["id"])
                    yield task
            return
        except (StudioDownError, ValueError) as error:
            if attempt + 1 == _TRIES:
                raise StudioDownError(f"{studio.url}: the export of project {project} stays broken: {error}") from None
            time.sleep(0.5 * 2**attempt)


def drop_export(studio: Studio, project: int, export: int) -> None:
    """Delete an export, and those that a killed run has left behind over an hour before.

    That it fails is no error: while SQLite is busy with another export it does, and the next run deletes what is left.
    """
    path = f"/api/projects/{project}/exports"
    with contextlib.suppress(StudioError, msgspec.ValidationError):
        listed = msgspec.convert(studio.get(f"{path}/"), list[_Export])
        made = {one.id: one.created_at for one in listed if one.title == _TITLE}
        left_behind = [number for number, when in made.items() if when < made.get(export, when) - _KEPT]
        for number in (export, *left_behind):
            studio.delete(f"{path}/{number}")


def _check(task: Any, where: str) -> None:
    try:
        msgspec.convert(task, _Task)
    except msgspec.ValidationError as error:
        raise StudioError(
            f"{where} is not what a Label Studio sends: {error}; is it one, and of a known version?"
        ) from None


def make_export(studio: Studio, project: int, *, predictions: bool = False, annotated: bool = True) -> int:
    """Have the server export tasks with annotations and who made them; return the export's id once it is complete.

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
            export = studio.post(f"/api/projects/{project}/exports/", options)
        except UnsettledError as error:
            if attempt + 1 == _TRIES:
                raise StudioDownError(f"{error}; run the same command again") from None
            time.sleep(0.5 * 2**attempt)
            continue
        if not isinstance(export, dict) or not isinstance(export.get("id"), int) or "status" not in export:
            raise StudioError(f"{studio.url} does not say that it makes an export: is it a Label Studio?")
        number: int = export["id"]
        if _completed(studio, project, number, export):
            return number
        studio.delete(f"/api/projects/{project}/exports/{number}")
    raise StudioError(
        f"{studio.url} fails to export project {project}: look at its log; does a text hold a lone surrogate?"
    )


def elements(pieces: Iterable[bytes]) -> Iterator[Any]:
    """Yield the elements of a JSON array that arrives in pieces.

    A lone surrogate, which no file can hold, becomes U+FFFD: its text fits its hash no more and is set aside for that.
    Raises ValueError when it is no array, is cut off or nested too deeply.
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
    raise ValueError("the export is cut off")


def _skip(buffer: str, at: int) -> int:
    while at < len(buffer) and buffer[at] in " \t\r\n,":
        at += 1
    return at


def _completed(studio: Studio, project: int, number: int, export: Any) -> bool:
    deadline = time.monotonic() + _LONGEST_WAIT
    pause = 0.05
    while export["status"] not in ("completed", "failed"):
        if time.monotonic() > deadline:
            raise StudioDownError(f"{studio.url} has not finished the export of project {project} within an hour")
        time.sleep(pause)
        pause = min(pause * 1.5, 2.0)
        export = studio.get(f"/api/projects/{project}/exports/{number}")
    return bool(export["status"] == "completed")
