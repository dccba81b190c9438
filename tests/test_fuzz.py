"""Whatever bytes a reader is given, nothing but musnad's own errors comes out, and nothing hangs."""

from contextlib import nullcontext
from random import Random

import hostile
import pytest
from hostile import TARGETS, Target, damage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.long

PATTERNS = [
    '"', "[", "{", "(", "<", "<a>", "<!--", "&amp;", "\\", ",", "=", "\n", "\r", "\t", " ", ".", "1", "1,", "1.",
    "ـ", "َ", "«", "ا ", "قال إن ", '{"a":',
]  # fmt: skip
every_reader = pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
some_inputs = settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))


@every_reader
@some_inputs
@given(chance=st.randoms(use_true_random=False))
def test_damaged_input_is_refused_or_read_but_never_a_crash(target: Target, chance: Random) -> None:
    target.read(damage(chance.choice(target.sound), chance))


@every_reader
@some_inputs
@given(raw=st.binary(max_size=300))
def test_random_bytes_are_no_crash(target: Target, raw: bytes) -> None:
    target.read(raw)


@every_reader
def test_sound_input_is_what_the_damage_starts_from(target: Target, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hostile, "suppress", lambda *_: nullcontext())  # what is refused is raised here
    for sound in target.sound:
        target.read(sound)


@every_reader
@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
def test_ten_kilobytes_of_one_pattern_do_not_hang(target: Target, pattern: str) -> None:
    target.read((pattern * 10_000).encode()[:10_000].decode("utf-8", "ignore").encode())
