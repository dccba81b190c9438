"""The tokens of the environment show up nowhere: not in what a command says, and not in what it writes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

import commands
import pytest
from answers import Servers

pytestmark = pytest.mark.long

TOKEN = "c0ffee00canary00c0ffee00canary00c0ffee00"
HUB_TOKEN = "hf_canarycanarycanarycanarycanary00"
DOWN = "http://127.0.0.1:9"
MUSNAD = "import sys; sys.argv[0] = 'musnad'; from musnad.cli import main; main()"


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with the newsroom's project, and both tokens in the environment."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    monkeypatch.setenv("LABEL_STUDIO_URL", DOWN)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    monkeypatch.setenv("HF_TOKEN", HUB_TOKEN)
    monkeypatch.setenv("MUSNAD_STATE", str(tmp_path / "state"))
    commands.newsroom_in(tmp_path)
    return tmp_path


def holding(folder: Path, *secrets: str) -> list[Path]:
    """The files under a folder that hold one of the secrets, in their bytes or their names."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    found = [path for path in files if any(one.encode() in path.read_bytes() for one in secrets)]
    return found + [path for path in files if any(one in str(path) for one in secrets)]


def test_the_search_for_the_tokens_knows_every_command() -> None:
    assert sorted(commands.names()) == sorted(commands.COMMANDS)


def test_no_command_tells_a_token_or_writes_one(there: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ended = commands.run_all()
    said = "".join(capfd.readouterr())
    failed = {name for name, codes in ended.items() if any(codes)}
    assert failed == set(commands.ONLINE)
    assert DOWN in said
    assert "Traceback" not in said
    assert (there / "p" / "releases" / "1.0.0" / "README.md").exists()
    assert {"report.html", "agreement.html", "own.npz", "own-too.npz", "joined", "back"} <= set(os.listdir(there))
    assert TOKEN not in said
    assert HUB_TOKEN not in said
    assert holding(there, TOKEN, HUB_TOKEN) == []


@pytest.mark.parametrize(
    ("status", "body"),
    [(200, b"<html>what?</html>"), (403, b'{"detail": "no"}'), (401, b"{}"), (500, b"")],
    ids=["garbage", "refusing", "unknown", "broken"],
)
def test_no_command_tells_the_token_that_a_server_makes_nothing_of(
    there: Path,
    capfd: pytest.CaptureFixture[str],
    servers: Servers,
    monkeypatch: pytest.MonkeyPatch,
    status: int,
    body: bytes,
) -> None:
    url, seen = servers.start(status, body)
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    kept = {"plan", *commands.ONLINE, "doctor"}
    commands.run_all(*(name for name in commands.COMMANDS if name not in kept))
    said = "".join(capfd.readouterr())
    assert any(TOKEN in one for one in seen)  # it was asked with the token, and there alone it went
    assert url in said
    assert "Traceback" not in said
    assert TOKEN not in said
    assert holding(there, TOKEN) == []


def test_a_server_that_says_the_token_back_is_not_repeated(
    there: Path, capfd: pytest.CaptureFixture[str], servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    for status in (400, 403, 500):
        url, _ = servers.start(status, f'{{"detail": "Token {TOKEN} is not known"}}'.encode())
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        commands.run_all(*(name for name in commands.COMMANDS if name not in {"plan", *commands.ONLINE, "doctor"}))
        said = "".join(capfd.readouterr())
        assert url in said
        assert TOKEN not in said
    assert holding(there, TOKEN) == []


def test_neither_ray_nor_its_logs_are_told_a_token(there: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("ray", reason="Ray is an extra and isn't installed")
    with TemporaryDirectory(dir="/tmp" if Path("/tmp").is_dir() else None, ignore_cleanup_errors=True) as logs:
        monkeypatch.setenv("RAY_TMPDIR", logs)
        words = ["preannotate", "p/articles.jsonl", "-o", "out.jsonl", "--engine", "ray"]
        done = subprocess.run([sys.executable, "-c", MUSNAD, *words], capture_output=True, text=True, check=False)
        assert (done.returncode, done.stdout) == (0, "4 layers written to out.jsonl\n"), done.stderr
        assert list(Path(logs).rglob("worker-*.out"))  # so that what Ray notes down is what is searched
        assert holding(Path(logs), TOKEN, HUB_TOKEN) == []
    assert TOKEN not in done.stdout + done.stderr
    assert HUB_TOKEN not in done.stdout + done.stderr
    assert holding(there, TOKEN, HUB_TOKEN) == []


def test_a_hub_that_does_not_answer_is_said_so_without_the_token(
    there: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    words = ["release", "--version", "1.0.0", "--project", "p", "--push-to-hub", "huda/newsroom"]
    done = subprocess.run(
        [sys.executable, "-c", MUSNAD, *words],
        env=os.environ | {"HF_ENDPOINT": DOWN, "HF_HUB_DISABLE_TELEMETRY": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "huda/newsroom" in done.stderr
    assert "Traceback" not in done.stderr
    assert HUB_TOKEN not in done.stdout + done.stderr
    assert holding(there, HUB_TOKEN) == []


def test_a_traceback_of_a_fault_in_musnad_itself_holds_no_token(there: Path) -> None:
    assert commands.run(*["plan", "--annotators", "a", "--overlap", "1", "--project", "p"]) == 0
    program = """
import sys
import httpx

def broken(*_, **__):
    raise RuntimeError("a fault that nobody foresaw")

httpx.Client.request = broken
sys.argv = ["musnad", "push", "--project", "p"]
from musnad.cli import main
main()
"""
    done = subprocess.run([sys.executable, "-X", "dev", "-c", program], capture_output=True, text=True, check=False)
    assert "a fault that nobody foresaw" in done.stderr
    assert "Traceback" in done.stderr
    assert TOKEN not in done.stdout + done.stderr


@pytest.mark.server
def test_a_label_studio_that_musnad_starts_is_not_told_the_tokens_of_another(there: Path) -> None:
    with subprocess.Popen(
        [sys.executable, "-u", "-c", MUSNAD, "studio", "--data", "data"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as studio:
        assert studio.stdout is not None
        told = studio.stdout.readline() + studio.stdout.readline()
        studio.send_signal(signal.SIGINT)
        told += studio.stdout.read()
    assert "LABEL_STUDIO_API_KEY=" in told  # its own, which is for the person who starts it
    assert TOKEN not in told
    assert (there / "data" / "server.log").exists()
    assert holding(there / "data", TOKEN) == []
    walked = subprocess.run(
        [sys.executable, "-c", MUSNAD, "demo", "--articles", "more", "--dir", "walk"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert walked.returncode == 0, walked.stderr
    assert TOKEN not in walked.stdout + walked.stderr
    assert holding(there, TOKEN) == []
