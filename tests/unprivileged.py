"""Runs programs for which the permissions of files hold, also when root runs the tests."""

from __future__ import annotations

import ctypes
import os
import subprocess
import sys
from pathlib import Path

import pytest

# linux/prctl.h and linux/capability.h: what lets root write and read whatever a file's mode says.
_PR_CAPBSET_DROP = 24
_OVERRIDES = (1, 2)


def run(program: str, cwd: Path, given: str = "") -> subprocess.CompletedProcess[str]:
    """Run a Python program in `cwd` to its end, bound by the modes of files and folders; skip where that can't be.

    `given` is its standard input.
    """
    if os.name != "posix" or (os.geteuid() == 0 and not sys.platform.startswith("linux")):
        pytest.skip("needs a user who may not write everywhere")
    return subprocess.run(
        [sys.executable, "-c", program],
        cwd=cwd,
        input=given,
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=_give_up if os.geteuid() == 0 else None,
    )


def _give_up() -> None:
    """Leave root no power over the modes of files, from the next program on."""
    libc = ctypes.CDLL(None, use_errno=True)
    for capability in _OVERRIDES:
        if libc.prctl(_PR_CAPBSET_DROP, capability, 0, 0, 0):
            raise OSError(ctypes.get_errno(), "root can't give up its power here")
