"""`musnad release` of a large corpus against bare `datasets`: 10 000 articles, 40 spans each, 3 annotators.

Bars: at most 3 × the time that `datasets` takes to write the same tables from rows that are ready in memory, measured
in the same run; peak memory flat in the number of articles and at most 2 GB. Run from the repository root:

    python benchmarks/release.py [--articles 10000] [--no-bare]

The project's files are made first; then a process of its own publishes them as the command does: every record checked,
stories found, agreement measured with its intervals, tables written. Its time is from start to end, the interpreter's
and the imports' included; its peak memory is its own or that of its largest worker. `--no-bare` leaves the comparison
out, for runs that only look at memory.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from functools import cache
from itertools import accumulate
from pathlib import Path
from typing import Any

from musnad.corpus.store import init, read_project
from musnad.export import publish as publishing
from musnad.export.features import CONFIGS, features
from musnad.export.shelf import Filed, entries
from musnad.export.tables import rows
from musnad.schema.jsonl import Refusal, write_jsonl
from musnad.schema.records import GOLD, Article, Attribution, Entity, Layer, Quantity, sha256_of

_PLAIN = """
    قال أعلن المتحدث باسم الوزارة في مدينة الساحل إن نحو ألف عامل وصلوا إلى الميناء الجديد صباح اليوم بعد أن أكد مسؤول
    محلي لصحيفة النهار أن الأعمال مستمرة وفق تقديرات الهيئة التي تدير المشروع منذ عامين وبحسب السكان للمرة الأولى
