"""The record of a quantity: its number in the field that its bound calls for."""

from __future__ import annotations

from ....schema.records import BoundName, Quantity
from .figures import Value
from .numerals import decimal_text
from .units import Unit


def quantity_record(
    identifier: str,
    span: tuple[int, int],
    bound: BoundName,
    number: Value,
    *,
    high: Value | None = None,
    unit: Unit | None = None,
    counted: tuple[int, int] | None = None,
    part: bool = False,
) -> Quantity:
    """Return the record of a number; `high` is the other end of a range, `part` is true of a part of something."""
    value = low = top = None
    if bound in ("exact", "about"):
        value = decimal_text(number)
    elif bound in ("at_most", "less_than"):
        top = decimal_text(number)
    else:
        low = decimal_text(number)
        top = decimal_text(high) if bound == "between" and high is not None else None
    kind = unit.kind if unit is not None else "other" if part else "count"
    return Quantity(
        id=identifier, start=span[0], end=span[1], kind=kind, bound=bound, value=value, low=low, high=top,
        unit=unit.code if unit is not None else None, counted=counted,
    )  # fmt: skip
