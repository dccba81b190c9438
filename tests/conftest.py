"""No test asserts a time: hypothesis gives every example as long as it takes, on a busy machine too.

`--hypothesis-profile quick` takes a quarter of the examples, for runs while working. What programs leave in the home
of whoever runs them, they leave in one that goes with the tests.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from answers import Servers, serving
from hypothesis import HealthCheck, settings

patient = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("no clock", patient)
settings.register_profile("quick", patient, max_examples=25)
settings.load_profile("no clock")


@pytest.fixture(scope="session", autouse=True)
def home() -> Iterator[Path]:
    """A home for the session; caches stay where they are, and pip goes on asking the index that it is told to."""
    before = Path.home()
    # Not pytest's own folder: the paths of Ray's sockets would be longer than a socket's path may be.
    short = "/tmp" if Path("/tmp").is_dir() else None
    with (
        TemporaryDirectory(prefix="home-", dir=short, ignore_cleanup_errors=True) as made,
        pytest.MonkeyPatch.context() as patch,
    ):
        patch.setenv("HOME", made)
        patch.setenv("RAY_TMPDIR", made)
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
            patch.delenv(name, raising=False)
        kept = {"XDG_CACHE_HOME": before / ".cache", "PIP_CONFIG_FILE": before / ".config" / "pip" / "pip.conf"}
        for name, path in kept.items():
            if path.exists() and name not in os.environ:
                patch.setenv(name, str(path))
        yield Path(made)


@pytest.fixture
def servers() -> Iterator[Servers]:
    """What starts servers that answer every request alike; they end with the test."""
    with serving() as made:
        yield made
