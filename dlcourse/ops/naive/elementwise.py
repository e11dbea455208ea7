"""Operations that treat every element alike: one loop, one formula."""

import numpy as np

from dlcourse.ops.naive.shapes import broadcast_shape, broadcast_to, indices


def add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Add two arrays element by element."""
    shape = broadcast_shape(x.shape, y.shape)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        out[i] = x[i] + y[i]  # xᵢ + yᵢ
    return out


def multiply(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply two arrays element by element; for matrices this is not the matrix product."""
    shape = broadcast_shape(x.shape, y.shape)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        out[i] = x[i] * y[i]  # xᵢ · yᵢ
    return out


def maximum(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Take the larger of two elements."""
    shape = broadcast_shape(x.shape, y.shape)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        a, b = x[i], y[i]
        # A NaN is neither larger nor smaller than anything, and the only number unequal to itself.
        out[i] = a if a >= b or a != a else b  # max(xᵢ, yᵢ)
    return out


def relu(x: np.ndarray) -> np.ndarray:
    """Keep what is positive, replace what is negative by 0 (rectified linear unit)."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = max(x[i], 0)  # max(xᵢ, 0)
    return out


def sigmoid(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range from 0 to 1."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        # Both lines are 1 / (1 + e⁻ˣ); each is used where its exponential cannot grow too large.
        if x[i] >= 0:
            out[i] = 1 / (1 + np.exp(-x[i]))  # 1 / (1 + e⁻ˣ)
        else:
            out[i] = np.exp(x[i]) / (1 + np.exp(x[i]))  # eˣ / (1 + eˣ)
    return out


def tanh(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range from -1 to 1."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.tanh(x[i])  # (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    return out


def exp(x: np.ndarray) -> np.ndarray:
    """Raise e to the power of every element."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.exp(x[i])  # eˣ
    return out


def log(x: np.ndarray) -> np.ndarray:
    """Take the natural logarithm of every element."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.log(x[i])  # ln x
    return out
