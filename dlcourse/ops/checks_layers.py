"""What normalization, dropout and embedding want of their arguments; see `checks.py`."""

import math
from typing import Any

from dlcourse.ops import conditions
from dlcourse.ops.conditions import shape


def batch_normalization(
    operation: str,
    x: Any,
    gamma: Any,
    beta: Any,
    mean: Any,
    variance: Any,
    axis: Any,
    epsilon: Any,
) -> None:
    """Check that each channel has its scale, its shift, and statistics or values for them."""
    _normalized(operation, x, axis, epsilon, gamma=gamma, beta=beta, mean=mean, variance=variance)
    if (mean is None) != (variance is None):
        given, missing = ("mean", "variance") if variance is None else ("variance", "mean")
        raise ValueError(
            f"{operation}: {given} is given, but {missing} is not. Give both, from training, or "
            "leave both out, and they are taken from x."
        )
    values = math.prod(shape(x)) // max(shape(x)[axis], 1)
    if mean is None and (len(shape(x)) == 1 or values == 0):
        raise ValueError(
            f"{operation}: x has shape {shape(x)}: beside axis {axis} there must be samples to "
            "take mean and variance from. Give x an axis of samples, or give mean and variance."
        )


def layer_normalization(
    operation: str, x: Any, gamma: Any, beta: Any, axis: Any, epsilon: Any
) -> None:
    """Check that there are values along the axis, and a scale and a shift for each."""
    _normalized(operation, x, axis, epsilon, gamma=gamma, beta=beta)
    if shape(x)[axis] == 0:
        raise ValueError(
            f"{operation}: x has shape {shape(x)}: along axis {axis} there is nothing to take "
            "mean and variance from. Choose another axis, or check how x was made."
        )


def dropout(operation: str, x: Any, mask: Any, rate: Any) -> None:
    """Check the mask against x, and that the rate leaves something."""
    if shape(mask) != shape(x):
        raise ValueError(
            f"{operation}: mask has shape {shape(mask)} and x has shape {shape(x)}: the mask says "
            "for each element of x whether it is kept. Draw it in the shape of x."
        )
    rate_ = conditions.number(operation, "rate", rate)
    if not 0 <= rate_ < 1:
        raise ValueError(
            f"{operation}: rate={rate} must be at least 0 and below 1: it is the share of "
            "elements that are dropped. To drop 30 percent, give 0.3."
        )
    conditions.zeros_and_ones(operation, "mask", mask)


def embedding(operation: str, x: Any, embeddings: Any) -> None:
    """Check the table, and that it has a row for each index."""
    conditions.rank(operation, "embeddings", embeddings, (2,), "a table (rows, dimensions)")
    if shape(embeddings)[0] == 0:
        raise ValueError(
            f"{operation}: embeddings has shape {shape(embeddings)}, no row at all. "
            "Give it one row for each index that may occur."
        )
    advice = "Check how the indices were made, or give the table more rows."
    conditions.indices(operation, "x", x, shape(embeddings)[0], "rows of embeddings", advice)


def _normalized(operation: str, x: Any, axis: Any, epsilon: Any, **vectors: Any) -> None:
    conditions.axis(operation, "axis", axis, x)
    wanted_by = f"axis {axis} of x, shape {shape(x)}, has {shape(x)[axis]} places"
    for argument, vector in vectors.items():
        conditions.one_each(operation, argument, vector, shape(x)[axis], wanted_by, "place")
    if not conditions.number(operation, "epsilon", epsilon) >= 0:
        raise ValueError(
            f"{operation}: epsilon={epsilon} must not be negative: it keeps the divisor away from "
            "0. Give a small number, such as 1e-3."
        )
