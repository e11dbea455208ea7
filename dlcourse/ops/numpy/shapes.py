"""The same elements under another shape: nothing is computed."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import math

import numpy as np


def reshape(x: np.ndarray, newshape: int | tuple[int, ...]) -> np.ndarray:
    return np.reshape(x, newshape)


def reshape_vjp(
    upstream: np.ndarray, x: np.ndarray, newshape: int | tuple[int, ...]
) -> tuple[np.ndarray]:
    return (np.reshape(upstream, x.shape),)


def transpose(x: np.ndarray, axes: tuple[int, ...] | None = None) -> np.ndarray:
    return np.transpose(x, axes)


def transpose_vjp(
    upstream: np.ndarray, x: np.ndarray, axes: tuple[int, ...] | None = None
) -> tuple[np.ndarray]:
    # Sorting the axes says where each of them went.
    back = None if axes is None else np.argsort([axis % x.ndim for axis in axes])
    return (np.transpose(upstream, back),)


def flatten(x: np.ndarray) -> np.ndarray:
    return np.reshape(x, (x.shape[0], math.prod(x.shape[1:])))


def flatten_vjp(upstream: np.ndarray, x: np.ndarray) -> tuple[np.ndarray]:
    return (np.reshape(upstream, x.shape),)


def unbroadcast(gradient: np.ndarray, shape: tuple[int, ...]) -> np.ndarray:
    """Add up `gradient` over the axes along which an array of `shape` was repeated.

    A number that was used many times gets the sum of the gradients of all its uses.
    """
    if gradient.shape == shape:
        return gradient
    added = gradient.ndim - len(shape)
    repeated = [k for k, n in enumerate(shape, added) if n == 1 and gradient.shape[k] != 1]
    return np.sum(gradient, axis=(*range(added), *repeated)).reshape(shape)
