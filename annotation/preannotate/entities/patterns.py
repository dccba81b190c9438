"""Names that their first word announces: `وزارة …`, `مدينة …`, `صحيفة «…»`, `كأس …`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

from ..attributions.reporting_verbs import read
from .boundaries import splits
from .gazetteer import Gazetteer

# Heads that are the first word of the name, and what it then is; of several roles the first here counts.
_INSIDE: dict[str, tuple[str, str | None]] = {
    "event_head": ("EVENT", None),
    "fac_head": ("FAC", None),
    "government_head": ("ORG", "government"),
    "military_head": ("ORG", "military"),
    "company_head": ("ORG", "company"),
    "ngo_head": ("ORG", "ngo"),
    "intergovernmental_head": ("ORG", "intergovernmental"),
    "political_head": ("ORG", "political"),
    "media_head": ("ORG", "media"),
    "armed_head": ("ORG", "armed_group"),
}
# Heads that stand before the name: they say what kind of thing it is.
BEFORE: dict[str, tuple[str, str | None]] = {
    "village_head": ("GPE", "village"),
    "city_head": ("GPE", "city"),
    "province_head": ("GPE", "province"),
    "loc_head": ("LOC", None),
    "media_head": ("ORG", "media"),
    "armed_head": ("ORG", "armed_group"),
    "company_head": ("ORG", "company"),
    "political_head": ("ORG", "political"),
    "ngo_head": ("ORG", "ngo"),
    "intergovernmental_head": ("ORG", "intergovernmental"),
    "military_head": ("ORG", "military"),
}
_OPEN = frozenset("\"“«'‘”")
_CLOSE = {'"': '"', "“": "”", "«": "»", "'": "'", "‘": "’", "”": "”"}
_SHUT = frozenset('”»"')
# After the other heads of organisations a name stands in quotation marks.
_BARE_AFTER = frozenset(role for role, (label, _) in BEFORE.items() if label != "ORG") | frozenset(
    ("media_head", "ngo_head", "company_head")
)
_SETTLEMENTS = frozenset(("city_head", "village_head"))
_FORMS = 100_000  # how many word forms are remembered
_LONGEST = 9
_QUOTED = 6
_GIVEN = frozenset(("given_arabic", "given_foreign"))
_OFFICE = 3  # words of a title's office before the name: وزير الصحة السهلاني …
_ADJECTIVES = frozenset(("institutional", "nisba", "weaknisba"))


class Found(NamedTuple):
    """A name: word indices (half-open), letters cut off the first word, label, subtype, score, and who found it."""

    first: int
    past: int
    cut: int
    label: str
    subtype: str | None
    score: float
    part: str


class Head(NamedTuple):
    """A word read as a head: letters of proclitics before it, the noun (with its ال), its roles (empty: no head).

    `opens` says whether the noun may be a name's first word; `inside` is the label and subtype of a name with it, and
    `before` is which of its roles says what a name after it is.
    """

    cut: int
    noun: str
    roles: frozenset[str]
    opens: bool = False
    inside: tuple[str, str | None] | None = None
    before: str | None = None


def head_of(form: str, lexicon: Gazetteer) -> Head:
    """Read a folded word as the head of a name."""
    for cut, rest in splits(form):
        bare = rest[2:] if rest.startswith("ال") and len(rest) > 4 else rest
        roles = lexicon.roles(bare)
        if roles:
            inside = next((kind for role, kind in _INSIDE.items() if role in roles), None)
            before = next((role for role in BEFORE if role in roles), None)
            return Head(cut, rest, roles, "opens" in lexicon.classes(rest), inside, before)
    return Head(0, form, frozenset())


@lru_cache(maxsize=_FORMS)
def _reports(form: str) -> bool:
    """Whether a folded word may be a finite verb of reporting without an object in it."""
    return any(one.finite and not one.enclitic for one in read(form))


@lru_cache(maxsize=_FORMS)
def _speaks(form: str) -> bool:
    """Whether a folded word is a verb or a noun of speaking to somebody."""
    return form in _SPEECHES or any(one.finite and one.verb.class_ == "say" for one in read(form))


class _Openings(dict[str, Head | None]):
    """Folded word → how it reads as a head if a pattern may start there; None for most words."""

    def __init__(self, patterns: Patterns) -> None:
        self._patterns = patterns

    def __missing__(self, form: str) -> Head | None:
        head = self._patterns.head(form)
        found = head if head.roles or form in _OPEN or form in _COMPLEMENTISERS or self._patterns.titled(form) else None
        if len(self) > _FORMS:
            self.clear()
        self[form] = found
        return found


class Patterns:
    """Finds names by their heads, one sentence after another; `common` words are never a name by a head alone."""

    def __init__(self, lexicon: Gazetteer, common: frozenset[str]) -> None:
        self._lexicon = lexicon
        self._common = common
        self._heads: dict[str, Head] = {}
        self._openings = _Openings(self)

    def head(self, form: str) -> Head:
        """Read a folded word as a head; what was read is remembered."""
        found = self._heads.get(form)
        if found is None:
            if len(self._heads) > _FORMS:
                self._heads.clear()
            found = self._heads[form] = head_of(form, self._lexicon)
        return found

    def find(self, folds: Sequence[str], first: int, past: int) -> Iterator[Found]:
        """Yield the names that heads in the sentence `folds[first:past]` announce."""
        openings = map(self._openings.__getitem__, folds[first : past - 1])
        for at, head in [(at, head) for at, head in enumerate(openings, first) if head]:
            form = folds[at]
            if form in _COMPLEMENTISERS:
                yield from self._speaker(folds, first, at)
                continue
            if self.titled(form):
                yield from self._titled(folds, at, past)
                if form == "امين" and self._secretary_no(folds, first, at, past):
                    yield Found(at, at + 2, 0, "PER", None, 0.7, "pattern")
            if head.roles:
                for found in self._headed(folds, first, at, past, head):
                    if found:
                        yield found
            elif form in _OPEN and folds[first:at].count('"') % 2 == 0:
                yield from self._entitled(folds, at, past)
                if at > first and folds[at - 1] == "ل":
                    yield from self._told(folds, first, at, past)

    def titled(self, form: str) -> bool:
        """Whether a folded word is a title, after which a person's name may stand."""
        return "titles" in self._lexicon.classes(form)

    def _headed(self, folds: Sequence[str], first: int, at: int, past: int, head: Head) -> Iterable[Found | None]:
        if "club_announcer" in head.roles:
            end = at if head.noun.startswith("ال") else self._bare(folds, at + 1, past, "ORG")
            return (Found(at + 1, end, 0, "ORG", "ngo", 0.6, "pattern") if end > at + 1 else None,)
        numbered = head.noun in _UNITS and folds[at + 1].isdigit()
        return (
            self._inside(folds, at, past, head),
            self._before(folds, first, at, past, head),
            Found(at, at + 2, head.cut, "ORG", "military", 0.8, "pattern") if numbered else None,
        )

    def _titled(self, folds: Sequence[str], at: int, past: int) -> Iterator[Found]:
        """A given and a family name after a title, even where both are words: وزير الصحة سامر البيطار."""
        begin = at + 1
        while begin < min(past, at + 1 + _OFFICE) and (folds[begin].startswith("ال") or folds[begin] == "."):
            begin += 1
        if begin + 1 >= past:
            return
        if folds[begin] == "باسم" and folds[begin - 1].endswith(("متحدث", "متحدثة", "ناطق", "ناطقة")):
            return  # متحدث باسم النادي
        given = self._lexicon.classes(folds[begin])
        if "stop" in given or not given & _GIVEN:
            return
        family = folds[begin + 1]
        if family.startswith("ال") and len(family) > 4 and family not in self._lexicon.nisba:
            yield Found(begin, begin + 2, 0, "PER", None, 0.7, "pattern")

    def _secretary_no(self, folds: Sequence[str], first: int, at: int, past: int) -> bool:
        """Whether أمين is a given name after a title that needs no more: الرئيس التنفيذي أمين الناصر إن."""
        if at == first or at + 2 >= past or not folds[at - 1].startswith(("ال", "ل")):
            return False
        family = folds[at + 1]
        named = family.startswith("ال") and family not in self._common and not self.head(family).roles
        office = self._lexicon.classes(family) & {"portfolio", "institutional", "stop", "nisba"}
        return named and not office and (folds[at + 2] in _AFTER_SPEAKER or not folds[at + 2][:1].isalnum())

    def _entitled(self, folds: Sequence[str], at: int, past: int) -> Iterator[Found]:
        """A name in quotation marks that starts with its own head: «كتائب الصخرة», “مؤتمر الضفتين”."""
        head = self.head(folds[at + 1])
        if head.cut or head.noun.startswith("ال") or at + 3 >= past or not folds[at + 2].startswith("ال"):
            return
        end = self._quoted(folds, at, past)
        if head.inside and at + 3 <= end <= at + 6:
            label, subtype = head.inside
            yield Found(at + 1, end, 0, label, subtype, 0.75, "pattern")

    def _speaker(self, folds: Sequence[str], first: int, at: int) -> Iterator[Found]:
        """Two unknown words between a speaker's title and أن are the name: قال رئيس النقابة إلياس مرابط إن."""
        if at < first + 4:
            return
        before, given, family = folds[at - 3 : at]
        if not before.startswith("ال") or not self._stranger(given) or not self._stranger(family):
            return
        if any(map(_reports, folds[max(first, at - _SLOT) : at - 3])):
            yield Found(at - 2, at, 0, "PER", None, 0.55, "pattern")

    def _stranger(self, form: str) -> bool:
        """Whether a word may be a name that the lists don't have: not common, no adjective, no plural, no object."""
        if len(form) < 3 or not form.isalpha() or form in self._common or form.endswith(_NO_NAME_ENDS) or read(form):
            return False
        classes = self._lexicon.classes(form)
        if (form.startswith("ال") and not classes & _GIVEN) or form[:1] in "بلو" or classes - _PERSON - _TOWNS:
            return False
        if self.head(form).roles:
            return False
        return form not in self._lexicon.nisba and (form[-1] != "ا" or len(form) > 5)

    def _told(self, folds: Sequence[str], first: int, at: int, past: int) -> Iterator[Found]:
        """The outlet that somebody spoke to: قال مصدر لـ«المدن» إن, في تصريحات خاصة لـ"الوطن"."""
        end = self._quoted(folds, at, past)
        if not at + 1 < end <= at + 4:
            return
        kinds = self._lexicon.kinds(tuple(folds[at + 1 : end]))
        if any(kind.sure for kind in kinds.values()) and "ORG" not in kinds:
            return
        if any(map(_speaks, folds[max(first, at - _SLOT) : at])):
            yield Found(at + 1, end, 0, "ORG", kinds["ORG"].subtype if "ORG" in kinds else "media", 0.85, "pattern")

    def _inside(self, folds: Sequence[str], at: int, past: int, head: Head) -> Found | None:
        """The name that the head is the first word of."""
        if head.inside is None:
            return None
        label, subtype = head.inside
        if head.noun.startswith("ال"):
            end = self._definite(folds, at, past, label)
        elif head.opens:
            end = self._construct(folds, at, past)
        else:
            end = at
        if end == at and label == "FAC" and head.opens:
            end = at + 2 if self._unknown(folds[at + 1]) else at
        if end <= at + 1:
            return None
        if head.noun == "وكالة" and folds[at + 1] == "الانباء":
            subtype = "media"
        return Found(at, end, head.cut, label, subtype, 0.7, "pattern")

    def _unknown(self, form: str) -> bool:
        """Whether a word may be a foreign name: not common, not known, not shaped as an Arabic noun."""
        if len(form) < 5 or not form.isalpha() or form in self._common or form.startswith(("ال", "لل")):
            return False
        return not self._lexicon.classes(form) and not form.endswith(("ية", "ات", "ها", "هم", "ة"))

    def _before(self, folds: Sequence[str], first: int, at: int, past: int, head: Head) -> Found | None:
        """The name after the head, which says what it is."""
        if head.before is None:
            return None
        label, subtype = BEFORE[head.before]
        start = at + 1
        if label == "ORG" and folds[start] in _OPEN and folds[first:start].count('"') % 2 == 0:
            end = self._quoted(folds, start, past)
            described = head.noun.startswith("ال") and end > start + 3  # الاتحاد "مستعد لكل السيناريوهات"
            if (
                end > start + 1
                and not described
                and (end < start + 5 or _PREPOSITIONS.isdisjoint(folds[start + 2 : end]))
            ):
                return Found(start + 1, end, 0, label, subtype, 0.85, "pattern")
        elif head.before in _BARE_AFTER and (not head.noun.startswith("ال") or head.before in _SETTLEMENTS):
            end = self._bare(folds, start, past, label)
            if end > start:
                return Found(start, end, 0, label, subtype, 0.6 if label == "ORG" else 0.8, "pattern")
        return None

    def _quoted(self, folds: Sequence[str], at: int, past: int) -> int:
        """The index of the closing quote of a short quotation that opens at `at`; `at` if there is none."""
        closing = _CLOSE[folds[at]]
        for end in range(at + 2, min(past, at + 2 + _QUOTED)):
            if folds[end] == closing or (closing != '"' and folds[end] in _SHUT):
                return end if all(form[0].isalnum() or form in ".-" for form in folds[at + 1 : end] if form) else at
        return at

    def _bare(self, folds: Sequence[str], at: int, past: int, label: str) -> int:
        """The end of an unquoted name after a head: a known name, or a word that isn't common; `at` if neither."""
        lexicon = self._lexicon
        for name in lexicon.starts(folds[at]):
            end = at + 1 + len(name.rest)
            if (
                name.cut == 0
                and tuple(folds[at + 1 : end]) == name.rest
                and (label != "ORG" or name.kind.label == "ORG")
            ):
                return end + (label == "GPE" and not name.rest and end < past and folds[end] in _SIDES)
        form = folds[at]
        if (
            len(form) < 3
            or not form.isalpha()
            or form in self._common
            or lexicon.classes(form) & _NO_NAME
            or (self.head(form).roles and "toponym" not in lexicon.classes(form))
            or form.endswith(("ها", "هم", "نا"))
        ):
            return at
        if label == "ORG":
            if form.endswith("ية") and not form.startswith("ال"):
                return at
            return at + 1 if len(form) > 3 and not lexicon.classes(form) & _PERSON else at
        end = at + 1
        if (
            "toponym" in lexicon.classes(form)
            and end < past
            and folds[end].isalpha()
            and "stop" not in lexicon.classes(folds[end])
        ):
            end += 1
        if label == "GPE" and form.startswith("ال") and end < past and folds[end] in _SIDES:
            end += 1
        return end

    def _definite(self, folds: Sequence[str], at: int, past: int, label: str) -> int:
        """الجيش السوري, المرصد السوري لحقوق الإنسان: the head, nisbas or institutions' adjectives, ل and nouns."""
        end = at + 1
        lexicon = self._lexicon
        noun = self.head(folds[at]).noun[2:]
        if "opens" not in lexicon.classes(noun) and noun not in _FORCES:
            return at
        named = False
        if noun in _FORCES and end < past and self._foreign(folds[end]):
            return end + 1
        while end < past and end - at < 4 and lexicon.classes(folds[end]) & _ADJECTIVES and folds[end].startswith("ال"):
            if folds[end].endswith(("يين", "يون")):
                break  # دعا الحزب السودانيين إلى
            named = named or bool(lexicon.classes(folds[end]) & _DEMONYM)
            end += 1
        if end == at + 1 or label != "ORG":
            return at
        if end < past and folds[end].startswith("ل") and len(folds[end]) > 4 and not folds[end].startswith("لا"):
            if folds[end].startswith("لل"):
                return self._nouns(folds, end, past)
            tail = self._nouns(folds, end + 1, past)
            if tail > end + 1:
                return tail
        return end if named or end - at > 2 else at

    def _foreign(self, form: str) -> bool:
        """Whether a word looks like the nisba of a place that the lists don't have."""
        if form in self._common or self._lexicon.classes(form):
            return False
        return form.startswith("ال") and len(form) > 6 and form.endswith(("ي", "ية"))

    def _construct(self, folds: Sequence[str], at: int, past: int) -> int:
        """وزارة الدفاع الأميركية, جامعة دمشق, مرصد الوادي لحقوق الإنسان: the head and what is in construct with it."""
        lexicon = self._lexicon
        following = folds[at + 1]
        for name in lexicon.starts(following):
            end = at + 2 + len(name.rest)
            if name.cut or name.kind.label not in ("GPE", "LOC", "PER") or tuple(folds[at + 2 : end]) != name.rest:
                continue
            if name.kind.sure or name.rest or following.startswith("ال"):
                return self._tail(folds, end, past)
        if following in _MEMBERS and at + 2 < past and folds[at + 2].startswith("ال"):
            return self._nouns(folds, at + 2, past)
        if following.startswith("ال") and len(following) > 4 and "stop" not in lexicon.classes(following):
            return self._tail(folds, self._nouns(folds, at + 1, past), past)
        return at

    def _nouns(self, folds: Sequence[str], at: int, past: int) -> int:
        """The end of definite nouns and adjectives, joined by و where both name an office, from `at` on."""
        end = at
        classes = self._lexicon.classes
        while end < past and end - at < _LONGEST:
            form = folds[end]
            if len(form) < 4 or classes(form) & _ENDS:
                break
            if (
                end > at
                and not form.startswith("وال")
                and not (classes(form) & _CONTINUES or form.endswith(("ي", "ية")))
            ):
                break
            if form.startswith("وال"):
                before = "ال" + folds[end - 1].removeprefix("و").removeprefix("لل").removeprefix("ال")
                if end == at or "portfolio" not in classes(form[1:]) or "portfolio" not in classes(before):
                    break
            elif not form.startswith("ال") and not (form.startswith("لل") and "portfolio" in classes("ال" + form[2:])):
                break
            end += 1
        return end

    def _tail(self, folds: Sequence[str], at: int, past: int) -> int:
        """The adjectives after a place, and `لكرة القدم`, `لحقوق الإنسان` after a name."""
        end = at
        while end < past and folds[end].startswith("ال") and self._lexicon.classes(folds[end]) & _ADJECTIVES:
            end += 1
        if end < past and folds[end].startswith("لل") and "portfolio" in self._lexicon.classes("ال" + folds[end][2:]):
            end = self._nouns(folds, end, past)
        if end + 1 < past and folds[end] in _PURPOSES:
            end = max(end, self._nouns(folds, end + 1, past))
        return end


