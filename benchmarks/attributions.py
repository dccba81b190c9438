"""How well attributions are found: on the development set, on sentences of UD Arabic PUD, and on the gold.

Run from the repository root:

    python benchmarks/attributions.py [--pud FILE] [--articles DIR] [--errors]

Gold is that of the samples, and of the articles of `corpus/standoff` when a holder's own copies are in `--articles`.
The development sets (`attributions_*.yaml` beside the tests of the grammar) and the gold are scored as `musnad
evaluate` scores. PUD's annotation is read off its syntax trees and marks less and other than musnad does: cues are
single words (recall is counted, precision is not), its content holds the complementiser and the punctuation before it,
and other acts of saying in the sentence go unmarked. So a cue is found when it overlaps; a source when it overlaps, or
both leave it out (a source that a dropped subject points to counts as left out); and content is compared without
complementiser, quotation marks and punctuation at either side's edges.
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from musnad.annotation.agreement.evaluation import evaluate
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.schema.jsonl import read_layers
from musnad.schema.records import Article, Attribution, Layer, sha256_of

ROOT = Path(__file__).resolve().parent.parent
SENTENCES = ROOT / "tests" / "annotation" / "preannotate" / "attributions"
DEVELOPMENT = SENTENCES / "attributions_dev.yaml"
OUTLETS = SENTENCES / "attributions_outlets.yaml"
PUD = ROOT.parent / "shared" / "data" / "attributions" / "pud.jsonl"
ARTICLES = ROOT.parent / "shared" / "data" / "seeds"
_EDGE = re.compile(r"^(?:[\s:،,\"“”«»'.-]|ب?[أإا]نّ?َ?(?:\b|(?=ه|ها|هم)))*|[\s،,\"“”«»'.]*$")

Span = tuple[int, int]


def development(path: Path = DEVELOPMENT) -> list[tuple[Article, Layer]]:
    """Return the development set as articles and gold layers; raises ValueError for a mark that the text lacks."""
    sentences = yaml.safe_load(path.read_text("utf-8"))
    return [_sentence(f"dev-{n}", sentence) for n, sentence in enumerate(sentences, start=1)]


def _sentence(name: str, sentence: dict[str, Any]) -> tuple[Article, Layer]:
    text = sentence["text"]
    attributions: list[Attribution] = []
    at = 0
    for n, act in enumerate(sentence["acts"], start=1):
        cues = tuple(_in_order(text, act["cue"], at))
        at = cues[0][0] + 1
        dropped = act.get("dropped", False)
        source = _nearest(text, act["source"], cues[0][0], before=dropped) if "source" in act else None
        first = _nearest(text, act["content"][0], cues[0][0])
        attributions.append(
            Attribution(
                id=f"a{n}",
                kind=act.get("kind", "indirect"),
                cues=cues,
                source=source,
                implicit_source=dropped,
                relays=tuple(_nearest(text, relay, cues[0][0]) for relay in act.get("relays", [])),
                content=tuple(_in_order(text, act["content"], first[0])),
                parent=f"a{act['parent']}" if "parent" in act else None,
            )
        )
    article = Article(id=name, text=text, sha256=sha256_of(text))
    layer = Layer(article_id=name, sha256=article.sha256, annotator="gold", attributions=tuple(attributions))
    return article, layer


def gold(layers: Path, texts: Path) -> list[tuple[Article, Layer]]:
    """Return gold layers with their articles from `texts/<id>.txt`; layers without their text are left out."""
    pairs = []
    for layer in read_layers(layers, []):
        file = texts / f"{layer.article_id}.txt"
        text = file.read_text("utf-8") if file.exists() else ""
        if sha256_of(text) == layer.sha256:
            pairs.append((Article(id=layer.article_id, text=text, sha256=layer.sha256), layer))
    return pairs


def _in_order(text: str, pieces: list[str], start: int) -> Iterator[Span]:
    for piece in pieces:
        found = text.find(piece, start)
        if found < 0:
            raise ValueError(f"{piece!r} is not in {text!r} after offset {start}")
        yield found, found + len(piece)
        start = found + len(piece)


def _nearest(text: str, piece: str, at: int, *, before: bool = False) -> Span:
    starts = [match.start() for match in re.finditer(re.escape(piece), text)]
    if before:
        starts = [start for start in starts if start < at]
    if not starts:
        raise ValueError(f"{piece!r} is not in {text!r}")
    start = min(starts, key=lambda place: abs(place - at))
    return start, start + len(piece)


def scores(pairs: list[tuple[Article, Layer]], pipeline: Pipeline) -> dict[str, float | None]:
    """Return the issue's figures of the pipeline over articles with gold layers, by name."""
    predicted = [pipeline.annotate(article) for article, _ in pairs]
    report = evaluate(predicted, [layer for _, layer in pairs], {article.id: article for article, _ in pairs})
    layer = report.layers["attributions"]
    parts = layer.parts
    return {
        "cue precision": layer.overlap.precision,
        "cue recall": layer.overlap.recall,
        "cue F1": layer.overlap.f1,
        "source exact": parts["source"].exact.share,
        "source overlap": parts["source"].overlap.share if parts["source"].overlap else None,
        "relay exact": parts["relay"].exact.share,
        "relay exact, expressed": parts["relay"].exact_expressed.share,
        "content characters F1": parts["content"].characters_f1,
        "parent": parts["parent"].exact.share,
        "whole chain": parts["chain"].exact.share,
        "kind": layer.attributes["kind"].share,
    }


