"""The measures that a report has, one line each: what `musnad agreement --list` and the documentation print."""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Literal, NamedTuple

from . import attributes, f1, gamma, given_cue, tokens, unitized_alpha
from .distance import Floats
from .records import CODES
from .tally import Totals

Scope = Literal["layer", "label", "attribute", "part"]

_UNITS = "no annotator marked any"
_VARIATION = "no variation to disagree about: every unit is the same"


class Measure(NamedTuple):
    """A figure of the report: `value` takes sums, layer and name (of label, attribute, part) to a number per draw."""

    name: str
    scope: Scope
    title: str
    source: str
    value: Callable[[Totals, str, str], Floats]
    n_units: Callable[[Totals, str, str], float]
    undefined: str = _UNITS
    applies: Callable[[str, str], bool] = lambda layer, name: True
    extra: str | None = None


def _units(totals: Totals, layer: str, name: str) -> float:
    return float(totals["units", layer, name][0])


def _tokens(totals: Totals, layer: str, name: str) -> float:
    return float(totals["tok", layer, "n"][0])


def _aligned(totals: Totals, layer: str, name: str) -> float:
    return float(totals["attribute", layer, name, "pairs"][0])


def _parts(totals: Totals, layer: str, name: str) -> float:
    return float(totals["part", name, "n"][0])


def _expressed(totals: Totals, layer: str, name: str) -> float:
    return float(totals["part", name, "n_expressed"][0])


def _lengths(totals: Totals, layer: str) -> unitized_alpha.Lengths:
    return unitized_alpha.layer_lengths(totals, layer, len(CODES[layer]))


def _measured_by(alpha: str) -> Callable[[str, str], bool]:
    return lambda layer, name: attributes.ATTRIBUTES[layer][name].alpha == alpha


def _has_spans(layer: str, name: str) -> bool:
    return name in ("source", "relay", "content")


_HRIPCSAK = "Hripcsak & Rothschild 2005"
_2016 = "Krippendorff, Mathet, Bouvry & Widlöcher 2016"
_ALPHA = "Krippendorff 2004, ch. 11"

