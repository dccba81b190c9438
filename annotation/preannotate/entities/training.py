"""Trains the sequence model from token-per-line corpora; the same corpora and seed give the same model."""

from __future__ import annotations

import io
import os
import random
import tempfile
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from ....schema.errors import MusnadError
from ....schema.jsonl import writing
from ....schema.records import Article, Layer
from ..document import analyse
from .features import EDGE, FAR, NEAR, OFFSETS, form_features, name_codes
from .gazetteer import Gazetteer, gazetteer

Sentence = list[tuple[str, str]]

_ROOM = 1 << 16  # bytes, more than a disk has left that was too full for a model

# Tags of the corpora as the model's four classes; a tag that isn't here is O.
CLASSES = {
    "PER": "PER",
    "PERS": "PER",
    "LOC": "LOC",
    "GPE": "LOC",
    "FAC": "LOC",
    "ORG": "ORG",
    "MISC": "MISC",
    "NORP": "MISC",
    "EVENT": "MISC",
}

# musnad's labels as the model's classes.
_OURS = {"PER": "PER", "ORG": "ORG", "GPE": "LOC", "LOC": "LOC", "FAC": "LOC", "EVENT": "MISC"}


class Settings(NamedTuple):
    """How to train: L1 and L2 penalties, most iterations of L-BFGS, the least weight kept, bags, share, seed.

    With `bags` over 1, as many models are trained, each on stretches of sentences drawn with replacement, and their
    weights averaged (Breiman 1996, Bagging predictors).
    """

    l1: float = 0.1
    l2: float = 0.2
    iterations: int = 120
    least: float = 0.02
    bags: int = 1
    share: float = 0.5
    seed: int = 7


DEFAULT = Settings()


def read_conll(path: Path, classes: dict[str, str] = CLASSES) -> list[Sentence]:
    """Return the sentences of a CoNLL file (word, then tags, the outermost first) as folded words and BIO classes.

    Words are cut as musnad cuts text; punctuation at the edge of a named word is O. Raises MusnadError for a line
    that has a word but no tag.
    """
    sentences: list[Sentence] = []
    sentence: Sentence = []
    for number, line in enumerate(path.read_text("utf-8").splitlines(), 1):
        fields = line.split()
        if not fields:
            if sentence:
                sentences.append(sentence)
                sentence = []
            continue
        if len(fields) == 1:
            if fields[0] != "O":
                raise MusnadError(f"{path}:{number}: no tag after the word {fields[0]!r}")
            continue
        sentence += _words(fields[0], outermost(fields[1:], classes))
    if sentence:
        sentences.append(sentence)
    return sentences


def layer_sentences(article: Article, layer: Layer) -> list[Sentence]:
    """Return an annotated article as folded words and BIO classes, of nested entities the outermost.

    Demonyms are left to the word lists, as ANERcorp has them.
    """
    document = analyse(article.text)
    tags = ["O"] * len(document.words)
    for entity in sorted(layer.entities, key=lambda entity: (entity.end - entity.start, entity.start)):
        label = _OURS.get(entity.label)
        if label is None:
            continue
        first = bisect_right(document.starts, entity.start) - 1
        past = bisect_left(document.starts, entity.end)
        if first >= 0:
            tags[first:past] = [f"B-{label}", *[f"I-{label}"] * (past - first - 1)]
    return [list(zip(document.folds[a:b], tags[a:b], strict=True)) for a, b in document.sentences]


def train_entities(
    corpora: Iterable[Path],
    layers: Iterable[tuple[Article, Layer]],
    output: Path,
    settings: Settings = DEFAULT,
) -> int:
    """Train on CoNLL files and annotated articles, write the model to `output`, return the number of sentences.

    Raises OSError for a file that can't be read and MusnadError for a bad line or when there is nothing to learn.
    """
    sentences = [sentence for path in corpora for sentence in read_conll(path)]
    sentences += [sentence for article, layer in layers for sentence in layer_sentences(article, layer)]
    train(sentences, output, settings)
    return len(sentences)


