"""The quantity layer: what is found in sentences as newspapers print them."""

from __future__ import annotations

import itertools
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.quantities.grammar import QuantityGrammar
from musnad.schema.records import Article, Layer, Quantity, sha256_of
from musnad.schema.validate import layer_problems

GRAMMAR = QuantityGrammar()


def found(text: str) -> list[Quantity]:
    return [m.record for m in GRAMMAR.annotate(analyse(text)) if isinstance(m.record, Quantity)]


def shown(text: str) -> list[str]:
    """Each quantity as `span | bound | value or low..high | unit | counted`."""
    lines = []
    for q in found(text):
        number = q.value or f"{q.low or ''}..{q.high or ''}"
        counted = text[q.counted[0] : q.counted[1]] if q.counted else "-"
        lines.append(f"{text[q.start : q.end]} | {q.bound} | {number} | {q.unit or q.kind} | {counted}")
    return lines


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("قدر الخبير الكلفة بنحو 40 مليون دولار أميركي", "نحو 40 مليون دولار أميركي | about | 40000000 | USD | -"),
        ("غادر أكثر من ألف من سكان البلدة", "أكثر من ألف | more_than | 1000.. | count | سكان"),
        ("أصيب ما لا يقل عن 13 عاملا", "ما لا يقل عن 13 | at_least | 13.. | count | عاملا"),
        ("يتسع الملعب لما يصل إلى 30 ألف متفرج", "ما يصل إلى 30 ألف | at_most | ..30000 | count | متفرج"),
        ("استمر العرض أقل من ساعة", "أقل من ساعة | less_than | ..1 | h | -"),
        ("تسلم شهرا على الأقل من الرواتب", "شهرا على الأقل | at_least | 1.. | M | -"),
        ("وصل خلال 20 دقيقة تقريبا", "20 دقيقة تقريبا | about | 20 | min | -"),
        ("لا يتجاوز عمره 25 عاما", "25 عاما | at_most | ..25 | Y | -"),
        ("تصل سرعة القطار إلى 300 كيلومتر في الساعة", "300 كيلومتر في الساعة | at_most | ..300 | km/h | -"),
        ("فوق 60 طالبا", "فوق 60 | more_than | 60.. | count | طالبا"),
        ("ما يقارب من 60 ألف طالب", "ما يقارب من 60 ألف | about | 60000 | count | طالب"),
        ("أطفال دون سن 12 عاما", "دون سن 12 عاما | less_than | ..12 | Y | -"),
        ("القاعة لا تتسع لأكثر من خمسين ضيفا", "أكثر من خمسين | at_most | ..50 | count | ضيفا"),
        ("غرامة قد تصل إلى 20 مليون دولار", "تصل إلى 20 مليون دولار | at_most | ..20000000 | USD | -"),
        ("ارتفعت المبيعات لتصل إلى 12 مليار دولار", "12 مليار دولار | exact | 12000000000 | USD | -"),
        ("الحرارة لن تنزل عن 18 درجة مئوية", "لن تنزل عن 18 درجة مئوية | at_least | 18.. | Cel | -"),
        ("يجب ألا تتعدى السرعة 80 كلم", "80 كلم | at_most | ..80 | km | -"),
        ("كبر المصنع بنسبة الثلثين", "الثلثين | exact | 0.6667 | other | -"),
        ("ما لا يقل على 8 عمال", "ما لا يقل على 8 | at_least | 8.. | count | عمال"),
        ("نال أقل من الربع بقليل", "أقل من الربع | less_than | ..0.25 | other | -"),
        ("العدد كبير ولا يزيد على 60 شخصا", "لا يزيد على 60 | at_most | ..60 | count | شخصا"),
        ("زاد عدد النازحين ليصل إلى نحو 40 ألفا", "نحو 40 ألفا | about | 40000 | count | النازحين"),
    ],
)
def test_bounds_before_after_and_across_the_subject(text: str, line: str) -> None:
    assert shown(text) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("نقل بين 20 إلى 30 ألفا من الركاب", "بين 20 إلى 30 ألفا | between | 20000..30000 | count | الركاب"),
        ("ما بين سبعة و11 شهرا", "ما بين سبعة و11 شهرا | between | 7..11 | M | -"),
        ("من أسبوع إلى ثلاثة أسابيع", "ثلاثة أسابيع | exact | 3 | W | -"),
        ("يغيب من ثلاثة إلى خمسة أيام", "من ثلاثة إلى خمسة أيام | between | 3..5 | D | -"),
        ("وصل 15-17 ألف زائر", "15-17 ألف | between | 15000..17000 | count | زائر"),
        ("بين مليون ومليوني دولار", "بين مليون ومليوني دولار | between | 1000000..2000000 | USD | -"),
        ("بين عشرين وثلاثين شخصا", "بين عشرين وثلاثين | between | 20..30 | count | شخصا"),
        ("بين درجتين و8 درجات مئوية", "بين درجتين و8 درجات مئوية | between | 2..8 | Cel | -"),
        ("من ثلاثة أشهر إلى خمسة", "من ثلاثة أشهر إلى خمسة | between | 3..5 | M | -"),
        ("للزوار بين الـ20 والـ30 عاما", "بين الـ20 والـ30 عاما | between | 20..30 | Y | -"),
        ("بين 40 – 50 راكبا", "بين 40 – 50 | between | 40..50 | count | راكبا"),
        ("ومن 40 إلى 60 سيارة", "من 40 إلى 60 | between | 40..60 | count | سيارة"),
        ("وصل 25 ـ 30 ألف زائر", "25 ـ 30 ألف | between | 25000..30000 | count | زائر"),
        ("عمقها 6 أمتار إلى 9 أمتار", "6 أمتار إلى 9 أمتار | between | 6..9 | m | -"),
    ],
)
def test_ranges_share_their_scale_and_unit(text: str, line: str) -> None:
    assert shown(text) == [line]


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("احتشد عشرات الآلاف في الساحة", "عشرات الآلاف | vague | 10000.. | count | -"),
        ("دفعوا ملايين الدولارات", "ملايين الدولارات | vague | 1000000.. | USD | -"),
        ("دفعوا عشرات الآلاف من الدولارات", "عشرات الآلاف من الدولارات | vague | 10000.. | USD | -"),
        ("شاهد المباراة بضعة آلاف", "بضعة آلاف | vague | 3000.. | count | -"),
        ("تأخر بضع دقائق", "بضع دقائق | vague | 3.. | min | -"),
        ("نهبوا أطنانا من القمح", "أطنانا | vague | 1.. | t | -"),
        ("آلافا من السياح", "آلافا | vague | 1000.. | count | السياح"),
        ("عاد مئات النازحين", "مئات | vague | 100.. | count | النازحين"),
        ("منذ آلاف السنين", "آلاف السنين | vague | 1000.. | Y | -"),
        ("حضر عدة آلاف من المشجعين", "عدة آلاف | vague | 3000.. | count | المشجعين"),
    ],
)
def test_vague_numbers_carry_the_least_that_they_allow(text: str, line: str) -> None:
    assert shown(text) == [line]


