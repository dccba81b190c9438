from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.corpus import samples
from musnad.corpus.boilerplate import KINDS, boilerplate

LEAD = "قررت بلدية الميناء إغلاق الطريق الساحلي أمام الشاحنات أسبوعين بعد انهيار جزء من السور القديم مساء الثلاثاء."
MORE = "وقال مهندس البلدية إن الأعمال تحتاج إلى ثلاثة أيام من الطقس الجاف، وإن السكان أبلغوا بمسار بديل."


def marks(*lines: str, title: str | None = None, publisher: str | None = None) -> list[tuple[str, str]]:
    text = "\n".join(lines)
    return [(mark.kind, text[mark.start : mark.end]) for mark in boilerplate(text, title, publisher)]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("timestamp", "الثلاثاء 14 مايو 2024 - 09:45 م"),
        ("timestamp", "نُشر في: ١٤/٠٥/٢٠٢٤ ١٠:٣٠"),
        ("timestamp", "التوقيت 07:15 ص , بتوقيت بيروت"),
        ("timestamp", "14 أيار / مايو 2024"),
        ("timestamp", "آخر تحديث: الأربعاء، 15 أيّار 2024"),
        ("caption", "السور المنهار كما بدا أمس - أرشيفية"),
        ("caption", "عمال يرفعون الحجارة عن الرصيف (تصوير: هناء شكري)"),
        ("caption", "شاحنات متوقفة عند مدخل الميناء (أ.ف.ب)"),
        ("byline", "كتبت: هناء شكري"),
        ("byline", "وكالات"),
        ("byline", "بريد الساحل - خاص"),
        ("footer", "شارك فيسبوك تويتر واتساب"),
    ],
)
def test_a_line_above_the_story_is_marked_by_its_kind(kind: str, line: str) -> None:
    assert marks("البلدية تغلق الطريق الساحلي أمام الشاحنات بعد انهيار السور القديم", line, LEAD) == [(kind, line)]


@pytest.mark.parametrize(
    ("kind", "line"),
    [
        ("related", "إقرأ أيضًا: سبع نصائح للقيادة تحت المطر"),
        ("footer", "جميع الحقوق محفوظة © بريد الساحل"),
        ("footer", "للتواصل مع التحرير: 0900-555-0101"),
        ("footer", "تابعونا على قناة بريد الساحل"),
        ("byline", "وكــالات"),
        ("byline", "ه.ش / س.م"),
        ("byline", "المصدر: رويترز"),
    ],
)
def test_a_line_below_the_story_is_marked_by_its_kind(kind: str, line: str) -> None:
    assert marks(LEAD, MORE, "", f"  {line} ") == [(kind, line)]


def test_what_stands_below_a_heading_of_links_belongs_to_it() -> None:
    links = ["اقرأ أيضًا", "الميناء يستقبل أكبر سفينة في تاريخه", "سور المدينة.. حكاية ألف عام"]
    assert marks(LEAD, *links, "جميع الحقوق محفوظة") == [
        *(("related", line) for line in links),
        ("footer", "جميع الحقوق محفوظة"),
    ]


def test_the_story_goes_on_after_links_in_its_middle() -> None:
    assert marks(LEAD, "مواضيع ذات صلة", "سور المدينة.. حكاية ألف عام", MORE) == [
        ("related", "مواضيع ذات صلة"),
        ("related", "سور المدينة.. حكاية ألف عام"),
    ]


@pytest.mark.parametrize("line", ["ما بعد الانهيار", "خسائر التجار", "3 أيام من الانتظار", "صورة قاتمة"])
def test_a_short_subheading_is_story(line: str) -> None:
    assert marks(LEAD, line, MORE) == []


@pytest.mark.parametrize(
    "title",
    ["انهيار السور", "صورة قاتمة للاقتصاد", "تقرير: السور ينهار", "الوميض - الأمواج 2-1", "انتخابات 2024: لا مفاجآت"],
)
def test_a_short_title_is_story(title: str) -> None:
    assert marks(title, LEAD, MORE) == []
    assert marks(title, LEAD, MORE, title=title) == []


def test_a_short_label_between_title_and_lead_is_the_caption_of_the_picture() -> None:
    assert marks("البلدية تغلق الطريق الساحلي", "السور القديم", LEAD) == [("caption", "السور القديم")]


@pytest.mark.parametrize(
    "sentence",
    [
        "وأضاف أن العقد وقع في 14 مايو 2024.",
        "ونشرت البلدية على فيسبوك صورة للسور التقطها أحد السكان من شرفته قبل انهياره بدقائق.",
        "اقرأوا التقرير كاملا، هكذا خاطب رئيس البلدية الصحافيين، وستجدون أن اثنين من المهندسين حذرا قبل عام.",
        "«لم أر شيئا».",
    ],
)
def test_a_sentence_of_the_story_stays_unmarked(sentence: str) -> None:
    assert marks(LEAD, sentence, MORE) == []


def test_a_dateline_that_opens_the_lead_is_marked_alone() -> None:
    assert marks(f"الميناء (رويترز) - {LEAD}", MORE) == [("byline", "الميناء (رويترز) -")]
    assert marks(f"الميناء - وكالات - {LEAD}", MORE) == [("byline", "الميناء - وكالات -")]


def test_a_dash_inside_the_lead_is_no_dateline() -> None:
    assert marks(f"قرر الائتلاف العربي - الكردي أمس الانسحاب، بينما {LEAD}") == []


def test_the_publisher_tells_a_byline_in_the_first_line() -> None:
    assert marks("المنارة – “المرسى”", LEAD, publisher="المرسى") == [("byline", "المنارة – “المرسى”")]


def test_the_boilerplate_of_the_samples_is_found_and_nothing_else() -> None:
    found = {a.id: [(m.kind, a.text[m.start : m.end].split()[0]) for m in a.boilerplate] for a in samples.articles()}
    assert found == {
        "conflict-1": [("byline", "المنارة")],
        "conflict-2": [("timestamp", "الإثنين"), ("caption", "جنود"), ("related", "اقرأ"), ("related", "وادى")],
        "economy-1": [("byline", "رأس"), ("byline", "ب.ع"), ("footer", "جميع")],
        "economy-2": [("byline", "دفتر"), ("timestamp", "23/05/2024"), ("footer", "للتواصل"), ("byline", "وكالات")],
        "health-1": [],
        "health-2": [
            ("timestamp", "الخميس،"),
            ("byline", "كتبت:"),
            ("footer", "للإبلاغ"),
            ("related", "اقرأ"),
            ("footer", "جميع"),
        ],
        "sport-1": [("byline", "مرمى"), ("caption", "لاعبو"), ("footer", "تابعوا")],
        "sport-2": [("byline", "الرصيف")],
    }


pieces = st.sampled_from([LEAD, MORE, "اقرأ أيضا", "وكالات", "14 مايو 2024", "", " \t", "\u200f© —", "(أ.ف.ب)", "🏟️"])


@given(st.lists(st.one_of(pieces, st.text(max_size=40)), max_size=12))
def test_marks_are_lines_of_the_text_in_order_apart_and_without_white_space_around(lines: list[str]) -> None:
    text = "\n".join(lines)
    found = boilerplate(text)
    for mark in found:
        assert mark.kind in KINDS
        assert text[mark.start : mark.end].strip() == text[mark.start : mark.end] != ""
        assert "\n" not in text[mark.start : mark.end]
    assert all(before.end <= after.start for before, after in pairwise(found))
