"""What a distrustful operator would try: hostile texts, ids and servers, full disks, and a search for the token."""

import json
import shutil
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import ClassVar

import msgspec
import newsroom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from musnad import cli
from musnad.annotation.label_studio.client import Studio
from musnad.annotation.label_studio.errors import RefusedError, StudioError
from musnad.annotation.label_studio.projects import find_projects
from musnad.annotation.label_studio.snapshot import snapshot
from musnad.annotation.preannotate.pipeline import Pipeline
from musnad.console import table
from musnad.corpus.store import ProjectError, init, read_project
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, sha256_of
from musnad.schema.validate import layer_problems

TOKEN = "c0ffee00canary00c0ffee00canary00c0ffee00"
NEWS = "قال وزير النقل سامر الحداد لصحيفة «الميناء» إن نحو 30 ألف طن وصلت إلى لبنان، وأضاف أن 1،9 مليار دولار أنفقت. "


@pytest.fixture(scope="module")
def pipeline() -> Pipeline:
    return Pipeline()


def annotate(pipeline: Pipeline, text: str) -> msgspec.Struct:
    article = Article(id="a", text=text, sha256=sha256_of(text))
    layer = pipeline.annotate(article)
    assert layer_problems(layer, article) == []
    assert json.loads(msgspec.json.encode(layer))["article_id"] == "a"
    return layer


TORTURE = {
    "every plane": "".join(chr(code) + " " for code in range(1, 0x110000, 97) if not 0xD800 <= code < 0xE000),
    "the first plane as one word": "".join(chr(code) for code in range(1, 0x10000) if not 0xD800 <= code < 0xE000),
    "bidi overrides": "".join(f"\u202e\u2067{word}\u2069\u202c " for word in NEWS.split()) * 20,
    "joiners": "".join("\u200d".join(word) + " " for word in NEWS.split()) * 20,
    "towers of marks": "".join(letter + "\u0301\u0654\u064b\u0670" * 30 for letter in NEWS),
    "a tower of 200 000 marks": "قال" + "\u064b" * 200_000,
    "carriage returns alone": NEWS.replace(" ", "\r") * 20,
    "line separators": NEWS.replace(" ", "\u2028") * 20,
    "no white space": NEWS.replace(" ", "") * 100,
    "one line": NEWS.replace(".", "،") * 100,
    "10 000 lines": "قال\n" * 10_000,
    "emoji sequences": "👩\u200d👩\u200d👧🇸🇾👍🏽 " * 2_000,
}


@pytest.mark.parametrize("text", TORTURE.values(), ids=TORTURE.keys())
def test_hostile_text_is_annotated_with_sound_records(pipeline: Pipeline, text: str) -> None:
    annotate(pipeline, text)


PIECES = [
    "1", "٩", "1,", "1.", "10-", "و", "ال", "«", "(", '"', ":", "ـ", "َ", "ألف و", "واحد و", "مليون ", "10 إلى ", "قال ",
    "قال إن ", "«قال ", 'قال:"', "نقلت عن ", "سورياو", "ابن ",
]  # fmt: skip


