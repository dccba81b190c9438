"""Two attributions whose cues answer each other, compared part by part: source, relays, content, parent, whole chain.

The parts are compared only given the cue, so that a missed cue is counted once, in the cue's own figure. A part that
both leave out agrees; because most attributions have no relay and no parent, each share is also counted over the pairs
in which at least one side expresses the part.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np

from ...schema.records import Attribution
from .distance import Floats
from .matching import Pair, Pieces, Unit, overlap_pairs, shared
from .tally import Tally, Totals, ratio
from .words import word_end

if TYPE_CHECKING:
    from .batch import Batch

SPANS = ("source", "relay", "content")  # the parts that are spans
PARTS = ("source", "relay", "content", "parent", "chain")

Link = tuple[str, tuple[int, int] | None]


def cue_units(attributions: Sequence[Attribution]) -> list[Unit]:
    """Return each attribution's cue, all pieces together, labelled with the attribution's kind."""
    return [Unit(one.cues, one.kind) for one in attributions]


def aligned_by_cue(a: Sequence[Attribution], b: Sequence[Attribution]) -> list[Pair]:
    """Return index pairs of attributions whose cues overlap, best overlap first kept (`overlap_pairs`)."""
    return overlap_pairs(cue_units(a), cue_units(b), most="overlap")


def spans_of(attribution: Attribution, part: str) -> Pieces:
    """Return the spans of a part: `source` (none or one), `relay`, `content`."""
    if part == "source":
        return (attribution.source,) if attribution.source else ()
    return attribution.relays if part == "relay" else attribution.content


def transmission(attribution: Attribution, by_id: Mapping[str, Attribution]) -> tuple[Link, ...]:
    """Return the chain as (role, span), outermost first, through all parents: what `schema.chain` names, as offsets."""
    line = [attribution]
    while (parent := line[-1].parent) is not None:
        line.append(by_id[parent])
    links: list[Link] = []
    for one in reversed(line):
        links += [("relay", span) for span in one.relays]
        links.append(("source", one.source))
    return tuple(links)


def same_parent(a: Attribution, b: Attribution, partner: Mapping[str, str]) -> bool:
    """Whether both have no parent, or parents that answer each other (`partner`: id in a's layer to id in b's)."""
    if a.parent is None or b.parent is None:
        return a.parent is b.parent
    return partner.get(a.parent) == b.parent


def compare(
    a: Sequence[Attribution], b: Sequence[Attribution], pairs: Iterable[Pair], text: str | None = None
) -> Counter[tuple[str, str]]:
    """Count, over aligned pairs, how often each part agrees. Keys are (part, figure):

    `n` pairs; `exact` pairs with the part equal; `n_expressed`, `exact_expressed` the same where either side has the
    part; for source, relay and content also `overlap` (some code point in common, or none on both sides), `shared` and
    `size` in code points (character F1 is 2 · shared / size) and, when the text is given, `head`: both begin in the
    same word (Arabic noun phrases and clauses begin with their head).
    """
    pairs = list(pairs)
    counts: Counter[tuple[str, str]] = Counter()
    by_id_a, by_id_b = {one.id: one for one in a}, {one.id: one for one in b}
    partner = {a[i].id: b[j].id for i, j in pairs}
    for i, j in pairs:
        one, other = a[i], b[j]
        for part in SPANS:
            _spans(counts, part, spans_of(one, part), spans_of(other, part), text)
        _count(counts, "parent", same_parent(one, other, partner), bool(one.parent or other.parent))
        chain_a, chain_b = transmission(one, by_id_a), transmission(other, by_id_b)
        _count(counts, "chain", chain_a == chain_b, any(span for _, span in (*chain_a, *chain_b)))
    return counts


def count(batch: Batch, tally: Tally) -> None:
    """Add how often the parts of articles' attributions agree, over all pairs of annotators: what `compare` counts."""
    here = batch.layers["attributions"]
    graph, edges = here.graph, here.aligned
    a, b, article = graph.a[edges], graph.b[edges], here.pairs.article[graph.pair[edges]]
    source, relays, content = (batch.spans_of(part) for part in SPANS)
    named, chain = batch.chains
    equal = {
        part: spans.shape[a] == spans.shape[b] for part, spans in zip(SPANS, (source, relays, content), strict=True)
    }
    expressed = {
        part: (spans.size[a] > 0) | (spans.size[b] > 0)
        for part, spans in zip(SPANS, (source, relays, content), strict=True)
    }
    parent = here.table["parent"]
    # The unit that answers a pair's unit of the first reading: the parents agree if one answers the other.
    partner = np.full(graph.n_a, -1, dtype=np.int64)
    partner[graph.node_a[edges]] = b
    pair, has_a, has_b = graph.pair[edges], parent[a] >= 0, parent[b] >= 0
    answer = partner[np.where(has_a, graph.offset_a[pair] + parent[a], 0)] if len(edges) else a
    equal["parent"] = (~has_a & ~has_b) | (has_a & has_b & (answer == graph.first_b[pair] + parent[b]))
    expressed["parent"] = has_a | has_b
    equal["chain"] = chain[a] == chain[b]
    expressed["chain"] = named[a] | named[b]
    for part in PARTS:
        right, there = equal[part], expressed[part]
        tally.add(("part", part, "n"), article, None)
        tally.add(("part", part, "exact"), article[right], None)
        tally.add(("part", part, "n_expressed"), article[there], None)
        tally.add(("part", part, "exact_expressed"), article[right & there], None)
    for part, spans in zip(SPANS, (source, relays, content), strict=True):
        right = equal[part]
        common = np.where(right, spans.size[a], 0)
        head = right.copy()
        for n in np.flatnonzero(~right & (spans.size[a] > 0) & (spans.size[b] > 0)).tolist():
            one, other, text = spans.pieces(a[n]), spans.pieces(b[n]), batch.part.texts[article[n]]
            common[n], head[n] = shared(one, other), _head(one, text) == _head(other, text)
        tally.add(("part", part, "overlap"), article[right | (common > 0)], None)
        tally.add(("part", part, "head"), article[head], None)
        tally.add(("part", part, "shared"), article, common)
        tally.add(("part", part, "size"), article, spans.size[a] + spans.size[b])


