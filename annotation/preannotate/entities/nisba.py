"""Forms of nationality adjectives and demonyms."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

# After a nisba's ي: feminine, plurals, duals, construct plural, accusative; يي and يو are the construct plurals.
_ENDINGS = ("ي", "ية", "يون", "يين", "يان", "يتان", "يتين", "يات", "يا", "يو", "يته", "يتها")
_PLURALS = frozenset(("يون", "يين", "يات", "يان", "يتان", "يتين"))


def nisba_forms(
    stems: Iterable[tuple[str, ...]], words: Iterable[str], ambiguous: set[str], bare: set[str]
) -> Iterator[tuple[str, bool]]:
    """Yield every folded form of the nisba `stems` (ending in ي) and of the irregular `words`, bare and with ال.

    With each comes whether it is a demonym by itself: forms of `ambiguous` stems are not, save their plurals, and of
    `bare` ones the stem itself is not.
    """
    for (stem,) in stems:
        for ending in _ENDINGS[:-2]:
            form = stem[:-1] + ending
            sure = stem not in ambiguous or ending in _PLURALS
            yield form, sure and not (form == stem and stem in bare)
            yield "ال" + form, sure
    for word in words:
        yield word, word not in ambiguous
        yield "ال" + word, word not in ambiguous
