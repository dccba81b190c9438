"""Pre-annotating through Ray: the bytes of one process, whatever machine or worker is lost on the way.

The cluster has two nodes of its own on this machine, each with its processes, its object store and two cores.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from musnad.annotation.preannotate.ray_engine import RayError, RayRun, preannotate_ray, started
from musnad.annotation.preannotate.run import encoded
from musnad.schema.jsonl import write_jsonl
from musnad.schema.records import Article, sha256_of

pytestmark = pytest.mark.long

ray = pytest.importorskip("ray", reason="Ray is an extra and isn't installed")
linux = pytest.mark.skipif(not sys.platform.startswith("linux"), reason="finds workers in /proc")

NODE = {"num_cpus": 2, "object_store_memory": 100 << 20, "include_dashboard": False}
# A node that answers no more is given up after some seconds instead of half a minute.
HEAD = {**NODE, "_system_config": {"health_check_period_ms": 1000, "health_check_failure_threshold": 3}}
AT_MOST = 120  # seconds for what takes ten; a run that hangs fails here


def some(n: int, sentences: int = 1) -> list[Article]:
    said = "قال وزير الصحة سامر الحداد إن {} مريضا نقلوا إلى مستشفى الساحل في لبنان. "
    texts = ["".join(said.format(number + k) for k in range(sentences)) for number in range(n)]
    return [Article(id=f"a{number}", text=text, sha256=sha256_of(text)) for number, text in enumerate(texts)]


@pytest.fixture(scope="module")
def cluster() -> Iterator[Any]:
    from ray.cluster_utils import Cluster

    made = Cluster(initialize_head=True, head_node_args=HEAD, shutdown_at_exit=False)
    with started(made.address):  # before there is a second node, so that the test's own is the head
        made.add_node(**NODE)
        made.wait_for_nodes(timeout=60)
        yield made
    made.shutdown()


@pytest.fixture(scope="module")
def long_run(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A file of articles that keeps two workers busy for longer than `at_work` waits, and their layers."""
    articles = some(2_500, sentences=60)
    source = tmp_path_factory.mktemp("long") / "in.jsonl"
    write_jsonl(source, articles)
    return source, b"".join(encoded(articles, ["entities"]))  # one process: a fork would take Ray's connections with it


def test_the_cluster_has_two_nodes(cluster: Any) -> None:
    assert len([node for node in ray.nodes() if node["Alive"]]) == 2


