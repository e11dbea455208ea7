"""Plain values as bytes: the only thing that crosses between a student's process and the grader.

A message is the length of a JSON text (4 bytes, big endian), the text, then the raw bytes of the
arrays in the order in which the text names them. An array stands in the text as
``{"array": ["<f8", [2, 3]]}`` and a dictionary as ``{"dict": {...}}``, so that neither can be
taken for the other. Arrays carry no npy header: that is Python syntax, and whoever reads it runs
a parser on bytes of a stranger; here the type is a name from a table and the shape is numbers.

What comes in may have been written by hostile code. `decode` returns exact built-in types and
fresh arrays, or raises `PlainError`; its time and memory grow with the length of the message.
"""

import json
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from dlcourse.grading.sandbox.plain import (
    DTYPES,
    MAX_AXES,
    MAX_BYTES,
    PlainError,
    check_room,
    checked_int,
    checked_text,
    is_shape,
    parse,
    shown,
)


def encode(value: Any, fallback: Callable[[Any], Any] | None = None) -> bytes:
    """Return `value` as bytes.

    Plain are None, bool, int (up to 2**64 in size), float (NaN and infinities too), str, lists and
    tuples (both come back as lists), dictionaries with str keys, and NumPy arrays of booleans,
    integers, floats or complex numbers with at most 8 axes. NumPy scalars come back as Python's;
    complex numbers as arrays without axes. `fallback` is given each other object and returns a
    plain value for it.

    Raises:
        PlainError: the value, or something in it, is not plain; it is nested deeper than 20, has
            more than 100,000 items or needs more than 16 MB.
    """
    return _Writer(fallback).message(value)


def decode(data: bytes) -> Any:
    """Return the value that `data` stands for, made of exact built-in types and new arrays.

    Raises:
        PlainError: `data` is damaged, hostile or over one of the limits of `encode`.
    """
    if len(data) > MAX_BYTES:
        raise PlainError(f"a message has {len(data):,} bytes; at most {MAX_BYTES:,} are read")
    length = int.from_bytes(data[:4], "big")
    if len(data) < 4 + length:
        raise PlainError(f"a message of {len(data)} bytes promises a text of {length} bytes")
    tree = parse(data[4 : 4 + length])
    reader = _Reader(data[4 + length :])
    value = reader.value(tree, depth=0)
    if reader.left():
        raise PlainError(f"{reader.left()} bytes follow the last array of a message")
    return value


class _Writer:
    def __init__(self, fallback: Callable[[Any], Any] | None) -> None:
        self._fallback = fallback
        self._arrays: list[bytes] = []
        self._items = 0
        self._bytes = 0

    def message(self, value: Any) -> bytes:
        text = json.dumps(self._tree(value, 0), separators=(",", ":")).encode("ascii")
        self._spend(4 + len(text))
        return b"".join([len(text).to_bytes(4, "big"), text, *self._arrays])

    def _tree(self, value: Any, depth: int) -> Any:
        self._items += 1
        check_room(depth, self._items)
        if value is None or isinstance(value, bool | np.bool_):
            return value if value is None else bool(value)
        if isinstance(value, int | np.integer):
            return checked_int(int(value))
        if isinstance(value, float | np.floating):
            return float(value)
        if isinstance(value, str):
            return checked_text(value)
        if isinstance(value, list | tuple):
            return [self._tree(item, depth + 1) for item in value]
        if isinstance(value, dict):
            return {"dict": dict(self._entries(value, depth))}
        if isinstance(value, np.ndarray | complex | np.complexfloating):
            return self._array(np.asarray(value))
        if self._fallback is None:
            raise PlainError(
                f"a value of type {type(value).__name__} cannot be compared: "
                "return numbers, text, lists, dictionaries with text as keys, or arrays"
            )
        return self._tree(self._fallback(value), depth + 1)

    def _entries(self, value: dict[Any, Any], depth: int) -> Iterator[tuple[str, Any]]:
        for key, item in value.items():
            if not isinstance(key, str):
                raise PlainError(
                    f"a dictionary has the key {shown(key)} of type {type(key).__name__}: "
                    "use text as keys"
                )
            yield checked_text(key), self._tree(item, depth + 1)

    def _array(self, value: np.ndarray) -> dict[str, Any]:
        dtype = value.dtype.newbyteorder("<")
        if dtype.kind in "fc" and dtype.str not in DTYPES:
            dtype = np.dtype("<f8" if dtype.kind == "f" else "<c16")  # long double
        if dtype.str not in DTYPES or value.ndim > MAX_AXES:
            raise PlainError(
                f"an array of dtype {value.dtype} with {value.ndim} axes cannot be compared: "
                f"return numbers or booleans, with at most {MAX_AXES} axes"
            )
        self._spend(value.size * dtype.itemsize)
        self._arrays.append(value.astype(dtype, order="C").tobytes())
        return {"array": [dtype.str, list(value.shape)]}

    def _spend(self, count: int) -> None:
        self._bytes += count
        if self._bytes > MAX_BYTES:
            raise PlainError(
                f"the value needs more than {MAX_BYTES:,} bytes: return less of it, "
                "for example a shape or a mean"
            )


class _Reader:
    def __init__(self, arrays: bytes) -> None:
        self._arrays = arrays
        self._at = 0
        self._items = 0

    def left(self) -> int:
        return len(self._arrays) - self._at

    def value(self, tree: Any, depth: int) -> Any:
        self._items += 1
        check_room(depth, self._items)
        if isinstance(tree, list):
            return [self.value(item, depth + 1) for item in tree]
        if isinstance(tree, str):
            return checked_text(tree)
        if not isinstance(tree, dict):
            return tree
        if list(tree) == ["dict"] and isinstance(tree["dict"], dict):
            entries = tree["dict"].items()
            return {checked_text(key): self.value(item, depth + 1) for key, item in entries}
        if list(tree) == ["array"] and isinstance(tree["array"], list) and len(tree["array"]) == 2:
            return self._array(*tree["array"])
        raise PlainError(f"neither a dictionary nor an array: {shown(tree)}")

    def _array(self, name: Any, shape: Any) -> np.ndarray:
        dtype = DTYPES.get(name) if isinstance(name, str) else None
        if dtype is None or not is_shape(shape):
            raise PlainError(f"no array is described by {shown(name)}, {shown(shape)}")
        count = 1
        for size in shape:
            count *= size
        end = self._at + count * dtype.itemsize
        if end > len(self._arrays):
            raise PlainError(f"an array of shape {shape} is longer than its message")
        flat = np.frombuffer(self._arrays[self._at : end], dtype)
        self._at = end
        if dtype.kind == "b" and flat.view(np.uint8).max(initial=0) > 1:
            raise PlainError("an array of booleans holds a byte that is neither 0 nor 1")
        try:
            return flat.astype(dtype.newbyteorder("=")).reshape(shape)
        except ValueError as error:  # sizes that no array has, such as (0, 2**62, 2**62)
            raise PlainError(f"no array has the shape {shape}") from error
