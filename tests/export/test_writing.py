"""Tables of more row groups than a file takes go on in the next one, and are read as one table."""

from __future__ import annotations

from pathlib import Path

import datasets
import newsroom
import pytest

from musnad.export import writing
from musnad.export.diff import diff
from musnad.export.features import CONFIGS, features
from musnad.export.integrity import verify
from musnad.export.reading import read_gold, read_manifest


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A release with an article a row group and a row group a file."""
    directory = tmp_path_factory.mktemp("many") / "1.0.1"
    with pytest.MonkeyPatch.context() as changed:
        changed.setattr(writing, "_ARTICLES_A_BATCH", 1)
        changed.setattr(writing, "_BYTES_A_GROUP", 1)
        changed.setattr(writing, "_GROUPS_A_FILE", 1)
        newsroom.publish(directory, "1.0.1")
    return directory


def test_each_file_says_which_of_how_many_it_is(released: Path) -> None:
    train = sorted(path.name for path in (released / "gold").glob("train-*"))
    assert train == ["train-00000-of-00002.parquet", "train-00001-of-00002.parquet"]
    assert verify(released) == []


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_reads_all_files_of_a_split(released: Path, tmp_path: Path, config: str) -> None:
    found = datasets.load_dataset(str(released), config, cache_dir=str(tmp_path))
    assert all(split.features == features(config) for split in found.values())
    rows = read_manifest(released).rows[config]
    assert {name: split.num_rows for name, split in found.items()} == {name: n for name, n in rows.items() if n}


def test_it_holds_what_one_file_for_each_split_holds(released: Path, tmp_path: Path) -> None:
    whole = newsroom.published(tmp_path / "1.0.0")
    assert list(read_gold(released)) == list(read_gold(whole))
    assert diff(whole, released).least_bump == "none"


def test_croissant_leads_to_every_file(released: Path) -> None:
    mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")
    dataset = mlcroissant.Dataset(jsonld=released / "croissant.json")
    assert not dataset.metadata.issues.errors
    read = [row for n in range(2) for row in dataset.records(f"gold_train_{n:05}")]
    assert len(read) == read_manifest(released).rows["gold"]["train"]
