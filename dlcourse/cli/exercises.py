"""`dlcourse exercises`: list the exercises, release them to students, check their solutions."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer
from rich.table import Table

from dlcourse.cli.say import console, explained, give_up, quote, say

if TYPE_CHECKING:
    from dlcourse.grading.exercises.exercise import Exercise

# The grading package is imported inside each command, so that `dlcourse --help` answers at once.

app = typer.Typer(
    help="Exercises: list, release to students, check the solutions.", no_args_is_help=True
)
Names = Annotated[
    list[str] | None,
    typer.Argument(help="Exercises, such as 01_tensors, tensors or 01. All if none."),
]
Course = Annotated[
    Path | None,
    typer.Option(help="Your own course folder; its exercises/*.py stand in for the public ones."),
]


@app.command("list")
@explained()
def list_(course: Course = None) -> None:
    """Show each exercise: its tasks, its points, how much is graded by hand, where it is from."""
    table = Table()
    for column in ("name", "tasks", "points", "by hand", "from", "title"):
        table.add_column(column, justify="right" if column in ("tasks", "points") else "left")
    for exercise in _find(None, course):
        by_hand = sum(task.points for task in exercise.tasks if task.kind == "words")
        table.add_row(
            exercise.name,
            str(len(exercise.tasks)),
            f"{exercise.points:g}",
            f"{by_hand:g}" if by_hand else "",
            "your folder" if exercise.private else "the course",
            quote(exercise.title),
        )
    console.print(table)


@app.command()
@explained()
def release(
    folder: Annotated[Path, typer.Argument(help="Where the notebooks go; made if missing.")],
    names: Names = None,
    course: Course = None,
) -> None:
    """Write the students' notebooks: without solutions and without hidden checks.

    What is there already under the same name is replaced.
    """
    from dlcourse.grading.exercises import release as releasing

    for exercise in _find(names, course):
        try:
            path = releasing.release(exercise, folder)
        except OSError as error:
            give_up(f"{error.filename} cannot be written: {error.strerror}")
        say(f"[green]released[/] {quote(path)}")


@app.command()
@explained()
def check(names: Names = None, course: Course = None) -> None:
    """Run each exercise with its solutions filled in, so that its visible checks must pass."""
    from dlcourse.course.execute import execute
    from dlcourse.grading.exercises.release import solved

    failed = False
    for exercise in _find(names, course):
        with (
            tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch,
            console.status(f"running {exercise.name} with its solutions"),
        ):
            outcome = execute(solved(exercise), Path(scratch) / "solved.ipynb", {})
        fault = outcome.fault
        failed |= fault is not None
        state = f"[red]failed[/] {quote(fault.message)}" if fault else "[green]passes[/]"
        say(f"{exercise.name} ({outcome.seconds:.0f} s) {state}")
    raise typer.Exit(1 if failed else 0)


def _find(names: list[str] | None, course: Path | None) -> list[Exercise]:
    from dlcourse.grading.exercises import exercise

    found = exercise.find(course, names)
    if not found:
        give_up(
            "no exercises here: the public ones come with a clone of the repository, your own "
            "from a folder given as --course, in its subfolder exercises"
        )
    return found
