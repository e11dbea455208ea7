"""Build the committed notebooks from their sources, and tell which are stale.

A built notebook remembers in its metadata the SHA-256 of each package module that its chapter
had loaded: its outputs are stale as soon as one of them changes.
"""

import hashlib
import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode

from dlcourse.course import expected as expectations
from dlcourse.course.assemble import assemble
from dlcourse.course.catalogue import ChapterFiles, root
from dlcourse.course.execute import execute
from dlcourse.course.lint import lint
from dlcourse.course.run import OK, OVER_BUDGET, Request, Row, judge, make_row
from dlcourse.course.tidy import tidy

# How stored outputs are made: Keras on JAX, on the CPU, the full profile; on full data, too.
RECIPE = {"backend": "jax", "device": "cpu", "profile": "full"}


class BuildError(RuntimeError):
    """A chapter could not be built; the committed notebook was left as it was."""


def stale(chapter: ChapterFiles) -> list[str]:
    """Return why the committed notebook of `chapter` is not what a build would give now.

    An empty list means that it is current: same cells as the source, outputs made by the same
    package code, and no finding of `lint`.
    """
    if not chapter.notebook.exists():
        return ["it has never been built"]
    stored = nbformat.read(chapter.notebook, as_version=4)
    wanted = assemble(chapter)
    reasons = [
        f"cell {position} differs from the source"
        for position, (old, new) in enumerate(zip(stored.cells, wanted.cells, strict=False))
        if _inputs(old) != _inputs(new)
    ]
    if len(stored.cells) != len(wanted.cells):
        reasons.append(f"it has {len(stored.cells)} cells, the source gives {len(wanted.cells)}")
    made_by = stored.metadata.get("dlcourse", {}).get("modules", {})
    reasons += [
        f"{path} changed since its outputs were made"
        for path, digest in made_by.items()
        if _digest(root() / path) != digest
    ]
    if not made_by:
        reasons.append("it does not say which package code made its outputs")
    return reasons + lint(stored)


def build(chapter: ChapterFiles) -> Row:
    """Execute `chapter` by `RECIPE` and replace its committed notebook; return the run's row.

    Raises BuildError, and leaves the old notebook alone, where the run failed, left the range of
    `expected.toml`, was not on full data, or where the result breaks a rule of `lint`.
    """
    request = Request(chapter, **RECIPE)
    notebook = assemble(chapter)
    expected = expectations.load(chapter)
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        outcome = execute(notebook, Path(scratch) / chapter.notebook.name, request.parameters)
    row = make_row(request, outcome)
    row.status, row.message = judge(request, outcome, row, expected)
    if row.status not in (OK, OVER_BUDGET):
        raise BuildError(f"{chapter.name}: {row.status}: {row.message}")
    if row.variant == "embedded":
        raise BuildError(
            f"{chapter.name}: stored outputs must come from the full data, and only the embedded "
            "sample was found. Run `dlcourse data fetch`, or set DLCOURSE_DATA to its folder"
        )
    built = _store_form(outcome.notebook, notebook)
    built.metadata["dlcourse"]["modules"] = _module_digests(outcome.state["modules"])
    if findings := lint(built):
        raise BuildError(f"{chapter.name}: " + "; ".join(findings))
    partial = chapter.notebook.with_suffix(".partial")
    nbformat.write(built, partial)
    partial.replace(chapter.notebook)
    return row


def _store_form(executed: NotebookNode, notebook: NotebookNode) -> NotebookNode:
    """Return `notebook` with the outputs of `executed`, which has papermill's parameters too."""
    by_id = {cell.id: cell for cell in executed.cells}
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    for count, cell in enumerate(code, start=1):
        cell.outputs = by_id[cell.id].outputs
        cell.execution_count = count  # papermill's own cell is not counted
        for output in cell.outputs:
            if output.output_type == "execute_result":
                output.execution_count = count
    return tidy(notebook)


def _inputs(cell: NotebookNode) -> tuple:
    return cell.id, cell.cell_type, cell.source, cell.metadata.get("tags", [])


def _module_digests(modules: list[str]) -> dict[str, str]:
    files = {}
    for module in modules:
        base = root().joinpath(*module.split("."))
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        files[path.relative_to(root()).as_posix()] = _digest(path)
    return files


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
