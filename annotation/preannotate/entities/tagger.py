"""The trained sequence model at run time: a linear-chain CRF over numpy arrays.

Lafferty, McCallum & Pereira (2001), Conditional Random Fields. Every feature belongs to one word form, so a form's
scores at the five offsets are one remembered row, and the scores of a text are sums of shifted rows. Only stretches
whose words might be names go through forward-backward, all stretches of a text at once; between them stand words that
are no name whatever their neighbours are.
"""

from __future__ import annotations

import hashlib
import zipfile
import zlib
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from tokenize import TokenError
from typing import NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ....schema.errors import MusnadError
from ..document import Document
from .features import OFFSETS, form_features, name_codes
from .gazetteer import Gazetteer, gazetteer

MODEL = "entities.npz"
VERSION = "entity-crf-1.2"
# Added to the log-odds of a name: a missed name costs an annotator more than a wrong one.
BIAS = {"PER": 0.8, "ORG": 0.4, "LOC": 0.3, "MISC": 0.0}
# A word whose O leads by this log-odds, the bias added, is taken as no name whatever its neighbours are: on held-out
# news that finds what 8 finds, in less time.
_SURE = 2.0
_EDGE = "<edge>"
_RESCALED = 8  # words after which forward-backward is brought back to 1: doubles bear that many without it
_FORMS = 120_000
_STEEPEST = 80.0  # of transitions, in log-odds: doubles bear that often over as many words
_LABELS = 51  # a column of weights has its number in a byte, and a label has five
_LARGEST = 256 << 20  # bytes unpacked; the shipped model has less than a megabyte
# What numpy and zipfile raise for a file of something else, or a damaged one.
_DAMAGE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, RuntimeError, EOFError, MemoryError,
    OSError, SyntaxError, SystemError, TokenError, zipfile.BadZipFile, zlib.error,
)  # fmt: skip


Floats: TypeAlias = npt.NDArray[np.float32]
Doubles: TypeAlias = npt.NDArray[np.float64]
Places: TypeAlias = npt.NDArray[np.intp]


class Tagged(NamedTuple):
    """A stretch of words that the model takes for a name: word indices (half-open), label, probability from 0 to 1."""

    start: int
    end: int
    label: str
    score: float


class NameModel(Protocol):
    """What finds names in a document for the recogniser to give our labels and boundaries: this CRF, camel-tools."""

    @property
    def version(self) -> str: ...

    @property
    def common(self) -> frozenset[str]:
        """Folded words that are seldom part of a name."""
        ...

    def names(self, document: Document) -> list[Tagged]:
        """Return the names of a document in order, labelled PER, LOC, ORG or MISC."""
        ...


