"""Verbs that report speech and thought: the lexicon, its inflected forms, and their look-up by folded word."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from typing import Any, Literal

import yaml

from ....corpus.normalise import fold

Gender = Literal["m", "f"]
Number = Literal["singular", "dual", "plural"]
Shape = Literal["past", "present", "participle", "masdar"]

_ENCLITICS = ("ه", "ها", "هم", "هما", "هن", "نا", "ني", "ك", "كم")


@dataclass(frozen=True, slots=True)
class Verb:
    """A verb of the lexicon.

    `takes` are the ways in which it leads to what was said, `via` the particle before the source of a relaying verb;
    a verb marked `told` has the hearer as its object. The other marks are conditions of the lexicon's entry.
    `passive`, `passive_present` and `first_person` are spelled out where no rule makes them.
    """

    past: str
    present: str
    class_: str
    takes: frozenset[str]
    participle: str = ""
    masdar: str = ""
    via: str = ""
    passive: str = ""
    passive_present: str = ""
    first_person: str = ""
    marks: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Form:
    """One reading of a word as a form of a reporting verb; `prefix` holds its proclitic letters.

    `passive`: the spelling can only be passive (قيل, أفيد), so nobody is named who said it.
    `finite`: in the past or the present; kept, since it is asked of every candidate.
    """

    verb: Verb
    shape: Shape
    gender: Gender | None
    number: Number
    person: int = 3
    enclitic: str = ""
    prefix: str = ""
    passive: bool = False
    finite: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "finite", self.shape in ("past", "present"))


def read(word: str) -> tuple[Form, ...]:
    """Return the readings of a folded word as a reporting verb, proclitics و ف س ب ل considered; empty when none."""
    forms = _forms()
    first, rest = word[:1], word[1:]
    if word in forms:
        conjoined = forms.get(rest, ()) if first == "و" else ()  # ورد is "came" and "and replied"
        return (*forms[word], *(replace(form, prefix=first) for form in conjoined if form.shape == "past"))
    if first in "وف" and first:
        return tuple(replace(form, prefix=first + form.prefix) for form in read(rest))
    if first == "س":
        return tuple(replace(form, prefix=first) for form in forms.get(rest, ()) if form.shape == "present")
    if first == "ل" and any(form.finite for form in forms.get(rest, ())):  # عاد ليؤكد أن
        return tuple(replace(form, prefix=first) for form in forms[rest] if form.shape == "present")
    if first and first in "بلك":
        inner = "ال" + rest[1:] if first == "ل" and rest.startswith("ل") else rest
        return tuple(replace(form, prefix=first) for form in forms.get(inner, ()) if form.shape == "masdar")
    return ()


@cache
def verbs() -> tuple[Verb, ...]:
    """Return the verbs of `lexicon/reporting_verbs.yaml`."""
    raw: dict[str, list[dict[str, Any]]] = yaml.safe_load(
        (files(__package__) / "lexicon" / "reporting_verbs.yaml").read_text("utf-8")
    )
    return tuple(_verb(class_, dict(entry)) for class_, entries in raw.items() for entry in entries)


def _verb(class_: str, entry: dict[str, Any]) -> Verb:
    fields = {key: str(entry.get(key, "")) for key in _SPELLINGS}
    marks = frozenset(key for key, value in entry.items() if value is True)
    return Verb(**fields, class_=class_, takes=frozenset(fold(take) for take in entry["takes"]), marks=marks)


_SPELLINGS = ("past", "present", "participle", "masdar", "via", "passive", "passive_present", "first_person")


@cache
def _forms() -> dict[str, tuple[Form, ...]]:
    table: dict[str, list[Form]] = {}
    for verb in verbs():
        for spelling, form in _inflect(verb):
            readings = table.setdefault(fold(spelling), [])
            if all(known.verb is not verb or known.shape != form.shape for known in readings):
                readings.append(form)
    return {word: tuple(readings) for word, readings in table.items()}


def _inflect(verb: Verb) -> Iterator[tuple[str, Form]]:
    if "present_only" not in verb.marks:
        yield from _past(verb)
    if "past_only" not in verb.marks:
        yield from _present(verb)
    yield from _passive(verb)
    if verb.participle and "finite_only" not in verb.marks:
        yield from _participle(verb)
    if verb.masdar and "finite_only" not in verb.marks:
        yield from _masdar(verb)


def _past(verb: Verb) -> Iterator[tuple[str, Form]]:
    weak = verb.past[-1] in "ىا"
    stem = verb.past[:-1] if weak else verb.past
    masculine = Form(verb, "past", "m", "singular")
    feminine = Form(verb, "past", "f", "singular")
    plural = Form(verb, "past", "m", "plural")
    yield verb.past, masculine
    yield stem + "ت", feminine
    yield stem + "وا", plural
    yield stem + "تا", Form(verb, "past", "f", "dual")
    if not weak and _no_noun_in_the_accusative(verb):
        yield stem + "ا", Form(verb, "past", "m", "dual")
    if verb.first_person:
        yield verb.first_person, Form(verb, "past", None, "singular", 1)
    for enclitic in _ENCLITICS:
        yield (stem + "ا" if weak else stem) + enclitic, replace(masculine, enclitic=enclitic)
        yield stem + "ت" + enclitic, replace(feminine, enclitic=enclitic)
        yield stem + "و" + enclitic, replace(plural, enclitic=enclitic)


def _no_noun_in_the_accusative(verb: Verb) -> bool:
    """أكدا and أضافا are duals; ذكرا, قدرا and others of three letters without a ت-noun are nouns as a rule."""
    if "no_dual" in verb.marks:
        return False
    return len(verb.past) > 3 or verb.past[1] == "ا" or verb.masdar.startswith("ت")


def _passive(verb: Verb) -> Iterator[tuple[str, Form]]:
    if verb.passive:
        past = Form(verb, "past", "m", "singular", passive=True)
        yield verb.passive, past
        yield verb.passive + "ت", replace(past, gender="f")
    if verb.passive_present:
        present = Form(verb, "present", "m", "singular", passive=True)
        yield verb.passive_present, present
        yield "ت" + verb.passive_present[1:], replace(present, gender="f")


def _present(verb: Verb) -> Iterator[tuple[str, Form]]:
    stem = verb.present[1:]
    weak = stem[-1] in "ىيو" and verb.past[-1] in "ىا"
    base = stem[:-1] if weak else stem
    persons: tuple[tuple[str, Gender | None, int, Number], ...] = (
        ("ي", "m", 3, "singular"),
        ("ت", "f", 3, "singular"),
        ("أ", None, 1, "singular"),
        ("ن", None, 1, "plural"),
    )
    for prefix, gender, person, number in persons[: 2 if "third_person" in verb.marks else 4]:
        form = Form(verb, "present", gender, number, person)
        yield prefix + stem, form
        for enclitic in _ENCLITICS:
            joined = base + "ا" if weak and stem[-1] == "ى" else stem
            yield prefix + joined + enclitic, replace(form, enclitic=enclitic)
    yield "ي" + base + "ون", Form(verb, "present", "m", "plural")
    yield "ي" + base + "وا", Form(verb, "present", "m", "plural")
    yield "ي" + stem + "ان", Form(verb, "present", "m", "dual")
    yield "ت" + stem + "ان", Form(verb, "present", "f", "dual")
    yield "ي" + stem + "ن", Form(verb, "present", "f", "plural")


def _participle(verb: Verb) -> Iterator[tuple[str, Form]]:
    stem = verb.participle + ("ي" if verb.past[-1] in "ىا" else "")
    yield stem + "ا", Form(verb, "participle", "m", "singular")
    yield stem + "ة", Form(verb, "participle", "f", "singular")
    yield verb.participle + "ين", Form(verb, "participle", "m", "plural")
    yield stem + "ات", Form(verb, "participle", "f", "plural")
    yield stem + "تين", Form(verb, "participle", "f", "dual")


def _masdar(verb: Verb) -> Iterator[tuple[str, Form]]:
    form = Form(verb, "masdar", None, "singular")
    stem = verb.masdar.replace("ة", "ت") if verb.masdar.endswith("ة") else verb.masdar
    yield "ال" + verb.masdar, form
    for enclitic in ("ه", "ها", "هم", "هما", "هن"):
        yield stem + enclitic, replace(form, enclitic=enclitic)
