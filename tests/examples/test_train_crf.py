"""The example trains a tagger from a release alone, and its scores are those of the spans."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import newsroom
import pytest

from musnad.annotation.agreement.report import report
from musnad.corpus import samples
from musnad.corpus.stories import stories

EXAMPLE = Path(__file__).parents[2] / "examples" / "train_crf.py"


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases") / "1.0.0"
    articles, gold = {article.id: article for article in samples.articles()}, samples.layers("gold")
    people = samples.layers("annotations")
    figures = report(articles, people, draws=10, workers=1)
    told = stories(articles.values(), gold)
    newsroom.publish(directory, articles=articles, gold=gold, layers=people, stories=told, report=figures)
    return directory


def test_the_example_trains_and_scores_a_tagger(released: Path, tmp_path: Path) -> None:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "hf")}
    done = subprocess.run(
        [sys.executable, str(EXAMPLE), str(released), "--model", str(tmp_path / "m.crfsuite")],
        check=True,
        capture_output=True,
        text=True,
        env=environment,
        cwd=tmp_path,
    )
    assert (tmp_path / "m.crfsuite").stat().st_size > 1000
    f1 = {name: float(value) for name, value in re.findall(r"(\w+), \d+ sentences: .* F1 (\d\.\d+)", done.stdout)}
    # A handful of articles teaches it what it saw, and little more.
    assert f1["train"] > 0.9
    assert 0 <= f1["test"] < 1