"""
PLAIN = _PLAIN.split()
LETTERS = "ابتثجحخدذرزسشصضطظعغفقكلمنهوي"
OUTLETS = ("النبأ", "الميناء", "الضفاف", "المرصد الاقتصادي")
ANNOTATORS = ("hala", "omar", "sami")
N_WORDS = 300
ENTITIES, QUANTITIES, ATTRIBUTIONS = 24, 10, 6
# What a release does, and what `export.publish` calls it.
STAGES = {"checked and indexed": "Filed", "stories": "join_stories", "agreement": "report", "tables": "release_shelf"}
FORMS = 60_000  # made-up words, as often as Zipf's law has it: pairs of words are rare, as they are in news


@cache
def vocabulary() -> tuple[list[str], list[float]]:
    """Return the forms and their cumulative frequency, every second word a plain one."""
    chance = random.Random(0)
    made = ["".join(chance.choices(LETTERS, k=chance.randint(3, 8))) for _ in range(FORMS)]
    frequencies = [1 / (rank + 20) for rank in range(FORMS)]
    plain = sum(frequencies) / len(PLAIN)
    return PLAIN + made, list(accumulate([plain] * len(PLAIN) + frequencies))


def words(n: int) -> list[str]:
    """Return the words of an article; every tenth one retells half of the one before."""
    forms, weights = vocabulary()
    own = random.Random(n).choices(forms, cum_weights=weights, k=N_WORDS)
    if n % 10 == 9:
        own[: N_WORDS // 2] = words(n - 1)[: N_WORDS // 2]
    return own


def article(n: int) -> tuple[Article, list[tuple[int, int]]]:
    """Return an article and the span of each word."""
    told = words(n)
    text, spans, at = " ".join(told), [], 0
    for word in told:
        spans.append((at, at + len(word)))
        at += len(word) + 1
    return Article(id=f"a{n:06}", text=text, sha256=sha256_of(text), publisher=OUTLETS[n % len(OUTLETS)]), spans


def layer(of: Article, words: list[tuple[int, int]], annotator: str) -> Layer:
    """Return a layer of 40 marks; annotators differ a little from each other."""
    chance = random.Random(f"{of.id} {annotator}")
    figures = random.Random(of.id)
    spots = figures.sample(range(0, N_WORDS - 8, 6), ENTITIES + QUANTITIES)
    entities = tuple(
        Entity(id=f"e{n}", start=words[at][0], end=words[at + chance.choice((0, 0, 0, 1))][1], label="ORG")
        for n, at in enumerate(spots[:ENTITIES])
    )
    quantities = tuple(
        Quantity(
            id=f"q{n}",
            start=words[at][0],
            end=words[at + 2][1],
            kind="count",
            bound="about",
            value=str(chance.choice((1, 1, 1, 2)) * figures.randint(11, 99) * 10 ** figures.randint(0, 4)),
            counted=words[at + 3],
        )
        for n, at in enumerate(spots[ENTITIES:])
    )
    attributions = tuple(
        Attribution(
            id=f"a{n}",
            kind="indirect",
            cues=(words[n * 48], words[n * 48 + 5]),
            source=(words[n * 48 + 1][0], words[n * 48 + 4][1]),
            content=((words[n * 48 + 6][0], words[n * 48 + 40][1]),),
        )
        for n in range(ATTRIBUTIONS)
    )
    return Layer(
        article_id=of.id,
        sha256=of.sha256,
        annotator=annotator,
        entities=entities,
        quantities=quantities,
        attributions=attributions,
    )


def make(home: Path, n_articles: int) -> None:
    """Make a project with its files."""
    init(home)
    write_jsonl(home / "articles.jsonl", (article(n)[0] for n in range(n_articles)))
    for name, annotators in (("gold", (GOLD,)), ("annotations", ANNOTATORS)):
        made = (layer(*article(n), annotator) for n in range(n_articles) for annotator in annotators)
        write_jsonl(home / f"{name}.jsonl", made)


def shelf(home: Path) -> Filed:
    """Index the files of a project."""
    refusals: list[Refusal] = []
    found = Filed(home / "articles.jsonl", home / "gold.jsonl", home / "annotations.jsonl", refusals)
    if refusals:
        raise SystemExit(str(refusals[0]))
    return found


def ours(home: Path) -> dict[str, float]:
    """Publish a project as `musnad release` does; return the seconds of each stage and of CPU, and peak megabytes."""
    seconds: dict[str, float] = {}

    def timed(stage: str, name: str) -> None:
        """Add up the time that `publish` spends in one of its own names."""
        made = getattr(publishing, name)

        def call(*given: Any, **named: Any) -> Any:
            start = time.perf_counter()
            try:
                return made(*given, **named)
            finally:
                seconds[stage] = seconds.get(stage, 0.0) + time.perf_counter() - start

        setattr(publishing, name, call)

    for stage, name in STAGES.items():
        timed(stage, name)
    publishing.publish(read_project(home), "1.0.0", home / "1.0.0")
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    cpu = sum(one.ru_utime + one.ru_stime for one in used)
    return {**seconds, "cpu": cpu, "peak_mb": max(one.ru_maxrss for one in used) / 1024}


def bare(home: Path) -> tuple[float, float]:
    """Return the seconds, by the clock and of CPU, that `datasets` takes to write the tables from rows in memory.

    The import of `datasets` is not in them.
    """
    from datasets import Dataset, disable_progress_bars

    disable_progress_bars()
    found = shelf(home)
    (home / "bare").mkdir()
    seconds = cpu = 0.0
    for config in CONFIGS:
        ready = [row for entry in entries(found, []) for row in rows(config, entry)]

        def each(ready: list[dict[str, object]] = ready) -> Iterator[dict[str, object]]:
            yield from ready

        start, started = time.perf_counter(), time.process_time()
        table = Dataset.from_generator(
            each, features=features(config), cache_dir=str(home / "cache"), fingerprint=config
        )
        table.to_parquet(home / "bare" / f"{config}.parquet")
        seconds += time.perf_counter() - start
        cpu += time.process_time() - started
    return seconds, cpu


def main() -> None:
    """Make the corpus, release it in a process of its own, and print the figures."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--no-bare", action="store_true")
    options.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = options.parse_args()
    if given.home:
        print(json.dumps(ours(given.home)))
        return
    home = Path(tempfile.mkdtemp(prefix="release-benchmark-"))
    try:
        make(home, given.articles)
        began = time.perf_counter()
        done = subprocess.run(
            [sys.executable, __file__, "--home", str(home)], check=True, stdout=subprocess.PIPE, text=True
        )
        whole = time.perf_counter() - began
        figures = json.loads(done.stdout.splitlines()[-1])
        print(f"{given.articles} articles: released in {whole:.1f} s, peak {figures['peak_mb']:.0f} MB (bar: 2000)")
        print(", ".join(f"{stage} {figures[stage]:.1f} s" for stage in STAGES))
        if not given.no_bare:
            seconds, cpu = bare(home)
            print(
                f"bare datasets, rows ready in memory: {seconds:.1f} s; ratio {whole / seconds:.2f} (bar: 3), ", end=""
            )
            print(f"of CPU seconds {figures['cpu']:.1f} / {cpu:.1f} = {figures['cpu'] / cpu:.2f}")
    finally:
        shutil.rmtree(home)


if __name__ == "__main__":
    main()
