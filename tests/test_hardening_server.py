"""A Label Studio that is none, or whose clock is wrong: it redirects elsewhere, answers garbage, vouches for itself."""

from __future__ import annotations

import json
import math
import shutil
import ssl
import subprocess
from pathlib import Path

import newsroom
import pytest
from answers import Servers
from hostile import Export, export

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import RefusedError, StudioDownError, StudioError
from musnad.annotation.label_studio.projects import find_projects
from musnad.annotation.label_studio.pull import Findings, pulled
from musnad.annotation.label_studio.snapshot import snapshot
from musnad.schema.records import Layer
from musnad.schema.studio_files import Assignment, Plan

TOKEN = "c0ffee00canary00c0ffee00canary00c0ffee00"


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(servers: Servers, status: int) -> None:
    thief, stolen = servers.start(body=b"{}")
    url, seen = servers.start(status, Location=f"{thief}/api/current-user/whoami")
    with Studio(url, TOKEN, attempts=1) as studio:
        with pytest.raises(RefusedError, match="sends its token to no other address") as refused:
            studio.whoami()
        with pytest.raises(RefusedError):
            studio.post("/api/projects/", {})
        with pytest.raises(RefusedError):
            list(studio.stream("/api/projects/1/exports/1/download"))
    assert len(seen) == 3
    assert stolen == []
    assert TOKEN not in str(refused.value)


ANSWERS = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "a string": b'"x"',
    "an empty object": b"{}",
    "a page that is no list": b'{"results":7,"tasks":7}',
    "a page of numbers": b'{"results":[7]}',
    "a project without a title": b'{"results":[{"id":1,"description":"musnad:p/a/entities"}],"total":1}',
    "ids that are no numbers": b'{"id":"x","results":[{"id":"x"}]}',
    "an export without a status": b'{"id":1}',
    "a web page": b"<html>",
    "no UTF-8": b"\xff\xfe",
    "JSON nested too deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_server_that_answers_anything_else_than_label_studio_is_said_to(
    servers: Servers, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    url, _ = servers.start(body=body)
    with Studio(url, TOKEN, attempts=1, pause=0) as studio:
        for ask in (studio.whoami, lambda: find_projects(studio, "p"), lambda: list(snapshot(studio, 1))):
            said = ""
            try:
                ask()
            except StudioError as error:  # some answers are taken, none may crash
                said = str(error)
            assert TOKEN not in said


def test_a_certificate_that_nobody_vouches_for_is_refused_and_the_token_kept(servers: Servers, tmp_path: Path) -> None:
    if shutil.which("openssl") is None:
        pytest.skip("makes a certificate with openssl")
    made = "req -x509 -newkey rsa:2048 -nodes -days 1 -subj /CN=127.0.0.1 -addext subjectAltName=IP:127.0.0.1"
    command = ["openssl", *made.split(), "-keyout", "key.pem", "-out", "certificate.pem"]
    subprocess.run(command, cwd=tmp_path, check=True, capture_output=True)
    tls = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    tls.load_cert_chain(tmp_path / "certificate.pem", tmp_path / "key.pem")
    url, seen = servers.start(body=b'{"email": "huda@example.org"}', tls=tls)
    with Studio(url, TOKEN, attempts=1) as studio:
        with pytest.raises(StudioDownError, match="CERTIFICATE_VERIFY_FAILED") as refused:
            studio.whoami()
        with pytest.raises(StudioError, match="CERTIFICATE_VERIFY_FAILED"):
            list(studio.stream("/api/projects/1/exports/1/download"))
    assert seen == []
    assert TOKEN not in str(refused.value)


def layers_of(*annotations: dict[str, object]) -> list[Layer]:
    """What a pull makes of one task with these annotations; each has the marks of a sound one."""
    (task,) = json.loads(export())
    task["annotations"] = [task["annotations"][0] | changed for changed in annotations]
    article = newsroom.articles()["harbour-1"]
    assigned = (Assignment(article_id=article.id, annotator="qalam", batch="001"),)
    plan = Plan(name="p", seed=0, overlap=1, control=0.0, annotators=("qalam",), assignments=assigned)
    answers = Export("", json.dumps([task]).encode())
    return list(pulled(answers, plan, {article.id: article.sha256}, Findings()))  # type: ignore[arg-type]


def test_the_last_of_two_submissions_is_the_later_one_also_when_the_clock_of_the_server_went_back() -> None:
    (layer,) = layers_of(
        {"id": 3, "created_at": "2031-03-01T12:00:00Z", "result": []},
        {"id": 4, "created_at": "2031-03-01T11:00:00Z"},
    )
    assert layer.entities == newsroom.layers()[0].entities


@pytest.mark.parametrize("seconds", [-3600.5, None, math.nan, math.inf])
def test_a_time_that_can_not_be_is_no_time(seconds: float | None) -> None:
    (layer,) = layers_of({"lead_time": seconds})
    assert layer.meta["lead_time"] == 0.0
    (layer,) = layers_of({"lead_time": 12.5})
    assert layer.meta["lead_time"] == 12.5
