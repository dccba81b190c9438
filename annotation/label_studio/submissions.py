"""What annotators submitted, task by task: which annotation counts, and what is wrong with the others."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import msgspec

from ...schema.records import Attribution, Entity, Quantity, sha256_of
from ...schema.studio_files import Plan, SetAside
from .client import Studio
from .config import labelling_config
from .projects import Project, find_projects, keys
from .reading import Reading
from .regions import decode
from .users import email_of


@dataclass(slots=True)
class Findings:
    """What a pull met on the way: what it set aside, and what a maintainer should know."""

    set_aside: list[SetAside] = field(default_factory=list)
    notices: list[str] = field(default_factory=list)


class Done(msgspec.Struct):
    """One pass of one article, decoded."""

    article_id: str
    sha256: str
    control: bool
    batch: str
    lead_time: float
    entities: tuple[Entity, ...]
    quantities: tuple[Quantity, ...]
    attributions: tuple[Attribution, ...]


def submissions(
    studio: Studio,
    plan: Plan,
    hashes: Mapping[str, str],
    findings: Findings,
    emails: Mapping[str, str] | None = None,
    *,
    adjudication: bool = False,
) -> list[Reader]:
    """Return a reader for each of the plan's projects that is on the server, in the plan's order.

    `hashes` gives the SHA-256 of every article's text; `emails` the addresses of annotators who sign in under one of
    their own. Missing, renamed and changed projects are noted in `findings`. Raises StudioError.
    """
    readers = []
    present = find_projects(studio, plan.name)
    for key in keys(plan, adjudication=adjudication):
        if (project := present.get(key)) is None:
            findings.notices.append(f"{key.title}: there is no such project on {studio.url}; push makes it again")
            continue
        if project.config != labelling_config(key.which, adjudication=adjudication):
            findings.notices.append(f"{key.title}: its labelling config is not this schema's; push puts it right")
        findings.notices += project.notices
        email = (emails or {}).get(key.annotator, email_of(key.annotator))
        assigned = {a.article_id for a in plan.assignments if a.annotator == key.annotator}
        readers.append(Reader(project, email, assigned, hashes, findings))
    return readers


@dataclass(slots=True)
class Reader:
    """Reads the tasks of one annotator's project."""

    project: Project
    email: str
    assigned: set[str]
    hashes: Mapping[str, str]
    findings: Findings

    @property
    def annotator(self) -> str:
        return self.project.key.annotator

    def read_all(self, tasks: Iterable[Any]) -> Iterator[Done]:
        """Yield what the annotator has submitted, each article once."""
        found: dict[str, int] = {}
        for task in tasks:
            done = self.read(task)
            if done is None:
                continue
            if done.article_id in found:
                where = f"tasks {found[done.article_id]} and {task['id']}"
                self.set_aside(task, f"the article was annotated in two tasks ({where}): the first counts")
                continue
            found[done.article_id] = task["id"]
            yield done

    def read(self, task: Any) -> Done | None:
        """Return what the annotator has submitted for a task, None when that is nothing that counts."""
        data = task["data"]
        article_id, sha256, text = (data.get(name) for name in ("article_id", "sha256", "text"))
        if reason := self.misplaced(article_id, sha256, text):
            self.set_aside(task, reason)
            return None
        annotation = self.accepted(task)
        if annotation is None:
            return None
        result = annotation["result"]
        if not isinstance(result, list):
            self.set_aside(task, "the annotation's result is no list", annotation)
            return None
        if not result:
            self.note(task, "was submitted without a single mark; it counts as done")
        reading: Reading = decode(result, text, self.project.key.which)
        for misfit in reading.misfits:
            self.set_aside(task, misfit.reason, misfit.rows, region=misfit.region)
        return Done(
            article_id=article_id,
            sha256=sha256,
            control=bool(data.get("control")),
            batch=str(data.get("batch") or ""),
            lead_time=_seconds(annotation.get("lead_time")),
            entities=reading.entities,
            quantities=reading.quantities,
            attributions=reading.attributions,
        )

    def misplaced(self, article_id: Any, sha256: Any, text: Any) -> str | None:
        """Return why a task with this data is none of the annotator's, or None."""
        if not isinstance(article_id, str) or not isinstance(sha256, str) or not isinstance(text, str):
            return "the task carries no article_id, sha256 or text: musnad did not send it"
        if article_id not in self.hashes:
            return f"there is no article {article_id!r} in this project"
        if self.hashes[article_id] != sha256:
            return "the task was sent with an earlier text of the article"
        if sha256_of(text) != sha256:
            return "the text was edited on the server: its offsets mean nothing here"
        if article_id not in self.assigned:
            return f"the plan does not give this article to {self.annotator}"
        return None

    def accepted(self, task: Any) -> Any:
        """Return the annotation that counts: the owner's last one that was not cancelled."""
        own = []
        for annotation in task["annotations"]:
            by = annotation.get("completed_by")
            address = by.get("email") if isinstance(by, dict) else by
            if address != self.email:
                self.set_aside(task, f"annotated by {address}, not by {self.annotator}", annotation)
            elif annotation.get("was_cancelled"):
                self.note(task, "was skipped by the annotator")
            else:
                own.append(annotation)
        own.sort(key=lambda annotation: annotation["id"])  # they count up, also when the server's clock goes back
        for earlier in own[:-1]:
            self.set_aside(task, "submitted more than once: the last one counts", earlier)
        return own[-1] if own else None

    def set_aside(self, task: Any, reason: str, raw: Any = None, *, region: str | None = None) -> None:
        """Keep what does not count, with the reason."""
        where = f"{self.project.key.title}, task {task['id']}"
        article_id = task["data"].get("article_id")
        self.findings.set_aside.append(
            SetAside(
                article_id=article_id if isinstance(article_id, str) else None,
                annotator=self.annotator,
                where=f"{where}, region {region}" if region else where,
                reason=reason,
                raw=task["annotations"] if raw is None else raw,
            )
        )

    def note(self, task: Any, what: str) -> None:
        """Tell the maintainer of something about a task."""
        title = self.project.key.title
        self.findings.notices.append(f"{title}: task {task['id']}, article {task['data'].get('article_id')!r}, {what}")


def _seconds(lead_time: float | None) -> float:
    """What an annotation took; 0 where it isn't known, as when the browser's clock was put back meanwhile."""
    return max(float(lead_time), 0.0) if lead_time is not None and math.isfinite(lead_time) else 0.0
