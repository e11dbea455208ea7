"""The cells of an exercise's source file, each with the line it stands on."""

import re
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import jupytext

from dlcourse.grading.exercises import regions

_MARKER = re.compile(r"^# %%(?=\s|$)", re.MULTILINE)
_KINDS = ("solution", "check", "answer")


class ExerciseError(ValueError):
    """An exercise's source is wrong; the message names file and line of each finding."""

    def __init__(self, path: Path, findings: list[tuple[int, str]]):
        """Take the file and its findings: pairs of line and text."""
        super().__init__("\n".join(f"{path}:{line}: {what}" for line, what in sorted(findings)))


@dataclass(frozen=True)
class Cell:
    """One cell of an exercise.

    `kind` is "prose", "given" (set-up code, locked), "solution", "check" or "answer". `name` is
    unique in the exercise; nbgrader calls it the grade id: "matmul" for the student's cell of that
    task, "matmul-checks", "given-2", "text-5". `line` is the line of the cell's `# %%` in the
    source file, from 1.
    """

    kind: str
    name: str
    source: str
    line: int
    task: str = ""
    points: float = 0

    @property
    def is_code(self) -> bool:
        """Say whether the cell holds code; else it holds Markdown."""
        return self.kind in ("given", "solution", "check")

    @cached_property
    def blank(self) -> str:
        """Return what students get: no solution, no hidden check."""
        return (regions.blank_code if self.is_code else regions.blank_text)(self.source)

    @cached_property
    def solved(self) -> str:
        """Return the cell with its solution and without hidden checks."""
        return regions.keep_solution(self.source)


def read_cells(path: Path, text: str) -> tuple[Cell, ...]:
    """Return the cells of the percent-format source `text`; `path` is for messages.

    Raises ExerciseError where the cells' first lines do not say what a cell is.
    """
    lines = [text.count("\n", 0, match.start()) + 1 for match in _MARKER.finditer(text)]
    notebook = jupytext.reads(text, fmt="py:percent")
    if lines[:1] != [1] or len(lines) != len(notebook.cells):
        raise ExerciseError(
            path,
            [(1, "the file must begin with '# %% [markdown]', and '# %%' must begin cells only")],
        )
    cells: list[Cell] = []
    findings: list[tuple[int, str]] = []
    for raw, line in zip(notebook.cells, lines, strict=True):
        attributes = {k: v for k, v in raw.metadata.items() if not k.startswith("lines_to_")}
        try:
            kind, task, points = _meaning(raw.cell_type, attributes)
        except ValueError as error:
            findings.append((line, str(error)))
            continue
        number = sum(cell.kind == kind for cell in cells) + 1
        name = {"prose": f"text-{number}", "given": f"given-{number}", "check": f"{task}-checks"}
        cells.append(Cell(kind, name.get(kind, task), raw.source, line, task, points))
    if findings:
        raise ExerciseError(path, findings)
    return tuple(cells)


def _meaning(cell_type: str, attributes: dict[str, Any]) -> tuple[str, str, float]:
    """Return kind, task and points of a cell from the attributes in its first line."""
    if unknown := set(attributes) - {*_KINDS, "points"}:
        raise ValueError(
            f"cannot read {', '.join(sorted(unknown))} after '# %%'; a cell may have "
            '[markdown], solution="task", check="task" points=3, answer="task" points=2'
        )
    kinds = [kind for kind in _KINDS if kind in attributes]
    if len(kinds) > 1:
        raise ValueError(f"a cell cannot be {' and '.join(kinds)} at once")
    kind = kinds[0] if kinds else ("given" if cell_type == "code" else "prose")
    if cell_type not in ("code", "markdown") or (cell_type == "code") != (
        kind in ("given", "solution", "check")
    ):
        raise ValueError(f"a cell of type {cell_type} cannot be {kind}; answers are [markdown]")
    points = attributes.get("points", 0)
    if kind in ("check", "answer"):
        if isinstance(points, bool) or not isinstance(points, int | float) or points <= 0:
            raise ValueError(f"a cell with {kind}= needs points= and a number above 0")
    elif "points" in attributes:
        raise ValueError("points= belongs to the cell with check= (or answer=)")
    return kind, str(attributes.get(kind, "")), points