@pytest.mark.parametrize("piece", PIECES, ids=repr)
def test_one_piece_over_and_over_is_annotated_with_sound_records(pipeline: Pipeline, piece: str) -> None:
    annotate(pipeline, piece * (10_000 // len(piece)))


@settings(max_examples=200, deadline=None)
@given(st.text(st.sampled_from([*NEWS, *'0123456789٠٥%$"“”«»،؛:.()-\n\u200f\u064bـ']), min_size=1, max_size=300))
def test_any_jumble_of_letters_is_annotated_with_sound_records(text: str) -> None:
    if text.strip():
        annotate(_shared(), text)


def _shared(kept: list[Pipeline] = []) -> Pipeline:  # noqa: B006 loaded once for all examples
    if not kept:
        kept.append(Pipeline())
    return kept[0]


@pytest.mark.parametrize(
    "name", ["../x", "/etc/x", "a/../../x", "..", "a\\b", "a\0b", "a\nb", ".hidden", "a b", "", "x" * 129]
)
def test_an_id_that_could_leave_the_folder_is_refused(tmp_path: Path, name: str) -> None:
    project = init(tmp_path / "p")
    (tmp_path / "in.jsonl").write_text(json.dumps({"id": name, "text": NEWS}), "utf-8")
    assert run("corpus", "add", str(tmp_path / "in.jsonl"), "--project", str(project.root)) == 1
    assert project.articles.read_bytes() == b""


COMMANDING = "\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r\n\t[red]"


def test_what_commands_a_terminal_is_listed_as_its_escape(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = init(tmp_path / "p")
    text = f"{NEWS}{COMMANDING}نهاية"
    told = Article(id="a", text=text, sha256=sha256_of(text), title=f"عنوان{COMMANDING}", publisher=COMMANDING)
    write_jsonl(project.articles, [told])
    assert run("corpus", "list", "--project", str(project.root)) == 0
    listed = capsys.readouterr().out
    assert listed.count("\n") == 1
    assert listed.count("\t") == 4
    assert r"عنوان\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r\n\t[red]" in listed
    assert run("corpus", "list", "--json", "--project", str(project.root)) == 0
    row = capsys.readouterr().out
    assert not set("\x1b\x9b\x7f\u202e\u2066") & set(row)
    assert json.loads(row)["title"] == told.title


def test_a_text_goes_into_a_pipe_as_it_is_and_onto_a_terminal_without_commands(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    project = init(tmp_path / "p")
    text = f"{NEWS}{COMMANDING}نهاية"
    write_jsonl(project.articles, [Article(id="a", text=text, sha256=sha256_of(text))])
    assert run("corpus", "show", "a", "--project", str(project.root)) == 0
    assert capsys.readouterr().out == text + "\n"
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True)
    assert run("corpus", "show", "a", "--project", str(project.root)) == 0
    assert capsys.readouterr().out == NEWS + r"\x1b[2J\x9b2J\x07\u202e\u2066\x7f\r" + "\n\t[red]نهاية\n"


def test_a_table_prints_names_with_brackets_as_they_are(capsys: pytest.CaptureFixture[str]) -> None:
    table(("who",), [("[bold]هدى[/bold]\x1b[0m",)])
    assert r"[bold]هدى[/bold]\x1b[0m" in capsys.readouterr().out


def test_a_page_does_not_bring_files_of_this_machine_in(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("canary-of-the-disk", "utf-8")
    entity = f'<!DOCTYPE html [<!ENTITY x SYSTEM "file://{tmp_path}/secret.txt">]>'
    (tmp_path / "page.html").write_text(
        f"{entity}<html><body><article><p>{NEWS * 5}&x;</p></article></body></html>", "utf-8"
    )
    project = init(tmp_path / "p")
    run("corpus", "add", str(tmp_path / "page.html"), "--project", str(project.root))
    assert "سامر الحداد" in project.articles.read_text("utf-8")
    assert "canary-of-the-disk" not in project.articles.read_text("utf-8")


def test_settings_nested_too_deeply_are_refused(tmp_path: Path) -> None:
    (tmp_path / "musnad.toml").write_text("a = " + "[" * 5_000, "utf-8")
    with pytest.raises(ProjectError, match=r"musnad\.toml: no valid TOML"):
        read_project(tmp_path)


class Answers(BaseHTTPRequestHandler):
    """A server that answers everything alike, and remembers what it was sent."""

    status = 200
    headers_out: ClassVar[dict[str, str]] = {}
    body = b""
    seen: ClassVar[list[str]]

    def _answer(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length") or 0))
        type(self).seen.append(f"{self.path} {self.headers}")
        self.send_response(self.status)
        for name, value in self.headers_out.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(self.body)))
        self.end_headers()
        self.wfile.write(self.body)

    do_GET = do_POST = do_PATCH = do_DELETE = _answer  # noqa: N815 the names that http.server asks for

    def log_message(self, format: str, *args: object) -> None:
        return


class Servers:
    """Starts servers that answer everything alike."""

    def __init__(self) -> None:
        self._running: list[ThreadingHTTPServer] = []

    def start(self, status: int = 200, body: bytes = b"", **headers: str) -> tuple[str, list[str]]:
        """Return the address and the list that fills with requests."""
        seen: list[str] = []
        kind = type("Kind", (Answers,), {"status": status, "body": body, "headers_out": headers, "seen": seen})
        server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self._running.append(server)
        return f"http://127.0.0.1:{server.server_port}", seen

    def stop(self) -> None:
        for server in self._running:
            server.shutdown()
            server.server_close()


@pytest.fixture
def servers() -> Iterator[Servers]:
    made = Servers()
    yield made
    made.stop()


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(servers: Servers, status: int) -> None:
    thief, stolen = servers.start(body=b"{}")
    url, seen = servers.start(status, Location=f"{thief}/api/current-user/whoami")
    with Studio(url, TOKEN, attempts=1) as studio:
        with pytest.raises(RefusedError, match="sends its token to no other address") as refused:
            studio.whoami()
        with pytest.raises(RefusedError):
            studio.post("/api/projects/", {})
        with pytest.raises(RefusedError):
            list(studio.stream("/api/projects/1/exports/1/download"))
    assert len(seen) == 3
    assert stolen == []
    assert TOKEN not in str(refused.value)


ANSWERS = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a number": b"7",
    "a string": b'"x"',
    "an empty object": b"{}",
    "a page that is no list": b'{"results":7,"tasks":7}',
    "a page of numbers": b'{"results":[7]}',
    "a project without a title": b'{"results":[{"id":1,"description":"musnad:p/a/entities"}],"total":1}',
    "ids that are no numbers": b'{"id":"x","results":[{"id":"x"}]}',
    "an export without a status": b'{"id":1}',
    "a web page": b"<html>",
    "no UTF-8": b"\xff\xfe",
    "JSON nested too deeply": b"[" * 100_000,
}


@pytest.mark.parametrize("body", ANSWERS.values(), ids=ANSWERS.keys())
def test_a_server_that_answers_anything_else_than_label_studio_is_said_to(
    servers: Servers, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("time.sleep", lambda _: None)
    url, _ = servers.start(body=body)
    with Studio(url, TOKEN, attempts=1, pause=0) as studio:
        for ask in (studio.whoami, lambda: find_projects(studio, "p"), lambda: list(snapshot(studio, 1))):
            said = ""
            try:
                ask()
            except StudioError as error:  # some answers are taken, none may crash
                said = str(error)
            assert TOKEN not in said


def run(*arguments: str) -> int:
    """Run a command as the shell would; return its exit code."""
    before = sys.argv
    sys.argv = ["musnad", *arguments]
    try:
        cli.main()
    except SystemExit as ended:
        return int(ended.code or 0)
    finally:
        sys.argv = before
    return 0


# How each command is run in the newsroom project; None for what needs a server of its own (tests/test_demo.py runs it).
COMMANDS: dict[str, list[str] | None] = {
    "version": [],
    "init": ["again"],
    "corpus add": ["texts", "--project", "p"],
    "corpus list": ["--project", "p"],
    "corpus show": ["harbour-1", "--project", "p"],
    "corpus check": ["--project", "p"],
    "corpus stories": ["--project", "p"],
    "rehydrate": ["p/standoff", "--articles", "texts", "-o", "out"],
    "preannotate": ["--project", "p"],
    "adjudicate": ["--auto", "--project", "p"],
    "evaluate": ["p/annotations-1.jsonl", "p/gold.jsonl"],
    "plan": ["--annotators", "a,b", "--project", "p"],
    "push": ["--project", "p"],
    "pull": ["--project", "p"],
    "status": ["--project", "p"],
    "agreement": ["--draws", "5", "--project", "p"],
    "studio": None,
    "demo": None,
    "release": ["--version", "1.0.0", "--project", "p"],
    "report": ["-o", "report.html", "--project", "p"],
    "doctor": [],
    "diff": ["p/releases/1.0.0", "p/releases/1.0.0"],
    "verify": ["p/releases/1.0.0"],
    "convert": ["p/gold.jsonl", "--help"],
    "train": ["--help"],
}


def commands() -> list[str]:
    names = [str(one.name or one.callback.__name__) for one in cli.app.registered_commands if one.callback]
    return names + [
        f"corpus {one.name or one.callback.__name__}" for one in cli.corpus_app.registered_commands if one.callback
    ]


def test_the_search_for_the_token_knows_every_command() -> None:
    assert not [name for name in commands() if name not in COMMANDS]


@pytest.mark.parametrize("server", ["down", "garbage", "refusing"])
def test_the_token_shows_up_nowhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], servers: Servers, server: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("time.sleep", lambda _: None)
    url = {
        "down": "http://127.0.0.1:9",
        "garbage": servers.start(body=b"<html>what?</html>")[0],
        "refusing": servers.start(403, body=b'{"detail": "no"}')[0],
    }[server]
    monkeypatch.setenv("LABEL_STUDIO_URL", url)
    monkeypatch.setenv("LABEL_STUDIO_API_KEY", TOKEN)
    monkeypatch.setenv("MUSNAD_STATE", str(tmp_path / "state"))
    project = init(tmp_path / "p")
    write_jsonl(project.articles, newsroom.articles().values())
    write_jsonl(project.annotations, newsroom.layers())
    write_jsonl(project.gold, newsroom.gold())
    write_jsonl(project.root / "annotations-1.jsonl", newsroom.layers()[:4])
    write_jsonl(project.root / "standoff" / "gold.jsonl", newsroom.gold())
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "clinic-2.txt").write_text(NEWS, "utf-8")
    there = commands()
    ended = {}
    for name, arguments in COMMANDS.items():
        if (
            name in there
            and arguments is not None
            and (server == "down" or name in ("push", "pull", "status", "doctor"))
        ):
            if name in ("push", "pull", "status") and not project.plan.exists():
                assert run("plan", *(COMMANDS["plan"] or [])) == 0
            ended[name] = run(*name.split(), *arguments)
    said = "".join(capfd.readouterr())
    assert ended["push"] == ended["pull"] == 1
    assert url in said
    assert TOKEN not in said
    assert "Traceback" not in said
    if server == "down":
        assert [name for name, code in ended.items() if code and name not in ("push", "pull", "status")] == [
            "rehydrate"
        ]
        assert (project.releases / "1.0.0" / "README.md").exists()
    for path in tmp_path.rglob("*"):
        if path.is_file():
            assert TOKEN.encode() not in path.read_bytes(), path


def test_a_full_disk_leaves_the_project_as_it_was_and_says_so(tmp_path: Path) -> None:
    project = init(tmp_path / "p")
    write_jsonl(project.articles, newsroom.articles().values())
    before = {path: path.read_bytes() for path in project.root.rglob("*") if path.is_file() and path.name != ".lock"}
    (tmp_path / "long.txt").write_text(NEWS * 300, "utf-8")
    for arguments in (
        ["corpus", "add", "long.txt", "--project", "p"],
        ["preannotate", "-o", "p/big.jsonl", "--project", "p"],
    ):
        program = f"""
import resource, signal, sys
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (3_000, 3_000))
sys.argv = ["musnad", *{arguments!r}]
from musnad.cli import main
main()
"""
        done = subprocess.run(
            [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=False
        )
        assert done.returncode == 1
        assert "File too large" in done.stderr
        assert "Traceback" not in done.stderr
        assert {path: path.read_bytes() for path in before} == before
    with suppress(FileNotFoundError):
        shutil.rmtree(project.root)


@pytest.mark.parametrize("name", ["conll", "brat"])
def test_a_file_of_another_format_that_is_no_utf_8_is_said_so(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    write_jsonl(tmp_path / "articles.jsonl", newsroom.articles().values())
    write_jsonl(tmp_path / "gold.jsonl", newsroom.gold())
    given = ("--articles", str(tmp_path / "articles.jsonl"))
    assert run("convert", str(tmp_path / "gold.jsonl"), str(tmp_path / "there"), "--to", name, *given) == 0
    there = tmp_path / "there"
    for file in [there] if there.is_file() else list(there.rglob("*.txt")):
        file.write_bytes(b"\xff" + file.read_bytes())
    assert run("convert", str(there), str(tmp_path / "back"), "--from", name, *given) == 1
    said = capsys.readouterr().err
    assert "is not UTF-8" in said
    assert len(said.splitlines()) == 1
