"""Runs every benchmark, each against its bar or its peer in the same run, and writes `benchmarks/results.md`.

    python benchmarks [--quick] [NAME …]       (from the repository root; `make bench`)

`--quick` makes the corpora a tenth as large and says so. Each part is a program of its own, so none warms another.
"""

from __future__ import annotations

import argparse
import os
import platform
import subprocess
import sys
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import NamedTuple

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.md"
PACKAGES = ("musnad", "datasets", "pyarrow", "numpy", "msgspec", "python-crfsuite", "label-studio", "pyarabic", "ray")


class Part(NamedTuple):
    """One program with its arguments, whole and quick."""

    title: str
    program: str
    whole: tuple[str, ...] = ()
    quick: tuple[str, ...] = ()


PARTS = {
    "preannotation": Part(
        "Pre-annotation and start-up", "preannotation.py", ("--articles", "1000"), ("--articles", "200")
    ),
    "quantities": Part("The quantity layer beside pyarabic", "quantities.py"),
    "agreement": Part("Agreement", "agreement.py", ("--articles", "10000"), ("--articles", "1000", "--draws", "200")),
    "release": Part("A release beside bare datasets", "release.py", ("--articles", "10000"), ("--articles", "1000")),
    "stories": Part("Stories alone", "stories.py", ("--articles", "100000"), ("--articles", "10000")),
    "label_studio": Part(
        "Push and pull beside a bare HTTP client",
        "label_studio.py",
        ("--tasks", "2000"),
        ("--tasks", "200", "--rounds", "1"),
    ),
    "fuzzing": Part("Damaged input", "fuzzing.py", ("--inputs", "100000"), ("--inputs", "5000")),
    "scale": Part("The whole way", "scale.py", ("--articles", "10000"), ("--articles", "1000")),
    "gold": Part("How close pre-annotation comes to the gold", "gold.py"),
}


def main() -> int:
    """Run the parts asked for; 0 when all ran through."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--quick", action="store_true", help="corpora a tenth as large, or less")
    options.add_argument("names", nargs="*", metavar="NAME", help=f"of {', '.join(PARTS)}; all if left out")
    given = options.parse_args()
    if unknown := [name for name in given.names if name not in PARTS]:
        options.error(f"no benchmark is called {unknown[0]}; there is {', '.join(PARTS)}")
    failed = 0
    for name in given.names or PARTS:
        section, passed = run(name, PARTS[name], quick=given.quick)
        failed += not passed
        keep(section)
    return 1 if failed else 0


def run(name: str, part: Part, *, quick: bool) -> tuple[str, bool]:
    """Run one part; return its section of the results and whether it ran through."""
    arguments = part.quick if quick else part.whole
    command = " ".join(("python", f"benchmarks/{part.program}", *arguments))
    print(f"== {part.title}: {command}", flush=True)
    began = time.perf_counter()
    load = os.getloadavg()[0]
    done = subprocess.run(
        [sys.executable, str(HERE / part.program), *arguments], stdout=subprocess.PIPE, text=True, check=False
    )
    print(done.stdout, flush=True)
    state = "" if done.returncode == 0 else f" **It ended with status {done.returncode}.**"
    lines = [
        f"## {part.title} <!-- {name} -->",
        "",
        f"`{command}`, {datetime.now(UTC):%Y-%m-%d %H:%M} UTC, {time.perf_counter() - began:.0f} s,"
        f" load of the machine at its start {load:.1f}.{state}",
        "",
        "```text",
        done.stdout.strip(),
        "```",
        "",
    ]
    return "\n".join(lines), done.returncode == 0


def keep(section: str) -> None:
    """Put a section into the results, in place of the one that it follows on."""
    title = section.split("\n", 1)[0]
    sections: dict[str, str] = {}
    if RESULTS.exists():
        for piece in RESULTS.read_text("utf-8").split("\n## ")[1:]:
            sections["## " + piece.split("\n", 1)[0]] = "## " + piece.rstrip() + "\n"
    sections[title] = section
    order = {name: number for number, name in enumerate(PARTS)}
    ranked = sorted(sections, key=lambda one: order.get(one.partition("<!-- ")[2].removesuffix(" -->"), len(order)))
    RESULTS.write_text(header() + "\n".join(sections[one] for one in ranked), "utf-8")


def header() -> str:
    """Say what the figures were measured on."""
    found = {}
    for name in PACKAGES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            continue
    packages = ", ".join(f"{name} {number}" for name, number in found.items())
    return (
        "# Results\n\n"
        "Written by `make bench`: every figure with its bar or its peer, measured in the same run. "
        "A figure falls when other work shares the cores; ratios fall less.\n\n"
        f"Machine: {os.cpu_count()} cores ({_processor()}), {_memory():.0f} GB, "
        f"{platform.system()} {platform.release()}, Python {platform.python_version()}; {packages}.\n\n"
    )


def _processor() -> str:
    info = Path("/proc/cpuinfo")
    lines = info.read_text("utf-8").splitlines() if info.exists() else []
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


if __name__ == "__main__":
    sys.exit(main())
