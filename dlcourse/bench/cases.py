"""What is timed: arguments for every operation, in three sizes."""

from collections.abc import Callable
from typing import Any

import numpy as np

SIZES = ("small", "medium", "large")

Shape = tuple[int, ...]
Case = tuple[list[Any], dict[str, Any]]  # array arguments, options

# One shape a size. The small one of ELEMENTS is the textbook's (Chollet, section 2.3).
ELEMENTS = ((20, 100), (256, 1024), (1024, 4096))
MATRICES = ((16, 32, 16), (64, 128, 64), (128, 784, 512))  # (m, k, n)
VECTORS = (100, 10_000, 1_000_000)
SAMPLES = ((20, 10), (256, 100), (4096, 1000))  # samples, classes
IMAGES = ((1, 8, 8, 3), (8, 14, 14, 8), (32, 28, 28, 16))
FILTERS = (8, 16, 32)
TABLES = ((8, 20, 1000, 16), (32, 100, 10_000, 64), (128, 200, 20_000, 128))


def case(operation: str, size: str) -> Case:
    """Return the arrays (float32, or integers) and the options to call `operation` with.

    The numbers are random, the same at every call. Raises KeyError for an unknown operation.
    """
    return _CASES[operation](SIZES.index(size), np.random.default_rng(1))


def _normal(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.standard_normal(shape, np.float32)


def _positive(rng: np.random.Generator, *shape: int) -> np.ndarray:
    return rng.uniform(0.05, 0.95, shape).astype(np.float32)


def _one(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *ELEMENTS[size])], {}


def _log(size: int, rng: np.random.Generator) -> Case:
    return [_positive(rng, *ELEMENTS[size])], {}


def _two(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *ELEMENTS[size]), _normal(rng, *ELEMENTS[size])], {}


def _along_rows(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *ELEMENTS[size])], {"axis": 1}


def _reshape(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *ELEMENTS[size])], {"newshape": (-1, 4)}


def _matmul(size: int, rng: np.random.Generator) -> Case:
    m, k, n = MATRICES[size]
    return [_normal(rng, m, k), _normal(rng, k, n)], {}


def _vectors(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, VECTORS[size]), _normal(rng, VECTORS[size])], {}


def _matrix_vector(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *ELEMENTS[size]), _normal(rng, ELEMENTS[size][1])], {}


def _dense(size: int, rng: np.random.Generator) -> Case:
    m, k, n = MATRICES[size]
    return [_normal(rng, m, k), _normal(rng, k, n), _normal(rng, n)], {"activation": "relu"}


def _classes(size: int, rng: np.random.Generator) -> Case:
    samples, classes = SAMPLES[size]
    return [rng.integers(0, classes, samples)], {"num_classes": classes}


def _words(size: int, rng: np.random.Generator) -> Case:
    samples, length, words, _ = TABLES[size]
    return [rng.integers(0, words, (samples, length))], {"num_classes": words}


def _embedding(size: int, rng: np.random.Generator) -> Case:
    samples, length, words, dimensions = TABLES[size]
    return [rng.integers(0, words, (samples, length)), _normal(rng, words, dimensions)], {}


def _conv2d(size: int, rng: np.random.Generator) -> Case:
    channels, filters = IMAGES[size][-1], FILTERS[size]
    return [_normal(rng, *IMAGES[size]), _normal(rng, 3, 3, channels, filters)], {}


def _depthwise(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *IMAGES[size]), _normal(rng, 3, 3, IMAGES[size][-1], 1)], {}


def _separable(size: int, rng: np.random.Generator) -> Case:
    (x, kernel), _ = _depthwise(size, rng)
    return [x, kernel, _normal(rng, 1, 1, IMAGES[size][-1], FILTERS[size])], {}


def _images(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *IMAGES[size])], {}


def _normalization(size: int, rng: np.random.Generator) -> Case:
    channels = IMAGES[size][-1]
    return [_normal(rng, *IMAGES[size]), _normal(rng, channels), _normal(rng, channels)], {}


def _dropout(size: int, rng: np.random.Generator) -> Case:
    shape = ELEMENTS[size]
    return [_normal(rng, *shape), rng.uniform(size=shape) < 0.5], {"rate": 0.5}


def _numbers(size: int, rng: np.random.Generator) -> Case:
    return [_normal(rng, *SAMPLES[size]), _normal(rng, *SAMPLES[size])], {}


def _probabilities(size: int, rng: np.random.Generator) -> Case:
    return [_positive(rng, *SAMPLES[size]), _positive(rng, *SAMPLES[size])], {}


def _true_classes(size: int, rng: np.random.Generator) -> Case:
    samples, classes = SAMPLES[size]
    return [rng.integers(0, classes, samples), _normal(rng, samples, classes)], {
        "from_logits": True
    }


_CASES: dict[str, Callable[[int, np.random.Generator], Case]] = {
    "add": _two,
    "multiply": _two,
    "maximum": _two,
    **dict.fromkeys(("relu", "sigmoid", "tanh", "exp", "transpose", "flatten"), _one),
    "log": _log,
    "sum": _along_rows,
    "mean": _along_rows,
    "reshape": _reshape,
    "matmul": _matmul,
    "vector_product": _vectors,
    "matrix_vector_product": _matrix_vector,
    "dense": _dense,
    "one_hot": _classes,
    "multi_hot": _words,
    "softmax": _one,
    "log_softmax": _one,
    "conv2d": _conv2d,
    "depthwise_conv2d": _depthwise,
    "separable_conv2d": _separable,
    **dict.fromkeys(("max_pool2d", "average_pool2d", "global_average_pool2d"), _images),
    "batch_normalization": _normalization,
    "layer_normalization": _normalization,
    "dropout": _dropout,
    "embedding": _embedding,
    "mean_squared_error": _numbers,
    "mean_absolute_error": _numbers,
    "binary_crossentropy": _probabilities,
    "categorical_crossentropy": _probabilities,
    "sparse_categorical_crossentropy": _true_classes,
}