def part_share(totals: Totals, part: str, figure: str) -> Floats:
    """Return in every draw the share of aligned attributions whose part agrees by a figure of `compare`."""
    whole = "n_expressed" if figure.endswith("_expressed") else "n"
    return ratio(totals["part", part, figure], totals["part", part, whole])


def characters_f1(totals: Totals, part: str) -> Floats:
    """Return in every draw twice the code points that both gave to the part over all that either gave."""
    return ratio(2 * totals["part", part, "shared"], totals["part", part, "size"])


def _count(counts: Counter[tuple[str, str]], part: str, equal: bool, expressed: bool) -> None:
    counts[part, "n"] += 1
    counts[part, "exact"] += equal
    counts[part, "n_expressed"] += expressed
    counts[part, "exact_expressed"] += equal and expressed


def _spans(counts: Counter[tuple[str, str]], part: str, a: Pieces, b: Pieces, text: str | None) -> None:
    equal = a == b
    _count(counts, part, equal, bool(a or b))
    size = Unit(a).length
    common = size if equal else shared(a, b)
    counts[part, "overlap"] += equal or common > 0
    counts[part, "shared"] += common
    counts[part, "size"] += 2 * size if equal else size + Unit(b).length
    if text is not None:
        counts[part, "head"] += equal or (bool(a) and bool(b) and _head(a, text) == _head(b, text))


def _head(pieces: Pieces, text: str) -> int:
    # Where its first word ends: a proclitic more or less at the front makes no other head.
    return word_end(text, *pieces[0])
