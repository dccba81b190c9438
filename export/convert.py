"""`musnad convert`: layers from one format to another, with what is lost on the way said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import nullcontext
from pathlib import Path
from typing import NamedTuple

from ..schema.jsonl import Refusal, read_articles
from ..schema.records import Article
from ..schema.validate import article_problems, layer_problems
from .formats.folders import filling
from .formats.registry import FORMATS, FormatError, Marked, codec


class Conversion(NamedTuple):
    """What was done: layers written, marks that the target could not carry as they are, what it never carries."""

    layers: int
    lost: int
    losses: str


def convert(
    source: Path, out: Path, *, source_format: str, target_format: str, articles: Path | None = None,
    annotator: str = "converted",
) -> Conversion:  # fmt: skip
    """Convert `source` into `out`; layers of formats that don't say who made them are `annotator`'s.

    `articles` is an `articles.jsonl`: it gives texts to formats without them, and ids and metadata to the others.
    Raises FormatError for an unknown format, a missing extra, or a file that can't be read or written.
    """
    reader, writer = codec(source_format), codec(target_format)
    known = _articles(articles)
    if not known and not FORMATS[source_format].has_text:
        raise FormatError(f"{source_format} has no texts: name the articles.jsonl with --articles")
    if not source.exists():
        raise FormatError(f"{source} is not there")
    count = 0
    hashes: dict[str, str] = {}
    seen: set[tuple[str, str]] = set()

    def each() -> Iterator[Marked]:
        nonlocal count
        for one in reader.read(source, known, annotator):
            if problems := article_problems(one.article) + layer_problems(one.layer, one.article):
                raise FormatError(f"{source}: article {one.article.id}: {problems[0]}")
            if hashes.setdefault(one.article.id, one.article.sha256) != one.article.sha256:
                raise FormatError(
                    f"{source}: article {one.article.id} stands there with two texts: give one another name"
                )
            if (key := (one.article.id, one.layer.annotator)) in seen:
                raise FormatError(f"{source}: article {key[0]} has two layers of {key[1]!r}: remove one, or rename it")
            seen.add(key)
            count += 1
            yield one

    try:
        with filling(out) if FORMATS[target_format].folder else nullcontext(out) as place:
            lost = writer.write(each(), place)
    except UnicodeDecodeError as error:
        raise FormatError(f"{source}: byte {error.start} of a file or line is not UTF-8: save it as UTF-8") from error
    return Conversion(count, lost, FORMATS[target_format].losses)


def _articles(path: Path | None) -> Mapping[str, Article]:
    refusals: list[Refusal] = []
    found = {one.id: one for one in read_articles(path, refusals)} if path else {}
    if refusals:
        raise FormatError(str(refusals[0]))
    return found
