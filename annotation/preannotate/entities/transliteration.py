"""How Arabic newspapers may spell a foreign name: the attested words that its Latin letters allow.

Arabic has no one spelling of a foreign name: غ, ج and ك all stand for g, and a short vowel is written or not. So the
spellings aren't generated but looked for, in a tree of the word forms of a frequency list.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from typing import Any

# A grapheme's Arabic letters, each with a penalty after a colon if it isn't the usual choice; - is a letter unwritten.
_SPELLINGS = """
a ا ي:1 -:1 | e ي ا:2 -:.7 | i ي -:1 | o و ا:1 -:1 | u و ا:.6 -:1 | y ي | ö و ي:.5 -:1 | ü و ي:.3 -:1
ee ي | ea ي ا:1 يا:.3 | ie ي يي:.4 -:1.5 | oo و | ou و او:.2 ا:.8 | ai اي ي:.3 | ay اي ي:.3 | ei اي ي:.3 ا:1
ey ي اي:.4 | au او و:.3 | aw او و | ia يا ي:1 | io يو | ue و وي | oe و وي | ow و او | ew يو و | eu و يو او | oi وي وا
oy وي | ao او | eo يو ي:1 | ae اي ي ا | iu يو | ya يا | yo يو | yu يو | aa ا | uu و | ii ي | iy ي | ij اي ي
uy وي | ui وي
b ب | p ب | c ك س:.5 | d د | f ف | g غ ج:.1 ك:.5 | h ه -:.7 خ:1.5 | j ج ي:.5 خ:.5 | k ك ق:.4 | l ل | m م | n ن | q ق ك
r ر | s س ز:.6 ص:1 ش:1 | t ت ط:.5 | v ف | w و ف:.4 | x كس خ:1 ش:1 | z ز تس:.6 ث:1 س:.6 ظ:1 | ñ ني | ç س تش | ğ غ -:.4
ch تش ش خ:.4 ك:.4 | ck ك | gh غ -:.5 | kh خ | ph ف | sh ش | sch ش | sz ش:.2 س:.4 ز:.6 | cz تش | th ث ت | tch تش | ts تس
tz تس تز:.4 | zh ج ز:.3 | dz دز ز | dj دج ج | ng نغ نج ن:.8 | gu غ غو غي ج:.4 | qu ك كو كي:.3 | ll ل ي:.5 | gn ني غن:.4
gl غل لي:.4 | nh نه ني | lh لي له | ce س سي:.1 تشي:.5 | ci سي تشي:.4 ثي:1 | ge ج جي غ غي خي:.6 | gi جي غي خي:.6
es يس س -:1.5 | aux و | eau و | dt ت | gg غ ج:.3 | cc ك تش:.5 | zz تز تس ز
"""
_VOWELS = "aeiouyöü"
_OPENING = {"e": (("ا", 0.3),), "i": (("ا", 0.3),), "u": (("يو", 0.3),)}
_CLOSING = {"a": (("ة", 0.3), ("ه", 0.6)), "e": (("", 0.0), ("ي", 0.2), ("يه", 0.3))}
# Each entry is a letter and how it is written in Latin.
_ROMAN = """
аa бb вv гg дd еe зz иi йy кk лl мm нn оo пp рr сs тt уu фf хkh цts ъa ь ыi эe іi їi єie ґg жzh чch шsh щsh
юyu яya ёyo љl њñ ћch ђj џj јi ѓg ќk ѕz αa βv γg δd εe ζz ηi θth ιi κk λl μm νn ξx οo πp ρr σs ςs τt υi φf χkh
ψps ωo აa ბb გg დd ეe ვv ზz თt იi კk ლl მm ნn ოo პp რr სs ტt უu ფf ქk ღgh ყk შsh ჩch ცts ძdz წts ჭch ხkh ჯj ჰh
ჟzh աa բb գg դd եe զz էe ըe թt ժzh իi լl խkh ծts կk հh ձdz ղgh ճj մm յy նn շsh ոo չch պp ջj ռr սs վv տt րr ցts
ւv փp քk օo ֆf šsh čch ćch žzh şsh ğğ ıi łl øo öö üü ññ ßs çç æe œe đj ðd þth śsh ńn řrzh ţts țts șsh əe
"""
_LETTERS = {entry[0]: entry[1:] for entry in _ROMAN.split()}


def _spellings() -> dict[str, list[tuple[str, float]]]:
    table: dict[str, list[tuple[str, float]]] = {}
    for entry in _SPELLINGS.replace("\n", "|").split("|"):
        grapheme, *choices = entry.split() or [""]
        for choice in choices:
            letters, _, penalty = choice.partition(":")
            table.setdefault(grapheme, []).append((letters.replace("-", ""), float(penalty or 0)))
    return table


class Transliterator:
    """Finds the attested Arabic spellings of foreign names."""

    def __init__(self, attested: Iterable[str]) -> None:
        """Take the folded Arabic words that a spelling may be."""
        self._table = _spellings()
        self._root: dict[str, Any] = {}
        for word in attested:
            node = self._root
            for letter in word:
                node = node.setdefault(letter, {})
            node[""] = word

    def spellings(self, name: str) -> dict[str, float]:
        """Return the attested words that a name in Latin, Greek, Cyrillic, Georgian or Armenian letters may be, with
        their penalties: 0 for the usual letters, about 1 for an unwritten vowel. Nothing for a name in other letters.
        """
        latin = romanised(name)
        if not latin.isalpha() or not set(latin) <= set("abcdefghijklmnopqrstuvwxyzöüñçğ"):
            return {}
        limit = max(0.8, 0.4 * sum(letter in _VOWELS for letter in latin)) + 0.01
        found: dict[str, float] = {}
        cheapest: dict[tuple[int, int], float] = {}
        paths: list[tuple[int, dict[str, Any], float]] = [(0, self._root, 0.0)]
        while paths:
            at, node, penalty = paths.pop()
            if penalty > limit or cheapest.get((at, id(node)), limit + 1) <= penalty:
                continue
            cheapest[at, id(node)] = penalty
            if at == len(latin):
                if "" in node:
                    found[node[""]] = min(found.get(node[""], penalty), penalty)
                continue
            if at and latin[at] == latin[at - 1] and latin[at] not in _VOWELS:
                paths.append((at + 1, node, penalty))
            for size in range(1, min(3, len(latin) - at) + 1):
                for letters, more in self._choices(latin, at, latin[at : at + size]):
                    below: dict[str, Any] | None = node
                    for letter in letters:
                        below = below.get(letter) if below is not None else None
                    if below is not None:
                        paths.append((at + size, below, penalty + more))
        return found

    def _choices(self, latin: str, at: int, grapheme: str) -> Iterable[tuple[str, float]]:
        choices = self._table.get(grapheme, [])
        if choices and at == 0 and grapheme[0] in _VOWELS and grapheme[0] != "y":
            # A first vowel stands on an alef.
            choices = [("ا" + letters.removeprefix("ا"), penalty * 0.6) for letters, penalty in choices]
            choices += _OPENING.get(grapheme, ())
        if choices and at + len(grapheme) == len(latin):
            choices = [*choices, *_CLOSING.get(grapheme, ())]
        return choices


def romanised(name: str) -> str:
    """Return a name in small Latin letters with š as sh, я as ya and so on, accents that change little left off."""
    return "".join(
        _LETTERS[letter] if letter in _LETTERS else unicodedata.normalize("NFD", letter)[0]
        for letter in unicodedata.normalize("NFC", name.lower())
    )
