"""The circle closed: the entity model learns from a release, and is measured on articles of it that it did not see.

What a release teaches is pooled with what the shipped model knows: the weights of both are averaged, which for linear
models is a logarithmic opinion pool (Smith, Cohn & Osborne 2005, Logarithmic opinion pools for conditional random
fields, ACL). How much the new model counts is decided by the validation split, never by the test split.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from importlib.resources import as_file, files
from pathlib import Path
from typing import NamedTuple

import msgspec
import numpy as np

from ..annotation.preannotate import entities
from ..annotation.preannotate.entities.features import OFFSETS
from ..annotation.preannotate.entities.tagger import MODEL
from ..annotation.preannotate.entities.training import DEFAULT, train_entities, write_model
from ..annotation.preannotate.pipeline import Pipeline
from ..schema.errors import MusnadError
from ..schema.jsonl import writing
from ..schema.records import Article, Layer
from ..schema.release_scores import ReleaseScores
from .reading import read_gold, read_manifest
from .scoring import score, truth_in, truth_of

SHARES = (0.0, 0.1, 0.2, 0.35, 0.5, 0.75, 1.0)
"""How much the new model may count against the shipped one, from not at all to alone."""

_UNTRIED = 0.35  # the share without a validation split to try others on
_SCORE = "entities.exact.f1"
_SHIPPED = "crf"


class Retrained(msgspec.Struct, frozen=True):
    """A model made of a release: sentences learned from, its share in the pool, and its scores against the shipped one.

    `scores` are of the test split; None when the release has none.
    """

    sentences: int
    share: float
    scores: ReleaseScores | None

    def told(self) -> str:
        """Return in a line what the model gains over the shipped one."""
        if self.scores is None or self.scores.against is None:
            return "the release has no articles to measure the gain on"
        one = self.scores.against[_SCORE]
        if one.value is None or one.against is None or one.difference is None:
            return "the held-out articles have no entity to measure the gain on"
        spread = "" if one.low is None else f" (95 % {one.low:+.3f} … {one.high:+.3f}, p {one.p:.2f})"
        where = f"{self.scores.n_articles} articles of the split {self.scores.split!r}"
        return f"exact F1 on {where}: {one.value:.3f}, shipped {one.against:.3f}, gain {one.difference:+.3f}{spread}"


def retrain(release: Path, out: Path, corpora: Sequence[Path] = (), *, seed: int = DEFAULT.seed) -> Retrained:
    """Learn from the training split of a release and from CoNLL files, write the model to `out`, and measure it.

    Raises MusnadError when the release has no texts or no training split, and as `train_entities` does.
    """
    manifest = read_manifest(release)
    if manifest.text_policy != "full":
        raise MusnadError(f"{release} has no texts to learn from: rehydrate it, and release what you get")
    learned, tried, held = (_gold(release, split) for split in ("train", "validation", "test"))
    with tempfile.TemporaryDirectory() as folder:
        own = Path(folder) / "own.npz"
        sentences = train_entities(corpora, learned, own, settings=DEFAULT._replace(seed=seed))
        shares = SHARES if tried else (_UNTRIED,)
        pooled = {share: Path(folder) / f"{n}.npz" for n, share in enumerate(shares)}
        for share, path in pooled.items():
            pool(own, share, path)
        # The first of equals: what the release does not teach is left to the shipped model.
        best = max(shares, key=lambda share: _f1(pooled[share], tried)) if tried else _UNTRIED
        with writing(out) as file:
            file.write(pooled[best].read_bytes())
    if not held:
        return Retrained(sentences, best, None)
    truth = truth_of(release, "test")
    scores = score(_predicted(str(out), held), truth, against=_predicted(_SHIPPED, held), seed=seed)
    return Retrained(sentences, best, scores)


def pool(model: Path, share: float, out: Path) -> None:
    """Write the average of a model, weighing `share`, and the shipped one, weighing the rest."""
    with as_file(files(entities) / "models" / MODEL) as shipped:
        sides = [(_read(model), share), (_read(shipped), 1 - share)]
    weights: dict[tuple[str, str], float] = {}
    moves: dict[tuple[str, str], float] = {}
    for side, weight in sides:
        for own, total in ((side.weights, weights), (side.moves, moves)):
            for key, value in own.items():
                total[key] = total.get(key, 0.0) + weight * value
    labels = sorted({label for side, _ in sides for label in side.labels})
    common = sorted({word for side, weight in sides for word in side.common if weight})
    write_model(labels, weights, moves, common, out, DEFAULT.least if 0 < share < 1 else 0.0)


class _Model(NamedTuple):
    """A model's weights by attribute and label and by the labels before and after."""

    labels: list[str]
    weights: Mapping[tuple[str, str], float]
    moves: Mapping[tuple[str, str], float]
    common: list[str]


def _read(path: Path) -> _Model:
    """Read what `write_model` wrote."""
    with np.load(path, allow_pickle=False) as model:
        labels: list[str] = model["labels"].tolist()
        names = model["features"].tobytes().decode("utf-8").split("\n")
        rows = np.repeat(np.arange(len(names)), np.diff(model["pointers"]))
        places, values = model["columns"].astype(int), model["values"].astype(float)
        transitions = model["transitions"].tolist()
        common = model["common"].tobytes().decode("utf-8").split("\n")
    weights = {
        (f"{OFFSETS[place // len(labels)]}{names[row]}", labels[place % len(labels)]): value
        for row, place, value in zip(rows.tolist(), places.tolist(), values.tolist(), strict=True)
    }
    moves = {
        (before, after): transitions[n][m]
        for n, before in enumerate(labels)
        for m, after in enumerate(labels)
        if transitions[n][m]
    }
    return _Model(labels, weights, moves, common)


def _gold(release: Path, split: str) -> list[tuple[Article, Layer]]:
    return [(one.article, one.layer) for one in read_gold(release, split) if one.article is not None]


def _predicted(entities_by: str, gold: Sequence[tuple[Article, Layer]]) -> list[Layer]:
    pipeline = Pipeline(("entities",), entities=entities_by)
    return [pipeline.annotate(article) for article, _ in gold]


def _f1(model: Path, gold: Sequence[tuple[Article, Layer]]) -> float:
    truth = truth_in([layer for _, layer in gold])
    return score(_predicted(str(model), gold), truth, draws=0).figures[_SCORE].value or 0.0
