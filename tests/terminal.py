"""The command line, run within the tests' own process."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from musnad.cli import main


class Done(NamedTuple):
    returncode: int
    stdout: str
    stderr: str


def musnad(*arguments: str | Path, at: Path, **environment: str) -> Done:
    """Run the command line in this process, from the folder `at`, with no Label Studio but the one given."""
    out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
    code = 0
    with pytest.MonkeyPatch.context() as patch:
        for name in ("LABEL_STUDIO_URL", "LABEL_STUDIO_API_KEY"):
            patch.delenv(name, raising=False)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(at)
        patch.setattr(sys, "argv", ["musnad", *map(str, arguments)])
        patch.setattr(sys, "stdout", out)
        patch.setattr(sys, "stderr", err)
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        out.flush()
        err.flush()
    return Done(code, *(stream.buffer.getvalue().decode("utf-8") for stream in (out, err)))  # type: ignore[attr-defined]
