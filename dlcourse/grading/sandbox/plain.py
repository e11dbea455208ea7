"""What is plain enough to cross between a student's process and the grader, and how much of it."""

import json
import re
from typing import Any

import numpy as np

MAX_BYTES = 16 * 2**20
MAX_DEPTH = 20
MAX_ITEMS = 100_000
MAX_INT = 2**64
MAX_AXES = 8

_SIZES = {"b": (1,), "i": (1, 2, 4, 8), "u": (1, 2, 4, 8), "f": (2, 4, 8), "c": (8, 16)}
DTYPES = {
    dtype.str: dtype
    for kind, sizes in _SIZES.items()
    for dtype in (np.dtype(f"{kind}{size}").newbyteorder("<") for size in sizes)
}
_LONGEST_INT = len(str(-MAX_INT))
_LONGEST_FLOAT = 40  # repr(float) needs 24 characters at most
_LONGEST_SHOWN = 80
# What a JSON text is made of between its strings; each item costs at least one of them.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
_STRUCTURE = "[{,:"


class PlainError(ValueError):
    """A value that is not plain, is over a limit, or bytes that are no message of ours."""


def parse(text: bytes) -> Any:
    """Return the JSON `text` as built-in types, none larger than a value may be. PlainError."""
    try:
        characters = text.decode("ascii")
        bare = _STRING.sub("", characters)
        if sum(bare.count(mark) for mark in _STRUCTURE) > 4 * MAX_ITEMS:
            raise PlainError(f"a message has more than {MAX_ITEMS:,} items")
        return json.loads(characters, parse_int=_parse_int, parse_float=_parse_float)
    except (RecursionError, ValueError) as error:
        if isinstance(error, PlainError):
            raise
        raise PlainError(f"the text of a message is no JSON: {error}") from error


def _parse_int(digits: str) -> int:
    if len(digits) > _LONGEST_INT:
        raise PlainError(f"an integer of {len(digits)} characters is over the limit 2**64")
    return checked_int(int(digits))


def _parse_float(digits: str) -> float:
    if len(digits) > _LONGEST_FLOAT:
        raise PlainError(f"a number of {len(digits)} characters is no float")
    return float(digits)


def is_shape(shape: Any) -> bool:
    """Say whether `shape` is one that an array of a message may have."""
    return (
        isinstance(shape, list)
        and len(shape) <= MAX_AXES
        and all(type(size) is int and 0 <= size <= MAX_BYTES for size in shape)
    )


def check_room(depth: int, items: int) -> None:
    """Raise PlainError for a value that is too deep, or has too many items."""
    if depth > MAX_DEPTH:
        raise PlainError(f"a value is nested more than {MAX_DEPTH} deep")
    if items > MAX_ITEMS:
        raise PlainError(f"a value has more than {MAX_ITEMS:,} items: return an array")


def checked_int(value: int) -> int:
    """Return `value`; PlainError where it is too large."""
    if abs(value) > MAX_INT:
        raise PlainError("an integer is larger than 2**64 in size: return a float")
    return value


def checked_text(value: str) -> str:
    """Return `value` as an exact str; PlainError where it is too long or no Unicode."""
    if len(value) > MAX_BYTES:
        raise PlainError(f"a text has {len(value):,} characters: return less of it")
    try:
        value.encode("utf-8")
    except UnicodeEncodeError as error:
        raise PlainError("a text holds half of a character (a lone surrogate)") from error
    return str(value)


def shown(value: Any) -> str:
    """Return the start of what `value` looks like."""
    return repr(value)[:_LONGEST_SHOWN]
