"""The entity layer: a trained tagger, word lists and patterns, brought together and given our boundaries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from ...corpus.normalise import fold
from ...schema.errors import MusnadError
from ...schema.records import Entity
from .boundaries import glued, original_offset, splits
from .document import Document, LayerName, Mention
from .gazetteer import Gazetteer, Kind, gazetteer
from .patterns import BEFORE, Found, Patterns
from .tagger import NameModel, Tagged, default_tagger

_FORMS = 100_000  # how many word forms are remembered
_NO_DEMONYM, _MAYBE_DEMONYM = -1, -2
_PLACES = frozenset(("GPE", "LOC", "FAC"))
# Common nouns that say what a place is stand outside its name, even where corpora and word lists have them inside.
_OUTSIDE = frozenset(("city_head", "village_head", "province_head", "loc_head", "place_head"))
# Demonyms are marked inside these too.
_HOLDERS = frozenset(("ORG", "EVENT", "FAC"))


class EntityRecogniser:
    """Marks the named entities of a text; the same text always gives the same mentions."""

    layer: LayerName = "entities"

    def __init__(self, model: NameModel | None = None) -> None:
        """Take a model that finds names, or load the shipped one."""
        self._model = model or default_tagger()
        self.version = self._model.version
        self._demonym: dict[str, int] = {}
        self._single: set[str] = set()
        self._readings: dict[str, dict[str, int]] = {}
        self._lexicon: Gazetteer = gazetteer()
        self._patterns = Patterns(self._lexicon, self._model.common)

    def annotate(self, document: Document) -> list[Mention]:
        """Return the mentions of a text in its order, a name before the ones nested in it."""
        folds = document.folds
        names: list[Found] = []
        announced = (found for first, past in document.sentences for found in self._patterns.find(folds, first, past))
        for name in (*self._known(document), *self._tagged(document), *announced):
            trimmed = self._trimmed(folds, name)
            if (
                trimmed
                and not self._aside(folds, trimmed.first)
                and not (trimmed.label == "PER" and self._office(folds, trimmed))
            ):
                names.append(trimmed)
        names = [self._widened(folds, name) for name in self._joined(folds, settled(names))]
        names = _agreed(folds, names)
        names = settled([*names, *self._repeated(document, names)])
        parted = list(self._glued(document))
        split = {name.first for _, name in parted}
        names = [name for name in names if split.isdisjoint(range(name.first, name.past))]
        names += [*self._nested(folds, names), *self._demonyms(folds, names)]
        spans = {span: name for name in reversed(names) if (span := self._span(document, name))}
        spans.update(parted)
        return _mentions(spans)

    def _known(self, document: Document) -> Iterator[Found]:
        """Known names that need no support from the context."""
        folds = document.folds
        lexicon = self._lexicon
        common = self._model.common
        known = lexicon.found
        for first, past in document.sentences:
            free = first
            for at in range(first, past):
                names = known.get(folds[at])
                if names is None:
                    names = lexicon.starts(folds[at])
                if not names or at < free:
                    continue
                for name in names:
                    end = at + 1 + len(name.rest)
                    if (
                        not name.kind.sure
                        or (not name.rest and folds[at] in common)
                        or end > past
                        or tuple(folds[at + 1 : end]) != name.rest
                    ):
                        continue
                    yield Found(at, end, name.cut, name.kind.label, name.kind.subtype, 0.9, "gazetteer")
                    free = end
                    break

    def _tagged(self, document: Document) -> Iterator[Found]:
        """The tagger's names, its classes made ours."""
        folds = document.folds
        for first, past, label, score in self._model.names(document):
            while first < past and not folds[first][:1].isalnum():
                first += 1
            while first < past and not folds[past - 1][:1].isalnum():
                past -= 1
            if first == past:
                continue
            if label == "ORG":
                person = self._person_in(folds, first, past)
                if person:
                    yield Found(person, past, 0, "PER", None, score, "model")
                    past = person
                    if not self._patterns.head(folds[first]).roles:
                        continue
            cut, words = self._cut(folds, first, past, label)
            kind = self._kind(folds, first, words, label)
            if kind:
                yield Found(first, past, cut, kind.label, kind.subtype, score, "model")

    def _person_in(self, folds: Sequence[str], first: int, past: int) -> int:
        """Where a person starts in what was tagged as an organisation: الاقتصاد السعودي فيصل الحمدان; 0 if nowhere."""
        for at in range(first + 1, past - 1):
            after_adjective = folds[at - 1].startswith("ال") and folds[at - 1] in self._lexicon.nisba
            if after_adjective and self._lexicon.classes(folds[at]) & {"given_arabic", "given_foreign"}:
                return at
        return 0

    def _kind(self, folds: Sequence[str], first: int, words: tuple[str, ...], label: str) -> Kind | None:
        """Say which of our labels a name of the tagger's class has; None if none."""
        kinds = self._lexicon.kinds(words)
        before = self._patterns.head(folds[first - 1]).roles if first else frozenset()
        own = self._patterns.head(words[0]).roles if len(words) > 1 else frozenset()
        if label == "PER":
            return Kind("PER", None, True)
        if label == "ORG":
            if "ORG" in kinds:
                return kinds["ORG"]
            for roles in (own, before):
                for role, (kind, subtype) in BEFORE.items():
                    if role in roles and kind == "ORG":
                        return Kind("ORG", subtype, True)
            return Kind("ORG", "government" if "government_head" in own else None, True)
        if label == "LOC":
            for place in ("GPE", "LOC", "FAC"):
                if place in kinds:
                    return kinds[place]
            if "fac_head" in own:
                return Kind("FAC", None, True)
            for roles in (own, before):
                for role, (kind, subtype) in BEFORE.items():
                    if role in roles and kind in _PLACES:
                        return Kind(kind, subtype, True)
            return Kind("GPE", "country" if words[-1].endswith("ستان") else "city", True)
        if "EVENT" in kinds or ("event_head" in own and "opens" in self._lexicon.classes(words[0])):
            return Kind("EVENT", None, True)
        return None

    def _cut(self, folds: Sequence[str], first: int, past: int, label: str) -> tuple[int, tuple[str, ...]]:
        """Decide how many letters of a tagged name's first word are proclitics; also return its words without them."""
        form, rest = folds[first], tuple(folds[first + 1 : past])
        lexicon = self._lexicon
        options = splits(form)
        for cut, word in options:
            if (
                lexicon.kinds((word, *rest))
                or lexicon.classes(word) & _NAME_CLASSES
                or lexicon.roles(word.removeprefix("ال"))
            ):
                return cut, (word, *rest)
        for cut, word in options[1:]:
            article = word.startswith("ال") and len(word) > 4
            joined = form[0] == "و" and cut == 1 and form[1] not in "اويه" and len(word) > 3
            if article or joined:
                return cut, (word, *rest)
        return 0, (form, *rest)

    def _trimmed(self, folds: Sequence[str], name: Found) -> Found | None:
        """Take titles and nouns of kind off the start of a name, stray words off its end; None if no name is left."""
        lexicon = self._lexicon
        first, past = name.first, name.past
        last = folds[past - 1]
        if (
            name.label == "PER"
            and past - first > 1
            and last[:2] == "سي"
            and last[-1:] == "ي"
            and not lexicon.classes(last)
        ):
            past -= 1  # a verb in the future: سيلتقي
        known = name.part == "gazetteer" or bool(lexicon.kinds(tuple(folds[first:past])))
        while (
            past > first
            and not known
            and ("stop" in lexicon.classes(folds[past - 1]) or not folds[past - 1][:1].isalnum())
        ):
            past -= 1
        if name.part == "model" and not known:
            first, past = self._unbroken(folds, first, past)
        if name.part == "model" and name.label in _PLACES and past - first > 1 and folds[past - 1][0] in "بل":
            # A place doesn't hold another one behind a preposition: كوليج بلندن is no place.
            cut = next(
                (start.cut for start in lexicon.starts(folds[past - 1]) if start.kind.sure and not start.rest), 0
            )
            first, name = (past - 1, name._replace(first=past - 1, cut=cut)) if cut else (first, name)
        name = name._replace(first=first, past=past, cut=name.cut if first == name.first else 0)
        while name.past - name.first > 1 and self._opens_outside(folds, name):
            first = name.first + 1
            while first < name.past and not folds[first][:1].isalnum():
                first += 1
            if name.label == "PER" and self._patterns.head(folds[name.first]).noun in _OUTER_NOUNS:
                name = name._replace(label="ORG", subtype=None)
            kind = lexicon.kind(tuple(folds[first : name.past]))
            name = name._replace(first=first, cut=0)
            if (
                kind
                and kind.label in ("GPE", "LOC")
                and name.label not in lexicon.kinds(tuple(folds[first : name.past]))
            ):
                name = name._replace(label=kind.label, subtype=kind.subtype)
        if name.first >= name.past or (
            name.past - name.first > 1
            and all(self._patterns.head(form).roles for form in folds[name.first : name.past])
            and name.part == "model"
        ):
            return None
        if name.past - name.first == 1 and name.part == "model":
            head = self._patterns.head(folds[name.first])
            if head.roles and name.label not in lexicon.kinds((head.noun,)):
                return None
            if name.label == "PER" and folds[name.first].startswith("ال") and lexicon.nisba.get(folds[name.first]):
                return None
        return name

    def _office(self, folds: Sequence[str], name: Found) -> bool:
        """Whether a person's name ends in a body's common noun: مني التنظيم is no person."""
        return self._body(folds[name.past - 1])

    def _body(self, form: str) -> bool:
        return form.startswith("ال") and bool(self._patterns.head(form).roles & _BODIES)

    def _aside(self, folds: Sequence[str], at: int) -> bool:
        """Whether a name is a byline, a credit or a clock's city, no part of the story: كتبت: …, بتوقيت القاهرة."""
        return at > 0 and (folds[at - 1] == "بتوقيت" or (at > 1 and folds[at - 1] == ":" and folds[at - 2] in _CREDITS))

    def _widened(self, folds: Sequence[str], name: Found) -> Found:
        """An office or a force with the nationality after it, a university with its city: وزارة الدفاع الأميركية."""
        past = name.past
        if name.label == "PER" and name.first:
            return self._of_body(folds, name)
        if name.label != "ORG" or past >= len(folds):
            return name
        following = folds[past]
        last = folds[past - 1]
        definite = last.startswith(("ال", "لل")) or "ال" in last[:4]
        office = name.subtype in ("government", "military") and definite and last not in _COMPLETE
        if (office or last == "الاحمر") and following.startswith("ال") and self._lexicon.nisba.get(following):
            return name._replace(past=past + 1)
        if name.subtype == "company" and following in _FIRMS:
            return name._replace(past=past + 1)
        if self._patterns.head(folds[name.first]).noun in _SCHOOLS:
            for at in range(past, min(past + 3, len(folds))):
                if folds[at].startswith("ب") and self._sure(folds[at][1:]):
                    return name._replace(past=at + 1)
                if not folds[at].isalpha() or folds[at] in self._model.common:
                    break
        return name

    def _joined(self, folds: Sequence[str], names: Iterable[Found]) -> list[Found]:
        """Make one of two persons, or two organisations, that stand side by side with nothing between."""
        joined: list[Found] = []
        for name in names:
            last = joined[-1] if joined else None
            opening = folds[name.first]
            if (
                last is not None
                and last.past == name.first
                and last.label == name.label
                and name.part == "model"
                and name.cut == 0
                and not opening.startswith("ال")
                and (name.label == "PER" or (name.label == "ORG" and not self._patterns.head(opening).roles))
            ):
                joined[-1] = last._replace(past=name.past, score=min(last.score, name.score))
            else:
                joined.append(name)
        return joined

    def _of_body(self, folds: Sequence[str], name: Found) -> Found:
        """A person's name that a body or a building bears: معهد ماكس بلانك, مطار محمد الخامس, قناة «سكاي سبورتس»."""
        head = self._patterns.head(folds[name.first - 1])
        if not head.roles or head.noun.startswith("ال"):
            return name
        if head.noun in _OUTER_NOUNS:
            roles = [BEFORE[role] for role in BEFORE if role in head.roles]
            return name._replace(label="ORG", subtype=roles[0][1] if roles and roles[0][0] == "ORG" else None)
        if "fac_head" in head.roles and "opens" in self._lexicon.classes(head.noun):
            return name._replace(first=name.first - 1, cut=head.cut, label="FAC")
        if head.noun in _SCHOOLS or head.noun in _BEARERS:
            return name._replace(first=name.first - 1, cut=head.cut, label="ORG", subtype="ngo")
        return name

    def _unbroken(self, folds: Sequence[str], first: int, past: int) -> tuple[int, int]:
        """The longest stretch of a name without a quotation mark or a word that breaks names; heads count least."""
        cuts = [at for at in range(first, past) if folds[at] in _BREAKS]
        if not cuts:
            return first, past
        pieces = [(start, end) for start, end in zip([first, *(at + 1 for at in cuts)], [*cuts, past], strict=True)]

        def worth(piece: tuple[int, int]) -> tuple[int, bool, int]:
            start, end = piece
            return end - start, start < end and not self._patterns.head(folds[start]).roles, -start

        return max(pieces, key=worth)

    def _opens_outside(self, folds: Sequence[str], name: Found) -> bool:
        """Whether the first word of a name isn't part of it: a title, a noun of kind."""
        lexicon = self._lexicon
        head = self._patterns.head(folds[name.first])
        if not folds[name.first][:1].isalnum():
            return True
        if name.label == "PER":
            titled = folds[name.first] in self._model.common and "titles" in lexicon.classes(folds[name.first])
            return titled or head.noun in _OUTER_NOUNS or self._body(folds[name.first])
        if not head.roles or head.noun.startswith("ال"):
            return False
        rest = tuple(folds[name.first + 1 : name.past])
        if head.noun in _SIDES and (lexicon.kind((head.noun, *rest)) or _NO_KIND).sure:
            return False
        again = bool(self._patterns.head(folds[name.first + 1]).roles & _OUTSIDE)
        if head.roles & _OUTSIDE and (again or "toponym" not in lexicon.classes(head.noun)):
            return name.label in ("GPE", "LOC") or (lexicon.kind(rest) or _NO_KIND).label in ("GPE", "LOC")
        if name.label != "ORG":
            return False
        alone = lexicon.kinds(rest).get("ORG")
        kept = head.noun in _PART_OF_NAME and alone is not None and alone.subtype == "armed_group"
        named = alone is not None and alone.sure and alone.subtype in _KNOWN_ALONE and not kept
        alone_common = len(rest) == 1 and rest[0] in self._model.common
        return named or (head.noun in _OUTER_NOUNS and not alone_common) or folds[name.first + 1] in _QUOTES

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
            start = next((word for cut, word in splits(form) if cut == name.cut), form)
            words = (start, *folds[name.first + 1 : name.past])
            if (
                name.label == "PER"
                and len(words) > 1
                and len(words[-1]) > 3
                and words[-1] not in common
                and not self._patterns.head(words[-1]).roles
            ):
                remember(words[-1], (), name)
            if len(words) > 1 or words[0] not in common or name.score >= 0.85:
                remember(words[0], words[1:], name)
        if not again:
            return
        for at, form in enumerate(folds):
            readings = self._readings.get(form)
            if readings is None:
                readings = self._read(form)
            if again.keys().isdisjoint(readings):
                continue
            for word, cut in readings.items():
                for (rest, _, _), name in again.get(word, _NOTHING).items():
                    end = at + 1 + len(rest)
                    if tuple(folds[at + 1 : end]) == rest:
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
        for at, form in enumerate(folds):
            demonym = self._demonym.get(form)
            if demonym is None:
                demonym = self._read_demonym(form)
            if demonym == _NO_DEMONYM or at in taken:
                continue
            if demonym != _MAYBE_DEMONYM:
                yield Found(at, at + 1, demonym, "NORP", None, 0.9, "gazetteer")
            elif at:
                marks = self._lexicon.classes(folds[at - 1])
                if "demonym_announcer" in marks or ("portfolio" in marks and at in offices):
                    yield Found(at, at + 1, 0, "NORP", None, 0.6, "pattern")

    def _read_demonym(self, form: str) -> int:
        """The letters to cut off a demonym; or that the word is none, or may be one where the context says so."""
        nisba = self._lexicon.nisba
        found = _NO_DEMONYM
        for cut, word in splits(form):
            if word in nisba:
                found = cut if nisba[word] else _NO_DEMONYM
                break
        else:
            adjective = form.startswith("ال") and form.endswith(("ي", "ية")) and len(form) > 5
            if adjective and form not in self._model.common and not self._lexicon.classes(form):
                found = _MAYBE_DEMONYM
        if len(self._demonym) > _FORMS:
            self._demonym.clear()
        self._demonym[form] = found
        return found

    def _read(self, form: str) -> dict[str, int]:
        """The readings of a word without its proclitics, with the letters that they are cut off."""
        if len(self._readings) > _FORMS:
            self._readings.clear()
        readings = self._readings[form] = {word: cut for cut, word in splits(form)}
        return readings

    def _span(self, document: Document, name: Found) -> tuple[int, int] | None:
        word = document.words[name.first]
        start = document.starts[name.first] + original_offset(word, name.cut, fold)
        end = document.ends[name.past - 1]
        return (start, end) if start < end else None

    def _glued(self, document: Document) -> Iterator[tuple[tuple[int, int], Found]]:
        """Two known names written as one word, of which the second may go on: اليابانوكوريا الجنوبية."""
        folds = document.folds
        single = self._single
        if len(single) > _FORMS:
            single.clear()
        for at, form in enumerate(folds):
            if len(form) < 7 or form in single:
                continue
            known = form in self._model.common or self._lexicon.classes(form)
            parts = None if known else glued(form, self._sure, partial(self._starts, folds, at))
            if not parts:
                # Whether a word is two names depends on the next word too, but only if its end starts a name at all.
                if known or not any(self._lexicon.starts(form[waw + 1 :]) for waw in _waws(form)):
                    single.add(form)
                continue
            word, start = document.words[at], document.starts[at]
            reach = self._reach(folds, at, form[parts[1] :])
            left = self._lexicon.kind((form[: parts[0]],)) or _NO_KIND
            right = self._lexicon.kind((form[parts[1] :], *folds[at + 1 : at + reach])) or _NO_KIND
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

    def _sure(self, word: str) -> bool:
        kind = self._lexicon.kind((word,))
        return kind is not None and kind.sure


