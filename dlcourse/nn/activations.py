"""The functions between the layers: without them, a stack of layers would be a single one."""

from collections.abc import Callable

from dlcourse.autograd import Tensor, apply
from dlcourse.nn.names import look_up

Function = Callable[[Tensor], Tensor]


def linear(x: Tensor) -> Tensor:
    """Return x itself: what a layer without an activation does."""
    return x


def softmax(x: Tensor) -> Tensor:
    """Return eˣⁱ / Σⱼ eˣʲ along the last axis: probabilities that add up to 1."""
    return apply("softmax", x)


def log_softmax(x: Tensor) -> Tensor:
    """Return the logarithm of softmax, exact even where softmax is rounded to 0."""
    return apply("log_softmax", x)


ACTIVATIONS = {
    "linear": linear,
    "relu": Tensor.relu,
    "sigmoid": Tensor.sigmoid,
    "tanh": Tensor.tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}


def get(layer: str, activation: str | Function | None) -> Function:
    """Return an activation by its name; None is linear, a function stays what it is.

    Raises:
        ValueError: there is none of that name.
    """
    if activation is None:
        return linear
    if callable(activation):
        return activation
    return look_up(layer, "activation", activation, ACTIVATIONS)
