"""Gradients where there is more than one answer, or where the numbers grow too large.

A difference between frameworks that the package leaves alone stands here with both its values.
"""

import math

import numpy as np
import pytest

from dlcourse import ops
from tests.parity.backends import keras_backend, on_jax

every_implementation = pytest.mark.parametrize("name", ops.names())


def check(name, operation, upstream, arguments, options, want):
    """Compare all gradients; None in `want` is one that does not matter here."""
    gradients = ops.vjp(name, operation, upstream, *arguments, **options)
    for gradient, wanted in zip(gradients, want, strict=True):
        if wanted is not None:
            np.testing.assert_allclose(gradient, wanted, rtol=2e-6, atol=1e-30)


def on_tensorflow(name):
    return name == "tensorflow" or (name == "keras" and keras_backend() == "tensorflow")


UP = [3.0, 5.0]
# The operation, the upstream gradient, arguments, options, the gradients.
KINKS = [
    ("relu", UP, [[0.0, -0.0]], {}, [[0, 0]]),
    ("dense", UP, [[0.0], [[1.0, 2.0]]], {"activation": "relu"}, [[0], [[0, 0]]]),
    # Probabilities that a loss clips, alone or after their division by the sum.
    ("binary_crossentropy", UP, [[[0.0], [1.0]], [[1.0], [0.0]]], {}, [None, [[0], [0]]]),
    ("binary_crossentropy", UP, [[[1.0], [0.0]], [[2.0], [-1.0]]], {}, [None, [[0], [0]]]),
    ("categorical_crossentropy", [3.0], [[[0, 1.0]], [[1.0, 0]]], {}, [None, [[0, 0]]]),
    ("sparse_categorical_crossentropy", [3.0], [[1], [[1.0, 0]]], {}, [None, [[0, 0]]]),
]


@every_implementation
@pytest.mark.parametrize(("operation", "upstream", "arguments", "options", "want"), KINKS)
def test_slope_at_a_kink_is_zero(name, operation, upstream, arguments, options, want):
    check(name, operation, upstream, arguments, options, want)


@every_implementation
def test_slope_of_an_absolute_error_of_zero(name):
    slope = 1.5 if on_jax(name) else 0.0  # of the truth; JAX goes on as for an error above 0
    want = [[[slope, 1.5]], [[-slope, -1.5]]]
    check(name, "mean_absolute_error", [3.0], [[[2.0, 1.0]], [[2.0, 0.0]]], {}, want)


@every_implementation
def test_a_tie_is_shared(name):
    want = [[3, 0], [0, 5]] if on_tensorflow(name) else [[1.5, 0], [1.5, 5]]
    check(name, "maximum", UP, [[2.0, 1.0], [2.0, 4.0]], {}, want)


@every_implementation
def test_a_tie_is_shared_where_an_element_is_repeated(name):
    want = [[8], [0, 0]] if on_tensorflow(name) else [[4], [1.5, 2.5]]
    check(name, "maximum", UP, [[2.0], [2.0, 2.0]], {}, want)


LOGITS = {"from_logits": True}
LARGE = [
    ("sigmoid", UP, [[1e4, -1e4]], {}, [[0, 0]]),
    ("tanh", UP, [[1e4, -1e4]], {}, [[0, 0]]),
    ("softmax", [UP], [[[1e4, -1e4]]], {}, [[[0, 0]]]),
    ("softmax", [UP], [[[1e4, 1e4]]], {}, [[[-0.5, 0.5]]]),
    ("log_softmax", [UP], [[[1e4, -1e4]]], {}, [[[-5, 5]]]),
    ("dense", [UP], [[[1e4, -1e4]], np.eye(2)], {"activation": "log_softmax"}, [[[-5, 5]], None]),
    ("binary_crossentropy", UP, [[[1], [0]], [[-1e4], [1e4]]], LOGITS, [None, [[-3], [5]]]),
    ("binary_crossentropy", UP, [[[1], [0]], [[1e4], [-1e4]]], LOGITS, [None, [[0], [0]]]),
    ("categorical_crossentropy", [3], [[[0, 1]], [[1e4, -1e4]]], LOGITS, [[[0, 6e4]], [[3, -3]]]),
    ("sparse_categorical_crossentropy", [3], [[1], [[1e4, -1e4]]], LOGITS, [None, [[3, -3]]]),
]  # fmt: skip


@every_implementation
@pytest.mark.parametrize(("operation", "upstream", "arguments", "options", "want"), LARGE)
def test_large_scores_give_finite_gradients(name, operation, upstream, arguments, options, want):
    check(name, operation, upstream, arguments, options, want)


@every_implementation
def test_gradient_from_logits_is_probability_minus_truth(name):
    scores = np.log([[0.2, 0.3, 0.5]])
    for operation, truth in (
        ("categorical_crossentropy", [[0.0, 1.0, 0.0]]),
        ("sparse_categorical_crossentropy", [1]),
    ):
        check(name, operation, [3.0], [truth, scores], LOGITS, [None, [[0.6, -2.1, 1.5]]])
    scores = [[math.log(3), 0.0]]  # of probabilities 0.75 and 0.5; the mean halves both
    check(name, "binary_crossentropy", [4.0], [[[1.0, 0.0]], scores], LOGITS, [None, [[-0.5, 1.0]]])


@every_implementation
def test_truth_that_does_not_add_up_to_one(name):
    # TensorFlow's gradient is p − y for any y; the derivative is p Σ y − y.
    want = [[-1.5, -1.5]] if on_tensorflow(name) else [[0, 0]]
    truth = [[1.0, 1.0]]
    check(name, "categorical_crossentropy", [3.0], [truth, [[0.0, 0.0]]], LOGITS, [None, want])


@every_implementation
def test_the_division_by_the_sum_is_part_of_the_gradient(name):
    # −ln(p₂ / (p₁ + p₂)): 1/Σ for the other class, 1/Σ − 1/p₂ for the true one.
    want = [[3 / 8, 3 / 8 - 3 / 6]]
    if not (name == "keras" and keras_backend() == "tensorflow"):  # clips before it divides
        check(name, "sparse_categorical_crossentropy", [3.0], [[1], [[2.0, 6.0]]], {}, [None, want])
    truth = [[0.0, 1.0]]
    check(name, "categorical_crossentropy", [3.0], [truth, [[2.0, 6.0]]], {}, [None, want])


@every_implementation
def test_arguments_are_left_as_they_were(name):
    x, y = np.float32([[1, -2]]), np.float32([[0.25, 0.75]])
    upstream = np.float32([[3, 5]])
    for operation in ("relu", "softmax", "log_softmax", "sum", "transpose"):
        options = {"axis": 0, "keepdims": True} if operation == "sum" else {}
        ops.vjp(name, operation, upstream.T if operation == "transpose" else upstream, x, **options)
    ops.vjp(name, "categorical_crossentropy", upstream[:, 0], y, y)
    np.testing.assert_array_equal(x, [[1, -2]])
    np.testing.assert_array_equal(y, [[0.25, 0.75]])
    np.testing.assert_array_equal(upstream, [[3, 5]])
