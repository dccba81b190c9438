"""An article of five megabytes: not taken in, and pre-annotated, published and shown where it is there all the same."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from commands import run

from musnad.corpus import samples
from musnad.corpus.store import Project, init
from musnad.export.reading import read_gold
from musnad.schema.jsonl import read_articles, read_layers, write_jsonl
from musnad.schema.records import GOLD, Article, sha256_of

pytestmark = pytest.mark.long

SAMPLES = "\n".join(article.text for article in samples.articles())
TEXT = SAMPLES * (5_000_000 // len(SAMPLES.encode()) + 1)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.chdir(tmp_path)
    return init(tmp_path / "p")


@pytest.mark.parametrize("suffix", [".txt", ".jsonl", ".csv"])
def test_it_is_refused_with_its_length(project: Project, capsys: pytest.CaptureFixture[str], suffix: str) -> None:
    written = {
        ".txt": TEXT.encode(),
        ".jsonl": msgspec.json.encode({"id": "خبر", "text": TEXT}),
        ".csv": 'id,text\nخبر,"{}"\n'.format(TEXT.replace('"', '""')).encode(),
    }
    Path(f"خبر{suffix}").write_bytes(written[suffix])
    assert run("corpus", "add", f"خبر{suffix}", "--project", "p") == 1
    said = capsys.readouterr().err
    length = f"{len(TEXT.encode()):,} bytes" if suffix == ".txt" else f"{len(TEXT):,} characters"
    assert f"{length} are more than the 1,000,000 characters an article may have" in said
    assert project.articles.read_bytes() == b""


def test_it_goes_the_whole_way_from_other_hands(project: Project, capsys: pytest.CaptureFixture[str]) -> None:
    write_jsonl(project.articles, [Article(id="a", text=TEXT, sha256=sha256_of(TEXT), publisher="المرافئ")])
    for workers in ("1", "2"):
        assert run("preannotate", "p/articles.jsonl", "-o", f"{workers}.jsonl", "--workers", workers) == 0
    assert Path("1.jsonl").read_bytes() == Path("2.jsonl").read_bytes()
    articles = {article.id: article for article in read_articles(project.articles, [])}
    (made,) = read_layers(Path("1.jsonl"), [], articles)
    assert len(made.entities) > 10_000
    assert len(made.attributions) > 10_000
    write_jsonl(project.predictions, [made])
    write_jsonl(
        project.annotations, [msgspec.structs.replace(made, annotator=who, meta={}) for who in ("qalam", "rasid")]
    )
    write_jsonl(project.gold, [msgspec.structs.replace(made, annotator=GOLD, meta={})])
    for words in (
        ["agreement", "--draws", "5", "--project", "p"],
        ["release", "--version", "1.0.0", "--project", "p"],
        ["verify", "p/releases/1.0.0"],
        ["report", "-o", "report.html", "--project", "p"],
    ):
        assert run(*words) == 0, (words, capsys.readouterr().err)
    (back,) = read_gold(project.releases / "1.0.0")
    assert back.article is not None
    assert back.article.text == TEXT
    assert back.layer.entities == made.entities
