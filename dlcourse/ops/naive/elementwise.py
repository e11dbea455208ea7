"""Operations that treat every element alike: one loop, one formula."""

import numpy as np

from dlcourse.ops.naive.shapes import aligned, broadcast_shape, broadcast_to, indices


def add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Add two arrays element by element."""
    shape = broadcast_shape(x.shape, y.shape)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        out[i] = x[i] + y[i]  # xᵢ + yᵢ
    return out


def add_vjp(upstream: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Pass the upstream gradient on; where an element was repeated, add up what comes back."""
    dx, dy = np.zeros(x.shape, x.dtype), np.zeros(y.shape, y.dtype)
    for i in indices(upstream.shape):
        a, b = aligned(i, x.shape), aligned(i, y.shape)
        dx[a] += upstream[i]  # ∂(x + y)/∂x = 1
        dy[b] += upstream[i]  # ∂(x + y)/∂y = 1
    return dx, dy


def multiply(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply two arrays element by element; for matrices this is not the matrix product."""
    shape = broadcast_shape(x.shape, y.shape)
    x, y = broadcast_to(x, shape), broadcast_to(y, shape)
    out = np.empty(shape, x.dtype)
    for i in indices(shape):
        out[i] = x[i] * y[i]  # xᵢ · yᵢ
    return out


def multiply_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each factor gets the upstream gradient times the other factor."""
    dx, dy = np.zeros(x.shape, x.dtype), np.zeros(y.shape, y.dtype)
    for i in indices(upstream.shape):
        a, b = aligned(i, x.shape), aligned(i, y.shape)
        dx[a] += upstream[i] * y[b]  # ∂(x y)/∂x = y
        dy[b] += upstream[i] * x[a]  # ∂(x y)/∂y = x
    return dx, dy


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


def maximum_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The larger of two elements gets the gradient; in a tie, each gets half."""
    dx, dy = np.zeros(x.shape, x.dtype), np.zeros(y.shape, y.dtype)
    for i in indices(upstream.shape):
        a, b = aligned(i, x.shape), aligned(i, y.shape)
        share = 0.5 if x[a] == y[b] else float(x[a] > y[b])
        dx[a] += upstream[i] * share  # 1 where x is larger
        dy[b] += upstream[i] * (1 - share)  # 1 where y is larger
    return dx, dy


def relu(x: np.ndarray) -> np.ndarray:
    """Keep what is positive, replace what is negative by 0 (rectified linear unit)."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = max(x[i], 0)  # max(xᵢ, 0)
    return out


def relu_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """Let the gradient through where x is positive; at 0 itself the slope counts as 0."""
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[i] if x[i] > 0 else 0  # 1 for x > 0, else 0
    return (dx,)


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


def sigmoid_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """The slope is at most 1/4, and nearly 0 far from 0: there, sigmoid saturates."""
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        # σ(−|x|) is σ(x) or 1 − σ(x), so the product is the same, and nothing grows too large.
        e = np.exp(-abs(x[i]))
        dx[i] = upstream[i] * e / (1 + e) ** 2  # σ(x) (1 − σ(x))
    return (dx,)


def tanh(x: np.ndarray) -> np.ndarray:
    """Squash every number into the range from -1 to 1."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.tanh(x[i])  # (eˣ − e⁻ˣ) / (eˣ + e⁻ˣ)
    return out


def tanh_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """The slope is 1 at 0, and nearly 0 far from it."""
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[i] * (1 - np.tanh(x[i]) ** 2)  # 1 − tanh² x
    return (dx,)


def exp(x: np.ndarray) -> np.ndarray:
    """Raise e to the power of every element."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.exp(x[i])  # eˣ
    return out


def exp_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """The exponential is its own slope."""
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[i] * np.exp(x[i])  # eˣ
    return (dx,)


def log(x: np.ndarray) -> np.ndarray:
    """Take the natural logarithm of every element."""
    out = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        out[i] = np.log(x[i])  # ln x
    return out


def log_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    """The slope of the logarithm is 1/x."""
    dx = np.empty(x.shape, x.dtype)
    for i in indices(x.shape):
        dx[i] = upstream[i] / x[i]  # 1 / x
    return (dx,)
