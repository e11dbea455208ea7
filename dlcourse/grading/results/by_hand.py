"""What graders did by hand on nbgrader's grading page, and whom its gradebook knows.

All of it is read from COURSE/gradebook.db; where there is none, nothing was done by hand.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from dlcourse.grading.results import database
from dlcourse.grading.results.autograded import CHECKS

if TYPE_CHECKING:
    from nbgrader.api import SubmittedNotebook


@dataclass(frozen=True)
class Hand:
    """What a person did to one task: points (None: none given), extra points, a comment.

    `open` says that a person still has to look at the task.
    """

    points: float | None = None
    extra: float = 0.0
    comment: str = ""
    open: bool = False


@dataclass(frozen=True)
class Review:
    """What a person did to one submission. `flagged`: a person still has to look at it."""

    tasks: Mapping[str, Hand] = field(default_factory=dict)
    flagged: bool = False


@dataclass(frozen=True)
class Person:
    """A student as the gradebook knows one; `nbgrader db student import` fills these in."""

    id: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    lms_id: str = ""


def reviews(course: Path, assignment: str) -> dict[str, Review]:
    """Return by student what people did in `assignment`."""
    if not (course / database.NAME).exists():
        return {}
    with database.connect(course) as book:
        return {
            submission.student_id: Review(_hands(notebook), bool(notebook.flagged))
            for submission in book.assignment_submissions(assignment)
            for notebook in submission.notebooks
        }


def manual_scores(course: Path, assignment: str) -> dict[str, dict[str, float]]:
    """Return by student and task the points that people gave, extra points included."""
    return {
        student: {t: h.points + h.extra for t, h in review.tasks.items() if h.points is not None}
        for student, review in reviews(course, assignment).items()
    }


def people(course: Path) -> dict[str, Person]:
    """Return the students in the gradebook by id, with what it knows of them."""
    if not (course / database.NAME).exists():
        return {}
    with database.connect(course) as book:
        return {
            s.id: Person(
                s.id, s.first_name or "", s.last_name or "", s.email or "", s.lms_user_id or ""
            )
            for s in book.students
        }


def _hands(notebook: SubmittedNotebook) -> dict[str, Hand]:
    comments = {comment.cell.name: comment.manual_comment or "" for comment in notebook.comments}
    hands = {}
    for grade in notebook.grades:
        task = grade.cell.name.removesuffix(CHECKS)
        hands[task] = Hand(
            grade.manual_score,
            grade.extra_credit or 0.0,
            comments.get(task, ""),
            grade.needs_manual_grade,
        )
    return hands
