"""Operations that treat every element alike: NumPy calls them universal functions."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.shapes import unbroadcast


def add(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.add(x, y)


def add_vjp(upstream: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return unbroadcast(upstream, x.shape), unbroadcast(upstream, y.shape)


def multiply(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.multiply(x, y)


def multiply_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return unbroadcast(upstream * y, x.shape), unbroadcast(upstream * x, y.shape)


def maximum(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.maximum(x, y)


def maximum_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    share = np.where(x == y, 0.5, x > y).astype(upstream.dtype)  # x's: all, none, half at a tie
    return unbroadcast(upstream * share, x.shape), unbroadcast(upstream * (1 - share), y.shape)


def relu(x: np.ndarray) -> np.ndarray:
    return np.maximum(x, 0)


def relu_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    return (upstream * (x > 0),)


def sigmoid(x: np.ndarray) -> np.ndarray:
    e = np.exp(-np.abs(x))  # never above 1, so that nothing overflows
    return np.where(x >= 0, 1, e) / (1 + e)


def sigmoid_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    p = sigmoid(x)
    return (upstream * p * (1 - p),)


def tanh(x: np.ndarray) -> np.ndarray:
    return np.tanh(x)


def tanh_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    return (upstream * (1 - np.tanh(x) ** 2),)


def exp(x: np.ndarray) -> np.ndarray:
    return np.exp(x)


def exp_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    return (upstream * np.exp(x),)


def log(x: np.ndarray) -> np.ndarray:
    return np.log(x)


def log_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    return (upstream / x,)
