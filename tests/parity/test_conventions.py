"""Where an operation could reasonably do one thing or another: what all six do, as documented.

A difference between frameworks that the package leaves alone stands here with both its values.
"""

import math

import numpy as np
import pytest

from dlcourse import ops
from tests.parity.backends import keras_backend, narrow, on_jax

NAN, INF = math.nan, math.inf
CLIP = -math.log(1e-7)  # the largest loss that a clipped probability can give
CLIP_32 = -math.log(1 - float(np.float32(1 - 1e-7)))  # for 1 - p, where float32 is coarser

every_implementation = pytest.mark.parametrize("name", ops.names())


def check(name, operation, arguments, options, want):
    got = ops.to_numpy(getattr(ops.get(name), operation)(*arguments, **options))
    want = np.asarray(want)
    assert got.shape == want.shape
    np.testing.assert_allclose(got, want, rtol=2e-6, atol=1e-30)


EXTREMES = [
    ("add", [[INF, INF, 1e4]], {"y": [-INF, 1.0, NAN]}, [NAN, INF, NAN]),
    ("multiply", [[0.0, INF, 3e38]], {"y": [INF, -1.0, 10.0]}, [NAN, -INF, INF]),
    ("maximum", [[NAN, 1.0, -INF, INF]], {"y": [1.0, NAN, -1e4, 0.0]}, [NAN, NAN, -1e4, INF]),
    ("relu", [[NAN, -0.0, INF, -INF, -1e4, 1e4]], {}, [NAN, 0, INF, 0, 0, 1e4]),
    ("sigmoid", [[-INF, -1e4, 0.0, 1e4, INF, NAN]], {}, [0, 0, 0.5, 1, 1, NAN]),
    ("tanh", [[-INF, -1e4, 0.0, 1e4, INF, NAN]], {}, [-1, -1, 0, 1, 1, NAN]),
    ("exp", [[-INF, -1e4, 0.0, 1e4, INF, NAN]], {}, [0, 0, 1, INF, INF, NAN]),
    ("log", [[0.0, -0.0, -1.0, 1.0, INF, NAN]], {}, [-INF, -INF, NAN, 0, INF, NAN]),
    ("sum", [[[INF, -INF], [3e38, 3e38], [INF, 1.0]]], {"axis": 1}, [NAN, INF, INF]),
    ("mean", [[[INF, -INF], [NAN, 0.0], [INF, 1.0]]], {"axis": 1}, [NAN, NAN, INF]),
    ("matmul", [[[INF, 0.0], [1.0, NAN]]], {"y": [1.0, 1.0]}, [INF, NAN]),
    ("vector_product", [[3e38, 1.0]], {"y": [10.0, 1.0]}, INF),
    ("softmax", [[[1e4, -1e4, 1e4], [-1e4] * 3]], {}, [[0.5, 0, 0.5], [1 / 3] * 3]),
    ("softmax", [[0.0, -INF]], {}, [1, 0]),
    ("log_softmax", [[[1e4, -1e4], [-1e4, -1e4]]], {}, [[0, -2e4], [-math.log(2)] * 2]),
    ("log_softmax", [[0.0, -INF]], {}, [0, -INF]),
    ("dense", [[[1e4, -1e4]], np.eye(2)], {"activation": "softmax"}, [[1, 0]]),
    ("mean_squared_error", [[NAN, 0.0], [0.0, 0.0]], {}, NAN),
    ("mean_absolute_error", [[INF, 0.0], [0.0, 0.0]], {}, INF),
    ("binary_crossentropy", [[[1], [0]], [[-1e4], [1e4]]], {"from_logits": True}, [1e4, 1e4]),
    ("binary_crossentropy", [[[1], [0]], [[1e4], [-1e4]]], {"from_logits": True}, [0, 0]),
    ("binary_crossentropy", [[[1], [0]], [[0.0], [1.0]]], {}, [CLIP, CLIP_32]),
    ("categorical_crossentropy", [[0, 1], [1e4, -1e4]], {"from_logits": True}, 2e4),
    ("categorical_crossentropy", [[0, 1], [1.0, 0.0]], {}, CLIP),
    ("categorical_crossentropy", [[0, 1], [2.0, 6.0]], {}, -math.log(0.75)),
    ("categorical_crossentropy", [[0.5, 0.5], [0.2, NAN]], {}, NAN),
    ("sparse_categorical_crossentropy", [1, [1e4, -1e4]], {"from_logits": True}, 2e4),
    ("sparse_categorical_crossentropy", [1, [1.0, 0.0]], {}, CLIP),
]


@every_implementation
@pytest.mark.parametrize(("operation", "arguments", "options", "want"), EXTREMES)
def test_extreme_values_have_their_limits_and_give_no_warning(
    name, operation, arguments, options, want
):
    check(name, operation, arguments, options, want)


