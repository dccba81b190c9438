"""`musnad release` killed at random moments and at exact ones: old or new, never half, and a re-run succeeds."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import newsroom
import pytest

from musnad.corpus.store import init, read_project
from musnad.export.integrity import SUMS, verify, whole
from musnad.export.publish import latest, publish

pytestmark = [pytest.mark.long, pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")]

# Forks the command over and over, so that imports are paid once, and kills it: after a part of the time that it takes
# undisturbed, or in a call of the system's. Prints for each time what was left.
_KILLER = """
import json, os, random, signal, sys, time
from pathlib import Path
from musnad import cli
from musnad.export import integrity, publish, release
from musnad.export.features import features
import matplotlib.figure

features("gold")
root, times = Path(sys.argv[1]), int(sys.argv[2])
place = root / "releases" / "1.1.0"

def command():
    sys.argv = ["musnad", "release", "--version", "1.1.0", "--project", str(root)]
    sys.stdout = sys.stderr = open(os.devnull, "w")
    try:
        cli.main()
    except SystemExit as end:
        os._exit(end.code or 0)
    os._exit(0)

def dying(name, before):
    made = getattr(os, name)
    def call(*given, **named):
        if name == "rename" and not os.path.isdir(given[0]):
            return made(*given, **named)  # a table's file gets its name
        if not before:
            made(*given, **named)
        os.kill(os.getpid(), signal.SIGKILL)
    setattr(os, name, call)

def run(delay=None, at=None):
    began = time.monotonic()
    child = os.fork()
    if not child:
        if at:
            dying(*at)
        command()
    if delay is not None:
        time.sleep(delay)
        os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    print(json.dumps({
        "signal": status & 127, "code": status >> 8, "delay": delay, "at": at, "whole": place.exists(),
        "problems": integrity.verify(place) if place.exists() else [],
        "old": integrity.verify(root / "releases" / "1.0.0"),
        "left": sum(one.name.startswith(".1.1.0.") for one in place.parent.iterdir()),
        "sums": (place / "SHA256SUMS").read_text() if place.exists() else "",
    }), flush=True)
    return not status, time.monotonic() - began

def aside():
    if place.exists():
        place.rename(root / f"kept-{time.monotonic_ns()}")

_, whole = run()
aside()
chance, killed = random.Random(11), 0
while killed < times:
    done, seconds = run(delay=chance.uniform(0, whole))
    killed += not done
    whole = min(whole, seconds) if done else whole
    aside()
for at in (("rename", True), ("rename", False), ("fsync", True), ("replace", True), ("mkdir", False)):
    run(at=at)
    aside()
run(delay=whole / 2)
run()
"""


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A project whose version 1.0.0 is out, and that has something new for 1.1.0."""
    home = init(tmp_path / "project")
    first, *rest = newsroom.gold()
    newsroom.fill(home, newsroom.articles().values(), rest, newsroom.layers())
    publish(home, "1.0.0", home.releases / "1.0.0")
    newsroom.fill(home, newsroom.articles().values(), [first, *rest], newsroom.layers())
    return home.root


def test_a_kill_at_any_moment_leaves_the_old_or_the_new_and_never_half(root: Path) -> None:
    before = (root / "releases" / "1.0.0" / SUMS).read_bytes()
    done = subprocess.run(
        [sys.executable, "-c", _KILLER, str(root), "20"], check=True, capture_output=True, text=True, timeout=500
    )
    undisturbed, *killed, again = map(json.loads, done.stdout.splitlines())
    assert (undisturbed["code"], undisturbed["whole"], again["code"], again["whole"]) == (0, True, 0, True)
    assert sum(one["signal"] == 9 for one in killed) >= 25
    for one in [undisturbed, *killed, again]:
        assert one["problems"] == one["old"] == [], one
        # The same bytes as undisturbed: nothing of a run that was killed has come into another.
        assert one["sums"] in ("", undisturbed["sums"]), one
    renamed = {json.dumps(one["at"]): one["whole"] for one in killed if one["at"]}
    assert renamed['["rename", true]'] is False
    assert renamed['["rename", false]'] is True
    # One killed run's folder may be there until the next run, which takes it away.
    assert max(one["left"] for one in killed) == 1
    assert again["left"] == 0
    assert (root / "releases" / "1.0.0" / SUMS).read_bytes() == before


def test_what_a_killed_run_left_is_no_release_of_the_project(root: Path) -> None:
    left = root / "releases" / ".1.1.0.abc"
    left.mkdir()
    (left / "release.json").write_bytes((root / "releases" / "1.0.0" / "release.json").read_bytes())
    assert latest([root / "releases"], "1.2.0", read_project(root).settings.dataset.name) == root / "releases" / "1.0.0"
    publish(read_project(root), "1.2.0", root / "releases" / "1.2.0")
    assert verify(root / "releases" / "1.2.0") == []


def test_a_place_where_another_run_builds_is_left_alone(tmp_path: Path) -> None:
    with whole(tmp_path / "r") as one:
        (one / SUMS).write_text("")
        with whole(tmp_path / "r") as other:
            assert one.exists()
            (other / SUMS).write_text("")
        assert one.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["r"]
