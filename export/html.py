"""`musnad report`: one self-contained HTML page of articles with their marks, agreement, and claims across outlets."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from importlib.resources import files
from itertools import islice, pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from ..schema.agreement_report import AgreementReport, DisagreementRecord
from ..schema.chain import Link, chain
from ..schema.labels import inventory
from ..schema.records import Attribution, Layer, Quantity
from ..schema.studio_files import Status
from .comparison import compare
from .shelf import Entry

if TYPE_CHECKING:
    from jinja2 import Template

# What can become of a pre-annotated mark, in colours that stay apart (Okabe & Ito).
_FATES = (("kept", "#009E73"), ("changed", "#E69F00"), ("deleted", "#D55E00"), ("added", "#0072B2"))
# Characters that would turn the text around or hide in it; the page shows them by their code point.
_INVISIBLE = re.compile("[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff\x00-\x08\x0b-\x1f\x7f]")

_DISPUTES = 100


class Mark(NamedTuple):
    """A coloured stretch of text: its span, the label that colours it, and what a reader sees on pointing at it."""

    start: int
    end: int
    label: str
    note: str


class Segment(NamedTuple):
    """A run of text under the same marks, innermost last."""

    text: str
    marks: tuple[Mark, ...]


def page(
    title: str,
    entries: Sequence[Entry],
    report: AgreementReport,
    disputes: Iterable[DisagreementRecord] = (),
    status: Status | None = None,
    *,
    n_articles: int | None = None,
) -> str:
    """Return the report of a release or of a project as one HTML page that opens from disk.

    Of `disputes`, dearest first as `annotation.agreement.disagreements` gives them, the first hundred are shown.
    `status` (of `musnad status`) adds how far the work is and what became of the pre-annotations. `n_articles` is how
    many there are where `entries` are not all.
    """
    return _template().render(
        disputes=list(islice(disputes, _DISPUTES)),
        status=status,
        fates=_FATES,
        title=title,
        articles=[_article(entry) for entry in entries],
        comparisons=compare(entries),
        agreement=msgspec.to_builtins(report),
        n_articles=len(entries) if n_articles is None else n_articles,
        colours=_colours(),
        shown=shown,
        trail=trail,
    )


def segments(text: str, marks: Iterable[Mark]) -> Iterator[Segment]:
    """Cut `text` at every mark's edges; together the segments are the text, each with the marks that cover it."""
    ordered = sorted(marks, key=lambda mark: (mark.start, -mark.end))
    edges = sorted({0, len(text), *(edge for mark in ordered for edge in (mark.start, mark.end))})
    over: list[Mark] = []
    begun = 0
    for start, end in pairwise(edges):
        first = begun
        begun = bisect_right(ordered, start, lo=begun, key=lambda mark: mark.start)
        over = [mark for mark in (*over, *ordered[first:begun]) if mark.end > start]
        yield Segment(text[start:end], tuple(over))


def shown(text: str) -> str:
    """Return text with each invisible control character replaced by its code point in brackets."""
    return _INVISIBLE.sub(lambda match: f"⟦U+{ord(match[0]):04X}⟧", text)


def trail(links: Sequence[Link]) -> str:
    """Return a chain as a reader reads it, outermost first; a source that is not named is an ellipsis."""
    return " ← ".join(shown(link.name) if link.name else "…" for link in links)


@cache
def _template() -> Template:
    from jinja2 import Environment, StrictUndefined

    environment = Environment(undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True, autoescape=True)
    environment.filters["thousands"] = _thousands
    return environment.from_string((files(__package__) / "templates" / "report.html.j2").read_text("utf-8"))


def _thousands(number: str) -> str:
    whole, point, rest = number.partition(".")
    return f"{int(whole):,}{point}{rest}"


def _colours() -> dict[str, str]:
    labels = inventory()
    return {
        **{name: label.colour for name, label in labels.entities.items()},
        "quantity": labels.quantity.region.colour,
        "counted": labels.quantity.counted.colour,
        **{name: region.colour for name, region in labels.attribution.regions.items()},
    }


def _article(entry: Entry) -> dict[str, Any]:
    text = entry.article.text
    return {
        "article": entry.article,
        "story": entry.story,
        "passes": {
            "entities": list(segments(text, _first_pass(entry.gold, text))),
            "attributions": list(segments(text, _second_pass(entry))),
        },
    }


def _first_pass(layer: Layer, text: str) -> Iterator[Mark]:
    for entity in layer.entities:
        note = f"{entity.label} {entity.subtype or ''}".strip()
        yield Mark(entity.start, entity.end, entity.label, note)
    for quantity in layer.quantities:
        yield Mark(quantity.start, quantity.end, "quantity", _quantity_note(quantity))
        if quantity.counted:
            yield Mark(*quantity.counted, "counted", f"← {text[quantity.start : quantity.end]}")


def _second_pass(entry: Entry) -> Iterator[Mark]:
    for attribution in entry.gold.attributions:
        note = _attribution_note(attribution, entry)
        parts = {"cue": attribution.cues, "relay": attribution.relays, "content": attribution.content}
        parts["source"] = (attribution.source,) if attribution.source else ()
        for label, spans in parts.items():
            for start, end in spans:
                yield Mark(start, end, label, note)


def _quantity_note(quantity: Quantity) -> str:
    numbers = " … ".join(number for number in (quantity.value, quantity.low, quantity.high) if number is not None)
    return " ".join(filter(None, [quantity.kind, quantity.bound, numbers, quantity.unit]))


def _attribution_note(attribution: Attribution, entry: Entry) -> str:
    implicit = " (implicit source)" if attribution.implicit_source else ""
    return f"{attribution.id} {attribution.kind}{implicit}: {trail(chain(attribution, entry.gold, entry.article))}"
