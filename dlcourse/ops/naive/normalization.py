"""Normalization: subtract the mean, divide by the standard deviation, then scale and shift.

Batch normalization takes both from all values of a channel, layer normalization from the values
of one sample. In both, z = (x − μ) / √(σ² + ε), and the result is γ z + β.
"""

from collections.abc import Iterator

import numpy as np

from dlcourse.ops.naive.shapes import Index, indices, lines


def batch_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    mean: np.ndarray | None = None,
    variance: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> np.ndarray:
    """Normalize each channel, by its own mean and variance or by those that are given."""
    out = np.empty(x.shape, x.dtype)
    for k, channel in enumerate(channels(x.shape, axis)):
        m, v = moments(x, channel) if mean is None else (mean[k], variance[k])
        for i in channel:
            z = (x[i] - m) / np.sqrt(v + epsilon)  # (xᵢ − μ) / √(σ² + ε)
            out[i] = scaled(z, k, gamma, beta)
    return out


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
    """Go back to x and, where mean and variance were taken from x, through them to x again."""
    dx = np.empty(x.shape, x.dtype)
    dgamma, dbeta, dmean, dvariance = np.zeros((4, x.shape[axis]), x.dtype)
    for k, channel in enumerate(channels(x.shape, axis)):
        m, v = moments(x, channel) if mean is None else (mean[k], variance[k])
        for i in channel:
            z = (x[i] - m) / np.sqrt(v + epsilon)
            dgamma[k] += upstream[i] * z  # ∂(γ z + β)/∂γ = z
            dbeta[k] += upstream[i]  # ∂(γ z + β)/∂β = 1
            dx[i] = scaled(upstream[i], k, gamma, None) / np.sqrt(v + epsilon)  # γ / √(σ² + ε)
            dmean[k] -= dx[i]  # −γ / √(σ² + ε)
            dvariance[k] -= dx[i] * z / (2 * np.sqrt(v + epsilon))  # −γ z / (2 (σ² + ε))
        if mean is None:
            add_through_moments(dx, x, channel, dmean[k], dvariance[k])
    return dx, *given((gamma, dgamma), (beta, dbeta), (mean, dmean), (variance, dvariance))


def layer_normalization(
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> np.ndarray:
    """Normalize each line of x along `axis` by its own mean and variance."""
    out = np.empty(x.shape, x.dtype)
    for line in lines(x.shape, axis):
        m, v = moments(x, line)
        for k, i in enumerate(line):
            z = (x[i] - m) / np.sqrt(v + epsilon)  # (xᵢ − μ) / √(σ² + ε)
            out[i] = scaled(z, k, gamma, beta)
    return out


def layer_normalization_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    gamma: np.ndarray | None = None,
    beta: np.ndarray | None = None,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> tuple[np.ndarray | None, ...]:
    """Go back to x directly, and through the mean and the variance of its line."""
    dx = np.empty(x.shape, x.dtype)
    dgamma, dbeta = np.zeros((2, x.shape[axis]), x.dtype)
    for line in lines(x.shape, axis):
        m, v = moments(x, line)
        dmean = dvariance = x.dtype.type(0)
        for k, i in enumerate(line):
            z = (x[i] - m) / np.sqrt(v + epsilon)
            dgamma[k] += upstream[i] * z  # ∂(γ z + β)/∂γ = z
            dbeta[k] += upstream[i]  # ∂(γ z + β)/∂β = 1
            dx[i] = scaled(upstream[i], k, gamma, None) / np.sqrt(v + epsilon)  # γ / √(σ² + ε)
            dmean -= dx[i]  # −γ / √(σ² + ε)
            dvariance -= dx[i] * z / (2 * np.sqrt(v + epsilon))  # −γ z / (2 (σ² + ε))
        add_through_moments(dx, x, line, dmean, dvariance)
    return dx, *given((gamma, dgamma), (beta, dbeta))


def channels(shape: Index, axis: int) -> Iterator[list[Index]]:
    """Yield, for every place k along `axis`, the indices of all elements at that place."""
    for k in range(shape[axis]):
        yield [i for i in indices(shape) if i[axis] == k]


def moments(x: np.ndarray, places: list[Index]) -> tuple[np.floating, np.floating]:
    """Return the mean and the variance of the elements at these places."""
    mean = variance = x.dtype.type(0)
    for i in places:
        mean += x[i] / len(places)  # μ = 1/n Σ xᵢ
    for i in places:
        variance += (x[i] - mean) ** 2 / len(places)  # σ² = 1/n Σ (xᵢ − μ)²
    return mean, variance


def add_through_moments(
    dx: np.ndarray, x: np.ndarray, places: list[Index], dmean: np.floating, dvariance: np.floating
) -> None:
    """Add to `dx` what came back to the mean and the variance of the elements at these places."""
    mean, _ = moments(x, places)
    for i in places:
        dx[i] += dmean / len(places)  # ∂μ/∂xᵢ = 1 / n
        dx[i] += dvariance * 2 * (x[i] - mean) / len(places)  # ∂σ²/∂xᵢ = 2 (xᵢ − μ) / n


def scaled(
    z: np.floating, k: int, gamma: np.ndarray | None, beta: np.ndarray | None
) -> np.floating:
    """Scale z by γₖ and shift it by βₖ, where there are any."""
    if gamma is not None:
        z = gamma[k] * z
    return z if beta is None else z + beta[k]  # γ z + β


def given(*pairs: tuple[np.ndarray | None, np.ndarray]) -> list[np.ndarray | None]:
    """Return the gradients of the arguments that were given, and None for the others."""
    return [None if argument is None else gradient for argument, gradient in pairs]
