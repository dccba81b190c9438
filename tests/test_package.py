"""What is installed works from anywhere: the wheel holds the data that the code reads, and imports run one way."""

from __future__ import annotations

import ast
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
FLOORS = ("schema", "corpus", "annotation", "export")

USE = """
import musnad, pathlib, sys
from musnad.corpus import rehydrate, samples
from musnad.schema.guidelines import guidelines
from musnad.schema.json_schema import FORMATS
from musnad.annotation.preannotate.run import preannotate
from importlib.resources import files
assert pathlib.Path(musnad.__file__).parent.parent == pathlib.Path(sys.argv[1]), musnad.__file__
assert len(samples.layers("gold")) == len(samples.articles()) == 8
assert rehydrate.packaged() is not None
assert "PER" in guidelines("ar") and "PER" in guidelines("en")
assert all((files("musnad.schema") / f"{name}.schema.json").is_file() for name in FORMATS)
[layer] = preannotate(samples.articles()[:1])
assert layer.entities and layer.quantities and layer.attributions
print("works")
"""


@pytest.mark.installed
def test_a_wheel_works_from_another_directory_with_its_data_inside(tmp_path: Path) -> None:
    source = tmp_path / "source"
    shutil.copytree(ROOT, source, ignore=shutil.ignore_patterns(".*", "build", "musnad-demo", "*.egg-info"))
    build = [sys.executable, "-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--wheel-dir"]
    subprocess.run([*build, str(tmp_path), str(source)], check=True, capture_output=True)
    [wheel] = tmp_path.glob("musnad-*.whl")
    place = tmp_path / "site"
    with zipfile.ZipFile(wheel) as archive:
        names = archive.namelist()
        archive.extractall(place)
    modules = {path.relative_to(ROOT).as_posix() for floor in FLOORS for path in (ROOT / floor).rglob("*.py")}
    modules |= {path.name for path in ROOT.glob("*.py")} - {"setup.py"}
    assert {name.removeprefix("musnad/") for name in names if name.endswith(".py")} == modules
    away = tmp_path / "away"
    away.mkdir()
    # The unpacked wheel comes before the editable install of the repository.
    done = subprocess.run(
        [sys.executable, "-c", f"import sys; sys.path.insert(0, sys.argv[1])\n{USE}", str(place)],
        cwd=away, env={**os.environ, "PYTHONPATH": str(place)}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip
    assert (done.stdout.strip(), done.returncode) == ("works", 0), done.stderr


def test_imports_run_one_way() -> None:
    wrong = []
    for floor, name in enumerate(FLOORS):
        above = {*FLOORS[floor + 1 :], "cli", "demo", "console", "checkup"}
        for path in (ROOT / name).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.ImportFrom) and node.level and _room(path, node) in above:
                    wrong.append(f"{path.relative_to(ROOT)}:{node.lineno}")
    assert wrong == []


def _room(path: Path, node: ast.ImportFrom) -> str:
    """The top folder or module of the package that a relative import reaches."""
    here = path.relative_to(ROOT).parts[:-1]
    reached = [*here[: len(here) - node.level + 1], *(node.module or "").split(".")]
    if node.level - 1 == len(here) and not node.module:
        return node.names[0].name
    return reached[0]
