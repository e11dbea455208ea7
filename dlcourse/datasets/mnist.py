"""MNIST: 60,000 + 10,000 handwritten digits. The course ships the whole of it."""

import gzip

import numpy as np

from dlcourse.datasets import catalogue, store
from dlcourse.datasets.dataset import Dataset, Part, make
from dlcourse.datasets.files import parse_npz

ENTRY = catalogue.entry("mnist")


def full() -> Dataset:
    """Return MNIST from $DLCOURSE_DATA, the cache or `data/`: nothing has to be downloaded.

    Images are uint8 of shape (n, 28, 28), labels uint8 of shape (n,), as in Keras.
    """
    found = [store.find(file) for file in catalogue.MNIST_IDX]
    if all(found):
        return _make("full", found[0].where, _parse([each.content for each in found]))
    if archive := store.find(catalogue.MNIST_NPZ):
        with parse_npz(archive.content) as npz:
            parts = [(npz[f"x_{part}"], npz[f"y_{part}"]) for part in ("train", "test")]
        return _make("full", archive.where, parts)
    return _shipped("full")


def embedded() -> Dataset:
    """Return the copy in `data/`, which is identical to the full variant."""
    return _shipped("embedded")


def _shipped(variant: str) -> Dataset:
    content = [store.embedded(name) for name in ENTRY.embedded_files]
    return _make(variant, "embedded", _parse(content))


def _make(variant: str, where: str, parts: list[Part]) -> Dataset:
    source = ENTRY.full if variant == "full" else ENTRY.embedded
    digits = tuple(str(digit) for digit in range(10))
    return make("mnist", variant, source, where, parts, classes=digits)


def _parse(content: list[bytes]) -> list[Part]:
    x_train, y_train, x_test, y_test = (parse_idx(gzip.decompress(each)) for each in content)
    return [(x_train, y_train), (x_test, y_test)]


def parse_idx(content: bytes) -> np.ndarray:
    """Return the uint8 array in an idx file.

    Two zero bytes, the type code (8 = uint8), the number of axes, the length of each axis as
    a big-endian 32-bit number, then the values.
    """
    axes = content[3]
    shape = np.frombuffer(content, ">i4", count=axes, offset=4)
    return np.frombuffer(content, np.uint8, offset=4 + 4 * axes).reshape(shape).copy()
