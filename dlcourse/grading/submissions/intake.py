"""Take in what a student handed in: which code to run, which cell answers which task.

Nothing here runs the student's code, and nothing that a student can hand in raises an error: what
cannot be decided is left to a person, with the reason.
"""

import hashlib
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from dlcourse.grading.exercises.exercise import Exercise
from dlcourse.grading.exercises.release import layout, version
from dlcourse.grading.submissions import answers, matching, notebook_file
from dlcourse.grading.submissions.matching import Part


@dataclass(frozen=True)
class RunCell:
    """Code to run in the sandbox.

    `kind` is "given" (the exercise's own text), "answer" or "extra" (a cell that the student
    added); `name` is for messages; `task` is the task that an answer belongs to, else empty.
    """

    kind: str
    name: str
    source: str
    task: str = ""


@dataclass(frozen=True)
class Submission:
    """A notebook as far as it could be read.

    `cells` are to be run in this order. `answers` has the student's text for each task that was
    worked on; a task that is not in it was left blank. `code` has, for rules on code, what the
    student defined for a task, helpers included. `notes` say what was unusual and how it was
    taken; `needs_review` gives the reasons why a person must look. `digest` is the SHA-256 of the
    file.
    """

    cells: tuple[RunCell, ...] = ()
    answers: dict[str, str] = field(default_factory=dict)
    code: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    needs_review: tuple[str, ...] = ()
    digest: str = ""

    def code_of(self, task: str) -> str:
        """Return the student's code for `task`; empty where there is none."""
        return self.code.get(task, "")


def read(source: Path | bytes, exercise: Exercise) -> Submission:
    """Return what is in the notebook file `source` (or in its bytes) that concerns `exercise`.

    Set-up cells come from the exercise, check cells are never run, cells that the student added
    run at their place. Never raises for what is in the file, or for what kind of file it is.
    """
    try:
        data = source if isinstance(source, bytes) else notebook_file.read_bytes(source)
    except notebook_file.Unreadable as error:
        return Submission(needs_review=(f"the file was not read: {error}",))
    digest = hashlib.sha256(data).hexdigest()
    try:
        notebook = notebook_file.parse(data)
    except notebook_file.Unreadable as error:
        return Submission(needs_review=(f"the file was not read: {error}",), digest=digest)
    parts = matching.match(notebook.cells, exercise)
    cells, unusual = _to_run(parts, exercise)
    found = answers.find(parts, exercise)
    return Submission(
        cells=tuple(cells),
        answers=found.texts,
        code=found.code,
        notes=(
            *notebook.notes,
            *_origin(notebook, exercise),
            *_order(parts),
            *unusual,
            *found.notes,
        ),
        needs_review=(*_stranger(notebook, parts, exercise), *found.needs_review),
        digest=digest,
    )


def _to_run(parts: list[Part], exercise: Exercise) -> tuple[list[RunCell], list[str]]:
    """Return the cells to run in the exercise's order, and notes."""
    ordered: list[tuple[int, int, RunCell]] = []
    notes = []
    there = {part.home.name for part in parts if part.home}
    for place, cell in enumerate(layout(exercise)):
        if cell.kind == "given":
            ordered.append((place, 0, RunCell("given", cell.name, cell.blank)))
            if cell.name not in there:
                notes.append(f"the set-up cell {cell.name} was missing; it was put back")
    blank = _only_blank(parts)
    for part in parts:
        if part.kind in ("given", "check") and part.changed:
            notes.append(_changed(part))
        if run := _run_cell(part, blank):
            ordered.append((part.place, part.number, run))
    ordered.sort(key=lambda entry: entry[:2])
    return [cell for _, _, cell in ordered], notes


def _run_cell(part: Part, blank: set[int]) -> RunCell | None:
    """Return what is to be run of a student's cell, if anything."""
    if part.kind == "solution" and (part.runs_as_answer or part.number in blank):
        return RunCell("answer", part.task, part.code, part.task)
    if part.kind == "extra" and part.runs_as_answer:
        return RunCell("extra", f"cell {part.number}", part.code)
    if part.imports:
        return RunCell("extra", f"imports of cell {part.number}", "\n".join(part.imports))
    return None


def _only_blank(parts: list[Part]) -> set[int]:
    """Return the numbers of blank cells to run: one for each task that has no other.

    Beside a cell with an answer, a blank one must not run: it would take the answer back.
    """
    solutions = [part for part in parts if part.kind == "solution"]
    answered = {part.task for part in solutions if part.runs_as_answer}
    blank = {part.task: part.number for part in solutions if not part.changed}
    return {number for task, number in blank.items() if task not in answered}


def _changed(part: Part) -> str:
    taken = "the original is run" if part.kind == "given" else "check cells are not run"
    imports = ", but the imports added to it are" if part.imports else ""
    return f"cell {part.number} ({part.home.name}) was changed; {taken}{imports}"


def _origin(notebook: notebook_file.StudentNotebook, exercise: Exercise) -> list[str]:
    now = version(exercise)
    if notebook.version and notebook.version != now:
        return [f"it began from version {notebook.version[:12]!r} of the exercise; this is {now!r}"]
    return []


def _order(parts: list[Part]) -> list[str]:
    places = [part.place for part in parts if part.home]
    if any(after < before for before, after in pairwise(places)):
        return ["the cells were in another order; they are run in the exercise's"]
    return []


def _stranger(
    notebook: notebook_file.StudentNotebook, parts: list[Part], exercise: Exercise
) -> list[str]:
    """Return reasons to doubt that this notebook belongs to the exercise at all."""
    if notebook.exercise and notebook.exercise != exercise.name:
        return [f"the notebook says that it is {notebook.exercise[:64]!r}, not {exercise.name!r}"]
    if not any(part.home for part in parts):
        return [f"nothing in the notebook belongs to the exercise {exercise.name!r}"]
    return []
