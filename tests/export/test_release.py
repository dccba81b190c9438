"""A release: what `datasets` reads, the same bytes from the same input, whole or not at all, verified to the byte."""

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
import yaml

from musnad.corpus import samples
from musnad.export import release as release_module
from musnad.export.card import card
from musnad.export.features import CONFIGS, features
from musnad.export.reading import read_manifest
from musnad.export.release import ReleaseError, verify
from musnad.export.splits import SPLITS, LeakError
from musnad.schema.json_schema import FORMATS


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory) -> Path:
    directory = tmp_path_factory.mktemp("releases") / "1.0.0"
    newsroom.publish(directory)
    return directory


@pytest.fixture
def load(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    import datasets

    monkeypatch.setattr(datasets.config, "HF_HUB_OFFLINE", True)
    monkeypatch.setattr(datasets.config, "HF_DATASETS_CACHE", tmp_path / "cache")

    def load(directory: Path, *config: str, **how: Any) -> Any:
        return datasets.load_dataset(str(directory), *config, cache_dir=str(tmp_path / "cache"), **how)

    return load


@pytest.mark.parametrize("config", CONFIGS)
def test_load_dataset_reads_every_config_with_its_features(released: Path, load: Any, config: str) -> None:
    found = load(released, config)
    assert all(split.features == features(config) for split in found.values())
    counts = json.loads((released / "release.json").read_text())["rows"][config]
    assert {name: split.num_rows for name, split in found.items()} == {name: n for name, n in counts.items() if n}


def test_gold_is_what_is_loaded_when_no_config_is_named(released: Path, load: Any) -> None:
    rows = {row["article_id"]: row for split in load(released).values() for row in split}
    harbour = rows["harbour-1"]
    assert harbour["text"] == newsroom.HARBOUR
    assert [entity["text"] for entity in harbour["entities"]] == ["الميناء", "وزارة الزراعة", "لبنان"]
    assert harbour["boilerplate"] == [{"start": 0, "end": 14, "kind": "timestamp"}]
    quantity = harbour["quantities"][0]
    assert (quantity["value"], quantity["value_float"], quantity["counted"]["text"]) == ("30000", 30000.0, "رأس")
    assert harbour["quantities"][1]["counted"] is None


def test_each_claim_carries_its_chain(released: Path, load: Any) -> None:
    claims = [row for split in load(released, "claims").values() for row in split if row["article_id"] == "harbour-1"]
    names = [[link["name"] for link in claim["chain"]] for claim in claims]
    assert names == [
        ["المرافئ", "صحيفة الميناء", "مسؤول في وزارة الزراعة"],
        ["المرافئ", "مسؤول في وزارة الزراعة", None],
    ]


def test_each_mark_of_the_gold_says_who_decided_it_as_far_as_that_is_noted(tmp_path: Path, load: Any) -> None:
    noted = {"e1": "unanimous", "e2": "adjudicator", "q1": "majority", "a1": "unanimous", "a2": "huda@example.org"}
    harbour, *others = newsroom.gold()
    newsroom.publish(tmp_path / "r", gold=[msgspec.structs.replace(harbour, meta={"decided": noted}), *others])
    rows = {row["article_id"]: row for split in load(tmp_path / "r", "gold").values() for row in split}
    told = rows["harbour-1"]
    assert [mark["decided"] for mark in told["entities"]] == ["unanimous", "adjudicator", None]
    assert [mark["decided"] for mark in told["attributions"]] == ["unanimous", None, None]
    assert {mark["decided"] for mark in rows["match-1"]["entities"]} == {None}
    quantities = [row for split in load(tmp_path / "r", "quantities").values() for row in split]
    assert {(row["article_id"], row["id"]) for row in quantities if row["decided"] == "majority"} == {
        ("harbour-1", "q1")
    }
    counts = json.loads((tmp_path / "r" / "release.json").read_text())["decided"]
    assert counts["entities"] == {"unanimous": 1, "majority": 0, "adjudicator": 1}
    assert "| entities | 1 | 0 | 1 | 6 |" in (tmp_path / "r" / "README.md").read_text()
    assert not [path for path in (tmp_path / "r").rglob("*") if path.is_file() and b"huda@" in path.read_bytes()]


_BARE = """
import sys
sys.modules["musnad"] = None
import datasets
for config in sys.argv[2:]:
    found = datasets.load_dataset(sys.argv[1], config)
    print(config, sum(split.num_rows for split in found.values()))
"""


@pytest.mark.long
def test_nothing_of_musnad_is_needed_to_load_a_release(released: Path, tmp_path: Path) -> None:
    hub = {"HF_HUB_OFFLINE": "1", "HF_HOME": str(tmp_path / "home"), "HF_DATASETS_CACHE": str(tmp_path / "cache")}
    done = subprocess.run(
        [sys.executable, "-c", _BARE, str(released), *CONFIGS],
        check=True, capture_output=True, text=True, env={**os.environ, **hub}, cwd=tmp_path,
    )  # fmt: skip
    told = json.loads((released / "release.json").read_text())["rows"]
    assert done.stdout.splitlines() == [f"{config} {sum(told[config].values())}" for config in CONFIGS]


@pytest.mark.parametrize("config", CONFIGS)
def test_an_article_is_in_the_same_split_of_every_config(released: Path, config: str) -> None:
    import pandas as pd

    lines = [json.loads(line) for line in (released / "splits.jsonl").read_text("utf-8").splitlines()]
    splits = {line["article_id"]: line["split"] for line in lines}
    for path in (released / config).glob("*.parquet"):
        split = path.name.partition("-")[0]
        assert {splits[article] for article in pd.read_parquet(path).article_id} == {split}


@pytest.mark.parametrize("config", CONFIGS)
def test_a_release_streams(released: Path, load: Any, config: str) -> None:
    rows = [row for split in load(released, config, streaming=True).values() for row in split]
    assert {row["article_id"] for row in rows} <= set(newsroom.articles())
    assert rows


def test_pandas_reads_the_parquet_files_by_themselves(released: Path) -> None:
    import pandas as pd

    frame = pd.concat(pd.read_parquet(path) for path in sorted((released / "quantities").glob("*.parquet")))
    clinic = frame[frame.article_id == "clinic-1"].set_index("id")
    assert clinic.value["q1"] == "43"
    assert clinic.high_float["q2"] == 60


def test_polars_and_duckdb_read_the_parquet_files_by_themselves(released: Path) -> None:
    polars = pytest.importorskip("polars", reason="polars is not installed")
    duckdb = pytest.importorskip("duckdb", reason="duckdb is not installed")
    frame = polars.read_parquet(str(released / "claims" / "*.parquet"))
    assert frame.filter(polars.col("article_id") == "harbour-2")["low"].to_list() == ["25000"]
    query = f"select chain[2].name from '{released}/claims/*.parquet' where article_id = 'harbour-2'"
    assert duckdb.sql(query).fetchall() == [("وكالة برق",)]


def test_one_story_alone_leaves_no_empty_split_that_would_not_load(tmp_path: Path, load: Any) -> None:
    newsroom.publish(tmp_path / "r", gold=newsroom.gold()[:1])
    for config in CONFIGS:
        assert set(load(tmp_path / "r", config)) == {"train"}


def test_articles_of_a_story_are_in_one_split(released: Path) -> None:
    lines = [json.loads(line) for line in (released / "splits.jsonl").read_text().splitlines()]
    splits = {line["article_id"]: line["split"] for line in lines}
    assert splits["harbour-1"] == splits["harbour-2"]
    reasons = {line["article_id"]: tuple(line["reasons"]) for line in lines if line["story"] == "harbour-1"}
    assert reasons == {"harbour-1": newsroom.STORIES[0].reasons, "harbour-2": ()}


def test_an_article_keeps_the_split_of_the_version_before(released: Path, tmp_path: Path) -> None:
    later = newsroom.article("storm-1", "أعلن المرصد أن 12 قرية غمرتها المياه.", "الضفة")
    layer = msgspec.structs.replace(
        newsroom.gold()[0],
        article_id="storm-1",
        sha256=later.sha256,
        entities=(),
        quantities=(),
        attributions=(),
    )
    newsroom.publish(
        tmp_path / "r",
        "1.1.0",
        articles={**newsroom.articles(), later.id: later},
        gold=[*newsroom.gold(), layer],
        previous=released,
    )
    before, after = (release_module.previous_splits(place) for place in (released, tmp_path / "r"))
    assert {article: after[article] for article in before} == before
    assert set(after) - set(before) == {"storm-1"}


def test_a_release_that_would_leak_is_refused(released: Path, tmp_path: Path) -> None:
    from musnad.corpus.stories import Story

    joined = [Story("harbour-1", tuple(newsroom.articles()), ("all of one story",))]
    with pytest.raises(LeakError, match="already"):
        newsroom.publish(tmp_path / "r", "1.1.0", stories=joined, previous=released)
    assert not (tmp_path / "r").exists()


_TWICE = """
import sys
from pathlib import Path
import newsroom
newsroom.publish(Path(sys.argv[1]))
"""


@pytest.mark.long
def test_the_same_input_gives_the_same_bytes_wherever_it_is_built(released: Path, tmp_path: Path) -> None:
    elsewhere = {
        **os.environ,
        "TZ": "Asia/Baghdad",
        "LC_ALL": "C",
        "LANG": "C",
        "PYTHONHASHSEED": "7",
        "PYTHONPATH": str(Path(newsroom.__file__).parent),
    }
    subprocess.run([sys.executable, "-c", _TWICE, str(tmp_path / "r")], check=True, env=elsewhere, cwd=tmp_path)
    assert (tmp_path / "r" / "SHA256SUMS").read_bytes() == (released / "SHA256SUMS").read_bytes()
    assert verify(tmp_path / "r") == []


def test_the_order_of_the_input_changes_no_byte(released: Path, tmp_path: Path) -> None:
    newsroom.publish(
        tmp_path / "r",
        articles=dict(reversed(newsroom.articles().items())),
        gold=list(reversed(newsroom.gold())),
        layers=list(reversed(newsroom.layers())),
    )
    assert (tmp_path / "r" / "SHA256SUMS").read_bytes() == (released / "SHA256SUMS").read_bytes()


def test_what_was_just_published_is_whole(released: Path) -> None:
    assert verify(released) == []


def test_verify_names_what_was_changed_taken_away_or_put_in(tmp_path: Path) -> None:
    directory = newsroom.published(tmp_path / "r")
    table = next((directory / "gold").glob("train-*.parquet"))
    whole = bytearray(table.read_bytes())
    whole[len(whole) // 2] ^= 1
    table.write_bytes(bytes(whole))
    (directory / "agreement.json").unlink()
    (directory / "gold" / "more.txt").write_text("x")
    assert verify(directory) == [
        f"changed: gold/{table.name}",
        "missing: agreement.json",
        "not part of the release: gold/more.txt",
    ]


def test_verify_finds_a_byte_changed_in_any_file(tmp_path: Path) -> None:
    directory = newsroom.published(tmp_path / "r")
    for path in sorted(directory.rglob("*")):
        if path.is_file() and path.name != "SHA256SUMS":
            whole = path.read_bytes()
            at = len(whole) // 3
            path.write_bytes(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :])
            assert verify(directory) == [f"changed: {path.relative_to(directory).as_posix()}"]
            path.write_bytes(whole)
    assert verify(directory) == []


def test_verify_finds_a_change_to_the_sums_themselves(tmp_path: Path) -> None:
    directory = newsroom.published(tmp_path / "r")
    sums = directory / "SHA256SUMS"
    sums.write_text("".join(sums.read_text().splitlines(keepends=True)[1:]))
    assert verify(directory) == ["not part of the release: CHANGELOG.md"]


def test_verify_tells_of_links_and_sums_that_are_no_sums(tmp_path: Path) -> None:
    directory = newsroom.published(tmp_path / "r")
    (directory / "agreement.json").unlink()
    (directory / "agreement.json").symlink_to(tmp_path / "nowhere")
    assert verify(directory) == ["changed: agreement.json"]
    (directory / "SHA256SUMS").write_bytes(b"\xff\xfe nonsense")
    assert verify(directory) == ["SHA256SUMS:1: is no checksum line"]


def test_the_card_says_what_the_control_tasks_showed(tmp_path: Path) -> None:
    layers = newsroom.layers()
    control = [msgspec.structs.replace(one, meta={"control": one.article_id == "harbour-1"}) for one in layers]
    newsroom.publish(tmp_path / "r", layers=control, report=newsroom.agreement(control))
    card = (tmp_path / "r" / "README.md").read_text()
    assert "2 layers are of control tasks" in card
    assert "| entities | f1_exact |" in card[card.index("Does the pre-annotation bias people?") :]


def test_a_folder_that_is_no_release_is_told_so(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="is no release"):
        verify(tmp_path)


def test_the_same_release_can_be_made_again_and_another_not(released: Path) -> None:
    newsroom.publish(released)
    with pytest.raises(ReleaseError, match="never changes"):
        newsroom.publish(released, gold=newsroom.gold()[1:])
    assert verify(released) == []


def test_a_release_without_gold_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="musnad adjudicate"):
        newsroom.publish(tmp_path / "r", gold=[])


