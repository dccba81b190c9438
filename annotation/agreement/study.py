"""The data of an agreement study, in columns: what was marked in each article, by whom, without a record or a text.

Layers are read once and dropped; what stays are whole numbers, some 1.5 KB for a layer of 40 marks, and these in a
temporary file: memory holds some dozen bytes for each layer. A text is asked for when its article is counted.
"""

from __future__ import annotations

from array import array
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal
from itertools import chain
from sys import intern
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from ...corpus.spill import Strings
from ...schema.errors import LayersError
from ...schema.labels import inventory
from ...schema.records import GOLD, Article, Entity, Layer
from .distance import Floats
from .records import (
    CODES,
    LAYERS,
    attribution_order,
    counts,
    is_control,
    is_marked,
    labels_of,
    quantity_order,
    same_text,
)
from .tally import Ints, ranges

__all__ = ["LAYERS", "Part", "Study", "labels_of", "study"]

PERSON, MACHINE, REFERENCE = range(3)  # the roles of a reading; the reference is the gold
BATCH = 128  # articles that are counted together
NONE = -1  # no number, no offset, no parent, no subtype to have

# The columns of the tables, a row for each mark; pieces are those of its cues, relays and content, one after the other.
COLUMNS: dict[str, tuple[str, ...]] = {
    "entities": ("start", "end", "label", "subtype"),
    "quantities": ("start", "end", "label", "bound", "unit", "value", "low", "high", "counted_start", "counted_end"),
    "attributions": ("label", "implicit", "source_start", "source_end", "parent", "cues", "relays", "content"),
    "pieces": ("start", "end"),
}

NUMBERS = slice(5, 8)  # the columns of a quantity that are numbers


class About(NamedTuple):
    """An article's slices; `batch` is what its layers' meta say, None where they differ."""

    article_id: str
    publisher: str | None
    batch: str | None


class Part(NamedTuple):
    """Some articles of a study, to be counted by any process: their readings by article, then by annotator.

    `rows[table]` are the marks of all readings in turn, `sizes[table]` how many each reading has. Labels are numbers of
    `records.CODES`, values numbers of `numbers`; subtypes, bounds, units and annotators are places in those names.
    """

    texts: list[str]
    annotators: Sequence[str]
    subtypes: Sequence[str]
    bounds: Sequence[str]
    units: Sequence[str]
    numbers: Floats
    article: Ints
    annotator: Ints
    role: Ints
    control: Ints
    marked: dict[str, Ints]
    rows: dict[str, Ints]
    sizes: dict[str, Ints]


def study(
    articles: Mapping[str, Article],
    layers: Iterable[Layer],
    *,
    gold: Iterable[Layer] | None = None,
    annotators: Collection[str] | None = None,
) -> Study:
    """Read layers, in any order, and keep the articles with two annotators or more: one layer agrees with nothing.

    Annotators are all but pre-annotators (layers whose meta has `model_version`) and gold, or those named. Gold layers
    among `layers` serve as gold for articles that `gold` has not. `articles` may read each article when it is asked
    for; layers may be a stream.
    Raises LayersError for a layer without its article, or made for another text, or a second one of the same annotator.
    """
    register = Register()
    for layer in gold or ():
        if layer.article_id in articles:
            register.add(layer, same_text(layer, articles), REFERENCE)
    for layer in layers:
        role = PERSON if counts(layer, annotators) else REFERENCE if layer.annotator == GOLD else MACHINE
        register.add(layer, same_text(layer, articles), role)
    return Study(register, articles)


