"""No regular expression of musnad hangs, whatever 10 KB of text it is given."""

import re
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from pumping import patterns, pumped

pytestmark = pytest.mark.long

PATTERNS = patterns()
HANGS = 10  # processor seconds for one text; a pattern that backtracks without bound takes years
linux_or_mac = pytest.mark.skipif(sys.platform == "win32", reason="needs a timer of processor time")


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    def stop(*_: object) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)


@linux_or_mac
@pytest.mark.parametrize("pattern", PATTERNS.values(), ids=PATTERNS.keys())
def test_a_pattern_reads_any_run_of_one_or_two_characters(pattern: re.Pattern[str]) -> None:
    for text in pumped(pattern):
        with at_most(HANGS):
            pattern.search(text)
            pattern.fullmatch(text)


def test_the_patterns_of_every_room_are_found() -> None:
    assert {"schema", "corpus", "annotation", "export", "console"} <= {
        name.split()[0].split(".")[0] for name in PATTERNS
    }


@linux_or_mac
@pytest.mark.parametrize("hanging", [r"(a+)+$", r"(?:a|a)*$", r"(\w+\s?)*$"])
def test_a_pattern_that_backtracks_without_bound_is_seen(hanging: str) -> None:
    with pytest.raises(TimeoutError):
        search_pumped(re.compile(hanging))


def search_pumped(pattern: re.Pattern[str]) -> None:
    for text in pumped(pattern):
        with at_most(0.5):
            pattern.search(text)
