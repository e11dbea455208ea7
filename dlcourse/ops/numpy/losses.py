"""Losses: how far predictions are from the truth, one number a sample."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.numpy.elementwise import sigmoid
from dlcourse.ops.numpy.layers import log_softmax, log_softmax_vjp

EPSILON = 1e-7  # keras.config.epsilon(): keeps probabilities away from 0 and 1


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.square(y_true - y_pred), axis=-1)


def mean_squared_error_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dy_pred = (y_pred - y_true) * (upstream[..., np.newaxis] * 2 / y_pred.shape[-1])
    return -dy_pred, dy_pred


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    return np.mean(np.abs(y_true - y_pred), axis=-1)


def mean_absolute_error_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    dy_pred = np.sign(y_pred - y_true) * (upstream[..., np.newaxis] / y_pred.shape[-1])
    return -dy_pred, dy_pred


def binary_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    if from_logits:
        # -y ln σ(z) - (1 - y) ln(1 - σ(z)), written so that nothing overflows
        softplus = np.maximum(y_pred, 0) + np.log1p(np.exp(-np.abs(y_pred)))
        return np.mean(softplus - y_true * y_pred, axis=-1)
    p = np.clip(y_pred, EPSILON, 1 - EPSILON)
    return -np.mean(y_true * np.log(p) + (1 - y_true) * np.log(1 - p), axis=-1)


def binary_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    share = upstream[..., np.newaxis] / y_pred.shape[-1]
    if from_logits:
        return -share * y_pred, share * (sigmoid(y_pred) - y_true)
    p = np.clip(y_pred, EPSILON, 1 - EPSILON)
    slope = np.where(p == y_pred, (p - y_true) / (p * (1 - p)), 0)  # 0 where p was clipped
    return share * (np.log(1 - p) - np.log(p)), share * slope


def categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.sum(y_true * log_p, axis=-1)


def categorical_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    upstream = -upstream[..., np.newaxis]
    back = log_softmax_vjp if from_logits else _log_probabilities_vjp
    return upstream * log_p, *back(upstream * y_true, y_pred)


def sparse_categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    log_p = log_softmax(y_pred) if from_logits else _log_probabilities(y_pred)
    return -np.take_along_axis(log_p, y_true[..., np.newaxis], axis=-1)[..., 0]


def sparse_categorical_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[None, np.ndarray]:
    dlog_p = np.zeros_like(y_pred)
    np.put_along_axis(dlog_p, y_true[..., np.newaxis], -upstream[..., np.newaxis], axis=-1)
    back = log_softmax_vjp if from_logits else _log_probabilities_vjp
    return None, *back(dlog_p, y_pred)


def _log_probabilities(p: np.ndarray) -> np.ndarray:
    p = p / np.sum(p, axis=-1, keepdims=True)
    return np.log(np.clip(p, EPSILON, 1 - EPSILON))


def _log_probabilities_vjp(upstream: np.ndarray, p: np.ndarray) -> tuple[np.ndarray]:
    total = np.sum(p, axis=-1, keepdims=True)
    q = p / total
    dq = np.where(q == np.clip(q, EPSILON, 1 - EPSILON), upstream / q, 0)  # 0 where q was clipped
    return ((dq - np.sum(dq * q, axis=-1, keepdims=True)) / total,)