@pytest.mark.parametrize(
    ("text", "value", "unit"),
    [
        ("١٫٩ مليار ليرة سورية", "1900000000", "SYP"),
        ("5ر2 في المئة", "2.5", "%"),
        ("%7", "7", "%"),
        ("50 في الـ100", "50", "%"),
        ("$20", "20", "USD"),
        ("5 د.ك", "5", "KWD"),
        ("12.5 كجم", "12.5", "kg"),
        ("40 نانومتر", "40", "nm"),
        ("900 كم2", "900", "km2"),
        ("15 سنتيمترا مكعبا", "15", "cm3"),
        ("40\u00a0سم²", "40", "cm2"),
        ("\u200f٢٥\u200f في المئة", "25", "%"),
        ("سبعة دولارات وخمسون سنتا", "7.5", "USD"),
        ("ساعة ونصف الساعة", "1.5", "h"),
        ("ثلاثة ملايين دولار ونصف المليون", "3500000", "USD"),
        ("ساعتين و15 دقيقة", "135", "min"),
        ("نصف قرن", "50", "Y"),
        ("ثلث مليون متر مكعب", "333333", "m3"),
        ("الأشهر الستة", "6", "M"),
        ("السنوات العشر", "10", "Y"),
        ("الـ36 الساعة", "36", "h"),
        ("٧٬٢ مليون يورو", "7200000", "EUR"),
        ("25.000 يورو", "25000", "EUR"),
        ("9.000 كيلومتر", "9000", "km"),
        ("$20.500", "20.5", "USD"),
        ("سُبعي الساعة", "0.2857", "h"),
        ("الأشهر القليلة الماضية الأربعة", "4", "M"),
        ("الساعات الأولى الست", "6", "h"),
        ("دولار واحد", "1", "USD"),
        ("أسبوعين", "2", "W"),
        ("خمس درجات تحت الصفر", "-5", "Cel"),
        ("12 دون الصفر", "-12", "Cel"),
        ("7 بالألف", "0.7", "%"),
        ("128 كلم/س", "128", "km/h"),
        ("مليون برميل", "1000000", "[bbl_us]"),
        ("25 نقطة أساس", "0.25", "%"),
        ("3 نقاط مئوية", "3", "%"),
        ("مائةألف دينار كويتي", "100000", "KWD"),
    ],
)
def test_units_in_words_signs_and_abbreviations(text: str, value: str, unit: str) -> None:
    quantities = found(text)
    assert [(q.value, q.unit) for q in quantities] == [(value, unit)]
    assert text[quantities[0].start : quantities[0].end] == text.strip("\u200f")


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("اثنين من عناصر الفرقة", "اثنين | exact | 2 | count | عناصر"),
        ("مع أربعة من مرافقيه", "أربعة | exact | 4 | count | مرافقي"),
        ("السيارات الثلاث المسروقة", "الثلاث | exact | 3 | count | السيارات"),
        ("الدول الإفريقية الخمس", "الخمس | exact | 5 | count | الدول"),
        ("أمامه طريق واحد", "واحد | exact | 1 | count | طريق"),
        ("قدرت عدد الحاضرين بنحو 35 ألفا", "نحو 35 ألفا | about | 35000 | count | الحاضرين"),
        ("40% من الأطفال", "40% | exact | 40 | % | الأطفال"),
        ("أصيب 13 آخرون", "13 | exact | 13 | count | آخرون"),
        ("أصيب نحو13 آخرين", "نحو13 | about | 13 | count | آخرين"),
        ("نقلت الطائرة اليوم55 ألف طرد", "55 ألف | exact | 55000 | count | طرد"),
        ("هي وأحد عشر من زملائها", "أحد عشر | exact | 11 | count | زملائ"),
        ("الأعضاء الدائمين الخمسة", "الخمسة | exact | 5 | count | الأعضاء"),
        ("وأعضاء المجلس الخمسة عشر", "الخمسة عشر | exact | 15 | count | أعضاء"),
        ("هجر نصف سكانها", "نصف | exact | 0.5 | other | سكان"),
        ("زرعوا 3/4 الحقول", "3/4 | exact | 0.75 | other | الحقول"),
        ("أكل نصف الرغيف", "نصف | exact | 0.5 | other | الرغيف"),
        ("واحد من كل ثلاثة أطفال", "واحد من كل ثلاثة | exact | 0.3333 | other | أطفال"),
        ("نحو 3 من كل 10 نساء", "نحو 3 من كل 10 | about | 0.3 | other | نساء"),
        ('لـ"1500" طالب', "1500 | exact | 1500 | count | -"),
        ("أحرق سيارتين", "سيارتين | exact | 2 | count | -"),
        ("قتل مسلح على الأقل", "مسلح على الأقل | at_least | 1.. | count | -"),
        ("وافقت الدول الأعضاء الـ27", "الـ27 | exact | 27 | count | الدول"),
        ("وصل قادة الاتحاد الأفريقي الـ55", "الـ55 | exact | 55 | count | قادة"),
        ("صوت أعضاء مجلس المدينة الخمسة عشر", "الخمسة عشر | exact | 15 | count | أعضاء"),
        ("تضررت محافظات البلاد الـ18", "الـ18 | exact | 18 | count | محافظات"),
        ("بنيت المدن الجديدة الخمس", "الخمس | exact | 5 | count | المدن"),
        ("ضرب الزلزال البلدات الست", "الست | exact | 6 | count | البلدات"),
        ("سجل 102 هدف في الدوري", "102 | exact | 102 | count | هدف"),
        ("باعت سفينتين سياحيتين فاخرتين", "سفينتين | exact | 2 | count | -"),
        ("أصيب عاملان", "عاملان | exact | 2 | count | -"),
        ("اثنان من أبنائها", "اثنان | exact | 2 | count | أبنائ"),
        ("مدارس المدينة الـ40", "الـ40 | exact | 40 | count | مدارس"),
        ("دفع لأخيه ربعه نقدا", "ربع | exact | 0.25 | other | -"),
        ("كان في الحقل لغمان", "لغمان | exact | 2 | count | -"),
        ("اتفقوا على مبادئ ثلاثة", "ثلاثة | exact | 3 | count | مبادئ"),
        ("اعتقل في مظاهرات أربعة", "أربعة | exact | 4 | count | -"),
        ("نجا 6 من أصل مجموعة كبيرة", "6 | exact | 6 | count | -"),
        ("ركب مدفعين", "مدفعين | exact | 2 | count | -"),
        ("حضر أبناؤه الأربعة", "الأربعة | exact | 4 | count | أبناؤ"),
        ("وبمبارياته الخمس", "الخمس | exact | 5 | count | مباريات"),
        ("خسر ربعي الأرض", "ربعي | exact | 0.5 | other | الأرض"),
        ("هاجروا بالآلاف سرا", "الآلاف | vague | 1000.. | count | -"),
        ("المدارس وعددها يفوق الألف مدرسة", "يفوق الألف | more_than | 1000.. | count | مدرسة"),
        ("وأصيب بست طلقات", "ست | exact | 6 | count | طلقات"),
        ("في أيام المعرض السبعة", "السبعة | exact | 7 | count | أيام"),
        ("أعضاء المهرجان الثلاثة", "الثلاثة | exact | 3 | count | أعضاء"),
    ],
)
def test_the_counted_noun_is_found_after_before_and_through_from(text: str, line: str) -> None:
    assert shown(text) == [line]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("نقل المحتجزون وعددهم 800 إلى الميناء", "المحتجزون"),
        ("استسلم مسلحو البلدة وبعض مقاتلي الساحل وعددهم نحو 45", "مقاتلي"),
        ("غادر السكان البالغ عددهم 300 ألف", "السكان"),
        ("سأل عن عدد الناجين من الحريق، وقال إنهم يقدرون عددهم بالمئات", "الناجين"),
        ("أوقف الحراس المضربين ويقدر عددهم بألفين", "الحراس"),
        ("سجلت 40 إصابة، أكثر من ثلثيها في الشمال", "إصابة"),
        ("بلغت الكلفة 9 ملايين دينار، تتحمل البلدية نصفها", "الكلفة"),
    ],
)
def test_a_pronoun_beside_the_number_leads_back_to_what_is_counted(text: str, counted: str) -> None:
    span = found(text)[-1].counted
    assert span is not None
    assert text[slice(*span)] == counted


