"""Who speaks and who is spoken to or of, where both follow the verb: طالب زعيم المعارضة الحكومة ب, وطالب الوزيرة ب."""

from __future__ import annotations

from .act import Act, Words, span_of
from .antecedents import agreement
from .outlets import is_medium
from .reading import Reading
from .reporting_verbs import Form
from .source_phrases import phrase_end
from .subjects import subject_before
from .word_classes import COMMA, MEDIA, PREPOSITION, QUOTE, RELATIVE, REPORT, SPEAKER, TIME, VERB, heads

_ADDRESSEES = heads("addressees")


def speaker(reading: Reading, act: Act, words: Words, floor: int) -> Words | None:
    """Return who speaks among the words after a verb that takes its hearer, or the one spoken of, as object.

    None when all of them are the hearer: the subject is dropped. A medium that is told becomes a relay of the act.
    """
    subject = subject_before(reading, act.at, floor, act.form)
    if subject is not None:
        if is_medium(reading, words[0]):
            act.relays.append(span_of(reading, words))
        return subject
    if act.form is not None and _only_hearer(reading, words[0], act.form):
        return None
    if act.form is not None and act.form.verb.marks & {"object_said", "hearer"} and not act.form.enclitic:
        if act.form.prefix and not _may_speak(reading, words[0]) and object_start(reading, words) == words[1]:
            return None
        cut = spoken_of(reading, words)
        if cut == words[1] and "object_said" in act.form.verb.marks and act.form.prefix and _thing(reading, words[0]):
            return None  # ووصفت الرواية بأنها: who speaks was named before
    else:
        cut = object_start(reading, words)
    told = act.form is not None and "hearer" in act.form.verb.marks and cut < words[1] and is_medium(reading, cut)
    if told:
        comma = next((n for n in range(cut, words[1]) if reading.classes[n] & COMMA), words[1])
        past = phrase_end(reading, cut, comma, closed=False)
        alone = past == cut + 1 or "media" in (reading.entity_label.get(cut), reading.entity_label.get(cut + 1))
        act.relays += [span_of(reading, (cut, past))] if alone else []
    return words[0], cut


def _only_hearer(reading: Reading, head: int, form: Form) -> bool:
    """A definite noun that the verb doesn't agree with is its object: وطالب المعارضة, ودعت المواطنين."""
    word = reading.folds[head]
    if form.gender == "m" and form.number == "singular" and word in heads("feminine"):
        return True
    if form.finite and form.number == "plural" and form.gender == "m" and word.startswith("ال"):
        return True  # وطالبوا البلدية
    if form.gender is None or form.number == "plural" or not word.startswith("ال"):
        return False
    gender, number = agreement(reading, head)
    if number == "plural" and word.endswith("ين"):
        return True
    if head in reading.entity_end and reading.entity_label[head] == "PER":
        return False
    if form.gender == "m" and number == "plural" and form.prefix and word in _ADDRESSEES:
        return True
    if form.gender == "m":
        return gender == "f"
    return word in heads("men") or (number == "plural" and word in heads("people"))


def object_start(reading: Reading, words: Words) -> int:
    """Return the word at which the object begins in a run of words that begins with the subject; its end if none."""
    start, end = words
    index = _after_first(reading, start)
    while index < end:
        if _begins_object(reading, start, index):
            return index
        index = max(reading.entity_end.get(index, 0), index + 1)
    return end


def spoken_of(reading: Reading, words: Words, *, predicated: bool = False) -> int:
    """Return the word at which begins who or what is spoken of, after a verb that must have one: وصف البابا الحرب ب.

    It is the last noun that can't go on with the noun phrase before it, or the first one where a predicate follows
    it (`predicated`: اعتبر القرار خطأ); the end of the words if there is none.
    """
    start, end = words
    known = object_start(reading, words)
    if known < end:
        return known
    chosen, index = end, _after_first(reading, start)
    fallback = end
    while index < end:
        word = reading.folds[index]
        named = index in reading.entity_end
        noun = word[:1].isalpha() and not named and not _adjective(word)
        apart = noun and _definite(reading, index - 1)
        if noun and word.startswith("ال") and not reading.folds[start].startswith("ال"):
            fallback = index
        title = index + 1 in reading.entity_end and reading.entity_label[index + 1] == "PER"
        if apart and not title and not _glued(word) and not reading.classes[index] & (PREPOSITION | TIME | RELATIVE):
            chosen = index
            if predicated:
                break
        index = max(reading.entity_end.get(index, 0), index + 1)
    return chosen if chosen < end or not _may_speak(reading, start) else fallback


