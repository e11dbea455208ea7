"""The rows of one submission in nbgrader's tables.

nbgrader's own way to make them takes three commits, and reads every cell again after each of them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dlcourse.grading.results.autograded import CHECKS

if TYPE_CHECKING:
    from nbformat import NotebookNode
    from nbgrader.api import Comment, Grade, Notebook, SubmittedNotebook
    from sqlalchemy.orm import Session


@dataclass(frozen=True)
class Known:
    """A registered assignment: its ids, its cells with grades and comments, each one's task."""

    released: NotebookNode
    assignment_id: str
    notebook_id: str
    graded: tuple[str, ...]
    commented: tuple[str, ...]
    tasks: Mapping[str, str]

    @classmethod
    def of(cls, notebook: Notebook, released: NotebookNode) -> Known:
        """Return what the gradebook's `notebook`, of the notebook `released`, is made of."""
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


def find(session: Session, known: Known, student: str) -> SubmittedNotebook | None:
    """Return the row of a student's notebook, if there is one."""
    from nbgrader.api import SubmittedAssignment, SubmittedNotebook

    query = session.query(SubmittedNotebook).join(SubmittedAssignment)
    return query.filter(
        SubmittedNotebook.notebook_id == known.notebook_id,
        SubmittedAssignment.student_id == student,
    ).one_or_none()


def made(session: Session, known: Known, student: str) -> SubmittedNotebook:
    """Return the row of a student's notebook; made, with all that hangs on it, if missing."""
    from nbgrader.api import Student, SubmittedAssignment, SubmittedNotebook

    if session.get(Student, student) is None:
        session.add(Student(id=student))
    found = find(session, known, student)
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
