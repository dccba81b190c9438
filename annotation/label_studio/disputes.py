"""Disputes settled in Label Studio: each annotator's version beside the others', and a list of where they differ."""

from __future__ import annotations

import hashlib
from collections.abc import Hashable, Iterable, Mapping, Sequence

import msgspec

from ...schema.records import Article, Attribution, Entity, Layer, Quantity, Span
from ...schema.studio_files import Assignment, Plan
from .client import Studio
from .config import Pass
from .push import PushSummary, send
from .users import check_pseudonym

UNANIMOUS = "unanimous"
_TICK = {True: "✓", False: "✗"}


def dispute_plan(plan: Plan, adjudicator: str, articles: Iterable[str]) -> Plan:
    """Return the plan of the adjudicator's projects: every disputed article once, in one batch.

    Give it to `send_disputes`, and with `adjudication=True` to `pull`, which returns the adjudicator's layers.
    """
    check_pseudonym(adjudicator)
    assignments = (Assignment(article_id=article, annotator=adjudicator, batch="001") for article in articles)
    return msgspec.structs.replace(
        plan, annotators=(adjudicator,), assignments=tuple(assignments), overlap=1, control=0.0
    )


def send_disputes(
    studio: Studio,
    plan: Plan,
    articles: Mapping[str, Article],
    versions: Mapping[str, Sequence[Layer]],
    unanimous: Mapping[str, Layer],
    *,
    instructions: str = "",
) -> PushSummary:
    """Bring the disputed articles to the adjudicator, as `push` does; `plan` is a `dispute_plan`.

    `versions` are the annotators' layers of each article, shown as predictions under their pseudonyms; `unanimous` is
    what all agree on, with which the adjudicator starts. A version that its annotator has changed since replaces the
    earlier one, unless the adjudicator has decided already. Raises StudioError.
    """
    offers = {
        article: [*map(_stamped, layers), *([_stamped(_named(unanimous[article]))] if article in unanimous else [])]
        for article, layers in versions.items()
    }
    passes: tuple[Pass, ...] = ("entities", "attributions")
    listed = {
        (article, which): differences(layers, articles[article].text, which)
        for article, layers in versions.items()
        for which in passes
    }
    return send(
        studio,
        plan,
        articles,
        lambda article: offers.get(article, ()),
        instructions=instructions,
        differences=listed,
        adjudication=True,
    )


def differences(layers: Sequence[Layer], text: str, which: Pass) -> str:
    """Return a line for each mark that not all layers share: what it is, and who has it; `-` when there is none."""
    holders: dict[Hashable, list[str]] = {}
    shown: dict[Hashable, tuple[Span, str]] = {}
    for layer in layers:
        for span, line in _lines(layer, text, which):
            holders.setdefault(line, []).append(layer.annotator)
            shown[line] = span, line
    everyone = [layer.annotator for layer in layers]
    lines = [
        f"{line} — {_left_to_right(' '.join(f'{who} {_TICK[who in holders[line]]}' for who in everyone))}"
        for _, line in sorted(shown.values())
        if len(holders[line]) < len(everyone)
    ]
    return "\n".join(lines) or "-"


def _lines(layer: Layer, text: str, which: Pass) -> list[tuple[Span, str]]:
    """Return where each mark of a pass stands and what it says in one line."""
    if which == "attributions":
        return [(one.cues[0], _attribution(one, layer, text)) for one in layer.attributions]
    entities = [((one.start, one.end), _entity(one, text)) for one in layer.entities]
    return [*entities, *(((one.start, one.end), _quantity(one, text)) for one in layer.quantities)]


def _entity(entity: Entity, text: str) -> str:
    label = f"{entity.label}/{entity.subtype}" if entity.subtype else entity.label
    return f"{_words((entity.start, entity.end), text)} {_left_to_right(label)}"


def _quantity(quantity: Quantity, text: str) -> str:
    fields = ("value", "low", "high", "unit")
    said = [_left_to_right(f"{name}={given}") for name in fields if (given := getattr(quantity, name)) is not None]
    if quantity.counted is not None:
        said.append(f"counted={_words(quantity.counted, text)}")
    reading = _left_to_right(f"{quantity.kind} {quantity.bound}")
    return " ".join([_words((quantity.start, quantity.end), text), reading, *said])


def _attribution(attribution: Attribution, layer: Layer, text: str) -> str:
    cue = " … ".join(_words(span, text) for span in attribution.cues)
    said = [cue, attribution.kind]
    if attribution.source is not None:
        said.append(f"source={_words(attribution.source, text)}{' (implicit)' if attribution.implicit_source else ''}")
    said += [f"relay={_words(span, text)}" for span in attribution.relays]
    said += [f"content={_words(span, text)}" for span in attribution.content]
    parents = {one.id: one for one in layer.attributions}
    if attribution.parent is not None:
        said.append(f"inside={_words(parents[attribution.parent].cues[0], text)}")
    return " ".join(said)


def _words(span: Span, text: str) -> str:
    words = " ".join(text[span[0] : span[1]].split())
    shown = words if len(words) <= 60 else f"{words[:28]} … {words[-28:]}"
    return f"«{shown}» {_left_to_right(f'[{span[0]}]')}"


def _left_to_right(words: str) -> str:
    """Keep Latin words in their order inside an Arabic line by isolating them."""
    return f"\u2066{words}\u2069"


def _named(layer: Layer) -> Layer:
    return msgspec.structs.replace(layer, annotator=UNANIMOUS)


def _stamped(layer: Layer) -> Layer:
    """Name a version by its content too, so that a changed one is known for another."""
    content = msgspec.json.encode((layer.entities, layer.quantities, layer.attributions))
    return msgspec.structs.replace(layer, annotator=f"{layer.annotator} {hashlib.sha256(content).hexdigest()[:6]}")
