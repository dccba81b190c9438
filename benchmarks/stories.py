"""Stories of many articles: seconds and peak memory, without a release around them.

    python benchmarks/stories.py [--articles 1000000] [--words 60] [--long]

Run from the repository root. Every tenth article takes half of the one before, as in `release.py`, so there should be a
tenth as many stories of two. With `--long` articles are of 5 000 words, and each takes half of the hundred paragraphs
around its place in one endless report, of which each is in some thirty articles: as much to compare as there can be.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator

from release import vocabulary

from musnad.corpus.stories import join_stories
from musnad.schema.records import Article, sha256_of

_PARAGRAPHS, _WORDS = 50, 100  # of a long article, and of each of its paragraphs
_SHARED = 31  # articles that have a paragraph


def retold(number: int, length: int) -> list[str]:
    """Return the words of an article; every tenth takes half of the one before."""
    own = _drawn(f"article {number}", length)
    return retold(number - 1, length)[: length // 2] + own[length // 2 :] if number % 10 == 9 else own


def long(number: int) -> list[str]:
    """Return the words of a long article; its neighbours have some of its paragraphs."""
    first = number * _PARAGRAPHS // _SHARED
    chosen = random.Random(number).sample(range(first, first + 2 * _PARAGRAPHS), _PARAGRAPHS)
    return [word for paragraph in chosen for word in _drawn(f"paragraph {paragraph}", _WORDS)]


def _drawn(seed: str, length: int) -> list[str]:
    forms, weights = vocabulary()
    return random.Random(seed).choices(forms, cum_weights=weights, k=length)


def main() -> None:
    """Print a line."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=1_000_000)
    options.add_argument("--words", type=int, default=60, help="of each article")
    options.add_argument("--long", action="store_true")
    given = options.parse_args()

    def articles() -> Iterator[tuple[Article, tuple[()]]]:
        for number in range(given.articles):
            text = " ".join(long(number) if given.long else retold(number, given.words))
            yield Article(id=f"a{number:07}", text=text, sha256=sha256_of(text)), ()

    began, cpu = time.perf_counter(), time.process_time()
    found = join_stories(articles()).stories
    seconds, cpu = time.perf_counter() - began, time.process_time() - cpu
    largest = max((len(story.article_ids) for story in found), default=0)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{given.articles} articles: {seconds:.0f} s, {cpu:.0f} s of the processor, making them included, ", end="")
    print(f"peak {peak:.0f} MB; {len(found)} stories of several, the largest of {largest}")


if __name__ == "__main__":
    main()
