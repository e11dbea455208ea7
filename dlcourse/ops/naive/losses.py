"""Losses: how far predictions are from the truth, one number a sample."""

import numpy as np

from dlcourse.ops.naive.elementwise import sigmoid
from dlcourse.ops.naive.layers import log_softmax, log_softmax_vjp
from dlcourse.ops.naive.shapes import indices

EPSILON = 1e-7  # Keras keeps probabilities this far from 0 and 1, where the logarithm is infinite


def mean_squared_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Average the squares of the errors of each sample."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        out[i[:-1]] += (y_true[i] - y_pred[i]) ** 2 / n  # 1/n Σ (yᵢ − ŷᵢ)²
    return out


def mean_squared_error_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """The further a prediction is off, the stronger it is pulled towards the truth."""
    dy_true, dy_pred = np.empty(y_true.shape, y_true.dtype), np.empty(y_pred.shape, y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        dy_pred[i] = upstream[i[:-1]] * 2 * (y_pred[i] - y_true[i]) / n  # 2 (ŷᵢ − yᵢ) / n
        dy_true[i] = -dy_pred[i]
    return dy_true, dy_pred


def mean_absolute_error(y_true: np.ndarray, y_pred: np.ndarray) -> np.ndarray:
    """Average the sizes of the errors of each sample."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        out[i[:-1]] += abs(y_true[i] - y_pred[i]) / n  # 1/n Σ |yᵢ − ŷᵢ|
    return out


def mean_absolute_error_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Every prediction is pulled equally, however far it is off; where it is right, not at all."""
    dy_true, dy_pred = np.empty(y_true.shape, y_true.dtype), np.empty(y_pred.shape, y_pred.dtype)
    n = y_pred.shape[-1]
    for i in indices(y_pred.shape):
        error = y_pred[i] - y_true[i]
        sign = 1 if error > 0 else -1 if error < 0 else 0
        dy_pred[i] = upstream[i[:-1]] * sign / n  # sign(ŷᵢ − yᵢ) / n
        dy_true[i] = -dy_pred[i]
    return dy_true, dy_pred


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


def binary_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """From logits, no more is left of the derivative than probability minus truth."""
    dy_true, dy_pred = np.empty(y_true.shape, y_true.dtype), np.empty(y_pred.shape, y_pred.dtype)
    n = y_pred.shape[-1]
    probabilities = sigmoid(y_pred) if from_logits else y_pred
    for i in indices(y_pred.shape):
        share, y, p = upstream[i[:-1]] / n, y_true[i], probabilities[i]
        if from_logits:
            dy_true[i] = -share * y_pred[i]  # −z
            dy_pred[i] = share * (p - y)  # p − y
        else:
            q = clipped(p)
            dy_true[i] = share * (np.log(1 - q) - np.log(q))  # ln(1−p) − ln p
            slope = (q - y) / (q * (1 - q))  # −y/p + (1−y)/(1−p) = (p − y) / (p (1−p))
            dy_pred[i] = share * slope if q == p else 0  # a clipped p changes nothing
    return dy_true, dy_pred


def categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    """Measure the surprise at the true class, given as a one-hot vector."""
    out = np.zeros(y_pred.shape[:-1], y_pred.dtype)
    log_p = log_softmax(y_pred) if from_logits else log_probabilities(y_pred)
    for i in indices(y_pred.shape):
        out[i[:-1]] -= y_true[i] * log_p[i]  # −Σₖ yₖ ln pₖ
    return out


def categorical_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[np.ndarray, np.ndarray]:
    """From logits, the derivative is probability minus truth, p − y, as the truth adds up to 1."""
    dy_true, dlog_p = np.empty(y_true.shape, y_true.dtype), np.empty(y_pred.shape, y_pred.dtype)
    log_p = log_softmax(y_pred) if from_logits else log_probabilities(y_pred)
    for i in indices(y_pred.shape):
        dy_true[i] = -upstream[i[:-1]] * log_p[i]  # ∂(−Σₖ yₖ ln pₖ)/∂yₖ = −ln pₖ
        dlog_p[i] = -upstream[i[:-1]] * y_true[i]  # ∂(−Σₖ yₖ ln pₖ)/∂(ln pₖ) = −yₖ
    back = log_softmax_vjp if from_logits else log_probabilities_vjp
    return dy_true, *back(dlog_p, y_pred)


def sparse_categorical_crossentropy(
    y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> np.ndarray:
    """Measure the surprise at the true class, given as its number."""
    out = np.empty(y_true.shape, y_pred.dtype)
    log_p = log_softmax(y_pred) if from_logits else log_probabilities(y_pred)
    for i in indices(y_true.shape):
        out[i] = -log_p[(*i, y_true[i])]  # −ln p of the true class
    return out


def sparse_categorical_crossentropy_vjp(
    upstream: np.ndarray, y_true: np.ndarray, y_pred: np.ndarray, from_logits: bool = False
) -> tuple[None, np.ndarray]:
    """From logits: p − 1 for the true class, p for the others. A class number has no gradient."""
    dlog_p = np.zeros(y_pred.shape, y_pred.dtype)
    for i in indices(y_true.shape):
        dlog_p[(*i, y_true[i])] = -upstream[i]  # ∂(−ln p)/∂(ln p) = −1 for the true class
    back = log_softmax_vjp if from_logits else log_probabilities_vjp
    return None, *back(dlog_p, y_pred)


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


def log_probabilities_vjp(upstream: np.ndarray, p: np.ndarray) -> tuple[np.ndarray]:
    """Go back through the logarithm, the clipping and the division by the sum."""
    dp = np.empty(p.shape, p.dtype)
    for i in indices(p.shape[:-1]):
        total = p.dtype.type(0)
        for value in p[i]:
            total += value
        dq, average = np.zeros(p.shape[-1], p.dtype), p.dtype.type(0)
        for k, value in enumerate(p[i]):
            q = value / total
            if q == clipped(q):  # a clipped q changes nothing
                dq[k] = upstream[(*i, k)] / q  # ∂(ln qₖ)/∂qₖ = 1 / qₖ
            average += dq[k] * q
        for k in range(p.shape[-1]):
            dp[(*i, k)] = (dq[k] - average) / total  # ∂qₖ/∂pₖ = (1 − qₖ) / Σ, ∂qₖ/∂pⱼ = −qₖ / Σ
    return (dp,)


def clipped(p: np.floating) -> np.floating:
    """Move a probability into the range from EPSILON to 1 - EPSILON."""
    low, high = p.dtype.type(EPSILON), p.dtype.type(1 - EPSILON)
    return low if p < low else high if p > high else p
