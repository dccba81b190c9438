"""The lexicon of reporting verbs and its inflected forms."""

from __future__ import annotations

import pytest

from musnad.annotation.preannotate.attributions.reporting_verbs import read, verbs
from musnad.corpus.normalise import fold


@pytest.mark.parametrize(
    ("word", "past", "shape", "gender", "number"),
    [
        ("وأضاف", "أضاف", "past", "m", "singular"),
        ("نفت", "نفى", "past", "f", "singular"),
        ("ورأوا", "رأى", "past", "m", "plural"),
        ("سيعلن", "أعلن", "present", "m", "singular"),
        ("وتؤكد", "أكد", "present", "f", "singular"),
        ("يدعون", "ادعى", "present", "m", "plural"),
        ("مضيفًا", "أضاف", "participle", "m", "singular"),
        ("ونافيةً", "نفى", "participle", "f", "singular"),
        ("محذرين", "حذر", "participle", "m", "plural"),
        ("وأكدا", "أكد", "past", "m", "dual"),
        ("أضافتا", "أضاف", "past", "f", "dual"),
        ("ليعلن", "أعلن", "present", "m", "singular"),
    ],
)
def test_forms_are_made_by_rule(word: str, past: str, shape: str, gender: str, number: str) -> None:
    readings = [(f.verb.past, f.shape, f.gender, f.number) for f in read(fold(word))]
    assert (past, shape, gender, number) in readings


@pytest.mark.parametrize(("word", "past"), [("قيل", "قال"), ("وأفيد", "أفاد"), ("يشاع", "أشاع"), ("يقال", "قال")])
def test_a_spelling_that_can_only_be_passive_names_nobody(word: str, past: str) -> None:
    assert {f.verb.past for f in read(fold(word)) if f.passive} == {past}


@pytest.mark.parametrize("word", ["نقلا", "علما", "قدرا", "حذرا"])
def test_a_noun_in_the_accusative_is_no_dual(word: str) -> None:
    assert [f for f in read(fold(word)) if f.number == "dual"] == []


def test_a_verbal_noun_keeps_its_pronoun() -> None:
    (form,) = [f for f in read(fold("وتأكيدها")) if f.shape == "masdar"]
    assert (form.enclitic, form.prefix) == ("ها", "و")


@pytest.mark.parametrize("word", ["سيارة", "نقود", "قوارب", "الذكور", "وفد", "فستان"])
def test_other_words_are_no_reporting_verbs(word: str) -> None:
    assert read(fold(word)) == ()


def test_every_verb_says_how_it_leads_to_what_was_said() -> None:
    known = {"clause", "quote", "object"} | {fold(p) for p in ("إلى", "عن", "ب", "من", "على", "في", "ل")}
    assert all(verb.takes and verb.takes <= known for verb in verbs())
