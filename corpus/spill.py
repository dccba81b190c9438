"""Numbers that would not fit into memory, in temporary files ($TMPDIR) that vanish with the object that holds them.

What is kept in memory is a block at a time, and where each block stands: some bytes for thousands of numbers.
"""

from __future__ import annotations

import tempfile
from array import array
from collections.abc import Iterator
from contextlib import suppress

import numpy as np
import numpy.typing as npt

Numbers = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint32]

_BLOCK = 1 << 20  # bytes written or read at a time
_PARTS = 128  # into which a Sorter cuts its range


class _Scratch:
    """Owns a temporary file, which goes when its owner does."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 -- open as long as this object lives

    def __del__(self) -> None:
        with suppress(OSError, AttributeError):  # that the disk is full was said when it was opened or written to
            self._file.close()


class Sorter(_Scratch):
    """Sorts more numbers than fit into memory: they go in in any order and come out ascending, in pieces.

    Numbers that differ in their lowest `together` bits alone come in one piece. A million numbers, or a 128th of all,
    are in memory at a time when they are spread evenly below `limit`.
    """

    def __init__(self, limit: int, together: int) -> None:
        highest = ((limit - 1) >> together) + 1
        self._edges = np.array([(highest * part // _PARTS) << together for part in range(1, _PARTS)], np.uint64)
        super().__init__()
        self._pending: list[Numbers] = []
        self._size = 0
        self._blocks: list[tuple[int, list[int]]] = []  # where a block begins, and at which number of it each part

    def add(self, numbers: Numbers) -> None:
        """Take in numbers below the limit."""
        self._pending.append(numbers)
        self._size += numbers.nbytes
        if self._size >= 8 * _BLOCK:
            self._write()

    def pieces(self) -> Iterator[Numbers]:
        """Yield all numbers, sorted within a piece and from piece to piece; equal ones stay."""
        self._write()
        cuts = np.array([cuts for _, cuts in self._blocks], np.int64)
        upto = cuts.sum(axis=0)  # how many numbers are below each edge
        part = 0
        while part < _PARTS:
            past = part + 1
            while past < _PARTS and upto[past + 1] - upto[part] <= _BLOCK:
                past += 1
            found = np.concatenate([self._read(begin, own[part], own[past]) for begin, own in self._blocks])
            found.sort()
            if len(found):
                yield found
            part = past

    def _write(self) -> None:
        numbers = np.concatenate([np.empty(0, np.uint64), *self._pending])
        numbers.sort()
        cuts = [0, *np.searchsorted(numbers, self._edges).tolist(), len(numbers)]
        self._blocks.append((self._file.seek(0, 2), cuts))
        self._file.write(numbers.data)
        self._pending, self._size = [], 0

    def _read(self, begin: int, first: int, past: int) -> Numbers:
        self._file.seek(begin + 8 * first)
        return np.frombuffer(self._file.read(8 * (past - first)), np.uint64)


class _Wide(_Scratch):
    """Rows of `width` numbers, written once."""

    def __init__(self, width: int) -> None:
        self._width = width
        super().__init__()
        self._length = 0

    def __len__(self) -> int:
        return self._length

    def _write(self, row: npt.NDArray[np.uint16] | Rows) -> None:
        if row.shape != (self._width,):
            raise ValueError(f"a row of {row.shape} in a table of width {self._width}")
        self._file.write(row.data)
        self._length += 1


class Table(_Wide):
    """Rows of `width` numbers, read back a few columns of all rows, or a few rows, at a time."""

    def append(self, row: Rows) -> None:
        """Add a row. Raises ValueError for one of another width."""
        self._write(row.astype(np.uint32, copy=False))

    def columns(self, first: int, past: int) -> Rows:
        """Return the columns from `first` to before `past` of every row."""
        found = np.empty((self._length, past - first), np.uint32)
        self._file.seek(0)
        at = 0
        while block := self._file.read(_BLOCK // (4 * self._width) * 4 * self._width):
            rows = np.frombuffer(block, np.uint32).reshape(-1, self._width)
            found[at : at + len(rows)] = rows[:, first:past]
            at += len(rows)
        return found

    def rows(self, numbers: npt.NDArray[np.intp]) -> Rows:
        """Return the rows of these numbers, in their order."""
        found = np.empty((len(numbers), self._width), np.uint32)
        for at, number in enumerate(numbers.tolist()):
            self._file.seek(4 * self._width * number)
            found[at] = np.frombuffer(self._file.read(4 * self._width), np.uint32)
        return found


class Counts(_Wide):
    """Rows of `width` counts, written once and read back some neighbouring columns of all rows at a time."""

    def append(self, row: npt.NDArray[np.intp]) -> None:
        """Add a row. Raises ValueError for one of another width, or with a count that 16 bits don't hold."""
        if row.max(initial=0) > np.iinfo(np.uint16).max:
            raise ValueError(f"a count of {row.max()} where at most {np.iinfo(np.uint16).max} fit")
        self._write(row.astype(np.uint16))

    def columns(self, first: int, past: int) -> npt.NDArray[np.uint16]:
        """Return the columns from `first` to before `past` of every row."""
        found = np.empty((self._length, past - first), np.uint16)
        for at in range(self._length):
            self._file.seek(2 * (self._width * at + first))
            found[at] = np.frombuffer(self._file.read(2 * (past - first)), np.uint16)
        return found


class Strings(_Scratch):
    """Byte strings by their number, in the order in which they were put in."""

    def __init__(self) -> None:
        super().__init__()
        self._ends = array("Q", [0])
        self._at_end = True

    def __len__(self) -> int:
        return len(self._ends) - 1

    def append(self, content: bytes) -> None:
        """Add a byte string."""
        if not self._at_end:
            self._file.seek(self._ends[-1])
            self._at_end = True
        self._file.write(content)
        self._ends.append(self._ends[-1] + len(content))

    def __getitem__(self, number: int) -> bytes:
        begin, end = self._ends[number], self._ends[number + 1]
        self._file.seek(begin)
        self._at_end = False
        return self._file.read(end - begin)


class Names:
    """Names by their number, in the order in which they were put in."""

    def __init__(self) -> None:
        self._written = Strings()

    def __len__(self) -> int:
        return len(self._written)

    def append(self, name: str) -> None:
        """Add a name."""
        self._written.append(name.encode())

    def __getitem__(self, number: int) -> str:
        return self._written[number].decode()

    def __iter__(self) -> Iterator[str]:
        return (self[number] for number in range(len(self)))
