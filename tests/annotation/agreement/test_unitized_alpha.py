"""The unitized α family against an independent implementation's numbers, and by its properties."""

import math
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.agreement.overlaps import flat
from musnad.annotation.agreement.unitized_alpha import Continuum, unitized_alpha


class TestKrippendorff2016:
    """Krippendorff, Mathet, Bouvry & Widlöcher 2016, eqs. 1, 4, 5a, 6, 10, 11, 13b.

    The numbers come from an independent implementation of these equations (to 12 digits those of a second one), not
    from the paper's own tables.

        0         1         2
        01234567890123456789
        ..111....11.22222222   Alex
        ..111..22222222.....   Paul
        ..111.....22222.....   Susan
    """

    THREE = Continuum(
        20,
        [
            [(2, 5, 1), (9, 11, 1), (12, 20, 2)],
            [(2, 5, 1), (7, 15, 2)],
            [(2, 5, 1), (10, 15, 2)],
        ],
    )
    LETTERS = Continuum(
        12,
        [
            [(0, 4, "A"), (6, 10, "B")],
            [(0, 5, "A"), (6, 10, "A")],
            [(1, 4, "A"), (6, 9, "B")],
        ],
    )

    def test_alex_paul_and_susan(self) -> None:
        family = unitized_alpha(self.THREE)
        assert family.u == pytest.approx(0.4739130, abs=5e-8)
        assert family.binary == pytest.approx(0.4328125, abs=5e-8)
        assert family.cu == pytest.approx(0.7788820, abs=5e-8)
        assert family.ku == pytest.approx({1: 0.7692517, 2: 0.7869714}, abs=5e-8)

    def test_three_coders_who_confuse_a_label(self) -> None:
        family = unitized_alpha(self.LETTERS)
        assert family.u == pytest.approx(0.4763450, abs=5e-8)
        assert family.binary == pytest.approx(0.6677815, abs=5e-8)
        assert family.cu == pytest.approx(0.3378917, abs=5e-8)
        assert family.ku == pytest.approx({"A": 0.3396645, "B": 0.3342099}, abs=5e-8)


class TestKeyphrases:
    """README of zeljkobekcic/KrippendorffUnitizedAlpha, which prints uα .5672.

    That is wrong: it takes ends as inclusive but lengths as end - start, so that code points vanish. The same numbers
    read as half-open spans of a text of 56 code points give .5955.
    """

    def test_alpha_of_the_same_numbers_read_as_half_open(self) -> None:
        coders = [[(3, 14, "k"), (22, 52, "k")], [(3, 9, "k"), (22, 52, "k")], [(22, 45, "k")]]
        assert unitized_alpha(Continuum(56, coders)).u == pytest.approx(0.5955, abs=5e-5)


class TestUnitsOfTheirOwn:
    def test_three_adjacent_units_are_not_one_long_unit(self) -> None:
        apart = [(4, 8, "x"), (8, 12, "x"), (12, 16, "x")]
        other = [(4, 16, "x")]
        family = unitized_alpha(Continuum(20, [apart, other]))
        whole = unitized_alpha(Continuum(20, [other, other]))
        # The same code points are marked, so both agree; what chance would do depends on how long the units are.
        assert family.u == whole.u == 1.0
        one, two = Continuum(20, [apart, [(5, 16, "x")]]), Continuum(20, [other, [(5, 16, "x")]])
        assert unitized_alpha(one).u != unitized_alpha(two).u


class TestDegenerateContinua:
    def test_without_units_everything_is_undefined(self) -> None:
        family = unitized_alpha(Continuum(50, [[], []]))
        assert all(math.isnan(value) for value in (family.u, family.binary, family.cu))

    def test_with_one_label_the_coding_is_undefined(self) -> None:
        family = unitized_alpha(Continuum(12, [[(0, 4, "PER")], [(0, 4, "PER")]]))
        assert (family.u, family.binary) == (1.0, 1.0)
        assert math.isnan(family.cu)
        assert math.isnan(family.ku["PER"])

    def test_units_without_gaps_leave_the_binary_alpha_undefined(self) -> None:
        family = unitized_alpha(Continuum(8, [[(0, 4, "a"), (4, 8, "b")], [(0, 5, "a"), (5, 8, "b")]]))
        assert math.isnan(family.binary)
        assert 0 < family.u < 1

    def test_an_empty_unit_carries_no_mass(self) -> None:
        one, other = [(2, 5, 1), (9, 11, 1)], [(2, 6, 1)]
        with_empty = unitized_alpha(Continuum(20, [[*one, (13, 13, 1)], [*other, (9, 9, 1)]]))
        assert with_empty[:3] == pytest.approx(unitized_alpha(Continuum(20, [one, other]))[:3], nan_ok=True)

    @pytest.mark.filterwarnings("error")
    def test_a_continuum_without_length_has_nothing_to_agree_about(self) -> None:
        family = unitized_alpha(Continuum(0, [[], []]))
        assert all(math.isnan(value) for value in (family.u, family.binary, family.cu, family.covered))

    def test_a_continuum_without_length_changes_no_other(self) -> None:
        one = Continuum(20, [[(2, 5, 1)], [(2, 6, 1)]])
        assert unitized_alpha(one, Continuum(0, [[], []])).u == unitized_alpha(one).u

    def test_units_that_nobody_else_marked_are_worse_than_chance(self) -> None:
        family = unitized_alpha(Continuum(10, [[(0, 4, "a")], [(5, 9, "b")]]))
        assert family.u < 0
        assert family.binary < 0
        assert math.isnan(family.cu), "no two units intersect: nothing is coded twice"

    def test_overlapping_units_of_one_coder_are_refused(self) -> None:
        with pytest.raises(ValueError, match="overlap"):
            unitized_alpha(Continuum(20, [[(0, 5, 1), (4, 8, 1)], []]))

    @pytest.mark.parametrize("unit", [(5, 3, 1), (15, 21, 1)])
    def test_a_unit_that_does_not_fit_is_refused(self, unit: tuple[int, int, int]) -> None:
        with pytest.raises(ValueError, match="does not fit"):
            unitized_alpha(Continuum(20, [[unit], []]))

    def test_one_coder_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two or more"):
            unitized_alpha(Continuum(20, [[(0, 5, 1)]]))


