"""The bodies of answers, unpacked piece by piece and counted: one without an end never fills the memory."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from typing import Any

import httpx

from .errors import StudioError

LARGEST = 256 << 20
"""Bytes that an answer may have, unpacked: 500 tasks, as many as a page lists, of half a megabyte each."""

LARGEST_EXPORT = 64 << 30
"""Bytes that an export may have, which is read task by task: a million tasks of 64 KB."""

EXPORT: dict[str, Any] = {"largest": LARGEST_EXPORT}
"""The extensions of a request that asks for an export."""

_PIECE = 1 << 20  # bytes unpacked at a time
PACKING = "gzip"
"""How a server may pack an answer: the value of the header Accept-Encoding."""


def bounded(response: httpx.Response) -> None:
    """Make a response, of which the head is there, end in a StudioError when its body is larger than it may be.

    For the response hooks of a client. Raises StudioError too when it is packed in a way that was not asked for.
    """
    asked = response.request
    where = f"{asked.url.scheme}://{asked.url.netloc.decode('ascii')} answers {asked.method} {asked.url.path}"
    packing = response.headers.pop("Content-Encoding", "identity").strip().lower()
    if packing not in ("identity", "", PACKING):
        raise StudioError(f"{where} packed as {packing!r}, which musnad did not ask for: is it a Label Studio?")
    largest = int(asked.extensions.get("largest", LARGEST)) if response.status_code == 200 else LARGEST
    assert isinstance(response.stream, httpx.SyncByteStream)
    response.stream = _Bounded(response.stream, packing == PACKING, largest, where)


class _Bounded(httpx.SyncByteStream):
    """A stream that unpacks another and ends in an error after so many bytes."""

    def __init__(self, packed: httpx.SyncByteStream, is_packed: bool, largest: int, where: str) -> None:
        self._packed = packed
        self._is_packed = is_packed
        self._largest = largest
        self._where = where

    def __iter__(self) -> Iterator[bytes]:
        size = 0
        for piece in _unpacked(self._packed) if self._is_packed else self._packed:
            size += len(piece)
            if size > self._largest:
                raise StudioError(
                    f"{self._where} with more than {self._largest >> 20} MB, which is more than a Label Studio has to "
                    "say: is it one, and is nothing broken between?"
                )
            yield piece

    def close(self) -> None:
        self._packed.close()


def _unpacked(packed: httpx.SyncByteStream) -> Iterator[bytes]:
    """Undo gzip, a piece at a time however much comes of what was read."""
    inflating = zlib.decompressobj(zlib.MAX_WBITS | 16)
    try:
        for raw in packed:
            while raw and not inflating.eof:
                yield inflating.decompress(raw, _PIECE)
                raw = inflating.unconsumed_tail
        yield inflating.flush()
    except zlib.error as error:
        raise httpx.DecodingError(str(error)) from error
