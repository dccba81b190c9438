"""The number reader by itself: every spelling to its exact value."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.preannotate.quantities.numerals import decimal_text, find, read

UNITS = {
    "masculine": ["", "واحد", "اثنان", "ثلاثة", "أربعة", "خمسة", "ستة", "سبعة", "ثمانية", "تسعة"],
    "feminine": ["", "واحدة", "اثنتان", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثماني", "تسع"],
}
ELEVEN = {"masculine": ("أحد عشر", "اثنا عشر"), "feminine": ("إحدى عشرة", "اثنتا عشرة")}
TENS = ["", "", "عشر", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"]
HUNDREDS = ["", "", "", "ثلاث", "أربع", "خمس", "ست", "سبع", "ثمان", "تسع"]
SCALES = [
    (10**12, "تريليون", "تريليونات"),
    (10**9, "مليار", "مليارات"),
    (10**6, "مليون", "ملايين"),
    (10**3, "ألف", "آلاف"),
]


def spell_group(n: int, gender: str, case: str, hundred: str) -> str:
    """Spell 1 to 999."""
    parts = []
    if n >= 300:
        parts.append(HUNDREDS[n // 100] + hundred)
    elif n >= 200:
        parts.append(hundred[:-1] + ("تان" if case == "nominative" else "تين"))
    elif n >= 100:
        parts.append(hundred)
    unit, ten = n % 10, n % 100 // 10
    if ten == 1:
        teen = "عشر" if gender == "masculine" else "عشرة"
        ten_alone = "عشرة" if gender == "masculine" else "عشر"
        names = [ten_alone, *ELEVEN[gender], *(f"{name} {teen}" for name in UNITS[gender][3:])]
        parts.append(names[unit])
    else:
        if unit:
            parts.append(UNITS[gender][unit])
        if ten:
            parts.append(TENS[ten] + ("ون" if case == "nominative" else "ين"))
    return " و".join(parts)


def spell(n: int, gender: str = "masculine", case: str = "nominative", hundred: str = "مئة", joint: str = " و") -> str:
    """Spell a whole number below 10^15 as a newspaper would."""
    parts = []
    for value, one, many in SCALES:
        times, n = divmod(n, value)
        if times == 1:
            parts.append(one)
        elif times == 2:
            parts.append(one + ("ان" if case == "nominative" else "ين"))
        elif times:
            parts.append(f"{spell_group(times, 'masculine', case, hundred)} {many if 3 <= times % 100 <= 10 else one}")
    if n:
        parts.append(spell_group(n, gender, case, hundred))
    return joint.join(part.replace(" و", joint) for part in parts) or "صفر"


def value_of(text: str) -> Fraction | None:
    reading = read(text)
    return reading.value if reading and reading.end - reading.start == len(text) else None


@given(
    n=st.integers(0, 10**15 - 1),
    gender=st.sampled_from(["masculine", "feminine"]),
    case=st.sampled_from(["nominative", "oblique"]),
    hundred=st.sampled_from(["مئة", "مائة"]),
    joint=st.sampled_from([" و", " و "]),
)
def test_every_whole_number_comes_back_in_any_gender_case_and_joining(
    n: int, gender: str, case: str, hundred: str, joint: str
) -> None:
    text = spell(n, gender, case, hundred, joint)
    if text in ("خمس", "سبع", "تسع", "عشر"):
        return  # alone, without a noun, these letters are those of a part: one fifth, one tenth
    assert value_of(text) == n


@given(n=st.integers(1, 999_999_999), cut=st.integers(0, 80))
def test_a_number_cut_anywhere_neither_crashes_nor_loops(n: int, cut: int) -> None:
    text = spell(n)[: cut + 1]
    assert all(0 <= reading.start < reading.end <= len(text) for reading in find(text))


@given(n=st.integers(0, 999))  # above, num2words writes ألف ألف for a thousand in a compound
def test_another_generator_agrees(n: int) -> None:
    num2words = pytest.importorskip("num2words").num2words
    text = num2words(n, lang="ar")
    reading = read(text)
    assert reading is not None
    assert reading.value == n, text


@given(whole=st.integers(0, 999_999), part=st.integers(0, 99), script=st.sampled_from(["western", "arabic", "persian"]))
def test_grouped_decimals_in_three_scripts_come_back(whole: int, part: int, script: str) -> None:
    zero, comma, point = {"western": ("0", ",", "."), "arabic": ("٠", "٬", "٫"), "persian": ("۰", "٬", "٫")}[script]
    text = f"{whole:,}.{part:02}".replace(",", "G").replace(".", "P")
    text = "".join(chr(ord(zero) + int(c)) if c.isdigit() else c for c in text).replace("G", comma).replace("P", point)
    assert value_of(text) == whole + Fraction(part, 100)


@given(st.text(alphabet="0123456789٤٥,،.٫٬ و-/%ألفمئةثلاث نصف", max_size=30))
def test_no_string_makes_the_reader_fail(text: str) -> None:
    assert all(text[reading.start : reading.end].strip() for reading in find(text))


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1,500", 1500),
        ("١٬٥٠٠", 1500),
        ("1.234.567", 1234567),
        ("1,234.56", Fraction("1234.56")),
        ("1.234,56", Fraction("1234.56")),
        ("99,5", Fraction("99.5")),
        ("٩٩٫٥", Fraction("99.5")),
        ("1،9", Fraction("1.9")),
        ("0,125", Fraction("0.125")),
        ("2000,75", Fraction("2000.75")),
        ("15 000", 15000),
        ("1 234 567", 1234567),
        ("-5", -5),
        ("−٣٫٥", Fraction("-3.5")),
        ("3/4", Fraction(3, 4)),
        ("2 1/4", Fraction(9, 4)),
        ("2½", Fraction(5, 2)),
        ("۱۲۳", 123),
        ("5ر2", Fraction("2.5")),
        ("26،013\u202a,94", Fraction("26013.94")),
    ],
)
def test_figures_are_read_with_every_separator(text: str, value: Fraction) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("37 ألف", 37000),
        ("37الف", 37000),
        ("1,5 مليون", 1500000),
        ("مليارين و300 مليون", 2300000000),
        ("3 آلاف و200", 3200),
        ("ألف ومئتي مليون", 1200 * 10**6),
        ("ثلاثة آلاف مليون", 3 * 10**9),
        ("ألفا وتسعمئة", 1900),
        ("مئتا ألف", 200000),
        ("ألفا شخص", 2000),
        ("ألفاً", 1000),
        ("مائة ألف وألف", 101000),
        ("بليون", 10**9),
        ("ثلاثُمئةٍ وخمسةٌ وأربعونَ", 345),
        ("إثنتا عشرة", 12),
        ("اتنين وعشرين", 22),
        ("ثمانمية", 800),
        ("ثمان وأربعين", 48),
    ],
)
def test_words_and_digits_mix(text: str, value: int) -> None:
    reading = read(text)
    assert reading is not None
    assert reading.value == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("نصف", Fraction(1, 2)),
        ("نصف مليون", 500000),
        ("ثلث", Fraction(1, 3)),
        ("ثلثي مليون", Fraction(2000000, 3)),
        ("ثلاثة أرباع المليون", 750000),
        ("مليون ونصف", 1500000),
        ("مليون ونصف المليون", 1500000),
        ("ثلاثة ونصف مليون", 3500000),
        ("مليار ونصف مليون", 1000500000),
        ("واحد ونصف", Fraction(3, 2)),
        ("خمسة و ثلثين", Fraction(17, 3)),
        ("سبعة وثلاثة أخماس", Fraction(38, 5)),
        ("واحد على ثلاثة", Fraction(1, 3)),
        ("خُمس", Fraction(1, 5)),
        ("خمسة فاصلة اثنان", Fraction("5.2")),
        ("ثلاثة فاصلة واحد أربعة", Fraction("3.14")),
        ("صفر فاصلة خمسة وسبعون", Fraction("0.75")),
        ("ستة وأربعة من عشرة", Fraction("6.4")),
        ("سالب خمسة", -5),
        ("ناقص 7", -7),
    ],
)
def test_fractions_decimals_and_negatives_in_words(text: str, value: Fraction) -> None:
    assert value_of(text) == value


def test_five_before_its_noun_is_no_fifth() -> None:
    assert [read(text).value for text in ("خمس سيارات", "سبع دول", "عشر سنوات")] == [5, 7, 10]  # type: ignore[union-attr]


def test_a_number_ends_where_the_grammar_ends_it() -> None:
    assert [reading.value for reading in find("بين 20 ألف و30 ألف")] == [20000, 30000]
    assert [reading.value for reading in find("ثلاثة وأربعة")] == [3, 4]
    assert [reading.value for reading in find("300 و212")] == [300, 212]


def test_clitics_and_pronouns_stay_outside() -> None:
    text = "وبثلاثة"
    reading = read(text)
    assert reading is not None
    assert text[reading.start : reading.end] == "ثلاثة"
    text = "ثلثيها"
    reading = read(text)
    assert reading is not None
    assert text[reading.start : reading.end] == "ثلثي"


@pytest.mark.parametrize("text", ["صباح الخير", "أحد المسؤولين", "إحدى الدول", "بعض", "", "الأولى", "تسعى"])
def test_other_words_are_no_numbers(text: str) -> None:
    assert read(text) is None


def test_decimal_strings_are_exact_or_rounded() -> None:
    assert decimal_text(Fraction("1.50")) == "1.5"
    assert decimal_text(Fraction(-1, 4)) == "-0.25"
    assert decimal_text(Fraction(2, 3)) == "0.6667"
    assert decimal_text(Fraction(10**6, 3)) == "333333"
    assert decimal_text(Fraction(0)) == "0"
