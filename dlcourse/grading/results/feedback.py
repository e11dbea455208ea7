"""What a student gets back: one HTML page a submission, which loads nothing and runs nothing."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from dlcourse.grading.results import autograded, records
from dlcourse.templates import environment


def page(settled: Mapping[str, Any], code: Mapping[str, str], title: str | None = None) -> str:
    """Return the page of one settled result; `code` is the student's source text by task.

    It tells score, points, messages and comments of each task, the notes on the submission and
    the student's own code and answers: nothing of hidden checks, and nothing of anybody else.
    """
    template = environment("dlcourse.grading.results").get_template("feedback.html")
    return template.render(result=settled, code=code, title=title or settled["assignment"])


def path_of(course: Path, assignment: str, student: str) -> Path:
    """Return where nbgrader keeps feedback: COURSE/feedback/STUDENT/ASSIGNMENT/ASSIGNMENT.html."""
    records.check_name("assignment", assignment)
    records.check_name("student", student)
    return course / "feedback" / student / assignment / f"{assignment}.html"


def write(course: Path, settled: Mapping[str, Any], title: str | None = None) -> Path:
    """Write the page of one settled result, with the code that was graded; return its path."""
    assignment, student = settled["assignment"], settled["student"]
    path = path_of(course, assignment, student)
    code = autograded.read_code(course, assignment, student)
    records.write_text(path, page(settled, code, title))
    return path
