"""Amounts: a number or what stands for one (عشرات الآلاف, أسبوعين, `شهر` after a bound) with its unit and its other
end."""

from __future__ import annotations

from fractions import Fraction

from msgspec import Struct
from msgspec.structs import replace

from ....corpus.normalise import fold
from ..document import Document
from .counted import dual_noun, never_dual
from .figures import Value, touching
from .naming import names_time, year_of_era
from .number_words import NUMBER_WORDS, NumberWord, Role, Shape, after_letters
from .numerals import character_span, read_numeral
from .units import ENDS_UNIT, OPENS_UNIT, UNIT_WORDS, Unit, UnitMatch, step, subunit, symbol_before, unit_at
from .vague_words import FEW_VALUES, VAGUE_VALUES, is_ordinal_word
from .whole_numbers import ends_number, minus_words

_DASHES = frozenset("-–—−")
_TO = frozenset(map(fold, ["إلى", "حتى", "لـ", "وحتى"]))
_DECIMAL_SIGNS = frozenset(",،.٫")
# What stands before the other end of a range, save و after بين.
LINKS = _DASHES | _TO | {"او"}


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


def read_amount(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read the amount that begins at word i, with its unit, without a range's other end; None when none begins
    there."""
    if document.folds[i].isdecimal():
        amount = _figure(document, i, begin, stop) or _numeral(document, i, begin, stop)
    else:
        amount = _vague(document, i, stop) or _numeral(document, i, begin, stop) or _dual(document, i, stop)
    return _with_unit(document, amount, begin, stop) if amount else None


def amount_of_unit(document: Document, i: int, begin: int, stop: int) -> Amount | None:
    """Read a unit without a number: a singular that bounds or halves make one of it (أقل من شهر, ساعة ونصف; the caller
    finds the bound), one that stands for its whole length (لمدة شهر, شهر كامل), and a plural of a measure (أطنان).
    """
    match = unit_at(document, i, stop)
    if match is None or not match.unit.alone or match.definite or match.grammatical_number == 2:
        return None
    start = after_letters(document.text, document.starts[i], match.clitics)
    end = document.ends[match.past - 1]
    if match.grammatical_number == 0:
        if match.unit.kind == "duration" or (match.past < stop and document.folds[match.past] != "من"):
            return None
        return Amount(i, match.past, start, end, match.unit.factor, "vague", unit=match)
    amount = Amount(i, match.past, start, end, match.unit.factor, "alone", unit=match)
    halved = _with_halves(document, amount, stop)
    if halved.past > amount.past:
        return replace(halved, parts=True)
    if match.unit.kind == "duration" and match.past < stop and names_time(document, match.past, stop):
        return None
    if match.past < stop and document.folds[match.past] in WHOLE and match.unit.kind == "duration":
        return replace(amount, past=match.past + 1, end=document.ends[match.past], parts=True)
    if i > begin and document.folds[i - 1] in LASTING and match.unit.kind == "duration" and not match.clitics:
        return replace(amount, parts=True)
    return amount


WHOLE = frozenset(map(fold, ["كامل", "كاملا", "كاملة", "بأكمله", "بأكملها", "بكامله", "بكاملها"]))
LASTING = frozenset(map(fold, ["لمدة", "مدة", "ولمدة", "طوال", "طيلة", "مدى", "مدار"]))


def with_other_end(document: Document, amount: Amount, begin: int, stop: int, opener: str) -> Amount | None:
    """Extend an amount to a range when its other end follows: after `بين` with و or إلى, after `من` and alone with إلى,
    or with a dash. A scale word or unit at the end holds for both ends (20 إلى 30 ألفا). None when there is no
    other end.
    """
    for k in _other_ends(document, amount.past, stop, opener):
        other = read_amount(document, k, amount.past, stop)
        if other is None or other.origin in ("vague", "noun") or other.first != k:
            continue
        alternative = document.folds[amount.past] in ("او", "و") or opener == "بين"
        if amount.unit is not None and other.unit is None and not alternative:
            continue  # ارتفع 3 بالمئة إلى 80: two quantities
        merged = _merge(amount, other)
        if merged is not None:
            return merged
    return _split_range(document, amount, stop) if opener == "بين" else None


def _other_ends(document: Document, j: int, stop: int, opener: str) -> list[int]:
    folds = document.folds
    if j >= stop:
        return []
    form = folds[j]
    if form in _TO or (form in _DASHES and opener != "بين"):
        k = j + 1
        return [k] if k < stop else []
    if form in ("او", "أو") and j + 1 < stop:
        return [j + 1]
    if opener == "بين":
        if form == "و" and j + 1 < stop:
            return [j + 1]
        if form[0] == "و":
            return [j]
    return []


def _merge(low: Amount, high: Amount) -> Amount | None:
    value = low.value
    if low.scale == 1 and high.scale > 1 and low.unit is None and value * high.scale < high.value:
        value *= high.scale
    elif low.unit is None and high.unit is not None and high.unit.unit.factor != 1:
        value *= high.unit.unit.factor
    if low.unit is not None and high.unit is not None and not _same_unit(low.unit.unit, high.unit.unit):
        return None
    if value >= high.value:
        return None
    unit = high.unit or low.unit
    return replace(
        low, past=high.past, end=high.end, value=value, high=high.value, unit=unit, scale=max(low.scale, high.scale)
    )


def _same_unit(a: Unit, b: Unit) -> bool:
    return a.code == b.code or a.noun == b.noun


def _split_range(document: Document, amount: Amount, stop: int) -> Amount | None:
    """Part `بين خمسة وعشرين` into 5 and 20: after بين a compound without a second end is two numbers."""
    for k in range(amount.first + 1, amount.past):
        word = NUMBER_WORDS.get(document.folds[k])
        if word is None or not word.conjunction:
            continue
        low = read_numeral(document, amount.first, k)
        high = read_amount(document, k, amount.first, stop)
        if low is not None and high is not None and low.past == k and low.value < high.value:
            start, _ = character_span(document, low)
            return replace(
                amount, start=start, value=low.value, high=high.value, past=high.past, end=high.end, unit=high.unit
            )
    return None


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
        if word is None or word.role is not Role.SCALE or word.shape is Shape.DUAL or word.clitics:
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
        figure=figure and numeral.bare_figure, parts=numeral.parts,
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
    if word.role in (Role.TEN, Role.TENS) and is_ordinal_word(previous) and (word.conjunction or word.role is Role.TEN):
        return False
    if word.role is Role.SCALE and word.definite and is_ordinal_word(following):
        return False  # في الألف الثالث قبل الميلاد
    if word.definite and word.value == 2 and word.role is Role.UNIT and not previous.endswith(("ين", "ان")):
        return False
    if form in _PERCENT_WORDS or (word.fraction == _EIGHTH and not _surely_eighth(document, i, following)):
        return False
    if word.role is Role.DENOMINATOR or (word.role is Role.FRACTION and word.definite):
        return False
    if form in ("لست", "ولست", "فلست") and not following.endswith(("ات", "اعوام", "اشهر", "ايام", "سنين")):
        return False
    if form in ("صفر", "الصفر") and (word.definite or (i + 1 < stop and following.isdecimal())):
        return False
    return not (
        word.role is Role.FRACTION
        and following.lstrip("لا") in ("نهائي", "لنهائي", "نهاي", "سنوي", "سنوية", "شهري", "الي", "دائري")
    )


def _surely_eighth(document: Document, i: int, following: str) -> bool:
    """Tell ثمن, an eighth, from ثمن, a price: its damma is written, or a scale follows."""
    scale = NUMBER_WORDS.get(following) if following else None
    return "\u064f" in document.text[document.starts[i] : document.ends[i]] or (
        scale is not None and scale.role is Role.SCALE
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
        if j < stop and (word := NUMBER_WORDS.get(folds[j])) is not None and word.role in (Role.TEN, Role.TENS):
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
    match = unit_at(document, i, stop) if word is not None else None
    if word is not None and match is not None:
        if match.unit.code == "Y" and match.past < stop and document.folds[match.past].isdecimal():
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
    if clitics is None:
        return None
    start = after_letters(document.text, document.starts[i], clitics)
    return Amount(i, i + 1, start, document.ends[i], 2, "noun")


def _with_unit(document: Document, amount: Amount, begin: int, stop: int) -> Amount:
    """Find the unit after the number, else before it; add a half, a smaller unit, a currency after a percent-like
    sign."""
    if amount.unit is None and amount.origin != "noun":
        past, i = amount.past, amount.first
        after = _unit_after(document, amount, stop) if past < stop and OPENS_UNIT[document.folds[past]] else None
        if after is not None:
            amount = after
        elif i > begin and ENDS_UNIT[document.folds[i - 1]]:
            amount = _unit_before(document, amount, begin) or amount
    if amount.unit is not None and amount.past < stop and document.folds[amount.past][0] in "وف":
        amount = _with_smaller(document, _with_halves(document, amount, stop), begin, stop)
    return amount


def _unit_after(document: Document, amount: Amount, stop: int) -> Amount | None:
    j = amount.past
    if j >= stop or not OPENS_UNIT[document.folds[j]]:
        return None
    digits = document.folds[j - 1].isdecimal() or document.folds[j - 1] in ("%",)
    apart = document.folds[j] == "من" and j + 1 < stop and (amount.origin == "vague" or amount.scale > 1)
    match = unit_at(document, j + 1 if apart else j, stop, after_digits=not apart)
    if match is None or match.clitics or year_of_era(document, amount.first, j):
        return None
    if apart and not (match.definite and match.grammatical_number == 0):
        return None
    if not digits and match.past - match.first == 1 and len(document.folds[j]) == 1 and document.folds[j].isalpha():
        return None
    if match.definite and not apart and not (amount.origin == "vague" or amount.scale > 1 or amount.parts):
        return None
    if match.unit.kind == "duration" and match.grammatical_number == 1 and _names_a_date(document, match.past, stop):
        return None
    if match.grammatical_number == 2:
        return None
    factor = match.unit.factor
    past, end = match.past, document.ends[match.past - 1]
    if factor == 1:
        return replace(amount, past=past, end=end, unit=match)
    high = amount.high * factor if amount.high is not None else None
    return replace(amount, past=past, end=end, unit=match, value=amount.value * factor, high=high)


def _names_a_date(document: Document, j: int, stop: int) -> bool:
    return (
        j < stop
        and document.folds[j].isdecimal()
        and len(document.folds[j]) == 4
        and document.folds[j - 1] in ("عام", "سنة")
    )


def _unit_before(document: Document, amount: Amount, begin: int) -> Amount | None:
    """Find a unit before the number: a sign ($20, %7), a definite plural (الأشهر الستة), a single (دولار واحد)."""
    i = amount.first
    symbol = symbol_before(document, i, begin)
    if symbol is not None:
        return replace(amount, first=symbol.first, start=document.starts[symbol.first], unit=symbol)
    at = i - 1
    if at >= begin and document.folds[at] in ("ال",):
        at -= 1
    if at < begin or UNIT_WORDS[document.folds[at]] is None:
        return None
    match = unit_at(document, at, i)
    if match is None or amount.origin != "numeral" or amount.parts:
        return None
    fits = (
        match.grammatical_number == 0
        and match.definite == amount.definite
        and not (amount.figure and not match.definite)
    )
    single = (
        amount.value == 1 and match.grammatical_number == 1 and not amount.figure and match.definite == amount.definite
    )
    double = amount.value == 2 and match.grammatical_number == 2
    if not (fits or single or double):
        return None
    if fits and not match.definite and not (3 <= amount.value <= 10):
        return None
    start = after_letters(document.text, document.starts[at], match.clitics)
    return replace(amount, first=at, start=start, unit=match, value=amount.value * match.unit.factor)


def _with_halves(document: Document, amount: Amount, stop: int) -> Amount:
    """Add `ونصف`, `وربع الساعة`, `ونصف المليون` after a unit: ساعة ونصف, مليون دولار ونصف المليون."""
    j = amount.past
    if amount.high is not None or amount.unit is None or j >= stop:
        return amount
    folds = document.folds
    k = j + 1 if folds[j] == "و" and j + 1 < stop else j
    word = NUMBER_WORDS.get(folds[k])
    if word is None or word.fraction is None or word.role is not Role.FRACTION or word.definite or word.enclitic:
        return amount
    if not (k > j or word.conjunction) or word.preposition:
        return amount
    past, unit = k + 1, amount.unit.unit
    one: Value = amount.scale * unit.factor
    if past < stop:
        after = NUMBER_WORDS.get(folds[past])
        if after is not None and after.role is Role.SCALE and after.shape is not Shape.DUAL:
            one, past = after.value * unit.factor, past + 1
        elif (again := unit_at(document, past, stop)) is not None:
            if again.unit.noun != unit.noun:
                return amount
            one, past = unit.factor, again.past
    return replace(amount, past=past, end=document.ends[past - 1], value=amount.value + word.fraction * one)


def _with_smaller(document: Document, amount: Amount, begin: int, stop: int) -> Amount:
    """Add an amount in a smaller unit: دولار وخمسون سنتا, ساعتين و15 دقيقة, سنتين وثلاثة أشهر."""
    j = amount.past
    if amount.origin == "vague" or amount.high is not None or amount.unit is None or j >= stop:
        return amount
    k = j + 1 if document.folds[j] == "و" and j + 1 < stop else j
    if k == j and document.folds[j][0] != "و":
        return amount
    other = _numeral(document, k, j, stop) or _dual(document, k, stop)
    if other is None:
        return amount
    if other.unit is None:
        other = _unit_after(document, other, stop)
    if other is None or other.unit is None:
        return amount
    large, small = amount.unit.unit, other.unit.unit
    part = subunit(small, large)
    if part is not None:
        value = amount.value + (Fraction(other.value) / small.factor) * part
        return replace(amount, past=other.past, end=other.end, value=value)
    times = step(large, small)
    if times is None or other.value >= times:
        return amount
    return replace(amount, past=other.past, end=other.end, value=amount.value * times + other.value, unit=other.unit)
