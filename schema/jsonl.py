"""Reading and writing records, one JSON object a line: what is bad is refused with its line, the rest is read."""

from __future__ import annotations

import errno
import os
import tempfile
import threading
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

import msgspec

from .records import Article, Layer, sha256_of
from .validate import Problem, article_problems, layer_problems, text_problem

_MARK = b"\xef\xbb\xbf"  # the byte order mark that some editors write
# What a system says of a disk that is full, or of a file that may grow no more.
_FULL = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT)


class Refusal(msgspec.Struct, frozen=True):
    """A record that was refused: where it stood, which field is wrong, why, and the raw line, so nothing is lost."""

    file: str
    line: int
    field: str
    reason: str
    article_id: str | None = None
    raw: str | None = None

    def __str__(self) -> str:
        article = f" (article {self.article_id})" if self.article_id else ""
        return f"{self.file}:{self.line}{article}: {self.field}: {self.reason}"


def read_articles(path: Path, refusals: list[Refusal], *, bare: bool = False) -> Iterator[Article]:
    """Yield the good articles of a file; append a Refusal for each bad line to `refusals`.

    With `bare`, ``{"id", "text"}`` suffices: the hash is computed and unknown fields are passed over.
    Raises OSError when the file can't be opened.
    """
    return (article for _, article in _articles(_lines(path), path, refusals, _article_decoder(bare)))


class _Opened:
    """An open file whose lines are read again by where they start, from any thread.

    It stays the file that was opened when another takes its place, as what `writing` writes does.
    """

    def __init__(self, path: Path) -> None:
        self._file = path.open("rb")
        self._reading = threading.Lock()

    def _line(self, offset: int) -> bytes:
        with self._reading:
            self._file.seek(offset)
            return self._file.readline().removeprefix(_MARK)

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # not when it could not be opened
            self._file.close()


class FiledArticles(_Opened, Mapping[str, Article]):
    """The good articles of a file by id, each read again when it is asked for: memory holds where it stands."""

    def __init__(self, path: Path, refusals: list[Refusal], *, bare: bool = False) -> None:
        """Check and index the file; see `read_articles` for the arguments. Raises OSError when it can't be opened."""
        super().__init__(path)
        self._decode = _article_decoder(bare)
        self.numbers: dict[str, int] = {}  # the place of each article among the others
        self._offsets = array("q")
        seen = _OnLines(self.numbers)
        for offset, _ in _articles(_lines_of(self._file), path, refusals, self._decode, seen):
            self._offsets.append(offset)
        self._last: Article | None = None

    def __getitem__(self, article_id: str) -> Article:
        last = self._last
        if last is None or last.id != article_id:
            self._last = last = self._decode(self._line(self._offsets[self.numbers[article_id]]))
        return last

    def __contains__(self, article_id: object) -> bool:
        return article_id in self.numbers

    def __iter__(self) -> Iterator[str]:
        return iter(self.numbers)

    def __len__(self) -> int:
        return len(self.numbers)


class FiledLayers(_Opened, Mapping[str, Layer]):
    """The good layers of a file by article, each read again when it is asked for; of several for one the last.

    Memory holds 16 bytes for a layer and as many for an article.
    """

    def __init__(self, path: Path, refusals: list[Refusal], articles: FiledArticles) -> None:
        """Check and index the file; see `read_layers` for the arguments. Raises OSError when it can't be opened."""
        super().__init__(path)
        self._decode = msgspec.json.Decoder(Layer).decode
        self._numbers = articles.numbers
        # Where a layer starts, and the next one of its article; an article's first and last layer; -1 for none.
        self._offsets, self._next = array("q"), array("q")
        self._first, self._last = (array("q", [-1]) * len(articles) for _ in range(2))
        for n, (offset, layer) in enumerate(_layers(_lines_of(self._file), path, refusals, articles)):
            article = self._numbers[layer.article_id]
            self._offsets.append(offset)
            self._next.append(-1)
            if self._first[article] < 0:
                self._first[article] = n
            else:
                self._next[self._last[article]] = n
            self._last[article] = n

    def all(self, article_id: str) -> list[Layer]:
        """Return every layer of an article, in the order of the file."""
        found = []
        n = self._first[self._numbers[article_id]]
        while n >= 0:
            found.append(self._read(n))
            n = self._next[n]
        return found

    def __getitem__(self, article_id: str) -> Layer:
        n = self._last[self._numbers[article_id]]
        if n < 0:
            raise KeyError(article_id)
        return self._read(n)

    def __contains__(self, article_id: object) -> bool:
        return article_id in self._numbers and self._last[self._numbers[article_id]] >= 0

    def __iter__(self) -> Iterator[str]:
        return (article_id for article_id, number in self._numbers.items() if self._last[number] >= 0)

    def __len__(self) -> int:
        return sum(n >= 0 for n in self._last)

    def _read(self, n: int) -> Layer:
        return self._decode(self._line(self._offsets[n]))


class _OnLines:
    """On which line each article's record stands, from 1: 4 bytes beside the article's number, given when it is new."""

    def __init__(self, numbers: dict[str, int]) -> None:
        self._numbers = numbers
        self._lines = array("I")

    def get(self, article_id: str) -> int:
        """Return the line, 0 for none."""
        number = self._numbers.get(article_id, len(self._lines))
        return self._lines[number] if number < len(self._lines) else 0

    def __setitem__(self, article_id: str, line: int) -> None:
        number = self._numbers.setdefault(article_id, len(self._numbers))
        if number >= len(self._lines):
            self._lines.extend([0] * (number + 1 - len(self._lines)))
        self._lines[number] = line


