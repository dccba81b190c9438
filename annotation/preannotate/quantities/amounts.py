"""Amounts: a number or what stands for one (عشرات الآلاف, أسبوعين, سيارتين), without its unit and its other end."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct

from ....corpus.normalise import fold
from ..document import Document
from .bounds import bound_before
from .counted import before_article, dual_noun, never_dual
from .figures import Value, touching
from .number_words import DENOMINATOR, DUAL, FRACTION, NUMBER_WORDS, SCALE, TEN, TENS, UNIT, NumberWord, after_letters
from .numerals import character_span, read_numeral
from .units import UNIT_WORDS, UnitMatch, unit_at
from .vague_words import FEW_VALUES, VAGUE_VALUES, is_ordinal_word
from .whole_numbers import ends_number, minus_words

_SLASHES = frozenset("/⁄")
_DECIMAL_SIGNS = frozenset(",،.٫")


class Amount(Struct, frozen=True, gc=False):
    """An amount read from a text: words first:past, characters start:end, its value or the low and high of a range.

    `origin` says what it was read from: numeral, vague, dual (a noun or unit), alone (a unit without a number).
    """

    first: int
    past: int
    start: int
    end: int
    value: Value
    origin: str
    high: Value | None = None
    unit: UnitMatch | None = None
    scale: int = 1
    figure: bool = False
    parts: bool = False
    definite: bool = False
    few: bool = False


def bare_amount(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read the amount that begins at word i, of duals alone with its unit; None when none begins there."""
    if document.folds[i].isdecimal():
        return _figure(document, i, begin, stop) or _numeral(document, i, begin, stop)
    return _vague(document, i, stop) or _numeral(document, i, begin, stop) or _dual(document, i, stop)


