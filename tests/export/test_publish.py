"""A project's files become a release: gated, without leaks, without names, and flat in memory."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import msgspec
import newsroom
import pytest

from musnad.corpus import rehydrate
from musnad.corpus.store import Project, init, read_project
from musnad.export.diff import diff
from musnad.export.integrity import ReleaseError, verify
from musnad.export.pseudonyms import VARIABLE, Pseudonyms, stored
from musnad.export.publish import latest, publish, report_page
from musnad.export.reading import read_annotations, read_gold, read_manifest
from musnad.export.release import previous_splits
from musnad.export.splits import LeakError
from musnad.schema.errors import MusnadError
from musnad.schema.jsonl import read_layers, write_jsonl
from musnad.schema.records import Article, Layer

KEY = Pseudonyms(b"a key that stays outside")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    home = init(tmp_path / "project")
    newsroom.fill(home, newsroom.articles().values(), newsroom.gold(), newsroom.layers())
    return home


def _set(home: Project, line: str) -> Project:
    toml = home.root / "musnad.toml"
    name = line.split(" = ")[0]
    toml.write_text(re.sub(rf"(?m)^{name} = .*$", line, toml.read_text("utf-8")), "utf-8")
    return read_project(home.root)


def test_a_project_is_published_from_its_files(project: Project, tmp_path: Path) -> None:
    manifest = publish(project, "1.0.0", tmp_path / "r")
    assert sum(manifest.articles.values()) == 4
    assert verify(tmp_path / "r") == []
    assert {one.layer.article_id: one.layer for one in read_gold(tmp_path / "r")} == {
        layer.article_id: layer for layer in newsroom.gold()
    }


def test_files_and_records_in_memory_give_the_same_tables(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "files", pseudonyms=KEY)
    newsroom.publish(tmp_path / "memory", pseudonyms=KEY)
    for config in ("gold", "annotations", "tokens", "claims"):
        rows = [
            sorted(str(row) for path in (place / config).glob("*.parquet") for row in _read(path))
            for place in (tmp_path / "files", tmp_path / "memory")
        ]
        assert _without_stories(rows[0]) == _without_stories(rows[1])


def _read(path: Path) -> list[dict[str, Any]]:
    import pyarrow.parquet as pq

    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found


def _without_stories(rows: list[str]) -> list[str]:
    return [re.sub(r"'story': '[^']*'", "", row) for row in rows]


def test_a_bad_record_stops_the_release_and_is_named(project: Project, tmp_path: Path) -> None:
    gold = newsroom.gold()
    broken = msgspec.structs.replace(gold[1], sha256="0" * 64)
    write_jsonl(project.gold, [gold[0], broken])
    with pytest.raises(MusnadError, match=r"gold\.jsonl:2 .*harbour-2.*nothing is published in part"):
        publish(project, "1.0.0", tmp_path / "r")
    assert not (tmp_path / "r").exists()


def test_without_gold_the_next_step_is_named(project: Project, tmp_path: Path) -> None:
    project.gold.unlink()
    with pytest.raises(MusnadError, match="musnad adjudicate"):
        publish(project, "1.0.0", tmp_path / "r")


@pytest.mark.parametrize(
    ("bar", "told"),
    [
        ("f1_exact=0.99", r"entities f1_exact is 0\.\d+, the bar is 0\.99"),
        ("entities.f1_exact=0.99", "entities f1_exact is"),
        ("entities.no_such=0.5", "no such figure"),
        ("u_alpha", "is no bar"),
    ],
)
def test_agreement_below_the_bar_is_not_published(project: Project, tmp_path: Path, bar: str, told: str) -> None:
    with pytest.raises(ReleaseError, match=told):
        publish(project, "1.0.0", tmp_path / "r", min_agreement=[bar])
    assert not (tmp_path / "r").exists()


def test_agreement_at_the_bar_is_published(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "r", min_agreement=["quantities.f1_exact=1", "entities.f1_exact=0.5"])
    assert (tmp_path / "r").is_dir()


def test_an_addition_that_ties_two_splits_is_set_aside_and_named(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "before")
    splits = previous_splits(tmp_path / "before")
    match, clinic = newsroom.articles()["match-1"], newsroom.articles()["clinic-1"]
    assert splits["match-1"] != splits["clinic-1"]
    both = newsroom.article("both-1", match.text + "\n" + clinic.text, "برق")
    copies = [newsroom.article(f"{one.id}-copy", one.text + " انتهى.", "برق") for one in (match, clinic)]
    calm = newsroom.article("calm-1", "شهدت الجزيرة ليلة هادئة من غير رياح ولا أمطار في مينائها الصغير.", "برق")
    added = [both, *copies, calm]
    newsroom.fill(
        project,
        [*newsroom.articles().values(), *added],
        [*newsroom.gold(), *(Layer(article_id=one.id, sha256=one.sha256, annotator="gold") for one in added)],
        newsroom.layers(),
    )
    assert _joining(project) == {"both-1", "match-1-copy", "clinic-1-copy"}, "left alone, all would be one story"
    manifest = publish(project, "1.1.0", tmp_path / "after", previous=tmp_path / "before")
    where = " and ".join(f"{article} ({splits[article]})" for article in ("clinic-1", "match-1"))
    assert manifest.set_aside == {"both-1": f"tells one story with {where}, which are in different splits"}
    assert set(diff(tmp_path / "before", tmp_path / "after").set_aside) == {"both-1"}
    assert "* set aside: both-1" in (tmp_path / "after" / "CHANGELOG.md").read_text()
    after = previous_splits(tmp_path / "after")
    assert {article: after[article] for article in splits} == splits
    # What is near to one of them alone joins it.
    assert after["match-1-copy"] == splits["match-1"]
    assert after["clinic-1-copy"] == splits["clinic-1"]
    assert "calm-1" in after


def _joining(project: Project) -> set[str]:
    """The new articles of the story that holds both old ones."""
    from musnad.corpus.stories import stories
    from musnad.schema.jsonl import read_articles

    told = stories(list(read_articles(project.articles, [])), read_layers(project.gold, []))
    old = set(newsroom.articles())
    return {
        article
        for story in told
        if {"match-1", "clinic-1"} <= set(story.article_ids)
        for article in story.article_ids
        if article not in old
    }


def test_published_articles_that_turn_out_to_tell_one_story_are_not_published_again(
    project: Project, tmp_path: Path
) -> None:
    publish(project, "1.0.0", tmp_path / "before")
    splits = tmp_path / "before" / "splits.jsonl"
    lines = splits.read_text("utf-8").replace("validation", "train").replace("test", "train").splitlines()
    torn = [line.replace("train", "test") if "harbour-2" in line else line for line in lines]
    splits.write_text("\n".join(torn) + "\n", "utf-8")
    text = newsroom.HARBOUR + " انتهى."
    copies = {"harbour-1": newsroom.HARBOUR, "harbour-2": text}
    articles = [newsroom.article(name, copies.get(name, one.text), "برق") for name, one in newsroom.articles().items()]
    gold = [Layer(article_id=one.id, sha256=one.sha256, annotator="gold") for one in articles]
    newsroom.fill(project, articles, gold, [])
    with pytest.raises(
        LeakError, match=r"harbour-1 \(train\) and harbour-2 \(test\) were published in different splits"
    ):
        publish(project, "1.1.0", tmp_path / "after", previous=tmp_path / "before")
    assert not (tmp_path / "after").exists()


def test_an_article_that_goes_and_comes_back_has_its_split_again(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "one")
    splits = previous_splits(tmp_path / "one")
    newsroom.fill(project, newsroom.articles().values(), newsroom.gold()[:2], newsroom.layers())
    gone = publish(project, "1.1.0", tmp_path / "two", previous=tmp_path / "one")
    assert gone.retired == {article: splits[article] for article in ("clinic-1", "match-1")}
    newsroom.fill(project, newsroom.articles().values(), newsroom.gold(), newsroom.layers())
    back = publish(project, "1.2.0", tmp_path / "three", previous=tmp_path / "two")
    assert previous_splits(tmp_path / "three") == splits
    assert back.retired == {}


def test_the_pull_of_the_pre_annotations_is_told_where_they_are_there(project: Project, tmp_path: Path) -> None:
    machine = [
        msgspec.structs.replace(layer, annotator="rules-1.0", meta={"model_version": "rules-1.0"})
        for layer in newsroom.gold()
    ]
    write_jsonl(project.predictions, machine)
    publish(project, "1.0.0", tmp_path / "r", pseudonyms=KEY)
    agreement = json.loads((tmp_path / "r" / "agreement.json").read_text("utf-8"))
    assert agreement["annotators"] == sorted(map(KEY.name, ("qalam", "rasid")))
    pull = agreement["slices"]["control"]["difference"]["entities"]["f1_machine_exact"]
    assert pull["value"] is not None
    assert "| entities | f1_machine_exact |" in (tmp_path / "r" / "README.md").read_text("utf-8")


@pytest.mark.parametrize("creators", ["machine-generated", "expert-generated"])
def test_people_appear_under_keyed_pseudonyms_in_every_byte_whatever_the_settings_say(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, creators: str
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "a-token")
    monkeypatch.setenv(VARIABLE, "a key that stays outside")
    people = {"qalam": "huda.rashid@example.org", "rasid": "yousef"}
    named = [msgspec.structs.replace(layer, annotator=people[layer.annotator]) for layer in newsroom.layers()]
    named[0] = msgspec.structs.replace(named[0], meta={"email": "huda.rashid@example.org", "user": "u#4711"})
    write_jsonl(project.annotations, named)
    project = _set(project, f'annotations_creators = ["{creators}"]')
    for policy in ("full", "offsets-only"):
        place = tmp_path / policy
        manifest = publish(project, "1.0.0", place, text_policy=policy)  # type: ignore[arg-type]
        assert all(name.startswith("annotator-") for name in manifest.annotators)
        for path in place.rglob("*"):
            if path.is_file():
                # Of a table what is compressed too, and what stands around it: names of columns, statistics.
                read = str(_read(path)).encode() if path.suffix == ".parquet" else b""
                held = path.read_bytes() + read
                assert not re.search(rb"huda|rashid|yousef|u#4711|example\.org|a key that stays|a-token", held), path
                if path.suffix in {".jsonl", ".parquet"}:
                    assert b"@" not in (read or held)
    assert {layer.annotator for layer in _released(tmp_path / "full")} == set(manifest.annotators)


def _released(place: Path) -> list[Layer]:
    hashes = {one.layer.article_id: one.layer.sha256 for one in read_gold(place)}
    return [one.layer for one in read_annotations(place, hashes)]


def test_who_does_not_say_who_annotated_is_told_that_the_card_denies_all_people(
    project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from musnad import cli

    arguments = ["musnad", "release", "--project", str(project.root), "--version"]
    monkeypatch.setenv(VARIABLE, "a key that stays outside")
    monkeypatch.setattr(sys, "argv", [*arguments, "1.0.0"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "the card says that no person annotated this" in capsys.readouterr().err
    _set(project, 'annotations_creators = ["expert-generated"]')
    monkeypatch.setattr(sys, "argv", [*arguments, "1.1.0"])
    with pytest.raises(SystemExit):
        cli.main()
    assert "no person annotated" not in capsys.readouterr().err


_COMMAND = "import sys; from musnad.cli import main; sys.argv[0] = 'musnad'; main()"


@pytest.mark.long
def test_the_command_gives_the_same_bytes_in_every_time_zone_locale_and_order_of_hashes(
    project: Project, tmp_path: Path
) -> None:
    places = (("UTC", "C", "0"), ("Asia/Baghdad", "C.UTF-8", "7"), ("Pacific/Chatham", "POSIX", "random"))
    for zone, locale, seed in places:
        environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": seed}
        out = tmp_path / zone.replace("/", "-")
        arguments = ["release", "--version", "1.0.0", "-o", str(out), "--project", str(project.root)]
        subprocess.run([sys.executable, "-c", _COMMAND, *arguments], check=True, env=environment, capture_output=True)
    sums = {path.read_bytes() for path in tmp_path.glob("*/SHA256SUMS")}
    assert len(list(tmp_path.glob("*/SHA256SUMS"))) == 3
    assert len(sums) == 1


def test_a_mail_address_is_never_published_as_a_name(tmp_path: Path) -> None:
    layers = [msgspec.structs.replace(layer, annotator="huda@example.org") for layer in newsroom.layers()[:4]]
    with pytest.raises(ReleaseError, match="mail address"):
        newsroom.publish(tmp_path / "r", layers=layers)


def test_pseudonyms_stay_with_the_key_and_go_with_it() -> None:
    assert KEY.name("هدى") == Pseudonyms(b"a key that stays outside").name("هدى")
    assert KEY.name("هدى") != Pseudonyms(b"another key of sixteen").name("هدى")
    assert KEY.name("هدى") != KEY.name("يوسف")


def test_the_key_is_made_once_for_its_owner_alone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(VARIABLE, raising=False)
    one, two = stored(tmp_path / "state"), stored(tmp_path / "state")
    assert one.name("x") == two.name("x")
    assert (tmp_path / "state" / "pseudonym-key").stat().st_mode & 0o077 == 0
    monkeypatch.setenv(VARIABLE, "a key that stays outside")
    assert stored(tmp_path / "state").name("x") == KEY.name("x")
    monkeypatch.setenv(VARIABLE, "short")
    with pytest.raises(ReleaseError, match="16 bytes"):
        stored(tmp_path / "state")


def test_a_release_of_offsets_holds_no_word_of_an_article(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "r", text_policy="offsets-only")
    # Words that no label, publisher or guideline has.
    for path in (tmp_path / "r").rglob("*"):
        if path.is_file() and "guidelines" not in path.name:
            held = path.read_text("utf-8") if path.suffix in {".json", ".jsonl", ".md"} else ""
            held += str(_read(path)) if path.suffix == ".parquet" else ""
            for word in ("الأغنام", "المستشفى", "سامر", "مشجع", "زراعي"):
                assert word not in held, path
    assert read_manifest(tmp_path / "r").text_policy == "offsets-only"
    assert {one.layer.article_id: one.layer for one in read_gold(tmp_path / "r")} == {
        layer.article_id: layer for layer in newsroom.gold()
    }


def test_a_holder_of_the_texts_gets_the_records_back(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "r", text_policy="offsets-only")
    copies = tmp_path / "copies"
    copies.mkdir()
    for article in newsroom.articles().values():
        (copies / f"{article.id}.txt").write_text(article.text, "utf-8", newline="")
    done = rehydrate.rehydrate(tmp_path / "r" / "standoff", copies, tmp_path / "full")
    assert done.complete
    back: dict[str, Article] = {}
    from musnad.schema.jsonl import read_articles

    back = {article.id: article for article in read_articles(tmp_path / "full" / "articles.jsonl", [])}
    assert {name: one.text for name, one in back.items()} == {
        name: one.text for name, one in newsroom.articles().items()
    }
    gold = {layer.article_id: layer for layer in read_layers(tmp_path / "full" / "gold.jsonl", [], back)}
    assert gold == {layer.article_id: layer for layer in newsroom.gold()}


def test_the_report_page_of_a_project(project: Project) -> None:
    assert "harbour-2" in report_page(project)


def test_the_report_page_of_a_large_project_shows_whole_stories_and_says_how_many_articles(project: Project) -> None:
    assert "articles are shown" not in report_page(project)
    retold = newsroom.article("harbour-3", newsroom.HARBOUR + " انتهى.", "برق")
    layer = Layer(article_id=retold.id, sha256=retold.sha256, annotator="gold")
    newsroom.fill(project, [*newsroom.articles().values(), retold], [*newsroom.gold(), layer], newsroom.layers())
    for limit, shown in ((4, {"clinic-1", "harbour-1", "harbour-3"}), (1, {"clinic-1"}), (0, set())):
        found = report_page(project, limit=limit)
        heads = set(re.findall(r'<h3 id="([^"]+)"', found))
        assert len(heads) == limit
        assert shown <= heads
        assert f"{limit} of 5 articles are shown" in found


def test_the_release_before_is_found_in_the_project(project: Project) -> None:
    publish(project, "1.9.0", project.releases / "1.9.0")
    first, *rest = newsroom.gold()
    less = msgspec.structs.replace(first, entities=first.entities[1:])
    write_jsonl(project.gold, [less, *rest])
    publish(project, "1.10.0", project.releases / "1.10.0")
    assert latest([project.releases], "2.0.0", project.settings.dataset.name) == project.releases / "1.10.0"
    write_jsonl(project.gold, rest)
    with pytest.raises(ReleaseError, match=r"1\.10\.0 to 1\.10\.1 is a patch step"):
        publish(project, "1.10.1", project.releases / "1.10.1")
    assert (project.releases / "1.10.0" / "diff.json").exists()


def test_the_release_before_is_found_beside_the_new_one_too(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", tmp_path / "out" / "1.0.0")
    other = tmp_path / "out" / "another-dataset" / "release.json"
    other.parent.mkdir()
    other.write_bytes((tmp_path / "out" / "1.0.0" / "release.json").read_bytes().replace(b"1.0.0", b"1.0.9"))
    other.write_text(re.sub('"name": "[^"]*"', '"name": "another"', other.read_text("utf-8"), count=1), "utf-8")
    write_jsonl(project.gold, newsroom.gold()[1:])
    publish(project, "1.1.0", tmp_path / "out" / "1.1.0")
    assert json.loads((tmp_path / "out" / "1.1.0" / "diff.json").read_text("utf-8"))["before"] == "1.0.0"


def test_a_version_below_a_published_one_must_name_what_it_follows(project: Project, tmp_path: Path) -> None:
    publish(project, "1.0.0", project.releases / "1.0.0")
    publish(project, "2.0.0", project.releases / "2.0.0")
    before = (project.releases / "1.0.0" / "SHA256SUMS").read_bytes()
    write_jsonl(project.gold, newsroom.gold()[1:])
    with pytest.raises(MusnadError, match=r"2\.0\.0 is published already: choose a version above it, or name the"):
        publish(project, "1.1.0", project.releases / "1.1.0")
    publish(project, "1.1.0", project.releases / "1.1.0", previous=project.releases / "1.0.0")
    write_jsonl(project.gold, newsroom.gold())
    publish(project, "1.0.0", tmp_path / "again")
    assert (tmp_path / "again" / "SHA256SUMS").read_bytes() == before


def test_what_is_no_version_is_told_so(project: Project, tmp_path: Path) -> None:
    with pytest.raises(MusnadError, match=r"write it as 1\.2\.0"):
        publish(project, "v1", tmp_path / "r")
