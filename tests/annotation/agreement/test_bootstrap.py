"""Draws of articles: as many as there are, with replacement, the same whether they are held or read from a file."""

import numpy as np
import pytest

from musnad.annotation.agreement import bootstrap
from musnad.annotation.agreement.bootstrap import Draws


def test_each_draw_takes_as_many_articles_as_there_are_and_the_first_each_once() -> None:
    counts = Draws(7, draws=20, seed=1)[:, np.arange(7)]
    assert counts.shape == (21, 7)
    assert set(counts.sum(axis=1).tolist()) == {7}
    assert counts[0].tolist() == [1] * 7
    assert len({tuple(draw) for draw in counts.tolist()}) == 21


def test_articles_are_asked_for_in_any_order_over_many_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = Draws(10, draws=5, seed=3)[:, np.arange(10)]
    monkeypatch.setattr(bootstrap, "BLOCK", 4)
    blocks = Draws(10, draws=5, seed=3)
    for articles in ([0, 3, 4, 9], [9], [2, 3], [4, 5, 6, 7, 8]):
        assert np.array_equal(blocks[:, np.array(articles)], whole[:, articles])


def test_another_seed_is_another_sample() -> None:
    one, other = (Draws(50, draws=3, seed=seed)[:, np.arange(50)] for seed in (0, 1))
    assert np.array_equal(one, Draws(50, draws=3, seed=0)[:, np.arange(50)])
    assert not np.array_equal(one, other)
