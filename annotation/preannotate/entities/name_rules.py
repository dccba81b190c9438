"""What of a found name is the name: titles and nouns of kind taken off, adjectives and cities of its own added."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import lru_cache

from ..attributions.reporting_verbs import read
from .gazetteer import NO_KIND, Gazetteer
from .patterns import BEFORE, Found, Patterns

PLACES = frozenset(("GPE", "LOC", "FAC"))
# Common nouns that say what a place is stand outside its name, even where corpora and word lists have them inside.
_OUTSIDE = frozenset(("city_head", "village_head", "province_head", "loc_head", "place_head"))


class NameRules:
    """The guidelines' rules of a name's extent; `common` words are seldom part of one."""

    def __init__(self, lexicon: Gazetteer, patterns: Patterns, common: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._patterns = patterns
        self._common = common

    def trimmed(self, folds: Sequence[str], name: Found) -> Found | None:
        """Take titles and nouns of kind off the start of a name, stray words off its end; None if no name is left."""
        first, past = name.first, name.past
        if past - first == 1 and name.part == "gazetteer" and folds[first] != "الله":
            return name
        lexicon = self._lexicon
        last = folds[past - 1]
        if (
            name.label == "PER"
            and past - first > 1
            and last[:2] == "سي"
            and (last[-1:] == "ي" or past - first > 2)
            and not lexicon.classes(last)
        ):
            past -= 1  # a verb in the future: سيلتقي, سيزور
        while name.label == "PER" and past - first > 1 and folds[first] in _COMPLEMENTISERS:
            first += 1
            name = name._replace(first=first, cut=0)
            if past - first == 1 and folds[first].startswith("ال"):
                return None
        if name.label == "PER" and past - first > 1 and self._verb(folds[first], folds[first + 1]):
            first += 1
            name = name._replace(first=first, cut=0)
        known = name.part == "gazetteer" or bool(lexicon.kinds(tuple(folds[first:past])))
        while (
            past > first
            and not known
            and ("stop" in lexicon.classes(folds[past - 1]) or not folds[past - 1][:1].isalnum())
        ):
            past -= 1
        while past - first > 1 and folds[past - 1] in _GLUED:
            past -= 1  # قال حامد لـ«…»
        if name.label == "PER" and folds[first] == "الله" and first and folds[first - 1].isalpha():
            first, name = first - 1, name._replace(first=first - 1, cut=0)  # ذبيح الله مجاهد
        if name.part == "model" and not known:
            first, past = self._unbroken(folds, first, past)
        if name.part == "model" and name.label in PLACES and past - first > 1 and folds[past - 1][:1] in "بل":
            # A place doesn't hold another one behind a preposition: كوليج بلندن is no place.
            cut = next(
                (start.cut for start in lexicon.starts(folds[past - 1]) if start.kind.sure and not start.rest), 0
            )
            first, name = (past - 1, name._replace(first=past - 1, cut=cut)) if cut else (first, name)
        if first != name.first:
            name = name._replace(first=first, past=past, cut=0)
        elif past != name.past:
            name = name._replace(past=past)
        if name.label == "PER" and past - first > 1:
            head = self._patterns.head(folds[first])
            if "fac_head" in head.roles and "opens" in lexicon.classes(head.noun):
                name = name._replace(label="FAC", cut=head.cut)
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
        if name.first >= name.past:
            return None
        if name.part != "model":
            return name
        if name.past - name.first > 1 and all(
            self._patterns.head(form).roles for form in folds[name.first : name.past]
        ):
            return None
        if name.past - name.first == 1:
            head = self._patterns.head(folds[name.first])
            if head.roles and name.label not in lexicon.kinds((head.noun,)):
                return None
            if name.label == "PER" and folds[name.first].startswith("ال") and lexicon.nisba.get(folds[name.first]):
                return None
            following = folds[name.past] if name.past < len(folds) else ""
            if name.label == "PER" and folds[name.first].startswith("ال") and folds[name.first].endswith("ون"):
                return None  # المنظمون
            if name.label == "PER" and (self._adjective(folds, name.first) or self._verb(folds[name.first], following)):
                return None
        if (
            name.label == "ORG"
            and not known
            and folds[name.first + 1 : name.past][:1] == ["في"]
            and not self._patterns.head(folds[name.first]).roles
        ):
            return None  # استسلم في الشوط
        if name.label == "PER" and self._people(folds[name.first : name.past]):
            return None
        return name

    def joined(self, folds: Sequence[str], names: Iterable[Found]) -> list[Found]:
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
                and (
                    name.label == "PER"
                    or (name.label == "ORG" and not opening.startswith("ال") and not self._patterns.head(opening).roles)
                )
            ):
                joined[-1] = last._replace(past=name.past, score=min(last.score, name.score))
            else:
                joined.append(name)
        return joined

    def widened(self, folds: Sequence[str], name: Found) -> Found:
        """An office or a force with the nationality after it, a university with its city: وزارة الدفاع الأميركية."""
        past = name.past
        if name.label == "PER":
            name = self._with_family(folds, name)
            return self._of_body(folds, name) if name.first else name
        if name.label == "FAC" or (name.label == "GPE" and name.part != "gazetteer"):
            return self._building(folds, name)
        if name.label == "ORG" and name.past - name.first == 1 and name.first:
            before = self._patterns.head(folds[name.first - 1])
            place = next(
                (role for role in ("village_head", "city_head", "province_head") if role in before.roles), None
            )
            if place and not before.noun.startswith("ال"):  # ولاية الجزيرة is no channel
                return name._replace(label="GPE", subtype=BEFORE[place][1])
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
                if folds[at].startswith("ب") and self.sure(folds[at][1:]):
                    return name._replace(past=at + 1)
                if not folds[at].isalpha() or folds[at] in self._common:
                    break
        return name

    def aside(self, folds: Sequence[str], at: int) -> bool:
        """Whether a name is a byline, a credit or a clock's city, no part of the story: كتبت: …, بتوقيت القاهرة."""
        return at > 0 and (folds[at - 1] == "بتوقيت" or (at > 1 and folds[at - 1] == ":" and folds[at - 2] in _CREDITS))

    def _verb(self, form: str, following: str) -> bool:
        """Whether a verb of saying stands before a person's name that begins with `following`: نصحت كلارك."""
        known = self._lexicon.classes(form)
        if not known.isdisjoint(_SURELY_NAMED) or not _finite(form):
            return False
        return not known or "given_arabic" in self._lexicon.classes(following)

    def _adjective(self, folds: Sequence[str], at: int) -> bool:
        """Whether a word after an indefinite source says what kind it is: مصدر نيابي, مسؤول محلي."""
        form = folds[at]
        return (
            at > 0 and folds[at - 1] in _INDEFINITE and form.endswith(("ي", "ية", "يا")) and not form.startswith("ال")
        )

    def _people(self, words: Sequence[str]) -> bool:
        """Whether a description of people was taken for a name: دبلوماسيان أوروبيان."""
        if len(words) < 2 or any(self._lexicon.classes(form) & _NAMED for form in words):
            return False
        return bool(self._lexicon.nisba.get(words[-1]))

    def office(self, folds: Sequence[str], name: Found) -> bool:
        """Whether a person's name ends in a body's common noun: مني التنظيم is no person."""
        return self._body(folds[name.past - 1])

    def sure(self, word: str) -> bool:
        kind = self._lexicon.kind((word,))
        return kind is not None and kind.sure

    def _opens_outside(self, folds: Sequence[str], name: Found) -> bool:
        """Whether the first word of a name isn't part of it: a title, a noun of kind."""
        lexicon = self._lexicon
        head = self._patterns.head(folds[name.first])
        if not folds[name.first][:1].isalnum():
            return True
        if name.label == "PER":
            titled = folds[name.first] in self._common and "titles" in lexicon.classes(folds[name.first])
            return titled or head.noun in _OUTER_NOUNS or self._body(folds[name.first])
        if not head.roles or head.noun.startswith("ال"):
            return False
        rest = tuple(folds[name.first + 1 : name.past])
        if head.noun in _SIDES and (lexicon.kind((head.noun, *rest)) or NO_KIND).sure:
            return False
        if head.noun in _STATES and (lexicon.kind((head.noun, *rest)) or NO_KIND).sure:
            return False
        again = bool(self._patterns.head(folds[name.first + 1]).roles & _OUTSIDE)
        if head.roles & _OUTSIDE and (again or "toponym" not in lexicon.classes(head.noun)):
            return name.label in ("GPE", "LOC") or (lexicon.kind(rest) or NO_KIND).label in ("GPE", "LOC")
        if name.label != "ORG":
            return False
        alone = lexicon.kinds(rest).get("ORG")
        kept = head.noun in _PART_OF_NAME and alone is not None and alone.subtype == "armed_group"
        named = alone is not None and alone.sure and alone.subtype in _KNOWN_ALONE and not kept
        if head.noun in _AGENCIES and len(rest) == 1 and alone is not None and alone.sure:
            named = True
        alone_common = len(rest) == 1 and rest[0] in self._common
        return named or (head.noun in _OUTER_NOUNS and not alone_common) or folds[name.first + 1] in _QUOTES

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

    def _with_family(self, folds: Sequence[str], name: Found) -> Found:
        """A given name alone takes the unknown word after it for its family's: سيلين كايا."""
        past = name.past
        servant = past - name.first == 2 and folds[past - 1] == "الله"
        if name.part != "model" or (past - name.first > 1 and not servant) or past + 1 >= len(folds):
            return name
        form = folds[past]
        plain = len(form) > 2 and form.isalpha() and form not in self._common and form[:1] not in "البفوسيت"
        if not plain or self._lexicon.classes(form) - _PLACE_CLASSES or form.endswith(("ت", "ة", "ها", "هم", "وا")):
            return name
        if (
            not (servant or self._lexicon.classes(folds[name.first]) & _GIVEN)
            or self._lexicon.nisba.get(form)
            or read(form)
        ):
            return name
        return name if self._patterns.head(form).roles else name._replace(past=past + 1)

    def _building(self, folds: Sequence[str], name: Found) -> Found:
        """A building or a crossing has its noun in its name: معبر أدري, ملعب أنفيلد."""
        if not name.first or name.cut:
            return name
        head = self._patterns.head(folds[name.first - 1])
        if (
            "fac_head" not in head.roles
            or "opens" not in self._lexicon.classes(head.noun)
            or head.noun.startswith("ال")
        ):
            return name
        return name._replace(first=name.first - 1, cut=head.cut, label="FAC", subtype=None)

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

    def _body(self, form: str) -> bool:
        return form.startswith("ال") and bool(self._patterns.head(form).roles & _BODIES)


