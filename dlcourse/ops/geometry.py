"""Where a window stands on an image: counted alike for loops, NumPy and the frameworks."""

from typing import NamedTuple

Pair = int | tuple[int, int]  # one number for both directions, or one for rows, one for columns


class Axis(NamedTuple):
    """How windows are laid along one axis of an image, its rows or its columns."""

    size: int  # pixels of the image
    window: int  # pixels of a window
    stride: int  # pixels from one window to the next
    count: int  # windows, which is the size of the result
    before: int  # padding before the first pixel
    after: int  # padding after the last


def pair(value: Pair) -> tuple[int, int]:
    """Return one number twice, or a pair as it is."""
    return value if isinstance(value, tuple) else (value, value)


def axes(
    shape: tuple[int, ...], window: Pair, strides: Pair | None, padding: str
) -> tuple[Axis, Axis]:
    """Lay windows over the rows and the columns of images of `shape` (n, rows, columns, c).

    Without `strides`, each window begins where the one before it ends.
    """
    strides = window if strides is None else strides
    sizes = zip(shape[1:3], pair(window), pair(strides), strict=True)
    rows, columns = [_axis(size, window, stride, padding) for size, window, stride in sizes]
    return rows, columns


def _axis(size: int, window: int, stride: int, padding: str) -> Axis:
    if padding == "valid":  # no padding: only windows that lie on the image
        return Axis(size, window, stride, (size - window) // stride + 1, 0, 0)
    count = -(-size // stride)  # ⌈size / stride⌉: with stride 1, the result has the image's size
    missing = max((count - 1) * stride + window - size, 0)  # for the last window to fit
    return Axis(size, window, stride, count, missing // 2, missing - missing // 2)
