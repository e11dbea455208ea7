"""The gradient of a Keras function in its input, whatever backend Keras runs on.

Keras trains on three frameworks, but has no function of its own for a gradient. `fit` finds the
gradients in the weights; to look into a network one wants those in the picture it was given.
"""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import numpy as np

from dlcourse.ops.conversion import to_numpy

Tensor = Any  # a tensor of the backend: of TensorFlow, PyTorch or JAX


def input_gradient(function: Callable[[Tensor], Tensor]) -> Callable[[np.ndarray], np.ndarray]:
    """Turn `function` into one that says how fast it changes with each element of its input.

        gradient_of_four = input_gradient(lambda images: model(images)[:, 4])
        gradient_of_four(images)

    says of every pixel how much the score for class 4 rises where the pixel gets a little larger.
    The samples go through together, so each number must depend on its own sample alone: that is
    so for a model called as `model(x)`, which works as in prediction.

    On JAX the gradient is compiled at its first call, with the weights that the model has then.
    Ask for a new one after more training.

    Args:
        function: takes a tensor of shape (N, …) and returns one of shape (N,), a number for each
            sample. It is made of Keras models called as `model(x)`, `keras.ops`, operators and
            slices. For each new shape it is called once more, to see what it returns.

    Returns:
        A function from an array of shape (N, …), at least one sample, to the gradients: a NumPy
        array of the same shape, float32.

    Raises:
        ValueError: on a call, where the array has no axis of samples or is empty, or `function`
            does not return shape (N,).
        TypeError: on a call, where the array does not hold numbers, or `function` returns what is
            no tensor of the backend, such as the NumPy array of `model.predict`.
    """
    from dlcourse.ops import keras as library  # imports Keras, and with it the backend

    def differentiate(tensor: Tensor) -> Tensor:
        upstream = library.array(np.ones(tensor.shape[0]), "float32")
        return library.vjp(function, upstream, tensor)[0]

    if library.keras.backend.backend() == "jax":
        import jax

        differentiate = jax.jit(differentiate)  # ten times faster in a loop
    checked = set()

    def gradient(x: np.ndarray) -> np.ndarray:
        x = np.asarray(x)
        _check_input(x)
        tensor = library.array(x, "float32")
        if x.shape not in checked:
            # Outside of JAX's compiler, which what is no tensor would confuse.
            _check_values(function(tensor), len(x), library)
            checked.add(x.shape)
        return to_numpy(differentiate(tensor))

    return gradient


def _check_input(x: np.ndarray) -> None:
    if x.dtype.kind not in "biuf":
        raise TypeError(f"input_gradient: x has dtype {x.dtype}, but real numbers are wanted")
    if x.ndim == 0 or x.size == 0:
        raise ValueError(
            f"input_gradient: x has shape {x.shape}, but (N, …) is wanted with at least one "
            "sample; for a single image write image[None]."
        )


def _check_values(values: Any, samples: int, library: ModuleType) -> None:
    if not library.is_array(values):
        raise TypeError(
            f"input_gradient: function returns a {type(values).__name__}, which remembers nothing "
            "of how it was computed. Return a tensor: call the model as model(x), not as "
            "model.predict(x), and use keras.ops in place of NumPy."
        )
    if tuple(values.shape) != (samples,):
        raise ValueError(
            f"input_gradient: function returns shape {tuple(values.shape)} for {samples} samples, "
            f"but ({samples},) is wanted: one number for each. Choose a class with "
            "scores[:, 4], or take a mean over the other axes."
        )
