import sys
from pathlib import Path

import pytest

from musnad.corpus.add import add
from musnad.corpus.check import check
from musnad.corpus.ingest import Given
from musnad.corpus.store import Project, ProjectError, init, locked
from musnad.schema.jsonl import Refusal, read_articles, write_jsonl
from musnad.schema.records import Entity, Layer


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init(tmp_path / "news")


@pytest.fixture
def inbox(tmp_path: Path) -> Path:
    folder = tmp_path / "inbox"
    folder.mkdir()
    (folder / "a.txt").write_text("أعلنت الشركة توظيف 40 عاملا.", "utf-8")
    (folder / "b.txt").write_text("نفى الوزير الخبر.", "utf-8")
    return folder


def ids(project: Project) -> list[str]:
    refusals: list[Refusal] = []
    found = [article.id for article in read_articles(project.articles, refusals)]
    assert not refusals
    return found


def test_adding_the_same_files_again_changes_nothing(project: Project, inbox: Path) -> None:
    assert add(project, [inbox]).added == 2
    before = project.articles.read_bytes()
    again = add(project, [inbox])
    assert (again.added, again.unchanged, again.refused, again.set_aside) == (0, 2, [], None)
    assert project.articles.read_bytes() == before


def test_the_good_ones_are_kept_and_the_bad_ones_set_aside_in_a_named_file(project: Project, inbox: Path) -> None:
    (inbox / "old.txt").write_bytes("خبر قديم".encode("windows-1256"))
    summary = add(project, [inbox])
    assert ids(project) == ["a", "b"]
    assert not summary.complete
    assert summary.set_aside is not None
    kept = summary.set_aside.read_text("utf-8")
    assert "windows-1256" in kept
    assert str(inbox / "old.txt") in kept


def test_a_changed_text_under_a_known_id_is_refused_and_kept_in_quarantine(project: Project, inbox: Path) -> None:
    add(project, [inbox])
    before = project.articles.read_bytes()
    (inbox / "a.txt").write_text("أعلنت الشركة توظيف 50 عاملا.", "utf-8")
    summary = add(project, [inbox])
    (refused,) = summary.refused
    assert "a stored text never changes" in refused.reason
    assert refused.file == str(inbox / "a.txt")
    assert refused.raw == "أعلنت الشركة توظيف 50 عاملا."
    assert project.articles.read_bytes() == before


def test_two_texts_of_one_id_in_one_addition_are_not_both_taken(project: Project, inbox: Path) -> None:
    (inbox / "z").mkdir()
    (inbox / "z" / "a.txt").write_text("نص آخر بالاسم نفسه.", "utf-8")
    summary = add(project, [inbox / "a.txt", inbox / "z"])
    assert (summary.added, len(summary.refused)) == (1, 1)
    assert "came before in this addition" in summary.refused[0].reason


def test_what_the_caller_knows_goes_into_the_article(project: Project, inbox: Path) -> None:
    add(project, [inbox / "a.txt"], Given(publisher="بريد الساحل", license="CC0-1.0"))
    (article,) = read_articles(project.articles, [])
    assert (article.publisher, article.license) == ("بريد الساحل", "CC0-1.0")


def test_a_sound_project_has_no_problems(project: Project, inbox: Path) -> None:
    add(project, [inbox])
    assert check(project) == []


def test_check_names_each_bad_line_and_each_layer_that_does_not_fit(project: Project, inbox: Path) -> None:
    add(project, [inbox])
    (article, _) = read_articles(project.articles, [])
    beyond = Entity(id="e1", start=0, end=len(article.text) + 1, label="ORG")
    write_jsonl(
        project.gold,
        [
            Layer(article_id="a", sha256=article.sha256, annotator="gold", entities=(beyond,)),
            Layer(article_id="gone", sha256=article.sha256, annotator="gold"),
        ],
    )
    with project.articles.open("ab") as file:
        file.write(b'{"id": "c"}\n')
    found = [(Path(problem.file).name, problem.line, problem.field) for problem in check(project)]
    assert found == [("articles.jsonl", 3, "line"), ("gold.jsonl", 1, "entities[0]"), ("gold.jsonl", 2, "article_id")]


def test_check_says_when_the_articles_are_missing(project: Project) -> None:
    project.articles.unlink()
    assert "is missing" in check(project)[0].reason


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")
def test_two_additions_at_once_do_not_lose_each_others_articles(project: Project, inbox: Path) -> None:
    with locked(project, "articles", "adding articles"), pytest.raises(ProjectError, match="another process is adding"):
        add(project, [inbox])
    assert add(project, [inbox]).added == 2