@lru_cache(maxsize=100_000)
def _finite(form: str) -> bool:
    """Whether a folded word may be a finite verb of reporting."""
    return any(one.finite for one in read(form))


# Of people whose name isn't told: مصدر نيابي.
_INDEFINITE = frozenset(
    ("مصدر", "مسؤول", "مسئول", "مصادر", "قيادي", "دبلوماسي", "ضابط", "خبير", "محلل", "بيان", "تقرير")
)
_GLUED = frozenset("لبوفك")
_COMPLEMENTISERS = frozenset(("ان", "بان", "وان", "انه", "انها", "بانه", "بانها"))
_NAMED = frozenset(("given_arabic", "given_foreign", "family", "famous", "particles"))
_SURELY_NAMED = frozenset(("given_arabic", "family", "famous"))
_GIVEN = frozenset(("given_arabic", "given_foreign"))
_PLACE_CLASSES = frozenset(("town", "place", "intown", "inplace", "family"))
_STATES = frozenset(("جمهورية", "مملكة", "سلطنة"))
_AGENCIES = frozenset(("وكالة", "منظمة"))
_SIDES = frozenset(("شمال", "جنوب", "شرق", "غرب", "وسط"))
_BODIES = frozenset(("armed_head", "political_head", "government_head", "military_head", "company_head"))
_BEARERS = frozenset(("مركز", "مؤسسة", "جمعية", "منظمة"))
_CREDITS = frozenset(("كتب", "كتبت", "عدسة", "تصوير", "اعداد", "ترجمة", "تحرير"))
_FIRMS = frozenset(("القابضة", "المحدودة", "المساهمة", "للاستثمار", "للطيران", "للتامين", "للبتروكيماويات"))
_KNOWN_ALONE = ("media", "armed_group", "ngo", "company")
_PART_OF_NAME = frozenset(("هيئة", "جبهة", "حزب", "كتائب", "جيش", "قوات", "لواء", "فيلق", "سرايا"))
_COMPLETE = frozenset(("البنتاغون", "البنتاجون", "الكرملين", "الموساد", "الشاباك"))
_SCHOOLS = frozenset(("جامعة", "كلية", "معهد", "مدرسة", "اكاديمية", "الجامعة", "الكلية", "المعهد"))
_NOTHING: dict[tuple[tuple[str, ...], str, str | None], Found] = {}
_QUOTES = frozenset("\"“”«»'‘")
_BREAKS = frozenset(["ان", "الذي", "التي", "قال", "قالت", "امس"]) | _QUOTES | frozenset("،؛:")
_OUTER_NOUNS = frozenset(
    ["صحيفة", "جريدة", "مجلة", "قناة", "شبكة", "موقع", "اذاعة", "فضائية", "تنظيم", "نادي", "فريق", "شركة"]
)
