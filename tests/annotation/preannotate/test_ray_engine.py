"""Pre-annotating through Ray: the bytes of one process."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from musnad.annotation.preannotate.ray_engine import RayError, RayRun, preannotate_ray, started
from musnad.annotation.preannotate.run import encoded
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, sha256_of

ray = pytest.importorskip("ray", reason="Ray is an extra and isn't installed")


def some(n: int) -> list[Article]:
    texts = [f"قال وزير الصحة سامر الحداد إن {number} مريضا نقلوا إلى مستشفى الساحل في لبنان." for number in range(n)]
    return [Article(id=f"a{number}", text=text, sha256=sha256_of(text)) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[None]:
    with started(cpus=2):
        yield


def test_one_file_gives_the_bytes_of_one_process_and_names_what_it_refuses(cluster: None, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", some(150))
    with (tmp_path / "in.jsonl").open("ab") as file:
        file.write(b'{"id": "bad"}\n')
    run = preannotate_ray(str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), ["entities"])
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(encoded(some(150), ["entities"]))
    assert run.layers == 150
    assert [line.partition("in.jsonl:")[2][:4] for line in run.refused] == ["151:"]


def test_parquet_goes_in_and_out(cluster: None, tmp_path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    table = pa.table({"id": [a.id for a in some(20)], "text": [a.text for a in some(20)]})
    pq.write_table(table, tmp_path / "in.parquet")
    run = preannotate_ray(str(tmp_path / "in.parquet"), str(tmp_path / "out"), ["entities"], output="parquet")
    assert run == RayRun(20)
    rows = [row for file in sorted((tmp_path / "out").iterdir()) for row in pq.read_table(file).to_pylist()]
    assert [row["layer"].encode() + b"\n" for row in rows] == list(encoded(some(20), ["entities"]))


def test_what_is_no_article_file_is_named(cluster: None, tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("خبر", "utf-8")
    with pytest.raises(RayError, match=r"a\.txt: name a \.jsonl or \.parquet file"):
        preannotate_ray(str(tmp_path / "a.txt"), str(tmp_path / "out.jsonl"))
