"""The packaged samples: original articles about fictional events, with their annotation layers."""

from __future__ import annotations

from importlib.resources import as_file, files
from importlib.resources.abc import Traversable

import msgspec

from ..schema.corpus_files import SamplesManifest
from ..schema.errors import MusnadError
from ..schema.jsonl import Refusal, read_layers
from ..schema.records import Article, Layer, sha256_of
from .boilerplate import boilerplate


class SamplesError(MusnadError):
    """Packaged samples that are not as they were shipped; the message names the file."""


def manifest() -> SamplesManifest:
    """Return the manifest of the samples.

    Raises SamplesError when it can't be read.
    """
    try:
        return msgspec.json.decode(_folder().joinpath("manifest.json").read_bytes(), type=SamplesManifest)
    except (OSError, msgspec.DecodeError) as error:
        raise SamplesError(f"corpus/samples/manifest.json: {error}: install musnad again") from error


def articles() -> list[Article]:
    """Return the sample articles in the order of the manifest, boilerplate marked.

    Raises SamplesError when a text is missing or isn't the one that the manifest names.
    """
    listed = manifest()
    found = []
    for sample in listed.articles:
        try:
            text = _folder().joinpath(sample.file).read_bytes().decode("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            raise SamplesError(f"corpus/samples/{sample.file}: {error}: install musnad again") from error
        if sha256_of(text) != sample.sha256:
            raise SamplesError(f"corpus/samples/{sample.file}: the text was changed: install musnad again")
        article = Article(
            id=sample.id,
            text=text,
            sha256=sample.sha256,
            title=sample.title,
            publisher=sample.publisher,
            published=sample.published,
            license=listed.license,
            boilerplate=boilerplate(text, sample.title, sample.publisher),
        )
        found.append(article)
    return found


def layer_names() -> list[str]:
    """Return the names of the packaged layer files (`corpus/samples/<name>.jsonl`), sorted."""
    return sorted(f.name.removesuffix(".jsonl") for f in _folder().iterdir() if f.name.endswith(".jsonl"))


def layers(name: str) -> list[Layer]:
    """Return the layers of the samples that stand in `corpus/samples/<name>.jsonl`, checked against their texts.

    Raises SamplesError when there is no such file or a layer of it is unsound.
    """
    texts = {article.id: article for article in articles()}
    refusals: list[Refusal] = []
    with as_file(_folder().joinpath(f"{name}.jsonl")) as path:
        if not path.is_file():
            raise SamplesError(f"corpus/samples/{name}.jsonl: there is no such file; known: {', '.join(layer_names())}")
        found = list(read_layers(path, refusals, texts))
    if refusals:
        raise SamplesError(str(refusals[0]))
    return found


def _folder() -> Traversable:
    return files(__package__) / "samples"
