"""Compare gradients with finite differences: slow, and right whatever the rules say."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd.engine import Tensor, no_grad


def check_gradient(
    f: Callable[..., Tensor],
    *args: Any,
    eps: float = 1e-6,
    rtol: float = 1e-5,
    atol: float = 1e-7,
) -> float:
    """Compare the engine's gradients of `f` with central differences, in float64.

    The derivative along one element is about (L(x + eps) - L(x - eps)) / (2 eps), where
    L = Σ upstream · f(x). The upstream gradient is random, the same in each call: with ones,
    some mistakes would not show.

    Args:
        f: takes one tensor for each of `args`, returns a tensor; each time the same for the same.
        *args: numbers, arrays or tensors, of any shape. Arrays of integers (such as class
            numbers) are handed to `f` as they are, and not checked.
        eps: how far each element is moved.
        rtol: how far apart the two may be, as a part of the difference quotient.
        atol: how far apart they may be besides.

    Returns:
        The largest absolute difference between the two.

    Raises:
        AssertionError: they differ by more than atol + rtol · |difference quotient|.
        TypeError: `f` does not return a Tensor.
    """
    inputs = [_input(value) for value in args]
    out = f(*inputs)
    if not isinstance(out, Tensor):
        raise TypeError(
            f"check_gradient: f returned a {type(out).__name__}, but must return a Tensor: "
            "compute with the tensors that it is given."
        )
    upstream = np.random.default_rng(0).normal(size=out.shape)
    if out.requires_grad:
        out.backward(upstream)
    errors = [
        _compare(position, x, _differences(f, inputs, x, upstream, eps), rtol, atol)
        for position, x in enumerate(inputs)
        if isinstance(x, Tensor) and x.requires_grad
    ]
    return max(errors, default=0.0)


def _input(value: Any) -> Any:
    """Return a copy that can be moved about: a float64 tensor, or integers as they are."""
    data = value.data if isinstance(value, Tensor) else value
    if isinstance(data, np.ndarray) and data.dtype.kind in "iub":
        return value
    return Tensor(np.asarray(data, np.float64), requires_grad=True)


@no_grad()
def _differences(
    f: Callable[..., Tensor], inputs: list[Any], x: Tensor, upstream: np.ndarray, eps: float
) -> np.ndarray:
    """Return the difference quotient along each element of `x`, one of the `inputs`."""
    quotients = np.empty(x.shape)
    for index in np.ndindex(x.shape):
        value = x.data[index]
        moved = []
        for x.data[index] in (value - eps, value + eps):
            moved.append(f(*inputs).data.copy())
        x.data[index] = value
        quotients[index] = np.sum(upstream * (moved[1] - moved[0])) / (2 * eps)
    return quotients


def _compare(position: int, x: Tensor, quotients: np.ndarray, rtol: float, atol: float) -> float:
    """Return the largest error; raise AssertionError if one is too large, or no number."""
    gradient = np.zeros(x.shape) if x.grad is None else x.grad
    errors = np.abs(gradient - quotients)
    excess = errors - atol - rtol * np.abs(quotients)
    if not np.all(excess <= 0):
        index = np.unravel_index(np.argmax(excess), x.shape)  # NaN counts as the largest
        place = f"[{', '.join(map(str, index))}]" if index else ""
        raise AssertionError(
            f"check_gradient: argument {position}{place}, whose value is {x.data[index]:.6g}: the "
            f"engine gives {gradient[index]:.8g}, the difference quotient {quotients[index]:.8g}. "
            "One rule on the way is wrong, or the function has a kink or a jump there: try "
            "another value."
        )
    return float(errors.max(initial=0))
