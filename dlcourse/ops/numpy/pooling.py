"""Pooling: each window of a channel becomes one number, its largest or its mean."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import functools

import numpy as np

from dlcourse.ops.geometry import Axis, Pair, axes
from dlcourse.ops.numpy.reductions import mean, mean_vjp
from dlcourse.ops.numpy.windows import crop, pad, places, zeros


def max_pool2d(
    x: np.ndarray, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    rows, columns = axes(x.shape, pool_size, strides, padding)
    return _largest(pad(x, rows, columns, -np.inf), rows, columns)


def _largest(padded: np.ndarray, rows: Axis, columns: Axis) -> np.ndarray:
    return functools.reduce(np.maximum, places(padded, rows, columns))


def max_pool2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    strides: Pair | None = None,
    padding: str = "valid",
) -> tuple[np.ndarray]:
    rows, columns = axes(x.shape, pool_size, strides, padding)
    padded = pad(x, rows, columns, -np.inf)
    largest = _largest(padded, rows, columns)
    dpadded = zeros(x, rows, columns)
    searching = np.ones(largest.shape, bool)  # windows whose largest element is still to come
    pairs = zip(places(padded, rows, columns), places(dpadded, rows, columns), strict=True)
    for pixels, dpixels in pairs:
        found = searching & ((pixels == largest) | np.isnan(pixels))
        dpixels += np.where(found, upstream, 0)
        searching &= ~found
    return (crop(dpadded, rows, columns),)


def average_pool2d(
    x: np.ndarray, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    rows, columns = axes(x.shape, pool_size, strides, padding)
    return sum(places(pad(x, rows, columns), rows, columns)) / _pixels(x, rows, columns)


def _pixels(x: np.ndarray, rows: Axis, columns: Axis) -> np.ndarray:
    """Count the pixels of each window that are not padding."""
    return sum(places(pad(np.ones((1, *x.shape[1:3], 1), x.dtype), rows, columns), rows, columns))


def average_pool2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    strides: Pair | None = None,
    padding: str = "valid",
) -> tuple[np.ndarray]:
    rows, columns = axes(x.shape, pool_size, strides, padding)
    dpadded = zeros(x, rows, columns)
    share = upstream / _pixels(x, rows, columns)
    for dpixels in places(dpadded, rows, columns):
        dpixels += share
    return (crop(dpadded, rows, columns),)


def global_average_pool2d(x: np.ndarray, keepdims: bool = False) -> np.ndarray:
    return mean(x, (1, 2), keepdims)


def global_average_pool2d_vjp(
    upstream: np.ndarray, x: np.ndarray, keepdims: bool = False
) -> tuple[np.ndarray]:
    return mean_vjp(upstream, x, (1, 2), keepdims)
