"""Hypothesis strategies for valid records: Arabic text as newspapers print it, and every valid layer over it."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st

from musnad.schema.labels import inventory
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

PIECES = [
    "قال", "المصدر", "إن", "و", "بـ", "سورياولبنان", "«الميناء»", "“داعش”", "١٬٥٠٠", "1،9 مليار", "٪", "عـــاجل", "مَلَك",
    "\u200f", "\u00a0", "\n", " ", "، ", ". ", "😀", "🇸🇾", "👩\u200d👩\u200d👧", "e\u0301", "<b>", "&amp;",
]  # fmt: skip
texts = st.lists(st.sampled_from(PIECES), min_size=2, max_size=40).map("".join).filter(lambda text: text.strip() != "")


def tried(times: int) -> settings:
    """How often a test draws where a hundred times are not what it needs; the profile `quick` holds here too."""
    return settings(max_examples=times * settings().max_examples // 100)


def spans(length: int) -> st.SearchStrategy[tuple[int, int]]:
    """Every valid span of a text of `length` code points."""
    return (
        st.tuples(st.integers(0, length), st.integers(0, length))
        .filter(lambda pair: pair[0] != pair[1])
        .map(lambda pair: (min(pair), max(pair)))
    )


def pieces(length: int, *, least: int = 0) -> st.SearchStrategy[tuple[tuple[int, int], ...]]:
    """Disjoint spans in the order of the text."""
    return (
        st.lists(st.integers(0, length), min_size=2 * least, max_size=8, unique=True)
        .map(sorted)
        .map(lambda edges: tuple(zip(edges[::2], edges[1::2], strict=False)))
        .filter(lambda found: len(found) >= least)
    )


numbers = st.from_regex(r"-?(0|[1-9][0-9]{0,14})(\.[0-9]{1,6})?", fullmatch=True)


@st.composite
def articles(draw: st.DrawFn) -> Article:
    """A valid article."""
    text = draw(texts)
    return Article(id="a-1", text=text, sha256=sha256_of(text), publisher="صحيفة الميناء")


@st.composite
def layers(draw: st.DrawFn, article: Article, annotator: str = "ann-a") -> Layer:
    """A valid layer over `article`, with nesting, overlap, discontinuity, chains and every attribute."""
    length = len(article.text)
    return Layer(
        article_id=article.id,
        sha256=article.sha256,
        annotator=annotator,
        entities=tuple(draw(_entity(length, n)) for n in range(1, draw(st.integers(0, 5)) + 1)),
        quantities=tuple(draw(_quantity(length, n)) for n in range(1, draw(st.integers(0, 4)) + 1)),
        attributions=tuple(draw(_attribution(length, n)) for n in range(1, draw(st.integers(0, 4)) + 1)),
    )


@st.composite
def _entity(draw: st.DrawFn, length: int, n: int) -> Entity:
    start, end = draw(spans(length))
    label = draw(st.sampled_from(sorted(inventory().entities)))
    subtype = draw(st.sampled_from([None, *inventory().entities[label].subtypes]))
    return Entity(id=f"e{n}", start=start, end=end, label=label, subtype=subtype)


@st.composite
def _quantity(draw: st.DrawFn, length: int, n: int) -> Quantity:
    labels = inventory().quantity
    start, end = draw(spans(length))
    kind, bound = draw(st.sampled_from(sorted(labels.kinds))), draw(st.sampled_from(sorted(labels.bounds)))
    fields = {name: draw(numbers) for name in labels.bounds[bound].fields}
    if len(fields) == 2:
        fields["low"], fields["high"] = sorted((fields["low"], fields["high"]), key=float)
    unit = None if kind == "count" else "%" if kind == "percent" else draw(st.sampled_from(["USD", "km", "D", None]))
    counted = draw(st.none() | spans(length))
    return Quantity(id=f"q{n}", start=start, end=end, kind=kind, bound=bound, unit=unit, counted=counted, **fields)


@st.composite
def _attribution(draw: st.DrawFn, length: int, n: int) -> Attribution:
    return Attribution(
        id=f"a{n}",
        kind=draw(st.sampled_from(sorted(inventory().attribution.kinds))),
        cues=draw(pieces(length, least=1)),
        source=draw(st.none() | spans(length)),
        implicit_source=draw(st.booleans()),
        relays=tuple(draw(st.lists(spans(length), max_size=3, unique=True))),
        content=draw(pieces(length)),
        # Only an earlier attribution is a parent, so no chain bites its tail.
        parent=draw(st.sampled_from([None, *(f"a{m}" for m in range(1, n))])),
    )
