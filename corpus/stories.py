"""Stories: articles that tell the same, as copies or in other words, joined so that a split never parts them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import NamedTuple

import msgspec

from ..schema.records import Article, Layer, Quantity
from .groups import Groups
from .near_duplicates import WIDTH, NearDuplicate, near_duplicates, sketch
from .retellings import Retelling, Retellings, claims
from .spill import Names, Table
from .wording import triples, word_pairs, words


class Story(msgspec.Struct, frozen=True):
    """Articles that belong together; `id` is the first one's, `reasons` say which two were joined and why.

    A reason holds ids, shares and figures, never words of a text: it may be published where the texts may not.
    """

    id: str
    article_ids: tuple[str, ...]
    reasons: tuple[str, ...] = ()


class Tie(NamedTuple):
    """Two articles that tell one story, and an article each that stands with them: those stand in different splits."""

    first: str
    second: str
    standing: tuple[tuple[str, str], tuple[str, str]]


class Joined(NamedTuple):
    """Stories of several articles, each in one split at most, and the pairs of articles that were not joined for that.

    An article that is in none of them is a story by itself.
    """

    stories: list[Story]
    ties: list[Tie]


def stories(articles: Iterable[Article], layers: Iterable[Layer] = (), *, days: int = 7) -> list[Story]:
    """Return the stories of a corpus, each article in exactly one, in the order of their first articles.

    `articles` are read once and not kept. `layers` (gold, or what there is, in any order) give the figures that
    retellings share; without them wording and dates decide. Dated articles more than `days` apart are no retellings of
    each other; near-duplicates, and texts of which one holds much of the other, are joined whatever their dates.
    """
    figures: dict[str, list[Quantity]] = {}
    for layer in layers:
        figures.setdefault(layer.article_id, []).extend(layer.quantities)
    ids: list[str] = []

    def told() -> Iterator[tuple[Article, Iterable[Quantity]]]:
        for article in articles:
            ids.append(article.id)
            yield article, figures.get(article.id, ())

    joined = {story.id: story for story in join_stories(told(), days=days).stories}
    later = {name for story in joined.values() for name in story.article_ids[1:]}
    return [joined.get(name) or Story(name, (name,)) for name in ids if name not in later]


def join_stories(
    told: Iterable[tuple[Article, Iterable[Quantity]]], *, days: int = 7, splits: Mapping[str, str] | None = None
) -> Joined:
    """Return the stories of articles that come with their quantities, as `stories` does, and what ties splits together.

    `splits` says where articles stand already: what stands in different splits is not joined. Memory holds some fifty
    bytes for each article and what is joined; the rest is in temporary files.
    """
    ids = Names()
    sketches = Table(WIDTH)
    retold = Retellings(days)
    for article, quantities in told:
        ids.append(article.id)
        found = words(article)
        sketches.append(sketch(triples(found)))
        published = datetime.fromisoformat(article.published).date() if article.published else None
        retold.add(word_pairs(found), claims(article, quantities), published)
    groups = Groups(len(ids), map(splits.get, ids) if splits else ())
    reasons = [(copy.second, _copied(copy, ids)) for copy in near_duplicates(sketches, groups)]
    reasons += [(one.second, _retold(one, ids)) for one in retold.join(groups)]
    return Joined(_stories(groups, ids, reasons), [_tie(groups, ids, *pair) for pair in groups.refused])


def _tie(groups: Groups, ids: Names, one: int, other: int) -> Tie:
    anchors = [groups.anchor(number) for number in (one, other)]
    first, second = ((ids[anchor[0]], anchor[1]) for anchor in anchors if anchor)
    return Tie(ids[one], ids[other], (first, second))


def _stories(groups: Groups, ids: Names, reasons: list[tuple[int, str]]) -> list[Story]:
    members: dict[int, list[int]] = {}
    for number in range(len(ids)):
        if (first := groups.first(number)) != number:
            members.setdefault(first, [first]).append(number)
    why: dict[int, list[str]] = {}
    for number, reason in reasons:
        why.setdefault(groups.first(number), []).append(reason)
    return [
        Story(ids[first], tuple(ids[number] for number in members[first]), tuple(why[first]))
        for first in sorted(members)
    ]


def _copied(copy: NearDuplicate, ids: Names) -> str:
    return (
        f"{ids[copy.first]} and {ids[copy.second]} are near-duplicates: {copy.resemblance:.0%} of the wording is alike"
    )


def _retold(retold: Retelling, ids: Names) -> str:
    parts = [f"{retold.pairs} rare word pairs in common ({retold.wording:.0%})"]
    if retold.figures:
        parts.append(f"figures in common: {', '.join(retold.figures)}")
    if retold.days is not None:
        parts.append(_apart(retold.days))
    return f"{ids[retold.first]} and {ids[retold.second]} tell one story: {'; '.join(parts)}"


def _apart(days: int) -> str:
    return {0: "the same day", 1: "a day apart"}.get(days, f"{days} days apart")
