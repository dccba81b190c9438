"""musnad's own files: a folder with `articles.jsonl` and `annotations.jsonl`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from ...schema.jsonl import Refusal, read_articles, read_layers, write_jsonl
from ...schema.records import Article
from ..reading import read_gold
from .registry import FormatError, Marked


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write articles and layers; nothing is lost."""
    found = list(marked)
    articles = {one.article.id: one.article for one in found}
    write_jsonl(path / "articles.jsonl", articles.values())
    write_jsonl(path / "annotations.jsonl", [one.layer for one in found])
    return 0


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield the layers of a folder, or of a file of layers beside `articles`, whoever made them; of a release its gold.

    Raises FormatError for a record that is refused, and for a release of offsets only.
    """
    if (path / "release.json").exists():
        yield from _released(path)
        return
    refusals: list[Refusal] = []
    layers = path / "annotations.jsonl" if path.is_dir() else path
    beside = layers.parent / "articles.jsonl"
    known = {one.id: one for one in read_articles(beside, refusals)} if not articles and beside.exists() else articles
    for layer in read_layers(layers, refusals, known):
        yield Marked(known[layer.article_id], layer)
    if refusals:
        raise FormatError(f"{refusals[0]} ({len(refusals)} such records)")


def _released(path: Path) -> Iterator[Marked]:
    for one in read_gold(path):
        if one.article is None:
            raise FormatError(f"{path} has no texts: join them with `musnad rehydrate` first")
        yield Marked(one.article, one.layer)
