"""A release read back as records: the inverse of `tables`."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from ..schema.errors import MusnadError
from ..schema.labels import inventory
from ..schema.records import GOLD, Article, Layer, Span
from ..schema.release_files import Manifest
from .splits import SPLITS

_OWN = ("id", "start", "end")
_LAYERS = ("entities", "quantities", "attributions")
_ROWS = 200  # in memory at a time


class Released(NamedTuple):
    """One article of a release with its split and a layer over it."""

    article: Article | None
    split: str
    layer: Layer


def read_manifest(directory: Path) -> Manifest:
    """Return the manifest of a release. Raises MusnadError when `directory` is none."""
    path = directory / "release.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=Manifest)
    except FileNotFoundError as error:
        raise MusnadError(f"{directory} is no release: it has no release.json") from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MusnadError(f"{path}: {error}") from error


def read_gold(directory: Path, *splits: str) -> Iterator[Released]:
    """Yield each article of a release with its split and gold layer, split by split (all, or those named).

    The article is None in a release of offsets only.
    """
    for split, row in _rows(directory, "gold", splits or SPLITS):
        names = ("text", "sha256", "title", "publisher", "url", "published", "license", "boilerplate")
        fields = {name: row[name] for name in names if row[name] is not None}
        article = msgspec.convert({"id": row["article_id"], **fields}, Article) if "text" in fields else None
        yield Released(article, split, layer_of(row, row["sha256"], GOLD, _gold_meta(row)))


def read_ids(directory: Path, *splits: str) -> Iterator[str]:
    """Yield the id of each article of a release, or of the splits named."""
    for _, row in _rows(directory, "gold", splits or SPLITS, ["article_id"]):
        yield row["article_id"]


def read_annotations(directory: Path, hashes: Mapping[str, str]) -> Iterator[Released]:
    """Yield each annotator's layer of a release; `hashes` gives the hash of each article's text."""
    for split, row in _rows(directory, "annotations", SPLITS):
        meta = {"control": True} if row["control"] else {}
        yield Released(None, split, layer_of(row, hashes[row["article_id"]], row["annotator"], meta))


def read_digests(directory: Path) -> Iterator[tuple[str, str, bytes]]:
    """Yield article id and annotator of each annotator's layer of a release, with a digest of what it says."""
    import pyarrow as pa

    for _, batch in _batches(directory, "annotations", SPLITS, ["article_id", "annotator", "control", *_LAYERS]):
        names = batch.column("article_id").to_pylist(), batch.column("annotator").to_pylist()
        for n, (article_id, annotator) in enumerate(zip(*names, strict=True)):
            # Rows as Arrow writes them: half the time that Python objects take. `take` copies a row to the start of
            # its buffers; a slice would bring along bits of its neighbours.
            written = pa.ipc.new_stream(sink := pa.BufferOutputStream(), batch.schema)
            written.write_batch(batch.take(pa.array([n])))
            written.close()
            yield article_id, annotator, hashlib.blake2b(sink.getvalue(), digest_size=8).digest()


def read_cuts(directory: Path) -> Iterator[tuple[str, bytes]]:
    """Yield each article of a release with a digest of where its tokens begin."""
    rows = (row for _, row in _rows(directory, "tokens", SPLITS, ["article_id", "starts"]))
    for article_id, own in groupby(rows, key=lambda row: row["article_id"]):
        yield article_id, hashlib.blake2b(str([row["starts"] for row in own]).encode(), digest_size=8).digest()


def layer_of(row: dict[str, Any], sha256: str, annotator: str, meta: dict[str, Any]) -> Layer:
    """Return the layer that a row of the configs `gold` or `annotations` was made of."""
    raw = {
        "article_id": row["article_id"],
        "sha256": sha256,
        "annotator": annotator,
        "entities": [_entity(entity) for entity in row["entities"]],
        "quantities": [_quantity(quantity) for quantity in row["quantities"]],
        "attributions": [_attribution(attribution) for attribution in row["attributions"]],
        "meta": meta,
    }
    return msgspec.convert(raw, Layer)


def _gold_meta(row: dict[str, Any]) -> dict[str, Any]:
    """Who decided each mark, where the release says it."""
    marks = (mark for layer in _LAYERS for mark in row[layer])
    noted = {mark["id"]: mark["decided"] for mark in marks if mark.get("decided")}
    return {"decided": noted} if noted else {}


def _rows(
    directory: Path, config: str, splits: Sequence[str], columns: list[str] | None = None
) -> Iterator[tuple[str, dict[str, Any]]]:
    for split, batch in _batches(directory, config, splits, columns):
        yield from ((split, row) for row in batch.to_pylist())


def _batches(
    directory: Path, config: str, splits: Sequence[str], columns: list[str] | None
) -> Iterator[tuple[str, Any]]:
    import pyarrow.parquet as pq

    for split in splits:
        for path in sorted((directory / config).glob(f"{split}-*.parquet")):
            with pq.ParquetFile(path) as file:  # type: ignore[no-untyped-call]
                yield from ((split, batch) for batch in file.iter_batches(batch_size=_ROWS, columns=columns))


def _entity(row: dict[str, Any]) -> dict[str, Any]:
    label = list(inventory().entities)[row["label"]]
    return {**{name: row[name] for name in _OWN}, "label": label, "subtype": row["subtype"]}


def _quantity(row: dict[str, Any]) -> dict[str, Any]:
    labels = inventory().quantity
    return {
        **{name: row[name] for name in (*_OWN, "value", "low", "high", "unit")},
        "kind": list(labels.kinds)[row["kind"]],
        "bound": list(labels.bounds)[row["bound"]],
        "counted": _span(row["counted"]),
    }


def _attribution(row: dict[str, Any]) -> dict[str, Any]:
    return {
        "id": row["id"],
        "kind": list(inventory().attribution.kinds)[row["kind"]],
        **{name: [_span(span) for span in row[name]] for name in ("cues", "relays", "content")},
        "source": _span(row["source"]),
        "implicit_source": row["implicit_source"],
        "parent": row["parent"],
    }


def _span(row: dict[str, Any] | None) -> Span | None:
    return None if row is None or row["start"] is None else (row["start"], row["end"])
