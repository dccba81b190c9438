"""Numbers that measure nothing: dates, years, clock times, scores, ordinals, and numbers that name (`اللواء 16`,
`القرار 2254`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml
from babel import Locale

from ....corpus.normalise import fold
from ..document import Document
from .figures import Value, touching
from .form_table import FormTable
from .number_words import NUMBER_WORDS
from .vague_words import PROCLITICS

_CHAIN = frozenset("/.-:–_،,٫٬")
_DASHES = frozenset("-–—‐−")
_BIDI_AL = "ال"
_CLITICS = ("و", "ف", "ب", "ل", "ك")
# No date or version has more figures; a longer chain is read in pieces, so that its end is not sought from each figure.
_LONGEST_CHAIN = 8
_MONTH_LOCALES = ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_TN", "ar_IQ")


def chain_end(document: Document, i: int, stop: int) -> int | None:
    """Return the end of a chain of figures that is a date, a clock time, a phone or IP number or a version, else None.

    Such a chain has figures joined by colons, or by two or more marks other than those of one number, or a leading
    zero.
    """
    folds = document.folds
    marks, j, zero = "", i, folds[i][0] == "0" and len(folds[i]) > 1
    if not zero and (i + 1 >= stop or folds[i + 1] not in _CHAIN):
        return None
    widths = [len(folds[i])]
    stop = min(stop, i + 2 * _LONGEST_CHAIN)
    while j + 2 < stop and folds[j + 1] in _CHAIN and folds[j + 2].isdecimal():
        if not (touching(document, j) and touching(document, j + 1)):
            break
        marks += folds[j + 1]
        j += 2
        zero = zero or (folds[j - 1] in "-/" and folds[j][0] == "0" and len(folds[j]) > 1)
        widths.append(len(folds[j]))
    if not marks and j + 2 < stop and folds[j + 1] == "/" and folds[j + 2].isdecimal():
        return _spaced_chain_end(folds, j, stop)
    if ":" in marks:
        return j + 1
    if marks == "/" and widths[0] == 4 and widths[1] in (2, 4):
        return j + 1  # a season or a fiscal year: 2024/2025
    kinds = set(marks)
    if len(marks) >= 2 and kinds & set("/-–_"):
        return j + 1
    if len(marks) >= 2 and kinds == {"."} and any(width != 3 for width in widths[1:]):
        return j + 1
    if zero and not (marks and kinds <= set(".,،٫٬") and widths[0] == 1) and not _percent(document, j + 1, stop):
        return j + 1
    return None


def _spaced_chain_end(folds: list[str], j: int, stop: int) -> int:
    while j + 2 < stop and folds[j + 1] == "/" and folds[j + 2].isdecimal():
        j += 2
    return j + 1


def _percent(document: Document, j: int, stop: int) -> bool:
    return j < stop and document.folds[j] in ("%", "٪")


def named_before(document: Document, i: int, begin: int) -> str:
    """Return the folded word before word i, past an opening quote or bracket and an article written apart (الـ);
    else ''."""
    j = i - 1
    while j >= begin and (document.folds[j] in _QUOTES or document.folds[j] in (_BIDI_AL, "ـ")):
        j -= 1
    return document.folds[j] if j >= begin else ""


_QUOTES = frozenset("\"'«»“”()[]")


def is_date(document: Document, first: int, past: int, begin: int, stop: int, value: int) -> bool:
    """Tell whether the number at first:past is a day of a month, a day of a range of days, or a Hijri or Christian
    year."""
    folds = document.folds
    if value <= 31:
        j = past
        while j < stop and j < past + 6:
            form = folds[j]
            if _month_at(document, j, stop):
                return True
            number = form.isdecimal() or (form[0] == "و" and len(form) == 1)
            if not (number or form in _DASHES or form in ("الي", "من", "حتي", "/", "،", "شهر", "و")):
                break
            j += 1
    if past < stop and (year_of_era(document, first, past) or folds[past : past + 2] == ["ق", "."]):
        return True
    if (
        past < stop
        and folds[past] in ("هـ", "ه", "ميلادي", "ميلادية", "هجري", "هجرية", "للميلاد", "للهجرة")
        and value > 31
    ):
        return True
    before = folds[first - 1] if first > begin else ""
    return before in _MONTH_NAMES and (1000 <= value <= 2100 or value <= 31)


def _month_at(document: Document, j: int, stop: int) -> bool:
    form = document.folds[j]
    if form not in _MONTH_NAMES:
        return False
    if form in _ALSO_WORDS:
        return form != "صفر" or document.folds[j - 1] in ("شهر", "من")
    return True


def is_year(
    document: Document, first: int, past: int, begin: int, stop: int, value: int, followed_by_noun: bool
) -> bool:
    """Tell a year from another four-digit figure by the words around it."""
    if not (1300 <= value <= 2150):
        return False
    folds = document.folds
    before = folds[first - 1] if first > begin else ""
    if before in YEAR_NOUNS:
        return True
    if first - 2 >= begin and before in _DASHES | {"/", "و", "او", "الي"} and folds[first - 2].isdecimal():
        earlier = int(folds[first - 2]) if len(folds[first - 2]) == 4 else 0
        if 1300 <= earlier <= 2150:
            return True
    if not 1700 <= value <= 2150 or followed_by_noun:
        return False
    if not surroundings("number_nouns").isdisjoint(folds[max(begin, first - 4) : first]):
        return False
    if past < stop and folds[past] in _DASHES | {"/"}:
        return True
    return before in surroundings("year_particles") or not before or before not in surroundings("amounts")


_AND = frozenset(["و", "او", "،"])


def list_head(document: Document, first: int, begin: int) -> int:
    """Return the first of the figures that a list joins (اللوائين 11 و12), which tells what all of them are."""
    folds = document.folds
    begin = max(begin, first - 2 * _LONGEST_CHAIN)
    while first - 2 >= begin and folds[first - 1] in _AND and folds[first - 2].isdecimal():
        first -= 2
    return first


def after_year_noun(document: Document, i: int) -> bool:
    """Tell whether the word before word i is one that years follow: عام, منتصف, a month."""
    return document.folds[i - 1] in YEAR_NOUNS


def names_time(document: Document, j: int, stop: int) -> bool:
    """Tell whether a figure or the name of a month begins at word j, which makes the unit before it a name: شهر
    رمضان."""
    return document.folds[j].isdecimal() or _month_at(document, j, stop)


def year_of_era(document: Document, first: int, past: int) -> bool:
    """Tell whether `م` or `ق.م` after a figure says Christian era, not metres: 1952م, 1625-1649 م."""
    folds = document.folds
    if folds[past] not in ("م", "ق"):
        return False
    if folds[past] == "م" and past == first + 1 and first > 0 and folds[first - 1] in ("=", "/"):
        return True  # 254 هجرية = 868 م
    four = past == first + 1 and len(folds[first]) == 4 and folds[first].isdecimal()
    if four and folds[past] == "م" and "1000" <= folds[first] <= "2150":
        return tuple(folds[past + 1 : past + 2]) not in (("مربع",), ("مكعب",), ("2",), ("3",))
    if folds[past] == "م" and first > 0 and folds[first - 1] in ("عام", "سنة", "عامي", "القرن", "قرن"):
        return True
    return folds[past : past + 3] == ["ق", ".", "م"] or folds[past : past + 2] == ["ق", "م"]


def in_brackets(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether figures stand alone between round or square brackets, as notes and minutes of play do: (38 و47)."""
    folds = document.folds
    first = list_head(document, first, begin)
    while past + 1 < stop and folds[past] in _AND and folds[past + 1].isdecimal():
        past += 2
    around = (folds[first - 1], folds[past]) if first > begin and past < stop else ("", "")
    return around in (("(", ")"), ("[", "]"))


