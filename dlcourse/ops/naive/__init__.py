"""The operations as loops, the way a learner could have written them.

Every function works on NumPy arrays, and uses NumPy for two things only: to set aside room for
the result, and to read or write one element (or one row) of an array. The formula stands beside
the line that computes it. `np.exp`, `np.log` and `np.tanh` are called with one number at a time;
unlike `math.exp` they give infinity, not an exception, where a result is too large.
"""

from dlcourse.ops.naive.elementwise import (
    add,
    exp,
    log,
    maximum,
    multiply,
    relu,
    sigmoid,
    tanh,
)
from dlcourse.ops.naive.layers import dense, log_softmax, multi_hot, one_hot, softmax
from dlcourse.ops.naive.losses import (
    binary_crossentropy,
    categorical_crossentropy,
    mean_absolute_error,
    mean_squared_error,
    sparse_categorical_crossentropy,
)
from dlcourse.ops.naive.products import matmul, matrix_vector_product, vector_product
from dlcourse.ops.naive.reductions import mean, sum
from dlcourse.ops.naive.shapes import flatten, reshape, transpose
from dlcourse.ops.numpy import array, is_array

__all__ = [
    "add",
    "array",
    "binary_crossentropy",
    "categorical_crossentropy",
    "dense",
    "exp",
    "flatten",
    "is_array",
    "log",
    "log_softmax",
    "matmul",
    "matrix_vector_product",
    "maximum",
    "mean",
    "mean_absolute_error",
    "mean_squared_error",
    "multi_hot",
    "multiply",
    "one_hot",
    "relu",
    "reshape",
    "sigmoid",
    "softmax",
    "sparse_categorical_crossentropy",
    "sum",
    "tanh",
    "transpose",
    "vector_product",
]
