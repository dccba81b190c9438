from pathlib import Path

import msgspec
import pytest

from musnad.corpus.rehydrate import StandoffError, manifest_of, packaged, rehydrate
from musnad.schema.jsonl import read_articles, read_layers, write_jsonl
from musnad.schema.records import Article, Entity, Layer, sha256_of

TEXTS = {"one": "التقى سامي مراد وفدا من بلدة العين.", "two": "قدرت غرفة التجارة الخسائر بنحو مليون دينار."}


def article(name: str) -> Article:
    return Article(id=name, text=TEXTS[name], sha256=sha256_of(TEXTS[name]))


def layer(name: str, end: int = 15) -> Layer:
    entity = Entity(id="e1", start=6, end=end, label="PER")
    return Layer(article_id=name, sha256=article(name).sha256, annotator="gold", entities=(entity,))


@pytest.fixture
def standoff(tmp_path: Path) -> Path:
    folder = tmp_path / "standoff"
    write_jsonl(folder / "gold.jsonl", [layer("one"), layer("two")])
    (folder / "manifest.json").write_bytes(msgspec.json.encode(manifest_of([article("one"), article("two")])))
    return folder


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    folder = tmp_path / "texts"
    folder.mkdir()
    for name, text in TEXTS.items():
        (folder / f"{name}.txt").write_text(text, "utf-8")
    return folder


def test_texts_and_layers_come_together_as_full_records(standoff: Path, texts: Path, tmp_path: Path) -> None:
    done = rehydrate(standoff, texts, tmp_path / "out")
    assert done.complete
    assert (done.articles, done.layers) == (2, 2)
    articles = {a.id: a for a in read_articles(tmp_path / "out" / "articles.jsonl", [])}
    layers = list(read_layers(tmp_path / "out" / "gold.jsonl", [], articles))
    assert articles["one"].text[slice(layers[0].entities[0].start, layers[0].entities[0].end)] == "سامي مراد"


def test_a_text_under_another_name_is_found_by_its_hash(standoff: Path, texts: Path, tmp_path: Path) -> None:
    (texts / "one.txt").rename(texts / "عين.txt")
    rehydrate(standoff, texts, tmp_path / "out")
    assert [a.id for a in read_articles(tmp_path / "out" / "articles.jsonl", [])] == ["one", "two"]


def test_a_text_that_differs_is_reported_and_its_layers_left_out(standoff: Path, texts: Path, tmp_path: Path) -> None:
    (texts / "two.txt").write_text(TEXTS["two"] + "\n", "utf-8")
    done = rehydrate(standoff, texts, tmp_path / "out")
    (missing,) = done.missing
    assert missing.article_id == "two"
    size = len(TEXTS["two"])
    assert f"({size + 1} characters instead of {size})" in missing.reason
    assert (done.articles, done.layers) == (1, 1)


def test_a_text_that_is_not_there_is_reported(standoff: Path, texts: Path, tmp_path: Path) -> None:
    (texts / "one.txt").unlink()
    (missing,) = rehydrate(standoff, texts, tmp_path / "out").missing
    assert "no file one.txt" in missing.reason


def test_a_text_that_cannot_be_read_is_reported_with_that_reason(standoff: Path, texts: Path, tmp_path: Path) -> None:
    (texts / "one.txt").write_bytes(TEXTS["one"].encode("windows-1256"))
    (missing,) = rehydrate(standoff, texts, tmp_path / "out").missing
    assert "windows-1256" in missing.reason


def test_one_file_of_layers_suffices_without_a_manifest(standoff: Path, texts: Path, tmp_path: Path) -> None:
    (standoff / "manifest.json").unlink()
    assert rehydrate(standoff / "gold.jsonl", texts, tmp_path / "out").complete


def test_a_layer_that_does_not_fit_its_text_is_refused(standoff: Path, texts: Path, tmp_path: Path) -> None:
    write_jsonl(standoff / "gold.jsonl", [layer("one", end=999), layer("two")])
    done = rehydrate(standoff, texts, tmp_path / "out")
    assert [(refused.article_id, refused.field) for refused in done.refused] == [("one", "entities[0]")]
    assert done.layers == 1


def test_a_folder_without_layers_is_said_so(texts: Path, tmp_path: Path) -> None:
    with pytest.raises(StandoffError, match="no layers"):
        rehydrate(texts, texts, tmp_path / "out")


def test_a_missing_folder_of_texts_is_said_so(standoff: Path, tmp_path: Path) -> None:
    with pytest.raises(StandoffError, match="no such folder"):
        rehydrate(standoff, tmp_path / "gone", tmp_path / "out")


def test_the_packaged_layers_of_the_real_articles_fit_the_copies_of_their_holder(tmp_path: Path) -> None:
    seeds = Path(__file__).parents[3] / "shared" / "data" / "seeds"
    folder = packaged()
    if folder is None or not seeds.is_dir():
        pytest.skip("needs the five real articles, which belong to their publishers, and their layers")
    done = rehydrate(folder, seeds, tmp_path / "out")
    assert done.complete
    assert done.articles == 5
