"""Trains and measures the entity layer's sequence model, one experiment a run, on articles that it wasn't trained on.

    python benchmarks/entities.py                     the shipped settings
    python benchmarks/entities.py plain aqmar bagged  some experiments
    python benchmarks/entities.py --gold              the shipped recogniser on the gold by exact span, and its speed

Needs ../shared/data/entities (see its README). A part is held out as one stretch of consecutive sentences, so that no
article is on both sides: ANERcorp has no article marks, and neighbouring sentences repeat names. The model is scored by
whole names of words, proclitics included, as the corpora have them. The recogniser around it follows other rules of
what is in a name, so it is scored by words: a word is labelled when an entity overlaps it, and MISC is left out.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.entities import training
from musnad.annotation.preannotate.entities.gazetteer import gazetteer
from musnad.annotation.preannotate.entities.recogniser import EntityRecogniser
from musnad.annotation.preannotate.entities.tagger import BIAS, Tagger
from musnad.annotation.preannotate.entities.training import Sentence, Settings, outermost, read_conll
from musnad.schema.jsonl import read_layers
from musnad.schema.records import Entity, sha256_of
from musnad.schema.tagsets import to_tagset

ROOT = Path(__file__).resolve().parent.parent
DATA = ROOT.parent / "shared" / "data" / "entities"
Triple = tuple[int, int, int]
SIXTHS = 6
Scores = dict[str, Triple]
OURS = {"PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC"}


@dataclass(frozen=True)
class Experiment:
    """What to train: settings, corpora beside ANERcorp and whether they keep features
    of their own, feature families left out (first letters), bias."""

    about: str
    settings: Settings = training.DEFAULT
    corpora: tuple[str, ...] = ("wojood",)
    adapted: bool = False
    without: str = ""
    bias: float | dict[str, float] = field(default_factory=lambda: BIAS)


EXPERIMENTS = {
    "shipped": Experiment("the shipped settings"),
    "plain": Experiment("words and affixes alone, no word lists", without="ghcrt"),
    "anercorp": Experiment("ANERcorp alone", corpora=()),
    "aqmar": Experiment("AQMAR added", corpora=("wojood", "aqmar")),
    "no-trigrams": Experiment("no letter trigrams", without="t"),
    "no-lists": Experiment("no word lists", without="ghc"),
    "no-names": Experiment("no known names of several words", without="c"),
    "no-stems": Experiment("no words without proclitics", without="rh"),
    "no-bias": Experiment("no bias towards names", bias=0.0),
    "l1-0.2": Experiment("twice the L1 penalty", settings=Settings(l1=0.2)),
    "l1-0.05": Experiment("half the L1 penalty", settings=Settings(l1=0.05)),
    "l2-0.05": Experiment("a quarter of the L2 penalty", settings=Settings(l2=0.05)),
    "adapted-0": Experiment("Wojood with features of its own, left out", settings=Settings(share=0.0), adapted=True),
    "adapted-0.5": Experiment("Wojood with features of its own, half of them", adapted=True),
    "bagged": Experiment("five models on resampled stretches, weights averaged", settings=Settings(bags=5)),
}


def corpus(name: str) -> list[Sentence]:
    """Return the sentences of a training corpus."""
    if name == "aqmar":
        return [sentence for path in sorted((DATA / "aqmar").glob("*.conll")) for sentence in read_conll(path)]
    return read_conll(DATA / {"anercorp": "anercorp_train.conll", "wojood": "wojood_sample_train.conll"}[name])


def spans(tags: Sequence[str]) -> set[tuple[int, int, str]]:
    """Return the names of a BIO sequence as half-open word ranges with their class."""
    found = set()
    begin = -1
    for at, tag in enumerate([*tags, "O"]):
        if begin >= 0 and (tag[0] != "I" or tag[2:] != tags[begin][2:]):
            found.add((begin, at, tags[begin][2:]))
            begin = -1
        if tag != "O" and begin < 0:
            begin = at
    return found


def f1(counts: Triple) -> float:
    """Return F1 of (true positives, false positives, false negatives)."""
    true, wrong, missed = counts
    return 2 * true / max(1, 2 * true + wrong + missed)


def line(counts: Triple) -> str:
    """Return precision, recall, F1 and the number of names in the corpus."""
    true, wrong, missed = counts
    precision, recall = true / max(1, true + wrong), true / max(1, true + missed)
    return f"P {precision:.3f}  R {recall:.3f}  F1 {f1(counts):.3f}  n {true + missed}"


def compare(gold: Iterable[Sequence[str]], predicted: Iterable[Sequence[str]]) -> Scores:
    """Count exact matches of names, per class and together (`all`; `named`: without MISC)."""
    found: Counter[tuple[str, int]] = Counter()
    for wanted_tags, given_tags in zip(gold, predicted, strict=True):
        wanted, given = spans(wanted_tags), spans(given_tags)
        for column, names in enumerate((wanted & given, given - wanted, wanted - given)):
            for name in names:
                for key in (name[2], "all", *(("named",) if name[2] != "MISC" else ())):
                    found[key, column] += 1
    keys = sorted({key for key, _ in found})
    return {key: (found[key, 0], found[key, 1], found[key, 2]) for key in keys}


def predict(tagger: Tagger, sentences: Sequence[Sentence], bias: float | dict[str, float]) -> list[list[str]]:
    """Return the BIO classes that a tagger gives to sentences, twenty at a time, as an article would hold them."""
    predicted = []
    for first in range(0, len(sentences), 20):
        folds: list[str] = []
        ranges = []
        for sentence in sentences[first : first + 20]:
            ranges.append((len(folds), len(folds) + len(sentence)))
            folds += [word for word, _ in sentence]
        tags = ["O"] * len(folds)
        for name in tagger.tag(folds, ranges, bias):
            tags[name.start : name.end] = [f"B-{name.label}", *[f"I-{name.label}"] * (name.end - name.start - 1)]
        predicted += [tags[start:end] for start, end in ranges]
    return predicted


def written(path: Path) -> list[list[tuple[str, str]]]:
    """Return the sentences of a CoNLL file as printed words and classes."""
    sentences: list[list[tuple[str, str]]] = [[]]
    for number, row in enumerate(path.read_text("utf-8").splitlines()):
        fields = row.split()
        if len(fields) > 1:
            sentences[-1].append((fields[0], outermost(fields[1:])))
        elif not fields and sentences[-1]:
            sentences.append([])
        elif fields and fields[0] != "O":
            raise ValueError(f"{path}:{number + 1}: a word without a tag")
    return [sentence for sentence in sentences if sentence]


def recognised(recogniser: EntityRecogniser, sentences: Sequence[list[tuple[str, str]]]) -> Scores:
    """Count words by class for the whole recogniser, the outermost entity deciding; twenty sentences make a text."""
    found: Counter[tuple[str, int]] = Counter()
    for first in range(0, len(sentences), 20):
        part = sentences[first : first + 20]
        text = "\n".join(" ".join(word for word, _ in sentence) for sentence in part)
        records = [mention.record for mention in recogniser.annotate(analyse(text))]
        entities = sorted((r for r in records if isinstance(r, Entity)), key=lambda entity: entity.end - entity.start)
        label_at: dict[int, str] = {}
        for entity in entities:
            if to_tagset(entity.label, "anercorp") in ("PERS", "LOC", "ORG"):
                label_at.update(dict.fromkeys(range(entity.start, entity.end), OURS[entity.label]))
        start = 0
        for word, tag in (pair for sentence in part for pair in sentence):
            given = next((label_at[at] for at in range(start, start + len(word)) if at in label_at), "")
            wanted = tag[2:] if tag[2:] != "MISC" else ""
            start += len(word) + 1
            for key in (given, "all"):
                found[key, 0 if given == wanted else 1] += bool(given)
            for key in (wanted, "all"):
                found[key, 2] += bool(wanted) and given != wanted
    keys = sorted({key for key, _ in found if key})
    return {key: (found[key, 0], found[key, 1], found[key, 2]) for key in keys}


def on_gold(recogniser: EntityRecogniser) -> dict[str, Scores]:
    """Count exact spans with label on the gold of the samples and, where their texts are, of the five articles."""
    texts = {}
    for path in [*(ROOT / "corpus" / "samples").glob("*.txt"), *(DATA.parent / "seeds").glob("*.txt")]:
        text = path.read_text("utf-8")
        texts[sha256_of(text)] = text
    scores = {}
    for part in ("samples", "standoff"):
        found: Counter[tuple[str, int]] = Counter()
        for layer in read_layers(ROOT / "corpus" / part / "gold.jsonl", []):
            if layer.sha256 not in texts:
                continue
            mentions = recogniser.annotate(analyse(texts[layer.sha256]))
            given = {(m.record.start, m.record.end, m.record.label) for m in mentions if isinstance(m.record, Entity)}
            wanted = {(entity.start, entity.end, entity.label) for entity in layer.entities}
            for column, names in enumerate((wanted & given, given - wanted, wanted - given)):
                for name in names:
                    for key in (name[2], "all"):
                        found[key, column] += 1
        scores[part] = {key: (found[key, 0], found[key, 1], found[key, 2]) for key in sorted({key for key, _ in found})}
    return scores


def shipped(say: Callable[[str], None]) -> None:
    """Score the shipped recogniser on the gold by exact span and label, and time it."""
    started = time.perf_counter()
    recogniser = EntityRecogniser()
    say(f"loaded in {time.perf_counter() - started:.2f} s")
    for part, scores in on_gold(recogniser).items():
        say(f"gold of {part}, exact span and label")
        for key, counts in scores.items():
            say(f"  {key:16} {line(counts)}")
    words = [word for sentence in written(DATA / "anercorp_train.conll") for word, _ in sentence]
    documents = [analyse(" ".join(words[at : at + 400])) for at in range(0, len(words), 400)]
    size = sum(len(document.text.encode("utf-8")) for document in documents)
    for run_name in ("first sight of each form", "forms remembered"):
        started = time.process_time()
        for document in documents:
            recogniser.annotate(document)
        say(f"{run_name}: {size / 1e6 / (time.process_time() - started):.2f} MB/s of processor time, entities alone")


def held_out(sentences: Sequence[Sentence], sixth: int) -> tuple[list[Sentence], list[Sentence]]:
    """Return the sentences without one sixth of them, and that sixth."""
    first, past = (len(sentences) * part // SIXTHS for part in (sixth, sixth + 1))
    return [*sentences[:first], *sentences[past:]], list(sentences[first:past])


def run(name: str, experiment: Experiment, folds: Sequence[int], say: Callable[[str], None]) -> None:
    """Train and measure one experiment on each fold of ANERcorp, Wojood's validation part, AQMAR and our gold.

    AQMAR is held out whole, but for the experiments that train on it.
    """
    whole = corpus("anercorp")
    others = {other: corpus(other) for other in experiment.corpora}
    pooled = [] if experiment.adapted else [sentence for other in others.values() for sentence in other]
    total: Counter[tuple[str, int]] = Counter()
    size = started = 0.0
    for fold in folds:
        kept, part = held_out(whole, fold)
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "model.npz"
            started -= time.perf_counter()
            own = others if experiment.adapted else {}
            training.train([*kept, *pooled], path, experiment.settings, others=own, without=experiment.without)
            started += time.perf_counter()
            size = path.stat().st_size
            tagger = Tagger(path, gazetteer())
        recogniser = EntityRecogniser(tagger)
        printed = written(DATA / "anercorp_train.conll")
        first, past = (len(printed) * part_number // SIXTHS for part_number in (fold, fold + 1))
        words = {"ANERcorp": printed[first:past], "Wojood": written(DATA / "wojood_sample_val.conll")}
        names = {"ANERcorp": part, "Wojood": read_conll(DATA / "wojood_sample_val.conll")}
        if "aqmar" not in experiment.corpora:
            words["AQMAR"] = [row for path in sorted((DATA / "aqmar").glob("*.conll")) for row in written(path)]
            names["AQMAR"] = corpus("aqmar")
        scores = {
            f"{corpus_name} words, recogniser": recognised(recogniser, rows) for corpus_name, rows in words.items()
        }
        for corpus_name, sentences in names.items():
            wanted = [[tag for _, tag in sentence] for sentence in sentences]
            scores[corpus_name] = compare(wanted, predict(tagger, sentences, experiment.bias))
        scores |= {f"gold of {where}, exact": counts for where, counts in on_gold(recogniser).items()}
        for what, by_class in scores.items():
            for key, counts in by_class.items():
                for column, count in enumerate(counts):
                    total[f"{what}: {key}", column] += count
    say(f"{name}: {experiment.about}; {size / 1e3:.0f} kB, trained in {started / len(folds):.0f} s")
    for key in sorted({key for key, _ in total}):
        say(f"  {key:38} {line((total[key, 0], total[key, 1], total[key, 2]))}")


def main() -> None:
    """Run the experiments that the command line names."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "experiments", nargs="*", default=["shipped"], metavar="EXPERIMENT", help=", ".join(EXPERIMENTS)
    )
    parser.add_argument("--folds", default="5", help="the sixths of ANERcorp to hold out, one after the other: 2,5")
    parser.add_argument("--gold", action="store_true", help="score and time the shipped recogniser on the gold")
    chosen = parser.parse_args()
    if not DATA.exists():
        sys.exit(f"{DATA} is absent: the corpora stay outside the repository, see the file's head")
    if chosen.gold:
        shipped(print)
        return
    for name in chosen.experiments:
        run(
            name,
            EXPERIMENTS[name],
            [int(fold) for fold in chosen.folds.split(",")],
            lambda text: print(text, flush=True),
        )


if __name__ == "__main__":
    main()
