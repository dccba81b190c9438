"""The words beside a number on whose account it may measure nothing, written out with what may stand before them."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml
from babel import Locale

from ....corpus.normalise import fold
from .form_table import FormTable
from .vague_words import PROCLITICS

ARTICLE = "ال"
CHAIN = frozenset("/.-:–_،,٫٬")  # what joins the figures of dates, times, versions
DASHES = frozenset("-–—‐−ـ")
QUOTES = frozenset("\"'«»“”()[]")
_CLITICS = ("و", "ف", "ب", "ل", "ك")
_MONTH_LOCALES = ("ar", "ar_SY", "ar_DZ", "ar_MA", "ar_TN", "ar_IQ")


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
CLOCK_NOUNS = _with_proclitics(["الساعة", "الساعه"])
MONTH_NAMES = _with_proclitics(_months())
LABELS = after_proclitic("labels")
# Words after which a figure of four is a year.
YEAR_NOUNS = after_proclitic("year_nouns") | MONTH_NAMES
# Months of two words: the first → what the second can be.
HIJRI_MONTHS = {fold(first): frozenset(map(fold, second)) for first, second in _lexicon()["hijri_months"].items()}
# Names of months that are other words too: my, zero, forbidden, father.
_OTHER_WORDS = frozenset(["ماي", "صفر", "محرم", "اب"])
MONTHS_ALONE = MONTH_NAMES - _OTHER_WORDS

_AFTER_DATES = frozenset(
    [
        "الي",
        "من",
        "حتي",
        "شهر",
        "و",
        "هـ",
        "ه",
        "ميلادي",
        "ميلادية",
        "هجري",
        "هجرية",
        "للميلاد",
        "للهجرة",
        "م",
        "ق",
        "قبل",
    ]
)
# What stands between the days of a date: of itself it tells nothing.
_BETWEEN_DAYS = frozenset(["الي", "من", "حتي", "و"])
_TELLING_AFTER = frozenset(
    [*_AFTER_DATES, *HIJRI_MONTHS, *CHAIN, *DASHES, *surroundings("clock_after"), *MONTH_NAMES, ")", "]", "+", "×"]
)
# Words on account of which a number in words right after them may measure nothing. Where neither word beside a number
# may tell, none of the questions above needs to be asked of it, save whether it is a year.
MAY_TELL_BEFORE_WORDS = frozenset(
    [
        *QUOTES,
        *DASHES,
        "ـ",
        "و",
        "او",
        "،",
        "/",
        "مقابل",
        *surroundings("scores"),
        *surroundings("groups_named_by_size"),
        *MONTH_NAMES,
        *CLOCK_NOUNS,
    ]
    + [clitics + word for clitics in PROCLITICS for word in ("عام", "سنة", "العام", "السنة", ARTICLE)]
)

_DEFINITE = ("لل", *(clitics + ARTICLE for clitics in ("", "و", "ف", "ب", "وب", "فب")))
_NOT_DEFINITE = frozenset(["الي", "والي", "التي", "الذي", "الذين"])


def may_tell_after(folds: list[str], j: int, stop: int) -> bool:
    """Tell whether a number may measure nothing on account of word j, the first after it."""
    if j >= stop or not _tells_after(folds[j]):
        return False
    return folds[j] not in _BETWEEN_DAYS or (j + 1 < stop and _tells_after(folds[j + 1]))


def _tells_after(form: str) -> bool:
    return form in _TELLING_AFTER or (form[0] <= "z" and form[0].isalnum())


def is_latin(letter: str) -> bool:
    """Tell whether a character is a Latin letter."""
    return letter <= "z" and letter.isalpha()


def _tells_before(form: str) -> str:
    if form in MAY_TELL_BEFORE_WORDS or form in LABELS or is_latin(form[-1]):
        return "anything"
    return "name" if form.startswith(_DEFINITE) and form not in _NOT_DEFINITE else ""


# Folded form → what a figure right after it may be on its account: `anything` that measures nothing, a `name` where no
# noun follows it (a definite noun), nothing such.
TELLS_BEFORE = FormTable(_tells_before)
