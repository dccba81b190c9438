"""What the command line says to a person or a program, and how it ends."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NoReturn, TypeVar

T = TypeVar("T")
_WIDE = 10_000


def say(message: str) -> None:
    """Print what was done."""
    print(message)


def warn(message: str) -> None:
    """Print what went wrong, to standard error."""
    print(f"musnad: {message}", file=sys.stderr)


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

    print(json.dumps(msgspec.to_builtins(value), ensure_ascii=False))


def table(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Print a table; an empty cell is a dash, a number has three decimals."""
    from rich.console import Console
    from rich.table import Table

    grid = Table(*titles)
    for row in rows:
        grid.add_row(
            *("-" if cell is None else f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row)
        )
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
