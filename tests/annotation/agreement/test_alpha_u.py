"""Krippendorff's first α for unitizing against the paper's and the book's figures."""

import math

import pytest

from musnad.annotation.agreement.alpha import krippendorff_alpha
from musnad.annotation.agreement.alpha_u import alpha_u
from musnad.annotation.agreement.kappa import cohen_kappa, scott_pi
from musnad.annotation.agreement.unitized_alpha import Continuum

Units = list[tuple[int, int, str]]


def units(value: str, *spans: tuple[int, int], origin: int = 0, stretch: int = 1) -> Units:
    """Units from (offset, length), as the paper gives them."""
    return [((at - origin) * stretch, (at + size - origin) * stretch, value) for at, size in spans]


class TestKrippendorff2004:
    """Content Analysis (2nd ed.), p. 254: a continuum of 300 that begins at 150 (DKPro unitizing/Krippendorff2004Test).

    i  ........kkkkk....ccccccc.....kkkk.......ccc........
    j  ........kkkkk...cccccccc.....kkkk....cc...cc.......
    """

    FIRST = units("c", (225, 70), (370, 30), origin=150) + units("k", (180, 60), (300, 50), origin=150)
    SECOND = units("c", (220, 80), (355, 20), (400, 20), origin=150) + units("k", (180, 60), (300, 50), origin=150)

    def test_value_c(self) -> None:
        c = alpha_u(Continuum(300, [self.FIRST, self.SECOND])).values["c"]
        assert c.observed == pytest.approx(0.014444, abs=5e-7)
        assert c.expected == pytest.approx(0.053222, abs=5e-7)
        assert c.alpha == pytest.approx(0.7286, abs=5e-5)

    def test_value_k(self) -> None:
        k = alpha_u(Continuum(300, [self.FIRST, self.SECOND])).values["k"]
        assert (k.observed, k.alpha) == (0, 1.0)
        assert k.expected == pytest.approx(0.0490, abs=5e-5)

    def test_both_values(self) -> None:
        # DKPro expects .8591 ± .0005 here; the disagreements as printed give .8587.
        assert alpha_u(Continuum(300, [self.FIRST, self.SECOND])).alpha == pytest.approx(0.8587, abs=5e-5)

    @pytest.mark.parametrize(
        ("a", "b", "distance"),
        [([(225, 295)], [(220, 300)], 50), ([(370, 400)], [(355, 375)], 850), ([], [(400, 420)], 400)],
    )
    def test_distances_of_single_units(self, a: list[tuple[int, int]], b: list[tuple[int, int]], distance: int) -> None:
        coders = [[(start, end, "c") for start, end in spans] for spans in (a, b)]
        assert alpha_u(Continuum(500, coders)).observed == pytest.approx(distance / 500**2)


class TestKrippendorff1995:
    """Sociological Methodology 25, p. 57: examples A, B and C (DKPro unitizing/Krippendorff1995Test, and its bands).

    The paper's α is the limit for a continuum cut ever finer; its D_e is slightly off (DKPro suspects a sign, see
    2004), so that C has .679 in print, but the formula converges to .693.
    """

    A = (((2, 8), (14, 6)), ((4, 4), (15, 2)))
    B = (((0, 18),), ((0, 2), (2, 1), (3, 1), (4, 1), (5, 1), (6, 3), (9, 1)))
    C = (((2, 6), (10, 2), (14, 4), (20, 2)), ((0, 2), (4, 4), (10, 4), (16, 2), (20, 2)))

    @staticmethod
    def continuum(example: tuple[tuple[tuple[int, int], ...], ...], stretch: int) -> Continuum:
        return Continuum(24 * stretch, [units("x", *spans, stretch=stretch) for spans in example])

    @pytest.mark.parametrize(("example", "observed"), [(A, 0.03125), (B, 2.26736), (C, 0.02777)])
    def test_observed_disagreement(self, example, observed: float) -> None:
        assert alpha_u(self.continuum(example, 1)).observed == pytest.approx(observed, abs=1e-5)

    @pytest.mark.parametrize(("example", "alpha"), [(A, 0.553), (B, -0.926), (C, 0.679)])
    def test_limit_of_alpha(self, example, alpha: float) -> None:
        assert alpha_u(self.continuum(example, 50_000)).alpha == pytest.approx(alpha, abs=0.02)

    def test_what_example_c_converges_to(self) -> None:
        assert alpha_u(self.continuum(self.C, 50_000)).alpha == pytest.approx(0.693, abs=5e-4)

    def test_example_a_digitised(self) -> None:
        """Code point by code point, as a coding study: κ .385, π .314, α .3286."""
        bertha, bill = ([int(any(s <= n < s + size for s, size in spans)) for n in range(24)] for spans in self.A)
        assert cohen_kappa([bertha, bill]) == pytest.approx(0.385, abs=5e-4)
        assert scott_pi([bertha, bill]) == pytest.approx(0.314, abs=5e-4)
        assert krippendorff_alpha([bertha, bill]) == pytest.approx(0.3286, abs=5e-5)


class TestDkpro:
    """DKPro unitizing/UnitizingAgreementTest."""

    def test_one_long_unit_against_three_short_ones(self) -> None:
        found = alpha_u(Continuum(10, [units("x", (1, 8)), units("x", (2, 1), (4, 1), (6, 1))]))
        assert found.observed == pytest.approx(0.9100, abs=5e-5)
        assert found.expected == pytest.approx(0.5352, abs=5e-5)
        assert found.alpha == pytest.approx(-0.7003, abs=5e-5)

    def test_without_units_it_is_undefined(self) -> None:
        assert math.isnan(alpha_u(Continuum(10, [[], []])).alpha)

    def test_one_unit_of_one_coder_is_no_better_than_chance(self) -> None:
        assert alpha_u(Continuum(20, [units("x", (0, 1)), [], []])).alpha == pytest.approx(0.0)

    def test_a_unit_of_no_length_carries_no_mass(self) -> None:
        plain = alpha_u(Continuum(10, [units("x", (1, 8)), units("x", (2, 1), (4, 1), (6, 1))]))
        assert alpha_u(Continuum(10, [units("x", (1, 8), (9, 0)), units("x", (2, 1), (4, 1), (6, 1))])) == plain
