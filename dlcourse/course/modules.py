"""Which code of the package an output was made by: SHA-256 of each module that was loaded."""

import hashlib
from collections.abc import Iterable, Mapping
from pathlib import Path

from dlcourse.course.catalogue import root

_MISSING = "missing"


def snapshot() -> dict[str, str]:
    """Return the digest of each module of the package by its path in the repository.

    It is taken before a run: who edits a module meanwhile must not make its output look current.
    """
    files = root().glob("dlcourse/**/*.py")
    return {path.relative_to(root()).as_posix(): _digest(path) for path in files}


def digests(modules: Iterable[str], taken: Mapping[str, str]) -> dict[str, str]:
    """Return the part of the snapshot `taken` that is of `modules` ("dlcourse.viz")."""
    files = {}
    for module in modules:
        base = root().joinpath(*module.split("."))
        path = base / "__init__.py" if base.is_dir() else base.with_suffix(".py")
        name = path.relative_to(root()).as_posix()
        files[name] = taken.get(name, _MISSING)
    return files


def changed(made_by: Mapping[str, str]) -> list[str]:
    """Return the paths of `made_by`, as `digests` gave it, whose files are others now."""
    return [path for path, digest in made_by.items() if _digest(root() / path) != digest]


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.exists() else _MISSING