@pytest.mark.parametrize("text", ["و14 جريحا", "وبنحو 14 جريحا", "بـ 14 جريحا", "لـ14 جريحا", "ول14 جريحا", "14جريحا"])
def test_proclitics_stay_outside_the_span(text: str) -> None:
    (quantity,) = found(text)
    assert text[quantity.start : quantity.end] in ("14", "نحو 14")
    assert quantity.counted is not None


def test_a_shared_currency_noun_is_that_of_the_country_the_text_is_about() -> None:
    assert found("دفع 20 دينارا")[0].unit is None
    text = "قالت وزارة المالية الكويتية إن الكويت دفعت 20 دينارا"
    assert found(text)[0].unit == "KWD"


def test_money_without_its_currency_is_money_after_a_noun_of_value() -> None:
    (quantity,) = found("قال إن قيمته 750 مليونا.")
    assert (quantity.kind, quantity.unit) == ("money", None)


@given(st.text(alphabet="0123456789٤٥ ،,.%-/:()«»\nوبلألفمئةثلاثعشرونصفدراسنهي", max_size=60))
def test_any_text_gives_valid_records_in_order(text: str) -> None:
    if not text.strip():
        return
    quantities = tuple(found(text))
    sha = sha256_of(text)
    layer = Layer(article_id="a", sha256=sha, annotator="x", quantities=quantities)
    assert layer_problems(layer, Article(id="a", text=text, sha256=sha)) == []
    assert all(a.end <= b.start for a, b in itertools.pairwise(quantities))


