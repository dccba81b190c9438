"""Making the next thing while the last is in use: the server works while musnad encodes or reads, and the other way."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

_T = TypeVar("_T")


def ahead(items: Iterator[_T]) -> Iterator[_T]:
    """Yield `items` (none of them None), each being made in a thread while the caller uses the one before.

    The first is begun at once, not when it is asked for.
    """
    maker = ThreadPoolExecutor(1)
    return _each(items, maker, maker.submit(next, items, None))


def _each(items: Iterator[_T], maker: ThreadPoolExecutor, coming: Future[_T | None]) -> Iterator[_T]:
    with maker:
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
