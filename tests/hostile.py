"""Every reader of musnad with a sound input of its own, and the damage that tests and benchmarks do to it.

A target takes the bytes of one file (or answer) and lets through only what musnad raises on purpose.
"""

from __future__ import annotations

import json
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from copy import deepcopy
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

import msgspec
import newsroom

from musnad.annotation.label_studio.pull import Findings, pulled
from musnad.annotation.label_studio.regions import decode, encode
from musnad.annotation.label_studio.snapshot import elements
from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.entities.tagger import trained
from musnad.annotation.preannotate.entities.training import write_model
from musnad.corpus.ingest import READERS, Given, articles
from musnad.corpus.rehydrate import rehydrate
from musnad.corpus.store import read_project
from musnad.export.convert import convert
from musnad.export.formats.registry import FORMATS, FormatError, Marked, codec
from musnad.export.integrity import verify
from musnad.export.reading import read_manifest
from musnad.export.release import previous_splits
from musnad.schema.errors import MusnadError
from musnad.schema.jsonl import Refusal, read_articles, read_layers
from musnad.schema.studio_files import Assignment, Plan

# What breaks readers: numbers at the edge, deep nesting, wrong encodings, invisible and unpaired characters.
JUNK = [
    b"", b"\x00", b"\xff\xfe", b"\xef\xbb\xbf", b"\r", b"\r\n", b"\n\n", b"\x1a", b"\x80", b"\xed\xa0\x80", b'"', b"'",
    b",", b"{", b"}", b"[" * 500, b'{"a":' * 300, b"null", b"true", b"NaN", b"Infinity", b"1e999", b"-1",
    b"18446744073709551616",
    b"9" * 400, b"0.1", b"\\ud800", b"\\u0000", b"\\", b"<!ENTITY x SYSTEM 'file:///etc/passwd'>", b"<a>" * 100,
    b"<!--", b"]]>", b"../../../etc/passwd", b"=cmd|'/C calc'!A0", b"!!python/object/apply:os.system ['true']",
    "\u202e\u2067".encode(), "\u2028\u2029\x85".encode(), ("ا" + "\u0301" * 60).encode(),
    "ـ".encode() * 99, "١٬٥٠٠٫٩".encode(),
    b"[[a]]\n", b"a = 1979-05-27T07:32:00Z\n", b"%s%n{0}{x.__class__}", b"\x1b[2J",
]  # fmt: skip
VALUES: list[Any] = [
    None, True, -1, 0, 2**63, 2**70, 1e308, 0.5, "", "\0", "x" * 300, "\u202e", "../x", [], {}, [[]], [{}],
    {"": None}, [None], [0, 1], [5, 2], [10**9, 10**9 + 1], "1e5", "٣", "NaN", "=1+1", {"start": 0, "end": 10**12},
]  # fmt: skip


class Target(NamedTuple):
    """A reader, and sound inputs for it."""

    read: Callable[[bytes], None]
    sound: list[bytes]


def damage(sound: bytes, chance: Random) -> bytes:
    """Return `sound` with some bytes cut, doubled, swapped, flipped or put in; JSON also with other values in it."""
    if chance.random() < 0.5 and (other := _revalued(sound, chance)) is not None:
        return other
    raw = bytearray(sound)
    for _ in range(chance.choice((1, 1, 2, 4, 16))):
        at, length = chance.randint(0, len(raw)), chance.choice((1, 2, 7, 40, 1000))
        match chance.randrange(6):
            case 0:
                del raw[at : at + length]
            case 1:
                raw[at:at] = raw[at : at + length]
            case 2:
                raw[at:at] = chance.choice(JUNK)
            case 3:
                raw[at : at + length] = chance.choice(JUNK)
            case 4 if at < len(raw):
                raw[at] ^= 1 << chance.randrange(8)
            case _:
                raw[at : at + length] = chance.randbytes(length)
    return bytes(raw[:20_000])


