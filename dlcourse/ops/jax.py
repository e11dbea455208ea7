"""The operations in JAX: `jax.numpy` is NumPy's interface again, `jax.nn` adds networks."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax import Array, lax

from dlcourse.ops.geometry import Pair, pair

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1

CHANNELS_LAST = ("NHWC", "HWIO", "NHWC")  # the axes of images, kernels and results

Axes = int | tuple[int, ...] | None


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, Array)


def array(x: Any, dtype: str | None = None, like: Any = None) -> Array:
    """Convert to a JAX array, 32 bits wide unless `jax_enable_x64` is set; `like` is not needed."""
    x = jnp.asarray(x)
    return x if dtype is None else x.astype(jax.dtypes.canonicalize_dtype(dtype))


def vjp(function: Callable[..., Array], upstream: Array, *arrays: Array) -> tuple[Array, ...]:
    """Differentiate by transforming the function into one that also goes backward."""
    _, backward = jax.vjp(function, *arrays)
    return backward(upstream)


def add(x: Array, y: Array) -> Array:
    return jnp.add(x, y)


def multiply(x: Array, y: Array) -> Array:
    return jnp.multiply(x, y)


def maximum(x: Array, y: Array) -> Array:
    return jnp.maximum(x, y)


def relu(x: Array) -> Array:
    return jax.nn.relu(x)


def sigmoid(x: Array) -> Array:
    return jax.nn.sigmoid(x)


def tanh(x: Array) -> Array:
    return jnp.tanh(x)


def exp(x: Array) -> Array:
    return jnp.exp(x)


def log(x: Array) -> Array:
    return jnp.log(x)


def sum(x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return jnp.sum(x, axis=axis, keepdims=keepdims)


def mean(x: Array, axis: Axes = None, keepdims: bool = False) -> Array:
    return jnp.mean(x, axis=axis, keepdims=keepdims)


def reshape(x: Array, newshape: int | tuple[int, ...]) -> Array:
    return jnp.reshape(x, newshape)


def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    return jnp.transpose(x, axes)


def matmul(x: Array, y: Array) -> Array:
    return jnp.matmul(x, y)


def vector_product(x: Array, y: Array) -> Array:
    return jnp.dot(x, y)


def matrix_vector_product(x: Array, y: Array) -> Array:
    return jnp.dot(x, y)


def dense(
    x: Array, kernel: Array, bias: Array | None = None, activation: str | None = None
) -> Array:
    out = jnp.matmul(x, kernel)
    if bias is not None:
        out = out + bias
    return out if activation is None else ACTIVATIONS[activation](out)


def one_hot(x: Array, num_classes: int) -> Array:
    return jax.nn.one_hot(x, num_classes, dtype=jnp.float32)


def multi_hot(x: Array, num_classes: int) -> Array:
    return jnp.max(one_hot(x, num_classes), axis=-2)


def softmax(x: Array, axis: int = -1) -> Array:
    return jax.nn.softmax(x, axis=axis)


def log_softmax(x: Array, axis: int = -1) -> Array:
    return jax.nn.log_softmax(x, axis=axis)


def conv2d(
    x: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    out = lax.conv_general_dilated(
        x, kernel, pair(strides), padding.upper(), dimension_numbers=CHANNELS_LAST
    )
    return out if bias is None else out + bias


def depthwise_conv2d(
    x: Array,
    kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    height, width, channels, _ = kernel.shape
    out = lax.conv_general_dilated(
        x,
        jnp.reshape(kernel, (height, width, 1, -1)),
        pair(strides),
        padding.upper(),
        dimension_numbers=CHANNELS_LAST,
        feature_group_count=channels,
    )
    return out if bias is None else out + bias


def separable_conv2d(
    x: Array,
    depthwise_kernel: Array,
    pointwise_kernel: Array,
    bias: Array | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> Array:
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    return conv2d(inner, pointwise_kernel, bias)


def max_pool2d(
    x: Array, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Array:
    return _reduce_windows(x, -jnp.inf, lax.max, pool_size, strides, padding)


def average_pool2d(
    x: Array, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> Array:
    total, pixels = [
        _reduce_windows(y, 0.0, lax.add, pool_size, strides, padding)
        for y in (x, jnp.ones_like(x[:1, :, :, :1]))
    ]
    return total / pixels  # where the window stands on the padding, it has fewer pixels


def _reduce_windows(
    x: Array,
    start: float,
    function: Callable[[Array, Array], Array],
    pool_size: Pair,
    strides: Pair | None,
    padding: str,
) -> Array:
    window, steps = (1, *pair(pool_size), 1), (1, *pair(strides or pool_size), 1)
    return lax.reduce_window(x, start, function, window, steps, padding.upper())


def global_average_pool2d(x: Array, keepdims: bool = False) -> Array:
    return mean(x, (1, 2), keepdims)


def flatten(x: Array) -> Array:
    return jnp.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def batch_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    mean: Array | None = None,
    variance: Array | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    others = tuple(k for k in range(x.ndim) if k != axis % x.ndim)
    if mean is None:
        mean, variance = jnp.mean(x, axis=others), jnp.var(x, axis=others)
    mean, variance = jnp.expand_dims(mean, others), jnp.expand_dims(variance, others)
    return _scale((x - mean) / jnp.sqrt(variance + epsilon), gamma, beta, others)


def layer_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    others = tuple(k for k in range(x.ndim) if k != axis % x.ndim)
    mean, variance = jnp.mean(x, axis, keepdims=True), jnp.var(x, axis, keepdims=True)
    return _scale((x - mean) / jnp.sqrt(variance + epsilon), gamma, beta, others)


def _scale(z: Array, gamma: Array | None, beta: Array | None, others: tuple[int, ...]) -> Array:
    if gamma is not None:
        z = z * jnp.expand_dims(gamma, others)
    return z if beta is None else z + jnp.expand_dims(beta, others)


def dropout(x: Array, mask: Array, rate: float) -> Array:
    return x * mask / (1 - rate)


def embedding(x: Array, embeddings: Array) -> Array:
    return jnp.take(embeddings, x, axis=0)


def mean_squared_error(y_true: Array, y_pred: Array) -> Array:
    return jnp.mean(jnp.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: Array, y_pred: Array) -> Array:
    return jnp.mean(jnp.abs(y_true - y_pred), axis=-1)


def binary_crossentropy(y_true: Array, y_pred: Array, from_logits: bool = False) -> Array:
    if from_logits:
        log_p, log_not_p = jax.nn.log_sigmoid(y_pred), jax.nn.log_sigmoid(-y_pred)
    else:
        p = jnp.clip(y_pred, EPSILON, 1 - EPSILON)
        log_p, log_not_p = jnp.log(p), jnp.log(1 - p)
    return -jnp.mean(y_true * log_p + (1 - y_true) * log_not_p, axis=-1)


def categorical_crossentropy(y_true: Array, y_pred: Array, from_logits: bool = False) -> Array:
    log_p = jax.nn.log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -jnp.sum(y_true * log_p, axis=-1)


def sparse_categorical_crossentropy(
    y_true: Array, y_pred: Array, from_logits: bool = False
) -> Array:
    log_p = jax.nn.log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -jnp.take_along_axis(log_p, y_true[..., None], axis=-1)[..., 0]


def _log_probabilities(p: Array) -> Array:
    p = p / jnp.sum(p, axis=-1, keepdims=True)
    return jnp.log(jnp.clip(p, EPSILON, 1 - EPSILON))


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
