"""What a tensor has in common with a NumPy array: nothing here is about gradients."""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.ops import checks

Axis = int | tuple[int, ...] | None


class Array:
    """An array with shape and dtype that compares, converts and prints like NumPy's."""

    __slots__ = ("data",)
    __array_ufunc__ = None  # array + tensor: NumPy leaves the work to the tensor
    requires_grad: bool

    shape = property(lambda self: self.data.shape, doc="The size of each axis.")
    ndim = property(lambda self: self.data.ndim, doc="The number of axes.")
    dtype = property(lambda self: self.data.dtype, doc="The dtype of the elements.")
    size = property(lambda self: self.data.size, doc="The number of elements.")

    def numpy(self) -> np.ndarray:
        """Return the array itself, not a copy."""
        return self.data

    def item(self) -> float:
        """Return the only element as a Python number. Raises ValueError if there are several."""
        return self.data.item()

    def __lt__(self, other: Any) -> np.ndarray:
        return self.data < plain(other)

    def __le__(self, other: Any) -> np.ndarray:
        return self.data <= plain(other)

    def __gt__(self, other: Any) -> np.ndarray:
        return self.data > plain(other)

    def __ge__(self, other: Any) -> np.ndarray:
        return self.data >= plain(other)

    def __eq__(self, other: object) -> np.ndarray:
        return self.data == plain(other)

    def __ne__(self, other: object) -> np.ndarray:
        return self.data != plain(other)

    __hash__ = object.__hash__  # == compares elements; as keys, tensors are told apart by identity

    def __len__(self) -> int:
        return len(self.data)

    def __bool__(self) -> bool:
        return bool(self.data)

    def __float__(self) -> float:
        return float(self.item())

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> np.ndarray:
        if self.requires_grad:
            raise TypeError(
                "NumPy cannot compute gradients. Use this tensor's own operators and methods, or "
                "give NumPy tensor.numpy(), whose results are not part of the graph."
            )
        return np.array(self.data, dtype, copy=copy)

    def __repr__(self) -> str:
        values = np.array2string(self.data, prefix="Tensor(", separator=", ", threshold=20)
        return f"Tensor({values}{', requires_grad=True' if self.requires_grad else ''})"


def read(data: Any) -> np.ndarray:
    """Return a number, a nested list or an array as an array; Python's floats become float32."""
    array = np.asarray(data)
    if array is not data and array.dtype == np.float64 and not hasattr(data, "dtype"):
        array = array.astype(np.float32)
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Tensor: data is {data!r:.60}, which does not hold real numbers.")
    return array


def beside(data: Any, dtype: np.dtype) -> np.ndarray:
    """Read the other operand of a tensor of `dtype`: integers and Python's numbers take that."""
    array = np.asarray(data)
    if dtype.kind == "f" and (array.dtype.kind in "iub" or not isinstance(data, np.ndarray)):
        return read(array).astype(dtype)
    return read(data)


def plain(value: Any) -> Any:
    """Return an index or an operand with arrays in the place of tensors."""
    if isinstance(value, tuple):
        return tuple(plain(part) for part in value)
    return value.data if isinstance(value, Array) else value


def may_repeat(key: Any) -> bool:
    """Say whether an index may take an element twice: only arrays of integers can."""
    parts = key if isinstance(key, tuple) else (key,)
    return any(isinstance(p, list | np.ndarray) and np.asarray(p).dtype != bool for p in parts)


@np.errstate(all="ignore")
def compute(function: Callable, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Compute quietly (infinity and NaN are results); explain it when shapes do not fit."""
    try:
        return function(x, y)
    except ValueError:
        check = checks.matmul if function is np.matmul else checks.broadcastable
        check(function.__name__, x, y)
        raise


def spread(reduced: np.ndarray, x: np.ndarray, axis: Axis) -> np.ndarray:
    """Repeat what a reduction of `x` gave along the axes that it removed."""
    axes = range(x.ndim) if axis is None else np.atleast_1d(axis) % x.ndim
    shape = [1 if i in axes else size for i, size in enumerate(x.shape)]
    return np.broadcast_to(reduced.reshape(shape), x.shape)
