"""The operations in NumPy: whole arrays at a time, no loop over elements.

Each backward rule, `matmul_vjp`, stands beside its operation, `matmul`. The gradients that it
returns may share memory with `upstream` or with each other, and may be read-only.
"""
# ruff: noqa: F401 - `ops.get("numpy").module` has every operation and every rule

from typing import Any

import numpy as np

from dlcourse.ops.numpy.convolution import (
    conv2d,
    conv2d_vjp,
    depthwise_conv2d,
    depthwise_conv2d_vjp,
    separable_conv2d,
    separable_conv2d_vjp,
)
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
from dlcourse.ops.numpy.layers import (
    dense,
    dense_vjp,
    log_softmax,
    log_softmax_vjp,
    multi_hot,
    one_hot,
    softmax,
    softmax_vjp,
)
from dlcourse.ops.numpy.losses import (
    binary_crossentropy,
    binary_crossentropy_vjp,
    categorical_crossentropy,
    categorical_crossentropy_vjp,
    mean_absolute_error,
    mean_absolute_error_vjp,
    mean_squared_error,
    mean_squared_error_vjp,
    sparse_categorical_crossentropy,
    sparse_categorical_crossentropy_vjp,
)
from dlcourse.ops.numpy.normalization import (
    batch_normalization,
    batch_normalization_vjp,
    layer_normalization,
    layer_normalization_vjp,
)
from dlcourse.ops.numpy.pooling import (
    average_pool2d,
    average_pool2d_vjp,
    global_average_pool2d,
    global_average_pool2d_vjp,
    max_pool2d,
    max_pool2d_vjp,
)
from dlcourse.ops.numpy.products import (
    matmul,
    matmul_vjp,
    matrix_vector_product,
    matrix_vector_product_vjp,
    vector_product,
    vector_product_vjp,
)
from dlcourse.ops.numpy.reductions import (
    mean,
    mean_vjp,
    sum,
    sum_vjp,
)
from dlcourse.ops.numpy.selection import dropout, dropout_vjp, embedding, embedding_vjp
from dlcourse.ops.numpy.shapes import (
    flatten,
    flatten_vjp,
    reshape,
    reshape_vjp,
    transpose,
    transpose_vjp,
)


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, np.ndarray)


def array(x: Any, dtype: str | None = None, like: Any = None) -> np.ndarray:
    """Convert to this implementation's arrays. `like` gives the device: here always the CPU."""
    return np.asarray(x, dtype)
