"""A disk that is really full, or nearly: what was there stays as it was, and with room again all can be done."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from test_hardening_disk import WRITING, run_in_one, state, there

pytestmark = pytest.mark.long

__all__ = ["there"]

SIZE = 4 << 20


@pytest.fixture
def disk(there: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A disk of some megabytes with the newsroom's project on it."""
    place = there.with_name(f"{there.name}-disk")
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "tmpfs", str(place)]
    if shutil.which("mount") is None or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("mounts a file system of its own, which needs Linux and its administrator")
    try:
        shutil.copytree(there, place, dirs_exist_ok=True)
        monkeypatch.chdir(place)
        yield place
    finally:
        os.chdir(there)
        subprocess.run(["umount", "--lazy", str(place)], check=True)


def fill(disk: Path, left: int = 0) -> Path:
    """Fill the disk up to so many bytes with a file."""
    filler = disk / "filler"
    with filler.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(1 << 12))
        except OSError:
            file.truncate(file.tell() - left)
    return filler


def test_a_full_disk_leaves_everything_as_it_was_and_room_mends_it(disk: Path) -> None:
    before = state(disk)
    filler = fill(disk)
    for name, (code, said) in run_in_one(WRITING).items():
        assert code == 1, name
        assert "No space left on device" in said, (name, said)
        assert len(said.splitlines()) == 1, (name, said)
    filler.unlink()
    assert {name: content for name, content in state(disk).items() if content} == before
    assert {name: ended for name, ended in run_in_one(WRITING).items() if ended[0]} == {}


@pytest.mark.parametrize("left", [4 << 10, 12 << 10, 48 << 10])
def test_a_disk_that_fills_on_the_way_leaves_everything_as_it_was(disk: Path, left: int) -> None:
    (disk / "tmp").mkdir()
    own = {"TMPDIR": str(disk / "tmp")}
    filler = fill(disk, left)
    full = []
    for name, words in WRITING.items():
        before = state(disk)
        ((code, said),) = run_in_one({name: words}, environment=own).values()
        if code == 0:  # what it wrote had room, and would take it from the next
            filler.unlink()
            filler = fill(disk, left)
            continue
        assert code == 1, (name, said)
        assert "No space left on device" in said, (name, said)
        assert len(said.splitlines()) == 1, (name, said)
        assert state(disk) == before, name
        full.append(name)
    assert "release" in full
    filler.unlink()
    assert {name: ended for name, ended in run_in_one(WRITING, environment=own).items() if ended[0]} == {}
