"""What a release is made of, article by article: records in memory, or files of which only offsets are kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import chain
from pathlib import Path
from typing import NamedTuple, Protocol

from ..corpus.stories import Story
from ..schema.jsonl import FiledArticles, FiledLayers, Refusal
from ..schema.records import Article, Layer


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
        self.articles = FiledArticles(articles, refusals)  # with and without gold
        self._gold = FiledLayers(gold, refusals, self.articles)
        self._layers = FiledLayers(annotations, refusals, self.articles)
        self.ids: Sequence[str] = sorted(self._gold)

    def article(self, article_id: str) -> Article:
        return self.articles[article_id]

    def gold(self, article_id: str) -> Layer:
        return self._gold[article_id]

    def layers(self, article_id: str) -> Sequence[Layer]:
        return self._layers.all(article_id)

    def every_gold(self) -> Iterator[Layer]:
        """Yield the gold of every article."""
        return map(self.gold, self.ids)

    def every_layer(self) -> Iterator[Layer]:
        """Yield every annotator's layer, article by article."""
        return chain.from_iterable(map(self._layers.all, self._layers))


def entries(shelf: Shelf, stories: Iterable[Story], ids: Iterable[str] | None = None) -> Iterator[Entry]:
    """Yield the entries of a shelf in the order of their ids, or of `ids`; an article of no story is one by itself."""
    told = (story for story in stories if story.article_ids != (story.id,))
    story_of = {article: story.id for story in told for article in story.article_ids}
    for article_id in shelf.ids if ids is None else ids:
        layers = sorted(shelf.layers(article_id), key=lambda layer: layer.annotator)
        yield Entry(shelf.article(article_id), shelf.gold(article_id), layers, story_of.get(article_id, article_id))
