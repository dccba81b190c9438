"""Text that is no news at all costs time in proportion to its length: a pattern that backtracks would hang here."""

from collections.abc import Callable

import pytest

from musnad.corpus.boilerplate import boilerplate
from musnad.corpus.sentences import sentences
from musnad.corpus.wording import triples, word_pairs, words
from musnad.schema.records import Article

LENGTH = 200_000

TEXTS = {
    "dots": "." * LENGTH + "x",
    "one gap": "ا" + " " * LENGTH + "ب",
    "dashes": "- " * (LENGTH // 2),
    "digits": "1 " * (LENGTH // 2) + ":",
    "brackets": "(" * LENGTH,
    "initials": "ا." * (LENGTH // 2) + "!",
    "headings of links": "اقرأ أيضا\n" * (LENGTH // 10),
    "tatweel": "ـ" * LENGTH,
    "diacritics": "ا" + "َ" * LENGTH,
    "line breaks": "\n" * LENGTH,
    "quotes": '."' * (LENGTH // 2) + "x",
}


def _worded(text: str) -> None:
    told = words(Article(id="a", text=text, sha256="0" * 64))
    word_pairs(told)
    triples(told)


@pytest.mark.parametrize("text", TEXTS.values(), ids=TEXTS.keys())
@pytest.mark.parametrize("read", [boilerplate, sentences, _worded])
def test_it_is_read_without_hanging(read: Callable[[str], object], text: str) -> None:
    read(text)