def _revalued(sound: bytes, chance: Random) -> bytes | None:
    """Return JSON or JSON Lines with one value replaced, removed or doubled; None when it is no JSON."""
    lines = sound.splitlines()
    try:
        whole = [json.loads(line) for line in lines] if len(lines) > 1 and sound[:1] == b"{" else [json.loads(sound)]
    except (ValueError, RecursionError):
        return None
    for _ in range(chance.choice((1, 1, 3))):
        places = list(_places(whole))
        if not places:
            return b""
        holder, key = chance.choice(places)
        roll = chance.random()
        if roll < 0.7:
            holder[key] = deepcopy(chance.choice(VALUES))
        elif roll < 0.85:
            del holder[key]
        elif isinstance(holder, list):
            holder.insert(key, deepcopy(holder[key]))
        else:
            holder[f"{key}'"] = deepcopy(holder[key])
    separator = b"\n" if len(lines) > 1 else b""
    return separator.join(
        json.dumps(one, ensure_ascii=chance.random() < 0.5).encode("utf-8", "surrogatepass") for one in whole
    )


def _places(value: Any) -> Iterator[tuple[Any, Any]]:
    for key in list(value) if isinstance(value, dict) else range(len(value)) if isinstance(value, list) else ():
        yield value, key
        yield from _places(value[key])


