"""Losses: how far predictions are from the truth, one number a sample."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.layers import log_softmax

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.square(y_true - y_pred), axis=-1)


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.abs(y_true - y_pred), axis=-1)


def binary_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    if from_logits:
        # -y ln σ(z) - (1 - y) ln(1 - σ(z)), written so that nothing overflows
        softplus = np.maximum(y_pred, 0) + np.log1p(np.exp(-np.abs(y_pred)))
        return np.mean(softplus - y_true * y_pred, axis=-1)
    p = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)


def categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.sum(y_true * log_p, axis=-1)


def sparse_categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.take_along_axis(log_p, y_true[..., np.newaxis], axis=-1)[..., 0]


def _log_probabilities(p: np.ndarray) -> np.ndarray:
    p = p / np.sum(p, axis=-1, keepdims=True)
    return np.log(np.clip(p, EPSILON, 1 - EPSILON))
