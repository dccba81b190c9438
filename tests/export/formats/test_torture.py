"""Texts that no newspaper prints, through every format and back: as they were, or refused with the place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import msgspec
import pytest
from tortures import TORTURE

from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.export.formats.registry import FORMATS, FormatError, Marked, codec
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of
from musnad.schema.validate import layer_problems

pytestmark = pytest.mark.long

# What XML 1.0 has no place for; `every plane` and `the first plane` hold all of it.
NOT_XML = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
TEXTS = TORTURE | {f"{name} of XML": NOT_XML.sub("", text) for name, text in TORTURE.items() if NOT_XML.search(text)}
every_text = pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())


@cache
def _pipeline() -> Pipeline:
    return Pipeline()


def marked(text: str) -> Marked:
    """The pre-annotation of a text, and marks over all of it, at its edges and in the middle of words."""
    article = Article(id="a-1", text=text, sha256=sha256_of(text))
    made = _pipeline().annotate(article)
    ends, third = len(text), len(text) // 3
    places = ((0, ends), (0, 1), (ends - 1, ends), (third, third + 5), (third + 2, third + 3))
    odd = [Entity(id=f"x{n}", start=start, end=end, label="ORG") for n, (start, end) in enumerate(places)]
    number = Quantity(id="y1", start=third, end=third + 2, kind="count", bound="exact", value="3", counted=(0, ends))
    said = Attribution(id="z1", kind="indirect", cues=((0, 1), (third, third + 1)), source=(1, 3), content=((4, ends),))
    layer = msgspec.structs.replace(
        made,
        annotator="qalam",
        meta={},
        entities=(*made.entities, *odd),
        quantities=(*made.quantities, number),
        attributions=(*made.attributions, said),
    )
    assert layer_problems(layer, article) == []
    return Marked(article, layer)


def around(name: str, one: Marked, place: Path, known: Mapping[str, Article]) -> tuple[Marked, int]:
    """Write and read in a format; return what comes back and how many marks were said to be lost."""
    if FORMATS[name].folder:
        place.mkdir()
    lost = codec(name).write([one], place)
    (back,) = codec(name).read(place, known, "qalam")
    return back, lost


def records(layer: Layer) -> list[Entity | Quantity | Attribution]:
    return [*layer.entities, *layer.quantities, *layer.attributions]


def needs(extra: str) -> None:
    pytest.importorskip({"cas": "cassis"}.get(extra, extra), reason=f"musnad[{extra}] is not installed here")


@every_text
@pytest.mark.parametrize("name", ["jsonl", "web-annotation", "spacy"])
def test_a_text_and_its_marks_come_back_as_they_were(tmp_path: Path, name: str, text: str) -> None:
    if extra := FORMATS[name].extra:
        needs(extra)
    one = marked(text)
    back, _ = around(name, one, tmp_path / "out", {} if FORMATS[name].has_text else {"a-1": one.article})
    assert back.article.text == text
    assert back.layer == one.layer


@every_text
def test_xmi_brings_back_what_xml_can_hold_and_names_what_it_can_not(tmp_path: Path, text: str) -> None:
    needs("cas")
    one = marked(text)
    if outside := NOT_XML.search(text):
        said = rf"a-1: U\+{ord(outside[0]):04X} at offset {outside.start()} can't stand in XML"
        with pytest.raises(FormatError, match=said):
            around("cas", one, tmp_path / "out", {})
    else:
        back, lost = around("cas", one, tmp_path / "out", {})
        assert (back.article.text, lost) == (text, 0)
        assert back.layer == one.layer


@every_text
def test_brat_brings_marks_back_or_counts_those_that_line_breaks_make_others(tmp_path: Path, text: str) -> None:
    one = marked(text)
    back, lost = around("brat", one, tmp_path / "out", {})
    assert back.article.text == text
    assert len(records(back.layer)) == len(records(one.layer))
    others = [a for a, b in zip(records(one.layer), records(back.layer), strict=True) if a != b]
    assert len(others) <= lost
    assert bool(lost) == bool(others)
    assert not lost or "\n" in text
    (file,) = (tmp_path / "out").rglob("*.ann")
    lines = file.read_bytes().decode().split("\n")
    assert [line for line in lines if not re.match(r"[TEAR#]\d+\t", line)] == [""]


@every_text
def test_conll_brings_names_back_or_counts_them(tmp_path: Path, text: str) -> None:
    one = marked(text)

    def names(layer: Layer) -> set[tuple[int, int, str]]:
        return {(entity.start, entity.end, entity.label) for entity in layer.entities}

    for place, known in (("with", {"a-1": one.article}), ("without", {})):
        back, lost = around("conll", one, tmp_path / place, known)
        if known:
            assert back.article.text == text
        else:  # what stands in no word comes back as spaces, and not at the end
            assert len(back.article.text) <= len(text)
            assert all(came in (went, " ") for went, came in zip(text, back.article.text, strict=False))
        assert len(names(one.layer) - names(back.layer)) <= lost
