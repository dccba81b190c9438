"""Agreement on a large corpus: 10 000 articles × 3 annotators × 40 spans, every measure but γ, 1000 bootstrap draws.

Bar: 60 s and 2 GB on two cores. Run from the repository root:

    python benchmarks/agreement.py [--articles 10000] [--draws 1000] [--workers 2] [--no-gamma]

The corpus is made here: words drawn at random, a truth of 40 spans an article (24 entities, some nested, 10 quantities,
6 attributions), and three annotators who miss, move and relabel some of it. Where the extra `gamma` is, the same run
times pygamma-agreement's `fast` γ of the three layers of a few of the articles, and prints how many times as long an
article takes as it does in the whole report: every other measure by layer, label and slice, and the bootstrap.
"""

from __future__ import annotations

import argparse
import random
import resource
import sys
import time
from collections.abc import Iterator
from importlib.util import find_spec

from musnad.annotation.agreement import gamma
from musnad.annotation.agreement.batch import Batch
from musnad.annotation.agreement.records import labels_of
from musnad.annotation.agreement.report import report
from musnad.annotation.agreement.study import study
from musnad.annotation.agreement.tally import Tally
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

VOCABULARY = """
    قال أعلن المتحدث باسم الوزارة في مدينة الساحل إن نحو ألف عامل وصلوا إلى الميناء الجديد صباح اليوم بعد أن أكد مسؤول
    محلي لصحيفة النهار أن الأعمال مستمرة وفق تقديرات الهيئة التي تدير المشروع منذ عامين
"""
WORDS = VOCABULARY.split()
OUTLETS = ("النبأ", "الميناء", "الضفاف", "المرصد الاقتصادي")
N_WORDS = 300
ENTITIES, QUANTITIES, ATTRIBUTIONS = 24, 10, 6


