"""Speed of the quantity layer beside pyarabic's `extract_number_phrases`, same text, same run: `python
benchmarks/quantities.py`.

pyarabic (GPL) is no dependency of musnad: install it for this benchmark alone (`pip install pyarabic`). It finds
the words of a number and nothing else: no digits, value, unit or bound. The text is the packaged samples, four times as
dense in numbers as newswire, or that of the folder or the .conll file named.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from importlib import import_module, resources
from pathlib import Path
from time import process_time

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.quantities.grammar import QuantityGrammar
from musnad.console import say

_REPEATS = 7
_PYARABIC = "pyarabic extract_number_phrases"
Job = Callable[[str], object]
# Read first, so that the lexicons are loaded when fresh text is timed.
_OF_EVERY_LEXICON = (
    "في عام 2014 دفع المصنع أكثر من 20 دينارا لنحو 5 عمال على الأقل، أي 3 بالمئة. بلغت الحرارة 12 درجة. "
    "منذ ثلاثة عقود وقع القرار رقم 7. كلف المشروع 30 ألفا. وصل بعض الزوار في 3 مايو وعددهم بين 10 و20 (12) شخصا"
)


def main(where: Path | None) -> None:
    """Print the rates in MB of UTF-8 a second of processor time, of the first reading and the best of seven in turn."""
    texts = _texts(where)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    grammar = QuantityGrammar()
    jobs = {"analysis alone": analyse, "quantity layer with analysis": lambda text: grammar.annotate(analyse(text))}
    try:
        jobs[_PYARABIC] = import_module("pyarabic.number").extract_number_phrases
    except ModuleNotFoundError:
        say("pyarabic is not installed, so there is no ratio: pip install pyarabic")
    for job in jobs.values():
        job(_OF_EVERY_LEXICON)
    del jobs["analysis alone"]
    first = _first(texts, jobs)
    jobs = {"analysis alone": analyse, **jobs}
    for title, seconds in (("each form met for the first time", first), ("forms met before", _best(texts, jobs))):
        for name, took in seconds.items():
            peer = f", {seconds[_PYARABIC] / took:.2f} of pyarabic" if _PYARABIC in seconds else ""
            say(f"{name}, {title}: {megabytes / took:.2f} MB/s{peer}")


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
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
