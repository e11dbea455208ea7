"""Pictures of two kinds: photos of cats and dogs, or handwritten fours and nines."""

import io
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageOps

from dlcourse.datasets import catalogue, download, mnist, store
from dlcourse.datasets.dataset import Dataset, Part, make
from dlcourse.datasets.files import DataError

ENTRY = catalogue.entry("cats_vs_dogs")
CLASSES = ("cat", "dog")
DIGITS = (4, 9)  # the two that are mistaken for each other most often
TRAIN, TEST = 601, 400  # pictures of each class
SEED = 113
SMALLEST, LARGEST = 16, 200  # the shorter side of the photos is 200 pixels

Read = Callable[[str], bytes]  # from the name of a picture to its content


def full(size: int = 64) -> Dataset:
    """Return 1,001 photos of cats and 1,001 of dogs, numbers 0 to 1000 of the competition's.

    Images are uint8 (n, size, size, 3): the square in the middle, scaled down. Labels are
    int64 (n,), 0 = cat, 1 = dog. The first 601 of each class are for training.

    Raises:
        ValueError: `size` is not a whole number from 16 to 200.
        Unavailable: neither the packed photos nor the user's own download are there.
        DataError: they are there, but damaged or not complete.
    """
    check_size(size)
    if found := store.find(catalogue.CATS_VS_DOGS_ZIP):
        pattern = "{kind}/{kind}.{number}.jpg"
        with zipfile.ZipFile(io.BytesIO(found.content)) as archive:
            parts = _parts(pattern, archive.read, catalogue.CATS_VS_DOGS_ZIP.name, size)
        return make("cats_vs_dogs", "full", ENTRY.full, found.where, parts, classes=CLASSES)
    if (path := store.own_copy(ENTRY.own_copies)) is None:
        raise download.Unavailable("its terms forbid the course to hand the photos on")
    source = replace(ENTRY.full, title=f"{ENTRY.full.title}, your own download, not checked")
    parts = _own_parts(path, size)
    return make("cats_vs_dogs", "full", source, "$DLCOURSE_DATA", parts, classes=CLASSES)


def embedded(size: int = 64) -> Dataset:
    """Return as many handwritten fours (0) and nines (1), in the form of the full variant.

    The training part comes from MNIST's training part, the test part from its test part:
    nobody wrote digits for both.
    """
    check_size(size)
    digits = mnist.embedded()
    parts = [
        _part([x[y == digit][:count] for digit in DIGITS], _enlarge, size)
        for x, y, count in (
            (digits.x_train, digits.y_train, TRAIN),
            (digits.x_test, digits.y_test, TEST),
        )
    ]
    classes = tuple(str(digit) for digit in DIGITS)
    return make("cats_vs_dogs", "embedded", ENTRY.embedded, "embedded", parts, classes=classes)


def check_size(size: int) -> None:
    """Raise ValueError unless `size` is a side in pixels that the pictures can be given."""
    number = isinstance(size, int | np.integer) and not isinstance(size, bool)
    if not number or not SMALLEST <= size <= LARGEST:
        raise ValueError(
            f"size={size!r}: give the side of the square pictures in pixels, a whole number "
            f"from {SMALLEST} to {LARGEST}, for example size=64."
        )


def _own_parts(path: Path, size: int) -> list[Part]:
    """Return the two parts from the folder or the zip file in the user's own download."""
    if path.is_dir():
        return _parts("{kind}.{number}.jpg", lambda name: (path / name).read_bytes(), path, size)
    try:
        with zipfile.ZipFile(path) as archive:
            return _parts("train/{kind}.{number}.jpg", archive.read, path, size)
    except (OSError, zipfile.BadZipFile) as error:
        raise DataError(_damaged(path, error)) from error


def _parts(pattern: str, read: Read, place: object, size: int) -> list[Part]:
    """Return the training and the test part, from the first photos of each kind by number."""

    def photo(name: str, size: int) -> np.ndarray:
        try:
            return _shrink(read(name), size)
        except (KeyError, FileNotFoundError) as error:
            raise DataError(
                f"{place} has no picture {name}. Needed are the first {TRAIN + TEST:,} cats and "
                "dogs, numbers 0 to 1000: unpack your download again, or put train.zip in."
            ) from error
        except (OSError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise DataError(_damaged(f"{name} in {place}", error)) from error

    names = [
        [pattern.format(kind=kind, number=number) for number in range(TRAIN + TEST)]
        for kind in CLASSES
    ]
    return [
        _part([each[:TRAIN] for each in names], photo, size),
        _part([each[TRAIN:] for each in names], photo, size),
    ]


def _part(classes: list, picture: Callable[..., np.ndarray], size: int) -> Part:
    """Make a picture of each item of each class, and shuffle them, always in the same way."""
    labels = [label for label, items in enumerate(classes) for _ in items]
    items = [item for items in classes for item in items]
    order = np.random.RandomState(SEED).permutation(len(items))
    x = np.empty((len(items), size, size, 3), np.uint8)
    for row, position in enumerate(order):
        x[row] = picture(items[position], size)
    return x, np.array(labels, np.int64)[order]


def _shrink(content: bytes, size: int) -> np.ndarray:
    with Image.open(io.BytesIO(content)) as photo:
        photo.draft("RGB", (size, size))  # a JPEG is decoded at a half or a quarter, if enough
        square = ImageOps.fit(photo.convert("RGB"), (size, size), Image.Resampling.LANCZOS)
    return np.asarray(square)


def _enlarge(digit: np.ndarray, size: int) -> np.ndarray:
    grey = Image.fromarray(digit).resize((size, size), Image.Resampling.BICUBIC)
    return np.asarray(grey.convert("RGB"))


def _damaged(what: object, error: Exception) -> str:
    return (
        f"{what} cannot be read: {error}. It was left as it is. Download it again, move it away, "
        "or unset DLCOURSE_DATA."
    )
