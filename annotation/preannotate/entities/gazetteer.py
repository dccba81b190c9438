"""The word lists of `lexicon/`: what classes a word belongs to, and which known names start at it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import yaml

from ....corpus.normalise import fold
from .boundaries import splits
from .nisba import nisba_forms

_FORMS = 100_000  # how many word forms are remembered
_NO_CLASS: frozenset[str] = frozenset()


class Kind(NamedTuple):
    """What a known name is; `sure` names are marked wherever they stand, others only with support from the context."""

    label: str
    subtype: str | None
    sure: bool


NO_KIND = Kind("", None, False)


class Name(NamedTuple):
    """A known name that starts at a word: the letters cut off that word, the folds that follow it, and its kind."""

    cut: int
    rest: tuple[str, ...]
    kind: Kind


class _Starts(dict[str, tuple[Name, ...]]):
    """Folded word → the names that may start at it, worked out once per word."""

    def __init__(self, names: dict[str, dict[tuple[str, ...], Kind]]) -> None:
        self._names = names

    def __missing__(self, word: str) -> tuple[Name, ...]:
        names = []
        for cut, rest in splits(word):
            options = self._names.get(rest)
            if options:
                names += [Name(cut, tail, kind) for tail, kind in options.items()]
                if cut == 0 and () in options:
                    break
        if len(self) > _FORMS:
            self.clear()
        found = self[word] = tuple(sorted(names, key=lambda name: (-len(name.rest), name.cut)))
        return found


class _Continued(dict[str, dict[str, tuple[Name, ...]]]):
    """Folded word → the names that may start at it by the word that follows; by "" those of one word alone."""

    def __init__(self, starts: _Starts) -> None:
        self._starts = starts

    def __missing__(self, word: str) -> dict[str, tuple[Name, ...]]:
        names = self._starts[word]
        followers = {name.rest[0] for name in names if name.rest}
        by_follower = {
            follower: tuple(name for name in names if name.rest[:1] in ((), (follower,))) for follower in followers
        }
        alone = tuple(name for name in names if not name.rest)
        if alone:
            by_follower[""] = alone
        if len(self) > _FORMS:
            self.clear()
        self[word] = by_follower
        return by_follower


class Gazetteer:
    """Looks folded words up in the lexicon; what it finds for a word is remembered."""

    def __init__(self) -> None:
        """Read the lexicon. Raises what PyYAML raises for a file that is no YAML."""
        self._classes: dict[str, set[str]] = {}
        self._names: dict[str, dict[tuple[str, ...], Kind]] = {}
        self._starts = _Starts(self._names)
        self._continued = _Continued(self._starts)
        self._last: tuple[Sequence[str], list[tuple[int, tuple[Name, ...]]]] = ((), [])
        self._others: dict[tuple[str, ...], dict[str, Kind]] = {}
        self._weak: set[tuple[str, ...]] = set()
        self.nisba: dict[str, bool] = {}
        self._read_places()
        self._read_organisations()
        self._read_persons()
        self._read_events()
        self._read_nisba()
        self._roles = self._read_heads()
        self._frozen = {word: frozenset(marks) for word, marks in self._classes.items()}

    def classes(self, word: str) -> frozenset[str]:
        """Return the classes of a folded word as it stands, such as `given`, `GPE` or `title`."""
        return self._frozen.get(word, _NO_CLASS)

    def roles(self, word: str) -> frozenset[str]:
        """Return the roles of a folded word, without ال, as the head of a name."""
        return self._roles.get(word, frozenset())

    def kind(self, words: tuple[str, ...]) -> Kind | None:
        """Return the kind of a whole name given as folded words."""
        return self._names.get(words[0], {}).get(words[1:]) if words else None

    def kinds(self, words: tuple[str, ...]) -> dict[str, Kind]:
        """Return what a name, given as folded words, may be, by label: برشلونة is a GPE and an ORG."""
        return self._others.get(words, {})

    def starts(self, word: str) -> tuple[Name, ...]:
        """Return the names that may start at a folded word, the longest first, the least cut first among equals.

        A word that starts a name as it stands isn't cut: كركوك is no ك + ركوك.
        """
        return self._starts[word]

    def started(self, folds: Sequence[str]) -> list[tuple[int, tuple[Name, ...]]]:
        """Return the indices of the words at which names may start, with those names whose second word follows.

        The model and the word lists ask for one text in turn, so the last answer is remembered.
        """
        last, found = self._last
        if last is folds:
            return found
        continued = self._continued
        starts = [(at, names) for at, names in enumerate(map(continued.__getitem__, folds)) if names]
        following = (*folds[1:], "")
        found = [(at, fitting) for at, names in starts if (fitting := names.get(following[at]) or names.get(""))]
        self._last = folds, found
        return found

    def _add(self, words: tuple[str, ...], kind: Kind, marks: tuple[str, ...]) -> None:
        known = self._names.setdefault(words[0], {}).setdefault(words[1:], kind)
        if known is not kind and known.label == kind.label and known.subtype is None and kind.subtype:
            self._names[words[0]][words[1:]] = kind
        self._others.setdefault(words, {}).setdefault(kind.label, kind)
        if len(words) == 1:
            self._classes.setdefault(words[0], set()).update(marks)
        else:
            for word in words:
                if len(word) > 2:
                    self._classes.setdefault(word, set()).update(f"in{mark}" for mark in marks)

    def _read_places(self) -> None:
        labels = {"country": "GPE", "province": "GPE", "city": "GPE", "village": "GPE", "loc": "LOC", "fac": "FAC"}
        self._weak = set(_items(_lexicon("places.yaml")["ambiguous"]))
        for file, sure in (("places.yaml", True), ("territories.yaml", True), ("cities.yaml", False)):
            for section, words in _lexicon(file).items():
                if section not in labels:
                    continue
                label = labels[section]
                subtype = section if label == "GPE" else None
                mark = section if sure else "town"
                for item in _items(words):
                    self._add(item, Kind(label, subtype, sure and item not in self._weak), (mark, "place"))

    def _read_organisations(self) -> None:
        lists = _lexicon("organisations.yaml")
        weak = set(_items(lists.pop("weak")))
        for subtype, words in lists.items():
            for item in _items(words):
                sure = item not in weak
                self._add(item, Kind("ORG", subtype, sure), ("org", subtype) if sure else ("weakorg",))

    def _read_persons(self) -> None:
        lists = _lexicon("persons.yaml")
        for item in _items(lists["known"]):
            self._add(item, Kind("PER", None, True), ("famous",))
        for section in ("given_arabic", "given_foreign", "family", "particles", "titles"):
            for item in _items(lists[section]):
                for word in item:
                    self._classes.setdefault(word, set()).add(section)

    def _read_events(self) -> None:
        for item in _items(_lexicon("events.yaml")["known"]):
            self._add(item, Kind("EVENT", None, len(item) > 1), ("event",))

    def _read_heads(self) -> dict[str, frozenset[str]]:
        roles: dict[str, set[str]] = {}
        for role, words in _lexicon("heads.yaml").items():
            for item in _items(words):
                for word in item:
                    self._classes.setdefault(word, set()).add(role)
                    if role.endswith(("_head", "club_announcer")):
                        roles.setdefault(word, set()).add(role)
        return {word: frozenset(names) for word, names in roles.items()}

    def _read_nisba(self) -> None:
        lists = _lexicon("nisba.yaml")
        ambiguous = {item[0] for item in _items(lists["ambiguous"])}
        for form, sure in nisba_forms(
            (item for item in _items(lists["stems"]) if len(item) == 1),
            (item[0] for item in _items(lists["words"])),
            ambiguous,
            {item[0] for item in _items(lists["bare"])},
        ):
            if not {"country", "city", "province", "loc"} & self._classes.get(form, set()):
                self.nisba[form] = sure
                self._classes.setdefault(form, set()).add("nisba" if sure else "weaknisba")


def _lexicon(name: str) -> dict[str, str]:
    return _parsed(name)


@cache
def _text(name: str) -> str:
    return (files(__package__) / "lexicon" / name).read_text("utf-8")


def _parsed(name: str) -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    parsed: dict[str, Any] = yaml.load(_text(name), loader)  # noqa: S506 (a safe loader, in C where PyYAML has it)
    return parsed


_WORD = re.compile(r"[^\W\d_]+|\d+|[^\s\w]")


def _items(words: str) -> list[tuple[str, ...]]:
    folded = [tuple(_WORD.findall(fold(item.replace("_", " ")))) for item in words.split("،")]
    return [item for item in folded if item]


@cache
def gazetteer() -> Gazetteer:
    """Return the gazetteer, read once."""
    return Gazetteer()
