"""Which story goes to which split: seeded, by whole stories, and for good."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence

from ..schema.errors import MusnadError

SPLITS = ("train", "validation", "test")
SHARES: Mapping[str, float] = {"train": 0.8, "validation": 0.1, "test": 0.1}


class LeakError(MusnadError):
    """A story would stand in two splits."""


def assign(
    stories: Mapping[str, Sequence[str]], previous: Mapping[str, str] | None = None, *, seed: int = 0
) -> dict[str, str]:
    """Return the split of each article.

    `stories` maps a story's id to its articles, `previous` an article to its split in earlier versions, which it
    keeps. A new story goes where most is lacking of the share that the split should have, an empty split first; new
    stories are taken in the order of a seeded hash. Raises LeakError when a story's articles are in two splits already.
    """
    previous = previous or {}
    splits: dict[str, str] = {}
    sizes = dict.fromkeys(SPLITS, 0)
    new = []
    for story, articles in stories.items():
        held = {previous[article] for article in articles if article in previous}
        if len(held) > 1:
            raise LeakError(f"story {story!r} ({', '.join(articles)}) is in {' and '.join(sorted(held))} already")
        if held:
            _place(articles, held.pop(), splits, sizes)
        else:
            new.append(story)
    total = sum(len(articles) for articles in stories.values())
    for story in sorted(new, key=lambda story: _hash(seed, story)):
        empty = [split for split in SPLITS if not sizes[split]]
        lacking = {split: SHARES[split] * total - sizes[split] for split in SPLITS}
        split = empty[0] if empty else max(SPLITS, key=lambda split: lacking[split])
        _place(stories[story], split, splits, sizes)
    return splits


def tying(stories: Mapping[str, Sequence[str]], previous: Mapping[str, str]) -> dict[str, str]:
    """Return the new articles of stories whose old articles are in two splits, each with the reason to set it aside."""
    aside: dict[str, str] = {}
    for articles in stories.values():
        held = {article: previous[article] for article in articles if article in previous}
        if len(set(held.values())) > 1:
            where = ", ".join(f"{article} ({split})" for article, split in sorted(held.items()))
            new = (article for article in articles if article not in previous)
            aside |= dict.fromkeys(new, f"tells one story with {where}, which are in different splits")
    return aside


def _place(articles: Sequence[str], split: str, splits: dict[str, str], sizes: dict[str, int]) -> None:
    splits.update(dict.fromkeys(articles, split))
    sizes[split] += len(articles)


def _hash(seed: int, story: str) -> str:
    return hashlib.sha256(f"{seed}:{story}".encode()).hexdigest()
