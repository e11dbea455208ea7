"""Results in nbgrader's own gradebook, for its grading page and its exporters.

COURSE/gradebook.db holds the scores, COURSE/autograded/ the notebooks that the page shows. Scores
of checks are auto scores; what a person gives on the page is a manual score, which nbgrader lets
win, and which is never touched here. nbgrader is imported when a book is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.grading.results import autograded, book_rows, database, records
from dlcourse.grading.results.book_rows import Known
from dlcourse.grading.results.database import GradebookError

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Grade, Gradebook, SubmittedNotebook


class Book:
    """An open gradebook, to write into; made by `open_book`."""

    def __init__(self, course: Path, nbgrader: Gradebook) -> None:
        """Take the course folder and nbgrader's gradebook in it."""
        self._course = course
        self._nbgrader = nbgrader
        self._known: dict[str, Known] = {}

    def register(self, released: NotebookNode, due: datetime | None = None) -> None:
        """Make an assignment and its cells known: those of the notebook that students got.

        The assignment's name is the exercise's, in the notebook's metadata. May be called again
        with a changed notebook; tasks that are new are added to the submissions that are there.

        Raises GradebookError where a task is gone that a person has given points for.
        """
        import nbformat

        from dlcourse.grading.results import book_cells

        name = released.metadata["dlcourse"]["exercise"]
        # Without a due date here, one that was set on nbgrader's pages stays.
        self._nbgrader.update_or_create_assignment(
            name, **({"duedate": _naive_utc(due)} if due else {})
        )
        self._nbgrader.update_or_create_notebook(name, name)
        if lost := book_cells.update(self._nbgrader, name, released):
            raise GradebookError(
                f"{name} no longer has the cells {', '.join(lost)}, for which points were given "
                "by hand; bring the tasks back, or give the new version another name"
            )
        # nbgrader lists the assignments that it finds here.
        source = self._course / "source" / name / f"{name}.ipynb"
        records.write_text(source, nbformat.writes(released) + "\n")
        self._known[name] = Known.of(self._nbgrader.find_notebook(name, name), released)

    def write(
        self, result: Mapping[str, Any], answers: Mapping[str, str], penalty: float = 0.0
    ) -> None:
        """Put one result in, and write the notebook that the grading page shows.

        `answers` are the student's cells by task (`Submission.answers`), `penalty` the points that
        being late costs. Auto scores and automatic comments are replaced; manual scores, extra
        credit and comments stay. Where the submission is another one than before, tasks with a
        manual score are to be looked at again. A result that is not "graded" is flagged until a
        person takes the flag off.

        Raises GradebookError for an assignment that is not registered, a student's name that the
        grading page would take for HTML, or a gradebook that is locked or damaged; RecordError for
        a name that cannot be a file's name.
        """
        student, assignment = result["student"], result["assignment"]
        self._check(student, assignment)
        same = autograded.shows(self._course, result)
        with database.explained(self._course):
            self._set(result, penalty, same)
        # Last, since this says that the book knows the submission.
        page = autograded.fill(self._known[assignment].released, result, answers)
        autograded.write(self._course, page, assignment, student)

    def is_current(self, result: Mapping[str, Any], penalty: float) -> bool:
        """Say whether the tables and the page show this very result, and what being late costs."""
        if not autograded.is_current(self._course, result):
            return False
        with database.explained(self._course):
            known = self._known[result["assignment"]]
            found = book_rows.find(self._nbgrader.db, known, result["student"])
            return (
                found is not None
                and found.late_submission_penalty == penalty
                and found.assignment.timestamp == _submitted(result)
            )

    def _set(self, result: Mapping[str, Any], penalty: float, same: bool) -> None:
        """Write what the tables hold of one result, all of it or nothing."""
        session = self._nbgrader.db
        try:
            known = self._known[result["assignment"]]
            notebook = book_rows.made(session, known, result["student"])
            notebook.assignment.timestamp = _submitted(result)
            notebook.late_submission_penalty = penalty
            notebook.flagged = bool(notebook.flagged) or (not same and result["status"] != "graded")
            self._set_tasks(notebook, result, same)
            session.commit()
        except Exception:
            session.rollback()
            raise

    def _check(self, student: str, assignment: str) -> None:
        if assignment not in self._known:
            raise GradebookError(f"{assignment} is not registered; call register() first")
        autograded.path_of(self._course, assignment, student)
        # The pages put the name as it is into HTML, and into strings of scripts.
        if found := sorted(set(student) & set('<"')):
            raise GradebookError(
                f"student {student!r}: nbgrader's grading page cannot show a name with "
                f"{' '.join(found)} safely; rename the folder"
            )

    def _set_tasks(
        self, notebook: SubmittedNotebook, result: Mapping[str, Any], same: bool
    ) -> None:
        names = self._known[result["assignment"]].tasks
        tasks = {task["id"]: task for task in result["tasks"]}
        for grade in notebook.grades:
            task = tasks.get(names[grade.cell_id])
            _set_score(grade, task and task["points"], same)
        for comment in notebook.comments:
            messages = tasks.get(names[comment.cell_id], {}).get("messages", ())
            comment.auto_comment = "\n".join(messages) or None


@contextmanager
def open_book(course: Path) -> Iterator[Book]:
    """Open the gradebook of the course folder for writing; make it where there is none."""
    database.create(course)
    with database.connect(course) as nbgrader:
        yield Book(course, nbgrader)


def _set_score(grade: Grade, points: float | None, same: bool) -> None:
    """Give `grade` the `points` of the checks; None where they say nothing of the task.

    Then a person is to look; and again at points given by hand, where they were given for other
    work, or against another auto score.
    """
    if not same or grade.auto_score != points:
        grade.needs_manual_grade = points is None or grade.manual_score is not None
    grade.auto_score = points


def _submitted(result: Mapping[str, Any]) -> datetime | None:
    """Return when the work was handed in, as nbgrader's tables keep it."""
    when = result.get("submitted")
    return _naive_utc(datetime.fromisoformat(when)) if when else None


def _naive_utc(moment: datetime) -> datetime:
    """Return the time as nbgrader's tables keep it: in UTC, and without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
