"""The command line as its users meet it: what it says, what it leaves, and how it ends."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import newsroom
import pytest
from terminal import musnad

from musnad import cli
from musnad.schema.jsonl import write_jsonl

TEXT = "أعلنت وزارة الصحة وفاة 3 أشخاص في المنارة، وقال المتحدث باسمها إن نحو 40 ألفا تلقوا اللقاح."


@pytest.fixture
def project(tmp_path: Path) -> Path:
    assert musnad("init", "news", at=tmp_path).returncode == 0
    (tmp_path / "health-9.txt").write_text(TEXT, "utf-8")
    added = musnad("corpus", "add", "../health-9.txt", "--publisher", "السنديانة", at=tmp_path / "news")
    assert (added.returncode, added.stdout) == (0, "1 added, 0 there already, 0 refused\n")
    return tmp_path / "news"


def test_the_installed_command_starts(tmp_path: Path) -> None:
    command = Path(sys.executable).with_name("musnad")
    done = subprocess.run([command, "version"], cwd=tmp_path, capture_output=True, encoding="utf-8", check=True)
    assert re.fullmatch(r"\d+\.\d+\.\d+\n", done.stdout)


def test_every_command_has_help_with_an_example(tmp_path: Path) -> None:
    listing = musnad("--help", at=tmp_path).stdout
    commands = re.findall(r"^│ (\w+) ", listing, re.MULTILINE)
    assert {"init", "preannotate", "push", "pull", "agreement", "release", "demo"} <= set(commands)
    for command in commands:
        if command != "corpus":
            assert "Example:" in musnad(command, "--help", at=tmp_path).stdout, command


def test_articles_are_listed_shown_and_checked(project: Path) -> None:
    listed = json.loads(musnad("corpus", "list", "--json", at=project).stdout)
    assert (listed["id"], listed["publisher"], listed["characters"]) == ("health-9", "السنديانة", len(TEXT))
    assert musnad("corpus", "show", "health-9", at=project).stdout == TEXT + "\n"
    assert musnad("corpus", "check", at=project).returncode == 0


def test_adding_again_changes_nothing_and_a_changed_text_is_refused(project: Path) -> None:
    before = (project / "articles.jsonl").read_bytes()
    again = musnad("corpus", "add", "../health-9.txt", at=project)
    assert (again.returncode, again.stdout) == (0, "0 added, 1 there already, 0 refused\n")
    (project.parent / "health-9.txt").write_text(TEXT + " تصحيح.", "utf-8")
    changed = musnad("corpus", "add", "../health-9.txt", at=project)
    assert changed.returncode == 1
    assert "a stored text never changes" in changed.stderr
    assert (project / "articles.jsonl").read_bytes() == before


def test_a_bad_file_is_set_aside_and_the_good_one_kept(project: Path) -> None:
    (project.parent / "bad.txt").write_bytes("خبر".encode("cp1256"))
    (project.parent / "good.txt").write_text("خبر قصير.", "utf-8")
    mixed = musnad("corpus", "add", "../bad.txt", "../good.txt", at=project)
    assert mixed.returncode == 1
    assert "bad.txt" in mixed.stderr
    assert "1 added" in mixed.stdout
    [aside] = (project / "quarantine").iterdir()
    assert str(aside.name) in mixed.stderr


def test_id_and_text_suffice_to_be_pre_annotated_into_a_pipe(tmp_path: Path) -> None:
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": "a", "text": TEXT}) + "\n" + '{"id": "b"}\n', "utf-8")
    done = musnad("preannotate", "in.jsonl", at=tmp_path)
    [layer] = [json.loads(line) for line in done.stdout.splitlines()]
    assert layer["article_id"] == "a"
    assert [q for q in layer["quantities"] if q["value"] == "40000"]
    marks = [*layer["entities"], *layer["quantities"], *layer["attributions"]]
    assert set(layer["meta"]["mentions"]) == {mark["id"] for mark in marks}
    assert done.returncode == 1  # the second line was refused
    assert "in.jsonl:2" in done.stderr


def test_workers_give_the_same_bytes_in_the_same_order(tmp_path: Path) -> None:
    lines = [json.dumps({"id": f"a{n}", "text": TEXT.replace("3", str(n))}) for n in range(70)]
    (tmp_path / "in.jsonl").write_text("\n".join(lines), "utf-8")
    assert musnad("preannotate", "in.jsonl", "-o", "one.jsonl", at=tmp_path).returncode == 0
    assert musnad("preannotate", "in.jsonl", "-o", "two.jsonl", "--workers", "2", at=tmp_path).returncode == 0
    assert (tmp_path / "one.jsonl").read_bytes() == (tmp_path / "two.jsonl").read_bytes()


def test_layers_are_scored_against_gold(project: Path) -> None:
    musnad("preannotate", at=project)
    layer = json.loads((project / "predictions.jsonl").read_text("utf-8"))
    (project / "gold.jsonl").write_text(json.dumps({**layer, "annotator": "gold"}), "utf-8")
    done = musnad("evaluate", "predictions.jsonl", "gold.jsonl", "--json", at=project)
    assert done.returncode == 0
    assert json.loads(done.stdout)["layers"]["quantities"]["exact"]["f1"] == 1.0


def test_layers_are_scored_against_a_release_and_another_system(tmp_path: Path) -> None:
    newsroom.published(tmp_path / "1.0.0")
    for name in ("qalam", "rasid"):
        write_jsonl(tmp_path / f"{name}.jsonl", [one for one in newsroom.layers() if one.annotator == name])
    told = ["evaluate", "rasid.jsonl", "1.0.0", "--split", "train", "--against", "qalam.jsonl", "--draws", "20"]
    done = musnad(*told, "--json", at=tmp_path)
    assert done.returncode == 0
    found = json.loads(done.stdout)
    assert (found["version"], found["split"], found["missing"]) == ("1.0.0", "train", [])
    assert found["against"]["entities.exact.f1"]["difference"] < 0
    table = musnad(*told, at=tmp_path).stdout
    assert re.search(r"entities +│ exact f1 +│ 0\.\d+ ", table)
    assert "newsroom 1.0.0, train: 2 articles, 0 without prediction, 2 outside" in table


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["corpus", "list"], "no musnad project here"),
        (["preannotate", "missing.jsonl"], "missing.jsonl: No such file"),
        (["verify", "."], "is no release"),
        (["push"], "no musnad project here"),
    ],
)
def test_what_is_missing_is_named_in_one_line_and_the_end_is_non_zero(
    tmp_path: Path, arguments: list[str], says: str
) -> None:
    done = musnad(*arguments, at=tmp_path)
    assert done.returncode == 1
    assert says in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_studio_that_is_down_is_said_so_without_the_token(project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert musnad("plan", "--annotators", "ann-a,ann-b", at=project).returncode == 0
    secret = "c0ffee" * 6
    done = musnad("pull", at=project, LABEL_STUDIO_URL="http://127.0.0.1:9", LABEL_STUDIO_API_KEY=secret)
    assert done.returncode == 1
    assert "http://127.0.0.1:9" in done.stderr
    assert secret not in done.stderr + done.stdout
    unset = musnad("pull", at=project)
    assert "LABEL_STUDIO_URL" in unset.stderr


def test_an_address_without_tls_is_warned_of_unless_it_is_this_machine(
    project: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", "c0ffee" * 6)
    told = {}
    for url in ("http://labels.example.org", "https://labels.example.org", "http://localhost:9", "http://127.0.0.1:9"):
        monkeypatch.setenv("LABEL_STUDIO_URL", url)
        with cli._studio():
            told[url] = "unencrypted" in capsys.readouterr().err
    assert told == {url: url == "http://labels.example.org" for url in told}


def test_two_predicted_layers_of_one_article_are_refused_in_one_line(project: Path) -> None:
    musnad("preannotate", at=project)
    layer = json.loads((project / "predictions.jsonl").read_text("utf-8"))
    two = "\n".join(json.dumps({**layer, "annotator": name}) for name in ("ann-a", "ann-b"))
    (project / "two.jsonl").write_text(two, "utf-8")
    done = musnad("evaluate", "two.jsonl", "predictions.jsonl", at=project)
    assert done.returncode == 1
    assert "two predicted layers" in done.stderr
    assert len(done.stderr.splitlines()) == 1
