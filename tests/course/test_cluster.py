"""Runs on a Dask cluster give what runs here give, whatever happens to workers."""

import os
import signal
import time
from pathlib import Path

import psutil
import pytest
from rich.console import Console

from dlcourse.course import cluster, store
from dlcourse.course.report import Plan, follow
from dlcourse.spread import ClusterError
from tests.clusters import scheduler_with_worker, two_workers


@pytest.fixture(scope="module")
def dask_cluster():
    with two_workers(cluster.RESOURCE) as local:
        yield local


def waits(small, folder: Path) -> Path:
    """Let the first kernel that runs the full profile leave its number and wait for ever."""
    flag = folder / "flag"
    small.add(
        f"flag = {str(flag)!r}\n"
        "if profile == 'full' and not os.path.exists(flag):\n"
        "    open(flag, 'w').write(f'{os.getpid()} {os.getppid()}')\n"
        "    import time; time.sleep(600)"
    )
    return flag


def numbers(flag: Path) -> list[int]:
    """Wait for what the kernel leaves: its process number, and its worker's."""
    end = time.monotonic() + 120
    while not flag.exists() or not flag.read_text():
        assert time.monotonic() < end
        time.sleep(0.1)
    return [int(number) for number in flag.read_text().split()]


def gone(pid: int) -> None:
    end = time.monotonic() + 30
    while psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < end, f"process {pid} is still there"
        time.sleep(0.1)


def test_the_run_of_a_killed_worker_is_made_again(small, tmp_path, dask_cluster):
    flag = waits(small, tmp_path)
    requests = [small.request(profile="full"), small.request()]
    plan = Plan(tmp_path / "out", scheduler=dask_cluster.scheduler_address)
    runs = cluster.run_all(requests, plan.folder, plan.scheduler)
    plan.folder.mkdir()
    first, _ = next(runs)
    assert first.profile == "quick"  # the other waits
    kernel, worker = numbers(flag)
    assert worker != os.getpid()
    os.kill(worker, signal.SIGKILL)
    ((second, row),) = runs
    assert (second.profile, row.status, row.results) == ("full", "ok", {"answer": 42.0})
    gone(kernel)
    for request in requests:
        kept = store.resume(request, plan.folder)
        assert (plan.folder / kept.page).read_text().count("A small chapter")
        assert (plan.folder / kept.notebook).stat().st_size > 1000


def test_a_run_that_nobody_waits_for_is_stopped(small, tmp_path, dask_cluster):
    flag = waits(small, tmp_path)
    (tmp_path / "out").mkdir()
    requests = [small.request(profile="full"), small.request()]
    runs = cluster.run_all(requests, tmp_path / "out", dask_cluster.scheduler_address)
    next(runs)
    kernel, _ = numbers(flag)
    runs.close()
    gone(kernel)


def test_a_run_that_takes_its_workers_down_fails_alone(small, tmp_path, monkeypatch):
    class Lost:
        def result(self):
            raise RuntimeError("KilledWorker")

    request = small.request()
    monkeypatch.setattr(cluster, "spread", lambda *_: iter([(request, Lost())]))
    ((_, row),) = cluster.run_all([request], tmp_path, "tcp://x")
    assert (row.status, row.error) == ("failed", "worker")
    assert "KilledWorker" in row.message


def test_a_broken_notebook_fails_alone(small, tmp_path, dask_cluster):
    good = small.request()
    small.add("raise KeyError('lost')")
    plan = Plan(tmp_path / "out", scheduler=dask_cluster.scheduler_address)
    rows = follow([good, small.request(profile="full")], plan, Console())
    assert sorted((row.status, row.error) for row in rows) == [("failed", "exception"), ("ok", "")]


def test_a_lost_scheduler_is_told(small, tmp_path):
    requests = [small.request(), small.request(profile="full")]
    with scheduler_with_worker(cluster.RESOURCE) as (address, kill):
        runs = cluster.run_all(requests, tmp_path, address)
        request, row = next(runs)
        kill()
        with pytest.raises(ClusterError, match="was lost. What is done is kept.*--resume"):
            list(runs)
    assert row.status == "ok"
    assert store.resume(request, tmp_path).resumed
