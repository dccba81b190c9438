"""The transport to a Label Studio server: both kinds of token, retries that double nothing, errors that help."""

from __future__ import annotations

import base64
import binascii
import json
import time
from collections.abc import Iterator, Mapping
from typing import Any, Literal
from urllib.parse import urlsplit

import httpx
import msgspec

from .bodies import EXPORT, PACKING, bounded
from .errors import MissingError, RefusedError, StudioDownError, StudioError, TokenError, UnsettledError

# Statuses after which the same request may succeed later. 500 is among them: SQLite answers it when it is locked.
_PASSING = frozenset({429, 500, 502, 503, 504})
_LONGEST_PAUSE = 30.0


class Studio:
    """A connection to one server as one user. Use it as a context manager, or call `close`.

    `token` is a legacy token or a personal access token; it goes to `url` and to no other host. `timeout` is in seconds
    per request (an export of many tasks takes minutes), `attempts` counts all tries of a request, `pause` is the first
    wait between two, doubled each time.
    """

    def __init__(self, url: str, token: str, *, timeout: float = 600.0, attempts: int = 6, pause: float = 0.25) -> None:
        self.url = url.rstrip("/")
        if not _is_address(self.url):
            raise StudioError(f"{url!r} is no address of a Label Studio: give one such as http://127.0.0.1:8080")
        self.token_kind = token_kind(token)
        self._token = token
        self._access: tuple[str, float] | None = None
        self._attempts = attempts
        self._pause = pause
        self._http = httpx.Client(
            base_url=self.url,
            timeout=httpx.Timeout(timeout, connect=10.0),
            follow_redirects=False,
            trust_env=not on_loopback(self.url),
            limits=_limits(self.url),
            headers={"Accept-Encoding": PACKING},
            event_hooks={"response": [bounded]},
        )

    def __enter__(self) -> Studio:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def get(self, path: str, **params: Any) -> Any:
        """Return the JSON that GET `path` answers, tried again while the server fails."""
        return self._json("GET", path, params=params)

    def post(self, path: str, body: Any = None, **params: Any) -> Any:
        """Send JSON once and return the JSON that comes back.

        Raises UnsettledError when the connection broke or the server failed after the request was sent.
        """
        return self._json("POST", path, body=body, params=params)

    def patch(self, path: str, body: Any) -> Any:
        """Change something; sending it twice does no harm, so it is tried again while the server fails."""
        return self._json("PATCH", path, body=body, again=True)

    def delete(self, path: str) -> None:
        """Delete something; that it is gone already is no error."""
        try:
            self._send("DELETE", path, again=True)
        except MissingError:
            return

    def stream(self, path: str, **params: Any) -> Iterator[bytes]:
        """Yield the body of GET `path` piece by piece. Raises StudioDownError when it breaks off: start anew."""
        where = f"GET {path}"
        try:
            with self._http.stream("GET", path, params=params, headers=self._headers(), extensions=EXPORT) as response:
                if response.status_code != 200:
                    response.read()
                    raise self._error(response, where)
                yield from response.iter_bytes(1 << 20)
        except httpx.HTTPError as error:
            raise StudioDownError(f"{self.url} broke off {where}: {_cause(error)}") from None

    def pages(self, path: str, items: str, size: int = 500, **params: Any) -> Iterator[Any]:
        """Yield every item of a paged list; `items` is the field that holds a page's items."""
        seen = 0
        for page in range(1, 1_000_000):
            try:
                answer = self.get(path, page=page, page_size=size, **params)
            except MissingError:
                if page == 1:
                    raise
                return
            found = answer.get(items) if isinstance(answer, dict) else None
            if not isinstance(found, list) or not all(
                isinstance(item, dict) and isinstance(item.get("id"), int) for item in found
            ):
                raise StudioError(
                    f"{self.url} answers GET {path} with something else than {items}: is it a Label Studio?"
                )
            yield from found
            seen += len(found)
            if not found or seen >= answer.get("total", answer.get("count", 0)):
                return

    def whoami(self) -> dict[str, Any]:
        """Return the user whose token this is: `id`, `email`, …"""
        user: Any = self.get("/api/current-user/whoami")
        if not isinstance(user, dict) or "email" not in user:
            raise StudioError(f"{self.url} does not say whose token this is: is it a Label Studio?")
        return user

    def _json(
        self,
        method: str,
        path: str,
        *,
        body: Any = None,
        params: Mapping[str, Any] | None = None,
        again: bool | None = None,
    ) -> Any:
        safe = method == "GET" if again is None else again
        for attempt in range(self._attempts):
            response = self._send(method, path, body=body, params=params, again=safe)
            if not response.content:
                return None
            try:
                return response.json()
            except (ValueError, RecursionError):
                if not safe:
                    break
                time.sleep(self._wait(attempt, None))
        message = f"{self.url} answered {method} {path} with something that is no JSON"
        if safe:
            raise StudioDownError(
                f"{message}, {self._attempts} times: is it a Label Studio, and is a proxy cutting it?"
            )
        raise UnsettledError(message)

    def _send(
        self, method: str, path: str, *, body: Any = None, params: Mapping[str, Any] | None = None, again: bool
    ) -> httpx.Response:
        """Send a request; a request that must not be repeated is repeated only if it certainly had no effect."""
        where = f"{method} {path}"
        content = None if body is None else msgspec.json.encode(body)
        cause = ""
        for attempt in range(self._attempts):
            response = None
            try:
                headers = self._headers() | ({"Content-Type": "application/json"} if content is not None else {})
                response = self._http.request(method, path, params=params, content=content, headers=headers)
            except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
                cause = _cause(error)
            except httpx.HTTPError as error:
                cause = _cause(error)
                if not again:
                    raise UnsettledError(f"{self.url} gave no answer to {where} ({cause})") from None
            else:
                if response.status_code == 401 and self._access is not None and attempt == 0:
                    self._access = None
                    continue
                if response.status_code not in _PASSING:
                    if response.is_success:
                        return response
                    raise self._error(response, where)
                cause = f"status {response.status_code}"
                if not again and response.status_code not in (429, 503):
                    raise UnsettledError(f"{self.url} failed at {where} ({cause}: {self._said(response)})")
            if attempt + 1 < self._attempts:
                time.sleep(self._wait(attempt, response))
        raise StudioDownError(
            f"no Label Studio answers at {self.url} ({where}: {cause}, {self._attempts} tries): "
            "check that it runs and that LABEL_STUDIO_URL names it, then run the same command again"
        )

    def _wait(self, attempt: int, response: httpx.Response | None) -> float:
        asked = response.headers.get("Retry-After", "") if response is not None else ""
        wait = float(asked) if asked.isdigit() else self._pause * float(2**attempt)
        return min(wait, _LONGEST_PAUSE)

    def _headers(self) -> dict[str, str]:
        if self.token_kind == "legacy":
            return {"Authorization": f"Token {self._token}"}
        if self._access is None or self._access[1] < time.monotonic():
            self._access = (self._access_token(), time.monotonic() + 240)
        return {"Authorization": f"Bearer {self._access[0]}"}

    def _access_token(self) -> str:
        response = self._http.post("/api/token/refresh/", json={"refresh": self._token})
        if response.status_code in (400, 401):
            raise TokenError(_refused(self.url, self.token_kind))
        if not response.is_success:
            raise httpx.RemoteProtocolError(f"status {response.status_code} at /api/token/refresh/")
        try:
            return str(response.json()["access"])
        except (ValueError, KeyError, TypeError):
            raise StudioError(
                f"{self.url} gives no access token at /api/token/refresh/: is it a Label Studio?"
            ) from None

    def _error(self, response: httpx.Response, where: str) -> StudioError:
        status = response.status_code
        if status == 401:
            return TokenError(_refused(self.url, self.token_kind))
        if status == 404:
            return MissingError(f"{self.url} has nothing at {where}: it was deleted, or this user may not see it")
        if response.is_redirect:
            host = urlsplit(response.headers.get("Location", "")).hostname or "elsewhere"
            return RefusedError(
                f"{self.url} redirects {where} to {host}: musnad sends its token to no other address; "
                "set LABEL_STUDIO_URL to the address that the server goes by"
            )
        if status in _PASSING:
            return StudioDownError(f"{self.url} failed at {where} with status {status}: {self._said(response)}")
        return RefusedError(f"{self.url} refuses {where} with status {status}: {self._said(response)}")

    def _said(self, response: httpx.Response) -> str:
        """What the server says is wrong, without the token, which some repeat."""
        said = _detail(response)
        for secret in (self._token, self._access[0] if self._access else ""):
            said = said.replace(secret, "…") if secret else said
        return said


