"""Predictions scored against a release: each score with its interval, and two systems compared article by article.

The counts are those of `musnad evaluate` and so the matching is that of the agreement figures. Intervals: percentiles
of a bootstrap over articles (Efron & Tibshirani 1993, ch. 13). The test of a difference is approximate randomisation
(Noreen 1989; Yeh 2000, More accurate tests for the statistical significance of result differences, COLING).
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import msgspec
import numpy as np

from ..annotation.agreement.bootstrap import Draws, figure
from ..annotation.agreement.distance import Floats
from ..annotation.agreement.evaluation import Counts, count_article, fractions, scores
from ..annotation.agreement.tally import BLOCK, ratio
from ..corpus.spill import Strings
from ..schema.agreement_report import Figure
from ..schema.errors import LayersError, MusnadError
from ..schema.jsonl import Refusal, read_layers
from ..schema.records import Article, Layer
from ..schema.release_scores import Compared, ReleaseScores
from .reading import read_gold, read_ids, read_manifest
from .splits import SPLITS

if TYPE_CHECKING:
    from scipy.sparse import csr_array


_SWAPS = 1 << 20  # answers that are swapped or not at a time


class Truth(NamedTuple):
    """Gold to score against: its articles' ids, a pass over it with the texts that are at hand, and its name."""

    ids: Collection[str]
    read: Callable[[], Iterator[tuple[Article | None, Layer]]]
    release: str | None = None
    version: str | None = None
    split: str | None = None


def truth_of(directory: Path, split: str = "test") -> Truth:
    """Return the gold of one split of a release. Raises MusnadError when there is no such release or split."""
    manifest = read_manifest(directory)
    if split not in SPLITS or not manifest.articles.get(split):
        known = ", ".join(name for name in SPLITS if manifest.articles.get(name))
        raise MusnadError(f"{directory} has no article in the split {split!r}: name one of {known}")

    def read() -> Iterator[tuple[Article | None, Layer]]:
        return ((one.article, one.layer) for one in read_gold(directory, split))

    return Truth(frozenset(read_ids(directory, split)), read, manifest.name, manifest.version, split)


def truth_in(gold: Sequence[Layer], articles: Mapping[str, Article] | None = None) -> Truth:
    """Return gold that is no release's; with `articles`, heads of parts are scored too."""
    texts = articles or {}
    return Truth(
        frozenset(layer.article_id for layer in gold), lambda: ((texts.get(one.article_id), one) for one in gold)
    )


def truth_at(path: Path, refusals: list[Refusal], articles: Mapping[str, Article] | None = None) -> Truth:
    """Return the gold of a file of layers, which is read anew for each system; see `truth_in`.

    Bad lines are appended to `refusals`, once. Raises OSError when the file can't be opened.
    """
    texts = articles or {}

    def read() -> Iterator[tuple[Article | None, Layer]]:
        return ((texts.get(one.article_id), one) for one in read_layers(path, [], articles))

    return Truth(frozenset(layer.article_id for layer in read_layers(path, refusals, articles)), read)


def score(
    predicted: Iterable[Layer],
    truth: Truth,
    *,
    against: Iterable[Layer] | None = None,
    draws: int = 1000,
    seed: int = 0,
) -> ReleaseScores:
    """Score one layer an article against gold, and compare with the layers of another system where they are given.

    An article of the gold without a predicted layer counts as if nothing was predicted. The same input and seed give
    the same figures. Raises LayersError when a system has no article of the gold, two layers of one, or a layer that
    was made for another text.
    """
    own = _Answers(predicted, truth)
    other = None if against is None else _Answers(against, truth)
    taken = Draws(len(own.articles), draws, seed)
    sums = own.sums(taken)
    return ReleaseScores(
        release=truth.release,
        version=truth.version,
        split=truth.split,
        n_articles=len(own.articles),
        missing=own.missing,
        n_outside=own.n_outside,
        n_draws=draws,
        seed=seed,
        layers=scores(own.total),
        figures={name: _figure(ratio(part, whole), whole[0], own) for name, (part, whole) in sums.items()},
        against=None if other is None else _compare(own, other, taken, seed),
    )


def titles(found: ReleaseScores) -> tuple[str, ...]:
    """Return the titles of the columns of `rows`."""
    own = ("layer", "score", "value", "low", "high", "n")
    return own if found.against is None else (*own, "against", "difference", "low", "high", "p")


def rows(found: ReleaseScores) -> Iterator[tuple[object, ...]]:
    """Yield the scores as rows of a table; of labels F1 alone, as precision and recall stand in the JSON."""
    for name in found.figures if found.against is None else found.against:
        if ".labels." in name and not name.endswith(".f1"):
            continue
        one = found.figures.get(name)
        layer, *what = name.replace("labels.", "").split(".")
        own = (layer, " ".join(what), *((one.value, one.low, one.high, one.n_units) if one else (None, None, None, 0)))
        if found.against is None:
            yield own
        else:
            both = found.against[name]
            yield *own, both.against, both.difference, both.low, both.high, both.p


Fractions = dict[str, tuple[Floats, Floats]]  # the part and the whole of each score, a number for each draw


