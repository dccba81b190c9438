"""The sequence model: trained on a few sentences, checked against every path through it."""

from itertools import pairwise, product
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from musnad.annotation.preannotate.entities.gazetteer import gazetteer
from musnad.annotation.preannotate.entities.tagger import Tagger
from musnad.annotation.preannotate.entities.training import (
    DEFAULT,
    attributes,
    common_words,
    layer_sentences,
    read_conll,
    train,
    train_entities,
)
from musnad.schema.errors import MusnadError
from musnad.schema.records import Article, Entity, Layer, sha256_of

LINES = """\
وصل O
الوزير O
فادي B-PERS
الكرمي I-PERS
إلى O
بيروت B-LOC
. O

قال O
فادي B-PERS
الكرمي I-PERS
لوكالة O
"المرفأ B-ORG
الأزرق" I-ORG
إن O
لبنان B-LOC
بخير O
. O
"""


@pytest.fixture(scope="module")
def corpus(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("corpus") / "few.conll"
    path.write_text(LINES, "utf-8")
    return path


@pytest.fixture(scope="module")
def model(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("model") / "few.npz"
    train(read_conll(corpus), path, DEFAULT._replace(l1=0.0, least=0.0))
    return path


class TestReadingCorpora:
    def test_words_are_cut_as_musnad_cuts_text_and_quotation_marks_are_outside_names(self, corpus: Path) -> None:
        second = read_conll(corpus)[1]
        assert second[4:8] == [('"', "O"), ("المرفا", "B-ORG"), ("الازرق", "I-ORG"), ('"', "I-ORG")]

    def test_of_nested_tags_the_outermost_that_has_a_class_counts(self, tmp_path: Path) -> None:
        path = tmp_path / "nested.conll"
        path.write_text("سكرتير B-OCC\nجمعية I-OCC B-ORG\nبيروت I-OCC I-ORG B-GPE\n", "utf-8")
        assert [tag for _, tag in read_conll(path)[0]] == ["O", "B-ORG", "I-ORG"]

    def test_a_word_without_a_tag_is_refused_with_its_line(self, tmp_path: Path) -> None:
        path = tmp_path / "bad.conll"
        path.write_text("وصل O\nفادي\n", "utf-8")
        with pytest.raises(MusnadError, match=r"bad\.conll:2: no tag after the word 'فادي'"):
            read_conll(path)


def test_an_annotated_article_becomes_sentences_of_words_and_classes() -> None:
    text = "وصل فادي الكرمي من جامعة بيروت.\nثم سافر إلى سورياولبنان مع وفد فرنسي."
    spans = [("فادي الكرمي", "PER"), ("جامعة بيروت", "ORG"), ("بيروت", "GPE"), ("سوريا", "GPE"), ("فرنسي", "NORP")]
    entities = tuple(
        Entity(id=f"e{number}", start=text.index(name), end=text.index(name) + len(name), label=label)
        for number, (name, label) in enumerate(spans)
    )
    article = Article(id="a", text=text, sha256=sha256_of(text))
    layer = Layer(article_id="a", sha256=article.sha256, annotator="gold", entities=entities)
    first, second = layer_sentences(article, layer)
    assert [tag for _, tag in first] == ["O", "B-PER", "I-PER", "O", "B-ORG", "I-ORG", "O"]
    assert [tag for _, tag in second] == ["O", "O", "O", "B-LOC", "O", "O", "O", "O"]


class TestTraining:
    def test_the_same_corpus_and_seed_give_the_same_model(self, corpus: Path, model: Path, tmp_path: Path) -> None:
        again = tmp_path / "again.npz"
        train(read_conll(corpus), again, DEFAULT._replace(l1=0.0, least=0.0))
        with np.load(model) as first, np.load(again) as second:
            assert all(np.array_equal(first[name], second[name]) for name in first.files)

    def test_files_and_layers_are_trained_on_together(self, corpus: Path, tmp_path: Path) -> None:
        text = "زارت سلمى الديب مدينة صور."
        entity = Entity(id="e1", start=5, end=15, label="PER")
        article = Article(id="a", text=text, sha256=sha256_of(text))
        layer = Layer(article_id="a", sha256=article.sha256, annotator="gold", entities=(entity,))
        assert train_entities([corpus], [(article, layer)], tmp_path / "both.npz") == 3

    def test_a_corpus_without_names_is_refused(self, tmp_path: Path) -> None:
        with pytest.raises(MusnadError, match="no sentence has a tagged word"):
            train([[("وصل", "O")]], tmp_path / "none.npz")

    def test_words_that_are_seldom_names_are_kept_as_common(self) -> None:
        sentences = [[("من", "O"), ("فادي", "B-PER")]] * 3
        assert common_words(sentences) == ["من"]


class TestTagging:
    def test_what_was_learned_is_found(self, model: Path) -> None:
        tagger = Tagger(model, gazetteer())
        folds = ["وصل", "فادي", "الكرمي", "الي", "بيروت", "."]
        found = [(name.start, name.end, name.label) for name in tagger.tag(folds, [(0, 6)])]
        assert found == [(1, 3, "PER"), (4, 5, "LOC")]

    def test_probabilities_are_those_of_the_sum_over_all_paths(
        self, model: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("musnad.annotation.preannotate.entities.tagger._SURE", 100.0)  # no word is passed over
        tagger = Tagger(model, gazetteer())
        words = ["قال", "فادي", "الي", "لبنان"]
        labels, probabilities = every_path(model, words)
        for name in tagger.tag(words, [(0, 4)]):
            begin = probabilities[name.start, labels.index(f"B-{name.label}")]
            inside = [probabilities[at, labels.index(f"I-{name.label}")] for at in range(name.start + 1, name.end)]
            assert name.score == pytest.approx(min([begin, *inside]), abs=2e-3)

    def test_a_bias_finds_no_less(self, model: Path) -> None:
        tagger = Tagger(model, gazetteer())
        words = ["جاء", "سامي", "من", "صور", "."]
        assert len(tagger.tag(words, [(0, 5)], 3.0)) >= len(tagger.tag(words, [(0, 5)]))

    def test_sentences_do_not_see_each_other(self, model: Path) -> None:
        tagger = Tagger(model, gazetteer())
        words = ["وصل", "الوزير", "فادي", "الكرمي", "الي", "بيروت"]
        apart = [*tagger.tag(words[:3], [(0, 3)]), *tagger.tag(words[3:], [(0, 3)])]
        together = tagger.tag(words, [(0, 3), (3, 6)])
        assert [name.score for name in together] == pytest.approx([name.score for name in apart], abs=1e-5)

    def test_no_sentence_gives_no_name(self, model: Path) -> None:
        assert Tagger(model, gazetteer()).tag([], []) == []


def every_path(path: Path, words: list[str]) -> tuple[list[str], npt.NDArray[np.float64]]:
    """The labels, and each word's label probabilities, by summing over all label sequences between two O's."""
    with np.load(path) as model:
        labels = model["labels"].tolist()
        names = model["features"].tobytes().decode("utf-8").split("\n")
        pointers, columns = model["pointers"], model["columns"]
        values, moves = model["values"].astype(float), model["transitions"].astype(float)
    row_of = {name: row for row, name in enumerate(names)}
    scores = np.zeros((len(words), len(labels)))
    for at, row in enumerate(attributes(words, gazetteer(), {})[1:-1]):
        for attribute in row:
            size = 2 if attribute[0] == "-" else 1
            offset, name = int(attribute[:size]) + 2, attribute[size:]
            if name in row_of:
                for entry in range(pointers[row_of[name]], pointers[row_of[name] + 1]):
                    if columns[entry] // len(labels) == offset:
                        scores[at, columns[entry] % len(labels)] += values[entry]
    outside = labels.index("O")
    total = np.zeros_like(scores)
    for sequence in product(range(len(labels)), repeat=len(words)):
        steps = [outside, *sequence, outside]
        weight = sum(moves[before, after] for before, after in pairwise(steps))
        mass = np.exp(weight + sum(scores[at, label] for at, label in enumerate(sequence)))
        for at, label in enumerate(sequence):
            total[at, label] += mass
    return labels, total / total.sum(1, keepdims=True)
