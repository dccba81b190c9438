"""Agreement between annotators: coefficients for plain tables, and the report on layers of annotation.

Coefficients of a reliability table (one row per coder, one column per unit, None or nan where a value is missing):

>>> table = [["a", "a", "b", "b", "d", "c", "c", "c", "e", "d", "d", "a"],
...          ["b", "a", "b", "b", "b", "c", "c", "c", "e", "d", "d", "d"]]
>>> round(krippendorff_alpha(table), 3)
0.692
>>> round(cohen_kappa(table), 3), round(scott_pi(table), 3), round(gwet_ac1(table), 3)
(0.684, 0.679, 0.69)

Coefficients of texts that coders cut into units (half-open spans with a value, and the text's length):

>>> coders = [[(2, 5, "PER"), (9, 11, "PER"), (12, 20, "ORG")], [(2, 5, "PER"), (7, 15, "ORG")]]
>>> family = unitized_alpha(Continuum(20, coders))
>>> round(family.u, 3), round(family.binary, 3), round(family.cu, 3), round(family.ku["PER"], 3)
(0.3, 0.253, 0.609, 0.586)

γ needs the extra `gamma` and is in `musnad.annotation.agreement.gamma`. Every undefined coefficient is nan, never 1.

`report` measures layers of annotation, `evaluate` scores one set of layers against another, `disagreements` lists what
the figures rest on, and `measures` names them.
"""

from __future__ import annotations

from .alpha import coincidence_matrix, disagreements_of, krippendorff_alpha
from .alpha_u import AlphaU, alpha_u
from .disagreements import disagreements
from .distance import jaccard, masi
from .evaluation import evaluate
from .kappa import (
    bennett_s,
    cohen_kappa,
    contingency,
    fleiss_kappa,
    from_contingency,
    gwet_ac1,
    gwet_ac2,
    scott_pi,
)
from .matching import Unit, exact_pairs, overlap_pairs
from .registry import Measure, measures
from .report import report
from .unitized_alpha import Continuum, UnitizedAlpha, unitized_alpha

__all__ = [
    "AlphaU",
    "Continuum",
    "Measure",
    "Unit",
    "UnitizedAlpha",
    "alpha_u",
    "bennett_s",
    "cohen_kappa",
    "coincidence_matrix",
    "contingency",
    "disagreements",
    "disagreements_of",
    "evaluate",
    "exact_pairs",
    "fleiss_kappa",
    "from_contingency",
    "gwet_ac1",
    "gwet_ac2",
    "jaccard",
    "krippendorff_alpha",
    "masi",
    "measures",
    "overlap_pairs",
    "report",
    "scott_pi",
    "unitized_alpha",
]