class Tagger:
    """A trained model; one instance serves any number of texts and remembers the forms it has met."""

    def __init__(self, path: Path, lexicon: Gazetteer) -> None:
        """Load a model written by `training.write_model`.

        Raises OSError when the file can't be read and KeyError or ValueError when it is no such model.
        """
        with np.load(path, allow_pickle=False) as model:
            self.labels: list[str] = model["labels"].tolist()
            features = model["features"].tobytes().decode("utf-8").split("\n")
            pointers = model["pointers"]
            columns = model["columns"].astype(np.intp)
            values = model["values"].astype(np.float32)
            transitions = model["transitions"].astype(np.float32)
            self.common = frozenset(model["common"].tobytes().decode("utf-8").split("\n"))
        self.lexicon = lexicon
        self.width = len(self.labels)
        named = [label for label in self.labels if label != "O"]
        if not 0 < len(named) < _LABELS or not all(label[:2] in ("B-", "I-") for label in named):
            raise ValueError(f"its {len(named)} labels are {self.labels[:9]}")
        if transitions.shape != (self.width, self.width):
            raise ValueError(f"{self.width} labels do not go with transitions of the shape {transitions.shape}")
        filled = np.diff(pointers)
        if pointers[0] != 0 or filled.min() < 0 or not pointers[-1] == len(columns) == len(values):
            raise ValueError("its rows and its weights do not go together")
        if not np.isfinite(values).all() or not (np.abs(transitions) <= _STEEPEST).all():
            raise ValueError("it has weights that no training gives")
        self.row_of = dict(zip(features, range(len(features)), strict=True))
        self._weights = np.zeros((len(features) + 1, len(OFFSETS) * self.width), np.float32)
        self._weights[np.repeat(np.arange(len(features)), filled), columns] = values
        self._outside = self.labels.index("O")
        self._inside = np.flatnonzero(np.arange(self.width) != self._outside)
        odds = np.exp(transitions.astype(np.float64))
        self._both_ways = np.block([[odds, np.zeros_like(odds)], [np.zeros_like(odds), odds.T]])
        self._table: Floats = np.zeros((4096, len(OFFSETS) * self.width), np.float32)
        self._rows: dict[str, int] = {}
        self._remember([_EDGE])

    version: str = VERSION

    def names(self, document: Document) -> list[Tagged]:
        """Return the names of a document, with the bias towards names that annotators are best served by."""
        return self.tag(document.folds, document.sentences, BIAS)

    def tag(
        self, folds: Sequence[str], sentences: Sequence[tuple[int, int]], bias: float | dict[str, float] = 0.0
    ) -> list[Tagged]:
        """Return the names in a text of folded words, in order; `bias` is added to the log-odds of a name (recall)."""
        if not sentences:
            return []
        places, emissions = self._emissions(folds, sentences)
        shift = [bias.get(label[2:], 0.0) if isinstance(bias, dict) else bias for label in self.labels]
        shift[self._outside] = 0.0
        emissions += np.array(shift, np.float32)
        margin = emissions[:, self._outside] - emissions[:, self._inside].max(1)
        unsure = (margin < _SURE) & (places >= 0)
        positions = np.flatnonzero(unsure)
        if not len(positions):
            return []
        breaks = np.flatnonzero(positions[1:] - positions[:-1] > 1) + 1
        marginals = self._marginals(emissions[positions], np.concatenate(([0], breaks, [len(positions)])))
        choices = marginals.argmax(1)
        named = np.flatnonzero(choices != self._outside)
        positions = positions[named]
        chosen = choices[named]
        scores = marginals[named, chosen]
        return self._read(positions.tolist(), places[positions].tolist(), chosen.tolist(), scores.tolist())

    def _emissions(self, folds: Sequence[str], sentences: Sequence[tuple[int, int]]) -> tuple[Places, Floats]:
        """The words of the sentences with two edges around each, an edge as -1, and a row of scores for each."""
        rows = self._rows
        if len(rows) > _FORMS:
            rows.clear()
            self._remember([_EDGE])
        try:
            row_of_word = list(map(rows.__getitem__, folds))
        except KeyError:
            self._remember(sorted(set(folds).difference(rows)))
            row_of_word = list(map(rows.__getitem__, folds))
        lengths = [past - first for first, past in sentences]
        words = np.arange(len(folds))
        position_of = words + 2 * np.arange(1, len(sentences) + 1).repeat(lengths)
        sequence = np.zeros(len(folds) + 2 * len(sentences) + 2, np.intp)
        sequence[position_of] = row_of_word
        places = np.full(len(sequence), -1)
        places[position_of] = words
        gathered = self._table.take(sequence, 0).reshape(len(sequence), len(OFFSETS), self.width)
        emissions = gathered[:, 2].copy()
        for column, offset in enumerate(OFFSETS):
            if offset < 0:
                emissions[-offset:] += gathered[:offset, column]
            elif offset > 0:
                emissions[:-offset] += gathered[offset:, column]
        codes = name_codes(folds, sentences, self.lexicon)
        if codes:
            coded = position_of[[place for place, _ in codes]]
            # The last row of the weights, of zeros, is that of a code that the model doesn't know.
            known = self._weights.take([self.row_of.get(f"c={code}", -1) for _, code in codes], 0)
            for column in (1, 2, 3):
                emissions[coded - OFFSETS[column]] += known[:, column * self.width : (column + 1) * self.width]
        return places, emissions

    def _remember(self, forms: Sequence[str]) -> None:
        wanted: list[int] = []
        offsets: list[int] = []
        row_of = self.row_of
        for form in forms:
            offsets.append(len(wanted))
            names = ["w=<edge>"] if form == _EDGE else form_features(form, self.lexicon)
            wanted += [row for row in map(row_of.get, names) if row is not None]
            wanted.append(-1)
        # Each form's rows end with the row of zeros, so that no stretch is empty.
        sums = np.add.reduceat(self._weights[wanted], offsets, axis=0)
        first = len(self._rows)
        while first + len(forms) > len(self._table):
            self._table = np.vstack((self._table, np.zeros_like(self._table)))
        self._table[first : first + len(forms)] = sums
        self._rows.update(zip(forms, range(first, first + len(forms)), strict=True))

    def _marginals(self, emissions: Floats, edges: Places) -> Doubles:
        """Forward-backward over stretches that stand between O's, given one after another with the edges between them;
        a row of label probabilities for each of their words.

        Both passes are one recursion, `state = (state @ transitions) * scores`, the backward one with the words in
        reverse and the transitions transposed; so they run as two halves of one state.
        """
        order = np.argsort(edges[:-1] - edges[1:], kind="stable")
        starts, ends = edges[:-1][order], edges[1:][order]
        lengths = ends - starts
        steps = np.arange(int(lengths[0]))[:, None]
        # Stretches come longest first, so those that still have a word at a step are the first ones.
        inside = lengths > steps
        alive = inside.sum(1).tolist()
        forward = np.where(inside, starts + steps, 0)
        backward = np.where(inside, ends - 1 - steps, 0)
        largest = emissions.T.copy().max(0)  # numpy is quick over long rows
        odds = np.exp(emissions - largest[:, None], dtype=np.float64)
        scores = np.concatenate((odds[forward], odds[backward]), 2)
        reached = np.zeros_like(scores)
        state = np.zeros((len(order), 2, self.width))
        state[:, :, self._outside] = 1
        for step, count in enumerate(alive):
            if step % _RESCALED == 0:
                state = state.reshape(-1, 2, self.width)
                state = (state / state.sum(2, keepdims=True)).reshape(-1, 2 * self.width)
            carried = np.matmul(state[:count], self._both_ways, out=reached[step, :count])
            state = carried * scores[step, :count]
        marginals: Doubles = np.empty(emissions.shape)
        marginals[forward[inside]] = reached[inside, : self.width]
        marginals[backward[inside]] *= reached[inside, self.width :]
        marginals *= odds
        marginals /= marginals.sum(1, keepdims=True)
        return marginals

    def _read(self, positions: list[int], places: list[int], choices: list[int], scores: list[float]) -> list[Tagged]:
        """Names from the words that aren't O: their positions in the padded text, words, labels and probabilities."""
        found: list[Tagged] = []
        last = begin = past = -1
        label = ""
        score = 1.0
        for position, place, choice, probability in zip(positions, places, choices, scores, strict=True):
            tag = self.labels[choice]
            if begin < 0 or position != last + 1 or tag[0] != "I" or tag[2:] != label:
                if begin >= 0:
                    found.append(Tagged(begin, past, label, score))
                begin, label, score = place, tag[2:], probability
            score = min(score, probability)
            last, past = position, place + 1
        if begin >= 0:
            found.append(Tagged(begin, past, label, score))
        return found


@cache
def default_tagger() -> Tagger:
    """Return the shipped model, loaded once."""
    with as_file(files(__package__) / "models" / MODEL) as path:
        return Tagger(path, gazetteer())


def trained(path: Path) -> Tagger:
    """Return a model that `musnad train entities` wrote; its version carries the file's hash.

    Raises OSError when the file can't be read, and MusnadError when it is no such model or unpacks to over 256 MB.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        with zipfile.ZipFile(path) as archive:
            if (size := sum(member.file_size for member in archive.infolist())) > _LARGEST:
                raise ValueError(f"it unpacks to {size >> 20} MB, and no model is that large")
        tagger = Tagger(path, gazetteer())
    except _DAMAGE as error:
        raise MusnadError(f"{path} is no model of `musnad train entities`: {error}") from error
    tagger.version = f"entity-crf-{digest[:8]}"
    return tagger
