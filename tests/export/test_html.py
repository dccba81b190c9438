"""The report page: self-contained, every mark in its place, and hostile text shown as text."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import msgspec
import newsroom
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.export.html import Mark, page, segments, shown
from musnad.export.shelf import Entry
from musnad.schema.records import Entity, Layer
from musnad.schema.studio_files import Fate, Progress, Status

HOSTILE = 'قال <script>alert(1)</script> & "\u202eنص\u202c" <img src=x onerror=alert(1)> إن \u200f5 قتلوا'


class _Page(HTMLParser):
    """The tags of a page, and the text of its articles."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []
        self.text = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs

    def handle_data(self, data: str) -> None:
        self.text += data


def _page() -> str:
    found = newsroom.articles()
    stories = {article: story.id for story in newsroom.STORIES for article in story.article_ids}
    entries = [Entry(found[layer.article_id], layer, [], stories[layer.article_id]) for layer in newsroom.gold()]
    return page("تقرير", entries, newsroom.agreement())


def test_the_page_fetches_nothing() -> None:
    read = _Page(_page())
    assert not {"script", "link", "iframe"} & set(read.tags)
    assert not [
        value for name, value in read.attributes if name in {"src", "href"} and not (value or "").startswith("#")
    ]
    assert "url(" not in _page()


def test_progress_and_the_fate_of_pre_annotations_are_plotted_where_they_are_known() -> None:
    progress = Progress(annotator="ann-a", which="entities", batch="001", planned=4, done=1, median_seconds=95.0)
    fates = {"ann-a": (Fate(layer="entities", label="PER", kept=6, changed=1, deleted=1, added=2),)}
    status = Status(url="http://127.0.0.1:8080", progress=(progress,), fates=fates)
    source = page("تقرير", [], newsroom.agreement(), (), status)
    assert "1 of 4" in source
    widths = re.findall(r'title="(\w+): \d+" style="width:([\d.]+)%', source)
    assert widths == [("kept", "60.0"), ("changed", "10.0"), ("deleted", "10.0"), ("added", "20.0")]
    assert "Progress" not in _page()


def test_every_article_stands_on_the_page_whole() -> None:
    read = _Page(_page())
    for article in newsroom.articles().values():
        assert article.text in read.text


def test_a_mark_shows_its_attributes_and_its_chain_on_pointing() -> None:
    titles = [value or "" for name, value in _Page(_page()).attributes if name == "title"]
    assert any("count about 30000" in title for title in titles)
    assert any("المرافئ ← صحيفة الميناء ← مسؤول في وزارة الزراعة" in title for title in titles)


def test_figures_that_outlets_tell_apart_are_marked_as_conflict() -> None:
    assert re.search(r"differ in bound, value, chain", _page())


def test_disagreements_stand_in_their_context_with_what_each_said() -> None:
    from musnad.annotation.agreement.disagreements import disagreements

    found = disagreements(newsroom.articles(), newsroom.layers())
    built = page("x", [], newsroom.agreement(), found)
    assert "<mark>الميناء</mark>" in built
    assert "<small>nothing</small>" in built


def test_hostile_text_is_shown_as_text() -> None:
    article = newsroom.article("evil", HOSTILE, "<b>ناشر</b>\u202e")
    layer = Layer(
        article_id="evil",
        sha256=article.sha256,
        annotator="gold",
        entities=(Entity(id="e1", start=4, end=14, label="PER"),),
    )
    built = page("<script>", [Entry(article, layer, [], "evil")], newsroom.agreement())
    read = _Page(built)
    assert not {"script", "img"} & set(read.tags)
    assert "<b>ناشر</b>" in read.text
    assert "<script>alert(1)</script>" in read.text.replace("\n", "")
    assert not re.search("[\u202a-\u202e\u2066-\u2069\u200e\u200f]", built)
    assert "⟦U+202E⟧نص⟦U+202C⟧" in read.text


@given(st.data())
def test_segments_together_are_the_text_and_each_bears_the_marks_over_it(data: st.DataObject) -> None:
    article = data.draw(articles())
    layer = data.draw(layers(article))
    marks = [Mark(entity.start, entity.end, entity.label, entity.id) for entity in layer.entities]
    cut = list(segments(article.text, marks))
    assert "".join(segment.text for segment in cut) == article.text
    start = 0
    for segment in cut:
        end = start + len(segment.text)
        assert set(segment.marks) == {mark for mark in marks if mark.start <= start and end <= mark.end}
        start = end


def test_invisible_controls_are_named() -> None:
    assert shown("a\u202eb\u0007\n") == "a⟦U+202E⟧b⟦U+0007⟧\n"


def test_a_project_without_gold_for_a_story_still_makes_a_page() -> None:
    assert "No figure is told by two outlets" in page("x", [], newsroom.agreement())


def test_the_page_is_the_same_twice() -> None:
    assert _page() == _page()


def test_a_layer_of_nested_marks_keeps_the_innermost_colour() -> None:
    text = "وزارة الدفاع الأميركية"
    article = newsroom.article("n-1", text, "المرافئ")
    outer = Entity(id="e1", start=0, end=len(text), label="ORG", subtype="government")
    inner = Entity(id="e2", start=13, end=len(text), label="NORP")
    layer = Layer(article_id="n-1", sha256=article.sha256, annotator="gold", entities=(outer, inner))
    built = page("x", [Entry(article, layer, [], "n-1")], newsroom.agreement())
    assert re.search(r'class="m-NORP"[^>]*>الأميركية<', built)
    assert msgspec.structs.asdict(outer)["label"] in built
