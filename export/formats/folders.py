"""A folder that is filled whole or not at all, for formats of many files."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def filling(folder: Path) -> Iterator[Path]:
    """Give a place to write files in; at the end they come into `folder`, over those of their names, and else vanish.

    The place is a hidden folder beside it. Raises OSError, which names `folder`, when there is no room or no right.
    """
    place: Path | None = None
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        place = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
        yield place
        place.chmod(0o755)
        _move(place, folder)
    except OSError as error:
        if place is None or str(error.filename).startswith(str(place)):
            error.filename, error.filename2 = str(folder), None  # nobody knows the hidden one by its name
        raise
    finally:
        if place is not None:
            shutil.rmtree(place, ignore_errors=True)


def _move(place: Path, folder: Path) -> None:
    if not folder.exists():
        place.rename(folder)
        return
    for path in sorted(place.rglob("*")):
        there = folder / path.relative_to(place)
        if path.is_dir():
            there.mkdir(exist_ok=True)
        else:
            os.replace(path, there)
