"""Operations that make one number out of all the numbers along some axes."""
# ruff: noqa: D103 - what each operation does is documented once, in protocol.py

import numpy as np


def sum(
    x: np.ndarray, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> np.ndarray:
    return np.sum(x, axis=axis, keepdims=keepdims)


def mean(
    x: np.ndarray, axis: int | tuple[int, ...] | None = None, keepdims: bool = False
) -> np.ndarray:
    # np.mean warns where there is nothing to average; dividing 0 by 0 gives NaN quietly.
    total = np.sum(x, axis=axis, keepdims=keepdims)
    return total / x.dtype.type(x.size / max(total.size, 1))
