"""Foreign names are looked for among attested Arabic words, by the letters that may stand for theirs."""

from __future__ import annotations

import pytest

from musnad.annotation.preannotate.entities.transliteration import Transliterator, romanised

ATTESTED = ("كارلوس", "جورج", "غريغوري", "شميت", "ماريا", "ماري", "كتاب", "سيرغي", "سيرجي")


@pytest.mark.parametrize(
    ("name", "spelling"),
    [("Carlos", "كارلوس"), ("George", "جورج"), ("Schmidt", "شميت"), ("Maria", "ماريا"), ("Сергей", "سيرغي")],
)
def test_a_name_is_found_as_newspapers_spell_it(name: str, spelling: str) -> None:
    assert spelling in Transliterator(ATTESTED).spellings(name)


def test_a_name_that_newspapers_spell_in_two_ways_has_both() -> None:
    assert {"سيرغي", "سيرجي"} <= set(Transliterator(ATTESTED).spellings("Sergei"))


def test_words_that_are_no_spelling_of_it_are_left_out() -> None:
    assert "كتاب" not in Transliterator(ATTESTED).spellings("Carlos")
    assert Transliterator(ATTESTED).spellings("田中") == {}


def test_accents_and_other_alphabets_become_small_latin_letters() -> None:
    assert (romanised("Šimić"), romanised("Яна"), romanised("José")) == ("shimich", "yana", "jose")