def outermost(tags: Sequence[str], classes: dict[str, str] = CLASSES) -> str:
    """Return the BIO class of the outermost tag that has one."""
    for tag in tags:
        position, _, name = tag.partition("-")
        if position in ("B", "I") and name in classes:
            return f"{position}-{classes[name]}"
    return "O"


def _words(written: str, tag: str) -> Iterator[tuple[str, str]]:
    first = True
    for form in analyse(written).folds:
        if not form:
            continue
        if tag == "O" or (first and not form[0].isalnum()):
            yield form, "O"
        else:
            yield form, tag if first else f"I{tag[1:]}"
            first = False


def attributes(words: Sequence[str], lexicon: Gazetteer, cache: dict[str, list[str]]) -> list[list[str]]:
    """Return the attributes of each word of a sentence: an offset and a feature of the word there."""
    forms = []
    for word in words:
        features = cache.get(word)
        if features is None:
            features = cache[word] = form_features(word, lexicon)
        forms.append(features)
    codes = dict(name_codes(words, [(0, len(words))], lexicon))
    padded = [EDGE, EDGE, EDGE, *forms, EDGE, EDGE, EDGE]
    rows = []
    for place in range(-1, len(words) + 1):
        row = []
        for offset in OFFSETS:
            features = padded[place + 3 + offset]
            if offset:
                features = [name for name in features if name[0] not in NEAR and (abs(offset) < 2 or name[0] in FAR)]
            row += [f"{offset}{name}" for name in features]
            if abs(offset) < 2 and place + offset in codes:
                row.append(f"{offset}c={codes[place + offset]}")
        rows.append(row)
    return rows


def train(
    sentences: Iterable[Sentence],
    output: Path,
    settings: Settings = DEFAULT,
    *,
    others: Mapping[str, Sequence[Sentence]] | None = None,
    without: str = "",
    verbose: bool = False,
) -> None:
    """Train a model on sentences and write it to `output`.

    `others` are corpora of other conventions, by name. Their sentences have a copy of every feature that is theirs
    alone, which takes up what they label otherwise (Daumé III 2007, Frustratingly easy domain adaptation); of its
    weight the share `settings.share` goes into the model.

    `without` leaves out features by their first letter. Takes seconds to minutes. Raises MusnadError when no sentence
    has a name in it.
    """
    material = [(sentence, "") for sentence in sentences if sentence]
    for name, corpus in (others or {}).items():
        material += [(sentence, name) for sentence in corpus if sentence]
    if not any(tag != "O" for sentence, _ in material for _, tag in sentence):
        raise MusnadError("nothing to train on: no sentence has a tagged word")
    lexicon = gazetteer()
    cache: dict[str, list[str]] = {}
    rows = []
    for sentence, domain in material:
        kept = attributes([word for word, _ in sentence], lexicon, cache)
        if without:
            kept = [[name for name in row if name.lstrip("-012")[0] not in without] for row in kept]
        if domain:
            kept = [[*row, *(f"{name}\t{domain}" for name in row)] for row in kept]
        rows.append((kept, ["O", *(tag for _, tag in sentence), "O"]))
    chance = random.Random(settings.seed)
    weights: dict[tuple[str, str], float] = defaultdict(float)
    transitions: dict[tuple[str, str], float] = defaultdict(float)
    labels: set[str] = set()
    for _ in range(settings.bags):
        info = _fit(_draw(rows, chance) if settings.bags > 1 else _shuffled(rows, chance), settings, verbose)
        for (attribute, label), weight in info.state_features.items():
            name, _, domain = attribute.partition("\t")
            weights[name, label] += weight * (settings.share if domain else 1)
        for moves, weight in info.transitions.items():
            transitions[moves] += weight
        labels.update(info.labels)
    for averaged in (weights, transitions):
        for key in averaged:
            averaged[key] /= settings.bags
    write_model(
        sorted(labels), weights, transitions, common_words(sentence for sentence, _ in material), output, settings.least
    )


Row = tuple[list[list[str]], list[str]]


