"""A version says what it changes and is as far above the last one as that asks for."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec
import newsroom
import pytest

from musnad.export.release import ReleaseError, verify
from musnad.schema.errors import MusnadError
from musnad.schema.records import Layer


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.published(tmp_path_factory.mktemp("releases") / "1.2.0", "1.2.0")


def _relabelled() -> list[Layer]:
    harbour, *others = newsroom.gold()
    entity, *rest = harbour.entities
    corrected = msgspec.structs.replace(entity, label="GPE", subtype=None)
    return [msgspec.structs.replace(harbour, entities=(corrected, *rest)), *others]


def test_the_first_version_has_a_changelog_and_no_diff(first: Path) -> None:
    assert (first / "CHANGELOG.md").read_text() == "# Changes\n\n## 1.2.0\n\nThe first version: 4 articles.\n"
    assert not (first / "diff.json").exists()


def test_a_later_version_carries_its_diff_and_every_earlier_changelog(first: Path, tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "r", "1.2.1", gold=_relabelled(), previous=first)
    changed = json.loads((tmp_path / "r" / "diff.json").read_text())
    assert (changed["before"], changed["after"], changed["least_bump"]) == ("1.2.0", "1.2.1", "patch")
    log = (tmp_path / "r" / "CHANGELOG.md").read_text()
    assert log.index("## 1.2.1") < log.index("* entities: 1 relabelled") < log.index("## 1.2.0")
    assert verify(tmp_path / "r") == []


@pytest.mark.parametrize(
    ("version", "changed", "reason"),
    [
        ("1.2.1", {"gold": newsroom.gold()[1:]}, "patch step, but this is a minor change"),
        ("1.2.0", {"gold": _relabelled()}, "is published already"),
        ("1.1.9", {"gold": _relabelled()}, "is below 1.2.0"),
    ],
)
def test_a_version_that_promises_less_than_it_changes_is_refused(
    first: Path, tmp_path: Path, version: str, changed: dict[str, Any], reason: str
) -> None:
    with pytest.raises(MusnadError, match=reason):
        newsroom.publish(tmp_path / "r", version, previous=first, **changed)
    assert list(tmp_path.iterdir()) == []


def test_a_version_may_promise_more_than_it_changes(first: Path, tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "r", "2.0.0", gold=_relabelled(), previous=first)
    assert json.loads((tmp_path / "r" / "diff.json").read_text())["least_bump"] == "patch"


def test_another_schema_is_a_major_change(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from musnad.export import release as module

    monkeypatch.setattr(module, "SCHEMA_VERSION", "2.0.0")
    with pytest.raises(ReleaseError, match=r"minor step, but this is a major change \(features changed: schema 1.0.0"):
        newsroom.publish(tmp_path / "r", "1.3.0", previous=first)


def test_taking_the_texts_away_is_a_major_change(first: Path, tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"major change \(features changed: texts full to offsets-only\)"):
        newsroom.publish(tmp_path / "r", "1.3.0", previous=first, text_policy="offsets-only")


def test_tokens_cut_elsewhere_are_a_minor_change(first: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from musnad.export import tokens as module

    module.tokens.cache_clear()
    monkeypatch.setattr(module, "_cuts", lambda word: ())
    with pytest.raises(ReleaseError, match=r"minor change \(tokens are cut elsewhere\)"):
        newsroom.publish(tmp_path / "r", "1.2.1", previous=first)
    module.tokens.cache_clear()
