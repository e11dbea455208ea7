"""What a layer is: the base class of all of them, and `Input`.

A layer is a function with numbers of its own, its weights. The weights are made when the layer
sees, or is told, the shape of its input for the first time (`build`); from then on, `call` turns
a batch of inputs into a batch of outputs. Names, defaults and the order of arguments are Keras's.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np

from dlcourse.autograd import Tensor, no_grad
from dlcourse.nn import initializers
from dlcourse.nn.initializers import Initializer, Shape
from dlcourse.ops import conditions, conversion

InputShape = tuple[int | None, ...]  # None: any size, as that of the batch


def read(where: str, x: Any, indices: bool = False) -> np.ndarray:
    """Return x as a float32 array, or unchanged if it holds the indices that a layer wants."""
    array = conversion.readable(where, "x", x)
    return array if indices else np.ascontiguousarray(array, np.float32)


class Layer:
    """Base class: subclasses override `build`, `call` and `compute_output_shape`.

    `weights` holds the layer's tensors: those that are trained, then the others.
    """

    rank: int | None = None  # how many axes an input must have, with that of the samples
    least_rank = 1  # or how many at least
    takes_indices = False  # whether inputs are integers that stand for something, as words

    def __init__(self, name: str | None = None) -> None:
        """Give the layer a name; by default that of its class, as in `max_pooling2d`."""
        self.is_named = name is not None
        self.name = name or _snake_case(type(self).__name__)
        self.built = False
        self.features: int | None = None  # what the input's last axis must hold
        self._weights: dict[str, Tensor] = {}

    def __call__(self, x: Any, training: bool = False) -> Tensor:
        """Apply the layer to a batch: an array or a `Tensor`.

        Args:
            x: shape (samples, …).
            training: whether this is a step of training, for layers that then do otherwise.

        Raises:
            ValueError: an input of a shape that this layer does not take.
        """
        if not isinstance(x, Tensor):
            x = Tensor(read(self.name, x, self.takes_indices))
        self.prepare(x.shape)
        return self.call(x, training)

    def prepare(self, shape: InputShape) -> None:
        """Check an input's shape, and make the weights if this is the first one.

        Raises:
            ValueError: an input of a shape that this layer does not take.
        """
        self.check(shape)
        if not self.built:
            self.build(shape)
            self.built = True

    def check(self, shape: InputShape) -> None:
        """Raise ValueError unless the layer takes inputs of this shape."""
        if len(shape) != self.rank if self.rank else len(shape) < self.least_rank:
            wanted = self.rank or f"at least {self.least_rank}"
            raise ValueError(
                f"{self._found(shape)}, but {wanted} axes are wanted, first that of the samples"
                f"{', last that of the channels' if self.rank == 4 else ''}. Reshape it, or check "
                "which layer comes before."
            )
        if self.features is not None and shape[-1] != self.features:
            raise ValueError(
                f"{self._found(shape)}, but the weights of this layer were made for "
                f"{self.features} features on the last axis: (samples, …, {self.features}). "
                "Reshape the input, or make a new layer for it."
            )

    def _found(self, shape: InputShape) -> str:
        return f"layer {self.name!r} ({type(self).__name__}): the input has shape {show(shape)}"

    def build(self, input_shape: InputShape) -> None:
        """Make the weights for inputs of this shape; a layer without weights makes none."""

    def take_features(self, input_shape: InputShape) -> int:
        """Return the size of the last axis, which all inputs must have from now on.

        Raises:
            ValueError: it is unknown, so that no weights can be made for it.
        """
        if input_shape[-1] is None:
            raise ValueError(
                f"{self._found(input_shape)}, whose last size must be known, to make weights for "
                "it. Give the sizes in Input, or leave Input out and call the model on data."
            )
        self.features = input_shape[-1]
        return self.features

    def call(self, x: Tensor, training: bool) -> Tensor:
        """Return the outputs for a batch of inputs that have been checked."""
        raise NotImplementedError

    def compute_output_shape(self, input_shape: InputShape) -> InputShape:
        """Return the shape of the output for an input of this shape; by default the same."""
        return input_shape

    def add_weight(
        self, name: str, shape: Shape, initializer: Initializer, trainable: bool = True
    ) -> Tensor:
        """Make a tensor of weights, float32, that the layer owns; return it."""
        first = np.asarray(initializer(shape, initializers.generator), np.float32)
        self._weights[name] = Tensor(first, trainable, name)
        return self._weights[name]

    def named_weights(self) -> Iterator[tuple[str, Tensor]]:
        """Yield each weight with its name, such as "kernel"."""
        yield from self._weights.items()

    @property
    def weights(self) -> list[Tensor]:
        """All weights, in Keras's order."""
        return [weight for _, weight in self.named_weights()]

    @property
    def trainable_weights(self) -> list[Tensor]:
        """The weights that an optimizer changes."""
        return [weight for weight in self.weights if weight.requires_grad]

    def count_params(self) -> int:
        """Return how many numbers the weights hold."""
        return sum(weight.size for weight in self.weights)

    def get_weights(self) -> list[np.ndarray]:
        """Return copies of all weights, in the order in which Keras gives them."""
        return [weight.data.copy() for weight in self.weights]

    def set_weights(self, weights: Sequence[np.ndarray]) -> None:
        """Copy these arrays into the weights; those of the same Keras layer or model will do.

        Raises:
            ValueError: the layer is not built yet, or number or shapes of the arrays differ from
                its own. Nothing is changed then.
        """
        own, arrays = list(self.named_weights()), [conversion.to_numpy(w) for w in weights]
        if len(own) != len(arrays):
            raise ValueError(
                f"set_weights: {self.name!r} has {len(own)} arrays of weights, but got "
                f"{len(arrays)}. " + ("Use those of the same architecture." if self.built else
                "It is not built yet: give the model an Input, or call it on a batch first.")
            )  # fmt: skip
        for (name, weight), array in zip(own, arrays, strict=True):
            if weight.shape != array.shape:
                raise ValueError(
                    f"set_weights: {name!r} of {self.name!r} has shape {weight.shape}, but got "
                    f"{array.shape}. Use the weights of the same architecture, in its order."
                )
        with no_grad():
            for (_, weight), array in zip(own, arrays, strict=True):
                weight[...] = array


class Input:
    """The shape of one sample, first in a `Sequential`: then the weights are made at once."""

    def __init__(self, shape: Sequence[int | None]) -> None:
        """Note the shape, without the axis of the samples; None stands for any size."""
        if isinstance(shape, int):
            raise TypeError(f"Input: shape={shape} must be a tuple. Write Input(({shape},)).")
        self.shape = (None, *shape)


def _snake_case(name: str) -> str:
    """Return "max_pooling2d" for "MaxPooling2D"."""
    name = re.sub("(.)([A-Z][a-z]+)", r"\1_\2", name)
    return re.sub("([a-z])([A-Z])", r"\1_\2", name).lower()


def show(shape: InputShape) -> str:
    """Return "(None, 784)"."""
    return f"({', '.join(str(size) for size in shape)}{',' if len(shape) == 1 else ''})"


def check_count(where: str, argument: str, value: int) -> int:
    """Return a number of something; raise ValueError unless it is at least 1."""
    if conditions.integer(where, argument, value) < 1:
        raise ValueError(f"{where}: {argument}={value} must be at least 1.")
    return value
