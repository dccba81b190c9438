"""Damages sound input of every reader, counts what gets through that musnad did not raise, and times the slowest.

    python benchmarks/fuzzing.py [--inputs 100000] [--seed 0]       (from the repository root)

Bar: no crash, no input over a second. The readers and the damage are those of `tests/hostile.py`.
"""

from __future__ import annotations

import argparse
import logging
import sys
import time
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hostile import TARGETS, damage


def main() -> int:
    """Print a line for each reader; 1 when something crashed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=100_000, help="over all readers")
    options.add_argument("--seed", type=int, default=0)
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    chance = Random(given.seed)
    each = given.inputs // len(TARGETS)
    crashes = 0
    for name, target in TARGETS.items():
        slowest, crashed = 0.0, set[str]()
        for _ in range(each):
            raw = damage(chance.choice(target.sound), chance)
            began = time.perf_counter()
            try:
                target.read(raw)
            except Exception as error:  # what crashes is what is counted
                crashes += 1
                crashed.add(f"{type(error).__name__}: {str(error)[:80]}")
            slowest = max(slowest, time.perf_counter() - began)
        crash = f"; CRASHES {sorted(crashed)}" if crashed else ""
        print(f"{name}: {each} inputs, the slowest {1000 * slowest:.0f} ms{crash}", flush=True)
    print(f"{each * len(TARGETS)} inputs, {crashes} crashes (bar: 0)")
    return 1 if crashes else 0


if __name__ == "__main__":
    sys.exit(main())
