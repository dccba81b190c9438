"""Speed of the quantity layer beside pyarabic's `extract_number_phrases`, same text, same run: `python
benchmarks/quantities.py`.

Measured as it is installed, and compiled by mypyc (setup.py) where that can be built: processes that measure the one
and the other in turn. pyarabic (GPL) is no dependency of musnad: install it for this benchmark alone (`pip install
pyarabic`). It finds the words of a number and nothing else: no digits, value, unit or bound. The text is the packaged
samples, four times as dense in numbers as newswire, or that of the folder or the .conll file named.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module, resources
from pathlib import Path
from tempfile import TemporaryDirectory
from time import process_time

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.quantities import grammar
from musnad.console import say

_ROOT = Path(__file__).resolve().parents[1]
_PROCESSES = 3  # of each build; a form can be met for the first time once in each
_REPEATS = 7
_LAYER = "quantity layer with analysis"
_PYARABIC = "pyarabic extract_number_phrases"
_FIRST, _AGAIN = "each form met for the first time", "forms met before"
Job = Callable[[str], object]
Seconds = dict[str, dict[str, float]]  # by title and job
# Read first, so that the lexicons are loaded when fresh text is timed.
_OF_EVERY_LEXICON = (
    "في عام 2014 دفع المصنع أكثر من 20 دينارا لنحو 5 عمال على الأقل، أي 3 بالمئة. بلغت الحرارة 12 درجة. "
    "منذ ثلاثة عقود وقع القرار رقم 7. كلف المشروع 30 ألفا. وصل بعض الزوار في 3 مايو وعددهم بين 10 و20 (12) شخصا. "
    "غرقت سفينتان للمرة الرابعة ونجا خمس ركابها ولم ينج كل"
)


def main(where: Path | None) -> None:
    """Print the rates in MB of UTF-8 a second of processor time: the best first reading and the best of all."""
    megabytes = sum(len(text.encode()) for text in _texts(where)) / 1e6
    with TemporaryDirectory() as folder:
        builds: dict[str, str | None] = {_kind(): None}
        if _kind() == "pure Python":
            builds |= {"compiled": folder} if _compile(folder) else {}
        least: dict[str, Seconds] = {}
        for _ in range(_PROCESSES):
            for kind, place in builds.items():
                _keep_least(least.setdefault(kind, {}), _measured_apart(where, place))
    for kind, seconds in least.items():
        say(f"{kind}:")
        for title, took in seconds.items():
            for name, second in took.items():
                peer = f", {took[_PYARABIC] / second:.2f} of pyarabic" if _PYARABIC in took else ""
                say(f"  {name}, {title}: {megabytes / second:.2f} MB/s{peer}")
    if not any(_PYARABIC in took for took in least[_kind()].values()):
        say("pyarabic is not installed, so there is no ratio: pip install pyarabic")


def _kind() -> str:
    """Tell how the grammar that is imported runs."""
    return "pure Python" if grammar.__file__.endswith(".py") else "compiled"


def _compile(folder: str) -> bool:
    """Install a compiled build of the sources into a folder; False, and why, where that can't be done."""
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target"]
    with TemporaryDirectory() as copy:  # nothing of an earlier build is in it
        shutil.copytree(_ROOT, copy, ignore=shutil.ignore_patterns(".*", "build", "*.egg-info"), dirs_exist_ok=True)
        done = subprocess.run(
            [*install, folder, copy],
            env={**os.environ, "MUSNAD_COMPILE": "1"}, capture_output=True, encoding="utf-8", check=False,
        )  # fmt: skip
    if done.returncode:
        say(f"no compiled build to measure: {done.stderr.strip()}")
    return done.returncode == 0


def _measured_apart(where: Path | None, place: str | None) -> Seconds:
    """Measure in a process of its own the musnad that is installed, or that of the folder `place`."""
    path = {"PYTHONPATH": place} if place is not None else {}
    done = subprocess.run(
        [sys.executable, __file__, "--seconds", *([str(where)] if where is not None else [])],
        env={**os.environ, **path}, stdout=subprocess.PIPE, encoding="utf-8", check=True,
    )  # fmt: skip
    kind, seconds = json.loads(done.stdout)
    if kind != ("compiled" if place is not None else _kind()):
        raise SystemExit(f"the {kind} grammar was measured where the other was meant")
    found: Seconds = seconds
    return found


def _keep_least(least: Seconds, seconds: Seconds) -> None:
    for title, took in seconds.items():
        known = least.setdefault(title, took)
        known.update({name: min(second, known[name]) for name, second in took.items()})


def measure(where: Path | None) -> Seconds:
    """Return the seconds of processor time that each job takes on all texts."""
    texts = _texts(where)
    quantities = grammar.QuantityGrammar()
    jobs: dict[str, Job] = {_LAYER: lambda text: quantities.annotate(analyse(text))}
    with suppress(ModuleNotFoundError):
        jobs[_PYARABIC] = import_module("pyarabic.number").extract_number_phrases
    for job in jobs.values():
        job(_OF_EVERY_LEXICON)
    first = _first(texts, jobs)
    return {_FIRST: first, _AGAIN: _best(texts, {"analysis alone": analyse, **jobs})}


def _first(texts: list[str], jobs: dict[str, Job]) -> dict[str, float]:
    """Do every job once on each text, the texts in turn, and return the seconds that each job took."""
    took = dict.fromkeys(jobs, 0.0)
    for text in texts:
        for name, job in jobs.items():
            begin = process_time()
            job(text)
            took[name] += process_time() - begin
    return took


def _best(texts: list[str], jobs: dict[str, Job]) -> dict[str, float]:
    """Do every job on all texts in turn, several times, and return the least seconds that each took."""
    least = dict.fromkeys(jobs, float("inf"))
    for _ in range(_REPEATS):
        for name, job in jobs.items():
            begin = process_time()
            for text in texts:
                job(text)
            least[name] = min(least[name], process_time() - begin)
    return least


def _texts(where: Path | None) -> list[str]:
    if where is not None and where.suffix == ".conll":
        return _newswire(where.read_text("utf-8"))
    folder = where if where is not None else resources.files("musnad.corpus") / "samples"
    return [item.read_text("utf-8") for item in folder.iterdir() if item.name.endswith(".txt")]


def _newswire(conll: str) -> list[str]:
    """Make articles of fifteen lines from a file of words and tags with a blank line after each sentence."""
    lines = [" ".join(row.split()[0] for row in part.splitlines()) for part in conll.split("\n\n") if part.strip()]
    return ["\n".join(lines[at : at + 15]) for at in range(0, len(lines), 15)]


if __name__ == "__main__":
    given = [argument for argument in sys.argv[1:] if argument != "--seconds"]
    named = Path(given[0]) if given else None
    if "--seconds" in sys.argv:
        say(json.dumps([_kind(), measure(named)]))
    else:
        main(named)
