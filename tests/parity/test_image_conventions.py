"""What all six do with images, normalization, dropout and embedding where it could be otherwise.

A difference between frameworks that the package leaves alone stands here with both its values.
"""

import math

import numpy as np
import pytest

from dlcourse import ops
from tests.parity.backends import keras_backend, narrow
from tests.parity.test_conventions import check, every_implementation, f32, f64

NAN, INF = math.nan, math.inf
LOWEST = float(np.finfo(np.float32).min)


def image(*rows):
    """Return one image of one channel."""
    return np.array(rows, np.float32)[None, :, :, None]


def on_tensorflow(name):
    return name == "tensorflow" or (name == "keras" and keras_backend() == "tensorflow")


ROW = image([1, 2, 3, 4])
TWO = image([1, 10])[0, :, :, None]  # a kernel of one row and two columns
GREY = image([1, 2, 3], [4, 5, 6], [7, 8, 9])

VALUES = [
    # The kernel is not flipped.
    ("conv2d", [ROW, TWO], {}, image([21, 32, 43])),
    # "same": where one pixel of padding is wanted, it goes after the image ...
    ("conv2d", [ROW, TWO], {"padding": "same"}, image([21, 32, 43, 4])),
    ("average_pool2d", [ROW], {"pool_size": (1, 2), "strides": 3, "padding": "same"},
     image([1.5, 4])),
    # ... of three pixels, two; and none where the windows fit.
    ("conv2d", [ROW, image([1, 10, 100, 1000])[0, :, :, None]], {"padding": "same"},
     image([3210, 4321, 432, 43])),
    ("conv2d", [ROW, TWO], {"padding": "same", "strides": 2}, image([21, 43])),
    ("conv2d", [ROW, TWO], {"strides": [1, np.int64(3)]}, image([21])),
    ("conv2d", [ROW, TWO], {"strides": (3, 2)}, image([21, 43])),
    # The padding is neither averaged nor ever the largest.
    ("average_pool2d", [GREY], {"padding": "same"}, image([3, 4.5], [7.5, 9])),
    ("average_pool2d", [GREY], {"pool_size": 3, "strides": 1, "padding": "same"},
     image([3, 3.5, 4], [4.5, 5, 5.5], [6, 6.5, 7])),
    ("max_pool2d", [-GREY], {"padding": "same"}, image([-1, -3], [-7, -9])),
    ("max_pool2d", [GREY], {}, image([5])),
    ("max_pool2d", [GREY], {"pool_size": 1, "strides": 2}, image([1, 3], [7, 9])),
    ("max_pool2d", [GREY], {"pool_size": [2, 1], "strides": [1, 2]}, image([4, 6], [7, 9])),
    ("max_pool2d", [GREY], {"pool_size": 2, "strides": 1}, image([5, 6], [8, 9])),
    # Output channel c · multiplier + m.
    ("depthwise_conv2d", [f32(1, 100)[None, None, None], f32(1, 2, 3, 4).reshape(1, 1, 2, 2)], {},
     f32(1, 2, 300, 400)[None, None, None]),
    ("global_average_pool2d", [GREY], {"keepdims": True}, image([5])),
    # The variance is that of all values, divided by their number: 1, not 2.
    ("batch_normalization", [f32(1, 3)[:, None]], {"epsilon": 0}, [[-1], [1]]),
    ("layer_normalization", [f32(1, 3)], {"epsilon": 0}, [-1, 1]),
    # The statistics that are given are used, whatever x holds.
    ("batch_normalization", [f32(1, 3)[:, None]],
     {"mean": [1.0], "variance": [4.0], "epsilon": 0}, [[0], [1]]),
    ("batch_normalization", [[[7.0], [7.0]]], {"beta": [5.0], "gamma": [3.0]}, [[5], [5]]),
    ("batch_normalization", [[[7.0, 8.0]]], {}, [[0, 0]]),
    ("batch_normalization", [[[1.0, 3.0], [5.0, 5.0]]], {"axis": 0, "epsilon": 0.25},
     np.array([[-1, 1], [0, 0]]) / math.sqrt(1.25)),
    ("layer_normalization", [[[1.0, 5.0], [3.0, 5.0]]], {"axis": -2, "beta": [1.0, 2.0],
     "epsilon": 0}, [[0, NAN], [3, NAN]]),
    ("dropout", [[1.0, 2.0, 3.0]], {"mask": [True, False, True], "rate": 0.75}, [4, 0, 12]),
    ("dropout", [[NAN, 1.0]], {"mask": [0, 1], "rate": 0}, [NAN, 1]),
    ("embedding", [[[1, 0], [1, 1]]], {"embeddings": [[1.0, 2.0], [3.0, 4.0]]},
     [[[3, 4], [1, 2]], [[3, 4], [3, 4]]]),
    ("embedding", [1], {"embeddings": [[1.0], [3.0]]}, [3]),
    ("embedding", [[]], {"embeddings": [[1.0, 2.0]]}, np.zeros((0, 2))),
    ("embedding", [[0, 0]], {"embeddings": np.zeros((1, 0), np.float32)}, np.zeros((2, 0))),
    ("conv2d", [image([NAN, 2, 3, 4]), TWO], {}, image([NAN, 32, 43])),
    ("average_pool2d", [image([NAN, 2, INF, 4])], {"pool_size": (1, 2)}, image([NAN, INF])),
]  # fmt: skip


