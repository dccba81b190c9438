"""A directory written whole or not at all, and the sums that tell whether it is still what was written."""

from __future__ import annotations

import glob
import hashlib
import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from ..schema.errors import MusnadError

SUMS = "SHA256SUMS"


class ReleaseError(MusnadError):
    """A release that can't be made or doesn't hold together; the message says what and what to do."""


def verify(directory: Path) -> list[str]:
    """Return what is wrong with a release: each file changed, missing or not listed in `SHA256SUMS`.

    Raises ReleaseError when `directory` is no release.
    """
    sums = directory / SUMS
    if not sums.is_file():
        raise ReleaseError(f"{directory} is no release: it has no {SUMS}")
    listed: dict[str, str] = {}
    for number, line in enumerate(sums.read_text("utf-8", "surrogateescape").splitlines(), start=1):
        digest, separator, name = line.partition("  ")
        if not separator or len(digest) != 64:
            return [f"{SUMS}:{number}: is no checksum line"]
        listed[name] = digest
    found = {path.relative_to(directory).as_posix(): path for path in _files(directory)}
    found.pop(SUMS)
    problems = [f"missing: {name}" for name in listed if name not in found]
    problems += [f"not part of the release: {name}" for name in found if name not in listed]
    problems += [f"changed: {name}" for name, path in found.items() if name in listed and _sha256(path) != listed[name]]
    return sorted(problems)


@contextmanager
def whole(directory: Path) -> Iterator[Path]:
    """Give a place to build in, which becomes `directory` at the end; what stands there already must be the same.

    The place is a hidden folder beside it, locked while it is built in: what a killed run left behind is not, and goes.
    """
    directory.parent.mkdir(parents=True, exist_ok=True)
    for left in directory.parent.glob(f".{glob.escape(directory.name)}.*"):
        if left.is_dir() and (lock := _lock(left, wait=False)) is not None:
            shutil.rmtree(left, ignore_errors=True)
            _unlock(lock)
    place, lock = _place(directory)
    try:
        place.chmod(0o755)
        yield place
        if directory.exists():
            if not _same(directory, place):
                raise ReleaseError(
                    f"{directory} is there already and differs: a published version never changes, so choose a new one"
                )
        else:
            _settle(place)
            os.rename(place, directory)
    finally:
        shutil.rmtree(place, ignore_errors=True)
        _unlock(lock)


def write_sums(place: Path) -> None:
    """Write the sum of every file of a directory into its `SHA256SUMS`, as `sha256sum --check` reads it."""
    lines = [f"{_sha256(path)}  {path.relative_to(place).as_posix()}\n" for path in _files(place)]
    (place / SUMS).write_text("".join(lines), "utf-8")


def _place(directory: Path) -> tuple[Path, int | None]:
    """A folder to build in and its lock; another run may have taken a new one for a leftover before it was locked."""
    while True:
        place = Path(tempfile.mkdtemp(dir=directory.parent, prefix=f".{directory.name}."))
        lock = _lock(place, wait=True)
        if place.exists():
            return place, lock
        _unlock(lock)


def _lock(folder: Path, *, wait: bool) -> int | None:
    """What holds a folder's lock, which ends with this process; None when another has it or there are no such locks."""
    if sys.platform == "win32":
        return None
    import fcntl

    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:  # removed meanwhile, or somebody else's
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except OSError:
        os.close(descriptor)
        return None
    return descriptor


def _unlock(descriptor: int | None) -> None:
    if descriptor is not None:
        os.close(descriptor)


def _settle(place: Path) -> None:
    """Have the system write every file and folder to the disk: a power cut after the renaming finds them whole."""
    if sys.platform == "win32":
        return
    for path in [*place.rglob("*"), place]:
        descriptor = os.open(path, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)


def _same(one: Path, other: Path) -> bool:
    sums = one / SUMS
    return sums.is_file() and sums.read_bytes() == (other / SUMS).read_bytes() and not verify(one)


def _files(directory: Path) -> list[Path]:
    """Every file below a directory, hidden ones and links too."""
    return sorted(path for path in directory.rglob("*") if path.is_symlink() or not path.is_dir())


def _sha256(path: Path) -> str:
    """The sum of a file's bytes; of a link that leads nowhere none."""
    if not path.exists():
        return ""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
