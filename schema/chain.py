"""The chain of an attribution (isnad) and the claims of a layer: derived, never annotated."""

from __future__ import annotations

from typing import Literal

import msgspec

from .records import Article, Attribution, Layer, Quantity, Span

Role = Literal["publisher", "relay", "source"]


class Link(msgspec.Struct, frozen=True):
    """One transmitter in a chain; `span` is None for the publisher and for a source that the text leaves out."""

    role: Role
    name: str | None
    span: Span | None = None


class Claim(msgspec.Struct, frozen=True):
    """A quantity standing in an attribution's content, with that attribution's chain, outermost link first."""

    quantity: Quantity
    attribution: Attribution
    chain: tuple[Link, ...]


def chain(attribution: Attribution, layer: Layer, article: Article) -> tuple[Link, ...]:
    """Return who passed it on, outermost first: publisher, then each ancestor's relays and source, then its own."""
    by_id = {a.id: a for a in layer.attributions} if attribution.parent is not None else {}
    line = [attribution]
    while (parent := line[-1].parent) is not None:
        line.append(by_id[parent])
    links = [Link("publisher", article.publisher)]
    for one in reversed(line):
        links += [Link("relay", article.text[start:end], (start, end)) for start, end in one.relays]
        source = article.text[slice(*one.source)] if one.source else None
        links.append(Link("source", source, one.source))
    return tuple(links)


def claims(layer: Layer, article: Article) -> list[Claim]:
    """Return each quantity that stands in some content, with the innermost attribution whose content holds it."""
    pieces = sorted((*piece, n) for n, one in enumerate(layer.attributions) for piece in one.content)
    innermost: dict[str, int] = {}
    open_: list[tuple[int, int, int]] = []  # that begin before the quantity and end behind its begin
    begun = 0
    for quantity in sorted(layer.quantities, key=lambda one: one.start):
        while begun < len(pieces) and pieces[begun][0] <= quantity.start:
            open_.append(pieces[begun])
            begun += 1
        open_ = [piece for piece in open_ if piece[1] > quantity.start]
        holders = [(end - start, n) for start, end, n in open_ if quantity.end <= end]
        if holders:
            innermost[quantity.id] = min(holders)[1]
    found = []
    for quantity in layer.quantities:
        if quantity.id in innermost:
            attribution = layer.attributions[innermost[quantity.id]]
            found.append(Claim(quantity, attribution, chain(attribution, layer, article)))
    return found
