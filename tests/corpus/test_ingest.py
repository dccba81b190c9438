import json
import os
from pathlib import Path

import msgspec
import pytest

from musnad.corpus.ingest import LONGEST, Found, Given, articles
from musnad.schema.jsonl import Refusal
from musnad.schema.records import Article, sha256_of

STORY = "أعلنت بلدية الميناء أن نحو 300 عائلة عادت إلى الحي القديم بعد إصلاح الجسر."


def good(*paths: Path, given: Given | None = None) -> list[Article]:
    found = list(articles(paths, given))
    assert not [item for item in found if isinstance(item, Refusal)]
    return [item.article for item in found if isinstance(item, Found)]


def refusal(*paths: Path, given: Given | None = None) -> Refusal:
    (item,) = articles(paths, given)
    assert isinstance(item, Refusal)
    return item


class TestText:
    def test_the_id_is_the_file_stem_and_the_hash_is_of_the_stored_text(self, tmp_path: Path) -> None:
        path = tmp_path / "bridge-1.txt"
        path.write_bytes(b"\xef\xbb\xbf" + f"{STORY}\r\n".encode())
        (article,) = good(path)
        assert (article.id, article.text, article.sha256) == ("bridge-1", f"{STORY}\n", sha256_of(f"{STORY}\n"))

    def test_nothing_of_the_text_is_repaired(self, tmp_path: Path) -> None:
        text = " \n\u200fقــالَ   \u00a0«المصدر» : ١،٩ مليار\t👍🏽 العراقوسوريا \n\n"
        path = tmp_path / "raw.txt"
        path.write_bytes(text.encode())
        assert good(path)[0].text == text

    def test_a_given_id_stands_in_for_the_stem(self, tmp_path: Path) -> None:
        path = tmp_path / "a file with spaces.txt"
        path.write_text(STORY, "utf-8")
        assert good(path, given=Given(id="port-7", publisher="صدى الميناء"))[0].id == "port-7"

    @pytest.mark.parametrize(
        ("name", "content", "said"),
        [
            ("old.txt", STORY.encode("windows-1256"), "windows-1256"),
            ("nul.txt", "قال\0الوزير".encode(), "NUL character at offset 3"),
            ("empty.txt", b"", "empty"),
            ("blank.txt", b" \n\t\r\n", "empty"),
            ("surrogate.txt", b"abc \xed\xa0\x80", "byte 0xED at byte offset 4"),
            ("two words.txt", STORY.encode(), "can't be an id"),
            ("x" * 129 + ".txt", STORY.encode(), "can't be an id"),
            ("long.txt", ("ن " * (LONGEST // 2) + "ن").encode(), "more than the 1,000,000 characters"),
            ("huge.txt", b"\n" * (4 * LONGEST + 4), "4,000,004 bytes"),
            ("scan.pdf", b"%PDF", "not a format that is read"),
        ],
    )
    def test_what_cannot_be_an_article_is_refused_with_the_reason(
        self, tmp_path: Path, name: str, content: bytes, said: str
    ) -> None:
        path = tmp_path / name
        path.write_bytes(content)
        refused = refusal(path)
        assert said in refused.reason
        assert refused.file == str(path)

    def test_the_longest_article_is_still_taken(self, tmp_path: Path) -> None:
        path = tmp_path / "long.txt"
        path.write_text("ن " * (LONGEST // 2), "utf-8")
        assert len(good(path)[0].text) == LONGEST

    def test_a_missing_file_is_refused_not_raised(self, tmp_path: Path) -> None:
        assert "No such file" in refusal(tmp_path / "gone.txt").reason

    def test_a_file_name_that_is_not_utf8_is_refused_and_can_be_written_down(self, tmp_path: Path) -> None:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xce\xc8\xd1.txt"))
        try:
            path.write_text(STORY, "utf-8")
        except OSError:
            pytest.skip("this file system holds UTF-8 names only")
        refused = refusal(path)
        assert refused.field == "id"
        assert msgspec.json.encode(refused)


class TestFolder:
    def test_all_below_is_read_in_order_and_other_files_are_named(self, tmp_path: Path) -> None:
        (tmp_path / "2024").mkdir()
        for name in ("b.txt", "a.txt", "2024/c.txt", ".hidden.txt"):
            (tmp_path / name).write_text(STORY, "utf-8")
        (tmp_path / "notes.md").write_text("#", "utf-8")
        passed_over: list[Path] = []
        found = [item.article.id for item in articles([tmp_path], None, passed_over) if isinstance(item, Found)]
        assert found == ["c", "a", "b"]
        assert passed_over == [tmp_path / "notes.md"]

    def test_a_folder_without_articles_is_refused(self, tmp_path: Path) -> None:
        assert "holds no article" in refusal(tmp_path).reason


class TestJsonl:
    def test_each_bad_line_is_refused_alone_with_its_number(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.jsonl"
        lines = [
            json.dumps({"id": "n1", "text": STORY, "publisher": "صدى الميناء", "section": "محليات"}).encode(),
            b'{"id": "n2", "text": "\\ud800 abc"}',
            b'{"id": "n3"}',
            b"\xca\xca",
            b"{",
            b"",
            json.dumps({"id": "n4", "text": STORY, "sha256": "0" * 64}).encode(),
            json.dumps({"id": "n5", "text": STORY, "published": "أمس"}).encode(),
            json.dumps({"id": "n/6", "text": STORY}).encode(),
            json.dumps({"id": "n7", "text": f"{STORY}\r\n"}).encode(),
        ]
        path.write_bytes(b"\xef\xbb\xbf" + b"\n".join(lines))
        found = list(articles([path]))
        assert [item.article.id for item in found if isinstance(item, Found)] == ["n1", "n7"]
        refused = [(item.line, item.field) for item in found if isinstance(item, Refusal)]
        assert refused == [
            (2, "line"),
            (3, "line"),
            (4, "line"),
            (5, "line"),
            (7, "sha256"),
            (8, "published"),
            (9, "id"),
        ]

    def test_the_offset_of_a_bad_byte_counts_from_the_start_of_the_file(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.jsonl"
        path.write_bytes(b'{"id": "a", "text": "b"}\n{"id": "\xca"}\n')
        refused = [item for item in articles([path]) if isinstance(item, Refusal)]
        assert "byte offset 33 " in refused[0].reason

    def test_a_refused_line_is_kept_as_it_was(self, tmp_path: Path) -> None:
        path = tmp_path / "feed.jsonl"
        path.write_text('{"id": "x", "txt": "قال"}\n', "utf-8")
        assert refusal(path).raw == '{"id": "x", "txt": "قال"}'


class TestCsv:
    def test_quoted_line_breaks_and_long_fields_are_part_of_the_text(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        text = f"«عاجل»\n{STORY} " + "نعم " * 50_000
        path.write_bytes(f'\ufeffid,text,publisher,بلد\r\nk1,"{text}",صدى الميناء,س\r\n'.encode())
        (article,) = good(path)
        assert (article.text, article.publisher) == (text, "صدى الميناء")

    @pytest.mark.parametrize("mark", [",", ";", "\t"])
    def test_fields_may_be_parted_as_spreadsheets_part_them(self, tmp_path: Path, mark: str) -> None:
        path = tmp_path / "table.csv"
        path.write_text(f"id{mark}text\nk1{mark}«قال، ثم صمت»\n", "utf-8")
        assert good(path)[0].text == "«قال، ثم صمت»"

    def test_a_bad_row_is_refused_alone(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        rows = [b"id,text", f"k1,{STORY}".encode(), b"k2,\xc7\xe1", b"k3,a,b", b"k4,", f"k5,{STORY}".encode()]
        path.write_bytes(b"\n".join(rows))
        found = list(articles([path]))
        assert [item.article.id for item in found if isinstance(item, Found)] == ["k1", "k5"]
        refused = [item for item in found if isinstance(item, Refusal)]
        assert [item.line for item in refused] == [3, 4, 5]
        assert f"byte offset {len(rows[0]) + len(rows[1]) + 2 + 3} " in refused[0].reason

    def test_a_table_without_the_columns_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "table.csv"
        path.write_text("name,body\na,b\n", "utf-8")
        assert "no column named id or text" in refusal(path).reason


class TestPage:
    PAGE = f"""<!doctype html><html lang="ar" dir="rtl"><head><meta charset="utf-8">
        <title>عودة السكان إلى الحي القديم</title>
        <meta property="og:site_name" content="صدى الميناء">
        <meta property="og:title" content="عودة السكان إلى الحي القديم">
        <link rel="canonical" href="https://sada.example/news/7">
        <meta property="article:published_time" content="2024-05-06T10:00:00Z"></head>
        <body><nav><a href="/">الرئيسية</a> <a href="/sport">رياضة</a></nav>
        <article><h1>عودة السكان إلى الحي القديم</h1><p>{STORY} {STORY}</p>
        <p>وقال رئيس البلدية إن العمل استمر أكثر من سنتين، وإن الكلفة بلغت أربعة ملايين دينار دفعها صندوق الساحل.</p>
        </article><footer>جميع الحقوق محفوظة</footer></body></html>"""

    def test_main_text_title_publisher_address_and_date_are_read(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text(self.PAGE, "utf-8")
        (article,) = good(path)
        assert STORY in article.text
        assert "أربعة ملايين دينار" in article.text
        assert "الرئيسية" not in article.text
        assert article.title == "عودة السكان إلى الحي القديم"
        assert article.publisher == "صدى الميناء"
        assert article.published == "2024-05-06"
        assert article.url == "https://sada.example/news/7"

    def test_paragraphs_of_news_in_brief_stay_apart(self, tmp_path: Path) -> None:
        path = tmp_path / "brief.html"
        first, second = "أغلق ميناء الصيد أبوابه أمس.", "وقالت الإدارة إن الموج بلغ أربعة أمتار."
        path.write_text(f"<html><body><article><p>{first}</p><p>{second}</p></article></body></html>", "utf-8")
        assert good(path)[0].text.split("\n") == [first, second]

    def test_what_the_caller_knows_stands_in_for_what_a_page_does_not_say(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text(f"<html><body><article><p>{STORY}</p></article></body></html>", "utf-8")
        assert good(path, given=Given(publisher="المرافئ"))[0].publisher == "المرافئ"
        path.write_text(self.PAGE, "utf-8")
        assert good(path, given=Given(publisher="المرافئ"))[0].publisher == "صدى الميناء"

    def test_a_page_without_a_main_text_is_refused(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text("<html><body><img src='stadium.jpg'></body></html>", "utf-8")
        assert "no main text" in refusal(path).reason

    def test_a_page_nested_beyond_measure_is_refused_or_read_but_never_raises(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_text("<div>" * 20_000 + STORY + "</div>" * 20_000, "utf-8")
        assert len(list(articles([path]))) == 1

    def test_a_page_in_another_encoding_is_refused_with_a_hint(self, tmp_path: Path) -> None:
        path = tmp_path / "page.html"
        path.write_bytes(self.PAGE.encode("windows-1256"))
        assert "windows-1256" in refusal(path).reason


def test_boilerplate_is_marked_on_the_way_in(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text(f"{STORY}\n\nاقرأ أيضا", "utf-8")
    (article,) = good(path)
    (mark,) = article.boilerplate
    assert (article.text[mark.start : mark.end], mark.kind) == ("اقرأ أيضا", "related")
