"""Who annotates what: balanced, seeded, and stable when articles or annotators are added."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import combinations
from pathlib import Path
from typing import Literal

import msgspec

from ...schema.studio_files import Assignment, Plan
from .errors import StudioError
from .users import check_pseudonym


def make_plan(
    name: str,
    articles: Sequence[str],
    annotators: Sequence[str],
    *,
    overlap: int = 2,
    control: float = 0.1,
    seed: int = 0,
    batch_size: int = 50,
    stories: Mapping[str, str] | None = None,
    keep: Literal["together", "spread"] = "together",
    existing: Plan | None = None,
) -> Plan:
    """Return a plan in which every article goes to `overlap` annotators, all with the same load, but for one story.

    `articles` are ids; the order in which they are shared out is drawn from `seed`. A share `control` of each
    annotator's tasks is marked to go out without predictions. `stories` maps articles to stories, which stay with the
    same annotators (`together`) or go to different ones as far as possible (`spread`). What `existing` assigns stays
    as it is: only new articles are shared out, and who joins late is given more of them until the load is even.

    Raises StudioError for an overlap that the annotators can't make up or a share outside 0 to 1.
    """
    team = list(dict.fromkeys(check_pseudonym(annotator) for annotator in annotators))
    if len({annotator.lower() for annotator in team}) < len(team):
        raise StudioError(
            f"two of the pseudonyms {', '.join(team)} differ only in case, and would be one user: rename one"
        )
    if not 1 <= overlap <= len(team):
        raise StudioError(f"an overlap of {overlap} needs at least as many annotators; there are {len(team)}: {team}")
    if not 0 <= control <= 1:
        raise StudioError(f"a control share of {control} is none: give a number from 0 to 1")
    kept = existing.assignments if existing else ()
    share = _Share(team, overlap, seed, kept)
    known = {assignment.article_id for assignment in kept}
    fresh = [article for article in dict.fromkeys(articles) if article not in known]
    stories = stories or {}
    groups = _groups(fresh, stories, keep, seed)
    first_batch = 1 + max((int(assignment.batch) for assignment in kept), default=0)
    assignments = list(kept)
    shared_out = 0
    for group in groups:
        chosen = share.choose(group, stories, keep)
        for article in group:
            batch = f"{first_batch + shared_out // batch_size:03d}"
            shared_out += 1
            for annotator in chosen:
                marked = share.is_control(annotator, control)
                assignments.append(
                    Assignment(
                        article_id=article,
                        annotator=annotator,
                        batch=batch,
                        control=marked,
                        story=stories.get(article),
                    )
                )
    return Plan(
        name=name,
        seed=seed,
        overlap=overlap,
        control=control,
        annotators=tuple(dict.fromkeys([*(existing.annotators if existing else ()), *team])),
        assignments=tuple(assignments),
        stories=keep,
    )


def read_plan(path: Path) -> Plan:
    """Return the plan of a project. Raises StudioError when it is not there or is none."""
    try:
        return msgspec.json.decode(path.read_bytes(), type=Plan)
    except FileNotFoundError:
        raise StudioError(f"{path} is not there: deal articles out with `musnad plan --annotators …`") from None
    except msgspec.DecodeError as error:
        raise StudioError(f"{path}: {error}: plan again, or restore the file") from error


def _groups(articles: Iterable[str], stories: Mapping[str, str], keep: str, seed: int) -> list[list[str]]:
    """Return what goes to one team together, in an order that depends on the seed and each article alone."""
    groups: dict[str, list[str]] = defaultdict(list)
    for article in articles:
        story = stories.get(article)
        groups[f"story {story}" if story is not None and keep == "together" else f"article {article}"].append(article)
    return [groups[key] for key in sorted(groups, key=lambda key: _draw(seed, key))]


def _draw(seed: int, *what: str) -> bytes:
    return hashlib.sha256("\0".join([str(seed), *what]).encode()).digest()


class _Share:
    """The loads so far, and whose turn is next."""

    def __init__(self, team: list[str], overlap: int, seed: int, kept: Iterable[Assignment]) -> None:
        self._team = team
        self._overlap = overlap
        self._seed = seed
        self._load: Counter[str] = Counter()
        self._tasks: Counter[str] = Counter()
        self._together: Counter[tuple[str, ...]] = Counter()
        self._of_story: dict[str, Counter[str]] = defaultdict(Counter)
        teams: dict[str, list[str]] = defaultdict(list)
        for assignment in kept:
            self._load[assignment.annotator] += 1
            self._tasks[assignment.annotator] += 1
            teams[assignment.article_id].append(assignment.annotator)
            if assignment.story is not None:
                self._of_story[assignment.story][assignment.annotator] += 1
        for chosen in teams.values():
            self._together[tuple(sorted(chosen))] += 1

    def choose(self, group: Sequence[str], stories: Mapping[str, str], keep: str) -> list[str]:
        """Take the least loaded; among equals those who met least, then by the seed."""
        story = stories.get(group[0])
        seen = self._of_story[story] if story is not None and keep == "spread" else Counter[str]()
        ranked = sorted(self._team, key=lambda one: (seen[one], self._load[one], _draw(self._seed, group[0], one)))
        last = ranked[self._overlap - 1]
        rank = (seen[last], self._load[last])
        sure = [one for one in ranked if (seen[one], self._load[one]) < rank]
        equal = [one for one in ranked if (seen[one], self._load[one]) == rank]
        rest = min(
            combinations(equal[:12], self._overlap - len(sure)),
            key=lambda some: self._together[tuple(sorted([*sure, *some]))],
        )
        chosen = sorted([*sure, *rest], key=self._team.index)
        for annotator in chosen:
            self._load[annotator] += len(group)
            if story is not None:
                self._of_story[story][annotator] += len(group)
        self._together[tuple(sorted(chosen))] += len(group)
        return chosen

    def is_control(self, annotator: str, share: float) -> bool:
        """Return whether the annotator's next task is a control; after n tasks, the share of n have been, rounded.

        Articles come in an order drawn from the seed, and each annotator starts at another point of the cycle.
        """
        self._tasks[annotator] += 1
        offset = int.from_bytes(_draw(self._seed, "control", annotator)[:4], "big") / 2**32
        due = int(share * self._tasks[annotator] + offset)
        before = int(share * (self._tasks[annotator] - 1) + offset)
        return due > before
