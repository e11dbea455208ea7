"""The notebook that nbgrader's grading page shows of a submission.

It is the released notebook with the student's code and answers filled in, and with what the checks
said as the output of their cells. Nothing else of the student's file gets in, and nothing that a
student wrote is rendered: the page runs in the instructor's Jupyter, where a script could do all
that the instructor can. Code is escaped by the page itself; text stands here as a code block.
"""

import copy
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from nbformat import NotebookNode, v4

from dlcourse.grading.exercises.regions import TEXT_STUB
from dlcourse.grading.results import records

_HOW_TO = ("-intro", "-setup")  # how to work with the notebook; nothing that a grader needs
_STATE = ("submission_hash", "status", "graded")
# Ends a list, whose last point an indented block would else go on, as ordinary Markdown.
_END = "<!-- -->"
CHECKS = "-checks"  # what follows a task's name in the name of the cell with its checks


def path_of(course: Path, assignment: str, student: str) -> Path:
    """Return where nbgrader looks for the notebook. Raises RecordError for a bad name."""
    records.check_name("assignment", assignment)
    records.check_name("student", student)
    return course / "autograded" / student / assignment / f"{assignment}.ipynb"


def fill(
    released: NotebookNode, result: Mapping[str, Any], answers: Mapping[str, str]
) -> NotebookNode:
    """Return a copy of the `released` notebook with what one student did, and what came of it.

    `answers` are the student's cells by task, of code and of words. What the notebook stands for
    (hash of the submission, status, time of grading) is put into its metadata.
    """
    notebook = copy.deepcopy(released)
    notebook.cells = [cell for cell in notebook.cells if not cell.id.endswith(_HOW_TO)]
    tasks = {task["id"]: task for task in result["tasks"]}
    for cell in notebook.cells:
        meta = cell.metadata.get("nbgrader", {})
        name = meta.get("grade_id", "")
        if cell.cell_type == "markdown" and meta.get("solution"):
            cell.source = answered(cell.source, answers.get(name, ""))
        elif meta.get("solution"):
            cell.source = answers.get(name, "")
        elif name.removesuffix(CHECKS) in tasks and meta.get("grade"):
            cell.outputs = [_said(tasks[name.removesuffix(CHECKS)])]
    if remarks := [*result.get("review", ()), *result.get("notes", ())]:
        notebook.cells.insert(1, _remarks(released.cells[0].id, remarks))
    notebook.metadata["dlcourse"] = dict(released.metadata.get("dlcourse", {})) | _state(result)
    return notebook


def write(course: Path, notebook: NotebookNode, assignment: str, student: str) -> Path:
    """Write `notebook` to where nbgrader looks for it, whole or not at all; return the path."""
    path = path_of(course, assignment, student)
    records.write_text(path, v4.writes(notebook) + "\n")
    return path


def read_code(course: Path, assignment: str, student: str) -> dict[str, str]:
    """Return the student's code by task, as graded; nothing if no notebook was written."""
    path = path_of(course, assignment, student)
    if not path.is_file():
        return {}
    cells = v4.reads(path.read_text(encoding="utf-8")).cells
    return {
        cell.metadata.nbgrader.grade_id: cell.source
        for cell in cells
        if cell.cell_type == "code" and cell.metadata.get("nbgrader", {}).get("solution")
    }


def shows(course: Path, result: Mapping[str, Any]) -> bool:
    """Say whether the notebook that is there shows this very submission, with this status.

    A damaged notebook shows nothing; it is written anew from the submission.
    """
    return _agrees(course, result, "submission_hash", "status")


def is_current(course: Path, result: Mapping[str, Any]) -> bool:
    """Say whether the notebook that is there was made from this very result."""
    return _agrees(course, result, *_STATE)


def verbatim(text: str) -> str:
    """Return Markdown that shows `text` as it is: no HTML, link, picture or formula comes alive.

    An indented block, since nothing in a text can end it as it can end a fence.
    """
    lines = text.splitlines() or ["(no answer)"]
    return "\n".join(f"    {line}" for line in lines)


def answered(question: str, answer: str) -> str:
    """Return Markdown with the `question`, as released, and what a student wrote to it."""
    asked = "\n".join(line for line in question.split("\n") if line.strip() != TEXT_STUB)
    return f"{asked.strip()}\n\n{_END}\n\n{verbatim(own_lines(answer, question))}"


def own_lines(text: str, given: str) -> str:
    """Return the lines of `text` that do not stand in `given`: what the student wrote."""
    known = {line.strip() for line in given.splitlines()} - {""}
    return "\n".join(line for line in text.splitlines() if line.strip() not in known).strip("\n")


def _said(task: Mapping[str, Any]) -> NotebookNode:
    points = "no" if task["points"] is None else f"{task['points']:g}"
    lines = [f"{points} of {task['max_points']:g} points", *_bullets(task["messages"])]
    return v4.new_output("stream", name="stdout", text="\n".join(lines) + "\n")


def _remarks(title: str, remarks: Iterable[str]) -> NotebookNode:
    text = verbatim("\n".join(_bullets(remarks)))
    return v4.new_markdown_cell(f"**Remarks of the grader**\n\n{text}", id=f"{title}-remarks"[-64:])


def _bullets(lines: Iterable[str]) -> list[str]:
    return [f"- {line}" for line in lines]


def _agrees(course: Path, result: Mapping[str, Any], *keys: str) -> bool:
    path = path_of(course, result["assignment"], result["student"])
    try:
        there = v4.reads(path.read_text(encoding="utf-8")).metadata["dlcourse"]
    except (OSError, ValueError, AttributeError, KeyError):
        return False
    return all(there.get(key) == result.get(key) for key in keys)


def _state(result: Mapping[str, Any]) -> dict[str, Any]:
    return {key: result.get(key) for key in _STATE}
