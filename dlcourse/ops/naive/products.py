"""From the product of two vectors to the product of two tensors, each built on the one before."""

import numpy as np

from dlcourse.ops.naive.shapes import broadcast_shape, broadcast_to, indices


def vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply two vectors element by element and add up: one number."""
    total = x.dtype.type(0)
    for i in range(x.shape[0]):
        total += x[i] * y[i]  # Σᵢ xᵢ yᵢ
    return total


def matrix_vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply a matrix by a vector: the vector product of each row with it."""
    out = np.empty(x.shape[0], x.dtype)
    for i in range(x.shape[0]):
        out[i] = vector_product(x[i, :], y)  # Σⱼ xᵢⱼ yⱼ
    return out


def matrix_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply two matrices: the vector product of each row of `x` with each column of `y`."""
    out = np.empty((x.shape[0], y.shape[1]), x.dtype)
    for i in range(x.shape[0]):
        for j in range(y.shape[1]):
            out[i, j] = vector_product(x[i, :], y[:, j])  # Σₖ xᵢₖ yₖⱼ
    return out


def matmul(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply the matrices in the last two axes; the axes before them count the matrices.

    A vector stands for a matrix of one row (`x`) or one column (`y`), which is dropped at the end.
    """
    rows = x[None, :] if x.ndim == 1 else x
    columns = y[:, None] if y.ndim == 1 else y
    batch = broadcast_shape(rows.shape[:-2], columns.shape[:-2])
    rows = broadcast_to(rows, batch + rows.shape[-2:])
    columns = broadcast_to(columns, batch + columns.shape[-2:])
    out = np.empty((*batch, rows.shape[-2], columns.shape[-1]), x.dtype)
    for b in indices(batch):
        out[b] = matrix_product(rows[b], columns[b])
    if x.ndim == 1:
        out = out[..., 0, :]
    if y.ndim == 1:
        out = out[..., 0]
    return out