def test_what_is_counted_comes_whole_so_a_point_groups() -> None:
    assert shown("حوالي 300.000 شخص") == ["حوالي 300.000 | about | 300000 | count | شخص"]
    assert shown("1.250 كيلومتر") == ["1.250 كيلومتر | exact | 1.25 | km | -"]


def test_the_unit_of_heat_goes_on_to_the_next_number() -> None:
    assert shown("الحرارة 30 درجة على الساحل، وفي الجبال بين 12 و18.")[1] == "بين 12 و18 | between | 12..18 | Cel | -"


def test_what_a_sum_or_a_share_is_compared_to_is_one_too() -> None:
    assert shown("صوت 54 في المئة للقانون مقابل 46 ضده")[1] == "46 | exact | 46 | % | -"
    assert shown("باع بـ40 مليون يورو مقابل 35 مليونا")[1] == "35 مليونا | exact | 35000000 | money | -"
    assert shown("دفع 5 ملايين يورو لإجلاء 30 ألفا")[1] == "30 ألفا | exact | 30000 | count | -"


def test_a_bound_ends_with_the_number_that_it_bounds() -> None:
    assert shown("أوقف ما لا يقل عن سبعة رجال وأكثر من عشر نساء") == [
        "ما لا يقل عن سبعة | at_least | 7.. | count | رجال",
        "أكثر من عشر | more_than | 10.. | count | نساء",
    ]


