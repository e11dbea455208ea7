"""From the product of two vectors to the product of two tensors, each built on the one before."""

import numpy as np

from dlcourse.ops.naive.shapes import (
    broadcast_shape,
    broadcast_to,
    indices,
    reshape,
    transpose,
    unbroadcast,
)


def vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply two vectors element by element and add up: one number."""
    total = x.dtype.type(0)
    for i in range(x.shape[0]):
        total += x[i] * y[i]  # Σᵢ xᵢ yᵢ
    return total


def vector_product_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each element is multiplied by its partner, so it gets that times the upstream gradient."""
    dx, dy = np.empty(x.shape, x.dtype), np.empty(y.shape, y.dtype)
    for i in range(x.shape[0]):
        dx[i] = upstream * y[i]  # ∂(Σᵢ xᵢ yᵢ)/∂xᵢ = yᵢ
        dy[i] = upstream * x[i]  # ∂(Σᵢ xᵢ yᵢ)/∂yᵢ = xᵢ
    return dx, dy


def matrix_vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Multiply a matrix by a vector: the vector product of each row with it."""
    out = np.empty(x.shape[0], x.dtype)
    for i in range(x.shape[0]):
        out[i] = vector_product(x[i, :], y)  # Σⱼ xᵢⱼ yⱼ
    return out


def matrix_vector_product_vjp(
    upstream: np.ndarray, x: np.ndarray, y: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Each row goes into one element of the result, the vector into all of them."""
    dx, dy = np.empty(x.shape, x.dtype), np.zeros(y.shape, y.dtype)
    for i in range(x.shape[0]):
        for j in range(x.shape[1]):
            dx[i, j] = upstream[i] * y[j]  # ∂(Σⱼ xᵢⱼ yⱼ)/∂xᵢⱼ = yⱼ
            dy[j] += upstream[i] * x[i, j]  # ∂(Σⱼ xᵢⱼ yⱼ)/∂yⱼ = xᵢⱼ
    return dx, dy


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


def matmul_vjp(upstream: np.ndarray, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Multiply the upstream gradient by the other matrix, transposed, from its own side."""
    rows = x[None, :] if x.ndim == 1 else x
    columns = y[:, None] if y.ndim == 1 else y
    if y.ndim == 1:
        upstream = upstream[..., None]
    if x.ndim == 1:
        upstream = upstream[..., None, :]
    dx = matmul(upstream, swapped(columns))  # upstream · Yᵀ
    dy = matmul(swapped(rows), upstream)  # Xᵀ · upstream
    dx, dy = unbroadcast(dx, rows.shape), unbroadcast(dy, columns.shape)
    return reshape(dx, x.shape), reshape(dy, y.shape)


def swapped(x: np.ndarray) -> np.ndarray:
    """Transpose each of the matrices in the last two axes."""
    *batch, row, column = range(x.ndim)
    return transpose(x, (*batch, column, row))
