"""The report page as Chromium shows it, opened from disk: right to left, nothing fetched, nothing run."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import newsroom
import pytest

from musnad.export.html import page
from musnad.export.shelf import Entry
from musnad.schema.records import Entity, Layer

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[test]'")

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]

HOSTILE = (
    "قال <script>document.title = 'run'</script> \u202eمعكوس\u202c <img src=x onerror=\"document.title='run'\"> أحمد"
)


@pytest.fixture(scope="module")
def opened(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Any, list[str]]]:
    """The page in a window of a laptop's size, and the addresses that it asked for."""
    evil = newsroom.article("evil", HOSTILE, "ناشر")
    start = HOSTILE.index("أحمد")
    marked = Layer(
        article_id="evil",
        sha256=evil.sha256,
        annotator="gold",
        entities=(Entity(id="e1", start=start, end=start + 4, label="PER"),),
    )
    found = {**newsroom.articles(), "evil": evil}
    stories = {article: story.id for story in newsroom.STORIES for article in story.article_ids}
    entries = [
        Entry(found[layer.article_id], layer, [], stories.get(layer.article_id, layer.article_id))
        for layer in (*newsroom.gold(), marked)
    ]
    path = tmp_path_factory.mktemp("report") / "report.html"
    path.write_text(page("تقرير", entries, newsroom.agreement()), "utf-8")
    asked: list[str] = []
    with playwright.sync_playwright() as started:
        browser = started.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        window = browser.new_page(viewport={"width": 1280, "height": 800})
        window.on("request", lambda request: asked.append(request.url))
        window.goto(path.as_uri())
        yield window, asked
        browser.close()


def test_it_opens_from_disk_and_asks_for_nothing_else(opened: tuple[Any, list[str]]) -> None:
    _, asked = opened
    assert len(asked) == 1
    assert asked[0].startswith("file://")


def test_hostile_text_is_read_and_not_run(opened: tuple[Any, list[str]]) -> None:
    window, _ = opened
    assert window.title() == "تقرير"
    assert "<script>document.title = 'run'</script>" in window.inner_text("body")
    assert "⟦U+202E⟧معكوس⟦U+202C⟧" in window.inner_text("body")


def test_articles_run_from_right_to_left_and_none_is_wider_than_the_window(opened: tuple[Any, list[str]]) -> None:
    window, _ = opened
    words = window.get_by_text("أحمد", exact=True).first
    assert words.evaluate("element => getComputedStyle(element).direction") == "rtl"
    first, last = (window.get_by_text(word, exact=True).first.bounding_box() for word in ("الميناء", "لبنان"))
    assert first["y"] < last["y"] or first["x"] > last["x"]
    assert window.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


def test_pointing_at_a_mark_tells_what_it_is(opened: tuple[Any, list[str]]) -> None:
    window, _ = opened
    mark = window.get_by_text("أحمد", exact=True).first
    mark.hover()
    assert "PER" in mark.evaluate("element => element.closest('[title]').title")
