"""Data files that are believed only when their SHA-256 is the expected one."""

import hashlib
import io
import zipfile
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np


class DataError(RuntimeError):
    """A data set cannot be used; the message says why, and the way out."""


@dataclass(frozen=True)
class File:
    """A file known by its name, its size in bytes and the SHA-256 of its content."""

    name: str
    size: int
    sha256: str

    def read(self, path: Path) -> bytes:
        """Return the content of `path`.

        Raises:
            DataError: the content has another SHA-256, or the file cannot be read.
        """
        try:
            content = path.read_bytes()
        except OSError as error:
            raise DataError(f"{path} cannot be read ({error.strerror}).") from error
        self.check(hashlib.sha256(content).hexdigest(), path, f"{len(content):,} bytes")
        return content

    def check(self, found: str, path: Path, what: str) -> None:
        """Raise DataError unless `found` is the expected SHA-256."""
        if found != self.sha256:
            raise DataError(
                f"{path} is not the file it should be: expected SHA-256 {self.sha256} "
                f"({self.size:,} bytes), found {found} ({what})."
            )


@dataclass(frozen=True)
class FlatFile(File):
    """Arrays in an npz file without pickle.

    Its SHA-256 is that of the arrays, not of the file, because the same arrays compress to
    different bytes with different builds of zlib.
    """

    arrays: tuple[str, ...]

    def read(self, path: Path) -> dict[str, np.ndarray]:
        """Return the arrays of `path` by name; raise DataError as `File.read` does."""
        try:
            # Opened here because np.load leaves a file open that is no archive.
            with path.open("rb") as stream, np.load(stream, allow_pickle=False) as archive:
                arrays = {name: archive[name] for name in self.arrays}
        except (OSError, EOFError, ValueError, KeyError, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(
                f"{path} is not the npz file it should be, with the arrays "
                f"{', '.join(self.arrays)}: {error}"
            ) from error
        what = ", ".join(f"{name} {array.shape}" for name, array in arrays.items())
        self.check(digest(arrays), path, what)
        return arrays


def digest(arrays: dict[str, np.ndarray]) -> str:
    """Return the SHA-256 of arrays: of their names, dtypes, shapes and values, in order."""
    result = hashlib.sha256()
    for name, array in arrays.items():
        result.update(f"{name} {array.dtype.str} {array.shape}".encode())
        result.update(np.ascontiguousarray(array))
    return result.hexdigest()


def parse_npz(content: bytes, *, trusted: bool = False) -> "np.lib.npyio.NpzFile":
    """Open the content of an npz file.

    Args:
        content: the bytes of the file, as `File.read` returns them.
        trusted: unpickle object arrays too. Unpickling runs whatever the file says, so this
            is only for content whose SHA-256 is known.
    """
    return np.load(io.BytesIO(content), allow_pickle=trusted)