def corpus(n_articles: int, seed: int = 0) -> tuple[dict[str, Article], list[Layer]]:
    """Return synthetic articles by id and three annotators' layers of each."""
    chance = random.Random(seed)
    articles, layers = {}, []
    for n in range(n_articles):
        words = chance.choices(WORDS, k=N_WORDS)
        text = " ".join(words) + "."
        starts, at = [], 0
        for word in words:
            starts.append(at)
            at += len(word) + 1
        article = Article(id=f"a{n}", text=text, sha256=sha256_of(text), publisher=chance.choice(OUTLETS))
        articles[article.id] = article
        truth = list(_truth(chance))
        control = n % 10 == 0
        for annotator in ("hala", "omar", "sami"):
            layers.append(_layer(article, annotator, truth, words, starts, control, n // 500, chance))
    return articles, layers


def _truth(chance: random.Random) -> Iterator[tuple[str, int, int, dict[str, object]]]:
    """What stands in an article: layer, first word, number of words, what is said of it."""
    spots = chance.sample(range(0, N_WORDS - 8, 5), ENTITIES + QUANTITIES)
    for n, first in enumerate(spots[:ENTITIES]):
        label = chance.choice(labels_of("entities"))
        yield "entities", first, chance.randint(1, 4), {"label": label}
        if n % 6 == 0:
            yield "entities", first, 1, {"label": "NORP"}
    for first in spots[ENTITIES:]:
        kind, number = chance.choice(("count", "money", "percent")), chance.choice((1, 2, 3, 5, 20, 43, 150, 1.9, 800))
        value = str(number * 10 ** chance.randint(0, 6)).removesuffix(".0")
        unit = {"count": None, "money": "USD", "percent": "%"}[kind]
        yield "quantities", first, chance.randint(1, 4), {"kind": kind, "value": value, "unit": unit}
    for n in range(ATTRIBUTIONS):
        yield "attributions", 2 + n * 48, 30, {"kind": chance.choice(labels_of("attributions"))}


def _layer(
    article: Article,
    annotator: str,
    truth: list[tuple[str, int, int, dict[str, object]]],
    words: list[str],
    starts: list[int],
    control: bool,
    batch: int,
    chance: random.Random,
) -> Layer:
    def span(first: int, number: int) -> tuple[int, int]:
        return starts[first], starts[first + number - 1] + len(words[first + number - 1])

    records: dict[str, list[object]] = {"entities": [], "quantities": [], "attributions": []}
    for n, (layer, first, number, says) in enumerate(truth):
        roll = chance.random()
        if roll < 0.05:
            continue
        if roll < 0.15:
            number += 1
        if layer == "entities":
            label = str(says["label"]) if roll < 0.92 else chance.choice(labels_of("entities"))
            start, end = span(first, number)
            subtype = chance.choice(("media", "company")) if label == "ORG" else None
            records[layer].append(Entity(id=f"e{n}", start=start, end=end, label=label, subtype=subtype))
        elif layer == "quantities":
            start, end = span(first, number)
            bound = "exact" if roll < 0.9 else "about"
            records[layer].append(Quantity(id=f"q{n}", start=start, end=end, bound=bound, **says))  # type: ignore[arg-type]
        else:
            records[layer].append(
                Attribution(
                    id=f"s{n}",
                    kind=str(says["kind"]),
                    cues=(span(first, 1), span(first + 4, 1)),
                    source=span(first + 1, 2 if roll < 0.9 else 1),
                    relays=(span(first + 3, 1),) if n % 3 == 0 else (),
                    content=(span(first + 5, number),),
                )
            )
    return Layer(
        article_id=article.id,
        sha256=article.sha256,
        annotator=annotator,
        meta={"control": control, "batch": f"b{batch:02}"},
        **{name: tuple(found) for name, found in records.items()},  # type: ignore[arg-type]
    )


def gamma_seconds(articles: dict[str, Article], layers: list[Layer], n: int = 5) -> tuple[float, float]:
    """Return the seconds, and the processor's, that fast γ takes for the three layers of an article: means over `n`.

    An article before them warms up the library's just-in-time compiler.
    """
    wall, spent = [], []
    for first in range(0, 3 * (n + 1), 3):
        [part] = study(articles, layers[first : first + 3]).parts()
        batch = Batch(part)
        began, used = time.perf_counter(), cpu_seconds()
        for layer in batch.layers:
            gamma.count(batch, layer, Tally(1))
        wall.append(time.perf_counter() - began)
        spent.append(cpu_seconds() - used)
    return sum(wall[1:]) / n, sum(spent[1:]) / n


def cpu_seconds() -> float:
    """Return the processor time of this process and its finished workers."""
    mine, theirs = resource.getrusage(resource.RUSAGE_SELF), resource.getrusage(resource.RUSAGE_CHILDREN)
    return mine.ru_utime + mine.ru_stime + theirs.ru_utime + theirs.ru_stime


def main() -> None:
    """Make the corpus, measure it, print seconds, memory and a few figures."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=10_000)
    options.add_argument("--draws", type=int, default=1000)
    options.add_argument("--workers", type=int, default=None)
    options.add_argument(
        "--gamma",
        action=argparse.BooleanOptionalAction,
        default=find_spec("pygamma_agreement") is not None,
        help="time pygamma-agreement on a few of the articles, too",
    )
    given = options.parse_args()
    articles, layers = corpus(given.articles)
    spans = sum(len(one.entities) + len(one.quantities) + len(one.attributions) for one in layers)
    print(f"{len(articles)} articles, {len(layers)} layers, {spans / len(layers):.1f} records a layer", file=sys.stderr)
    began, spent = time.perf_counter(), cpu_seconds()
    found = report(articles, layers, draws=given.draws, workers=given.workers)
    seconds, used = time.perf_counter() - began, cpu_seconds() - spent
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    workers = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
    print(f"report: {seconds:.1f} s (bar: 60), {1000 * seconds / len(articles):.2f} ms an article")
    print(f"processor time: {used:.1f} s, all processes (a busy machine takes longer, not more)")
    print(f"memory: {own / 2**20:.2f} GB, largest worker {workers / 2**20:.2f} GB (bar: 2)")
    if given.gamma:
        wall, processor = gamma_seconds(articles, layers)
        print(f"fast γ alone of the same layers: {wall:.2f} s an article, {processor:.2f} s of the processor")
        by_clock, by_processor = wall * len(articles) / seconds, processor * len(articles) / used
        print(
            f"an article takes {by_clock:.0f} × as long as in the report, {by_processor:.0f} × of the processor's time"
        )
        print("  (bar: 1000; the report: all measures but γ, by layer, label and slice, with the bootstrap)")
    for layer, agreement in found.layers.items():
        for name, one in agreement.measures.items():
            print(f"  {layer} {name}: {one.value:.3f} [{one.low:.3f}, {one.high:.3f}]")


if __name__ == "__main__":
    main()
