import re

import numpy as np
import pytest

from dlcourse.autograd import Tensor, check_gradient

X = np.array([[0.5, -1.5, 2.0], [1.0, 0.3, -0.7]])


def with_rule(compute, rule):
    """An operation whose backward rule is given, right or wrong."""
    return lambda x: Tensor(compute(x.data)).record("op", (x, lambda g: rule(g, x.data)))


def test_right_rules_pass_and_the_error_is_small():
    right = with_rule(np.sin, lambda g, x: g * np.cos(x))
    assert 0 < check_gradient(right, X) < 1e-8
    assert check_gradient(lambda x: x * 0 + 1.0, X) == 0


@pytest.mark.parametrize(
    "rule",
    [
        lambda g, x: g / np.cos(x),
        lambda g, x: -g * np.cos(x),
        lambda g, x: g + np.cos(x),
        lambda g, x: np.cos(x),  # right only where the upstream gradient is 1
        lambda g, x: g * np.cos(x) * 1.001,
        lambda g, x: g * np.nan,
    ],
)
def test_wrong_rules_are_found(rule):
    with pytest.raises(AssertionError, match="check_gradient: argument 0"):
        check_gradient(with_rule(np.sin, rule), X)


def test_the_message_names_argument_element_and_both_numbers():
    def rule(g, x):
        gradient = 2 * g * x
        gradient[1, 2] += 1
        return gradient

    def f(y, x):
        return y + with_rule(np.square, rule)(x)

    upstream = np.random.default_rng(0).normal(size=X.shape)
    right = 2 * X[1, 2] * upstream[1, 2]
    message = (
        r"argument 1\[1, 2\], whose value is -0\.7: the engine gives (\S+), "
        r"the difference quotient (\S+)\. "
    )
    with pytest.raises(AssertionError) as caught:
        check_gradient(f, X, X)
    numbers = re.search(message, str(caught.value)).groups()
    assert list(map(float, numbers)) == pytest.approx([right + 1, right], rel=1e-6)
    with pytest.raises(AssertionError, match="argument 0, whose value is 3:"):
        check_gradient(lambda x: Tensor(x.data * 2), 3.0)


def test_arguments_are_left_alone_and_computed_in_float64():
    x, index = X.astype(np.float32), np.array([1, 0, 1])
    tensor = Tensor(x, requires_grad=True)
    seen = []

    def f(a, rows, b):
        seen.append((a.dtype, type(rows), b.dtype))
        return a[rows] * b.exp()[rows]

    assert check_gradient(f, x, index, tensor) < 1e-7
    assert set(seen) == {(np.dtype(np.float64), np.ndarray, np.dtype(np.float64))}
    np.testing.assert_array_equal(x, X.astype(np.float32))
    assert tensor.grad is None


def test_tolerances_and_step_are_the_callers():
    def nearly(x):
        return with_rule(np.square, lambda g, v: 2 * g * v + 1e-4)(x)

    with pytest.raises(AssertionError):
        check_gradient(nearly, X)
    assert check_gradient(nearly, X, atol=1e-3) == pytest.approx(1e-4, rel=1e-3)
    assert check_gradient(nearly, X, rtol=1) == pytest.approx(1e-4, rel=1e-3)
    assert check_gradient(lambda x: x**3, 1.0, eps=0.1, atol=0.1) == pytest.approx(
        0.01 * abs(np.random.default_rng(0).normal())
    )


def test_functions_must_return_tensors():
    with pytest.raises(TypeError, match="returned a ndarray, but must return a Tensor"):
        check_gradient(lambda x: x.data, X)
