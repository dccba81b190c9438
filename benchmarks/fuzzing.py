"""Damages sound input of every reader; counts what gets through that musnad did not raise, times it, weighs it.

    python benchmarks/fuzzing.py [--inputs 100000] [--seed 0] [NAME …]       (from the repository root)

Bar: no crash, no input over a second of computing, no reader that takes 200 MB more than its models and libraries do.
The readers and the damage are those of `tests/hostile.py`; `fuzzing_guided.py` has libFuzzer choose the damage.
"""

from __future__ import annotations

import argparse
import logging
import resource
import sys
import time
import traceback
import warnings
from pathlib import Path
from random import Random

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))

from hostile import TARGETS, Target, damage

SLOWEST = 1.0  # seconds
MOST_MEMORY = 200  # MB


def main() -> int:
    """Print a line for each reader; 1 when a bar was missed."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--inputs", type=int, default=100_000, help="over all readers, at least")
    options.add_argument("--seed", type=int, default=0)
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(TARGETS)}; all if left out")
    given = options.parse_args()
    logging.disable(logging.CRITICAL)
    warnings.simplefilter("ignore")
    chosen = {name: TARGETS[name] for name in given.names or TARGETS}
    each = -(-given.inputs // len(chosen))
    chance = Random(given.seed)
    for target in chosen.values():
        for sound in target.sound:
            target.read(sound)  # loads models and libraries
    missed = [name for name, target in chosen.items() if not _stands(name, target, each, chance)]
    print(f"{each * len(chosen)} inputs, {_peak():.0f} MB at most; missed the bar: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


def _stands(name: str, target: Target, inputs: int, chance: Random) -> bool:
    """Read damaged inputs and print how that went; return whether it went well."""
    slowest, largest, crashed = 0.0, 0, dict[str, int]()
    before = _peak()
    for _ in range(inputs):
        raw = damage(chance.choice(target.sound), chance)
        began = time.process_time()
        try:
            target.read(raw)
        except Exception as error:  # what crashes is what is counted
            last = traceback.extract_tb(error.__traceback__)[-1]
            where = f"{Path(last.filename).name}:{last.lineno}: {type(error).__name__}: {str(error)[:80]}"
            crashed[where] = crashed.get(where, 0) + 1
        slowest = max(slowest, time.process_time() - began)
        largest = max(largest, len(raw))
    more = _peak() - before
    crashes = "".join(f"; CRASHED {times} times at {where}" for where, times in crashed.items())
    print(
        f"{name}: {inputs} inputs of at most {largest} bytes, {sum(crashed.values())} crashes, "
        f"the slowest {1000 * slowest:.0f} ms, {more:.0f} MB more{crashes}",
        flush=True,
    )
    return not crashed and slowest < SLOWEST and more < MOST_MEMORY


def _peak() -> float:
    """The most memory that this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    sys.exit(main())
