"""The windows that convolution and pooling look through, one pixel at a time."""

from collections.abc import Iterator

import numpy as np

from dlcourse.ops.geometry import Axis


def window(i: int, j: int, rows: Axis, columns: Axis) -> Iterator[tuple[int, int, int, int]]:
    """Yield every place (a, b) in window (i, j), and the row and column of the pixel there.

    Places that stand on the padding are left out: a 0 there would add nothing to a sum.
    """
    for a in range(rows.window):
        for b in range(columns.window):
            row = i * rows.stride + a - rows.before
            column = j * columns.stride + b - columns.before
            if 0 <= row < rows.size and 0 <= column < columns.size:
                yield a, b, row, column


def empty_images(x: np.ndarray, rows: Axis, columns: Axis, channels: int) -> np.ndarray:
    """Set aside room for the result: as many images as `x`, one pixel for each window."""
    return np.empty((x.shape[0], rows.count, columns.count, channels), x.dtype)
