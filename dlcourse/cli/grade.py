"""`dlcourse grade`: grade what a class handed in."""

from __future__ import annotations

import contextlib
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dlcourse.cli.grade_summary import tell, write_table
from dlcourse.cli.say import console, give_up, quote, say

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcourse.grading.exercises.exercise import Exercise
    from dlcourse.grading.running.batch import Plan

# The grading modules are imported inside the command, so that `dlcourse --help` answers at once.

LEVELS = ("bubblewrap", "landlock")


def grade(
    submitted: Annotated[
        Path, typer.Argument(help="Folder with STUDENT/ASSIGNMENT/NOTEBOOK.ipynb.")
    ],
    out: Annotated[Path, typer.Option(help="The CSV file with the grades.")] = Path("grades.csv"),
    assignment: Annotated[
        list[str] | None, typer.Option(help="Only these assignments; all if not given.")
    ] = None,
    course: Annotated[
        Path | None,
        typer.Option(
            help="Your course folder: own exercises, secret, policy, results, gradebook. "
            "By default .dlcourse-grading beside SUBMITTED."
        ),
    ] = None,
    jobs: Annotated[int, typer.Option(min=1, help="Submissions at a time.")] = 1,
    scheduler: Annotated[
        str | None,
        typer.Option(help="Address of a Dask scheduler, whose workers do the work."),
    ] = None,
    shard: Annotated[
        str | None,
        typer.Option(
            help="INDEX/COUNT, such as 0/4: grade this part of the students and keep the results; "
            "table and gradebook are left to a last run without it."
        ),
    ] = None,
    level: Annotated[
        str | None,
        typer.Option(help="bubblewrap or landlock; by default the strongest that works here."),
    ] = None,
    trust_students: Annotated[
        bool,
        typer.Option("--trust-students", help="Run their code without any sandbox, as yourself."),
    ] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Grade also what is graded already.")
    ] = False,
) -> None:
    """Grade submissions: run them in a sandbox, check them from outside, keep every result.

    One broken notebook never stops the others. Stopped or killed, the same command goes on where
    it was. The exit status is 1 where the sandbox failed for some submission, 130 after Ctrl-C.
    """
    from dlcourse.grading.running import hand_in
    from dlcourse.grading.running.batch import Plan, require_hidden
    from dlcourse.grading.sandbox import Limits, SandboxError
    from dlcourse.grading.submissions import lateness
    from dlcourse.shard import Shard
    from dlcourse.spread import ClusterError

    folder = course or submitted.resolve().parent / ".dlcourse-grading"
    try:
        if not shard:
            _check_out(out)
        part = Shard.parse(shard) if shard else Shard(0, 1)
        exercises = _exercises(submitted, folder, assignment)
        zone = lateness.load(folder).zone
        settings = (_level(level, trust_students), Limits(), jobs, again, scheduler)
        plan = Plan(folder, *settings, book=not shard)
        for path in (submitted, out):
            require_hidden(path, plan.level)
        folder.mkdir(parents=True, exist_ok=True)
        found = {
            exercise: [j for j in hand_in.jobs(submitted, exercise, zone) if j.student in part]
            for exercise in exercises
        }
        results = _follow(found, plan)
        tell(results, found, plan)
        if plan.book:
            write_table(results, {exercise.name for exercise in found}, folder, out)
    except (ValueError, OSError, ClusterError, SandboxError) as error:
        give_up(error)
    if len(results) < sum(map(len, found.values())):
        raise typer.Exit(130)
    raise typer.Exit(1 if any(r["status"] == "failed" for r in results) else 0)


def _check_out(out: Path) -> None:
    """Try now what must work after hours of grading. Raises ValueError."""
    if out.is_dir():
        raise ValueError(f"--out {out}: this is a folder; name a file in it, such as grades.csv")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=out.parent).close()
    except OSError as error:
        raise ValueError(f"--out {out} cannot be written: {error.strerror}") from error


def _exercises(submitted: Path, course: Path, names: list[str] | None) -> list[Exercise]:
    from dlcourse.grading.exercises import exercise
    from dlcourse.grading.running import hand_in

    known = exercise.find(course if course.exists() else None, names)
    found = hand_in.assignments(submitted, known)
    if not names and (unknown := sorted(hand_in.unknown(submitted, known))):
        say(f"[yellow]left alone[/], no exercise has the name: {quote(', '.join(unknown))}")
    if stray := hand_in.stray(submitted):
        say(f"[yellow]left alone[/], in no folder STUDENT/ASSIGNMENT: {quote(', '.join(stray))}")
    if not found:
        give_up(
            f"{submitted} holds nothing to grade: it needs folders STUDENT/ASSIGNMENT, where "
            f"ASSIGNMENT is one of {', '.join(exercise.name for exercise in known) or 'none'}"
        )
    return found


def _level(wanted: str | None, trust: bool) -> str:
    """Return the level to run at, and say so; each candidate is tried first."""
    from dlcourse.grading.sandbox.probe import why_not

    if trust and wanted:
        give_up("--level names a sandbox, --trust-students means none: leave one of the two out")
    if trust:
        console.print("[yellow]no sandbox[/]: students' code runs as you, with all your rights")
        return "none"
    if wanted not in (None, *LEVELS):
        give_up(f"--level {wanted}: choose from {', '.join(LEVELS)}")
    for candidate in [wanted] if wanted else LEVELS:
        if (reason := why_not(candidate)) is None:
            console.print(f"sandbox: [bold]{candidate}[/], which passed its self-test")
            return candidate
        console.print(f"[yellow]not {candidate}[/]: {quote(reason)}", highlight=False)
    give_up(
        "no sandbox works on this machine, so nothing was run. Mend one of the above (on Debian "
        "and Ubuntu: apt install bubblewrap), or add --trust-students if you would run this code "
        "yourself"
    )


def _follow(found: dict[Exercise, list[Any]], plan: Plan) -> list[dict[str, Any]]:
    """Grade with a progress bar; an interrupt ends it early, and loses nothing."""
    from dlcourse.grading.results import audit
    from dlcourse.grading.running.batch import grade_class

    results: list[dict[str, Any]] = []
    audit.append(plan.course, "grade", level=plan.level, assignments=[e.name for e in found])
    with _bar(sum(map(len, found.values()))) as advance, contextlib.suppress(KeyboardInterrupt):
        for exercise, jobs in found.items():
            for result in grade_class(jobs, exercise, plan):
                results.append(result)
                advance(f"{exercise.name} · {result['student']}")
    return results


@contextlib.contextmanager
def _bar(total: int) -> Iterator[Any]:
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console) as progress:
        task = progress.add_task("starting", total=total)
        yield lambda text: progress.update(task, advance=1, description=quote(text))