class NoModel:
    """No sequence model: word lists and patterns alone."""

    version = "entity-rules-1.0"

    @property
    def common(self) -> frozenset[str]:
        """Folded words that are seldom part of a name, as the shipped model knows them."""
        return default_tagger().common

    def names(self, document: Document) -> list[Tagged]:
        """Return nothing."""
        return []


def entity_recogniser(choice: str = "auto") -> EntityRecogniser:
    """Return the recogniser that `--entities` names: crf (shipped), rules, camel, or auto (camel if there, else crf).

    Raises MusnadError for another name, and when camel is asked for and it or its data isn't there.
    """
    if choice in ("camel", "auto"):
        from .camel import CamelNames, available

        if choice == "camel" or available():
            return EntityRecogniser(CamelNames())
    if choice == "rules":
        return EntityRecogniser(NoModel())
    if choice in ("crf", "auto"):
        return EntityRecogniser()
    raise MusnadError(f"unknown entity recogniser {choice!r}; there are auto, crf, rules and camel")


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
    for name in names:
        words = tuple(folds[name.first : name.past])
        if words not in surest or name.score > surest[words].score:
            surest[words] = name
    agreed = []
    for name in names:
        best = surest[tuple(folds[name.first : name.past])]
        if name.part == "model" and best.score > name.score + 0.1:
            name = name._replace(label=best.label, subtype=best.subtype)
        agreed.append(name)
    return agreed


