"""Has libFuzzer look for input that crashes, hangs or swells a reader, by what code each input reaches.

    pip install atheris
    python benchmarks/fuzzing_guided.py [--seconds 60] [NAME …]       (from the repository root)

Each reader of `tests/hostile.py` runs for `--seconds` in a process of its own, from its sound inputs, with the damage
of `hostile.py` and libFuzzer's own in turn. Bar: no input ends a run: none raises what musnad did not mean to, takes
over 5 seconds of a busy machine or fills over 2 GB. What ends a run is left in the folder that is named then.
"""

from __future__ import annotations

import argparse
import logging
import re
import subprocess
import sys
import tempfile
import warnings
from pathlib import Path
from random import Random

HERE = Path(__file__).resolve()
TESTS = HERE.parent.parent / "tests"
_LONGEST = 10_000
_TIMEOUT = 5  # seconds
_MEMORY = 2048  # MB
_WATCHED = ("musnad", "cassis", "trafilatura", "tomllib")  # whose ways through the code guide the damage


def main() -> int:
    """Print a line for each reader; 1 when one was broken."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--seconds", type=int, default=60, help="for each reader")
    options.add_argument("--child", help=argparse.SUPPRESS)
    options.add_argument("names", nargs="*", metavar="NAME", help="readers of tests/hostile.py; all if left out")
    given, passed_on = options.parse_known_args()
    if given.child:
        _fuzz(given.child, passed_on)
    names = given.names or _listed()
    broken = [name for name in names if not _run(name, given.seconds)]
    print(f"{len(names)} readers, {given.seconds} s each; broken: {', '.join(broken) or 'none'}")
    return 1 if broken else 0


def _listed() -> list[str]:
    """The names of all readers; a process of its own imports them, so that none of their modules is here unwatched."""
    program = f"import sys; sys.path.insert(0, {str(TESTS)!r}); import hostile; print(*hostile.TARGETS, sep='\\n')"
    done = subprocess.run([sys.executable, "-c", program], stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout.splitlines()


def _run(name: str, seconds: int) -> bool:
    """Fuzz one reader in a process of its own and print how that went; return whether it held."""
    left = tempfile.mkdtemp(prefix="musnad-fuzz-")
    limits = (f"-max_len={_LONGEST}", f"-timeout={_TIMEOUT}", f"-rss_limit_mb={_MEMORY}", f"-artifact_prefix={left}/")
    command = [sys.executable, str(HERE), "--child", name, f"-max_total_time={seconds}", "-seed=1", *limits]
    done = subprocess.run(
        command, stderr=subprocess.STDOUT, stdout=subprocess.PIPE, text=True, errors="replace", check=False
    )
    runs = re.findall(r"^Done (\d+) runs", done.stdout, re.MULTILINE)
    reached = re.findall(r"^#\d+\s+\w+\s+cov: (\d+)", done.stdout, re.MULTILINE)
    if done.returncode == 0 and runs:
        Path(left).rmdir()
        print(f"{name}: {runs[-1]} inputs, {reached[0]} → {reached[-1]} places reached", flush=True)
        return True
    print(f"{name}: BROKEN, the input is in {left}\n{done.stdout[-3000:]}", flush=True)
    return False


def _fuzz(name: str, limits: list[str]) -> None:
    """Hand this process over to libFuzzer, which ends it."""
    import atheris

    sys.path.insert(0, str(TESTS))
    with atheris.instrument_imports(include=list(_WATCHED), enable_loader_override=False):
        import hostile
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    target = hostile.TARGETS[name]

    def mutated(raw: bytes, longest: int, seed: int) -> bytes:
        chance = Random(seed)
        changed = hostile.damage(raw, chance) if chance.random() < 0.5 else atheris.Mutate(raw, longest)
        return bytes(changed)[:longest]

    with tempfile.TemporaryDirectory() as corpus:
        for number, sound in enumerate(target.sound):
            (Path(corpus) / str(number)).write_bytes(sound)
        atheris.Setup([name, *limits, corpus], target.read, custom_mutator=mutated)
        atheris.Fuzz()


if __name__ == "__main__":
    sys.exit(main())