@every_implementation
@pytest.mark.parametrize(("operation", "arguments", "options", "want"), VALUES)
def test_values(name, operation, arguments, options, want):
    check(name, operation, arguments, options, want)


TIE = image([1, 3, 3], [3, 3, 3], [2, 3, 3])

# The image, the windows, and how often each pixel is the first of the largest.
TIES = [
    (image([5, 5], [5, 5]), {}, image([1, 0], [0, 0])),
    (TIE, {"pool_size": 2, "strides": 1}, image([0, 2, 0], [1, 1, 0], [0, 0, 0])),
    (TIE, {"pool_size": 3}, image([0, 1, 0], [0, 0, 0], [0, 0, 0])),
    (np.zeros_like(TIE), {"pool_size": 3, "strides": 1, "padding": "same"},
     image([4, 2, 0], [2, 1, 0], [0, 0, 0])),
]  # fmt: skip


@every_implementation
@pytest.mark.parametrize("channels", [1, 16])  # many channels take other ways in the frameworks
@pytest.mark.parametrize(("x", "options", "times"), TIES)
def test_max_pooling_gives_the_gradient_to_the_first_of_the_largest(
    name, x, options, times, channels
):
    x = np.repeat(x, channels, axis=3)
    largest = ops.to_numpy(ops.get(name).max_pool2d(x, **options))
    (gradient,) = ops.vjp(name, "max_pool2d", np.full_like(largest, 1.5), x, **options)
    np.testing.assert_array_equal(gradient, 1.5 * np.repeat(times, channels, axis=3))


@every_implementation
@pytest.mark.parametrize("row", [[NAN, 1, 2, 3], [1, NAN, 2, 3], [1, 2, 3, NAN]])
def test_max_pooling_of_nan(name, row):
    # TensorFlow passes over NaN on a CPU.
    want = 3 if on_tensorflow(name) else NAN
    check(name, "max_pool2d", [image(row[:2], row[2:])], {}, image([want]))


@every_implementation
@pytest.mark.parametrize("value", [NAN, -INF])
def test_max_pooling_where_nothing_is_larger(name, value):
    # TensorFlow begins with the lowest number, not with -inf.
    want = LOWEST if on_tensorflow(name) else value
    check(name, "max_pool2d", [np.full((1, 2, 2, 1), value, np.float32)], {}, image([want]))


