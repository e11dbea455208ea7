"""What stands at the two ends of a network, and between: encodings, dense layer, softmax."""

import numpy as np

from dlcourse.ops.naive.elementwise import add, relu, sigmoid, tanh
from dlcourse.ops.naive.products import matmul
from dlcourse.ops.naive.shapes import indices, lines


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


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
