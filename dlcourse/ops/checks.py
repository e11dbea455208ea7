"""What each operation wants of its arguments, checked before any framework sees them.

Every check takes the name of the operation and the arguments by their names, and raises
ValueError (a wrong shape or value) or TypeError (a wrong type), with one message for all six
implementations: the argument, what it was, what was wanted, what to do.
"""

import math
from typing import Any

from dlcourse.ops import conditions
from dlcourse.ops.conditions import did_you_mean, shape

ACTIVATIONS = ("relu", "sigmoid", "tanh", "softmax", "log_softmax")


def any_shape(operation: str, **arguments: Any) -> None:
    """Accept an array of any shape."""


def broadcastable(operation: str, x: Any, y: Any) -> None:
    """Check that two shapes fit by the broadcasting rule."""
    for a, b in zip(reversed(shape(x)), reversed(shape(y)), strict=False):
        if a != b and 1 not in (a, b):
            raise ValueError(
                f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: aligned at the "
                f"last axis, sizes {a} and {b} meet, and they must be equal or one of them 1. "
                "Reshape one of them, or transpose it."
            )


def reduction(operation: str, x: Any, axis: Any, keepdims: Any) -> None:
    """Check the axis or axes that `sum` and `mean` remove."""
    if axis is None:
        return
    rank = len(shape(x))
    axes = axis if isinstance(axis, tuple | list) else (axis,)
    if not axes:
        raise ValueError(f"{operation}: axis=() names no axis. Use axis=None for all axes.")
    numbers = [conditions.axis(operation, "axis", a, x) for a in axes]
    if len(set(numbers)) < len(numbers):
        raise ValueError(
            f"{operation}: axis={axis} names an axis of x, shape {shape(x)}, more than once "
            f"(-1 is the same as {rank - 1}). Name each axis once."
        )


def one_axis(operation: str, x: Any, axis: Any) -> None:
    """Check the axis that softmax runs along."""
    conditions.axis(operation, "axis", axis, x)


def reshape(operation: str, x: Any, newshape: Any) -> None:
    """Check that the new shape holds as many elements as the old."""
    sizes = newshape if isinstance(newshape, tuple | list) else (newshape,)
    sizes = [conditions.integer(operation, "newshape", size) for size in sizes]
    count, known = math.prod(shape(x)), math.prod(size for size in sizes if size != -1)
    found = f"{operation}: x has shape {shape(x)}, {count} elements, and newshape is {newshape}"
    if any(size < -1 for size in sizes) or sizes.count(-1) > 1:
        raise ValueError(
            f"{found}: sizes must be 0 or more, except for one -1, which stands for whatever is "
            "left. Give the other sizes."
        )
    if -1 in sizes and known == 0:
        raise ValueError(f"{found}: beside a 0, -1 could be any size. Give the size instead.")
    if -1 in sizes and count % known:
        raise ValueError(
            f"{found}: {count} elements cannot be divided into {known} equal parts. "
            f"Choose sizes whose product divides {count}."
        )
    if -1 not in sizes and count != known:
        raise ValueError(
            f"{found}, which holds {known}. Choose sizes whose product is {count}; "
            "one of them may be -1 and is then worked out."
        )


def transpose(operation: str, x: Any, axes: Any) -> None:
    """Check that `axes` names every axis of x once."""
    if axes is None:
        return
    rank = len(shape(x))
    if not isinstance(axes, tuple | list):
        raise TypeError(
            f"{operation}: axes={axes!r} must be a tuple, one number for each axis of x. "
            "Leave axes out to reverse their order."
        )
    numbers = [conditions.axis(operation, "axes", a, x) for a in axes]
    if sorted(numbers) != list(range(rank)):
        raise ValueError(
            f"{operation}: axes={axes} must name each of the {rank} axes of x, shape {shape(x)}, "
            "exactly once. Leave axes out to reverse their order."
        )


def flatten(operation: str, x: Any) -> None:
    """Check that there is an axis of samples to keep."""
    if not shape(x):
        raise ValueError(
            f"{operation}: x has shape (), but its first axis must count the samples. "
            "Give it one, for example with reshape(x, (1,))."
        )


def matmul(operation: str, x: Any, y: Any) -> None:
    """Check the inner axes of a matrix product, and that the batch axes broadcast."""
    if not shape(x) or not shape(y):
        raise ValueError(
            f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: both need at least "
            "one axis. To scale an array by one number, use multiply."
        )
    inner, place = (shape(y)[-2], "second-last") if len(shape(y)) > 1 else (shape(y)[-1], "last")
    if shape(x)[-1] != inner:
        raise ValueError(
            f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: the last axis of x "
            f"({shape(x)[-1]}) must equal the {place} axis of y ({inner}). Transpose one of them, "
            "or check which axis holds the features."
        )
    for a, b in zip(reversed(shape(x)[:-2]), reversed(shape(y)[:-2]), strict=False):
        if a != b and 1 not in (a, b):
            raise ValueError(
                f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: the axes before "
                f"the last two count the matrices; there, sizes {a} and {b} meet, and they must "
                "be equal or one of them 1. Give both the same number of matrices."
            )