def _preference(name: Found) -> tuple[int, int, int, float]:
    if name.part == "pattern":
        rank = 0 if name.score > 0.8 else 4
    elif name.part == "model":
        rank = 1 if name.score > 0.8 else 3
    else:
        rank = 2 if name.part == "gazetteer" else 5
    return -(name.past - name.first), rank, name.first, -name.score


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


_SIDES = frozenset(("شمال", "جنوب", "شرق", "غرب", "وسط"))
_BODIES = frozenset(("armed_head", "political_head", "government_head", "military_head", "company_head"))
_BEARERS = frozenset(("مركز", "مؤسسة", "جمعية", "منظمة"))
_CREDITS = frozenset(("كتب", "كتبت", "عدسة", "تصوير", "اعداد", "ترجمة", "تحرير"))
_FIRMS = frozenset(("القابضة", "المحدودة", "المساهمة", "للاستثمار", "للطيران", "للتامين", "للبتروكيماويات"))
_KNOWN_ALONE = ("media", "armed_group", "ngo", "company")
_PART_OF_NAME = frozenset(("جبهة", "حزب", "كتائب", "جيش", "قوات", "لواء", "فيلق", "سرايا"))
_COMPLETE = frozenset(("البنتاغون", "البنتاجون", "الكرملين", "الموساد", "الشاباك"))
_SCHOOLS = frozenset(("جامعة", "كلية", "معهد", "مدرسة", "اكاديمية", "الجامعة", "الكلية", "المعهد"))
_NOTHING: dict[tuple[tuple[str, ...], str, str | None], Found] = {}
_NO_KIND = Kind("", None, False)
_QUOTES = frozenset("\"“”«»'‘")
_BREAKS = frozenset(["ان", "الذي", "التي", "قال", "قالت", "امس"]) | _QUOTES | frozenset("،؛:")
_NAME_CLASSES = frozenset(("given_arabic", "given_foreign", "family", "particles", "place", "famous"))
_OUTER_NOUNS = frozenset(
    ["صحيفة", "جريدة", "مجلة", "قناة", "شبكة", "موقع", "اذاعة", "فضائية", "تنظيم", "نادي", "فريق", "شركة"]
)
