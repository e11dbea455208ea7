"""What each run leaves in the report's folder, and whether it still holds.

STEM.ipynb is the executed notebook, STEM.html its page, STEM.log what compiled code said, and
STEM.json, written last, the row with the content that it comes from.
"""

import hashlib
import json
import platform
from collections.abc import Iterable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from dlcourse import machine
from dlcourse.course import modules
from dlcourse.course.judge import OK, Row
from dlcourse.course.work import Request


def key(request: Request) -> str:
    """Return the SHA-256 of what goes into a run, but for the package's own code.

    That is the notebook, what is expected of it, parameters and data variant, Python, and the
    versions of the frameworks.
    """
    content = [
        request.work.notebook,
        request.work.expected and request.work.expected.table,
        request.parameters,
        request.environment,
        platform.python_version(),
        machine.describe()["packages"],
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def save(request: Request, row: Row, loaded: Iterable[str], folder: Path) -> None:
    """Keep `row`; `loaded` are the modules of the package that its kernel had loaded."""
    entry = {"key": key(request), "modules": modules.digests(loaded), "row": asdict(row)}
    path = _path(request, folder)
    partial = path.with_suffix(".partial")
    partial.write_text(json.dumps(entry, indent=1), encoding="utf-8")
    partial.replace(path)


def resume(request: Request, folder: Path) -> Row | None:
    """Return the row of an earlier good run of the very same content and code, if there is one."""
    try:
        entry, row = _read(request, folder)
    except (OSError, ValueError):
        return None
    same = entry["key"] == key(request) and not modules.changed(entry["modules"])
    whole = all((folder / name).is_file() for name in (row.notebook, row.page))
    return replace(row, resumed=True) if same and whole and row.status == OK else None


def forget(request: Request, folder: Path) -> None:
    """Take the row of an earlier run away: its notebook is about to be replaced."""
    _path(request, folder).unlink(missing_ok=True)


def _path(request: Request, folder: Path) -> Path:
    return folder / f"{request.stem}.json"


def _read(request: Request, folder: Path) -> tuple[dict[str, Any], Row]:
    path = _path(request, folder)
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        return {"key": entry["key"], "modules": dict(entry["modules"])}, Row(**entry["row"])
    except (TypeError, KeyError) as error:
        raise ValueError(f"{path} is not what a run leaves: {error!r}") from error
