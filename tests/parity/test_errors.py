"""A wrong argument gives the same error, of the same type and in the same words, in all six."""

import math

import numpy as np
import pytest

from dlcourse import ops

ROW, MATRIX = [1.0, 2.0, 3.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]

IMAGES, KERNEL = np.ones((1, 4, 5, 2)), np.ones((3, 3, 2, 6))

# The operation, its arguments, its options, the type, and what the message must name.
ERRORS = [
    ("add", [ROW, [1.0, 2.0]], {}, ValueError, ["(3,)", "(2,)", "sizes 3 and 2", "Reshape"]),
    ("multiply", [MATRIX, [[1.0, 2.0]]], {}, ValueError, ["(2, 3)", "(1, 2)"]),
    ("maximum", [MATRIX, np.ones((3, 1))], {}, ValueError, ["sizes 2 and 3"]),
    ("add", [[[1.0], [1.0, 2.0]], 1], {}, ValueError, ["x is a nested list", "differ in length"]),
    ("add", [1, "three"], {}, TypeError, ["y has dtype str", "numbers are wanted"]),
    ("add", [None, 1], {}, TypeError, ["x has dtype object"]),
    ("relu", [[1j]], {}, TypeError, ["complex128"]),
    ("reshape", [["a", "b"], 2], {}, TypeError, ["x has dtype str"]),
    ("sum", [MATRIX], {"axis": 2}, ValueError, ["axis 2", "(2, 3)", "-2 to 1"]),
    ("mean", [MATRIX], {"axis": (0, -3)}, ValueError, ["axis -3", "(2, 3)"]),
    ("sum", [MATRIX], {"axis": (1, -1)}, ValueError, ["axis=(1, -1)", "more than once"]),
    ("sum", [MATRIX], {"axis": ()}, ValueError, ["axis=()", "axis=None"]),
    ("sum", [1.0], {"axis": 0}, ValueError, ["axis 0", "()", "single number"]),
    ("mean", [MATRIX], {"axis": 1.5}, TypeError, ["axis", "1.5", "float"]),
    ("softmax", [1.0], {}, ValueError, ["axis -1", "()"]),
    ("log_softmax", [MATRIX], {"axis": 2}, ValueError, ["axis 2", "(2, 3)"]),
    ("softmax", [MATRIX], {"axis": None}, TypeError, ["axis", "NoneType"]),
    ("reshape", [MATRIX, (4, 2)], {}, ValueError, ["(2, 3)", "6 elements", "(4, 2)", "8"]),
    ("reshape", [MATRIX, (4, -1)], {}, ValueError, ["6 elements cannot be divided into 4"]),
    ("reshape", [MATRIX, (-1, -1)], {}, ValueError, ["one -1"]),
    ("reshape", [MATRIX, (-2, -3)], {}, ValueError, ["0 or more"]),
    ("reshape", [np.ones((0, 2)), (0, -1)], {}, ValueError, ["beside a 0"]),
    ("reshape", [MATRIX, (2.0, 3)], {}, TypeError, ["newshape", "2.0"]),
    ("transpose", [MATRIX, (0, 0)], {}, ValueError, ["axes=(0, 0)", "each of the 2 axes"]),
    ("transpose", [MATRIX, (1,)], {}, ValueError, ["axes=(1,)", "(2, 3)"]),
    ("transpose", [MATRIX, (0, 2)], {}, ValueError, ["axis 2"]),
    ("transpose", [ROW, 0], {}, TypeError, ["axes=0", "tuple"]),
    ("matmul", [MATRIX, np.ones((4, 5))], {}, ValueError, ["(2, 3)", "(4, 5)", "x (3)", "y (4)"]),
    ("matmul", [MATRIX, [1.0, 2.0]], {}, ValueError, ["x (3)", "the last axis of y (2)"]),
    ("matmul", [MATRIX, 2.0], {}, ValueError, ["()", "use multiply"]),
    ("matmul", [np.ones((2, 1, 3)), np.ones((4, 3, 1))], {}, ValueError, ["sizes 2 and 4"]),
    ("vector_product", [ROW, [1.0]], {}, ValueError, ["(3,)", "(1,)", "same length"]),
    ("vector_product", [ROW, MATRIX], {}, ValueError, ["y has shape (2, 3)", "a vector (n,)"]),
    ("matrix_vector_product", [MATRIX, [1.0, 2.0]], {}, ValueError, ["(2, 3)", "x (3)", "y (2)"]),
    ("matrix_vector_product", [ROW, MATRIX], {}, ValueError, ["a matrix (m, n)", "order"]),
    ("dense", [MATRIX, np.ones((2, 3))], {}, ValueError, ["(2, 3)", "2 features", "Flatten x"]),
    ("dense", [MATRIX, ROW], {}, ValueError, ["kernel has shape (3,)", "(inputs, units)"]),
    ("dense", [1.0, [[1.0]]], {}, ValueError, ["x has shape ()"]),
    ("dense", [ROW, np.ones((3, 2)), ROW], {}, ValueError, ["bias has shape (3,)", "(2,)"]),
    ("dense", [ROW, np.ones((3, 2))], {"activation": "relo"}, ValueError, ["'relo'", "'relu'?"]),
    ("dense", [ROW, np.ones((3, 2))], {"activation": max}, TypeError, ["activation", "a name"]),
    ("one_hot", [[0, 3, -1], 3], {}, ValueError, ["x holds 3", "0 to 2"]),
    ("one_hot", [[0, -1], 3], {}, ValueError, ["x holds -1"]),
    ("one_hot", [[0.0], 3], {}, TypeError, ["x has dtype float32", "integer"]),
    ("one_hot", [[0], 0], {}, ValueError, ["num_classes=0", "at least 1"]),
    ("one_hot", [[0], 2.5], {}, TypeError, ["num_classes", "2.5"]),
    ("multi_hot", [[[0, 5]], 3], {}, ValueError, ["x holds 5"]),
    ("multi_hot", [[[[0]]], 3], {}, ValueError, ["x has shape (1, 1, 1)", "(samples, n)"]),
    ("multi_hot", [0, 3], {}, ValueError, ["x has shape ()"]),
    ("multi_hot", [[[], []], 3], {}, ValueError, ["x has shape (2, 0)", "no index"]),
    ("flatten", [1.0], {}, ValueError, ["x has shape ()", "samples"]),
    ("mean_squared_error", [ROW, [[1.0], [2.0], [3.0]]], {}, ValueError, ["(3,)", "(3, 1)"]),
    ("mean_absolute_error", [1.0, ROW], {}, ValueError, ["y_true has shape ()", "(3,)"]),
    ("mean_squared_error", [1.0, 1.0], {}, ValueError, ["y_pred has shape ()", "last axis"]),
    ("binary_crossentropy", [[1, 0], [[0.5], [0.5]]], {}, ValueError, ["(2,)", "(2, 1)"]),
    ("binary_crossentropy", [np.ones((2, 0))] * 2, {}, ValueError, ["(2, 0)", "at least one"]),
    ("categorical_crossentropy", [[1, 0], [[0.5, 0.5]]], {}, ValueError, ["(2,)", "(1, 2)"]),
    (
        "sparse_categorical_crossentropy",
        [[[1]], [[0.5, 0.5]]],
        {},
        ValueError,
        ["y_true has shape (1, 1)", "must have shape (1,)", "categorical_crossentropy"],
    ),
    (
        "sparse_categorical_crossentropy",
        [[2], [[0.5, 0.5]]],
        {"from_logits": True},
        ValueError,
        ["y_true holds 2", "0 to 1"],
    ),
    (
        "sparse_categorical_crossentropy",
        [[1.0], [[0.5, 0.5]]],
        {},
        TypeError,
        ["y_true has dtype float32"],
    ),
    ("conv2d", [np.ones((4, 5, 2)), KERNEL], {}, ValueError, ["x has shape (4, 5, 2)", "images"]),
    ("conv2d", [np.ones((0, 4, 5, 2)), KERNEL], {}, ValueError, ["(0, 4, 5, 2)", "one image"]),
    ("conv2d", [IMAGES, np.ones((3, 3, 2))], {}, ValueError, ["kernel has", "(kh, kw, c_in, c"]),
    ("conv2d", [IMAGES, np.ones((3, 3, 2, 0))], {}, ValueError, ["(3, 3, 2, 0)", "at least 1"]),
    (
        "conv2d",
        [IMAGES, np.ones((3, 3, 4, 6))],
        {},
        ValueError,
        ["axis 2", "4 channels", "holds 2"],
    ),
    ("conv2d", [IMAGES, KERNEL, ROW], {}, ValueError, ["bias", "(3,)", "6 channels", "(6,)"]),
    ("conv2d", [IMAGES, KERNEL], {"strides": 0}, ValueError, ["strides=0", "at least 1"]),
    ("conv2d", [IMAGES, KERNEL], {"strides": (1, -1)}, ValueError, ["strides=(1, -1)"]),
    ("conv2d", [IMAGES, KERNEL], {"strides": (1, 1, 1)}, ValueError, ["(1, 1, 1)", "or two"]),
    ("conv2d", [IMAGES, KERNEL], {"strides": 1.5}, TypeError, ["strides", "1.5", "float"]),
    ("conv2d", [IMAGES, KERNEL], {"padding": "SAME"}, ValueError, ["'SAME'", "mean 'same'?"]),
    ("conv2d", [IMAGES, KERNEL], {"padding": 1}, TypeError, ["padding=1", "'valid' or 'same'"]),
    ("conv2d", [IMAGES, np.ones((5, 3, 2, 1))], {}, ValueError, ["5 × 3", "4 × 5", "'same'"]),
    ("depthwise_conv2d", [IMAGES, np.ones((3, 3, 1, 2))], {}, ValueError, ["axis 2", "holds 2"]),
    ("depthwise_conv2d", [IMAGES, KERNEL, [1.0] * 6], {}, ValueError, ["12 channels", "(12,)"]),
    ("depthwise_conv2d", [IMAGES, KERNEL], {"strides": [1, 2]}, ValueError, ["[1, 2]", "equal"]),
    ("depthwise_conv2d", [IMAGES, KERNEL], {"strides": (0, 0)}, ValueError, ["at least 1"]),
    (
        "separable_conv2d",
        [IMAGES, KERNEL, np.ones((1, 1, 6, 3))],
        {},
        ValueError,
        ["pointwise_kernel has shape (1, 1, 6, 3)", "12 channels", "(1, 1, 12, c_out)"],
    ),
    (
        "separable_conv2d",
        [IMAGES, KERNEL[0], np.ones((1, 1, 12, 3))],
        {},
        ValueError,
        ["depthwise_kernel has shape (3, 2, 6)", "multiplier"],
    ),
    ("max_pool2d", [MATRIX], {}, ValueError, ["x has shape (2, 3)", "(n, rows, columns"]),
    ("max_pool2d", [IMAGES, 0], {}, ValueError, ["pool_size=0", "at least 1"]),
    ("max_pool2d", [IMAGES, 2, (2, 0)], {}, ValueError, ["strides=(2, 0)"]),
    ("max_pool2d", [IMAGES, (5, 1)], {}, ValueError, ["5 × 1", "4 × 5", "nothing would be left"]),
    ("average_pool2d", [IMAGES], {"padding": "vaild"}, ValueError, ["'vaild'", "mean 'valid'?"]),
    ("global_average_pool2d", [MATRIX], {}, ValueError, ["x has shape (2, 3)", "images"]),
    ("batch_normalization", [MATRIX, [1.0]], {}, ValueError, ["gamma", "(1,)", "axis -1", "(3,)"]),
    (
        "batch_normalization",
        [MATRIX, None, ROW],
        {"axis": 0},
        ValueError,
        ["beta", "axis 0", "(2,)"],
    ),
    ("batch_normalization", [MATRIX], {"mean": ROW}, ValueError, ["mean is given, but variance"]),
    (
        "batch_normalization",
        [MATRIX],
        {"variance": ROW},
        ValueError,
        ["variance is given, but mean"],
    ),
    ("batch_normalization", [ROW], {}, ValueError, ["(3,)", "an axis of samples"]),
    ("batch_normalization", [np.ones((0, 3))], {}, ValueError, ["(0, 3)", "an axis of samples"]),
    ("batch_normalization", [MATRIX], {"axis": 2}, ValueError, ["axis 2", "(2, 3)"]),
    ("layer_normalization", [MATRIX], {"epsilon": -1}, ValueError, ["epsilon=-1", "negative"]),
    ("layer_normalization", [MATRIX], {"epsilon": "small"}, TypeError, ["epsilon", "'small'"]),
    ("layer_normalization", [np.ones((2, 0))], {}, ValueError, ["(2, 0)", "nothing"]),
    ("layer_normalization", [MATRIX, [[1.0]]], {}, ValueError, ["gamma has shape (1, 1)", "(3,)"]),
    ("dropout", [ROW, [1, 0], 0.5], {}, ValueError, ["mask has shape (2,)", "(3,)"]),
    ("dropout", [ROW, [1, 0, 1], 1], {}, ValueError, ["rate=1", "below 1", "0.3"]),
    ("dropout", [ROW, [1, 0, 1], -0.1], {}, ValueError, ["rate=-0.1", "at least 0"]),
    ("dropout", [ROW, [1, 0, 1], math.nan], {}, ValueError, ["rate=nan"]),
    ("dropout", [ROW, [1, 0, 1], "half"], {}, TypeError, ["rate", "'half'", "a number"]),
    ("dropout", [ROW, [1, 0.5, 0], 0.5], {}, ValueError, ["mask holds 0.5", "random >= rate"]),
    ("embedding", [[0, 3], MATRIX], {}, ValueError, ["x holds 3", "rows of embeddings", "0 to 1"]),
    ("embedding", [[-1], MATRIX], {}, ValueError, ["x holds -1"]),
    ("embedding", [[0.0], MATRIX], {}, TypeError, ["x has dtype float32", "integers"]),
    ("embedding", [[0], ROW], {}, ValueError, ["embeddings has shape (3,)", "a table"]),
    ("embedding", [[], np.ones((0, 3))], {}, ValueError, ["(0, 3)", "no row"]),
    ("add", [ROW], {}, TypeError, ["missing", "'y'", "takes x, y"]),
    ("softmax", [ROW], {"axes": 0}, TypeError, ["unexpected", "'axes'", "takes x, axis"]),
]


@pytest.mark.parametrize(("operation", "arguments", "options", "kind", "parts"), ERRORS)
def test_all_six_raise_the_same_error(operation, arguments, options, kind, parts):
    messages = set()
    for name in ops.names():
        with pytest.raises((ValueError, TypeError)) as raised:
            getattr(ops.get(name), operation)(*arguments, **options)
        assert type(raised.value) is kind
        messages.add(str(raised.value))
    assert len(messages) == 1
    (message,) = messages
    assert message.startswith(f"{operation}: ")
    assert all(part in message for part in parts), message


@pytest.mark.parametrize("name", ops.names())
def test_an_error_in_the_implementations_own_arrays_is_found_too(name):
    array = ops.get(name).module.array
    with pytest.raises(ValueError, match=r"x has shape \(2, 3\) and y has shape \(2, 3\)"):
        ops.get(name).matmul(array(MATRIX), array(MATRIX))
    with pytest.raises(ValueError, match="y_true holds 3"):
        ops.get(name).sparse_categorical_crossentropy(array([3, 0]), array(MATRIX))