NO_COLUMNS, NO_ROWS = np.zeros((2, 0), np.float32), np.zeros((0, 3), np.float32)

EMPTY = [
    ("add", [NO_COLUMNS, np.ones((2, 1), np.float32)], {}, NO_COLUMNS),
    ("sum", [NO_COLUMNS], {"axis": 1}, [0, 0]),
    ("sum", [NO_COLUMNS], {}, 0),
    ("sum", [NO_ROWS], {"axis": 1, "keepdims": True}, np.zeros((0, 1))),
    ("mean", [NO_COLUMNS], {"axis": 1}, [NAN, NAN]),
    ("mean", [NO_COLUMNS], {"keepdims": True}, [[NAN]]),
    ("mean", [NO_ROWS], {"axis": 1}, np.zeros(0)),
    ("matmul", [NO_COLUMNS, np.zeros((0, 3), np.float32)], {}, np.zeros((2, 3))),
    ("vector_product", [[], []], {}, 0),
    ("matrix_vector_product", [NO_COLUMNS, []], {}, [0, 0]),
    ("dense", [NO_COLUMNS, NO_ROWS, [1.0, 2.0, 3.0]], {}, [[1, 2, 3], [1, 2, 3]]),
    ("softmax", [NO_COLUMNS], {}, NO_COLUMNS),
    ("softmax", [NO_ROWS], {"axis": 0}, NO_ROWS),
    ("log_softmax", [NO_COLUMNS], {}, NO_COLUMNS),
    ("one_hot", [[], 3], {}, NO_ROWS),
    ("multi_hot", [np.zeros((0, 2), int), 3], {}, NO_ROWS),
    ("flatten", [np.zeros((2, 0, 3))], {}, NO_COLUMNS),
    ("reshape", [NO_COLUMNS, (-1, 2)], {}, np.zeros((0, 2))),
    ("mean_squared_error", [NO_ROWS, NO_ROWS], {}, np.zeros(0)),
    ("categorical_crossentropy", [NO_ROWS, NO_ROWS], {"from_logits": True}, np.zeros(0)),
    ("sparse_categorical_crossentropy", [[], NO_ROWS], {}, np.zeros(0)),
]


@every_implementation
@pytest.mark.parametrize(("operation", "arguments", "options", "want"), EMPTY)
def test_empty_axes(name, operation, arguments, options, want):
    check(name, operation, arguments, options, want)


@every_implementation
@pytest.mark.parametrize("row", [[NAN, 0.0], [INF, 0.0], [-INF, -INF]])
def test_softmax_of_nan_or_infinity_is_nan_where_it_stands(name, row):
    # TensorFlow leaves the other elements at 0; in the other frameworks the whole row is NaN.
    got = ops.to_numpy(ops.get(name).softmax(row))
    assert math.isnan(got[0])
    assert math.isnan(got[1]) or got[1] == 0


@every_implementation
def test_binary_crossentropy_of_nan(name):
    loss = ops.get(name).binary_crossentropy
    if name == "keras" and keras_backend() == "torch":  # PyTorch's own function refuses it
        with pytest.raises(RuntimeError, match="between 0 and 1"):
            loss([1.0], [NAN])
    else:
        assert math.isnan(float(loss([1.0], [NAN])))


@every_implementation
def test_sparse_crossentropy_of_what_does_not_add_up_to_one(name):
    # Keras on TensorFlow clips 2 and 6 to 1 before it divides by the sum.
    want = 0.5 if name == "keras" and keras_backend() == "tensorflow" else 0.75
    loss = ops.get(name).sparse_categorical_crossentropy([1], [[2.0, 6.0]])
    assert ops.to_numpy(loss) == pytest.approx([-math.log(want)])


@every_implementation
def test_crossentropy_of_a_softmax_is_clipped(name):
    # Keras on TensorFlow finds the logits from which its softmax was made, and clips nothing.
    want = 100.0 if name == "keras" and keras_backend() == "tensorflow" else CLIP
    implementation = ops.get(name)
    loss = implementation.categorical_crossentropy([[0, 1]], implementation.softmax([[50.0, -50]]))
    assert ops.to_numpy(loss) == pytest.approx([want])


def f32(*values):
    return np.array(values, np.float32)


def f64(*values):
    return np.array(values, np.float64)