class Register:
    """Layers as they come, in columns."""

    def __init__(self) -> None:
        labels = inventory()
        self.ids: dict[str, int] = {}
        self._hashes = bytearray()
        self.publishers: list[str | None] = []
        self.batches: list[str | None] = []  # None if none is noted, "" where layers differ
        self.names: dict[str, int] = {}
        self.subtypes = {name: n for n, name in enumerate(("none", *sorted(_subtypes())))}
        self.bounds = {name: n for n, name in enumerate(labels.quantity.bounds)}
        self.units = {"none": 0}
        self.numbers: dict[Decimal, int] = {}
        self._read_numbers: dict[str | None, int] = {None: NONE}
        self._entity_codes: dict[tuple[str, str | None], tuple[int, int]] = {}
        self.article, self.annotator = array("i"), array("i")
        self.role, self.control = array("b"), array("b")
        self.marked = {layer: array("b") for layer in LAYERS}
        self.marks = Strings()  # of each layer the rows of all tables, one table after the other
        self.sizes = {table: array("i") for table in COLUMNS}  # how many rows they are

    def add(self, layer: Layer, article: Article, role: int) -> None:
        """Append a layer's marks to the columns."""
        if (n := self.ids.setdefault(article.id, len(self.ids))) == len(self.publishers):
            self._hashes += bytes.fromhex(article.sha256)
            self.publishers.append(intern(article.publisher) if article.publisher else article.publisher)
            self.batches.append(None)
        self.article.append(n)
        self.annotator.append(self.names.setdefault(layer.annotator, len(self.names)))
        self.role.append(role)
        self.control.append(is_control(layer))
        if role == PERSON and layer.meta.get("batch") is not None:
            batch = intern(str(layer.meta["batch"]))
            self.batches[n] = batch if self.batches[n] in (None, batch) else ""
        for name in LAYERS:
            self.marked[name].append(is_marked(layer, name))
        tables = (self._entities(layer), self._quantities(layer), *self._attributions(layer))
        self.marks.append(b"".join(array("i", rows).tobytes() for rows in tables))
        for (table, columns), rows in zip(COLUMNS.items(), tables, strict=True):
            self.sizes[table].append(len(rows) // len(columns))

    def hash_of(self, n: int) -> bytes:
        """Return the hash of an article's text."""
        return bytes(self._hashes[32 * n : 32 * n + 32])

    def _entities(self, layer: Layer) -> list[int]:
        code, known = self._entity_code, self._entity_codes
        rows = [(one.start, one.end, *(known.get((one.label, one.subtype)) or code(one))) for one in layer.entities]
        rows.sort()
        return list(chain.from_iterable(rows))

    def _entity_code(self, entity: Entity) -> tuple[int, int]:
        subtype = NONE
        if inventory().entities[entity.label].subtypes:
            subtype = self.subtypes.setdefault(entity.subtype or "none", len(self.subtypes))
        found = self._entity_codes[entity.label, entity.subtype] = CODES["entities"][entity.label], subtype
        return found

    def _quantities(self, layer: Layer) -> list[int]:
        codes, bounds, units, number = CODES["quantities"], self.bounds, self.units, self._number
        rows: list[int] = []
        for one in sorted(layer.quantities, key=quantity_order):
            unit = units.setdefault(one.unit or "none", len(units))
            rows += one.start, one.end, codes[one.kind], bounds[one.bound], unit
            rows += number(one.value), number(one.low), number(one.high)
            rows += one.counted or (NONE, NONE)
        return rows

    def _number(self, text: str | None) -> int:
        code = self._read_numbers.get(text)
        if code is None:
            assert text is not None
            code = self._read_numbers[text] = self.numbers.setdefault(Decimal(text), len(self.numbers))
        return code

    def _attributions(self, layer: Layer) -> tuple[list[int], list[int]]:
        codes, ordered = CODES["attributions"], sorted(layer.attributions, key=attribution_order)
        place = {one.id: n for n, one in enumerate(ordered)}
        rows: list[int] = []
        pieces: list[int] = []
        for one in ordered:
            rows += codes[one.kind], one.implicit_source, *(one.source or (NONE, NONE))
            rows += (
                (NONE if one.parent is None else place[one.parent]),
                len(one.cues),
                len(one.relays),
                len(one.content),
            )
            for span in (*one.cues, *one.relays, *one.content):
                pieces += span
        return rows, pieces

    def rows(self, layers: Ints) -> tuple[dict[str, Ints], dict[str, Ints]]:
        """Return the rows of some layers by table, one layer after the other, and how many each of them has."""
        sizes = {table: np.asarray(numbers, dtype=np.int64)[layers] for table, numbers in self.sizes.items()}
        marks = np.frombuffer(b"".join(map(self.marks.__getitem__, layers.tolist())), np.intc)
        lengths = np.stack([sizes[table] * len(columns) for table, columns in COLUMNS.items()], axis=1)
        firsts = lengths.cumsum().reshape(lengths.shape) - lengths
        rows: dict[str, Ints] = {
            table: marks[ranges(firsts[:, n], lengths[:, n])].reshape(-1, len(columns)).astype(np.int64)
            for n, (table, columns) in enumerate(COLUMNS.items())
        }
        return rows, sizes


class Study:
    """The articles that two or more annotators marked, in an order that no name decides, and who the annotators are."""

    def __init__(self, register: Register, texts: Mapping[str, Article]) -> None:
        """Choose and sort; `texts` are asked for the articles by id. Raises LayersError as `study` does."""
        self._register, self._texts = register, texts
        article, who, role = (
            np.asarray(column, dtype=np.int64) for column in (register.article, register.annotator, register.role)
        )
        ids, names = list(register.ids), list(register.names)
        person = role == PERSON
        enough = np.bincount(article[person], minlength=len(ids)) >= 2
        # By content first: names of articles decide neither the order of sums nor the bootstrap's draws.
        chosen = sorted(np.flatnonzero(enough).tolist(), key=lambda n: (register.hash_of(n), ids[n]))
        self.articles = [About(ids[n], register.publishers[n], register.batches[n] or None) for n in chosen]
        self.annotators = tuple(sorted(names[n] for n in np.unique(who[person & enough[article]]).tolist()))
        sorted_names = sorted(names)
        self._names = sorted_names
        by_name = np.array([sorted_names.index(name) for name in names], dtype=np.int64)[who] if names else who
        rank = np.full(len(ids), -1, dtype=np.int64)
        rank[chosen] = np.arange(len(chosen))
        _refuse_doubles(article[person], by_name[person], ids, sorted_names)
        kept = np.flatnonzero((rank[article] >= 0) & (person | _single(article, role)))
        self._order = kept[np.lexsort((by_name[kept], role[kept], rank[article[kept]]))]
        self._article, self._annotator, self._role = rank[article[self._order]], by_name[self._order], role[self._order]
        self._control = np.asarray(register.control, dtype=np.int64)[self._order]
        self._numbers = np.array([float(number) for number in register.numbers], dtype=float)

    def articles_of(self, annotator: str) -> Ints:
        """Return the places of the articles that an annotator marked."""
        mine = self._annotator == self._names.index(annotator)
        return np.asarray(self._article[mine & (self._role == PERSON)])

    def with_gold(self) -> NDArray[np.bool_]:
        """Return for each article whether its gold is known."""
        return np.bincount(self._article[self._role == REFERENCE], minlength=len(self.articles)) > 0

    def control(self) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
        """Return for each article whether somebody marked it without pre-annotation, and whether all did."""
        person = self._role == PERSON
        unaided = np.bincount(self._article[person & (self._control > 0)], minlength=len(self.articles))
        return unaided > 0, unaided == np.bincount(self._article[person], minlength=len(self.articles))

    def parts(self) -> Iterator[Part]:
        """Yield the articles in their order, BATCH at a time."""
        register = self._register
        names = {"subtypes": list(register.subtypes), "bounds": list(register.bounds), "units": list(register.units)}
        for first in range(0, len(self.articles), BATCH):
            about = self.articles[first : first + BATCH]
            here = slice(*np.searchsorted(self._article, (first, first + len(about))).tolist())
            readings = self._order[here]
            rows, sizes = register.rows(readings)
            values = rows["quantities"][:, NUMBERS]
            used, places = np.unique(values, return_inverse=True)
            used, places = (used[1:], places - 1) if len(used) and used[0] == NONE else (used, places)
            rows["quantities"][:, NUMBERS] = places.reshape(values.shape)
            yield Part(
                texts=[self._texts[one.article_id].text for one in about],
                annotators=self._names,
                numbers=self._numbers[used],
                article=self._article[here] - first,
                annotator=self._annotator[here],
                role=self._role[here],
                control=self._control[here],
                marked={layer: np.asarray(column)[readings] for layer, column in register.marked.items()},
                rows=rows,
                sizes=sizes,
                **names,
            )


def _subtypes() -> set[str]:
    return {name for label in inventory().entities.values() for name in label.subtypes}


def _refuse_doubles(article: Ints, who: Ints, ids: Sequence[str], names: Sequence[str]) -> None:
    layers, times = np.unique(article * (len(names) + 1) + who, return_counts=True)
    for layer in layers[times > 1][:1].tolist():
        n, name = divmod(layer, len(names) + 1)
        raise LayersError(f"article {ids[n]!r}: two layers of annotator {names[name]!r}")


def _single(article: Ints, role: Ints) -> NDArray[np.bool_]:
    """The first gold and the last pre-annotation of each article: of several such layers one is compared with."""
    chosen = np.zeros(len(article), dtype=bool)
    golden, machine = np.flatnonzero(role == REFERENCE), np.flatnonzero(role == MACHINE)[::-1]
    for layers in (golden, machine):
        chosen[layers[np.unique(article[layers], return_index=True)[1]]] = True
    return chosen
