"""How sure a number is: the words before and after it that bound it, and what they make of it."""

from __future__ import annotations

from functools import cache, partial
from importlib.resources import files
from itertools import product
from typing import Any

import yaml
from msgspec import Struct

from ....corpus.normalise import fold
from ..document import Document
from .form_table import FormTable

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
    if i - 1 < start or (longest := bound_ends().get(folds[i - 1])) is None:
        return None
    if longest == 0:
        return _sign(document, i, start)
    phrases = _before()
    if longest == 1:  # most phrases: one word
        found = phrases[()][folds[i - 1]]
        return Bound(found[0], i - 1, i, found[1]) if found is not None else None
    for length in range(min(longest, i - start), 0, -1):
        openers = phrases.get(tuple(folds[i - length + 1 : i]))
        if openers is not None and (found := openers[folds[i - length]]) is not None:
            return Bound(found[0], i - length, i, found[1])
    return None


def outermost_bound(document: Document, i: int, earliest: int, *, of_place: bool = False) -> Bound | None:
    """Return the first of the bounding phrases that follow one another up to word i, none of them before `earliest`.

    `of_place`: the number measures a substance, and under or over it is a place: `تحت 20 مترا من الركام`, not
    `تحت 18 عاما`.
    """
    folds, ends = document.folds, bound_ends()
    outermost = None
    while i > earliest and folds[i - 1] in ends:
        bound = bound_before(document, i, earliest)
        if bound is None or (of_place and folds[bound.first : bound.past] in (["تحت"], ["فوق"])):
            break
        i, outermost = bound.first, bound
    return outermost


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
    folds = document.folds
    first = max(begin, i - _REACH)
    verbs = _verbs_across()
    if given != "more_than" and verbs.keys().isdisjoint(folds[first:i]):
        return None
    negations = _negations()
    for k in range(i - 1, first - 1, -1):
        form = folds[k]
        if not form[0].isalpha() and form not in _QUOTES:
            return None
        negated = k - 1 >= begin and folds[k - 1] in negations
        if given == "more_than":
            if form[0] in "يت" and negated:
                return "at_most"
        elif (verb := verbs.get(form)) is not None and k < i - 1 and _complement(folds, i, verb[0]):
            return verb[2] if negated else verb[1]
    return None


_REACH = 9
_QUOTES = frozenset("\"'«»“”")


def _complement(folds: list[str], i: int, particles: tuple[str, ...]) -> bool:
    """Tell whether the number stands where the verb puts it: right after its preposition, or without one."""
    prepositions = ("الي", "علي", "عن", "من", "في", "مع", "خلال", "بعد", "قبل", "منذ")
    return folds[i - 1] in particles if particles else folds[i - 1] not in prepositions


# A verb that bounds across its subject: its prepositions, its bound, its bound under a negation.
_Verb = tuple[tuple[str, ...], str | None, str | None]


@cache
def _results() -> frozenset[str]:
    return frozenset(map(fold, _lexicon()["results"]))


@cache
def changes() -> frozenset[str]:
    """Return the words for a rise or a fall, with proclitics: (ارتفع) 3 دولارات إلى 80 دولارا."""
    return frozenset(clitics + fold(word) for clitics, word in product(_CLITICS | {"س", "وس"}, _lexicon()["changes"]))


@cache
def _negations() -> frozenset[str]:
    return frozenset(clitics + fold(word) for clitics, word in product(_CLITICS, _lexicon()["negations"]))


@cache
def _verbs_across() -> dict[str, _Verb]:
    verbs: dict[str, _Verb] = {}
    for entry in _lexicon()["across_subject"]:
        particles = tuple(map(fold, entry["with"]))
        for form, proclitic in product(map(fold, entry["verbs"]), ("", "و", "ف", "س")):
            verbs[proclitic + form] = (particles, entry["bound"], entry["negated"])
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
def _before() -> dict[tuple[str, ...], FormTable[tuple[str, int] | None]]:
    """Return the phrases as: words after the first → form of the first → bound and letters of its proclitics."""
    return {rest: FormTable(partial(_opening, names)) for rest, names in _phrases_before().items()}


def _opening(names: dict[str, str], form: str) -> tuple[str, int] | None:
    for clitics in range(min(3, len(form))):
        name = names.get(form[clitics:])
        result = clitics > 0 and form[clitics - 1] == "ل" and form[clitics:] in _results()
        if name is not None and form[:clitics] in _CLITICS and not result:
            return name, clitics
    return None


@cache
def _phrases_before() -> dict[tuple[str, ...], dict[str, str]]:
    phrases: dict[tuple[str, ...], dict[str, str]] = {}
    for name, patterns in _lexicon()["before"].items():
        for pattern in patterns:
            for words in _spellings(pattern):
                phrases.setdefault(words[1:], {}).setdefault(words[0], name)
    return phrases


@cache
def bound_ends() -> dict[str, int]:
    """Return the words that a phrase before a number can end with → the words of the longest; 0 for a sign."""
    ends = {sign[-1]: 0 for sign in _SIGNS} | {c + opener: 1 for opener in _phrases_before()[()] for c in _CLITICS}
    for rest in _phrases_before():
        if rest:
            ends[rest[-1]] = max(ends.get(rest[-1], 0), len(rest) + 1)
    return ends


@cache
def bound_openings() -> frozenset[str]:
    """Return the words that a phrase after a number can begin with."""
    return frozenset(words[0] for words in _after())


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
