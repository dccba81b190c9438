"""Splits are by whole stories, and an article stays where it once was."""

from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.corpus.stories import Tie
from musnad.export.splits import SPLITS, LeakError, assign, tying

stories = st.dictionaries(st.text("abcdef", min_size=1, max_size=6), st.integers(1, 3), min_size=1, max_size=40).map(
    lambda sizes: {name: [f"{name}-{n}" for n in range(size)] for name, size in sizes.items()}
)


@given(stories, st.integers(0, 99))
def test_a_story_is_never_torn_apart(made: dict[str, list[str]], seed: int) -> None:
    splits = assign(made, seed=seed)
    assert set(splits) == {article for articles in made.values() for article in articles}
    assert all(len({splits[article] for article in articles}) == 1 for articles in made.values())
    if len(made) >= len(SPLITS):
        assert set(splits.values()) == set(SPLITS)


@given(stories, stories)
def test_an_article_keeps_its_split_whatever_comes_later(old: dict[str, list[str]], new: dict[str, list[str]]) -> None:
    before = assign(old)
    after = assign({**new, **old}, before)
    assert {article: after[article] for article in before} == before


@given(stories)
def test_the_order_in_which_stories_come_is_of_no_matter(made: dict[str, list[str]]) -> None:
    assert assign(made) == assign(dict(reversed(made.items())))


def test_most_articles_are_for_training() -> None:
    splits = assign({f"s{n}": [f"a{n}"] for n in range(100)})
    assert [list(splits.values()).count(split) for split in SPLITS] == [80, 10, 10]


def test_a_story_that_would_join_two_splits_is_a_leak() -> None:
    with pytest.raises(LeakError, match=r"'s1'.*train.*already"):
        assign({"s1": ["a", "b"]}, {"a": "train", "b": "test"})


@given(stories, st.integers(0, 9))
def test_outlets_do_not_part_a_story(made: dict[str, list[str]], seed: int) -> None:
    outlets = {article: article[0] for articles in made.values() for article in articles}
    splits = assign(made, outlets=outlets, seed=seed)
    assert all(len({splits[article] for article in articles}) == 1 for articles in made.values())


@pytest.mark.parametrize("seed", range(5))
def test_every_outlet_has_its_share_of_every_split(seed: int) -> None:
    made = {f"s{n}": [f"a{n}"] for n in range(400)}
    outlets = {f"a{n}": "large" if n < 300 else "small" for n in range(400)}
    splits = assign(made, outlets=outlets, seed=seed)
    counts = Counter((outlets[article], split) for article, split in splits.items())
    assert [counts["large", split] for split in SPLITS] == [240, 30, 30]
    assert [counts["small", split] for split in SPLITS] == [80, 10, 10]


STANDING = (("a", "train"), ("b", "test"))


def test_of_new_articles_that_tie_splits_the_fewest_are_set_aside() -> None:
    # x ties a to b and y; without x nothing is tied.
    ties = [Tie("x", "b", STANDING), Tie("x", "y", STANDING), Tie("z", "x", STANDING)]
    told = "tells one story with a (train) and b (test), which are in different splits"
    assert tying(ties, {"a": "train", "b": "test"}) == {"x": told}


def test_what_was_published_is_never_set_aside() -> None:
    assert set(tying([Tie("a", "z", STANDING), Tie("a", "y", STANDING)], {"a": "train", "b": "test"})) == {"y", "z"}
    assert tying([], {"a": "train"}) == {}
    with pytest.raises(LeakError, match=r"a \(train\) and b \(test\) were published"):
        tying([Tie("a", "b", STANDING)], {"a": "train", "b": "test"})