def is_clock(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a number is an hour of the day."""
    folds = document.folds
    before = folds[first - 1] if first > begin else ""
    if before in _CLOCK_NOUNS and not (
        first - 2 >= begin and folds[first - 2] in ("في",) and first - 3 >= begin and "متر" in folds[first - 3]
    ):
        return True
    return past < stop and folds[past] in surroundings("clock_after") and folds[past] not in ("م", "ص", "توقيت")


def is_label(document: Document, first: int, past: int, begin: int, figure: bool) -> bool:
    """Tell whether the noun before a number is one that numbers identify: اللواء 16, المادة السابعة والعشرين."""
    before = named_before(document, first, begin)
    if not before:
        return False
    if before in _LABELS:
        return figure
    return (
        figure
        and document.folds[first - 1] in _DASHES
        and touching(document, first - 1)
        and first - 2 >= begin
        and touching(document, first - 2)
        and document.folds[first - 2][0].isalpha()
    )


def glued_to_name(document: Document, first: int, begin: int) -> bool:
    """Tell whether a figure is glued to letters that are no proclitic, as in F16, G20, كوفيد19."""
    if first <= begin or not touching(document, first - 1):
        return False
    before = document.folds[first - 1]
    if before[0].isalpha():
        return (
            before.strip("وفبلك") not in ("", _BIDI_AL)
            and before not in NUMBER_WORDS
            and len(before) < 40
            and before not in ("ال", "وال", "بال", "لل", "ول", "وب")
        )
    return (
        before in _DASHES
        and first - 2 >= begin
        and touching(document, first - 2)
        and document.folds[first - 2][0].isalpha()
    )


def is_ordinal(document: Document, first: int, begin: int) -> bool:
    """Tell whether a definite number orders: القرن الـ21, الذكرى الـ50, القرن العشرين."""
    before = named_before(document, first, begin)
    if before in after_proclitic("ordinal_after_al"):
        return True
    if not before.startswith(_BIDI_AL):
        return False
    near = document.folds[max(begin, first - 5) : first]
    head = near[near.index(before) - 1] if before in near[1:] else ""
    return head in after_proclitic("ordered_in_construct")


def is_group_name(document: Document, first: int, begin: int) -> bool:
    """Tell whether a number is the name of a group: مجموعة العشرين, مجموعة السبع."""
    before = named_before(document, first, begin)
    return before in surroundings("groups_named_by_size")


def is_score(document: Document, first: int, past: int, begin: int, stop: int, value: Value) -> bool:
    """Tell whether a number, or a pair of numbers, is a score: 2-1, 3 - 0, صفر - 6, بهدفين لواحد."""
    folds = document.folds
    if value > 200:
        return False
    if past + 1 < stop and folds[past] in _DASHES and _plain_number(folds[past + 1]):
        return True
    if first - 2 >= begin and folds[first - 1] in _DASHES and _plain_number(folds[first - 2]):
        return True
    if folds[past : min(past + 2, stop)] == ["/", "صفر"]:
        return True  # 3 / صفر
    if first - 2 >= begin and folds[first - 1] == "/" and "صفر" in (folds[first], folds[first - 2]):
        return True
    if past == first + 3 and folds[first + 1] in _DASHES and _plain_number(folds[first + 2]) and value <= 30:
        return True
    word = NUMBER_WORDS.get(folds[first])
    return word is not None and word.preposition and first > begin and folds[first - 1] in surroundings("goals")


def _plain_number(form: str) -> bool:
    return form.isdecimal() or form == "صفر"


def is_list_number(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a figure opens a line of a list, or an item of one after a colon: `1- `, `2. `, `: 3) `."""
    if (
        (first != begin and document.folds[first - 1] not in (":", "؛"))
        or past + 1 >= stop
        or document.folds[past] not in _DASHES | {".", ")", ":"}
    ):
        return False
    return document.folds[past + 1][0].isalpha() or document.folds[past + 1] in _QUOTES


def names_after_definite(document: Document, first: int, begin: int) -> bool:
    """Tell whether a bare figure right after a definite noun only names it (القناة 12), no noun of amounts being
    near."""
    folds = document.folds
    before = folds[first - 1] if first > begin else ""
    if not before.lstrip("وفب").startswith("ال") and not before.startswith("لل"):
        return False
    if before in ("الي", "التي", "الذي", "الذين", "والي"):
        return False
    near = folds[max(begin, first - 5) : first]
    return after_proclitic("amounts").isdisjoint(near)


@cache
def _lexicon() -> Any:
    return yaml.safe_load((files(__package__) / "lexicon/not_quantities.yaml").read_text("utf-8"))


@cache
def surroundings(name: str) -> frozenset[str]:
    """Return a list of lexicon/not_quantities.yaml, folded."""
    return frozenset(map(fold, _lexicon()[name]))


@cache
def after_proclitic(name: str) -> frozenset[str]:
    """Return a list of lexicon/not_quantities.yaml, folded, each word also with a proclitic before it."""
    return _with_proclitics(surroundings(name))


def _with_proclitics(words: Iterable[str]) -> frozenset[str]:
    forms = set(words)
    for word, clitic in product(words, _CLITICS):
        if clitic == "ل" and word.startswith("ال") and len(word) > 3:
            forms.add("ل" + word[1:])
        elif len(word) > 2 and not (clitic == "ل" and word[0] == "ل" and len(word) > 3):
            forms.add(clitic + word)
    return frozenset(forms)


def _months() -> frozenset[str]:
    names = {month for tag in _MONTH_LOCALES for month in Locale.parse(tag).months["format"]["wide"].values()}
    first_words = {fold(name.split()[0]) for name in names}
    return frozenset(first_words | surroundings("months"))


# Words that an hour of the day follows, names of months, words that a number after them tells which one they are.
_CLOCK_NOUNS = _with_proclitics(["الساعة", "الساعه"])
_MONTH_NAMES = _with_proclitics(_months())
_LABELS = after_proclitic("labels")
# Words after which a figure of four is a year.
YEAR_NOUNS = after_proclitic("year_nouns") | _MONTH_NAMES
# Names of months that are other words too: my, zero, forbidden, father.
_ALSO_WORDS = frozenset(["ماي", "صفر", "محرم", "اب"])
MONTHS_ALONE = _MONTH_NAMES - _ALSO_WORDS

_AFTER_DATES = frozenset(
    ["الي", "من", "حتي", "شهر", "و", "هـ", "ه", "ميلادي", "ميلادية", "هجري", "هجرية", "للميلاد", "للهجرة", "م", "ق"]
)
# What stands between the days of a date: of itself it tells nothing.
_BETWEEN_DAYS = frozenset(["الي", "من", "حتي", "و"])
_TELLING_AFTER = frozenset([*_AFTER_DATES, *_CHAIN, *_DASHES, *surroundings("clock_after"), *_MONTH_NAMES, ")", "]"])
# Words on account of which a number in words right after them may measure nothing. Where neither word beside a number
# may tell, none of the questions above needs to be asked of it, save whether it is a year.
MAY_TELL_BEFORE_WORDS = frozenset(
    [*_QUOTES, *_DASHES, "ـ", "و", "او", "،", "/", *surroundings("groups_named_by_size"), *_MONTH_NAMES, *_CLOCK_NOUNS]
    + [clitics + word for clitics in PROCLITICS for word in ("عام", "سنة", "العام", "السنة", _BIDI_AL)]
)

_DEFINITE = ("لل", *(clitics + _BIDI_AL for clitics in ("", "و", "ف", "ب", "وب", "فب")))
_NOT_DEFINITE = frozenset(["الي", "والي", "التي", "الذي", "الذين"])


def may_tell_after(folds: list[str], j: int, stop: int) -> bool:
    """Tell whether a number may measure nothing on account of word j, the first after it."""
    if j >= stop or not tells_after(folds[j]):
        return False
    return folds[j] not in _BETWEEN_DAYS or (j + 1 < stop and tells_after(folds[j + 1]))


def tells_after(form: str) -> bool:
    """Tell whether a number before a word may measure nothing on its account."""
    return form in _TELLING_AFTER or (form[0] <= "z" and form[0].isalnum())


def is_latin(letter: str) -> bool:
    """Tell whether a character is a Latin letter."""
    return letter <= "z" and letter.isalpha()


def _tells_before(form: str) -> str:
    if form in MAY_TELL_BEFORE_WORDS or form in _LABELS or is_latin(form[-1]):
        return "anything"
    return "name" if form.startswith(_DEFINITE) and form not in _NOT_DEFINITE else ""


# Folded form → what a figure right after it may be on its account: `anything` that measures nothing, a `name` where no
# noun follows it (a definite noun), nothing such.
TELLS_BEFORE = FormTable(_tells_before)
