"""How close pre-annotation comes to the gold: `python benchmarks/gold.py`.

The gold of the samples is packaged; that of the five real articles is standoff, and counts when a folder with their
texts is there (`../shared/data/seeds`, or the one named as argument).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from musnad.annotation.agreement.evaluation import evaluate
from musnad.annotation.preannotate.run import preannotate
from musnad.console import say, table
from musnad.corpus import ingest, rehydrate, samples
from musnad.schema.evaluation_report import EvaluationReport
from musnad.schema.jsonl import read_layers
from musnad.schema.records import Article, Layer

_PARTS = ("source", "relay", "parent", "chain")


def main(texts: Path) -> None:
    """Print the figures of both sets of gold."""
    measure("the eight samples", samples.articles(), samples.layers("gold"))
    folder = rehydrate.packaged()
    if folder is None or not texts.is_dir():
        say(f"the five real articles are left out: their texts are not in {texts}")
        return
    articles = [item.article for item in ingest.articles([texts]) if isinstance(item, ingest.Found)]
    measure("the five real articles", articles, read_layers(folder / "gold.jsonl", []))


def measure(name: str, articles: Iterable[Article], gold: Iterable[Layer]) -> None:
    """Pre-annotate articles and print what of their gold was found."""
    texts = {article.id: article for article in articles}
    report = evaluate(preannotate(texts.values()), gold, texts)
    say(f"{name} ({report.n_articles} articles)")
    table(("layer", "figure", "value", "n"), rows(report))


def rows(report: EvaluationReport) -> Iterable[tuple[str, str, float | None, int]]:
    """Yield the figures that a maintainer looks at first."""
    for layer, scores in report.layers.items():
        yield layer, "F1, exact", scores.exact.f1, scores.exact.n_gold
        yield layer, "F1, overlap", scores.overlap.f1, scores.overlap.n_gold
        for name, share in scores.attributes.items():
            yield layer, f"{name} right, of those found", share.share, share.n
        for part in _PARTS:
            if part in scores.parts:
                yield layer, f"{part} exact, given the cue", scores.parts[part].exact.share, scores.parts[part].exact.n
        if "content" in scores.parts:
            content = scores.parts["content"]
            yield layer, "content, F1 of characters, given the cue", content.characters_f1, content.exact.n


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).resolve().parents[2] / "shared" / "data" / "seeds")
