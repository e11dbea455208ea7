"""Array-likes in, arrays of one dtype out: the conversion rules that all implementations share."""

import functools
from collections.abc import Sequence
from typing import Any

import numpy as np

INTEGERS = {"bool", "int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"}
FLOATS = {"float16", "bfloat16", "float32", "float64"}
NUMBERS = INTEGERS | FLOATS


def to_numpy(x: Any) -> np.ndarray:
    """Return any implementation's array, of any shape, as a NumPy array of the same dtype.

    PyTorch tensors that require gradients or lie on a GPU are taken too. The result may share
    its memory with `x`, and may be read-only: copy it before you change it.
    """
    if hasattr(x, "value") and not callable(x.value):  # a Keras variable: the tensor is inside
        x = x.value
    if hasattr(x, "detach") and hasattr(x, "cpu"):  # PyTorch: NumPy knows no gradients, no GPUs
        x = x.detach().cpu()
    return np.asarray(x)


def readable(operation: str, argument: str, value: Any) -> np.ndarray:
    """Return `value` as a NumPy array; its floats are float32 if it is not yet an array.

    Raises:
        ValueError: the rows of a nested list differ in length.
        TypeError: `value` does not hold numbers.
    """
    try:
        array = to_numpy(value)
    except ValueError as error:
        if "inhomogeneous" not in str(error):
            raise
        raise ValueError(
            f"{operation}: {argument} is a nested list whose rows differ in length. An array "
            "needs rows of one length: cut them, or pad them to the longest."
        ) from None
    is_python = not hasattr(value, "dtype")
    if is_python and (array.dtype == np.float64 or array.size == 0):
        array = array.astype(np.float32)
    check_numeric(operation, argument, array)
    # Files may hold numbers with the bytes in the other order, which PyTorch does not read.
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def dtype_name(x: Any) -> str:
    """Return the name of an array's dtype, such as "float32", whatever framework it is from."""
    return _name(x.dtype)


@functools.cache  # NumPy builds the name anew each time: slower than adding 2,000 numbers
def _name(dtype: Any) -> str:
    return getattr(dtype, "name", None) or str(dtype).removeprefix("torch.")


def check_numeric(operation: str, argument: str, x: Any) -> None:
    """Raise TypeError unless `x` holds booleans, integers or real floating-point numbers."""
    if dtype_name(x) not in NUMBERS:
        raise TypeError(
            f"{operation}: {argument} has dtype {dtype_name(x)}, but numbers are wanted "
            "(booleans, integers or floats). Convert it first."
        )


def number_dtype(arrays: Sequence[Any]) -> str:
    """Return the dtype in which these arrays are added, multiplied or compared.

    float64 if one of them is float64, float32 if another float is among them, else int64.
    """
    names = {dtype_name(x) for x in arrays}
    if "float64" in names:
        return "float64"
    return "float32" if names & FLOATS else "int64"


def float_dtype(arrays: Sequence[Any]) -> str:
    """Return the dtype for operations whose result is not an integer: integers become float32."""
    return "float64" if number_dtype(arrays) == "float64" else "float32"
