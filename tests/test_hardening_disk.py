"""A full disk, a folder that may not be written, a clock that goes back: all stays whole, and the message is clear."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import commands
import pytest
import unprivileged

pytestmark = pytest.mark.long

Ways = dict[str, list[str]]
State = dict[str, bytes]
MUSNAD = "import sys; sys.argv[0] = 'musnad'; from musnad.cli import main; main()"

# What writes, as it is run when everything that it reads is there; each into the project or beside it.
WRITING: Ways = {
    "init": ["new"],
    "corpus add": ["more", "--project", "p"],
    "rehydrate": ["standoff", "--articles", "texts", "-o", "joined"],
    "preannotate": ["--project", "p"],
    "preannotate with two workers": ["--project", "p", "--workers", "2"],
    "plan": ["--annotators", "a,b,c", "--project", "p"],
    "agreement": ["--draws", "5", "--project", "p", "--html", "agreement.html"],
    "adjudicate": ["--auto", "--project", "p"],
    "release": ["--version", "1.1.0", "--project", "p"],
    "report": ["-o", "report.html", "--project", "p"],
    "convert": ["p/releases/1.0.0", "converted", "--to", "brat"],
    "convert to one file": ["p/releases/1.0.0", "converted.conll", "--to", "conll"],
    "train entities": ["news.conll", "-o", "own.npz"],
}
FIRST: Ways = {
    "preannotate with what is shipped": ["--project", "p"],
    "release with no other before": ["--version", "1.0.0", "--project", "p"],
}
READING: Ways = {
    "corpus list": ["--project", "p"],
    "corpus show": ["harbour-1", "--project", "p"],
    "corpus check": ["--project", "p"],
    "corpus stories": ["--project", "p"],
    "agreement": ["--draws", "5", "--project", "p"],
    "evaluate": ["p/predictions.jsonl", "p/gold.jsonl"],
    "preannotate to standard output": ["p/articles.jsonl"],
    "diff": ["p/releases/1.0.0", "p/releases/1.0.0"],
    "verify": ["p/releases/1.0.0"],
}

# Runs commands one after another in one process; prints for each its exit code and what it said to standard error.
RUNNING = """
import contextlib, io, json, sys, traceback
from musnad.cli import main
told = {{}}
{before}
for name, words in json.loads(sys.stdin.read()).items():
    sys.argv = ["musnad", *name.partition(" with ")[0].partition(" to ")[0].split(), *words]
    code, said = 0, io.StringIO()
    with contextlib.redirect_stderr(said), contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO(), "utf-8")):
        try:
            main()
        except SystemExit as end:
            code = int(end.code or 0)
        except BaseException:
            said.write(traceback.format_exc())
    told[name] = code, said.getvalue()
print(json.dumps(told))
"""
FULL = """
import resource, signal
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (120, 120))
"""


@pytest.fixture
def there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder to work in, with the newsroom's project, its pre-annotations and its first release."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("LABEL_STUDIO_URL", raising=False)
    commands.newsroom_in(tmp_path)
    assert commands.run("preannotate", "--project", "p") == 0
    assert commands.run("release", "--version", "1.0.0", "--project", "p") == 0
    return tmp_path


def state(folder: Path) -> State:
    """Every file under a folder with its bytes, but locks, which say who had them last, and what waits to go on."""
    files = [path for path in folder.rglob("*") if path.is_file() and path.suffix not in (".lock", ".part")]
    return {str(path.relative_to(folder)): path.read_bytes() for path in files}


def run_in_one(
    ways: Ways, before: str = "", folder: Path | None = None, environment: dict[str, str] | None = None
) -> dict[str, tuple[int, str]]:
    """Run commands in a process of their own, `before` them a program; return exit code and standard error of each."""
    done = subprocess.run(
        [sys.executable, "-c", RUNNING.format(before=before)],
        cwd=folder,
        env=os.environ | (environment or {}),
        input=json.dumps(ways),
        capture_output=True,
        text=True,
        check=False,
    )
    return told(done)


def told(done: subprocess.CompletedProcess[str]) -> dict[str, tuple[int, str]]:
    assert done.returncode == 0, done.stderr
    return {name: (code, said) for name, (code, said) in json.loads(done.stdout).items()}


def test_a_full_disk_leaves_everything_as_it_was_and_is_said_in_one_line(there: Path) -> None:
    before = state(there)
    for name, (code, said) in run_in_one(WRITING, before=FULL).items():
        assert code == 1, name
        assert "File too large" in said or "can't be written" in said, (name, said)
        assert len(said.splitlines()) == 1, (name, said)
    assert {name: content for name, content in state(there).items() if content} == before
    reached = {name: codes for name, codes in run_in_one(WRITING).items() if codes[0]}
    assert reached == {}  # with room again, the same commands do what was asked


def test_a_program_that_reads_from_a_full_device_is_told_so(there: Path) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("this system has no full device")
    for words in (["preannotate", "p/articles.jsonl"], ["corpus", "show", "harbour-1", "--project", "p"]):
        with Path("/dev/full").open("wb") as full:
            done = subprocess.run(
                [sys.executable, "-c", MUSNAD, *words], stdout=full, stderr=subprocess.PIPE, text=True, check=False
            )
        assert done.returncode != 0
        assert "No space left on device" in done.stderr
        assert "Traceback" not in done.stderr


def test_a_project_that_may_only_be_read_stays_as_it_is_and_can_be_read(there: Path) -> None:
    before = state(there)
    folders = [there, *(path for path in there.rglob("*") if path.is_dir())]
    for path in there.rglob("*"):
        path.chmod(0o500 if path.is_dir() else 0o400)
    there.chmod(0o500)
    try:
        ended = told(unprivileged.run(RUNNING.format(before=""), there, given=json.dumps(WRITING)))
        read = told(unprivileged.run(RUNNING.format(before=""), there, given=json.dumps(READING)))
    finally:
        for path in folders:
            path.chmod(0o700)
    for name, (code, said) in ended.items():
        assert code == 1, name
        assert re.match(r"musnad: [\w./]+: .*Permission denied", said), (name, said)
        assert len(said.splitlines()) == 1, (name, said)
    assert {name: codes for name, codes in read.items() if codes[0]} == {}
    assert state(there) == before


# A wall clock that begins at START and goes back an hour each time that anybody looks at it; others go as they do.
BACKWARDS = """
#define _GNU_SOURCE
#include <dlfcn.h>
#include <sys/time.h>
#include <time.h>

