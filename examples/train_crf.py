"""Train a CRF on the entities of a release and score it on the test split, with `datasets` and `python-crfsuite` alone.

    python examples/train_crf.py releases/1.0.0 [--column entity_tags] [--model entities.crfsuite]

Nothing of musnad is needed to read a release: the config `tokens` has a row for each sentence, with words and a BIO tag
each. Any other tagger is trained the same way.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import pycrfsuite
from datasets import load_dataset
from scoring import Score, of_counts, spans

Sentence = tuple[list[str], list[str]]


def sentences(release: Path, split: str, column: str) -> list[Sentence]:
    """Return words and tags of every sentence of a split; none when the release has no such split."""
    loaded = load_dataset(str(release), "tokens")
    if split not in loaded:
        return []
    rows = loaded[split]
    names = rows.features[column].feature.names
    return [(row["tokens"], [names[tag] for tag in row[column]]) for row in rows]


def features(words: Sequence[str], at: int) -> list[str]:
    """Return what the model sees of a word: itself, its edges, and its neighbours."""
    word = words[at]
    seen = ["bias", f"w={word}", f"p2={word[:2]}", f"p3={word[:3]}", f"s2={word[-2:]}", f"s3={word[-3:]}"]
    seen += [f"digit={word.isdigit()}", f"article={word.startswith('ال')}", f"length={min(len(word), 6)}"]
    for offset in (-2, -1, 1, 2):
        place = at + offset
        seen.append(f"{offset}={words[place]}" if 0 <= place < len(words) else f"{offset}=<edge>")
    return seen


def train(found: Sequence[Sentence], model: Path, iterations: int = 60) -> None:
    """Train on sentences and write the model."""
    trainer = pycrfsuite.Trainer(verbose=False)
    for words, tags in found:
        trainer.append([features(words, at) for at in range(len(words))], tags)
    trainer.set_params({"c1": 0.1, "c2": 0.01, "max_iterations": iterations})
    trainer.train(str(model))


def score(found: Sequence[Sentence], model: Path) -> Score:
    """Return precision, recall and F1 of exact spans; 0 where there is nothing to divide."""
    tagger = pycrfsuite.Tagger()
    tagger.open(str(model))
    right = said = true = 0
    for words, tags in found:
        guess = spans(tagger.tag([features(words, at) for at in range(len(words))]))
        gold = spans(tags)
        right, said, true = right + len(guess & gold), said + len(guess), true + len(gold)
    return of_counts(right, said, true)


def main() -> None:
    """Train on `train`, and print the scores on what was seen and on `test`."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("release", type=Path)
    options.add_argument("--column", default="entity_tags")
    options.add_argument("--model", type=Path, default=Path("entities.crfsuite"))
    given = options.parse_args()
    training, test = (sentences(given.release, split, given.column) for split in ("train", "test"))
    train(training, given.model)
    print(f"wrote {given.model}")
    for name, found in (("train", training), ("test", test)):
        result = score(found, given.model)
        print(f"{name}, {len(found)} sentences: P {result.precision:.3f} R {result.recall:.3f} F1 {result.f1:.3f}")


if __name__ == "__main__":
    main()
