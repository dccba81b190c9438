"""Whether an act stands beside the one before it or inside its content, and where its clause opens."""

from __future__ import annotations

from .act import Act
from .cue_words import NEGATIONS
from .reading import Reading
from .reporting_verbs import Form
from .word_classes import COMMA, COMPLEMENT, STOP, TIME, heads

# Words that open a clause at the level of the one before it.
COORDINATORS = heads("coordinators")
INNER_OPENERS = heads("inner_openers")
_ADVERSATIVES = heads("adversatives")
_AFTER = frozenset(["بعدما", "عندما", "حينما"])
_CONTRASTING = frozenset(["الا", "غير", "بيد"])


def conjoined(word: str) -> bool:
    return word[:1] == "و" and word[1:] in ("في", "من", "عن", "علي", "بعد", "قبل", "خلال", "مع", "عقب", "عندما", "حين")


def set_level(reading: Reading, act: Act, form: Form, first: int, floor: int) -> None:
    """Find where the act's clause opens, and whether it stands beside the act before it or inside its content."""
    index = act.at
    if form.shape == "participle":
        act.level, act.opening = "participle", index
        return
    if act.source_words is not None and act.source_words[0] < index:
        opening = act.source_words[0]
        before = reading.folds[opening - 1] if opening > first else ""
        if (
            opening == first
            or before in ("لكن", "ولكن", "فيما", "بينما", "وكان", "وكانت", "كان", "كانت", "وفيما", "اما", "واما")
            or (before == "ان" and reading.folds[opening - 2] in ("غير", "بيد", "الا", "حين"))
        ):
            act.level = "inner" if before == "ان" and form.verb.class_ == "estimate" else "main"
            act.opening = opening - 1 if opening > first else opening
            if before == "ان":
                act.opening = opening - 2
        else:
            act.level, act.opening = "inner", opening
        return
    if form.prefix[:1] in ("و", "ف") or index == first:
        act.level, act.opening = "main", index
        return
    before = reading.folds[index - 1]
    if before in _ADVERSATIVES or _contrasts(reading, index, first):
        act.level, act.opening = "main", index - (1 if before in _ADVERSATIVES else 2)
        return
    if before == "ان" and index > first + 2 and reading.folds[index - 2] == "قبل":
        act.level, act.opening = "main", index - 2  # قبل أن يضيف
        return
    if before in _AFTER and reading.classes[index - 2] & COMMA and index > first + 2:
        act.level, act.opening = "main", index - 1
        return
    if before in NEGATIONS and before[:1] in "وف":
        act.level, act.opening = "main", index - 1
        return
    if before in COORDINATORS:
        act.level = "inner" if before in INNER_OPENERS and form.verb.class_ in ("believe", "estimate") else "main"
        act.opening = index - 1 - (before == "حين" and reading.folds[index - 2] == "في")
        return
    if reading.classes[index - 1] & (COMMA | STOP) or before == ":":
        act.level, act.opening = "main", _adverbial_opening(reading, index - 1, first, floor)
        return
    opening = _adverbial_opening(reading, index, first, floor)
    act.level = "main" if opening < index else "inner"
    act.opening = opening


def _contrasts(reading: Reading, index: int, first: int) -> bool:
    """إلا أنه أكد, غير أنها نفت: a clause beside the one before, its subject the pronoun."""
    if index < first + 3 or not reading.classes[index - 1] & COMPLEMENT or reading.folds[index - 1][-1] == "ن":
        return False
    return reading.folds[index - 2] in _CONTRASTING


def _adverbial_opening(reading: Reading, place: int, first: int, floor: int) -> int:
    """Go back over وفي ديسمبر الماضي، before the verb to where the clause opens."""
    low = max(first, floor, place - 16)
    for start in range(place - 1, low - 1, -1):
        word = reading.folds[start]
        if word[:1] == "و" and (
            conjoined(word)
            or reading.classes[start] & TIME
            or word in ("وخلافا", "وبحسب", "ووفقا", "وردا", "وتعليقا", "وحول", "وبشان")
        ):
            return start
    return place
