"""Processes that annotate batches of articles, each on a pipe of its own.

With one pipe for the answers of all, as `concurrent.futures` has it, a process that is killed while it writes leaves
the reader waiting for the rest for ever. Here it leaves a pipe without a writer, which is seen at once.
"""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import traceback
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from itertools import islice
from multiprocessing.connection import Connection
from queue import SimpleQueue

import msgspec

from ...schema.records import Article, Layer
from .document import LayerName
from .pipeline import Pipeline

_ARTICLES_A_BATCH = 32
_BATCHES_AHEAD = 4


class WorkerKilledError(Exception):
    """A worker process ended before it was told to."""


def shared(articles: Iterable[Article], layers: Sequence[LayerName], entities: str, workers: int) -> Iterator[bytes]:
    """Yield the layers of all articles as lines of JSON, in order, made by `workers` processes.

    They work some batches ahead of who reads; articles are drawn as they are needed. What a worker raises is raised
    here. Raises WorkerKilledError.
    """
    stream = iter(articles)
    pending: deque[Future[list[bytes]]] = deque()
    crew = [_Worker(tuple(layers), entities) for _ in range(workers)]
    idle: SimpleQueue[_Worker] = SimpleQueue()
    for worker in crew:
        idle.put(worker)

    def annotated(batch: list[Article]) -> list[bytes]:
        worker = idle.get()
        try:
            return worker.annotate(batch)
        finally:
            idle.put(worker)

    threads = ThreadPoolExecutor(workers)
    try:
        while True:
            while len(pending) < workers * _BATCHES_AHEAD and (batch := list(islice(stream, _ARTICLES_A_BATCH))):
                pending.append(threads.submit(annotated, batch))
            if not pending:
                return
            yield from pending.popleft().result()
    finally:
        for worker in crew:
            worker.kill()
        threads.shutdown(cancel_futures=True)
        for worker in crew:
            worker.close()


def line_of(layer: Layer) -> bytes:
    """Return a layer as a line of JSON with its line end."""
    return msgspec.json.encode(layer) + b"\n"


class _Worker:
    """A process and this side of the pipe to it."""

    def __init__(self, layers: tuple[LayerName, ...], entities: str) -> None:
        self._pipe, its = multiprocessing.Pipe()
        self._process = multiprocessing.Process(target=_work, args=(its, layers, entities), daemon=True)
        self._process.start()
        its.close()  # before the next worker is forked, so that none keeps another's side open

    def annotate(self, batch: list[Article]) -> list[bytes]:
        """Have a batch annotated and wait for it."""
        try:
            self._pipe.send(batch)
            answer: list[bytes] | BaseException = self._pipe.recv()
        except (EOFError, OSError):
            raise WorkerKilledError from None
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def kill(self) -> None:
        """End the process; who waits for its answer is told so."""
        self._process.kill()

    def close(self) -> None:
        """Wait for the end of the process, and close the pipe."""
        self._process.join()
        self._pipe.close()


def _work(pipe: Connection, layers: tuple[LayerName, ...], entities: str) -> None:
    """Answer batches until the parent ends; Ctrl-C is the parent's to answer."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    pipeline: Pipeline | None = None
    while True:
        batch: list[Article] = pipe.recv()
        try:
            pipeline = pipeline or Pipeline(layers, entities=entities)
            answer: list[bytes] | BaseException = list(map(line_of, pipeline.annotate_all(batch)))
        except Exception as error:  # it is raised again where the batch came from
            error.add_note(f"in a worker process: {traceback.format_exc()}")
            answer = error
        pipe.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)
