"""What never changes a figure of the agreement report: names, order, processes, a copy of an annotator."""

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import tried
from studies import LABELS, SENTENCE, layer, values

from musnad.annotation.agreement.report import report, rows
from musnad.schema.agreement_report import AgreementReport
from musnad.schema.records import Article, Layer, sha256_of

starts = st.integers(0, 60)
marks = st.lists(st.tuples(starts, st.integers(1, 10), st.sampled_from(LABELS)), max_size=5).map(
    lambda found: [(s, s + size, label) for s, size, label in found]
)
studies = st.lists(st.lists(marks, min_size=2, max_size=3), min_size=1, max_size=3)
slow = tried(25)


def made(study, names=("hala", "omar", "sami"), prefix="n") -> tuple[dict[str, Article], list[Layer]]:
    articles, layers = {}, []
    for n, coders in enumerate(study):
        text = f"{n} {SENTENCE}"  # the text, not the name, tells the articles apart
        one = Article(id=f"{prefix}{n}", text=text, sha256=sha256_of(text))
        articles[one.id] = one
        layers += [layer(one, names[k], *units) for k, units in enumerate(coders)]
    return articles, layers


def numbers(found: AgreementReport) -> list[float]:
    """Every figure with its interval, undefined as -9."""
    return [
        -9 if number is None else number
        for _, _, *figure, n, _ in rows(found)
        for number in (*figure, n)
        if number is None or isinstance(number, (int, float))
    ]


class TestWhatNeverChangesAFigure:
    @slow
    @given(studies, st.randoms())
    def test_names_of_annotators_and_articles_and_the_order_of_layers(self, study, chance: random.Random) -> None:
        articles, layers = made(study)
        expected = numbers(report(articles, layers, draws=20))
        renamed, others = made(study, names=("z", "b", "k"), prefix=chance.choice("xyz"))
        chance.shuffle(others)
        assert numbers(report(renamed, others, draws=20)) == pytest.approx(expected, abs=1e-9)

    @slow
    @given(studies)
    def test_every_measure_stays_in_its_range(self, study) -> None:
        found = report(*made(study), draws=20)
        for where, measure, value, low, high, n, reason in rows(found):
            assert n >= 0
            assert (value is not None) or reason, (where, measure)
            for number in (value, low, high):
                if number is not None:
                    assert number <= 1 + 1e-9, (where, measure)
                    if "alpha" not in measure and "kappa" not in measure:
                        assert number >= 0, (where, measure)

    @slow
    @given(studies)
    def test_a_further_annotator_who_copies_one_of_two_lowers_no_f1(self, study) -> None:
        two = [coders[:2] for coders in study]
        before = values(report(*made(two), draws=0))["entities", "f1_exact"]
        after = values(report(*made([[*coders, coders[0]] for coders in two]), draws=0))["entities", "f1_exact"]
        if before is not None and after is not None:
            assert after >= before - 1e-9

    def test_processes(self) -> None:
        chance = random.Random(7)
        study = [
            [[(s := chance.randint(0, 60), s + 6, chance.choice(LABELS)) for _ in range(4)] for _ in range(3)]
            for _ in range(150)
        ]
        articles, layers = made(study)
        alone = report(articles, layers, draws=50, workers=1)
        assert report(articles, layers, draws=50, workers=2) == alone

    def test_the_seed_decides_the_interval_and_nothing_else(self) -> None:
        chance = random.Random(3)
        study = [[[(0, chance.randint(3, 5), "PER")] for _ in range(2)] for _ in range(20)]
        articles, layers = made(study)
        first, again, other = (report(articles, layers, draws=50, seed=seed) for seed in (1, 1, 2))
        assert first == again
        assert values(first) == values(other)
        assert numbers(first) != numbers(other)