static time_t back(void) { static time_t now = START; return __atomic_sub_fetch(&now, 3600, __ATOMIC_RELAXED); }

int clock_gettime(clockid_t which, struct timespec *told) {
    static int (*real)(clockid_t, struct timespec *);
    if (!real) real = (int (*)(clockid_t, struct timespec *)) dlsym(RTLD_NEXT, "clock_gettime");
    int failed = real(which, told);
    if (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE) told->tv_sec = back();
    return failed;
}
time_t time(time_t *told) { time_t now = back(); if (told) *told = now; return now; }
int gettimeofday(struct timeval *told, void *zone) { told->tv_sec = back(); told->tv_usec = 0; return 0; }
"""


def clock_from(start: int, folder: Path) -> dict[str, str]:
    """The environment of a process whose clock begins at `start`, in seconds since 1970, and goes back."""
    if not sys.platform.startswith("linux") or shutil.which("cc") is None:
        pytest.skip("makes a clock of its own with Linux's loader and a C compiler")
    (folder / "clock.c").write_text(BACKWARDS.replace("START", str(start)), "utf-8")
    subprocess.run(["cc", "-shared", "-fPIC", "-o", "clock.so", "clock.c", "-ldl"], cwd=folder, check=True)
    clock = {"LD_PRELOAD": str(folder / "clock.so")}
    look = "import time, datetime; print(time.time() > time.time(), datetime.datetime.now().year)"
    seen = subprocess.run(
        [sys.executable, "-c", look], env=os.environ | clock, capture_output=True, text=True, check=True
    )
    assert seen.stdout == f"True {datetime.fromtimestamp(start).year}\n"
    return clock


def everything(folder: Path, environment: dict[str, str]) -> State:
    """Make the project anew, run all that writes, and return what is there then."""
    folder.mkdir()
    commands.newsroom_in(folder)
    ended = run_in_one(FIRST | WRITING, folder=folder, environment=environment)
    assert {name: codes for name, codes in ended.items() if codes[0]} == {}
    return state(folder)


@pytest.fixture(scope="module")
def straight(tmp_path_factory: pytest.TempPathFactory) -> State:
    """What is written under a clock that goes as clocks go."""
    return everything(tmp_path_factory.mktemp("straight") / "news", {})


@pytest.mark.parametrize("start", [1_900_000_000, 60_000_000], ids=["from 2030", "from 1971"])
def test_under_a_clock_that_goes_back_the_same_bytes_are_written(tmp_path: Path, straight: State, start: int) -> None:
    assert everything(tmp_path / "news", clock_from(start, tmp_path)) == straight


def test_an_interrupted_run_goes_on_whatever_time_its_file_bears(there: Path) -> None:
    whole = (there / "p" / "predictions.jsonl").read_bytes()
    lines = whole.splitlines(keepends=True)
    for year in (1971, 2099):
        part = there / "p" / ".predictions.jsonl.part"
        part.write_bytes(b"".join(lines[:2]) + lines[2][:40])
        moment = datetime(year, 1, 1, tzinfo=UTC).timestamp()
        for path in (part, there / "p" / "articles.jsonl"):
            os.utime(path, (moment, moment))
        out = subprocess.run(
            [sys.executable, "-c", MUSNAD, "preannotate", "--project", "p"], capture_output=True, text=True, check=True
        )
        assert out.stdout == "4 layers written to p/predictions.jsonl (2 of them made before an interruption)\n"
        assert (there / "p" / "predictions.jsonl").read_bytes() == whole


def test_what_a_killed_release_left_goes_whatever_time_it_bears(there: Path) -> None:
    for number, days in enumerate((-400, 0, 400)):
        left = there / "p" / "releases" / f".1.1.0.{number}"
        left.mkdir()
        moment = time.time() + days * 24 * 3600
        os.utime(left, (moment, moment))
    assert commands.run("release", "--version", "1.1.0", "--project", "p") == 0
    assert {path.name for path in (there / "p" / "releases").iterdir()} == {"1.0.0", "1.1.0"}
