"""What an article is worded in, as numbers to compare: its pairs of content words, and its runs of three words.

Word pairs survive a retelling (names, titles, the nouns that go together), runs of three words only a copy.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

from ..schema.records import Article
from .normalise import fold

Hashes = npt.NDArray[np.uint64]

_WORD = re.compile(r"[^\W_]+(?:[\u0640\u064b-\u0655\u0670][^\W_]*)*")
_PREFIX = re.compile(r"^[وف]?(?:ال|بال|كال|لل|[بلك])?")
_SUFFIX = re.compile(r"(?:ية|يه|ها|هم|ات|ين|ون|ان|ة|ه|ي|ا)$")
_MIX = np.uint64(0x9E3779B97F4A7C15)


def words(article: Article) -> list[str]:
    """Return the words of the story as they stand, without what is marked as boilerplate."""
    found, start = [], 0
    for mark in article.boilerplate:
        found += _WORD.findall(article.text, start, mark.start)
        start = mark.end
    return found + _WORD.findall(article.text, start)


def content_stems(text: str) -> frozenset[str]:
    """Return the stems of the content words of a stretch of text."""
    return frozenset(stem(word) for word in _WORD.findall(text) if _hash(word)[1] is not None)


def word_pairs(told: list[str]) -> Hashes:
    """Return the hashes of the pairs of content words that follow each other, each once, sorted."""
    stems = [hashed for word in told if (hashed := _hash(word)[1]) is not None]
    return _runs(stems, 2)


def triples(told: list[str]) -> Hashes:
    """Return the hashes of the runs of three words of any kind, each once, sorted; a shorter text is one run."""
    forms = [_hash(word)[0] for word in told]
    return _runs(forms, min(3, max(1, len(forms))))


def mixed(columns: Sequence[Hashes]) -> Hashes:
    """Return one hash for each row of `columns`, which depends on their order."""
    rows: Hashes = np.zeros(len(columns[0]), np.uint64)
    for column in columns:
        rows = (rows ^ column) * _MIX
        rows ^= rows >> np.uint64(29)
    return rows


def stem(word: str) -> str:
    """Return `word` folded, without its proclitics and inflection, as far as letters alone tell: for comparing only."""
    form = fold(word).replace("ة", "ه")
    if len(form) > 4 and len(short := _PREFIX.sub("", form)) > 2:
        form = short
    if len(form) > 4 and len(short := _SUFFIX.sub("", form)) > 2:
        form = short
    return form


@cache
def _stopwords() -> frozenset[str]:
    raw: Any = yaml.safe_load((files(__package__) / "stopwords.yaml").read_text("utf-8"))
    plain = {fold(word) for word in raw["words"].split()}
    return frozenset(plain | {clitic + word for word in plain for clitic in "وف"})


@lru_cache(maxsize=2**16)
def _hash(word: str) -> tuple[int, int | None]:
    """Return the hash of the word's form and, for a content word, of its stem."""
    form = fold(word)
    content = len(form) > 2 and form not in _stopwords()
    return zlib.crc32(form.encode()), zlib.crc32(stem(word).encode()) if content else None


def _runs(hashes: list[int], length: int) -> Hashes:
    if len(hashes) < length:
        return np.empty(0, np.uint64)
    row = np.array(hashes, np.uint64)
    count = len(row) - length + 1
    return np.unique(mixed([row[n : n + count] for n in range(length)]))
