"""Where secrets and transient state live: outside every project, readable by their owner alone."""

from __future__ import annotations

import hashlib
import os
import tempfile
from pathlib import Path

import msgspec
import platformdirs

from .client import on_loopback


def state_directory() -> Path:
    """Return (and make, mode 0700) the directory of musnad's state: `$MUSNAD_STATE` or the user's state directory."""
    given = os.environ.get("MUSNAD_STATE")
    directory = Path(given) if given else platformdirs.user_state_path("musnad")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    return directory


class Login(msgspec.Struct, frozen=True):
    """How one annotator enters one server."""

    email: str
    password: str
    token: str

    def __repr__(self) -> str:
        return f"Login({self.email!r}, …)"


_Store = dict[str, dict[str, Login]]


def server_key(url: str, admin_token: str) -> str:
    """Return under which name a server's logins are stored.

    A server on loopback has another port each time and its administrator's token for good; any other has its address.
    """
    if on_loopback(url):
        return f"local-{hashlib.sha256(admin_token.encode()).hexdigest()[:16]}"
    return url.rstrip("/")


def known_logins(server: str) -> dict[str, Login]:
    """Return the stored logins of a server (a `server_key`), by pseudonym."""
    return _read().get(server, {})


def keep_login(server: str, pseudonym: str, login: Login) -> None:
    """Store a login; the file is readable and writable by its owner alone (mode 0600)."""
    store = _read()
    store.setdefault(server, {})[pseudonym] = login
    _write(store)


def _path() -> Path:
    return state_directory() / "logins.json"


def _read() -> _Store:
    try:
        return msgspec.json.decode(_path().read_bytes(), type=_Store)
    except FileNotFoundError:
        return {}


def _write(store: _Store) -> None:
    handle, name = tempfile.mkstemp(dir=state_directory())  # made with mode 0600
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(store))
    os.replace(name, _path())
