"""Mapping to and from the tags of ACE 2005, OntoNotes 5, Wojood and ANERcorp, as `labels.yaml` states it."""

from __future__ import annotations

from functools import cache

from .labels import inventory

TAGSETS = ("ace", "ontonotes", "wojood", "anercorp")


def to_tagset(label: str, tagset: str) -> str | None:
    """Return the tag that a musnad label is written as in `tagset`, None if it has none.

    Raises KeyError for an unknown label or tag set.
    """
    tags = inventory().entities[label].tagsets[tagset]
    return tags[0] if tags else None


@cache
def from_tagset(tagset: str) -> dict[str, tuple[str, ...]]:
    """Return, for each tag of `tagset`, the musnad labels that it covers, in inventory order.

    One tag may cover several labels: ANERcorp's LOC is GPE, LOC or FAC here. Raises KeyError for an unknown tag set.
    """
    table: dict[str, tuple[str, ...]] = {}
    for name, label in inventory().entities.items():
        for tag in label.tagsets[tagset]:
            table[tag] = (*table.get(tag, ()), name)
    return table
