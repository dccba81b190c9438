"""Structs that wait on disk for their turn, so that memory stays flat however many there are."""

from __future__ import annotations

import tempfile
from collections.abc import Hashable, Iterator
from typing import IO, Generic, TypeVar

import msgspec

_Key = TypeVar("_Key", bound=Hashable)
_Struct = TypeVar("_Struct", bound=msgspec.Struct)


class Waiting(Generic[_Key, _Struct]):
    """Structs of one type by their keys, in a temporary file that is gone when the context ends."""

    def __init__(self, kind: type[_Struct]) -> None:
        self._decode = msgspec.msgpack.Decoder(kind).decode
        self._encode = msgspec.msgpack.Encoder().encode
        self._file: IO[bytes] = tempfile.TemporaryFile()  # noqa: SIM115 closed in __exit__
        self._places: dict[_Key, tuple[int, int]] = {}
        self._end = 0

    def __enter__(self) -> Waiting[_Key, _Struct]:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def __contains__(self, key: object) -> bool:
        return key in self._places

    def __iter__(self) -> Iterator[_Key]:
        """Yield the keys of what waits, in the order in which it came."""
        return iter(self._places)

    def put(self, key: _Key, struct: _Struct) -> None:
        """Have a struct wait."""
        raw = self._encode(struct)
        self._file.seek(self._end)
        self._file.write(raw)
        self._places[key] = (self._end, len(raw))
        self._end += len(raw)

    def get(self, key: _Key) -> _Struct:
        """Return a struct, which goes on waiting. Raises KeyError when there is none."""
        start, length = self._places[key]
        self._file.seek(start)
        return self._decode(self._file.read(length))

    def take(self, key: _Key) -> _Struct:
        """Return a struct, which waits no more. Raises KeyError when there is none."""
        struct = self.get(key)
        del self._places[key]
        return struct
