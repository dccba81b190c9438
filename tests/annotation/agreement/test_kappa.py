"""S, π, κ, Fleiss' κ, AC1 and AC2 against the papers' numbers."""

import math

import pytest

from musnad.annotation.agreement.kappa import (
    bennett_s,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    from_contingency,
    gwet_ac1,
    gwet_ac2,
    scott_pi,
)


class TestArtsteinPoesio2008:
    """Computational Linguistics 34(4), tables of §2: examples 1 and 2."""

    FIRST = from_contingency([[20, 10], [20, 50]], "SI")
    SECOND = from_contingency([[46, 0, 0], [6, 32, 6], [0, 0, 10]], "SIC")

    def test_example_1(self) -> None:
        assert bennett_s(self.FIRST) == pytest.approx(0.400, abs=5e-4)
        assert scott_pi(self.FIRST) == pytest.approx(0.3407, abs=5e-5)
        assert cohen_kappa(self.FIRST) == pytest.approx(0.3478, abs=5e-5)

    def test_example_2(self) -> None:
        assert bennett_s(self.SECOND) == pytest.approx(0.820, abs=5e-4)
        assert scott_pi(self.SECOND) == pytest.approx(0.7995, abs=5e-5)
        assert cohen_kappa(self.SECOND) == pytest.approx(0.8013, abs=5e-5)

    def test_example_2_weighted(self) -> None:
        def half(a: str, b: str) -> float:
            return 0.0 if a == b else 0.5 if "C" in (a, b) else 1.0

        assert cohen_kappa(self.SECOND, half) == pytest.approx(0.8163, abs=5e-5)


class TestCohen1960:
    """Educational and Psychological Measurement 20, p. 45: A_o .70, A_e .41; AC1, AC2 by irrCAC (gwet/fixture_03)."""

    TABLE = from_contingency([[88, 14, 18], [10, 40, 10], [2, 6, 12]])

    def test_kappa(self) -> None:
        assert cohen_kappa(self.TABLE) == pytest.approx(0.4915, abs=5e-5)

    def test_ac1_and_quadratic_ac2(self) -> None:
        assert gwet_ac1(self.TABLE) == pytest.approx(0.57597, abs=5e-6)
        assert gwet_ac2(self.TABLE, "interval") == pytest.approx(0.63855, abs=5e-6)

    def test_the_contingency_table_comes_back(self) -> None:
        values, table = contingency(*self.TABLE)
        assert values == [0, 1, 2]
        assert table.tolist() == [[88, 14, 18], [10, 40, 10], [2, 6, 12]]


class TestGwet2008:
    """The paradox of high agreement and low κ (irrCAC gwet/fixture_01): A_o .85, A_e .21875."""

    TABLE = from_contingency([[80, 7], [8, 5]])

    def test_ac1_stays_high_where_kappa_falls(self) -> None:
        assert gwet_ac1(self.TABLE) == pytest.approx(0.808, abs=5e-4)
        assert cohen_kappa(self.TABLE) < 0.4

    def test_a_category_that_nobody_used_lowers_what_chance_agrees(self) -> None:
        assert gwet_ac1(self.TABLE, categories=3) > gwet_ac1(self.TABLE)


class TestIrrcac:
    """irrCAC 1.4, gwet.ac1.raw, of tables of ratings (DKPro gwet/fixture_04 and fixture_05): AC1 and quadratic AC2."""

    FOUR = ((20, 5, 1, 0), (4, 15, 6, 1), (0, 5, 18, 4), (0, 1, 3, 12))
    FIVE = ((15, 4, 1, 0, 0), (3, 12, 4, 1, 0), (1, 3, 14, 3, 1), (0, 1, 3, 10, 2), (0, 0, 1, 2, 8))

    @pytest.mark.parametrize(("counts", "ac1", "ac2"), [(FOUR, 0.58046, 0.84028), (FIVE, 0.57997, 0.87005)])
    def test_ac1_and_quadratic_ac2(self, counts, ac1: float, ac2: float) -> None:
        table = from_contingency(counts)
        assert gwet_ac1(table) == pytest.approx(ac1, abs=5e-6)
        assert gwet_ac2(table, "interval") == pytest.approx(ac2, abs=5e-6)


