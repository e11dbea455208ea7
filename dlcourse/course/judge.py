"""Judge what came of a run: one row of the report for each.

A run is ok only when every cell was executed, on the backend and device asked for, and every
expected result was recorded, in its range, within the chapter's budget.
"""

from dataclasses import dataclass, field

from nbformat import NotebookNode

from dlcourse.course.execute import Outcome
from dlcourse.course.expected import Expected
from dlcourse.course.session import RESULTS_MIME
from dlcourse.course.work import Request

FAILED, SKIPPED, OUT_OF_RANGE, OVER_BUDGET, OK = (
    "failed", "skipped", "out of range", "over budget", "ok",
)  # fmt: skip


@dataclass
class Row:
    """One line of the report.

    Where a run failed, `error` says how: the kind of its `Fault`, "notebook" (there was none to
    run), "runner" (the runner's own), "worker" (of the cluster), or "check" (it ran to its end,
    but not as asked); `cell` is the id of the cell that was running. `resumed` says that the row
    comes from an earlier run of the same content; `drift` is how it differs from the recorded run.
    Memory is in megabytes (10⁶ bytes): the process's own, and what Keras's backend used on a GPU.
    """

    chapter: str
    backend: str
    device: str
    profile: str
    variant: str
    seconds: float
    peak_rss_mb: float | None
    peak_gpu_mb: float = 0.0
    results: dict[str, float] = field(default_factory=dict)
    status: str = OK
    message: str = ""
    error: str = ""
    cell: str = ""
    traceback: str = ""
    notebook: str = ""
    page: str = ""
    resumed: bool = False
    drift: list[str] = field(default_factory=list)


def make_row(request: Request, outcome: Outcome, expected: Expected) -> Row:
    """Return the judged row of the report for `outcome`."""
    state, fault = outcome.state, outcome.fault
    variants = state.get("variants", [])
    row = Row(
        chapter=request.work.name,
        backend=state.get("backend") or request.backend,
        device=state.get("device") or request.device,
        profile=request.profile,
        # One sample among full data sets makes the whole run a run on samples.
        variant="embedded" if "embedded" in variants else "full" if variants else "none",
        seconds=round(outcome.seconds, 2),
        peak_rss_mb=round(state["peak_rss_mb"], 1) if state else None,
        peak_gpu_mb=round(state.get("peak_gpu_mb", 0.0), 1),
        results=recorded(outcome.notebook),
    )
    if fault:
        row.status, row.message = FAILED, fault.message
        row.error, row.cell, row.traceback = fault.kind, fault.cell, fault.traceback
    else:
        row.status, row.message = _judge(request, outcome, row, expected)
        row.error = "check" if row.status == FAILED else ""
    return row


def failed_row(request: Request, error: str, message: str) -> Row:
    """Return the row of a run of which nothing is left but a message."""
    return Row(
        request.work.name, request.backend, request.device, request.profile, "none", 0.0, None,
        status=FAILED, error=error, message=message,
    )  # fmt: skip


def _judge(request: Request, outcome: Outcome, row: Row, expected: Expected) -> tuple[str, str]:
    """Return the status of a run that reached its end and, where it is not ok, why."""
    if skipped := skipped_cells(outcome.notebook):
        return SKIPPED, f"cells not executed: {', '.join(skipped)}"
    if problem := _not_as_asked(request, outcome.state):
        return FAILED, problem
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


def _not_as_asked(request: Request, state: dict) -> str:
    if not state:
        return "the kernel did not say what ran in it"
    # An exercise may need no framework at all, and chooses its data itself.
    if not request.work.exercise and (problem := _not_started_as_asked(request, state)):
        return problem
    unused = (None,) if request.work.exercise else ()
    if state["backend"] not in (request.backend, *unused):
        return f"asked for backend {request.backend}, but Keras ran on {state['backend']}"
    if request.device != "auto" and state["device"] not in (None, request.device):
        return f"asked for device {request.device}, but it ran on the {state['device']}"
    return ""


def _not_started_as_asked(request: Request, state: dict) -> str:
    if state["chapter"] is None:
        return "the chapter never called course.start"
    wanted = {"name": request.work.name, **request.parameters}
    for setting, value in wanted.items():
        if (found := state["chapter"][setting]) != value:
            return f"asked for {setting} {value}, but the chapter started with {found}"
    others = set(state["variants"]) - {request.variant}
    if request.variant != "auto" and others:
        return f"asked for the {request.variant} data, but it loaded {', '.join(sorted(others))}"
    return ""


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
