"""The two notebooks made from an exercise: the students' blank one, the instructor's solved one."""

import hashlib
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook

from dlcourse.course import launch
from dlcourse.grading.exercises.cells import Cell
from dlcourse.grading.exercises.exercise import Exercise

_INTRO = """\
**How this works.** Run the cells from top to bottom. Write your code where a cell says
`YOUR CODE HERE`, in place of the line with `NotImplementedError`; put your result in place of
`None`; write your own words where it says `YOUR ANSWER HERE`. *Run All Cells* stops at the first
task that is not solved.

The cell after your code checks it, and gives a hint where something is wrong. Grading tries more
inputs than you see there, so think of other cases too. Add cells of your own wherever you like.
Where somebody grades your work, save the notebook and hand it in under its own name,
`{name}.ipynb`.

| task | points | note |
| --- | --- | --- |
{tasks}"""

_SETUP = """\
{install}

os.environ.setdefault("KERAS_BACKEND", os.environ.get("DLCOURSE_BACKEND", "jax"))
print("Ready.")"""


def layout(exercise: Exercise) -> tuple[Cell, ...]:
    """Return the cells of both notebooks in order: the exercise's own, and two after the title.

    These are "intro", which says how to work and (for a public exercise) has launch badges, and
    "setup", the code that makes the notebook run in JupyterLab, on Colab and on Binder.
    """
    title, *rest = exercise.cells
    tasks = "\n".join(
        f"| `{task.id}` | {task.points:g} | {'graded by hand' if task.kind == 'words' else ''} |"
        for task in exercise.tasks
    )
    intro = _INTRO.format(name=exercise.name, tasks=tasks)
    if not exercise.private:
        intro = f"{launch.badges(f'notebooks/exercises/{exercise.name}.ipynb')}\n\n{intro}"
    setup = _SETUP.format(install=launch.install_code())
    return (
        title,
        Cell("prose", "intro", intro, title.line),
        Cell("given", "setup", setup, title.line),
        *rest,
    )


def released(exercise: Exercise) -> NotebookNode:
    """Return the students' notebook: no solution, no hidden check, no output.

    Its cells carry nbgrader's metadata (schema 3). The same source gives the same notebook.
    """
    from nbgrader.preprocessors import CheckCellMetadata, ComputeChecksums, LockCells

    notebook = new_notebook(cells=[_cell(exercise, cell) for cell in layout(exercise)])
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "dlcourse": {"exercise": exercise.name, "version": version(exercise)},
    }
    for preprocessor in (LockCells, ComputeChecksums, CheckCellMetadata):
        notebook, _ = preprocessor().preprocess(notebook, {})
    nbformat.validate(notebook)
    return notebook


def release(exercise: Exercise, folder: Path) -> Path:
    """Write the students' notebook into `folder` as NAME.ipynb, and return its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{exercise.name}.ipynb"
    path.write_bytes(nbformat.writes(released(exercise)).encode() + b"\n")
    return path


def solved(exercise: Exercise) -> NotebookNode:
    """Return the instructor's notebook: the students' one with the solutions filled in.

    It runs from top to bottom, and can be handed in like a student's.
    """
    notebook = released(exercise)
    for node, cell in zip(notebook.cells, layout(exercise), strict=True):
        node.source = cell.solved
    return notebook


def version(exercise: Exercise) -> str:
    """Return a short digest of what students get; a submission says which one it began from."""
    text = "\0".join(cell.blank for cell in exercise.cells)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def cell_id(exercise: Exercise, cell: Cell) -> str:
    """Return the id of `cell` in the notebooks; it comes from names and position alone."""
    return f"{exercise.name}-{cell.name}"


def _cell(exercise: Exercise, cell: Cell) -> NotebookNode:
    node = (new_code_cell if cell.is_code else new_markdown_cell)(cell.blank)
    node.id = cell_id(exercise, cell)
    if cell.name == "setup":
        node.metadata |= launch.FOLDED
    if cell.kind != "prose":
        node.metadata["nbgrader"] = {
            "schema_version": 3,
            "grade_id": cell.name,
            "grade": cell.kind in ("check", "answer"),
            "solution": cell.kind in ("solution", "answer"),
            "locked": cell.kind in ("check", "given"),
            "task": False,
        }
        if cell.kind in ("check", "answer"):
            node.metadata["nbgrader"]["points"] = cell.points
    return node
