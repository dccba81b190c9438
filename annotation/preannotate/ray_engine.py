"""Pre-annotating on many machines: Ray Data reads articles, actors annotate them, and one file of layers is written.

Needs the extra `ray`. The layers are the same bytes, in the order of the articles, that one process writes.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Literal

import msgspec

from ...schema.errors import MusnadError
from ...schema.jsonl import writing
from ...schema.records import Article, sha256_of
from ...schema.validate import article_problems
from .document import LayerName
from .pipeline import LAYERS, Pipeline

Format = Literal["jsonl", "parquet"]

_ARTICLES_A_BATCH = 64
_BLOCK = 2 << 20  # bytes


class RayError(MusnadError):
    """A run through Ray that can't be done; the message says why and what to do."""


class RayRun(msgspec.Struct, frozen=True):
    """What a run did: the layers written, and each refused line with its file and the reason."""

    layers: int
    refused: tuple[str, ...] = ()


class Annotator:
    """What an actor does: its pipeline is loaded once, batches of lines come in, layers and refusals go out."""

    def __init__(self, layers: Sequence[LayerName], entities: str) -> None:
        self._pipeline = Pipeline(layers, entities=entities)

    def __call__(self, batch: dict[str, Any]) -> dict[str, list[Any]]:
        places = list(zip(batch["path"], batch["line"], strict=True))
        made: list[bytes] = []
        refused: list[str] = []
        for raw, (path, line) in zip(batch["article"], places, strict=True):
            article = _article(bytes(raw))
            if isinstance(article, Article):
                made.append(msgspec.json.encode(self._pipeline.annotate(article)))
                refused.append("")
            else:
                made.append(b"")
                refused.append(f"{path}:{line}: {article}")
        return {"path": list(batch["path"]), "line": [int(n) for n in batch["line"]], "layer": made, "refused": refused}


@contextmanager
def started(address: str | None = None, cpus: int | None = None) -> Iterator[None]:
    """Join the cluster at `address`, or start one on this machine with `cpus` cores, for as long as the block lasts.

    Raises RayError when Ray isn't installed or nothing answers at the address.
    """
    ray = _ray()
    if ray.is_initialized():
        yield
        return
    try:
        # Without an address Ray would join any cluster that runs on this machine, whoever's it is.
        ray.init(
            address or "local",
            num_cpus=None if address else cpus,
            include_dashboard=None if address else False,
            log_to_driver=False,
            logging_level=logging.WARNING,
        )
    except (ConnectionError, RuntimeError) as error:
        raise RayError(f"no Ray cluster at {address or 'this machine'}: {error}") from error
    try:
        yield
    finally:
        ray.shutdown()


def preannotate_ray(
    source: str,
    out: str,
    layers: Sequence[LayerName] = LAYERS,
    *,
    entities: str = "auto",
    workers: int = 2,
    output: Format = "jsonl",
) -> RayRun:
    """Write a layer for each article of `source`, a .jsonl or .parquet file or a folder of them, to `out`.

    `source` is a path or an fsspec URL that every machine of the cluster sees; `id` and `text` suffice. With `jsonl`,
    `out` is one file of this machine that appears whole; with `parquet`, a folder, here or at a URL, with `article_id`
    and the layer's JSON. `workers` actors of a core each work; one that dies, or whose machine does, is started
    again where a core is free, however often, and its batches are done again. Call it inside `started`.
    Raises RayError when there is nothing to read or Ray gives up.
    """
    ray = _ray()
    options = ray.data.DataContext.get_current()
    options.enable_progress_bars = options.print_on_execution_start = False
    options.execution_options.preserve_order = True
    options.target_max_block_size = _BLOCK  # so that one large file keeps every actor busy
    try:
        found = _read(ray, source).map_batches(
            Annotator,
            fn_constructor_args=(tuple(layers), entities),
            batch_size=_ARTICLES_A_BATCH,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
        )
        if output == "parquet":
            return _write_parquet(found, out)
        return _write_lines(found.iter_rows(), Path(out))
    except ray.exceptions.RayError as error:
        raise RayError(f"{source}: {str(error).splitlines()[0]}") from error


