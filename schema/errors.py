"""The error that every room raises for the person at the command line."""

from __future__ import annotations


class MusnadError(Exception):
    """Something that its user can mend: the message says what is wrong, where, and what to do."""


class LayersError(MusnadError, ValueError):
    """Layers that can't be compared: of different texts, of an unknown article, or two of one annotator."""
