"""A Label Studio whose answers have no end, or unpack to gigabytes, is told so and fills no memory."""

from __future__ import annotations

import gzip
import json
import subprocess
import sys
import zlib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from answers import Servers

from musnad.annotation.label_studio import bodies, snapshot, users
from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import StudioDownError, StudioError
from musnad.annotation.label_studio.snapshot import Export, read_export

TOKEN = "c0ffee00canary00c0ffee00canary00c0ffee00"
WHO = json.dumps({"id": 1, "email": "هدى@example.org", "said": "قال " * 5_000}).encode()


@pytest.fixture
def little(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let an answer have two megabytes, and an export four."""
    monkeypatch.setattr(bodies, "LARGEST", 2 << 20)
    monkeypatch.setitem(bodies.EXPORT, "largest", 4 << 20)


def bomb(megabytes: int) -> bytes:
    """Gzip of so many megabytes of zeros, a thousandth of that long, without its end, which nobody gets to."""
    packing = zlib.compressobj(wbits=zlib.MAX_WBITS | 16)
    zeros = bytes(1 << 20)
    start = packing.compress(zeros) + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(zeros) + packing.flush(zlib.Z_FULL_FLUSH)  # repeats as often as one likes
    return start + block * (megabytes - 1)


ENDLESS = {
    "JSON": {"endless": b'{"id": 1} ' * 1000},
    "white space": {"endless": b" " * 10_000},
    "zeros, packed": {"body": bomb(64), "packing": "gzip"},
}


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("status", [200, 201, 400, 401, 500])
@pytest.mark.parametrize("sent", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_answer_without_end_is_said_to_have_none(servers: Servers, status: int, sent: dict[str, Any]) -> None:
    url, seen = servers.start(status, **sent)
    with Studio(url, TOKEN) as studio:
        for ask in (studio.whoami, lambda: studio.post("/api/projects/", {}), lambda: studio.delete("/api/x")):
            with pytest.raises(StudioError, match=rf"{url} answers [A-Z]+ /api/.* with more than 2 MB") as told:
                ask()
            assert TOKEN not in str(told.value)
    assert len(seen) == 3  # none is asked again


@pytest.mark.usefixtures("little")
@pytest.mark.parametrize("status", [200, 404])
@pytest.mark.parametrize("sent", ENDLESS.values(), ids=ENDLESS.keys())
def test_an_export_without_end_is_said_to_have_none(servers: Servers, status: int, sent: dict[str, Any]) -> None:
    url, _ = servers.start(status, **sent)
    with Studio(url, TOKEN) as studio, pytest.raises(StudioError, match=f"more than {4 if status == 200 else 2} MB"):
        list(studio.stream("/api/projects/1/exports/1/download"))


@pytest.mark.usefixtures("little")
def test_a_task_without_end_is_no_task(servers: Servers, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(snapshot, "_LARGEST_TASK", 1 << 20)
    monkeypatch.setattr("time.sleep", lambda _: None)
    export = Export(1, 1, datetime.now(UTC))
    for begun in (b'[{"id": 1, "data": {"text": "', b'["'):
        url, seen = servers.start(body=begun, endless="قال ".encode() * 500)
        with (
            Studio(url, TOKEN) as studio,
            pytest.raises(StudioError, match="project 1 stays broken: a task has more than 1 MB"),
        ):
            list(read_export(studio, export))
        assert len(seen) == 4


@pytest.mark.usefixtures("little")
def test_a_form_without_end_signs_nobody_up(servers: Servers, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("MUSNAD_STATE", str(tmp_path))
    monkeypatch.setattr(users, "_invite", lambda _: "/user/signup/?token=x")
    monkeypatch.setattr(users, "_members", lambda _: {})
    url, seen = servers.start(endless=b"<p>" * 1000)
    with pytest.raises(StudioError, match="GET /user/signup/ with more than 2 MB"):
        users.ensure_user(url, TOKEN, "qalam")
    assert len(seen) == 1


@pytest.mark.parametrize("packing", ["br", "zstd", "gzip, gzip", "deflate", "x"])
def test_an_answer_packed_as_nobody_asked_is_not_unpacked(servers: Servers, packing: str) -> None:
    url, seen = servers.start(body=gzip.compress(gzip.compress(WHO)), packing=packing)
    with Studio(url, TOKEN) as studio, pytest.raises(StudioError, match=f"packed as '{packing}', which musnad did not"):
        studio.whoami()
    assert len(seen) == 1
    assert "Accept-Encoding: gzip\n" in seen[0]


def test_an_answer_that_is_packed_as_asked_is_read(servers: Servers) -> None:
    url, _ = servers.start(body=gzip.compress(WHO), packing="gzip")
    with Studio(url, TOKEN) as studio:
        assert studio.whoami() == json.loads(WHO)
        assert b"".join(studio.stream("/api/x")) == WHO


def test_what_is_said_to_be_packed_and_is_not_is_asked_for_again(servers: Servers) -> None:
    url, seen = servers.start(body=WHO, packing="gzip")
    with Studio(url, TOKEN, attempts=2, pause=0) as studio, pytest.raises(StudioDownError, match="DecodingError"):
        studio.whoami()
    assert len(seen) == 2


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc: elsewhere a child's peak is not its own")
def test_gigabytes_from_some_megabytes_stay_unpacked(servers: Servers) -> None:
    url, _ = servers.start(body=bomb(4 << 10), packing="gzip")
    program = f"""
import re
from pathlib import Path
from musnad.annotation.label_studio.client import Studio
with Studio({url!r}, {TOKEN!r}) as studio:
    try:
        studio.whoami()
    except Exception as error:
        print(error)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    said, peak = done.stdout.splitlines()
    assert "with more than 256 MB" in said
    assert int(peak) < 400_000  # kilobytes
