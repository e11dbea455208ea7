"""What hidden checks are written with. They run outside the student's process.

A check gets `ask` and `rng`: it draws fresh inputs, asks the sandbox to evaluate an expression on
them, and compares the plain values that come back.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Ask = Callable[..., Any]

# What a hidden check may use by name; `np`, `calls` and `code_of` are added to them.
NAMES = ("check", "near", "equal", "raises", "Wrong", "AskError")


class Wrong(Exception):
    """What came back is not what was wanted; the message is for the student."""


class AskError(Exception):
    """The student's code gave no value back.

    `kind` is the name of the error, or "Timeout", "Crash". `told` is what the student may be told
    of it. The message is what the code itself said: it may hold the inputs of a hidden check.
    """

    def __init__(self, kind: str, message: str = "", told: str = ""):
        """Take the kind, the message and what may be told."""
        super().__init__(kind, message, told)  # all, so that pickle can build it again
        self.kind, self.told = kind, told

    def __str__(self) -> str:
        return ": ".join(part for part in self.args[:2] if part)


@dataclass(frozen=True)
class Check:
    """One hidden check: its points, what is wrong when it fails, the function that looks."""

    points: float
    message: str
    function: Callable[[Ask, np.random.Generator], None]


def check(points: float, message: str) -> Callable[[Callable], Check]:
    """Make the decorated function a hidden check; `message` says what is wrong when it fails."""
    return lambda function: Check(points, message, function)


def near(got: Any, wanted: Any, rtol: float = 1e-5, atol: float = 1e-6) -> None:
    """Require numbers of the same shape as `wanted`, equal but for rounding; NaN equals NaN.

    Raises Wrong, with a message that does not give away the numbers that were wanted.
    """
    wanted = np.asarray(wanted)
    array = _numbers(got)
    if array.dtype.kind == "b" != wanted.dtype.kind:
        raise Wrong("truth values came out where numbers were wanted")
    if array.shape != wanted.shape:
        # The sizes of an empty array could be anything, hidden inputs as well.
        came = f"shape {array.shape}" if array.size else "an empty array"
        raise Wrong(f"{came} came out where {wanted.shape} was wanted")
    with np.errstate(all="ignore"):
        same = np.isclose(array, wanted, rtol=rtol, atol=atol, equal_nan=True)
    if not same.all():
        part = "the number is" if same.size == 1 else f"{(~same).sum()} of {same.size} numbers are"
        raise Wrong(f"{part} wrong")


def equal(got: Any, wanted: Any) -> None:
    """Require exactly `wanted`: numbers, texts, lists or tuples, dictionaries, arrays.

    A tuple equals a list, 3 equals 3.0, but True does not equal 1. Raises Wrong, with a message
    that does not give away what was wanted.
    """
    if got is None and wanted is not None:
        raise Wrong("None came out: is something not filled in, or not returned?")
    got, wanted = _plain(got), _plain(wanted)
    if _kind(got) != _kind(wanted):
        raise Wrong(f"{_kind(got)} came out where {_kind(wanted)} was wanted")
    if not _same(got, wanted):
        raise Wrong(f"not the {_kind(wanted).split(' ', 1)[1]} that was wanted")


def raises(kind: str, ask: Ask, code: str, **inputs: Any) -> None:
    """Require that `code` raises the error called `kind`, such as "ValueError". Raises Wrong."""
    try:
        ask(code, **inputs)
    except AskError as error:
        if error.kind != kind:
            raise Wrong(f"{error.kind} was raised where {kind} was wanted") from error
    else:
        raise Wrong(f"no error was raised; {kind} was wanted")


def _numbers(got: Any) -> np.ndarray:
    try:
        array = np.asarray(got)
    except (ValueError, OverflowError):
        raise Wrong("rows of different lengths came out where numbers were wanted") from None
    if array.dtype.kind not in "biufc":
        raise Wrong(f"{_kind(got)} came out where numbers were wanted")
    return array


def _plain(value: Any) -> Any:
    """Return `value` with arrays, NumPy numbers and tuples as lists and Python's numbers."""
    if isinstance(value, np.ndarray | np.generic):
        return value.tolist()
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {key: _plain(item) for key, item in value.items()}
    return value


def _kind(value: Any) -> str:
    names = {
        type(None): "None",
        bool: "a truth value",
        str: "a text",
        list: "a list",
        dict: "a dictionary",
    }
    return names.get(type(value), "a number")


def _same(got: Any, wanted: Any) -> bool:
    if _kind(got) != _kind(wanted):
        return False
    if isinstance(wanted, list):
        return len(got) == len(wanted) and all(map(_same, got, wanted))
    if isinstance(wanted, dict):
        return got.keys() == wanted.keys() and all(_same(got[key], wanted[key]) for key in wanted)
    return got == wanted or (got != got and wanted != wanted)  # NaN equals NaN
