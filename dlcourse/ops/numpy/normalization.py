"""Normalization: subtract the mean, divide by the standard deviation, then scale and shift.

Batch normalization takes both from all values of a channel, layer normalization from the values
of one sample. In both, z = (x − μ) / √(σ² + ε), and the result is γ z + β.
"""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

Axes = tuple[int, ...]


def batch_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> np.ndarray:
    others = _others(x, axis)
    if mean is None:
        mean, variance = _moments(x, others)
    else:
        mean, variance = np.expand_dims(mean, others), np.expand_dims(variance, others)
    return _scaled((x - mean) / np.sqrt(variance + epsilon), gamma, beta, others)


def batch_normalization_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray | None, ...]:
    others = _others(x, axis)
    if mean is None:
        dx, dgamma, dbeta = _normalization_vjp(upstream, x, gamma, others, others, epsilon)
        dmean = dvariance = None
    else:
        s = np.sqrt(variance + epsilon)
        z = (x - np.expand_dims(mean, others)) / np.expand_dims(s, others)
        dx = _scaled(upstream, gamma, None, others) / np.expand_dims(s, others)
        dgamma, dbeta = np.sum(upstream * z, axis=others), np.sum(upstream, axis=others)
        dmean = -np.sum(dx, axis=others)
        dvariance = -np.sum(dx * z, axis=others) / (2 * s)
    dgamma, dbeta = None if gamma is None else dgamma, None if beta is None else dbeta
    return dx, dgamma, dbeta, dmean, dvariance


def layer_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> np.ndarray:
    mean, variance = _moments(x, (axis,))
    return _scaled((x - mean) / np.sqrt(variance + epsilon), gamma, beta, _others(x, axis))


def layer_normalization_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray | None, ...]:
    others = _others(x, axis)
    dx, dgamma, dbeta = _normalization_vjp(upstream, x, gamma, (axis,), others, epsilon)
    return dx, None if gamma is None else dgamma, None if beta is None else dbeta


def _normalization_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray | None,
    along: Axes,
    others: Axes,
    epsilon: float,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Go back through z, whose mean and variance were taken `along` some axes.

    Gamma and beta have one element for each place along the axis that is not in `others`.
    """
    mean, variance = _moments(x, along)
    s = np.sqrt(variance + epsilon)
    z = (x - mean) / s
    dz = _scaled(upstream, gamma, None, others)
    # What goes through the mean, and what goes through the variance, is taken off again.
    through_mean = np.mean(dz, axis=along, keepdims=True)
    through_variance = z * np.mean(dz * z, axis=along, keepdims=True)
    dx = (dz - through_mean - through_variance) / s
    return dx, np.sum(upstream * z, axis=others), np.sum(upstream, axis=others)


def _others(x: np.ndarray, axis: int) -> Axes:
    return tuple(k for k in range(x.ndim) if k != axis % x.ndim)


def _moments(x: np.ndarray, axes: Axes) -> tuple[np.ndarray, np.ndarray]:
    return np.mean(x, axis=axes, keepdims=True), np.var(x, axis=axes, keepdims=True)


def _scaled(
    z: np.ndarray, gamma: np.ndarray | None, beta: np.ndarray | None, others: Axes
) -> np.ndarray:
    if gamma is not None:
        z = z * np.expand_dims(gamma, others)
    return z if beta is None else z + np.expand_dims(beta, others)
