import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo
from pathlib import Path
from typing import ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.corpus.store import (
    Project,
    ProjectError,
    append,
    find,
    hashes,
    init,
    locked,
    read_project,
    set_aside,
    settings_text,
)
from musnad.schema.corpus_files import (
    DatasetSettings,
    PlanSettings,
    PreannotateSettings,
    ProjectSettings,
    StorySettings,
)
from musnad.schema.jsonl import Refusal
from musnad.schema.records import Article, sha256_of


def article(name: str, text: str = "وصلت القافلة إلى المرفأ مساء.") -> Article:
    return Article(id=name, text=text, sha256=sha256_of(text))


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return init(tmp_path / "news")


def test_a_new_project_has_settings_and_an_empty_list_of_articles(tmp_path: Path) -> None:
    made = init(tmp_path / "deep" / "news")
    assert made.articles.read_bytes() == b""
    assert made.settings.dataset.name == "news"
    assert read_project(made.root) == made


def test_a_project_that_stands_there_is_left_as_it_is(project: Project) -> None:
    append(project, [article("a")])
    (project.root / "musnad.toml").write_text("[plan]\noverlap = 3\n", "utf-8")
    again = init(project.root)
    assert again.settings.plan.overlap == 3
    assert hashes(again) == {"a": article("a").sha256}


names = st.text(st.characters(codec="utf-8", exclude_categories=("Cs",)), max_size=20)


@given(
    name=names,
    policy=st.sampled_from(["full", "offsets-only"]),
    overlap=st.integers(1, 99),
    control=st.floats(0, 1),
    seed=st.integers(0, 2**31),
    days=st.integers(0, 1000),
    entities=st.sampled_from(["auto", "crf", "own.npz"]),
)
def test_written_settings_read_back_the_same(
    tmp_path_factory: pytest.TempPathFactory,
    name: str,
    policy: str,
    overlap: int,
    control: float,
    seed: int,
    days: int,
    entities: str,
) -> None:
    settings = ProjectSettings(
        dataset=DatasetSettings(name=name, text_policy=policy),  # type: ignore[arg-type]
        plan=PlanSettings(overlap=overlap, control=control, seed=seed),
        stories=StorySettings(days=days),
        preannotate=PreannotateSettings(entities=entities),
    )
    root = tmp_path_factory.mktemp("project")
    (root / "musnad.toml").write_text(settings_text(settings), "utf-8")
    assert read_project(root).settings == settings


def test_a_project_is_found_from_a_folder_below_it(project: Project) -> None:
    below = project.root / "drafts" / "march"
    below.mkdir(parents=True)
    assert find(below) == project


def test_where_there_is_no_project_the_error_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ProjectError, match="musnad init"):
        find(tmp_path)


@pytest.mark.parametrize(
    ("toml", "said"),
    [
        ("[plan]\noverlap = 0\n", r"overlap"),
        ("[plan]\noverlaps = 2\n", r"overlaps"),
        ("[label_studio]\napi_key = 'x'\n", r"label_studio"),
        ("[plan\n", r"no valid TOML"),
        ("[plan]\ncontrol = 1.5\n", r"control"),
    ],
)
def test_a_bad_setting_is_named(project: Project, toml: str, said: str) -> None:
    (project.root / "musnad.toml").write_text(toml, "utf-8")
    with pytest.raises(ProjectError, match=said):
        read_project(project.root)


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", "utf-8")
    with pytest.raises(ProjectError, match="no project can be made here"):
        init(tmp_path / "file" / "news")


def test_articles_are_appended_behind_those_that_are_there(project: Project) -> None:
    assert append(project, [article("a")]) == 1
    assert append(project, [article("b"), article("c")]) == 2
    assert list(hashes(project)) == ["a", "b", "c"]


def test_a_file_without_a_last_line_break_is_not_glued_to_what_follows(project: Project) -> None:
    append(project, [article("a")])
    project.articles.write_bytes(project.articles.read_bytes().rstrip(b"\n"))
    append(project, [article("b")])
    assert list(hashes(project)) == ["a", "b"]