def test_a_length_of_time_leaves_the_noun_of_the_next_part_be() -> None:
    text = "سجلت 40 وفاة في أسبوعين، نصفها بين النساء"
    assert shown(text)[-1] == "نصف | exact | 0.5 | other | وفاة"


def test_hundredths_are_no_hundred() -> None:
    assert shown("سبقه بـ45 جزءا من المئة") == ["45 | exact | 45 | count | جزءا"]


def test_decades_are_told_from_contracts() -> None:
    assert shown("منذ ثلاثة عقود") == ["ثلاثة عقود | exact | 30 | Y | -"]
    assert shown("وقعت الشركة ثلاثة عقود") == ["ثلاثة | exact | 3 | count | عقود"]


def test_decades_of_something_are_decades() -> None:
    assert shown("بعد ثلاثة عقود من الحرب")[0].endswith("| 30 | Y | -")
    assert shown("ثلاثة عقود من الصراع")[0].endswith("| 30 | Y | -")


def test_a_share_and_a_level_are_two_quantities() -> None:
    text = "انخفض 3 بالمئة إلى 80 دولارا"
    assert shown(text) == ["3 بالمئة | exact | 3 | % | -", "80 دولارا | exact | 80 | USD | -"]


def test_a_number_like_a_year_after_a_noun_of_number_is_a_number() -> None:
    assert shown("وصل عددهم إلى 2000") == ["2000 | exact | 2000 | count | -"]