_AFTER_SPEAKER = frozenset(("ان", "انه", "الي", "علي", "عن", "خلال", "في"))
_SPEECHES = frozenset(("تصريح", "تصريحات", "حديث", "حوار", "مقابلة", "افادة"))
_SLOT = 14  # words between a verb of saying and the hearer
_PREPOSITIONS = frozenset(("في", "علي", "الي", "عن"))
_COMPLEMENTISERS = frozenset(("ان", "انه", "انها", "بان"))
_NO_NAME_ENDS = ("ة", "ات", "ية", "يا", "ها", "هم", "وا")
_TOWNS = frozenset(("town", "place", "intown", "inplace", "inorg"))
_NO_NAME = frozenset(("stop", "titles", "portfolio", "institutional", "nisba", "weaknisba"))
_DEMONYM = frozenset(("nisba", "weaknisba"))
_UNITS = frozenset(("اللواء", "الفرقة", "الكتيبة", "الفوج", "الفيلق", "لواء", "فرقة", "كتيبة"))
_SIDES = frozenset(("الجنوبي", "الجنوبية", "الشمالي", "الشمالية", "الشرقي", "الشرقية", "الغربي", "الغربية"))
_MEMBERS = frozenset(
    ("جنايات", "استئناف", "عمال", "اطباء", "مشجعي", "طلاب", "علماء", "كتاب", "محامي", "اصحاب", "معلمي", "ابناء", "اسرى")
)
_FORCES = frozenset(("جيش", "شرطة", "حرس"))
_ENDS = frozenset(("stop", "titles"))
_CONTINUES = frozenset(("institutional", "nisba", "weaknisba", "portfolio"))
_PERSON = frozenset(("given_arabic", "given_foreign", "family", "famous"))
_PURPOSES = frozenset(
    [
        "لكرة",
        "لحقوق",
        "لشؤون",
        "لشوون",
        "لمكافحة",
        "لبحوث",
        "لدراسات",
        "لدراسة",
        "لابحاث",
        "لالعاب",
        "لحماية",
        "لرعاية",
        "لتنمية",
    ]
)
