"""Results in nbgrader's own gradebook, for its grading page and its exporters.

COURSE/gradebook.db holds the scores, COURSE/autograded/ the notebooks that the page shows. Scores
of checks are auto scores; what a person gives on the page is a manual score, which nbgrader lets
win, and which is never touched here. nbgrader is imported when a book is opened.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from dlcourse.grading.results import autograded, database, records
from dlcourse.grading.results.autograded import CHECKS

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Comment, Grade, Gradebook, Notebook, SubmittedNotebook


class GradebookError(ValueError):
    """Something cannot be put into the gradebook; the message says what to do."""


@dataclass(frozen=True)
class _Known:
    """A registered assignment: its ids, its cells with grades and comments, each one's task."""

    released: NotebookNode
    assignment_id: str
    notebook_id: str
    graded: tuple[str, ...]
    commented: tuple[str, ...]
    tasks: Mapping[str, str]

    @classmethod
    def of(cls, notebook: Notebook, released: NotebookNode) -> _Known:
        graded, commented = notebook.grade_cells, notebook.solution_cells
        return cls(
            released,
            notebook.assignment_id,
            notebook.id,
            tuple(cell.id for cell in graded),
            tuple(cell.id for cell in commented),
            {cell.id: cell.name.removesuffix(CHECKS) for cell in (*graded, *commented)},
        )

    def rows(self, notebook_id: str) -> Iterator[Grade | Comment]:
        """Yield the rows that a new submission needs."""
        from nbgrader.api import Comment, Grade

        yield from (Grade(cell_id=id, notebook_id=notebook_id) for id in self.graded)
        yield from (Comment(cell_id=id, notebook_id=notebook_id) for id in self.commented)


class Book:
    """An open gradebook, to write into; made by `open_book`."""

    def __init__(self, course: Path, nbgrader: Gradebook) -> None:
        """Take the course folder and nbgrader's gradebook in it."""
        self._course = course
        self._nbgrader = nbgrader
        self._known: dict[str, _Known] = {}

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
        self._known[name] = _Known.of(self._nbgrader.find_notebook(name, name), released)

    def write(
        self, result: Mapping[str, Any], answers: Mapping[str, str], penalty: float = 0.0
    ) -> None:
        """Put one result in, and write the notebook that the grading page shows.

        `answers` are the student's cells by task (`Submission.answers`), `penalty` the points that
        being late costs. Auto scores and automatic comments are replaced; manual scores, extra
        credit and comments stay. Where the submission is another one than before, tasks with a
        manual score are to be looked at again. A result that is not "graded" is flagged until a
        person takes the flag off.

        Raises GradebookError for an assignment that is not registered, or a student's name that
        the grading page would take for HTML; RecordError for one that cannot be a file's name.
        """
        student, assignment = result["student"], result["assignment"]
        self._check(student, assignment)
        same = autograded.shows(self._course, result)
        session = self._nbgrader.db
        try:
            notebook = self._notebook(student, assignment)
            when = result.get("submitted")
            notebook.assignment.timestamp = (
                _naive_utc(datetime.fromisoformat(when)) if when else None
            )
            notebook.late_submission_penalty = penalty
            notebook.flagged = bool(notebook.flagged) or (not same and result["status"] != "graded")
            self._set_tasks(notebook, result, same)
            session.commit()
        except Exception:
            session.rollback()
            raise
        # Last, since this says that the book knows the submission.
        page = autograded.fill(self._known[assignment].released, result, answers)
        autograded.write(self._course, page, assignment, student)

    def _check(self, student: str, assignment: str) -> None:
        if assignment not in self._known:
            raise GradebookError(f"{assignment} is not registered; call register() first")
        autograded.path_of(self._course, assignment, student)
        # The page puts the name into its HTML as it is.
        if found := sorted(set(student) & set("<>&\"'`")):
            raise GradebookError(
                f"student {student!r}: nbgrader's grading page cannot show a name with "
                f"{' '.join(found)} safely; rename the folder"
            )

    def _notebook(self, student: str, assignment: str) -> SubmittedNotebook:
        """Return the row of a student's notebook; made, with all that hangs on it, if missing.

        nbgrader's own way takes three commits, and reads every cell again after each of them.
        """
        from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook

        session, known = self._nbgrader.db, self._known[assignment]
        if session.get(Student, student) is None:
            session.add(Student(id=student))
        query = session.query(SubmittedNotebook).join(SubmittedAssignment)
        found = query.filter(
            SubmittedNotebook.notebook_id == known.notebook_id,
            SubmittedAssignment.student_id == student,
        ).one_or_none()
        if found is None:
            submission = SubmittedAssignment(assignment_id=known.assignment_id, student_id=student)
            session.add(submission)
            session.flush()
            found = SubmittedNotebook(notebook_id=known.notebook_id, assignment_id=submission.id)
            session.add(found)
            session.flush()
            session.add_all(known.rows(found.id))
            session.flush()
        return found

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


def _naive_utc(moment: datetime) -> datetime:
    """Return the time as nbgrader's tables keep it: in UTC, and without saying so."""
    return moment.astimezone(UTC).replace(tzinfo=None)