def test_a_figure_after_heat_is_in_degrees() -> None:
    assert shown("بلغت درجة الحرارة 35") == ["35 | exact | 35 | Cel | -"]


def test_a_unit_alone_and_a_smaller_one_are_one_length_of_time() -> None:
    assert shown("قطع المسافة في ساعة و20 دقيقة") == ["ساعة و20 دقيقة | exact | 80 | min | -"]
    assert shown("بزمن قدره دقيقة و43 ثانية") == ["دقيقة و43 ثانية | exact | 103 | s | -"]


def test_a_fifth_of_a_whole_is_no_five() -> None:
    assert shown("نزح خمس سكان البلاد") == ["خمس | exact | 0.2 | other | سكان"]
    assert shown("نزح سكان خمس قرى") == ["خمس | exact | 5 | count | قرى"]
    assert shown("أنفقت سبع ثروتها") == ["سبع | exact | 0.1429 | other | ثروت"]
    assert shown("زرع عشر مساحة الوادي") == ["عشر | exact | 0.1 | other | مساحة"]
    assert shown("فازت تسع نسوة") == ["تسع | exact | 9 | count | نسوة"]


def test_a_half_after_what_is_counted_is_one_of_the_scale() -> None:
    assert shown("شارك ألف عداء ونصف في السباق") == ["ألف | exact | 1500 | count | عداء"]
    assert shown("صوت مليونا ناخب ونصف المليون") == ["مليونا | exact | 2500000 | count | ناخب"]
    assert shown("زرعوا ألف نخلة ونصف مليون زيتونة") == [
        "ألف | exact | 1000 | count | نخلة",
        "نصف مليون | exact | 500000 | count | زيتونة",
    ]


def test_a_change_and_the_level_it_led_to_are_two_quantities() -> None:
    assert shown("صعد الخام 1.2 دولار إلى 85 دولارا") == [
        "1.2 دولار | exact | 1.2 | USD | -",
        "85 دولارا | exact | 85 | USD | -",
    ]
    assert shown("من 10 دولارات إلى 15 دولارا") == ["من 10 دولارات إلى 15 دولارا | between | 10..15 | USD | -"]


def test_letters_that_are_words_too_name_nothing_by_themselves() -> None:
    assert shown("قالت إن 5 أشخاص أصيبوا") == ["5 | exact | 5 | count | أشخاص"]


def test_a_lone_tatweel_is_passed_over() -> None:
    assert shown("ـ 5 جنود") == ["5 | exact | 5 | count | جنود"]


@pytest.mark.parametrize("piece", ["1,", "1،", "1 و", "1:", "12-"])
def test_a_chain_of_figures_takes_work_in_proportion_to_its_length(piece: str) -> None:
    def calls(pieces: int) -> int:
        document, count = analyse(piece * pieces), itertools.count()
        found(piece)  # the tables are filled
        sys.setprofile(lambda *_: next(count) and None)
        try:
            GRAMMAR.annotate(document)
        finally:
            sys.setprofile(None)
        return next(count)

    assert calls(120) < 2.5 * calls(60)  # both shorter than where a sentence is cut


def test_the_currency_of_one_text_says_nothing_of_the_next() -> None:
    kuwait = "في الكويت قال وزير المالية الكويتي إن الكلفة 40 دينارا"
    tunis = "في تونس قال وزير المالية التونسي إن الكلفة 40 دينارا"
    assert [found(text)[0].unit for text in (kuwait, tunis, kuwait)] == ["KWD", "TND", "KWD"]
