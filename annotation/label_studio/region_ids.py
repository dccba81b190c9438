"""What regions are called, so that records that people leave alone come back under their own name.

An entity or quantity has its record's id (`e1`), a part of a record its own behind a hyphen (`a1-cue2`). Label Studio
makes CSS selectors of region ids, so that only letters, digits, `-` and `_` may stand in them; others are written
`_u<hex>_`.
"""

from __future__ import annotations

import re

_REGION_ID = re.compile(r"((?:[A-Za-z0-9]|_u[0-9a-f]+_)+)(?:-[a-z]+[0-9]*)?")
_ESCAPED = re.compile(r"_u([0-9a-f]+)_")
_UNSAFE = re.compile(r"[^A-Za-z0-9]")


def region_id(record: str, part: str = "") -> str:
    """Return the id of a region: of the whole record, or of a part of it such as `cue2`."""
    escaped = _UNSAFE.sub(lambda match: f"_u{ord(match[0]):x}_", record)
    return f"{escaped}-{part}" if part else escaped


def record_id(region: str) -> str:
    """Return the id of the record that a region belongs to; a drawn region is a record of that name."""
    match = _REGION_ID.fullmatch(region)
    if match is None:
        return region
    name = match[1]
    return _ESCAPED.sub(lambda escaped: chr(min(int(escaped[1], 16), 0x10FFFF)), name) if "_" in name else name
