"""Predictions scored against a release: with intervals, nothing gained by silence, and two systems compared fairly."""

from __future__ import annotations

import json
from pathlib import Path

import jsonschema
import msgspec
import newsroom
import pytest

from musnad.annotation.agreement.evaluation import evaluate
from musnad.export.scoring import Truth, rows, score, titles, truth_at, truth_in, truth_of
from musnad.schema.errors import LayersError, MusnadError
from musnad.schema.json_schema import json_schema
from musnad.schema.jsonl import Refusal, write_jsonl
from musnad.schema.records import Entity, Layer, sha256_of

N = 60
F1 = "entities.exact.f1"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.published(tmp_path_factory.mktemp("releases") / "1.0.0")


def _layer(n: int, *labels: str) -> Layer:
    """Names side by side in article `n`, one for each label."""
    marks = (Entity(id=f"e{at}", start=4 * at, end=4 * at + 3, label=label) for at, label in enumerate(labels))
    return Layer(article_id=f"a{n}", sha256=sha256_of(str(n)), annotator="x", entities=tuple(marks))


def _system(right: int, articles: int = N) -> list[Layer]:
    """A system that names the label right in the first `right` articles, and takes it for a place in the others."""
    return [_layer(n, "PER" if n < right else "LOC") for n in range(articles)]


def _truth(articles: int = N) -> Truth:
    return truth_in(_system(articles, articles))


def test_gold_against_itself_is_perfect_in_every_draw(released: Path) -> None:
    found = score(newsroom.gold(), truth_of(released, "train"))
    assert (found.release, found.version, found.split) == ("newsroom", "1.0.0", "train")
    assert {(one.value, one.low, one.high) for one in found.figures.values()} == {(1.0, 1.0, 1.0)}
    assert found.missing == []
    assert found.n_outside == len(newsroom.gold()) - found.n_articles


def test_values_are_those_of_the_plain_evaluation() -> None:
    gold, predicted = newsroom.gold(), [layer for layer in newsroom.layers() if layer.annotator == "rasid"]
    found = score(predicted, truth_in(gold, newsroom.articles()), draws=10)
    plain = evaluate(predicted, gold, newsroom.articles())
    assert found.layers == plain.layers
    assert found.figures[F1].value == plain.layers["entities"].exact.f1
    assert (
        found.figures["entities.labels.ORG.exact.recall"].value == plain.layers["entities"].labels["ORG"].exact.recall
    )
    assert (
        found.figures["attributions.parts.chain.exact"].value == plain.layers["attributions"].parts["chain"].exact.share
    )


def test_gold_of_a_file_is_that_of_its_good_lines_and_each_bad_one_is_named_once(tmp_path: Path) -> None:
    gold, predicted = newsroom.gold(), newsroom.layers()[:4:2]
    stray = msgspec.structs.replace(gold[0], article_id="nowhere")
    write_jsonl(tmp_path / "gold.jsonl", [*gold, stray])
    refusals: list[Refusal] = []
    filed = truth_at(tmp_path / "gold.jsonl", refusals, newsroom.articles())
    found = score(predicted, filed, against=gold, draws=10)
    assert found == score(predicted, truth_in(gold, newsroom.articles()), against=gold, draws=10)
    assert [refusal.article_id for refusal in refusals] == ["nowhere"]


