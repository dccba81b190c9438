"""How far reported content goes: over commas, to the end of its sentence, its quotation, or the next act beside it."""

from __future__ import annotations

from bisect import bisect_left

from .act import Act
from .placement import COORDINATORS
from .reading import Reading
from .source_phrases import opens_adverbial
from .word_classes import COMMA, LACK, QUOTE, STOP, heads

Span = tuple[int, int]


def trimmed(reading: Reading, start: int, end: int) -> Span | None:
    """Return the content between two offsets without white space, stops and quotation marks at its edges."""
    text = reading.document.text
    while True:
        while start < end and (text[start].isspace() or text[start] in "،,؛:;-–—"):
            start += 1
        while end > start and (text[end - 1].isspace() or text[end - 1] in ".،,؛:;-–—؟?!…‏\u200f"):
            end -= 1
        if end - start < 2:
            return (start, end) if start < end else None
        inner = _unquoted(text, start, end)
        if inner == (start, end):
            return start, end
        start, end = inner


_MARKS = "\"“”„«»‹›'‘’"
_PAIRS = {"«": "»", "‹": "›"}


def _unquoted(text: str, start: int, end: int) -> Span:
    """Strip one layer of quotation marks around the whole, or a mark at an edge that has no partner inside."""
    first, last = text[start], text[end - 1]
    body = text[start + 1 : end - 1]
    opens, closes = first in _MARKS, last in _MARKS
    if opens and closes:
        if first in "«‹":
            if body.count(first) == body.count(_PAIRS[first]) and _balanced(body, first, _PAIRS[first]):
                return start + 1, end - 1
        elif not any(mark in body for mark in '"“”'):
            return start + 1, end - 1
        else:
            return _straight_edges(body, start, end)
        return start, end
    if opens and not any(mark in text[start + 1 : end] for mark in _MARKS):
        return start + 1, end
    if closes and not any(mark in text[start : end - 1] for mark in _MARKS):
        return start, end - 1
    return start, end


def _balanced(body: str, left: str, right: str) -> bool:
    depth = 0
    for letter in body:
        depth += (letter == left) - (letter == right)
        if depth < 0:
            return False
    return depth == 0


def _straight_edges(body: str, start: int, end: int) -> Span:
    """Two quoted parts at both edges stay; one quotation with names quoted inside it is stripped."""
    for place, letter in enumerate(body):
        if letter in '"“”':
            before = body[place - 1] if place else " "
            opens = before.isspace() or before in "(ـلبو"
            return (start + 1, end - 1) if opens else (start, end)
    return start, end


def extend(reading: Reading, acts: list[Act], first: int, end: int) -> None:
    """Give each act of one sentence its end: where the next act at its level, or above it, opens."""
    document = reading.document
    sentence_end = document.ends[end - 1]
    subordinate = reading.folds[first] in _SUBORDINATORS
    for n, act in enumerate(acts):
        if act.pieces or act.start is None:
            continue
        stop = sentence_end
        if act.quote is not None and act.kind == "direct":
            stop = _quote_end(reading, act, end)
        elif act.quote is not None and act.quote.closed and act.start is not None:
            stop = _whole_quote(reading, act, stop)
        if n and act.at < acts[n - 1].limit and act.start < document.starts[acts[n - 1].limit]:
            stop = document.starts[acts[n - 1].limit]
        for later in acts[n + 1 :]:
            if document.starts[later.opening] >= stop:
                break
            if document.starts[later.at] <= act.start or later.level == "inner":
                continue
            if act.quote is not None and act.quote.open < later.at < act.quote.close:
                continue
            stop = min(stop, document.starts[later.opening])
            break
        if subordinate and (resumed := _main_clause(reading, act, end)) is not None:
            stop = min(stop, document.starts[resumed])
        if reading.closed_quotes and (around := reading.quotation_around(act.at)) is not None:
            stop = min(stop, document.starts[around.close])
        if act.shut is not None:
            stop = min(stop, document.starts[act.shut])
        act.end = _before_comment(reading, act, stop)


def _main_clause(reading: Reading, act: Act, end: int) -> int | None:
    """The comma at which the main clause begins: رغم أن الوزير نفى وجود أزمة، فإن الطوابير تطول."""
    for place in range(max(act.at, act.limit), end - 1):
        if reading.classes[place] & COMMA and reading.folds[place + 1].startswith(("فان", "الا ان", "فقد")):
            return place
    return None


_SUBORDINATORS = heads("subordinators")


