"""Krippendorff's α against the papers' and other implementations' numbers, and by its properties."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.agreement.alpha import coincidence_matrix, disagreements_of, krippendorff_alpha
from musnad.annotation.agreement.kappa import from_contingency


def row(cells: str) -> list[int | None]:
    return [None if cell == "." else int(cell) for cell in cells.split()]


class TestKrippendorff2004:
    """Content Analysis (2nd ed.), ch. 11: four observers, twelve units.

    Also NLTK test_disagreement.py, DKPro coding/Krippendorff2004Test, fast-krippendorff's docstring; step by step in
    "Computing Krippendorff's Alpha-Reliability" (2011).
    """

    TABLE = (
        row("1 2 3 3 2 1 4 1 2 . . ."),
        row("1 2 3 3 2 2 4 1 2 5 . 3"),
        row(". 3 3 3 2 3 4 2 2 5 1 ."),
        row("1 2 3 3 2 4 4 1 2 5 1 ."),
    )

    @pytest.mark.parametrize(
        ("metric", "expected"),
        [("nominal", 0.743421), ("ordinal", 0.815388), ("interval", 0.849107), ("ratio", 0.797403)],
    )
    def test_alpha_of_every_metric(self, metric: str, expected: float) -> None:
        assert krippendorff_alpha(self.TABLE, metric) == pytest.approx(expected, abs=5e-7)

    def test_observed_and_expected_disagreement(self) -> None:
        nominal, interval = disagreements_of(self.TABLE), disagreements_of(self.TABLE, "interval")
        assert (nominal.observed, nominal.expected) == pytest.approx((0.200, 0.779), abs=5e-4)
        assert (interval.observed, interval.expected) == pytest.approx((0.433, 2.872), abs=5e-4)

    def test_the_unit_that_one_observer_saw_is_not_pairable(self) -> None:
        assert disagreements_of(self.TABLE).n == 40


class TestKrippendorffWikipedia:
    """The 3 × 15 example of the Wikipedia article, as in fast-krippendorff's sample.py."""

    TABLE = (
        row(". . . . . 3 4 1 2 1 1 3 3 . 3"),
        row("1 . 2 1 3 3 4 3 . . . . . . ."),
        row(". . 2 1 3 4 4 . 2 1 1 3 3 . 4"),
    )

    @pytest.mark.parametrize(
        ("metric", "expected"), [("nominal", 0.691358), ("interval", 0.810845), ("ordinal", 0.806721)]
    )
    def test_alpha(self, metric: str, expected: float) -> None:
        assert krippendorff_alpha(self.TABLE, metric) == pytest.approx(expected, abs=5e-7)


class TestHayesKrippendorff2007:
    """Communication Methods and Measures 1(1), p. 84 (DKPro coding/HayesKrippendorff2007Test): ordinal, five observers.

    One string per item, a dot for a value that is missing.
    """

    ITEMS = (
        "112.2 1101. 2333. .00.0 000.0 000.0 102.1 1.20. 222.2 2111. .100. 0000. 1222. 33223 111.1 111.1 212.2 1233."
        " 1101. 000.0 0011. 00.00 2333. 0000. 12.22 0111. 00010 1212. 1122. 112.2 110.0 2121. 22.22 3222. 222.2 223.2"
        " 222.2 22.12 2222. 111.1"
    )

    def test_ordinal_alpha(self) -> None:
        items = [row(" ".join(item)) for item in self.ITEMS.split()]
        assert krippendorff_alpha(list(zip(*items, strict=True)), "ordinal") == pytest.approx(0.7598, abs=5e-5)


class TestKrippendorff1980:
    """Content Analysis (1st ed.), as in DKPro coding/Krippendorff1980Test: three coders, one string per item."""

    ITEMS = ("111", "122", "222", "444", "144", "222", "123", "333", "222")
    CODERS = tuple(zip(*ITEMS, strict=True))

    @pytest.mark.parametrize(("metric", "expected"), [("nominal", 0.6417), ("interval", 0.5469), ("ratio", 0.4833)])
    def test_alpha(self, metric: str, expected: float) -> None:
        table = [[int(value) for value in coder] for coder in self.CODERS]
        assert krippendorff_alpha(table, metric) == pytest.approx(expected, abs=5e-5)


class TestArtsteinPoesio2008:
    """Computational Linguistics 34(4): example 1 (statements and requests) and example 2 (with checks)."""

    FIRST = from_contingency([[20, 10], [20, 50]], "SI")
    SECOND = from_contingency([[46, 0, 0], [6, 32, 6], [0, 0, 10]], "SIC")

    def test_alpha_of_example_1(self) -> None:
        assert krippendorff_alpha(self.FIRST) == pytest.approx(0.3440, abs=5e-5)

    def test_alpha_of_example_2(self) -> None:
        assert krippendorff_alpha(self.SECOND) == pytest.approx(0.8005, abs=5e-5)

    def test_alpha_of_example_2_with_half_a_distance_to_a_check(self) -> None:
        def half(a: str, b: str) -> float:
            return 0.0 if a == b else 0.5 if "C" in (a, b) else 1.0

        assert krippendorff_alpha(self.SECOND, half) == pytest.approx(0.8156, abs=5e-5)


