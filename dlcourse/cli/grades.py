"""`dlcourse grades`: what an instructor does with graded work."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dlcourse.cli.say import explained, give_up, quote, say

if TYPE_CHECKING:
    from dlcourse.grading.exercises.exercise import Exercise

# The grading modules are imported inside each command, so that `dlcourse --help` answers at once.

app = typer.Typer(help="Grades: export, feedback, similar work, audit log.", no_args_is_help=True)

Course = Annotated[
    Path, typer.Option(help="The course folder: results, gradebook, policy.toml, audit log.")
]
DEFAULT = Path(".dlcourse-grading")
FORMATS = ("csv", "canvas", "moodle")


@app.command()
@explained()
def export(
    assignment: Annotated[
        str | None, typer.Argument(help="An assignment, such as 01_tensors; all if none.")
    ] = None,
    course: Course = DEFAULT,
    format: Annotated[str, typer.Option(help="csv, canvas or moodle.")] = "csv",
    out: Annotated[Path | None, typer.Option(help="File to write.")] = None,
    tasks: Annotated[bool, typer.Option(help="csv: a column for each task's points.")] = False,
    column: Annotated[
        str | None, typer.Option(help="canvas, moodle: the assignment's title there.")
    ] = None,
) -> None:
    """Write the grades: points by hand, late policy and all.

    A file for Canvas or Moodle holds one assignment, and only students whose score is final,
    since both replace the grades they have.
    """
    from dlcourse.grading.results import audit as log
    from dlcourse.grading.results import by_hand, exports, records

    if format not in FORMATS:
        give_up(f"--format {format}: choose from {', '.join(FORMATS)}")
    results = _settled(course, assignment)
    names = sorted({result["assignment"] for result in results})
    if format != "csv" and len(names) > 1:
        give_up(f"a file for {format} holds one assignment; name one of {', '.join(names)}")
    open_ = [f"{r['student']} ({r['assignment']})" for r in results if r["status"] != "graded"]
    if format == "csv":
        text = exports.plain(results, tasks)
    else:
        final = [result for result in results if result["status"] == "graded"]
        if not final:
            give_up(f"no score of {names[0]} is final yet: {', '.join(open_)}")
        text = exports.FORMATS[format](final, by_hand.people(course), column)
    path = out or Path("grades.csv" if format == "csv" else f"grades-{format}-{names[0]}.csv")
    records.write_text(path, text)
    log.append(course, "export", format=format, assignments=names, file=_sha256(text))
    say(f"wrote {quote(path)}: {len(results) - len(open_)} final scores")
    if open_:
        what = "in the file, not final" if format == "csv" else "left out, not final"
        say(f"[yellow]{what}[/yellow]: {quote(', '.join(open_))}")


@app.command()
@explained()
def feedback(
    assignment: Annotated[
        str | None, typer.Argument(help="An assignment, such as 01_tensors; all if none.")
    ] = None,
    course: Course = DEFAULT,
    student: Annotated[list[str] | None, typer.Option(help="Only for these students.")] = None,
) -> None:
    """Write a feedback page for each submission, into COURSE/feedback/STUDENT/ASSIGNMENT/."""
    from dlcourse.grading.results import audit as log
    from dlcourse.grading.results import feedback as pages

    results = _settled(course, assignment)
    if student:
        if unknown := set(student) - {result["student"] for result in results}:
            give_up(f"no results of {', '.join(sorted(unknown))}")
        results = [result for result in results if result["student"] in student]
    names = sorted({result["assignment"] for result in results})
    titles = {name: found.title for name in names if (found := _exercise(course, name))}
    for result in results:
        pages.write(course, result, titles.get(result["assignment"]))
    log.append(course, "feedback", assignments=names, pages=len(results))
    say(f"wrote {len(results)} pages into {quote(course / 'feedback')}")


@app.command()
@explained()
def similar(
    assignment: Annotated[str, typer.Argument(help="An assignment, such as 01_tensors.")],
    course: Course = DEFAULT,
    threshold: Annotated[
        float, typer.Option(min=0.1, max=1.0, help="Similarity of a task to report.")
    ] = 0.8,
) -> None:
    """Report submissions that are alike: a page side by side and a CSV file.

    Both are for the instructor alone, and lie in COURSE/reports/. Alike is no proof.
    """
    from dlcourse.grading.results import audit as log
    from dlcourse.grading.results import autograded, records
    from dlcourse.grading.results import similar as reports

    results = _results(course, assignment)
    exercise = _exercise(course, assignment)
    if exercise is None:
        give_up(f"the source of {assignment} is not here, so its starter code is not known")
    starter = {task.id: task.cell.blank for task in exercise.tasks}
    code = {r["student"]: autograded.read_code(course, assignment, r["student"]) for r in results}
    answers = {
        r["student"]: {t["id"]: t["answer"] for t in r["tasks"] if t.get("answer")} for r in results
    }
    pairs = reports.compare(code, answers, starter, threshold)
    path = course / "reports" / f"similar-{assignment}.html"
    records.write_text(path, reports.page(assignment, pairs, starter, len(results)))
    records.write_text(path.with_suffix(".csv"), reports.table(assignment, pairs))
    log.append(course, "similar", assignments=[assignment], pairs=len(pairs))
    say(f"submissions: {len(results)}; pairs alike: {len(pairs)}; see {quote(path)} and .csv")


@app.command()
@explained()
def audit(
    course: Course = DEFAULT,
    last: Annotated[int, typer.Option(min=0, help="Show this many of the last events.")] = 10,
) -> None:
    """Verify the audit log and the result files, and show the last events.

    The exit status is 1 where anything was changed other than by the grader.
    """
    from dlcourse.grading.results import audit as log

    _check_folder(course)
    events, findings = log.events(course), log.verify(course)
    for event in events[max(0, len(events) - last) :] if last else ():
        fixed = ("when", "who", "what", "previous", "hash")
        details = ", ".join(f"{k}={v}" for k, v in event.items() if k not in fixed)
        say(quote(f"{event['when']} {event['who']} {event['what']}: {details}"))
    for finding in findings:
        say(f"[red]changed[/red]  {quote(finding)}")
    if events:
        say(f"{len(events)} events; the last hash is {events[-1]['hash']}")
    say("[red]not as written[/red]" if findings else "[green]as written[/green]")
    raise typer.Exit(1 if findings else 0)


def _settled(course: Path, assignment: str | None) -> list[dict]:
    from dlcourse.grading.results.settle import settled

    _results(course, assignment)
    return settled(course, assignment)


def _results(course: Path, assignment: str | None) -> list[dict]:
    """Return the results, of which there must be some."""
    from dlcourse.grading.results import records

    _check_folder(course)
    if results := records.load_all(course, assignment):
        return results
    graded = sorted({result["assignment"] for result in records.load_all(course)})
    known = f"there are results of {', '.join(graded)}" if graded else "nothing is graded yet"
    give_up(f"no results of {assignment or 'any assignment'} in {course}: {known}")


def _check_folder(course: Path) -> None:
    if not course.is_dir():
        give_up(
            f"there is no course folder {course}; `dlcourse grade` makes it beside the folder of "
            "submissions, or say where it is with --course"
        )


def _exercise(course: Path, name: str) -> Exercise | None:
    """Return an exercise; None where it is gone since it was graded, or is broken by now."""
    from dlcourse.grading.exercises import exercise

    try:
        return exercise.find(course, [name])[0]
    except ValueError:
        return None


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
