"""Stories: articles that tell the same, as copies or in other words, joined so that a split never parts them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

import msgspec

from ..schema.records import Article, Layer
from .near_duplicates import NearDuplicate, Sketch, near_duplicates, sketch
from .retellings import Claim, Retelling, claims, retellings
from .wording import Hashes, triples, word_pairs, words


class Story(msgspec.Struct, frozen=True):
    """Articles that belong together; `id` is the first one's, `reasons` say which two were joined and why.

    A reason holds ids, shares and figures, never words of a text: it may be published where the texts may not.
    """

    id: str
    article_ids: tuple[str, ...]
    reasons: tuple[str, ...] = ()


def stories(articles: Iterable[Article], layers: Iterable[Layer] = (), *, days: int = 7) -> list[Story]:
    """Return the stories of a corpus, each article in exactly one, in the order of their first articles.

    `articles` are read once and not kept. `layers` (gold, or what there is) give the figures that retellings share;
    without them wording and dates decide. Dated articles more than `days` apart are no retellings of each other;
    near-duplicates are joined whatever their dates.
    """
    by_article: dict[str, list[Layer]] = {}
    for layer in layers:
        by_article.setdefault(layer.article_id, []).append(layer)
    ids: list[str] = []
    dates: list[date | None] = []
    sketches: list[Sketch] = []
    pairs: list[Hashes] = []
    figures: list[dict[Claim, str]] = []
    for article in articles:
        ids.append(article.id)
        dates.append(datetime.fromisoformat(article.published).date() if article.published else None)
        told = words(article)
        sketches.append(sketch(triples(told)))
        pairs.append(word_pairs(told))
        figures.append(claims(article, by_article.get(article.id, [])))
    groups = _Groups(len(ids))
    reasons: list[tuple[int, str]] = []
    for copy in near_duplicates(sketches, groups.join):
        reasons.append((copy.second, _copied(copy, ids)))
    for retold in sorted(retellings(pairs, figures, dates, days), key=lambda retold: -retold.wording):
        if groups.join(retold.first, retold.second):
            reasons.append((retold.second, _retold(retold, ids)))
    return _stories(groups, ids, reasons)


class _Groups:
    """Numbers that are joined into groups; a group is known by its smallest number (Tarjan's union-find)."""

    def __init__(self, size: int) -> None:
        self._up = list(range(size))

    def first(self, number: int) -> int:
        while self._up[number] != number:
            self._up[number] = self._up[self._up[number]]
            number = self._up[number]
        return number

    def join(self, one: int, other: int) -> bool:
        """Join two groups; return whether they were apart."""
        low, high = sorted((self.first(one), self.first(other)))
        self._up[high] = low
        return low != high


def _stories(groups: _Groups, ids: list[str], reasons: list[tuple[int, str]]) -> list[Story]:
    members: dict[int, list[str]] = {}
    for number, name in enumerate(ids):
        members.setdefault(groups.first(number), []).append(name)
    why: dict[int, list[str]] = {}
    for number, reason in reasons:
        why.setdefault(groups.first(number), []).append(reason)
    return [Story(ids[first], tuple(names), tuple(why.get(first, ()))) for first, names in members.items()]


def _copied(copy: NearDuplicate, ids: list[str]) -> str:
    return (
        f"{ids[copy.first]} and {ids[copy.second]} are near-duplicates: {copy.resemblance:.0%} of the wording is alike"
    )


def _retold(retold: Retelling, ids: list[str]) -> str:
    parts = [f"{retold.pairs} rare word pairs in common ({retold.wording:.0%})"]
    if retold.figures:
        parts.append(f"figures in common: {', '.join(retold.figures)}")
    if retold.days is not None:
        parts.append(_apart(retold.days))
    return f"{ids[retold.first]} and {ids[retold.second]} tell one story: {'; '.join(parts)}"


def _apart(days: int) -> str:
    return {0: "the same day", 1: "a day apart"}.get(days, f"{days} days apart")
