"""The cells of an assignment in nbgrader's gradebook, made to be those of a released notebook.

nbgrader itself refuses to change cells once somebody has handed in; a course must be able to
mend an exercise in the middle of the term without losing what was graded by hand.
"""

from collections.abc import Iterator
from typing import Any

from nbformat import NotebookNode
from nbgrader import utils
from nbgrader.api import (
    Comment,
    Grade,
    Gradebook,
    GradeCell,
    Notebook,
    SolutionCell,
    SourceCell,
)


def update(book: Gradebook, assignment: str, released: NotebookNode) -> list[str]:
    """Make the cells of `assignment` those of `released`; submissions get what is new.

    Returns the names of cells that would go although a person has given points for them; then
    nothing is changed.
    """
    notebook = book.find_notebook(assignment, assignment)
    there = {
        (type(cell), cell.name): cell
        for cell in (*notebook.grade_cells, *notebook.solution_cells, *notebook.source_cells)
    }
    wanted = {(kind, name): values for kind, name, values in _wanted(released)}
    gone = [cell for key, cell in there.items() if key not in wanted]
    graded = [cell for cell in gone if isinstance(cell, GradeCell)]
    if lost := [c.name for c in graded if any(g.manual_score is not None for g in c.grades)]:
        return lost
    for cell in gone:
        _delete(book, cell)
    for key, values in wanted.items():
        cell = there.get(key)
        if cell is None:
            _add(book, notebook, *key, values)
        else:
            for attribute, value in values.items():
                setattr(cell, attribute, value)
    book.db.commit()
    return []


def _wanted(released: NotebookNode) -> Iterator[tuple[type, str, dict[str, Any]]]:
    """Yield type, name and values of each cell that the gradebook keeps of a notebook."""
    for cell in released.cells:
        meta = cell.metadata.get("nbgrader")
        if meta is None:
            continue
        if utils.is_grade(cell):
            values = {"max_score": float(meta.points), "cell_type": cell.cell_type}
            yield GradeCell, meta.grade_id, values
        if utils.is_solution(cell):
            yield SolutionCell, meta.grade_id, {}
        source = {"source": cell.source, "checksum": meta.get("checksum")}
        kind = {"cell_type": cell.cell_type, "locked": utils.is_locked(cell)}
        yield SourceCell, meta.grade_id, kind | source


def _add(
    book: Gradebook, notebook: Notebook, kind: type, name: str, values: dict[str, Any]
) -> None:
    cell = kind(name=name, notebook=notebook, **values)
    book.db.add(cell)
    book.db.flush()
    row = {GradeCell: Grade, SolutionCell: Comment}.get(kind)
    for submission in notebook.submissions if row else ():
        book.db.add(row(cell_id=cell.id, notebook=submission))


def _delete(book: Gradebook, cell: GradeCell | SolutionCell | SourceCell) -> None:
    rows = {GradeCell: "grades", SolutionCell: "comments"}.get(type(cell))
    for row in list(getattr(cell, rows)) if rows else ():
        book.db.delete(row)
    book.db.flush()
    book.db.delete(cell)
