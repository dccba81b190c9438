"""`musnad corpus add`: articles from files into the project; what is bad is set aside, what is good is kept."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..schema.jsonl import Refusal
from ..schema.records import Article
from .ingest import Found, Given, articles
from .store import Project, append, hashes, locked, set_aside


@dataclass(slots=True)
class AddSummary:
    """What an addition did; `set_aside` is the quarantine file that holds the refused, None when nothing was."""

    added: int = 0
    unchanged: int = 0
    refused: list[Refusal] = field(default_factory=list)
    passed_over: list[Path] = field(default_factory=list)
    set_aside: Path | None = None

    @property
    def complete(self) -> bool:
        """Whether nothing was refused."""
        return not self.refused


def add(project: Project, paths: Iterable[Path], given: Given | None = None) -> AddSummary:
    """Append the articles of `paths` to the project, whole or not at all, and say what became of each.

    An article that is there with the same text is counted as unchanged; one whose text changed is refused, since
    annotations point into the text that was annotated. Files of a folder that no reader reads are in `passed_over`.
    Raises ProjectError when another process is adding to the project, OSError when it can't be written.
    """
    summary = AddSummary()
    with locked(project, "articles", "adding articles"):
        append(project, _new(project, [path.absolute() for path in paths], given, summary))
    summary.set_aside = set_aside(project, summary.refused, "corpus-add")
    return summary


def _new(project: Project, paths: list[Path], given: Given | None, summary: AddSummary) -> Iterator[Article]:
    stored = hashes(project)
    seen: dict[str, str] = {}
    for item in articles(paths, given, summary.passed_over):
        if isinstance(item, Refusal):
            summary.refused.append(item)
            continue
        article = item.article
        before = stored.get(article.id) or seen.get(article.id)
        if before is None:
            seen[article.id] = article.sha256
            summary.added += 1
            yield article
        elif before == article.sha256:
            summary.unchanged += 1
        else:
            summary.refused.append(_changed(item, article.id in stored))


def _changed(found: Found, stored: bool) -> Refusal:
    where = "is in the project with another text" if stored else "came before in this addition with another text"
    reason = f"{found.article.id!r} {where}: a stored text never changes; add it under another id"
    return Refusal(found.file, found.line, "text", reason, found.article.id, found.article.text)