def test_blocks_of_draws_add_up_to_the_same_scores(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = score(_system(40), _truth(), against=_system(30), draws=50)
    for module in ("musnad.export.scoring", "musnad.annotation.agreement.bootstrap"):
        monkeypatch.setattr(f"{module}.BLOCK", 7)
    monkeypatch.setattr("musnad.export.scoring._SWAPS", 3 * N)
    assert score(_system(40), _truth(), against=_system(30), draws=50) == whole


def test_an_article_left_out_counts_as_nothing_predicted() -> None:
    found = score(_system(N)[: N // 2], _truth(), draws=10)
    assert len(found.missing) == N // 2
    assert found.figures["entities.exact.recall"].value == 0.5
    assert found.figures["entities.exact.precision"].value == 1.0


def test_an_interval_is_about_as_wide_as_theory_has_it() -> None:
    # A share of 45 in 60: the normal approximation's standard error is √(¾ · ¼ / 60) ≈ 0.056.
    found = score(_system(45), _truth(), draws=2000).figures["entities.exact.recall"]
    assert found.value == 0.75
    assert found.low == pytest.approx(0.75 - 1.96 * 0.056, abs=0.02)
    assert found.high == pytest.approx(0.75 + 1.96 * 0.056, abs=0.02)


def test_the_seed_decides_the_draws_and_the_order_of_the_predictions_does_not() -> None:
    first, again = (score(layers, _truth(), draws=50) for layers in (_system(40), _system(40)[::-1]))
    assert first == again
    assert score(_system(40), _truth(), draws=50, seed=1).figures[F1] != first.figures[F1]


def test_a_system_against_itself_differs_by_nothing() -> None:
    found = score(_system(40), _truth(), against=_system(40), draws=50)
    assert found.against is not None
    one = found.against[F1]
    assert (one.difference, one.low, one.high, one.p) == (0.0, 0.0, 0.0, 1.0)


def test_a_clear_difference_is_told_from_chance_and_a_slight_one_is_not() -> None:
    def compared(right: int) -> tuple[float, float, float]:
        found = score(_system(50), _truth(), against=_system(right), draws=1000)
        assert found.against is not None
        one = found.against[F1]
        assert one.low is not None
        assert one.p is not None
        assert one.difference is not None
        return one.difference, one.low, one.p

    difference, low, p = compared(20)
    assert difference == pytest.approx(0.5)
    assert low > 0.3
    assert p < 0.01
    difference, low, p = compared(49)
    assert difference == pytest.approx(1 / 60)
    assert low == 0
    assert p == 1.0  # one article that differs: swapping it or not, the difference is as large


def test_three_articles_that_differ_give_the_exact_chance_of_the_sign_test() -> None:
    # All three differ the same way: of the 8 ways to swap them, 2 give a difference as large.
    found = score(_system(23), _truth(), against=_system(20), draws=4000)
    assert found.against is not None
    assert found.against[F1].p == pytest.approx(2 / 8, abs=0.03)


def test_comparing_the_other_way_round_turns_the_sign() -> None:
    ways = score(_system(50), _truth(), against=_system(30)), score(_system(30), _truth(), against=_system(50))
    one, two = (way.against[F1] for way in ways if way.against)
    assert (one.difference, one.low, one.high) == pytest.approx(
        (-(two.difference or 0), -(two.high or 0), -(two.low or 0))
    )
    assert one.p == two.p


def test_what_only_one_system_finds_is_undefined_for_the_other() -> None:
    nothing = [msgspec.structs.replace(layer, entities=()) for layer in _system(N)]
    found = score(_system(N), _truth(), against=nothing, draws=20)
    assert found.against is not None
    precision = found.against["entities.exact.precision"]
    assert (precision.value, precision.against, precision.difference, precision.p) == (1.0, None, None, None)


def test_the_table_has_a_cell_for_each_title() -> None:
    for against in (None, _system(30)):
        found = score(_system(50), _truth(), against=against, draws=10)
        assert {len(row) for row in rows(found)} == {len(titles(found))}
        assert ("entities", "PER exact f1") in [row[:2] for row in rows(found)]


def test_scores_are_what_their_schema_says(released: Path) -> None:
    found = score(newsroom.gold(), truth_of(released, "train"), against=newsroom.gold(), draws=5)
    jsonschema.validate(json.loads(msgspec.json.encode(found)), json_schema("scores"))


def test_a_release_of_offsets_scores_as_well(tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "r", text_policy="offsets-only")
    found = score(newsroom.gold(), truth_of(tmp_path / "r", "train"), draws=5)
    assert found.figures[F1].value == 1.0


def test_what_cannot_be_scored_is_told_so(released: Path) -> None:
    with pytest.raises(MusnadError, match=r"no article in the split 'dev': name one of train, validation, test"):
        truth_of(released, "dev")
    with pytest.raises(LayersError, match="no article of the gold"):
        score([_layer(9999)], _truth())
    with pytest.raises(LayersError, match="two predicted layers"):
        score([_layer(1), _layer(1)], _truth())
    with pytest.raises(LayersError, match="made for another text"):
        score([msgspec.structs.replace(_layer(1), sha256="0" * 64)], _truth())