@every_implementation
def test_gradients_flow_through_statistics_that_come_from_x(name):
    x, upstream = np.array([[1.0], [2.0], [4.0]]), np.array([[1.0], [0.0], [0.0]])
    (own,) = ops.vjp(name, "batch_normalization", upstream, x)
    # Neither a shift of all of x nor a change of its spread changes the result.
    assert own.sum() == pytest.approx(0, abs=1e-6)
    assert (own * x).sum() == pytest.approx(0, abs=1e-3)  # not quite 0: epsilon
    fixed, dmean, dvariance = ops.vjp(
        name, "batch_normalization", upstream, x, mean=[0.0], variance=[4.0], epsilon=0
    )
    np.testing.assert_allclose(fixed, [[0.5], [0], [0]])
    np.testing.assert_allclose([dmean, dvariance], [[-0.5], [-1 / 16]])


@every_implementation
def test_gradients_of_an_index_that_occurs_twice_add_up(name):
    table = np.zeros((3, 2), np.float32)
    none, gradient = ops.vjp(name, "embedding", [[1, 2], [3, 4], [5, 6]], [2, 0, 2], table)
    assert none is None
    np.testing.assert_array_equal(gradient, [[3, 4], [0, 0], [6, 8]])


@every_implementation
def test_gradient_of_what_was_dropped_is_zero(name):
    gradient, none = ops.vjp(name, "dropout", [3.0, 5.0], [1.0, 2.0], [False, True], rate=0.5)
    assert none is None
    np.testing.assert_array_equal(gradient, [0, 10])


BYTES = np.ones((1, 2, 2, 1), np.uint8)

DTYPES = [
    ("conv2d", [BYTES, np.ones((1, 1, 1, 1), np.int32)], {}, "float32"),
    ("conv2d", [BYTES, np.ones((1, 1, 1, 1)), f32(1)], {}, "float64"),
    ("max_pool2d", [BYTES], {}, "float32"),
    ("max_pool2d", [BYTES.astype(np.float64)], {"padding": "same"}, "float64"),
    ("average_pool2d", [BYTES.astype(np.float64)], {"padding": "same"}, "float64"),
    ("global_average_pool2d", [BYTES], {}, "float32"),
    ("batch_normalization", [f32(1, 2)[:, None], f64(1)], {}, "float64"),
    ("layer_normalization", [f32(1, 2)], {"epsilon": np.float64(1e-3)}, "float32"),
    ("dropout", [f32(1, 2), f64(0, 1), np.float64(0.5)], {}, "float32"),
    ("dropout", [f64(1, 2), [True, False], 0.5], {}, "float64"),
    ("dropout", [[1, 2], [1, 0], 0], {}, "float32"),
    ("embedding", [np.uint8([0]), f64(1)[None]], {}, "float64"),
    ("embedding", [[0], [[1]]], {}, "float32"),
]


@every_implementation
@pytest.mark.parametrize(("operation", "arguments", "options", "want"), DTYPES)
def test_dtype_of_the_result(name, operation, arguments, options, want):
    result = getattr(ops.get(name), operation)(*arguments, **options)
    assert ops.to_numpy(result).dtype.name == (want.replace("64", "32") if narrow(name) else want)


@every_implementation
def test_arguments_are_left_as_they_were(name):
    x, kernel = GREY.copy(), np.ones((2, 2, 1, 1), np.float32)
    for padding in ("valid", "same"):
        ops.vjp(name, "conv2d", np.ones((1, 2, 2, 1)), x, kernel, strides=2 - (padding == "valid"),
                padding=padding)  # fmt: skip
        ops.vjp(name, "max_pool2d", np.ones((1, 2, 2, 1)), x, 2, 2 - (padding == "valid"), padding)
    np.testing.assert_array_equal(x, GREY)
    np.testing.assert_array_equal(kernel, np.ones((2, 2, 1, 1)))
