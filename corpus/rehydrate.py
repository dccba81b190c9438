"""`musnad rehydrate`: standoff layers joined to a holder's own copies of the texts, each checked by its hash.

A standoff folder holds `manifest.json` (id, hash and length of each text) and `*.jsonl` files of layers that carry
offsets and hashes, never text.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from importlib.resources import as_file, files
from pathlib import Path

import msgspec

from ..schema.corpus_files import StandoffManifest, StandoffText
from ..schema.errors import MusnadError
from ..schema.jsonl import Refusal, read_layers, write_jsonl
from ..schema.records import Article, Layer
from ..schema.validate import layer_problems
from .ingest import articles

MANIFEST = "manifest.json"


class StandoffError(MusnadError):
    """A standoff folder, or one of texts, that can't be used; the message says what is missing."""


@dataclass(slots=True)
class Rehydration:
    """What was joined: `files` are the written ones; `missing` and `refused` say what could not be and why."""

    articles: int = 0
    layers: int = 0
    files: list[Path] = field(default_factory=list)
    missing: list[Refusal] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)

    @property
    def complete(self) -> bool:
        """Whether every text was found and every layer is sound."""
        return not self.missing and not self.refused


def rehydrate(standoff: Path, texts: Path, out: Path) -> Rehydration:
    """Write `out`/articles.jsonl and each layer file of `standoff` whose texts the folder `texts` holds.

    `standoff` is a folder or one file of layers. A text is found by its file stem or, when the file has another name,
    by its hash; one whose hash differs is not used, and its layers are left out and reported.
    Raises StandoffError when `standoff` holds no layers, its manifest is unsound or `texts` isn't there, OSError when a
    file can't be read or written.
    """
    done = Rehydration()
    sources = _layer_files(standoff)
    layers = {source: list(read_layers(source, done.refused)) for source in sources}
    listed = _listed(sources[0].parent / MANIFEST)
    hashes = {layer.article_id: layer.sha256 for some in layers.values() for layer in some}
    hashes |= {name: text.sha256 for name, text in listed.items() if name in hashes}
    found = match(hashes, texts, done.missing, {name: text.characters for name, text in listed.items()})
    done.files.append(out / "articles.jsonl")
    done.articles = write_jsonl(done.files[0], found.values())
    for source, some in layers.items():
        if joined := list(_sound(some, found, source, done.refused)):
            done.files.append(out / source.name)
            done.layers += write_jsonl(done.files[-1], joined)
    return done


def match(
    wanted: Mapping[str, str], texts: Path, missing: list[Refusal], lengths: Mapping[str, int] | None = None
) -> dict[str, Article]:
    """Return the articles that `texts` holds of those wanted (id to hash), by id; the others are appended to `missing`.

    `lengths` (id to code points), where known, makes the report of a differing text say by how much it differs.
    Raises StandoffError when there is no such folder or file.
    """
    if not texts.exists():
        raise StandoffError(f"{texts}: there is no such folder: name the one that holds your copies of the texts")
    by_stem: dict[str, Article] = {}
    by_hash: dict[str, Article] = {}
    unread: dict[str | None, Refusal] = {}
    for item in articles([texts]):
        if isinstance(item, Refusal):
            unread[item.article_id] = item
        else:
            by_stem.setdefault(item.article.id, item.article)
            by_hash.setdefault(item.article.sha256, item.article)
    found = {}
    for name, sha256 in wanted.items():
        named = by_stem.get(name)
        same = named if named and named.sha256 == sha256 else by_hash.get(sha256)
        if same:
            found[name] = msgspec.structs.replace(same, id=name)
        elif named:
            missing.append(Refusal(str(texts), 0, "sha256", _differs(named, sha256, (lengths or {}).get(name)), name))
        elif name in unread:
            missing.append(unread[name])
        else:
            reason = f"no file {name}.txt here and no text with the hash {sha256[:12]}…: add your copy of this article"
            missing.append(Refusal(str(texts), 0, "text", reason, name))
    return found


def packaged() -> Path | None:
    """Return the standoff folder that came with musnad, None when it holds no layers."""
    with as_file(files(__package__) / "standoff") as folder:
        return folder if folder.is_dir() and any(folder.glob("*.jsonl")) else None


def manifest_of(found: Iterable[Article], note: str = "") -> StandoffManifest:
    """Return the standoff manifest of articles: what a holder of their texts needs to find and check them."""
    listed = [StandoffText(id=a.id, sha256=a.sha256, characters=len(a.text)) for a in found]
    return StandoffManifest(note=note, articles=listed)


def _layer_files(standoff: Path) -> list[Path]:
    if standoff.is_file():
        return [standoff]
    sources = sorted(standoff.glob("*.jsonl"))
    if not sources:
        raise StandoffError(f"{standoff}: no layers (*.jsonl) here: name a standoff folder or a file of layers")
    return sources


def _listed(path: Path) -> dict[str, StandoffText]:
    """Return the texts of a manifest by id; none when there is no manifest: the layers carry the hashes too."""
    if not path.exists():
        return {}
    try:
        listed = msgspec.json.decode(path.read_bytes(), type=StandoffManifest)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise StandoffError(f"{path}: {error}") from error
    return {text.id: text for text in listed.articles}


def _sound(layers: list[Layer], found: Mapping[str, Article], source: Path, refused: list[Refusal]) -> Iterator[Layer]:
    """Yield the layers whose article was found and that fit its text; one without its article is reported there."""
    for line, layer in enumerate(layers, start=1):
        article = found.get(layer.article_id)
        if article is None:
            continue
        if problems := layer_problems(layer, article):
            refused.append(Refusal(str(source), line, problems[0].field, problems[0].reason, layer.article_id))
        else:
            yield layer


def _differs(named: Article, sha256: str, length: int | None) -> str:
    if length is None:
        size = ""
    elif length == len(named.text):
        size = f", though both have {length:,} characters"
    else:
        size = f" ({len(named.text):,} characters instead of {length:,})"
    return (
        f"your copy is not the text that was annotated{size}: its hash is {named.sha256[:12]}… instead of "
        f"{sha256[:12]}…; find the copy as it was published"
    )
