"""A table of word forms that fills itself."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

Answer = TypeVar("Answer")

_KEPT_FORMS = 200_000


class FormTable(dict[str, Answer]):
    """Word form → what a function says of it, worked out once per form: a look-up is quicker than a call."""

    def __init__(self, judge: Callable[[str], Answer]) -> None:
        super().__init__()
        self._judge = judge

    def __missing__(self, form: str) -> Answer:
        if len(self) >= _KEPT_FORMS:
            self.clear()
        answer = self[form] = self._judge(form)
        return answer