_KILLED = """
import os, signal, sys
from pathlib import Path
import newsroom
from musnad.export import release
def die(*place, **how):
    os.kill(os.getpid(), signal.SIGKILL)
setattr(release, sys.argv[2], die)
newsroom.publish(Path(sys.argv[1]))
"""


@pytest.mark.long
@pytest.mark.parametrize("moment", ["write_tables", "write_changes", "write_sums"])
def test_a_kill_leaves_no_half_release(tmp_path: Path, moment: str) -> None:
    environment = {**os.environ, "PYTHONPATH": str(Path(newsroom.__file__).parent)}
    done = subprocess.run([sys.executable, "-c", _KILLED, str(tmp_path / "r"), moment], env=environment, cwd=tmp_path)
    assert done.returncode < 0
    assert not (tmp_path / "r").exists()
    (left,) = tmp_path.iterdir()
    newsroom.publish(tmp_path / "r")
    assert verify(tmp_path / "r") == []
    assert not left.exists()


def test_a_failure_on_the_way_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(place: Path) -> None:
        raise OSError("no space left")

    monkeypatch.setattr(release_module, "write_sums", fail)
    with pytest.raises(OSError, match="no space left"):
        newsroom.publish(tmp_path / "r")
    assert list(tmp_path.iterdir()) == []


