"""The operations in TensorFlow: `tf` for arithmetic, `tf.nn` for what is special to networks."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import math
from collections.abc import Callable
from typing import Any

import tensorflow as tf

from dlcourse.ops.geometry import Pair, pair

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1

Axes = int | tuple[int, ...] | None


def is_array(x: Any) -> bool:
    """Say whether `x` is one of this implementation's arrays."""
    return isinstance(x, tf.Tensor | tf.Variable)


def array(x: Any, dtype: str | None = None, like: Any = None) -> tf.Tensor:
    """Convert to a tensor. `like` is not needed: TensorFlow moves arrays between devices itself."""
    x = tf.convert_to_tensor(x)
    return x if dtype is None else tf.cast(x, dtype)


def vjp(
    function: Callable[..., tf.Tensor], upstream: tf.Tensor, *arrays: tf.Tensor
) -> list[tf.Tensor]:
    """Differentiate by recording the operations on a tape."""
    with tf.GradientTape() as tape:
        tape.watch(arrays)
        out = function(*arrays)
    return [tf.convert_to_tensor(g) for g in tape.gradient(out, list(arrays), upstream)]


def add(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.add(x, y)


def multiply(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.multiply(x, y)


def maximum(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.maximum(x, y)


def relu(x: tf.Tensor) -> tf.Tensor:
    return tf.nn.relu(x)


def sigmoid(x: tf.Tensor) -> tf.Tensor:
    return tf.nn.sigmoid(x)


def tanh(x: tf.Tensor) -> tf.Tensor:
    return tf.nn.tanh(x)


def exp(x: tf.Tensor) -> tf.Tensor:
    return tf.exp(x)


def log(x: tf.Tensor) -> tf.Tensor:
    return tf.math.log(x)


def sum(x: tf.Tensor, axis: Axes = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_sum(x, axis=axis, keepdims=keepdims)


def mean(x: tf.Tensor, axis: Axes = None, keepdims: bool = False) -> tf.Tensor:
    return tf.reduce_mean(x, axis=axis, keepdims=keepdims)


def reshape(x: tf.Tensor, newshape: int | tuple[int, ...]) -> tf.Tensor:
    return tf.reshape(x, [newshape] if isinstance(newshape, int) else newshape)


def transpose(x: tf.Tensor, axes: tuple[int, ...] | None = None) -> tf.Tensor:
    # Going back, TensorFlow inverts the order of the axes, and then wants them counted from 0.
    return tf.transpose(x, perm=None if axes is None else [axis % x.ndim for axis in axes])


def matmul(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    # tf.matmul takes matrices only: a vector becomes a row (x) or a column (y), and back.
    rows = x[tf.newaxis, :] if x.ndim == 1 else x
    columns = y[:, tf.newaxis] if y.ndim == 1 else y
    added = [axis for axis, vector in ((-2, x), (-1, y)) if vector.ndim == 1]
    out = tf.matmul(rows, columns)
    return tf.squeeze(out, axis=added) if added else out


def vector_product(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.tensordot(x, y, axes=1)


def matrix_vector_product(x: tf.Tensor, y: tf.Tensor) -> tf.Tensor:
    return tf.linalg.matvec(x, y)


def dense(
    x: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    activation: str | None = None,
) -> tf.Tensor:
    out = matmul(x, kernel)
    if bias is not None:
        out = out + bias
    return out if activation is None else ACTIVATIONS[activation](out)


def one_hot(x: tf.Tensor, num_classes: int) -> tf.Tensor:
    return tf.one_hot(x, num_classes)


def multi_hot(x: tf.Tensor, num_classes: int) -> tf.Tensor:
    return tf.reduce_max(tf.one_hot(x, num_classes), axis=-2)


def softmax(x: tf.Tensor, axis: int = -1) -> tf.Tensor:
    return tf.nn.softmax(x, axis=axis)


def log_softmax(x: tf.Tensor, axis: int = -1) -> tf.Tensor:
    return tf.nn.log_softmax(x, axis=axis)


def conv2d(
    x: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tf.Tensor:
    out = tf.nn.conv2d(x, kernel, strides, padding.upper())
    return out if bias is None else out + bias


def depthwise_conv2d(
    x: tf.Tensor,
    kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tf.Tensor:
    out = tf.nn.depthwise_conv2d(x, kernel, (1, *pair(strides), 1), padding.upper())
    return out if bias is None else out + bias


def separable_conv2d(
    x: tf.Tensor,
    depthwise_kernel: tf.Tensor,
    pointwise_kernel: tf.Tensor,
    bias: tf.Tensor | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tf.Tensor:
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    return conv2d(inner, pointwise_kernel, bias)


def max_pool2d(
    x: tf.Tensor, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> tf.Tensor:
    return tf.nn.max_pool2d(x, pool_size, strides or pool_size, padding.upper())


def average_pool2d(
    x: tf.Tensor, pool_size: Pair = 2, strides: Pair | None = None, padding: str = "valid"
) -> tf.Tensor:
    return tf.nn.avg_pool2d(x, pool_size, strides or pool_size, padding.upper())


def global_average_pool2d(x: tf.Tensor, keepdims: bool = False) -> tf.Tensor:
    return mean(x, (1, 2), keepdims)


def flatten(x: tf.Tensor) -> tf.Tensor:
    return tf.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def batch_normalization(
    x: tf.Tensor,
    gamma: tf.Tensor | None = None,
    beta: tf.Tensor | None = None,
    mean: tf.Tensor | None = None,
    variance: tf.Tensor | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tf.Tensor:
    shape = [-1 if k == axis % x.ndim else 1 for k in range(x.ndim)]
    if mean is None:
        mean, variance = tf.nn.moments(x, [k for k in range(x.ndim) if shape[k] == 1])
    mean, variance, beta, gamma = [
        None if v is None else tf.reshape(v, shape) for v in (mean, variance, beta, gamma)
    ]
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def layer_normalization(
    x: tf.Tensor,
    gamma: tf.Tensor | None = None,
    beta: tf.Tensor | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tf.Tensor:
    shape = [-1 if k == axis % x.ndim else 1 for k in range(x.ndim)]
    mean, variance = tf.nn.moments(x, [axis], keepdims=True)
    beta, gamma = [None if v is None else tf.reshape(v, shape) for v in (beta, gamma)]
    return tf.nn.batch_normalization(x, mean, variance, beta, gamma, epsilon)


def dropout(x: tf.Tensor, mask: tf.Tensor, rate: float) -> tf.Tensor:
    # tf.nn.dropout draws a mask of its own.
    return x * mask / (1 - rate)


def embedding(x: tf.Tensor, embeddings: tf.Tensor) -> tf.Tensor:
    return tf.gather(embeddings, x)


def mean_squared_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.math.squared_difference(y_true, y_pred), axis=-1)


def mean_absolute_error(y_true: tf.Tensor, y_pred: tf.Tensor) -> tf.Tensor:
    return tf.reduce_mean(tf.abs(y_true - y_pred), axis=-1)


def binary_crossentropy(
    y_true: tf.Tensor, y_pred: tf.Tensor, from_logits: bool = False
) -> tf.Tensor:
    if from_logits:
        surprise = tf.nn.sigmoid_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    else:
        p = tf.clip_by_value(y_pred, EPSILON, 1 - EPSILON)
        surprise = -(y_true * tf.math.log(p) + (1 - y_true) * tf.math.log(1 - p))
    return tf.reduce_mean(surprise, axis=-1)


def categorical_crossentropy(
    y_true: tf.Tensor, y_pred: tf.Tensor, from_logits: bool = False
) -> tf.Tensor:
    if from_logits:
        return tf.nn.softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    return -tf.reduce_sum(y_true * _log_probabilities(y_pred), axis=-1)


def sparse_categorical_crossentropy(
    y_true: tf.Tensor, y_pred: tf.Tensor, from_logits: bool = False
) -> tf.Tensor:
    if from_logits:
        return tf.nn.sparse_softmax_cross_entropy_with_logits(labels=y_true, logits=y_pred)
    return -tf.gather(_log_probabilities(y_pred), y_true, batch_dims=y_true.ndim)


def _log_probabilities(p: tf.Tensor) -> tf.Tensor:
    p = p / tf.reduce_sum(p, axis=-1, keepdims=True)
    return tf.math.log(tf.clip_by_value(p, EPSILON, 1 - EPSILON))


ACTIVATIONS = {
    "relu": relu,
    "sigmoid": sigmoid,
    "tanh": tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}