def _before_comment(reading: Reading, act: Act, stop: int) -> int:
    """Content ends where the outlet takes up its own thread (، الأمر الذي, وذلك في الوقت الذي), inner content at ؛."""
    document, folds = reading.document, reading.folds
    if act.kind == "direct" or act.start is None:
        return stop
    classes, seams = reading.classes, reading.seams
    index, past = bisect_left(document.starts, act.start), bisect_left(document.starts, stop)
    for seam in range(bisect_left(seams, index), bisect_left(seams, past)):
        if seams[seam] < index:
            continue
        index = seams[seam]
        bits = classes[index]
        if bits & QUOTE and (quote := reading.quotes.get(index)) is not None and quote.closed:
            index = quote.close + 1
            continue
        if bits & LACK and _left_out(folds, index):
            return document.starts[_phrase_of(folds, index)]
        if bits & COMMA and index + 3 < len(folds):
            if folds[index] in ("؛", ";") and act.level == "inner":
                return document.starts[index]
            following = folds[index + 1]
            if following in _STANCES or _comments(folds, index + 1) or _left_open(folds, index + 1):
                return document.starts[index]
    return stop


def _left_open(folds: list[str], index: int) -> bool:
    """لكنه لم يحدد, إلا أن السلطات لم تؤكد ذلك, لكنه رفض التعليق: what the outlet adds to what its source said."""
    if folds[index] not in _OPENERS:
        return False
    if folds[index].endswith(("ه", "ها", "هم")) and folds[index + 1] in (
        "رفض",
        "رفضت",
        "رفضوا",
        "امتنع",
        "امتنعت",
        "تجنب",
    ):
        return True
    for place in range(index, min(index + 6, len(folds) - 1)):
        if folds[place] in ("لم", "ولم"):
            return folds[place + 1] in heads("left_out") or folds[place + 1] in heads("unconfirmed")
    return False


_OPENERS = heads("adversative_openers")
_STANCES = heads("stances")


def _left_out(folds: list[str], index: int) -> bool:
    """دون أن يحدد موعدا, من دون ذكر تفاصيل: what the outlet missed in what it was told."""
    following = folds[index + 1 : index + 3]
    return bool(following) and following[following[0] == "ان" and len(following) > 1] in heads("left_out")


def _phrase_of(folds: list[str], index: int) -> int:
    """Where لكن من دون begins."""
    index -= folds[index - 1] == "من"
    return index - (folds[index - 1] in ("لكن", "ولكن", "وذلك"))


def _comments(folds: list[str], index: int) -> bool:
    first, second, third = folds[index : index + 3]
    if first in ("وهو", "وهي"):
        return second in ("الامر", "اتهامات", "مزاعم", "تصريحات", "انباء", "ادعاءات", "تهم") or (
            second == "ما" and third.startswith(("نفا", "اكد", "رفض"))
        )
    if first in _OF_DOCUMENTS and second in _DOCUMENTS:
        return True
    return (first, second) in _COMMENTS or first == "وخلافا"


_OF_DOCUMENTS = heads("of_documents")
_DOCUMENTS = heads("documents_spoken_of")
_COMMENTS = {
    ("الامر", "الذي"),
    ("وذلك", "في"),
    ("وذلك", "بعد"),
    ("وذلك", "عقب"),
    ("وذلك", "اثر"),
    ("وذلك", "خلال"),
    ("وذلك", "بالتزامن"),
    ("في", "خطوة"),
    ("في", "اشارة"),
}


def _quote_end(reading: Reading, act: Act, end: int) -> int:
    """The closing mark ends a direct quote, save one that was closed too early, inside its clause."""
    quote = act.quote
    assert quote is not None
    document = reading.document
    if not quote.closed:
        return document.ends[end - 1] if end > quote.open else document.ends[quote.close - 1]
    after = quote.close + 1
    if (
        after < end
        and not reading.classes[after] & (COMMA | STOP | QUOTE)
        and reading.folds[after][:1] not in "و("
        and not reading.forms(after)
        and not opens_adverbial(reading, after)
        and reading.folds[after] not in COORDINATORS
    ):
        act.start, act.kind = document.starts[quote.open], "indirect"
        return document.ends[end - 1]
    return document.starts[quote.close]


def _whole_quote(reading: Reading, act: Act, stop: int) -> int:
    """A clause that is one quotation ends with it."""
    quote = act.quote
    assert quote is not None
    after = quote.close + 1
    document = reading.document
    opened = act.start is not None and document.starts[quote.open] <= act.start + 4
    ended = after >= len(reading.folds) or reading.classes[after] & (COMMA | STOP)
    if ended and (opened or quote.close - quote.open >= 5):
        following = reading.folds[after + 1] if after + 1 < len(reading.folds) else ""
        if following.startswith("وان") and reading.classes[after] & COMMA:
            return stop
        if act.start is not None and act.start < document.starts[quote.open]:
            return document.ends[quote.close]
        act.start = max(document.ends[quote.open], act.start or 0)
        return document.starts[quote.close]
    return stop
