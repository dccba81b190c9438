"""Numbers that name or order (`اللواء 16`, `القرار 2254`, `القرن الـ21`) and those of scores and lists."""

from __future__ import annotations

from ..document import Document
from .counted import before_article, is_noun, owned_singular
from .figures import Value, touching
from .number_words import NUMBER_WORDS
from .surroundings import ARTICLE, DASHES, LABELS, QUOTES, after_proclitic, is_latin, surroundings


def named_before(document: Document, i: int, begin: int) -> str:
    """Return the folded word before word i, past an opening quote or bracket and an article written apart (الـ);
    else ''."""
    j = i - 1
    while j >= begin and (document.folds[j] in QUOTES or document.folds[j] in (ARTICLE, "ـ")):
        j -= 1
    return document.folds[j] if j >= begin else ""


def is_label(document: Document, first: int, past: int, begin: int, figure: bool) -> bool:
    """Tell whether the noun before a number is one that numbers identify: اللواء 16, المادة السابعة والعشرين."""
    before = named_before(document, first, begin)
    if not before:
        return False
    if before in LABELS:
        return figure
    if figure and first - 2 >= begin and document.folds[first - 1] == before:
        noun = document.folds[first - 2]
        if before_article(before) == 0 and before.endswith(_OF_NISBA) and noun in LABELS and ARTICLE in noun:
            return not (past < len(document.folds) and is_noun(document.folds[past], definite=False))
        if before == "العدد" and noun in _IN:
            return True  # في العدد 512 من المجلة
    return (
        figure
        and document.folds[first - 1] in DASHES
        and touching(document, first - 1)
        and first - 2 >= begin
        and touching(document, first - 2)
        and document.folds[first - 2][0].isalpha()
    )


_OF_NISBA = ("ي", "ية")  # القناة السعودية 12, القرار الدولي 1325
_IN = frozenset(["في", "وفي", "من", "ومن"])


def glued_to_name(document: Document, first: int, begin: int) -> bool:
    """Tell whether a figure is glued to letters that are no proclitic, as in F16, BA.5, كوفيد19, or
    to those of a minute (90+3)."""
    if first <= begin or not touching(document, first - 1):
        return False
    before = document.folds[first - 1]
    if before[0].isalpha():
        return (
            before.strip("وفبلك") not in ("", ARTICLE)
            and before not in NUMBER_WORDS
            and len(before) < 40
            and before not in ("ال", "وال", "بال", "لل", "ول", "وب")
        )
    if first - 2 < begin or not touching(document, first - 2):
        return False
    name = document.folds[first - 2]
    if before == "+":
        return name.isdecimal()  # 90+3
    return (before in DASHES and name[0].isalpha()) or (before == "." and is_latin(name[-1]))


def is_ordinal(document: Document, first: int, begin: int) -> bool:
    """Tell whether a definite number orders: القرن الـ21, الذكرى الـ50, القرن العشرين."""
    before = named_before(document, first, begin)
    if before in after_proclitic("ordinal_after_al"):
        return True
    if document.folds[first].isdecimal() and owned_singular(before):
        return True  # هدفه الـ23
    if not before.startswith(ARTICLE):
        return False
    near = document.folds[max(begin, first - 5) : first]
    head = near[near.index(before) - 1] if before in near[1:] else ""
    return head in after_proclitic("ordered_in_construct")


def is_group_name(document: Document, first: int, begin: int) -> bool:
    """Tell whether a number is the name of a group: مجموعة العشرين, مجموعة السبع."""
    before = named_before(document, first, begin)
    return before in surroundings("groups_named_by_size")


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


def is_score(document: Document, first: int, past: int, begin: int, stop: int, value: Value) -> bool:
    """Tell whether a number, or a pair of numbers, is a score (2-1, 3 - 0, صفر - 6, بهدفين لواحد, بنتيجة 21 مقابل 18)
    or a minute of added time (90+3)."""
    folds = document.folds
    if value > 200:
        return False
    if past + 1 < stop and folds[past] in _SIDES and _plain_number(folds[past + 1]):
        return True
    if first - 2 >= begin and folds[first - 1] in _SIDES and _plain_number(folds[first - 2]):
        return True
    if first > begin and folds[list_head(document, first, begin) - 1] in surroundings("scores"):
        return True
    if folds[past : min(past + 2, stop)] == ["/", "صفر"]:
        return True  # 3 / صفر
    if first - 2 >= begin and folds[first - 1] == "/" and "صفر" in (folds[first], folds[first - 2]):
        return True
    if past == first + 3 and folds[first + 1] in DASHES and _plain_number(folds[first + 2]) and value <= 30:
        return True
    word = NUMBER_WORDS.get(folds[first])
    return word is not None and word.preposition and first > begin and folds[first - 1] in surroundings("goals")


_SIDES = DASHES | {"+", "×"}


def _plain_number(form: str) -> bool:
    return form.isdecimal() or form == "صفر"


def is_list_number(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a figure opens a line of a list, or an item of one after a colon: `1- `, `2. `, `: 3) `."""
    if (
        (first != begin and document.folds[first - 1] not in (":", "؛"))
        or past + 1 >= stop
        or document.folds[past] not in DASHES | {".", ")", ":"}
    ):
        return False
    return document.folds[past + 1][0].isalpha() or document.folds[past + 1] in QUOTES


def in_brackets(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether figures stand alone between round or square brackets, as notes and minutes of play do: (38 و47)."""
    folds = document.folds
    first = list_head(document, first, begin)
    while past + 1 < stop and folds[past] in _AND and folds[past + 1].isdecimal():
        past += 2
    around = (folds[first - 1], folds[past]) if first > begin and past < stop else ("", "")
    return around in (("(", ")"), ("[", "]"))


_AND = frozenset(["و", "او", "،", "مقابل"])
_LONGEST_LIST = 8  # figures


def list_head(document: Document, first: int, begin: int) -> int:
    """Return the first of the figures that a list joins (اللوائين 11 و12), which tells what all of them are."""
    folds = document.folds
    begin = max(begin, first - 2 * _LONGEST_LIST)
    while first - 2 >= begin and folds[first - 1] in _AND and folds[first - 2].isdecimal():
        first -= 2
    return first
