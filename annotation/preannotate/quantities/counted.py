"""What a number counts: the noun after or before it, and nouns whose dual counts by itself."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ....corpus.normalise import fold
from ..document import Document
from .figures import Value
from .form_table import FormTable
from .number_words import NUMBER_WORDS, after_letters, before_letters

_PRONOUNS = ("هما", "هم", "هن", "كم", "نا", "ها", "ه")
Span = tuple[int, int]


def counted_after(
    document: Document,
    j: int,
    stop: int,
    value: Value,
    *,
    partitive: bool,
    definite: bool,
    only_partitive: bool = False,
) -> int | None:
    """Return the word that a number of this value counts when it begins at word j, None when nothing there is counted.

    `partitive`: `من` may come between (اثنين من عناصر التنظيم). `definite`: a definite noun may follow, as after a
    vague
    number or a fraction (مئات المسلحين, ثلثي السكان).
    """
    folds = document.folds
    if j >= stop:
        return None
    if folds[j] == "من":
        j += 1
        while j < stop and folds[j] in _QUOTES:
            j += 1
        if not partitive or j >= stop or folds[j] == "اصل":
            return None  # 6 من أصل 10
        return j if is_noun(folds[j], definite=True) and not _relative(folds[j]) else None
    if only_partitive:
        return None
    if folds[j] in ("سنة", "عام") and j + 1 < stop and folds[j + 1].isdigit():
        return None
    return j if is_noun(folds[j], definite=definite) and agrees(folds[j], value) else None


def agrees(form: str, value: Value) -> bool:
    """Tell whether a number of this value can count a noun: after 1 to 10 no singular stands in the accusative, which
    of an unknown word is a participle or an adverb (أريان 6 حاملا)."""
    accusative = form[-1] == "ا" and not form.endswith("ايا") and not _known(form)
    return not (accusative and (value in (1, 2) or (value.denominator == 1 and 3 <= value % 100 <= 10)))


def counted_before(document: Document, i: int, begin: int, value: Value, definite: bool) -> Span | None:
    """Return the span of the noun before a number that it counts.

    That is the noun of a definite numeral (السيارات الثلاث) or of a following واحد (خيار واحد).
    """
    folds = document.folds
    if not definite and folds[i] not in _POSTPOSED:
        return None
    at = i - 1
    if at >= begin and folds[at] == "ال":
        at -= 1
    if at < begin:
        return None
    described, at = at, _past_description(folds, at, begin)
    form = folds[at]
    if value == 1 and i + 1 < len(folds) and folds[i + 1] in _PARTITIVE:
        return None
    if value in (1, 2) and folds[i] in _POSTPOSED and _singular_noun(form) and not _idiom(form):
        return _without_proclitic(document, at) if value == 1 or form.endswith(("ان", "ين")) else None
    if not definite or not folds[at + 1 : at + 2]:
        return None
    if (clitics := before_article(form)) is not None:
        return after_letters(document.text, document.starts[at], clitics), document.ends[at]
    if at < described or _BARE_PLURAL.search(form):
        return _without_proclitic(document, at)
    owned = _before_pronoun(form)  # أبنائه الخمسة
    start, end = _without_proclitic(document, at)
    return (start, before_letters(document.text, end, len(form) - owned)) if owned else None


def owned_singular(form: str) -> bool:
    """Tell whether a word has a pronoun on it and no look of a plural (هدفه, يومها), so that a definite figure after it
    is its place in a row."""
    owned = form.endswith(("ه", "ها", "هم")) and len(form) > 3 and before_article(form) is None
    return owned and form not in _never() and not _before_pronoun(form) and not form.startswith("عدد")


def _before_pronoun(form: str) -> int:
    """Return how many letters of a plural stand before its pronoun (زوجاته: 5), 0 for a word without one."""
    stem = next((form[: -len(pronoun)] for pronoun in _PRONOUNS if form.endswith(pronoun)), "")
    plural = stem.endswith(("ات", "ائ", "ي")) or (len(stem) > 3 and "ا" in stem[1:-1])
    return len(stem) if plural and len(stem) > 2 and form not in _never() else 0


# Definite plurals that show themselves: أفعال, فعلاء, فاعلون.
_PLURAL = re.compile("^[وف]?ال(?:ا..?ا.|..?.?.?اء|.{2,}[وي]ن)$")
_BARE_PLURAL = re.compile("^[وف]?(?:(?!اثناء|انحاء|ازاء)(?:ا..ا.|ا?..?.اء)|دول|مدن|جزر|فرق|ايام|اشهر|ليالي|كبار|قادة)$")
# Plurals at the head of a construct, and definite ones that no masdar looks like (الاتحاد).
_CONSTRUCT_PLURAL = re.compile(_BARE_PLURAL.pattern.replace("|دول", "|.{2,}ات|م.ا.ي?[^ة]|نواب|سكان|طلاب|عمال|قضاة|دول"))
_SURE_PLURAL = re.compile("^[وف]?ال(?:دول|.{2,}ات|.{2,}[وي]ن|..?.?.?اء)$")
_PARTITIVE = frozenset(map(fold, ["من", "منهم", "منها", "منهن", "تلو", "بعد", "منا", "منكم"]))
_QUOTES = frozenset("\"'«“")
_POSTPOSED = frozenset(map(fold, ["واحد", "واحدة", "واحدا", "اثنان", "اثنين", "اثنتان", "اثنتين"]))
NUMBER_NOUNS = frozenset(map(fold, ["عدد", "أعداد", "بعدد", "وعدد", "لعدد", "وأعداد", "حصيلة", "إجمالي"]))
_REACH = 12


def _idiom(form: str) -> bool:
    idioms = _set("idioms")
    return form in idioms or form[1:] in idioms


def _past_description(folds: list[str], at: int, begin: int) -> int:
    """Step back to the noun from what describes it: an adjective (المدن السورية الجديدة الثلاث, محيط جغرافي واحد), a
    plural after a plural (الأعضاء الدائمين الخمسة, الدول الأعضاء), the genitive of a plural (أعضاء مجلس الأمن)."""
    if at > begin and _PLURAL.search(folds[at]) and _is_definite_plural(folds[at - 1]):
        return at - 1
    while at - 1 >= begin and len(folds[at]) > 4:
        definite = folds[at].startswith("ال")
        if not folds[at].endswith(("ي", "ية", "ة") if definite else ("ي", "ية")):
            break
        before = folds[at - 1]
        same = before.lstrip("وبفكل").startswith("ال") if definite else not before.startswith("ال")
        if not same or not before[:1].isalpha() or before in _never() or len(before) < 3:
            break
        at -= 1
    if not folds[at].startswith("ال") or _SURE_PLURAL.search(folds[at]):
        return at
    if at > begin and _CONSTRUCT_PLURAL.search(folds[at - 1]):
        return at - 1
    if at - 1 > begin and _CONSTRUCT_PLURAL.search(folds[at - 2]) and _singular_noun(folds[at - 1]):
        return at - 2
    return at


def _is_definite_plural(form: str) -> bool:
    article = before_article(form)
    return _PLURAL.search(form) is not None or (
        article is not None and _BARE_PLURAL.search(form[article + 2 :]) is not None
    )


@cache
def _set(name: str) -> frozenset[str]:
    return frozenset(map(fold, _lexicon()[name]))


def _singular_noun(form: str) -> bool:
    if form in _never() or form.startswith(("ال", "لل", "بال", "وال")) or form in NUMBER_WORDS:
        return False
    return len(form) > 2 and "ء" <= form[0] <= "ي"


def before_article(form: str) -> int | None:
    """Return how many proclitic letters stand before the article of a word, None when it has none."""
    for clitics in range(3):
        if form[clitics:].startswith("ال") and len(form) > clitics + 4 and not set(form[:clitics]) - set("وفبك"):
            return clitics
    return 1 if form.startswith("لل") and len(form) > 4 else None


def _without_proclitic(document: Document, at: int) -> Span:
    form = document.folds[at]
    known = _known(form) or (form[0] in "وبلك" and form.startswith(_openings(form[0])))
    clitics = 1 if form[0] in "وبلك" and not known and len(form) > 3 else 0
    clitics += clitics and form[0] == "و" and form[1] in "بلك" and len(form) > 5
    return after_letters(document.text, document.starts[at], clitics), document.ends[at]


def indefinite_before(document: Document, first: int, past: int, begin: int) -> Span | None:
    """Return the span of an indefinite plural right before a number in words that follows it: شروط أربعة."""
    folds = document.folds
    if first <= begin or (past < len(folds) and folds[past] in _PARTITIVE):
        return None
    form = folds[first - 1]
    if _INDEFINITE_PLURAL.search(form) is None or not is_noun(form, definite=False):
        return None
    if form.endswith("ات") and folds[first].endswith("ة"):
        return None  # أصيب في مواجهات ثلاثة: of a plural in ات most singulars are feminine
    return document.starts[first - 1], document.ends[first - 1]


_INDEFINITE_PLURAL = re.compile("^(?:.{2,}ات|م.ا.ي?[^ة]|.وا..|ا..ا.|[^اوي]..اء|[^اويت].و[^نا]|دول|مدن|قري)$")


def announces_number(folds: list[str], i: int, begin: int) -> bool:
    """Tell whether a word like عدد stands where it could announce the number at word i."""
    return not NUMBER_NOUNS.isdisjoint(folds[max(begin, i - _REACH) : i])


def noun_of_number(document: Document, i: int, begin: int) -> Span | None:
    """Return the noun whose number a `عدد` before word i announces: (عدد) الحاضرين (بأكثر من 35 ألفا)."""
    folds = document.folds
    if not announces_number(folds, i, begin):
        return None
    for k in range(i - 2, max(begin, i - _REACH) - 1, -1):
        mark = _ANNOUNCERS[folds[k]]
        if mark == _ANNOUNCES and folds[k + 1].startswith("ال") and len(folds[k + 1]) > 4:
            return document.starts[k + 1], document.ends[k + 1]
        if mark == _CUTS:
            return None
    return None


_ANNOUNCES, _CUTS = 1, 2


def _announcer(form: str) -> int:
    if form in NUMBER_NOUNS:
        return _ANNOUNCES
    return _CUTS if form[0].isdigit() or form in ("،", ",", "؛", ":") or form in NUMBER_WORDS else 0


# Folded form → whether it announces a number, cuts it off from what stands before, or neither (0).
_ANNOUNCERS = FormTable(_announcer)


_SETS = re.compile("(?:مجموعت|شوط|جولت|نقطت)[اي]ن$")


def dual_score(document: Document, first: int, past: int, begin: int, stop: int) -> bool:
    """Tell whether a dual is a side of a score: بهدفين لواحد, هدفين مقابل هدف, بهدفين نظيفين, بمجموعتين لواحدة."""
    folds = document.folds
    if "هدف" not in folds[first]:
        return past < stop and folds[past] in ("لواحد", "لواحدة") and _SETS.search(folds[first]) is not None
    if folds[first].startswith("لهدف") and not {"اهداف", "باهداف"}.isdisjoint(folds[max(begin, first - 2) : first]):
        return True
    if past >= stop:
        return False
    following = folds[past]
    word = NUMBER_WORDS.get(following)
    return (
        (word is not None and word.preposition)
        or following in ("مقابل", "دون", "نظيفين", "لهدف", "بدون", "من")
        or following.startswith("لهدف")
    )


def is_noun(form: str, *, definite: bool) -> bool:
    """Tell whether a folded word can be what a number counts; `definite` allows the article."""
    if definite and form.startswith("ال"):
        return len(form) > 4 and form not in _never()
    return _INDEFINITE_NOUNS[form]


def head_span(document: Document, j: int, *, annexed: bool = False) -> Span:
    """Return the span of a counted noun: word j, without the pronoun at its end after `من` (أربعة من مرافقيه) and where
    it is `annexed` to the number (نصف سكانها)."""
    start, end = document.starts[j], document.ends[j]
    form = document.folds[j]
    if (annexed or document.folds[j - 1] == "من") and not form.startswith("ال") and not _known(form):
        for pronoun in _PRONOUNS:
            if form.endswith(pronoun) and len(form) - len(pronoun) >= 4 and not form.endswith("ية"):
                return start, before_letters(document.text, end, len(pronoun))
    return start, end


def never_dual(form: str) -> bool:
    """Tell whether a word only looks like a dual (ميلان, طالبان)."""
    return form in _set("no_dual")


def dual_noun(form: str) -> int | None:
    """Return how many proclitic letters precede an indefinite noun in the dual (وسيارتين: 1), None for another word."""
    return _DUALS[form]


def is_known_noun(form: str) -> bool:
    """Tell whether a folded, bare word is a noun of the lexicon, in the singular, with or without tanwin."""
    return _known(form)


@cache
def _lexicon() -> Any:
    return yaml.safe_load((files(__package__) / "lexicon/counted.yaml").read_text("utf-8"))


def _never() -> frozenset[str]:
    return _set("never")


def _relative(form: str) -> bool:
    return form in _never()


@cache
def _singulars() -> frozenset[str]:
    lexicon = _lexicon()
    return frozenset(map(fold, [*lexicon["feminine"], *lexicon["masculine"], *lexicon["common"]]))


def _known(form: str) -> bool:
    nouns = _singulars()
    return form in nouns or (form.endswith("ا") and form[:-1] in nouns)


def _indefinite_noun(form: str) -> bool:
    """Judge an indefinite word by its letters: Arabic, no particle, no conjugated verb, no proclitic."""
    if len(form) < 2 or not "ء" <= form[0] <= "ي" or form in _never():
        return False
    if form in NUMBER_WORDS:
        return False
    if _known(form) or form in _set("pronominal"):
        return True
    if form.startswith(("ال", "لل", "بال", "وال", "فال", "كال", "ولل", "فلل")) or len(form) < 3:
        return False
    if form.endswith("وا") or (form.endswith("ت") and not form.endswith("ات")):
        return False
    if form[0] == "ي" or (form[0] == "ت" and not form.endswith(("ة", "ا", "ات"))):
        return False
    return form[0] not in "وبلك" or form.startswith(_openings(form[0]))


_INDEFINITE_NOUNS = FormTable(_indefinite_noun)


@cache
def _openings(letter: str) -> tuple[str, ...]:
    """Return how nouns begin whose first letter could also be a proclitic."""
    names = {"و": "waw_nouns", "ب": "bah_nouns", "ل": "lam_nouns", "ك": "kaf_nouns"}
    return tuple(map(fold, _lexicon()[names[letter]]))


def _dual_clitics(form: str) -> int | None:
    if not form.endswith(("ين", "ان")) or len(form) < 5 or form in _set("no_dual") or form.startswith("لل"):
        return None
    stems = _dual_stems() if form.endswith("ين") else _dual_stems() | _nominative_stems()
    for clitics in range(3):
        rest = form[clitics:]
        if set(form[:clitics]) - set("وفبلك"):
            return None
        if rest[:-2] in stems:
            return clitics
    if form.endswith(("تين", "تان")) and len(form) > 6 and not form.startswith(("ال", "لل", "بال", "وال", "م")):
        return 0 if form[0] not in "وفبلك" else None
    return None


_DUALS = FormTable(_dual_clitics)


@cache
def _nominative_stems() -> frozenset[str]:
    return _set("sound_plural")


@cache
def _dual_stems() -> frozenset[str]:
    lexicon = _lexicon()
    unsure = set(map(fold, lexicon["sound_plural"]))
    feminine = {fold(noun)[:-1] + "ت" for noun in lexicon["feminine"] if noun.endswith("ة")}
    masculine = {fold(noun) for noun in lexicon["masculine"]} - unsure
    return frozenset(feminine | masculine)
