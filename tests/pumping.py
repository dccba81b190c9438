"""Every regular expression of musnad, and for each the texts that would hang it if it backtracked without bound."""

from __future__ import annotations

import ast
import importlib
import pkgutil
import re
from collections.abc import Iterable, Iterator
from itertools import product
from pathlib import Path
from typing import Any

import musnad

LENGTH = 5_000  # characters: 10 KB of Arabic
_ROOMS = ("schema", "corpus", "annotation", "export", "cli", "console", "checkup", "demo")
# A letter, a mark, tatweel, digits, white space and signs: what classes such as \w, \d, \s and [^…] stand for.
_ANY = "اَa1 \n.,("
_CALLS = ("compile", "match", "fullmatch", "search", "sub", "split", "findall", "finditer")


def patterns() -> dict[str, re.Pattern[str]]:
    """Each pattern that a module keeps or writes into a call, under the module's name and its number there."""
    found: dict[str, re.Pattern[str]] = {}
    known: set[str] = set()
    for name in _modules():
        try:
            module = importlib.import_module(name)
        except ModuleNotFoundError as error:
            if str(error.name).startswith("musnad"):
                raise
            continue  # it needs an extra that isn't installed here
        written = (re.compile(text) for text in _written(Path(str(module.__file__))))
        for number, one in enumerate([*_kept(vars(module).values()), *written]):
            if isinstance(one.pattern, str) and one.pattern not in known:
                known.add(one.pattern)
                found[f"{name.removeprefix('musnad.')} {number}"] = one
    return found


def pumped(pattern: re.Pattern[str]) -> Iterator[str]:
    """Texts of one or two characters over and over, of those that the pattern names and of each kind, with an end.

    The end fits nothing, so that a pattern that can share a run out in many ways tries them all.
    """
    named = "".join(dict.fromkeys(re.sub(r"\\[\w.]|[\\\[\](){}?*+|^$]", "", pattern.pattern)))[:6]
    alphabet = list(dict.fromkeys(_ANY + named))
    for one, other in product(alphabet, alphabet):
        yield ((one if one == other else one + other) * LENGTH)[:LENGTH] + "\0"


def _modules() -> Iterator[str]:
    for found in pkgutil.walk_packages(musnad.__path__, "musnad."):
        if found.name.split(".")[1] in _ROOMS:
            yield found.name


def _kept(values: Iterable[Any]) -> Iterator[re.Pattern[Any]]:
    """The patterns among the values of a module, its tables and its classes."""
    for value in values:
        if isinstance(value, re.Pattern):
            yield value
        elif isinstance(value, (list, tuple, set, frozenset)):
            yield from _kept(value)
        elif isinstance(value, dict):
            yield from _kept([*value.keys(), *value.values()])
        elif isinstance(value, type) and value.__module__.startswith("musnad."):
            yield from _kept(v for v in vars(value).values() if not isinstance(v, type))


def _written(path: Path) -> Iterator[str]:
    """The patterns that stand in calls such as `re.sub("…", …)`."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute) or not node.args:
            continue
        of_re = isinstance(node.func.value, ast.Name) and node.func.value.id == "re" and node.func.attr in _CALLS
        first = node.args[0]
        if of_re and isinstance(first, ast.Constant) and isinstance(first.value, str):
            yield first.value
