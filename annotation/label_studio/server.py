"""A local Label Studio on loopback with SQLite, which ends with the program that started it."""

from __future__ import annotations

import contextlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from importlib.metadata import version
from pathlib import Path
from types import TracebackType

import httpx
import msgspec
import platformdirs

from .errors import StudioError

ADMIN = "admin@annotators.invalid"
_SECONDS_TO_START = 300.0
_SQLITE = "label_studio.sqlite3"
# Label Studio calls analytics, error-tracking and version hosts unless told not to.
_SETTINGS: Mapping[str, str] = {
    "COLLECT_ANALYTICS": "False",
    "LATEST_VERSION_CHECK": "false",
    "SENTRY_DSN": "",
    "FRONTEND_SENTRY_DSN": "",
    "DEBUG": "False",
    "DJANGO_DB": "sqlite",  # whatever database the environment names for another server
    "LABEL_STUDIO_DISABLE_SIGNUP_WITHOUT_LINK": "true",
    "LABEL_STUDIO_ENABLE_LEGACY_API_TOKEN": "true",
}
# The watcher outlives nothing: when the pipe from its starter closes, by exit or by SIGKILL, it ends the server.
_WATCHER = """
import os, signal, subprocess, sys, threading
server = subprocess.Popen(sys.argv[1:], stdin=subprocess.DEVNULL)
def watch():
    os.read(0, 1)
    server.terminate()
    try:
        server.wait(5)
    except subprocess.TimeoutExpired:
        server.kill()
threading.Thread(target=watch, daemon=True).start()
signal.signal(signal.SIGTERM, lambda *_: server.terminate())
sys.exit(server.wait())
"""


class _Admin(msgspec.Struct):
    password: str
    token: str


class Server:
    """A running Label Studio: `url`, and the administrator's `username`, `password` and `token`."""

    def __init__(self, process: subprocess.Popen[bytes], url: str, admin: _Admin, log: Path) -> None:
        self._process = process
        self.url = url
        self.username = ADMIN
        self.password = admin.password
        self.token = admin.token
        self.log = log

    def __enter__(self) -> Server:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def __repr__(self) -> str:
        return f"Server({self.url!r})"

    @property
    def running(self) -> bool:
        """Whether the process is alive."""
        return self._process.poll() is None

    def stop(self) -> None:
        """End the server and wait until it is gone."""
        if self._process.stdin is not None:
            self._process.stdin.close()
        try:
            self._process.wait(15)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            self._process.wait()

    def wait(self) -> None:
        """Wait until the server ends by itself or the user interrupts."""
        self._process.wait()


def start_server(directory: Path, port: int | None = None) -> Server:
    """Start a Label Studio whose data lives in `directory`, and return it once it answers.

    The same directory gives the same data and the same administrator again; its password and token are kept in it, in a
    file that its owner alone can read. Without `port`, a free one is taken. Raises StudioError when Label Studio is not
    installed, the port is taken, or the server does not come up.
    """
    if importlib.util.find_spec("label_studio") is None:
        raise StudioError("Label Studio is not installed here: pip install 'musnad[studio]'")
    directory.mkdir(mode=0o700, parents=True, exist_ok=True)
    admin = _admin(directory)
    port = port or free_port()
    if _answers(port):
        raise StudioError(f"port {port} is taken: choose another with --port, or stop what listens there")
    if not (directory / _SQLITE).exists():
        shutil.copyfile(_migrated_database(), directory / _SQLITE)
    log = directory / "server.log"
    command = [
        *_label_studio(),
        *("start", "--no-browser", "--internal-host", "127.0.0.1", "--port", str(port)),
        *("--data-dir", str(directory), "--enable-legacy-api-token"),
    ]
    secret = {"USERNAME": ADMIN, "PASSWORD": admin.password, "USER_TOKEN": admin.token}
    with log.open("wb") as out:
        process = subprocess.Popen(
            [sys.executable, "-c", _WATCHER, *command],
            env=_environment(directory) | {f"LABEL_STUDIO_{name}": value for name, value in secret.items()},
            stdin=subprocess.PIPE,
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(process, f"http://127.0.0.1:{port}", admin, log)
    try:
        _wait_until_healthy(server)
    except BaseException:
        server.stop()
        raise
    return server


def free_port() -> int:
    """Return a port of the loopback interface on which nothing listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(port: int) -> bool:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex(("127.0.0.1", port)) == 0


def _label_studio() -> list[str]:
    return [sys.executable, "-c", "import sys; from label_studio.server import main; sys.exit(main())"]


def _environment(directory: Path) -> dict[str, str]:
    own = {name: value for name, value in os.environ.items() if not name.startswith("LABEL_STUDIO_")}
    return own | {**_SETTINGS, "HOME": str(directory), "LABEL_STUDIO_BASE_DATA_DIR": str(directory)}


def _admin(directory: Path) -> _Admin:
    path = directory / "admin.json"
    try:
        return msgspec.json.decode(path.read_bytes(), type=_Admin)
    except FileNotFoundError:
        admin = _Admin(password=secrets.token_urlsafe(15), token=secrets.token_hex(20))
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(msgspec.json.encode(admin))
    return admin


def _migrated_database() -> Path:
    """Return an empty, migrated database of the installed version, made once: migrating takes half a minute."""
    cache = platformdirs.user_cache_path("musnad", ensure_exists=True)
    kept = cache / f"label-studio-{version('label-studio')}.sqlite3"
    if kept.exists():
        return kept
    work = Path(tempfile.mkdtemp(dir=cache))
    try:
        done = subprocess.run(
            [*_label_studio(), "version", "--data-dir", str(work)],
            env=_environment(work),
            capture_output=True,
            timeout=_SECONDS_TO_START,
            check=False,
        )
        if done.returncode or not (work / _SQLITE).exists():
            tail = done.stderr.decode("utf-8", "replace")[-500:]
            raise StudioError(f"Label Studio could not set up its database: {tail}")
        os.replace(work / _SQLITE, kept)
    finally:
        shutil.rmtree(work, ignore_errors=True)
    return kept


def _wait_until_healthy(server: Server) -> None:
    deadline = time.monotonic() + _SECONDS_TO_START
    with httpx.Client(timeout=5, trust_env=False) as client:
        while time.monotonic() < deadline:
            if not server.running:
                tail = server.log.read_text("utf-8", "replace")[-800:]
                raise StudioError(f"Label Studio ended while starting; the end of {server.log}:\n{tail}")
            with contextlib.suppress(httpx.HTTPError):
                if client.get(f"{server.url}/health").is_success:
                    return
            time.sleep(0.1)
    raise StudioError(f"Label Studio did not answer within {_SECONDS_TO_START:.0f} s; see {server.log}")
