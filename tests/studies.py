"""A small study for the tests of agreement: articles of one sentence, and layers of marks given by their offsets."""

from __future__ import annotations

from typing import Any

from musnad.annotation.agreement.report import rows
from musnad.annotation.agreement.study import labels_of
from musnad.schema.agreement_report import AgreementReport
from musnad.schema.records import Article, Entity, Layer, sha256_of

SENTENCE = (
    "أعلنت وزارة الزراعة في بيان أن 40 طنا من القمح وصلت إلى ميناء الساحل، وقال مدير الميناء إن الكمية تكفي أسبوعين. "
)
LABELS = labels_of("entities")


def article(name: str, times: int = 2, **fields: Any) -> Article:
    """An article of some sentences; its text has its name, which tells it from others."""
    text = f"{name}: " + SENTENCE * times
    return Article(id=name, text=text, sha256=sha256_of(text), **fields)


def layer(of: Article, annotator: str, *entities: tuple[int, int, str], **fields: Any) -> Layer:
    """A layer of entities, given as start, end and label."""
    marked = tuple(Entity(id=f"e{n}", start=s, end=e, label=label) for n, (s, e, label) in enumerate(entities))
    return Layer(article_id=of.id, sha256=of.sha256, annotator=annotator, entities=marked, **fields)


def by_id(*articles: Article) -> dict[str, Article]:
    """Articles as a report takes them."""
    return {one.id: one for one in articles}


def values(found: AgreementReport) -> dict[tuple[str, str], float | None]:
    """The figures of a report without their intervals."""
    return {(where, measure): value for where, measure, value, *_ in rows(found)}


ONE, TWO = article("qamh-1"), article("qamh-2", 3)
