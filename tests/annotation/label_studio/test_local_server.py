"""A local Label Studio: alone on loopback, the same again from the same folder, gone with its starter."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from musnad.annotation.label_studio.client import Studio, token_kind
from musnad.annotation.label_studio.errors import StudioError, TokenError
from musnad.annotation.label_studio.logins import Login, keep_login, known_logins, server_key
from musnad.annotation.label_studio.server import Server, start_server
from musnad.annotation.label_studio.users import ensure_user


@pytest.mark.server
def test_a_port_that_is_taken_is_named(tmp_path: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(StudioError, match=f"port {port} is taken"):
            start_server(tmp_path, port)


def test_logins_are_kept_by_server_and_shown_to_nobody_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MUSNAD_STATE", str(tmp_path / "state"))
    here, there = server_key("http://127.0.0.1:1", "token-a"), server_key("https://studio.example/", "token-b")
    keep_login(here, "ann-a", Login("a@x", "password-1", "token-1"))
    keep_login(there, "ann-a", Login("a@x", "password-2", "token-2"))
    assert server_key("http://127.0.0.1:2", "token-a") == here
    assert known_logins(here)["ann-a"].password == "password-1"
    assert known_logins("https://studio.example")["ann-a"].token == "token-2"
    assert (tmp_path / "state").stat().st_mode & 0o777 == 0o700
    assert (tmp_path / "state" / "logins.json").stat().st_mode & 0o777 == 0o600
    assert "password-1" not in repr(known_logins(here))
    assert "token-1" not in repr(known_logins(here))


@pytest.mark.server
def test_the_same_folder_gives_the_same_data_and_logins_on_another_port(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DJANGO_DB", "default")  # a team's PostgreSQL is not touched
    monkeypatch.setenv("POSTGRE_PORT", "1")
    with start_server(tmp_path / "studio") as first:
        token = ensure_user(first.url, first.token, "ann-a")
        address = first.url
        assert (tmp_path / "studio" / "admin.json").stat().st_mode & 0o777 == 0o600
        assert first.password not in (tmp_path / "studio" / "server.log").read_text("utf-8")
        assert first.password not in Path(f"/proc/{first._process.pid}/cmdline").read_text("utf-8")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{address}/health", trust_env=False)
    with start_server(tmp_path / "studio") as second:
        assert ensure_user(second.url, second.token, "ann-a") == token
        with Studio(second.url, second.token) as studio:
            assert studio.whoami()["email"] == second.username


@pytest.mark.server
def test_the_server_ends_when_its_starter_is_killed(server: Server, tmp_path: Path) -> None:
    work = (
        "import sys, time; from pathlib import Path; from musnad.annotation.label_studio.server import start_server; "
        "print(start_server(Path(sys.argv[1])).url, flush=True); time.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", work, str(tmp_path)], stdout=subprocess.PIPE, env=os.environ)
    assert starter.stdout is not None
    url = starter.stdout.readline().decode().strip()
    assert httpx.get(f"{url}/health", trust_env=False).is_success
    starter.send_signal(signal.SIGKILL)
    starter.wait()
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        try:
            httpx.get(f"{url}/health", trust_env=False)
        except httpx.HTTPError:
            return
        time.sleep(0.2)
    raise AssertionError(f"{url} still answers")


@pytest.mark.server
def test_where_legacy_tokens_are_turned_off_annotators_get_personal_ones(server: Server, tmp_path: Path) -> None:
    with start_server(tmp_path / "studio") as strict:
        with Studio(strict.url, strict.token) as studio:
            personal = studio.post("/api/token/")["token"]
            studio.post("/api/jwt/settings", {"api_tokens_enabled": True, "legacy_api_tokens_enabled": False})
        with Studio(strict.url, strict.token) as studio, pytest.raises(TokenError, match="legacy"):
            studio.whoami()
        token = ensure_user(strict.url, personal, "ann-a")
        assert token_kind(token) == "personal"
        assert ensure_user(strict.url, personal, "ann-a") == token
        with Studio(strict.url, token) as studio:
            assert studio.whoami()["email"] == "ann-a@annotators.invalid"
