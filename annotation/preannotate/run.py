"""Pre-annotating a stream of articles on one core or several: the same layers in the same order, memory flat.

An interrupted run to a file goes on where it stopped: what is done waits beside the file under a name of its own.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from itertools import chain
from pathlib import Path
from typing import IO, NamedTuple

import msgspec

from ...schema.errors import MusnadError
from ...schema.records import Article, Layer
from .document import LayerName
from .pipeline import LAYERS, Pipeline
from .workers import WorkerKilledError, line_of, shared

_A_MOMENT = 1.0  # seconds


class RunError(MusnadError):
    """A run that can't be done or was cut off; the message says why and what to do."""


class Run(NamedTuple):
    """What a run to a file did: the layers in the file, and how many of them an earlier, interrupted run had made."""

    layers: int
    resumed: int


def preannotate(
    articles: Iterable[Article],
    layers: Sequence[LayerName] = LAYERS,
    *,
    entities: str = "auto",
    workers: int = 1,
) -> Iterator[Layer]:
    """Yield one layer for each article, in order; `workers` processes share the work (0: one for each core).

    Articles are drawn from the iterable as they are needed, so memory is flat in their number.
    Raises RunError when a worker is killed.
    """
    workers = _number(workers)
    if workers == 1:
        yield from Pipeline(layers, entities=entities).annotate_all(articles)
    else:
        decode = msgspec.json.Decoder(Layer).decode
        yield from map(decode, _shared(articles, layers, entities, workers))


def encoded(
    articles: Iterable[Article],
    layers: Sequence[LayerName] = LAYERS,
    *,
    entities: str = "auto",
    workers: int = 1,
) -> Iterator[bytes]:
    """Yield what `preannotate` yields as lines of JSON, each with its line end; workers write their own."""
    workers = _number(workers)
    if workers > 1:
        return _shared(articles, layers, entities, workers)
    return map(line_of, Pipeline(layers, entities=entities).annotate_all(articles))


def preannotate_to(
    out: Path,
    articles: Iterable[Article],
    layers: Sequence[LayerName] = LAYERS,
    *,
    entities: str = "auto",
    workers: int = 1,
) -> Run:
    """Write one layer for each article to the file `out`, which appears whole, and return how many.

    Finished layers wait in `.{out.name}.part` beside it. After an interruption, those made for the same articles in the
    same order by the same parts are kept and the rest is made: the bytes are those of a run that nothing interrupted.
    Raises RunError when another process writes the same file, the disk is full or a worker is killed.
    """
    pipeline, workers = Pipeline(layers, entities=entities), _number(workers)
    out.parent.mkdir(parents=True, exist_ok=True)
    part = out.with_name(f".{out.name}.part")
    with _alone(part) as file:
        stream = iter(articles)
        resumed, waiting = _resume(file, stream, pipeline.version)
        count = resumed
        rest = chain(waiting, stream)
        lines = map(line_of, pipeline.annotate_all(rest)) if workers == 1 else _shared(rest, layers, entities, workers)
        for line in lines:
            with _said_of(out):
                file.write(line)
            count += 1
        with _said_of(out):
            file.flush()
            os.fsync(file.fileno())
            os.replace(part, out)
    return Run(count, resumed)


class _Head(msgspec.Struct):
    article_id: str
    sha256: str
    annotator: str


def _resume(file: IO[bytes], articles: Iterator[Article], version: str) -> tuple[int, list[Article]]:
    """Leave in `file` the whole lines that fit the first articles; return their number and the article read too far."""
    decode = msgspec.json.Decoder(_Head).decode
    kept = count = 0
    waiting: list[Article] = []
    file.seek(0)
    for line in file:
        if (article := next(articles, None)) is None:
            break
        try:
            head = decode(line) if line.endswith(b"\n") else None
        except (msgspec.DecodeError, UnicodeDecodeError):
            head = None
        if head is None or head != _Head(article.id, article.sha256, version):
            waiting = [article]
            break
        kept += len(line)
        count += 1
    file.seek(kept)
    file.truncate()
    return count, waiting


@contextmanager
def _alone(path: Path) -> Iterator[IO[bytes]]:
    """Open a file to read and append to that no other process has open so; the lock ends with the process."""
    file = path.open("a+b")
    try:
        if sys.platform != "win32":
            import fcntl

            if not _locked(file):
                raise RunError(f"{path}: another process is writing this file: wait for it, or name another")
            # Who held the lock may have finished between our opening and our locking: then this is his result.
            if not path.exists() or not os.path.samestat(os.fstat(file.fileno()), path.stat()):
                raise RunError(f"{path}: another process has just finished this file: run the command again")
        yield file
    finally:
        with suppress(OSError):  # what a full disk does not take is said where it is written
            file.flush()
        if sys.platform != "win32":
            fcntl.flock(file, fcntl.LOCK_UN)  # a forked worker that still ends shares the lock
        with suppress(OSError):
            file.close()


def _locked(file: IO[bytes]) -> bool:
    """Lock a file that nobody else holds; the workers of a run that was killed may hold it for a moment more."""
    import fcntl

    until = time.monotonic() + _A_MOMENT
    while True:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            return True
        except BlockingIOError:
            if time.monotonic() > until:
                return False
            time.sleep(0.05)


@contextmanager
def _said_of(out: Path) -> Iterator[None]:
    """A full disk names no file; here the message does, and says that nothing is lost."""
    try:
        yield
    except OSError as error:
        raise RunError(
            f"{out}: can't be written: {error.strerror or error}; what is done is kept: "
            "make room and run the same command again"
        ) from error


def _shared(articles: Iterable[Article], layers: Sequence[LayerName], entities: str, workers: int) -> Iterator[bytes]:
    try:
        yield from shared(articles, layers, entities, workers)
    except WorkerKilledError:
        raise RunError(
            "a worker process was killed, perhaps for want of memory: run the same command again, with fewer workers"
        ) from None


def _number(workers: int) -> int:
    """Return how many processes are meant; 0 means one for each core that this one may use."""
    if workers < 0:
        raise RunError(f"{workers} workers are none: give 1 or more, or 0 for one on each core")
    if workers:
        return workers
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
