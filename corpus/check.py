"""`musnad corpus check`: is every record of the project sound, and does each layer fit the text it was made for."""

from __future__ import annotations

from ..schema.jsonl import Refusal, read_articles, read_layers
from .ingest import LONGEST
from .store import Project


def check(project: Project) -> list[Refusal]:
    """Return everything wrong with the project's articles and layers, file by file, in the order of the lines.

    Raises OSError when a file that is there can't be read.
    """
    problems: list[Refusal] = []
    if not project.articles.exists():
        return [Refusal(str(project.articles), 0, "file", "is missing: `musnad corpus add` writes it")]
    articles = {}
    for article in read_articles(project.articles, problems):
        articles[article.id] = article
        if len(article.text) > LONGEST:
            reason = f"{len(article.text):,} characters are more than the {LONGEST:,} an article may have"
            problems.append(Refusal(str(project.articles), 0, "text", reason, article.id))
    for path in (project.predictions, project.annotations, project.gold):
        if path.exists():
            for _ in read_layers(path, problems, articles):
                pass
    return problems
