"""Profiles of word forms tell a foreign name from an inflected word, and survive the file."""

from __future__ import annotations

from pathlib import Path

from musnad.annotation.preannotate.entities.word_forms import WordForms, profile, word_forms, write

FREQUENCY = {"كتاب": 1e-4, "الكتاب": 2e-4, "كتابه": 3e-5, "كتابا": 2e-5, "كارلوس": 1e-6, "وكارلوس": 1e-7, "يزور": 1e-5}


def test_a_noun_has_other_forms_and_a_foreign_name_has_none() -> None:
    noun, name = profile("كتاب", FREQUENCY, {}), profile("كارلوس", FREQUENCY, {})
    assert "va=n" not in noun
    assert "vp=n" not in noun
    assert "va=n" in name
    assert "vp=n" in name


def test_a_listed_name_says_in_which_lists_it_is() -> None:
    assert {"n=f", "n=l"} <= set(profile("كارلوس", FREQUENCY, {"كارلوس": "fl"}))


def test_the_file_gives_back_the_profile_of_each_form(tmp_path: Path) -> None:
    write(FREQUENCY, {"كارلوس": "f"}, tmp_path / "forms.npz")
    forms = WordForms(tmp_path / "forms.npz")
    assert all(forms.features(form) == profile(form, FREQUENCY, {"كارلوس": "f"}) for form in FREQUENCY)


def test_a_form_that_is_not_listed_is_known_by_what_its_proclitics_leave(tmp_path: Path) -> None:
    write(FREQUENCY, {}, tmp_path / "forms.npz")
    forms = WordForms(tmp_path / "forms.npz")
    assert forms.features("بكارلوس")[1:] == forms.features("كارلوس")[1:]
    assert forms.features("سيزور")[1:] == forms.features("يزور")[1:]
    assert forms.features("زنبرك") == ("v=0",)


def test_the_shipped_profiles_know_the_common_and_the_foreign() -> None:
    assert word_forms().features("مدرسة") != ("v=0",)
    assert {"n=f", "n=l"} & set(word_forms().features("كارلوس"))
