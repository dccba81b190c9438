"""Layers handed in through the API by the annotator whose connection it is, as if drawn in the browser."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from ...schema.records import Article, Layer
from .client import Studio
from .config import PASSES, Pass
from .errors import MissingError, StudioError
from .projects import Key, find_projects, tasks_of
from .regions import encode


def submit(
    studio: Studio,
    name: str,
    layers: Iterable[Layer],
    articles: Mapping[str, Article],
    *,
    passes: Iterable[Pass] = PASSES,
    lead_time: float = 0.0,
    adjudication: bool = False,
) -> int:
    """Submit layers in the projects of the plan `name`; return how many annotations were made or changed.

    `studio` must be the connection of the layers' annotator. A pass that the annotator has submitted already with the
    same marks is left alone, one with other marks is replaced. `lead_time` is in seconds per pass; with `adjudication`
    the layers are decisions of disputes.
    Raises MissingError when the annotator's project or a task is not on the server.
    """
    user = int(studio.whoami()["id"])
    projects = find_projects(studio, name)
    tasks: dict[Key, dict[str, int]] = {}
    sent = 0
    for layer in layers:
        for which in passes:
            key = Key(name, layer.annotator, which, adjudication)
            if key not in projects:
                raise MissingError(f"{studio.url} has no project {key.title!r}: push first")
            if key not in tasks:
                tasks[key] = {task.article_id: task.id for task in tasks_of(studio, projects[key])}
            if layer.article_id not in tasks[key]:
                raise MissingError(f"{key.title!r} has no task for article {layer.article_id!r}: push first")
            text = articles[layer.article_id].text
            sent += _submit_one(studio, user, tasks[key][layer.article_id], encode(layer, text, which), lead_time)
    return sent


def _submit_one(studio: Studio, user: int, task: int, rows: list[dict[str, object]], lead_time: float) -> bool:
    path = f"/api/tasks/{task}/annotations/"
    own = [a for a in studio.get(path) if _user_of(a) == user and not a["was_cancelled"]]
    if any(annotation["result"] == rows for annotation in own):
        return False
    body = {"result": rows, "lead_time": lead_time, "was_cancelled": False}
    if own:
        studio.patch(f"/api/annotations/{own[-1]['id']}/", body)
    else:
        made = studio.post(path, body)
        if _user_of(made) != user:
            raise StudioError(f"{studio.url} counts annotation {made['id']} as another user's")
    return True


def _user_of(annotation: Mapping[str, object]) -> object:
    by = annotation["completed_by"]
    return by["id"] if isinstance(by, dict) else by
