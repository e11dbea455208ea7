"""The conditions that several checks share; each raises an error that names the argument."""

import difflib
import math
import numbers
import operator
from typing import Any

import numpy as np

from dlcourse.ops.conversion import INTEGERS, dtype_name, to_numpy


def shape(x: Any) -> tuple[int, ...]:
    """Return the shape of any framework's array as a tuple."""
    return tuple(x.shape)


def did_you_mean(name: str, allowed: tuple[str, ...]) -> str:
    """Return the sentence that suggests the nearest allowed name, or nothing if none is near."""
    near = difflib.get_close_matches(name.lower(), allowed, n=1, cutoff=0.3)
    return f" Did you mean {near[0]!r}?" if near else ""


def samples(operation: str, y_pred: Any) -> None:
    """Raise ValueError unless every sample holds at least one prediction."""
    if not shape(y_pred) or shape(y_pred)[-1] == 0:
        raise ValueError(
            f"{operation}: y_pred has shape {shape(y_pred)}: its last axis must hold at least one "
            "prediction a sample. For one number a sample, reshape (n,) to (n, 1)."
        )


def indices(
    operation: str,
    argument: str,
    x: Any,
    limit: int,
    of: str = "classes",
    advice: str = "Check the labels, or allow for more classes.",
) -> None:
    """Raise unless x holds numbers of classes below `limit` (where it holds values at all)."""
    if math.prod(shape(x)) == 0:
        return
    if dtype_name(x) not in INTEGERS:
        raise TypeError(
            f"{operation}: {argument} has dtype {dtype_name(x)}, but the {of} are numbered with "
            "integers. Convert it, for example with astype('int32')."
        )
    values = _values(x)
    wrong = values[(values < 0) | (values >= limit)]
    if wrong.size:
        raise ValueError(
            f"{operation}: {argument} holds {int(wrong[0])}, but the {of} are numbered 0 to "
            f"{limit - 1}. {advice}"
        )


def zeros_and_ones(operation: str, argument: str, x: Any) -> None:
    """Raise ValueError unless x holds nothing but 0 and 1 (where it holds values at all)."""
    if dtype_name(x) == "bool":
        return
    values = _values(x)
    wrong = values[(values != 0) & (values != 1)]
    if wrong.size:
        raise ValueError(
            f"{operation}: {argument} holds {wrong[0]}, but only 1 (keep) and 0 (drop) have a "
            "meaning. Compare random numbers with the rate: random >= rate."
        )


def _values(x: Any) -> np.ndarray:
    """Return what x holds; nothing while it is traced (jax.jit, tf.function): it has none yet."""
    try:
        return to_numpy(x)
    except (TypeError, NotImplementedError):
        return np.empty(0)


def one_each(
    operation: str, argument: str, vector: Any, count: int, wanted_by: str, unit: str
) -> None:
    """Raise ValueError unless the vector holds one number for each of `count` units, or is None."""
    if vector is not None and shape(vector) != (count,):
        raise ValueError(
            f"{operation}: {argument} has shape {shape(vector)}, but {wanted_by}: shape "
            f"({count},) is wanted, one number a {unit}. Make it that long, or leave it out."
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


def choice(operation: str, argument: str, value: Any, allowed: tuple[str, ...]) -> None:
    """Raise TypeError unless `value` is a word, ValueError unless it is an allowed one."""
    if not isinstance(value, str):
        raise TypeError(
            f"{operation}: {argument}={value!r} must be a word: {' or '.join(map(repr, allowed))}. "
            "Give one of them."
        )
    if value not in allowed:
        raise ValueError(
            f"{operation}: {argument}={value!r} is not one of {', '.join(map(repr, allowed))}."
            f"{did_you_mean(value, allowed)}"
        )


def number(operation: str, argument: str, value: Any) -> float:
    """Return `value` as a float; raise TypeError if it is no real number."""
    if not isinstance(value, numbers.Real):
        raise TypeError(
            f"{operation}: {argument} wants a number, but {value!r} is of type "
            f"{type(value).__name__}. Give a number, or convert it with float()."
        )
    return float(value)


def integer(operation: str, argument: str, value: Any) -> int:
    """Return `value` as an int; raise TypeError if it is none."""
    try:
        return operator.index(value)
    except TypeError:
        raise TypeError(
            f"{operation}: {argument} wants an integer, but {value!r} is of type "
            f"{type(value).__name__}. Give an integer, or convert it with int()."
        ) from None
