"""camel-tools in the place of the shipped model; with the real one where it is installed, on a model built here."""

import json
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import pytest

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.entities import camel
from musnad.annotation.preannotate.entities.camel import CamelNames
from musnad.annotation.preannotate.entities.recogniser import EntityRecogniser, entity_recogniser
from musnad.schema.errors import MusnadError
from musnad.schema.records import Entity

CATALOGUE = {
    "version": "1.5",
    "packages": {},
    "components": {
        "NamedEntityRecognition": {"default": "arabert", "datasets": {"arabert": {"path": "ner/arabert"}}},
    },
}
TEXT = "وصل فادي الكرمي إلى بيروت أمس. \u200f ـ"


@pytest.fixture
def data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data folder with a catalogue and no model, and a home folder without camel-tools' own."""
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    folder = tmp_path / "data"
    folder.mkdir()
    monkeypatch.setenv("CAMELTOOLS_DATA", str(folder))
    (folder / "catalogue.json").write_text(json.dumps(CATALOGUE), "utf-8")
    return folder


@pytest.fixture
def pretended(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(camel, "installed", lambda: "1.6.0")


class TestAbsence:
    def test_without_the_package_the_extra_is_named(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(camel, "installed", lambda: None)
        with pytest.raises(MusnadError, match=r"pip install 'musnad\[camel\]'"):
            entity_recogniser("camel")

    @pytest.mark.usefixtures("pretended")
    def test_without_a_model_camel_data_is_named(self, data: Path) -> None:
        with pytest.raises(MusnadError, match="camel_data -i ner-arabert"):
            entity_recogniser("camel")

    @pytest.mark.usefixtures("pretended")
    def test_without_a_catalogue_the_folder_is_named(self, data: Path) -> None:
        (data / "catalogue.json").unlink()
        with pytest.raises(MusnadError, match=f"{data} .no catalogue"):
            entity_recogniser("camel")

    @pytest.mark.usefixtures("pretended")
    def test_auto_takes_the_shipped_model_then(self, data: Path) -> None:
        assert entity_recogniser("auto").version.startswith("entity-crf")

    def test_the_home_folder_is_left_alone(self, data: Path) -> None:
        entity_recogniser("auto")
        assert list(Path.home().iterdir()) == []

    def test_nothing_of_it_is_imported_when_unused(self) -> None:
        code = (
            "import sys; from musnad.annotation.preannotate.entities.recogniser import entity_recogniser as get;"
            "get('crf'); get('rules');"
            "sys.exit(any(name.startswith(('camel_tools', 'torch', 'transformers')) for name in sys.modules))"
        )
        assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_an_unknown_recogniser_is_refused_with_the_known_ones() -> None:
    with pytest.raises(MusnadError, match="auto, crf, rules, camel"):
        entity_recogniser("bert")


@pytest.mark.skipif(find_spec("camel_tools") is None, reason="camel-tools is an extra and isn't installed")
class TestRecogniser:
    @pytest.fixture
    def model(self, data: Path) -> Path:
        """A tiny BERT of random weights whose bias makes every word a place."""
        import torch
        from transformers import BertConfig, BertForTokenClassification

        folder = data / "data" / "ner" / "arabert"
        folder.mkdir(parents=True)
        letters = sorted({letter for letter in TEXT if not letter.isspace()} - {"\u200f"})
        pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", *letters, *(f"##{letter}" for letter in letters)]
        (folder / "vocab.txt").write_text("\n".join(pieces), "utf-8")
        labels = ["B-LOC", "B-ORG", "B-PERS", "B-MISC", "I-LOC", "I-ORG", "I-PERS", "I-MISC", "O"]
        config = BertConfig(
            vocab_size=len(pieces),
            hidden_size=16,
            num_hidden_layers=1,
            num_attention_heads=2,
            intermediate_size=16,
            id2label=dict(enumerate(labels)),
            label2id={label: number for number, label in enumerate(labels)},
        )
        torch.manual_seed(0)
        network = BertForTokenClassification(config)
        with torch.no_grad():
            network.classifier.bias[0] = 50.0
        network.save_pretrained(folder)
        return folder

    def test_its_labels_stand_at_the_words_they_were_given_for(self, model: Path) -> None:
        names = CamelNames().names(analyse(TEXT))
        assert {name.label for name in names} == {"LOC"}
        assert [name.start for name in names][:4] == [0, 1, 2, 3]

    def test_our_boundaries_and_records_are_made_of_them(self, model: Path) -> None:
        recogniser = entity_recogniser("auto")
        assert recogniser.version.startswith("camel-tools-")
        records = [mention.record for mention in recogniser.annotate(analyse(TEXT))]
        assert "بيروت" in [TEXT[record.start : record.end] for record in records if isinstance(record, Entity)]

    def test_no_folder_is_left_in_the_home_folder(self, model: Path) -> None:
        EntityRecogniser(CamelNames()).annotate(analyse(TEXT))
        assert list(Path.home().iterdir()) == []
