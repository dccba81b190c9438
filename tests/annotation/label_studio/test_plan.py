"""Who annotates what: balanced, seeded, stable."""

from __future__ import annotations

from collections import Counter, defaultdict
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.label_studio.errors import StudioError
from musnad.annotation.label_studio.plan import make_plan
from musnad.schema.studio_files import Plan

ARTICLES = [f"خبر-{n}" for n in range(120)]
TEAM = ["ann-a", "ann-b", "ann-c"]


def loads(plan: Plan) -> Counter[str]:
    return Counter(assignment.annotator for assignment in plan.assignments)


def teams(plan: Plan) -> dict[str, set[str]]:
    of: dict[str, set[str]] = defaultdict(set)
    for assignment in plan.assignments:
        of[assignment.article_id].add(assignment.annotator)
    return of


def test_every_article_goes_to_as_many_annotators_as_the_overlap_says() -> None:
    plan = make_plan("p", ARTICLES, TEAM, overlap=2)
    assert set(teams(plan)) == set(ARTICLES)
    assert {len(team) for team in teams(plan).values()} == {2}


def test_loads_and_pairs_are_even() -> None:
    plan = make_plan("p", ARTICLES, TEAM, overlap=2)
    assert set(loads(plan).values()) == {80}
    pairs = Counter(tuple(sorted(team)) for team in teams(plan).values())
    assert [pairs[pair] for pair in combinations(TEAM, 2)] == [40, 40, 40]


def test_the_same_seed_gives_the_same_plan_and_another_another() -> None:
    assert make_plan("p", ARTICLES, TEAM, seed=7) == make_plan("p", ARTICLES[::-1], TEAM, seed=7)
    assert make_plan("p", ARTICLES, TEAM, seed=7) != make_plan("p", ARTICLES, TEAM, seed=8)


def test_new_articles_leave_the_old_assignments_as_they_are_and_come_in_a_batch_of_their_own() -> None:
    before = make_plan("p", ARTICLES[:60], TEAM)
    after = make_plan("p", ARTICLES, TEAM, existing=before)
    assert after.assignments[: len(before.assignments)] == before.assignments
    old = {assignment.batch for assignment in before.assignments}
    assert old.isdisjoint(a.batch for a in after.assignments[len(before.assignments) :])
    assert max(loads(after).values()) - min(loads(after).values()) <= 1


def test_an_annotator_who_joins_late_is_given_more_until_the_load_is_even() -> None:
    before = make_plan("p", ARTICLES[:60], TEAM)
    after = make_plan("p", ARTICLES, [*TEAM, "ann-d"], existing=before)
    assert after.annotators == ("ann-a", "ann-b", "ann-c", "ann-d")
    assert max(loads(after).values()) - min(loads(after).values()) <= 1


def test_each_annotator_has_the_share_of_control_tasks_scattered_over_the_work() -> None:
    plan = make_plan("p", ARTICLES, TEAM, control=0.1)
    for annotator in TEAM:
        own = [a.control for a in plan.assignments if a.annotator == annotator]
        assert sum(own) == 8
        assert sum(own[:40]) in (3, 4, 5)


def test_control_tasks_of_an_article_differ_between_annotators() -> None:
    plan = make_plan("p", ARTICLES, TEAM, control=0.1)
    controls = Counter(a.article_id for a in plan.assignments if a.control)
    assert len(controls) > 12


@pytest.mark.parametrize(("keep", "most"), [("together", 2), ("spread", 3)])
def test_stories_stay_with_one_team_or_are_spread(keep: str, most: int) -> None:
    stories = {article: f"s{n // 2}" for n, article in enumerate(ARTICLES[:40])}
    plan = make_plan("p", ARTICLES[:40], TEAM, overlap=2, stories=stories, keep=keep)  # type: ignore[arg-type]
    of_story: dict[str, set[str]] = defaultdict(set)
    for assignment in plan.assignments:
        of_story[stories[assignment.article_id]].add(assignment.annotator)
    assert {len(team) for team in of_story.values()} == {most}
    assert plan.assignments[0].story is not None


@given(
    n=st.integers(0, 30), team=st.integers(1, 6), overlap=st.integers(1, 6), seed=st.integers(), control=st.floats(0, 1)
)
def test_loads_differ_by_one_at_most_whatever_is_asked(
    n: int, team: int, overlap: int, seed: int, control: float
) -> None:
    annotators = [f"a{k}" for k in range(team)]
    overlap = min(overlap, team)
    plan = make_plan("p", ARTICLES[:n], annotators, overlap=overlap, control=control, seed=seed)
    counts = [loads(plan)[annotator] for annotator in annotators]
    assert sum(counts) == n * overlap
    assert max(counts) - min(counts) <= 1
    assert abs(sum(a.control for a in plan.assignments) - control * n * overlap) <= team


@pytest.mark.parametrize("pseudonym", ["", "آن", "a b", "../x", "x" * 25, "-a"])
def test_a_pseudonym_that_can_name_no_user_is_refused(pseudonym: str) -> None:
    with pytest.raises(StudioError, match="pseudonym"):
        make_plan("p", ARTICLES[:2], [pseudonym, "ann-b"])


def test_pseudonyms_that_would_be_one_user_are_refused() -> None:
    with pytest.raises(StudioError, match="differ only in case"):
        make_plan("p", ARTICLES, ["ann-a", "Ann-A"])


def test_an_overlap_that_the_team_can_not_make_up_is_refused() -> None:
    with pytest.raises(StudioError, match="overlap of 4"):
        make_plan("p", ARTICLES, TEAM, overlap=4)
