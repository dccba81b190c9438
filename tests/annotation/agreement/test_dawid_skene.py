"""Dawid-Skene through crowd-kit."""

import builtins
import math
import random

import pytest

from musnad.annotation.agreement.dawid_skene import dawid_skene
from musnad.annotation.agreement.report import report
from musnad.schema.records import Article, Entity, Layer, sha256_of


class TestCrowdKit:
    """crowd-kit tests/conftest.py: five workers, five tasks; the third worker left the first task out."""

    TABLE = ("nyyyy", "yynyn", (None, *"ynyn"), "ynyyn", "nnnyn")

    def test_labels(self) -> None:
        pytest.importorskip("crowdkit")
        assert dawid_skene([list(row) for row in self.TABLE]).values == list("yynyn")


def test_without_the_extra_the_message_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    real = builtins.__import__

    def without(name: str, *args):
        if name.startswith("crowdkit"):
            raise ModuleNotFoundError(name)
        return real(name, *args)

    monkeypatch.setattr(builtins, "__import__", without)
    with pytest.raises(ModuleNotFoundError, match=r"musnad\[quality\]"):
        dawid_skene([["a"], ["a"]])


def test_an_empty_table_estimates_nothing() -> None:
    found = dawid_skene([[None, None], [None, None]])
    assert found.values == [None, None]
    assert all(math.isnan(value) for value in found.accuracy)


class TestInTheReport:
    TEXT = "قال وزير الزراعة سامر الحداد إن القمح وصل إلى ميناء الساحل. " * 12
    NAMES = ("careless", "hala", "nour", "omar", "sami")

    def _layers(self, names: tuple[str, ...]) -> tuple[dict[str, Article], list[Layer]]:
        article = Article(id="qamh", text=self.TEXT, sha256=sha256_of(self.TEXT))
        chance = random.Random(5)
        layers = []
        for name in names:
            labels = [("PER", "ORG", "GPE")[n % 3] for n in range(30)]
            if name == "careless":
                labels = [chance.choice(("PER", "ORG", "GPE")) for _ in labels]
            marked = tuple(
                Entity(id=f"e{n}", start=20 * n, end=20 * n + 6, label=label) for n, label in enumerate(labels)
            )
            layers.append(Layer(article_id=article.id, sha256=article.sha256, annotator=name, entities=marked))
        return {article.id: article}, layers

    def test_the_careless_annotator_is_found_out(self) -> None:
        pytest.importorskip("crowdkit")
        found = report(*self._layers(self.NAMES), draws=2, quality=True).by_annotator
        accuracy = {one.annotator: one.accuracy["entities.label"] for one in found}
        assert accuracy["careless"] < 0.6
        assert all(value > 0.95 for name, value in accuracy.items() if name != "careless")

    def test_fewer_than_five_annotators_are_not_judged(self) -> None:
        found = report(*self._layers(self.NAMES[:4]), draws=2, quality=True).by_annotator
        assert all(one.accuracy == {} for one in found)
