"""One Label Studio for all tests of the session, on a free port, gone afterwards."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.server import Server, start_server
from musnad.annotation.label_studio.users import ensure_user


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    pytest.importorskip("label_studio", reason="Label Studio is not installed: pip install -e '.[studio]'")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("MUSNAD_STATE", str(tmp_path_factory.mktemp("state")))
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
