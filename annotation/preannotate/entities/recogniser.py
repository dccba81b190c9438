"""The entity layer: a trained tagger, word lists and patterns, brought together and given our boundaries."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path

from ....corpus.normalise import fold
from ....schema.errors import MusnadError
from ....schema.records import Entity
from ..document import Document, LayerName, Mention
from .boundaries import glued, original_offset, splits
from .gazetteer import NO_KIND, Gazetteer, Kind, gazetteer
from .name_rules import PLACES, NameRules
from .patterns import Found, Patterns
from .tagged_names import TaggedNames
from .tagger import NameModel, Tagged, default_tagger, trained

_FORMS = 100_000  # how many word forms are remembered
_CORRESPONDENTS = frozenset(("مراسل", "مراسلة", "لمراسل", "لمراسلة", "وكالة", "لوكالة", "مراسلو"))
_DATELINE = 60  # words of an article among which its dateline stands
_NO_DEMONYM, _MAYBE_DEMONYM = -1, -2
# Demonyms are marked inside these too.
_HOLDERS = frozenset(("ORG", "EVENT", "FAC"))


class _Readings(dict[str, dict[str, int]]):
    """Folded word → its readings without proclitics, with the letters that they are cut off."""

    def __missing__(self, form: str) -> dict[str, int]:
        if len(self) > _FORMS:
            self.clear()
        readings = self[form] = {word: cut for cut, word in splits(form)}
        return readings


class _Demonyms(dict[str, int]):
    """Folded word → the letters to cut off a demonym; or that it is none, or may be one where the context says so."""

    def __init__(self, lexicon: Gazetteer, common: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._common = common

    def __missing__(self, form: str) -> int:
        nisba = self._lexicon.nisba
        found = _NO_DEMONYM
        for cut, word in splits(form):
            if word in nisba:
                found = cut if nisba[word] else _NO_DEMONYM
                break
        else:
            adjective = form.startswith("ال") and form.endswith(("ي", "ية")) and len(form) > 5
            if adjective and form not in self._common and not self._lexicon.classes(form):
                found = _MAYBE_DEMONYM
        if len(self) > _FORMS:
            self.clear()
        self[form] = found
        return found


class EntityRecogniser:
    """Marks the named entities of a text; the same text always gives the same mentions."""

    layer: LayerName = "entities"

    def __init__(self, model: NameModel | None = None) -> None:
        """Take a model that finds names, or load the shipped one."""
        self._model = model or default_tagger()
        self.version = self._model.version
        self._single: set[str] = set()
        self._readings = _Readings()
        self._lexicon: Gazetteer = gazetteer()
        self._demonym = _Demonyms(self._lexicon, self._model.common)
        self._patterns = Patterns(self._lexicon, self._model.common)
        self._tagged = TaggedNames(self._model, self._lexicon, self._patterns)
        self._rules = NameRules(self._lexicon, self._patterns, self._model.common)

    def annotate(self, document: Document) -> list[Mention]:
        """Return the mentions of a text in its order, a name before the ones nested in it."""
        folds = document.folds
        names: list[Found] = []
        announced = (found for first, past in document.sentences for found in self._patterns.find(folds, first, past))
        for name in (*self._known(document), *self._tagged.find(document), *announced):
            trimmed = self._rules.trimmed(folds, name)
            if (
                trimmed
                and not self._rules.aside(folds, trimmed.first)
                and not (trimmed.label == "PER" and self._rules.office(folds, trimmed))
            ):
                names.append(trimmed)
        names = [self._rules.widened(folds, name) for name in self._rules.joined(folds, settled(names))]
        names = _agreed(folds, self._agencies(folds, names))
        names = settled([*names, *self._repeated(document, names)])
        parted = list(self._glued(document))
        split = {name.first for _, name in parted}
        if split:
            names = [name for name in names if split.isdisjoint(range(name.first, name.past))]
        names += [*self._nested(folds, names), *self._demonyms(folds, names)]
        spans = {span: name for name in reversed(names) if (span := self._span(document, name))}
        ordered = sorted(spans)
        for quantity in document.quantities:  # درهم is a town too, but not in `مليار درهم`
            first, past = (bisect_left(ordered, (offset, 0)) for offset in (quantity.start, quantity.end))
            for span in ordered[first:past]:
                if span in spans and span[1] <= quantity.end and spans[span].label != "NORP":
                    del spans[span]
        spans.update(parted)
        return _mentions(spans)

    def _known(self, document: Document) -> Iterator[Found]:
        """Known names that need no support from the context."""
        folds = document.folds
        common = self._model.common
        pasts = iter(past for _, past in document.sentences)
        past = free = 0
        for at, names in self._lexicon.started(folds):
            while past <= at:
                past = next(pasts)
            if at < free:
                continue
            for cut, rest, (label, subtype, sure) in names:
                if not sure or (not rest and folds[at] in common):
                    continue
                end = at + 1 + len(rest)
                if end > past or (rest and tuple(folds[at + 1 : end]) != rest):
                    continue
                yield Found(at, end, cut, label, subtype, 0.9, "gazetteer")
                free = end
                break

    def _agencies(self, folds: Sequence[str], names: list[Found]) -> list[Found]:
        """Take for the agency what is a place too, where the dateline has it in brackets: تونس (الأناضول)."""
        bracketed = [
            at
            for at, form in enumerate(folds[: min(_DATELINE, len(folds) - 1) - 1], 1)
            if form == "(" and folds[at + 1] == ")"
        ]
        kinds = {folds[at]: self._lexicon.kinds((folds[at],)).get("ORG") for at in bracketed}
        agencies = {form for form, kind in kinds.items() if kind and kind.subtype == "media"}
        return [
            name._replace(label="ORG", subtype="media")
            if name.label in PLACES and name.past - name.first == 1 and self._agency(folds, name.first, agencies)
            else name
            for name in names
        ]

    def _agency(self, folds: Sequence[str], at: int, agencies: set[str]) -> bool:
        if folds[at] in agencies:
            return True
        kind = self._lexicon.kinds((folds[at],)).get("ORG") if at and folds[at - 1] in _CORRESPONDENTS else None
        return kind is not None and kind.subtype == "media"

    def _repeated(self, document: Document, names: Sequence[Found]) -> Iterator[Found]:
        """Names found once, wherever else they stand; of a person of several words the last word too."""
        folds = document.folds
        again: dict[str, dict[tuple[tuple[str, ...], str, str | None], Found]] = {}

        def remember(word: str, rest: tuple[str, ...], name: Found) -> None:
            best = again.setdefault(word, {}).setdefault((rest, name.label, name.subtype), name)
            if name.score > best.score:
                again[word][rest, name.label, name.subtype] = name

        common = self._model.common
        for name in names:
            form = folds[name.first]
            start = next((word for cut, word in splits(form) if cut == name.cut), form) if name.cut else form
            words = (start, *folds[name.first + 1 : name.past])
            if (
                name.label == "PER"
                and len(words) > 1
                and len(words[-1]) > 3
                and words[-1] not in common
                and not self._patterns.head(words[-1]).roles
            ):
                remember(words[-1], (), name)
            if words not in _HOMOGRAPHS and (len(words) > 1 or words[0] not in common or name.score >= 0.85):
                remember(words[0], words[1:], name)
        if not again:
            return
        elsewhere = frozenset(again).isdisjoint
        readings = self._readings
        forms = {form for form in set(folds) if not elsewhere(readings[form])}
        for at in [at for at, form in enumerate(folds) if form in forms]:
            for word, cut in readings[folds[at]].items():
                for (rest, _, _), name in again.get(word, _NOTHING).items():
                    end = at + 1 + len(rest)
                    if not rest or tuple(folds[at + 1 : end]) == rest:
                        yield Found(at, end, cut, name.label, name.subtype, name.score * 0.9, "repeated")

    def _nested(self, folds: Sequence[str], names: Iterable[Found]) -> Iterator[Found]:
        """Places inside the names of organisations, facilities and events."""
        for name in names:
            if name.label not in _HOLDERS or name.past - name.first < 2:
                continue
            for at in range(name.first, name.past):
                for start in self._lexicon.starts(folds[at]):
                    end = at + 1 + len(start.rest)
                    fits = end <= name.past and tuple(folds[at + 1 : end]) == start.rest
                    whole = at == name.first and end == name.past
                    if at == name.first and self._patterns.head(folds[at]).roles:
                        break
                    if fits and not whole and start.kind.label in ("GPE", "LOC") and start.kind.sure:
                        yield Found(at, end, start.cut, start.kind.label, start.kind.subtype, 0.8, "gazetteer")
                        break

    def _demonyms(self, folds: Sequence[str], names: Sequence[Found]) -> Iterator[Found]:
        """Nationality adjectives and demonyms, inside the names of organisations too."""
        taken = {
            at
            for name in names
            if name.label not in _HOLDERS
            for at in range(name.first, name.first + 1 if name.label == "GPE" else name.past)
        }
        offices = {at for name in names if name.label == "ORG" for at in range(name.first, name.past)}
        for at, demonym in enumerate(map(self._demonym.__getitem__, folds)):
            if demonym == _NO_DEMONYM or at in taken:
                continue
            if demonym != _MAYBE_DEMONYM:
                yield Found(at, at + 1, demonym, "NORP", None, 0.9, "gazetteer")
            elif at:
                marks = self._lexicon.classes(folds[at - 1])
                if "demonym_announcer" in marks or ("portfolio" in marks and at in offices):
                    yield Found(at, at + 1, 0, "NORP", None, 0.6, "pattern")

    def _span(self, document: Document, name: Found) -> tuple[int, int] | None:
        start = document.starts[name.first]
        if name.cut:
            start += original_offset(document.words[name.first], name.cut, fold)
        end = document.ends[name.past - 1]
        return (start, end) if start < end else None

    def _glued(self, document: Document) -> Iterator[tuple[tuple[int, int], Found]]:
        """Two known names written as one word, of which the second may go on: اليابانوكوريا الجنوبية."""
        folds = document.folds
        single = self._single
        if len(single) > _FORMS:
            single.clear()
        for at, form in [(at, form) for at, form in enumerate(folds) if form not in single]:
            if len(form) < 7:
                single.add(form)
                continue
            known = form in self._model.common or self._lexicon.classes(form)
            parts = None if known else glued(form, self._rules.sure, partial(self._starts, folds, at))
            if not parts:
                # Whether a word is two names depends on the next word too, but only if its end starts a name at all.
                if known or not any(self._lexicon.starts(form[waw + 1 :]) for waw in _waws(form)):
                    single.add(form)
                continue
            word, start = document.words[at], document.starts[at]
            reach = self._reach(folds, at, form[parts[1] :])
            left = self._lexicon.kind((form[: parts[0]],)) or NO_KIND
            right = self._lexicon.kind((form[parts[1] :], *folds[at + 1 : at + reach])) or NO_KIND
            yield (start, start + original_offset(word, parts[0], fold)), _part(at, at + 1, 0, left)
            second = start + original_offset(word, parts[1], fold), document.ends[at + reach - 1]
            yield second, _part(at, at + reach, parts[1], right)

    def _starts(self, folds: Sequence[str], at: int, rest: str) -> bool:
        return self._reach(folds, at, rest) > 0

    def _reach(self, folds: Sequence[str], at: int, rest: str) -> int:
        """How many words a sure name takes that starts with `rest`, the end of the word `at`; 0 if none does."""
        for name in self._lexicon.starts(rest):
            words = tuple(folds[at + 1 : at + 1 + len(name.rest)])
            if name.cut == 0 and name.kind.sure and words == name.rest:
                return 1 + len(words)
        return 0


class NoModel:
    """No sequence model: word lists and patterns alone."""

    version = "entity-rules-1.1"

    @property
    def common(self) -> frozenset[str]:
        """Folded words that are seldom part of a name, as the shipped model knows them."""
        return default_tagger().common

    def names(self, document: Document) -> list[Tagged]:
        """Return nothing."""
        return []


def entity_recogniser(choice: str = "auto") -> EntityRecogniser:
    """Return the recogniser that `--entities` names: crf (shipped), rules, camel, auto (camel if there, else crf),
    or the file of a model that `musnad train entities` wrote.

    Raises MusnadError for another name, and when camel is asked for and it or its data isn't there.
    """
    if choice.endswith(".npz"):
        return EntityRecogniser(trained(Path(choice)))
    if choice in ("camel", "auto"):
        from .camel import CamelNames, available

        if choice == "camel" or available():
            return EntityRecogniser(CamelNames())
    if choice == "rules":
        return EntityRecogniser(NoModel())
    if choice in ("crf", "auto"):
        return EntityRecogniser()
    raise MusnadError(f"unknown entity recogniser {choice!r}; there are auto, crf, rules, camel, and a model's file")


def settled(names: Iterable[Found]) -> list[Found]:
    """Return names of which no two overlap, in order: longer ones first, then the surer part."""
    kept: list[Found] = []
    taken: set[int] = set()
    for name in sorted(names, key=_preference):
        places = range(name.first, name.past)
        if taken.isdisjoint(places):
            taken.update(places)
            kept.append(name)
    return sorted(kept)


def _agreed(folds: Sequence[str], names: Sequence[Found]) -> list[Found]:
    """Give a name that the model is unsure of the label that a surer part gives to the same words elsewhere."""
    surest: dict[tuple[str, ...], Found] = {}
    wordings = [tuple(folds[name.first : name.past]) for name in names]
    for name, words in zip(names, wordings, strict=True):
        if words not in surest or name.score > surest[words].score:
            surest[words] = name
    agreed = []
    for name, words in zip(names, wordings, strict=True):
        best = surest[words]
        if name.part == "model" and best.score > name.score + 0.1:
            name = name._replace(label=best.label, subtype=best.subtype)
        agreed.append(name)
    return agreed


def _preference(name: Found) -> tuple[int, int, int, float]:
    first, past, _, _, _, score, part = name
    return first - past, _RANKS[part][score > 0.8], first, -score


def _waws(form: str) -> list[int]:
    return [at for at in range(3, len(form) - 3) if form[at] == "و"]


def _part(first: int, past: int, cut: int, kind: Kind) -> Found:
    return Found(first, past, cut, kind.label, kind.subtype, 0.9, "gazetteer")


def _mentions(spans: dict[tuple[int, int], Found]) -> list[Mention]:
    ordered = sorted(spans.items(), key=lambda item: (item[0][0], -item[0][1]))
    return [
        Mention(
            Entity(id=f"e{number}", start=start, end=end, label=name.label, subtype=name.subtype),
            name.part,
            name.score,
        )
        for number, ((start, end), name) in enumerate(ordered, 1)
    ]


# علي alone isn't looked for elsewhere: على folds to it too.
_HOMOGRAPHS = frozenset((("علي",), ("الي",)))
# Which part's name stays of two as long as each other, the first first: when it isn't that sure, and when it is.
_RANKS = {"pattern": (4, 0), "model": (3, 1), "gazetteer": (2, 2), "repeated": (5, 5)}
_NOTHING: dict[tuple[tuple[str, ...], str, str | None], Found] = {}
