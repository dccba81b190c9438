"""The implied links: which regions belong together when no arrow says so.

The rule, as annotators read it in the guidelines:

1. *Cue parts.* Going through the text, a cue part joins the part before it, unless the sentence has ended, a content
   begins or ends between the two, or both it and an earlier part of that cue carry a kind. A part that is glued to the
   word after it (`تقدر … بـ`) can't be a cue by itself: it joins over a content too.
2. *Content* belongs to the nearest cue before it in its sentence that lacks one; if there is none, to the nearest cue
   after it in its sentence that lacks one; if there is none, it is a further piece of the nearest cue before it.
3. *Source and relay* belong to the nearest cue of their sentence that lacks one. A source left over belongs to the
   next cue with a dropped subject that lacks one; a relay left over is one more of the nearest cue of its sentence.
4. *Relays* of one cue stand in the order of the text, the outermost first.
5. *Parent.* A cue inside the content of another has that one as parent, the innermost if several; not if it is marked
   as outermost.
6. *Counted noun.* It belongs to the nearest quantity of its sentence that lacks one.

An arrow always wins over the rule. Nothing here reads or writes Label Studio's format.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import attrgetter
from typing import NamedTuple

from ...corpus.sentences import sentence_ends
from ...schema.records import Span


class Region(NamedTuple):
    """A region of a pass: its key (unique in the task), role and span; for cues also the kind and the marks."""

    key: str
    role: str
    span: Span
    kind: str | None = None
    implicit: bool = False
    outermost: bool = False


class Arrow(NamedTuple):
    """A drawn link; `role` is one of config.RELATIONS. It leads from a cue, or from a quantity to its counted noun.

    From one relay to another it gives their order, the outer one first.
    """

    role: str
    start: str
    end: str


@dataclass(slots=True)
class Group:
    """The regions of one attribution; `cues[0]` stands first in the text, `parent` is the key of the parent's."""

    cues: list[Region]
    sources: list[Region] = field(default_factory=list)
    relays: list[Region] = field(default_factory=list)
    content: list[Region] = field(default_factory=list)
    parent: str | None = None

    @property
    def key(self) -> str:
        return self.cues[0].key

    @property
    def kinds(self) -> list[str]:
        return [cue.kind for cue in self.cues if cue.kind is not None]

    @property
    def implicit(self) -> bool:
        return any(cue.implicit for cue in self.cues)

    @property
    def outermost(self) -> bool:
        return any(cue.outermost for cue in self.cues)


@dataclass(frozen=True, slots=True)
class Linked:
    """Regions joined: the groups in the order of their first region, and the regions that belong to no cue."""

    groups: list[Group]
    orphans: list[Region]


def join_attributions(regions: Sequence[Region], arrows: Iterable[Arrow], text: str) -> Linked:
    """Join the regions of the attribution pass by arrows first and the rule for the rest."""
    drawn = list(arrows)
    breaks = _Sentences(text)
    groups = _cue_groups(regions, drawn, breaks, text)
    of_cue = {cue.key: group for group in groups for cue in group.cues}
    cues_of: dict[int, list[tuple[Region, Group]]] = defaultdict(list)  # by their sentence
    for group in groups:
        for cue in group.cues:
            cues_of[breaks.at(cue.span)].append((cue, group))
    orphans = []
    for role in ("content", "source", "relay"):
        mine = [(r, cues_of[breaks.at(r.span)]) for r in regions if r.role == role]
        orphans += _attach(role, mine, groups, of_cue, drawn)
    for group in groups:
        group.content.sort(key=lambda region: region.span)
        group.relays = _relay_order(group.relays, drawn)
    _parents(groups, of_cue, drawn)
    order = {region.key: n for n, region in enumerate(regions)}
    groups.sort(key=lambda group: min(order[cue.key] for cue in group.cues))
    return Linked(groups, orphans)


