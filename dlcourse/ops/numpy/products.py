"""Products of vectors, matrices, and whole stacks of matrices."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.shapes import unbroadcast


def vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


def vector_product_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return upstream * y, upstream * x


def matrix_vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


def matrix_vector_product_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    return np.outer(upstream, y), np.dot(upstream, x)


def matmul(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.matmul(x, y)


def matmul_vjp(upstream: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    rows = x[np.newaxis, :] if x.ndim == 1 else x
    columns = y[:, np.newaxis] if y.ndim == 1 else y
    if y.ndim == 1:
        upstream = upstream[..., np.newaxis]
    if x.ndim == 1:
        upstream = upstream[..., np.newaxis, :]
    dx = np.matmul(upstream, np.swapaxes(columns, -1, -2))
    dy = np.matmul(np.swapaxes(rows, -1, -2), upstream)
    dx, dy = unbroadcast(dx, rows.shape), unbroadcast(dy, columns.shape)
    return dx.reshape(x.shape), dy.reshape(y.shape)