def _limits(url: str) -> httpx.Limits:
    """Return how many connections to keep: none without TLS, where a new one costs a round trip.

    Label Studio's own server writes an answer's head and body apart, and on a kept connection the body waits 40 ms for
    the client's delayed acknowledgement of the head. Through TLS keeping them saves more, and a proxy answers in one.
    """
    return httpx.Limits(max_connections=100, max_keepalive_connections=20 if url.startswith("https:") else 0)


def on_loopback(url: str) -> bool:
    """Return whether an address is of this machine, to which no proxy of the environment leads."""
    return urlsplit(url).hostname in ("127.0.0.1", "localhost", "::1")


def _is_address(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


def token_kind(token: str) -> Literal["legacy", "personal"]:
    """Return whether a token is a personal access token (a JWT refresh token) or a legacy one.

    Raises TokenError when it is neither, such as an empty one or an access token pasted by mistake.
    """
    if not token or not token.isascii() or any(c.isspace() for c in token):
        raise TokenError(
            "the token is empty or holds white space: copy it again from Account & Settings of Label Studio "
            "and set LABEL_STUDIO_API_KEY"
        )
    if token.count(".") != 2:
        return "legacy"
    payload = token.split(".")[1]
    try:
        claims = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except (binascii.Error, ValueError):
        raise TokenError("the token looks like a personal access token but is damaged: copy it again, whole") from None
    if not isinstance(claims, dict) or claims.get("token_type") != "refresh":
        raise TokenError(
            "the token is a short-lived access token: create a personal access token under Account & Settings, "
            "and set LABEL_STUDIO_API_KEY to that"
        )
    return "personal"


def _refused(url: str, kind: str) -> str:
    if kind == "legacy":
        return (
            f"{url} refuses the legacy token: legacy tokens may be turned off for the organisation, or it was reset; "
            "create a personal access token under Account & Settings and set LABEL_STUDIO_API_KEY to it"
        )
    return (
        f"{url} refuses the personal access token: it was revoked, has expired or belongs to another server; "
        "create a new one under Account & Settings and set LABEL_STUDIO_API_KEY to it"
    )


def _cause(error: httpx.HTTPError) -> str:
    return f"{type(error).__name__}: {error}" if str(error) else type(error).__name__


def _detail(response: httpx.Response) -> str:
    try:
        body = response.json()
    except ValueError:
        return response.text[:200]
    if isinstance(body, dict):
        shown = body.get("validation_errors") or body.get("detail") or body
        return str(shown)[:400]
    return str(body)[:400]
