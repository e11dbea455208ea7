"""What stands at the two ends of a network, and between: encodings, dense layer, softmax."""

import numpy as np

from dlcourse.ops.naive.elementwise import (
    add,
    relu,
    relu_vjp,
    sigmoid,
    sigmoid_vjp,
    tanh,
    tanh_vjp,
)
from dlcourse.ops.naive.products import matmul, matmul_vjp
from dlcourse.ops.naive.shapes import indices, lines, unbroadcast


def dense(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    activation: str | None = None,
) -> np.ndarray:
    """Compute a dense layer: a weighted sum of the inputs for each unit, then the activation."""
    out = matmul(x, kernel)  # x W
    if bias is not None:
        out = add(out, bias)  # x W + b
    return out if activation is None else ACTIVATIONS[activation](out)


def dense_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    activation: str | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Go back through the activation, then share out between the input and the weights."""
    if activation is not None:
        (upstream,) = ACTIVATION_RULES[activation](upstream, dense(x, kernel, bias))
    dx, dkernel = matmul_vjp(upstream, x, kernel)  # upstream · Wᵀ and xᵀ · upstream
    dbias = None if bias is None else unbroadcast(upstream, bias.shape)  # Σ over the samples
    return dx, dkernel, dbias


def one_hot(x: np.ndarray, num_classes: int) -> np.ndarray:
    """Turn every index into a vector of zeros with a 1 at that position."""
    out = np.zeros((*x.shape, num_classes), np.float32)
    for i in indices(x.shape):
        out[(*i, x[i])] = 1.0
    return out


def multi_hot(x: np.ndarray, num_classes: int) -> np.ndarray:
    """Turn every row of indices into one vector with a 1 at each position that occurs in it."""
    out = np.zeros((*x.shape[:-1], num_classes), np.float32)
    for i in indices(x.shape):
        out[(*i[:-1], x[i])] = 1.0
    return out


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Turn the scores along `axis` into probabilities: positive, with sum 1."""
    out = np.empty(x.shape, x.dtype)
    for line in lines(x.shape, axis):
        # Subtracting the largest score changes no ratio, and no exponential can grow too large.
        largest = max((x[i] for i in line), default=0)
        total = x.dtype.type(0)
        for i in line:
            out[i] = np.exp(x[i] - largest)
            total += out[i]
        for i in line:
            out[i] = out[i] / total  # eˣⁱ / Σⱼ eˣʲ
    return out


def softmax_vjp(upstream: np.ndarray, x: np.ndarray, axis: int = -1) -> tuple[np.ndarray]:
    """A higher score raises its own probability, and takes from all the others."""
    p = softmax(x, axis)
    dx = np.empty(x.shape, x.dtype)
    for line in lines(x.shape, axis):
        average = x.dtype.type(0)
        for i in line:
            average += upstream[i] * p[i]  # Σⱼ upstreamⱼ pⱼ
        for i in line:
            dx[i] = p[i] * (upstream[i] - average)  # ∂pⱼ/∂xᵢ = pⱼ (1 − pᵢ) for i = j, else −pⱼ pᵢ
    return (dx,)


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    """Compute the logarithm of softmax, without ever taking the logarithm of a rounded 0."""
    out = np.empty(x.shape, x.dtype)
    for line in lines(x.shape, axis):
        largest = max((x[i] for i in line), default=0)
        total = x.dtype.type(0)
        for i in line:
            total += np.exp(x[i] - largest)
        for i in line:
            out[i] = x[i] - largest - np.log(total)  # xᵢ − ln Σⱼ eˣʲ
    return out


def log_softmax_vjp(upstream: np.ndarray, x: np.ndarray, axis: int = -1) -> tuple[np.ndarray]:
    """Each score gets its own gradient, less its probability's part of them all."""
    p = softmax(x, axis)
    dx = np.empty(x.shape, x.dtype)
    for line in lines(x.shape, axis):
        total = x.dtype.type(0)
        for i in line:
            total += upstream[i]
        for i in line:
            dx[i] = upstream[i] - p[i] * total  # ∂(ln pⱼ)/∂xᵢ = 1 − pᵢ for i = j, else −pᵢ
    return (dx,)


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}

ACTIVATION_RULES = {
    "relu": relu_vjp,
    "sigmoid": sigmoid_vjp,
    "tanh": tanh_vjp,
    "softmax": softmax_vjp,
    "log_softmax": log_softmax_vjp,
}
