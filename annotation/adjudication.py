"""From several layers of an article to its gold: what all agree on is taken, the rest is decided by an adjudicator."""

from __future__ import annotations

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from typing import Literal

import msgspec

from ..schema.errors import LayersError
from ..schema.records import GOLD, Layer

State = Literal["agreed", "disagreed", "incomplete", "decided"]
Decider = Literal["unanimous", "majority", "adjudicator"]


class Adjudication(msgspec.Struct, frozen=True):
    """An article's state, as in INCEpTION's curation, and its gold; its `meta` has the state and who decided what.

    `incomplete`: fewer than two layers; `disagreed`: there are marks that not all layers share, and nobody has decided;
    `agreed`: there are none; `decided`: an adjudicator has.
    """

    state: State
    gold: Layer | None
    disputed: int


def adjudicate(layers: Sequence[Layer], decision: Layer | None = None) -> Adjudication:
    """Adjudicate the layers of one article.

    Without a `decision`, gold is what is the same in every layer, attributes and all. With one, gold is the
    adjudicator's layer, and each of its marks is noted as unanimous, of the majority, or the adjudicator's alone.
    Raises LayersError when the layers are not of one text.
    """
    if len({(layer.article_id, layer.sha256) for layer in (*layers, *([decision] if decision else []))}) > 1:
        raise LayersError(f"layers of several texts: {', '.join(sorted({layer.article_id for layer in layers}))}")
    contents = [_contents(layer) for layer in layers]
    votes = Counter(content for own in contents for content in set(own.values()))
    everyone = len(layers)
    disputed = sum(1 for count in votes.values() if count < everyone)
    if decision is not None:
        gold = _gold(decision, "decided", _contents(decision), votes, everyone)
        return Adjudication("decided", gold, disputed)
    if everyone < 2:
        return Adjudication("incomplete", None, disputed)
    first, keys = layers[0], contents[0]
    kept = {mark_id: content for mark_id, content in keys.items() if votes[content] == everyone}
    state: State = "disagreed" if disputed else "agreed"
    return Adjudication(state, _gold(_only(first, kept), state, kept, votes, everyone), disputed)


def adjudicate_all(layers: Iterable[Layer], decisions: Mapping[str, Layer] | None = None) -> dict[str, Adjudication]:
    """Adjudicate every article that has a layer, with the adjudicator's layer of it where there is one."""
    by_article: dict[str, list[Layer]] = {}
    for layer in layers:
        by_article.setdefault(layer.article_id, []).append(layer)
    decided = decisions or {}
    return {article: adjudicate(own, decided.get(article)) for article, own in sorted(by_article.items())}


def decisions_in(gold: Iterable[Layer]) -> dict[str, Layer]:
    """Return the adjudicator's layers in an earlier gold, by article: adjudicating again keeps them."""
    return {layer.article_id: layer for layer in gold if _was_decided(layer)}


def _was_decided(gold: Layer) -> bool:
    if "state" in gold.meta:
        return bool(gold.meta["state"] == "decided")
    return any(decider != "unanimous" for decider in gold.meta.get("decided", {}).values())


def _contents(layer: Layer) -> dict[str, Hashable]:
    """What each mark says, without its id: the same in two layers when two people marked the same."""
    chains = {attribution.id: attribution for attribution in layer.attributions}
    contents: dict[str, Hashable] = {}
    for entity in layer.entities:
        contents[entity.id] = ("Entity", msgspec.structs.replace(entity, id="-"))
    for quantity in layer.quantities:
        contents[quantity.id] = ("Quantity", msgspec.structs.replace(quantity, id="-"))
    for attribution in layer.attributions:
        line, up = [], attribution
        while True:
            line.append(msgspec.structs.replace(up, id="-", parent=None))
            if up.parent is None:
                break
            up = chains[up.parent]
        contents[attribution.id] = ("Attribution", tuple(line))
    return contents


def _only(layer: Layer, kept: Mapping[str, Hashable]) -> Layer:
    return msgspec.structs.replace(
        layer,
        entities=tuple(mark for mark in layer.entities if mark.id in kept),
        quantities=tuple(mark for mark in layer.quantities if mark.id in kept),
        attributions=tuple(mark for mark in layer.attributions if mark.id in kept),
    )


def _gold(
    layer: Layer, state: State, contents: Mapping[str, Hashable], votes: Counter[Hashable], everyone: int
) -> Layer:
    decided = {mark_id: _decider(votes[content], everyone) for mark_id, content in contents.items()}
    return msgspec.structs.replace(layer, annotator=GOLD, meta={"state": state, "decided": decided})


def _decider(votes: int, everyone: int) -> Decider:
    if everyone and votes == everyone:
        return "unanimous"
    return "majority" if votes * 2 > everyone else "adjudicator"