def _shuffled(rows: Sequence[Row], chance: random.Random) -> list[Row]:
    order = list(rows)
    chance.shuffle(order)
    return order


def _draw(rows: Sequence[Row], chance: random.Random, stretch: int = 20) -> list[Row]:
    """As many sentences as there are, in stretches drawn with replacement."""
    starts = range(0, len(rows), stretch)
    return [row for start in chance.choices(starts, k=len(starts)) for row in rows[start : start + stretch]]


def _fit(rows: Iterable[Row], settings: Settings, verbose: bool) -> Any:
    import pycrfsuite

    trainer = pycrfsuite.Trainer(verbose=verbose)
    trainer.set_params(
        {
            "c1": settings.l1,
            "c2": settings.l2,
            "max_iterations": settings.iterations,
            "feature.possible_transitions": True,
        }
    )
    for attributes_of_words, tags in rows:
        trainer.append(attributes_of_words, tags)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "model.crfsuite"
        trainer.train(str(path))
        tagger = pycrfsuite.Tagger()
        try:
            _see_room(path)
            tagger.open(str(path))
        except (OSError, ValueError) as error:
            reason = getattr(error, "strerror", None) or "it is cut off"
            raise MusnadError(
                f"the model can't be written to {folder}: {reason}; make room there, or set TMPDIR"
            ) from error
        info = tagger.info()
        tagger.close()
    return info


def _see_room(path: Path) -> None:
    """Raise OSError when a file can't grow: crfsuite does not say so, and crashes on a file that is cut off."""
    with path.open("r+b") as file:
        size = file.seek(0, os.SEEK_END)
        file.write(bytes(_ROOM))
        file.flush()
        file.truncate(size)


def common_words(sentences: Iterable[Sentence], least: int = 3, named: float = 0.1) -> list[str]:
    """Return the forms that stand outside names at least `least` times and inside them at most in a share `named`."""
    outside: Counter[str] = Counter()
    inside: Counter[str] = Counter()
    for sentence in sentences:
        for form, tag in sentence:
            (outside if tag == "O" else inside)[form] += 1
    return sorted(
        form
        for form, times in outside.items()
        if times >= least and form.isalpha() and inside[form] <= named * (times + inside[form])
    )


def write_model(
    labels: Sequence[str],
    weights: Mapping[tuple[str, str], float],
    moves: Mapping[tuple[str, str], float],
    common: Sequence[str],
    output: Path,
    least: float,
) -> None:
    """Write a model as the arrays that `Tagger` reads, the file whole or not at all.

    `weights` are by attribute and label, `moves` by the labels before and after; weights under `least` are left out.
    """
    column = {label: index for index, label in enumerate(labels)}
    rows: dict[str, dict[int, float]] = {}
    for (attribute, label), weight in weights.items():
        if abs(weight) >= least:
            size = 2 if attribute[0] == "-" else 1
            offset = OFFSETS.index(int(attribute[:size]))
            rows.setdefault(attribute[size:], {})[offset * len(labels) + column[label]] = weight
    transitions = np.zeros((len(labels), len(labels)), np.float32)
    for (before, after), weight in moves.items():
        transitions[column[before], column[after]] = weight
    path = output if output.suffix == ".npz" else output.with_name(f"{output.name}.npz")
    names = sorted(rows)
    pointers = np.cumsum([0, *(len(rows[name]) for name in names)], dtype=np.int32)
    entries = [entry for name in names for entry in sorted(rows[name].items())]
    packed = io.BytesIO()  # a full disk would leave numpy's archive half open, which says so when it goes
    np.savez_compressed(
        packed,
        labels=np.array(labels),
        features=np.frombuffer("\n".join(names).encode("utf-8"), np.uint8),
        pointers=pointers,
        columns=np.array([place for place, _ in entries], np.uint8),
        values=np.array([weight for _, weight in entries], np.float16),
        transitions=transitions,
        common=np.frombuffer("\n".join(common).encode("utf-8"), np.uint8),
    )
    with writing(path) as file:
        file.write(packed.getvalue())
