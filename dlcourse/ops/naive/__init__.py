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

from dlcourse.ops.naive.convolution import (
    conv2d,
    conv2d_vjp,
    depthwise_conv2d,
    depthwise_conv2d_vjp,
    separable_conv2d,
    separable_conv2d_vjp,
)
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
from dlcourse.ops.naive.layers import (
    dense,
    dense_vjp,
    log_softmax,
    log_softmax_vjp,
    multi_hot,
    one_hot,
    softmax,
    softmax_vjp,
)
from dlcourse.ops.naive.losses import (
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
from dlcourse.ops.naive.normalization import (
    batch_normalization,
    batch_normalization_vjp,
    layer_normalization,
    layer_normalization_vjp,
)
from dlcourse.ops.naive.pooling import (
    average_pool2d,
    average_pool2d_vjp,
    global_average_pool2d,
    global_average_pool2d_vjp,
    max_pool2d,
    max_pool2d_vjp,
)
from dlcourse.ops.naive.products import (
    matmul,
    matmul_vjp,
    matrix_vector_product,
    matrix_vector_product_vjp,
    vector_product,
    vector_product_vjp,
)
from dlcourse.ops.naive.reductions import (
    mean,
    mean_vjp,
    sum,
    sum_vjp,
)
from dlcourse.ops.naive.selection import dropout, dropout_vjp, embedding, embedding_vjp
from dlcourse.ops.naive.shapes import (
    flatten,
    flatten_vjp,
    reshape,
    reshape_vjp,
    transpose,
    transpose_vjp,
)
from dlcourse.ops.numpy import array, is_array
