"""Groups of things that are numbered and joined two by two, some of which must stay apart."""

from __future__ import annotations

from array import array
from collections.abc import Mapping


class Groups:
    """Numbers that are joined into groups; a group is known by its smallest number (Tarjan's union-find).

    Numbers of which it is known where they stand are never joined to one that stands elsewhere: `refused` has the
    pairs for which that was tried.
    """

    def __init__(self, size: int, standing: Mapping[int, str] | None = None) -> None:
        self._up = array("q", range(size))
        self._anchors = {number: (number, where) for number, where in (standing or {}).items()}
        self.refused: dict[tuple[int, int], None] = {}

    def first(self, number: int) -> int:
        """Return the smallest number of a number's group."""
        while self._up[number] != number:
            self._up[number] = self._up[self._up[number]]
            number = self._up[number]
        return number

    def anchor(self, number: int) -> tuple[int, str] | None:
        """Return a number of the group of which it is known where it stands, and where; None without one."""
        return self._anchors.get(self.first(number))

    def apart(self, one: int, other: int) -> bool:
        """Whether two numbers are in different groups."""
        return self.first(one) != self.first(other)

    def join(self, one: int, other: int) -> bool:
        """Join two groups; return whether they were apart and are not any more."""
        low, high = sorted((self.first(one), self.first(other)))
        if low == high:
            return False
        here, there = self._anchors.get(low), self._anchors.get(high)
        if here and there and here[1] != there[1]:
            self.refused[one, other] = None
            return False
        self._up[high] = low
        if there:
            self._anchors.setdefault(low, self._anchors.pop(high))
        return True
