"""Where files are: the user's folder, the download cache, and `data/` that ships."""

import contextlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pooch

from dlcourse.datasets.files import DataError, File


@dataclass(frozen=True)
class Found:
    """The checked content of a file, and the home it was found in."""

    content: Any
    where: str


def cache_folder() -> Path:
    """Return the folder that downloads are kept in; $DLCOURSE_CACHE overrides the default."""
    return Path(os.environ.get("DLCOURSE_CACHE") or pooch.os_cache("dlcourse")).expanduser()


def homes() -> list[tuple[str, Path]]:
    """Return the name and the folder of each place to look in, in order of search.

    Raises:
        DataError: $DLCOURSE_DATA is set to something that is not a folder.
    """
    places = [("cache", cache_folder())]
    if own := os.environ.get("DLCOURSE_DATA"):
        folder = Path(own).expanduser()
        if not folder.is_dir():
            raise DataError(
                f"DLCOURSE_DATA is set to {folder}, which is not a folder. "
                "Correct the environment variable, or unset it."
            )
        places.insert(0, ("$DLCOURSE_DATA", folder))
    return places


def candidates(file: File) -> list[tuple[str, Path]]:
    """Return where files of this name are, unchecked, in order of search."""
    places = [(where, folder / file.name) for where, folder in homes()]
    return [(where, path) for where, path in places if path.is_file()]


def find(file: File) -> Found | None:
    """Return the content of `file` from the first home that has it, None where none has.

    A damaged file in the cache counts as missing: the next download replaces it. A damaged
    file in the user's own folder is an error, because nothing else can put it right.

    Raises:
        DataError: the file in $DLCOURSE_DATA is damaged or cannot be read.
    """
    for where, path in candidates(file):
        try:
            return Found(file.read(path), where)
        except DataError as error:
            if where == "$DLCOURSE_DATA":
                raise DataError(
                    f"{error} It was left as it is. Replace it with a good copy, move it away, "
                    "or unset DLCOURSE_DATA."
                ) from error
    return None


def own_copy(names: tuple[str, ...]) -> Path | None:
    """Return the first of these files or folders in $DLCOURSE_DATA, unchecked; None if none is.

    Nothing else is looked at: only what users put there themselves is believed unchecked.
    """
    paths = [
        folder / name for where, folder in homes() if where == "$DLCOURSE_DATA" for name in names
    ]
    return next((path for path in paths if path.exists()), None)


def keep(name: str, arrays: dict[str, np.ndarray]) -> None:
    """Put arrays into the cache as an npz file, so that unpacking them is done only once.

    Nothing happens where the cache cannot be written: the next load unpacks again.
    """
    path = cache_folder() / name
    partial = path.with_name(f".{name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with partial.open("wb") as stream:
            np.savez_compressed(stream, **arrays)
        partial.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            partial.unlink(missing_ok=True)


def embedded_folder() -> Path:
    """Return the folder `data`: inside an installed package, beside it in a checkout."""
    package = Path(__file__).resolve().parents[1]
    for folder in (package / "data", package.parent / "data"):
        if (folder / "manifest.json").is_file():
            return folder
    raise DataError(
        "The folder data/ of the course, with its manifest.json, is missing. "
        "Install dlcourse again, or restore data/ in your checkout."
    )


@cache
def manifest() -> dict[str, dict[str, Any]]:
    """Return, for each file in `data/`, its bytes, sha256, wheel, member and licence."""
    return json.loads((embedded_folder() / "manifest.json").read_text(encoding="utf-8"))["files"]


def embedded_file(name: str) -> File:
    """Return what the manifest says of a file in `data/`."""
    row = manifest()[name]
    return File(name, row["bytes"], row["sha256"])


def embedded(name: str) -> bytes:
    """Return the checked content of a file in `data/`.

    Raises:
        DataError: it is missing, cannot be read, or is damaged.
    """
    try:
        return embedded_file(name).read(embedded_folder() / name)
    except DataError as error:
        raise DataError(
            f"{error} It is part of the course: install dlcourse again, or restore data/ in "
            "your checkout."
        ) from error
