"""Speed of the quantity layer beside pyarabic's `extract_number_phrases`, same text, same run: `python
benchmarks/quantities.py`.

pyarabic (GPL) is no dependency of musnad: install it for this benchmark alone (`pip install pyarabic`). It finds
the words
of a number and nothing else: no digits, value, unit or bound. The text is the packaged samples, or the folder named.
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
# Read first, so that the lexicons are loaded when fresh text is timed.
_OF_EVERY_LEXICON = (
    "في عام 2014 دفع المصنع أكثر من 20 دينارا لنحو 5 عمال على الأقل، أي 3 بالمئة. بلغت الحرارة 12 درجة. "
    "منذ ثلاثة عقود وقع القرار رقم 7. كلف المشروع 30 ألفا. وصل بعض الزوار في 3 مايو وعددهم بين 10 و20 (12) شخصا"
)


def main(folder: Path | None) -> None:
    """Print the rates in MB of UTF-8 a second of processor time, the best of seven runs in turn, and their ratio."""
    texts = _texts(folder)
    megabytes = sum(len(text.encode()) for text in texts) / 1e6
    grammar = QuantityGrammar()

    def ours() -> None:
        for text in texts:
            grammar.annotate(analyse(text))

    grammar.annotate(analyse(_OF_EVERY_LEXICON))
    begin = process_time()
    ours()
    fresh = megabytes / (process_time() - begin)
    documents = [analyse(text) for text in texts]

    def grammar_alone() -> None:
        for document in documents:
            grammar.annotate(document)

    jobs = {"quantity layer with analysis": ours, "quantity layer on analysed text": grammar_alone}
    try:
        number = import_module("pyarabic.number")
    except ModuleNotFoundError:
        say("pyarabic is not installed, so there is no ratio: pip install pyarabic")
    else:

        def theirs() -> None:
            for text in texts:
                number.extract_number_phrases(text)

        jobs["pyarabic extract_number_phrases"] = theirs
    rates = {name: megabytes / seconds for name, seconds in _best(jobs).items()}
    say(f"quantity layer with analysis, each form met for the first time: {fresh:.2f} MB/s")
    for name, rate in rates.items():
        say(f"{name}: {rate:.2f} MB/s")
    if (pyarabic := rates.get("pyarabic extract_number_phrases")) is not None:
        alone = rates["quantity layer on analysed text"] / pyarabic
        say(f"ratio, the analysis that all layers share not counted: {alone:.2f}")
        say(f"ratio, with analysis: {rates['quantity layer with analysis'] / pyarabic:.2f}")


def _best(jobs: dict[str, Callable[[], None]]) -> dict[str, float]:
    """Run every job in turn, several times, and return the least seconds that each took."""
    least = dict.fromkeys(jobs, float("inf"))
    for _ in range(_REPEATS):
        for name, job in jobs.items():
            begin = process_time()
            job()
            least[name] = min(least[name], process_time() - begin)
    return least


def _texts(folder: Path | None) -> list[str]:
    where = folder if folder is not None else resources.files("musnad.corpus") / "samples"
    return [item.read_text("utf-8") for item in where.iterdir() if item.name.endswith(".txt")]


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else None)
