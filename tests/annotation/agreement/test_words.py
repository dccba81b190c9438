"""The words of a text, one by one and of many texts at once."""

from hypothesis import given
from hypothesis import strategies as st

from musnad.annotation.agreement.words import tokens, word_end
from musnad.annotation.agreement.words import words as words_of


def words(text: str) -> list[str]:
    return [text[start:end] for start, end in tokens(text)]


def test_diacritics_and_tatweel_belong_to_their_word() -> None:
    assert words("قالَ إِنَّ الـعدد ٤٣") == ["قالَ", "إِنَّ", "الـعدد", "٤٣"]


def test_a_glued_number_and_punctuation_stand_alone() -> None:
    assert words("37ألف، و14") == ["37", "ألف", "،", "و", "14"]


def test_a_proclitic_more_or_less_leaves_the_head_as_it_is() -> None:
    text = "وقال الوزير"
    assert word_end(text, 0, 4) == word_end(text, 1, 4) == 4


def test_a_quotation_mark_is_no_head() -> None:
    text = '"الأعمال مستمرة"'
    assert word_end(text, 0, len(text)) == word_end(text, 1, len(text)) == 8


def test_a_span_without_a_word_heads_itself() -> None:
    assert word_end("… !", 2, 3) == 2


@given(st.lists(st.text(alphabet=st.sampled_from("قالَ_ـ٤٣4۴.، \n\u2028\u200f²½a\u0301😀")) | st.text(), max_size=4))
def test_words_of_many_texts_are_the_tokens_of_each(texts: list[str]) -> None:
    found = words_of(texts)
    spans = list(zip(found.start.tolist(), found.end.tolist(), strict=True))
    for n, text in enumerate(texts):
        at = int(found.offset[n])
        here = spans[found.first[n] : found.first[n + 1]]
        assert [(start - at, end - at) for start, end in here] == tokens(text)
