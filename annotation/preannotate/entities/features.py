"""What the sequence model sees of a word: features of its folded form alone, and of the known names around it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from .boundaries import splits
from .gazetteer import Gazetteer
from .word_forms import word_forms

# Offsets at which a word's features count for the word in the middle; at the far ones only the features that start
# with a letter of FAR do.
OFFSETS = (-2, -1, 0, 1, 2)
FAR = "wgh"
# Those that start with a letter of NEAR count for the word itself alone.
NEAR = "v"
EDGE = ["w=<edge>"]
_AFFIX = 5


def form_features(form: str, gazetteer: Gazetteer) -> list[str]:
    """Return the features of a folded word: itself, its stems without proclitics, affixes, shape, lexicon classes,
    and what its other forms say of it.
    """
    if not form:
        return ["w=<mark>"]
    first = form[0]
    if first.isdigit():
        return ["w=<digits>", f"d={len(form)}"]
    if not first.isalpha():
        return [f"w={form}"]
    found = [f"w={form}"]
    if first < "\u0600":
        return [*found, "w=<latin>"]
    length = len(form)
    found += [f"p={form[:size]}" for size in range(1, min(_AFFIX, length - 1) + 1)]
    found += [f"s={form[-size:]}" for size in range(1, min(_AFFIX, length - 1) + 1)]
    found.append(f"l={min(length, 10)}")
    whole = gazetteer.classes(form)
    found += [f"g={mark}" for mark in whole]
    for cut, rest in splits(form):
        found.append(f"r={rest}")
        if cut and not whole:
            found += [f"h={mark}" for mark in gazetteer.classes(rest)]
    found += word_forms().features(form)
    bare = form[2:] if form.startswith("ال") and length > 4 else form
    found += [f"t={bare[at : at + 3]}" for at in range(len(bare) - 2)]
    return found


def name_codes(
    folds: Sequence[str], sentences: Iterable[tuple[int, int]], gazetteer: Gazetteer
) -> list[tuple[int, str]]:
    """Return the words of the sentences that stand in a known name, in order, with their place there: B or I, label,
    and + for a sure or - for an unsure name.
    """
    codes: list[tuple[int, str]] = []
    pasts = (past for _, past in sentences)
    past = free = 0
    for at, names in gazetteer.started(folds):
        while past <= at:
            past = next(pasts)
        if at < free:
            continue
        for _, rest, (label, _, sure) in names:
            end = at + 1 + len(rest)
            if rest and (end > past or tuple(folds[at + 1 : end]) != rest):
                continue
            tail = f"{label}{'+' if sure else '-'}{'M' if rest else 'S'}"
            codes.append((at, f"B{tail}"))
            codes += [(inside, f"I{tail}") for inside in range(at + 1, end)]
            free = end
            break
    return codes
