"""Grade on a Dask cluster: the same jobs, on other machines; a lost worker loses nothing.

Workers say how many sandboxes they may run at a time by a resource of that name:
`dask worker ADDRESS --nthreads 2 --resources sandbox=2`. A job is plain data, a notebook's bytes
in, a result out; run twice it gives the same, so that work of a lost worker is simply done again.
"""

import tempfile
import threading
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

from dlcourse.grading.exercises import exercise as exercises
from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.running.grade import Job, blank_result, grade
from dlcourse.grading.sandbox import Limits, Slot
from dlcourse.grading.submissions import notebook_file
from dlcourse.spread import spread

Graded = tuple[dict[str, Any], dict[str, str]]

RESOURCE = "sandbox"

_loading = threading.Lock()
_mine = threading.local()  # each thread of a worker keeps its sandbox for the next job


def grade_on_cluster(
    jobs: list[Job], exercise: Exercise, level: str, limits: Limits, secret: bytes, address: str
) -> Iterator[Graded]:
    """Yield result and answers of each job, graded by the workers of the scheduler at `address`.

    Only a few notebooks a sandbox are under way at a time, however large the class is. A job that
    takes one worker after the other down with it is "failed". Raises ClusterError where there is
    no scheduler (any more), or no worker with the resource "sandbox".
    """
    from distributed.scheduler import KilledWorker

    source = exercise.path.read_text(encoding="utf-8")
    settings = (exercise.name, source, level, limits, secret)

    def arguments(job: Job) -> tuple[Any, ...]:
        return _with_bytes(job), *settings

    for job, future in spread(_grade_here, jobs, address, RESOURCE, arguments):
        try:
            yield future.result()
        except KilledWorker:
            reason = (
                "this took one worker after the other down with it; grade it on this machine, "
                "without --scheduler"
            )
            yield blank_result(job, exercise) | {"review": [reason]}, {}


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
