"""The operations in NumPy: whole arrays at a time, no loop over elements."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import math
from typing import Any

import numpy as np

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, np.ndarray)


def array(x: Any, dtype: str | None = None, like: Any = None) -> np.ndarray:
    """Convert to this implementation's arrays. `like` gives the device: here always the CPU."""
    return np.asarray(x, dtype)


def add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.add(x, y)


def multiply(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.multiply(x, y)


def maximum(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(x, y)


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def sigmoid(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))  # never above 1, so that nothing overflows
    return np.where(x >= 0, 1, e) / (1 + e)


def tanh(x: np.ndarray) -> np.ndarray:
    return np.tanh(x)


def exp(x: np.ndarray) -> np.ndarray:
    return np.exp(x)


def log(x: np.ndarray) -> np.ndarray:
    return np.log(x)


def sum(
    x: np.ndarray, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> np.ndarray:
    return np.sum(x, axis=axis, keepdims=keepdims)


def mean(
    x: np.ndarray, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> np.ndarray:
    # np.mean warns where there is nothing to average; dividing 0 by 0 gives NaN quietly.
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / x.dtype.type(x.size / max(total.size, 1))


def reshape(x: np.ndarray, newshape: int | tuple[int, ...]) -> np.ndarray:
    return np.reshape(x, newshape)


def transpose(x: np.ndarray, axes: tuple[int, ...] | None = None) -> np.ndarray:
    return np.transpose(x, axes)


def matmul(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.matmul(x, y)


def vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


def matrix_vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


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


def flatten(x: np.ndarray) -> np.ndarray:
    return np.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.abs(y_true - y_pred), axis=-1)


def binary_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    if from_logits:
        # -y ln σ(z) - (1 - y) ln(1 - σ(z)), written so that nothing overflows
        softplus = np.maximum(y_pred, 0) + np.log1p(np.exp(-np.abs(y_pred)))
        return np.mean(softplus - y_true * y_pred, axis=-1)
    p = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)


def categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.sum(y_true * log_p, axis=-1)


def sparse_categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.take_along_axis(log_p, y_true[..., np.newaxis], axis=-1)[..., 0]


def _log_probabilities(p: np.ndarray) -> np.ndarray:
    p = p / np.sum(p, axis=-1, keepdims=True)
    return np.log(np.clip(p, EPSILON, 1 - EPSILON))


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
