"""Files made to fill the memory, to run code or to bring other files in are refused with their name."""

import subprocess
import sys
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

import newsroom
import numpy as np
import pytest

from musnad.annotation.preannotate.entities.tagger import trained
from musnad.annotation.preannotate.entities.training import write_model
from musnad.export.formats.registry import FormatError, Marked, codec
from musnad.schema.errors import MusnadError

GOLD = newsroom.gold()[0]
MARKED = Marked(newsroom.articles()[GOLD.article_id], GOLD)
LABELS = ("O", "B-PER", "I-PER")


def model(path: Path) -> Path:
    """A model of three labels that is as `musnad train entities` writes them."""
    write_model(LABELS, {("0w=سامر", "B-PER"): 2.0}, {("B-PER", "I-PER"): 1.0}, ["قال"], path, 0.0)
    return path


def member(path: Path, name: str, array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]") -> None:
    """Put another array into the place of one of a model's, pickled when it has to be."""
    with np.load(path) as old:
        arrays = {key: old[key] for key in old.files if key != name}
    buffer = BytesIO()
    np.lib.format.write_array(buffer, array, allow_pickle=True)
    np.savez(path, **arrays)
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr(f"{name}.npy", buffer.getvalue())


@pytest.mark.long
@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="reads /proc: elsewhere a child's peak is not its own")
def test_a_file_of_spacy_that_unpacks_to_gigabytes_is_refused_in_little_memory(tmp_path: Path) -> None:
    pytest.importorskip("spacy", reason="musnad[spacy] is not installed here")
    packing = zlib.compressobj(9)
    zeros = bytes(1 << 20)
    start = packing.compress(zeros) + packing.flush(zlib.Z_FULL_FLUSH)
    block = packing.compress(zeros) + packing.flush(zlib.Z_FULL_FLUSH)  # repeats as often as one likes
    bomb = tmp_path / "bomb.spacy"
    bomb.write_bytes(start + block * (4 << 10))
    assert bomb.stat().st_size < 5 << 20
    program = f"""
import re
from pathlib import Path
from musnad.export.convert import convert
try:
    convert(Path({str(bomb)!r}), Path({str(tmp_path / "out")!r}), source_format="spacy", target_format="jsonl")
except Exception as error:
    print(error)
print(re.search(r"VmHWM:\\s+(\\d+) kB", Path("/proc/self/status").read_text())[1])
"""
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    said, peak = done.stdout.splitlines()
    assert f"{bomb}: its {bomb.stat().st_size} bytes unpack to more than 512 MB" in said
    assert int(peak) < 500_000  # kilobytes; with spaCy loaded
    assert not (tmp_path / "out").exists()


def test_a_model_as_training_writes_it_is_read(tmp_path: Path) -> None:
    assert trained(model(tmp_path / "own.npz")).labels == list(LABELS)


@pytest.mark.parametrize(
    ("bytes_said", "reason"), [(5 << 30, "it unpacks to 5120 MB"), (200, "no model of `musnad train entities`")]
)
def test_a_model_that_unpacks_to_gigabytes_or_to_more_than_it_says_is_refused(
    tmp_path: Path, bytes_said: int, reason: str
) -> None:
    path = model(tmp_path / "own.npz")
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("more.npy", bytes(1 << 20))
        archive.filelist[-1].file_size = bytes_said
        archive.filelist[0].file_size = min(bytes_said, archive.filelist[0].file_size)
        archive.filelist[3].file_size //= 2
    with pytest.raises(MusnadError, match=reason):
        trained(path)


class Harm:
    """Writes a file when it is unpickled."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def __reduce__(self) -> tuple[Callable[..., object], tuple[object, ...]]:
        return Path.write_text, (self.path, "harm", "utf-8")


def test_a_model_with_a_pickle_in_it_is_refused_and_the_pickle_left_alone(tmp_path: Path) -> None:
    path = model(tmp_path / "own.npz")
    member(path, "values", np.array([Harm(tmp_path / "done")], dtype=object))
    with pytest.raises(MusnadError, match="Object arrays cannot be loaded"):
        trained(path)
    assert not (tmp_path / "done").exists()


@pytest.mark.parametrize(
    ("name", "array"),
    [
        ("labels", np.array(["O"])),
        ("labels", np.array(["O", "PER", "LOC"])),
        ("labels", np.array([1, 2, 3])),
        ("labels", np.array("O")),
        ("transitions", np.zeros((2, 3))),
        ("columns", np.array([255])),
        ("pointers", np.array([0, 1 << 62])),
        ("features", np.zeros((1, 1), np.uint8)),
    ],
    ids=["one label", "no BIO", "numbers", "no list", "another shape", "no such column", "without end", "no names"],
)
def test_a_model_whose_arrays_do_not_go_together_is_refused(
    tmp_path: Path, name: str, array: "np.ndarray[tuple[int, ...], np.dtype[np.generic]]"
) -> None:
    path = model(tmp_path / "own.npz")
    member(path, name, array)
    if name == "features":
        member(path, "common", np.full(3, 0xFF, np.uint8))
    with pytest.raises(MusnadError, match=r"own\.npz is no model of `musnad train entities`"):
        trained(path)


LAUGHS = '<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {name} "{f"&{before};" * 10}">' for before, name in zip("abcdefghijkl", "bcdefghijklm", strict=True)
)


@pytest.mark.parametrize("file", ["TypeSystem.xml", "harbour-1.xmi"])
@pytest.mark.parametrize(
    ("declared", "used"),
    [
        (LAUGHS, "&m;"),
        ('<!ENTITY s SYSTEM "file://{}/secret.txt">', "&s;"),
        ('<!ENTITY % s SYSTEM "{}/s.dtd"> %s;', ""),
    ],
    ids=["laughs", "a file of this machine", "another definition"],
)
def test_a_cas_with_entities_of_its_own_is_refused(tmp_path: Path, file: str, declared: str, used: str) -> None:
    pytest.importorskip("cassis", reason="musnad[cas] is not installed here")
    (tmp_path / "secret.txt").write_text("canary-of-the-disk", "utf-8")
    codec("cas").write([MARKED], tmp_path / "cas")
    (path,) = (tmp_path / "cas").rglob(file)
    head, _, xml = path.read_text("utf-8").partition("?>")
    place = 'sofaString="' if file.endswith("xmi") else "<name>"
    xml = xml.replace(place, place + used, 1)
    path.write_text(f"{head}?><!DOCTYPE x [{declared.format(tmp_path)}]>{xml}", "utf-8")
    with pytest.raises(FormatError, match=rf"{file}: has a document type") as refused:
        list(codec("cas").read(tmp_path / "cas", {}, "qalam"))
    assert "canary" not in str(refused.value)
