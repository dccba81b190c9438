"""Bytes to text: UTF-8, strictly; what isn't UTF-8 is named with its place and what it seems to be."""

from __future__ import annotations

BOM = "\ufeff"


class NotUtf8Error(ValueError):
    """Bytes that are no UTF-8: `offset` of the first bad byte, its line, and what the file seems to be instead."""

    def __init__(self, byte: int, offset: int, line: int, hint: str) -> None:
        super().__init__(f"byte 0x{byte:02X} at byte offset {offset} is not UTF-8: {hint}")
        self.byte, self.offset, self.line, self.hint = byte, offset, line, hint

    def at(self, start: int, line: int | None = None) -> NotUtf8Error:
        """Return the same for a piece that begins at byte `start` of its file, on line `line`."""
        return NotUtf8Error(self.byte, start + self.offset, line or self.line, self.hint)


def decode(raw: bytes) -> str:
    """Return the text of `raw`.

    Raises NotUtf8Error at the first byte that can't be UTF-8.
    """
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        at = error.start
        raise NotUtf8Error(raw[at], at, raw.count(b"\n", 0, at) + 1, _hint(raw)) from None


def stored(text: str) -> str:
    """Return `text` as it is stored: without a BOM at its start, with LF for CRLF, and otherwise as it came."""
    return text.removeprefix(BOM).replace("\r\n", "\n")


def _hint(raw: bytes) -> str:
    if raw.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "it looks like UTF-16; convert it with `iconv -f UTF-16 -t UTF-8`"
    letters = [c for c in raw.decode("windows-1256", "replace") if c.isalpha() and not c.isascii()]
    if letters and sum("\u0621" <= c <= "\u064a" for c in letters) >= 0.8 * len(letters):
        return "it looks like windows-1256; convert it with `iconv -f WINDOWS-1256 -t UTF-8`"
    return "save it as UTF-8 (an old Arabic file is often windows-1256: `iconv -f WINDOWS-1256 -t UTF-8`)"
