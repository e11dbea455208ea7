"""A wrong argument gives the same error, of the same type and in the same words, in all six."""

import numpy as np
import pytest

from dlcourse import ops

ROW, MATRIX = [1.0, 2.0, 3.0], [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]

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
