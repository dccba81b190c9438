"""The tables of a release, written in one pass over its articles: memory holds one batch of rows for each file."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, get_args

import msgspec

from ..annotation.adjudication import Decider
from ..annotation.agreement.study import LAYERS, labels_of
from ..schema.records import Layer
from ..schema.release_files import TagCounts
from .features import CONFIGS, features
from .shelf import Entry
from .splits import SPLITS
from .tables import Row, decided, rows, without_text
from .tokens import labelled, tag, tokens

_ARTICLES_A_BATCH = 32  # whose rows are held as Python objects before they become columns, a tenth of the size
_BYTES_A_GROUP = 4_000_000  # of columns in memory for each file before they are written
_GROUPS_A_FILE = 64  # what a file says of its row groups, some 40 kB of each, is in memory until the file ends


class Written(msgspec.Struct):
    """What was written: by config and split rows and bytes (of Arrow, in memory), and what the articles hold."""

    rows: dict[str, dict[str, int]]
    bytes: dict[str, dict[str, int]]
    labels: dict[str, dict[str, dict[str, int]]]
    decided: dict[str, dict[str, int]]
    tags: dict[str, TagCounts]
    publishers: dict[str, int]
    annotators: tuple[str, ...]
    control_layers: int


def write_tables(place: Path, found: Iterable[Entry], splits: Mapping[str, str], *, texts: bool = True) -> Written:
    """Write `<config>/<split>-00000-of-00001.parquet`, or several files, for every config and split that has rows."""
    tables = {(config, split): _Table(place, config, split) for config in CONFIGS for split in SPLITS}
    composition = _Composition()
    with _plain_memory():
        try:
            for entry in found:
                split = splits[entry.article.id]
                composition.add(entry, split)
                for config in CONFIGS:
                    own = rows(config, entry)
                    tables[config, split].add(own if texts else map(without_text, own))
        finally:
            for table in tables.values():
                table.close()
    return Written(
        rows={config: {split: tables[config, split].rows for split in SPLITS} for config in CONFIGS},
        bytes={config: {split: tables[config, split].bytes for split in SPLITS} for config in CONFIGS},
        labels=composition.labels,
        decided=composition.decided,
        tags=composition.tag_counts(),
        publishers=dict(sorted(composition.publishers.items())),
        annotators=tuple(sorted(composition.annotators)),
        control_layers=composition.control,
    )


@contextmanager
def _plain_memory() -> Iterator[None]:
    """Let Arrow take its memory from the system: its own allocator keeps 0.1 GB more of it, and saves no time."""
    import pyarrow as pa

    before = pa.default_memory_pool()
    pa.set_memory_pool(pa.system_memory_pool())
    try:
        yield
    finally:
        pa.set_memory_pool(before)


class _Table:
    """The Parquet files of a config and split; the first comes with the first row: `datasets` refuses one without rows.

    Python objects become columns after a few articles, columns a row group when there are enough of them, and a file
    ends with its last row group: so memory does not grow with the number of articles.
    """

    def __init__(self, place: Path, config: str, split: str) -> None:
        self._folder, self._split = place / config, split
        self._schema = features(config).arrow_schema
        self._batch: list[Row] = []
        self._articles = 0
        self._group: list[Any] = []
        self._groups = 0  # in the file that is open
        self._files: list[Path] = []
        self._writer: Any = None
        self.rows = 0
        self.bytes = 0

    def add(self, rows: Iterable[Row]) -> None:
        """Add an article's rows."""
        self._batch.extend(rows)
        self._articles += 1
        if self._articles >= _ARTICLES_A_BATCH:
            self._pack()

    def close(self) -> None:
        """Write what is left and give the files their names, which say how many there are."""
        self._pack()
        self._write()
        self._end()
        for number, path in enumerate(self._files):
            path.rename(self._folder / f"{self._split}-{number:05}-of-{len(self._files):05}.parquet")

    def _pack(self) -> None:
        import pyarrow as pa

        if self._batch:
            self._group.append(pa.RecordBatch.from_pylist(self._batch, schema=self._schema))
            self._batch = []
        self._articles = 0
        if sum(batch.nbytes for batch in self._group) >= _BYTES_A_GROUP:
            self._write()

    def _write(self) -> None:
        """Write a row group."""
        import pyarrow as pa
        import pyarrow.parquet as pq

        if not self._group:
            return
        if self._writer is None:
            self._folder.mkdir(exist_ok=True)
            self._files.append(self._folder / f"{self._split}-{len(self._files):05}.part")
            self._writer = pq.ParquetWriter(self._files[-1], self._schema)  # type: ignore[no-untyped-call]
        self._writer.write_table(pa.Table.from_batches(self._group))
        self.rows += sum(len(batch) for batch in self._group)
        self.bytes += sum(batch.nbytes for batch in self._group)
        self._group = []
        self._groups += 1
        if self._groups == _GROUPS_A_FILE:
            self._end()
        pa.default_memory_pool().release_unused()  # or what is freed in pieces adds up, 0.2 MB for each row group

    def _end(self) -> None:
        """End the file that is open."""
        if self._writer is not None:
            self._writer.close()
            self._writer, self._groups = None, 0


class _Composition:
    """Counts what the articles hold while they pass."""

    def __init__(self) -> None:
        self.labels = {layer: {name: dict.fromkeys(SPLITS, 0) for name in labels_of(layer)} for layer in LAYERS}
        self.decided = {layer: dict.fromkeys(get_args(Decider), 0) for layer in LAYERS}
        self.publishers: Counter[str] = Counter()
        self.annotators: set[str] = set()
        self.control = 0
        self._tags: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])

    def add(self, entry: Entry, split: str) -> None:
        for layer in LAYERS:
            for name in _names(entry.gold, layer):
                self.labels[layer][name][split] += 1
        deciders = decided(entry.gold)
        for layer in LAYERS:
            for mark in getattr(entry.gold, layer):
                if mark.id in deciders:
                    self.decided[layer][deciders[mark.id]] += 1
        self.publishers[entry.article.publisher or "unknown"] += 1
        self.annotators.update(layer.annotator for layer in entry.layers)
        self.control += sum(bool(layer.meta.get("control")) for layer in entry.layers)
        found = tokens(entry.article.text)
        for column, spans in labelled(entry.gold).items():
            tagged = tag(found, spans)
            for index, number in enumerate((len(spans), tagged.unaligned, tagged.overlapping)):
                self._tags[column][index] += number

    def tag_counts(self) -> dict[str, TagCounts]:
        return {
            column: TagCounts(spans=spans, unaligned=unaligned, overlapping=overlapping)
            for column, (spans, unaligned, overlapping) in self._tags.items()
        }


def _names(gold: Layer, layer: str) -> list[str]:
    return [one.label if layer == "entities" else one.kind for one in getattr(gold, layer)]
