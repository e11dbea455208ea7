"""What each run leaves in the report's folder, and whether it still holds.

STEM.ipynb is the executed notebook, STEM.html its page, STEM.log what compiled code said, and
STEM.json, written last, the row with the content that it comes from.
"""

import contextlib
import hashlib
import json
import platform
from collections.abc import Mapping
from dataclasses import asdict, replace
from importlib.metadata import version
from pathlib import Path
from typing import Any

from dlcourse import machine
from dlcourse.course import modules
from dlcourse.course.judge import OK, Row
from dlcourse.course.work import Request
from dlcourse.datasets import DataError, places
from dlcourse.datasets import catalogue as data_sets
from dlcourse.datasets.store import manifest

# What chapters compute with besides the frameworks.
_LIBRARIES = ("jaxlib", "matplotlib", "scikit-learn")


def key(request: Request) -> str:
    """Return the SHA-256 of what goes into a run, but for the package's own code.

    That is the notebook, what is expected of it, parameters and data variant, the data that
    ship, Python, and the versions of the frameworks and libraries.
    """
    content = [
        request.work.notebook,
        request.work.expected and request.work.expected.table,
        request.parameters,
        request.environment,
        platform.python_version(),
        machine.describe()["packages"],
        [version(library) for library in _LIBRARIES],
        manifest(),
    ]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()


def save(request: Request, row: Row, code: Mapping[str, str], folder: Path) -> None:
    """Keep `row`; `code` has the digests of the modules that its kernel had loaded."""
    entry = {
        "key": key(request),
        "modules": dict(code),
        "data": _full_data(),
        "row": asdict(row),
    }
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
    if request.variant == "auto" and row.variant == "embedded":  # full, where they came since then
        same = same and set(_full_data()) <= set(entry["data"])
    whole = all((folder / name).is_file() for name in (row.notebook, row.page))
    return replace(row, resumed=True) if same and whole and row.status == OK else None


def forget(request: Request, folder: Path) -> None:
    """Take the row of an earlier run away: its notebook is about to be replaced."""
    _path(request, folder).unlink(missing_ok=True)


def _full_data() -> list[str]:
    """Return the names of the data sets whose full variant is on this machine."""
    with contextlib.suppress(DataError):  # DLCOURSE_DATA is no folder, as every load says
        return [entry.name for entry in data_sets.ENTRIES if places.where(entry)]
    return []


def _path(request: Request, folder: Path) -> Path:
    return folder / f"{request.stem}.json"


def _read(request: Request, folder: Path) -> tuple[dict[str, Any], Row]:
    path = _path(request, folder)
    try:
        entry = json.loads(path.read_text(encoding="utf-8"))
        kept = {"modules": dict(entry["modules"]), "data": list(entry["data"])}
        return kept | {"key": entry["key"]}, Row(**entry["row"])
    except (TypeError, KeyError) as error:
        raise ValueError(f"{path} is not what a run leaves: {error!r}") from error
