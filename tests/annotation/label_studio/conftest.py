"""One Label Studio for all tests of the session: started on a free port with SQLite and gone afterwards.

MUSNAD_TEST_URL and MUSNAD_TEST_TOKEN (its administrator's) name a running one instead, on another database for example;
it must be empty, and what the tests make stays in it.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.server import Server, start_server
from musnad.annotation.label_studio.users import ensure_user


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("label_studio", reason="Label Studio is not installed: pip install -e '.[studio]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUSNAD_STATE", str(tmp_path_factory.mktemp("state")))
        if given := os.environ.get("MUSNAD_TEST_URL"):
            yield _running(given, os.environ["MUSNAD_TEST_TOKEN"])
            return
        with start_server(tmp_path_factory.mktemp("label-studio")) as running:
            yield running


@pytest.fixture
def admin(server: Server) -> Iterator[Studio]:
    with Studio(server.url, server.token) as studio:
        yield studio


@pytest.fixture
def sign_in(server: Server) -> Iterator[Callable[[str], Studio]]:
    """Connect as an annotator, who is signed up on the way."""
    opened = []

    def connect(pseudonym: str) -> Studio:
        opened.append(Studio(server.url, ensure_user(server.url, server.token, pseudonym)))
        return opened[-1]

    yield connect
    for studio in opened:
        studio.close()


def _running(url: str, token: str) -> Any:
    """Stand in for a `Server` of which the address and the administrator alone are known."""
    with Studio(url, token) as studio:
        return SimpleNamespace(url=url, token=token, username=studio.whoami()["email"])
