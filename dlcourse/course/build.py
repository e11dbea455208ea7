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
    return reasons + _stale_outputs(stored) + lint(stored)


def _stale_outputs(stored: NotebookNode) -> list[str]:
    made_by = stored.metadata.get("dlcourse", {}).get("modules", {})
    if not made_by:
        return ["it does not say which package code made its outputs"]
    return [
        f"{path} changed since its outputs were made"
        for path, digest in made_by.items()
        if _digest(root() / path) != digest
    ]


def rewrite(chapter: ChapterFiles) -> bool:
    """Give the committed notebook its present prose, if nothing but prose changed.

    Nothing is executed: the outputs stay, as they come from the same cells and package code.
    Returns False, and writes nothing, where they would not. Raises BuildError as `build` does.
    """
    if not chapter.notebook.exists():
        return False
    stored = nbformat.read(chapter.notebook, as_version=4)
    notebook = assemble(chapter)
    old, new = ([c for c in x.cells if c.cell_type == "code"] for x in (stored, notebook))
    if [_code(cell) for cell in old] != [_code(cell) for cell in new] or _stale_outputs(stored):
        return False
    for before, after in zip(old, new, strict=True):
        after.outputs, after.execution_count = before.outputs, before.execution_count
    notebook.metadata["dlcourse"]["modules"] = stored.metadata["dlcourse"]["modules"]
    _write(chapter, notebook)
    return True


def build(chapter: ChapterFiles) -> Row:
    """Execute `chapter` and replace its committed notebook; return the run's row.

    It runs on the CPU with the full profile; Keras on JAX and full data, unless `expected.toml`
    wants another backend or, as with data that nobody may publish, the embedded sample.
    Raises BuildError, and leaves the old notebook alone, where the run failed, left the range of
    `expected.toml`, was not on these data, or where the result breaks a rule of `lint`.
    """
    expected = expectations.load(chapter)
    request = Request(chapter, device="cpu", profile="full", **expected.built)
    notebook = assemble(chapter)
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        output = Path(scratch) / chapter.notebook.name
        outcome = execute(notebook, output, request.parameters, variant=request.variant)
    row = make_row(request, outcome)
    row.status, row.message = judge(request, outcome, row, expected)
    if row.status not in (OK, OVER_BUDGET):
        raise BuildError(f"{chapter.name}: {row.status}: {row.message}")
    if row.variant == "embedded" and request.variant != "embedded":
        raise BuildError(
            f"{chapter.name}: stored outputs must come from the full data, and only the embedded "
            "sample was found. Run `dlcourse data fetch`, or set DLCOURSE_DATA to its folder"
        )
    built = _store_form(outcome.notebook, notebook)
    built.metadata["dlcourse"]["modules"] = _module_digests(outcome.state["modules"])
    _write(chapter, built)
    return row


def _write(chapter: ChapterFiles, notebook: NotebookNode) -> None:
    if findings := lint(notebook):
        raise BuildError(f"{chapter.name}: " + "; ".join(findings))
    partial = chapter.notebook.with_suffix(".partial")
    nbformat.write(notebook, partial)
    partial.replace(chapter.notebook)


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
    return cell.id, cell.cell_type, *_code(cell)


def _code(cell: NotebookNode) -> tuple:
    return cell.source, cell.metadata.get("tags", [])


def _module_digests(modules: list[str]) -> dict[str, str]:
    files = {}
    for module in modules:
        base = root().joinpath(*module.split("."))
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        files[path.relative_to(root()).as_posix()] = _digest(path)
    return files


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else "missing"
