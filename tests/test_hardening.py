"""What a distrustful operator would try: hostile texts, ids, pages and settings."""

import json
import sys
from pathlib import Path

import msgspec
import newsroom
import pytest
import yaml
from commands import newsroom_in, run
from hypothesis import given
from hypothesis import strategies as st
from strategies import tried
from tortures import NEWS, TORTURE

from musnad.annotation.label_studio.config import PASSES
from musnad.annotation.label_studio.regions import decode, encode
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.console import table
from musnad.corpus import samples
from musnad.corpus.store import ProjectError, init, read_project, settings_text
from musnad.export.reading import read_gold
from musnad.schema.jsonl import read_articles, read_layers, write_jsonl
from musnad.schema.records import Article, sha256_of
from musnad.schema.validate import layer_problems


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def annotate(pipeline: Pipeline, text: str) -> msgspec.Struct:
    article = Article(id="a", text=text, sha256=sha256_of(text))
    layer = pipeline.annotate(article)
    assert layer_problems(layer, article) == []
    assert json.loads(msgspec.json.encode(layer))["article_id"] == "a"
    return layer


@pytest.mark.parametrize("text", TORTURE.values(), ids=TORTURE.keys())
def test_hostile_text_is_annotated_with_sound_records(pipeline: Pipeline, text: str) -> None:
    annotate(pipeline, text)


