"""The agreement report as one self-contained HTML page: every figure leads to the disagreements behind it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from ...schema.agreement_report import AgreementReport, DisagreementRecord, Figure, Figures
from .registry import measures

Block = tuple[str, str, Figures]  # heading, the list that its figures lead to, figures


def page(report: AgreementReport, disagreements: Iterable[DisagreementRecord], *, most: int = 200) -> str:
    """Return the page. Of each list the `most` dearest disagreements are shown, and how many there are.

    `disagreements` come in their order (`disagreements.disagreements`: dearest first). Texts run from right to left.
    """
    from jinja2 import Environment

    lists: dict[str, _List] = defaultdict(_List)
    for one in disagreements:
        lists[one.measure].take(one, most)
    template = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True).from_string(_PAGE)
    return template.render(
        report=report,
        layers={layer: list(_blocks(report, layer, lists)) for layer in report.layers},
        lists=dict(sorted(lists.items())),
        titles={measure.name: measure.title for measure in measures()},
        number=_number,
    )


class _List:
    """The dearest disagreements behind a figure, how many there are, and the labels that any of them names."""

    def __init__(self) -> None:
        self.shown: list[DisagreementRecord] = []
        self.total = 0
        self.labels: set[str | None] = set()

    def take(self, one: DisagreementRecord, most: int) -> None:
        self.total += 1
        self.labels |= {one.label, *(said.says.get("label") for said in (one.a, one.b) if said)}
        if len(self.shown) < most:
            self.shown.append(one)


def _blocks(report: AgreementReport, layer: str, lists: Mapping[str, _List]) -> Iterator[Block]:
    agreement = report.layers[layer]
    units = f"{layer}.f1_exact"
    disputed = lists[units].labels if units in lists else ()
    yield "all", units, agreement.measures
    for label, one in agreement.labels.items():
        yield label, units if label in disputed else "", one.measures
    for name, figures in agreement.attributes.items():
        # A value, a low or a high that differs spoils the reading: they share a list.
        shared = "reading" if name in ("value", "low", "high") else name
        kept = f"{layer}.f1_exact" if name == "label" else f"{layer}.attributes.{shared}.exact"
        yield f"{name} of aligned units", kept, figures
    for part, figures in agreement.parts.items():
        yield f"{part}, given the cue", f"{layer}.parts.{part}.exact", figures


def _number(figure: Figure) -> str:
    """A figure with its interval, or a dash."""
    if figure.value is None:
        return "–"
    if figure.low is None or figure.high is None:
        return f"{figure.value:.3f}"
    return f"{figure.value:.3f} [{figure.low:.3f}, {figure.high:.3f}]"


_PAGE = """<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Agreement</title>
<style>
body { font: 16px/1.5 system-ui, sans-serif; max-width: 62rem; margin: 2rem auto; padding: 0 1rem; color: #222; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: start; padding: .2rem .6rem; border-bottom: 1px solid #ddd; vertical-align: top; }
td.n { font-variant-numeric: tabular-nums; white-space: nowrap; }
[dir=rtl] { font-size: 19px; line-height: 1.9; }
mark { background: #ffe08a; }
article { border-top: 1px solid #ddd; padding: .6rem 0; }
small, .why { color: #666; }
</style>
</head>
<body>
<h1>Agreement</h1>
<p>{{ report.n_articles }} articles, annotators: {{ report.annotators | join(", ") or "none" }}. Intervals: 95 %,
{{ report.n_draws }} bootstrap draws over articles, seed {{ report.seed }}. A figure leads to the disagreements behind
it.</p>
{% for layer, blocks in layers.items() %}
<h2>{{ layer }}</h2>
<table>
<tr><th>of</th><th>measure</th><th>value</th><th>units</th></tr>
{% for heading, list, figures in blocks %}
{% for name, figure in figures.items() %}
<tr>
<td>{{ heading if loop.first }}</td>
<td title="{{ titles[name] }}">{{ name }}</td>
<td class="n">
{% if list in lists %}<a href="#{{ list }}">{{ number(figure) }}</a>{% else %}{{ number(figure) }}{% endif %}
{% if figure.value is none %}<span class="why">{{ figure.reason }}</span>{% endif %}
</td>
<td class="n">{{ figure.n_units }}</td>
</tr>
{% endfor %}
{% endfor %}
</table>
{% endfor %}
{% for name, list in lists.items() %}
<h2 id="{{ name }}">{{ name }}</h2>
{% set shown = list.shown | length %}
<p>{{ list.total }} disagreements{% if list.total > shown %}, of which the {{ shown }} dearest{% endif %}.</p>
{% for one in list.shown %}
<article>
<small>{{ one.article_id }} [{{ one.start }}, {{ one.end }}) · {{ one.about }} · costs
{{ "%.4f" | format(one.cost) }}</small>
<p dir="rtl" lang="ar">{{ one.before }}<mark>{{ one.text }}</mark>{{ one.after }}</p>
<table>
{% for who, said in ((one.annotator_a, one.a), (one.annotator_b, one.b)) %}
<tr><th>{{ who }}</th>
{% if said is none %}
<td colspan="2" class="why">marked nothing here</td>
{% else %}
<td dir="rtl" lang="ar">{{ said.text or "–" }}</td>
<td>
{% for key, value in said.says.items() if value is not none %}
{{ key }} <bdi>{{ value }}</bdi>{{ "; " if not loop.last }}
{% endfor %}
</td>
{% endif %}
</tr>
{% endfor %}
</table>
</article>
{% endfor %}
{% endfor %}
</body>
</html>
"""
