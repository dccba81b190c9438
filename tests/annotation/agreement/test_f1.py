"""Mean pairwise F1."""

import pytest

from musnad.annotation.agreement.matching import Unit, matches
from musnad.annotation.agreement.report import report
from musnad.schema.records import Article, Entity, Layer, sha256_of


class TestBratiaa:
    """kldtz/bratiaa, tests/bratiaa/test_agree.py (data/agreement/agree-2, CoNLL 2002): 2 annotators × 2 documents.

    26 of 33 labelled spans pair up exactly: mean F1 .787878. Its MISC is EVENT here, its LOC stays LOC.
    """

    BOTH_29 = ("PER 4 17", "ORG 34 37", "PER 361 397", "PER 563 567", "PER 720 724", "PER 1081 1096", "EVENT 2376 2387")
    BOTH_46 = ("LOC 0 8", "ORG 18 21", "PER 327 344", "PER 454 465", "ORG 650 653")
    MARKS = (
        ("doc-29", "ann1", (*BOTH_29, "LOC 2498 2504", "LOC 18 24", "PER 1074 1078")),
        ("doc-29", "ann2", (*BOTH_29, "LOC 2498 2504")),
        ("doc-46", "ann1", (*BOTH_46, "ORG 192 195")),
        ("doc-46", "ann2", (*BOTH_46, "LOC 42 54", "ORG 161 190", "ORG 408 426", "ORG 516 523")),
    )

    def test_mean_f1(self) -> None:
        articles, layers = {}, []
        for name, annotator, marks in self.MARKS:
            text = f"{name} " * 500
            articles[name] = Article(id=name, text=text, sha256=sha256_of(text))
            entities = []
            for n, mark in enumerate(marks):
                label, start, end = mark.split()
                entities.append(Entity(id=f"e{n}", start=int(start), end=int(end), label=label))
            layers.append(Layer(article_id=name, sha256=sha256_of(text), annotator=annotator, entities=tuple(entities)))
        figure = report(articles, layers, draws=20).layers["entities"].measures["f1_exact"]
        assert figure.value == pytest.approx(0.787878, abs=1e-6)
        assert figure.n_units == 33


class TestMatches:
    def test_labels_are_matched_by_themselves(self) -> None:
        a = [Unit(((0, 5),), "PER"), Unit(((6, 9),), "ORG")]
        b = [Unit(((0, 5),), "PER"), Unit(((6, 8),), "ORG"), Unit(((20, 22),), "LOC")]
        assert matches(a, b, labelled=True) == {"PER": (2, 1, 1), "ORG": (2, 0, 1), "LOC": (1, 0, 0), "": (5, 1, 2)}

    def test_without_labels_a_span_matches_whatever_it_is_called(self) -> None:
        a, b = [Unit(((0, 5),), "count")], [Unit(((0, 5),), "money")]
        assert matches(a, b, labelled=True)[""] == (2, 0, 0)
        assert matches(a, b, labelled=False)[""] == (2, 1, 1)
