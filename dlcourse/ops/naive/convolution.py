"""Convolution: a small kernel slides over the image, and weighs what it covers.

What networks call a convolution is a cross-correlation: the kernel is not flipped.
"""

import numpy as np

from dlcourse.ops.geometry import Pair, axes
from dlcourse.ops.naive.shapes import indices
from dlcourse.ops.naive.windows import empty_images, window


def conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    """Add up, for every window and output channel, all that the kernel covers, weighed by it."""
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    out = empty_images(x, rows, columns, kernel.shape[3])
    for n, i, j, o in indices(out.shape):
        total = x.dtype.type(0) if bias is None else bias[o]
        for a, b, row, column in window(i, j, rows, columns):
            for c in range(x.shape[3]):
                total += x[n, row, column, c] * kernel[a, b, c, o]  # Σ xᵢ₊ₐ,ⱼ₊ᵦ,c kₐ,ᵦ,c,ₒ
        out[n, i, j, o] = total
    return out


def conv2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """Send each gradient to the pixels and weights it came from: each got the other as factor."""
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    dx, dkernel = np.zeros(x.shape, x.dtype), np.zeros(kernel.shape, kernel.dtype)
    for n, i, j, o in indices(upstream.shape):
        u = upstream[n, i, j, o]
        for a, b, row, column in window(i, j, rows, columns):
            for c in range(x.shape[3]):
                dx[n, row, column, c] += u * kernel[a, b, c, o]  # ∂(x k)/∂x = k
                dkernel[a, b, c, o] += u * x[n, row, column, c]  # ∂(x k)/∂k = x
    return dx, dkernel, None if bias is None else bias_vjp(upstream)


def bias_vjp(upstream: np.ndarray) -> np.ndarray:
    """A bias was added to every pixel of its channel: add up what comes back from them."""
    dbias = np.zeros(upstream.shape[3], upstream.dtype)
    for n, i, j, o in indices(upstream.shape):
        dbias[o] += upstream[n, i, j, o]  # ∂(y + b)/∂b = 1
    return dbias


def depthwise_conv2d(
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    """Convolve each channel by itself, with kernels of its own; channels never meet."""
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    channels, multiplier = kernel.shape[2:]
    out = empty_images(x, rows, columns, channels * multiplier)
    for n, i, j, o in indices(out.shape):
        c, m = divmod(o, multiplier)  # o = c · multiplier + m
        total = x.dtype.type(0) if bias is None else bias[o]
        for a, b, row, column in window(i, j, rows, columns):
            total += x[n, row, column, c] * kernel[a, b, c, m]  # Σ xᵢ₊ₐ,ⱼ₊ᵦ,c kₐ,ᵦ,c,ₘ
        out[n, i, j, o] = total
    return out


def depthwise_conv2d_vjp(
    upstream: np.ndarray,
    x: np.ndarray,
    kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> tuple[np.ndarray, np.ndarray, np.ndarray | None]:
    """As in a convolution, but each output channel came from one channel of the image."""
    rows, columns = axes(x.shape, kernel.shape[:2], strides, padding)
    dx, dkernel = np.zeros(x.shape, x.dtype), np.zeros(kernel.shape, kernel.dtype)
    for n, i, j, o in indices(upstream.shape):
        c, m = divmod(o, kernel.shape[3])
        for a, b, row, column in window(i, j, rows, columns):
            dx[n, row, column, c] += upstream[n, i, j, o] * kernel[a, b, c, m]
            dkernel[a, b, c, m] += upstream[n, i, j, o] * x[n, row, column, c]
    return dx, dkernel, None if bias is None else bias_vjp(upstream)


def separable_conv2d(
    x: np.ndarray,
    depthwise_kernel: np.ndarray,
    pointwise_kernel: np.ndarray,
    bias: np.ndarray | None = None,
    strides: Pair = 1,
    padding: str = "valid",
) -> np.ndarray:
    """First look within each channel, then mix the channels of each pixel."""
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
    """Go back through the two steps in reverse: the chain rule."""
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    dinner, dpointwise, dbias = conv2d_vjp(upstream, inner, pointwise_kernel, bias)
    dx, ddepthwise, _ = depthwise_conv2d_vjp(dinner, x, depthwise_kernel, None, strides, padding)
    return dx, ddepthwise, dpointwise, dbias