def _ingest(suffix: str) -> Callable[[bytes], None]:
    def read(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / f"خبر{suffix}"
            path.write_bytes(raw)
            for found in articles([path], Given()):
                msgspec.json.encode(found if isinstance(found, Refusal) else found.article)

    return read


def _in_a_file(name: str, read: Callable[[Path], object]) -> Callable[[bytes], None]:
    """A target that reads one file of a folder."""

    def target(raw: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            (Path(folder) / name).write_bytes(raw)
            with suppress(MusnadError):
                read(Path(folder))

    return target


def _read_articles(folder: Path) -> None:
    for bare in (False, True):
        refusals: list[Refusal] = []
        for article in read_articles(folder / "articles.jsonl", refusals, bare=bare):
            msgspec.json.encode(article)
        msgspec.json.encode(refusals)


def _read_layers(folder: Path) -> None:
    for known in (None, newsroom.articles()):
        refusals: list[Refusal] = []
        for layer in read_layers(folder / "layers.jsonl", refusals, known):
            msgspec.json.encode(layer)
        msgspec.json.encode(refusals)


def _rehydrate(name: str) -> Callable[[Path], object]:
    def read(folder: Path) -> object:
        (folder / "texts").mkdir()
        for article in newsroom.articles().values():
            (folder / "texts" / f"{article.id}.txt").write_text(article.text, "utf-8")
        if name != "gold.jsonl":
            (folder / "gold.jsonl").write_bytes(_lines(newsroom.gold()))
        return rehydrate(folder, folder / "texts", folder / "out")

    return read


def _written(name: str) -> dict[str, bytes]:
    """The files of the gold of one article in a format; where they stand in their folder."""
    layer = newsroom.gold()[0]
    with tempfile.TemporaryDirectory() as place:
        out = Path(place) / "out"
        codec(name).write([Marked(newsroom.articles()[layer.article_id], layer)], out)
        return {str(one.relative_to(place)): one.read_bytes() for one in sorted(out.parent.rglob("*")) if one.is_file()}


def _converted(name: str, suffix: str, wrap: Callable[[bytes], bytes] = bytes) -> Target:
    """A reader of `musnad convert` with one of the files in its hands; with and without the articles beside them."""
    files = _written(name)
    damaged = next(one for one in files if one.endswith(suffix))

    def read(folder: Path) -> None:
        raw = (folder / "raw").read_bytes()
        for one, content in files.items():
            (folder / one).parent.mkdir(parents=True, exist_ok=True)
            (folder / one).write_bytes(wrap(raw) if one == damaged else content)
        (folder / "articles.jsonl").write_bytes(_lines(newsroom.articles().values()))
        beside = folder / "articles.jsonl"
        for number, known in enumerate((None, beside) if FORMATS[name].has_text else (beside,)):
            back = folder / f"back-{number}"
            with suppress(MusnadError):
                convert(folder / "out", back, source_format=name, target_format="jsonl", articles=known)
                refusals: list[Refusal] = []
                known_now = {one.id: one for one in read_articles(back / "articles.jsonl", refusals)}
                list(read_layers(back / "annotations.jsonl", refusals, known_now))
                assert not refusals, refusals

    sound = files[damaged]
    return Target(_in_a_file("raw", read), [zlib.decompress(sound) if wrap is zlib.compress else sound])


def _works(name: str) -> bool:
    """Whether the extra of a format is installed, with versions that go together."""
    try:
        _written(name)
    except (FormatError, TypeError):  # TypeError: cassis beside another more-itertools than it asks for
        return FORMATS[name].extra is None
    return True


class Export:
    """Stands in for the connection to a Label Studio; gives what a server answers to a pull."""

    url = "http://127.0.0.1:1"

    def __init__(self, config: str, export: bytes) -> None:
        self._project = {"id": 1, "title": "t", "description": "musnad:p/qalam/entities", "label_config": config}
        self._export = export

    def pages(self, *_: Any, **__: Any) -> Iterator[Any]:
        yield self._project

    def post(self, *_: Any, **__: Any) -> Any:
        return {"id": 1, "created_at": "2031-03-01T00:00:00Z", "status": "completed"}

    def get(self, *_: Any, **__: Any) -> Any:
        return [{"id": 1, "created_at": "2031-03-01T00:00:00Z", "title": "musnad"}]

    def stream(self, *_: Any, **__: Any) -> Iterator[bytes]:
        yield from (self._export[start : start + 700] for start in range(0, len(self._export), 700))

    def delete(self, *_: Any) -> None:
        return


def _pull(raw: bytes) -> None:
    article = newsroom.articles()["harbour-1"]
    assigned = (Assignment(article_id=article.id, annotator="qalam", batch="001"),)
    plan = Plan(name="p", seed=0, overlap=1, control=0.0, annotators=("qalam",), assignments=assigned)
    try:
        list(elements([raw]))
    except ValueError:
        return  # an export cut off or no list is fetched again, which takes its time
    findings = Findings()
    with suppress(MusnadError):
        for layer in pulled(Export("", raw), plan, {article.id: article.sha256}, findings):  # type: ignore[arg-type]
            msgspec.json.encode(layer)
    msgspec.json.encode([findings.set_aside, findings.notices])


def _rows(raw: bytes) -> None:
    try:
        rows = json.loads(raw)
    except (ValueError, RecursionError):
        return
    if isinstance(rows, list):
        for which in ("entities", "attributions"):
            msgspec.json.encode([misfit.reason for misfit in decode(rows, newsroom.HARBOUR, which).misfits])  # type: ignore[arg-type]


def export() -> bytes:
    """A sound export of one task that one annotator has done."""
    article, layer = newsroom.articles()["harbour-1"], newsroom.layers()[0]
    data = {"article_id": article.id, "sha256": article.sha256, "text": article.text, "control": False}
    annotation = {
        "id": 3,
        "created_at": "2031-03-01T00:00:00Z",
        "completed_by": {"email": "qalam@annotators.invalid"},
        "was_cancelled": False,
        "lead_time": 12.5,
        "result": list(encode(layer, article.text, "entities")),
    }
    return json.dumps([{"id": 7, "data": data, "annotations": [annotation]}], ensure_ascii=False).encode()


_ARRAYS = ("labels", "features", "pointers", "columns", "values", "transitions", "common")
_BETWEEN = b"<next array>"


def _tag(folder: Path) -> None:
    trained(folder / "own.npz").names(analyse(newsroom.HARBOUR))


def _archived(raw: bytes) -> None:
    """A model of these arrays in an archive whose sums are right, so that damage gets through to who reads them."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.npz"
        with zipfile.ZipFile(path, "w") as archive:
            for name, part in zip(_ARRAYS, raw.split(_BETWEEN), strict=False):
                archive.writestr(f"{name}.npy", part)
        with suppress(MusnadError):
            _tag(Path(folder))


def _model() -> tuple[bytes, bytes]:
    """A small model as a file, and its arrays."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "own.npz"
        weights = {("0w=الزراعة", "B-ORG"): 2.0, ("-1w=وزارة", "I-ORG"): 1.5, ("0d=2", "O"): 0.5}
        write_model(("O", "B-ORG", "I-ORG"), weights, {("B-ORG", "I-ORG"): 1.0}, ["قال", "نحو"], path, 0.0)
        with zipfile.ZipFile(path) as archive:
            return path.read_bytes(), _BETWEEN.join(archive.read(f"{name}.npy") for name in _ARRAYS)


def _lines(records: Any) -> bytes:
    return b"".join(msgspec.json.encode(record) + b"\n" for record in records)


_TABLE = 'id,text,publisher\nأ-1,قال المصدر إن 30 شخصا وصلوا,المرافئ\nأ-2,"سطر\nثان",\n'.encode()
_PAGE = """<!doctype html><html lang="ar" dir="rtl"><head><title>الميناء</title>
<meta property="og:site_name" content="المرافئ">
<script type="application/ld+json">{"@type": "NewsArticle",
"datePublished": "2031-03-01", "headline": "الميناء"}</script>
</head><body><article><h1>الميناء</h1><p>قال وزير النقل سامر الحداد إن نحو 30 ألف طن وصلت إلى الميناء صباح اليوم.</p>
<p>وأضاف أن العمل مستمر، وأن السفن تنتظر دورها منذ يومين في عرض البحر.</p></article></body></html>""".encode()
_STANDOFF = msgspec.json.encode(
    {
        "note": "",
        "articles": [{"id": a.id, "sha256": a.sha256, "characters": len(a.text)} for a in newsroom.articles().values()],
    }
)
_SETTINGS = '[dataset]\nname = "أخبار"\nlicense = "CC0-1.0"\n[plan]\noverlap = 2\n[stories]\ndays = 7\n'.encode()
_MANIFEST = msgspec.json.encode(
    {
        "name": "x",
        "version": "1.0.0",
        "schema_version": "1.0.0",
        "seed": 0,
        "annotations_creators": [],
        "license": "cc0-1.0",
        "annotators": ["a"],
        "articles": {"train": 1},
        "labels": {},
        "publishers": {},
        "control_layers": 0,
        "features": {},
        "rows": {},
        "bytes": {},
        "tags": {},
    }
)

_MODEL, _MODEL_ARRAYS = _model()
TARGETS: dict[str, Target] = {
    "text": Target(_ingest(".txt"), [newsroom.HARBOUR.encode()]),
    "table": Target(_ingest(".csv"), [_TABLE, _TABLE.replace(b",", b"\t")]),
    "page": Target(_ingest(".html"), [_PAGE]),
    "lines of articles": Target(_ingest(".jsonl"), [_lines(newsroom.articles().values())]),
    "articles": Target(_in_a_file("articles.jsonl", _read_articles), [_lines(newsroom.articles().values())]),
    "layers": Target(_in_a_file("layers.jsonl", _read_layers), [_lines(newsroom.gold())]),
    "settings": Target(_in_a_file("musnad.toml", read_project), [_SETTINGS]),
    "standoff manifest": Target(_in_a_file("manifest.json", _rehydrate("manifest.json")), [_STANDOFF]),
    "standoff layers": Target(_in_a_file("gold.jsonl", _rehydrate("gold.jsonl")), [_lines(newsroom.gold())]),
    "export of Label Studio": Target(_pull, [export()]),
    "rows of Label Studio": Target(
        _rows,
        [
            json.dumps(list(encode(layer, newsroom.HARBOUR, which)), ensure_ascii=False).encode()
            for layer in newsroom.layers()[:1]
            for which in ("entities", "attributions")
        ],  # type: ignore[arg-type]
    ),
    "release manifest": Target(_in_a_file("release.json", read_manifest), [_MANIFEST]),
    "release sums": Target(_in_a_file("SHA256SUMS", verify), [b"0" * 64 + b"  a.txt\n" + b"1" * 64 + b"  b/c.txt\n"]),
    "release splits": Target(
        _in_a_file("splits.jsonl", previous_splits),
        [b'{"article_id":"a","split":"train","story":"a"}\n{"article_id":"b","split":"test","story":"b"}\n'],
    ),
    "model": Target(_in_a_file("own.npz", _tag), [_MODEL]),
    "arrays of a model": Target(_archived, [_MODEL_ARRAYS]),
}
CONVERTED: dict[str, Target] = {
    f"{name} {suffix}".strip(): _converted(name, suffix, zlib.compress if name == "spacy" else bytes)
    for name, suffixes in {
        "conll": [""], "brat": [".ann", ".txt"], "web-annotation": [""], "spacy": [""], "cas": [".xmi", "System.xml"],
    }.items()
    if _works(name)
    for suffix in suffixes
}  # fmt: skip
TARGETS |= CONVERTED
assert set(READERS) == {".txt", ".html", ".htm", ".jsonl", ".csv"}, "a new format needs its target here"
