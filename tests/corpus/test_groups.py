"""Numbers joined two by two, and those that must stay apart."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from musnad.corpus.groups import Groups


def test_groups_are_known_by_their_smallest_number() -> None:
    groups = Groups(5)
    assert groups.join(4, 2)
    assert groups.join(2, 0)
    assert not groups.join(0, 4)
    assert [groups.first(number) for number in range(5)] == [0, 1, 0, 3, 0]
    assert groups.apart(1, 3)
    assert not groups.apart(2, 4)


def test_what_stands_in_different_places_is_never_joined_and_the_attempt_is_kept() -> None:
    groups = Groups(5, ["train", None, None, "test"])
    assert groups.join(0, 1)
    assert groups.join(4, 3)
    assert not groups.join(1, 4)
    assert list(groups.refused) == [(1, 4)]
    assert (groups.anchor(1), groups.anchor(4), groups.anchor(2)) == ((0, "train"), (3, "test"), None)
    assert groups.join(2, 4)
    assert groups.anchor(2) == (3, "test")


@given(
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9))), st.dictionaries(st.integers(0, 9), st.sampled_from("ab"))
)
def test_no_group_stands_in_two_places(pairs: list[tuple[int, int]], standing: dict[int, str]) -> None:
    groups = Groups(10, [standing.get(number) for number in range(10)])
    for one, other in pairs:
        joined = groups.join(one, other)
        assert not joined or not groups.apart(one, other)
        assert not groups.apart(one, other) or (one, other) in groups.refused
    places: dict[int, set[str]] = {}
    for number, where in standing.items():
        places.setdefault(groups.first(number), set()).add(where)
    assert all(len(of) == 1 for of in places.values())
