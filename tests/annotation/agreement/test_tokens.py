"""Words, and agreement word by word."""

from musnad.annotation.agreement.tokens import tokens, word_end


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
