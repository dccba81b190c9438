"""A diff of two releases for people: as plain text with every mark that differs, and as a section of a changelog."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ..schema.diff_file import Diff, MarkChange

_NAMED = 50  # articles of a list that a changelog names; `diff.json` has all


def text(changed: Diff) -> str:
    """Return what changed as plain text: the summary, then each mark that differs, a line each."""
    head = f"{changed.before} → {changed.after}: {_verdict(changed)}"
    return "\n".join([head, *_summary(changed, named=None), *map(_line, changed.changes)])


def markdown(changed: Diff) -> str:
    """Return a diff as a section of `CHANGELOG.md`, which names the first fifty articles of a long list."""
    lines = [f"## {changed.after}", "", f"Since {changed.before}: {_verdict(changed)}", ""]
    lines += [f"* {line}" for line in _summary(changed, named=_NAMED)]
    return "\n".join(lines) + "\n"


def _verdict(changed: Diff) -> str:
    if changed.least_bump == "none":
        return "nothing changed."
    return f"a {changed.least_bump} change ({changed.because})."


def _summary(changed: Diff, named: int | None) -> Iterator[str]:
    for what, articles in (("added", changed.articles_added), ("removed", changed.articles_removed)):
        if articles:
            yield f"articles {what}: {', '.join(articles[:named])}{_more(articles, named)}"
    aside = [f"set aside: {article}: {reason}" for article, reason in changed.set_aside.items()]
    yield from aside[:named]
    if more := _more(aside, named):
        yield f"set aside:{more}"
    if changed.layers_added or changed.layers_removed or changed.layers_changed:
        yield (
            f"annotators' layers: {changed.layers_added} added, {changed.layers_removed} removed,"
            f" {changed.layers_changed} changed"
        )
    if changed.recut:
        yield f"tokens cut elsewhere in {len(changed.recut)} articles"
    yield from (f"features: {what}" for what in changed.features_changed)
    for layer, counts in changed.counts.items():
        if counts:
            yield f"{layer}: {', '.join(f'{n} {change}' for change, n in sorted(counts.items()))}"
    for f in changed.agreement:
        if f.before != f.after:
            yield f"agreement, {f.layer} {f.measure}: {_figure(f.before)} → {_figure(f.after)}"


def _more(listed: Sequence[str], named: int | None) -> str:
    rest = 0 if named is None else len(listed) - named
    return f" and {rest} more, which `diff.json` names" if rest > 0 else ""


def _line(change: MarkChange) -> str:
    """A mark that differs: article, layer, how, where, and what it was and is."""
    before, after = change.before, change.after
    where = f"{change.article_id} {change.layer} {change.change}:"
    if before is None or after is None:
        return f"{where} {_mark(before or after or {})}"
    if change.change != "changed":
        return f"{where} {_mark(before)} → {_mark(after)}"
    differing = (name for name in {**before, **after} if before.get(name) != after.get(name))
    told = (f"{name} {_value(before.get(name))} → {_value(after.get(name))}" for name in differing)
    return f"{where} {_mark(before)}: {', '.join(told)}"


def _mark(mark: dict[str, Any]) -> str:
    """Label and span, of an attribution its cues' spans; offsets, as an offsets-only release has no text."""
    spans = mark.get("cues") or [(mark["start"], mark["end"])]
    return f"{mark.get('label') or mark['kind']} {' '.join(f'[{start}:{end}]' for start, end in spans)}"


def _value(value: Any) -> str:
    return "–" if value is None else str(value)


def _figure(value: float | None) -> str:
    return "undefined" if value is None else f"{value:.3f}"
