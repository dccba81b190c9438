"""Which units stay where units may not overlap."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.agreement.overlaps import flat, flat_rows

units = st.tuples(st.integers(0, 2), st.integers(0, 30), st.integers(1, 9)).map(
    lambda drawn: (drawn[0], drawn[1], drawn[1] + drawn[2])
)


def test_a_nested_name_is_dropped_and_counted() -> None:
    assert flat([(13, 22, 5), (0, 22, 2), (30, 34, 1)]) == ([(0, 22, 2), (30, 34, 1)], 1)


def test_the_longest_stays_even_if_it_comes_last() -> None:
    assert flat([(0, 5, 1), (4, 8, 1), (7, 20, 2)]) == ([(0, 5, 1), (7, 20, 2)], 1)


@given(st.lists(units, max_size=12).map(sorted))
def test_all_groups_at_once_keep_what_each_would_keep_alone(rows: list[tuple[int, int, int]]) -> None:
    columns = np.array(rows, dtype=np.int64).reshape(-1, 3)
    kept = flat_rows(columns[:, 0], columns[:, 1], columns[:, 2])
    alone = [
        (group, start, end)
        for group in range(3)
        for start, end, _ in flat((start, end, place) for place, (of, start, end) in enumerate(rows) if of == group)[0]
    ]
    assert [row for row, stays in zip(rows, kept, strict=True) if stays] == alone
