"""Run on a Dask cluster: the same runs, on other machines.

A worker offers a place for each run that it may make at a time:
`dask worker ADDRESS --nthreads 2 --resources kernel=2`. A request goes there as plain data; the
files that the run leaves come back as bytes.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

from dlcourse.course import pages, store
from dlcourse.course.judge import Row, failed_row
from dlcourse.course.run import run_one
from dlcourse.course.work import Request
from dlcourse.spread import spread

RESOURCE = "kernel"


def run_all(requests: list[Request], folder: Path, address: str) -> Iterator[tuple[Request, Row]]:
    """Make all `requests` on the cluster; yield each with its row as it ends.

    What it leaves is in `folder` then. The run of a lost worker is made again by another. When
    the caller stops, workers stop the kernels that run for it. Raises ClusterError where the
    cluster cannot run anything.
    """
    for request, future in spread(_run_here, requests, address, RESOURCE):
        try:
            row, files = future.result()
        except Exception as error:  # one lost run must not take the others with it
            yield request, failed_row(request, "worker", repr(error))
            continue
        store.forget(request, folder)
        for name in sorted(files, key=lambda name: name.endswith(".json")):  # the row last
            (folder / name).write_bytes(files[name])
        pages.add_mathjax(folder)
        yield request, row


def _run_here(request: Request) -> tuple[Row, dict[str, bytes]]:
    """Make one run on a worker; return its row, and its files by name."""
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as folder:
        row = run_one(request, Path(folder), stop=_unwanted())
        files = {path.name: path.read_bytes() for path in Path(folder).glob(f"{request.stem}.*")}
    return row, files


def _unwanted() -> Callable[[], bool]:
    """Return what says whether the client has gone, or has given this task up."""
    from distributed import get_worker

    worker = get_worker()
    key = worker.get_current_task()

    def unwanted() -> bool:
        task = worker.state.tasks.get(key)
        return task is None or task.state == "cancelled"

    return unwanted
