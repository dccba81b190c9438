"""What a word is to the attribution grammar, by its folded form; looked up once per form."""

from __future__ import annotations

import re
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from ....corpus.normalise import fold
from .quotations import MARKS
from .reporting_verbs import read

(
    COMMA,
    STOP,
    QUOTE,
    PREPOSITION,
    RELATIVE,
    TIME,
    OCCASION,
    VERB,
    PRESENT,
    MASDAR,
    MEDIA,
    SPEAKER,
    COMPLEMENT,
    REPORT,
    LACK,
) = (1 << n for n in range(15))
_ENCLITIC = r"(?:ه|ها|هم|هما|هن|نا)?"
_COMPLEMENTISER = re.compile(r"[وف]?ب?ان(?:ه|ها|هم|هما|هن|ني|ي|نا|ا|ك|كم)?")
_COMPLEMENTISERS_NOT = frozenset(["اني", "اناك", "وانا", "بانا", "فانا", "انا"])
_MASDAR = re.compile(r"(?:ت..ي.|ت..[يئ]ة|ا[^ل]?...?ا.|ت.ا..|م.ا..ة|ا[^ل].?.?ا.ة|ا...?اء)")
_MASDAR_JOINED = re.compile(r"(?:ت..ي.|ت..[يئ]ت|ا[^ل]?...?ا.|ت.ا..|م.ا..ت|ا[^ل].?.?ا.ت|ا...?ائ)(?:ه|ها|هم|هما|هن|نا)")
_PRESENT = re.compile(r"س?ي[^اي]\w{2,}|س[تن]\w{3,}")
_PAST = re.compile(r"\w{3,}(?<![اةو])ت|\w{3,}وا|ا[^ل]ت\w{3}")
_NOT_PRESENT = re.compile(
    r"يوم\w*|يون\w*|يول\w*|ين[ا]ير|يمين\w*|يورو\w*|يهود\w*|يمني?\w{0,2}|ست[ةون]\w*|سن(?:و\w{1,4}|ين|ة|تين|دات|جاب|غال|بل|ام|ها|هم)|ستار\w*|يسار\w*|ياب\w*|يد\w{0,2}|يحيي|يوسف|يونس|يعقوب|يزيد"
)


class WordClasses(dict[str, int]):
    """Folded word → classes as bits; a word not met before is classified on first look-up."""

    def __missing__(self, word: str) -> int:
        if len(self) > 200_000:
            self.clear()
        self[word] = bits = _classify(word)
        return bits


@cache
def heads(key: str) -> frozenset[str]:
    """Return the folded words of one list of the lexicon's `source_heads`, `reporting_nouns` or `attribution_words`."""
    return _lists()[key]


@cache
def _lists() -> dict[str, frozenset[str]]:
    found: dict[str, frozenset[str]] = {}
    for name in ("source_heads.yaml", "reporting_nouns.yaml", "attribution_words.yaml"):
        raw: dict[str, Any] = yaml.safe_load((files(__package__) / "lexicon" / name).read_text("utf-8"))
        found.update({key: frozenset(fold(word) for word in words) for key, words in raw.items()})
    return found


def _classify(word: str) -> int:
    if not word:
        return 0
    if len(word) == 1 and not word.isalnum():
        if word in "،,؛;-–—−":
            return COMMA
        if word in ".:!?؟…":
            return STOP
        return QUOTE if word in MARKS else 0
    bits = 0
    bare = word[1:] if word[:1] in "وف" and len(word) > 3 else word
    if read(word):
        bits |= REPORT
    if word in heads("prepositions"):
        bits |= PREPOSITION
    if word in ("دون", "بدون"):
        bits |= LACK
    if word in heads("relatives"):
        bits |= RELATIVE
    if word in heads("times") or bare in heads("times"):
        bits |= TIME
    if word in heads("occasions"):
        bits |= OCCASION
    if word in heads("media"):
        bits |= MEDIA
    if word in heads("documents") or word in heads("people"):
        bits |= SPEAKER
    if word == "الا" or (_COMPLEMENTISER.fullmatch(word) and word not in _COMPLEMENTISERS_NOT):
        bits |= COMPLEMENT
    if not word.startswith("ال") and not bits:
        bits |= _verbal(word, bare)
    if is_masdar(word) or is_masdar(bare):
        bits |= MASDAR
    return bits


def _verbal(word: str, bare: str) -> int:
    if word in heads("verbs") or bare in heads("verbs"):
        return VERB
    for form in (word, bare):
        if _PRESENT.fullmatch(form) and not _NOT_PRESENT.fullmatch(form):
            return VERB | PRESENT
    if _PAST.fullmatch(bare) and bare not in heads("not_past"):
        return VERB
    return 0


def is_masdar(word: str) -> bool:
    """Tell whether a folded word without proclitics looks like a verbal noun, with or without a possessive."""
    known = heads("masdars")
    if word.startswith("ال"):
        return word in known or word.removesuffix("ه").removesuffix("ها") in known
    if word in known or _MASDAR.fullmatch(word) or _MASDAR_JOINED.fullmatch(word):
        return True
    for enclitic in ("هما", "هم", "ها", "هن", "ه"):
        if word.endswith(enclitic) and len(word) > len(enclitic) + 2:
            stem = word[: -len(enclitic)]
            noun = stem[:-1] + "ة" if stem.endswith("ت") else stem
            return stem in known or noun in known or noun in heads("masdars_with_pronoun")
    return False


CLASSES = WordClasses()
