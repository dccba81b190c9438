"""A small newsroom for the tests: articles of three stories, and layers marked by quoting the words that they cover."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from musnad.annotation.agreement.report import report
from musnad.corpus.store import Project
from musnad.corpus.stories import Story
from musnad.export.release import About, release
from musnad.schema.agreement_report import AgreementReport
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import GOLD, Article, Attribution, Boilerplate, Entity, Layer, Quantity, Span, sha256_of
from musnad.schema.release_files import Manifest

HARBOUR = (
    "المرفأ - 10:33\n"
    "نقلت صحيفة الميناء عن مسؤول في وزارة الزراعة قوله إن نحو ٣٠ ألف رأس من الأغنام نفقت في شرقي لبنان.\n"
    "وأضاف أن الخسائر تقدر بمئات الملايين."
)
HARBOUR_RETOLD = "قال مسؤول زراعي إن أكثر من 25 ألف رأس نفقت في لبنان، بحسب وكالة برق."
MATCH = "فاز نادي السهم على ضيفه بهدفين، وقال المدرب سامر الحداد إن 40 ألف مشجع حضروا."
CLINIC = "أعلنت وزارة الصحة أن 43 مصابا غادروا المستشفى، وتوقعت ألا يزيد العدد على 60."
ABOUT = About(
    name="newsroom",
    license="cc0-1.0",
    annotations_creators=("machine-generated",),
    description="Articles that were made up for tests.",
)


def article(article_id: str, text: str, publisher: str, published: str = "2031-03-01") -> Article:
    """An article, its first line boilerplate when it has a clock time."""
    first = text.split("\n")[0]
    lines = (Boilerplate(start=0, end=len(first), kind="timestamp"),) if ":" in first else ()
    return Article(
        id=article_id,
        text=text,
        sha256=sha256_of(text),
        title=text[:20],
        publisher=publisher,
        published=published,
        license="CC0-1.0",
        boilerplate=lines,
    )


def articles() -> dict[str, Article]:
    """Four articles; `harbour-1` and `harbour-2` tell one story."""
    found = [
        article("harbour-1", HARBOUR, "المرافئ"),
        article("harbour-2", HARBOUR_RETOLD, "الضفة", "2031-03-02"),
        article("match-1", MATCH, "المرافئ"),
        article("clinic-1", CLINIC, "الضفة"),
    ]
    return {one.id: one for one in found}


STORIES = [
    Story("harbour-1", ("harbour-1", "harbour-2"), ("harbour-1 and harbour-2 tell one story: the same day",)),
    Story("match-1", ("match-1",)),
    Story("clinic-1", ("clinic-1",)),
]


def at(text: str, words: str) -> Span:
    """The span of `words` where they first stand in `text`."""
    start = text.index(words)
    return start, start + len(words)


def entity(n: int, text: str, words: str, label: str, subtype: str | None = None) -> Entity:
    start, end = at(text, words)
    return Entity(id=f"e{n}", start=start, end=end, label=label, subtype=subtype)


def count(n: int, text: str, words: str, bound: str, low_or_value: str, counted: str | None) -> Quantity:
    start, end = at(text, words)
    field = {"about": "value", "exact": "value", "more_than": "low", "vague": "low", "at_most": "high"}[bound]
    noun = at(text, counted) if counted else None
    return Quantity(id=f"q{n}", start=start, end=end, kind="count", bound=bound, counted=noun, **{field: low_or_value})


def _harbour(annotator: str) -> Layer:
    text = HARBOUR
    outer = Attribution(
        id="a1",
        kind="indirect",
        cues=(at(text, "نقلت"), at(text, "عن"), at(text, "قوله إن")),
        source=at(text, "مسؤول في وزارة الزراعة"),
        relays=(at(text, "صحيفة الميناء"),),
        content=(at(text, "نحو ٣٠ ألف رأس من الأغنام نفقت في شرقي لبنان"),),
    )
    added = Attribution(
        id="a2",
        kind="indirect",
        cues=(at(text, "أضاف أن"),),
        source=at(text, "مسؤول في وزارة الزراعة"),
        implicit_source=True,
        content=(at(text, "الخسائر تقدر بمئات الملايين"),),
    )
    start = text.index("تقدر")
    estimate = Attribution(
        id="a3",
        kind="estimate",
        cues=((start, start + len("تقدر ب")),),
        content=(at(text, "مئات الملايين"),),
        parent="a2",
    )
    start, end = at(text, "مئات الملايين")
    money = Quantity(id="q2", start=start, end=end, kind="money", bound="vague", low="100000000")
    return Layer(
        article_id="harbour-1",
        sha256=sha256_of(text),
        annotator=annotator,
        entities=(
            entity(1, text, "الميناء", "ORG", "media"),
            entity(2, text, "وزارة الزراعة", "ORG", "government"),
            entity(3, text, "لبنان", "GPE", "country"),
        ),
        quantities=(count(1, text, "نحو ٣٠ ألف", "about", "30000", "رأس"), money),
        attributions=(outer, added, estimate),
    )


def _retold(annotator: str) -> Layer:
    text = HARBOUR_RETOLD
    said = Attribution(
        id="a1",
        kind="indirect",
        cues=(at(text, "قال"), at(text, "إن")),
        source=at(text, "مسؤول زراعي"),
        relays=(at(text, "وكالة برق"),),
        content=(at(text, "أكثر من 25 ألف رأس نفقت في لبنان"),),
    )
    return Layer(
        article_id="harbour-2",
        sha256=sha256_of(text),
        annotator=annotator,
        entities=(entity(1, text, "لبنان", "GPE", "country"), entity(2, text, "برق", "ORG", "media")),
        quantities=(count(1, text, "أكثر من 25 ألف", "more_than", "25000", "رأس"),),
        attributions=(said,),
    )


def _match(annotator: str) -> Layer:
    text = MATCH
    return Layer(
        article_id="match-1",
        sha256=sha256_of(text),
        annotator=annotator,
        entities=(entity(1, text, "السهم", "ORG", "ngo"), entity(2, text, "سامر الحداد", "PER")),
        quantities=(count(1, text, "40 ألف", "exact", "40000", "مشجع"),),
    )


def _clinic(annotator: str) -> Layer:
    text = CLINIC
    return Layer(
        article_id="clinic-1",
        sha256=sha256_of(text),
        annotator=annotator,
        entities=(entity(1, text, "وزارة الصحة", "ORG", "government"),),
        quantities=(
            count(1, text, "43", "exact", "43", "مصابا"),
            count(2, text, "ألا يزيد العدد على 60", "at_most", "60", None),
        ),
    )


def gold() -> list[Layer]:
    """The gold of all four articles."""
    return [make(GOLD) for make in (_harbour, _retold, _match, _clinic)]


def layers() -> list[Layer]:
    """Two annotators: `qalam` marks what is gold, `rasid` misses a name here and there."""
    qalam = [msgspec.structs.replace(layer, annotator="qalam") for layer in gold()]
    rasid = [msgspec.structs.replace(layer, annotator="rasid", entities=layer.entities[1:]) for layer in gold()]
    rasid[0] = msgspec.structs.replace(rasid[0], meta={"control": True})
    return [*qalam, *rasid]


def agreement(over: list[Layer] | None = None) -> AgreementReport:
    """The report on the annotators' layers, with few draws."""
    return _agreement() if over is None else report(articles(), over, draws=20, workers=1)


@cache
def _agreement() -> AgreementReport:
    return report(articles(), layers(), draws=20, workers=1)


def publish(directory: Path, version: str = "1.0.0", **changed: object) -> Manifest:
    """Release the newsroom, or what `changed` puts in place of a part of it."""
    given = {"articles": articles(), "gold": gold(), "layers": layers(), "stories": STORIES, "report": agreement()}
    return release(directory, version, ABOUT, **{**given, **changed})  # type: ignore[arg-type]


def published(directory: Path, version: str = "1.0.0") -> Path:
    """Put a copy of the newsroom's release there, for what begins with one; it is built once for all tests."""
    shutil.copytree(Path(_released(version).name) / version, directory)
    return directory


@cache
def _released(version: str) -> TemporaryDirectory[str]:
    folder = TemporaryDirectory()  # lives as long as what is cached, and goes with it
    publish(Path(folder.name) / version, version)
    return folder


def fill(home: Project, articles: Iterable[Article], gold: Iterable[Layer], layers: Iterable[Layer]) -> None:
    """Write a project's files."""
    write_jsonl(home.articles, articles)
    write_jsonl(home.gold, gold)
    write_jsonl(home.annotations, layers)
