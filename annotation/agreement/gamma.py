"""γ: agreement on units and labels together, by the best alignment of all annotators' units at once.

Mathet, Widlöcher & Métivier (2015), Computational Linguistics 41(3); γcat and γk: Mathet (2017), 43(3). Computed by
pygamma-agreement (the extra `gamma`), imported only when asked for. Units may nest and overlap. An article's γ compares
the disorder of its best alignment with that of shuffled annotations; the corpus figure is the mean over articles.
"""

from __future__ import annotations

import logging
import math
from collections.abc import Hashable, Iterator, Sequence
from contextlib import contextmanager, suppress
from importlib import import_module
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import numpy as np

from .distance import Floats
from .records import labels_of
from .tally import Tally, Totals, ratio
from .unitized_alpha import Continuum

if TYPE_CHECKING:
    from .batch import Batch


class Gamma(NamedTuple):
    """γ, γcat and γk by value (nan where undefined), and the disorders that γ is made of.

    `expected` is the mean of `random`, the disorders of the random continua that were drawn.
    """

    gamma: float
    cat: float
    k: dict[Hashable, float]
    disorder: float
    expected: float
    random: tuple[float, ...] = ()


def gamma(
    continuum: Continuum,
    *,
    alpha: float = 1.0,
    beta: float = 1.0,
    delta_empty: float = 1.0,
    precision: float = 0.05,
    fast: bool = False,
    sampler: Literal["statistical", "shuffle"] = "statistical",
    seed: int = 0,
) -> Gamma:
    """Return γ of one continuum: 1 - disorder of the best alignment / mean disorder of random ones.

    `alpha` weighs position, `beta` category, `delta_empty` is the cost of an unaligned unit; random continua are drawn
    until γ is known to `precision` (relative, 95 %). γ is undefined without units, γcat and γk without two values that
    could have been confused. Raises ModuleNotFoundError without the extra `gamma`, ValueError for fewer than two
    coders.
    """
    if len(continuum.coders) < 2:
        raise ValueError(f"the continuum has {len(continuum.coders)} coder(s): agreement takes two or more")
    values = {value for units in continuum.coders for _, _, value in units}
    if not values:
        return Gamma(math.nan, math.nan, {}, math.nan, math.nan)
    library = _library()
    from pyannote.core import Segment

    marked = library.Continuum()
    for n, units in enumerate(continuum.coders):
        marked.add_annotator(f"coder {n}")
        for start, end, value in units:
            marked.add(f"coder {n}", Segment(start, end), str(value))
    dissimilarity = library.CombinedCategoricalDissimilarity(alpha=alpha, beta=beta, delta_empty=delta_empty)
    chosen = library.ShuffleContinuumSampler() if sampler == "shuffle" else library.StatisticalContinuumSampler()
    with _quietly(), _seeded(seed):
        found = marked.compute_gamma(dissimilarity, precision_level=precision, sampler=chosen, fast=fast)
        aligned = _aligned_values(found)
        confusable = len(values) > 1
        cat = float(found.gamma_cat) if aligned and confusable else math.nan
        k = {v: float(found.gamma_k(str(v))) if str(v) in aligned and confusable else math.nan for v in values}
    expected = float(found.expected_disorder)
    whole = float(found.gamma) if expected else math.nan
    random = tuple(float(alignment.disorder) for alignment in found.chance_alignments)
    return Gamma(whole, cat, k, float(found.observed_disorder), expected, random)


def samples_needed(disorders: Sequence[float], precision: float) -> int:
    """Return how many random continua make their mean disorder known to a relative `precision`, with 95 % confidence.

    By the disorders of a first few: (1.96 · coefficient of variation / precision)², rounded up (Mathet et al. 2015,
    §5.3). `gamma` draws 30, then as many more as this asks for.

    >>> samples_needed([1, 3, 1, 3], 0.05)
    385
    """
    return math.ceil((1.96 * float(np.std(disorders) / np.mean(disorders)) / precision) ** 2)


def count(batch: Batch, layer: str, tally: Tally) -> None:
    """Add articles' γ, γcat and γk in a layer, where they are defined, and the articles in which they are."""
    here, labels = batch.layers[layer], labels_of(layer)
    (spans, label), firsts = here.coded, here.coded[0].first.tolist()
    marks = list(zip(spans.start.tolist(), spans.end.tolist(), label.tolist(), strict=True))
    for n in np.flatnonzero(here.people).tolist():
        readings = here.readings[batch.part.article[here.readings] == n].tolist()
        coders = [marks[firsts[reading] : firsts[reading + 1]] for reading in readings]
        found = gamma(Continuum(int(batch.lengths[n]), coders), fast=True)
        figures = {("gamma", ""): found.gamma, ("gamma_cat", ""): found.cat}
        figures |= {("gamma_k", labels[int(str(code)) - 1]): value for code, value in found.k.items()}
        for (name, of), value in figures.items():
            if not math.isnan(value):
                tally.add((name, layer, of, "sum"), np.array([n]), np.array([value]))
                tally.add((name, layer, of, "n"), np.array([n]), None)


def mean(totals: Totals, name: str, layer: str, label: str = "") -> Floats:
    """Return in every draw the mean over articles of `gamma`, `gamma_cat` or, of a label, `gamma_k`."""
    return ratio(totals[name, layer, label, "sum"], totals[name, layer, label, "n"])


def _library() -> Any:
    try:
        import pygamma_agreement
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "γ is computed by pygamma-agreement, which is not installed: pip install 'musnad[gamma]'"
        ) from error
    return pygamma_agreement


def _aligned_values(found: Any) -> set[str]:
    """The values of units that the best alignment puts beside another one."""
    values: set[str] = set()
    for together in found.best_alignment.unitary_alignments:
        units = [unit for _, unit in together.n_tuple if unit is not None]
        if len(units) > 1:
            values.update(unit.annotation for unit in units)
    return values


@contextmanager
def _quietly() -> Iterator[None]:
    """Without pygamma's repeated notes on its solver, and without what the solver prints where answers go."""

    def note(record: logging.LogRecord) -> bool:
        return not any(part in record.getMessage() for part in ("solver not installed", "disadvantageous"))

    with suppress(ImportError):  # then another solver is used
        # cvxpy silences GLPK for the length of a call only, which another thread's call ends too early.
        import_module("cvxopt.glpk").options["msg_lev"] = "GLP_MSG_OFF"
    root = logging.getLogger()
    root.addFilter(note)
    try:
        yield
    finally:
        root.removeFilter(note)


@contextmanager
def _seeded(seed: int) -> Iterator[None]:
    """With numpy's global generator, which pygamma draws from, seeded; its state is put back afterwards."""
    state = np.random.get_state()
    np.random.seed(seed)
    try:
        yield
    finally:
        np.random.set_state(state)
