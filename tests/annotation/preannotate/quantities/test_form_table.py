from __future__ import annotations

import pytest

from musnad.annotation.preannotate.quantities import form_table
from musnad.annotation.preannotate.quantities.form_table import FormTable


def test_a_form_is_judged_once_and_then_looked_up() -> None:
    asked: list[str] = []

    def letters(form: str) -> int:
        asked.append(form)
        return len(form)

    table = FormTable(letters)
    assert [table["ألف"], table["مليون"], table["ألف"]] == [3, 5, 3]
    assert asked == ["ألف", "مليون"]


def test_the_table_never_outgrows_its_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(form_table, "_KEPT_FORMS", 10)
    table = FormTable(len)
    assert all(table["و" * n] == n for n in range(1, 100))
    assert len(table) <= 10
