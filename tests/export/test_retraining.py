"""The circle closes: a release teaches the entity model, its gain is measured, and the next batch is marked by it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import newsroom
import pytest

from musnad.annotation.preannotate.entities.training import train_entities
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.export.retraining import pool, retrain
from musnad.schema.errors import MusnadError
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, Entity, Layer, sha256_of

pytestmark = pytest.mark.long

# Names that no list has, in sentences that do not give them away.
NAMES = ("زفروتان", "كبلاجين", "ريموطاح", "دغشيران", "طقموزيل", "بخشوتيم")
SENTENCES = (
    "وصلت شاحنات {} إلى المخازن قبل الظهر بساعة.",
    "كانت أسعار {} أعلى مما توقعه الزبائن هذا الشتاء.",
    "لا تزال مصانع {} مغلقة بسبب انقطاع الكهرباء.",
    "اشترت البلدية معدات من {} في الخريف الماضي.",
)


_PROGRAM = "from musnad.cli import main; main()"


def _corpus() -> list[tuple[Article, Layer]]:
    made = []
    for n in range(40):
        name = NAMES[n % len(NAMES)]
        sentence = SENTENCES[n % len(SENTENCES)]
        text = f"{sentence.format(name)} وهذا هو الخبر رقم {n}."
        article = Article(id=f"a{n:02}", text=text, sha256=sha256_of(text))
        start = text.index(name)
        mark = Entity(id="e1", start=start, end=start + len(name), label="ORG", subtype="company")
        made.append((article, Layer(article_id=article.id, sha256=article.sha256, annotator="gold", entities=(mark,))))
    return made


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases") / "1.0.0"
    corpus = _corpus()
    articles, gold = {article.id: article for article, _ in corpus}, [layer for _, layer in corpus]
    newsroom.publish(directory, articles=articles, gold=gold, layers=[], stories=[])
    return directory


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("models") / "own.npz"
    train_entities([], _corpus(), path)
    return path


def _names(entities: str) -> list[tuple[str, ...]]:
    pipeline = Pipeline(("entities",), entities=entities)
    found = [(article.text, pipeline.annotate(article)) for article, _ in _corpus()]
    found += [
        (text, pipeline.annotate(article)) for text, article in ((a.text, a) for a in newsroom.articles().values())
    ]
    return [tuple(text[mark.start : mark.end] for mark in layer.entities) for text, layer in found]


def test_a_pool_goes_from_the_shipped_model_to_the_new_one(own: Path, tmp_path: Path) -> None:
    pool(own, 0.0, tmp_path / "shipped.npz")
    pool(own, 1.0, tmp_path / "new.npz")
    assert _names(str(tmp_path / "shipped.npz")) == _names("crf")
    assert _names(str(tmp_path / "new.npz")) == _names(str(own))
    assert _names("crf") != _names(str(own))


def test_a_release_teaches_what_the_shipped_model_does_not_know(released: Path, tmp_path: Path) -> None:
    made = retrain(released, tmp_path / "own.npz")
    assert made.share > 0
    assert made.scores is not None
    assert made.scores.split == "test"
    assert made.scores.against is not None
    gain = made.scores.against["entities.exact.f1"]
    assert gain.difference is not None
    assert gain.difference > 0.5
    assert f"shipped {gain.against:.3f}, gain +{gain.difference:.3f} (95 %" in made.told()


def test_the_same_release_teaches_the_same_model(released: Path, tmp_path: Path) -> None:
    for name in ("one.npz", "two.npz"):
        retrain(released, tmp_path / name)
    assert _names(str(tmp_path / "one.npz")) == _names(str(tmp_path / "two.npz"))


def test_a_release_without_texts_or_test_articles_says_so(tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "offsets", text_policy="offsets-only")
    with pytest.raises(MusnadError, match="no texts to learn from"):
        retrain(tmp_path / "offsets", tmp_path / "own.npz")
    newsroom.publish(tmp_path / "one", gold=newsroom.gold()[:1])
    assert "no articles to measure the gain on" in retrain(tmp_path / "one", tmp_path / "own.npz").told()


def test_the_model_marks_the_next_batch_of_the_project_that_names_it(released: Path, tmp_path: Path) -> None:
    def musnad(*arguments: str | Path) -> str:
        told = [sys.executable, "-c", _PROGRAM, *map(str, arguments)]
        done = subprocess.run(told, capture_output=True, text=True, check=True, cwd=tmp_path, env=os.environ)
        return done.stdout

    musnad("init", "news")
    told = musnad("train", "entities", "--release", released, "-o", "news/own.npz")
    assert "weighing" in told
    assert "gain +" in told
    write_jsonl(tmp_path / "news" / "articles.jsonl", [_corpus()[0][0]])
    toml = tmp_path / "news" / "musnad.toml"
    toml.write_text(toml.read_text("utf-8").replace('entities = "auto"', 'entities = "own.npz"'), "utf-8")
    musnad("preannotate", "--project", "news")
    layer = json.loads((tmp_path / "news" / "predictions.jsonl").read_text("utf-8"))
    assert [(mark["start"], mark["end"], mark["label"]) for mark in layer["entities"]] == [(12, 19, "ORG")]
    assert layer["annotator"] != Pipeline().version
