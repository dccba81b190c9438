"""γ through pygamma-agreement: exact disorders, and γ itself within what random sampling leaves."""

import builtins
import math

import pytest

from musnad.annotation.agreement.gamma import gamma, samples_needed
from musnad.annotation.agreement.report import report
from musnad.annotation.agreement.unitized_alpha import Continuum
from musnad.schema.records import Article, Entity, Layer, sha256_of

pytestmark = pytest.mark.long


def continuum(*coders: str) -> Continuum:
    """Continuum of coders written as `a 1 5, b 6 10`."""
    units = []
    for coder in coders:
        marks = (mark.split() for mark in coder.split(",") if mark.strip())
        units.append([(int(start), int(end), value) for value, start, end in marks])
    return Continuum(max(end for unit in units for _, end, _ in unit), units)


class TestWithoutTheExtra:
    def test_the_message_says_what_to_install(self, monkeypatch: pytest.MonkeyPatch) -> None:
        real = builtins.__import__

        def without(name: str, *args):
            if name == "pygamma_agreement":
                raise ModuleNotFoundError(name)
            return real(name, *args)

        monkeypatch.setattr(builtins, "__import__", without)
        with pytest.raises(ModuleNotFoundError, match=r"musnad\[gamma\]"):
            gamma(continuum("a 1 5", "a 1 5"))

    def test_nothing_marked_needs_no_library(self) -> None:
        found = gamma(Continuum(30, [[], []]))
        assert math.isnan(found.gamma)
        assert math.isnan(found.cat)

    def test_one_coder_is_refused(self) -> None:
        with pytest.raises(ValueError, match="two or more"):
            gamma(Continuum(30, [[(1, 5, "a")]]))


class TestDkpro:
    """DKPro src/test/resources/pygamma/*.json, made with pygamma 0.5.9: disorder of the best alignment, and γ.

    Disorders are exact. γ rests on random continua: with 5 % precision of the expected disorder, ± .05 here.
    """

    CASES = (
        ("a 1 5, b 6 10, a 11 15", "a 2 6, b 7 11, a 12 16", 1, 1, 0.0625, 0.884),
        ("a 1 5, b 6 10, a 20 24, b 30 34", "a 2 6, b 31 35", 1, 1, 0.708333, 0.567),
        ("a 1 5, b 6 10, c 11 15", "a 2 7, b 8 12, a 11 15", 3, 2, 1.027778, 0.244),
    )

    @pytest.fixture(autouse=True)
    def _library(self) -> None:
        pytest.importorskip("pygamma_agreement")

    @pytest.mark.parametrize(("one", "other", "alpha", "beta", "disorder", "expected"), CASES)
    def test_two_annotators(
        self, one: str, other: str, alpha: float, beta: float, disorder: float, expected: float
    ) -> None:
        found = gamma(continuum(one, other), alpha=alpha, beta=beta)
        assert found.disorder == pytest.approx(disorder, abs=5e-6)
        assert found.gamma == pytest.approx(expected, abs=0.05)

    def test_three_annotators(self) -> None:
        found = gamma(continuum("a 1 5, b 10 14", "a 2 6, b 11 15", "a 1 4, c 9 14"))
        assert found.disorder == pytest.approx(0.408756, abs=5e-6)
        assert found.gamma == pytest.approx(0.659, abs=0.05)

    def test_sixteen_units_each_moved_by_one_and_named_one_on(self) -> None:
        """fixture_05: what is 1-6 for one is 2-8 for the other, ten apart each, a b c in turn against b c a."""
        one = ", ".join(f"{'abc'[n % 3]} {10 * n + 1} {10 * n + 6}" for n in range(16))
        other = ", ".join(f"{'bca'[n % 3]} {10 * n + 2} {10 * n + 8}" for n in range(16))
        found = gamma(continuum(one, other))
        assert found.disorder == pytest.approx(1.074380, abs=5e-6)
        assert found.gamma == pytest.approx(-0.10, abs=0.05)

    def test_identical_annotations(self) -> None:
        found = gamma(continuum("a 1 5, b 6 10", "a 1 5, b 6 10"))
        assert (found.disorder, found.gamma, found.cat) == (0, 1, 1)


