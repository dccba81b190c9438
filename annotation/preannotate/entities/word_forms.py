"""What a language at large says of a word: how frequent it is, which forms it has, whether it is a foreign name.

A name that no list has and no training text held still differs from other words: `كارلوس` has no `الكارلوس`, no
`كارلوسها`, no plural. `models/forms.npz` keeps the profile of each form of a frequency list
by a hash of the form.

Run as ``python -m musnad.annotation.preannotate.entities.word_forms`` where wordfreq (3.1, data CC BY-SA 4.0) and
faker (40, MIT) are installed to make that file again; musnad itself reads only the file.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from importlib.resources import as_file, files
from pathlib import Path
from zlib import crc32

import numpy as np

from ....corpus.normalise import fold
from .boundaries import splits

_FILE = "forms.npz"
_UNKNOWN = "v=0"  # the only feature of a word that isn't in the list
_PRONOUNS = ("ه", "ها", "هم", "نا", "هما", "ي", "ك")
_TENSES = ("ي", "ت", "سي", "ن")


class WordForms:
    """Profiles of word forms."""

    def __init__(self, path: Path) -> None:
        """Load a file that `write` made. Raises OSError, KeyError or ValueError when it can't be read or is no such."""
        with np.load(path, allow_pickle=False) as stored:
            self._hashes = np.cumsum(stored["steps"], dtype=np.uint32)
            self._profile_of = stored["profile_of"]
            self._profiles = stored["profiles"]
            self._features = stored["features"].tobytes().decode("utf-8").split(" ")

    def features(self, form: str) -> tuple[str, ...]:
        """Return the features of a folded word; of one that isn't in the list those of its rest after proclitics."""
        for cut, rest in (*splits(form), *_future(form)):
            key = np.uint32(crc32(rest.encode("utf-8")))
            at = int(self._hashes.searchsorted(key))
            if at < len(self._hashes) and self._hashes[at] == key:
                numbers = self._profiles[self._profile_of[at]].tolist()
                # A row is filled up with 0, which stands for the feature of a word without a profile.
                found = tuple(self._features[number] for number in numbers if number)
                return ("vk=?", *found[1:]) if cut else found
        return (_UNKNOWN,)


def profile(form: str, frequency: Mapping[str, float], names: Mapping[str, str]) -> tuple[str, ...]:
    """Return the features of a form: its proclitics, the frequency of what they leave, how that compares with its other
    forms, and the lists of names that have it.

    `frequency` is by folded form, from 0 to 1; `names` has the lists of a form as letters.
    """
    cut, base = 0, form
    for letters, rest in (*splits(form)[1:], *_future(form)):
        if len(rest) > 2 and frequency.get(rest, 0) > 2 * frequency.get(base, 0):
            cut, base = letters, rest
    found = [f"vk={form[:cut]}", *_paradigm(base, frequency)]
    found += [f"n={name}" for name in names.get(base, "")]
    return tuple(found)


def _future(form: str) -> Iterator[tuple[int, str]]:
    """The present tense of what may be a verb in the future: سيزور, وستبعد."""
    for cut in (0, 1):
        if form[:cut] in ("", "و", "ف") and form[cut : cut + 1] == "س" and form[cut + 1 : cut + 2] in tuple("يتنا"):
            yield cut + 1, form[cut + 1 :]


def _paradigm(form: str, frequency: Mapping[str, float]) -> Iterator[str]:
    """Frequencies of a word's other forms by its own, in powers of ten."""
    own = max(frequency.get(form, 0), 1e-9)
    definite = form.startswith("ال") and len(form) > 4
    stem = form[2:] if definite else form
    base = max(frequency.get(stem, 0), own)
    construct = stem[:-1] + "ت" if stem.endswith("ة") else stem
    bare = stem.removesuffix("ة")

    def times(forms: Iterable[str], of: float) -> str:
        together = sum(frequency.get(other, 0) for other in forms)
        return str(max(-3, min(3, round(math.log10(together / of))))) if together else "n"

    yield f"v={max(1, min(7, round(math.log10(own) + 9)))}"
    if definite:
        yield f"vx={times((stem,), own)}"
        yield f"vq={times((construct + pronoun for pronoun in _PRONOUNS), base)}"
    else:
        yield f"va={times(('ال' + form, 'لل' + form), own)}"
        yield f"vp={times((construct + pronoun for pronoun in _PRONOUNS), base)}"
    yield f"vt={times((stem + 'ا',), base)}"
    yield f"vm={times((bare + ending for ending in ('ات', 'ين', 'ون')), base)}"
    yield f"vn={times((bare + 'ي', bare + 'ية', 'ال' + bare + 'ي', 'ال' + bare + 'ية'), base)}"
    yield f"vy={times((prefix + stem for prefix in _TENSES), base)}"
    yield f"vw={times((stem + 'وا', stem + 'ت'), base)}"
    yield f"vb={times((prefix + form for prefix in ('ب', 'ل', 'ول', 'وب')), own)}"
    yield f"vo={times(('و' + form,), own)}"