class TestZwick1988:
    """Psychological Bulletin 103(3), p. 376 (DKPro coding/Zwick1988Test): S, π and κ of three tables with A_o .600."""

    @pytest.mark.parametrize(
        ("counts", "s", "pi", "kappa"),
        [
            (((20, 0, 0, 5), (0, 10, 15, 0), (0, 15, 10, 0), (5, 0, 0, 20)), 0.467, 0.467, 0.467),
            (((20, 10, 10, 0), (10, 10, 0, 0), (10, 0, 10, 0), (0, 0, 0, 20)), 0.467, 0.444, 0.444),
            # π of the third is printed as .460; it is .4595.
            (((20, 5, 5, 10), (0, 10, 5, 5), (0, 5, 10, 5), (0, 0, 0, 20)), 0.467, 0.4595, 0.474),
        ],
    )
    def test_tables(self, counts, s: float, pi: float, kappa: float) -> None:
        table = from_contingency(counts)
        assert bennett_s(table) == pytest.approx(s, abs=5e-4)
        assert scott_pi(table) == pytest.approx(pi, abs=5e-4)
        assert cohen_kappa(table) == pytest.approx(kappa, abs=5e-4)


class TestRandolph2005:
    """Joensuu symposium 2005, p. 17 (DKPro coding/Randolph2005Test): free and fixed marginals, three coders."""

    @pytest.mark.parametrize(
        ("items", "fixed", "free"), [("YYY YYN NNY NNN", 0.33, 0.33), ("YYY YYN YYN YYY", -0.20, 0.33)]
    )
    def test_kappa(self, items: str, fixed: float, free: float) -> None:
        table = list(zip(*items.split(), strict=True))
        assert fleiss_kappa(table) == pytest.approx(fixed, abs=5e-3)
        assert bennett_s(table) == pytest.approx(free, abs=5e-3)


class TestWeights:
    def test_with_two_categories_all_weights_are_the_same(self) -> None:
        table = from_contingency([[20, 10], [20, 50]])
        assert cohen_kappa(table, "linear") == pytest.approx(cohen_kappa(table))
        assert cohen_kappa(table, "interval") == pytest.approx(cohen_kappa(table))

    def test_linear_weights_by_hand(self) -> None:
        # One of five is a step apart; by the margins (2, 2, 1) and (1, 3, 1) chance expects 19/25 of a step.
        table = [[1, 1, 2, 2, 3], [1, 2, 2, 2, 3]]
        assert cohen_kappa(table, "linear") == pytest.approx(1 - (1 / 5) / (19 / 25))


class TestFleiss1971:
    """Psychological Bulletin 76(5); the numbers are those of the Wikipedia article's table of 10 × 14, κ .210."""

    COUNTS = (
        (0, 0, 0, 0, 14),
        (0, 2, 6, 4, 2),
        (0, 0, 3, 5, 6),
        (0, 3, 9, 2, 0),
        (2, 2, 8, 1, 1),
        (7, 7, 0, 0, 0),
        (3, 2, 6, 3, 0),
        (2, 5, 3, 2, 2),
        (6, 5, 2, 1, 0),
        (0, 2, 2, 3, 7),
    )

    def test_kappa(self) -> None:
        units = [[value for value, n in enumerate(counts) for _ in range(n)] for counts in self.COUNTS]
        table = list(zip(*units, strict=True))
        assert fleiss_kappa(table) == pytest.approx(0.210, abs=5e-4)

    def test_of_two_coders_it_is_scotts_pi(self) -> None:
        table = from_contingency([[20, 10], [20, 50]])
        assert fleiss_kappa(table) == pytest.approx(scott_pi(table))


class TestDegenerateTables:
    @pytest.mark.parametrize("coefficient", [cohen_kappa, scott_pi, fleiss_kappa, bennett_s, gwet_ac1])
    def test_one_category_leaves_every_coefficient_undefined(self, coefficient) -> None:
        assert math.isnan(coefficient([["O", "O"], ["O", "O"]]))

    def test_units_that_one_coder_left_out_say_nothing(self) -> None:
        assert cohen_kappa([["a", "b", None], ["a", "b", "a"]]) == 1.0

    def test_kappa_of_three_coders_is_the_mean_over_pairs(self) -> None:
        a, b, c = list("aabb"), list("aabb"), list("abab")
        assert cohen_kappa([a, b, c]) == pytest.approx((1 + cohen_kappa([a, c]) + cohen_kappa([b, c])) / 3)

    def test_one_coder_alone_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two or more"):
            cohen_kappa([["a", "b"]])
