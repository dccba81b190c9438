"""The agreement report as a page."""

import re

from musnad.annotation.agreement.disagreements import disagreements
from musnad.annotation.agreement.page import page
from musnad.annotation.agreement.report import report
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

TEXT = "أعلن وزير الزراعة سامر الحداد <الساحل> وصول 40 طنا من القمح."
ARTICLE = Article(id="qamh", text=TEXT, sha256=sha256_of(TEXT))


def made(**options) -> str:
    def layer(name: str, shift: int) -> Layer:
        start = TEXT.index("سامر")
        quantity = Quantity(id="q1", start=43, end=50, kind="mass", bound="exact", value=str(40 + shift), unit="t")
        said = Attribution(id="a1", kind="indirect", cues=((0, 4),), source=(5, 17 + shift))
        return Layer(
            article_id=ARTICLE.id,
            sha256=ARTICLE.sha256,
            annotator=name,
            entities=(Entity(id="e1", start=start, end=start + 4 + shift, label="PER"),),
            quantities=(quantity,),
            attributions=(said,),
        )

    articles, layers = {ARTICLE.id: ARTICLE}, [layer("hala", 0), layer("omar", 2)]
    return page(report(articles, layers, draws=5), disagreements(articles, layers), **options)


def test_every_link_of_a_figure_leads_to_a_list() -> None:
    html = made()
    links = set(re.findall(r'href="#([^"]+)"', html))
    assert {"entities.f1_exact", "quantities.attributes.reading.exact", "attributions.parts.source.exact"} <= links
    assert links <= set(re.findall(r'id="([^"]+)"', html))


def test_texts_run_from_right_to_left_and_are_escaped() -> None:
    html = made()
    assert '<p dir="rtl" lang="ar">' in html
    assert "<mark>" in html
    assert "&lt;الساحل&gt;" in html
    assert "<الساحل>" not in html


def test_an_undefined_figure_says_why() -> None:
    empty = page(report({}, []), [])
    assert "no article here has two annotators" in empty
    assert "annotators: none" in empty


def test_long_lists_are_cut_and_say_so() -> None:
    assert "of which the 0 dearest" in made(most=0)


def test_the_page_fetches_nothing() -> None:
    assert not re.search(r"(src|href)=\"(https?:)?//", made())