marks = st.lists(st.tuples(st.integers(0, 35), st.integers(1, 8), st.sampled_from("abc")), max_size=5).map(
    lambda found: flat([(start, min(start + size, 40), value) for start, size, value in found])[0]
)
studies = st.lists(marks, min_size=2, max_size=4)


def by_code_point(coders: list[list[tuple[int, int, str]]], length: int) -> float:
    """uα by its definition, one code point at a time."""
    m, gap = len(coders), "-"
    lines = []
    for units in coders:
        line = [gap] * length
        for start, end, value in units:
            line[start:end] = [value] * (end - start)
        lines.append(line)
    total = m * length
    agreed = sum(
        (lines[i][n] == lines[j][n]) / (m - 1) for i in range(m) for j in range(m) if i != j for n in range(length)
    )
    spent = {}
    for units, line in zip(coders, lines, strict=True):
        spent[gap] = spent.get(gap, 0) + line.count(gap)
        for start, end, value in units:
            spent[value] = spent.get(value, 0) + (end - start) ** 2
    share = {value: sum(line.count(value) for line in lines) for value in spent}
    chance = total * sum(share[value] ** 2 - spent[value] for value in spent) / (total**2 - sum(spent.values()))
    return 1 - (total - agreed) / (total - chance) if total - chance > 1e-9 else math.nan


class TestProperties:
    @given(studies)
    def test_it_is_the_definition(self, coders) -> None:
        assert unitized_alpha(Continuum(40, coders)).u == pytest.approx(
            by_code_point(coders, 40), abs=1e-9, nan_ok=True
        )

    @given(studies)
    def test_the_order_of_coders_changes_nothing(self, coders) -> None:
        one, other = unitized_alpha(Continuum(40, coders)), unitized_alpha(Continuum(40, coders[::-1]))
        assert other[:3] == pytest.approx(one[:3], abs=1e-9, nan_ok=True)
        assert other.ku == pytest.approx(one.ku, abs=1e-9, nan_ok=True)

    @given(studies, studies)
    def test_the_order_of_articles_changes_nothing(self, one, other) -> None:
        first, second = Continuum(40, one), Continuum(40, other)
        assert unitized_alpha(second, first)[:3] == pytest.approx(
            unitized_alpha(first, second)[:3], abs=1e-9, nan_ok=True
        )

    @given(studies)
    def test_everyone_agreeing_gives_one_or_nothing(self, coders) -> None:
        family = unitized_alpha(Continuum(40, [coders[0]] * 3))
        for value in (*family[:3], *family.ku.values()):
            assert math.isnan(value) or value == pytest.approx(1)

    @given(studies)
    def test_no_alpha_exceeds_one(self, coders) -> None:
        family = unitized_alpha(Continuum(40, coders))
        assert all(math.isnan(value) or value <= 1 + 1e-9 for value in (*family[:3], *family.ku.values()))

    @given(marks, st.integers(0, 1000))
    def test_one_more_perfect_annotator_never_lowers_it(self, truth, seed: int) -> None:
        # Of uα and |uα. cuα can fall by some hundredths when the label of a single unit is in dispute: eq. 10 takes
        # more of a small sample away for three coders than for two.
        chance = random.Random(seed)
        other = [(s, e, v if chance.random() < 0.7 else "c") for s, e, v in truth if chance.random() < 0.8]
        two = unitized_alpha(Continuum(40, [truth, other]))
        three = unitized_alpha(Continuum(40, [truth, other, truth]))
        for before, after in ((two.u, three.u), (two.binary, three.binary)):
            if not math.isnan(before):
                assert after >= before - 1e-12
