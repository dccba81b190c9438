"""A wheel built with MUSNAD_COMPILE=1 says of every text what the sources say; what is installed to be edited stays
them."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import sysconfig
from importlib.util import find_spec
from pathlib import Path

import pytest

pytestmark = pytest.mark.installed

ROOT = Path(__file__).resolve().parents[1]
GRAMMAR = Path("annotation/preannotate/quantities")
SUFFIX = str(sysconfig.get_config_var("EXT_SUFFIX"))

# Says how the grammar runs, then every layer of the samples, made here and by two workers.
LAYERS = """
import pickle, sys
from musnad.annotation.preannotate.document import analyse
from musnad.annotation.preannotate.quantities import grammar
from musnad.annotation.preannotate.run import encoded
from musnad.corpus import samples
print(grammar.__file__.rpartition(".")[2], flush=True)
found = grammar.QuantityGrammar().annotate(analyse(samples.articles()[0].text))
assert found and pickle.loads(pickle.dumps(found)) == found
for workers in (1, 2):
    sys.stdout.buffer.writelines(encoded(samples.articles(), workers=workers))
"""


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the repository, in which to build without getting in another build's way."""
    copy = tmp_path_factory.mktemp("pure") / "musnad"
    shutil.copytree(ROOT, copy, ignore=shutil.ignore_patterns(".*", "build", "musnad-demo", "*.egg-info"))
    return copy


@pytest.fixture(scope="module")
def compiled(source: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a compiled wheel was installed into."""
    compiler = str(sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        pytest.skip(f"there is no C compiler ({compiler}) here")
    if find_spec("mypyc") is None:
        pytest.skip("mypy, which brings mypyc, is not installed")
    place = tmp_path_factory.mktemp("compiled")
    install = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--target"]
    done = subprocess.run(
        [*install, str(place), str(source)],
        env={**os.environ, "MUSNAD_COMPILE": "1"}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    return place


def _run(place: Path, *arguments: str) -> bytes:
    """Run Python with the musnad that lies in a folder, whatever else is installed."""
    done = subprocess.run(
        [sys.executable, *arguments],
        cwd=place, env={**os.environ, "PYTHONPATH": str(place)}, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, (done.stdout + done.stderr).decode()
    return done.stdout


def test_every_module_of_the_grammar_is_compiled_and_keeps_its_source(compiled: Path) -> None:
    for module in (ROOT / GRAMMAR).glob("[!_]*.py"):
        installed = compiled / "musnad" / GRAMMAR / module.name
        assert installed.read_bytes() == module.read_bytes()
        assert installed.with_suffix(SUFFIX).is_file()


def test_compiled_and_pure_give_the_same_bytes_in_one_process_and_in_two(compiled: Path, source: Path) -> None:
    pure_kind, _, pure = _run(source.parent, "-c", LAYERS).partition(b"\n")
    kind, _, layers = _run(compiled, "-c", LAYERS).partition(b"\n")
    assert (pure_kind, kind) == (b"py", SUFFIX.rpartition(".")[2].encode())
    assert layers.count(b"\n") == 2 * 8
    assert layers == pure


def test_the_compiled_grammar_passes_the_grammars_own_tests(compiled: Path) -> None:
    tests = ROOT / "tests" / GRAMMAR
    quietly = ("-q", "-p", "no:cacheprovider", "--rootdir", str(ROOT), "-c", str(ROOT / "pyproject.toml"))
    assert b" passed" in _run(compiled, "-m", "pytest", *quietly, str(tests))


def test_an_editable_install_is_never_compiled_so_that_an_edit_always_counts(source: Path, tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", f"from setuptools.build_meta import build_editable; build_editable({str(tmp_path)!r})"],
        cwd=source, env={**os.environ, "MUSNAD_COMPILE": "1"}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert done.returncode != 0
    assert "an editable install always runs the sources" in done.stderr
    assert not [*(source / GRAMMAR).glob(f"*{SUFFIX}")]
