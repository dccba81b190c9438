"""Groups of things that are numbered and joined two by two."""

from __future__ import annotations

from array import array


class Groups:
    """Numbers that are joined into groups; a group is known by its smallest number (Tarjan's union-find)."""

    def __init__(self, size: int) -> None:
        self._up = array("q", range(size))

    def first(self, number: int) -> int:
        """Return the smallest number of a number's group."""
        while self._up[number] != number:
            self._up[number] = self._up[self._up[number]]
            number = self._up[number]
        return number

    def apart(self, one: int, other: int) -> bool:
        """Whether two numbers are in different groups."""
        return self.first(one) != self.first(other)

    def join(self, one: int, other: int) -> bool:
        """Join two groups; return whether they were apart."""
        low, high = sorted((self.first(one), self.first(other)))
        self._up[high] = low
        return low != high
