"""A release read back gives the records that went in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import newsroom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.export.features import CONFIGS, features
from musnad.export.reading import layer_of, read_annotations, read_gold, read_manifest
from musnad.export.shelf import Entry
from musnad.export.tables import rows, without_text
from musnad.schema.errors import MusnadError
from musnad.schema.records import Article, Layer


@st.composite
def entries(draw: st.DrawFn) -> Entry:
    article = draw(articles())
    return Entry(article, draw(layers(article, "gold")), [draw(layers(article, "ann-a"))], article.id)


@given(entries())
@settings(deadline=None)
def test_every_valid_layer_comes_back_from_the_rows_that_it_became(entry: Entry) -> None:
    import pyarrow as pa

    for config, layer in (("gold", entry.gold), ("annotations", entry.layers[0])):
        table = pa.RecordBatch.from_pylist(list(rows(config, entry)), schema=features(config).arrow_schema)
        (row,) = table.to_pylist()
        assert layer_of(row, entry.article.sha256, layer.annotator, {}) == layer


def test_gold_of_a_release_comes_back_with_articles_and_splits(tmp_path: Path) -> None:
    newsroom.published(tmp_path / "r")
    found = list(read_gold(tmp_path / "r"))
    assert {one.layer.article_id: one.layer for one in found} == {layer.article_id: layer for layer in newsroom.gold()}
    articles: dict[str, Article | None] = {one.layer.article_id: one.article for one in found}
    assert articles == newsroom.articles()


def test_who_decided_a_mark_comes_back_with_it(tmp_path: Path) -> None:
    noted = {"decided": {"e1": "unanimous", "q1": "majority", "a3": "adjudicator"}}
    harbour, *others = newsroom.gold()
    newsroom.publish(tmp_path / "r", gold=[msgspec.structs.replace(harbour, meta=noted), *others])
    metas = {one.layer.article_id: one.layer.meta for one in read_gold(tmp_path / "r")}
    assert metas == {"harbour-1": noted, "harbour-2": {}, "match-1": {}, "clinic-1": {}}


def test_annotators_layers_come_back_with_their_condition(tmp_path: Path) -> None:
    newsroom.published(tmp_path / "r")
    hashes = {article.id: article.sha256 for article in newsroom.articles().values()}
    found = [one.layer for one in read_annotations(tmp_path / "r", hashes)]

    def order(layer: Layer) -> tuple[str, str]:
        return layer.article_id, layer.annotator

    assert sorted(found, key=order) == sorted(newsroom.layers(), key=order)


def test_a_folder_without_manifest_is_no_release(tmp_path: Path) -> None:
    with pytest.raises(MusnadError, match="is no release"):
        read_manifest(tmp_path)


def test_a_broken_manifest_is_named(tmp_path: Path) -> None:
    (tmp_path / "release.json").write_text('{"name": 3}')
    with pytest.raises(MusnadError, match=r"release\.json"):
        read_manifest(tmp_path)


def test_the_manifest_comes_back(tmp_path: Path) -> None:
    written = newsroom.publish(tmp_path / "r")
    assert msgspec.json.encode(read_manifest(tmp_path / "r")) == msgspec.json.encode(written)


def _strings(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [found for one in value.values() for found in _strings(one)]
    if isinstance(value, list):
        return [found for one in value for found in _strings(one)]
    return [value] if isinstance(value, str) else []


@given(entries())
@settings(deadline=None)
def test_a_row_without_text_has_no_word_of_the_article(entry: Entry) -> None:
    known = {entry.article.id, entry.article.sha256, entry.article.publisher, entry.layers[0].annotator, "USD", "%"}
    for config in CONFIGS:
        for row in rows(config, entry):
            for found in _strings(without_text(row)):
                assert found in known or found.isascii(), config
