"""JSON Schemas (draft 2020-12) of every file that musnad reads or writes, generated from the records.

`python -m musnad.schema.json_schema` writes them beside this file; a test holds them current.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import msgspec

from .agreement_report import AgreementReport, DisagreementRecord
from .corpus_files import ProjectSettings, SamplesManifest, StandoffManifest
from .diff_file import Diff
from .evaluation_report import EvaluationReport
from .jsonl import Refusal
from .records import Article, Layer
from .release_files import Assignment, Manifest
from .release_scores import ReleaseScores
from .studio_files import Plan, SetAside, Status

DIALECT = "https://json-schema.org/draft/2020-12/schema"

# File format → the record that one line (JSON Lines) or the whole file (JSON) holds.
FORMATS: dict[str, type] = {
    "article": Article,
    "annotation": Layer,
    "refusal": Refusal,
    "project": ProjectSettings,
    "samples": SamplesManifest,
    "standoff": StandoffManifest,
    "plan": Plan,
    "set_aside": SetAside,
    "status": Status,
    "agreement": AgreementReport,
    "disagreement": DisagreementRecord,
    "evaluation": EvaluationReport,
    "scores": ReleaseScores,
    "release": Manifest,
    "split": Assignment,
    "diff": Diff,
}


def json_schema(name: str) -> dict[str, Any]:
    """Return the JSON Schema of the file format `name`. Raises KeyError for an unknown one."""
    schema = msgspec.json.schema(FORMATS[name], ref_template="#/$defs/{name}")
    whole = {"$schema": DIALECT, "$id": f"urn:musnad:{name}", "title": name, **schema}
    plain: dict[str, Any] = json.loads(json.dumps(whole))  # tuples as lists, as in the file
    return plain


def write_schemas(directory: Path) -> list[Path]:
    """Write `<format>.schema.json` for every format and return the paths."""
    paths = []
    for name in FORMATS:
        path = directory / f"{name}.schema.json"
        path.write_text(json.dumps(json_schema(name), ensure_ascii=False, indent=1) + "\n", "utf-8")
        paths.append(path)
    return paths


if __name__ == "__main__":
    for written in write_schemas(Path(__file__).parent):
        print(written.name)
