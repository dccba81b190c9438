"""The whole way at scale: synthetic articles through pre-annotation, agreement and a release, timed and weighed.

    python benchmarks/scale.py [--articles 100000] [--workers 2] [--until STEP] [--dir FOLDER]

Run from the repository root.

Each step is the command itself, in a process of its own. The articles recombine sentences of the samples
(`preannotation.synthetic`); two annotators stand in for people: both correct the pre-annotation by leaving out marks
drawn at random, and the gold is the pre-annotation.
"""

from __future__ import annotations

import argparse
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import islice
from pathlib import Path

import msgspec
from preannotation import synthetic

from musnad.corpus.store import init
from musnad.schema.jsonl import read_layers, write_jsonl
from musnad.schema.records import GOLD, Layer

STEPS = ("preannotate", "agreement", "release")
_KEPT = 0.95


def people(predictions: Path, seed: int = 0) -> Iterator[Layer]:
    """Yield two annotators' layers of each article: the pre-annotation without some entities and quantities."""
    chance = random.Random(seed)
    for layer in read_layers(predictions, []):
        for annotator in ("qalam", "rasid"):
            yield msgspec.structs.replace(
                layer,
                annotator=annotator,
                entities=tuple(entity for entity in layer.entities if chance.random() < _KEPT),
                quantities=tuple(quantity for quantity in layer.quantities if chance.random() < _KEPT),
                meta={},
            )


def command(what: str, articles: int, *arguments: str) -> None:
    """Run a command of musnad and print its seconds and peak memory (Linux: its own and its workers', the largest)."""
    program = f"import sys; sys.argv = ['musnad', *{list(arguments)!r}]; from musnad.cli import main; main()"
    began = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    seconds = time.perf_counter() - began
    state = "" if child.returncode == 0 else f", ENDED WITH {child.returncode}"
    each, peak = 1000 * seconds / articles, usage.ru_maxrss / 1024
    print(f"{what}: {seconds:.0f} s, {each:.2f} ms an article, peak {peak:.0f} MB{state}", flush=True)


def main() -> None:
    """Print a line for each step."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--articles", type=int, default=100_000)
    options.add_argument("--workers", type=int, default=2)
    options.add_argument("--until", choices=STEPS, default=STEPS[-1], help="the last step")
    options.add_argument("--dir", type=Path, help="a folder for the files; a temporary one if left out")
    given = options.parse_args()
    with tempfile.TemporaryDirectory(dir=given.dir) as folder:
        project = init(Path(folder) / "project")
        at = str(project.root)
        write_jsonl(project.articles, islice(synthetic(), given.articles))
        size = project.articles.stat().st_size / 1e6
        print(f"{given.articles} synthetic articles, {size:.0f} MB of JSON Lines, hashes distinct", flush=True)
        steps = STEPS[: STEPS.index(given.until) + 1]
        command("preannotate", given.articles, "preannotate", "--workers", str(given.workers), "--project", at)
        if "agreement" in steps:
            write_jsonl(project.annotations, people(project.predictions))
            write_jsonl(project.gold, map(golden, read_layers(project.predictions, [])))
            command("agreement, 100 draws", given.articles, "agreement", "--draws", "100", "--project", at)
        if "release" in steps:
            what = "release, with stories and its own agreement"
            command(what, given.articles, "release", "--version", "1.0.0", "--project", at)
            files = [path for path in (project.releases / "1.0.0").rglob("*") if path.is_file()]
            print(f"the release has {sum(path.stat().st_size for path in files) / 1e6:.0f} MB")
            command("verify", given.articles, "verify", str(project.releases / "1.0.0"))


def golden(layer: Layer) -> Layer:
    """The pre-annotation as gold."""
    return msgspec.structs.replace(layer, annotator=GOLD, meta={})


if __name__ == "__main__":
    main()
