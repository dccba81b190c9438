"""How sure a number is: the words before and after it that bound it, and what they make of it."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from itertools import product
from typing import Any

import yaml
from msgspec import Struct

from ....corpus.normalise import fold
from ..document import Document

_CLITICS = frozenset(["", "و", "ف", "ب", "ل", "ك", "وب", "ول", "فب", "فل", "وك"])
_SIGNS = {
    ">": "more_than", "<": "less_than", ">=": "at_least", "=>": "at_least", "<=": "at_most", "=<": "at_most",
    "≥": "at_least", "≤": "at_most", "~": "about", "≈": "about", "±": "about",
}  # fmt: skip


class Bound(Struct, frozen=True, gc=False):
    """A bounding phrase: its bound, its words, half-open, and the proclitic letters before its first word."""

    name: str
    first: int
    past: int
    clitics: int = 0


def bound_before(document: Document, i: int, start: int) -> Bound | None:
    """Return the longest bounding phrase that ends right before word i, none of it before word `start`."""
    folds = document.folds
    phrases = _before()
    if i - 1 < start or folds[i - 1] not in bound_ends():
        return None
    if (sign := _sign(document, i, start)) is not None:
        return sign
    for length in range(min(_longest(), i - start), 0, -1):
        forms = folds[i - length : i]
        by_rest = phrases.get(tuple(forms[1:]))
        if by_rest is None:
            continue
        opener = forms[0]
        for clitics in range(min(3, len(opener))):
            name = by_rest.get(opener[clitics:])
            if name is not None and opener[:clitics] in _CLITICS:
                return Bound(name, i - length, i, clitics)
    return None


def bound_after(document: Document, j: int, stop: int) -> Bound | None:
    """Return the longest bounding phrase that begins at word j."""
    if j >= stop or document.folds[j] not in bound_openings():
        return None
    phrases = _after()
    for length in range(min(4, stop - j), 0, -1):
        name = phrases.get(tuple(document.folds[j : j + length]))
        opens_another = document.folds[j] == "او" and document.folds[j + length : j + length + 1] == ["من"]
        if name is not None and not opens_another:
            return Bound(name, j, j + length)
    return None


def bound_across(document: Document, i: int, begin: int, given: str) -> str | None:
    """Return the bound that a verb gives across its subject: `لم تتجاوز حرارتها 4 درجات`, `تصل سرعتها إلى 140`.

    `given` is the bound found beside the number: under a negated verb `أكثر من` is at most (`لا تتسع لأكثر من عشرة`).
    """
    verbs, negations = _verbs_across(), _lexicon()["negations"]
    folds = document.folds
    for k in range(i - 1, max(begin, i - _REACH) - 1, -1):
        form = folds[k]
        if not form[0].isalpha() and form not in _QUOTES:
            return None
        negated = k - 1 >= begin and folds[k - 1] in negations
        if given == "more_than":
            if negated and form[0] in "يت":
                return "at_most"
            continue
        found = verbs.get(form) or verbs.get(form[1:] if form[0] in "وفس" else "")
        if found is None or k == i - 1:
            continue
        if not _complement(folds, i, found[0]):
            continue
        return found[2] if negated else found[1]
    return None


_REACH = 9
_QUOTES = frozenset("\"'«»“”")


def _complement(folds: list[str], i: int, particles: tuple[str, ...]) -> bool:
    """Tell whether the number stands where the verb puts it: right after its preposition, or without one."""
    prepositions = ("الي", "علي", "عن", "من", "في", "مع", "خلال", "بعد", "قبل", "منذ")
    return folds[i - 1] in particles if particles else folds[i - 1] not in prepositions


@cache
def _verbs_across() -> dict[str, tuple[tuple[str, ...], str | None, str | None]]:
    """Return verb form → (its prepositions, its bound, its bound under a negation)."""
    verbs: dict[str, tuple[tuple[str, ...], str | None, str | None]] = {}
    for entry in _lexicon()["across_subject"]:
        particles = tuple(map(fold, entry["with"]))
        for form in entry["verbs"]:
            verbs[fold(form)] = (particles, entry["bound"], entry["negated"])
    return verbs


def _sign(document: Document, i: int, start: int) -> Bound | None:
    for length in (2, 1):
        if i - length >= start:
            name = _SIGNS.get("".join(document.folds[i - length : i]))
            if name is not None:
                return Bound(name, i - length, i)
    return None


@cache
def _lexicon() -> Any:
    return yaml.safe_load((files(__package__) / "lexicon/bounds.yaml").read_text("utf-8"))


@cache
def _before() -> dict[tuple[str, ...], dict[str, str]]:
    """Return the phrases as: words after the first → first word → bound."""
    phrases: dict[tuple[str, ...], dict[str, str]] = {}
    for name, patterns in _lexicon()["before"].items():
        for pattern in patterns:
            for words in _spellings(pattern):
                phrases.setdefault(words[1:], {}).setdefault(words[0], name)
    return phrases


@cache
def bound_ends() -> frozenset[str]:
    """Return the words, proclitics or none, that a phrase before a number can end with."""
    ends = {rest[-1] for rest in _before() if rest}
    glued = {clitic + opener for opener in _before()[()] for clitic in _CLITICS}
    return frozenset(ends | glued | {sign[-1] for sign in _SIGNS})


@cache
def bound_openings() -> frozenset[str]:
    """Return the words that a phrase after a number can begin with."""
    return frozenset(words[0] for words in _after())


@cache
def _longest() -> int:
    return max(len(rest) for rest in _before()) + 1


@cache
def _after() -> dict[tuple[str, ...], str]:
    return {
        words: name
        for name, patterns in _lexicon()["after"].items()
        for pattern in patterns
        for words in _spellings(pattern)
    }


def _spellings(pattern: str) -> list[tuple[str, ...]]:
    """Write out a pattern of alternatives (`يزيد|تزيد على|عن`) and words that may be missing (`(ما)`)."""
    choices = []
    for word in pattern.split():
        optional = word.startswith("(")
        choices.append([*map(fold, word.strip("()").split("|")), *([""] if optional else [])])
    return [tuple(word for word in words if word) for words in product(*choices)]
