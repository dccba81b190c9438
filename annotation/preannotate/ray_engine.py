"""Pre-annotating on many machines: Ray Data reads articles, actors annotate them, and one file of layers is written.

Needs the extra `ray`. The layers are the same bytes, in the order of the articles, that one process writes.
"""

from __future__ import annotations

import os
import shutil
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
_RESTARTS = 3


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
        ray.init(address, num_cpus=None if address else cpus, include_dashboard=False, log_to_driver=False)
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

    `source` is a path that every machine of the cluster sees; `id` and `text` suffice. With `jsonl`, `out` is one file
    that appears whole; with `parquet`, a folder with `article_id` and the layer's JSON. `workers` actors of a core each
    work; one that dies is replaced and its batches are done again. Call it inside `started`.
    Raises RayError when there is nothing to read or Ray gives up.
    """
    ray = _ray()
    options = ray.data.DataContext.get_current()
    options.enable_progress_bars = False
    options.execution_options.preserve_order = True
    options.target_max_block_size = _BLOCK  # so that one large file keeps every actor busy
    try:
        found = _read(ray, source).map_batches(
            Annotator,
            fn_constructor_args=(tuple(layers), entities),
            batch_size=_ARTICLES_A_BATCH,
            compute=ray.data.ActorPoolStrategy(size=workers),
            num_cpus=1,
            max_restarts=_RESTARTS,
            max_task_retries=_RESTARTS,
        )
        if output == "parquet":
            return _write_parquet(found, out)
        return _write_lines(found.iter_rows(), Path(out))
    except (ray.exceptions.RayError, FileNotFoundError) as error:
        raise RayError(f"{source}: {str(error).splitlines()[0]}") from error


def _read(ray: Any, source: str) -> Any:
    files = sorted(str(path) for path in Path(source).rglob("*.*")) if os.path.isdir(source) else [source]
    lines = [file for file in files if file.endswith(".jsonl")]
    tables = [file for file in files if file.endswith(".parquet")]
    if bool(lines) == bool(tables):
        raise RayError(
            f"{source}: name a .jsonl or .parquet file of articles, or a folder with files of one of these kinds"
        )
    return ray.data.from_items([{"path": file} for file in lines or tables]).flat_map(
        _lines if lines else _rows, num_cpus=0
    )


def _lines(item: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The lines of one file, read piece by piece; a core of its own would be waited for, while actors hold them all."""
    with open(item["path"], "rb") as file:
        for number, line in enumerate(file, start=1):
            if number == 1:
                line = line.removeprefix(b"\xef\xbb\xbf")
            if line.strip():
                yield {"path": item["path"], "line": number, "article": line}


def _rows(item: dict[str, str]) -> Iterator[dict[str, Any]]:
    """The rows of one table as lines."""
    import pyarrow.parquet as pq

    number = 0
    table: Any = pq.ParquetFile(item["path"])  # type: ignore[no-untyped-call]
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
    place = Path(out)
    if place.exists():
        raise RayError(f"{out} is there already: name a folder that isn't")
    waiting = place.with_name(f".{place.name}.part")
    shutil.rmtree(waiting, ignore_errors=True)
    kept = found.materialize()
    refused = tuple(row["refused"] for row in kept.iter_rows() if row["refused"])
    sound = kept.filter(lambda row: not row["refused"]).map(_table_row)
    sound.write_parquet(str(waiting))
    os.replace(waiting, place)
    return RayRun(kept.count() - len(refused), refused)


def _table_row(row: dict[str, Any]) -> dict[str, Any]:
    head = msgspec.json.decode(row["layer"], type=msgspec.defstruct("_Head", [("article_id", str), ("annotator", str)]))
    return {"article_id": head.article_id, "annotator": head.annotator, "layer": row["layer"].decode()}  # type: ignore[attr-defined]


def _ray() -> Any:
    try:
        import ray
        import ray.data
    except ImportError as error:
        raise RayError("Ray is not installed here: pip install 'musnad[ray]'") from error
    return ray
