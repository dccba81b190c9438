"""What waits on disk comes back as it went, and is gone afterwards."""

from __future__ import annotations

import msgspec
import pytest

from musnad.annotation.label_studio.waiting import Waiting


class Note(msgspec.Struct):
    words: str


def test_structs_come_back_in_any_order_as_they_went() -> None:
    with Waiting(Note) as waiting:
        for n in range(50):
            waiting.put(("ann-a", n), Note(f"الخبر {n} 👩‍⚕️"))
        assert waiting.get(("ann-a", 49)) == Note("الخبر 49 👩‍⚕️")
        waiting.put(("ann-b", 1), Note(""))
        assert [waiting.take(("ann-a", n)).words for n in (7, 0)] == ["الخبر 7 👩‍⚕️", "الخبر 0 👩‍⚕️"]
        assert waiting.get(("ann-b", 1)) == Note("")
        assert ("ann-a", 7) not in waiting
        assert len(list(waiting)) == 49
        with pytest.raises(KeyError):
            waiting.take(("ann-a", 7))