def _article_decoder(bare: bool) -> Callable[[bytes], Article]:
    return _bare_article if bare else msgspec.json.Decoder(Article).decode


def _articles(
    lines: Iterable[tuple[int, int, bytes]],
    path: Path,
    refusals: list[Refusal],
    decode: Callable[[bytes], Article],
    seen: _OnLines | None = None,
) -> Iterator[tuple[int, Article]]:
    """The good articles of a file, each with the offset of its line in bytes."""
    seen = seen or _OnLines({})
    for number, offset, line in lines:
        article = _decode(decode, path, number, line, refusals)
        if article is None:
            continue
        problems = article_problems(article)
        if on := seen.get(article.id):
            problems.append(Problem("id", f"{article.id!r} stands on line {on} already"))
        if problems:
            _refuse(problems, path, number, line, article.id, refusals)
        else:
            seen[article.id] = number
            yield offset, article


def read_layers(path: Path, refusals: list[Refusal], articles: Mapping[str, Article] | None = None) -> Iterator[Layer]:
    """Yield the good layers of a file; append a Refusal for each bad line to `refusals`.

    With `articles`, each layer is checked against its article's text, and one whose article is unknown is refused.
    Raises OSError when the file can't be opened.
    """
    return (layer for _, layer in _layers(_lines(path), path, refusals, articles))


def _layers(
    lines: Iterable[tuple[int, int, bytes]],
    path: Path,
    refusals: list[Refusal],
    articles: Mapping[str, Article] | None,
) -> Iterator[tuple[int, Layer]]:
    """The good layers of a file, each with the offset of its line in bytes."""
    decode = msgspec.json.Decoder(Layer).decode
    numbers: dict[str, int] = articles.numbers if isinstance(articles, FiledArticles) else {}
    seen: dict[str, _OnLines] = {}  # by annotator
    for number, offset, line in lines:
        layer = _decode(decode, path, number, line, refusals)
        if layer is None:
            continue
        article = articles.get(layer.article_id) if articles is not None else None
        if articles is not None and article is None:
            problems = [Problem("article_id", f"there is no article {layer.article_id!r}: add it, or name its file")]
        else:
            problems = layer_problems(layer, article)
        own = seen.get(layer.annotator) or seen.setdefault(layer.annotator, _OnLines(numbers))
        if on := own.get(layer.article_id):
            problems.append(Problem("annotator", f"{layer.annotator!r} has a layer on line {on} already"))
        if problems:
            _refuse(problems, path, number, line, layer.article_id, refusals)
        else:
            own[article.id if article else layer.article_id] = number
            yield offset, layer


def write_jsonl(path: Path, records: Iterable[Any]) -> int:
    """Write records a line each, the file whole or not at all; return how many."""
    count = 0
    with writing(path) as file:
        for record in records:
            file.write(msgspec.json.encode(record) + b"\n")
            count += 1
    return count


def write_json(path: Path, value: Any) -> None:
    """Write one record as indented JSON, the file whole or not at all."""
    with writing(path) as file:
        file.write(msgspec.json.format(msgspec.json.encode(value), indent=1) + b"\n")


@contextmanager
def writing(path: Path) -> Iterator[IO[bytes]]:
    """Open a temporary file beside `path`: it takes its place when the block ends well, and vanishes when not."""
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    except OSError as error:
        error.filename = str(path)  # nobody knows the temporary file by its name
        raise
    try:
        with os.fdopen(handle, "wb") as file:
            yield file
            file.flush()
            os.fsync(file.fileno())
        os.chmod(name, 0o666 & ~_umask())
        os.replace(name, path)
    except BaseException as error:
        os.unlink(name)
        if isinstance(error, OSError) and error.errno in _FULL:
            error.filename = error.filename or str(path)  # a full disk names no file
        raise


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _lines(path: Path) -> Iterator[tuple[int, int, bytes]]:
    """The lines that hold something: number, offset in bytes, content."""
    with path.open("rb") as file:
        yield from _lines_of(file)


def _lines_of(file: IO[bytes]) -> Iterator[tuple[int, int, bytes]]:
    offset = 0
    for number, line in enumerate(file, start=1):
        content = line.removeprefix(_MARK) if number == 1 else line
        if content.strip():
            yield number, offset, content
        offset += len(line)


def _decode(decode: Any, path: Path, number: int, line: bytes, refusals: list[Refusal]) -> Any:
    try:
        return decode(line)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        reason, _, field = str(error).partition(" - at `$")
        problem = Problem(field.strip("`.") or "line", reason)
        _refuse([problem], path, number, line, None, refusals)
        return None


def _refuse(
    problems: list[Problem], path: Path, number: int, line: bytes, article_id: str | None, refusals: list[Refusal]
) -> None:
    first = problems[0]
    more = f" (and {len(problems) - 1} more)" if len(problems) > 1 else ""
    raw = line.decode("utf-8", "backslashreplace").rstrip("\n")
    refusals.append(Refusal(str(path), number, first.field, first.reason + more, article_id, raw))


class _BareArticle(msgspec.Struct):
    id: str
    text: str
    title: str | None = None
    publisher: str | None = None


def _bare_article(line: bytes) -> Article:
    bare = msgspec.json.decode(line, type=_BareArticle)
    if reason := text_problem(bare.text):
        raise msgspec.ValidationError(f"{reason} - at `$.text`")
    raw = {"id": bare.id, "text": bare.text, "sha256": sha256_of(bare.text)}
    raw |= {k: v for k, v in (("title", bare.title), ("publisher", bare.publisher)) if v is not None}
    return msgspec.convert(raw, Article)
