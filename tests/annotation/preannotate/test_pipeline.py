"""The parts joined: layers by name, one record with where each mark comes from, other parts in the same socket."""

from __future__ import annotations

from pathlib import Path

import pytest

from musnad.annotation.preannotate.entities.training import train_entities
from musnad.annotation.preannotate.pipeline import Pipeline, layer_names
from musnad.corpus import samples
from musnad.schema.errors import MusnadError
from musnad.schema.records import Article, sha256_of
from musnad.schema.validate import layer_problems

TEXT = "قالت وزارة الصحة إن نحو 40 ألف طفل تلقوا اللقاح في دمشق."
ARTICLE = Article(id="health-9", text=TEXT, sha256=sha256_of(TEXT))


def test_a_layer_says_of_each_mark_which_part_made_it_and_how_sure_it_is() -> None:
    pipeline = Pipeline()
    layer = pipeline.annotate(ARTICLE)
    assert layer_problems(layer, ARTICLE) == []
    marks = [*layer.entities, *layer.quantities, *layer.attributions]
    assert {mark.id for mark in marks} == set(layer.meta["mentions"])
    assert all(0 <= one["score"] <= 1 and one["part"] for one in layer.meta["mentions"].values())
    assert layer.annotator == layer.meta["model_version"] == pipeline.version


def test_the_samples_and_their_marks_are_valid() -> None:
    pipeline = Pipeline()
    for article in samples.articles():
        assert layer_problems(pipeline.annotate(article), article) == []


def test_attributions_alone_are_those_of_the_whole() -> None:
    alone = Pipeline(layer_names("attributions")).annotate(ARTICLE)
    assert alone.attributions == Pipeline().annotate(ARTICLE).attributions
    assert (alone.entities, alone.quantities) == ((), ())


@pytest.mark.parametrize("names", ["entities,people", "", ","])
def test_an_unknown_layer_is_named_with_the_known_ones(names: str) -> None:
    with pytest.raises(MusnadError, match="the layers are entities, quantities, attributions"):
        layer_names(names)


def test_an_unknown_entity_part_is_named() -> None:
    with pytest.raises(MusnadError, match="'oracle'"):
        Pipeline(entities="oracle")


def test_a_model_trained_on_gold_takes_the_place_of_the_shipped_one(tmp_path: Path) -> None:
    texts = {article.id: article for article in samples.articles()}
    out = tmp_path / "own.npz"
    assert train_entities([], [(texts[layer.article_id], layer) for layer in samples.layers("gold")], out) > 50
    pipeline = Pipeline(("entities",), entities=str(out))
    assert pipeline.version.startswith("entity-crf-")
    assert pipeline.version != Pipeline(("entities",)).version
    found = {ARTICLE.text[entity.start : entity.end] for entity in pipeline.annotate(ARTICLE).entities}
    assert "وزارة الصحة" in found


def test_a_file_that_is_no_model_says_so(tmp_path: Path) -> None:
    (tmp_path / "bad.npz").write_bytes(b"not a model")
    with pytest.raises(MusnadError, match="no model"):
        Pipeline(entities=str(tmp_path / "bad.npz"))