def join_counted(
    quantities: Sequence[Region], counted: Sequence[Region], arrows: Iterable[Arrow], text: str
) -> tuple[dict[str, Region], list[Region]]:
    """Give each quantity (by key) its counted noun; return the links and the counted nouns without a quantity."""
    breaks = _Sentences(text)
    nouns = {region.key: region for region in counted}
    links: dict[str, Region] = {}
    taken = set()
    keys = {region.key for region in quantities}
    for arrow in arrows:
        if arrow.role == "counted" and arrow.start in keys and arrow.end in nouns and arrow.start not in links:
            links[arrow.start] = nouns[arrow.end]
            taken.add(arrow.end)
    near: dict[int, list[Region]] = defaultdict(list)
    for quantity in quantities:
        if quantity.key not in links:
            near[breaks.at(quantity.span)].append(quantity)
    pairs = [
        (_gap(noun.span, quantity.span), quantity.span > noun.span, noun.span, quantity.span, n, m)
        for n, noun in enumerate(counted)
        if noun.key not in taken
        for m, quantity in enumerate(near[breaks.at(noun.span)])
    ]
    for *_, n, m in sorted(pairs):
        noun = counted[n]
        quantity = near[breaks.at(noun.span)][m]
        if noun.key not in taken and quantity.key not in links:
            links[quantity.key] = noun
            taken.add(noun.key)
    return links, [noun for noun in counted if noun.key not in taken]


def _cue_groups(regions: Sequence[Region], arrows: Sequence[Arrow], breaks: _Sentences, text: str) -> list[Group]:
    cues = sorted((r for r in regions if r.role == "cue"), key=lambda region: (region.span, region.kind is None))
    by_key = {cue.key: cue for cue in cues}
    head_of: dict[str, str] = {}
    for arrow in arrows:
        if arrow.role == "part" and arrow.start in by_key and arrow.end in by_key and arrow.start != arrow.end:
            head_of.setdefault(arrow.end, arrow.start)
    drawn_to = {cue.key: _head(cue.key, head_of) for cue in cues}
    edges = sorted(edge for r in regions if r.role == "content" for edge in r.span)
    groups: dict[str, Group] = {}
    before: Region | None = None
    run: str | None = None
    for cue in cues:
        if drawn_to[cue.key] != cue.key:
            continue
        if (
            before is not None
            and run is not None
            and breaks.at(before.span) == breaks.at(cue.span)
            and not (cue.kind is not None and groups[run].kinds)
            and (_glued(cue, text) or not _content_between(before, cue, edges))
        ):
            groups[run].cues.append(cue)
        else:
            run = cue.key
            groups[run] = Group([cue])
        before = cue
    run_of = {cue.key: key for key, group in groups.items() for cue in group.cues}
    for cue in cues:
        if drawn_to[cue.key] != cue.key:
            groups[run_of[drawn_to[cue.key]]].cues.append(cue)
    for group in groups.values():
        group.cues.sort(key=lambda region: region.span)
    return list(groups.values())


def _head(key: str, head_of: Mapping[str, str]) -> str:
    seen = {key}
    while (up := head_of.get(key)) is not None:
        if up in seen:
            return min(seen)
        seen.add(up)
        key = up
    return key


def _glued(cue: Region, text: str) -> bool:
    return text[cue.span[1] : cue.span[1] + 1].isalnum()


def _content_between(before: Region, cue: Region, edges: Sequence[int]) -> bool:
    at = bisect_right(edges, before.span[1] - 1)
    return at < len(edges) and edges[at] <= cue.span[0]