class TestDegenerateTables:
    def test_items_rated_once_are_ignored(self) -> None:
        """NLTK test_disagreement.py, test_easy: dress1 Y N N, dress2 Y N, dress3 N."""
        table = [["Y", "Y", "N"], ["N", "N", None], ["N", None, None]]
        assert krippendorff_alpha(table) == pytest.approx(-1 / 3)
        without = [["Y", "Y"], ["N", "N"], ["N", None]]
        assert krippendorff_alpha(table) == krippendorff_alpha(without)

    def test_missing_values_are_no_category(self) -> None:
        """NLTK: 1.0 with None missing, .3333 with None as a category."""
        table = [[1, 1, 2], [1, 1, None], [None, 1, 2]]
        assert krippendorff_alpha(table) == 1.0
        assert krippendorff_alpha([["-" if cell is None else cell for cell in row] for row in table]) == pytest.approx(
            1 / 3
        )

    def test_without_variation_alpha_is_undefined(self) -> None:
        # NLTK says 1.0, DKPro raises; nothing could have been disagreed about, so there is no figure.
        assert math.isnan(krippendorff_alpha([["PER", "PER"], ["PER", "PER"]]))

    def test_without_pairable_values_alpha_is_undefined(self) -> None:
        assert math.isnan(krippendorff_alpha([["PER", None], [None, "ORG"]]))
        assert math.isnan(krippendorff_alpha([]))

    def test_nan_is_missing_too(self) -> None:
        assert krippendorff_alpha([[1.0, 2.0, math.nan], [1.0, 2.0, 3.0]], "ratio") == 1.0

    def test_ragged_rows_are_refused(self) -> None:
        with pytest.raises(ValueError, match="one cell per unit"):
            krippendorff_alpha([[1, 2], [1]])

    def test_an_order_must_hold_every_value(self) -> None:
        with pytest.raises(ValueError, match="high"):
            krippendorff_alpha([["low", "high"], ["low", "low"]], "ordinal", order=["low", "middle"])

    def test_ordinal_words_take_their_order_from_the_caller(self) -> None:
        words = [["low", "middle", "high", "high"], ["low", "high", "high", "middle"]]
        numbers = [[{"low": 1, "middle": 2, "high": 3}[cell] for cell in row] for row in words]
        order = ["low", "middle", "high"]
        assert krippendorff_alpha(words, "ordinal", order=order) == krippendorff_alpha(numbers, "ordinal")

    def test_an_unknown_metric_names_the_known_ones(self) -> None:
        with pytest.raises(ValueError, match=r"ordinal.*ratio"):
            krippendorff_alpha([[1, 2], [1, 2]], "nomial")


cells = st.one_of(st.none(), st.integers(1, 5))
tables = (
    st.integers(2, 4)
    .flatmap(lambda coders: st.lists(st.lists(cells, min_size=coders, max_size=coders), min_size=1, max_size=12))
    .map(lambda units: [list(row) for row in zip(*units, strict=True)])
)


class TestProperties:
    @given(tables, st.sampled_from(["nominal", "ordinal", "interval", "ratio"]), st.randoms())
    def test_the_order_of_coders_and_units_changes_nothing(self, table, metric: str, chance: random.Random) -> None:
        columns = list(zip(*table, strict=True))
        shuffled = [list(row) for row in zip(*chance.sample(columns, len(columns)), strict=True)]
        chance.shuffle(shuffled)
        assert krippendorff_alpha(shuffled, metric) == pytest.approx(
            krippendorff_alpha(table, metric), abs=1e-12, nan_ok=True
        )

    @given(tables)
    def test_alpha_is_at_most_one_and_one_only_without_disagreement(self, table) -> None:
        alpha = krippendorff_alpha(table)
        if not math.isnan(alpha):
            assert alpha <= 1
            assert (alpha == 1) == (disagreements_of(table).observed == 0)

    @given(tables)
    def test_renaming_values_changes_no_nominal_alpha(self, table) -> None:
        renamed = [[None if cell is None else "وهدجب"[cell - 1] for cell in row] for row in table]
        assert krippendorff_alpha(renamed) == pytest.approx(krippendorff_alpha(table), abs=1e-12, nan_ok=True)

    @given(tables)
    def test_coincidences_count_every_pairable_value_once(self, table) -> None:
        _, matrix = coincidence_matrix(table)
        units = [[cell for cell in unit if cell is not None] for unit in zip(*table, strict=True)]
        assert matrix.sum() == pytest.approx(sum(len(unit) for unit in units if len(unit) >= 2))

    @given(st.lists(st.integers(1, 4), min_size=2, max_size=12), st.integers(0, 50))
    def test_one_more_perfect_annotator_never_lowers_alpha(self, truth: list[int], seed: int) -> None:
        chance = random.Random(seed)
        other = [value if chance.random() < 0.7 else chance.randint(1, 4) for value in truth]
        two, three = krippendorff_alpha([truth, other]), krippendorff_alpha([truth, other, truth])
        if not math.isnan(two):
            assert three >= two - 1e-12
