"""Every operation as a formula for float64 arrays: the oracle, which shares no code with ours."""

import numpy as np

from tests.parity.image_formulas import IMAGE_FORMULAS


def log_softmax(x, axis=-1):
    shifted = x - np.max(x, axis=axis, keepdims=True, initial=-1e9)
    return shifted - np.log(np.sum(np.exp(shifted), axis=axis, keepdims=True))


def softmax(x, axis=-1):
    return np.exp(log_softmax(x, axis))


ACTIVATIONS = {
    None: lambda x: x,
    "relu": lambda x: np.maximum(x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "softmax": softmax,
    "log_softmax": log_softmax,
}


def dense(x, kernel, bias=None, activation=None):
    return ACTIVATIONS[activation](x @ kernel + (0 if bias is None else bias))


def mean(x, axis=None, keepdims=False):
    return np.sum(x, axis=axis, keepdims=keepdims) / np.sum(
        np.ones_like(x), axis=axis, keepdims=keepdims
    )


def binary_crossentropy(y_true, y_pred, from_logits=False):
    if from_logits:
        terms = y_true * np.logaddexp(0, -y_pred) + (1 - y_true) * np.logaddexp(0, y_pred)
    else:
        terms = -y_true * np.log(y_pred) - (1 - y_true) * np.log(1 - y_pred)
    return terms.sum(axis=-1) / y_pred.shape[-1]


def categorical_crossentropy(y_true, y_pred, from_logits=False):
    if from_logits:
        return -np.sum(y_true * log_softmax(y_pred), axis=-1)
    return -np.sum(y_true * np.log(y_pred / y_pred.sum(axis=-1, keepdims=True)), axis=-1)


def sparse_categorical_crossentropy(y_true, y_pred, from_logits=False):
    one_hot = y_true[..., None] == np.arange(y_pred.shape[-1])
    return categorical_crossentropy(one_hot, y_pred, from_logits)


FORMULAS = {
    "add": lambda x, y: x + y,
    "multiply": lambda x, y: x * y,
    "maximum": np.maximum,
    "relu": lambda x: np.where(x > 0, x, 0),
    "sigmoid": lambda x: 1 / (1 + np.exp(-x)),
    "tanh": np.tanh,
    "exp": np.exp,
    "log": np.log,
    "sum": lambda x, axis=None, keepdims=False: np.sum(x, axis=axis, keepdims=keepdims),
    "mean": mean,
    "reshape": np.reshape,
    "transpose": np.transpose,
    "matmul": np.matmul,
    "vector_product": lambda x, y: np.sum(x * y),
    "matrix_vector_product": lambda x, y: np.sum(x * y, axis=1),
    "dense": dense,
    "one_hot": lambda x, num_classes: x[..., None] == np.arange(num_classes),
    "multi_hot": lambda x, num_classes: (x[..., None] == np.arange(num_classes)).any(axis=-2),
    "softmax": softmax,
    "log_softmax": log_softmax,
    "flatten": lambda x: np.reshape(x, (len(x), int(np.prod(x.shape[1:])))),
    "mean_squared_error": lambda t, p: np.sum((t - p) ** 2, axis=-1) / p.shape[-1],
    "mean_absolute_error": lambda t, p: np.sum(np.abs(t - p), axis=-1) / p.shape[-1],
    "binary_crossentropy": binary_crossentropy,
    "categorical_crossentropy": categorical_crossentropy,
    "sparse_categorical_crossentropy": sparse_categorical_crossentropy,
} | IMAGE_FORMULAS
