"""The noun that a pronoun beside a number stands for and that is counted: `النازحون وعددهم 800`, `أكثر من ثلثيها`.

It is the nearest noun before it that agrees by its ending: a masculine plural for هم, a definite feminine for ها.
Broken plurals show no gender; they are found right before the pronoun's word and as heads of what is found.
"""

from __future__ import annotations

from ..document import Document
from .counted import NUMBER_NOUNS, Span, before_article, dual_noun
from .number_words import NUMBER_WORDS, after_letters

_REACH = 30  # words back to the noun
_NEAR = 3  # words from عددهم to the number or what bounds it
_NUMBER_OF = frozenset(proclitic + form for proclitic in ("", "و", "ف") for form in ("عددهم", "عددهن"))
_AMOUNTING = frozenset(["البالغ", "والبالغ", "المقدر", "والمقدر"])
_NO_PLURALS = frozenset(["الذين", "اللذين", "بين", "حين", "يمين", "قوانين", "مليون", "قانون", "الملايين", "القوانين"])


def announces_number_of(folds: list[str], i: int, begin: int) -> bool:
    """Tell whether عددهم stands shortly before word i."""
    return not _NUMBER_OF.isdisjoint(folds[max(begin, i - _NEAR) : i])


def number_of_whom(document: Document, i: int, begin: int) -> Span | None:
    """Return the noun of the pronoun of عددهم, when that stands shortly before the amount at word i."""
    folds = document.folds
    if not announces_number_of(folds, i, begin):
        return None
    for k in range(i - 1, max(begin, i - _NEAR) - 1, -1):
        if not folds[k][0].isalpha():
            return None
        if folds[k] in _NUMBER_OF:
            return _plural(document, k, begin)
    return None


def whole_of_part(document: Document, i: int, earliest: int, begin: int, counted: Span | None) -> Span | None:
    """Return the noun of the pronoun on a part (نصفها) at word i: what the number before it counts, else the nearest
    that agrees, before that number (`earliest` is the word after it) where there is one."""
    if not whose_part(document, i):
        return None
    if counted is not None:
        return counted
    form = document.folds[i]
    if not form.endswith(("ها", "هم", "هن")):
        return None  # of what is masculine and one, nothing shows by its ending
    agreeing = _feminine if form.endswith("ها") else _plural
    return agreeing(document, earliest if earliest > begin else i, begin)


def whose_part(document: Document, i: int) -> bool:
    """Tell whether word i is a part with a pronoun on it (نصفهم), which stands for its whole."""
    word = NUMBER_WORDS.get(document.folds[i])
    return word is not None and word.enclitic > 0


def _plural(document: Document, k: int, begin: int) -> Span | None:
    folds = document.folds
    first = max(begin, k - _REACH)
    for j in range(k - 2, begin - 1, -1):
        if folds[j] in NUMBER_NOUNS and before_article(folds[j + 1]) is not None:
            return _span(document, j + 1)
    at = k - 1
    while at > first and folds[at] in _AMOUNTING:
        at -= 1
    if at >= first and before_article(folds[at]) is not None and not folds[at].endswith("ة"):
        return _span(document, _head(folds, at, first))
    found = next((j for j in range(at, first - 1, -1) if _is_plural(folds[j])), None)
    return _span(document, _head(folds, found, first)) if found is not None else None


def _is_plural(form: str) -> bool:
    """Tell a masculine plural by its ending (المشاركين, مقاتلون), none of a verb's or a dual's."""
    if not form.endswith(("ون", "ين")) or len(form) < 6 or form in _NO_PLURALS or form in NUMBER_WORDS:
        return False
    return before_article(form) is not None or (form[0] not in "يتوفبلك" and dual_noun(form) is None)


def _feminine(document: Document, k: int, begin: int) -> Span | None:
    folds = document.folds
    for j in range(k - 1, max(begin, k - _REACH) - 1, -1):
        if folds[j].endswith("ة") and before_article(folds[j]) is not None:
            while j > begin and folds[j - 1].endswith("ة") and before_article(folds[j - 1]) is not None:
                j -= 1  # past its adjectives
            return _span(document, j)
    return None


def _head(folds: list[str], at: int, first: int) -> int:
    """Step back from an adjective to its noun (العمال المضربين), from a genitive to its head in the construct plural
    (مقاتلي التنظيم)."""
    while at > first and folds[at].startswith("ال") and folds[at - 1].startswith("ال") and len(folds[at - 1]) > 4:
        at -= 1
    for j in range(at - 1, max(first, at - 3) - 1, -1):
        if folds[j].startswith("م") and folds[j].endswith("ي") and len(folds[j]) > 4:
            return j
    return at


def _span(document: Document, j: int) -> Span:
    clitics = before_article(document.folds[j]) or 0
    return after_letters(document.text, document.starts[j], clitics), document.ends[j]
