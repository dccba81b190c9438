import pytest
from hypothesis import given
from hypothesis import strategies as st

from musnad.corpus.decode import NotUtf8Error, decode, stored


@given(st.text())
def test_what_is_utf8_comes_back_as_it_was(text: str) -> None:
    assert decode(text.encode("utf-8", "ignore")) == text.encode("utf-8", "ignore").decode()


def test_the_first_bad_byte_is_named_with_its_offset_and_line() -> None:
    with pytest.raises(NotUtf8Error, match=r"byte 0xC7 at byte offset 5 ") as caught:
        decode(b"abc\nd\xc7")
    assert (caught.value.offset, caught.value.line) == (5, 2)


def test_windows_1256_is_recognised_by_its_arabic_letters() -> None:
    with pytest.raises(NotUtf8Error, match="looks like windows-1256"):
        decode("قال الوزير إن الأمطار تأخرت شهرين".encode("windows-1256"))


def test_utf16_is_recognised_by_its_mark() -> None:
    with pytest.raises(NotUtf8Error, match="looks like UTF-16"):
        decode("قال الوزير".encode("utf-16"))


def test_only_the_mark_at_the_start_and_the_line_ends_change_on_the_way_into_the_store() -> None:
    assert stored("\ufeffقــال\r\n الوزير\ufeff \r\u00a0١،٩\n") == "قــال\n الوزير\ufeff \r\u00a0١،٩\n"