class TestAlexPaulSuzan:
    """pygamma tests/data/AlexPaulSuzan.csv with α 3, β 1 and the shuffling sampler: γ .44-.47, γcat .38-.42."""

    CODERS = (
        "1 2 9, 2 11 17, 5 24 30, 6 32 36, 6 36 44, 7 44 60",
        "1 2 9, 3 11 17, 5 19 25, 6 32 44",
        "1 2 9, 4 11 17, 5 21 27, 6 32 36, 6 36 40, 6 40 44",
    )

    def test_disorder_and_gammas(self) -> None:
        pytest.importorskip("pygamma_agreement")
        found = gamma(continuum(*self.CODERS), alpha=3, beta=1, sampler="shuffle", precision=0.01)
        assert found.disorder == pytest.approx(0.9606, abs=5e-5)
        assert 0.44 <= found.gamma <= 0.47
        assert 0.38 <= found.cat <= 0.42


class TestPrecision:
    """How many random continua are drawn: Mathet et al. 2015, §5.3 (DKPro's case: 1, 3, 1, 3 to 5 % take 385)."""

    def test_disorders_that_vary_ask_for_more(self) -> None:
        assert samples_needed([1, 3, 1, 3], 0.05) == 385

    def test_disorders_that_are_the_same_ask_for_none(self) -> None:
        assert samples_needed([2.0, 2.0], 0.05) == 0

    def test_as_many_are_drawn_as_the_first_thirty_ask_for(self) -> None:
        pytest.importorskip("pygamma_agreement")
        found = gamma(continuum("a 1 5, b 6 10, a 20 24, b 30 34", "a 2 6, b 31 35"), precision=0.04)
        needed = samples_needed(found.random[:30], 0.04)
        assert len(found.random) == max(30, needed)
        assert needed > 30, "or the case shows nothing"
        assert found.expected == pytest.approx(sum(found.random) / len(found.random))


class TestMathet2015:
    """Computational Linguistics 41(3), figure 10: positional dissimilarities as printed, ± .1."""

    @pytest.mark.parametrize(
        ("a", "b", "distance"),
        [
            ((4, 14), (40, 44), 22.2),
            ((4, 14), (20, 25), 3.2),
            ((4, 14), (14, 24), 1.0),
            ((20, 30), (20, 25), 0.11),
            ((20, 25), (14, 24), 0.22),
        ],
    )
    def test_positional_dissimilarity(self, a: tuple[int, int], b: tuple[int, int], distance: float) -> None:
        library = pytest.importorskip("pygamma_agreement")
        from pyannote.core import Segment
        from pygamma_agreement.continuum import Unit

        positional = library.PositionalSporadicDissimilarity(delta_empty=1.0)
        assert positional.d(Unit(Segment(*a)), Unit(Segment(*b))) == pytest.approx(distance, abs=0.1)


class TestInTheReport:
    TEXT = "زار الوزير سامر الحداد مدينة الساحل أمس، ثم عاد إلى العاصمة نورة مع وفد وزارة الزراعة."

    def _layers(self, article: Article, *marks: tuple[int, int, str]) -> list[Layer]:
        entities = tuple(Entity(id=f"e{n}", start=s, end=e, label=label) for n, (s, e, label) in enumerate(marks))
        return [
            Layer(article_id=article.id, sha256=article.sha256, annotator=name, entities=entities)
            for name in ("hala", "omar")
        ]

    def test_it_is_there_when_asked_for(self) -> None:
        pytest.importorskip("pygamma_agreement")
        article = Article(id="ziyara", text=self.TEXT, sha256=sha256_of(self.TEXT))
        layers = self._layers(article, (11, 22, "PER"), (29, 35, "GPE"))
        with_gamma = report({article.id: article}, layers, draws=5, gamma=True).layers
        without = report({article.id: article}, layers, draws=5).layers
        assert with_gamma["entities"].measures["gamma"].value == 1.0
        assert with_gamma["entities"].labels["PER"].measures["gamma_k"].value == 1.0
        assert with_gamma["quantities"].measures["gamma"].value is None
        assert "gamma" not in without["entities"].measures
