"""Tokens whose edges are where marks begin and end, and BIO tags that give the marks back."""

from __future__ import annotations

import newsroom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers, texts

from musnad.corpus import samples
from musnad.export.tokens import columns, labelled, names, spans_of, tag, tokens
from musnad.schema.records import Article, Layer


def _words(text: str) -> str:
    found = tokens(text)
    return " ".join(text[start:end] for start, end in zip(found.starts, found.ends, strict=True))


@pytest.mark.parametrize(
    ("written", "cut"),
    [
        ("لداعش", "ل داعش"),
        ("للمرصد", "ل لمرصد"),
        ("وبغداد", "و بغداد"),
        ("بنحو ألف", "ب نحو ألف"),
        ("وبالعراق", "و ب العراق"),
        ("فالجيش", "ف الجيش"),
        ("وَقالَ", "وَ قالَ"),
        ("سورياوالعراق", "سوريا و العراق"),
        ("أنهم سيعودون", "أن هم سيعودون"),
        ("وبمئات الملايين", "و ب مئات الملايين"),
    ],
)
def test_proclitics_pronouns_of_particles_and_glued_names_stand_apart(written: str, cut: str) -> None:
    assert _words(written) == cut


@pytest.mark.parametrize(
    "word", ["وزارة", "وكالة", "لبنان", "بغداد", "بلدة", "واشنطن", "لجنة", "بيان", "كان", "فريق", "منى"]
)
def test_a_letter_that_is_the_words_own_is_not_cut_off(word: str) -> None:
    assert _words(word) == word


@given(texts)
def test_tokens_cover_every_visible_character_once_in_order(text: str) -> None:
    found = tokens(text)
    edges = [edge for pair in zip(found.starts, found.ends, strict=True) for edge in pair]
    assert edges == sorted(edges)
    assert all(start < end for start, end in zip(found.starts, found.ends, strict=True))
    inside = {at for start, end in zip(found.starts, found.ends, strict=True) for at in range(start, end)}
    assert all(at in inside for at, character in enumerate(text) if character.isalnum())
    assert [first for first, _ in found.sentences[1:]] == [past for _, past in found.sentences[:-1]]


@given(st.data())
def test_spans_come_back_from_tags_but_for_those_that_are_counted(data: st.DataObject) -> None:
    article: Article = data.draw(articles())
    layer: Layer = data.draw(layers(article))
    found = tokens(article.text)
    for column, spans in labelled(layer).items():
        tagged = tag(found, spans)
        back = spans_of(found, tagged.tags)
        assert len(back) == len(spans) - tagged.overlapping
        assert len([span for span in back if span not in spans]) <= tagged.unaligned
        assert set(tagged.tags) <= set(names(columns()[column]))


def test_a_nested_entity_has_tags_of_its_own() -> None:
    text = "قالت وزارة الدفاع الأميركية"
    article = newsroom.article("n-1", text, "المرافئ")
    outer, inner = (
        newsroom.entity(1, text, "وزارة الدفاع الأميركية", "ORG"),
        newsroom.entity(2, text, "الأميركية", "NORP"),
    )
    layer = Layer(article_id="n-1", sha256=article.sha256, annotator="gold", entities=(outer, inner))
    found, spans = tokens(text), labelled(layer)
    assert tag(found, spans["entity_tags"]).tags == ["O", "B-ORG", "I-ORG", "I-ORG"]
    assert tag(found, spans["inner_entity_tags"]).tags == ["O", "O", "O", "B-NORP"]


def test_a_span_inside_a_token_is_counted_and_tagged_over_the_token() -> None:
    found = tokens("مرافقيه")
    tagged = tag(found, [(0, 6, "counted")])
    assert (tagged.tags, tagged.unaligned) == (["B-counted"], 1)


def test_an_inside_tag_that_continues_nothing_begins_a_span() -> None:
    found = tokens("قال سامر الحداد")
    assert spans_of(found, ["O", "I-PER", "I-PER"]) == [(4, 15, "PER")]
    assert spans_of(found, ["B-ORG", "I-PER", "B-PER"]) == [(0, 3, "ORG"), (4, 8, "PER"), (9, 15, "PER")]


def test_every_entity_of_the_packaged_gold_begins_and_ends_at_tokens() -> None:
    texts_of = {article.id: article.text for article in samples.articles()}
    spans = unaligned = 0
    for layer in samples.layers("gold"):
        found = tokens(texts_of[layer.article_id])
        of = labelled(layer)
        for column in ("entity_tags", "inner_entity_tags"):
            tagged = tag(found, of[column])
            assert (tagged.unaligned, tagged.overlapping) == (0, 0)
        spans += sum(map(len, of.values()))
        unaligned += sum(tag(found, own).unaligned for own in of.values())
    assert unaligned / spans < 0.02
