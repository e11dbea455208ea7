"""Operations that make one number out of all the numbers along some axes."""

import math

import numpy as np

from dlcourse.ops.naive.shapes import Index, indices


def sum(x: np.ndarray, axis: int | Index | None = None, keepdims: bool = False) -> np.ndarray:
    """Add up the elements along `axis`."""
    summed = summed_axes(axis, x.ndim)
    out = np.zeros([1 if a in summed else n for a, n in enumerate(x.shape)], x.dtype)
    for i in indices(x.shape):
        target = tuple(0 if a in summed else k for a, k in enumerate(i))
        out[target] += x[i]  # Σ xᵢ
    return out if keepdims else without_axes(out, summed)


def sum_vjp(
    upstream: np.ndarray, x: np.ndarray, axis: int | Index | None = None, keepdims: bool = False
) -> tuple[np.ndarray]:
    """Give each element the gradient of the sum that it went into."""
    summed = summed_axes(axis, x.ndim)
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[reduced(i, summed, keepdims)]  # ∂(Σ xᵢ)/∂xᵢ = 1
    return (dx,)


def mean(x: np.ndarray, axis: int | Index | None = None, keepdims: bool = False) -> np.ndarray:
    """Average the elements along `axis`."""
    total = sum(x, axis, keepdims)
    count = math.prod(x.shape[a] for a in summed_axes(axis, x.ndim))
    out = np.empty(total.shape, x.dtype)
    for i in indices(total.shape):
        out[i] = total[i] / count  # (Σ xᵢ) / n
    return out


def mean_vjp(
    upstream: np.ndarray, x: np.ndarray, axis: int | Index | None = None, keepdims: bool = False
) -> tuple[np.ndarray]:
    """Give each of n elements an n-th of the gradient of their mean."""
    summed = summed_axes(axis, x.ndim)
    n = math.prod(x.shape[a] for a in summed)
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[reduced(i, summed, keepdims)] / n  # ∂((Σ xᵢ) / n)/∂xᵢ = 1 / n
    return (dx,)


def summed_axes(axis: int | Index | None, rank: int) -> Index:
    """Return the axes meant by `axis` as numbers from 0 on: None means all, -1 the last."""
    if axis is None:
        return tuple(range(rank))
    axes = (axis,) if isinstance(axis, int) else axis
    return tuple(a + rank if a < 0 else a for a in axes)


def without_axes(x: np.ndarray, axes: Index) -> np.ndarray:
    """Drop `axes`, each of size 1, from the shape of `x`."""
    return x[tuple(0 if a in axes else slice(None) for a in range(x.ndim))][...]


def reduced(i: Index, axes: Index, keepdims: bool) -> Index:
    """Return where in the result the element at index `i` went, once `axes` were reduced."""
    return tuple(0 if a in axes else k for a, k in enumerate(i) if keepdims or a not in axes)
