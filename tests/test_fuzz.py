"""Whatever bytes a reader is given, nothing but musnad's own errors comes out, and nothing hangs."""

from random import Random

import pytest
from hostile import CONVERTED, TARGETS, Target, damage
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

PATTERNS = [
    '"', "[", "{", "(", "<", "<a>", "<!--", "&amp;", "\\", ",", "=", "\n", "\r", "\t", " ", ".", "1", "1,", "1.",
    "ـ", "َ", "«", "ا ", "قال إن ", '{"a":',
]  # fmt: skip
SLOW = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
QUICK = settings(SLOW, max_examples=40)
OWN = {name: target for name, target in TARGETS.items() if name not in CONVERTED}


@pytest.mark.parametrize("target", OWN.values(), ids=OWN.keys())
@SLOW
@given(chance=st.randoms(use_true_random=False))
def test_damaged_input_is_refused_or_read_but_never_a_crash(target: Target, chance: Random) -> None:
    target.read(damage(chance.choice(target.sound), chance))


@pytest.mark.parametrize("target", OWN.values(), ids=OWN.keys())
@SLOW
@given(raw=st.binary(max_size=300))
def test_random_bytes_are_no_crash(target: Target, raw: bytes) -> None:
    target.read(raw)


@pytest.mark.parametrize("target", CONVERTED.values(), ids=CONVERTED.keys())
@QUICK
@given(chance=st.randoms(use_true_random=False))
def test_a_damaged_file_of_another_format_is_refused_or_converted(target: Target, chance: Random) -> None:
    target.read(damage(chance.choice(target.sound), chance))


@pytest.mark.parametrize("target", CONVERTED.values(), ids=CONVERTED.keys())
@QUICK
@given(raw=st.binary(max_size=300))
def test_random_bytes_are_no_file_of_another_format(target: Target, raw: bytes) -> None:
    target.read(raw)


@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_sound_input_is_what_the_damage_starts_from(target: Target) -> None:
    for sound in target.sound:
        target.read(sound)


@pytest.mark.parametrize("pattern", PATTERNS, ids=repr)
@pytest.mark.parametrize("target", TARGETS.values(), ids=TARGETS.keys())
def test_ten_kilobytes_of_one_pattern_do_not_hang(target: Target, pattern: str) -> None:
    target.read((pattern * 10_000).encode()[:10_000].decode("utf-8", "ignore").encode())
