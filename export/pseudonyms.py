"""Annotators' names in a release: pseudonyms keyed by a secret that stays outside."""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from collections.abc import Iterable
from pathlib import Path

import msgspec

from ..schema.agreement_report import AgreementReport
from .integrity import ReleaseError
from .shelf import Entry

VARIABLE = "MUSNAD_PSEUDONYM_KEY"


class Pseudonyms:
    """Renames annotators; without the key nobody can tell who is who, with it the names stay over all versions."""

    def __init__(self, key: bytes) -> None:
        """Raises ValueError for a key of fewer than 16 bytes, which could be guessed."""
        if len(key) < 16:
            raise ValueError("a pseudonym key has at least 16 bytes")
        self._key = key

    def name(self, annotator: str) -> str:
        """Return an annotator's pseudonym: HMAC-SHA256 of the name, ten hexadecimal digits of it."""
        return "annotator-" + hmac.new(self._key, annotator.encode(), hashlib.sha256).hexdigest()[:10]

    def entry(self, entry: Entry) -> Entry:
        """Return an entry whose layers are by pseudonyms, in their order."""
        layers = [msgspec.structs.replace(layer, annotator=self.name(layer.annotator)) for layer in entry.layers]
        return entry._replace(layers=sorted(layers, key=lambda layer: layer.annotator))

    def report(self, report: AgreementReport) -> AgreementReport:
        """Return a report with pseudonyms in place of names."""
        return msgspec.structs.replace(
            report,
            annotators=sorted(map(self.name, report.annotators)),
            pairs=[msgspec.structs.replace(pair, a=self.name(pair.a), b=self.name(pair.b)) for pair in report.pairs],
            by_annotator=[
                msgspec.structs.replace(one, annotator=self.name(one.annotator)) for one in report.by_annotator
            ],
        )


def stored(state: Path) -> Pseudonyms:
    """Return the pseudonyms of `$MUSNAD_PSEUDONYM_KEY` or else of the key in the folder `state`, made when missing.

    The file is readable by its owner alone. Raises ReleaseError for a key that is too short.
    """
    given = os.environ.get(VARIABLE)
    if given is not None:
        try:
            return Pseudonyms(given.encode())
        except ValueError as error:
            raise ReleaseError(f"{VARIABLE}: {error}") from error
    path = state / "pseudonym-key"
    try:
        return Pseudonyms(path.read_bytes())
    except FileNotFoundError:
        state.mkdir(parents=True, exist_ok=True)
        key = secrets.token_hex(32).encode()
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(key)
        return Pseudonyms(key)
    except ValueError as error:
        raise ReleaseError(f"{path}: {error}: bring the key back, or delete the file to make a new one") from error


def check_names(annotators: Iterable[str]) -> None:
    """Raise ReleaseError when a name that would be published is a mail address."""
    if any("@" in name for name in annotators):
        raise ReleaseError("an annotator's name is a mail address: publish with pseudonyms")
