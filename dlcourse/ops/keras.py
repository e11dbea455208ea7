"""The operations in Keras, on the backend it was started with (`KERAS_BACKEND`).

`keras.ops` is NumPy's interface once more, with what networks add; `keras.losses` has the losses.
"""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import importlib
import math
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import keras
import numpy as np

from dlcourse.ops.geometry import Pair

Array = Any  # a tensor of the backend: of TensorFlow, PyTorch or JAX
Axes = int | tuple[int, ...] | None

CHANNELS_LAST = "channels_last"  # whatever the user's own Keras settings say


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return keras.ops.is_tensor(x) or isinstance(x, keras.Variable)


def array(x: Any, dtype: str | None = None, like: Any = None) -> Array:
    """Convert to a tensor of the backend; `like` is not needed, Keras chooses the device."""
    if isinstance(x, np.ndarray):
        x = np.require(x, requirements=["C", "W"])  # as PyTorch wants it
    x = keras.ops.convert_to_tensor(x)
    if dtype is None:
        return x
    if keras.backend.backend() != "tensorflow":
        dtype = dtype.replace("64", "32")  # elsewhere, Keras's own promotion stops at 32 bits
    return keras.ops.cast(x, dtype)


def vjp(function: Callable[..., Array], upstream: Array, *arrays: Array) -> Sequence[Array]:
    """Differentiate with the backend: Keras has no automatic differentiation of its own."""
    return _backend().vjp(function, upstream, *arrays)


def _backend() -> ModuleType:
    return importlib.import_module(f"dlcourse.ops.{keras.backend.backend()}")


def add(x: Array, y: Array) -> Array:
    return keras.ops.add(x, y)


def multiply(x: Array, y: Array) -> Array:
    return keras.ops.multiply(x, y)


def maximum(x: Array, y: Array) -> Array:
    return keras.ops.maximum(x, y)


def relu(x: Array) -> Array:
    return keras.ops.relu(x)


def sigmoid(x: Array) -> Array:
    return keras.ops.sigmoid(x)


def tanh(x: Array) -> Array:
    return keras.ops.tanh(x)


def exp(x: Array) -> Array:
    return keras.ops.exp(x)


def log(x: Array) -> Array:
    return keras.ops.log(x)


def sum(x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return keras.ops.sum(x, axis=_axes(x, axis), keepdims=keepdims)


def mean(x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return keras.ops.mean(x, axis=_axes(x, axis), keepdims=keepdims)


def _axes(x: Array, axis: Axes) -> Axes:
    # On PyTorch, Keras forgets `keepdims` where the axes are not named.
    return tuple(range(len(x.shape))) if axis is None else axis


def reshape(x: Array, newshape: int | tuple[int, ...]) -> Array:
    return keras.ops.reshape(x, newshape)


def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    # On PyTorch, Keras gives a warning where the axes are not named.
    return keras.ops.transpose(x, tuple(range(len(x.shape)))[::-1] if axes is None else axes)


def matmul(x: Array, y: Array) -> Array:
    return keras.ops.matmul(x, y)


def vector_product(x: Array, y: Array) -> Array:
    return keras.ops.dot(x, y)


def matrix_vector_product(x: Array, y: Array) -> Array:
    return keras.ops.dot(x, y)


def dense(
    x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None
) -> Array:
    out = keras.ops.matmul(x, kernel)
    if bias is not None:
        out = keras.ops.add(out, bias)
    return keras.activations.get(activation)(out)


def one_hot(x: Array, num_classes: int) -> Array:
    return keras.ops.one_hot(x, num_classes, dtype="float32")


def multi_hot(x: Array, num_classes: int) -> Array:
    return keras.ops.multi_hot(x, num_classes, dtype="float32")


def softmax(x: Array, axis: int = -1) -> Array:
    return keras.ops.softmax(x, axis=axis)


def log_softmax(x: Array, axis: int = -1) -> Array:
    return keras.ops.log_softmax(x, axis=axis)


def conv2d(
    x: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    if keras.backend.backend() == "torch":
        # There, Keras lays the kernel out so that going back from a small image fails.
        return _backend().conv2d(x, kernel, bias, strides, padding)
    out = keras.ops.conv(x, kernel, strides, padding, data_format=CHANNELS_LAST)
    return out if bias is None else keras.ops.add(out, bias)


def depthwise_conv2d(
    x: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    out = keras.ops.depthwise_conv(x, kernel, strides, padding, data_format=CHANNELS_LAST)
    return out if bias is None else keras.ops.add(out, bias)


def separable_conv2d(
    x: Array,
    depthwise_kernel: Array,
    pointwise_kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    out = keras.ops.separable_conv(
        x, depthwise_kernel, pointwise_kernel, strides, padding, data_format=CHANNELS_LAST
    )
    return out if bias is None else keras.ops.add(out, bias)


def max_pool2d(
    x: Array, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Array:
    steps = strides or pool_size  # on JAX, Keras fails without strides
    return keras.ops.max_pool(x, pool_size, steps, padding, data_format=CHANNELS_LAST)


def average_pool2d(
    x: Array, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Array:
    if padding == "same" and keras.backend.backend() == "torch":
        # There, Keras repeats the pixels at the border, and counts them.
        return _backend().average_pool2d(x, pool_size, strides, padding)
    steps = strides or pool_size
    return keras.ops.average_pool(x, pool_size, steps, padding, data_format=CHANNELS_LAST)


def global_average_pool2d(x: Array, keepdims: bool = False) -> Array:
    return mean(x, (1, 2), keepdims)


def flatten(x: Array) -> Array:
    return keras.ops.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def batch_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    mean: Array | None = None,
    variance: Array | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    axis = axis % len(x.shape)
    if mean is None:
        mean, variance = keras.ops.moments(x, [k for k in range(len(x.shape)) if k != axis])
    return keras.ops.batch_normalization(x, mean, variance, axis, beta, gamma, epsilon)


def layer_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    mean, variance = keras.ops.moments(x, [axis], keepdims=True)
    out = (x - mean) / keras.ops.sqrt(variance + epsilon)
    others = [k for k in range(len(x.shape)) if k != axis % len(x.shape)]
    if gamma is not None:
        out = out * keras.ops.expand_dims(gamma, others)
    return out if beta is None else out + keras.ops.expand_dims(beta, others)


def dropout(x: Array, mask: Array, rate: float) -> Array:
    return x * mask / (1 - rate)


def embedding(x: Array, embeddings: Array) -> Array:
    return keras.ops.take(embeddings, x, axis=0)


def mean_squared_error(y_true: Array, y_pred: Array) -> Array:
    return keras.losses.mean_squared_error(y_true, y_pred)


def mean_absolute_error(y_true: Array, y_pred: Array) -> Array:
    return keras.losses.mean_absolute_error(y_true, y_pred)


def binary_crossentropy(y_true: Array, y_pred: Array, from_logits: bool = False) -> Array:
    return keras.losses.binary_crossentropy(y_true, y_pred, from_logits)


def categorical_crossentropy(y_true: Array, y_pred: Array, from_logits: bool = False) -> Array:
    return keras.losses.categorical_crossentropy(y_true, y_pred, from_logits)


def sparse_categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False
) -> Array:
    return keras.losses.sparse_categorical_crossentropy(y_true, y_pred, from_logits)
