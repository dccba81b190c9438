"""Files of records: what is good is read, what is bad is refused with its place, and files are written whole."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from musnad.schema.jsonl import FiledArticles, FiledLayers, Refusal, read_articles, read_layers, write_jsonl
from musnad.schema.records import Article, Layer, sha256_of

TEXT = "أعلنت وزارة الصحة وفاة ٣ أشخاص."


def record(article_id: str, text: str = TEXT, **more: Any) -> dict[str, Any]:
    return {"id": article_id, "text": text, "sha256": sha256_of(text), **more}


def lines(path: Path, *records: dict[str, Any] | str | bytes) -> Path:
    raw = [r if isinstance(r, bytes) else (r if isinstance(r, str) else json.dumps(r)).encode() for r in records]
    path.write_bytes(b"\n".join(raw) + b"\n")
    return path


def test_bad_lines_are_refused_with_file_and_line_and_the_rest_is_read(tmp_path: Path) -> None:
    path = lines(
        tmp_path / "articles.jsonl",
        record("health-1"),
        "{not json",
        record("health-2", sha256="0" * 64),
        record("../escape"),
        record("health-1"),
        record("health-3", author="x"),
        b'{"id": "health-4", "text": "\xff\xfe"}',
        '{"id": "health-5", "text": "\\ud800", "sha256": "' + "0" * 64 + '"}',
        record("health-6"),
    )
    refusals: list[Refusal] = []
    assert [article.id for article in read_articles(path, refusals)] == ["health-1", "health-6"]
    assert [refusal.line for refusal in refusals] == [2, 3, 4, 5, 6, 7, 8]
    assert all(str(refusal).startswith(f"{path}:{refusal.line}") for refusal in refusals)
    assert "stands on line 1 already" in refusals[3].reason
    assert refusals[1].raw is not None
    assert json.loads(refusals[1].raw)["id"] == "health-2"


def test_id_and_text_suffice_where_an_article_may_be_bare(tmp_path: Path) -> None:
    path = lines(tmp_path / "in.jsonl", {"id": "a", "text": TEXT, "source": "wire"}, {"id": "b", "text": " "})
    refusals: list[Refusal] = []
    [article] = read_articles(path, refusals, bare=True)
    assert article == Article(id="a", text=TEXT, sha256=sha256_of(TEXT))
    assert [(refusal.line, refusal.field) for refusal in refusals] == [(2, "text")]


def test_a_byte_order_mark_and_blank_lines_are_passed_over(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    path.write_bytes(b"\xef\xbb\xbf" + json.dumps(record("a")).encode() + b"\n\n  \n")
    refusals: list[Refusal] = []
    assert len(list(read_articles(path, refusals))) == 1
    assert refusals == []


def test_layers_are_checked_against_their_articles(tmp_path: Path) -> None:
    article = Article(id="health-1", text=TEXT, sha256=sha256_of(TEXT))
    base = {"article_id": "health-1", "sha256": article.sha256, "annotator": "ann-a"}
    long = {**base, "annotator": "ann-b", "entities": [{"id": "e1", "start": 0, "end": 99, "label": "ORG"}]}
    path = lines(tmp_path / "annotations.jsonl", base, long, {**base, "article_id": "health-9"}, base)
    refusals: list[Refusal] = []
    assert [layer.annotator for layer in read_layers(path, refusals, {"health-1": article})] == ["ann-a"]
    assert [(refusal.line, refusal.field) for refusal in refusals] == [
        (2, "entities[0]"),
        (3, "article_id"),
        (4, "annotator"),
    ]


def test_what_was_written_reads_back(tmp_path: Path) -> None:
    article = Article(id="health-1", text=TEXT, sha256=sha256_of(TEXT), publisher="نبض الناس")
    layer = Layer(article_id=article.id, sha256=article.sha256, annotator="ann-a", meta={"lead_time": 1.5})
    assert write_jsonl(tmp_path / "articles.jsonl", [article]) == 1
    assert write_jsonl(tmp_path / "layers.jsonl", [layer]) == 1
    assert list(read_articles(tmp_path / "articles.jsonl", [])) == [article]
    assert list(read_layers(tmp_path / "layers.jsonl", [], {article.id: article})) == [layer]


def test_a_write_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    path = tmp_path / "articles.jsonl"
    write_jsonl(path, [{"id": "old"}])

    def records() -> Any:
        yield {"id": "new"}
        raise OSError("the disk is full")

    with pytest.raises(OSError, match="the disk is full"):
        write_jsonl(path, records())
    assert json.loads(path.read_text()) == {"id": "old"}
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("bare", [False, True])
def test_filed_articles_are_those_that_are_read(tmp_path: Path, bare: bool) -> None:
    path = lines(tmp_path / "articles.jsonl", record("b"), "{not json", record("a"), "", record("a"), record("c"))
    path.write_bytes(b"\xef\xbb\xbf" + path.read_bytes())
    read, refusals = FiledArticles(path, found := [], bare=bare), []
    expected = {article.id: article for article in read_articles(path, refusals, bare=bare)}
    assert dict(read) == expected
    assert list(read) == ["b", "a", "c"]
    assert found == refusals
    assert "d" not in read
    with pytest.raises(KeyError):
        read["d"]


def test_filed_articles_of_no_file_are_an_error_at_once(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        FiledArticles(tmp_path / "articles.jsonl", [])


def layer(article_id: str, annotator: str, **fields: Any) -> str:
    sha256 = record(article_id)["sha256"]
    return json.dumps({"article_id": article_id, "sha256": sha256, "annotator": annotator} | fields)


def test_filed_layers_are_those_that_are_read_and_of_two_for_an_article_the_last(tmp_path: Path) -> None:
    articles = FiledArticles(lines(tmp_path / "articles.jsonl", record("b"), record("a")), [])
    outside = [{"id": "e1", "start": 0, "end": 10**6, "label": "PER"}]
    path = lines(
        tmp_path / "predictions.jsonl",
        layer("a", "rules-1.0"),
        layer("unknown", "rules-1.0"),
        layer("b", "rules-1.0", entities=outside),
        layer("b", "rules-1.1"),
        layer("a", "rules-2.0"),
    )
    read, refusals = FiledLayers(path, found := [], articles), []
    assert dict(read) == {one.article_id: one for one in read_layers(path, refusals, articles)}
    assert {article_id: one.annotator for article_id, one in read.items()} == {"a": "rules-2.0", "b": "rules-1.1"}
    assert [one.annotator for one in read.all("a")] == ["rules-1.0", "rules-2.0"]
    assert found == refusals
    assert len(found) == 2


def test_an_article_without_a_layer_is_in_no_filed_layers(tmp_path: Path) -> None:
    articles = FiledArticles(lines(tmp_path / "articles.jsonl", record("b"), record("a")), [])
    read = FiledLayers(lines(tmp_path / "predictions.jsonl", layer("a", "rules-1.0")), [], articles)
    assert (list(read), len(read)) == (["a"], 1)
    assert "a" in read
    assert "b" not in read
    assert "unknown" not in read
    assert read.all("b") == []
    with pytest.raises(KeyError):
        read["b"]


def test_filed_records_stay_those_of_the_file_that_was_opened(tmp_path: Path) -> None:
    path = lines(tmp_path / "articles.jsonl", record("a"), record("b"))
    read = FiledArticles(path, [])
    before = dict(read)
    write_jsonl(path, [record("c")])
    assert dict(read) == before
