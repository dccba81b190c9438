"""musnad's projects on a server: one per annotator and pass, known by a marker, whatever they are renamed to."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from ...schema.studio_files import Plan
from .client import Studio
from .config import PASS_NAMES, PASSES, Pass, labelling_config
from .errors import MissingError, UnsettledError

# What is read of a project. Unasked the server makes eight counts for each of them, which takes longer than the rest.
_FIELDS = "id,title,description,label_config,expert_instruction,task_number,total_predictions_number"
_COLOURS: dict[Pass, str] = {"entities": "#0072B2", "attributions": "#7B3FA0"}


@dataclass(frozen=True, slots=True)
class Key:
    """What a project is for: the plan's name, the annotator, the pass, and whether disputes are settled in it."""

    name: str
    annotator: str
    which: Pass
    adjudication: bool = False

    @property
    def title(self) -> str:
        work = "تحكيم" if self.adjudication else "musnad"
        return f"{work} · {PASS_NAMES[self.which]} · {self.annotator}"

    @property
    def marker(self) -> str:
        """The first line of the project's description, by which it is found again."""
        return f"musnad:{self.name}/{self.annotator}/{self.which}{'/adjudication' * self.adjudication}"


@dataclass(slots=True)
class Project:
    """A project as it stands on the server."""

    id: int
    key: Key
    title: str
    tasks: int
    predictions: int
    config: str
    instructions: str
    is_new: bool = False
    notices: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class TaskOnServer:
    """A task as it stands on the server; `model_versions` of its predictions, `annotations` without cancelled ones."""

    id: int
    article_id: str
    sha256: str
    text_sha256_matches: bool
    control: bool
    batch: str
    model_versions: frozenset[str]
    predictions: int
    annotations: int
    cancelled: int


def keys(plan: Plan, *, adjudication: bool = False) -> list[Key]:
    """Return the projects that a plan calls for."""
    return [Key(plan.name, annotator, which, adjudication) for annotator in plan.annotators for which in PASSES]


def find_projects(studio: Studio, name: str) -> dict[Key, Project]:
    """Return the projects of a plan that are on the server. Of two with the same marker, the first made is meant."""
    found: dict[Key, Project] = {}
    for raw in sorted(
        studio.pages("/api/projects/", "results", size=100, include=_FIELDS), key=lambda raw: int(raw["id"])
    ):
        key = _key_of(raw)
        if key is None or key.name != name:
            continue
        if key in found:
            found[key].notices.append(
                f"project {raw['id']} is a second one for {key.annotator}, {key.which}: it is not read; delete it"
            )
            continue
        found[key] = _project(raw, key)
    return found


def ensure_project(studio: Studio, key: Key, present: Mapping[Key, Project], instructions: str) -> Project:
    """Return the project, which is made if it is missing and put right if its labels or instructions were changed."""
    project = present.get(key)
    config = labelling_config(key.which, adjudication=key.adjudication)
    if project is None:
        return _create(studio, key, config, instructions)
    wrong: dict[str, Any] = {}
    if project.config != config:
        wrong["label_config"] = config
        project.notices.append(f"{project.title}: the labelling config was not this schema's: it was put right")
    if project.instructions != instructions:
        wrong |= {"expert_instruction": instructions, "show_instruction": bool(instructions)}
    if wrong:
        studio.patch(f"/api/projects/{project.id}/", wrong)
    return project


def refreshed(studio: Studio, project: Project) -> Project:
    """Return the project with the server's present counts."""
    return _project(studio.get(f"/api/projects/{project.id}/", include=_FIELDS), project.key)


