"""Numbers as annotators type them, into decimal strings; what could mean two things is refused."""

from __future__ import annotations

import re

_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹٫−–", "01234567890123456789.--")
_DECIMAL = re.compile(r"-?(0|[1-9][0-9]*)(\.[0-9]+)?")
_GROUPED = re.compile(r"[+-]?[0-9]{1,3}(?:([,،٬' \u00a0\u202f])[0-9]{3})(?:\1[0-9]{3})*(\.[0-9]+)?")
_COMMA_DECIMAL = re.compile(r"([+-]?[0-9]+)[,،]([0-9]{1,2}|[0-9]{4,})")
_LOOSE = re.compile(r"([+-]?)([0-9]*)(?:\.([0-9]*))?")


class UnreadableError(ValueError):
    """A typed number that can't be read, or could be read in two ways; the message says why."""


def decimal(typed: str) -> str:
    """Return the decimal string that `typed` means; a well-formed one is returned as it is.

    Arabic-Indic and Persian digits, `٫`, thousands separators and a sign are read; `1،9` is 1.9.
    Raises UnreadableError.
    """
    if _DECIMAL.fullmatch(typed):
        return typed
    number = "".join(c for c in typed if c not in "\u200e\u200f\u061c\ufeff").strip().translate(_DIGITS)
    if _GROUPED.fullmatch(number):
        if "،" in number and not number.startswith("0"):
            raise UnreadableError(
                f"{typed!r} could be thousands or a decimal fraction: write it without a comma, or with a point"
            )
        number = re.sub(r"[,،٬' \u00a0\u202f]", "", number)
    elif comma := _COMMA_DECIMAL.fullmatch(number):
        number = f"{comma[1]}.{comma[2]}"
    loose = _LOOSE.fullmatch(number)
    if not loose or not (loose[2] or loose[3]):
        raise UnreadableError(f"{typed!r} is no decimal number: write digits only, such as 1500 or 1.9")
    whole = loose[2].lstrip("0") or "0"
    sign = "-" if loose[1] == "-" else ""
    return f"{sign}{whole}.{loose[3]}" if loose[3] else f"{sign}{whole}"
