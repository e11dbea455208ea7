"""Pooling: each window of a channel becomes one number, its largest or its mean."""

import numpy as np

from dlcourse.ops.geometry import Pair, axes
from dlcourse.ops.naive.reductions import mean, mean_vjp
from dlcourse.ops.naive.shapes import indices
from dlcourse.ops.naive.windows import empty_images, window


def max_pool2d(
    x: np.ndarray, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    """Keep the largest element of each window; padding never counts."""
    rows, columns = axes(x.shape, pool_size, strides, padding)
    out = empty_images(x, rows, columns, x.shape[3])
    for n, i, j, c in indices(out.shape):
        pixels = [(n, row, column, c) for _, _, row, column in window(i, j, rows, columns)]
        out[n, i, j, c] = x[first_largest(x, pixels)]  # max xᵢ₊ₐ,ⱼ₊ᵦ
    return out


def max_pool2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    strides: Pair | None = None,
    padding: str = "valid",
) -> tuple[np.ndarray]:
    """Give the gradient to the element that was kept; of several equal ones, to the first."""
    rows, columns = axes(x.shape, pool_size, strides, padding)
    dx = np.zeros(x.shape, x.dtype)
    for n, i, j, c in indices(upstream.shape):
        pixels = [(n, row, column, c) for _, _, row, column in window(i, j, rows, columns)]
        dx[first_largest(x, pixels)] += upstream[n, i, j, c]  # 1 for the largest, else 0
    return (dx,)


def first_largest(x: np.ndarray, places: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the first of these places that holds the largest element, or a NaN."""
    best = places[0]
    for place in places[1:]:
        # Only a NaN is unequal to itself; next to one, no comparison holds.
        if x[best] == x[best] and not x[best] >= x[place]:
            best = place
    return best


def average_pool2d(
    x: np.ndarray, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> np.ndarray:
    """Average each window; padding counts neither in the sum nor in the number of pixels."""
    rows, columns = axes(x.shape, pool_size, strides, padding)
    out = empty_images(x, rows, columns, x.shape[3])
    for n, i, j, c in indices(out.shape):
        pixels = [(n, row, column, c) for _, _, row, column in window(i, j, rows, columns)]
        total = x.dtype.type(0)
        for pixel in pixels:
            total += x[pixel]
        out[n, i, j, c] = total / len(pixels)  # (Σ xᵢ₊ₐ,ⱼ₊ᵦ) / pixels
    return out


def average_pool2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    pool_size: Pair = 2,
    strides: Pair | None = None,
    padding: str = "valid",
) -> tuple[np.ndarray]:
    """Share the gradient equally among the pixels of the window."""
    rows, columns = axes(x.shape, pool_size, strides, padding)
    dx = np.zeros(x.shape, x.dtype)
    for n, i, j, c in indices(upstream.shape):
        pixels = [(n, row, column, c) for _, _, row, column in window(i, j, rows, columns)]
        for pixel in pixels:
            dx[pixel] += upstream[n, i, j, c] / len(pixels)  # ∂(Σ x / pixels)/∂x
    return (dx,)


def global_average_pool2d(x: np.ndarray, keepdims: bool = False) -> np.ndarray:
    """Average each channel over the whole image."""
    return mean(x, (1, 2), keepdims)


def global_average_pool2d_vjp(
    upstream: np.ndarray, x: np.ndarray, keepdims: bool = False
) -> tuple[np.ndarray]:
    """Give every pixel an equal share of its channel's gradient."""
    return mean_vjp(upstream, x, (1, 2), keepdims)
