"""Convolution as one product: all windows, laid out as rows of a matrix, times the kernel.

A depthwise convolution has too little to multiply for that: it adds up one product for each place
in the window.

What networks call a convolution is a cross-correlation: the kernel is not flipped.
"""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np

from dlcourse.ops.geometry import Pair, axes
from dlcourse.ops.numpy.windows import crop, pad, places, windows, zeros

SUMMED = (0, 1, 2)  # over images, rows and columns, a kernel and a bias stay the same


def conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    out = np.tensordot(windows(x, rows, columns), kernel, axes=3)  # Σ over a, b, c
    return out if bias is None else out + bias


def conv2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    flat = upstream.reshape(-1, kernel.shape[3])  # one large matrix is multiplied faster
    covered = windows(x, rows, columns).reshape(flat.shape[0], -1)  # a row for each window
    dkernel = (covered.T @ flat).reshape(kernel.shape)
    del covered  # the largest array by far
    dpadded = zeros(x, rows, columns)
    weights = kernel.reshape(-1, *kernel.shape[2:])  # a matrix for each place (a, b)
    for dpixels, w in zip(places(dpadded, rows, columns), weights, strict=True):
        dpixels += (flat @ w.T).reshape(dpixels.shape)
    dbias = None if bias is None else np.sum(upstream, axis=SUMMED)
    return crop(dpadded, rows, columns), dkernel, dbias


def depthwise_conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    pixels = places(pad(_repeated(x, kernel), rows, columns), rows, columns)
    out = sum(p * w for p, w in zip(pixels, _weights(kernel), strict=True))
    return out if bias is None else out + bias


def _repeated(x: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Repeat every channel of x as often as there are kernels for it."""
    return np.repeat(x, kernel.shape[3], axis=3)


def _weights(kernel: np.ndarray) -> np.ndarray:
    """Return the weights as one row for each place (a, b): channel c · multiplier + m."""
    return kernel.reshape(kernel.shape[0] * kernel.shape[1], kernel.shape[2] * kernel.shape[3])


def depthwise_conv2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    repeated = _repeated(x, kernel)
    dpadded = zeros(repeated, rows, columns)
    for dpixels, w in zip(places(dpadded, rows, columns), _weights(kernel), strict=True):
        dpixels += upstream * w
    drepeated = crop(dpadded, rows, columns).reshape(*x.shape, kernel.shape[3])
    pixels = places(pad(repeated, rows, columns), rows, columns)
    dkernel = np.stack([np.einsum("nijc,nijc->c", p, upstream) for p in pixels])
    dbias = None if bias is None else np.sum(upstream, axis=SUMMED)
    return np.einsum("nijcm->nijc", drepeated), dkernel.reshape(kernel.shape), dbias


def separable_conv2d(
    x: np.ndarray,
    depthwise_kernel: np.ndarray,
    pointwise_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    return conv2d(inner, pointwise_kernel, bias)


def separable_conv2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    depthwise_kernel: np.ndarray,
    pointwise_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray | None]:
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    dinner, dpointwise, dbias = conv2d_vjp(upstream, inner, pointwise_kernel, bias)
    dx, ddepthwise, _ = depthwise_conv2d_vjp(dinner, x, depthwise_kernel, None, strides, padding)
    return dx, ddepthwise, dpointwise, dbias
