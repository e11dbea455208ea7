"""Show a matrix of runs while it goes on, and write down what came of it."""

from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dlcourse import machine
from dlcourse.course import cluster, store
from dlcourse.course import run as running
from dlcourse.course.judge import OK, OVER_BUDGET, Row
from dlcourse.course.recorded import Record
from dlcourse.course.summary import write_summary
from dlcourse.course.work import Request

_SHOWN = 2  # results a row; all of them are in report.json


@dataclass(frozen=True)
class Plan:
    """How runs are made: what they leave goes to `folder`, `jobs` go on at a time.

    With `resume`, runs of which `folder` already has a good one of the same content are not made
    again. Where `scheduler` has the address of a Dask scheduler, its workers make the runs.
    """

    folder: Path
    jobs: int = 1
    resume: bool = False
    scheduler: str | None = None
    record: Record = Record()  # noqa: RUF009 (never changed)


def follow(requests: list[Request], plan: Plan, console: Console) -> list[Row]:
    """Make the runs with a progress bar, print the table, write the report; return the rows.

    The report, report.json and the page index.html, is written before the first run and after
    every one. Ctrl-C stops the kernels and keeps the rows that are there.
    Raises ClusterError where the cluster of `plan` cannot run anything.
    """
    plan.folder.mkdir(parents=True, exist_ok=True)
    rows: dict[Request, Row] = {}
    write_report(requests, rows, plan)  # else an earlier report would stand till the first run ends
    with _progress(console) as progress:
        bar = _Bar(progress, requests)
        try:
            for request, row in _runs(requests, plan, bar):
                row.drift = plan.record.drift(
                    request, row, alone=plan.jobs == 1 and not plan.scheduler
                )
                rows[request] = row
                write_report(requests, rows, plan)
                bar.finish(request)
                progress.console.print(_line(row), highlight=False)
        except KeyboardInterrupt:
            progress.console.print(
                f"[yellow]Interrupted: {len(rows)} of {len(requests)} runs were finished.[/]"
            )
    if rows:
        console.print(table(list(rows.values())))
        console.print(f"The page of results is [bold]{escape(str(plan.folder / 'index.html'))}[/]")
    return list(rows.values())


def write_report(requests: list[Request], rows: dict[Request, Row], plan: Plan) -> Path:
    """Write report.json (`{"runs": [a row a run]}`, with date and versions) and the page."""
    path = plan.folder / "report.json"
    runs = [asdict(row) for row in rows.values()]
    machine.write_report(path, planned=len(requests), runs=runs)
    write_summary(requests, rows, plan.record, plan.folder)
    return path


def table(rows: list[Row]) -> Table:
    """Return the table that ends a run: one line a run, what failed in red."""
    result = Table(title="Chapters run")
    result.add_column("chapter", min_width=14)
    for name in ("backend", "data"):
        result.add_column(name)
    for name in ("s", "MB"):
        result.add_column(name, justify="right")
    result.add_column("results", overflow="fold")
    result.add_column("status", overflow="fold")
    for row in sorted(rows, key=lambda row: ("/" in row.chapter, row.chapter, row.backend)):
        peak = f"{row.peak_rss_mb:.0f}" if row.peak_rss_mb else "–"
        peak += f"\nGPU {row.peak_gpu_mb:.0f}" if row.peak_gpu_mb else ""
        first = [f"{name} {value:.4g}" for name, value in row.results.items()][:_SHOWN]
        more = len(row.results) - len(first)
        results = "\n".join([*first, f"and {more} more"] if more else first)
        result.add_row(
            row.chapter.replace("/", "/\n"),  # else the column is too wide for a terminal
            row.backend,
            row.variant,
            f"{row.seconds:.1f}",
            peak,
            results,
            _status(row),
        )
    return result


def _runs(requests: list[Request], plan: Plan, bar: "_Bar") -> Iterator[tuple[Request, Row]]:
    """Yield each request with its row: first what is there already, then what is run."""
    todo = []
    for request in plan.record.longest_first(requests):
        row = store.resume(request, plan.folder) if plan.resume else None
        if row:
            yield request, row
        else:
            todo.append(request)
    if plan.scheduler and todo:
        yield from cluster.run_all(todo, plan.folder, plan.scheduler)
    else:
        yield from running.run_all(todo, plan.folder, jobs=plan.jobs, on_cell=bar.step)


def _status(row: Row) -> str:
    error = f" ({row.error})" if row.error else ""
    earlier = ", resumed" if row.resumed else ""
    colour = {OK: "green", OVER_BUDGET: "yellow"}.get(row.status, "red")
    return f"[{colour}]{row.status}{error}[/]{earlier}"


def _line(row: Row) -> str:
    why = f": {row.message}" if row.message else ""
    drift = f"; drifted: {', '.join(row.drift)}" if row.drift else ""
    return (
        f"{_status(row)} {row.chapter} on {row.backend}, {row.seconds:.1f} s{escape(why + drift)}"
    )


class _Bar:
    """The progress bar over the code cells of all runs."""

    def __init__(self, progress: Progress, requests: list[Request]) -> None:
        cells = sum(request.work.code_cells for request in requests)
        self._progress, self._task = progress, progress.add_task("starting", total=cells)
        self._done: dict[Request, int] = {}

    def step(self, request: Request) -> None:
        self._show(request, self._done.get(request, 0) + 1)

    def finish(self, request: Request) -> None:
        """Count all cells of `request`, also those that an error kept from being executed."""
        self._show(request, request.work.code_cells)

    def _show(self, request: Request, cells: int) -> None:
        self._done[request] = cells
        label = f"{request.work.name} · {request.backend}"
        self._progress.update(self._task, completed=sum(self._done.values()), description=label)


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
        console=console,
    )
