"""Losses: how far predictions are from the truth, one number a sample."""

import numpy as np

from dlcourse.ops.naive.layers import log_softmax
from dlcourse.ops.naive.shapes import indices

EPSILON = 1e-7  # Keras keeps probabilities this far from 0 and 1, where the logarithm is infinite


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Average the squares of the errors of each sample."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        out[i[:-1]] += (y_true[i] - y_pred[i]) ** 2 / n  # 1/n Σ (yᵢ − ŷᵢ)²
    return out


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Average the sizes of the errors of each sample."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        out[i[:-1]] += abs(y_true[i] - y_pred[i]) / n  # 1/n Σ |yᵢ − ŷᵢ|
    return out


def binary_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    """Measure the surprise at yes-or-no answers, given their probabilities or their logits."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        y = y_true[i]
        if from_logits:
            z = y_pred[i]
            # The same as below with p = sigmoid(z), but no exponential can grow too large.
            surprise = max(z, 0) - y * z + np.log1p(np.exp(-abs(z)))  # −y z + ln(1 + eᶻ)
        else:
            p = clipped(y_pred[i])
            surprise = -(y * np.log(p) + (1 - y) * np.log(1 - p))  # −y ln p − (1−y) ln(1−p)
        out[i[:-1]] += surprise / n
    return out


def categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    """Measure the surprise at the true class, given as a one-hot vector."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    log_p = log_softmax(y_pred) if from_logits else log_probabilities(y_pred)
    for i in indices(y_pred.shape):
        out[i[:-1]] -= y_true[i] * log_p[i]  # −Σₖ yₖ ln pₖ
    return out


def sparse_categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    """Measure the surprise at the true class, given as its number."""
    out = np.empty(y_true.shape, y_pred.dtype)
    log_p = log_softmax(y_pred) if from_logits else log_probabilities(y_pred)
    for i in indices(y_true.shape):
        out[i] = -log_p[(*i, y_true[i])]  # −ln p of the true class
    return out


def log_probabilities(p: np.ndarray) -> np.ndarray:
    """Divide each sample's predictions by their sum, as Keras does; clip; take the logarithm."""
    out = np.empty(p.shape, p.dtype)
    for i in indices(p.shape[:-1]):
        total = p.dtype.type(0)
        for value in p[i]:
            total += value
        for k, value in enumerate(p[i]):
            out[(*i, k)] = np.log(clipped(value / total))  # ln(pₖ / Σⱼ pⱼ)
    return out


def clipped(p: np.floating) -> np.floating:
    """Move a probability into the range from EPSILON to 1 - EPSILON."""
    low, high = p.dtype.type(EPSILON), p.dtype.type(1 - EPSILON)
    return low if p < low else high if p > high else p