def pud_scores(path: Path, pipeline: Pipeline, *, errors: bool = False) -> dict[str, float | None]:
    """Return cue recall, source overlap and content character F1 on PUD's sentences, compared as the module says."""
    marked = found = agreed = 0
    shared = size = 0
    for n, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        record = json.loads(line)
        text = record["text"]
        article = Article(id=f"pud-{n}", text=text, sha256=sha256_of(text))
        ours = pipeline.annotate(article).attributions
        for act in record["attributions"]:
            marked += 1
            cue = (act["cue"]["start"], act["cue"]["end"])
            one = next((a for a in ours if any(_common(cue, piece) for piece in a.cues)), None)
            if one is None:
                if errors:
                    print(f"  missed {act['cue']['text']}: {text}")
                continue
            found += 1
            source = None if one.implicit_source else one.source
            theirs = (act["source"]["start"], act["source"]["end"]) if "source" in act else None
            agrees = (source is None and theirs is None) or bool(source and theirs and _common(source, theirs))
            agreed += agrees
            content = {place for piece in one.content for place in range(*_bare(text, piece))}
            wanted = set(range(*_bare(text, (act["content"]["start"], act["content"]["end"]))))
            shared += len(content & wanted)
            size += len(content) + len(wanted)
            if errors and (not agrees or 2 * len(content & wanted) < 0.8 * (len(content) + len(wanted))):
                print(
                    f"  {text}\n    source {source and text[slice(*source)]!r}; content"
                    f" {[text[slice(*piece)] for piece in one.content]}"
                )
    return {
        "cue recall": found / marked,
        "source overlap": agreed / found,
        "content characters F1": 2 * shared / size,
    }


def _bare(text: str, span: Span) -> Span:
    start, end = span
    inner = text[start:end]
    lead = _EDGE.match(inner)
    head = lead.end() if lead else 0
    tail = len(inner) - len(inner.rstrip(" \n،,\"“”«»'."))
    return start + head, max(end - tail, start + head)


def _common(a: Span, b: Span) -> int:
    return max(0, min(a[1], b[1]) - max(a[0], b[0]))


def show_errors(pairs: list[tuple[Article, Layer]], pipeline: Pipeline) -> None:
    """Print every attribution that differs from the gold, both sides."""
    for article, gold in pairs:
        ours = pipeline.annotate(article)
        names = {name: _readable(article.text, layer) for name, layer in (("gold", gold), ("ours", ours))}
        for side, other in (("gold", "ours"), ("ours", "gold")):
            for line in names[side]:
                if line not in names[other]:
                    print(f"  {article.id} {side}: {line}")


def _readable(text: str, layer: Layer) -> list[str]:
    def of(span: Span | None) -> str:
        return "—" if span is None else text[slice(*span)]

    by_id = {a.id: a for a in layer.attributions}
    return [
        f"[{' … '.join(map(of, a.cues))}]@{a.cues[0][0]} {a.kind} {'*' if a.implicit_source else ''}{of(a.source)}"
        f" | relays {[of(r) for r in a.relays]} | content {[of(c) for c in a.content]}"
        f" | in {of(by_id[a.parent].cues[0]) if a.parent else '—'}"
        for a in layer.attributions
    ]


def _print(title: str, figures: dict[str, float | None]) -> None:
    print(title)
    for name, figure in figures.items():
        print(f"  {name:24} {'—' if figure is None else format(figure, '.3f')}")


def main() -> int:
    """Print the figures that can be had; the exit code is 0 unless a named file is missing."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--pud", type=Path, default=PUD, help="PUD attributions (JSON lines)")
    parser.add_argument("--articles", type=Path, default=ARTICLES, help="texts of the articles of corpus/standoff")
    parser.add_argument("--errors", action="store_true", help="print what differs")
    arguments = parser.parse_args()
    pipeline = Pipeline()
    sets = [("development set", development()), ("development set, habits of outlets", development(OUTLETS))]
    samples = ROOT / "corpus" / "samples"
    sets.append(("gold of the samples", gold(samples / "gold.jsonl", samples)))
    if arguments.articles.is_dir():
        sets.append(("gold of corpus/standoff", gold(ROOT / "corpus" / "standoff" / "gold.jsonl", arguments.articles)))
    else:
        print(f"gold of corpus/standoff: {arguments.articles} is absent, not measured")
    for title, pairs in sets:
        _print(title, scores(pairs, pipeline))
        if arguments.errors:
            show_errors(pairs, pipeline)
    if arguments.pud.exists():
        _print("UD Arabic PUD", pud_scores(arguments.pud, pipeline, errors=arguments.errors))
    else:
        print(f"UD Arabic PUD: {arguments.pud} is absent, not measured")
    return 0


if __name__ == "__main__":
    sys.exit(main())
