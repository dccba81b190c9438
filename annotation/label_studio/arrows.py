"""Which arrows must be drawn: those without which the rule of `links` would not join regions as the records say."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ...schema.records import Attribution, Quantity
from .links import Arrow, Group, Region, join_attributions, join_counted


def arrows_for_attributions(
    owned: Sequence[tuple[Attribution, Mapping[str, Sequence[Region]]]], text: str
) -> tuple[list[Region], list[Arrow]]:
    """Return the regions, marked where they must be, and the arrows without which they would join otherwise.

    `owned` holds each attribution with its regions by role, in the order of the record.
    """
    arrows: dict[Arrow, None] = {}
    outermost: set[str] = set()
    heads = {attribution.id: parts["cue"][0].key for attribution, parts in owned}

    def errors(arrows: Iterable[Arrow]) -> list[Arrow]:
        linked = join_attributions([_marked(r, outermost) for r in regions], arrows, text)
        found = {cue.key: group for group in linked.groups for cue in group.cues}
        return list(_missing_arrows(owned, found)) or list(_parent_arrows(owned, found, heads))

    regions = [region for _, parts in owned for rs in parts.values() for region in rs]
    while wanted := dict.fromkeys(errors(arrows)):
        outermost |= {arrow.start for arrow in wanted if arrow.role == "outermost"}
        wanted = {arrow: None for arrow in wanted if arrow.role != "outermost"}
        arrows |= dict.fromkeys(_every_arrow(owned)) if wanted and wanted.keys() <= arrows.keys() else wanted
    for arrow in list(arrows):
        fewer = [other for other in arrows if other != arrow]
        if not errors(fewer):
            arrows = dict.fromkeys(fewer)
    return [_marked(region, outermost) for region in regions], list(arrows)


def arrows_for_counted(quantities: Sequence[tuple[Quantity, Region, Region | None]], text: str) -> list[Arrow]:
    """Return the arrows without which the counted nouns would not join their quantities as the records say."""
    regions = [region for _, region, _ in quantities]
    counted = [noun for *_, noun in quantities if noun is not None]
    arrows: dict[Arrow, None] = {}
    while True:
        links, _ = join_counted(regions, counted, arrows, text)
        wrong = [
            Arrow("counted", region.key, noun.key)
            for quantity, region, noun in quantities
            if noun is not None and (region.key not in links or links[region.key].span != quantity.counted)
        ]
        if not wrong:
            return list(arrows)
        arrows |= dict.fromkeys(wrong)


def _marked(region: Region, outermost: set[str]) -> Region:
    if region.key not in outermost:
        return region
    return Region(region.key, region.role, region.span, region.kind, region.implicit, True)


def _missing_arrows(
    owned: Sequence[tuple[Attribution, Mapping[str, Sequence[Region]]]], found: Mapping[str, Group]
) -> Iterator[Arrow]:
    """Yield an arrow for everything that the rule gave to the wrong cue; cues first, as the rest follows from them."""
    wrong = []
    for _, parts in owned:
        first, *rest = parts["cue"]
        if {cue.key for cue in found[first.key].cues} != {cue.key for cue in parts["cue"]}:
            wrong += [Arrow("part", first.key, cue.key) for cue in rest]
    if wrong:
        yield from wrong
        return
    for _, parts in owned:
        head = parts["cue"][0].key
        group = found[head]
        for role, has in (("source", group.sources), ("content", group.content)):
            if [r.span for r in has] != [r.span for r in parts[role]]:
                yield from (Arrow(role, head, region.key) for region in parts[role])
        relays = [r.span for r in group.relays]
        true = [r.span for r in parts["relay"]]
        if sorted(relays) != sorted(true):
            yield from (Arrow("relay", head, region.key) for region in parts["relay"])
        elif relays != true:
            yield from (Arrow("relay", head, region.key) for region in parts["relay"])
            yield from (
                Arrow("relay", outer.key, inner.key)
                for outer, inner in zip(parts["relay"], parts["relay"][1:], strict=False)
            )


def _parent_arrows(
    owned: Sequence[tuple[Attribution, Mapping[str, Sequence[Region]]]],
    found: Mapping[str, Group],
    heads: Mapping[str, str],
) -> Iterator[Arrow]:
    for attribution, parts in owned:
        head = parts["cue"][0].key
        true = heads[attribution.parent] if attribution.parent else None
        if found[head].parent != true:
            yield Arrow("outermost", head, head) if true is None else Arrow("parent", head, true)


def _every_arrow(owned: Sequence[tuple[Attribution, Mapping[str, Sequence[Region]]]]) -> Iterator[Arrow]:
    for _, parts in owned:
        head, *rest = parts["cue"]
        yield from (Arrow("part", head.key, cue.key) for cue in rest)
        for role in ("source", "content", "relay"):
            yield from (Arrow(role, head.key, region.key) for region in parts[role])
