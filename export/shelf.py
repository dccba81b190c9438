"""What a release is made of, article by article: records in memory, or files of which only offsets are kept."""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Generic, NamedTuple, Protocol, TypeVar

import msgspec
import numpy as np

from ..corpus.stories import Story
from ..schema.jsonl import Refusal, read_articles, read_layers
from ..schema.records import Article, Layer

T = TypeVar("T")


class Entry(NamedTuple):
    """What a release holds of one article: its gold, its people's layers, and the story it tells."""

    article: Article
    gold: Layer
    layers: Sequence[Layer]
    story: str


class Shelf(Protocol):
    """Articles that have gold, with their layers; `entry` may read them from disk."""

    @property
    def ids(self) -> Sequence[str]:
        """The ids of the articles, sorted."""
        ...

    def article(self, article_id: str) -> Article: ...

    def gold(self, article_id: str) -> Layer: ...

    def layers(self, article_id: str) -> Sequence[Layer]: ...


class Held:
    """A shelf of records in memory."""

    def __init__(self, articles: Mapping[str, Article], gold: Iterable[Layer], layers: Iterable[Layer]) -> None:
        self._articles = articles
        self._gold = {layer.article_id: layer for layer in gold}
        self._layers: dict[str, list[Layer]] = {}
        for layer in layers:
            self._layers.setdefault(layer.article_id, []).append(layer)

    @property
    def ids(self) -> Sequence[str]:
        return sorted(self._gold)

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def gold(self, article_id: str) -> Layer:
        return self._gold[article_id]

    def layers(self, article_id: str) -> Sequence[Layer]:
        return self._layers.get(article_id, [])


class Filed:
    """A shelf of `articles.jsonl`, `gold.jsonl` and `annotations.jsonl`: memory holds where each record starts.

    Every record is checked once, when the shelf is made; the files must not change while it is in use.
    """

    def __init__(self, articles: Path, gold: Path, annotations: Path, refusals: list[Refusal]) -> None:
        """Index the files; a bad record is appended to `refusals`. Raises OSError when one can't be read."""
        numbers: dict[str, int] = {}
        self._articles = _Lines(articles, Article, "id", numbers, first=True)
        self._gold = _Lines(gold, Layer, "article_id", numbers)
        self._layers = _Lines(annotations, Layer, "article_id", numbers)
        for _ in read_articles(articles, refusals):
            pass
        for path in (gold, annotations):
            for _ in read_layers(path, refusals, self._articles):
                pass
        self.ids: Sequence[str] = sorted(self._gold)

    @property
    def articles(self) -> Mapping[str, Article]:
        """All articles of the file, with and without gold; each is read when it is asked for."""
        return self._articles

    def article(self, article_id: str) -> Article:
        return self._articles[article_id]

    def gold(self, article_id: str) -> Layer:
        return self._gold[article_id]

    def layers(self, article_id: str) -> Sequence[Layer]:
        return self._layers.all(article_id)

    def every_gold(self) -> Iterator[Layer]:
        """Yield the gold of every article."""
        return (self._gold[article_id] for article_id in self.ids)

    def every_layer(self) -> Iterator[Layer]:
        """Yield every annotator's layer, article by article."""
        return (layer for article_id in self._layers for layer in self._layers.all(article_id))


def entries(shelf: Shelf, stories: Iterable[Story]) -> Iterator[Entry]:
    """Yield the entries of a shelf in the order of their ids; an article of no story is one by itself."""
    told = (story for story in stories if story.article_ids != (story.id,))
    story_of = {article: story.id for story in told for article in story.article_ids}
    for article_id in shelf.ids:
        layers = sorted(shelf.layers(article_id), key=lambda layer: layer.annotator)
        yield Entry(shelf.article(article_id), shelf.gold(article_id), layers, story_of.get(article_id, article_id))


class _Lines(Mapping[str, T], Generic[T]):
    """The records of a JSON Lines file by their article, read when asked for: 16 bytes of memory a record.

    `numbers` gives each article's id a number; the file that comes `first` says which articles there are.
    """

    def __init__(self, path: Path, record: type[T], key: str, numbers: dict[str, int], *, first: bool = False) -> None:
        self._file = path.open("rb")
        self._decode = msgspec.json.Decoder(record).decode
        self._numbers = numbers
        offsets, owners = array("q"), array("q")
        find = msgspec.json.Decoder(msgspec.defstruct("_Key", [(key, str)])).decode
        offset = 0
        for line in self._file:
            if line.strip():
                found = _key(find, line.removeprefix(b"\xef\xbb\xbf"), key)
                if first and found is not None:
                    numbers.setdefault(found, len(numbers))
                if found in numbers:
                    owners.append(numbers[found])
                    offsets.append(offset)
            offset += len(line)
        whose = np.array(owners, np.int64)
        self._offsets = np.array(offsets, np.int64)[np.argsort(whose, kind="stable")]
        self._ends = np.cumsum(np.bincount(whose, minlength=len(numbers)))

    def all(self, key: str) -> list[T]:
        number = self._numbers.get(key)
        return [] if number is None else [self._read(offset) for offset in self._own(number)]

    def __getitem__(self, key: str) -> T:
        own = self._own(self._numbers[key])
        if not own:
            raise KeyError(key)
        return self._read(own[0])

    def __iter__(self) -> Iterator[str]:
        return (key for key, number in self._numbers.items() if self._own(number))

    def __len__(self) -> int:
        return int(np.count_nonzero(np.diff(self._ends, prepend=0)))

    def _own(self, number: int) -> list[int]:
        """Where the records of an article start, in the order of the file."""
        begin = self._ends[number - 1] if number else 0
        own: list[int] = self._offsets[begin : self._ends[number]].tolist()
        return own

    def _read(self, offset: int) -> T:
        self._file.seek(offset)
        return self._decode(self._file.readline().removeprefix(b"\xef\xbb\xbf"))

    def __del__(self) -> None:
        if hasattr(self, "_file"):  # not when it could not be opened
            self._file.close()


def _key(find: Any, line: bytes, key: str) -> str | None:
    """The key of a line; None for a line that is no record, which the check of the files names."""
    try:
        found: str = getattr(find(line), key)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError):
        return None
    return found
