"""How far the work is: by annotator, pass and batch, how fast, and what becomes of the pre-annotations."""

from __future__ import annotations

import math
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ...schema.studio_files import Assignment, Fate, Plan, Progress, Status
from .client import Studio
from .errors import MissingError
from .fates import Fated, fates
from .reading import Reading
from .regions import decode
from .snapshot import snapshot
from .submissions import Done, Findings, Reader, submissions

_FATES = ("kept", "changed", "deleted", "added")


def status(studio: Studio, plan: Plan, hashes: Mapping[str, str], *, emails: Mapping[str, str] | None = None) -> Status:
    """Return the state of the plan's work on the server. The parameters are those of `pulled`.

    Seconds per article are the median over the annotator's articles in that batch and pass, from opening a task to
    submitting it; the time to go is that median (of the whole pass where the batch has none) times what is left. Fates
    count marks of tasks that went out with predictions and were submitted. Raises StudioError.
    """
    findings = Findings()
    progress: list[Progress] = []
    counts: dict[str, Counter[Fated]] = defaultdict(Counter)
    readers = submissions(studio, plan, hashes, findings, emails)
    for reader in readers:
        tally = _Tally(reader)
        try:
            for task in snapshot(studio, reader.project.id, predictions=True):
                tally.add(task)
        except MissingError as error:
            findings.notices.append(f"{reader.project.key.title}: {error}; push makes it again")
        counts[reader.annotator] += tally.fates
        assignments = [a for a in plan.assignments if a.annotator == reader.annotator]
        progress += tally.progress(assignments)
        if reader.project.tasks != len(assignments):
            findings.notices.append(
                f"{reader.project.key.title}: {reader.project.tasks} tasks are there, {len(assignments)} are planned; "
                "push puts it right"
            )
    findings.notices += [str(one) for one in findings.set_aside]
    return Status(
        url=studio.url,
        progress=tuple(progress),
        fates={annotator: _fates(count) for annotator, count in counts.items()},
        notices=tuple(findings.notices),
    )


PROGRESS_TITLES = ("annotator", "pass", "batch", "done", "left", "skipped", "median s", "to go")
FATE_TITLES = ("of", "layer", "label", "marks", "kept %", "changed %", "deleted %", "added")


def progress_rows(state: Status) -> Iterator[tuple[object, ...]]:
    """Yield a row for each batch under PROGRESS_TITLES, and one for all; what has no pace yet has no time to go."""
    for one in state.progress:
        left = one.planned - one.done
        seconds = None if one.median_seconds is None else f"{one.median_seconds:.0f}"
        yield (one.annotator, one.which, one.batch, one.done, left, one.skipped, seconds, _to_go([one]))
    done, planned, skipped = (
        sum(getattr(one, name) for one in state.progress) for name in ("done", "planned", "skipped")
    )
    yield ("all", None, None, done, planned - done, skipped, None, _to_go(state.progress))


def fate_rows(state: Status) -> Iterator[tuple[object, ...]]:
    """Yield what became of the pre-annotated marks under FATE_TITLES: of each annotator by layer, of all by label.

    Shares are percentages of the pre-annotated marks; what was added by hand is a number.
    """
    by_layer: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    by_label: dict[tuple[str, str], list[Fate]] = defaultdict(list)
    for annotator, fates_of in state.fates.items():
        for fate in fates_of:
            by_layer[annotator, fate.layer].append(fate)
            by_label[fate.layer, fate.label].append(fate)
    for (annotator, layer), some in by_layer.items():
        yield (annotator, layer, None, *_shares(some))
    for (layer, label), some in sorted(by_label.items()):
        yield ("all", layer, label, *_shares(some))


def _shares(some: Iterable[Fate]) -> tuple[object, ...]:
    kept, changed, deleted, added = (sum(getattr(one, name) for one in some) for name in _FATES)
    marks = kept + changed + deleted
    return (marks, *(f"{100 * part / marks:.0f}" if marks else None for part in (kept, changed, deleted)), added)


def _to_go(some: Sequence[Progress]) -> str | None:
    """Return the time to go in words: `≥` where the pace of some is not known yet."""
    known = [one.eta_seconds for one in some if one.eta_seconds is not None]
    unknown = any(one.eta_seconds is None and one.planned > one.done for one in some)
    if unknown and not sum(known):
        return None
    minutes = math.ceil(sum(known) / 60)
    words = f"{minutes // 60} h {minutes % 60:02d} min" if minutes >= 60 else f"{minutes} min"
    return f"≥ {words}" if unknown else words


@dataclass(slots=True)
class _Tally:
    """One project's tasks, counted."""

    reader: Reader
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    skipped: Counter[str] = field(default_factory=Counter)
    fates: Counter[Fated] = field(default_factory=Counter)

    def add(self, task: Any) -> None:
        batch = str(task["data"].get("batch", ""))
        done = self.reader.read(task)
        if done is None:
            self.skipped[batch] += any(annotation.get("was_cancelled") for annotation in task["annotations"])
            return
        self.seconds[batch].append(done.lead_time)
        if task["predictions"]:
            before = decode(task["predictions"][-1]["result"], task["data"]["text"], self.reader.project.key.which)
            self.fates += fates(before, _reading(done))

    def progress(self, assignments: list[Assignment]) -> list[Progress]:
        planned = Counter(assignment.batch for assignment in assignments)
        pace = _median([seconds for some in self.seconds.values() for seconds in some])
        return [self._of_batch(batch, n, pace) for batch, n in sorted(planned.items())]

    def _of_batch(self, batch: str, planned: int, pace: float | None) -> Progress:
        seconds = self.seconds.get(batch, [])
        median = _median(seconds)
        left = max(planned - len(seconds), 0)
        rate = pace if median is None else median
        return Progress(
            annotator=self.reader.annotator,
            which=self.reader.project.key.which,
            batch=batch,
            planned=planned,
            done=len(seconds),
            skipped=self.skipped[batch],
            median_seconds=median,
            eta_seconds=None if rate is None else round(rate * left, 1),
        )


def _reading(done: Done) -> Reading:
    return Reading(done.entities, done.quantities, done.attributions)


def _median(seconds: list[float]) -> float | None:
    timed = [one for one in seconds if one > 0]
    return round(statistics.median(timed), 1) if timed else None


def _fates(counts: Counter[Fated]) -> tuple[Fate, ...]:
    labels = dict.fromkeys((layer, label) for layer, label, _ in counts)
    return tuple(
        Fate(
            layer=layer,
            label=label,
            kept=counts[layer, label, "kept"],
            changed=counts[layer, label, "changed"],
            deleted=counts[layer, label, "deleted"],
            added=counts[layer, label, "added"],
        )
        for layer, label in sorted(labels)
    )