def test_one_file_gives_the_bytes_of_one_process_and_names_what_it_refuses(cluster: Any, tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", some(150))
    with (tmp_path / "in.jsonl").open("ab") as file:
        file.write(b'{"id": "bad"}\n')
    run = preannotate_ray(str(tmp_path / "in.jsonl"), str(tmp_path / "out.jsonl"), ["entities"])
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(encoded(some(150), ["entities"]))
    assert run.layers == 150
    assert [line.partition("in.jsonl:")[2][:4] for line in run.refused] == ["151:"]


def test_a_folder_at_a_url_is_read_in_the_order_of_its_names(cluster: Any, tmp_path: Path) -> None:
    articles = some(60)
    for name, part in (("2", articles[20:40]), ("10/x", articles[:20]), ("3", articles[40:])):
        write_jsonl(tmp_path / "in" / f"{name}.jsonl", part)
    run = preannotate_ray(f"file://{tmp_path}/in", str(tmp_path / "out.jsonl"), ["entities"])
    assert run == RayRun(60)
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(encoded(articles, ["entities"]))


@pytest.mark.parametrize("scheme", ["", "file://"])
def test_parquet_goes_in_and_out(cluster: Any, tmp_path: Path, scheme: str) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    texts = [article.text for article in some(20)]
    table = pa.table({"id": [*(article.id for article in some(20)), "bad"], "text": [*texts, ""]})
    pq.write_table(table, tmp_path / "in.parquet")
    source, out = f"{scheme}{tmp_path}/in.parquet", f"{scheme}{tmp_path}/out"
    run = preannotate_ray(source, out, ["entities"], output="parquet")
    assert run.layers == 20
    assert [line.partition("in.parquet:")[2][:3] for line in run.refused] == ["21:"]
    rows = [row for file in sorted((tmp_path / "out").iterdir()) for row in pq.read_table(file).to_pylist()]
    assert [row["layer"].encode() + b"\n" for row in rows] == list(encoded(some(20), ["entities"]))
    assert sorted(path.name for path in tmp_path.iterdir()) == ["in.parquet", "out"]
    with pytest.raises(RayError, match="is there already"):
        preannotate_ray(source, out, ["entities"], output="parquet")


@pytest.mark.parametrize(
    ("name", "says"),
    [
        ("a.txt", r"a\.txt: name a \.jsonl or \.parquet file"),
        ("gone.jsonl", r"gone\.jsonl: there is no such file"),
        ("nowhere://x/a.jsonl", "Protocol not known"),
    ],
)
def test_what_is_no_article_file_is_named(cluster: Any, tmp_path: Path, name: str, says: str) -> None:
    (tmp_path / "a.txt").write_text("خبر", "utf-8")
    with pytest.raises(RayError, match=says):
        preannotate_ray(name if ":" in name else str(tmp_path / name), str(tmp_path / "out.jsonl"))


def kill_a_worker(_: Any, workers: list[int]) -> None:
    os.kill(workers[0], signal.SIGKILL)


def pull_the_plug_of_the_second_node(cluster: Any, _: list[int]) -> None:
    cluster.remove_node(next(iter(cluster.worker_nodes)), allow_graceful=False)


@linux
@pytest.mark.parametrize(
    ("harm", "nodes"),
    [(kill_a_worker, slice(None)), (pull_the_plug_of_the_second_node, slice(1, None))],
    ids=["a worker", "a machine"],
)
def test_what_is_lost_in_mid_run_loses_nothing(
    cluster: Any, long_run: tuple[Path, bytes], tmp_path: Path, harm: Callable[[Any, list[int]], None], nodes: slice
) -> None:
    source, whole = long_run
    damage = partial(harm, cluster)
    assert interrupted(damage, raylets(cluster)[nodes], source, tmp_path / "out.jsonl") == RayRun(2_500)
    assert (tmp_path / "out.jsonl").read_bytes() == whole


@linux
def test_the_command_starts_a_cluster_of_its_own(tmp_path: Path) -> None:
    write_jsonl(tmp_path / "in.jsonl", some(5))
    words = ["preannotate", "in.jsonl", "-o", "out.jsonl", "--engine", "ray", "--layers", "entities"]
    program = f"import sys; sys.argv = ['musnad', *{words!r}]; from musnad.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, timeout=AT_MOST, check=False
    )
    assert (done.returncode, done.stdout) == (0, "5 layers written to out.jsonl\n"), done.stderr
    assert (tmp_path / "out.jsonl").read_bytes() == b"".join(encoded(some(5), ["entities"]))


def interrupted(damage: Callable[[list[int]], None], nodes: list[int], source: Path, out: Path) -> RayRun:
    """Run two workers over `source`; when one on a node of `nodes` is at work, do the damage; return the run."""
    ended: list[RayRun | BaseException] = []

    def run() -> None:
        try:
            ended.append(preannotate_ray(str(source), str(out), ["entities"], workers=2))
        except BaseException as error:  # to be raised where the test sees it
            ended.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    while not (busy := [pid for node in nodes for pid in at_work(node)]) and thread.is_alive():
        time.sleep(0.02)
    assert busy, f"no worker was seen at work before the run ended: {ended}"
    damage(busy)
    thread.join(AT_MOST)
    assert ended, "the run hangs"
    if isinstance(ended[0], BaseException):
        raise ended[0]
    return ended[0]


def raylets(cluster: Any) -> list[int]:
    """The process of each node, the head's first."""
    nodes = [cluster.head_node, *cluster.worker_nodes]
    return [node.all_processes["raylet"][0].process.pid for node in nodes]


def at_work(raylet: int) -> list[int]:
    """The actors among a node's workers that have computed for longer than their models take to load, in seconds."""
    found = []
    for pid in map(int, Path(f"/proc/{raylet}/task/{raylet}/children").read_text().split()):
        try:
            title = Path(f"/proc/{pid}/cmdline").read_bytes()
            ticks = int(Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[11])
        except (FileNotFoundError, ProcessLookupError):
            continue
        if title.startswith(b"ray::MapWorker") and ticks / os.sysconf("SC_CLK_TCK") > 3:
            found.append(pid)
    return found
