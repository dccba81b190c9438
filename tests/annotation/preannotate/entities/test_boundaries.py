"""Readings of a written word as proclitics and a name."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.preannotate.entities.boundaries import glued, original_offset, splits
from musnad.corpus.normalise import fold

_ARABIC = st.text("ابتثجحخدذرزسشصضطظعغفقكلمنهوي", min_size=1, max_size=12)
_PLACES = {"سوريا", "العراق", "اليابان"}


class TestSplits:
    def test_the_word_as_it_stands_comes_first(self) -> None:
        assert next(iter(splits("كركوك"))) == (0, "كركوك")

    def test_a_conjunction_and_a_preposition_are_cut_together(self) -> None:
        assert (2, "بغداد") in splits("وببغداد")

    def test_after_li_the_article_shows_only_its_lam(self) -> None:
        assert (1, "المرصد") in splits("للمرصد")
        assert (2, "المرصد") in splits("وللمرصد")

    def test_a_word_of_two_letters_has_no_proclitic(self) -> None:
        assert list(splits("بن")) == [(0, "بن")]

    @given(_ARABIC)
    def test_what_is_cut_and_what_is_left_make_the_word(self, word: str) -> None:
        for cut, rest in splits(word):
            left = word[cut:]
            assert rest in (left, "ال" + left[1:])


class TestGlued:
    @pytest.mark.parametrize(
        ("word", "parts"),
        [("سورياوالعراق", (5, 6)), ("العراقوسوريا", (6, 7)), ("سوريا", None), ("والعراق", None)],
    )
    def test_two_known_names_part_at_the_waw_between_them(self, word: str, parts: tuple[int, int] | None) -> None:
        assert glued(word, _PLACES.__contains__, _PLACES.__contains__) == parts


class TestOriginalOffset:
    def test_marks_after_a_letter_belong_to_it(self) -> None:
        assert original_offset("وَبِبغداد", 2, fold) == 4

    def test_tatweel_after_a_proclitic_is_cut_with_it(self) -> None:
        assert original_offset("لـداعش", 1, fold) == 2

    def test_nothing_cut_keeps_the_whole_word(self) -> None:
        assert original_offset("بغداد", 0, fold) == 0