def _after_first(reading: Reading, start: int) -> int:
    """The word after the first one of a phrase, a name or a quotation taken whole."""
    quote = reading.quotes.get(start)
    return quote.close + 1 if quote is not None and quote.closed else reading.entity_end.get(start, start + 1)


def _may_speak(reading: Reading, head: int) -> bool:
    """Tell whether a noun can be one who says something: a name, a role, people, a document, an organisation."""
    word = reading.folds[head]
    if (
        head in reading.entity_end
        or head + 1 in reading.entity_end
        or reading.classes[head] & (SPEAKER | MEDIA | QUOTE)
    ):
        return True
    return word.startswith(("ال", "م")) or word in heads("roles") or word.endswith(("ون", "ين"))


def _thing(reading: Reading, head: int) -> bool:
    """Tell whether a definite noun names neither a person nor a body that may speak."""
    bare = reading.folds[head].removeprefix("ال")
    if bare == reading.folds[head] or head in reading.entity_end:
        return False
    if reading.entity_label.get(head + 1) in ("PER", "ORG", "media"):
        return False
    known = bare in heads("roles") or bare in heads("people") or bare in heads("documents") or bare in heads("media")
    body = reading.folds[head] in _ADDRESSEES or reading.folds[head] in heads("men")
    return not (known or body or (bare[:1] == "م" and not bare.endswith(("ة", "ات"))))


def _begins_object(reading: Reading, start: int, index: int) -> bool:
    word = reading.folds[index]
    if not _definite(reading, index - 1):
        return False
    if word == "من" and index + 1 < len(reading.classes) and reading.classes[index + 1] & VERB:
        return True  # نصح الطبيب من تجاوزوا الستين ب
    named = index in reading.entity_end
    glued = index in reading.shifted or (_glued(word) and reading.entity_label.get(index) != "GPE")
    if named and reading.entity_label[index] in ("ORG", "GPE", "media") and not glued:
        return True
    if _possessed(word) and not named and not reading.classes[index] & (VERB | TIME | REPORT):
        return True
    if word.endswith(("ته", "تها", "تهم")) and word[: word.rindex("ت")] + "ة" in _ADDRESSEES:
        return True
    if word in _ADDRESSEES:
        return reading.folds[index - 1] not in ("هذه", "هذا", "هؤلاء")
    if not word.startswith("ال") or (named and reading.entity_label[index] != "NORP") or _adjective(word):
        return False
    if reading.entity_end.get(start) == index:
        return True
    if word.endswith(("ين", "ات")) and agreement(reading, start)[1] == "singular":
        return word not in heads("singular_in_in")
    return False


def _possessed(word: str) -> bool:
    """A noun with a pronoun can't go on with the definite noun before it: وعد المرشح ناخبيه."""
    return len(word) > 4 and word.endswith(("ه", "ها", "هم")) and word[0] not in "ولبك" and word not in _EMPHATIC


_EMPHATIC = frozenset(
    ["نفسها", "نفسهم", "ذاتها", "ذاته", "وحدها", "جميعها", "جميعهم", "انفسهم", "عينها", "بدورها", "كلها", "كلهم"]
)


def _glued(word: str) -> bool:
    """Tell whether a name begins with a proclitic and so is no object: لبغداد, وموسكو."""
    return word[:1] in "لبك" or (word[:1] == "و" and word not in heads("waw_words"))


def _adjective(word: str) -> bool:
    nisba = word.endswith(("ي", "ية")) and word not in heads("nouns_like_nisba")
    return nisba or word in heads("adjectives")


def _definite(reading: Reading, index: int) -> bool:
    if reading.classes[index] & QUOTE:
        return True
    return reading.folds[index].startswith(("ال", "لل", "بال")) or index + 1 in reading.closings
