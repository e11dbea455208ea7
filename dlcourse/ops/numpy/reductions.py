"""Operations that make one number out of all the numbers along some axes."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

Axes = int | tuple[int, ...] | None


def sum(x: np.ndarray, axis: Axes = None, keepdims: bool = False) -> np.ndarray:
    return np.sum(x, axis=axis, keepdims=keepdims)


def sum_vjp(
    upstream: np.ndarray, x: np.ndarray, axis: Axes = None, keepdims: bool = False
) -> tuple[np.ndarray]:
    if axis is not None and not keepdims:
        upstream = np.expand_dims(upstream, axis)
    return (np.broadcast_to(upstream, x.shape),)  # a view: nothing is repeated in memory


def mean(x: np.ndarray, axis: Axes = None, keepdims: bool = False) -> np.ndarray:
    # np.mean warns where there is nothing to average; dividing 0 by 0 gives NaN quietly.
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / x.dtype.type(x.size / max(total.size, 1))


def mean_vjp(
    upstream: np.ndarray, x: np.ndarray, axis: Axes = None, keepdims: bool = False
) -> tuple[np.ndarray]:
    n = max(x.size, 1) / max(upstream.size, 1)  # how many elements went into each mean
    return sum_vjp(upstream / x.dtype.type(n), x, axis, keepdims)
