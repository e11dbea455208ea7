"""Read a notebook that a student handed in, whatever state it is in.

Only what grading needs is taken: the text of the cells and what names them. Outputs, pictures and
widget states are dropped before the file is parsed, so their size costs little.
"""

import errno
import json
import os
import re
import stat
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

MAX_FILE = 256 * 10**6  # bytes on disk
MAX_TEXT = 16 * 10**6  # bytes without outputs; pictures pasted into text cells are in it
MAX_CODE = 10**6  # characters in code cells; an honest notebook has some 20,000
MAX_CELLS = 2_000
MAX_TOKENS = 8_000_000  # strings and brackets; a hundred megabytes of real outputs have fewer

_DROPPED = (b'"outputs"', b'"attachments"', b'"widgets"')
# A quotation mark alone opens a string that never ends. Possessive, so that nothing is retried.
_TOKEN = re.compile(rb'"[^"\\]*+(?:\\.[^"\\]*+)*+"|[\[\]{}]|"', re.DOTALL)
_LONGEST_KEY = max(map(len, _DROPPED))
_DEPTH = {ord("["): 1, ord("{"): 1, ord("]"): -1, ord("}"): -1}
_COLON = re.compile(rb"\s*:\s*")


class Unreadable(Exception):
    """The file cannot be read as a notebook; the message says why."""


@dataclass(frozen=True)
class StudentCell:
    """One cell as handed in: `type` is "code", "markdown" or "raw"; `ids` are its cell ids."""

    type: str
    source: str
    grade_id: str
    ids: tuple[str, ...]


@dataclass(frozen=True)
class StudentNotebook:
    """The cells of a notebook, what it says it was made from, and what had to be mended."""

    cells: tuple[StudentCell, ...]
    exercise: str
    version: str
    notes: tuple[str, ...]


def read_bytes(path: Path) -> bytes:
    """Return what is in the ordinary file `path`, at most one byte more than MAX_FILE.

    Raises Unreadable for anything else: a symbolic link could point at another student's work,
    and a pipe or device would never end.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    try:
        handle = os.open(path, flags | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb", closefd=True) as file:
            if not stat.S_ISREG(os.fstat(handle).st_mode):
                raise Unreadable("it is no ordinary file")
            return file.read(MAX_FILE + 1)
    except OSError as error:
        if error.errno == errno.ELOOP:
            raise Unreadable("it is a symbolic link, which is not followed") from error
        raise Unreadable(f"it cannot be opened: {error.strerror}") from error


def parse(data: bytes) -> StudentNotebook:
    """Return the notebook in `data`, of notebook format 3 or 4.

    Raises Unreadable where it is too large, no JSON, or no notebook.
    """
    if len(data) > MAX_FILE:
        raise Unreadable(
            f"it is larger than {MAX_FILE // 10**6} MB; ask for it again with the outputs cleared"
        )
    if not data.strip(b" \t\r\n\0"):
        raise Unreadable("the file is empty")
    encoding = json.detect_encoding(data)
    if not encoding.startswith("utf-8"):
        data = data.decode(encoding, "replace").encode()
    text = _without_outputs(data)
    notes = []
    if len(data) - len(text) > 10**7:
        notes.append(f"{(len(data) - len(text)) / 10**6:.0f} MB of outputs were left out")
    if len(text) > MAX_TEXT:
        raise Unreadable(
            f"its cells hold {len(text) / 10**6:.0f} MB of text; {MAX_TEXT // 10**6} MB are allowed"
        )
    try:
        content = json.loads(text.decode("utf-8-sig", "replace").rstrip("\0"), strict=False)
    except (ValueError, RecursionError) as error:
        raise Unreadable(f"it is not valid JSON: {error}") from error
    return _notebook(content, notes)


def _notebook(content: Any, notes: list[str]) -> StudentNotebook:
    if not isinstance(content, dict):
        raise Unreadable("it is JSON, but no notebook")
    raw = content.get("cells")
    if not isinstance(raw, list):  # format 3 has worksheets
        sheets = content.get("worksheets")
        raw = [cell for sheet in _list(sheets) for cell in _list(_dict(sheet).get("cells"))]
        if not isinstance(sheets, list):
            raise Unreadable("it is JSON, but no notebook: it has no list of cells")
        notes.append("it is in the old notebook format 3")
    if len(raw) > MAX_CELLS:
        raise Unreadable(f"it has {len(raw):,} cells; {MAX_CELLS:,} are allowed")
    cells = tuple(_cell(cell) for cell in raw if isinstance(cell, dict))
    if (length := sum(len(cell.source) for cell in cells if cell.type == "code")) > MAX_CODE:
        raise Unreadable(f"it has {length:,} characters of code; {MAX_CODE:,} are allowed")
    if len(cells) < len(raw):
        notes.append(f"{len(raw) - len(cells)} entries of the notebook are no cells")
    course = _dict(_dict(content.get("metadata")).get("dlcourse"))
    return StudentNotebook(
        cells, _text(course.get("exercise")), _text(course.get("version")), tuple(notes)
    )


def _cell(cell: dict[str, Any]) -> StudentCell:
    metadata = _dict(cell.get("metadata"))
    kind = cell.get("cell_type")
    return StudentCell(
        type=kind if kind in ("code", "markdown") else "raw",
        source=_source(cell.get("source", cell.get("input"))),  # format 3 says "input"
        grade_id=_text(_dict(metadata.get("nbgrader")).get("grade_id")),
        ids=tuple(filter(None, (_text(cell.get("id")), _text(metadata.get("id"))))),  # Colab's
    )


def _source(value: Any) -> str:
    lines = [line for line in _list(value) if isinstance(line, str)]
    # Some tools write lines without their line breaks.
    joined = ("" if any("\n" in line for line in lines) else "\n").join(lines)
    text = value if isinstance(value, str) else joined
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text.encode("utf-8", "replace").decode()  # half a surrogate pair cannot be stored


def _without_outputs(data: bytes) -> bytes:
    """Return the JSON text with null in place of everything large that grading does not read."""
    kept, start = [], 0
    tokens = _tokens(data)
    for first, last in tokens:
        if last - first > _LONGEST_KEY or data[first:last] not in _DROPPED:
            continue
        colon = _COLON.match(data, last)
        if colon and data[colon.end() : colon.end() + 1] in (b"[", b"{"):
            kept += [data[start : colon.end()], b"null"]
            start = _end_of_value(data, tokens)
    return b"".join([*kept, data[start:]])


def _tokens(data: bytes) -> Iterator[tuple[int, int]]:
    for number, token in enumerate(_TOKEN.finditer(data)):
        if number > MAX_TOKENS:
            raise Unreadable("its outputs are too intricate; ask for it with the outputs cleared")
        if token.end() - token.start() == 1 and token[0] == b'"':
            return  # this string never ends: no JSON, as the parser will say
        yield token.span()


def _end_of_value(data: bytes, tokens: Iterator[tuple[int, int]]) -> int:
    """Return where the list or object ends that the next token opens."""
    depth = 0
    for first, last in tokens:
        depth += _DEPTH.get(data[first], 0)
        if depth == 0:
            return last
    return len(data)


def _dict(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _text(value: Any) -> str:
    return value if isinstance(value, str) else ""
