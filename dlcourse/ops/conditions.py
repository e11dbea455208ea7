"""The conditions that several checks share; each raises an error that names the argument."""

import difflib
import math
import operator
from typing import Any

from dlcourse.ops.conversion import INTEGERS, dtype_name, to_numpy


def shape(x: Any) -> tuple[int, ...]:
    """Return the shape of any framework's array as a tuple."""
    return tuple(x.shape)


def did_you_mean(name: str, allowed: tuple[str, ...]) -> str:
    """Return the sentence that suggests the nearest allowed name, or nothing if none is near."""
    near = difflib.get_close_matches(name, allowed, n=1, cutoff=0.3)
    return f" Did you mean {near[0]!r}?" if near else ""


def samples(operation: str, y_pred: Any) -> None:
    """Raise ValueError unless every sample holds at least one prediction."""
    if not shape(y_pred) or shape(y_pred)[-1] == 0:
        raise ValueError(
            f"{operation}: y_pred has shape {shape(y_pred)}: its last axis must hold at least one "
            "prediction a sample. For one number a sample, reshape (n,) to (n, 1)."
        )


def indices(operation: str, argument: str, x: Any, limit: int) -> None:
    """Raise unless x holds class numbers below `limit` (where it holds values at all)."""
    if math.prod(shape(x)) == 0:
        return
    if dtype_name(x) not in INTEGERS:
        raise TypeError(
            f"{operation}: {argument} has dtype {dtype_name(x)}, but each element is the number "
            "of a class, an integer. Convert it, for example with astype('int32')."
        )
    try:
        values = to_numpy(x)
    except (TypeError, NotImplementedError):
        return  # being traced (jax.jit, tf.function): there are no values yet
    wrong = values[(values < 0) | (values >= limit)]
    if wrong.size:
        raise ValueError(
            f"{operation}: {argument} holds {int(wrong[0])}, but the classes are numbered 0 to "
            f"{limit - 1}. Check the labels, or allow for more classes."
        )


def rank(operation: str, argument: str, x: Any, ranks: tuple[int, ...], wanted: str) -> None:
    """Raise ValueError unless the array has one of these numbers of axes."""
    if len(shape(x)) not in ranks:
        raise ValueError(
            f"{operation}: {argument} has shape {shape(x)}, but {wanted} is wanted. Reshape it, "
            "or check that the arguments are in the right order."
        )


def axis(operation: str, argument: str, axis: Any, x: Any) -> int:
    """Return `axis` counted from 0; raise ValueError if x has no such axis."""
    axes = len(shape(x))
    number = integer(operation, argument, axis)
    if not -axes <= number < axes:
        raise ValueError(
            f"{operation}: {argument} names axis {number}, but x has shape {shape(x)}: "
            + (f"its axes are {-axes} to {axes - 1}." if axes else "a single number has no axis.")
            + " Choose one of them, or give x another axis."
        )
    return number % axes


def integer(operation: str, argument: str, value: Any) -> int:
    """Return `value` as an int; raise TypeError if it is none."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(
            f"{operation}: {argument} wants an integer, but {value!r} is of type "
            f"{type(value).__name__}. Give an integer, or convert it with int()."
        ) from None
