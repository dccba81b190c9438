"""Tasks out: what is there is listed, what is missing is made, and the outcome is read back.

There is no state besides the plan and the server, so that a push that was killed is finished by the next one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Self, TypeAlias, TypeVar

import msgspec

from ...schema.records import Article, Layer
from ...schema.studio_files import Assignment, Plan
from ...schema.validate import layer_problems
from .ahead import ahead
from .client import Studio
from .config import DIFFERENCES, Pass
from .errors import StudioDownError, StudioError, UnsettledError
from .projects import (
    Key,
    Project,
    TaskOnServer,
    delete_tasks,
    ensure_project,
    ensure_tabs,
    find_projects,
    keys,
    refreshed,
    tasks_of,
    version_names,
)
from .regions import encode

_TASKS_PER_REQUEST = 500
_ROUNDS = 5
_TABS = 4  # the batch in work and the next ones; each tab costs as much time as three or four tasks
_T = TypeVar("_T")

Offered: TypeAlias = Callable[[str], Sequence[Layer]]
"""What gives the layers that go out as predictions with an article, by its id."""


@dataclass(slots=True)
class PushSummary:
    """What a push did, counted in tasks over all projects, and what a maintainer should know."""

    projects: int = 0
    created: int = 0
    present: int = 0
    predictions_replaced: int = 0
    doubles_removed: int = 0
    notices: list[str] = field(default_factory=list)

    def __str__(self) -> str:
        return (
            f"{self.created} tasks created in {self.projects} projects, {self.present} were there, "
            f"predictions of {self.predictions_replaced} replaced"
        )


def push(
    studio: Studio,
    plan: Plan,
    articles: Mapping[str, Article],
    predictions: Mapping[str, Layer],
    *,
    instructions: str = "",
) -> PushSummary:
    """Bring every task of the plan to the server, with its prediction unless it is a control, and read back.

    `articles` and `predictions` (pre-annotated layers) are by article id; an article without a layer goes out without
    marks; both are asked for one at a time, so that they need not stand in memory. `instructions` are shown to
    annotators as HTML. A second run changes nothing. Tasks of an earlier text, tasks that the plan does not know,
    renamed and doubled projects are named in `notices`, and never deleted.

    Raises StudioError when an article of the plan is missing or a prediction does not fit its article, before anything
    is sent; StudioDownError when the server fails for good: what was made stays, and the next run goes on from there.
    """

    def offered(article_id: str) -> Sequence[Layer]:
        return (predictions[article_id],) if article_id in predictions else ()

    return send(studio, plan, articles, offered, instructions=instructions)


def send(
    studio: Studio,
    plan: Plan,
    articles: Mapping[str, Article],
    offered: Offered,
    *,
    instructions: str = "",
    differences: Mapping[tuple[str, Pass], str] | None = None,
    adjudication: bool = False,
) -> PushSummary:
    """Do what `push` does with any number of predictions for each article, each under its layer's annotator.

    `differences` is what the tasks of adjudication say below the text, by article and pass.
    """
    _check(plan, articles, offered)
    summary = PushSummary()
    present = find_projects(studio, plan.name)
    of: dict[str, list[Assignment]] = defaultdict(list)
    for assignment in plan.assignments:
        of[assignment.annotator].append(assignment)
    wanted = keys(plan, adjudication=adjudication)
    works = (_Work(studio, key, of[key.annotator], articles, offered, differences or {}, summary) for key in wanted)
    # The first tasks of a project are encoded while it is made, or the one before is filled.
    begun = ahead(work if work.key in present else work.begun() for work in works)
    for key in wanted:
        project = ensure_project(studio, key, present, instructions)
        work = next(begun)
        work.bring(project)
        ensure_tabs(studio, project, work.open_batches())
        summary.projects += 1
        summary.notices += project.notices
    return summary


def _check(plan: Plan, articles: Mapping[str, Article], offered: Offered) -> None:
    for article_id in dict.fromkeys(assignment.article_id for assignment in plan.assignments):
        article = articles.get(article_id)
        if article is None:
            raise StudioError(f"the plan assigns article {article_id!r}, which the project does not have: add it again")
        for layer in offered(article_id):
            if problems := layer_problems(layer, article):
                raise StudioError(
                    f"the layer of {layer.annotator} for article {article_id!r} does not fit it: {problems[0]}; "
                    "preannotate anew"
                )


class _Request(NamedTuple):
    """Tasks as they are sent."""

    tasks: int
    predictions: int
    body: msgspec.Raw


@dataclass(slots=True)
class _Work:
    """One project being brought to what the plan says."""

    studio: Studio
    key: Key
    assignments: Sequence[Assignment]
    articles: Mapping[str, Article]
    offered: Offered
    differences: Mapping[tuple[str, Pass], str]
    summary: PushSummary
    _done: set[str] = field(default_factory=set)
    _first: _Request | None = None

    def begun(self) -> Self:
        """Encode the first tasks of a project that holds none."""
        self._first = self._request(self.assignments[:_TASKS_PER_REQUEST])
        return self

    def bring(self, project: Project) -> None:
        """Bring the project to what the plan says. Raises StudioError."""
        wanted = {assignment.article_id: assignment for assignment in self.assignments}
        trouble = "its counts stay wrong"
        for turn in range(_ROUNDS):
            # An empty project needs no listing, which would cost as much as the sending.
            listed = list(tasks_of(self.studio, project)) if turn or project.tasks else []
            there = self._sorted_out(listed, wanted)
            missing = [assignment for article_id, assignment in wanted.items() if article_id not in there]
            stale = [task for task in there.values() if self._is_stale(task, wanted[task.article_id])]
            if turn == 0:
                self.summary.present += len(there)
            if not missing and not stale:
                return
            try:
                self._replace(project, stale, wanted)
                predictions = self._create(project, missing)
            except UnsettledError as error:
                trouble = str(error)
            else:
                if not stale and self._counts_agree(project, listed, len(missing), predictions):
                    return
        raise StudioDownError(
            f"{self.studio.url} has not taken all tasks of {self.key.title!r} in {_ROUNDS} rounds ({trouble}): "
            "nothing is lost; run the same command again"
        )

    def open_batches(self) -> list[str]:
        """Return the next batches of which some task is not done."""
        left = (a.batch for a in self.assignments if a.article_id not in self._done)
        return list(dict.fromkeys(left))[:_TABS]

    def _sorted_out(self, listed: Iterable[TaskOnServer], wanted: Mapping[str, Assignment]) -> dict[str, TaskOnServer]:
        """Return one task for each wanted article; remove doubles that nobody has worked on, and note what is odd."""
        of_article: dict[str, list[TaskOnServer]] = defaultdict(list)
        for task in listed:
            if task.article_id in wanted:
                of_article[task.article_id].append(task)
            else:
                self._note(f"task {task.id} holds article {task.article_id!r}, which the plan does not give there")
        there = {}
        for article_id, tasks in of_article.items():
            kept, *others = sorted(tasks, key=lambda task: (-task.annotations, -task.cancelled, task.id))
            for other in others:
                if other.annotations or other.cancelled:
                    self._note(f"article {article_id!r} stands there twice, annotated: tasks {kept.id} and {other.id}")
                else:
                    delete_tasks(self.studio, [other.id])
                    self.summary.doubles_removed += 1
            if kept.sha256 != self.articles[article_id].sha256:
                self._note(
                    f"task {kept.id} holds an earlier text of article {article_id!r}: delete it there to send anew"
                )
            elif not kept.text_sha256_matches:
                self._note(
                    f"the text of task {kept.id}, article {article_id!r}, was edited on the server: delete it there"
                )
            if kept.control != wanted[article_id].control:
                self._note(f"task {kept.id}, article {article_id!r}, was sent as another arm than the plan says now")
            if kept.annotations:
                self._done.add(article_id)
            there[article_id] = kept
        return there

    def _is_stale(self, task: TaskOnServer, assignment: Assignment) -> bool:
        """Return whether the predictions are another version's. Once somebody has worked on them they stay."""
        right = version_names(layer.annotator for layer in self._layers(assignment))
        if task.model_versions == right or task.sha256 != self.articles[task.article_id].sha256:
            return False
        if task.annotations or task.cancelled:
            was = ", ".join(sorted(task.model_versions)) or "no model"
            self._note(f"task {task.id}, article {task.article_id!r}, was annotated over {was}: its predictions stay")
            return False
        return True

    def _layers(self, assignment: Assignment) -> Sequence[Layer]:
        return () if assignment.control else self.offered(assignment.article_id)

    def _predictions(self, assignment: Assignment) -> list[dict[str, Any]]:
        text = self.articles[assignment.article_id].text
        which = self.key.which
        return [
            {"model_version": layer.annotator, "score": _score(layer), "result": encode(layer, text, which)}
            for layer in self._layers(assignment)
        ]

    def _create(self, project: Project, missing: Sequence[Assignment]) -> int:
        """Send these tasks; return how many predictions went with them."""
        predictions = 0
        for request in ahead(map(self._request, _chunks(missing, _TASKS_PER_REQUEST))):
            answer = self.studio.post(f"/api/projects/{project.id}/import", request.body)
            if answer.get("task_count") != request.tasks:
                raise UnsettledError(f"{self.studio.url} took {answer.get('task_count')} of {request.tasks} tasks")
            self.summary.created += request.tasks
            predictions += request.predictions
        return predictions

    def _request(self, assignments: Sequence[Assignment]) -> _Request:
        if self._first is not None and assignments == self.assignments[:_TASKS_PER_REQUEST]:
            first, self._first = self._first, None
            return first
        tasks, predictions = [], 0
        for assignment in assignments:
            task = self._task(assignment)
            predictions += len(task["predictions"])
            tasks.append(msgspec.json.encode(task))  # at once, as it is ten times as large before
        return _Request(len(tasks), predictions, msgspec.Raw(b"[" + b",".join(tasks) + b"]"))

    def _task(self, assignment: Assignment) -> dict[str, Any]:
        article = self.articles[assignment.article_id]
        data = {
            "text": article.text,
            "article_id": article.id,
            "sha256": article.sha256,
            "batch": assignment.batch,
            "control": assignment.control,
        }
        if assignment.story is not None:
            data["story"] = assignment.story
        if self.key.adjudication:
            data[DIFFERENCES] = self.differences.get((article.id, self.key.which), "-")
        return {"data": data, "predictions": self._predictions(assignment)}

    def _replace(self, project: Project, stale: Sequence[TaskOnServer], wanted: Mapping[str, Assignment]) -> None:
        for some in _chunks(stale, _TASKS_PER_REQUEST):
            chosen = {"all": False, "included": [task.id for task in some if task.model_versions]}
            if chosen["included"]:
                self.studio.post(
                    "/api/dm/actions/",
                    {"selectedItems": chosen},
                    id="delete_tasks_predictions",
                    project=project.id,
                )
            fresh = [
                {"task": task.id, **prediction}
                for task in some
                for prediction in self._predictions(wanted[task.article_id])
            ]
            if fresh:
                answer = self.studio.post(f"/api/projects/{project.id}/import/predictions", fresh)
                if answer.get("created") != len(fresh):
                    raise UnsettledError(f"{self.studio.url} took {answer.get('created')} of {len(fresh)} predictions")
            self.summary.predictions_replaced += len(some)

    def _counts_agree(self, project: Project, listed: Sequence[TaskOnServer], created: int, predictions: int) -> bool:
        now = refreshed(self.studio, project)
        predictions += sum(task.predictions for task in listed)
        return now.tasks == len(listed) + created and now.predictions == predictions

    def _note(self, notice: str) -> None:
        notice = f"{self.key.title}: {notice}"
        if notice not in self.summary.notices:
            self.summary.notices.append(notice)


def _score(layer: Layer) -> float | None:
    """Return the mean score of a pre-annotated layer's mentions, if it carries any."""
    scores = [mention["score"] for mention in layer.meta.get("mentions", {}).values() if "score" in mention]
    return round(sum(scores) / len(scores), 4) if scores else None


def _chunks(items: Sequence[_T], size: int) -> Iterator[Sequence[_T]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]
