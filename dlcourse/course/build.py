"""Build the committed notebooks from their sources, and tell which are stale.

A built notebook remembers in its metadata the SHA-256 of each package module that its chapter
had loaded: its outputs are stale as soon as one of them changes.
"""

import tempfile
from pathlib import Path

import nbformat
from nbformat import NotebookNode
from nbformat.reader import NotJSONError

from dlcourse.course import expected as expectations
from dlcourse.course import modules
from dlcourse.course.assemble import assemble
from dlcourse.course.catalogue import ChapterFiles
from dlcourse.course.execute import execute
from dlcourse.course.judge import OK, OVER_BUDGET, Row, make_row
from dlcourse.course.lint import lint
from dlcourse.course.tidy import tidy
from dlcourse.course.work import Request, of_chapter


class BuildError(RuntimeError):
    """A chapter could not be built; the committed notebook was left as it was."""


def stale(chapter: ChapterFiles) -> list[str]:
    """Return why the committed notebook of `chapter` is not what a build would give now.

    An empty list means that it is current: same cells as the source, outputs made by the same
    package code, and no finding of `lint`.
    """
    stored = _stored(chapter)
    if stored is None:
        broken = chapter.notebook.exists()
        return ["it is no notebook, but broken JSON" if broken else "it has never been built"]
    wanted = assemble(chapter)
    reasons = [
        f"cell {position} differs from the source"
        for position, (old, new) in enumerate(zip(stored.cells, wanted.cells, strict=False))
        if _inputs(old) != _inputs(new)
    ]
    if len(stored.cells) != len(wanted.cells):
        reasons.append(f"it has {len(stored.cells)} cells, the source gives {len(wanted.cells)}")
    return reasons + _stale_outputs(chapter, stored) + lint(stored)


def _stored(chapter: ChapterFiles) -> NotebookNode | None:
    """Return the committed notebook; None where there is none that can be read."""
    try:
        return nbformat.read(chapter.notebook, as_version=4)
    except (FileNotFoundError, NotJSONError):
        return None


def _stale_outputs(chapter: ChapterFiles, stored: NotebookNode) -> list[str]:
    made = stored.metadata.get("dlcourse", {})
    if not made.get("modules"):
        return ["it does not say which package code made its outputs"]
    wanted = expectations.load(chapter).built
    reasons = [
        f"its outputs were made with {setting} {made['built'][setting]}, not {value}"
        for setting, value in wanted.items()
        if made.get("built", wanted)[setting] != value
    ]
    changed = modules.changed(made["modules"])
    return reasons + [f"{path} changed since its outputs were made" for path in changed]


def rewrite(chapter: ChapterFiles) -> bool:
    """Give the committed notebook its present prose, if nothing but prose changed.

    Nothing is executed: the outputs stay, as they come from the same cells and package code.
    Returns False, and writes nothing, where they would not. Raises BuildError as `build` does.
    """
    stored = _stored(chapter)
    if stored is None:
        return False
    notebook = assemble(chapter)
    old, new = ([c for c in x.cells if c.cell_type == "code"] for x in (stored, notebook))
    changed = [_code(cell) for cell in old] != [_code(cell) for cell in new]
    if changed or _stale_outputs(chapter, stored):
        return False
    for before, after in zip(old, new, strict=True):
        after.outputs, after.execution_count = before.outputs, before.execution_count
    notebook.metadata["dlcourse"] = stored.metadata["dlcourse"] | notebook.metadata["dlcourse"]
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
    request = Request(of_chapter(chapter), device="cpu", profile="full", **expected.built)
    notebook = assemble(chapter)
    code = modules.snapshot()
    with tempfile.TemporaryDirectory(prefix="dlcourse-") as scratch:
        output = Path(scratch) / chapter.notebook.name
        outcome = execute(notebook, output, request.parameters, environment=request.environment)
    row = make_row(request, outcome, expected)
    if row.status not in (OK, OVER_BUDGET):
        raise BuildError(f"{chapter.name}: {row.status}: {row.message}")
    if row.variant == "embedded" and request.variant != "embedded":
        raise BuildError(
            f"{chapter.name}: stored outputs must come from the full data, and only the embedded "
            "sample was found. Run `dlcourse data fetch`, or set DLCOURSE_DATA to its folder"
        )
    built = _store_form(outcome.notebook, notebook)
    built.metadata["dlcourse"] |= {
        "modules": modules.digests(outcome.state["modules"], code),
        "built": expected.built,
    }
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
