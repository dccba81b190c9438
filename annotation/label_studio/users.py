"""Annotators as users of the server: invited, signed up, and their tokens kept."""

from __future__ import annotations

import re
import secrets
from urllib.parse import urlsplit

import httpx

from .bodies import PACKING, bounded
from .client import Studio, on_loopback
from .errors import RefusedError, StudioDownError, StudioError, TokenError
from .logins import Login, keep_login, known_logins, server_key

_PSEUDONYM = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,22}[A-Za-z0-9])?")


def check_pseudonym(pseudonym: str) -> str:
    """Return the pseudonym if it can name a user and a project. Raises StudioError otherwise."""
    if not _PSEUDONYM.fullmatch(pseudonym):
        raise StudioError(
            f"{pseudonym!r} can't be an annotator's pseudonym: use 1 to 24 Latin letters, digits, dots, hyphens or "
            "underscores, a letter or digit first and last"
        )
    return pseudonym


def email_of(pseudonym: str) -> str:
    """Return the address under which an annotator signs in; no mail can reach it."""
    return f"{pseudonym.lower()}@annotators.invalid"


def ensure_user(server_url: str, admin_token: str, pseudonym: str) -> str:
    """Return a working token of the annotator, who is signed up through the invite link if need be.

    Raises StudioError when the user exists already but its login is stored nowhere here.
    """
    check_pseudonym(pseudonym)
    server = server_key(server_url, admin_token)
    login = known_logins(server).get(pseudonym)
    if login is not None and _works(server_url, login):
        return login.token
    with Studio(server_url, admin_token) as admin:
        invite = _invite(admin)
        taken = _members(admin)
    password = login.password if login is not None else secrets.token_urlsafe(18)
    email = email_of(pseudonym)
    if email in taken and login is None:
        raise StudioError(
            f"{server_url} has a user {email}, but its login is not stored on this machine: reset its password there, "
            f"or choose another pseudonym than {pseudonym!r}"
        )
    # Kept before the user exists: a run that is killed in between signs in with it next time.
    keep_login(server, pseudonym, Login(email, password, ""))
    with httpx.Client(
        base_url=server_url,
        timeout=60,
        trust_env=not on_loopback(server_url),
        headers={"Accept-Encoding": PACKING},
        event_hooks={"response": [bounded]},
    ) as browser:
        if email in taken:
            _sign_in(browser, email, password)
        else:
            _sign_up(browser, invite, email, password)
        token = _own_token(browser, server_url)
    keep_login(server, pseudonym, Login(email, password, token))
    return token


def _works(url: str, login: Login) -> bool:
    if not login.token:
        return False
    try:
        with Studio(url, login.token) as studio:
            return bool(studio.whoami()["email"] == login.email)
    except TokenError:
        return False


def _invite(admin: Studio) -> str:
    answer = admin.get("/api/invite")
    if not isinstance(answer, dict) or not isinstance(link := answer.get("invite_url"), str):
        raise StudioError(f"{admin.url} gives no link by which annotators sign up: is it a Label Studio?")
    return link


def _members(admin: Studio) -> set[str]:
    """Return the addresses of the organisation's users."""
    users = admin.get("/api/users/")
    if not isinstance(users, list) or not all(isinstance(user, dict) for user in users):
        raise StudioError(f"{admin.url} does not list its users: is it a Label Studio?")
    return {str(user.get("email")) for user in users}


def _sign_up(browser: httpx.Client, invite: str, email: str, password: str) -> None:
    parts = urlsplit(invite)
    _form(browser, f"{parts.path}?{parts.query}", {"email": email, "password": password, "allow_newsletters": "false"})


def _sign_in(browser: httpx.Client, email: str, password: str) -> None:
    _form(browser, "/user/login/", {"email": email, "password": password, "persist_session": "on"})


def _form(browser: httpx.Client, path: str, fields: dict[str, str]) -> None:
    """Fill a form as a browser does: fetch its page for the CSRF token, then send it."""
    page = _answer(browser, "GET", path)
    if page.status_code != 200:
        raise RefusedError(f"{browser.base_url} answers {urlsplit(path).path} with status {page.status_code}")
    answer = _answer(browser, "POST", path, fields | {"csrfmiddlewaretoken": _csrf_token(browser)})
    if answer.status_code != 302:
        raise RefusedError(
            f"{browser.base_url} did not accept {fields['email']} at {urlsplit(path).path}: sign in there by hand to "
            "see why, or delete the user"
        )


def _own_token(browser: httpx.Client, url: str) -> str:
    """Return a token of the signed-in user: the legacy one where it works, else a new personal access token."""
    answer = _answer(browser, "GET", "/api/current-user/token")
    if answer.is_success and (token := _token_in(answer)):
        try:
            with Studio(url, token) as studio:
                studio.whoami()
            return token
        except TokenError:
            pass
    answer = _answer(browser, "POST", "/api/token/")
    if answer.status_code != 201 or not (token := _token_in(answer)):
        raise RefusedError(
            f"{url} makes no token for this user (status {answer.status_code}): enable one kind of token"
        )
    return token


def _answer(browser: httpx.Client, method: str, path: str, fields: dict[str, str] | None = None) -> httpx.Response:
    headers = {"Referer": str(browser.base_url), "X-CSRFToken": _csrf_token(browser)} if method == "POST" else {}
    try:
        answer = browser.request(method, path, data=fields, headers=headers)
    except httpx.HTTPError as error:
        raise StudioDownError(f"no Label Studio answers at {browser.base_url} ({type(error).__name__})") from None
    if answer.status_code == 429 or answer.is_server_error:
        raise StudioDownError(
            f"{browser.base_url} failed at {urlsplit(path).path} with status {answer.status_code}: "
            "run the same command again"
        )
    return answer


def _token_in(answer: httpx.Response) -> str:
    try:
        return str(answer.json()["token"])
    except (ValueError, KeyError, TypeError):
        raise StudioDownError(
            f"{answer.url.copy_with(query=None)} answers with no token: run the same command again, or look whether it "
            "is a Label Studio"
        ) from None


def _csrf_token(browser: httpx.Client) -> str:
    token = browser.cookies.get("csrftoken")
    if token is None:
        raise RefusedError(
            f"{browser.base_url} sets no CSRF cookie with its forms, so that nobody can be signed up: does a proxy "
            "before it drop cookies?"
        )
    return token
