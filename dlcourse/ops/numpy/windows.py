"""All windows of all images at once, as views: nothing is copied until it is computed with."""

from collections.abc import Iterator

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from dlcourse.ops.geometry import Axis


def pad(x: np.ndarray, rows: Axis, columns: Axis, value: float = 0) -> np.ndarray:
    """Put the padding around every image."""
    if not any((rows.before, rows.after, columns.before, columns.after)):
        return x
    widths = ((0, 0), (rows.before, rows.after), (columns.before, columns.after), (0, 0))
    return np.pad(x, widths, constant_values=value)


def zeros(x: np.ndarray, rows: Axis, columns: Axis) -> np.ndarray:
    """Return zeros in the shape of x with its padding: room to add up what comes back."""
    height = rows.before + rows.size + rows.after
    width = columns.before + columns.size + columns.after
    return np.zeros((x.shape[0], height, width, x.shape[3]), x.dtype)


def crop(padded: np.ndarray, rows: Axis, columns: Axis) -> np.ndarray:
    """Take the padding off again."""
    below, right = rows.before + rows.size, columns.before + columns.size
    return padded[:, rows.before : below, columns.before : right]


def windows(x: np.ndarray, rows: Axis, columns: Axis) -> np.ndarray:
    """Return every window: a view of shape (n, rows, columns, a, b, c), window by window."""
    size = (rows.window, columns.window)
    view = sliding_window_view(pad(x, rows, columns), size, axis=(1, 2))  # c comes before a and b
    return np.moveaxis(view[:, :: rows.stride, :: columns.stride], 3, 5)


def places(padded: np.ndarray, rows: Axis, columns: Axis) -> Iterator[np.ndarray]:
    """Yield for each place (a, b) in the window a view of the pixels there, one for each window."""
    below = (rows.count - 1) * rows.stride + 1
    right = (columns.count - 1) * columns.stride + 1
    for a in range(rows.window):
        for b in range(columns.window):
            yield padded[:, a : a + below : rows.stride, b : b + right : columns.stride]
