"""The names that a model tags, in our labels: parted where it took in a person, cut free of proclitics."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..document import Document
from .boundaries import splits
from .gazetteer import Gazetteer, Kind
from .name_rules import PLACES
from .patterns import BEFORE, Found, Patterns
from .tagger import NameModel


class TaggedNames:
    """Asks a model for names, and word lists and patterns for what they are."""

    def __init__(self, model: NameModel, lexicon: Gazetteer, patterns: Patterns) -> None:
        self._model = model
        self._lexicon = lexicon
        self._patterns = patterns

    def find(self, document: Document) -> Iterator[Found]:
        """Yield the names of a document."""
        folds = document.folds
        for first, past, label, score in self._model.names(document):
            while first < past and not folds[first][:1].isalnum():
                first += 1
            while first < past and not folds[past - 1][:1].isalnum():
                past -= 1
            if first == past:
                continue
            if label == "ORG":
                if self._works_there(folds, first, past):
                    yield Found(first + 1, past, 0, "PER", None, score, "model")
                    continue
                known = self._known_office(folds, first, past)
                if known:
                    yield Found(known, past, 0, "PER", None, score, "model")
                    past = known
                person = self._person_in(folds, first, past)
                if person:
                    yield Found(person, past, 0, "PER", None, score, "model")
                    past = person
                    if not self._patterns.head(folds[first]).roles:
                        continue
            if label == "PER":
                past = _before_on(document, first, past + _ali(document, past))
                for second in self._joined_persons(folds, first, past):
                    yield Found(first, second, self._cut(folds, first, second, label)[0], "PER", None, score, "model")
                    first = second
            cut, words = self._cut(folds, first, past, label)
            kind = self._kind(folds, first, words, label)
            if kind:
                yield Found(first, past, cut, kind.label, kind.subtype, score, "model")

    def _works_there(self, folds: Sequence[str], first: int, past: int) -> bool:
        """Whether a person was tagged together with the noun of where they work: الأستاذة في الجامعة فاي فاي لي."""
        head = self._patterns.head(folds[first])
        if past - first < 3 or not head.roles or not head.noun.startswith("ال") or first == 0:
            return False
        rest = folds[first + 1 : past]
        if folds[first - 1] not in ("في", "ب", "لدي", "من") or self._lexicon.kind(tuple(folds[first:past])):
            return False
        return all(form.isalpha() and form not in self._model.common and form[:2] not in ("ال", "لل") for form in rest)

    def _person_in(self, folds: Sequence[str], first: int, past: int) -> int:
        """Where a person starts in what was tagged as an organisation: الاقتصاد السعودي فيصل الحمدان; 0 if nowhere."""
        for at in range(first + 1, past):
            after_adjective = folds[at - 1].startswith("ال") and folds[at - 1] in self._lexicon.nisba
            if after_adjective and self._lexicon.classes(folds[at]) & {"given_arabic", "given_foreign"}:
                return at
        return 0

    def _joined_persons(self, folds: Sequence[str], first: int, past: int) -> list[int]:
        """Where a person starts that و joins to the one before: أورسولا فون دير لاين وجون كيري are two."""
        classes = self._lexicon.classes
        return [
            at
            for at in range(first + 1, past)
            if folds[at].startswith("و") and not classes(folds[at]) & _PERSONS and classes(folds[at][1:]) & _PERSONS
        ]

    def _known_office(self, folds: Sequence[str], first: int, past: int) -> int:
        """Where a person starts whom the tagger took for the end of a known organisation of several words:
        منظمة الصحة العالمية تيدروس; 0 if nowhere.
        """
        for _, rest, kind in self._lexicon.starts(folds[first]):
            end = first + 1 + len(rest)
            if kind.label == "ORG" and kind.sure and rest and end < past and tuple(folds[first + 1 : end]) == rest:
                tail = folds[end:past]
                named = all(form.isalpha() and form not in self._model.common for form in tail)
                adjective = tail[0].startswith(("ال", "لل")) or tail[0] in self._lexicon.nisba
                return end if named and not adjective and not self._lexicon.kind(tuple(folds[first:past])) else 0
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
            for roles in filter(None, (own, before)):
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
            for roles in filter(None, (own, before)):
                for role, (kind, subtype) in BEFORE.items():
                    if role in roles and (kind in PLACES or roles is before):
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


def _ali(document: Document, past: int) -> bool:
    """Whether a person's name goes on with علي, which the text tells from على by its dots."""
    if past + 1 >= len(document.folds) or document.words[past] != "علي" or "على" not in document.words:
        return False
    return not document.words[past + 1][:1].isalnum() or document.folds[past + 1] in ("ان", "انه", "انها")


def _before_on(document: Document, first: int, past: int) -> int:
    """Where a person's name ends before على, which folds like the name علي: كتب صلاح على حسابه."""
    for at in range(first + 1, past):
        if document.words[at] == "على":
            # Unless the text writes every final ي without dots.
            return at if "في" in document.words else past
    return past


_PERSONS = frozenset(("given_arabic", "given_foreign", "family", "famous"))
_NAME_CLASSES = frozenset(("given_arabic", "given_foreign", "family", "particles", "place", "famous"))
