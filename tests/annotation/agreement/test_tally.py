"""Sums over articles: a bootstrap draw is what the report says of the articles that it took."""

import math
import random

import numpy as np
import pytest

from musnad.annotation.agreement.registry import measures
from musnad.annotation.agreement.report import count
from musnad.annotation.agreement.study import LAYERS, labels_of, study
from musnad.annotation.agreement.tally import Table, Tally, Totals
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

TEXT = "أعلنت وزارة الزراعة أن 40 طنا وصلت ميناء الساحل، وقال مديره إن الكمية تكفي أسبوعين. "
ANNOTATORS = ("hala", "omar", "sami")


def entities(chance: random.Random) -> tuple[Entity, ...]:
    spots = chance.sample(range(0, 60, 7), 4)
    return tuple(
        Entity(id=f"e{n}", start=at, end=at + chance.randint(3, 9), label=chance.choice(("PER", "ORG", "GPE")))
        for n, at in enumerate(spots)
    )


def quantities(chance: random.Random) -> tuple[Quantity, ...]:
    return tuple(
        Quantity(
            id=f"q{n}",
            start=at,
            end=at + chance.randint(2, 5),
            kind=chance.choice(("count", "mass")),
            bound="exact",
            value=str(chance.choice((2, 3, 40))),
        )
        for n, at in enumerate((5, 24, 50))
    )


def attributions(chance: random.Random) -> tuple[Attribution, ...]:
    source = (6, chance.choice((13, 19)))
    return (
        Attribution(id="a1", kind="indirect", cues=((0, 5),), source=source, content=((24, chance.choice((40, 48))),)),
        Attribution(id="a2", kind=chance.choice(("indirect", "direct")), cues=((50, 55),), parent="a1"),
    )


def corpus(seed: int, copies: dict[int, int]) -> tuple[dict[str, Article], list[Layer]]:
    """Five articles, of which each stands in the corpus as often as `copies` says (1 unless named)."""
    articles, layers = {}, []
    for n in range(5):
        chance = random.Random(seed * 100 + n)
        marks = [(entities(chance), quantities(chance), attributions(chance)) for _ in ANNOTATORS]
        present = ANNOTATORS if n % 2 else ANNOTATORS[:2]
        for copy in range(copies.get(n, 1)):
            text = TEXT + "ا" * n
            article = Article(id=f"n{n}-{copy}", text=text, sha256=sha256_of(text))
            articles[article.id] = article
            for name, (named, counted, said) in zip(present, marks, strict=False):
                layers.append(
                    Layer(
                        article_id=article.id,
                        sha256=article.sha256,
                        annotator=name,
                        entities=named,
                        quantities=counted,
                        attributions=said,
                    )
                )
    return articles, layers


def names(scope: str, layer: str) -> list[str]:
    from musnad.annotation.agreement.attributes import ATTRIBUTES
    from musnad.annotation.agreement.given_cue import PARTS

    return {
        "layer": [""],
        "label": labels_of(layer),
        "attribute": list(ATTRIBUTES[layer]),
        "part": list(PARTS) if layer == "attributions" else [],
    }[scope]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_draw_is_the_figure_of_the_articles_that_it_took(seed: int) -> None:
    """Article 0 left out, article 1 thrice, article 3 twice: the same by weights and by copies, for every measure."""
    copies = {0: 0, 1: 3, 3: 2}
    plain = study(*corpus(seed, {}))
    order = [int(about.article_id[1]) for about in plain.articles]
    weights = np.array([[1.0] * 5, [float(copies.get(n, 1)) for n in order]])
    drawn = Totals(Table(map(count, plain.parts())), weights)
    copied = study(*corpus(seed, copies))
    once = Totals(Table(map(count, copied.parts())), np.ones((1, len(copied.articles))))
    compared = 0
    for measure in measures(extras=()):
        for layer in LAYERS:
            for name in names(measure.scope, layer):
                if measure.applies(layer, name):
                    by_weight, by_copy = measure.value(drawn, layer, name)[1], measure.value(once, layer, name)[0]
                    assert by_weight == pytest.approx(by_copy, abs=1e-12, nan_ok=True), (measure.name, layer, name)
                    compared += not math.isnan(by_copy)
    assert compared > 60


def test_articles_counted_together_or_apart_make_one_table(monkeypatch: pytest.MonkeyPatch) -> None:
    data = study(*corpus(4, {}))
    whole = Table(map(count, data.parts()))
    monkeypatch.setattr("musnad.annotation.agreement.study.BATCH", 2)
    assert len(list(data.parts())) == 3
    parts = Table(map(count, data.parts()))
    one, other = Totals(whole, np.ones((1, 5))), Totals(parts, np.ones((1, 5)))
    assert set(whole.columns) == set(parts.columns)
    assert all(one[key][0] == pytest.approx(other[key][0]) for key in whole.columns)


@pytest.mark.parametrize("block", [2, 4096])
def test_some_columns_of_a_table_are_the_same_sums(monkeypatch: pytest.MonkeyPatch, block: int) -> None:
    data = study(*corpus(4, {}))
    monkeypatch.setattr("musnad.annotation.agreement.study.BATCH", 2)
    monkeypatch.setattr("musnad.annotation.agreement.tally.BLOCK", block)
    whole = Table(map(count, data.parts()))
    few = whole.only(lambda key: key[0] == "f1")
    weights = np.array([[1, 1, 1, 1, 1], [0, 2, 0, 1, 2]])
    one, other = Totals(whole, weights, rows=[1, 3]), Totals(few, weights, rows=[1, 3])
    assert 0 < len(few.columns) < len(whole.columns)
    assert all(other[key].tolist() == one[key].tolist() for key in few.columns)


def test_a_key_that_no_article_has_sums_to_nothing() -> None:
    totals = Totals(Table([]), np.ones((3, 0)))
    assert totals["f1", "entities", ""].tolist() == [0, 0, 0]
    assert totals.under("f1") == {}


def test_entries_add_up_by_article_and_key_whatever_the_number_of_keys() -> None:
    chance = np.random.default_rng(3)
    article, label, pair = (chance.integers(0, size, 500) for size in (4, 60, 40))
    values = chance.random(500)
    labels, pairs = [f"l{n}" for n in range(60)], [(f"a{n}", f"b{n}") for n in range(40)]
    tally = Tally(4)
    tally.add(("x",), article, values, (label, labels), (pair, pairs), then=("n",))
    packed = tally.packed()
    sums = dict(zip(packed.keys, np.concatenate(packed.blocks).tolist(), strict=True))
    expected: dict[tuple[str, ...], list[float]] = {}
    for n in range(500):
        row = expected.setdefault(("x", labels[label[n]], *pairs[pair[n]], "n"), [0.0] * 4)
        row[article[n]] += values[n]
    assert sums.keys() == expected.keys()
    assert all(sums[key] == pytest.approx(row) for key, row in expected.items())
