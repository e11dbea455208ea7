"""Products of vectors, matrices, and whole stacks of matrices."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np


def vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


def matrix_vector_product(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.dot(x, y)


def matmul(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    return np.matmul(x, y)
