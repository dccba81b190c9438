"""Attributions: cues, sources, relays, content, antecedents and parents, in sentences as newspapers print them."""

from __future__ import annotations

import pytest

from musnad.annotation.preannotate.attributions import AttributionGrammar
from musnad.annotation.preannotate.document import analyse
from musnad.schema.records import Attribution

GRAMMAR = AttributionGrammar()


def found(text: str) -> list[Attribution]:
    return [mention.record for mention in GRAMMAR.annotate(analyse(text))]  # type: ignore[misc]


def words(text: str, span: tuple[int, int] | None) -> str | None:
    return None if span is None else text[slice(*span)]


def cue(text: str, attribution: Attribution) -> list[str]:
    return [text[slice(*span)] for span in attribution.cues]


def content(text: str, attribution: Attribution) -> list[str]:
    return [text[slice(*span)] for span in attribution.content]


def test_a_relaying_verb_joins_its_particles_to_one_cue() -> None:
    text = "نقلت صحيفة «الميناء» عن مسؤول في وزارة الزراعة قوله إن نحو ٣٠ ألف رأس نفقت، وأضاف أن الخسائر كبيرة."
    first, second = found(text)
    assert cue(text, first) == ["نقلت", "عن", "قوله إن"]
    assert words(text, first.source) == "مسؤول في وزارة الزراعة"
    assert [words(text, relay) for relay in first.relays] == ["صحيفة «الميناء»"]
    assert content(text, first) == ["نحو ٣٠ ألف رأس نفقت"]
    assert second.implicit_source
    assert second.source == first.source


def test_the_pronoun_of_the_complementiser_belongs_to_the_content() -> None:
    text = "وأوضح مسؤولون أنّهم سيعودون غدا."
    (one,) = found(text)
    assert cue(text, one) == ["أوضح", "أنّ"]
    assert content(text, one) == ["هم سيعودون غدا"]


def test_an_estimate_inside_reported_content_has_the_report_as_parent() -> None:
    text = "وقال التقرير إن المحللين يقدرون الخسائر بعشرات الملايين."
    outer, inner = found(text)
    assert outer.parent is None
    assert inner.parent == outer.id
    assert inner.kind == "estimate"
    assert words(text, inner.source) == "المحللين"


def test_a_subject_before_its_verb_is_the_source_without_its_parenthesis() -> None:
    text = "لكن طبيبا في المستشفى، فضل عدم ذكر اسمه، قال إن الأجنحة امتلأت."
    (one,) = found(text)
    assert words(text, one.source) == "طبيبا في المستشفى"


def test_a_quote_before_its_verb_is_its_content() -> None:
    text = "«لا أؤمن بالتواريخ»، علّق مدربه الهولندي."
    (one,) = found(text)
    assert one.kind == "direct"
    assert content(text, one) == ["لا أؤمن بالتواريخ"]
    assert words(text, one.source) == "مدربه الهولندي"


def test_a_medium_told_by_the_source_is_a_relay() -> None:
    text = "وقال مدير المصنع لوكالة برق إن الإنتاج توقف."
    (one,) = found(text)
    assert words(text, one.source) == "مدير المصنع"
    assert [words(text, relay) for relay in one.relays] == ["وكالة برق"]


@pytest.mark.parametrize(("opening", "closing"), ['""', "“”", "”“", "«»", "''"])
def test_every_style_of_quotation_mark_encloses_direct_speech(opening: str, closing: str) -> None:
    text = f"وقال الوزير: {opening}لن نغلق المدارس هذا العام{closing}."
    (one,) = found(text)
    assert one.kind == "direct"
    assert content(text, one) == ["لن نغلق المدارس هذا العام"]


@pytest.mark.parametrize(
    "text",
    [
        "أعلن الحلف الحرب على القراصنة.",
        "أشار الحكم بيده نحو المنتصف.",
        "وضعت البقرة ثلاثة عجول ذكر منها واحد.",
        "استضافت قناة سي إن إن وزير الصحة.",
        "صدر كتاب عن تاريخ المدينة بعد أن جمع مؤلفه الصور.",
        "شارك نادي «الوحدة» في البطولة.",
    ],
)
def test_what_reports_nothing_is_no_attribution(text: str) -> None:
    assert found(text) == []
