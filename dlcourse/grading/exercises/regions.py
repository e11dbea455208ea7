"""The regions of an exercise's cell that students do not get, in nbgrader's delimiters."""

import ast
import re
from dataclasses import dataclass

from dlcourse.grading.exercises import syntax

SOLUTION = "SOLUTION"
HIDDEN = "HIDDEN TESTS"
CODE_STUB = "# YOUR CODE HERE"
MISSING = "your code is missing here"
TEXT_STUB = "YOUR ANSWER HERE"

_DELIMITER = re.compile(rf"\s*### (BEGIN|END) ({SOLUTION}|{HIDDEN})\s*")
# What nbgrader or a reader would take for a delimiter: a misspelt one would publish a solution.
_NEARLY = re.compile(r"#.*\b(begin|end)\W+(solution|hidden)", re.IGNORECASE)


@dataclass(frozen=True)
class Region:
    """Lines `begin` to `end` (from 0, delimiters included) of a cell's source."""

    kind: str
    begin: int
    end: int


class RegionError(ValueError):
    """The delimiters of a cell do not pair up; `line` counts from 0 in the cell."""

    def __init__(self, line: int, message: str):
        """Take the line of the delimiter, from 0, and what is wrong with it."""
        super().__init__(message)
        self.line = line


def regions(source: str) -> list[Region]:
    """Return the regions of a cell's `source`, in order.

    Raises RegionError for a delimiter that is misspelt, has no partner, or stands in another
    region.
    """
    found: list[Region] = []
    opened: tuple[str, int] | None = None
    for number, line in enumerate(source.split("\n")):
        match = _DELIMITER.fullmatch(line)
        if match is None:
            if _NEARLY.search(line):
                raise RegionError(
                    number,
                    f"{line.strip()!r} is nearly a delimiter; write it exactly as "
                    f"'### BEGIN {SOLUTION}' or '### BEGIN {HIDDEN}' (or END)",
                )
            continue
        edge, kind = match.groups()
        if edge == "BEGIN" and opened is None:
            opened = (kind, number)
        elif edge == "END" and opened is not None and opened[0] == kind:
            found.append(Region(kind, opened[1], number))
            opened = None
        else:
            within = f"inside the {opened[0]} region" if opened else f"without BEGIN {kind}"
            raise RegionError(number, f"'{edge} {kind}' {within}; regions must not overlap")
    if opened is not None:
        raise RegionError(opened[1], f"'BEGIN {opened[0]}' has no 'END {opened[0]}'")
    return found


def keep_solution(source: str) -> str:
    """Return `source` with its solutions, without delimiters and hidden tests."""
    return _replace(source, lambda region, lines: lines if region.kind == SOLUTION else [])


def blank_code(source: str) -> str:
    """Return code as students get it: each solution replaced, hidden tests gone.

    In a solution's place stands a line that raises NotImplementedError; nothing where the
    statement before it, at the same indentation, is a default (`answer = None`, `pass`).
    """
    defaults = _default_ends(source)
    lines = source.split("\n")

    def stub(region: Region, _: list[str]) -> list[str]:
        if region.kind == HIDDEN or _previous_code(lines, region.begin) in defaults:
            return []
        indent = re.match(r"\s*", lines[region.begin])[0]
        return [f"{indent}{CODE_STUB}", f'{indent}raise NotImplementedError("{MISSING}")']

    return _replace(source, stub)


def blank_text(source: str) -> str:
    """Return Markdown as students get it: the model answer replaced by a place to write."""
    return _replace(source, lambda *_: [TEXT_STUB])


def hidden(source: str) -> tuple[str, int]:
    """Return the hidden tests of a cell and the line (from 0) on which they begin.

    The text is empty where there are none.
    """
    for region in regions(source):
        if region.kind == HIDDEN:
            return "\n".join(source.split("\n")[region.begin + 1 : region.end]), region.begin + 1
    return "", 0


def _replace(source: str, replacement) -> str:
    lines = source.split("\n")
    kept, position = [], 0
    for region in regions(source):
        kept += lines[position : region.begin]
        kept += replacement(region, lines[region.begin + 1 : region.end])
        position = region.end + 1
    return "\n".join([*kept, *lines[position:]]).strip("\n")


def _previous_code(lines: list[str], before: int) -> tuple[int, int]:
    """Return (line, indentation) of a default that would stand before line `before`.

    The line counts from 1 and is the last one with code; the indentation is the region's own.
    """
    number = before
    while number and (not lines[number - 1].strip() or lines[number - 1].strip().startswith("#")):
        number -= 1
    return number, len(lines[before]) - len(lines[before].lstrip())


def _default_ends(source: str) -> set[tuple[int, int]]:
    """Return (last line, indentation) of each statement that only sets a default."""
    return {
        (node.end_lineno, node.col_offset)
        for node in ast.walk(syntax.tree_of(source))
        if isinstance(node, ast.Pass)
        or (isinstance(node, ast.Assign | ast.AnnAssign) and _all_none(node.value))
    }


def _all_none(value: ast.expr | None) -> bool:
    match value:
        case ast.Constant(value=None):
            return True
        case ast.Tuple(elts=parts) | ast.List(elts=parts) | ast.Dict(values=parts):
            return bool(parts) and all(_all_none(part) for part in parts)
    return False
