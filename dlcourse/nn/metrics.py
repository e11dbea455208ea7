"""Metrics: how good the predictions are, in numbers for people; training does not follow them.

A metric is a function of labels and predictions, both NumPy arrays, that returns one number a
sample; `fit` and `evaluate` average them over all samples.
"""

from collections.abc import Callable

import numpy as np

from dlcourse.nn.names import look_up

Metric = Callable[[np.ndarray, np.ndarray], np.ndarray]


def binary_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Return the share of right answers, where a prediction above 0.5 means yes."""
    return np.mean((y_pred > 0.5) == y_true, axis=-1)


def categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Say whether the class with the highest prediction is that of the one-hot vector."""
    return np.argmax(y_true, axis=-1) == np.argmax(y_pred, axis=-1)


def sparse_categorical_accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Say whether the class with the highest prediction is that of the label, a number."""
    return np.argmax(y_pred, axis=-1) == y_true


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Return the mean size of the errors of each sample."""
    return np.mean(np.abs(y_true - y_pred), axis=-1)


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Return the mean squared error of each sample."""
    return np.mean(np.square(y_true - y_pred), axis=-1)


def accuracy(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Return the accuracy that suits the labels, chosen as Keras does.

    One prediction a sample: `binary_accuracy`; class numbers as labels:
    `sparse_categorical_accuracy`; otherwise `categorical_accuracy`.
    """
    if y_pred.shape[-1] == 1:
        return binary_accuracy(y_true, y_pred)
    if y_true.ndim < y_pred.ndim:
        return sparse_categorical_accuracy(y_true, y_pred)
    return categorical_accuracy(y_true, y_pred)


METRICS = {
    "accuracy": accuracy,
    "acc": accuracy,
    "binary_accuracy": binary_accuracy,
    "categorical_accuracy": categorical_accuracy,
    "sparse_categorical_accuracy": sparse_categorical_accuracy,
    "mean_absolute_error": mean_absolute_error,
    "mae": mean_absolute_error,
    "mean_squared_error": mean_squared_error,
    "mse": mean_squared_error,
}


def find(metric: str | Metric) -> tuple[str, Metric]:
    """Return a metric under the name that it has in `History`: the one it was asked for by.

    Raises:
        ValueError: there is none of that name.
    """
    if callable(metric):
        return metric.__name__, metric
    return metric, look_up("compile", "metrics", metric, METRICS)
