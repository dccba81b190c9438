"""Speed of pre-annotation: every layer on one core, by several workers, through Ray, and the command's start.

The text is the packaged samples' sentences, recombined into articles of news length (`synthetic`), so that the whole
way is measured: analysis, three layers, the record, its JSON. Bars: 1 MB of UTF-8 a second on one core; 0.3 s for
`musnad --help`. Run from the repository root:

    python benchmarks/preannotation.py [--articles 2000] [--workers 2] [--ray]
"""

from __future__ import annotations

import argparse
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import count, islice
from pathlib import Path

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.annotation.preannotate.run import encoded
from musnad.corpus import samples
from musnad.corpus.sentences import sentences
from musnad.schema.records import Article, sha256_of

_RUNS_OF_HELP = 7


def synthetic(seed: int = 0, sentences_each: int = 16) -> Iterator[Article]:
    """Yield articles without end: sentences of the samples recombined, an opening line of its own in each."""
    pool = [a.text[start:end].strip() for a in samples.articles() for start, end in sentences(a.text)]
    pool = [sentence for sentence in pool if len(sentence) > 20]
    chance = random.Random(seed)
    for number in count():
        chosen = chance.choices(pool, k=sentences_each)
        text = f"الخبر {number}\n" + "\n".join(" ".join(chosen[at : at + 4]) for at in range(0, sentences_each, 4))
        outlet = chance.choice(("النبأ", "الميناء", "الضفاف"))
        yield Article(id=f"s{number}", text=text, sha256=sha256_of(text), publisher=outlet)


def by_layer(articles: list[Article]) -> dict[str, float]:
    """Return the rate in MB/s of each part by itself and of all together, on one core, warm, in processor time."""
    size = sum(len(article.text.encode()) for article in articles) / 1e6
    pipeline = Pipeline()
    for article in articles[: len(articles) // 4]:
        pipeline.annotate(article)
    seconds = dict.fromkeys(("analysis", *(part.layer for part in pipeline.parts)), 0.0)
    for article in articles:
        began = time.process_time()
        document = analyse(article.text)
        seconds["analysis"] += time.process_time() - began
        for part in pipeline.parts:
            began = time.process_time()
            found = tuple(mention.record for mention in part.annotate(document))
            seconds[part.layer] += time.process_time() - began
            if part.layer != "attributions":
                setattr(document, part.layer, found)
    began = time.process_time()
    for article in articles:
        pipeline.annotate(article)
    seconds["all layers, with records"] = time.process_time() - began
    return {what: size / took for what, took in seconds.items()}


def by_workers(articles: list[Article], workers: int) -> float:
    """Return the rate in MB/s of a whole run, start of the workers and JSON included, in seconds on the wall."""
    size = sum(len(article.text.encode()) for article in articles) / 1e6
    began = time.perf_counter()
    for _ in encoded(articles, workers=workers):
        pass
    return size / (time.perf_counter() - began)


def start_up(*arguments: str) -> float:
    """Return the median seconds on the wall that a command takes."""
    took = []
    for _ in range(_RUNS_OF_HELP):
        began = time.perf_counter()
        subprocess.run([sys.executable, "-c", *arguments], check=True, capture_output=True)
        took.append(time.perf_counter() - began)
    return sorted(took)[len(took) // 2]


def main() -> None:
    """Print the figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=2000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--ray", action="store_true", help="also through Ray Data, as many processes as workers")
    given = options.parse_args()
    articles = list(islice(synthetic(), given.articles))
    size = sum(len(article.text.encode()) for article in articles) / 1e6
    print(f"{len(articles)} synthetic articles, {size:.1f} MB of UTF-8")
    for what, rate in by_layer(articles).items():
        print(f"{what}: {rate:.2f} MB/s on one core" + (" (bar: 1)" if what.startswith("all") else ""))
    one = by_workers(articles, 1)
    print(f"a whole run by one process: {one:.2f} MB/s on the wall")
    if given.workers > 1:
        some = by_workers(articles, given.workers)
        print(f"a whole run by {given.workers} workers: {some:.2f} MB/s on the wall, {some / one:.2f} of one")
    if given.ray:
        print(f"through Ray: {by_ray(articles, given.workers):.2f} MB/s on the wall, its start not counted")
    bare = start_up("pass")
    helped = start_up("import sys; sys.argv = ['musnad', '--help']; from musnad.cli import main; main()")
    print(f"musnad --help: {helped:.2f} s (bar: 0.3), a bare Python {bare:.2f} s, ratio {helped / bare:.1f}")


def by_ray(articles: list[Article], workers: int) -> float:
    """Return the rate in MB/s of the same run through Ray Data on this machine, in seconds on the wall."""
    import tempfile

    from musnad.annotation.preannotate.ray_engine import preannotate_ray, started
    from musnad.schema.jsonl import write_jsonl

    with tempfile.TemporaryDirectory() as folder, started(cpus=workers):
        write_jsonl(Path(folder) / "in.jsonl", articles)
        began = time.perf_counter()
        preannotate_ray(str(Path(folder) / "in.jsonl"), str(Path(folder) / "out"), workers=workers)
        return sum(len(article.text.encode()) for article in articles) / 1e6 / (time.perf_counter() - began)


if __name__ == "__main__":
    main()