def test_an_interrupted_addition_leaves_the_file_as_it_was(project: Project) -> None:
    append(project, [article("a")])
    before = project.articles.read_bytes()

    def interrupted() -> Iterator[Article]:
        yield article("b")
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        append(project, interrupted())
    assert project.articles.read_bytes() == before
    assert sorted(p.name for p in project.root.iterdir()) == ["articles.jsonl", "musnad.toml"]


def test_each_quarantine_file_has_a_name_of_its_own(project: Project) -> None:
    refused = [Refusal("a.txt", 0, "text", "the text is empty")]
    first, second = set_aside(project, refused, "corpus-add"), set_aside(project, refused, "corpus-add")
    assert first != second
    assert first is not None
    assert first.parent == project.quarantine
    assert set_aside(project, [], "corpus-add") is None


needs_locks = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such locks")


@pytest.fixture
def holder(project: Project) -> Iterator[subprocess.Popen[str]]:
    """Another process that has locked the project's articles and waits."""
    program = f"""
from pathlib import Path
from musnad.corpus.store import locked, read_project
with locked(read_project(Path({str(project.root)!r})), "articles", "adding articles"):
    print("locked", flush=True)
    input()
"""
    command = [sys.executable, "-c", program]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "locked\n"
        yield process
        process.kill()


def run_into(project: Project) -> str:
    """What a process is told that wants the project's articles while another one has them."""
    with pytest.raises(ProjectError) as refused, locked(project, "articles", "adding articles"):
        append(project, [article("late")])
    return str(refused.value)


@needs_locks
def test_who_comes_too_late_changes_nothing_and_is_told_what_the_other_process_does(
    project: Project, holder: subprocess.Popen[str]
) -> None:
    assert f"another process is adding articles (process {holder.pid})" in run_into(project)
    assert hashes(project) == {}


@needs_locks
def test_another_part_of_the_project_is_free_meanwhile(project: Project, holder: subprocess.Popen[str]) -> None:
    with locked(project, "releases", "publishing"):
        assert "publishing" in (project.root / ".releases.lock").read_text("utf-8")
    assert f"process {holder.pid}" in run_into(project)


@needs_locks
def test_a_lock_ends_with_a_process_that_is_killed(project: Project, holder: subprocess.Popen[str]) -> None:
    assert f"process {holder.pid}" in run_into(project)
    holder.kill()
    holder.wait()
    with locked(project, "articles", "adding articles"):
        append(project, [article("late")])
    assert list(hashes(project)) == ["late"]


@needs_locks
@pytest.mark.parametrize("year", [1971, 2099])
def test_whether_a_lock_is_held_has_nothing_to_do_with_the_clock(
    project: Project, holder: subprocess.Popen[str], year: int
) -> None:
    lock = project.root / ".articles.lock"
    moment = datetime(year, 1, 1, tzinfo=UTC).timestamp()
    os.utime(lock, (moment, moment))
    assert f"process {holder.pid}" in run_into(project)
    holder.kill()
    holder.wait()
    os.utime(lock, (moment, moment))
    with locked(project, "articles", "adding articles"):
        assert f"process {os.getpid()}" in lock.read_text("utf-8")


def test_what_is_refused_in_one_second_twice_or_under_a_clock_that_goes_back_is_all_kept(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Clock(datetime):
        hours: ClassVar[Iterator[int]] = iter([12, 12, 11, 12])

        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:
            return datetime(2031, 3, 1, next(cls.hours), tzinfo=tz)

    monkeypatch.setattr("musnad.corpus.store.datetime", Clock)
    paths = [set_aside(project, [Refusal(f"{n}.txt", 0, "text", "empty")], "corpus-add") for n in range(4)]
    assert [path.name for path in paths if path] == [
        "corpus-add-20310301T120000Z.jsonl",
        "corpus-add-20310301T120000Z-2.jsonl",
        "corpus-add-20310301T110000Z.jsonl",
        "corpus-add-20310301T120000Z-3.jsonl",
    ]
    assert [f"{n}.txt" in path.read_text("utf-8") for n, path in enumerate(paths) if path] == [True] * 4
