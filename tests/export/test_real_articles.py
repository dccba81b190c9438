"""The five real articles, where their holder has put them: published as offsets, joined to the texts again."""

from __future__ import annotations

from pathlib import Path

import newsroom
import pytest

from musnad.annotation.agreement.report import report
from musnad.corpus import rehydrate
from musnad.corpus.stories import stories
from musnad.export.integrity import verify
from musnad.export.reading import read_gold
from musnad.export.release import previous_splits
from musnad.schema.jsonl import read_articles, read_layers

TEXTS = Path(__file__).parents[3] / "shared" / "data" / "seeds"

pytestmark = pytest.mark.skipif(not TEXTS.is_dir(), reason="the five real articles are not beside this repository")


def test_the_real_articles_are_published_without_a_word_of_them(tmp_path: Path) -> None:
    standoff = rehydrate.packaged()
    assert standoff is not None
    assert rehydrate.rehydrate(standoff, TEXTS, tmp_path / "full").complete
    articles = {article.id: article for article in read_articles(tmp_path / "full" / "articles.jsonl", [])}
    gold = list(read_layers(tmp_path / "full" / "gold.jsonl", [], articles))
    people = list(read_layers(tmp_path / "full" / "annotations.jsonl", [], articles))
    newsroom.publish(
        tmp_path / "r",
        articles=articles,
        gold=gold,
        layers=people,
        stories=stories(articles.values(), gold),
        report=report(articles, people, draws=20, workers=1),
        text_policy="offsets-only",
    )
    assert verify(tmp_path / "r") == []
    splits = previous_splits(tmp_path / "r")
    names = sorted(splits)
    assert splits[names[0]] == splits[names[1]]
    assert splits[names[2]] == splits[names[3]]
    lines = {line for one in articles.values() for line in one.text.splitlines() if len(line) > 20}
    for path in (tmp_path / "r").rglob("*"):
        if path.suffix in {".md", ".json", ".jsonl"}:
            held = path.read_text("utf-8")
            assert not any(line in held for line in lines)
    assert {one.layer.article_id: one.layer.entities for one in read_gold(tmp_path / "r")} == {
        layer.article_id: layer.entities for layer in gold
    }
    done = rehydrate.rehydrate(tmp_path / "r" / "standoff", TEXTS, tmp_path / "back")
    assert done.complete
