"""Chapter source (percent format) → notebook without outputs. The same source gives the same
notebook: cell ids come from chapter and position, nothing from the clock or the machine.
"""

import jupytext
import nbformat
from nbformat import NotebookNode
from nbformat.v4 import new_code_cell, new_markdown_cell

from dlcourse.course import catalogue, costs, launch
from dlcourse.course import expected as expectations
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.tidy import KEPT

BACKEND_NAMES = {"jax": "JAX", "tensorflow": "TensorFlow", "torch": "PyTorch"}

_PARAMETERS = """\
import os

backend = os.environ.get("DLCOURSE_BACKEND", "jax")  # Keras runs on: jax, tensorflow, torch
device = os.environ.get("DLCOURSE_DEVICE", "auto")  # auto, cpu, gpu
profile = os.environ.get("DLCOURSE_PROFILE", "full")  # full, or quick: less training
seed = 1"""

_START = """\
from dlcourse import course

chapter = course.start(
    "{name}", backend=backend, device=device, profile=profile, seed=seed
)
chapter"""


def assemble(chapter: ChapterFiles) -> NotebookNode:
    """Return the notebook of `chapter`: its source, quotes filled in, between what all have alike.

    Raises ValueError where the source does not begin with a title, or quotes a number that
    `notebooks/expected.toml` does not hold.
    """
    expected = expectations.load(chapter)
    title, *rest = jupytext.read(chapter.source, fmt="py:percent").cells
    if title.cell_type != "markdown" or not title.source.startswith("# "):
        raise ValueError(f"{chapter.source.name}: the first cell must be markdown, '# # Title'")
    cells = [
        title,
        new_markdown_cell(_facts(chapter, expected)),
        new_code_cell(launch.install_code(), metadata=launch.FOLDED),
        new_code_cell(_PARAMETERS, metadata={"tags": ["parameters"]}),
        new_code_cell(_START.format(name=chapter.name)),
        *rest,
        *_next(chapter),
    ]
    for position, cell in enumerate(cells):
        cell.id = f"{chapter.name}-{position:03d}"
        cell.metadata = {k: v for k, v in cell.metadata.items() if k in KEPT}
        if cell.cell_type == "markdown":
            cell.source = expected.fill_quotes(cell.source)
    notebook = nbformat.v4.new_notebook(cells=cells)
    notebook.metadata = {
        "kernelspec": {"display_name": "Python 3", "language": "python", "name": "python3"},
        "language_info": {"name": "python"},
        "dlcourse": {"source": f"notebooks/src/{chapter.source.name}"},
        **(launch.GPU_HINT if chapter.name in launch.FASTER_ON_GPU else {}),
    }
    nbformat.validate(notebook)
    return notebook


def _facts(chapter: ChapterFiles, expected: expectations.Expected) -> str:
    """Return the line under the title: how to launch the chapter, what it takes."""
    facts = launch.badges(f"notebooks/{chapter.notebook.name}")
    if cost := costs.full_profile(chapter):
        keras = f"Keras on {BACKEND_NAMES[expected.built['backend']]}"
        facts += f"\n\n*Full profile on a CPU with 2 cores, {keras}: {costs.about(cost.seconds)}.*"
    return facts


def _next(chapter: ChapterFiles) -> list[NotebookNode]:
    """Return the cell that leads on, to exercises and the next chapter; none where neither is.

    Chapters of one number, such as 8a to 8c, share the exercises that follow the last of them.
    """
    folder, shared = chapter.notebook.parent, chapter.name[:2]
    later = [each for each in catalogue.chapters(folder) if each.name > chapter.name][:1]
    steps = [f"[{each.label}]({each.notebook.name})" for each in later]
    if not any(each.name.startswith(shared) for each in later):
        sources = (folder / "src" / "exercises").glob(f"{shared}_*.py")
        steps[:0] = [f"the [exercises](exercises/{source.stem}.ipynb)" for source in sources]
    return [new_markdown_cell(f"**Next:** {', then '.join(steps)}.")] if steps else []
