"""What the command line says to a person or a program, and how it ends."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")

# C0 and C1, line and paragraph separators, embeddings, overrides and isolates of direction.
_COMMANDING = re.compile("[\\x00-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069]")
_WIDE = 10_000


def say(message: str) -> None:
    """Print what was done."""
    print(message)


def show(text: str) -> None:
    """Print an article's text: as it is into a pipe, without what could command a terminal on one."""
    say(visible(text, keep="\n\t") if sys.stdout.isatty() else text)


def visible(text: str, keep: str = "") -> str:
    """Return `text` with each control character and each order to turn the writing direction as its escape.

    A title with them could clear the screen, break a list's line or show another's name. Those of `keep` stay.
    """
    return _COMMANDING.sub(lambda one: one[0] if one[0] in keep else _escape(one[0]), text)


def warn(message: str) -> None:
    """Print what went wrong, to standard error."""
    said = visible(message, keep="\n")
    print(f"musnad: {said}", file=sys.stderr)


def fail(message: str) -> NoReturn:
    """Say why the command can't do all that was asked, and end with exit code 1."""
    warn(message)
    raise SystemExit(1)


def end(refusals: Sequence[object]) -> None:
    """Name each refused record, and end with exit code 1 when there is one."""
    for refusal in refusals:
        warn(str(refusal))
    if refusals:
        fail(f"{len(refusals)} refused; the rest was done")


def print_json(value: Any) -> None:
    """Print a struct or plain value as one JSON document."""
    import msgspec

    text = json.dumps(msgspec.to_builtins(value), ensure_ascii=False)
    print(_COMMANDING.sub(lambda one: f"\\u{ord(one[0]):04x}", text))  # another spelling of the same strings


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; an empty cell is a dash, a number has three decimals."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    grid = Table(*titles)
    for row in rows:
        cells = ("-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row)
        grid.add_row(*(Text(visible(cell)) for cell in cells))
    console = Console()
    if not console.is_terminal:
        console.width = _WIDE  # a line of a pipe ends where the row does
    console.print(grid)


def progress(items: Iterable[T], what: str) -> Iterator[T]:
    """Yield the items, with a running count on a terminal and nothing in a pipe."""
    if not sys.stderr.isatty():
        yield from items
        return
    from rich.console import Console
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    columns = (SpinnerColumn(), TextColumn("{task.description} {task.completed}"), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(what)
        for item in items:
            yield item
            bar.advance(task)


def _escape(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")
