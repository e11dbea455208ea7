"""The operations on images, and what goes with them, as formulas for float64 arrays.

Convolutions come from SciPy's full cross-correlation of one channel with one kernel, of which the
places asked for are picked; pooling slices out every window. The padding is not made, but counted.
"""

import numpy as np
from scipy.signal import correlate2d


def pair(value):
    return value if isinstance(value, tuple) else (value, value)


def starts(size, window, stride, padding):
    """Return where along an axis the windows start; before 0 on the padding."""
    if padding == "valid":
        return np.arange(0, size - window + 1, stride)
    first = np.arange(0, size, stride)  # one window for each
    return first - max(first[-1] + window - size, 0) // 2


def convolved(image, kernel, strides, padding):
    """Correlate one channel with one kernel."""
    everywhere = correlate2d(image, kernel)  # index p: the window that ends at p
    places = [
        starts(n, k, s, padding) + k - 1
        for n, k, s in zip(image.shape, kernel.shape, pair(strides), strict=True)
    ]
    return everywhere[np.ix_(*places)]


def conv2d(x, kernel, bias=None, strides=1, padding="valid"):
    def output(image, o):
        return sum(
            convolved(image[..., c], kernel[..., c, o], strides, padding)
            for c in range(kernel.shape[2])
        )

    out = [[output(image, o) for o in range(kernel.shape[3])] for image in x]
    return np.moveaxis(np.array(out), 1, 3) + (0 if bias is None else bias)


def depthwise_conv2d(x, kernel, bias=None, strides=1, padding="valid"):
    out = [
        [
            convolved(image[..., c], kernel[..., c, m], strides, padding)
            for c in range(kernel.shape[2])
            for m in range(kernel.shape[3])
        ]
        for image in x
    ]
    return np.moveaxis(np.array(out), 1, 3) + (0 if bias is None else bias)


def separable_conv2d(x, depthwise_kernel, pointwise_kernel, bias=None, strides=1, padding="valid"):
    inner = depthwise_conv2d(x, depthwise_kernel, None, strides, padding)
    return inner @ pointwise_kernel[0, 0] + (0 if bias is None else bias)


def pooling(reduce):
    def pooled(x, pool_size=2, strides=None, padding="valid"):
        window = pair(pool_size)
        steps = window if strides is None else pair(strides)
        rows, columns = [starts(x.shape[k + 1], window[k], steps[k], padding) for k in (0, 1)]

        def pixels(i, j):
            return x[:, max(i, 0) : i + window[0], max(j, 0) : j + window[1]]

        out = [[reduce(pixels(i, j), axis=(1, 2)) for j in columns] for i in rows]
        return np.moveaxis(np.array(out), 2, 0)

    return pooled


def standardized(values, epsilon):
    """Normalize the rows of a matrix, column by column."""
    centred = values - values.sum(axis=0) / len(values)
    return centred * ((centred**2).sum(axis=0) / len(values) + epsilon) ** -0.5


def batch_normalization(x, gamma=None, beta=None, mean=None, variance=None, axis=-1, epsilon=1e-3):
    moved = np.moveaxis(x, axis, -1)
    rows = moved.reshape(-1, moved.shape[-1])
    if mean is None:
        out = standardized(rows, epsilon)
    else:
        out = (rows - mean) * (variance + epsilon) ** -0.5
    out = out * (1 if gamma is None else gamma) + (0 if beta is None else beta)
    return np.moveaxis(out.reshape(moved.shape), -1, axis)


def layer_normalization(x, gamma=None, beta=None, axis=-1, epsilon=1e-3):
    moved = np.moveaxis(x, axis, -1)
    out = standardized(moved.reshape(-1, moved.shape[-1]).T, epsilon).T
    out = out * (1 if gamma is None else gamma) + (0 if beta is None else beta)
    return np.moveaxis(out.reshape(moved.shape), -1, axis)


def embedding(x, embeddings):
    return (x[..., None] == np.arange(len(embeddings))) @ embeddings


IMAGE_FORMULAS = {
    "conv2d": conv2d,
    "depthwise_conv2d": depthwise_conv2d,
    "separable_conv2d": separable_conv2d,
    "max_pool2d": pooling(np.max),
    "average_pool2d": pooling(np.mean),
    "global_average_pool2d": lambda x, keepdims=False: (
        np.einsum("nijc->nc", x)[(slice(None), None, None) if keepdims else ()]
        / (x.shape[1] * x.shape[2])
    ),
    "batch_normalization": batch_normalization,
    "layer_normalization": layer_normalization,
    "dropout": lambda x, mask, rate: np.where(mask == 1, x / (1 - rate), 0),
    "embedding": embedding,
}
