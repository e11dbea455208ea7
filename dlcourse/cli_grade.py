"""`dlcourse grade`: grade what a class handed in."""

from __future__ import annotations

import contextlib
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer
from rich.console import Console
from rich.markup import escape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dlcourse.grading.batch import Plan
    from dlcourse.grading.exercise import Exercise

# The grading modules are imported inside the command, so that `dlcourse --help` answers at once.

console = Console()
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
    it was. The exit status is 1 where the sandbox failed for some submission.
    """
    from dlcourse.grading import hand_in, lateness
    from dlcourse.grading.batch import Plan
    from dlcourse.grading.cluster import ClusterError
    from dlcourse.grading.sandbox import Limits, SandboxError

    folder = course or submitted.resolve().parent / ".dlcourse-grading"
    try:
        exercises = _exercises(submitted, folder, assignment)
        zone = lateness.load(folder).zone
        folder.mkdir(parents=True, exist_ok=True)
        plan = Plan(folder, _level(level, trust_students), Limits(), jobs, again, scheduler)
        found = {exercise: hand_in.jobs(submitted, exercise, zone) for exercise in exercises}
        results = _follow(found, plan)
    except (ValueError, OSError, ClusterError, SandboxError) as error:
        _give_up(str(error))
    _report(results, sum(map(len, found.values())), plan, out)
    raise typer.Exit(1 if any(r["status"] == "failed" for r in results) else 0)


def _exercises(submitted: Path, course: Path, names: list[str] | None) -> list[Exercise]:
    from dlcourse.grading import exercise, hand_in

    known = exercise.find(course if course.is_dir() else None, names)
    found = hand_in.assignments(submitted, known)
    if not names and (unknown := sorted(hand_in.unknown(submitted, known))):
        console.print(
            f"[yellow]left alone[/], no exercise has the name: {escape(', '.join(unknown))}",
            highlight=False,
        )
    if not found:
        _give_up(
            f"{submitted} holds nothing to grade: it needs folders STUDENT/ASSIGNMENT, where "
            f"ASSIGNMENT is one of {', '.join(exercise.name for exercise in known) or 'none'}"
        )
    return found


def _level(wanted: str | None, trust: bool) -> str:
    """Return the level to run at, and say so; each candidate is tried first."""
    from dlcourse.grading.sandbox.probe import why_not

    if trust:
        console.print("[yellow]no sandbox[/]: students' code runs as you, with all your rights")
        return "none"
    if wanted not in (None, *LEVELS):
        _give_up(f"--level {wanted}: choose from {', '.join(LEVELS)}")
    reasons = []
    for candidate in [wanted] if wanted else LEVELS:
        if (reason := why_not(candidate)) is None:
            console.print(f"sandbox: [bold]{candidate}[/], which passed its self-test")
            return candidate
        reasons.append(f"{candidate}: {reason}")
        console.print(f"[yellow]not {candidate}[/]: {escape(reason)}", highlight=False)
    _give_up(
        "no sandbox works on this machine, so nothing was run. Mend one of the above (on Debian "
        "and Ubuntu: apt install bubblewrap), or add --trust-students if you would run this code "
        "yourself"
    )


def _follow(found: dict[Exercise, list[Any]], plan: Plan) -> list[dict[str, Any]]:
    """Grade with a progress bar; an interrupt ends it early, and loses nothing."""
    from dlcourse.grading import audit
    from dlcourse.grading.batch import grade_class

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
        yield lambda text: progress.update(task, advance=1, description=escape(text))


def _report(results: list[dict[str, Any]], total: int, plan: Plan, out: Path) -> None:
    """Write the CSV with all grades of the course folder, and say what needs a person."""
    from dlcourse.grading import exports, records
    from dlcourse.grading.settle import settled

    names = {result["assignment"] for result in results}
    rows = [row for row in settled(plan.course) if row["assignment"] in names]
    records.write_text(out, exports.plain(rows))
    for result in results:
        for reason in result["review"]:
            text = f"{result['student']} ({result['assignment']}): {reason}"
            console.print(f"[yellow]{result['status']}[/] {escape(text)}", highlight=False)
    counts = Counter(row["status"] for row in rows)
    shown = ", ".join(f"{number} {status}" for status, number in sorted(counts.items()))
    if len(results) < total:
        console.print(
            f"[yellow]Interrupted: {len(results)} of {total} are done, and kept. Start again with "
            "the same command.[/]"
        )
    console.print(f"wrote [bold]{escape(str(out))}[/]: {shown}", highlight=False)


def _give_up(message: str) -> NoReturn:
    console.print(f"[red]{escape(message)}[/]", soft_wrap=True, highlight=False)
    raise typer.Exit(1)
