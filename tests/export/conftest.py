"""The same figures are drawn once for all releases of these tests: drawing takes half of a small release's time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import msgspec
import pytest

from musnad.export import plots


@pytest.fixture(scope="session", autouse=True)
def _drawn_once() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plots, "_composition", _once(plots._composition, lambda manifest: manifest.labels))
        patch.setattr(plots, "_agreement", _once(plots._agreement, lambda report: report))
        yield


def _once(draw: Callable[[Path, Any], None], shown: Callable[[Any], Any]) -> Callable[[Path, Any], None]:
    """Draw what is `shown` once, and put the same bytes wherever it is wanted again."""
    kept: dict[bytes, bytes] = {}

    def again(path: Path, figures: Any) -> None:
        key = msgspec.json.encode(shown(figures))
        if key not in kept:
            draw(path, figures)
            kept[key] = path.read_bytes()
        path.write_bytes(kept[key])

    return again