def test_the_card_tells_the_hub_what_is_inside(released: Path) -> None:
    _, front, body = (released / "README.md").read_text().split("---\n", 2)
    matter = yaml.safe_load(front)
    assert [config["config_name"] for config in matter["configs"]] == list(CONFIGS)
    assert matter["annotations_creators"] == ["machine-generated"]
    assert matter["license"] == "cc0-1.0"
    gold = next(info for info in matter["dataset_info"] if info["config_name"] == "gold")
    assert [split["name"] for split in gold["splits"]] == list(SPLITS)
    assert sum(split["num_examples"] for split in gold["splits"]) == 4
    assert all(split["num_bytes"] > 0 for split in gold["splits"])
    assert "No human annotated this" in body
    assert "corrected in Label Studio" not in body


def test_a_card_of_peoples_work_does_not_say_that_machines_made_it(tmp_path: Path) -> None:
    about = msgspec.structs.replace(newsroom.ABOUT, annotations_creators=("expert-generated",))
    release_module.release(
        tmp_path / "r",
        "1.0.0",
        about,
        articles=newsroom.articles(),
        gold=newsroom.gold(),
        layers=newsroom.layers(),
        stories=newsroom.STORIES,
        report=newsroom.agreement(),
    )
    card = (tmp_path / "r" / "README.md").read_text()
    assert "No human annotated this" not in card
    assert "corrected in Label Studio" in card


