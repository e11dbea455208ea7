"""The ladder: every operation as a loop, in NumPy, and in TensorFlow, PyTorch, JAX and Keras.

    ops.names()                      → ("naive", "numpy", "tensorflow", "torch", "jax", "keras")
    ops.get("torch").softmax(x)      → a PyTorch tensor
    ops.to_numpy(y)                  → any of their arrays as a NumPy array
    ops.operations()                 → the names that all six provide
    ops.vjp("torch", "softmax", upstream, x)  → the gradient of x, a NumPy array

`protocol.py` documents each operation once. A framework is imported when its implementation is
first asked for. The conventions below hold for all six, unless a difference is named.

Arguments
    Anything array-like: numbers, nested lists, NumPy arrays, the framework's own arrays (those
    keep their gradients and their device). Shapes, axes and values are checked before the
    framework sees them: ValueError for a wrong shape or value, TypeError for what is not a
    number, with the same message in all six. Inside `jax.jit` and `tf.function` there are no
    values yet: there, the range of class numbers is not checked.

Dtypes
    * float64 stays float64; every other float is float32, and so are floats in Python lists and
      numbers. Where two meet, the wider wins; a float beats an integer.
    * Booleans and integers count as int64, and become float32 where the result is no integer:
      sigmoid, tanh, exp, log, mean, dense, softmax, log_softmax, and whatever works on images or
      normalizes.
    * reshape, transpose and flatten keep any dtype; one_hot and multi_hot give float32.
    * Losses have the dtype of y_pred, as in Keras; dropout has that of x, embedding that of the
      table, both as floats.
    * JAX has no 64-bit numbers unless `jax_enable_x64` is set, and Keras computes with them on
      TensorFlow only: elsewhere, float64 becomes float32 and int64 becomes int32.

Images
    * Images are (n, rows, columns, channels), and there is at least one; kernels are (kh, kw, c_in,
      c_out). PyTorch's own order is another: its implementation moves the axes.
    * A convolution does not flip its kernel: mathematics calls it a cross-correlation.
    * "valid" takes windows that lie on the image. "same" gives ⌈size / stride⌉ of them: what is
      missing is padded before and after, and where that is uneven, the larger part goes after.
      (PyTorch's own padding is the same on both sides.) An average does not count the padding.
    * Keras on PyTorch averages the pixels at the border twice where it pads, and cannot go back
      through the convolution of a small image: there, these two are PyTorch's own.
    * A depthwise convolution has one stride for both directions: TensorFlow knows no other.
    * A variance is divided by n, not by n - 1, in training too.

Values
    * NaN goes in, NaN comes out; log(0) is -inf, and no warning is given. The sign of a zero is
      left open.
    * A row with NaN or +inf has no softmax: at least these elements become NaN (in most
      frameworks the whole row does).
    * The sum over an empty axis is 0, the mean NaN, a matrix product over one 0, a softmax along
      one empty. Losses refuse an empty last axis, multi_hot refuses samples without an index.
    * Softmax, sigmoid and the losses from logits stay exact for scores of any finite size.
    * Losses from probabilities clip them to [1e-7, 1 - 1e-7]; categorical losses first divide
      them by their sum. Keras on TensorFlow departs from this twice: for predictions that its own
      softmax or sigmoid made it goes back to the logits, and its sparse loss divides after it
      clips. On probabilities between the clips this makes no difference. On PyTorch, its binary
      loss raises RuntimeError for NaN.
    * Max pooling of a window with NaN gives NaN. TensorFlow, and Keras on it, pass over NaN on a
      CPU, and give the lowest number where there is nothing else, or nothing but -inf.
    * Keras on TensorFlow cannot add an empty array of rank 2 or more to one of higher rank.

Gradients
    * relu has slope 0 at 0, |x| too (JAX: 1). In a window with several largest elements, max
      pooling gives the gradient to the first. `maximum` gives half to each in a tie (TensorFlow:
      all to x). Keras does as its backend does.
    * Where a loss clips a probability, its gradient is 0.
    * From logits, the gradient of categorical_crossentropy is p Σ y − y, which is p − y where y
      adds up to 1; TensorFlow, and Keras on it, give p − y for every y.
"""

import functools
import importlib.util
from typing import Any

import numpy as np

from dlcourse.ops import gradients
from dlcourse.ops.conditions import did_you_mean
from dlcourse.ops.conversion import to_numpy
from dlcourse.ops.implementation import RULES, Implementation

__all__ = ["Implementation", "get", "names", "operations", "to_numpy", "vjp"]

_NAMES = ("naive", "numpy", "tensorflow", "torch", "jax", "keras")


def names() -> tuple[str, ...]:
    """Return the names of the implementations, from the loop to the highest level.

    Left out are those whose framework is not installed, as in a browser.
    """
    return tuple(name for name in _NAMES if name == "naive" or importlib.util.find_spec(name))


def operations() -> tuple[str, ...]:
    """Return the names of the operations that every implementation provides."""
    return tuple(RULES)


@functools.cache
def get(name: str) -> Implementation:
    """Return the implementation called `name`, importing its framework on the first call.

    Raises:
        ValueError: there is no implementation of that name.
        ImportError: its framework is not installed.
    """
    if name not in _NAMES:
        raise ValueError(
            f"ops.get: name={name!r} is not one of {', '.join(_NAMES)}."
            f"{did_you_mean(str(name), _NAMES)}"
        )
    try:
        module = importlib.import_module(f"dlcourse.ops.{name}")
    except ModuleNotFoundError as error:
        raise ImportError(
            f"ops.get: {name!r} needs the package {error.name!r}, which is not installed here. "
            "Install the frameworks with: pip install 'dlcourse[course]'"
        ) from error
    return Implementation(name, module)


def vjp(
    name: str, operation: str, upstream: Any, *args: Any, **kwargs: Any
) -> tuple[np.ndarray | None, ...]:
    """Return the gradient of each array argument of an operation: a vector-Jacobian product.

    Σ over the elements of the result of `upstream` times the operation's output is a single
    number; the gradient of an argument says how fast it changes with each of its elements.
    `naive` and `numpy` follow rules written by hand, which stand beside each operation; the
    frameworks differentiate automatically.

    Args:
        name: the implementation, one of `names()`.
        operation: one of `operations()`.
        upstream: what comes back from later steps, in the shape of the operation's result.
        *args: the operation's arguments, as if it was called; integers count as floats.
        **kwargs: likewise.

    Returns:
        One NumPy array for each array argument that was given, in its shape, or None for one
        that has no gradient: class numbers, indices, masks.

    Raises:
        ValueError: no such implementation or operation, or an upstream of another shape;
            otherwise the errors of the operation itself.
    """
    if operation not in RULES:
        raise ValueError(
            f"ops.vjp: operation={operation!r} is not one of {', '.join(RULES)}."
            f"{did_you_mean(str(operation), operations())}"
        )
    return gradients.vjp(get(name), operation, upstream, args, kwargs)
