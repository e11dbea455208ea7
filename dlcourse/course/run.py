"""Run chapters over backends, device and profile, and judge each run.

A run is ok only when every cell was executed, on the backend and device asked for, and every
expected result was recorded, in its range, within the chapter's budget.
"""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil
from nbformat import NotebookNode

from dlcourse.course import expected as expectations
from dlcourse.course.assemble import assemble
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.execute import Outcome, execute
from dlcourse.course.pages import write_page
from dlcourse.course.session import RESULTS_MIME

FAILED, SKIPPED, OUT_OF_RANGE, OVER_BUDGET, OK = (
    "failed", "skipped", "out of range", "over budget", "ok",
)  # fmt: skip


@dataclass(frozen=True)
class Request:
    """One run to make."""

    chapter: ChapterFiles
    backend: str
    device: str
    profile: str
    variant: str = "auto"
    seed: int = 1

    @property
    def stem(self) -> str:
        """Return the name of the files that the run leaves."""
        return f"{self.chapter.name}-{self.backend}-{self.device}-{self.profile}"

    @property
    def parameters(self) -> dict[str, Any]:
        """Return what papermill puts into the notebook's parameters cell."""
        return {name: getattr(self, name) for name in ("backend", "device", "profile", "seed")}


@dataclass
class Row:
    """One line of the report."""

    chapter: str
    backend: str
    device: str
    profile: str
    variant: str
    seconds: float
    peak_rss_mb: float | None
    results: dict[str, float] = field(default_factory=dict)
    status: str = OK
    message: str = ""
    notebook: str = ""
    page: str = ""


def run_all(
    requests: list[Request],
    folder: Path,
    *,
    jobs: int = 1,
    on_cell: Callable[[Request], None] = lambda request: None,
) -> Iterator[Row]:
    """Make all `requests`, `jobs` at a time, each in a fresh kernel; yield a row as each ends.

    Executed notebooks and pages go to `folder`. On Ctrl-C the kernels are stopped before the
    interrupt goes on to the caller; rows that were yielded stay good.
    """
    if jobs > 1:
        # PyTorch's idle threads would spin on cores that another run needs. (Alone, it is faster
        # when they do.)
        os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    with ThreadPoolExecutor(jobs) as pool:
        futures = [pool.submit(run_one, request, folder, on_cell) for request in requests]
        try:
            for future in as_completed(futures):
                yield future.result()
        except (KeyboardInterrupt, GeneratorExit):
            pool.shutdown(wait=False, cancel_futures=True)
            # More than once: a kernel may be about to start.
            while not all(future.done() for future in futures):
                _kill_kernels()
                time.sleep(0.2)
            raise


def run_one(
    request: Request, folder: Path, on_cell: Callable[[Request], None] = lambda request: None
) -> Row:
    """Make one run, leave its notebook and page in `folder`, and judge it."""
    chapter = request.chapter
    notebook_path = folder / f"{request.stem}.ipynb"
    try:
        expected = expectations.load(chapter)
        outcome = execute(
            assemble(chapter),
            notebook_path,
            request.parameters,
            variant=request.variant,
            # A cell that takes ten times the whole chapter's budget hangs.
            cell_timeout=round(10 * expected.budget(request.profile).seconds),
            on_cell=lambda: on_cell(request),
        )
        row = make_row(request, outcome)
        row.status, row.message = judge(request, outcome, row, expected)
        row.notebook = notebook_path.name
        row.page = write_page(outcome.notebook, folder / f"{request.stem}.html", chapter.title).name
        return row
    except Exception as error:  # one broken run must not take the others with it
        message = str(error) if isinstance(error, ValueError) else repr(error)
        return make_row(request, Outcome(NotebookNode(cells=[]), 0.0, error=message))


def judge(
    request: Request, outcome: Outcome, row: Row, expected: expectations.Expected
) -> tuple[str, str]:
    """Return the status of a run and, where it is not ok, a message that says why."""
    if outcome.error:
        return FAILED, outcome.error
    if skipped := skipped_cells(outcome.notebook):
        return SKIPPED, f"cells not executed: {', '.join(skipped)}"
    state = outcome.state
    if state.get("chapter") is None:
        return FAILED, "the chapter never called course.start"
    if state["backend"] != request.backend:
        return FAILED, f"asked for backend {request.backend}, but Keras ran on {state['backend']}"
    if request.device != "auto" and state["device"] not in (None, request.device):
        return FAILED, f"asked for device {request.device}, but it ran on the {state['device']}"
    try:
        problems = expected.problems(row.variant, row.profile, row.results)
    except ValueError as error:
        return FAILED, str(error)
    if problems:
        missing = any("was not recorded" in problem for problem in problems)
        return (FAILED if missing else OUT_OF_RANGE), "; ".join(problems)
    budget = expected.budget(request.profile)
    if row.seconds > budget.seconds:
        return OVER_BUDGET, f"{row.seconds:.0f} s, budget {budget.seconds:.0f} s"
    if row.peak_rss_mb > budget.memory_mb:
        return OVER_BUDGET, f"{row.peak_rss_mb:.0f} MB, budget {budget.memory_mb:.0f} MB"
    return OK, ""


def skipped_cells(notebook: NotebookNode) -> list[str]:
    """Return the ids of code cells that were never executed (empty cells do not count)."""
    return [
        cell.id
        for cell in notebook.cells
        if cell.cell_type == "code" and cell.source.strip() and cell.execution_count is None
    ]


def recorded(notebook: NotebookNode) -> dict[str, float]:
    """Return all results that the chapter recorded, from the outputs of `notebook`."""
    results: dict[str, float] = {}
    for cell in notebook.cells:
        for output in cell.get("outputs", []):
            results.update(output.get("data", {}).get(RESULTS_MIME, {}))
    return results


def make_row(request: Request, outcome: Outcome) -> Row:
    """Return the report's row for `outcome`, not yet judged."""
    state = outcome.state
    variants = state.get("variants", [])
    return Row(
        chapter=request.chapter.name,
        backend=state.get("backend") or request.backend,
        device=state.get("device") or request.device,
        profile=request.profile,
        # One sample among full data sets makes the whole run a run on samples.
        variant="embedded" if "embedded" in variants else "full" if variants else "none",
        seconds=round(outcome.seconds, 2),
        peak_rss_mb=round(state["peak_rss_mb"], 1) if state else None,
        results=recorded(outcome.notebook),
        status=FAILED if outcome.error else OK,
        message=outcome.error or "",
    )


def _kill_kernels() -> None:
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            child.kill()
