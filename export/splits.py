"""Which story goes to which split: seeded, by whole stories, and for good."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from ..corpus.stories import Tie
from ..schema.errors import MusnadError

SPLITS = ("train", "validation", "test")
SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}


class LeakError(MusnadError):
    """A story would stand in two splits."""


def assign(
    stories: Mapping[str, Sequence[str]],
    previous: Mapping[str, str] | None = None,
    *,
    outlets: Mapping[str, str] | None = None,
    seed: int = 0,
) -> dict[str, str]:
    """Return the split of each article.

    `stories` maps a story's id to its articles, `previous` an article to its split in earlier versions, which it
    keeps, `outlets` an article to its outlet. A new story goes where most is lacking of the share that the split should
    have of all articles and of the story's outlets, an empty split first; new stories are taken in the order of a
    seeded hash. Raises LeakError when a story's articles are in two splits already.
    """
    previous = previous or {}
    filling = _Filling(stories, outlets or {})
    new = []
    for story, articles in stories.items():
        held = {previous[article] for article in articles if article in previous}
        if len(held) > 1:
            raise LeakError(f"story {story!r} ({', '.join(articles)}) is in {' and '.join(sorted(held))} already")
        if held:
            filling.place(articles, held.pop())
        else:
            new.append(story)
    for story in sorted(new, key=lambda story: _hash(seed, story)):
        filling.place(stories[story], filling.neediest(stories[story]))
    return filling.splits


def tying(ties: Iterable[Tie], previous: Mapping[str, str]) -> dict[str, str]:
    """Return which new articles to set aside, so that no tie between splits is left, each with the reason.

    Those that are in most ties go first, and of equals the later one, so that few go. Raises LeakError for a tie of
    two articles that were published already.
    """
    open_ties = list(ties)
    for tie in open_ties:
        if tie.first in previous and tie.second in previous:
            raise LeakError(
                f"{tie.first} ({previous[tie.first]}) and {tie.second} ({previous[tie.second]}) were published in"
                " different splits, but now tell one story: take one of them out of the gold"
            )
    aside: dict[str, str] = {}
    while open_ties:
        counts = Counter(one for tie in open_ties for one in (tie.first, tie.second) if one not in previous)
        worst = max(counts, key=lambda one: (counts[one], one))
        standing = next(tie.standing for tie in open_ties if worst in (tie.first, tie.second))
        where = " and ".join(f"{article} ({split})" for article, split in sorted(standing))
        aside[worst] = f"tells one story with {where}, which are in different splits"
        open_ties = [tie for tie in open_ties if worst not in (tie.first, tie.second)]
    return aside


class _Filling:
    """Splits being filled: how many articles they have, and how many they should have, in all and of each outlet."""

    def __init__(self, stories: Mapping[str, Sequence[str]], outlets: Mapping[str, str]) -> None:
        self.splits: dict[str, str] = {}
        self._outlets = outlets
        self._total = sum(len(articles) for articles in stories.values())
        self._of_outlet = Counter(outlets.get(article) for articles in stories.values() for article in articles)
        self._sizes = dict.fromkeys(SPLITS, 0)
        self._placed: Counter[tuple[str, str | None]] = Counter()

    def place(self, articles: Sequence[str], split: str) -> None:
        self.splits.update(dict.fromkeys(articles, split))
        self._sizes[split] += len(articles)
        self._placed.update((split, self._outlets.get(article)) for article in articles)

    def neediest(self, articles: Sequence[str]) -> str:
        empty = [split for split in SPLITS if not self._sizes[split]]
        return empty[0] if empty else max(SPLITS, key=lambda split: self._lacking(split, articles))

    def _lacking(self, split: str, articles: Sequence[str]) -> float:
        lacking = SHARES[split] * self._total - self._sizes[split]
        for outlet in {self._outlets.get(article) for article in articles}:
            lacking += SHARES[split] * self._of_outlet[outlet] - self._placed[split, outlet]
        return lacking


def _hash(seed: int, story: str) -> str:
    return hashlib.sha256(f"{seed}:{story}".encode()).hexdigest()
