"""Distance functions."""

import pytest

from musnad.annotation.agreement.distance import distances, jaccard, masi, ratio


class TestPassonneau2006:
    """MASI, LREC 2006; the number is NLTK's, whose old doctest printed .868 with a rounded 0.33."""

    def test_masi_of_intersecting_sets(self) -> None:
        assert masi({1, 2, 3, 4}, {3, 4, 5}) == pytest.approx(0.8667, abs=5e-5)

    def test_jaccard_of_the_same_sets(self) -> None:
        assert jaccard({1, 2, 3, 4}, {3, 4, 5}) == pytest.approx(0.6)

    def test_a_subset_is_nearer_than_an_intersection(self) -> None:
        assert masi({1, 2}, {1, 2, 3}) < masi({1, 2}, {2, 3})

    def test_empty_sets_are_the_same(self) -> None:
        assert masi(set(), set()) == jaccard(set(), set()) == 0
        assert masi({1}, {2}) == 1


class TestRatio:
    def test_zero_is_no_distance_from_zero_and_all_from_anything_else(self) -> None:
        assert ratio(0, 0) == 0
        assert ratio(0, 5) == ratio(5, 0) == 1

    def test_below_zero_it_stays_within_one(self) -> None:
        assert ratio(-5, 5) == 1
        assert distances("ratio", [-5.0, 0.0, 5.0], None).max() == 1
