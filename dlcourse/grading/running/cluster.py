"""Grade on a Dask cluster: the same jobs, on other machines; a lost worker loses nothing.

Workers say how many sandboxes they may run at a time by a resource of that name:
`dask worker ADDRESS --nthreads 2 --resources sandbox=2`. A job is plain data, a notebook's bytes
in, a result out; run twice it gives the same, so that work of a lost worker is simply done again.
"""

from __future__ import annotations

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.running.grade import Job, grade
from dlcourse.grading.sandbox import Limits, Slot
from dlcourse.grading.submissions import notebook_file

if TYPE_CHECKING:
    from distributed import Client, Future

Graded = tuple[dict[str, Any], dict[str, str]]

RESOURCE = "sandbox"
_AHEAD = 3  # jobs a sandbox that are sent before one is free, so that it never waits
_TRIES = 5  # of one job; the scheduler gives up each after the loss of four workers
_SECONDS_TO_CONNECT = 20

_loading = threading.Lock()
_mine = threading.local()  # each thread of a worker keeps its sandbox for the next job


class ClusterError(RuntimeError):
    """The cluster cannot grade; the message says what to do."""


def grade_on_cluster(
    jobs: list[Job], exercise: Exercise, level: str, limits: Limits, secret: bytes, address: str
) -> Iterator[Graded]:
    """Yield result and answers of each job, graded by the workers of the scheduler at `address`.

    Only a few notebooks a sandbox are under way at a time, however large the class is. Raises
    ClusterError where there is no scheduler, no worker with the resource "sandbox", or a job that
    takes one worker after the other down with it.
    """
    from distributed import as_completed
    from distributed.scheduler import KilledWorker

    source = exercise.path.read_text(encoding="utf-8")
    settings = (exercise.name, source, level, limits, secret)
    waiting = iter(jobs)
    with _connect(address) as client:
        sent: dict[Future, tuple[Job, int]] = {}

        def send(job: Job, tries: int = 1) -> Future:
            future = client.submit(
                _grade_here, _with_bytes(job), *settings, pure=False, resources={RESOURCE: 1}
            )
            sent[future] = job, tries
            return future

        ahead = _AHEAD * _sandboxes(client, address)
        first = [send(job) for job in islice(waiting, ahead)]
        running = as_completed(first, loop=client.loop)
        for future in running:
            job, tries = sent.pop(future)
            try:
                yield future.result()
            except KilledWorker as error:
                if tries == _TRIES:
                    raise ClusterError(
                        f"the work of {job.student} took one worker after the other down with it; "
                        "grade it on this machine, without --scheduler"
                    ) from error
                running.add(send(job, tries + 1))
                continue
            for following in islice(waiting, 1):
                running.add(send(following))


def _connect(address: str) -> Client:
    from distributed import Client

    try:
        return Client(address, timeout=_SECONDS_TO_CONNECT, set_as_default=False)
    except (OSError, TimeoutError, ValueError) as error:
        raise ClusterError(
            f"no Dask scheduler answers at {address} ({error}); start one with `dask scheduler`, "
            "which prints its address"
        ) from error


def _sandboxes(client: Client, address: str) -> int:
    """Return how many sandboxes the workers offer together."""
    workers = client.scheduler_info(n_workers=-1)["workers"].values()
    offered = int(sum(worker["resources"].get(RESOURCE, 0) for worker in workers))
    if not offered:
        raise ClusterError(
            f"none of the {len(workers)} workers of {address} offers a sandbox; start them with "
            f"`dask worker {address} --nthreads 2 --resources {RESOURCE}=2`"
        )
    return offered


def _with_bytes(job: Job) -> Job:
    """Return the job with its notebook's bytes, which a worker needs; a path that none can read."""
    if isinstance(job.notebook, bytes):
        return job
    try:
        return replace(job, notebook=notebook_file.read_bytes(job.notebook))
    except notebook_file.Unreadable as error:
        return replace(job, notebook=b"", notes=(*job.notes, f"the file was not read: {error}"))


def _grade_here(
    job: Job, name: str, source: str, level: str, limits: Limits, secret: bytes
) -> Graded:
    """Grade one job on a worker, in the sandbox of this thread."""
    with _loading:
        exercise = _exercise(name, source)
    wanted = (level, limits, exercise.modules)
    if getattr(_mine, "settings", None) != wanted:
        if hasattr(_mine, "slot"):
            _mine.slot.close()
        _mine.slot, _mine.settings = Slot(*wanted), wanted
    return grade(job, exercise, _mine.slot, secret)


@cache
def _exercise(name: str, source: str) -> Exercise:
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as folder:
        path = Path(folder) / f"{name}.py"
        path.write_text(source, encoding="utf-8")
        return exercises.load(path)
