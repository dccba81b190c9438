"""A release goes to the Hub whole, as one commit with its version's tag, or not at all."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

import newsroom
import pytest

from musnad.export.hub import plan, push
from musnad.export.integrity import ReleaseError


class _Hub:
    """Answers like the Hub's client and remembers what it was asked."""

    def __init__(self, *tags: str) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []
        self._tags = [SimpleNamespace(name=tag) for tag in tags]

    def create_repo(self, repository: str, **how: Any) -> None:
        self.asked.append(("create_repo", {"repository": repository, **how}))

    def list_repo_refs(self, repository: str, **how: Any) -> Any:
        return SimpleNamespace(tags=self._tags)

    def upload_folder(self, **how: Any) -> Any:
        self.asked.append(("upload_folder", how))
        return SimpleNamespace(oid="0123abcd")

    def create_tag(self, repository: str, **how: Any) -> None:
        self.asked.append(("create_tag", {"repository": repository, **how}))


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return newsroom.published(tmp_path_factory.mktemp("releases") / "1.3.0", "1.3.0")


def test_the_dry_run_names_every_file_and_the_tag(released: Path) -> None:
    upload = plan(released, "huda/newsroom")
    assert upload.tag == "v1.3.0"
    assert {name for name, _ in upload.files} == {
        path.relative_to(released).as_posix() for path in released.rglob("*") if path.is_file()
    }
    assert "to datasets/huda/newsroom, tag v1.3.0" in str(upload)


def test_a_push_is_one_commit_that_is_tagged(released: Path) -> None:
    hub = _Hub("v1.2.0")
    push(released, "huda/newsroom", api=hub)  # type: ignore[arg-type]
    assert [what for what, _ in hub.asked] == ["create_repo", "upload_folder", "create_tag"]
    assert hub.asked[0][1]["private"] is True
    assert hub.asked[1][1]["folder_path"] == str(released)
    assert (hub.asked[2][1]["tag"], hub.asked[2][1]["revision"]) == ("v1.3.0", "0123abcd")


def test_a_version_that_is_there_is_not_pushed_again(released: Path) -> None:
    hub = _Hub("v1.3.0")
    with pytest.raises(ReleaseError, match="never changes"):
        push(released, "huda/newsroom", api=hub)  # type: ignore[arg-type]
    assert [what for what, _ in hub.asked] == ["create_repo"]


def test_a_release_that_is_not_whole_is_not_pushed(tmp_path: Path) -> None:
    newsroom.published(tmp_path / "r")
    (tmp_path / "r" / "agreement.json").write_text("{}")
    hub = _Hub()
    with pytest.raises(ReleaseError, match=r"not whole.*agreement\.json"):
        push(tmp_path / "r", "huda/newsroom", api=hub)  # type: ignore[arg-type]
    assert hub.asked == []


@pytest.mark.parametrize("repository", ["newsroom", "a/b/c", "/x", "x/"])
def test_what_is_no_repository_is_told_so(released: Path, repository: str) -> None:
    with pytest.raises(ReleaseError, match="owner/name"):
        plan(released, repository)