def _attach(
    role: str,
    regions: Sequence[tuple[Region, Sequence[tuple[Region, Group]]]],
    groups: Sequence[Group],
    of_cue: Mapping[str, Group],
    arrows: Sequence[Arrow],
) -> list[Region]:
    """Give the regions of a role, each beside the cues of its sentence, to the groups; return those left over."""
    by_key = {region.key: region for region, _ in regions}
    held = _HELD[role]
    taken = set()
    for arrow in arrows:
        if arrow.role == role and arrow.start in of_cue and arrow.end in by_key:
            there = held(of_cue[arrow.start])
            if by_key[arrow.end] not in there:
                there.append(by_key[arrow.end])
            taken.add(arrow.end)
    left = [(region, cues) for region, cues in regions if region.key not in taken]
    pairs = []
    for n, (region, cues) in enumerate(left):
        start, end = span = region.span
        for m, (cue, group) in enumerate(cues):
            behind = start < cue.span[1]
            if role == "content" and behind and cue.span[0] < end:
                continue
            if not held(group):
                rank = behind if role == "content" else False
                pairs.append((rank, _gap(span, cue.span), behind, span, cue.span, n, m))
    for *_, n, m in sorted(pairs):
        region, cues = left[n]
        there = held(cues[m][1])
        if region.key not in taken and not there:
            there.append(region)
            taken.add(region.key)
    orphans = []
    for region, cues in left:
        if region.key in taken:
            continue
        further = _further(role, region, groups, cues)
        if further is None:
            orphans.append(region)
        else:
            held(further).append(region)
    return orphans


def _further(role: str, region: Region, groups: Sequence[Group], near: Sequence[tuple[Region, Group]]) -> Group | None:
    """Return the group of a region that every lacking cue of its sentence has passed over."""
    if role == "source":
        waiting = [g for g in groups if g.implicit and not g.sources and g.cues[0].span >= region.span]
        return min(waiting, key=lambda g: g.cues[0].span, default=None)
    if role == "relay":
        closest = min(near, key=lambda pair: (_gap(region.span, pair[0].span), pair[0].span), default=None)
        return closest[1] if closest else None
    before = [(cue.span, g) for g in groups for cue in g.cues if cue.span[1] <= region.span[0]]
    return max(before, key=lambda pair: pair[0], default=(None, None))[1]


_HELD: dict[str, Callable[[Group], list[Region]]] = {
    "source": attrgetter("sources"),
    "relay": attrgetter("relays"),
    "content": attrgetter("content"),
}


def _relay_order(relays: list[Region], arrows: Sequence[Arrow]) -> list[Region]:
    """Order relays by the text, then by the arrows between them (outer → inner)."""
    relays = sorted(relays, key=lambda region: region.span)
    keys = {region.key for region in relays}
    inner = {a.start: a.end for a in arrows if a.role == "relay" and a.start in keys and a.end in keys}
    if not inner:
        return relays
    by_key = {region.key: region for region in relays}
    ordered: list[Region] = []
    for region in [r for r in relays if r.key not in inner.values()] + relays:
        key: str | None = region.key
        while key is not None and by_key[key] not in ordered:
            ordered.append(by_key[key])
            key = inner.get(key)
    return ordered


def _parents(groups: Sequence[Group], of_cue: Mapping[str, Group], arrows: Sequence[Arrow]) -> None:
    drawn = {of_cue[a.start].key: of_cue[a.end].key for a in arrows if _between_groups(a, of_cue)}
    holders = sorted(
        ((r.span[1] - r.span[0], r.span, group.key) for group in groups for r in group.content),
    )
    up: dict[str, str] = {}
    for group in groups:
        if group.key in drawn:
            _nest(group.key, drawn[group.key], up)
    for group in groups:
        if group.key in up or group.outermost:
            continue
        start, end = group.cues[0].span
        for _, (left, right), key in holders:
            if left <= start and end <= right and key != group.key and _nest(group.key, key, up):
                break
    for group in groups:
        group.parent = up.get(group.key)


def _between_groups(arrow: Arrow, of_cue: Mapping[str, Group]) -> bool:
    return arrow.role == "parent" and arrow.start in of_cue and arrow.end in of_cue


def _nest(child: str, parent: str, up: dict[str, str]) -> bool:
    """Record `parent` unless that would lead back to `child`; return whether it was recorded."""
    above: str | None = parent
    while above is not None:
        if above == child:
            return False
        above = up.get(above)
    up[child] = parent
    return True


def _gap(one: Span, other: Span) -> int:
    return max(one[0] - other[1], other[0] - one[1], 0)


class _Sentences:
    """Which sentence a span begins in."""

    def __init__(self, text: str) -> None:
        self._ends = sentence_ends(text)

    def at(self, span: Span) -> int:
        return bisect_right(self._ends, span[0])
