"""Run notebooks over backends, device and profile, and keep what each leaves."""

import os
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from pathlib import Path

import nbformat
from nbformat.reader import NotJSONError

from dlcourse.course import modules, store
from dlcourse.course.execute import Outcome, execute
from dlcourse.course.judge import Row, failed_row, make_row
from dlcourse.course.pages import write_page
from dlcourse.course.watch import Limits
from dlcourse.course.work import Request

# A run that takes this many times its budget is not slow: it hangs, or eats all there is.
_TIMES_THE_SECONDS = 5
_TIMES_THE_MEMORY = 2


def run_all(
    requests: list[Request],
    folder: Path,
    *,
    jobs: int = 1,
    on_cell: Callable[[Request], None] = lambda request: None,
) -> Iterator[tuple[Request, Row]]:
    """Make all `requests` in their order, `jobs` at a time, each in a fresh kernel.

    Yields each with its row as it ends; what it leaves is in `folder` then. On Ctrl-C the kernels
    are stopped before the interrupt goes on to the caller; rows that were yielded stay good.
    """
    if jobs > 1:
        # PyTorch's idle threads would spin on cores that another run needs. (Alone, it is faster
        # when they do.)
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    stop = threading.Event()
    with ThreadPoolExecutor(jobs) as pool:
        futures = {
            pool.submit(run_one, request, folder, on_cell=on_cell, stop=stop.is_set): request
            for request in requests
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        except (KeyboardInterrupt, GeneratorExit):
            stop.set()
            pool.shutdown(cancel_futures=True)
            raise


def run_one(
    request: Request,
    folder: Path,
    *,
    on_cell: Callable[[Request], None] = lambda request: None,
    stop: Callable[[], bool] = lambda: False,
) -> Row:
    """Make one run, judge it, and leave its notebook, page and row in `folder`.

    `stop` is asked again and again whether the run is to be given up.
    """
    try:
        store.forget(request, folder)
        notebook = _notebook(request)
    except (OSError, ValueError) as error:
        return failed_row(request, "notebook", str(error))
    try:
        budget = request.work.expected.budget(request.profile)
        path = folder / f"{request.stem}.ipynb"
        code = modules.snapshot()
        outcome = execute(
            notebook,
            path,
            request.parameters,
            environment=request.environment,
            limits=Limits(
                _TIMES_THE_SECONDS * budget.seconds, _TIMES_THE_MEMORY * budget.memory_mb
            ),
            on_cell=lambda: on_cell(request),
            stop=stop,
        )
        return _keep(request, outcome, path, code)
    except Exception as error:  # one broken run must not take the others with it
        return failed_row(request, "runner", repr(error))


def _notebook(request: Request) -> nbformat.NotebookNode:
    if request.work.problem:
        raise ValueError(request.work.problem)
    try:
        return nbformat.reads(request.work.notebook, as_version=4)
    except NotJSONError as error:
        raise ValueError(f"this is no notebook: {error}") from error


def _keep(request: Request, outcome: Outcome, path: Path, code: dict[str, str]) -> Row:
    row = make_row(request, outcome, request.work.expected)
    row.notebook = path.name
    row.page = write_page(outcome.notebook, path.with_suffix(".html"), request.work.title).name
    loaded = outcome.state.get("modules", [])
    store.save(request, row, modules.digests(loaded, code), path.parent)
    return row
