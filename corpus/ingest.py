"""Reading articles from .txt, .html, .jsonl and .csv files and from folders: decoded, a BOM dropped, CRLF turned to LF.

Nothing else is done to a text. What can't be an article is refused with the place and the reason.
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any

import msgspec

from ..schema.jsonl import Refusal
from ..schema.records import Article, Boilerplate, sha256_of
from ..schema.validate import article_problems, text_problem
from .boilerplate import boilerplate
from .decode import BOM, NotUtf8Error, decode, stored

LONGEST = 1_000_000
"""Code points that an article may have."""

_LARGEST_PAGE = 20_000_000  # bytes; a page carries markup and scripts beside its text


class Given(msgspec.Struct, frozen=True, kw_only=True):
    """What the caller knows of the articles that he adds; each stands in for what a file doesn't say itself."""

    id: str | None = None
    publisher: str | None = None
    license: str | None = None


class Found(msgspec.Struct, frozen=True):
    """An article and where it came from."""

    article: Article
    file: str
    line: int


def articles(
    paths: Iterable[Path], given: Given | None = None, passed_over: list[Path] | None = None
) -> Iterator[Found | Refusal]:
    """Yield each article of `paths` (files, or folders with all that lies below), or why it was refused, in order.

    A file of a folder whose format is not read is appended to `passed_over`; a named one is refused.
    `given.id` is for a single text or page. Nothing is raised for bad input; KeyboardInterrupt passes through.
    """
    given = given or Given()
    for path in paths:
        if not path.is_dir():
            yield from _file(path, given)
            continue
        empty = True
        for file in _below(path):
            if file.suffix.lower() in READERS:
                empty = False
                yield from _file(file, given)
            elif passed_over is not None:
                passed_over.append(file)
        if empty:
            yield Refusal(_shown(path), 0, "folder", f"holds no article: a folder is searched for {_formats()}")


def from_text(path: Path, given: Given) -> Iterator[Found | Refusal]:
    """Yield the article of a text file; its id is the file's stem."""
    if path.stat().st_size > 4 * LONGEST + 3:
        yield Refusal(_shown(path), 0, "text", _too_long(f"{path.stat().st_size:,} bytes"))
        return
    try:
        text = decode(path.read_bytes())
    except NotUtf8Error as error:
        yield Refusal(_shown(path), error.line, "text", str(error), _shown(given.id or path.stem))
        return
    yield _article(path, 1, {"id": given.id or path.stem, "text": text}, given)


def from_page(path: Path, given: Given) -> Iterator[Found | Refusal]:
    """Yield the main text of an HTML page, with its title, publisher, address and date where the page states them."""
    name = _shown(given.id or path.stem)
    if path.stat().st_size > _LARGEST_PAGE:
        yield Refusal(
            _shown(path), 0, "text", f"the page has {path.stat().st_size:,} bytes, more than {_LARGEST_PAGE:,}"
        )
        return
    try:
        page = decode(path.read_bytes())
    except NotUtf8Error as error:
        yield Refusal(_shown(path), error.line, "text", str(error), name)
        return
    if reason := text_problem(page):
        yield Refusal(_shown(path), 1, "text", reason, name)
        return
    fields = _main_text(page)
    if fields is None:
        yield Refusal(_shown(path), 0, "text", "no main text was found on the page: save the text itself as .txt", name)
        return
    yield _article(path, 1, {"id": name, **fields}, given)


def from_jsonl(path: Path, given: Given) -> Iterator[Found | Refusal]:
    """Yield the articles of a JSONL file: `id` and `text` suffice, the other fields of an article are taken over."""
    offset = 0
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line, start, offset = raw.strip(), offset, offset + len(raw)
            if not line:
                continue
            try:
                text = decode(line).removeprefix(BOM) if number == 1 else decode(line)
                record = msgspec.json.decode(text, type=_Incoming)
            except NotUtf8Error as error:
                yield _refusal(path, number, "line", str(error.at(start)), raw)
            except (msgspec.DecodeError, RecursionError) as error:
                reason, _, field = str(error).partition(" - at `$")
                yield _refusal(path, number, field.strip("`.") or "line", reason, raw)
            else:
                fields = {k: v for k, v in msgspec.to_builtins(record).items() if v is not None}
                yield _article(path, number, fields, given, raw)


def from_csv(path: Path, given: Given) -> Iterator[Found | Refusal]:
    """Yield the articles of a CSV file whose first line names the columns: `id` and `text`, and an article's others.

    Fields are parted by what parts most of the first line: a comma, a semicolon or a tab.
    """
    csv.field_size_limit(max(csv.field_size_limit(), 4 * LONGEST))
    with path.open("rb") as file:
        first_line = file.readline()
        file.seek(0)
        lines = _Lines(file)
        rows = csv.reader(lines, delimiter=max(",;\t", key=lambda mark: first_line.count(mark.encode())))
        try:
            header = [name.strip() for name in next(rows, [])]
        except csv.Error as error:
            yield Refusal(_shown(path), 1, "header", f"no valid CSV: {error}")
            return
        header[:1] = [name.removeprefix(BOM) for name in header[:1]]
        if missing := [name for name in ("id", "text") if name not in header]:
            reason = f"no column named {' or '.join(missing)}: the first line must name the columns"
            yield Refusal(_shown(path), 1, "header", reason)
            return
        while True:
            first = rows.line_num + 1
            try:
                row = next(rows)
            except StopIteration:
                return
            except csv.Error as error:
                yield Refusal(_shown(path), first, "line", f"no valid CSV: {error}")
                continue
            raw = ",".join(row).encode("utf-8", "surrogateescape")
            if bad := lines.take_bad():
                yield _refusal(path, bad.line, "line", str(bad), raw)
            elif row and len(row) != len(header):
                reason = f"has {len(row)} fields where the header names {len(header)}: is a comma or quote missing?"
                yield _refusal(path, first, "line", reason, raw)
            elif row:
                needed = ("id", "text")
                known = {k: v for k, v in zip(header, row, strict=True) if k in _FIELDS and (v or k in needed)}
                yield _article(path, first, known, given, raw)