SIGNS = "\"«»“”',،:.- \n()ـًو٠1%"
PIECES = [
    "1", "٩", "1,", "1.", "10-", "و", "ال", "«", "(", '"', ":", "ـ", "َ", "ألف و", "واحد و", "مليون ", "10 إلى ", "قال ",
    "قال إن ", "«قال ", 'قال:"', "نقلت عن ", "سورياو", "ابن ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_one_piece_over_and_over_is_annotated_with_sound_records(pipeline: Pipeline, piece: str) -> None:
    annotate(pipeline, piece * (10_000 // len(piece.encode())))


@tried(200)
@given(st.text(st.sampled_from([*NEWS, *'0123456789٠٥%$"“”«»،؛:.()-\n\u200f\u064bـ']), min_size=1, max_size=300))
def test_any_jumble_of_letters_is_annotated_with_sound_records(text: str) -> None:
    if text.strip():
        annotate(_shared(), text)


@pytest.mark.parametrize(
    "text",
    [
        "قالت الوزارة إن نسبة التغطية هبطت، عازية.ذ،ك إلى «شائعات تنتشر أسرع من الفيروس».",
        "ونفى ما تناقلته.عن المقاول الرئيس،ـواصفاً.إياه بـ«الكلام العاري من الصحة».",
    ],
)
def test_content_of_which_signs_leave_nothing_is_none(pipeline: Pipeline, text: str) -> None:
    annotate(pipeline, text)


SAMPLES = "\n".join(article.text for article in samples.articles())


@tried(100)
@given(
    st.integers(0, len(SAMPLES) - 400), st.lists(st.tuples(st.integers(0, 399), st.sampled_from(SIGNS)), max_size=60)
)
def test_news_strewn_with_signs_is_annotated_with_sound_records(start: int, signs: list[tuple[int, str]]) -> None:
    text = list(SAMPLES[start : start + 400])
    for place, sign in signs:
        text[place] = sign
    annotate(_shared(), "".join(text))


def _shared(kept: list[Pipeline] = []) -> Pipeline:  # noqa: B006 loaded once for all examples
    if not kept:
        kept.append(Pipeline())
    return kept[0]


@pytest.mark.long
def test_hostile_text_goes_the_whole_way_and_comes_back_as_it_was(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    texts = {name.replace(" ", "-"): text for name, text in TORTURE.items()} | {"long": NEWS * 300}
    refused = {"nul": "قال\0", "too-long": "ا" * 1_000_001, "blank": "\u2028 \n"}
    rows = [{"id": name, "text": text} for name, text in (texts | refused).items()]
    Path("in.jsonl").write_bytes(b"".join(msgspec.json.encode(row) + b"\n" for row in rows))
    project = init(tmp_path / "p")
    assert run("corpus", "add", "in.jsonl", "--project", "p") == 1
    said = capsys.readouterr()
    assert f"{len(texts)} added, 0 there already, {len(refused)} refused" in said.out
    assert [name for name in refused if f"article {name}" not in said.err] == []
    articles = {article.id: article for article in read_articles(project.articles, [])}
    assert {name: article.text for name, article in articles.items()} == texts
    assert run("preannotate", "--project", "p") == 0
    made = list(read_layers(project.predictions, [], articles))
    for layer in made:
        for which in PASSES:
            reading = decode(list(encode(layer, texts[layer.article_id], which)), texts[layer.article_id], which)
            assert not reading.misfits, layer.article_id
    ends = [msgspec.structs.replace(layer, annotator=who, meta={}) for who in ("qalam", "rasid") for layer in made]
    write_jsonl(project.annotations, ends)
    for words in (
        ["adjudicate", "--auto", "--project", "p"],
        ["release", "--version", "1.0.0", "--project", "p"],
        ["verify", "p/releases/1.0.0"],
        ["report", "-o", "report.html", "--project", "p"],
        ["convert", "p/releases/1.0.0", "pages", "--to", "web-annotation"],
        ["convert", "pages", "back", "--from", "web-annotation", "--articles", "p/articles.jsonl"],
        ["convert", "p/releases/1.0.0", "brat", "--to", "brat"],
        ["convert", "brat", "from-brat", "--from", "brat"],
    ):
        assert run(*words) == 0, (words, capsys.readouterr().err)
    published = {one.article.id: one for one in read_gold(project.releases / "1.0.0") if one.article}
    assert {name: one.article.text for name, one in published.items() if one.article} == texts
    for folder in ("back", "from-brat"):
        back = {one.id: one for one in read_articles(Path(folder) / "articles.jsonl", [])}
        assert {name: article.text for name, article in back.items()} == texts
        layers = {layer.article_id: layer for layer in read_layers(Path(folder) / "annotations.jsonl", [], back)}
        assert {name: layer.quantities for name, layer in layers.items()} == {
            name: one.layer.quantities for name, one in published.items()
        }


def test_a_table_whose_cells_are_formulas_is_text_like_any_other(tmp_path: Path) -> None:
    cells = ["=cmd|'/C calc'!A0", "+SUM(1;1)", "@now()", "-2+3"]
    rows = "".join(f'a{n},"{cell} {NEWS}","{cell}"\n' for n, cell in enumerate(cells))
    (tmp_path / "in.csv").write_text(f"id,text,publisher\n{rows}", "utf-8")
    project = init(tmp_path / "p")
    assert run("corpus", "add", str(tmp_path / "in.csv"), "--project", str(project.root)) == 0
    found = list(read_articles(project.articles, []))
    assert [article.publisher for article in found] == cells
    assert [article.text for article in found] == [f"{cell} {NEWS}" for cell in cells]


def test_a_name_that_is_a_tag_of_yaml_is_a_name_on_the_card(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    name = "!!python/object/apply:os.system ['true']"
    project = newsroom_in(tmp_path)
    dataset = msgspec.structs.replace(project.settings.dataset, name=name)
    (project.root / "musnad.toml").write_text(
        settings_text(msgspec.structs.replace(project.settings, dataset=dataset)), "utf-8"
    )
    assert run("release", "--version", "1.0.0", "--project", "p") == 0
    front = (project.releases / "1.0.0" / "README.md").read_text("utf-8").split("---\n")[1]
    assert name in str(yaml.safe_load(front))


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "..", "a\\b", "a\0b", "a\nb", ".hidden", "a b", "", "x" * 129]
)
def test_an_id_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    project = init(tmp_path / "p")
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": name, "text": NEWS}), "utf-8")
    assert run("corpus", "add", str(tmp_path / "in.jsonl"), "--project", str(project.root)) == 1
    assert project.articles.read_bytes() == b""


COMMANDING = "\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r\n\t[red]"


def test_what_commands_a_terminal_is_listed_as_its_escape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = init(tmp_path / "p")
    text = f"{NEWS}{COMMANDING}نهاية"
    told = Article(id="a", text=text, sha256=sha256_of(text), title=f"عنوان{COMMANDING}", publisher=COMMANDING)
    write_jsonl(project.articles, [told])
    assert run("corpus", "list", "--project", str(project.root)) == 0
    listed = capsys.readouterr().out
    assert listed.count("\n") == 1
    assert listed.count("\t") == 4
    assert r"عنوان\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r\n\t[red]" in listed
    assert run("corpus", "list", "--json", "--project", str(project.root)) == 0
    row = capsys.readouterr().out
    assert not set("\x1b\x9b\x7f\u202e\u2066") & set(row)
    assert json.loads(row)["title"] == told.title


def test_a_text_goes_into_a_pipe_as_it_is_and_onto_a_terminal_without_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = init(tmp_path / "p")
    text = f"{NEWS}{COMMANDING}نهاية"
    write_jsonl(project.articles, [Article(id="a", text=text, sha256=sha256_of(text))])
    assert run("corpus", "show", "a", "--project", str(project.root)) == 0
    assert capsys.readouterr().out == text + "\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("corpus", "show", "a", "--project", str(project.root)) == 0
    assert capsys.readouterr().out == NEWS + r"\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r" + "\n\t[red]نهاية\n"


def test_a_table_prints_names_with_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table(("who",), [("[bold]هدى[/bold]\x1b[0m",)])
    assert r"[bold]هدى[/bold]\x1b[0m" in capsys.readouterr().out


def test_a_page_does_not_bring_files_of_this_machine_in(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("canary-of-the-disk", "utf-8")
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    (tmp_path / "page.html").write_text(
        f"{entity}<html><body><article><p>{NEWS * 5}&x;</p></article></body></html>", "utf-8"
    )
    project = init(tmp_path / "p")
    run("corpus", "add", str(tmp_path / "page.html"), "--project", str(project.root))
    assert "سامر الحداد" in project.articles.read_text("utf-8")
    assert "canary-of-the-disk" not in project.articles.read_text("utf-8")


def test_settings_nested_too_deeply_are_refused(tmp_path: Path) -> None:
    (tmp_path / "musnad.toml").write_text("a = " + "[" * 5_000, "utf-8")
    with pytest.raises(ProjectError, match=r"musnad\.toml: no valid TOML"):
        read_project(tmp_path)


@pytest.mark.parametrize("name", ["conll", "brat"])
def test_a_file_of_another_format_that_is_no_utf_8_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_jsonl(tmp_path / "articles.jsonl", newsroom.articles().values())
    write_jsonl(tmp_path / "gold.jsonl", newsroom.gold())
    given = ("--articles", str(tmp_path / "articles.jsonl"))
    assert run("convert", str(tmp_path / "gold.jsonl"), str(tmp_path / "there"), "--to", name, *given) == 0
    there = tmp_path / "there"
    for file in [there] if there.is_file() else list(there.rglob("*.txt")):
        file.write_bytes(b"\xff" + file.read_bytes())
    assert run("convert", str(there), str(tmp_path / "back"), "--from", name, *given) == 1
    said = capsys.readouterr().err
    assert "is not UTF-8" in said
    assert len(said.splitlines()) == 1