DTYPES = [
    ("add", [[1, 2], [3, 4]], "int64"),
    ("add", [[1, 2], [3.0, 4.0]], "float32"),
    ("add", [[1.0, 2.0], 3], "float32"),
    ("add", [f64(1, 2), [3.0, 4.0]], "float64"),
    ("add", [f64(1, 2), 3.5], "float64"),
    ("add", [f32(1, 2), f64(3, 4)], "float64"),
    ("add", [f32(1, 2), np.array([3, 4])], "float32"),
    ("add", [[True, True], [True, False]], "int64"),
    ("add", [np.array([200, 100], np.uint8)] * 2, "int64"),
    ("maximum", [f32(1, 2), np.float64(0)], "float64"),
    ("relu", [np.array([-1, 1], np.int8)], "int64"),
    ("sum", [np.full(300, 255, np.uint8)], "int64"),
    ("sum", [np.float16([1, 2])], "float32"),
    ("mean", [np.array([1, 2])], "float32"),
    ("exp", [[0, 1]], "float32"),
    ("softmax", [f64(0, 1)], "float64"),
    ("matmul", [f32(1, 2), [3, 4]], "float32"),
    ("dense", [f32(1), [[1]], [1]], "float32"),
    ("dense", [f32(1), f64(1)[None]], "float64"),
    ("reshape", [np.array([1, 2], np.uint8), (2, 1)], "uint8"),
    ("transpose", [np.array([[True, False]])], "bool"),
    ("flatten", [np.array([1, 2], np.int8)], "int8"),
    ("one_hot", [np.array([0, 1], np.uint8), 2], "float32"),
    ("multi_hot", [[0, 1], 2], "float32"),
    ("mean_squared_error", [f64(1, 2), f32(1, 2)], "float32"),
    ("mean_squared_error", [[1, 2], f64(1, 2)], "float64"),
    ("binary_crossentropy", [[True], [1]], "float32"),
    ("categorical_crossentropy", [f64(0, 1), f32(0.5, 0.5)], "float32"),
    ("sparse_categorical_crossentropy", [np.uint8([1]), f64(0.5, 0.5)[None]], "float64"),
]


@every_implementation
@pytest.mark.parametrize(("operation", "arguments", "want"), DTYPES)
def test_dtype_of_the_result(name, operation, arguments, want):
    if narrow(name):
        want = want.replace("64", "32")
    result = getattr(ops.get(name), operation)(*arguments)
    assert ops.to_numpy(result).dtype.name == want


@every_implementation
def test_moving_elements_keeps_64_bits(name):
    want = "float32" if on_jax(name) else "float64"  # JAX reads no wider number
    for operation in ("transpose", "flatten"):
        result = getattr(ops.get(name), operation)(f64(1, 2))
        assert ops.to_numpy(result).dtype.name == want


@every_implementation
def test_adding_an_empty_matrix_to_several(name):
    x, y = np.zeros((3, 2, 0), np.float32), np.zeros((2, 0), np.float32)
    if name == "keras" and keras_backend() == "tensorflow":
        import tensorflow as tf

        with pytest.raises(tf.errors.InvalidArgumentError):  # Keras takes y for a bias vector
            ops.get(name).add(x, y)
    else:
        check(name, "add", [x, y], {}, x)


@every_implementation
def test_numbers_beyond_float32_become_infinite_without_a_warning(name):
    check(name, "relu", [[1e300, -1e300]], {}, [INF, 0])
    wide = ops.to_numpy(ops.get(name).relu(f64(1e300)))
    assert wide == ([INF] if narrow(name) else [1e300])


@every_implementation
def test_small_integers_do_not_wrap_around(name):
    assert int(ops.get(name).sum(np.full(300, 255, np.uint8))) == 76_500


@every_implementation
def test_arrays_of_any_memory_layout_are_read(name):
    base = np.arange(6, dtype=np.float32).reshape(2, 3)
    read_only = base.copy()
    read_only.flags.writeable = False
    for x in (base.T, base[::-1, ::2], read_only, base.astype(">f4"), np.broadcast_to(1.5, (2, 3))):
        check(name, "multiply", [x, 2.0], {}, x.astype(float) * 2)
        check(name, "transpose", [x], {}, x.T)


@every_implementation
def test_nested_lists_and_numbers_are_arrays(name):
    check(name, "matmul", [[[1, 2], [3, 4]], [[0, 1], [1, 0]]], {}, [[2, 1], [4, 3]])
    check(name, "add", [1.5, 2], {}, 3.5)
    check(name, "sum", [[[1.0, 2.0], [3.0, 4.0]]], {"axis": [0, np.int64(1)]}, 10)
    check(name, "reshape", [[1, 2, 3, 4], [np.int32(2), -1]], {}, [[1, 2], [3, 4]])


@every_implementation
def test_arguments_are_left_as_they_were(name):
    x, y = np.array([[1.0, -2.0]], np.float32), np.array([[0.25, 0.75]], np.float32)
    for operation in ("relu", "softmax", "sigmoid", "log_softmax"):
        getattr(ops.get(name), operation)(x)
    ops.get(name).categorical_crossentropy(y, y)
    np.testing.assert_array_equal(x, [[1, -2]])
    np.testing.assert_array_equal(y, [[0.25, 0.75]])
