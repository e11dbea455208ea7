"""Show a matrix of runs while it goes on, and write down what came of it."""

from dataclasses import asdict
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from dlcourse import machine
from dlcourse.course.assemble import assemble
from dlcourse.course.run import OK, Request, Row, run_all

_SHOWN = 2  # results a row; all of them are in report.json


def follow(
    requests: list[Request],
    folder: Path,
    jobs: int,
    console: Console,
) -> list[Row]:
    """Make the runs with a progress bar, print the table, write report.json; return the rows.

    The report is written after every run. Ctrl-C stops the kernels, keeps the rows that are
    there, and says how to start again.
    """
    folder.mkdir(parents=True, exist_ok=True)
    rows: list[Row] = []
    with _progress(console) as progress:
        task = progress.add_task("starting", total=sum(map(_code_cells, requests)))

        def on_cell(request: Request) -> None:
            label = f"{request.chapter.name} · {request.backend}"
            progress.update(task, advance=1, description=label)

        try:
            for row in run_all(requests, folder, jobs=jobs, on_cell=on_cell):
                rows.append(row)
                write_report(rows, folder)
                progress.console.print(_line(row), highlight=False)
        except KeyboardInterrupt:
            progress.console.print(
                f"[yellow]Interrupted: {len(rows)} of {len(requests)} runs were finished, and are "
                "kept. Start again with the same command.[/]"
            )
    if rows:
        console.print(table(rows))
        console.print(f"Executed notebooks, pages and report.json are in [bold]{folder}[/]")
    return rows


def write_report(rows: list[Row], folder: Path) -> Path:
    """Write report.json (`{"runs": [a row a run]}`, with date and versions) into `folder`."""
    path = folder / "report.json"
    machine.write_report(path, runs=[asdict(row) for row in rows])
    return path


def table(rows: list[Row]) -> Table:
    """Return the table that ends a run: one line a run, what failed in red."""
    result = Table(title="Chapters run")
    for name in ("chapter", "backend", "data"):
        result.add_column(name)
    for name in ("seconds", "peak MB"):
        result.add_column(name, justify="right")
    result.add_column("results", overflow="fold")
    result.add_column("status")
    for row in sorted(rows, key=lambda row: (row.chapter, row.backend)):
        status = f"[green]{OK}[/]" if row.status == OK else f"[red]{row.status}[/]"
        peak = f"{row.peak_rss_mb:.0f}" if row.peak_rss_mb else "–"
        first = [f"{name} {value:.4g}" for name, value in row.results.items()][:_SHOWN]
        more = len(row.results) - len(first)
        results = "\n".join([*first, f"and {more} more"] if more else first)
        result.add_row(
            row.chapter, row.backend, row.variant, f"{row.seconds:.1f}", peak, results, status
        )
    return result


def _line(row: Row) -> str:
    colour = "green" if row.status == OK else "red"
    why = f": {row.message}" if row.message else ""
    return f"[{colour}]{row.status}[/] {row.chapter} on {row.backend}, {row.seconds:.1f} s{why}"


def _code_cells(request: Request) -> int:
    try:
        cells = assemble(request.chapter).cells
    except ValueError:  # the run itself will report it
        return 0
    return 1 + sum(cell.cell_type == "code" for cell in cells)  # papermill adds its parameters


def _progress(console: Console) -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TextColumn("cells"),
        TimeElapsedColumn(),
        console=console,
    )