def write(frequency: Mapping[str, float], names: Mapping[str, str], output: Path) -> None:
    """Write the profiles of all forms of `frequency` to a file that `WordForms` reads."""
    profiles: dict[tuple[str, ...], int] = {}
    profile_of: dict[int, int] = {}
    for form in sorted(frequency, key=lambda form: (-frequency[form], form)):
        features = profile(form, frequency, names)
        # Of two forms with one hash the more frequent one is kept.
        profile_of.setdefault(crc32(form.encode("utf-8")), profiles.setdefault(features, len(profiles)))
    known = [_UNKNOWN, *sorted({feature for features in profiles for feature in features})]
    number_of = {feature: number for number, feature in enumerate(known)}
    rows = np.zeros((len(profiles), max(map(len, profiles))), np.uint8)
    for row, features in zip(rows, profiles, strict=True):
        row[: len(features)] = [number_of[feature] for feature in features]
    hashes = sorted(profile_of)
    np.savez_compressed(
        output,
        steps=np.diff(np.array(hashes, np.int64), prepend=0).astype(np.uint32),
        profile_of=np.array([profile_of[key] for key in hashes], np.uint32),
        profiles=rows,
        features=np.frombuffer(" ".join(known).encode("utf-8"), np.uint8),
    )


def _frequencies() -> dict[str, float]:
    """Frequencies of the forms of wordfreq's Arabic list, folded."""
    from wordfreq import get_frequency_dict  # type: ignore[import-not-found, import-untyped, unused-ignore]

    found: dict[str, float] = {}
    for word, share in get_frequency_dict("ar", "large").items():
        form = fold(word)
        if form.isalpha() and "\u0621" <= form[0] <= "\u064a":
            found[form] = found.get(form, 0) + share
    return found


# faker's locales whose names Arabic newspapers print; f and l mark foreign first and last names, F and L Arabic ones.
_FOREIGN = (
    "az_AZ",
    "bg_BG",
    "cs_CZ",
    "da_DK",
    "de_AT",
    "de_CH",
    "de_DE",
    "el_GR",
    "en",
    "en_GB",
    "en_IE",
    "en_IN",
    "en_NZ",
    "en_PK",
    "en_US",
    "es_AR",
    "es_CA",
    "es_CL",
    "es_CO",
    "es_ES",
    "es_MX",
    "fi_FI",
    "fr_BE",
    "fr_CA",
    "fr_CH",
    "fr_FR",
    "fr_QC",
    "hr_HR",
    "hu_HU",
    "hy_AM",
    "id_ID",
    "it_IT",
    "ja_JP",
    "ka_GE",
    "ko_KR",
    "lt_LT",
    "lv_LV",
    "mk_MK",
    "nl_BE",
    "nl_NL",
    "no_NO",
    "pl_PL",
    "pt_BR",
    "pt_PT",
    "ro_RO",
    "ru_RU",
    "sk_SK",
    "sl_SI",
    "sv_SE",
    "sw",
    "tr_TR",
    "uk_UA",
    "uz_UZ",
    "vi_VN",
    "zh_CN",
    "zh_TW",
)
_ARABIC = ("ar_AA", "ar_DZ", "ar_PS", "ar_SA", "fa_IR")


def _names(locale: str) -> Iterator[tuple[str, str]]:
    """The names of one of faker's locales, as words, with f for a first and l for a last name."""
    from importlib import import_module

    provider = import_module(f"faker.providers.person.{locale}").Provider
    for attribute, listed in sorted(vars(provider).items()):
        mark = next((part[0] for part in ("first", "last") if part in attribute and "name" in attribute), None)
        if mark and isinstance(listed, list | tuple | dict):
            for name in listed:
                for word in " ".join([name] if isinstance(name, str) else map(str, name)).split():
                    yield from ((part, mark) for part in word.replace("'", "").split("-") if len(part) > 2)


def _listed(frequency: Mapping[str, float]) -> dict[str, str]:
    """The lists of names that each folded form is in."""
    from .transliteration import Transliterator, romanised

    lists: dict[str, set[str]] = {}
    for locale in _ARABIC:
        for name, mark in _names(locale):
            lists.setdefault(fold(name), set()).add(mark.upper())
    attested = [form for form in frequency if 3 < len(form) < 14 and not _inflected(form, frequency)]
    latin = {(romanised(name), mark) for locale in _FOREIGN for name, mark in _names(locale)}
    transliterator = Transliterator(attested)
    for name, mark in sorted(latin):
        ranked = sorted(
            (penalty - 0.12 * math.log10(frequency[form]), form)
            for form, penalty in transliterator.spellings(name).items()
        )
        for penalty, form in ranked[:3]:
            if penalty <= ranked[0][0] + 0.5:
                lists.setdefault(form, set()).add(mark)
    return {form: "".join(sorted(marks)) for form, marks in lists.items()}


def _inflected(form: str, frequency: Mapping[str, float]) -> bool:
    """Whether a word is too frequent, or has too many forms of an Arabic noun or verb, to be a foreign name."""
    own = frequency[form]
    construct = form[:-1] + "ت" if form.endswith("ة") else form
    bare = form.removesuffix("ة")
    signs = (
        ((construct + pronoun for pronoun in ("ه", "ها", "هم", "نا")), 0.15),
        ((form + "ا",), 0.1),
        (("ال" + form, "لل" + form), 0.7),
        (("ي" + form, "ت" + form, "ن" + form), 0.5),
        ((bare + "ات", bare + "ين"), 0.3),
        ((form + "وا",), 0.1),
    )
    inflections = sum(sum(frequency.get(other, 0) for other in others) > share * own for others, share in signs)
    return own > 2e-4 or inflections > 1


@cache
def word_forms() -> WordForms:
    """Return the shipped profiles, loaded once."""
    with as_file(files(__package__) / "models" / _FILE) as path:
        return WordForms(path)


if __name__ == "__main__":
    shares = _frequencies()
    write(shares, _listed(shares), Path(sys.argv[1]) if len(sys.argv) > 1 else Path(__file__).parent / "models" / _FILE)
