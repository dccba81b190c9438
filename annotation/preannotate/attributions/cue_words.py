"""Which words are cues at all: names, nouns and idioms that are spelled like a verb of saying are not."""

from __future__ import annotations

from .reading import Reading
from .reporting_verbs import Form
from .word_classes import COMMA, COMPLEMENT, MASDAR, OCCASION, PREPOSITION, PRESENT, REPORT, STOP, TIME, heads

_SPOKE = heads("spoke")
NEGATIONS = frozenset(conjunction + negation for conjunction in ("", "و", "ف") for negation in ("لم", "لا", "لن"))
_SUPPOSING = frozenset(["اذا", "لو", "واذا", "ولو", "فاذا"])
_PUBLISHING = frozenset(
    conjunction + verb for conjunction in ("", "و", "ف") for verb in ("نشر", "نشرت", "ينشر", "تنشر", "ورد", "وردت")
)
_BEFORE_NOUNS = frozenset(["عن", "في", "الي", "علي", "مع"])


def plausible(reading: Reading, index: int, form: Form) -> bool:
    """Tell whether word `index`, spelled like `form`, may be a cue for what stands before and after it."""
    if form.shape == "masdar" and not (form.prefix == "ب" and not form.enclitic):
        return False
    if index in reading.interior or index in reading.entity_end:
        return False
    folds, classes, word = reading.folds, reading.classes, reading.document.words[index]
    spelling, opening = folds[index], index in reading.openings
    verb, past, marks = form.verb, form.verb.past, form.verb.marks
    before = folds[index - 1] if index else ""
    if word.startswith("نقلا"):
        return False
    if form.shape == "past" and past[0] == "أ" and word.startswith("إ", len(form.prefix)):
        return False
    following = folds[index + 1] if index + 1 < len(folds) else ""
    if spelling in _PUBLISHING and _publishes(reading, index):
        return False
    if form.prefix and spelling == "ورد" and not (opening or classes[index - 1] & (COMMA | STOP)):
        return False  # what came in: بيان ورد, ما ورد
    if past == "رد" and not form.prefix and index and classes[index - 1] & PRESENT:
        return False  # ولم يصدر رد
    if before == "عدم" or (following == "عدم" and past == "طلب"):
        return False
    if past in ("اعتبر", "عد") and _is_held(reading, index, form):
        return False
    if form.finite and (before in _SUPPOSING or before in _BEFORE_NOUNS):
        return False  # إذا اعترف بالوقائع supposes it; after a preposition it is a noun: عن أمله
    if before in NEGATIONS and verb.class_ in ("say", "relay", "promise", "warn"):
        return False
    if past == "ادعى" and is_named(reading, index, form):
        return False
    if "after_ma" in marks and before != "ما":
        return False
    if "shadda" in marks and form.shape == "past" and "\u0651" not in word:
        if past == "عبر" and (form.prefix or opening or classes[index - 1] & COMMA) and _expresses(reading, index):
            return True
        return (past == "بين" and opening and form.prefix == "و") or (form.gender == "f" and past != "ذكر")
    if form.finite and spelling.startswith("ال"):
        return False
    if form.shape == "participle" and past == "ذكر" and spelling.endswith("مذكرة"):
        return following[:1] == "ب" and before not in ("في", "من")  # مذكرة is a memorandum as a rule
    if classes[index] & TIME and verb.takes == {"quote"} and index and classes[index - 1] & REPORT:
        return False  # وأضاف مازحا
    if form.shape == "participle" and index:
        return before not in ("غير", "كان") and not classes[index - 1] & PREPOSITION
    return True


def _is_held(reading: Reading, index: int, form: Form) -> bool:
    """الفتوى تعتبر تطاولا: what a thing is held to be; عدوا is an enemy."""
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    if reading.folds[index] == "عدوا":
        return "\u0651" not in reading.document.words[index]
    held = form.shape == "present" and following.endswith("ا") and not reading.classes[index + 1] & COMPLEMENT
    return held and index > 0 and index not in reading.openings


def _publishes(reading: Reading, index: int) -> bool:
    """استطلاع أجراه المركز ونشرت نتائجه: the results came out, nobody says anything yet."""
    if index and (reading.folds[index - 1] in heads("documents") or reading.classes[index - 1] & OCCASION):
        return True  # وأضاف في مدونة نشرت أمس: «…»
    following = reading.folds[index + 1] if index + 1 < len(reading.folds) else ""
    return following.endswith(("ه", "ها")) and "نشر" in reading.folds[index]


def _expresses(reading: Reading, index: int) -> bool:
    """وعبر الوزير عن أمله, printed without shadda: not عبر as "through" when a feeling follows عن."""
    for place in range(index + 1, min(index + 16, len(reading.folds) - 1)):
        if reading.classes[place] & STOP:
            return False
        if reading.folds[place] == "عن":
            return reading.classes[place + 1] & MASDAR > 0 or reading.folds[place + 1].endswith(
                ("ه", "ها", "هم", "هما")
            )
    return False


def is_named(reading: Reading, index: int, form: Form) -> bool:
    """رجل يدعى سالما is called so, and claims nothing."""
    if form.verb.past != "ادعى" or form.shape != "present" or not reading.document.words[index].endswith("ى"):
        return False
    return index + 1 >= len(reading.folds) or not reading.classes[index + 1] & COMPLEMENT


def another_cue(reading: Reading, place: int) -> bool:
    before = reading.folds[place - 1]
    following = reading.folds[place + 1] if place + 1 < len(reading.folds) else ""
    if before in ("ما", "كما", "عدم") or following == "عدم" or place in reading.interior:
        return False
    if reading.folds[place].startswith("ال"):
        return False
    if reading.folds[place] in ("نشرت", "نشر") and reading.folds[place - 1] in heads("documents"):
        return False
    if reading.folds[place] in _PUBLISHING and _publishes(reading, place):
        return False
    if spoke_to(reading, place):
        return False
    if reading.classes[place - 1] & COMMA and reading.folds[place] in _SPOKE:
        return False  # مسؤول، تحدث شريطة عدم ذكر اسمه، إن
    if reading.folds[place].endswith("دعي") and any(is_named(reading, place, form) for form in reading.forms(place)):
        return False
    shadda = "\u0651" in reading.document.words[place]
    if reading.classes[place - 1] & PREPOSITION:  # في مذكرة is a noun, not "reminding"
        return any(form.finite and _starts_act(form, shadda=shadda) for form in reading.forms(place))
    return any(_starts_act(form, shadda=shadda) for form in reading.forms(place))


def spoke_to(reading: Reading, place: int) -> bool:
    """خبراء تحدثت إليهم الصحيفة: who asked them, in a relative clause without its pronoun."""
    if reading.folds[place] not in _SPOKE or place + 1 >= len(reading.folds):
        return False
    return reading.folds[place + 1] in ("اليهم", "اليها", "اليه", "معهم", "معها", "معه")


def _starts_act(form: Form, *, shadda: bool) -> bool:
    if form.shape == "participle":
        return True
    if not form.finite or form.person != 3 or (form.enclitic and "told" not in form.verb.marks):
        return False
    return shadda or "shadda" not in form.verb.marks


def pronoun_before(reading: Reading, index: int) -> bool:
    """إنه يتوقع نمو …: the subject is the pronoun of the complementiser."""
    return index > 0 and reading.classes[index - 1] & COMPLEMENT > 0 and reading.folds[index - 1][-1] != "ن"
