"""`croissant.json` is what MLCommons' own reader takes, and leads it to the rows."""

from __future__ import annotations

from pathlib import Path

import newsroom
import pytest

from musnad.export.features import CONFIGS

mlcroissant = pytest.importorskip("mlcroissant", reason="mlcroissant is not installed")


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.published(tmp_path_factory.mktemp("releases") / "1.0.0")


def test_the_description_is_valid_and_has_the_fields_for_responsible_ai(released: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=released / "croissant.json")
    issues = dataset.metadata.issues
    assert not issues.errors
    # No date: the same input gives the same bytes whenever it is published.
    assert all("datePublished" in warning for warning in issues.warnings)
    assert dataset.metadata.version == "1.0.0"
    assert "machines, no person" in str(dataset.metadata.annotator_demographics)
    assert "pseudonym" in str(dataset.metadata.personal_sensitive_information)


def test_every_config_can_be_read_through_it(released: Path) -> None:
    dataset = mlcroissant.Dataset(jsonld=released / "croissant.json")
    assert {record_set.name.rpartition("_")[0] for record_set in dataset.metadata.record_sets} == set(CONFIGS)
    rows = list(dataset.records("quantities_train"))
    assert {row["quantities_train/value"] for row in rows} & {b"30000", b"43", b"40000"}
