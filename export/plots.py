"""The card's pictures: what is marked, and how far annotators agree; the same figures give the same bytes."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ..schema.agreement_report import AgreementReport
from ..schema.release_files import Manifest
from .splits import SPLITS

# Okabe & Ito's palette, which stays apart for colour-blind readers.
_COLOURS = ("#0072B2", "#E69F00", "#009E73")
_SHOWN = ("f1_exact", "f1_overlap", "u_alpha", "cu_alpha")


def write_plots(place: Path, manifest: Manifest, report: AgreementReport) -> None:
    """Write `composition.png` and `agreement.png` into `place`."""
    place.mkdir()
    _composition(place / "composition.png", manifest)
    _agreement(place / "agreement.png", report)


def _composition(path: Path, manifest: Manifest) -> None:
    bars = [
        (f"{layer} {label}", [counts[split] for split in SPLITS])
        for layer, labels in manifest.labels.items()
        for label, counts in labels.items()
        if any(counts.values())
    ]
    figure, axes = _canvas(len(bars))
    left = [0] * len(bars)
    for index, (split, colour) in enumerate(zip(SPLITS, _COLOURS, strict=True)):
        widths = [counts[index] for _, counts in bars]
        axes.barh(range(len(bars)), widths, left=left, color=colour, label=split)
        left = [one + other for one, other in zip(left, widths, strict=True)]
    axes.set_yticks(range(len(bars)), [name for name, _ in bars])
    axes.set_xlabel("marks in the gold")
    axes.legend(frameon=False)
    _save(figure, path)


def _agreement(path: Path, report: AgreementReport) -> None:
    points = [
        (f"{layer} {name}", figure)
        for layer, own in report.layers.items()
        for name, figure in own.measures.items()
        if name in _SHOWN and figure.value is not None
    ]
    figure, axes = _canvas(len(points))
    for row, (_, one) in enumerate(points):
        if one.low is not None and one.high is not None:
            axes.plot([one.low, one.high], [row, row], color=_COLOURS[0], linewidth=2)
        axes.plot([one.value], [row], "o", color=_COLOURS[0])
    axes.set_yticks(range(len(points)), [name for name, _ in points])
    axes.set_xlim(min([0.0, *(one.value or 0.0 for _, one in points)]), 1.02)
    axes.set_xlabel("agreement, 95 % interval")
    axes.grid(axis="x", color="#dddddd")
    _save(figure, path)


def _canvas(rows: int) -> tuple[Any, Any]:
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    figure = Figure(figsize=(7, 1.2 + 0.24 * max(rows, 3)), layout="constrained")
    FigureCanvasAgg(figure)
    axes = figure.subplots()
    axes.invert_yaxis()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    # Without the field that names matplotlib's version; a picture of few colours is as small as it can be.
    figure.savefig(path, format="png", dpi=120, metadata={"Software": None})
