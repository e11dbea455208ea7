"""The command `dlcourse`: run and build the course, fetch its data.

Each command imports what it needs when it is called, so that `dlcourse --help` answers at once.
"""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.console import Console

from dlcourse import __version__, cli_bench, cli_data, cli_exercises, cli_grade, cli_grading

app = typer.Typer(
    help="Run, build and check the course.", no_args_is_help=True, pretty_exceptions_enable=False
)
app.add_typer(cli_data.app, name="data", help="List, fetch and verify the data sets.")
app.add_typer(cli_exercises.app, name="exercises", help="List, release and check exercises.")
app.command()(cli_grade.grade)
app.add_typer(cli_grading.app, name="grades", help="Export grades, feedback, similar work.")
app.command()(cli_bench.bench)
console = Console()

Chapters = Annotated[
    list[str] | None, typer.Argument(help="Chapters, such as 03_mnist, mnist or 03. All if none.")
]


def _version(wanted: bool) -> None:
    if wanted:
        print(f"dlcourse {__version__}")
        raise typer.Exit


@app.callback()
def main(
    version: Annotated[
        bool, typer.Option("--version", callback=_version, is_eager=True, help="Show the version.")
    ] = False,
) -> None:
    """Deep learning as loops, as NumPy, and in four frameworks."""


@app.command()
def run(
    chapters: Chapters = None,
    backend: Annotated[
        str, typer.Option(help="jax, tensorflow, torch; several with commas; or all.")
    ] = os.environ.get("DLCOURSE_BACKEND", "jax"),
    device: Annotated[str, typer.Option(help="auto, cpu or gpu.")] = os.environ.get(
        "DLCOURSE_DEVICE", "auto"
    ),
    profile: Annotated[str, typer.Option(help="quick or full.")] = os.environ.get(
        "DLCOURSE_PROFILE", "quick"
    ),
    data: Annotated[
        str, typer.Option(help="auto, full or embedded: the variant of the data sets.")
    ] = os.environ.get("DLCOURSE_VARIANT", "auto"),
    seed: Annotated[int, typer.Option(help="Seed of every random number.")] = 1,
    jobs: Annotated[int, typer.Option(min=1, help="Runs at a time.")] = 1,
    report: Annotated[
        Path, typer.Option(help="Folder for notebooks, pages and report.json.")
    ] = Path("build/run"),
) -> None:
    """Run chapters, each in a fresh kernel, and check what they record.

    Leaves executed notebooks, an HTML page each and report.json in the report's folder. The exit
    status is 1 when any run failed, skipped a cell, left its range or broke its budget.
    """
    from dlcourse.course import catalogue, session
    from dlcourse.course import report as reports
    from dlcourse.course.run import Request
    from dlcourse.datasets.catalogue import VARIANTS

    backends = session.BACKENDS if backend == "all" else tuple(backend.split(","))
    for name in backends:
        _choice("--backend", name, (*session.BACKENDS, "all"))
    _choice("--device", device, session.DEVICES)
    _choice("--profile", profile, session.PROFILES)
    _choice("--data", data, VARIANTS)
    try:
        found = catalogue.find(chapters)
    except (ValueError, FileNotFoundError) as error:
        _give_up(str(error))
    requests = [
        Request(chapter, name, device, profile, data, seed)
        for chapter in found
        for name in backends
    ]
    rows = reports.follow(requests, report, jobs, console)
    raise typer.Exit(0 if len(rows) == len(requests) and all(r.status == "ok" for r in rows) else 1)


@app.command()
def build(
    chapters: Chapters = None,
    check: Annotated[
        bool, typer.Option("--check", help="Build nothing; fail where a notebook is stale.")
    ] = False,
    force: Annotated[bool, typer.Option("--force", help="Build also what is current.")] = False,
) -> None:
    """Build the committed notebooks from notebooks/src; only those that are stale.

    A chapter of which nothing but prose changed keeps its outputs, and is not executed.
    """
    from dlcourse.course import build as builder
    from dlcourse.course import catalogue

    try:
        found = catalogue.find(chapters)
        reasons = {chapter: builder.stale(chapter) for chapter in found}
    except (ValueError, FileNotFoundError) as error:
        _give_up(str(error))
    for chapter, why in reasons.items():
        state = "[red]stale[/]" if why else "[green]current[/]"
        console.print(f"{state} {chapter.name}" + "".join(f"\n  · {reason}" for reason in why[:5]))
    if check:
        if any(reasons.values()):
            _give_up("stale notebooks: run `dlcourse build` and commit what it changes")
        return
    for chapter in [chapter for chapter, why in reasons.items() if why or force]:
        try:
            if not force and builder.rewrite(chapter):
                console.print(f"rewrote the prose of {chapter.notebook.name}")
                continue
            with console.status(f"executing {chapter.name} (full profile, CPU)"):
                row = builder.build(chapter)
        except builder.BuildError as error:
            _give_up(str(error))
        console.print(f"built {chapter.notebook.name}: {row.seconds:.0f} s, {row.results}")


def _choice(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        _give_up(f"{option} {value}: choose from {', '.join(allowed)}")


def _give_up(message: str) -> None:
    console.print(f"[red]{message}[/]", soft_wrap=True, highlight=False)
    raise typer.Exit(1)
