"""The operations in NumPy: whole arrays at a time, no loop over elements.

Each backward rule, `matmul_vjp`, stands beside its operation, `matmul`.
"""
# ruff: noqa: F401 - `ops.get("numpy").module` has every operation and every rule

from typing import Any

import numpy as np

from dlcourse.ops.numpy.elementwise import (
    add,
    add_vjp,
    exp,
    exp_vjp,
    log,
    log_vjp,
    maximum,
    maximum_vjp,
    multiply,
    multiply_vjp,
    relu,
    relu_vjp,
    sigmoid,
    sigmoid_vjp,
    tanh,
    tanh_vjp,
)
from dlcourse.ops.numpy.layers import dense, log_softmax, multi_hot, one_hot, softmax
from dlcourse.ops.numpy.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from dlcourse.ops.numpy.products import matmul, matrix_vector_product, vector_product
from dlcourse.ops.numpy.reductions import mean, sum
from dlcourse.ops.numpy.shapes import flatten, reshape, transpose


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, np.ndarray)


def array(x: Any, dtype: str | None = None, like: Any = None) -> np.ndarray:
    """Convert to this implementation's arrays. `like` gives the device: here always the CPU."""
    return np.asarray(x, dtype)
