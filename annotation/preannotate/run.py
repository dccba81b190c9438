"""Pre-annotating a stream of articles on one core or several: the same layers in the same order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from itertools import islice

from ...schema.records import Article, Layer
from .document import LayerName
from .pipeline import LAYERS, Pipeline

_ARTICLES_A_BATCH = 32
_BATCHES_AHEAD = 4

_pipeline: Pipeline | None = None


def preannotate(
    articles: Iterable[Article],
    layers: Sequence[LayerName] = LAYERS,
    *,
    entities: str = "auto",
    workers: int = 1,
) -> Iterator[Layer]:
    """Yield one layer for each article, in order; `workers` processes share the work (0: one for each core).

    Articles are drawn from the iterable as they are needed, so memory is flat in their number.
    """
    workers = workers or os.cpu_count() or 1
    if workers == 1:
        yield from Pipeline(layers, entities=entities).annotate_all(articles)
        return
    stream = iter(articles)
    pending: deque[Future[list[Layer]]] = deque()
    with ProcessPoolExecutor(workers, initializer=_load, initargs=(tuple(layers), entities)) as pool:
        while True:
            while len(pending) < workers * _BATCHES_AHEAD and (batch := list(islice(stream, _ARTICLES_A_BATCH))):
                pending.append(pool.submit(_annotate, batch))
            if not pending:
                return
            yield from pending.popleft().result()


def _load(layers: tuple[LayerName, ...], entities: str) -> None:
    global _pipeline
    _pipeline = Pipeline(layers, entities=entities)


def _annotate(batch: list[Article]) -> list[Layer]:
    assert _pipeline is not None
    return [_pipeline.annotate(article) for article in batch]
