"""Grading on a Dask cluster gives the results of grading here, whatever happens to workers."""

import os
import random
import signal
import time
from types import SimpleNamespace

import nbformat
import pytest

from dlcourse import spread
from dlcourse.grading.exercises import release
from dlcourse.grading.running import batch, cluster, hand_in
from dlcourse.grading.sandbox import Limits
from dlcourse.spread import ClusterError
from tests.clusters import scheduler_with_worker, two_workers

pytestmark = pytest.mark.usefixtures("bubblewrap")

CLASS = 40


@pytest.fixture(scope="module")
def dask_cluster():
    with two_workers(cluster.RESOURCE) as local:
        yield local


@pytest.fixture
def jobs(tmp_path, small):
    """A class in which some solved everything, some nothing, and one handed in rubbish."""
    notebooks = [nbformat.writes(make(small)) for make in (release.solved, release.released)] + [
        "rubbish"
    ]
    for number in range(CLASS):
        path = tmp_path / "submitted" / f"s{number:02}" / small.name / f"{small.name}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(notebooks[2] if number == 7 else notebooks[number % 2])
    return hand_in.jobs(tmp_path / "submitted", small)


def lasting(results):
    """Return what must not depend on where and when a submission was graded."""
    return {
        result["student"]: {k: v for k, v in result.items() if k not in ("seconds", "graded")}
        for result in results
    }


def test_workers_that_are_killed_change_nothing(tmp_path, jobs, small, dask_cluster):
    here, there = tmp_path / "here", tmp_path / "there"
    for folder in (here, there):
        folder.mkdir()
        (folder / "secret").write_text("the same for both")
    plan = batch.Plan(here, "bubblewrap", Limits())
    wanted = lasting(batch.grade_class(jobs, small, plan))
    remote = batch.Plan(there, "bubblewrap", Limits(), scheduler=dask_cluster.scheduler_address)
    results, killed = [], set()
    for result in batch.grade_class(jobs, small, remote):
        results.append(result)
        if len(results) % 8 == 4:  # while others are under way
            victim = random.choice([n.pid for n in dask_cluster.workers.values() if n.pid])
            os.kill(victim, signal.SIGKILL)
            killed.add(victim)
    assert len(killed) >= 3
    assert len(results) == CLASS
    assert lasting(results) == wanted


def test_a_cluster_without_sandboxes_says_how_to_start_workers(
    jobs, small, dask_cluster, monkeypatch
):
    monkeypatch.setattr(cluster, "RESOURCE", "another")
    address = dask_cluster.scheduler_address
    with pytest.raises(
        ClusterError, match=r"none of the \d workers .* offers the resource another"
    ):
        list(cluster.grade_on_cluster(jobs, small, "bubblewrap", Limits(), b"x", address))


def test_no_scheduler_says_how_to_start_one(jobs, small, monkeypatch):
    monkeypatch.setattr(spread, "_SECONDS_TO_CONNECT", 1)
    start = time.monotonic()
    with pytest.raises(ClusterError, match="dask scheduler"):
        list(
            cluster.grade_on_cluster(jobs, small, "bubblewrap", Limits(), b"x", "tcp://127.0.0.1:9")
        )
    assert time.monotonic() - start < 30


def test_a_job_that_kills_workers_stops_nobody_else(jobs, small, monkeypatch):
    from distributed.scheduler import KilledWorker

    def lost():
        raise KilledWorker("grade-1", None, 3)

    def spread_here(function, jobs, address, resource, arguments):
        for job in jobs:
            result = cluster.blank_result(job, small) | {"status": "graded"}, {}
            find = lost if job.student == "s01" else lambda result=result: result
            yield job, SimpleNamespace(result=find)

    monkeypatch.setattr(cluster, "spread", spread_here)
    graded = cluster.grade_on_cluster(jobs, small, "bubblewrap", Limits(), b"x", "tcp://here")
    results = {result["student"]: result for result, _ in graded}
    assert len(results) == CLASS
    assert [name for name, r in results.items() if r["status"] == "failed"] == ["s01"]
    assert "grade it on this machine" in results["s01"]["review"][0]


def test_a_lost_scheduler_is_told(jobs, small):
    with scheduler_with_worker(cluster.RESOURCE) as (address, kill):
        graded = cluster.grade_on_cluster(jobs, small, "bubblewrap", Limits(), b"x", address)
        next(graded)
        kill()
        with pytest.raises(ClusterError, match="was lost. What is done is kept"):
            list(graded)
