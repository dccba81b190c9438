"""What an annotator does, in a real browser on a real Label Studio: marks on the right words, every edit pulled.

With MUSNAD_PICTURES set to a folder, the screenshots for the documentation are written there.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.logins import known_logins, server_key
from musnad.annotation.label_studio.plan import make_plan
from musnad.annotation.label_studio.projects import find_projects, tasks_of
from musnad.annotation.label_studio.pull import pull
from musnad.annotation.label_studio.push import push
from musnad.annotation.label_studio.server import Server
from musnad.corpus import samples
from musnad.schema.records import Article, Attribution, Entity, Layer, Quantity, sha256_of

playwright = pytest.importorskip("playwright.sync_api", reason="Playwright is not installed: pip install -e '.[test]'")

CHROMIUM = next((path for path in ("/usr/bin/chromium", "/usr/bin/chromium-browser") if Path(path).exists()), None)
pytestmark = [
    pytest.mark.server,
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium"),
]
FLAGS = [
    *("--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync"),
]

TEXT = (
    "عاجل 🇸🇾👩‍⚕️: قالت وزيرة الصحة هدى العلي إن 200 شخص\nأصيبوا في مدينة المنارة يوم الأحد، وإن سيارتين احترقتا. "
    "ونقلت وكالة «برق» عن شهود أن الحريق بدأ ليلا."
)

# The client rectangles of a span, whose offsets are code points of the text; a line break is an element of the page.
RECTANGLES = """([start, end]) => {
  const root = document.querySelector('.musnad-text [class*="richtext__container"]');
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT | NodeFilter.SHOW_ELEMENT,
    {acceptNode: node => node.nodeType === 3 || node.tagName === 'BR' ? 1 : 3});
  const range = document.createRange();
  let node, at = 0, begun = false;
  while ((node = walker.nextNode())) {
    if (node.nodeType !== 3) { at += 1; continue; }
    const points = [...node.data];
    if (!begun && start < at + points.length) {
      range.setStart(node, points.slice(0, start - at).join('').length);
      begun = true;
    }
    if (begun && end <= at + points.length) {
      range.setEnd(node, points.slice(0, end - at).join('').length);
      break;
    }
    at += points.length;
  }
  return [...range.getClientRects()].filter(r => r.width > 0).map(r => [r.left, r.top, r.right, r.bottom]);
}"""
# What is painted: each highlighted stretch with its region's class, text and background.
PAINTED = """() => [...document.querySelectorAll('.musnad-text .htx-highlight')].map(
  span => [span.className, span.textContent, getComputedStyle(span).backgroundColor])"""


def at(words: str) -> tuple[int, int]:
    start = TEXT.index(words)
    return start, start + len(words)


def predicted() -> Layer:
    def entity(record_id: str, words: str, label: str, subtype: str | None = None) -> Entity:
        return Entity(id=record_id, start=at(words)[0], end=at(words)[1], label=label, subtype=subtype)

    def count(record_id: str, words: str, value: str, counted: str | None = None) -> Quantity:
        start, end = at(words)
        noun = at(counted) if counted else None
        return Quantity(id=record_id, start=start, end=end, kind="count", bound="exact", value=value, counted=noun)

    return Layer(
        article_id="news",
        sha256=sha256_of(TEXT),
        annotator="rules-1.0",
        entities=(entity("e1", "المنارة", "GPE", "city"), entity("e2", "الأحد", "EVENT")),
        quantities=(count("q1", "200", "200", "شخص"), count("q2", "سيارتين", "2")),
        attributions=(
            Attribution(
                id="a1",
                kind="indirect",
                cues=(at("قالت"), at("إن")),
                source=at("وزيرة الصحة هدى العلي"),
                content=((at("200")[0], at("احترقتا")[1]),),
            ),
            Attribution(
                id="a2",
                kind="indirect",
                cues=(at("نقلت"), at("عن"), at("أن الحريق")),
                relays=(at("وكالة «برق»"),),
                content=(at("بدأ ليلا"),),
            ),
        ),
    )


class Desk:
    """An annotator at the browser, with the projects of one plan."""

    def __init__(self, page: Any, studio: Studio, name: str, login: Any) -> None:
        self.page = page
        self._url = studio.url
        self._tasks = {
            (project.key.which, task.article_id): (project.id, task.id)
            for project in find_projects(studio, name).values()
            for task in tasks_of(studio, project)
        }
        page.goto(f"{self._url}/user/login/")
        page.fill("input[name=email]", login.email)
        page.fill("input[name=password]", login.password)
        with page.expect_navigation(wait_until="load"):
            page.keyboard.press("Enter")

    def open(self, which: str, article_id: str) -> None:
        project, task = self._tasks[which, article_id]
        self.page.goto(f"{self._url}/projects/{project}/data?task={task}")
        self.page.wait_for_selector(".musnad-text .htx-highlight", timeout=60_000)
        self.page.wait_for_timeout(1500)

    def click(self, words: str) -> None:
        self.click_at(at(words))

    def click_at(self, span: tuple[int, int]) -> None:
        left, top, right, bottom = self._rectangles(span)[0]
        self.page.mouse.click((left + right) / 2, (top + bottom) / 2)
        self.page.wait_for_timeout(400)

    def drag(self, words: str) -> None:
        self.drag_over(at(words))

    def drag_over(self, span: tuple[int, int]) -> None:
        """Drag as a hand does over Arabic: from the right edge of the first letter to the left edge of the last."""
        start, end = span
        first, last = self._rectangles((start, start + 1))[0], self._rectangles((end - 1, end))[0]
        self.page.mouse.move(first[2] - 1, (first[1] + first[3]) / 2)
        self.page.mouse.down()
        self.page.mouse.move((last[0] + last[2]) / 2, (last[1] + last[3]) / 2, steps=10)
        self.page.mouse.move(last[0] + 1, (last[1] + last[3]) / 2, steps=4)
        self.page.mouse.up()
        self.page.wait_for_timeout(400)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.page.wait_for_timeout(250)

    def choose(self, shown: str) -> None:
        self.page.locator(".musnad-fields label:visible", has_text=shown).click()
        self.page.wait_for_timeout(250)

    def retype(self, number: str) -> None:
        """Replace the first filled text field of the selected region."""
        self.page.locator('.musnad-fields [data-testid="htx-textbox-edit-button"]:visible').first.click()
        self.press("Control+a")
        self.page.keyboard.type(number)
        self.press("Enter", "Escape")

    def submit(self) -> None:
        with self.page.expect_response(lambda answer: "/annotations" in answer.url and answer.request.method == "POST"):
            self.page.get_by_role("button", name="Submit").click()
        self.page.wait_for_timeout(500)

    def painted(self) -> list[tuple[str, str, str]]:
        return [tuple(one) for one in self.page.evaluate(PAINTED)]

    def shot(self, name: str, folder: Path) -> None:
        self.page.screenshot(path=str(Path(os.environ.get("MUSNAD_PICTURES") or folder) / f"{name}.png"))

    def _rectangles(self, span: tuple[int, int]) -> list[list[float]]:
        found: list[list[float]] = self.page.evaluate(RECTANGLES, list(span))
        return found


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    with playwright.sync_playwright() as running:
        chromium = running.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def desk(server: Server, admin: Studio, sign_in: Callable[[str], Studio], browser: Any) -> Iterator[Any]:
    """Sit an annotator down before articles and their predictions."""
    sign_in("ann-a")
    login = known_logins(server_key(server.url, server.token))["ann-a"]
    pages = []

    def sit(name: str, articles: Mapping[str, Article], layers: Mapping[str, Layer]) -> Desk:
        plan = make_plan(name, list(articles), ["ann-a"], overlap=1, control=0)
        push(admin, plan, articles, layers, instructions="<p>اقرأ الدليل</p>")
        pages.append(browser.new_page(viewport={"width": 1400, "height": 950}))
        return Desk(pages[-1], admin, name, login)

    yield sit
    for page in pages:
        page.close()


def test_what_an_annotator_does_in_the_browser_is_exactly_what_pull_returns(
    desk: Any, admin: Studio, tmp_path: Path
) -> None:
    article = Article(id="news", text=TEXT, sha256=sha256_of(TEXT))
    sitting = desk("hands", {"news": article}, {"news": predicted()})

    sitting.open("entities", "news")
    assert {text for _, text, _ in sitting.painted()} == {"200", "شخص", "المنارة", "الأحد", "سيارتين"}
    assert not [one for one in sitting.painted() if one[2] in ("rgba(0, 0, 0, 0)", "transparent")]
    sitting.click("200")
    sitting.retype("١٬٥٠٠")
    sitting.press("Escape")
    sitting.click("الأحد")
    sitting.press("Backspace")
    sitting.press("p")
    sitting.drag("هدى العلي")
    sitting.press("Escape", "Escape", "e")
    sitting.drag("عاجل 🇸🇾👩‍⚕️: قالت")
    sitting.press("Escape", "Escape", "o")
    sitting.drag("وكالة «برق»")
    sitting.click("وكالة «برق»")
    sitting.choose("إعلام")
    sitting.press("Escape", "Escape", "n")
    sitting.drag("شخص\nأصيبوا")
    sitting.press("Escape", "Escape")
    sitting.submit()

    sitting.open("attributions", "news")
    sitting.press("s")
    sitting.drag("شهود")
    sitting.press("Escape", "Escape")
    sitting.click("نقلت")
    sitting.press("Alt+r")
    sitting.click("شهود")
    sitting.press("Escape")
    sitting.click("قالت")
    sitting.choose("مختلط")
    sitting.press("Escape")
    sitting.submit()
    sitting.shot("attributions-edited", tmp_path)

    summary = pull(admin, make_plan("hands", ["news"], ["ann-a"], overlap=1, control=0), {"news": article.sha256})
    assert (summary.quarantine, summary.notices) == ([], [])
    (layer,) = summary.layers
    assert {(TEXT[e.start : e.end], e.label, e.subtype) for e in layer.entities} == {
        ("المنارة", "GPE", "city"),
        ("هدى العلي", "PER", None),
        ("عاجل 🇸🇾👩‍⚕️: قالت", "EVENT", None),
        ("وكالة «برق»", "ORG", "media"),
        ("شخص\nأصيبوا", "NORP", None),
    }
    assert [(q.id, q.value, q.counted) for q in layer.quantities] == [("q1", "1500", at("شخص")), ("q2", "2", None)]
    said, passed_on = layer.attributions
    assert said.kind == "mixed"
    assert (said.id, said.cues, said.source) == ("a1", (at("قالت"), at("إن")), at("وزيرة الصحة هدى العلي"))
    assert (passed_on.id, passed_on.source, passed_on.relays) == ("a2", at("شهود"), (at("وكالة «برق»"),))
    assert layer.meta["lead_time"] > 0


def test_a_sample_article_is_legible_in_both_passes(desk: Any, tmp_path: Path) -> None:
    name = next(iter(samples.layer_names()))
    article = next(one for one in samples.articles() if one.id == "economy-1")
    layer = next(one for one in samples.layers(name) if one.article_id == article.id)
    sitting = desk(
        "legible", {article.id: article}, {article.id: msgspec.structs.replace(layer, annotator="rules-1.0")}
    )
    for which in ("entities", "attributions"):
        sitting.open(which, article.id)
        looks = sitting.page.evaluate(
            """() => {
              const text = getComputedStyle(document.querySelector('.musnad-text [class*="richtext"]'));
              const list = document.querySelector('[class*="outliner"]');
              return [text.fontSize, text.direction, list ? getComputedStyle(list).fontSize : ''];
            }"""
        )
        assert looks[:2] == ["19px", "rtl"]
        assert looks[2] != "19px"
        assert not [one for one in sitting.painted() if one[2] in ("rgba(0, 0, 0, 0)", "transparent")]
        sitting.shot(f"{which}-pass", tmp_path)


def test_the_fields_of_a_region_appear_for_it_alone_and_filled(desk: Any, tmp_path: Path) -> None:
    article = Article(id="news", text=TEXT, sha256=sha256_of(TEXT))
    sitting = desk("fields", {"news": article}, {"news": predicted()})
    sitting.open("entities", "news")
    shown = sitting.page.locator(".musnad-fields label:visible")
    assert shown.count() == 0
    sitting.click("سيارتين")
    ticked = sitting.page.locator(".musnad-fields label.ant-checkbox-wrapper-checked:visible")
    assert [text.split("[")[0] for text in ticked.all_inner_texts()] == ["عدد count", "تمام exact"]
    assert sitting.page.locator('.musnad-fields [data-testid="htx-textbox-content"]:visible').inner_text() == "2"
    sitting.shot("quantity-fields", tmp_path)
    sitting.press("Escape")
    sitting.click("المنارة")
    assert [text.split("[")[0] for text in ticked.all_inner_texts()] == ["مدينة city"]


def test_a_drawn_quantity_can_not_be_submitted_before_its_kind_and_bound_are_chosen(desk: Any, tmp_path: Path) -> None:
    article = Article(id="news", text=TEXT, sha256=sha256_of(TEXT))
    sitting = desk("required", {"news": article}, {"news": predicted()})
    sitting.open("entities", "news")
    sitting.press("q")
    sitting.drag("ليلا")
    sitting.press("Escape", "Escape")
    sitting.page.get_by_role("button", name="Submit").click()
    sitting.page.get_by_text("اختر نوع الكمية").wait_for(timeout=10_000)


def test_the_arrows_that_remain_can_be_hidden_and_are_submitted_all_the_same(
    desk: Any, admin: Studio, tmp_path: Path
) -> None:
    article = Article(id="news", text=TEXT, sha256=sha256_of(TEXT))
    said, passed_on = predicted().attributions
    layer = msgspec.structs.replace(
        predicted(),
        attributions=(
            msgspec.structs.replace(said, source=None),
            msgspec.structs.replace(passed_on, source=said.source),
        ),
    )
    sitting = desk("arrows", {"news": article}, {"news": layer})
    sitting.open("attributions", "news")

    def arrows() -> list[str]:
        found: list[str] = sitting.page.evaluate(
            "() => [...document.querySelectorAll('svg.relations-overlay > g')].map(g => getComputedStyle(g).visibility)"
        )
        return found

    assert arrows() == ["visible"]
    sitting.page.locator("text=Relations >> visible=true").first.click()
    sitting.page.get_by_label("Hide all", exact=True).click()
    sitting.page.wait_for_timeout(300)
    assert arrows() == ["hidden"]
    sitting.shot("arrows-hidden", tmp_path)
    sitting.submit()
    plan = make_plan("arrows", ["news"], ["ann-a"], overlap=1, control=0)
    (pulled,) = pull(admin, plan, {"news": article.sha256}).incomplete
    assert pulled.attributions == layer.attributions


def long_article() -> tuple[Article, Layer]:
    """20 KB of text and 300 regions: five in each of sixty paragraphs, and a number to correct in the last."""
    paragraph = (
        "قالت وزارة الصحة في مدينة المنارة يوم الأحد إن {n} شخصا أصيبوا حين انقلبت حافلة على الطريق الساحلي، "
        "وإن فرق الدفاع المدني نقلت الجرحى إلى مستشفى السرو. وأضافت أن الطريق سيبقى مغلقا حتى صباح الاثنين.\n"
    )
    words = {"وزارة الصحة": "ORG", "المنارة": "GPE", "الدفاع المدني": "ORG"}
    text, entities, quantities = "", [], []
    for n in range(60):
        here = paragraph.format(n=100 + n)
        for name, label in words.items():
            start = len(text) + here.index(name)
            entities.append(Entity(id=f"e{len(entities)}", start=start, end=start + len(name), label=label))
        start, noun = len(text) + here.index(str(100 + n)), len(text) + here.index("شخصا")
        quantities.append(
            Quantity(
                id=f"q{n}",
                start=start,
                end=start + 3,
                kind="count",
                bound="exact",
                value=str(100 + n),
                counted=(noun, noun + 4),
            )
        )
        text += here
    article = Article(id="long", text=text, sha256=sha256_of(text))
    return article, Layer(
        article_id="long",
        sha256=article.sha256,
        annotator="rules-1.0",
        entities=tuple(entities),
        quantities=tuple(quantities),
    )


def test_a_long_article_with_hundreds_of_marks_is_read_corrected_and_submitted(desk: Any, admin: Studio) -> None:
    article, layer = long_article()
    assert len(article.text.encode()) > 20_000
    assert len(layer.entities) + 2 * len(layer.quantities) == 300
    sitting = desk("long", {"long": article}, {"long": layer})
    sitting.open("entities", "long")
    sitting.page.wait_for_function("() => document.querySelectorAll('.musnad-text .htx-highlight').length >= 300")
    # The last paragraph: scrolled to, its number selected and corrected, a name deleted, a name drawn.
    sitting.page.locator(".musnad-text .htx-highlight", has_text="159").scroll_into_view_if_needed()
    sitting.page.wait_for_timeout(500)
    number, name, hospital = (article.text.rindex(words) for words in ("159", "المنارة", "مستشفى السرو"))
    sitting.click_at((number, number + 3))
    sitting.retype("١٦٠")
    sitting.press("Escape")
    sitting.click_at((name, name + 7))
    sitting.press("Backspace")
    sitting.press("f")
    sitting.drag_over((hospital, hospital + 12))
    sitting.press("Escape", "Escape")
    sitting.submit()
    plan = make_plan("long", ["long"], ["ann-a"], overlap=1, control=0)
    summary = pull(admin, plan, {"long": article.sha256})
    (pulled,) = summary.incomplete
    assert (summary.quarantine, summary.notices) == ([], [])
    assert pulled.quantities == (*layer.quantities[:-1], msgspec.structs.replace(layer.quantities[-1], value="160"))
    assert pulled.entities[: len(layer.entities) - 1] == tuple(e for e in layer.entities if e.start != name)
    (drawn,) = pulled.entities[len(layer.entities) - 1 :]
    assert (drawn.start, drawn.end, drawn.label) == (hospital, hospital + 12, "FAC")
