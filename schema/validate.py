"""Every rule that a record keeps beyond its types; each check returns what is wrong, field by field."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

import msgspec

from .labels import inventory
from .records import Article, Attribution, Entity, Layer, Quantity, sha256_of


class Problem(msgspec.Struct, frozen=True):
    """One thing wrong with a record: where in it (`entities[0].end`), and what."""

    field: str
    reason: str

    def __str__(self) -> str:
        return f"{self.field}: {self.reason}"


def text_problem(text: str) -> str | None:
    """Return why a text can't be stored (empty, NUL, lone surrogate), or None."""
    if not text.strip():
        return "the text is empty"
    if (at := text.find("\0")) >= 0:
        return f"NUL character at offset {at}: remove it"
    try:
        text.encode("utf-8")
    except UnicodeEncodeError as error:
        return f"lone surrogate U+{ord(text[error.start]):04X} at offset {error.start}: the text was decoded wrongly"
    return None


def article_problems(article: Article) -> list[Problem]:
    """Check an article: its text, its hash, its date and its boilerplate spans."""
    if reason := text_problem(article.text):
        return [Problem("text", reason)]
    problems = []
    actual = sha256_of(article.text)
    if actual != article.sha256:
        problems.append(Problem("sha256", f"is {article.sha256[:12]}…, but the text hashes to {actual[:12]}…"))
    if article.published is not None:
        try:
            datetime.fromisoformat(article.published)
        except ValueError:
            problems.append(Problem("published", f"{article.published!r} is no ISO 8601 date"))
    for n, line in enumerate(article.boilerplate):
        problems += _span(f"boilerplate[{n}]", (line.start, line.end), len(article.text))
    return problems


def layer_problems(layer: Layer, article: Article | None = None) -> list[Problem]:
    """Check a layer by itself and, when its article is given, against the text's length and hash."""
    problems: list[Problem] = []
    length = None
    if article is not None:
        length = len(article.text)
        if article.id != layer.article_id:
            problems.append(Problem("article_id", f"{layer.article_id!r} is checked against article {article.id!r}"))
        if article.sha256 != layer.sha256:
            problems.append(
                Problem("sha256", f"was made for a text with hash {layer.sha256[:12]}…, not {article.sha256[:12]}…")
            )
    problems += _unique_ids(layer)
    for n, entity in enumerate(layer.entities):
        problems += _entity(f"entities[{n}]", entity, length)
    for n, quantity in enumerate(layer.quantities):
        problems += _quantity(f"quantities[{n}]", quantity, length)
    for n, attribution in enumerate(layer.attributions):
        problems += _attribution(f"attributions[{n}]", attribution, length)
    return problems + list(_parents(layer.attributions))


def _span(field: str, span: tuple[int, int], length: int | None) -> Iterator[Problem]:
    start, end = span
    if start >= end:
        yield Problem(field, f"[{start}, {end}] is empty or reversed")
    elif length is not None and end > length:
        yield Problem(field, f"[{start}, {end}] ends after the text, which has {length} code points")


def _unique_ids(layer: Layer) -> Iterator[Problem]:
    seen: set[str] = set()
    records: list[tuple[str, str]] = [
        *((f"entities[{n}].id", e.id) for n, e in enumerate(layer.entities)),
        *((f"quantities[{n}].id", q.id) for n, q in enumerate(layer.quantities)),
        *((f"attributions[{n}].id", a.id) for n, a in enumerate(layer.attributions)),
    ]
    for field, record_id in records:
        if record_id in seen:
            yield Problem(field, f"{record_id!r} stands twice in this layer")
        seen.add(record_id)


def _entity(field: str, entity: Entity, length: int | None) -> Iterator[Problem]:
    yield from _span(field, (entity.start, entity.end), length)
    label = inventory().entities.get(entity.label)
    if label is None:
        yield Problem(f"{field}.label", f"unknown label {entity.label!r}; known: {', '.join(inventory().entities)}")
    elif entity.subtype is not None and entity.subtype not in label.subtypes:
        known = ", ".join(label.subtypes) or "none"
        yield Problem(f"{field}.subtype", f"unknown subtype {entity.subtype!r} of {entity.label}; known: {known}")


def _quantity(field: str, quantity: Quantity, length: int | None) -> Iterator[Problem]:
    yield from _span(field, (quantity.start, quantity.end), length)
    if quantity.counted is not None:
        yield from _span(f"{field}.counted", quantity.counted, length)
    labels = inventory().quantity
    if quantity.kind not in labels.kinds:
        yield Problem(f"{field}.kind", f"unknown kind {quantity.kind!r}; known: {', '.join(labels.kinds)}")
    if quantity.kind == "count" and quantity.unit is not None:
        yield Problem(f"{field}.unit", f"a count has no unit, but {quantity.unit!r} is given")
    if quantity.kind == "percent" and quantity.unit != "%":
        yield Problem(f"{field}.unit", f"a percent has the unit '%', not {quantity.unit!r}")
    bound = labels.bounds.get(quantity.bound)
    if bound is None:
        yield Problem(f"{field}.bound", f"unknown bound {quantity.bound!r}; known: {', '.join(labels.bounds)}")
        return
    for name in ("value", "low", "high"):
        given = getattr(quantity, name)
        if given is None and name in bound.fields and quantity.bound != "vague":
            yield Problem(f"{field}.{name}", f"is missing, but the bound {quantity.bound!r} needs it")
        elif given is not None and name not in bound.fields:
            yield Problem(f"{field}.{name}", f"is {given}, but the bound {quantity.bound!r} has no {name}")
    if quantity.low is not None and quantity.high is not None and float(quantity.low) > float(quantity.high):
        yield Problem(f"{field}.low", f"{quantity.low} is above high, which is {quantity.high}")


def _attribution(field: str, attribution: Attribution, length: int | None) -> Iterator[Problem]:
    if attribution.kind not in inventory().attribution.kinds:
        known = ", ".join(inventory().attribution.kinds)
        yield Problem(f"{field}.kind", f"unknown kind {attribution.kind!r}; known: {known}")
    if not attribution.cues:
        yield Problem(f"{field}.cues", "is empty: an attribution has at least one cue")
    for name in ("cues", "relays", "content"):
        spans: tuple[tuple[int, int], ...] = getattr(attribution, name)
        for n, span in enumerate(spans):
            yield from _span(f"{field}.{name}[{n}]", span, length)
        if name != "relays":
            for n, (before, after) in enumerate(pairwise(spans), start=1):
                if after[0] < before[1]:
                    yield Problem(f"{field}.{name}[{n}]", "pieces must stand in the order of the text, apart")
    if attribution.source is not None:
        yield from _span(f"{field}.source", attribution.source, length)


def _parents(attributions: tuple[Attribution, ...]) -> Iterator[Problem]:
    parents = {a.id: a.parent for a in attributions}
    for n, attribution in enumerate(attributions):
        field = f"attributions[{n}].parent"
        if attribution.parent is None:
            continue
        if attribution.parent not in parents:
            yield Problem(field, f"{attribution.parent!r} is no attribution of this layer")
            continue
        seen = {attribution.id}
        up: str | None = attribution.parent
        while up is not None:
            if up in seen:
                yield Problem(field, f"{attribution.parent!r} leads back to {attribution.id!r}")
                break
            seen.add(up)
            up = parents.get(up)
