"""What is spilled to disk comes back as it went in, sorted where that was asked for."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad.corpus import spill
from musnad.corpus.spill import Counts, Sorter, Strings, Table

numbers = st.lists(st.lists(st.integers(0, 2**64 - 1), max_size=20), max_size=10)


@given(numbers, st.integers(0, 40))
@settings(deadline=None)
def test_a_sorter_gives_back_every_number_in_order(added: list[list[int]], together: int) -> None:
    sorter = Sorter(2**64, together)
    for some in added:
        sorter.add(np.array(some, np.uint64))
    pieces = [piece.tolist() for piece in sorter.pieces()]
    assert [number for piece in pieces for number in piece] == sorted(number for some in added for number in some)
    edges = [(one[-1] >> together, other[0] >> together) for one, other in pairwise(pieces)]
    assert all(last != first for last, first in edges)


def test_a_sorter_works_over_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "_BLOCK", 64)
    draw = np.random.default_rng(0)
    sorter, added = Sorter(1000, 0), draw.integers(0, 1000, 5000, np.uint64)
    for some in np.split(added, 100):
        sorter.add(some)
    assert np.array_equal(np.concatenate(list(sorter.pieces())), np.sort(added))


def test_a_table_is_read_by_columns_and_by_rows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spill, "_BLOCK", 64)
    whole = np.arange(40, dtype=np.uint32).reshape(10, 4)
    table = Table(4)
    for row in whole:
        table.append(row)
    assert len(table) == 10
    assert np.array_equal(table.columns(1, 3), whole[:, 1:3])
    assert np.array_equal(table.rows(np.array([7, 0, 7])), whole[[7, 0, 7]])
    assert Table(4).columns(0, 2).shape == (0, 2)
    with pytest.raises(ValueError, match="width 4"):
        table.append(whole[:, 0])


def test_counts_are_read_some_columns_at_a_time() -> None:
    whole = np.arange(40).reshape(8, 5)
    counts = Counts(5)
    for row in whole:
        counts.append(row)
    assert len(counts) == 8
    assert np.array_equal(counts.columns(1, 4), whole[:, 1:4])
    with pytest.raises(ValueError, match="width 5"):
        counts.append(whole[0, :4])
    with pytest.raises(ValueError, match="a count of 65536"):
        counts.append(np.full(5, 2**16))


@given(st.lists(st.binary(max_size=30)), st.randoms(use_true_random=False))
def test_strings_come_back_by_their_number_also_between_additions(added: list[bytes], draw: st.DataObject) -> None:
    strings = Strings()
    for number, content in enumerate(added):
        strings.append(content)
        earlier = draw.randint(0, number)  # type: ignore[attr-defined]
        assert strings[earlier] == added[earlier]
    assert [strings[number] for number in range(len(strings))] == added
