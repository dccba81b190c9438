"""CoNLL columns: a token a line, a tag for each layer, sentences apart (as in CoNLL-U Plus: `# global.columns`)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

import msgspec

from ...schema.jsonl import writing
from ...schema.labels import inventory
from ...schema.records import Article, Layer
from ...schema.tagsets import TAGSETS, from_tagset
from ..tokens import Labelled, columns, labelled, spans_of, tag, tokens
from ..tokens import Tokens as Cut
from .registry import FormatError, Marked, article_of

_COLUMNS = ("FORM", "START", "END", *(name.removesuffix("_tags").upper() for name in columns()))
_MARKERS = ("# article = ", "# global.columns = ", "# annotator = ")
_WIDEST_GAP = 10_000


def write(marked: Iterable[Marked], path: Path) -> int:
    """Write every article's sentences; return the number of spans that have no tags of their own or wider ones."""
    lost = 0
    with writing(path) as file:
        file.write(f"{_MARKERS[1]}{' '.join(_COLUMNS)}\n".encode())
        for article, layer in marked:
            found = tokens(article.text)
            tagged = [tag(found, spans) for spans in labelled(layer).values()]
            lost += sum(one.unaligned + one.overlapping for one in tagged)
            file.write(f"\n{_MARKERS[0]}{article.id}\n{_MARKERS[2]}{layer.annotator}\n".encode())
            for first, past in found.sentences:
                for index in range(first, past):
                    start, end = found.starts[index], found.ends[index]
                    cells = (article.text[start:end], str(start), str(end), *(one.tags[index] for one in tagged))
                    file.write("\t".join(cells).encode() + b"\n")
                file.write(b"\n")
    return lost


def read(path: Path, articles: Mapping[str, Article], annotator: str) -> Iterator[Marked]:
    """Yield the entities of a CoNLL file.

    With musnad's columns offsets are those of the file, and `articles` give the texts where they are known. In other
    files (`word tag`) words are joined by single spaces, a line of `-DOCSTART-` begins an article, and tags of ACE,
    OntoNotes, Wojood and ANERcorp are read as musnad's where that is unambiguous. Raises FormatError for an unknown
    tag, for offsets that do not fit the words, and for an article or annotator whose name musnad can't have.
    """
    named: list[str] | None = None
    document: list[list[str]] = []
    name, who, count = "", annotator, 0

    def close() -> Iterator[Marked]:
        nonlocal count
        if any(document):
            count += 1
            yield _document(path, name or f"{path.stem}-{count}", document, named, articles, who)
        document.clear()

    for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1):
        if line.startswith(_MARKERS[1]):
            yield from close()
            named = line.removeprefix(_MARKERS[1]).split()
        elif line.startswith(_MARKERS[0]):
            yield from close()
            name = line.removeprefix(_MARKERS[0]).strip()
        elif line.startswith(_MARKERS[2]):
            who = line.removeprefix(_MARKERS[2]).strip()
        elif line.startswith("-DOCSTART-"):
            yield from close()
        elif not line.strip():
            document.append([])
        elif line.startswith("# ") and not named:
            continue
        else:
            cells = line.split("\t") if "\t" in line else line.split()
            if len(cells) < (len(named) if named else 2):
                raise FormatError(f"{path}:{number}: {len(cells)} columns: a token needs a tag")
            document.append(cells)
    yield from close()


def _document(
    path: Path,
    name: str,
    lines: list[list[str]],
    named: list[str] | None,
    articles: Mapping[str, Article],
    annotator: str,
) -> Marked:
    cells = [line for line in lines if line]
    places = {column: index for index, column in enumerate(named or ("FORM", "ENTITY"))}
    if missing := {"FORM", "ENTITY"} - set(places):
        raise FormatError(f"{path}: there is no column {' or '.join(sorted(missing))} among {' '.join(places)}")
    forms = [line[places["FORM"]] for line in cells]
    where = f"{path}: article {name!r}"
    if "START" in places and "END" in places:
        found = _offsets(where, [(line[places["FORM"]], line[places["START"]], line[places["END"]]) for line in cells])
        text = articles[name].text if name in articles else _padded(found, forms)
        for form, start, end in zip(forms, found.starts, found.ends, strict=True):
            if text[start:end] != form:
                raise FormatError(f"{where}: {form!r} does not stand at [{start}, {end}] of its text")
    else:
        text, found = _joined(lines, places["FORM"])
    outer = spans_of(found, [_known(line[places["ENTITY"]], path) for line in cells])
    inner = spans_of(found, [_known(line[places["INNER_ENTITY"]], path) for line in cells if "INNER_ENTITY" in places])
    article = articles.get(name) or article_of(name, text)
    entities = [
        {"id": f"e{n}", "start": start, "end": end, "label": label}
        for n, (start, end, label) in enumerate(sorted([*outer, *inner], key=_order), start=1)
    ]
    own = {"article_id": article.id, "sha256": article.sha256, "annotator": annotator}
    try:
        return Marked(article, msgspec.convert({**own, "entities": entities}, Layer))
    except msgspec.ValidationError as error:
        raise FormatError(f"{where}: {error}") from error


def _order(span: Labelled) -> tuple[int, int]:
    return span[0], -span[1]


def _offsets(where: str, rows: list[tuple[str, str, str]]) -> Cut:
    """The offsets of words: in the order of the text, as long as the words, no farther apart than white space is."""
    starts, ends, last = list[int](), list[int](), 0
    for form, *edges in rows:
        if not all(edge.isascii() and edge.isdigit() and len(edge) < 10 for edge in edges):
            raise FormatError(f"{where}: {form!r} stands at {edges[0]!r} to {edges[1]!r}, which are no offsets")
        start, end = map(int, edges)
        if not last <= start <= last + _WIDEST_GAP or end - start != len(form) or not form:
            raise FormatError(f"{where}: [{start}, {end}] is no place for {form!r} after a word that ends at {last}")
        starts.append(start)
        ends.append(end)
        last = end
    return Cut(starts, ends, [])


def _padded(found: Cut, forms: list[str]) -> str:
    """A text in which every token stands at its offset, spaces between."""
    gaps = [start - end for start, end in zip(found.starts, [0, *found.ends], strict=False)]
    return "".join(" " * gap + form for gap, form in zip(gaps, forms, strict=True))


def _joined(lines: list[list[str]], column: int) -> tuple[str, Cut]:
    text, starts, ends = "", list[int](), list[int]()
    for line in lines:
        if not line:
            text = text.rstrip() + "\n" if text.strip() else text
            continue
        starts.append(len(text))
        text += line[column]
        ends.append(len(text))
        text += " "
    return text.rstrip() or " ", Cut(starts, ends, [])


def _known(tag: str, path: Path) -> str:
    """A BIO tag with musnad's label for the one that the file has."""
    position, separator, label = tag.partition("-")
    if tag == "O":
        return tag
    if separator and position in "BI":
        labels = [label] if label in inventory().entities else [*_covered(label)]
        if labels:
            return f"{position}-{labels[0]}"
    raise FormatError(f"{path}: unknown tag {tag!r}; known labels: {', '.join(inventory().entities)}")


def _covered(label: str) -> Iterator[str]:
    """The musnad labels that a tag of another scheme covers."""
    for tagset in TAGSETS:
        yield from from_tagset(tagset).get(label, ())
