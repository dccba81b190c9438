"""What goes out in a format comes back, but for what the format is said to lose."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import newsroom
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from strategies import articles, layers, tried

from musnad.corpus import samples
from musnad.export.convert import convert
from musnad.export.formats.registry import FORMATS, FormatError, Marked, codec, table
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, Layer


def _works(name: str) -> bool:
    """Whether the extra of a format is installed, with versions that go together."""
    try:
        with TemporaryDirectory() as place:
            codec(name).write([], Path(place) if FORMATS[name].folder else Path(place) / "x")
    except (FormatError, TypeError):
        return False
    return True


_INSTALLED = [name for name in FORMATS if _works(name)]
_WHOLE = [name for name in _INSTALLED if {"entities", "quantities", "attributions"} <= set(FORMATS[name].keeps)]


def _around(name: str, marked: list[Marked], known: Mapping[str, Article] | None = None) -> list[Marked]:
    """Write and read in a format."""
    with TemporaryDirectory() as place:
        path = Path(place) / "out"
        if FORMATS[name].folder:
            path.mkdir()
        codec(name).write(marked, path)
        return sorted(codec(name).read(path, known or {}, "qalam"), key=lambda one: one.article.id)


def _comparable(name: str, layer: Layer) -> Layer:
    """A layer without what its format is said to lose."""
    return layer if "meta" in FORMATS[name].keeps else msgspec.structs.replace(layer, meta={})


@pytest.mark.parametrize("name", [name for name, form in FORMATS.items() if form.extra])
def test_an_extra_is_there(name: str) -> None:
    if name not in _INSTALLED:
        pytest.skip(f"musnad[{FORMATS[name].extra}] is not installed here, or not as it asks for")
    assert FORMATS[name].keeps


@pytest.mark.parametrize("name", _WHOLE)
def test_the_packaged_gold_comes_back_whole(name: str) -> None:
    found = {article.id: article for article in samples.articles()}
    gold = [msgspec.structs.replace(layer, annotator="qalam") for layer in samples.layers("gold")]
    back = _around(name, [Marked(found[layer.article_id], layer) for layer in gold], found)
    assert [one.layer for one in back] == [
        _comparable(name, layer) for layer in sorted(gold, key=lambda g: g.article_id)
    ]
    assert [one.article.text for one in back] == [found[one.article.id].text for one in back]


@pytest.mark.parametrize("name", _WHOLE)
@given(data=st.data())
@tried(40)
def test_every_valid_layer_comes_back(name: str, data: st.DataObject) -> None:
    article = data.draw(articles())
    layer = data.draw(layers(article, "qalam"))
    if name == "brat":
        assume("\n" not in article.text)  # the loss that the table names
    (back,) = _around(name, [Marked(article, layer)], {} if FORMATS[name].has_text else {article.id: article})
    assert back.article.text == article.text
    assert back.layer == layer


def test_brat_marks_over_a_line_break_come_back_as_one() -> None:
    article = newsroom.article("a-1", "قال سامر\nالحداد إن الأمر انتهى", "المرافئ")
    start, end = newsroom.at(article.text, "سامر\nالحداد")
    from musnad.schema.records import Entity

    layer = Layer(
        article_id="a-1",
        sha256=article.sha256,
        annotator="qalam",
        entities=(Entity(id="e1", start=start, end=end, label="PER"),),
    )
    with TemporaryDirectory() as place:
        codec("brat").write([Marked(article, layer)], Path(place))
        assert "T1\tPER 4 8;9 15\tسامر الحداد\n" in (Path(place) / "qalam" / "a-1.ann").read_text("utf-8")
        (back,) = codec("brat").read(Path(place), {}, "qalam")
    assert back.layer == layer


@pytest.mark.parametrize(
    "name", [name for name in _INSTALLED if "annotator" in FORMATS[name].keeps or name in ("jsonl", "spacy")]
)
def test_two_annotators_of_an_article_stay_two(name: str) -> None:
    article, gold = newsroom.articles()["match-1"], newsroom.gold()[2]
    people = [msgspec.structs.replace(gold, annotator=who) for who in ("هدى/1", "..", "x.y")]
    back = _around(name, [Marked(article, layer) for layer in people], {article.id: article})
    assert sorted(one.layer.annotator for one in back) == sorted(layer.annotator for layer in people)


def test_conll_gives_back_entities_and_counts_the_rest(tmp_path: Path) -> None:
    found = {article.id: article for article in samples.articles()}
    gold = samples.layers("gold")
    lost = codec("conll").write([Marked(found[layer.article_id], layer) for layer in gold], tmp_path / "gold.conll")
    back = {one.article.id: one.layer for one in codec("conll").read(tmp_path / "gold.conll", found, "qalam")}
    for layer in gold:
        spans = sorted((one.start, one.end, one.label) for one in layer.entities)
        assert sorted((one.start, one.end, one.label) for one in back[layer.article_id].entities) == spans
    assert 0 < lost < 60


def test_foreign_conll_is_read_with_its_own_tags(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text("فرانكفورت B-LOC\nتستضيف O\n\nسامر B-PERS\nالحداد I-PERS\n. O\n", "utf-8")
    (one,) = codec("conll").read(tmp_path / "x.conll", {}, "corpus")
    assert one.article.text == "فرانكفورت تستضيف\nسامر الحداد ."
    assert [(one.article.text[e.start : e.end], e.label) for e in one.layer.entities] == [
        ("فرانكفورت", "LOC"),
        ("سامر الحداد", "PER"),
    ]


@pytest.mark.parametrize("name", _INSTALLED)
def test_no_layers_make_no_failure(name: str) -> None:
    assert _around(name, []) == []


@pytest.mark.parametrize("name", [name for name in _INSTALLED if name != "jsonl"])
def test_a_file_of_something_else_is_refused_with_its_name(name: str, tmp_path: Path) -> None:
    path = tmp_path / "x"
    if FORMATS[name].folder:
        path.mkdir()
        (path / "x.txt").write_text("قال")
        (path / "x.ann").write_text("T1\tNONSENSE 0 3\tقال\n", "utf-8")
        (path / "x.xmi").write_text("<no")
    else:
        path.write_text("{no such thing}")
    with pytest.raises(FormatError, match=str(path)):
        list(codec(name).read(path, {}, "qalam"))


def test_an_unknown_format_is_told_the_known_ones() -> None:
    with pytest.raises(FormatError, match="known: jsonl, conll, brat"):
        codec("docx")


def test_convert_goes_from_one_format_to_another_and_says_what_is_lost(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    write_jsonl(tmp_path / "own" / "articles.jsonl", newsroom.articles().values())
    write_jsonl(tmp_path / "own" / "annotations.jsonl", newsroom.gold())
    done = convert(tmp_path / "own", tmp_path / "brat", source_format="jsonl", target_format="brat")
    assert (done.layers, done.lost) == (4, 0)
    assert "title" in done.losses
    convert(tmp_path / "brat", tmp_path / "w3c", source_format="brat", target_format="web-annotation", annotator="gold")
    convert(
        tmp_path / "w3c",
        tmp_path / "back",
        source_format="web-annotation",
        target_format="jsonl",
        articles=tmp_path / "own" / "articles.jsonl",
    )
    (tmp_path / "sorted").mkdir()
    write_jsonl(tmp_path / "sorted" / "annotations.jsonl", sorted(newsroom.gold(), key=lambda one: one.article_id))
    assert (tmp_path / "back" / "annotations.jsonl").read_bytes() == (
        tmp_path / "sorted" / "annotations.jsonl"
    ).read_bytes()


def test_a_format_without_texts_asks_for_the_articles(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="--articles"):
        convert(tmp_path, tmp_path / "o", source_format="web-annotation", target_format="jsonl")


def test_the_documentation_shows_the_table_of_the_registry() -> None:
    documented = (Path(__file__).parents[3] / "docs" / "formats.md").read_text("utf-8")
    assert table() in documented


_COLUMNS = "# global.columns = FORM START END ENTITY INNER_ENTITY\n"


@pytest.mark.parametrize(
    ("lines", "reason"),
    [
        ("قال\t0\tثلاثة\tO\tO\n", "are no offsets"),
        ("قال\t0\t3\tO\tO\nسامر\t2\t6\tO\tO\n", "is no place for"),
        ("قال\t999999999\t1000000002\tO\tO\n", "are no offsets"),
        ("قال\t99999999\t100000002\tO\tO\n", "is no place for"),
        ("# article = ../../حديقة\nقال\t0\t3\tO\tO\n", "is no id of an article"),
        ("# article = match-1\nقال\t0\t3\tO\tO\n", "does not stand at"),
    ],
)
def test_conll_whose_offsets_or_ids_can_not_be_is_refused(lines: str, reason: str, tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text(_COLUMNS + lines, "utf-8")
    with pytest.raises(FormatError, match=reason):
        list(codec("conll").read(tmp_path / "x.conll", newsroom.articles(), "qalam"))


def test_conll_columns_are_found_by_their_names(tmp_path: Path) -> None:
    (tmp_path / "x.conll").write_text("# global.columns = ID FORM ENTITY\n1\tسامر\tB-PER\n2\tوصل\tO\n", "utf-8")
    (one,) = codec("conll").read(tmp_path / "x.conll", {}, "corpus")
    assert one.article.text == "سامر وصل"
    (tmp_path / "x.conll").write_text("# global.columns = ID FORM\n1\tسامر\n", "utf-8")
    with pytest.raises(FormatError, match="no column ENTITY"):
        list(codec("conll").read(tmp_path / "x.conll", {}, "corpus"))


@pytest.mark.parametrize(
    "items",
    [
        '[{"body":{"type":"musnad:Rumour"},"target":[]}]',
        '[{"body":{"type":["musnad:Entity"]},"target":[]}]',
        '[{"body":{"type":"musnad:Entity"},"target":[{"musnad:role":"span","selector":[]}]}]',
    ],
)
def test_a_page_that_is_not_musnads_is_refused_with_its_line(items: str, tmp_path: Path) -> None:
    page = f'{{"musnad:article":"match-1","musnad:sha256":"{newsroom.articles()["match-1"].sha256}","items":{items}}}'
    (tmp_path / "x").write_text(page, "utf-8")
    with pytest.raises(FormatError, match=r"x:1: .* no page that musnad wrote"):
        list(codec("web-annotation").read(tmp_path / "x", newsroom.articles(), "qalam"))


@pytest.mark.parametrize("name", ["<name>subtype=exit(), b</name>", "<name>class</name>", ""])
def test_a_type_system_whose_feature_has_no_name_is_refused(name: str, tmp_path: Path) -> None:
    if "cas" not in _INSTALLED:
        pytest.skip("musnad[cas] is not installed here, or not as it asks for")
    gold = newsroom.gold()[0]
    codec("cas").write([Marked(newsroom.articles()[gold.article_id], gold)], tmp_path)
    types = tmp_path / "TypeSystem.xml"
    types.write_text(types.read_text("utf-8").replace("<name>subtype</name>", name), "utf-8")
    with pytest.raises(FormatError, match=str(tmp_path)):
        list(codec("cas").read(tmp_path, {}, "qalam"))


def test_an_article_of_two_texts_or_two_layers_of_one_annotator_is_not_converted(tmp_path: Path) -> None:
    once = "# article = أ\nسامر\t0\t4\tB-PER\tO\n"
    for lines, reason in ((once + once, "two layers"), (once + once.replace("سامر", "هدير"), "two texts")):
        (tmp_path / "x.conll").write_text(_COLUMNS + lines, "utf-8")
        with pytest.raises(FormatError, match=reason):
            convert(tmp_path / "x.conll", tmp_path / "out", source_format="conll", target_format="jsonl")


@pytest.mark.parametrize("note", ['{"id": "\\ud800"}', "[" * 100_000, "9" * 5_000, "seen twice"])
def test_a_brat_note_that_musnad_did_not_write_is_passed_over(note: str, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("سامر", "utf-8")
    (tmp_path / "a.ann").write_text(f"T1\tPER 0 4\tسامر\n#1\tAnnotatorNotes T1\t{note}\n", "utf-8")
    (one,) = codec("brat").read(tmp_path, {}, "qalam")
    assert [entity.id for entity in one.layer.entities] == ["T1"]


def test_a_folder_is_filled_whole_or_not_at_all(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    write_jsonl(tmp_path / "own" / "articles.jsonl", newsroom.articles().values())
    write_jsonl(tmp_path / "own" / "annotations.jsonl", newsroom.gold())
    convert(tmp_path / "own", tmp_path / "whole", source_format="jsonl", target_format="brat")
    (tmp_path / "whole" / "gold" / "clinic-1.ann").write_text("T1\tNONSENSE 0 3\tقال\n", "utf-8")
    with pytest.raises(FormatError, match="NONSENSE"):
        convert(tmp_path / "whole", tmp_path / "half", source_format="brat", target_format="jsonl")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own", "whole"]


def test_a_folder_that_is_there_keeps_its_other_files(tmp_path: Path) -> None:
    (tmp_path / "own").mkdir()
    write_jsonl(tmp_path / "own" / "articles.jsonl", newsroom.articles().values())
    write_jsonl(tmp_path / "own" / "annotations.jsonl", newsroom.gold())
    there = tmp_path / "there" / "gold"
    there.mkdir(parents=True)
    (there / "clinic-1.ann").write_text("old", "utf-8")
    (there / "visual.conf").write_text("own", "utf-8")
    convert(tmp_path / "own", tmp_path / "there", source_format="jsonl", target_format="brat")
    assert (there / "visual.conf").read_text("utf-8") == "own"
    assert (there / "clinic-1.ann").read_text("utf-8").startswith("T1\t")
