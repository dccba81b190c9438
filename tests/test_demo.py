"""The whole way on real parts: articles through a real Label Studio to a dataset that `load_dataset` reads."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musnad.corpus import rehydrate, samples
from musnad.demo import VERSION, demo
from musnad.export.release import verify
from musnad.schema.jsonl import read_articles, read_layers
from musnad.schema.records import Layer

REAL = Path(__file__).resolve().parents[2] / "shared" / "data" / "seeds"
Said = list[str]


def bare(layer: Layer) -> Layer:
    return msgspec.structs.replace(layer, meta={})


def came_back_unchanged(directory: Path, shipped: list[Layer]) -> None:
    """Each packaged layer went through the server and is the same mark by mark, id by id."""
    texts = {article.id: article for article in read_articles(directory / "articles.jsonl", [])}
    pulled = read_layers(directory / "annotations.jsonl", [], texts)
    assert by_annotator(pulled) == by_annotator(shipped)


def by_annotator(layers: Iterable[Layer]) -> dict[tuple[str, str], Layer]:
    return {(layer.article_id, layer.annotator): bare(layer) for layer in layers}


def rows(place: Path, config: str) -> list[dict[str, Any]]:
    from datasets import load_dataset

    loaded = load_dataset(str(place), config, cache_dir=str(place.parent / "cache"))
    return [row for split in loaded.values() for row in split]


@pytest.mark.server
def test_the_samples_become_a_dataset_and_a_second_run_doubles_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSNAD_STATE", raising=False)
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    first: Said = []
    place = demo(tmp_path / "walk", None, first.append)
    assert place == tmp_path / "walk" / "releases" / VERSION
    assert verify(place) == []
    came_back_unchanged(tmp_path / "walk", samples.layers("annotations"))
    gold = rows(place, "gold")
    assert sorted(row["article_id"] for row in gold) == sorted(article.id for article in samples.articles())
    assert {row["text"] for row in gold} == {article.text for article in samples.articles()}
    assert len(rows(place, "annotations")) == 2 * len(gold)
    assert "No human annotated this" in (place / "README.md").read_text("utf-8")

    sums = (place / "SHA256SUMS").read_bytes()
    monkeypatch.delenv("MUSNAD_STATE", raising=False)
    second: Said = []
    assert demo(tmp_path / "walk", None, second.append) == place
    assert (place / "SHA256SUMS").read_bytes() == sums
    assert any("0 tasks created" in line for line in second)
    assert any("0 annotations of 8 articles" in line for line in second)


@pytest.mark.server
@pytest.mark.skipif(not REAL.is_dir(), reason="the five real articles are held by few: not here")
def test_the_five_real_articles_become_a_dataset_through_their_standoff_layers(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("MUSNAD_STATE", raising=False)
    place = demo(tmp_path / "walk", REAL, [].append)
    assert place is not None
    folder = rehydrate.packaged()
    assert folder is not None
    came_back_unchanged(tmp_path / "walk", list(read_layers(folder / "annotations.jsonl", [])))
    texts = {path.stem: path.read_bytes().decode("utf-8") for path in REAL.glob("*.txt")}
    for row in rows(place, "quantities"):
        assert texts[row["article_id"]][row["start"] : row["end"]] == row["text"]
    stories: dict[str, set[str]] = {}
    for line in (place / "splits.jsonl").read_text("utf-8").splitlines():
        assignment = json.loads(line)
        stories.setdefault(assignment["story"], set()).add(assignment["article_id"][:3])
    assert sorted(map(sorted, stories.values())) == [["000", "001"], ["002", "003"], ["004"]]