def _read(ray: Any, source: str) -> Any:
    """The lines of all files of `source`, in the order of their paths."""
    files = _files(source)
    lines = [file for file in files if file.endswith(".jsonl")]
    tables = [file for file in files if file.endswith(".parquet")]
    if bool(lines) == bool(tables):
        raise RayError(
            f"{source}: name a .jsonl or .parquet file of articles, or a folder with files of one of these kinds"
        )
    return ray.data.from_items([{"path": file} for file in lines or tables]).flat_map(
        _lines if lines else _rows, num_cpus=0
    )


def _files(source: str) -> list[str]:
    """The paths below a folder or the one of a file, each with its protocol unless it is one of this machine."""
    system, place = _at(source)
    if not system.exists(place):
        raise RayError(f"{source}: there is no such file or folder")
    found = sorted(system.find(place)) if system.isdir(place) else [place]
    return found if "://" not in source else [system.unstrip_protocol(path) for path in found]


def _lines(item: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of one file, read piece by piece; a core of its own would be waited for, while actors hold them all."""
    system, place = _at(item["path"])
    with system.open(place, "rb") as file:
        for number, line in enumerate(file, start=1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield {"path": item["path"], "line": number, "article": line}


def _rows(item: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of one table as lines."""
    import pyarrow.parquet as pq

    number = 0
    system, place = _at(item["path"])
    with system.open(place, "rb") as file:
        table: Any = pq.ParquetFile(file)  # type: ignore[no-untyped-call]
        for batch in table.iter_batches(batch_size=500):
            for row in batch.to_pylist():
                number += 1
                line = msgspec.json.encode({k: row[k] for k in ("id", "text", "sha256") if row.get(k) is not None})
                yield {"path": item["path"], "line": number, "article": line}


class _Bare(msgspec.Struct):
    id: str
    text: str
    sha256: str | None = None


def _article(raw: bytes) -> Article | str:
    """Return the article of a line, or why it is none."""
    try:
        bare = msgspec.json.decode(raw, type=_Bare)
        fields = {"id": bare.id, "text": bare.text, "sha256": bare.sha256 or sha256_of(bare.text)}
        article = msgspec.convert(fields, Article)
    except (msgspec.DecodeError, UnicodeError, RecursionError) as error:
        return str(error)
    problems = article_problems(article)
    return str(problems[0]) if problems else article


def _write_lines(rows: Any, out: Path) -> RayRun:
    count, refused = 0, []
    with writing(out) as file:
        for row in rows:
            if row["refused"]:
                refused.append(row["refused"])
            else:
                file.write(row["layer"] + b"\n")
                count += 1
    return RayRun(count, tuple(refused))


def _write_parquet(found: Any, out: str) -> RayRun:
    """Write the folder beside its place, then put it there; one that is there already is not touched."""
    system, place = _at(out)
    if system.exists(place):
        raise RayError(f"{out} is there already: name a folder that isn't")
    folder, _, name = place.rpartition("/")
    waiting = f"{folder}/.{name}.part"
    if system.exists(waiting):
        system.rm(waiting, recursive=True)
    kept = found.materialize()
    refused = tuple(row["refused"] for row in kept.select_columns(["refused"]).iter_rows() if row["refused"])
    kept.map_batches(_table, batch_format="pyarrow").write_parquet(waiting, filesystem=system)
    system.mv(waiting, place, recursive=True)
    return RayRun(kept.count() - len(refused), refused)


class _Head(msgspec.Struct):
    article_id: str
    annotator: str


def _table(batch: Any) -> Any:
    """The columns of a file of layers for a batch of what actors gave."""
    import pyarrow as pa

    layers = [layer for layer in batch.column("layer").to_pylist() if layer]
    heads = [msgspec.json.decode(layer, type=_Head) for layer in layers]
    columns = {
        "article_id": [head.article_id for head in heads],
        "annotator": [head.annotator for head in heads],
        "layer": [layer.decode() for layer in layers],
    }
    return pa.table(columns, schema=pa.schema([(name, pa.string()) for name in columns]))


def _at(place: str) -> tuple[Any, str]:
    """The file system of a path or URL, and the path in it. Raises RayError for a protocol that is not at hand."""
    from fsspec.core import url_to_fs

    try:
        system, path = url_to_fs(place)
    except (ValueError, ImportError) as error:
        raise RayError(f"{place}: {error}") from error
    return system, path


def _ray() -> Any:
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing of a run is told to anybody
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise RayError("Ray is not installed here: pip install 'musnad[ray]'") from error
    return ray
