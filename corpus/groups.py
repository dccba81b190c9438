"""Groups of things that are numbered and joined two by two, some of which must stay apart."""

from __future__ import annotations

from array import array
from collections.abc import Iterable


class Groups:
    """Numbers that are joined into groups; a group is known by its smallest number (Tarjan's union-find).

    Numbers of which it is known where they stand are never joined to one that stands elsewhere: `refused` has the
    pairs for which that was tried.
    """

    def __init__(self, size: int, standing: Iterable[str | None] = ()) -> None:
        """`standing`: where each number stands, None for one of which that is not known; nothing if no one stands."""
        self._up = array("q", range(size))
        self._places: dict[str, int] = {}
        # The place of each number, and of each group the number that stands there; -1 for none.
        self._place = array("b", [-1]) * size
        self._anchor = array("q", [-1]) * size
        for number, where in enumerate(standing):
            if where is not None:
                self._place[number] = self._places.setdefault(where, len(self._places))
                self._anchor[number] = number
        self.refused: dict[tuple[int, int], None] = {}

    def first(self, number: int) -> int:
        """Return the smallest number of a number's group."""
        while self._up[number] != number:
            self._up[number] = self._up[self._up[number]]
            number = self._up[number]
        return number

    def anchor(self, number: int) -> tuple[int, str] | None:
        """Return a number of the group of which it is known where it stands, and where; None without one."""
        anchor = self._anchor[self.first(number)]
        return None if anchor < 0 else (anchor, list(self._places)[self._place[anchor]])

    def apart(self, one: int, other: int) -> bool:
        """Whether two numbers are in different groups."""
        return self.first(one) != self.first(other)

    def join(self, one: int, other: int) -> bool:
        """Join two groups; return whether they were apart and are not any more."""
        low, high = sorted((self.first(one), self.first(other)))
        if low == high:
            return False
        here, there = self._anchor[low], self._anchor[high]
        if here >= 0 and there >= 0 and self._place[here] != self._place[there]:
            self.refused[one, other] = None
            return False
        self._up[high] = low
        if here < 0:
            self._anchor[low] = there
        return True
