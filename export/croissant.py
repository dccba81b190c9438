"""`croissant.json`: the release in MLCommons' Croissant vocabulary 1.0, with fields for responsible AI (RAI 1.0)."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from ..schema.release_files import Manifest
from .features import features

_CONTEXT: dict[str, Any] = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "citeAs": "cr:citeAs",
    "column": "cr:column",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "equivalentProperty": "cr:equivalentProperty",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "extract": "cr:extract",
    "field": "cr:field",
    "fileObject": "cr:fileObject",
    "fileProperty": "cr:fileProperty",
    "fileSet": "cr:fileSet",
    "format": "cr:format",
    "includes": "cr:includes",
    "isLiveDataset": "cr:isLiveDataset",
    "jsonPath": "cr:jsonPath",
    "key": "cr:key",
    "md5": "cr:md5",
    "parentField": "cr:parentField",
    "path": "cr:path",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "recordSet": "cr:recordSet",
    "references": "cr:references",
    "regex": "cr:regex",
    "repeated": "cr:repeated",
    "replace": "cr:replace",
    "samplingRate": "cr:samplingRate",
    "sc": "https://schema.org/",
    "separator": "cr:separator",
    "source": "cr:source",
    "subField": "cr:subField",
    "transform": "cr:transform",
}
_TYPES = {"string": "sc:Text", "bool": "sc:Boolean", "int32": "sc:Integer", "float64": "sc:Float"}


def croissant(place: Path, manifest: Manifest, description: str) -> dict[str, Any]:
    """Return the description of a release whose tables stand in `place`: a file each, a record set for each of them."""
    files = sorted(path.relative_to(place).as_posix() for path in place.glob("*/*.parquet"))
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": ["http://mlcommons.org/croissant/1.0", "http://mlcommons.org/croissant/RAI/1.0"],
        "name": manifest.name,
        "description": description or "Arabic news with entities, quantities and attributions.",
        "version": manifest.version,
        "license": manifest.license,
        "citeAs": f"{manifest.name}, version {manifest.version}",
        "inLanguage": "ar",
        "isLiveDataset": False,
        **_responsible(manifest),
        "distribution": [_file(place, name) for name in files],
        "recordSet": [_record_set(name) for name in files],
    }


def _responsible(manifest: Manifest) -> dict[str, Any]:
    machine = set(manifest.annotations_creators) == {"machine-generated"}
    who = "machines, no person" if machine else ", ".join(manifest.annotations_creators)
    how = (
        "Marked by machines by the guidelines in guidelines.en.md, without a person's correction; adjudicated to gold."
        if machine
        else "Pre-annotated automatically, corrected in Label Studio in two passes by the guidelines in "
        "guidelines.en.md, adjudicated to gold."
    )
    return {
        "rai:dataCollection": f"News articles of {len(manifest.publishers)} outlets, stored as they were published.",
        "rai:dataAnnotationProtocol": how,
        "rai:dataAnnotationPlatform": ["Label Studio"],
        "rai:annotatorDemographics": [f"{len(manifest.annotators)} annotators under pseudonyms: {who}."],
        "rai:dataAnnotationAnalysis": ["Agreement with bootstrap intervals stands in agreement.json."],
        "rai:dataLimitations": [
            "Outlets and topics are those of the corpus; an attribution says who said something, not whether it is so."
        ],
        "rai:personalSensitiveInformation": ["Names of persons in the news. Annotators are pseudonymous."],
        "rai:dataUseCases": ["Training and testing of entity, quantity and attribution extraction in Arabic news."],
        "rai:dataReleaseMaintenancePlan": "Semantic versions; CHANGELOG.md says what each one changed.",
    }


def _file(place: Path, name: str) -> dict[str, Any]:
    with (place / name).open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "contentUrl": name,
        "encodingFormat": "application/x-parquet",
        "sha256": digest,
    }


def _record_set(name: str) -> dict[str, Any]:
    """A table's columns of plain values and lists of them; Croissant can't say how a Parquet struct is read."""
    config, _, file = name.partition("/")
    split, number, _, files = file.removesuffix(".parquet").split("-")
    record = f"{config}_{split}" if int(files) == 1 else f"{config}_{split}_{number}"
    found = features(config).items()
    fields = [_field(f"{record}/{column}", column, feature, name) for column, feature in found if _is_plain(feature)]
    nested = [column for column, feature in found if not _is_plain(feature)]
    told = f"Nested columns beside these (their features stand in release.json): {', '.join(nested)}." if nested else ""
    return {"@type": "cr:RecordSet", "@id": record, "name": record, "description": told, "field": fields}


def _is_plain(feature: Any) -> bool:
    return not isinstance(getattr(feature, "feature", feature), dict)


def _field(identity: str, column: str, feature: Any, file: str) -> dict[str, Any]:
    from datasets import List

    repeated = isinstance(feature, List)
    inner = feature.feature if repeated else feature
    return {
        "@type": "cr:Field",
        "@id": identity,
        "name": column,
        "dataType": "sc:Integer" if hasattr(inner, "names") else _TYPES[inner.dtype],
        **({"repeated": True} if repeated else {}),
        "source": {"fileObject": {"@id": file}, "extract": {"column": column}},
    }
