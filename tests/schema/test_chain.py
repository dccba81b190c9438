"""Chains run from the publisher inwards, and a claim is a quantity with the chain of what it stands in."""

from __future__ import annotations

from musnad.schema.chain import chain, claims
from musnad.schema.records import Article, Attribution, Layer, Quantity, sha256_of

TEXT = "نقلت صحيفة «الميناء» عن مسؤول قوله إن شهودا أكدوا أن مئات فروا، بينما وصل ألف آخرون."
ARTICLE = Article(id="conflict-9", text=TEXT, sha256=sha256_of(TEXT), publisher="بوابة الضفاف")


def span(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


OUTER = Attribution(
    id="a1",
    kind="indirect",
    cues=(span("نقلت"), span("عن"), span("قوله إن")),
    source=span("مسؤول"),
    relays=(span("صحيفة «الميناء»"),),
    content=(span("شهودا أكدوا أن مئات فروا"),),
)
INNER = Attribution(
    id="a2",
    kind="indirect",
    cues=(span("أكدوا أن"),),
    source=span("شهودا"),
    content=(span("مئات فروا"),),
    parent="a1",
)
INSIDE = Quantity(
    id="q1", **dict(zip(("start", "end"), span("مئات"), strict=True)), kind="count", bound="vague", low="100"
)  # type: ignore[arg-type]
OUTSIDE = Quantity(
    id="q2", **dict(zip(("start", "end"), span("ألف"), strict=True)), kind="count", bound="exact", value="1000"
)  # type: ignore[arg-type]
LAYER = Layer(
    article_id=ARTICLE.id,
    sha256=ARTICLE.sha256,
    annotator="gold",
    quantities=(INSIDE, OUTSIDE),
    attributions=(OUTER, INNER),
)


def test_a_chain_runs_from_the_publisher_through_relays_and_parents_to_the_source() -> None:
    links = [(link.role, link.name) for link in chain(INNER, LAYER, ARTICLE)]
    assert links == [
        ("publisher", "بوابة الضفاف"),
        ("relay", "صحيفة «الميناء»"),
        ("source", "مسؤول"),
        ("source", "شهودا"),
    ]


def test_a_claim_belongs_to_the_innermost_content_that_holds_it() -> None:
    [claim] = claims(LAYER, ARTICLE)
    assert (claim.quantity.id, claim.attribution.id) == ("q1", "a2")
    assert claim.chain == chain(INNER, LAYER, ARTICLE)


def test_an_unexpressed_source_is_a_link_without_a_name() -> None:
    agentless = Attribution(id="a3", kind="estimate", cues=(span("أكدوا أن"),))
    link = chain(agentless, LAYER, ARTICLE)[-1]
    assert (link.role, link.name, link.span) == ("source", None, None)
