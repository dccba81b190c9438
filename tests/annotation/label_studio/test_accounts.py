"""Who is known to a real Label Studio: both kinds of token, and annotators who are signed up."""

from __future__ import annotations

import pytest

from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import StudioError, TokenError
from musnad.annotation.label_studio.logins import state_directory
from musnad.annotation.label_studio.server import Server
from musnad.annotation.label_studio.users import ensure_user

pytestmark = pytest.mark.server


def test_both_kinds_of_token_work(server: Server, admin: Studio) -> None:
    token = admin.post("/api/token/")["token"]
    with Studio(server.url, token) as studio:
        assert studio.token_kind == "personal"
        assert studio.whoami()["email"] == server.username


@pytest.mark.parametrize("kind", ["legacy", "personal"])
def test_a_refused_token_is_named_by_its_kind_and_never_shown(server: Server, kind: str) -> None:
    token = "f" * 40
    if kind == "personal":
        token = "eyJhbGciOiJIUzI1NiJ9.eyJ0b2tlbl90eXBlIjogInJlZnJlc2gifQ.c2lnbmF0dXJl"
    with Studio(server.url, token) as studio, pytest.raises(TokenError) as refused:
        studio.whoami()
    assert kind in str(refused.value)
    assert token not in str(refused.value)


def test_annotators_are_signed_up_once_and_their_logins_are_the_owners_alone(server: Server, admin: Studio) -> None:
    first = ensure_user(server.url, server.token, "ann-c")
    assert ensure_user(server.url, server.token, "ann-c") == first
    kept = state_directory() / "logins.json"
    assert kept.stat().st_mode & 0o777 == 0o600
    assert [user["email"] for user in admin.get("/api/users/")].count("ann-c@annotators.invalid") == 1
    kept.rename(kept.with_suffix(".away"))
    with pytest.raises(StudioError, match="not stored on this machine"):
        ensure_user(server.url, server.token, "ann-c")
    kept.with_suffix(".away").rename(kept)
