"""What makes an exercise's source wrong, found without running anything in it."""

import ast
import re
from collections.abc import Iterable, Iterator

from dlcourse.grading.exercises import regions, syntax
from dlcourse.grading.exercises.cells import Cell

_ID = re.compile(r"[a-z][a-z0-9_]{0,29}")

Finding = tuple[int, str]  # line in the source file, what is wrong there


def findings(cells: tuple[Cell, ...]) -> list[Finding]:
    """Return everything that is wrong in an exercise's cells."""
    first = cells[0]
    found: list[Finding] = []
    if first.kind != "prose" or not first.source.startswith("# "):
        found.append((first.line, "the first cell must be markdown, '# # Exercises: Title'"))
    found += [finding for cell in cells for finding in _in_cell(cell)]
    found += _between_cells(cells)
    return found


def _in_cell(cell: Cell) -> Iterator[Finding]:
    if cell.task and not _ID.fullmatch(cell.task):
        yield cell.line, f"task {cell.task!r}: use up to 30 letters a-z, digits and underscores"
    try:
        found = regions.regions(cell.source)
    except regions.RegionError as error:
        yield cell.line + 1 + error.line, str(error)
        return
    wanted = {"solution": regions.SOLUTION, "answer": regions.SOLUTION, "check": regions.HIDDEN}
    for region in found:
        if region.kind != wanted.get(cell.kind):
            yield (
                cell.line + 1 + region.begin,
                f"a {region.kind} region in a cell that is {cell.kind}; solutions belong into "
                "cells with solution= or answer=, hidden tests into cells with check=",
            )
    own = [region for region in found if region.kind == wanted.get(cell.kind)]
    if cell.kind in wanted and (not own or (cell.kind == "check" and len(own) > 1)):
        number = "one region" if cell.kind == "check" else "a region"
        yield cell.line, f"{cell.task}: the cell needs {number} ### BEGIN {wanted[cell.kind]}"
    if cell.is_code:
        yield from _in_code(cell)


def _in_code(cell: Cell) -> Iterator[Finding]:
    try:
        syntax.tree_of(cell.source)
    except SyntaxError as error:
        yield cell.line + (error.lineno or 1), f"not plain Python (no magics): {error.msg}"
        return
    blank = syntax.parse(cell.blank)
    if blank is None:
        yield cell.line, f"{cell.task}: what is left for students is no Python; move the delimiters"
    elif cell.kind in ("solution", "check") and not blank.body:
        yield cell.line, f"{cell.task}: nothing but comments is left for students"
    if cell.kind == "check":
        yield from _in_checks(cell)


def _in_checks(cell: Cell) -> Iterator[Finding]:
    """Check the heads of the hidden checks, `@check(points, "message")`, and their sum."""
    source, first = regions.hidden(cell.source)
    total, names = 0.0, []
    for node in syntax.tree_of(source).body:
        decorator = next((x for x in getattr(node, "decorator_list", []) if _is_check(x)), None)
        if decorator is None:
            continue
        line = cell.line + 1 + first + node.lineno - 1
        if node.name in names:
            yield line, f"{cell.task}: two hidden checks are called {node.name}"
        names.append(node.name)
        match decorator:
            case ast.Call(
                args=[ast.Constant(value=int() | float() as points), ast.Constant(value=str())],
                keywords=[],
            ) if points > 0:
                total += points
            case _:
                yield line, f'{node.name}: write @check(points, "what is wrong if this fails")'
        if [argument.arg for argument in node.args.args] != ["ask", "rng"]:
            yield line, f"{node.name}: a hidden check takes (ask, rng)"
        if _only_raises(node):
            yield line, f"{node.name}: code that always raises passes; ask for a value in it, too"
    if not names:
        yield cell.line, f"{cell.task}: no hidden check; write functions with @check(…) in front"
    elif abs(total - cell.points) > 1e-9:
        yield (
            cell.line,
            f"{cell.task}: the hidden checks are worth {total:g} points in all, "
            f"the cell says points={cell.points:g}",
        )


def _is_check(decorator: ast.expr) -> bool:
    function = decorator.func if isinstance(decorator, ast.Call) else decorator
    return isinstance(function, ast.Name) and function.id == "check"


def _only_raises(check: ast.FunctionDef) -> bool:
    """Say whether a check hands its `ask` to `raises` and to nothing else."""
    asks, expected = 0, 0
    for node in ast.walk(check):
        asks += _is_ask(node)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            given = [*node.args, *(keyword.value for keyword in node.keywords)]
            expected += sum(map(_is_ask, given)) * (node.func.id == "raises")
    return 0 < expected == asks


def _is_ask(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and node.id == "ask"


def _between_cells(cells: Iterable[Cell]) -> Iterator[Finding]:
    seen: dict[str, Cell] = {}
    for cell in cells:
        if cell.name in seen:
            what = "checks" if cell.kind == "check" else "task"
            yield (
                cell.line,
                f"{what} {cell.task!r}: the same again; see line {seen[cell.name].line}",
            )
            continue
        seen[cell.name] = cell
        if cell.kind == "check" and getattr(seen.get(cell.task), "kind", "") != "solution":
            yield cell.line, f'check="{cell.task}": no cell with solution="{cell.task}" before it'
    for cell in seen.values():
        if cell.kind == "solution" and f"{cell.task}-checks" not in seen:
            yield cell.line, f'solution="{cell.task}" has no cell check="{cell.task}"'
