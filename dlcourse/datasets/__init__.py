"""The course's data sets: `load(name)` finds, checks and unpacks one.

Names: mnist, imdb, reuters, california_housing, cats_vs_dogs. Each has a full variant, the
data that textbooks use, and an embedded one, real data that ships with the course. Importing
this package loads no framework.
"""

import os
from typing import Any

from dlcourse.datasets import (
    california_housing,
    catalogue,
    cats_vs_dogs,
    download,
    imdb,
    mnist,
    reuters,
)
from dlcourse.datasets.catalogue import Entry, names
from dlcourse.datasets.dataset import Dataset, Info
from dlcourse.datasets.files import DataError

__all__ = ["DataError", "Dataset", "Info", "load", "loaded", "names"]

_READERS = {
    "mnist": mnist,
    "imdb": imdb,
    "reuters": reuters,
    "california_housing": california_housing,
    "cats_vs_dogs": cats_vs_dogs,
}
_loaded: list[Info] = []
_noted: set[str] = set()


def load(name: str, variant: str = "auto", **options: Any) -> Dataset:
    """Load a data set: `load("imdb", num_words=10_000)`.

    A full variant is looked for in $DLCOURSE_DATA and in the download cache, then downloaded;
    every file is believed only when its SHA-256 is the expected one. MNIST ships whole and
    needs no download; the photos of cats_vs_dogs may not be handed on, and are never downloaded:
    `data/README.md` says how to get them.

    Args:
        name: mnist, imdb, reuters, california_housing or cats_vs_dogs.
        variant: "full", "embedded" (the data that ships), or "auto": full where it is at hand
            or can be downloaded, else embedded, and then a note is printed. The environment
            variable DLCOURSE_VARIANT replaces "auto", never the other two.
        **options: `num_words` for imdb and reuters: word numbers from there on become 2,
            unknown. `version` for california_housing, "small" (default) or "large": the full
            variant's first 600 districts or all 20,640; the embedded one is the same for both.
            `size` for cats_vs_dogs: the side of its square images in pixels, 16 to 200, 64 if
            not given.

    Returns:
        `x_train, y_train, x_test, y_test` and `info`, which says what they are.
        mnist: uint8 images (n, 28, 28), uint8 labels. imdb, reuters: an object array of int32
        arrays of word numbers (start mark 1, unknown 2, rank + 3), int64 labels.
        california_housing: float32 features (n, columns), float32 dollars (n,).
        cats_vs_dogs: uint8 images (n, size, size, 3), int64 labels.

    Raises:
        ValueError: unknown name or variant, or an option's value cannot be used.
        TypeError: the data set takes no such option.
        DataError: the data cannot be had, or a file in $DLCOURSE_DATA is damaged.
    """
    entry = catalogue.entry(name)
    catalogue.check_options(entry, options)
    if catalogue.check_variant(variant) == "auto":
        wish = os.environ.get("DLCOURSE_VARIANT") or "auto"
        variant = catalogue.check_variant(wish, "environment variable DLCOURSE_VARIANT")
    dataset = _load(entry, variant, options)
    _loaded.append(dataset.info)
    return dataset


def loaded() -> list[Info]:
    """Return the accounts of the data sets loaded so far in this process, oldest first."""
    return list(_loaded)


def _load(entry: Entry, variant: str, options: dict[str, Any]) -> Dataset:
    reader = _READERS[entry.name]
    if variant == "embedded":
        return reader.embedded(**options)
    if variant == "full":
        download.try_again()
    try:
        return reader.full(**options)
    except download.Unavailable as error:
        if variant == "full":
            raise DataError(_ways_out(entry, error)) from error
        _note(entry, error)
    return reader.embedded(**options)


def _ways_out(entry: Entry, error: DataError) -> str:
    missing = f"The full data set {entry.name} is not at hand: {error}."
    sample = f'use the data that ships: load("{entry.name}", variant="embedded").'
    if entry.by_hand:
        return f"{missing} To get it yourself: {entry.by_hand}. Or {sample}"
    files = ", ".join(file.name for file in entry.downloads)
    return (
        f"{missing} Either try again with a network (dlcourse data fetch {entry.name}), or put "
        f"{files} into a folder and set DLCOURSE_DATA to it, or {sample}"
    )


def _note(entry: Entry, error: DataError) -> None:
    """Say once a process, on standard output, that the embedded variant stands in."""
    if entry.name in _noted:
        return
    _noted.add(entry.name)
    how = entry.by_hand or f"dlcourse data fetch {entry.name}, then restart"
    print(
        f"Note: {entry.name} · embedded is used ({entry.embedded.title}), because the full "
        f"data set could not be downloaded: {error}.\nTo get it: {how}."
    )
