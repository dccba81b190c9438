"""camel-tools' named entity recogniser in the place of the shipped sequence model.

Obeid et al. (2020), CAMeL Tools: An Open Source Python Toolkit for Arabic NLP. It is an extra (`pip install
'musnad[camel]'`), and its model is data that `camel_data` fetches; musnad itself never downloads anything.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from ....schema.errors import MusnadError
from ..document import Document
from .tagger import Tagged, default_tagger

_CLASSES = {"PERS": "PER", "LOC": "LOC", "ORG": "ORG", "MISC": "MISC"}
# The recogniser gives no probability; about the precision that its authors report on ANERcorp.
_SCORE = 0.85
_FETCH = "fetch it with `camel_data -i ner-arabert` (and set CAMELTOOLS_DATA if it isn't to be in the home folder)"


def data_folder() -> Path:
    """Return where camel-tools keeps its data: $CAMELTOOLS_DATA, else its folder in the home folder."""
    named = os.environ.get("CAMELTOOLS_DATA")
    return Path(named).expanduser().absolute() if named else _default_folder()


def _default_folder() -> Path:
    return Path.home() / ("AppData/Roaming/camel_tools" if os.name == "nt" else ".camel_tools")


def model_folder() -> Path:
    """Return the folder of the installed recogniser's model.

    Raises MusnadError, with what to do, when the data isn't there; no download is tried.
    """
    catalogue = data_folder() / "catalogue.json"
    if not catalogue.is_file():
        raise MusnadError(f"the data of camel-tools isn't at {data_folder()} (no catalogue.json there); {_FETCH}")
    try:
        component = json.loads(catalogue.read_text("utf-8"))["components"]["NamedEntityRecognition"]
        folder: Path = data_folder() / "data" / component["datasets"][component["default"]]["path"]
    except (ValueError, KeyError, TypeError) as error:
        raise MusnadError(
            f"{catalogue} is no catalogue of camel-tools with a NamedEntityRecognition: {error}"
        ) from error
    if not (folder / "config.json").is_file():
        raise MusnadError(f"the entity model of camel-tools isn't at {folder}; {_FETCH}")
    return folder


def installed() -> str | None:
    """Return the version of camel-tools, None when it isn't installed; nothing of it is imported."""
    try:
        return version("camel-tools")
    except PackageNotFoundError:
        return None


def available() -> bool:
    """Say whether camel-tools and its entity model are both there."""
    if installed() is None:
        return False
    try:
        model_folder()
    except MusnadError:
        return False
    return True


class CamelNames:
    """camel-tools' recogniser as a model of names; it is loaded when the first text comes."""

    def __init__(self, folder: Path | None = None) -> None:
        """Take the folder of a model, or find the installed one. Raises MusnadError when either isn't there."""
        found = installed()
        if found is None:
            raise MusnadError("camel-tools isn't installed; `pip install 'musnad[camel]'`, then " + _FETCH)
        self._folder = folder or model_folder()
        self.version = f"camel-tools-{found}"

    @property
    def common(self) -> frozenset[str]:
        """Folded words that are seldom part of a name, as the shipped model knows them."""
        return default_tagger().common

    def names(self, document: Document) -> list[Tagged]:
        """Return the names of a document in order, labelled PER, LOC, ORG or MISC."""
        sentences = [
            [place for place in range(first, past) if self._recogniser.tokenizer.tokenize(document.words[place])]
            for first, past in document.sentences
        ]
        kept = [places for places in sentences if places]
        tags = self._recogniser.predict([[document.words[place] for place in places] for places in kept])
        found: list[Tagged] = []
        for places, labels in zip(kept, tags, strict=True):
            if len(places) != len(labels):
                raise MusnadError(f"camel-tools gave {len(labels)} labels for the {len(places)} words of a sentence")
            found += _read(places, labels)
        return found

    @cached_property
    def _recogniser(self) -> Any:
        """Load the recogniser without the network, and without the empty folder that its import leaves behind."""
        os.environ["HF_HUB_OFFLINE"] = "1"
        default = _default_folder()
        stood = default.exists()
        folder = self._folder
        if not (data_folder() / "catalogue.json").is_file():
            # The import of camel_tools.ner would try to download a catalogue.
            raise MusnadError(f"the data of camel-tools isn't at {data_folder()} (no catalogue.json there); {_FETCH}")
        try:
            from camel_tools.ner import NERecognizer  # type: ignore[import-not-found, import-untyped, unused-ignore]
        finally:
            if not stood:
                with suppress(OSError):
                    default.rmdir()
        return NERecognizer(str(folder))


def _read(places: Sequence[int], labels: Iterable[str]) -> list[Tagged]:
    found: list[Tagged] = []
    begin = past = -1
    kind = ""
    for place, label in zip([*places, -1], [*labels, "O"], strict=True):
        position, _, name = label.partition("-")
        if begin >= 0 and (position != "I" or name != kind):
            found.append(Tagged(begin, past, _CLASSES[kind], _SCORE))
            begin = -1
        if name in _CLASSES and begin < 0:
            begin, kind = place, name
        past = place + 1
    return found
