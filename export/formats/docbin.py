"""spaCy DocBin: a document for each article and annotator, with span groups for every layer.

https://spacy.io/api/docbin. Records whole, as musnad reads them back, stand in the document's user data.
"""

from __future__ import annotations

import gc
import zlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import count, pairwise
from pathlib import Path
from typing import Any

import msgspec
import spacy
from spacy.tokens import Doc, DocBin, Span
from spacy.vocab import Vocab
from srsly.msgpack.exceptions import UnpackException

from ...schema.jsonl import writing
from ...schema.records import Article, Layer
from ..tokens import labelled, tokens
from .registry import FormatError, Marked, article_of

_KEY = "musnad"
# What spaCy, srsly and numpy raise for a file of something else, or a damaged one.
_DAMAGE = (
    ValueError, TypeError, KeyError, IndexError, AttributeError, OverflowError, AssertionError, EOFError, MemoryError,
    RecursionError, UnpackException, zlib.error,
)  # fmt: skip
# Documents take about 90 bytes a token, mostly zeros: news is packed to an eighth, one sentence repeated to a 150th.
# What unpacks to more than this many bytes and more than a hundredfold is made to fill the memory.
_ALWAYS_READ = 512 << 20
_AT_MOST_TIMES = 100
_PIECE = 1 << 16  # unpacks to 64 MB at most


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

    Raises FormatError for a file that is no DocBin, or one that unpacks to too much, and for a document that musnad has
    no records for.
    """
    raw = path.read_bytes()
    collects = gc.isenabled()
    try:
        _measure(raw, path)
        docs = DocBin(store_user_data=True).from_bytes(raw).get_docs(Vocab())
        for number in count(1):
            if (doc := next(docs, None)) is None:
                return
            marked = _marked(doc, f"{path.stem}-{number}", articles, annotator)
            yield marked
    except _DAMAGE as error:
        raise FormatError(f"{path}: is no spaCy DocBin that musnad has records for: {error}") from error
    finally:
        if collects:
            gc.enable()  # srsly disables it while it reads, and leaves it so when it fails


def _measure(raw: bytes, path: Path) -> None:
    """Refuse a file that unpacks to more than it may, before anything is unpacked whole."""
    bound = max(_ALWAYS_READ, _AT_MOST_TIMES * len(raw))
    unpacking, size = zlib.decompressobj(), 0
    for start in range(0, len(raw), _PIECE):
        size += len(unpacking.decompress(raw[start : start + _PIECE]))
        if size > bound:
            raise FormatError(
                f"{path}: its {len(raw)} bytes unpack to more than {bound >> 20} MB, which fills the memory: "
                "if it is your own, write fewer documents to a file"
            )


class _Whole(msgspec.Struct):
    """What musnad writes into a document's user data."""

    article: Article
    layer: Layer


def _marked(doc: Doc, name: str, articles: Mapping[str, Article], annotator: str) -> Marked:
    if _KEY in doc.user_data:
        whole = msgspec.json.decode(doc.user_data[_KEY], type=_Whole)
        return Marked(whole.article, whole.layer)
    article = articles.get(name) or article_of(name, doc.text)
    entities = [
        {"id": f"e{n}", "start": one.start_char, "end": one.end_char, "label": one.label_}
        for n, one in enumerate(doc.ents, start=1)
    ]
    own = {"article_id": article.id, "sha256": article.sha256, "annotator": annotator}
    return Marked(article, msgspec.convert({**own, "entities": entities}, Layer))


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