def tasks_of(studio: Studio, project: Project) -> Iterator[TaskOnServer]:
    """Yield every task of a project. Raises MissingError when the project was deleted meanwhile."""
    from ...schema.records import sha256_of

    columns = studio.get("/api/dm/columns/", project=project.id)["columns"]
    names = [f"tasks:{'data.' if c.get('parent') == 'data' else ''}{c['id']}" for c in columns]
    hidden = [name for name in names if name != "tasks:predictions_model_versions"]
    query = json.dumps({"hiddenColumns": {"explore": hidden, "labeling": hidden}})
    for task in studio.pages("/api/tasks/", "tasks", size=500, project=project.id, query=query):
        data = task["data"]
        sha256 = str(data.get("sha256", ""))
        text = data.get("text")
        yield TaskOnServer(
            id=task["id"],
            article_id=str(data.get("article_id", "")),
            sha256=sha256,
            text_sha256_matches=isinstance(text, str) and sha256_of(text) == sha256,
            control=bool(data.get("control")),
            batch=str(data.get("batch", "")),
            model_versions=version_names([str(task["predictions_model_versions"] or "")]),
            predictions=int(task["total_predictions"]),
            annotations=int(task["total_annotations"]),
            cancelled=int(task["cancelled_annotations"]),
        )


def version_names(names: Iterable[str]) -> frozenset[str]:
    """Return model versions as the server lists them: joined by commas, so that a comma in a name makes it two."""
    return frozenset(part.strip() for name in names for part in name.split(",") if part.strip())


def ensure_tabs(studio: Studio, project: Project, batches: Iterable[str]) -> None:
    """Give the project a tab for all tasks and one for each batch."""
    there = set() if project.is_new else _tabs(studio, project)
    wanted: dict[str, list[dict[str, str]]] = {"الكل All": []}
    for batch in batches:
        is_batch = {"filter": "filter:tasks:data.batch", "operator": "equal", "type": "String", "value": batch}
        wanted[f"دفعة {batch}"] = [is_batch]
    for title, items in wanted.items():
        if title in there:
            continue
        filters = {"conjunction": "and", "items": items}
        try:
            studio.post(
                "/api/dm/views/",
                {
                    "project": project.id,
                    "data": {"title": title, "type": "list", "target": "tasks", "filters": filters},
                },
            )
        except UnsettledError:
            if title not in _tabs(studio, project):
                raise


def _tabs(studio: Studio, project: Project) -> set[str]:
    return {str(view["data"].get("title")) for view in studio.get("/api/dm/views/", project=project.id)}


def delete_tasks(studio: Studio, tasks: Iterable[int]) -> None:
    """Delete tasks by their ids."""
    for task in tasks:
        studio.delete(f"/api/tasks/{task}/")


def _create(studio: Studio, key: Key, config: str, instructions: str) -> Project:
    body = {
        "title": key.title,
        "description": key.marker,
        "label_config": config,
        "expert_instruction": instructions,
        "show_instruction": bool(instructions),
        "color": _COLOURS[key.which],
        "sampling": "Sequential sampling",
        "maximum_annotations": 1,
        "show_collab_predictions": True,
        "enable_empty_annotation": True,
    }
    for attempt in range(3):
        try:
            made = _project(studio.post("/api/projects/", body), key)
            made.is_new = True
            return made
        except UnsettledError:
            if (found := find_projects(studio, key.name).get(key)) is not None:
                return found
            if attempt == 2:
                raise
    raise MissingError(f"{studio.url} does not make the project {key.title}")


def _project(raw: Mapping[str, Any], key: Key) -> Project:
    notices = []
    if raw.get("title") != key.title:
        notices.append(f"project {raw['id']} was renamed to {raw.get('title')!r}; it is still {key.title!r} to musnad")
    return Project(
        id=int(raw["id"]),
        key=key,
        title=str(raw.get("title") or ""),
        tasks=int(raw.get("task_number") or 0),
        predictions=int(raw.get("total_predictions_number") or 0),
        config=raw.get("label_config") or "",
        instructions=raw.get("expert_instruction") or "",
        notices=notices,
    )


def _key_of(raw: Mapping[str, Any]) -> Key | None:
    first = str(raw.get("description") or "").split("\n", 1)[0]
    if not first.startswith("musnad:"):
        return None
    name, _, rest = first.removeprefix("musnad:").partition("/")
    annotator, _, which = rest.partition("/")
    which, _, work = which.partition("/")
    for known in PASSES:
        if which == known and work in ("", "adjudication"):
            return Key(name, annotator, known, work == "adjudication")
    return None