def vector_product(operation: str, x: Any, y: Any) -> None:
    """Check that both are vectors of one length."""
    conditions.rank(operation, "x", x, (1,), "a vector (n,)")
    conditions.rank(operation, "y", y, (1,), "a vector (n,)")
    if shape(x) != shape(y):
        raise ValueError(
            f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: both vectors must "
            "have the same length. Check where the two were made."
        )


def matrix_vector_product(operation: str, x: Any, y: Any) -> None:
    """Check that the matrix has as many columns as the vector has elements."""
    conditions.rank(operation, "x", x, (2,), "a matrix (m, n)")
    conditions.rank(operation, "y", y, (1,), "a vector (n,)")
    if shape(x)[1] != shape(y)[0]:
        raise ValueError(
            f"{operation}: x has shape {shape(x)} and y has shape {shape(y)}: the columns of x "
            f"({shape(x)[1]}) must be as many as the elements of y ({shape(y)[0]}). "
            "Transpose x, or check which axis holds the features."
        )


def dense(operation: str, x: Any, kernel: Any, bias: Any, activation: Any) -> None:
    """Check the weights of a dense layer against its input, and the name of its activation."""
    conditions.rank(operation, "kernel", kernel, (2,), "a matrix (inputs, units)")
    inputs, units = shape(kernel)
    if not shape(x) or shape(x)[-1] != inputs:
        raise ValueError(
            f"{operation}: x has shape {shape(x)} and kernel has shape {shape(kernel)}: the last "
            f"axis of x must hold {inputs} features, one for each row of kernel. Flatten x, or "
            "make the kernel (features of x, units)."
        )
    wanted_by = f"kernel, shape {shape(kernel)}, makes {units} units"
    conditions.one_each(operation, "bias", bias, units, wanted_by, "unit")
    if activation is not None and not isinstance(activation, str):
        raise TypeError(
            f"{operation}: activation={activation!r} must be None or a name: "
            f"{', '.join(ACTIVATIONS)}. Apply any other function to the result yourself."
        )
    if activation is not None and activation not in ACTIVATIONS:
        raise ValueError(
            f"{operation}: activation={activation!r} is not one of {', '.join(ACTIVATIONS)}."
            f"{did_you_mean(activation, ACTIVATIONS)}"
        )


def encoding(operation: str, x: Any, num_classes: Any) -> None:
    """Check the indices that are turned into vectors."""
    if conditions.integer(operation, "num_classes", num_classes) < 1:
        raise ValueError(
            f"{operation}: num_classes={num_classes} must be at least 1: it is the length of the "
            "vectors. For labels 0 to 9, give 10."
        )
    if operation == "multi_hot":
        conditions.rank(
            operation, "x", x, (1, 2), "one list of indices (n,) or one a sample (samples, n)"
        )
        if shape(x)[-1] == 0:
            raise ValueError(
                f"{operation}: x has shape {shape(x)}, no index at all. Give each sample at least "
                "one index, such as that of a padding token."
            )
    conditions.indices(operation, "x", x, num_classes)


def same_shape(operation: str, y_true: Any, y_pred: Any, from_logits: bool = False) -> None:
    """Check that truth and prediction have one shape, with something to compare in each sample."""
    if shape(y_true) != shape(y_pred):
        raise ValueError(
            f"{operation}: y_true has shape {shape(y_true)} and y_pred has shape {shape(y_pred)}: "
            "they must be the same. Broadcasting would compare every truth with every prediction; "
            "reshape one of them, such as (n,) to (n, 1)."
        )
    conditions.samples(operation, y_pred)


def classes(operation: str, y_true: Any, y_pred: Any, from_logits: bool = False) -> None:
    """Check that there is one class number for each row of predictions."""
    conditions.samples(operation, y_pred)
    if shape(y_true) != shape(y_pred)[:-1]:
        raise ValueError(
            f"{operation}: y_true has shape {shape(y_true)} and y_pred has shape {shape(y_pred)}: "
            f"y_true must have shape {shape(y_pred)[:-1]}, one class number for each row of "
            "y_pred. Reshape it, or use categorical_crossentropy for one-hot vectors."
        )
    conditions.indices(operation, "y_true", y_true, shape(y_pred)[-1])
