"""Folding of spelling variants for look-up; the text itself is never changed."""

from __future__ import annotations

from collections.abc import Iterable

# Harakat and tanwin, superscript alef, Quranic marks, tatweel, bidi and joining controls: no trace of them is left.
_DROPPED = [
    *range(0x0610, 0x061B),
    0x061C,
    0x0640,
    *range(0x064B, 0x0660),
    0x0670,
    *range(0x06D6, 0x06DD),
    *range(0x06DF, 0x06E5),
    *range(0x06E7, 0x06E9),
    *range(0x06EA, 0x06EE),
    *range(0x200B, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2065),
    *range(0x2066, 0x206A),
    0xFEFF,
]
_TABLE: dict[int, int | str | None] = dict.fromkeys(_DROPPED)
_TABLE.update(str.maketrans("أإآٱىیۍک", "اااايييك"))
_TABLE.update(str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789"))


_KEPT_WORDS = 200_000


class _Folds(dict[str, str]):
    """Word → its folding, worked out once per word: all look-ups of a form then meet the same string."""

    def __missing__(self, word: str) -> str:
        if len(self) >= _KEPT_WORDS:
            self.clear()
        folded = self[word] = word.translate(_TABLE)
        return folded


_FOLDS = _Folds()


def fold(word: str) -> str:
    """Return `word` without diacritics, tatweel and invisible marks, its alef, yeh, kaf and digit variants as one.

    أإآٱ become ا, ى and the Persian ی become ي, ک becomes ك, Arabic-Indic and Persian digits become ASCII;
    ة, ؤ, ئ and ء stay. The result may be shorter than `word`, so offsets are taken from `word` alone.
    """
    return _FOLDS[word]


def folds(words: Iterable[str]) -> list[str]:
    """Return `fold(word)` of every word, quicker than by as many calls."""
    return list(map(_FOLDS.__getitem__, words))
