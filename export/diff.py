"""What changed between two releases, mark by mark, and the least version bump that it asks for."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from itertools import compress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from ..schema.agreement_report import AgreementReport
from ..schema.diff_file import Bump, Diff, Figure, MarkChange
from ..schema.errors import MusnadError
from ..schema.records import Layer
from ..schema.release_files import Manifest
from .reading import Released, read_cuts, read_digests, read_gold, read_ids, read_manifest
from .splits import SPLITS

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Hashes = npt.NDArray[np.uint64]

_LAYERS = ("entities", "quantities", "attributions")
_ORDER: tuple[Bump, ...] = ("none", "patch", "minor", "major")


def diff(before: Path, after: Path) -> Diff:
    """Compare two releases. Raises MusnadError when one of them is no release."""
    manifests = read_manifest(before), read_manifest(after)
    had, has = (_told((name, b"") for name in read_ids(place)) for place in (before, after))
    added, removed = _names(after, has, had), _names(before, had, has)
    changes = sorted(_changes(before, after, {*added, *removed}), key=lambda change: change.article_id)
    features = tuple(_features_changed(*manifests))
    layers = _layers(before, after)
    recut = _recut(before, after)
    bump, because = _least_bump(features, added, removed, layers, recut, changes)
    counts = {layer: dict(Counter(str(c.change) for c in changes if c.layer == layer)) for layer in _LAYERS}
    return Diff(
        before=manifests[0].version,
        after=manifests[1].version,
        least_bump=bump,
        because=because,
        features_changed=features,
        articles_added=tuple(added),
        articles_removed=tuple(removed),
        set_aside=manifests[1].set_aside,
        recut=recut,
        layers_added=layers[0],
        layers_removed=layers[1],
        layers_changed=layers[2],
        counts=counts,
        changes=tuple(changes),
        agreement=tuple(_agreement(before, after)),
    )


def bump_of(before: str, after: str) -> Bump:
    """Return how far one version number is above another. Raises MusnadError when it is below."""
    old, new = [tuple(map(int, version.split("."))) for version in (before, after)]
    if new < old:
        raise MusnadError(f"version {after} is below {before}, which was published before")
    names: tuple[Bump, ...] = ("major", "minor", "patch")
    return next((name for name, x, y in zip(names, old, new, strict=True) if x != y), "none")


def enough(bump: Bump, least: Bump) -> bool:
    """Whether a bump is at least another."""
    return _ORDER.index(bump) >= _ORDER.index(least)


def mark_changes(before: Layer, after: Layer) -> Iterator[MarkChange]:
    """Yield what differs between two gold layers of one article, marks paired by span first and by label next."""
    for layer in _LAYERS:
        old, new = _contents(before, layer), _contents(after, layer)
        for mark in list(old):
            if mark in new:
                old.remove(mark)
                new.remove(mark)
        for change, same in _PAIRINGS:
            for mark in list(old):
                match = next((other for other in new if same(mark, other)), None)
                if match is not None:
                    old.remove(mark)
                    new.remove(match)
                    yield MarkChange(article_id=before.article_id, layer=layer, change=change, before=mark, after=match)  # type: ignore[arg-type]
        for mark in old:
            yield MarkChange(article_id=before.article_id, layer=layer, change="removed", before=mark, after=None)
        for mark in new:
            yield MarkChange(article_id=before.article_id, layer=layer, change="added", before=None, after=mark)


def _changes(before: Path, after: Path, alone: Collection[str]) -> Iterator[MarkChange]:
    """Yield what changed in the articles of both releases, all but those of one alone.

    Held is only what is in another split than before.
    """
    waiting: dict[str, Layer] = {}
    for split in SPLITS:
        for old, new in _joined(read_gold(before, split), read_gold(after, split)):
            if old is not None and new is not None:
                yield from mark_changes(old, new)
                continue
            for layer in (old, new):
                if layer is None or layer.article_id in alone:
                    continue
                other = waiting.pop(layer.article_id, None)
                if other is None:
                    waiting[layer.article_id] = layer
                else:
                    yield from mark_changes(*((other, layer) if layer is new else (layer, other)))


def _layers(before: Path, after: Path) -> tuple[int, int, int]:
    """Return how many annotators' layers came, went, and say something else."""
    had, has = (
        _told((f"{article_id}\0{annotator}", said) for article_id, annotator, said in read_digests(place))
        for place in (before, after)
    )
    stayed, changed = _compared(had, has)
    return len(has) - stayed, len(had) - stayed, len(changed)


def _recut(before: Path, after: Path) -> tuple[str, ...]:
    """Return the articles of both releases whose tokens begin elsewhere."""
    _, changed = _compared(_told(read_cuts(before)), _told(read_cuts(after)))
    if not len(changed):
        return ()
    numbers = set(changed.tolist())
    return tuple(sorted(article for number, (article, _) in enumerate(read_cuts(after)) if number in numbers))


