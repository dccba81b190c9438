"""spaCy DocBin: a document for each article and annotator, with span groups for every layer.

https://spacy.io/api/docbin. Records whole, as musnad reads them back, stand in the document's user data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec
import spacy
from spacy.tokens import Doc, DocBin, Span

from ...schema.jsonl import writing
from ...schema.records import Article, Entity, Layer, sha256_of
from ..tokens import labelled, tokens
from .registry import FormatError, Marked

_KEY = "musnad"


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write the documents; return the number of spans that were widened to whole tokens in the span groups."""
    binary, lost = DocBin(store_user_data=True), 0
    vocabulary = spacy.blank("ar").vocab
    for article, layer in marked:
        doc = _blank(article.text, vocabulary)
        for column, spans in labelled(layer).items():
            found = [_widened(doc, *span) for span in spans]
            lost += sum((one.start_char, one.end_char) != own[:2] for one, own in zip(found, spans, strict=True))
            doc.spans[column.removesuffix("_tags")] = found
        doc.set_ents(_apart([*doc.spans["entity"]]))
        doc.user_data[_KEY] = msgspec.json.encode({"article": article, "layer": layer}).decode()
        binary.add(doc)
    with writing(path) as file:
        file.write(binary.to_bytes())
    return lost


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield the layers of a DocBin: those that musnad wrote whole, of other documents their entities (`doc.ents`).

    Raises FormatError for a file that is no DocBin.
    """
    try:
        binary = DocBin(store_user_data=True).from_bytes(path.read_bytes())
    except (ValueError, TypeError, KeyError, EOFError, OSError) as error:
        raise FormatError(f"{path}: is no spaCy DocBin: {error}") from error
    for number, doc in enumerate(binary.get_docs(spacy.blank("ar").vocab), start=1):
        if _KEY in doc.user_data:
            raw = msgspec.json.decode(doc.user_data[_KEY])
            yield Marked(msgspec.convert(raw["article"], Article), msgspec.convert(raw["layer"], Layer))
            continue
        text, name = doc.text, f"{path.stem}-{number}"
        entities = tuple(
            Entity(id=f"e{n}", start=one.start_char, end=one.end_char, label=one.label_)
            for n, one in enumerate(doc.ents, start=1)
        )
        article = articles.get(name) or Article(id=name, text=text, sha256=sha256_of(text))
        yield Marked(article, Layer(article_id=name, sha256=article.sha256, annotator=annotator, entities=entities))


def _widened(doc: Doc, start: int, end: int, label: str) -> Span:
    """The tokens that a span touches; white space alone is a token too, so there is always one."""
    span = doc.char_span(start, end, label=label, alignment_mode="expand")
    if span is None:
        raise FormatError(f"[{start}, {end}] is no span of a text of {len(doc.text)} code points")
    return span


def _blank(text: str, vocabulary: Any) -> Doc:
    """A document whose tokens are musnad's; white space other than one space after a token is a token of its own."""
    found = tokens(text)
    edges = sorted({0, len(text), *found.starts, *found.ends})
    words: list[str] = []
    spaces: list[bool] = []
    for start, end in pairwise(edges):
        piece = text[start:end]
        if words and not spaces[-1] and piece[0] == " ":
            spaces[-1] = True
            piece = piece[1:]
        if piece:
            words.append(piece)
            spaces.append(False)
    return Doc(vocabulary, words=words, spaces=spaces)


def _apart(spans: list[Span]) -> list[Span]:
    """The longest spans that do not overlap: `doc.ents` has no nesting."""
    kept: list[Span] = []
    for span in sorted(spans, key=lambda one: (one.start - one.end, one.start)):
        if all(span.end <= other.start or other.end <= span.start for other in kept):
            kept.append(span)
    return kept
