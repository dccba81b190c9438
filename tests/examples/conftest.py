"""A release of the packaged samples for the examples to learn from."""

from __future__ import annotations

from pathlib import Path

import newsroom
import pytest

from musnad.annotation.agreement.report import report
from musnad.corpus import samples
from musnad.corpus.stories import stories


@pytest.fixture(scope="session")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases") / "1.0.0"
    articles, gold = {article.id: article for article in samples.articles()}, samples.layers("gold")
    people = samples.layers("annotations")
    figures = report(articles, people, draws=10, workers=1)
    told = stories(articles.values(), gold)
    newsroom.publish(directory, articles=articles, gold=gold, layers=people, stories=told, report=figures)
    return directory
