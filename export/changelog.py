"""What a version changes: the bump it must make, `diff.json`, and `CHANGELOG.md` with all versions before it."""

from __future__ import annotations

from pathlib import Path

import msgspec

from ..schema.release_files import Manifest
from .diff import bump_of, diff, enough
from .diff_views import markdown
from .integrity import ReleaseError

_TITLE = "# Changes\n\n"


def write_changes(place: Path, manifest: Manifest, previous: Path | None) -> None:
    """Write `CHANGELOG.md`, and `diff.json` when there is a `previous` release.

    `place` holds the tables and the manifest of the new one. Raises ReleaseError when its version is not above the
    previous one by as much as the differences ask for, MusnadError when `previous` is no release.
    """
    if previous is None:
        articles = sum(manifest.articles.values())
        told, before = f"## {manifest.version}\n\nThe first version: {articles} articles.\n", ""
    else:
        changed = diff(previous, place)
        bump = bump_of(changed.before, changed.after)
        if bump == "none":
            raise ReleaseError(f"version {changed.before} is published already: choose one above it")
        if not enough(bump, changed.least_bump):
            raise ReleaseError(
                f"{changed.before} to {changed.after} is a {bump} step, but this is a {changed.least_bump} change "
                f"({changed.because}): choose a higher version"
            )
        (place / "diff.json").write_bytes(msgspec.json.format(msgspec.json.encode(changed), indent=1) + b"\n")
        told, before = markdown(changed), _earlier(previous)
    (place / "CHANGELOG.md").write_text(_TITLE + told + ("\n" + before if before else ""), "utf-8")


def _earlier(previous: Path) -> str:
    path = previous / "CHANGELOG.md"
    return path.read_text("utf-8").removeprefix(_TITLE) if path.exists() else ""