class _Answers:
    """A system's answers, counted article by article: what each adds to the part and the whole of every score."""

    def __init__(self, predicted: Iterable[Layer], truth: Truth) -> None:
        self.n_outside = 0
        self.articles: list[str] = []
        self.missing: list[str] = []
        self.total: Counts = Counter()
        self._columns: dict[str, int] = {}
        self._column, self._part, self._whole, self._ends = array("q"), array("d"), array("d"), array("q", [0])
        layers = self._by_article(predicted, truth.ids)
        if not layers:
            raise LayersError("the predictions have no article of the gold: name the split that they were made for")
        for article, gold in truth.read():
            layer = layers.get(gold.article_id)
            if layer is None:
                self.missing.append(gold.article_id)
                layer = Layer(article_id=gold.article_id, sha256=gold.sha256, annotator="nobody")
            elif layer.sha256 != gold.sha256:
                raise LayersError(
                    f"article {gold.article_id!r}: the predicted layer was made for another text ({layer.sha256[:12]}…)"
                    f" than the gold ({gold.sha256[:12]}…): annotate the text of the release"
                )
            self.articles.append(gold.article_id)
            self._add(count_article(layer, gold, article.text if article else None))

    def sums(self, taken: Draws) -> Fractions:
        """Return the part and the whole of each score of the report, in its order, in each draw."""
        parts, wholes = np.zeros((2, len(taken), len(self._columns)))
        for first in range(0, len(self.articles), BLOCK):
            past = min(first + BLOCK, len(self.articles))
            drawn = taken[:, np.arange(first, past)].astype(float)
            for sums, matrix in zip((parts, wholes), self.matrices, strict=True):
                sums += drawn @ matrix[first:past]
        places = {name: self._columns[name] for name in fractions(self.total)}
        return {name: (parts[:, at], wholes[:, at]) for name, at in places.items()}

    @cached_property
    def matrices(self) -> list[csr_array]:
        """Parts and wholes: a row for each article, a column for each score."""
        from scipy.sparse import csr_array

        place = np.array(self._column, np.int64), np.array(self._ends, np.int64)
        shape = len(self.articles), len(self._columns)
        return [csr_array((np.array(data), *place), shape=shape) for data in (self._part, self._whole)]

    def columns(self, names: Sequence[str]) -> list[Floats]:
        """Return parts and wholes of these scores, a row for each article; 0 for a score that is nowhere defined."""
        at = [self._columns.get(name, -1) for name in names]
        return [np.where(np.array(at) < 0, 0.0, matrix.toarray()[:, at]) for matrix in self.matrices]

    def _add(self, counts: Counts) -> None:
        self.total.update(counts)
        for name, (part, whole) in fractions(counts).items():
            self._column.append(self._columns.setdefault(name, len(self._columns)))
            self._part.append(part)
            self._whole.append(whole)
        self._ends.append(len(self._column))

    def _by_article(self, layers: Iterable[Layer], wanted: Collection[str]) -> _Spilled:
        found = _Spilled()
        for layer in layers:
            if layer.article_id not in wanted:
                self.n_outside += 1
            elif before := found.get(layer.article_id):
                raise LayersError(
                    f"article {layer.article_id!r} has two predicted layers ({before.annotator!r} and"
                    f" {layer.annotator!r}): keep one of them in the file"
                )
            else:
                found.add(layer)
        return found


class _Spilled:
    """Layers by article, in a temporary file: gold comes in an order of its own."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._layers = Strings()

    def __len__(self) -> int:
        return len(self._numbers)

    def add(self, layer: Layer) -> None:
        self._numbers[layer.article_id] = len(self._layers)
        self._layers.append(msgspec.msgpack.encode(layer))

    def get(self, article_id: str) -> Layer | None:
        number = self._numbers.get(article_id)
        return None if number is None else msgspec.msgpack.decode(self._layers[number], type=Layer)


def _figure(values: Floats, n_units: float, of: _Answers) -> Figure:
    return figure(values, n_units=n_units, n_articles=len(of.articles), reason="there is nothing to divide by")


def _compare(own: _Answers, other: _Answers, taken: Draws, seed: int) -> dict[str, Compared]:
    """Compare two systems on every score that one of them has."""
    names = list(fractions(own.total + other.total))
    nothing = np.zeros(len(taken)), np.zeros(len(taken))
    sides = [[ratio(*sums.get(name, nothing)) for name in names] for sums in (own.sums(taken), other.sums(taken))]
    chances = _chances(own.columns(names), other.columns(names), len(taken) - 1, seed)
    found = {}
    for name, one, two, chance in zip(names, *sides, chances, strict=True):
        apart = _figure(one - two, 0, own)
        found[name] = Compared(
            value=_number(one[0]),
            against=_number(two[0]),
            difference=apart.value,
            low=apart.low,
            high=apart.high,
            p=chance if apart.value is not None else None,
        )
    return found


def _chances(own: Sequence[Floats], other: Sequence[Floats], draws: int, seed: int) -> list[float | None]:
    """Return, for each score, in which share of swappings the systems differ at least as far as they do."""
    generator, n_articles = np.random.default_rng((seed, 1)), len(own[0])
    moved = [np.zeros((1 + draws, side.shape[1])) for side in own]  # the first stays: the systems as they are
    at_once = max(1, _SWAPS // n_articles)
    for row in range(1, 1 + draws, at_once):
        swaps = generator.integers(0, 2, (min(at_once, 1 + draws - row), n_articles)).astype(float)
        for gain, a, b in zip(moved, own, other, strict=True):
            gain[row : row + at_once] = swaps @ (b - a)
    first = ratio(*(side.sum(axis=0) + gain for side, gain in zip(own, moved, strict=True)))
    second = ratio(*(side.sum(axis=0) - loss for side, loss in zip(other, moved, strict=True)))
    apart = np.abs(first - second)
    as_far = (apart >= apart[0] - 1e-12).sum(axis=0)
    defined = (~np.isnan(apart)).sum(axis=0)
    return [float(a / n) if draws and n else None for a, n in zip(as_far, defined, strict=True)]


def _number(value: float) -> float | None:
    return None if np.isnan(value) else float(value)
