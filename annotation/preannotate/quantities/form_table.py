"""A table of word forms that fills itself."""

from __future__ import annotations

from collections.abc import Callable, Collection
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

    def enter(self, forms: Collection[str], answer: Answer) -> None:
        """Keep an answer that is known of many forms."""
        if len(self) + len(forms) > _KEPT_FORMS:
            self.clear()
        self.update(dict.fromkeys(forms, answer))


def ends_in_none(form: str, stems: frozenset[str]) -> bool:
    """Tell whether a word ends in none of the stems, up to four letters of proclitics and article before it."""
    return stems.isdisjoint((form, form[1:], form[2:], form[3:], form[4:]))
