"""The examples train taggers from a release alone."""

from __future__ import annotations

import importlib.util
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.long

EXAMPLES = Path(__file__).parents[2] / "examples"


def _run(example: str, place: Path, *arguments: str) -> str:
    environment = {**os.environ, "HF_HUB_OFFLINE": "1", "HF_HOME": str(place / "hf")}
    command = [sys.executable, str(EXAMPLES / example), *arguments]
    done = subprocess.run(command, check=True, capture_output=True, text=True, env=environment, cwd=place)
    return done.stdout


def test_a_crf_learns_what_it_saw(released: Path, tmp_path: Path) -> None:
    told = _run("train_crf.py", tmp_path, str(released), "--model", "m.crfsuite")
    assert (tmp_path / "m.crfsuite").stat().st_size > 1000
    f1 = {name: float(value) for name, value in re.findall(r"(\w+), \d+ sentences: .* F1 (\d\.\d+)", told)}
    # A handful of articles teaches it what it saw, and little more.
    assert f1["train"] > 0.9
    assert 0 <= f1["test"] < 1


@pytest.mark.skipif(
    not (importlib.util.find_spec("torch") and importlib.util.find_spec("transformers")),
    reason="torch and transformers are not installed",
)
def test_a_transformer_built_on_the_spot_learns_what_it_saw(released: Path, tmp_path: Path) -> None:
    told = json.loads(_run("train_transformer.py", tmp_path, str(released), "--epochs", "40").splitlines()[-1])
    assert told["train"]["f1"] > 0.5
    assert set(told) == {"loss", "train", "test"}
    assert (tmp_path / "entities" / "model.safetensors").exists()
