"""Where a name starts and ends inside written words: proclitics, the article after ل, glued names, quotes."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache

# Conjunctions, then prepositions. و and ف stand first, one preposition may follow.
_CONJUNCTIONS = "وف"
_PREPOSITIONS = "بلك"
_SHORTEST = 2


@lru_cache(maxsize=200_000)
def splits(fold: str) -> tuple[tuple[int, str], ...]:
    """Return the readings of a folded word as proclitics + rest: how many letters to cut, and the folded rest.

    The whole word comes first with a cut of 0. لل is ل + ال with its alef unwritten: the cut leaves the second lam, and
    the rest is given with ال, as dictionaries have it (للمرصد → (1, المرصد)). Rests of one letter are not given.
    """
    if len(fold) <= _SHORTEST:
        return ((0, fold),)
    readings = [(0, fold), *_prepositions(fold, 0)]
    if fold[0] in _CONJUNCTIONS:
        readings += [(1, fold[1:]), *_prepositions(fold, 1)]
    return tuple(readings)


def _prepositions(fold: str, cut: int) -> tuple[tuple[int, str], ...]:
    if len(fold) - cut <= _SHORTEST or fold[cut] not in _PREPOSITIONS:
        return ()
    if fold.startswith("لل", cut) and len(fold) - cut > 3:
        return ((cut + 1, "ال" + fold[cut + 2 :]),)
    return ((cut + 1, fold[cut + 1 :]),)


def glued(fold: str, ends: Callable[[str], bool], starts: Callable[[str], bool]) -> tuple[int, int] | None:
    """Return where two glued names part (سورياوالعراق → end 5, start 6), None if they aren't two.

    The first must be a name that `ends` there, the second one that `starts` there.
    """
    for at in range(3, len(fold) - 3):
        if fold[at] == "و" and ends(fold[:at]) and starts(fold[at + 1 :]):
            return at, at + 1
    return None


def original_offset(word: str, letters: int, kept: Callable[[str], str]) -> int:
    """Return the index in `word` after its first `letters` letters and the marks that follow them.

    `kept` folds: a character that it turns into nothing is a mark (a haraka, a tatweel, a bidi control).
    """
    if letters == 0:
        return 0
    seen = 0
    for index, character in enumerate(word):
        if kept(character):
            if seen == letters:
                return index
            seen += 1
    return len(word)
