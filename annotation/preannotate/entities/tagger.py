"""The trained sequence model at run time: a linear-chain CRF over numpy arrays.

Lafferty, McCallum & Pereira (2001), Conditional Random Fields. Every feature belongs to one word form, so a form's
scores at the five offsets are one remembered row, and the scores of a text are sums of shifted rows. Only stretches
whose words might be names go through forward-backward, all stretches of a text at once; between them stand words that
are no name whatever their neighbours are.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Sequence
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from typing import Any, NamedTuple, Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from ....schema.errors import MusnadError
from ..document import Document
from .features import OFFSETS, form_features, name_codes
from .gazetteer import Gazetteer, gazetteer

MODEL = "entities.npz"
VERSION = "entity-crf-1.0"
# Added to the log-odds of a name: a missed name costs an annotator more than a wrong one.
BIAS = {"PER": 0.8, "ORG": 0.4, "LOC": 0.3, "MISC": 0.0}
# A word whose O leads by this log-odds is taken as no name, whatever its neighbours are: transitions seldom weigh more.
_SURE = 8.0
_EDGE = "<edge>"
_FORMS = 120_000


Floats: TypeAlias = npt.NDArray[np.float32]
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
        self.row_of = dict(zip(features, range(len(features)), strict=True))
        self._weights = np.zeros((len(features) + 1, len(OFFSETS) * self.width), np.float32)
        self._weights[np.repeat(np.arange(len(features)), np.diff(pointers)), columns] = values
        self._outside = self.labels.index("O")
        self._types = sorted({label[2:] for label in self.labels if label != "O"})
        self._transitions = np.exp(transitions)
        self._table: Floats = np.zeros((4096, len(OFFSETS) * self.width), np.float32)
        self._rows: dict[str, int] = {}
        self._code_rows: dict[str, Floats] = {}
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
        shift = np.zeros(self.width, np.float32)
        for index, label in enumerate(self.labels):
            if label != "O":
                shift[index] = bias.get(label[2:], 0.0) if isinstance(bias, dict) else bias
        emissions += shift
        margin = emissions[:, self._outside] - np.delete(emissions, self._outside, 1).max(1)
        unsure = (margin < _SURE) & (places >= 0)
        if not unsure.any():
            return []
        edges = np.flatnonzero(np.diff(np.concatenate(([0], unsure.view(np.int8), [0]))))
        starts, ends = edges[::2], edges[1::2]
        marginals = self._marginals(emissions, starts, ends)
        found: list[Tagged] = []
        for first, past, table in zip(starts.tolist(), ends.tolist(), marginals, strict=True):
            found += self._read(places[first:past].tolist(), table[: past - first])
        return found

    def _emissions(self, folds: Sequence[str], sentences: Sequence[tuple[int, int]]) -> tuple[Places, Floats]:
        rows = self._rows
        if len(rows) > _FORMS:
            rows.clear()
            self._remember([_EDGE])
        unseen = {form for form in folds if form not in rows}
        if unseen:
            self._remember(sorted(unseen))
        sequence: list[int] = [0, 0]
        places: list[int] = [-1, -1]
        codes: list[tuple[int, str]] = []
        for first, past in sentences:
            words = folds[first:past]
            at = len(sequence)
            codes += [(at + index, code) for index, code in enumerate(name_codes(words, self.lexicon)) if code]
            sequence += [rows[form] for form in words]
            sequence += (0, 0)
            places += range(first, past)
            places += (-1, -1)
        gathered = self._table[sequence].reshape(len(sequence), len(OFFSETS), self.width)
        emissions = gathered[:, 2].copy()
        for column, offset in enumerate(OFFSETS):
            if offset < 0:
                emissions[-offset:] += gathered[:offset, column]
            elif offset > 0:
                emissions[:-offset] += gathered[offset:, column]
        for at, code in codes:
            row = self._code_row(code)
            emissions[at + 1] += row[1]
            emissions[at] += row[2]
            emissions[at - 1] += row[3]
        return np.array(places), emissions

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

    def _code_row(self, code: str) -> Floats:
        row = self._code_rows.get(code)
        if row is None:
            at = self.row_of.get(f"c={code}")
            flat = self._weights[at] if at is not None else np.zeros(self._weights.shape[1], np.float32)
            row = self._code_rows[code] = flat.reshape(len(OFFSETS), self.width)
        return row

    def _marginals(self, emissions: Floats, starts: Places, ends: Places) -> Floats:
        """Forward-backward over stretches that stand between O's; shape (stretch, word, label)."""
        order = np.argsort(starts - ends, kind="stable")
        lengths = (ends - starts)[order]
        steps = np.arange(int(lengths[0]))[:, None]
        # Stretches come longest first, so those that still have a word at a step are the first ones.
        alive = (lengths > steps).sum(1).tolist()
        scores = emissions[np.minimum(starts[order] + steps, len(emissions) - 1)]
        scores -= scores.max(2, keepdims=True)
        np.exp(scores, out=scores)
        product = np.ones_like(scores)
        state: Any = np.zeros((len(order), self.width), np.float32)
        state[:, self._outside] = 1
        for step, count in enumerate(alive):
            state = (state[:count] @ self._transitions) * scores[step, :count]
            state /= state.sum(1, keepdims=True)
            product[step, :count] = state
        state = np.tile(self._transitions[:, self._outside], (len(order), 1))
        for step in range(len(alive) - 1, -1, -1):
            count = alive[step]
            product[step, :count] *= state[:count]
            before = (state[:count] * scores[step, :count]) @ self._transitions.T
            state[:count] = before / before.sum(1, keepdims=True)
        product /= product.sum(2, keepdims=True)
        marginals: Floats = np.empty_like(product.transpose(1, 0, 2))
        marginals[order] = product.transpose(1, 0, 2)
        return marginals

    def _read(self, places: list[int], marginals: Floats) -> list[Tagged]:
        found: list[Tagged] = []
        begin = -1
        label = ""
        score = 1.0
        best = marginals.argmax(1).tolist()
        for position, choice in enumerate([*best, self._outside]):
            tag = self.labels[choice]
            if begin >= 0 and (tag[0] != "I" or tag[2:] != label):
                found.append(Tagged(places[begin], places[position - 1] + 1, label, score))
                begin = -1
            if tag != "O":
                probability = float(marginals[position, choice])
                if begin < 0:
                    begin, label, score = position, tag[2:], probability
                score = min(score, probability)
        return found


@cache
def default_tagger() -> Tagger:
    """Return the shipped model, loaded once."""
    with as_file(files(__package__) / "models" / MODEL) as path:
        return Tagger(path, gazetteer())


def trained(path: Path) -> Tagger:
    """Return a model that `musnad train entities` wrote; its version carries the file's hash.

    Raises OSError when the file can't be read, and MusnadError when it is no such model.
    """
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    try:
        tagger = Tagger(path, gazetteer())
    except (KeyError, ValueError, zipfile.BadZipFile) as error:
        raise MusnadError(f"{path} is no model of `musnad train entities`: {error}") from error
    tagger.version = f"entity-crf-{digest[:8]}"
    return tagger
