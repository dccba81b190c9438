"""What can go wrong with a Label Studio, each with what happened, where, and what to do. No message carries a token."""

from __future__ import annotations

from ...schema.errors import MusnadError


class StudioError(MusnadError):
    """The parent of all errors that the work with Label Studio raises on purpose."""


class StudioDownError(StudioError):
    """The server can't be reached, or kept failing after every retry."""


class TokenError(StudioError):
    """The server refuses the token."""


class RefusedError(StudioError):
    """The server refuses a request: status 4xx other than 401 and 404."""


class MissingError(StudioError):
    """Something that should be on the server is not there (404)."""


class UnsettledError(StudioError):
    """A request that creates something was sent, but no answer came: it may or may not have taken effect."""
