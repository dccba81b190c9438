"""`--min-agreement`: a bar that a report must reach before it is published."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..schema.agreement_report import AgreementReport, Figure
from .integrity import ReleaseError


def check(report: AgreementReport, bars: Sequence[str]) -> None:
    """Raise ReleaseError when a figure is below its bar, undefined, or not measured.

    A bar is `measure=least` for every layer, or `layer.measure=least`: `u_alpha=0.6`, `entities.f1_exact=0.8`.
    """
    short = [line for bar in bars for line in _short(report, bar)]
    if short:
        raise ReleaseError("agreement is below the bar, so nothing was published: " + "; ".join(short))


def _short(report: AgreementReport, bar: str) -> Iterable[str]:
    name, _, least = bar.partition("=")
    layer, _, measure = name.strip().rpartition(".")
    try:
        limit = float(least)
    except ValueError:
        raise ReleaseError(f"{bar!r} is no bar: write it as u_alpha=0.6 or entities.u_alpha=0.6") from None
    figures = _figures(report, layer, measure)
    if not figures:
        known = sorted({measure for one in report.layers.values() for measure in one.measures})
        raise ReleaseError(f"{bar!r}: no such figure; layers: {', '.join(report.layers)}; measures: {', '.join(known)}")
    for where, figure in figures.items():
        if figure.value is None:
            yield f"{where} {measure} is undefined ({figure.reason or 'nothing to measure'})"
        elif figure.value < limit:
            yield f"{where} {measure} is {figure.value:.3f}, the bar is {limit:g}"


def _figures(report: AgreementReport, layer: str, measure: str) -> dict[str, Figure]:
    return {
        name: one.measures[measure]
        for name, one in report.layers.items()
        if measure in one.measures and layer in ("", name)
    }