def test_the_card_has_every_section_that_a_trainer_looks_for(released: Path) -> None:
    body = (released / "README.md").read_text("utf-8")
    sections = {part.partition("\n")[0]: part for part in re.split(r"(?m)^##+ ", body)[1:]}
    assert list(sections) == [
        "Load it",
        "Composition",
        "The tokens",
        "Annotation",
        "Agreement",
        "Does the pre-annotation bias people?",
        "Limits",
        "Rights and personal data",
    ]
    assert "| entities | ORG | " in sections["Composition"], "counts of each label in each split"
    assert "plots/composition.png" in sections["Composition"]
    assert "guidelines.ar.md" in sections["Annotation"]
    assert re.search(r"\| entities \| f1_exact \| [\d.]+ \| [\d.]+ – [\d.]+ \|", sections["Agreement"])
    assert "plots/agreement.png" in sections["Agreement"]
    assert "The texts belong to" in sections["Rights and personal data"]
    assert "real people" in sections["Rights and personal data"]
    assert {path.name for path in (released / "plots").iterdir()} == {"agreement.png", "composition.png"}


def test_the_card_names_the_first_of_many_articles_that_were_set_aside(released: Path) -> None:
    aside = {f"a{n:03}": "tells one story with two others" for n in range(120)}
    manifest = msgspec.structs.replace(read_manifest(released), set_aside=aside)
    told = card(manifest, "", newsroom.agreement())
    assert "* a049: tells one story" in told
    assert "a050" not in told
    assert "* and 70 more, which `release.json` names" in told


def test_card_and_agreement_file_say_the_same(released: Path) -> None:
    figure = json.loads((released / "agreement.json").read_text())["layers"]["entities"]["measures"]["f1_exact"]
    assert f"| entities | f1_exact | {figure['value']:.3f} |" in (released / "README.md").read_text()


def test_schema_and_guidelines_come_with_it(released: Path) -> None:
    assert {path.name for path in (released / "schema").iterdir()} == {f"{name}.schema.json" for name in FORMATS}
    assert "قوله إن" in (released / "guidelines.ar.md").read_text()


def test_the_packaged_samples_make_a_release(tmp_path: Path, load: Any) -> None:
    from musnad.annotation.agreement.report import report
    from musnad.corpus.stories import stories

    articles = {article.id: article for article in samples.articles()}
    gold = samples.layers("gold")
    people = [layer for name in samples.layer_names() if name != "gold" for layer in samples.layers(name)]
    newsroom.publish(
        tmp_path / "r",
        articles=articles,
        gold=gold,
        layers=people,
        stories=stories(articles.values(), gold),
        report=report(articles, people, draws=20, workers=1),
    )
    rows = [row for split in load(tmp_path / "r", "gold").values() for row in split]
    assert {row["article_id"] for row in rows} == set(articles)
    for row in rows:
        for mark in (*row["entities"], *row["quantities"]):
            assert row["text"][mark["start"] : mark["end"]] == mark["text"]
