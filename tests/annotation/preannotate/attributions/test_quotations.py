"""Pairing of quotation marks."""

from __future__ import annotations

from musnad.annotation.preannotate.attributions.quotations import MARKS, quotations
from musnad.annotation.preannotate.document import analyse


def quoted(text: str) -> list[str]:
    document = analyse(text)
    marks = [n for n, word in enumerate(document.words) if word in MARKS]
    pairs = sorted(quotations(document, marks).values())
    return [text[document.ends[pair.open] : document.starts[pair.close]] for pair in pairs if pair.closed]


def test_the_same_mark_may_be_nested_when_white_space_tells_the_sides() -> None:
    text = 'قال: "أفسحوا المجال لـ"الكتائب" للهرب"، ثم سكت.'
    assert quoted(text) == ['أفسحوا المجال لـ"الكتائب" للهرب', "الكتائب"]


def test_guillemets_nest_by_their_shape() -> None:
    assert quoted("«قصفت مواقع «الصخرة» في القرية»") == ["قصفت مواقع «الصخرة» في القرية", "الصخرة"]


def test_curly_marks_swapped_by_right_to_left_typing_still_pair() -> None:
    assert quoted("تنظيم ”الصخرة“ وحركة “الوادي”") == ["الصخرة", "الوادي"]


def test_an_orphaned_closing_mark_is_left_alone() -> None:
    assert quoted('هجوم غرب المدينة". وقالت الهيئة إن "القوات عادت".') == ["القوات عادت"]


def test_a_quotation_does_not_run_over_the_line() -> None:
    assert quoted('قال: "لن نعود\nوأضاف: "سنبقى".') == ["سنبقى"]