def exact_amount(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read an amount that is no vague one (عشرات)."""
    if document.folds[i].isdecimal():
        return _figure(document, i, begin, stop) or _numeral(document, i, begin, stop)
    return _numeral(document, i, begin, stop) or _dual(document, i, stop)


def _figure(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read one run of digits or a decimal, and the scale word after it, which most numbers are; None where more may
    belong to it."""
    folds, past = document.folds, i + 1
    if i > begin and folds[i - 1] in BEFORE_FIGURE:
        return None
    scale, tenths = 1, 1
    if i + 2 < stop and folds[past] in _DECIMAL_SIGNS and folds[i + 2].isdecimal():
        digits = folds[i + 2]
        if (len(digits) == 3 and folds[past] != ".") or not (touching(document, i) and touching(document, past)):
            return None
        value, tenths, past = int(folds[i] + digits), 10 ** len(digits), i + 3
    else:
        value = int(folds[i])
    single = past
    two = past + 1 < stop and folds[past] == "و" and folds[past + 1].isdecimal()  # 15 و20
    if not two and not ends_number(folds, past, stop, figure=True):
        word = NUMBER_WORDS.get(folds[past])
        if word is None or word.role is not SCALE or word.shape is DUAL or word.clitics:
            return None
        past += 1
        if not ends_number(folds, past, stop):
            return None
        scale = word.value
        value *= scale
    exact = value if tenths == 1 else Fraction(value, tenths) if value % tenths else value // tenths
    return Amount(
        i, past, document.starts[i], document.ends[past - 1], exact, "numeral", scale=scale, figure=past == single
    )


def _numeral(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    form = document.folds[i]
    word = NUMBER_WORDS.get(form)
    if word is None and form[0].isalpha() and form not in minus_words():
        return None
    if word is not None and not _can_open(document, i, stop, word):
        return None
    numeral = read_numeral(document, i, stop)
    if numeral is None:
        return None
    if word is not None and word.definite and numeral.value == 1:
        return None
    start, end = character_span(document, numeral)
    apart = word is None and i > begin and document.folds[i - 1] in BEFORE_FIGURE
    article = _article_apart(document, i, begin) if apart else i
    if article < i:
        start = after_letters(document.text, document.starts[article], len(document.folds[article]) - 2)
    figure = word is None and form not in minus_words()
    return Amount(
        article, numeral.past, start, end, numeral.value, "numeral", scale=numeral.scale,
        figure=figure and numeral.bare_figure,
        parts=numeral.parts or (numeral.bare_figure and document.folds[numeral.past - 2] in _SLASHES),
        definite=numeral.word.definite if numeral.word is not None else article < i,
    )  # fmt: skip


def _article_apart(document: Document, i: int, begin: int) -> int:
    """Return the word that is the article of a figure (الـ24, ال ـ 24), i itself when there is none."""
    at = i - 1
    if at > begin and document.folds[at] == "ـ":
        at -= 1
    return at if at >= begin and document.folds[at] in _ARTICLES else i


_ARTICLES = frozenset(["ال", "وال", "بال", "فال", "كال"])
BEFORE_FIGURE = _ARTICLES | {"ـ"}


def _can_open(document: Document, i: int, stop: int, word: NumberWord) -> bool:
    """Rule out number words that mean something else where they stand."""
    folds = document.folds
    following = folds[i + 1] if i + 1 < stop else ""
    form = folds[i]
    previous = folds[i - 1] if i else ""
    if word.role in (TEN, TENS) and is_ordinal_word(previous) and (word.conjunction or word.role is TEN):
        return False
    if word.definite and previous == "من" and i > 1 and folds[i - 2] in ("جزء", "جزءا", "اجزاء"):
        return False  # 36 جزءا من المئة
    if word.role is SCALE and word.definite and is_ordinal_word(following):
        return False  # في الألف الثالث قبل الميلاد
    if word.definite and word.value == 2 and word.role is UNIT and not previous.endswith(("ين", "ان")):
        return False
    if form in _PERCENT_WORDS or (word.fraction == _EIGHTH and not _surely_eighth(document, i, following)):
        return False
    if word.role is DENOMINATOR:
        return False
    if word.role is FRACTION and (
        (word.definite and not _bounded_part(document, i, following))
        or (form[-1] == "ي" and word.value > 3 and (previous in NUMBER_WORDS or before_article(following) is None))
    ):
        return False
    if form in ("لست", "ولست", "فلست") and not following.endswith(("ات", "اعوام", "اشهر", "ايام", "سنين")):
        return False
    if form in ("صفر", "الصفر") and (word.definite or (i + 1 < stop and following.isdecimal())):
        return False
    return not (
        word.role is FRACTION
        and following.lstrip("لا") in ("نهائي", "لنهائي", "نهاي", "سنوي", "سنوية", "شهري", "الي", "دائري")
    )


def _bounded_part(document: Document, i: int, following: str) -> bool:
    """Tell a definite part of something known (أكثر من النصف, بنسبة الثلث) from one in a row (الربع الأول)."""
    if i == 0 or following.startswith("ال"):
        return False
    return document.folds[i - 1] in _SHARES or bound_before(document, i, max(0, i - 4)) is not None


_SHARES = frozenset(clitic + word for clitic in ("ب", "وب") for word in ("نسبة", "مقدار", "واقع"))


def _surely_eighth(document: Document, i: int, following: str) -> bool:
    """Tell ثمن, an eighth, from ثمن, a price: its damma is written, or a scale follows."""
    scale = NUMBER_WORDS.get(following) if following else None
    return "\u064f" in document.text[document.starts[i] : document.ends[i]] or (
        scale is not None and scale.role is SCALE
    )


_EIGHTH = Fraction(1, 8)
_PERCENT_WORDS = frozenset(map(fold, ["بالمئة", "بالمائة", "بالمية", "بالمئه", "بالمائه"]))


def _vague(document: Document, i: int, stop: int) -> Amount | None:
    """Read عشرات, مئات الآلاف, بضعة ملايين, بضع (دقائق)."""
    folds = document.folds
    few = FEW_VALUES.get(folds[i])
    if few is not None:
        value, clitics, only_of_vague = few
        j = i + 1
        if only_of_vague and (j >= stop or VAGUE_VALUES.get(folds[j]) is None):
            return None
        if j < stop and (word := NUMBER_WORDS.get(folds[j])) is not None and word.role in (TEN, TENS):
            value += word.value
            j += 1
    elif (found := VAGUE_VALUES.get(folds[i])) is not None:
        value, clitics = found[0], found[1]
        j = i + 1
    else:
        return None
    scale = 1 if few is not None else (int(value) if value >= 1000 else 1)
    while j < stop and (found := VAGUE_VALUES.get(folds[j])) is not None and found[1] == 0:
        value, scale, j = value * found[0], max(scale, found[0]), j + 1
    start = after_letters(document.text, document.starts[i], clitics)
    return Amount(i, j, start, document.ends[j - 1], value, "vague", scale=scale, few=few is not None)


def _dual(document: Document, i: int, stop: int) -> Amount | None:
    """Read a dual that counts: a unit (أسبوعين, العامين), else an indefinite noun (سيارتين)."""
    word = UNIT_WORDS[document.folds[i]]
    if never_dual(document.folds[i]):
        return None
    whole = word is not None and word.clitics and dual_noun(document.folds[i]) == 0  # لغمان: two mines, no ل
    match = unit_at(document, i, stop) if word is not None and not whole else None
    if word is not None and match is not None:
        named = match.definite or match.unit.code == "Y"  # العامين 2014 و2015, الدقيقتين 12 و30
        if named and match.past < stop and document.folds[match.past].isdecimal():
            return None
        if match.grammatical_number != 2 or (match.definite and match.unit.kind != "duration"):
            return None
        start = after_letters(document.text, document.starts[i], match.clitics)
        return Amount(
            i,
            match.past,
            start,
            document.ends[match.past - 1],
            2 * match.unit.factor,
            "dual",
            unit=match,
            definite=match.definite,
        )
    clitics = dual_noun(document.folds[i])
    if clitics is None or (clitics == 0 and i > 0 and _is_dual(document.folds[i - 1])):
        return None  # of two duals the second describes: طائرتين حربيتين
    start = after_letters(document.text, document.starts[i], clitics)
    return Amount(i, i + 1, start, document.ends[i], 2, "noun")


def _is_dual(form: str) -> bool:
    """Tell whether a word is a dual of a unit or of a noun, definite or not, or the number two."""
    if not form.endswith(("ين", "ان")):
        return False
    unit, article = UNIT_WORDS[form], before_article(form)
    if unit is not None:
        return unit.grammatical_number == 2
    return dual_noun(form) is not None or (article is not None and dual_noun(form[article + 2 :]) is not None)
