"""What stands at the two ends of a network, and between: encodings, dense layer, softmax."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.elementwise import relu, sigmoid, tanh


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


def log_softmax(x: np.ndarray, axis: int = -1) -> np.ndarray:
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-np.inf)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
