"""What changed between two versions, mark by mark, and the bump that it asks for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import newsroom
import pytest
from hypothesis import given
from hypothesis import strategies as st
from strategies import articles, layers

from musnad.corpus.stories import Story
from musnad.export.diff import bump_of, diff, enough, mark_changes
from musnad.export.diff_views import markdown, text
from musnad.export.reading import read_digests
from musnad.export.release import previous_splits
from musnad.schema.errors import MusnadError
from musnad.schema.records import Layer


@pytest.fixture
def before(tmp_path: Path) -> Path:
    return newsroom.published(tmp_path / "before")


def _harbour(**changed: Any) -> list[Layer]:
    harbour, *others = newsroom.gold()
    return [msgspec.structs.replace(harbour, **changed), *others]


def test_a_release_does_not_differ_from_itself(before: Path) -> None:
    found = diff(before, before)
    assert (found.least_bump, found.changes, found.articles_added, found.features_changed) == ("none", (), (), ())


def test_a_corrected_label_is_a_patch_and_both_readings_are_shown(before: Path, tmp_path: Path) -> None:
    first, *rest = newsroom.gold()[0].entities
    corrected = msgspec.structs.replace(first, label="GPE", subtype=None)
    newsroom.publish(tmp_path / "after", "1.0.1", gold=_harbour(entities=(corrected, *rest)))
    found = diff(before, tmp_path / "after")
    assert found.least_bump == "patch"
    (change,) = found.changes
    assert (change.article_id, change.layer, change.change) == ("harbour-1", "entities", "relabelled")
    assert (change.before or {})["label"] == "ORG"
    assert (change.after or {})["label"] == "GPE"
    assert found.counts["entities"] == {"relabelled": 1}


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        ({"end": 29}, "moved"),
        ({"subtype": "company"}, "changed"),
        ({"label": "PER", "subtype": None}, "relabelled"),
    ],
)
def test_a_mark_that_differs_is_told_by_how(changed: dict[str, Any], expected: str) -> None:
    gold = newsroom.gold()[0]
    first, *rest = gold.entities
    after = msgspec.structs.replace(gold, entities=(msgspec.structs.replace(first, **changed), *rest))
    assert [change.change for change in mark_changes(gold, after)] == [expected]


def test_marks_that_came_and_went(before: Path) -> None:
    gold = newsroom.gold()[0]
    less = msgspec.structs.replace(gold, quantities=gold.quantities[:1])
    assert [change.change for change in mark_changes(gold, less)] == ["removed"]
    assert [change.change for change in mark_changes(less, gold)] == ["added"]


def test_new_numbers_for_the_same_marks_are_no_change() -> None:
    gold = newsroom.gold()[0]
    names = {"a1": "x", "a2": "y", "a3": "z"}
    renamed = tuple(
        msgspec.structs.replace(one, id=names[one.id], parent=names.get(one.parent or "")) for one in gold.attributions
    )
    assert list(mark_changes(gold, msgspec.structs.replace(gold, attributions=renamed))) == []


def test_another_parent_is_a_change() -> None:
    gold = newsroom.gold()[0]
    *others, last = gold.attributions
    orphan = msgspec.structs.replace(last, parent=None)
    changes = list(mark_changes(gold, msgspec.structs.replace(gold, attributions=(*others, orphan))))
    assert [(change.layer, change.change) for change in changes] == [("attributions", "changed")]


@given(st.data())
def test_changes_account_for_every_mark(data: st.DataObject) -> None:
    article = data.draw(articles())
    one, two = data.draw(layers(article, "gold")), data.draw(layers(article, "gold"))
    changes = list(mark_changes(one, two))
    for layer in ("entities", "quantities", "attributions"):
        own = [change for change in changes if change.layer == layer]
        gained = sum(change.before is None for change in own) - sum(change.after is None for change in own)
        assert len(getattr(two, layer)) - len(getattr(one, layer)) == gained
    assert list(mark_changes(one, one)) == []


def test_an_article_that_goes_is_named_and_a_minor_change(before: Path, tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "after", "1.1.0", gold=newsroom.gold()[1:])
    found = diff(before, tmp_path / "after")
    assert (found.articles_removed, found.least_bump) == (("harbour-1",), "minor")


def test_an_article_that_is_in_another_split_now_is_compared_all_the_same(before: Path, tmp_path: Path) -> None:
    first, *rest = newsroom.gold()[0].entities
    corrected = msgspec.structs.replace(first, label="GPE", subtype=None)
    apart = [Story(f"{one}-alone", (one,)) for one in newsroom.articles()]
    newsroom.publish(tmp_path / "after", "2.0.0", gold=_harbour(entities=(corrected, *rest)), stories=apart, seed=3)
    splits = [previous_splits(place) for place in (before, tmp_path / "after")]
    assert splits[0]["harbour-1"] != splits[1]["harbour-1"]
    found = diff(before, tmp_path / "after")
    assert [(change.article_id, change.change) for change in found.changes] == [("harbour-1", "relabelled")]
    assert (found.articles_added, found.articles_removed) == ((), ())


def test_another_annotators_layer_is_a_minor_change(before: Path, tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "after", "1.1.0", layers=newsroom.layers()[:-1])
    found = diff(before, tmp_path / "after")
    assert (found.layers_added, found.layers_removed, found.least_bump) == (0, 1, "minor")


def test_agreement_before_and_after_is_told(before: Path, tmp_path: Path) -> None:
    qalam, rasid = newsroom.layers()[:4], newsroom.layers()[4:]
    same = [
        *qalam,
        *(msgspec.structs.replace(layer, entities=gold.entities) for layer, gold in zip(rasid, qalam, strict=True)),
    ]
    newsroom.publish(tmp_path / "after", "1.0.1", layers=same, report=newsroom.agreement(same))
    figures = {(f.layer, f.measure): f for f in diff(before, tmp_path / "after").agreement}
    f1 = figures["entities", "f1_exact"]
    assert f1.before is not None
    assert f1.before < 1
    assert f1.after == 1


def test_the_changelog_section_names_what_a_reader_looks_for(before: Path, tmp_path: Path) -> None:
    newsroom.publish(tmp_path / "after", "1.1.0", gold=newsroom.gold()[1:])
    told = markdown(diff(before, tmp_path / "after"))
    assert told.startswith("## 1.1.0\n")
    assert "* articles removed: harbour-1" in told


def test_an_annotators_layer_that_says_something_else_is_a_patch(before: Path, tmp_path: Path) -> None:
    first, *rest = newsroom.layers()
    less = msgspec.structs.replace(first, entities=first.entities[1:])
    newsroom.publish(tmp_path / "after", "1.0.1", layers=[less, *rest])
    found = diff(before, tmp_path / "after")
    assert (found.layers_added, found.layers_removed, found.layers_changed) == (0, 0, 1)
    assert (found.least_bump, found.because) == ("patch", "annotators' layers were corrected")
    assert "* annotators' layers: 0 added, 0 removed, 1 changed" in markdown(found)


def test_a_layer_is_the_same_wherever_its_row_stands(
    before: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    digests = sorted(read_digests(before))
    assert len({digest for _, _, digest in digests}) == len(digests)
    for rows in (1, 3):
        monkeypatch.setattr("musnad.export.reading._ROWS", rows)
        assert sorted(read_digests(before)) == digests
    newsroom.publish(tmp_path / "after", "1.1.0", layers=newsroom.layers()[3:])
    assert set(read_digests(tmp_path / "after")) < set(digests)


def test_the_text_tells_of_every_mark_what_it_was_and_is(before: Path, tmp_path: Path) -> None:
    harbour = newsroom.gold()[0]
    label, subtype, *names = harbour.entities
    quantity, *amounts = harbour.quantities
    newsroom.publish(
        tmp_path / "after",
        "1.0.1",
        gold=_harbour(
            entities=(
                msgspec.structs.replace(label, label="GPE", subtype=None),
                msgspec.structs.replace(subtype, end=subtype.end - 2),
                *names[1:],
            ),
            quantities=(msgspec.structs.replace(quantity, bound="exact"), *amounts),
        ),
    )
    told = text(diff(before, tmp_path / "after")).splitlines()
    assert told[0] == "1.0.0 → 1.0.1: a patch change (labels were corrected)."
    span = f"[{label.start}:{label.end}]"
    assert f"harbour-1 entities relabelled: ORG {span} → GPE {span}" in told
    moved = f"ORG [{subtype.start}:{subtype.end}] → ORG [{subtype.start}:{subtype.end - 2}]"
    assert f"harbour-1 entities moved: {moved}" in told
    assert f"harbour-1 entities removed: GPE [{names[0].start}:{names[0].end}]" in told
    changed = f"count [{quantity.start}:{quantity.end}]: bound about → exact"
    assert f"harbour-1 quantities changed: {changed}" in told


def test_a_changelog_names_the_first_articles_of_a_long_list(before: Path) -> None:
    many = msgspec.structs.replace(diff(before, before), articles_added=tuple(f"a{n:03}" for n in range(120)))
    assert "a049 and 70 more, which `diff.json` names" in markdown(many)
    assert "a119" in text(many)


@pytest.mark.parametrize(
    ("before", "after", "bump"),
    [("1.2.3", "2.0.0", "major"), ("1.2.3", "1.3.0", "minor"), ("1.2.3", "1.2.4", "patch"), ("1.2.3", "1.2.3", "none"),
     ("1.9.0", "1.10.0", "minor")],
)  # fmt: skip
def test_how_far_a_version_is_above_another(before: str, after: str, bump: str) -> None:
    assert bump_of(before, after) == bump


def test_a_version_below_the_last_one_is_refused() -> None:
    with pytest.raises(MusnadError, match=r"1\.9\.9 is below 1\.10\.0"):
        bump_of("1.10.0", "1.9.9")


def test_a_larger_bump_is_enough_and_a_smaller_is_not() -> None:
    assert enough("major", "patch")
    assert enough("minor", "minor")
    assert not enough("patch", "minor")


def test_what_is_no_release_is_not_compared(before: Path, tmp_path: Path) -> None:
    with pytest.raises(MusnadError, match="is no release"):
        diff(before, tmp_path)