def _names(place: Path, own: Hashes, other: Hashes) -> list[str]:
    """Return the articles of a release that another one has not."""
    import numpy as np

    return sorted(compress(read_ids(place), ~np.isin(own[:, 0], other[:, 0])))


def _told(said: Iterable[tuple[str, bytes]]) -> Hashes:
    """Return a row for each name with what is said of it (8 bytes or none): hashes, 16 bytes in memory."""
    import numpy as np

    rows = bytearray()
    for name, digest in said:
        rows += hashlib.blake2b(name.encode(), digest_size=8).digest() + digest.rjust(8, b"\0")
    return np.frombuffer(bytes(rows), np.uint64).reshape(-1, 2)


def _compared(had: Hashes, has: Hashes) -> tuple[int, npt.NDArray[np.intp]]:
    """Return how many names are in both, and the rows of `has` that say something else of theirs."""
    import numpy as np

    stayed, old, new = np.intersect1d(had[:, 0], has[:, 0], return_indices=True)
    return len(stayed), new[had[old, 1] != has[new, 1]]


def _joined(old: Iterator[Released], new: Iterator[Released]) -> Iterator[tuple[Layer | None, Layer | None]]:
    """Pair gold layers of the same article; both come in the order of their articles' ids."""
    left, right = next(old, None), next(new, None)
    while left is not None or right is not None:
        if right is None or (left is not None and left.layer.article_id < right.layer.article_id):
            yield left.layer if left else None, None
            left = next(old, None)
        elif left is None or right.layer.article_id < left.layer.article_id:
            yield None, right.layer
            right = next(new, None)
        else:
            yield left.layer, right.layer
            left, right = next(old, None), next(new, None)


def _contents(layer: Layer, name: str) -> list[dict[str, Any]]:
    """The marks without their ids, which may be numbered anew; a parent is told by its cues."""
    cues = {attribution.id: msgspec.to_builtins(attribution.cues) for attribution in layer.attributions}
    contents = []
    for mark in getattr(layer, name):
        content: dict[str, Any] = msgspec.to_builtins(mark)
        del content["id"]
        if content.get("parent") is not None:
            content["parent"] = cues[content["parent"]]
        contents.append(content)
    return contents


def _place(mark: dict[str, Any]) -> Any:
    return mark["cues"] if "cues" in mark else (mark["start"], mark["end"])


def _name(mark: dict[str, Any]) -> Any:
    return mark.get("label") or mark.get("kind")


def _overlaps(mark: dict[str, Any], other: dict[str, Any]) -> bool:
    one = mark.get("cues") or [(mark["start"], mark["end"])]
    two = other.get("cues") or [(other["start"], other["end"])]
    return any(a[0] < b[1] and b[0] < a[1] for a in one for b in two)


_PAIRINGS: Sequence[tuple[str, Callable[[dict[str, Any], dict[str, Any]], bool]]] = (
    ("changed", lambda a, b: _place(a) == _place(b) and _name(a) == _name(b)),
    ("relabelled", lambda a, b: _place(a) == _place(b)),
    ("moved", lambda a, b: _overlaps(a, b) and _name(a) == _name(b)),
)


def _features_changed(before: Manifest, after: Manifest) -> Iterator[str]:
    if before.schema_version != after.schema_version:
        yield f"schema {before.schema_version} to {after.schema_version}"
    if before.text_policy != after.text_policy:
        yield f"texts {before.text_policy} to {after.text_policy}"
    for config in sorted({*before.features, *after.features}):
        old, new = before.features.get(config), after.features.get(config)
        if old is None or new is None:
            yield f"config {config} {'added' if old is None else 'removed'}"
        elif old != new:
            yield f"config {config}"


def _least_bump(
    features: Sequence[str],
    added: Sequence[str],
    removed: Sequence[str],
    layers: tuple[int, int, int],
    recut: Sequence[str],
    changes: Sequence[MarkChange],
) -> tuple[Bump, str]:
    if features:
        return "major", f"features changed: {'; '.join(features)}"
    if added or removed or any(layers[:2]):
        return "minor", "articles or layers came or went"
    if recut:
        return "minor", "tokens are cut elsewhere"
    if changes:
        return "patch", "labels were corrected"
    if layers[2]:
        return "patch", "annotators' layers were corrected"
    return "none", "nothing changed"


def _agreement(before: Path, after: Path) -> Iterator[Figure]:
    reports = [_report(place) for place in (before, after)]
    for layer in _LAYERS:
        sides = [
            {} if report is None or layer not in report.layers else report.layers[layer].measures for report in reports
        ]
        for measure in sorted({*sides[0], *sides[1]}):
            values = [side[measure].value if measure in side else None for side in sides]
            yield Figure(layer=layer, measure=measure, before=values[0], after=values[1])


def _report(directory: Path) -> AgreementReport | None:
    path = directory / "agreement.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=AgreementReport)
    except FileNotFoundError:
        return None
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise MusnadError(f"{path}: {error}") from error
