"""The operations as loops, the way a learner could have written them.

Every function works on NumPy arrays, and uses NumPy for two things only: to set aside room for
the result, and to read or write one element (or one row) of an array. The formula stands beside
the line that computes it. `np.exp`, `np.log` and `np.tanh` are called with one number at a time;
unlike `math.exp` they give infinity, not an exception, where a result is too large.

Each backward rule, `matmul_vjp`, stands beside its operation, `matmul`. It takes the upstream
gradient, which says how much the loss changes with each element of the result, and returns how
much the loss changes with each element of each argument (a vector-Jacobian product).
"""
# ruff: noqa: F401 - `ops.get("naive").module` has every operation and every rule

from dlcourse.ops.naive.elementwise import (
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
