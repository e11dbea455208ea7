"""The numbers that weights begin with, and the one source of chance of this package.

An initializer is a function of a shape and a random generator. A layer takes one of those below
by name, or any function of your own.
"""

import math
from collections.abc import Callable

import numpy as np

from dlcourse.nn.names import look_up

Shape = tuple[int, ...]
Initializer = Callable[[Shape, np.random.Generator], np.ndarray]

generator = np.random.default_rng()


def set_random_seed(seed: int) -> None:
    """Make all that follows repeatable: first weights, the order of batches, dropout.

    The same seed before the same steps gives the same numbers, as `keras.utils.set_random_seed`
    does; they are not the numbers that Keras draws.
    """
    generator.bit_generator.state = np.random.default_rng(seed).bit_generator.state


def zeros(shape: Shape, generator: np.random.Generator) -> np.ndarray:
    """Return zeros: for biases. A kernel of zeros would make all units of a layer learn alike."""
    return np.zeros(shape, np.float32)


def ones(shape: Shape, generator: np.random.Generator) -> np.ndarray:
    """Return ones: for factors that should change nothing at first."""
    return np.ones(shape, np.float32)


def random_uniform(shape: Shape, generator: np.random.Generator, limit: float = 0.05) -> np.ndarray:
    """Return numbers between -limit and limit, all equally likely."""
    return limit * (2 * generator.random(shape, np.float32) - 1)


def glorot_uniform(shape: Shape, generator: np.random.Generator) -> np.ndarray:
    """Return uniform numbers within ±√(6 / (inputs + outputs)): the default for kernels.

    With this range, neither the values on the way forward nor the gradients on the way back grow
    or shrink much from layer to layer (Glorot and Bengio, 2010).
    """
    inputs, outputs = connections(shape)
    return random_uniform(shape, generator, math.sqrt(6 / (inputs + outputs)))


def he_uniform(shape: Shape, generator: np.random.Generator) -> np.ndarray:
    """Return uniform numbers within ±√(6 / inputs), wider since relu drops half (He, 2015)."""
    return random_uniform(shape, generator, math.sqrt(6 / connections(shape)[0]))


def connections(shape: Shape) -> tuple[int, int]:
    """Return how many inputs each output of a kernel sees, and how many outputs each input.

    The last two axes of a kernel are inputs and outputs; those before are the window of a
    convolution, which meets all of its positions.
    """
    *window, inputs, outputs = shape
    return inputs * math.prod(window), outputs * math.prod(window)


INITIALIZERS = {
    "zeros": zeros,
    "ones": ones,
    "uniform": random_uniform,
    "random_uniform": random_uniform,
    "glorot_uniform": glorot_uniform,
    "he_uniform": he_uniform,
}


def get(layer: str, argument: str, initializer: str | Initializer) -> Initializer:
    """Return an initializer by its name; a function stays what it is.

    Raises:
        ValueError: there is none of that name.
    """
    if callable(initializer):
        return initializer
    return look_up(layer, argument, initializer, INITIALIZERS)
