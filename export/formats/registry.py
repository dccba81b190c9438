"""The formats that `musnad convert` reads and writes: a new one is a module here and an entry in `FORMATS`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import NamedTuple, Protocol
from urllib.parse import quote, unquote

import msgspec

from ...schema.errors import MusnadError
from ...schema.records import Article, Layer, sha256_of
from ...schema.validate import text_problem


class FormatError(MusnadError):
    """A file that can't be converted; the message says where, why and what to do."""


class Marked(NamedTuple):
    """An article and one layer over it."""

    article: Article
    layer: Layer


class Codec(Protocol):
    """A module of this package."""

    @property
    def write(self) -> Callable[[Iterable[Marked], Path], int]:
        """Write layers to a path and return how many marks the format could not carry."""
        ...

    @property
    def read(self) -> Callable[[Path, Mapping[str, Article], str], Iterator[Marked]]:
        """Yield layers of a path as an annotator's; a format without texts takes them from the articles."""
        ...


class Format(NamedTuple):
    """A format: what it is, whether it is a folder, what it needs, what comes back from it, and what is lost."""

    title: str
    module: str
    folder: bool
    keeps: tuple[str, ...]
    losses: str
    has_text: bool = True
    extra: str | None = None


FORMATS: Mapping[str, Format] = {
    "jsonl": Format(
        "musnad's own `articles.jsonl` and `annotations.jsonl`; a release's gold is read too",
        "own",
        True,
        ("text", "article", "entities", "quantities", "attributions", "ids", "meta"),
        "nothing",
    ),
    "conll": Format(
        "CoNLL columns with BIO tags, as in CoNLL-U Plus",
        "conll",
        False,
        ("entities", "annotator"),
        "ids, subtypes, entities that overlap without nesting or nest twice, all attributes of quantities and "
        "attributions (their spans are written, not read); without the articles what stands in no word is read as "
        "spaces",
    ),
    "brat": Format(
        "brat standoff (.txt and .ann), attributions as events, a folder for each annotator",
        "brat",
        True,
        ("text", "entities", "quantities", "attributions", "ids", "annotator"),
        "the article's title, outlet and date; pieces with only line breaks between become one, and line breaks at the "
        "edges of a mark stay outside (both are counted)",
    ),
    "web-annotation": Format(
        "W3C Web Annotation (JSON-LD), a page for each article",
        "web_annotation",
        False,
        ("entities", "quantities", "attributions", "ids", "annotator"),
        "the text and what is known of the article: reading takes them from `--articles`",
        has_text=False,
    ),
    "spacy": Format(
        "spaCy DocBin with span groups",
        "docbin",
        False,
        ("text", "article", "entities", "quantities", "attributions", "ids", "meta"),
        "a span that begins or ends inside a token is widened in spaCy's own span groups (and counted); it comes back "
        "as it was from the document's user data",
        extra="spacy",
    ),
    "cas": Format(
        "UIMA CAS XMI for INCEpTION, a folder for each annotator, and the type system",
        "cas",
        True,
        ("text", "entities", "quantities", "attributions", "ids", "annotator"),
        "the article's title, outlet and date; a text with characters that XML has not is refused",
        extra="cas",
    ),
}


def folder_of(annotator: str) -> str:
    """Return the name of the folder that holds an annotator's files, safe for any name."""
    return quote(annotator, safe="").replace(".", "%2E")


def annotator_of(file: Path, root: Path, given: str) -> str:
    """Return whose file it is: the folder's name says it; a file of the root is of the one `given`."""
    return given if file.parent == root else unquote(file.parent.name)


def article_of(name: str, text: str) -> Article:
    """Return an article that a file names and holds. Raises FormatError for a name that is no id, or an unfit text."""
    if reason := text_problem(text):
        raise FormatError(f"article {name!r}: {reason}")
    try:
        return msgspec.convert({"id": name, "text": text, "sha256": sha256_of(text)}, Article)
    except msgspec.ValidationError as error:
        raise FormatError(
            f"{name!r} is no id of an article: give it a name without white space, slashes and a leading dot"
        ) from error


def codec(name: str) -> Codec:
    """Return the module of a format. Raises FormatError for an unknown one, or when its extra is not installed."""
    if name not in FORMATS:
        raise FormatError(f"unknown format {name!r}; known: {', '.join(FORMATS)}")
    form = FORMATS[name]
    try:
        return import_module(f".{form.module}", __package__)
    except ModuleNotFoundError as error:
        raise FormatError(f"{name} needs {error.name}: pip install 'musnad[{form.extra}]'") from error


def table() -> str:
    """Return the table of the formats as `docs/formats.md` shows it."""
    lines = ["| format | what it is | comes back | is lost | needs |", "| --- | --- | --- | --- | --- |"]
    for name, form in FORMATS.items():
        needs = f"`musnad[{form.extra}]`" if form.extra else ""
        needs = needs if form.has_text else "`--articles`"
        lines.append(f"| `{name}` | {form.title} | {', '.join(form.keeps)} | {form.losses} | {needs} |")
    return "\n".join(lines) + "\n"
