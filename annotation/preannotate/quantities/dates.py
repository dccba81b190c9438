"""Numbers that are dates: days, years, hours, and chains of figures (dates, times, phone numbers, versions)."""

from __future__ import annotations

from ..document import Document
from .figures import touching
from .surroundings import CHAIN, CLOCK_NOUNS, DASHES, HIJRI_MONTHS, MONTH_NAMES, YEAR_NOUNS, surroundings

# No date or version has more figures; a longer chain is read in pieces, so that its end is not sought from each figure.
_LONGEST_CHAIN = 8


def chain_end(document: Document, i: int, stop: int) -> int | None:
    """Return the end of a chain of figures that is a date, a clock time, a phone or IP number or a version, else None.

    Such a chain has figures joined by colons, or by two or more marks other than those of one number, or a leading
    zero.
    """
    folds = document.folds
    marks, j, zero = "", i, folds[i][0] == "0" and len(folds[i]) > 1
    if not zero and (i + 1 >= stop or folds[i + 1] not in CHAIN):
        return None
    widths = [len(folds[i])]
    stop = min(stop, i + 2 * _LONGEST_CHAIN)
    while j + 2 < stop and folds[j + 1] in CHAIN and folds[j + 2].isdecimal():
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


def is_date(document: Document, first: int, past: int, begin: int, stop: int, value: int) -> bool:
    """Tell whether the number at first:past is a day of a month, a day of a range of days, or a Hijri or Christian
    year."""
    folds = document.folds
    if value <= 31:
        j = past
        while j < stop and j < past + 6:
            form = folds[j]
            if _month_at(document, j, stop) or (form == "الشهر" and folds[j - 1] == "من"):
                return True
            number = form.isdecimal() or (form[0] == "و" and len(form) == 1)
            if not (number or form in DASHES or form in ("الي", "من", "حتي", "/", "،", "شهر", "و")):
                break
            j += 1
    if past < stop and (year_of_era(document, first, past) or folds[past : past + 2] in _BEFORE_CHRIST):
        return True
    if (
        past < stop
        and folds[past] in ("هـ", "ه", "ميلادي", "ميلادية", "هجري", "هجرية", "للميلاد", "للهجرة")
        and value > 31
    ):
        return True
    before = folds[first - 1] if first > begin else ""
    return before in MONTH_NAMES and (1000 <= value <= 2100 or value <= 31)


_BEFORE_CHRIST = (["ق", "."], ["قبل", "الميلاد"], ["بعد", "الميلاد"])


def _month_at(document: Document, j: int, stop: int) -> bool:
    form = document.folds[j]
    if (second := HIJRI_MONTHS.get(form)) is not None and j + 1 < stop and document.folds[j + 1] in second:
        return True
    if form != "صفر":
        return form in MONTH_NAMES
    return document.folds[j - 1] in ("شهر", "من")


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
    if first - 2 >= begin and before in DASHES | {"/", "و", "او", "الي"} and folds[first - 2].isdecimal():
        earlier = int(folds[first - 2]) if len(folds[first - 2]) == 4 else 0
        if 1300 <= earlier <= 2150:
            return True
    if not 1700 <= value <= 2150 or followed_by_noun:
        return False
    if before in ("منذ", "ومنذ"):
        return True
    if not surroundings("number_nouns").isdisjoint(folds[max(begin, first - 4) : first]):
        return False
    if past < stop and folds[past] in DASHES | {"/"}:
        return True
    return before in surroundings("year_particles") or not before or before not in surroundings("amounts")


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


def is_clock(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a number is an hour of the day."""
    folds = document.folds
    before = folds[first - 1] if first > begin else ""
    if before in CLOCK_NOUNS and not (
        first - 2 >= begin and folds[first - 2] in ("في",) and first - 3 >= begin and "متر" in folds[first - 3]
    ):
        return True
    return past < stop and folds[past] in surroundings("clock_after") and folds[past] not in ("م", "ص", "توقيت")
