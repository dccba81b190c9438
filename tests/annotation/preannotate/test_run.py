"""Runs over many articles: the same bytes however many processes share them and however often they are cut off."""

import fcntl
import multiprocessing
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from itertools import count, islice
from pathlib import Path
from random import Random

import msgspec
import pytest

from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.annotation.preannotate.run import RunError, encoded, preannotate, preannotate_to
from musnad.schema.errors import MusnadError
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, sha256_of

SENTENCE = "قال وزير الصحة سامر الحداد إن {} مريضا نقلوا إلى مستشفى الساحل في لبنان."


def endless() -> Iterator[Article]:
    for n in count():
        text = SENTENCE.format(n)
        yield Article(id=f"a{n}", text=text, sha256=sha256_of(text))


def some(n: int) -> list[Article]:
    return list(islice(endless(), n))


@pytest.fixture(scope="module")
def whole() -> bytes:
    """What an uninterrupted run over 40 articles writes."""
    return b"".join(encoded(some(40), ["entities"]))


def test_several_workers_write_the_same_bytes_in_the_same_order(whole: bytes, tmp_path: Path) -> None:
    run = preannotate_to(tmp_path / "out.jsonl", some(40), ["entities"], workers=2)
    assert run == (40, 0)
    assert (tmp_path / "out.jsonl").read_bytes() == whole
    assert list(preannotate(some(40), ["entities"], workers=2)) == list(preannotate(some(40), ["entities"]))


@pytest.mark.parametrize("share", [0.0, 0.1, 0.5, 0.93, 1.0])
def test_a_run_cut_off_at_any_byte_goes_on_to_the_same_bytes(whole: bytes, tmp_path: Path, share: float) -> None:
    cut = whole[: int(len(whole) * share)]
    (tmp_path / ".out.jsonl.part").write_bytes(cut)
    run = preannotate_to(tmp_path / "out.jsonl", some(40), ["entities"])
    assert run == (40, cut.count(b"\n"))
    assert (tmp_path / "out.jsonl").read_bytes() == whole
    assert [path.name for path in tmp_path.iterdir()] == ["out.jsonl"]


def test_what_the_interrupted_run_made_of_other_articles_or_with_other_parts_is_made_again(
    whole: bytes, tmp_path: Path
) -> None:
    lines = whole.splitlines(keepends=True)
    older = lines[3].replace(Pipeline(["entities"]).version.encode(), b"crf-0.1")
    for part in ([*lines[:3], older, *lines[4:]], [*lines[:3], lines[7]], [*lines[:3], b"\x00\xff{\n"]):
        (tmp_path / ".out.jsonl.part").write_bytes(b"".join(part))
        assert preannotate_to(tmp_path / "out.jsonl", some(40), ["entities"]) == (40, 3)
        assert (tmp_path / "out.jsonl").read_bytes() == whole


def test_a_run_over_fewer_articles_leaves_the_rest_of_an_interrupted_one_out(whole: bytes, tmp_path: Path) -> None:
    (tmp_path / ".out.jsonl.part").write_bytes(whole)
    assert preannotate_to(tmp_path / "out.jsonl", some(5), ["entities"]) == (5, 5)
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(whole.splitlines(keepends=True)[:5])


def test_the_file_that_was_there_stays_until_the_new_one_is_whole(tmp_path: Path) -> None:
    def breaks_off() -> Iterator[Article]:
        yield from some(3)
        raise KeyboardInterrupt

    (tmp_path / "out.jsonl").write_bytes(b"before\n")
    with pytest.raises(KeyboardInterrupt):
        preannotate_to(tmp_path / "out.jsonl", breaks_off(), ["entities"])
    assert (tmp_path / "out.jsonl").read_bytes() == b"before\n"
    assert preannotate_to(tmp_path / "out.jsonl", some(4), ["entities"]) == (4, 3)


def test_two_processes_do_not_write_one_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("musnad.annotation.preannotate.run._A_MOMENT", 0)
    with (tmp_path / ".out.jsonl.part").open("ab") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(RunError, match="another process is writing this file"):
            preannotate_to(tmp_path / "out.jsonl", some(1), ["entities"])
    assert preannotate_to(tmp_path / "out.jsonl", some(1), ["entities"]).layers == 1


def test_articles_are_drawn_only_some_batches_ahead(tmp_path: Path) -> None:
    drawn = 0

    def counted() -> Iterator[Article]:
        nonlocal drawn
        for article in endless():
            drawn += 1
            yield article

    layers = preannotate(counted(), ["entities"], workers=2)
    for _ in range(3):
        next(layers)
    layers.close()  # type: ignore[attr-defined]
    assert drawn <= 500


@pytest.mark.long
def test_a_worker_that_is_killed_is_named_and_what_is_done_is_kept(tmp_path: Path) -> None:
    def kills_a_worker() -> Iterator[Article]:
        for n, article in enumerate(islice(endless(), 3000)):
            if n == 2500:
                multiprocessing.active_children()[0].kill()
            yield article

    with pytest.raises(RunError, match="a worker process was killed"):
        preannotate_to(tmp_path / "out.jsonl", kills_a_worker(), ["entities"], workers=2)
    again = preannotate_to(tmp_path / "out.jsonl", some(3000), ["entities"], workers=2)
    assert again.layers == 3000
    assert again.resumed > 1000
    made = (tmp_path / "out.jsonl").read_bytes().splitlines()
    assert [msgspec.json.decode(line)["article_id"] for line in made] == [article.id for article in some(3000)]