MEASURES: tuple[Measure, ...] = (
    Measure(
        "f1_exact",
        "layer",
        "mean pairwise F1, both ends equal (entities: and the label)",
        _HRIPCSAK,
        lambda totals, layer, _: f1.f1(totals, layer, "", "exact"),
        _units,
    ),
    Measure(
        "f1_overlap",
        "layer",
        "mean pairwise F1, a code point in common (entities: and the label), optimally matched",
        _HRIPCSAK,
        lambda totals, layer, _: f1.f1(totals, layer, "", "overlap"),
        _units,
    ),
    Measure(
        "u_alpha",
        "layer",
        "uα: cutting into units and labelling them, together",
        _2016 + ", eq. 5a",
        lambda totals, layer, _: unitized_alpha.u_alpha(_lengths(totals, layer)),
        _units,
    ),
    Measure(
        "u_alpha_binary",
        "layer",
        "|uα: units of any label against gaps",
        _2016 + ", eq. 6",
        lambda totals, layer, _: unitized_alpha.u_alpha_binary(_lengths(totals, layer)),
        _units,
    ),
    Measure(
        "cu_alpha",
        "layer",
        "cuα: labels alone, where units of two annotators intersect",
        _2016 + ", eq. 11",
        lambda totals, layer, _: unitized_alpha.cu_alpha(_lengths(totals, layer)),
        _units,
        "units that intersect have one label at most: nothing to disagree about",
    ),
    Measure(
        "token_alpha",
        "layer",
        "nominal α over tokens: the label of the unit that covers them, or none",
        _ALPHA,
        lambda totals, layer, _: tokens.token_alpha(totals, layer),
        _tokens,
        _VARIATION,
    ),
    Measure(
        "token_kappa",
        "layer",
        "mean pairwise κ over tokens",
        "Cohen 1960; Light 1971",
        lambda totals, layer, _: tokens.token_kappa(totals, layer),
        _tokens,
        _VARIATION,
    ),
    Measure(
        "f1_exact",
        "label",
        "mean pairwise F1 of one label, both ends equal",
        _HRIPCSAK,
        lambda totals, layer, label: f1.f1(totals, layer, label, "exact"),
        _units,
    ),
    Measure(
        "f1_overlap",
        "label",
        "mean pairwise F1 of one label, a code point in common",
        _HRIPCSAK,
        lambda totals, layer, label: f1.f1(totals, layer, label, "overlap"),
        _units,
    ),
    Measure(
        "u_alpha",
        "label",
        "uα of one label's units alone against all else",
        _2016 + ", eq. 5a",
        lambda totals, layer, label: unitized_alpha.u_alpha(unitized_alpha.label_lengths(totals, layer, label)),
        _units,
    ),
    Measure(
        "ku_alpha",
        "label",
        "(k)uα: one label, where its units intersect any unit",
        _2016 + ", eq. 13b",
        lambda totals, layer, label: unitized_alpha.ku_alpha(_lengths(totals, layer), CODES[layer][label]),
        _units,
        "no unit of this label intersects another, or none but this label's do",
    ),
    Measure(
        "token_alpha",
        "label",
        "nominal α over tokens: this label or not",
        _ALPHA,
        lambda totals, layer, label: tokens.token_alpha(totals, layer, label),
        _tokens,
        _VARIATION,
    ),
    Measure(
        "gamma",
        "layer",
        "γ (fast), mean over articles: units aligned by position and label, nested ones too",
        "Mathet, Widlöcher & Métivier 2015",
        lambda totals, layer, _: gamma.mean(totals, "gamma", layer),
        _units,
        extra="gamma",
    ),
    Measure(
        "gamma_cat",
        "layer",
        "γcat, mean over articles: labels alone, on the units that γ aligns",
        "Mathet 2017",
        lambda totals, layer, _: gamma.mean(totals, "gamma_cat", layer),
        _units,
        "no article has aligned units and two labels",
        extra="gamma",
    ),
    Measure(
        "gamma_k",
        "label",
        "γk, mean over articles: one label, on the units that γ aligns",
        "Mathet 2017",
        lambda totals, layer, label: gamma.mean(totals, "gamma_k", layer, label),
        _units,
        "no article has aligned units of this label and another label",
        extra="gamma",
    ),
    Measure(
        "alpha_nominal",
        "attribute",
        "nominal α of what is said of aligned units",
        _ALPHA,
        attributes.alpha_nominal,
        _aligned,
        _VARIATION,
        _measured_by("nominal"),
    ),
    Measure(
        "alpha_ratio",
        "attribute",
        "ratio α of the numbers of aligned units that both have one",
        _ALPHA,
        attributes.alpha_ratio,
        _aligned,
        _VARIATION,
        _measured_by("ratio"),
    ),
    Measure(
        "exact",
        "attribute",
        "share of aligned pairs that say the same; not corrected for chance",
        "percentage agreement",
        attributes.exact,
        _aligned,
        "no aligned pair has it",
    ),
    Measure(
        "exact",
        "part",
        "share of aligned attributions with the part equal, left out by both included",
        "percentage agreement",
        lambda totals, _, part: given_cue.part_share(totals, part, "exact"),
        _parts,
        "no cue was found by two annotators",
    ),
    Measure(
        "exact_expressed",
        "part",
        "the same where at least one of the two expresses the part",
        "percentage agreement",
        lambda totals, _, part: given_cue.part_share(totals, part, "exact_expressed"),
        _expressed,
        "no aligned attribution has it",
    ),
    Measure(
        "overlap",
        "part",
        "share of aligned attributions whose part has a code point in common, or is left out by both",
        "percentage agreement",
        lambda totals, _, part: given_cue.part_share(totals, part, "overlap"),
        _parts,
        "no cue was found by two annotators",
        _has_spans,
    ),
    Measure(
        "head",
        "part",
        "share of aligned attributions whose part begins in the same word, or is left out by both",
        "percentage agreement",
        lambda totals, _, part: given_cue.part_share(totals, part, "head"),
        _parts,
        "no cue was found by two annotators",
        _has_spans,
    ),
    Measure(
        "characters_f1",
        "part",
        "F1 of the part's code points over aligned attributions",
        _HRIPCSAK,
        lambda totals, _, part: given_cue.characters_f1(totals, part),
        _expressed,
        "no aligned attribution has it",
        _has_spans,
    ),
)


def measures(scope: Scope | None = None, *, extras: Collection[str] = ("gamma",)) -> list[Measure]:
    """Return the measures of a report, or those of one scope, in the order in which reports print them.

    Measures that need an extra of the package come with it: all, unless `extras` says which.
    """
    return [m for m in MEASURES if scope in (None, m.scope) and (m.extra is None or m.extra in extras)]


def measures_as_markdown() -> str:
    """Return the table of measures as the documentation prints it."""
    rows = [(m.name, m.scope, m.title + (f" (extra `{m.extra}`)" if m.extra else ""), m.source) for m in MEASURES]
    lines = ["| measure | of | what it is | source |", "|---|---|---|---|"]
    cells = [" | ".join(cell.replace("|", "\\|") for cell in (f"`{name}`", *rest)) for name, *rest in rows]
    return "\n".join(lines + [f"| {row} |" for row in cells]) + "\n"