READERS: dict[str, Callable[[Path, Given], Iterator[Found | Refusal]]] = {
    ".txt": from_text,
    ".html": from_page,
    ".htm": from_page,
    ".jsonl": from_jsonl,
    ".csv": from_csv,
}


class _Incoming(msgspec.Struct):
    """A line of somebody's JSONL: more fields than these may stand there and are not taken over."""

    id: str
    text: str
    sha256: str | None = None
    title: str | None = None
    publisher: str | None = None
    url: str | None = None
    published: str | None = None
    license: str | None = None
    boilerplate: tuple[Boilerplate, ...] | None = None


_FIELDS = frozenset(_Incoming.__struct_fields__) - {"boilerplate"}


class _Lines:
    """The lines of a file for csv; one that isn't UTF-8 is remembered, not raised: its row alone is refused."""

    def __init__(self, file: Iterable[bytes]) -> None:
        self._file = file
        self._bad: NotUtf8Error | None = None

    def take_bad(self) -> NotUtf8Error | None:
        bad, self._bad = self._bad, None
        return bad

    def __iter__(self) -> Iterator[str]:
        offset = 0
        for number, raw in enumerate(self._file, start=1):
            try:
                yield decode(raw)
            except NotUtf8Error as error:
                self._bad = self._bad or error.at(offset, number)
                yield raw.decode("utf-8", "surrogateescape")
            offset += len(raw)


def _file(path: Path, given: Given) -> Iterator[Found | Refusal]:
    reader = READERS.get(path.suffix.lower())
    try:
        if reader is None and path.exists():
            yield Refusal(
                str(path), 0, "file", f"{path.suffix or 'no suffix'} is not a format that is read: {_formats()}"
            )
        else:
            yield from (reader or from_text)(path, given)
    except OSError as error:
        yield Refusal(_shown(path), 0, "file", f"can't be read: {error.strerror or error}")


def _article(path: Path, line: int, fields: dict[str, Any], given: Given, raw: bytes = b"") -> Found | Refusal:
    """Make the article of `fields`, or say what is wrong with them."""
    name, text = str(fields["id"]), stored(fields["text"])

    def refused(field: str, reason: str) -> Refusal:
        return _refusal(path, line, field, reason, raw, name)

    if text_problem(name):
        return refused("id", _bad_id(name))
    if reason := text_problem(text):
        return refused("text", reason)
    if len(text) > LONGEST:
        return refused("text", _too_long(f"{len(text):,} characters"))
    said = {field: value for field, value in fields.items() if value is not None}
    known = {"publisher": given.publisher, "license": given.license, "sha256": sha256_of(text)} | said | {"text": text}
    try:
        article = msgspec.convert({field: value for field, value in known.items() if value is not None}, Article)
    except msgspec.ValidationError as error:
        reason, _, field = str(error).partition(" - at `$")
        field = field.strip("`.") or "line"
        return refused(field, _bad_id(name) if field == "id" else reason)
    if problems := article_problems(article):
        return refused(problems[0].field, problems[0].reason)
    if not article.boilerplate:
        marks = boilerplate(text, title=article.title, publisher=article.publisher)
        article = msgspec.structs.replace(article, boilerplate=marks)
    return Found(article, _shown(path), line)


def _main_text(page: str) -> dict[str, Any] | None:
    from trafilatura import bare_extraction
    from trafilatura.settings import use_config

    config = use_config()
    # Below these sizes it falls back on a reading that glues paragraphs together; news in brief is that short.
    config.set("DEFAULT", "MIN_EXTRACTED_SIZE", "1")
    config.set("DEFAULT", "MIN_OUTPUT_SIZE", "1")
    found = bare_extraction(
        page,
        include_comments=False,
        with_metadata=True,
        date_extraction_params={"extensive_search": False},
        config=config,
    )
    if found is None or isinstance(found, dict) or not found.text:
        return None
    return {
        "text": found.text,
        "title": found.title or None,
        "publisher": found.sitename or found.hostname or None,
        "url": found.url or None,
        "published": found.date or None,
    }


def _below(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not any(part.startswith(".") for part in path.relative_to(folder).parts):
            yield path


def _refusal(path: Path, line: int, field: str, reason: str, raw: bytes, article_id: str | None = None) -> Refusal:
    text = raw.decode("utf-8", "backslashreplace").rstrip("\r\n") if raw else None
    return Refusal(_shown(path), line, field, reason, article_id and _shown(article_id), text)


def _shown(name: Path | str) -> str:
    """Return a name that can be written as UTF-8: a file system may hold names that are none."""
    return str(name).encode("utf-8", "backslashreplace").decode()


def _too_long(size: str) -> str:
    return f"{size} are more than the {LONGEST:,} characters an article may have: is it several articles?"


def _bad_id(name: str) -> str:
    return (
        f"{_shown(name)!r} can't be an id (1 to 128 characters without white space, / or \\, no leading dot): "
        "rename the file or give an id"
    )


def _formats() -> str:
    return " ".join(READERS)
