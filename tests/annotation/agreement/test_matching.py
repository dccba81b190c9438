"""Matching: optimal, free of order, safe for nesting."""

from itertools import permutations

from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.agreement.matching import Unit, exact_pairs, overlap_pairs, shared


def unit(start: int, end: int, label: str | None = None) -> Unit:
    return Unit(((start, end),), label)


spans = st.tuples(st.integers(0, 30), st.integers(1, 12)).map(lambda p: unit(p[0], p[0] + p[1]))
units = st.lists(spans, max_size=5)


def best_count(a: list[Unit], b: list[Unit]) -> int:
    """The largest matching by trying all of them."""
    if len(a) > len(b):
        a, b = b, a
    return max(
        sum(shared(x.pieces, y.pieces) > 0 for x, y in zip(a, order, strict=False)) for order in permutations(b, len(a))
    )


class TestOverlap:
    def test_a_greedy_walk_would_lose_a_pair_here(self) -> None:
        # In the second call, giving the long unit its first neighbour would leave the other without a partner.
        a, b = [unit(0, 10), unit(8, 12)], [unit(0, 2), unit(9, 10)]
        assert overlap_pairs(a, b) == [(0, 0), (1, 1)]
        assert overlap_pairs([unit(0, 10), unit(0, 2)], [unit(0, 2), unit(9, 10)]) == [(0, 1), (1, 0)]

    def test_nested_names_pair_outer_with_outer(self) -> None:
        ministry, adjective = unit(0, 22), unit(13, 22)
        assert overlap_pairs([adjective, ministry], [ministry, adjective]) == [(0, 1), (1, 0)]

    def test_touching_spans_do_not_overlap(self) -> None:
        assert overlap_pairs([unit(0, 5)], [unit(5, 9)]) == []

    def test_a_discontinuous_cue_is_one_unit(self) -> None:
        whole, part = Unit(((0, 4), (33, 35), (55, 57))), Unit(((55, 57),))
        assert overlap_pairs([whole], [part, Unit(((10, 20),))]) == [(0, 0)]

    def test_labels_keep_apart_only_when_asked(self) -> None:
        a, b = [unit(0, 5, "GPE")], [unit(0, 5, "LOC")]
        assert overlap_pairs(a, b) == [(0, 0)]
        assert overlap_pairs(a, b, same_label=True) == []

    def test_alignment_keeps_identical_units_together(self) -> None:
        a, b = [unit(6, 12), unit(0, 12)], [unit(0, 5), unit(0, 12)]
        assert overlap_pairs(a, b, most="pairs") == [(0, 1), (1, 0)]
        assert overlap_pairs(a, b, most="overlap") == [(1, 1)]

    @given(units, units)
    def test_the_count_is_the_largest_there_is(self, a: list[Unit], b: list[Unit]) -> None:
        assert len(overlap_pairs(a, b)) == best_count(a, b)

    @given(units, units, st.randoms())
    def test_neither_order_nor_side_changes_which_units_pair(self, a: list[Unit], b: list[Unit], random) -> None:
        for most in ("pairs", "overlap"):
            expected = sorted((a[i], b[j]) for i, j in overlap_pairs(a, b, most=most))
            shuffled = random.sample(a, len(a))
            assert sorted((shuffled[i], b[j]) for i, j in overlap_pairs(shuffled, b, most=most)) == expected
            assert sorted((a[i], b[j]) for j, i in overlap_pairs(b, a, most=most)) == expected


class TestExact:
    def test_each_unit_is_used_once(self) -> None:
        assert exact_pairs(["x", "x", "y"], ["x", "z"]) == [(0, 0)]

    @given(st.lists(st.integers(0, 4)), st.lists(st.integers(0, 4)))
    def test_the_count_is_that_of_the_common_multiset(self, a: list[int], b: list[int]) -> None:
        assert len(exact_pairs(a, b)) == sum(min(a.count(n), b.count(n)) for n in set(a))