@pytest.mark.long
@pytest.mark.skipif(sys.platform == "win32", reason="has no signals")
def test_a_worker_that_is_killed_in_the_middle_of_its_answer_keeps_nobody_waiting() -> None:
    program = f"""
import multiprocessing.connection, os, signal, sys
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_run import RunError, encoded, some

parent, send = os.getpid(), multiprocessing.connection.Connection._send

def half(self, content, *rest):
    if os.getpid() != parent and len(content) > 10_000:
        send(self, content[: len(content) // 2], *rest)
        os.kill(os.getpid(), signal.SIGKILL)
    send(self, content, *rest)

multiprocessing.set_start_method("fork")
multiprocessing.connection.Connection._send = half
try:
    list(encoded(some(3000), ["entities"], workers=2))
except RunError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=True)
    assert done.stdout.startswith("a worker process was killed")


def test_what_a_worker_can_not_do_is_said_as_one_process_says_it(tmp_path: Path) -> None:
    (tmp_path / "own.npz").write_bytes(b"no model")
    said = []
    for workers in (1, 2):
        with pytest.raises(MusnadError) as refused:
            list(encoded(some(40), ["entities"], entities=str(tmp_path / "own.npz"), workers=workers))
        said.append(str(refused.value))
    assert said[0] == said[1]


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_workers_end_with_a_parent_that_is_killed(tmp_path: Path) -> None:
    program = f"""
import sys, multiprocessing
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_run import endless, encoded
for n, line in enumerate(encoded(endless(), ["entities"], workers=2)):
    if n == 100:
        print(*[child.pid for child in multiprocessing.active_children()], flush=True)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        workers = [int(pid) for pid in parent.stdout.readline().split()]
        parent.send_signal(signal.SIGKILL)
    assert len(workers) == 2
    deadline = time.monotonic() + 20
    while any(_runs(pid) for pid in workers) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in workers if _runs(pid)]


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc")
def test_killed_at_twelve_moments_the_command_goes_on_to_the_same_bytes_and_leaves_no_worker(tmp_path: Path) -> None:
    articles = some(6000)
    write_jsonl(tmp_path / "in.jsonl", articles)
    whole = b"".join(encoded(articles, ["entities"]))
    words = ["in.jsonl", "-o", "out.jsonl", "--layers", "entities", "--workers", "2"]
    command = [sys.executable, "-c", "from musnad.cli import main; main()", "preannotate", *words]
    part, out = tmp_path / ".out.jsonl.part", tmp_path / "out.jsonl"
    chance = Random(7)
    at_work, workers = 0, set[int]()
    for kill in range(12):
        # Some are killed while they start, or while they read again what is done; the others when they have done more.
        upto = len(whole) * (kill + chance.random()) / 13
        until = time.monotonic() + (chance.uniform(0, 2) if kill % 4 == 0 else 60)
        with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.DEVNULL) as run:
            while (
                run.poll() is None and time.monotonic() < until and not (part.exists() and part.stat().st_size > upto)
            ):
                time.sleep(0.005)
            workers |= _below(run.pid)
            run.kill()
        at_work += run.returncode == -signal.SIGKILL
        assert not out.exists() or out.read_bytes() == whole
    assert at_work == 12
    assert len(workers) >= 10
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "made before an interruption" in done.stdout
    assert out.read_bytes() == whole
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.jsonl", "out.jsonl"]
    deadline = time.monotonic() + 20
    while any(map(_runs, workers)) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert not [pid for pid in workers if _runs(pid)]


def _below(pid: int) -> set[int]:
    """The processes that a process has started, and theirs."""
    found = set[int]()
    for children in Path(f"/proc/{pid}/task").glob("*/children"):
        with suppress(FileNotFoundError, ProcessLookupError):
            found |= {int(child) for child in children.read_text().split()}
    return found.union(*map(_below, found))


def _runs(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_folder_that_may_not_be_written_is_named(tmp_path: Path) -> None:
    import unprivileged  # not above: programs of these tests import this file from elsewhere

    program = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_run import preannotate_to, some
try:
    preannotate_to(Path("out.jsonl"), some(1), ["entities"])
except PermissionError as error:
    print(error.filename, error.strerror)
"""
    tmp_path.chmod(0o500)
    try:
        done = unprivileged.run(program, tmp_path)
    finally:
        tmp_path.chmod(0o700)
    assert (done.stdout, done.stderr) == (".out.jsonl.part Permission denied\n", "")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.long
def test_a_full_disk_is_said_and_the_file_that_was_there_stays(tmp_path: Path) -> None:
    program = f"""
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, {str(Path(__file__).parent)!r})
from test_run import preannotate_to, some
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
preannotate_to(Path({str(tmp_path)!r}) / "out.jsonl", some(200), ["entities"])
"""
    (tmp_path / "out.jsonl").write_bytes(b"before\n")
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert "out.jsonl: can't be written: File too large; what is done is kept" in done.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == b"before\n"
    run = preannotate_to(tmp_path / "out.jsonl", some(200), ["entities"])
    assert (tmp_path / "out.jsonl").read_bytes().count(b"\n") == run.layers == 200


def test_a_number_of_workers_that_is_none_is_refused() -> None:
    with pytest.raises(RunError, match="-1 workers are none"):
        list(preannotate([], workers=-1))
