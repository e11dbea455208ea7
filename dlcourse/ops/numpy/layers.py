"""What stands at the two ends of a network, and between: encodings, dense layer, softmax."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.elementwise import (
    relu,
    relu_vjp,
    sigmoid,
    sigmoid_vjp,
    tanh,
    tanh_vjp,
)
from dlcourse.ops.numpy.shapes import unbroadcast


def dense(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    activation: str | None = None,
) -> np.ndarray:
    out = np.matmul(x, kernel)
    if bias is not None:
        out = out + bias
    return out if activation is None else ACTIVATIONS[activation](out)


def dense_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    activation: str | None = None,
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    if activation is not None:
        (upstream,) = ACTIVATION_RULES[activation](upstream, dense(x, kernel, bias))
    samples = tuple(range(x.ndim - 1))
    dkernel = np.tensordot(x, upstream, axes=(samples, samples))  # xᵀ · upstream, for any rank
    dbias = None if bias is None else unbroadcast(upstream, bias.shape)
    return np.matmul(upstream, kernel.T), dkernel, dbias


def one_hot(x: np.ndarray, num_classes: int) -> np.ndarray:
    out = np.zeros((*x.shape, num_classes), np.float32)
    np.put_along_axis(out, x[..., np.newaxis], 1, axis=-1)
    return out


def multi_hot(x: np.ndarray, num_classes: int) -> np.ndarray:
    out = np.zeros((*x.shape[:-1], num_classes), np.float32)
    np.put_along_axis(out, x, 1, axis=-1)
    return out


def softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    e = np.exp(x - np.max(x, axis=axis, keepdims=True, initial=-np.inf))
    return e / np.sum(e, axis=axis, keepdims=True)


def softmax_vjp(upstream: np.ndarray, x: np.ndarray, axis: int = -1) -> tuple[np.ndarray]:
    p = softmax(x, axis)
    return (p * (upstream - np.sum(upstream * p, axis=axis, keepdims=True)),)


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def log_softmax_vjp(upstream: np.ndarray, x: np.ndarray, axis: int = -1) -> tuple[np.ndarray]:
    return (upstream - softmax(x, axis) * np.sum(upstream, axis=axis, keepdims=True),)


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
