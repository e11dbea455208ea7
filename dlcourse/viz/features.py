"""Pictures of what a convolutional network computes: filters, channels, maps over an image.

Images are (rows, columns), grey, with dark ink for large values. In signed maps and filters blue is
above zero and orange below.
"""

from collections.abc import Mapping, Sequence
from math import ceil

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.viz import BLACK, RED, SIGNED
from dlcourse.viz.images import stack

FRAME = "#999999"


def filters(kernels: np.ndarray, titles: Sequence[object] | None = None) -> Figure:
    """Draw small kernels side by side, each weight as a box.

    All kernels share one scale, so a pale kernel is a weak one.

    Args:
        kernels: shape (rows, columns, N): one channel of a convolution's kernel.
        titles: one for each kernel; by default its number.

    Raises:
        ValueError: a wrong shape, or another number of titles.
    """
    kernels = np.asarray(kernels)
    if kernels.ndim != 3 or not kernels.size:
        raise ValueError(
            f"kernels has shape {kernels.shape}: wanted (rows, columns, N); of a kernel of shape "
            "(3, 3, channels, N) draw one channel, kernel[:, :, 0]"
        )
    count = kernels.shape[2]
    titles = _titles(titles if titles is not None else range(count), count, "kernels")
    limit = np.abs(kernels).max()
    figure, axes = _panels(1, count, width=1.05, height=1.35)
    for k, axis in enumerate(axes[0]):
        axis.imshow(kernels[:, :, k], cmap=SIGNED, vmin=-limit, vmax=limit)
        axis.set_title(titles[k], fontsize=9)
    return figure


def channels(activations: Mapping[str, np.ndarray], columns: int = 16) -> Figure:
    """Draw every channel of several layers' outputs for one image, a block for each layer.

    Each channel has its own scale of greys, from white at zero to its largest value; a channel
    that is zero everywhere stays white inside its frame.

    Args:
        activations: layer → array of shape (rows, columns, channels), not negative.
        columns: channels in a row.

    Raises:
        ValueError: no layers, or an array of another rank.
    """
    if not activations:
        raise ValueError("activations is empty: give at least one layer, {name: array}")
    for name, array in activations.items():
        if np.ndim(array) != 3:
            raise ValueError(
                f"activations[{name!r}] has shape {np.shape(array)}: wanted (rows, columns, "
                "channels) of a single image; take one of the batch with activations[0]"
            )
    blocks = {name: _mosaic(np.asarray(a), columns) for name, a in activations.items()}
    heights = [9.2 * b.shape[0] / b.shape[1] for b in blocks.values()]
    figure, axes = plt.subplots(
        len(blocks), 1, figsize=(9.2, sum(heights) + 0.4 * len(blocks)), height_ratios=heights
    )
    for axis, (name, block) in zip(np.atleast_1d(axes), blocks.items(), strict=True):
        axis.imshow(block, cmap="gray_r", vmin=0, vmax=1)
        rows, width, count = np.shape(activations[name])
        axis.set_title(f"{name}: {count} channels of {rows} × {width}", loc="left")
        axis.set_axis_off()
    return figure


def _mosaic(array: np.ndarray, columns: int) -> np.ndarray:
    """Lay out channels row by row with a grey line between them; each is divided by its maximum."""
    height, width, count = array.shape
    columns = min(columns, count)
    lines = ceil(count / columns)
    canvas = np.full((lines * (height + 1) + 1, columns * (width + 1) + 1), 0.35)
    for k in range(columns * lines):
        top, left = (height + 1) * (k // columns) + 1, (width + 1) * (k % columns) + 1
        picture = array[:, :, k] if k < count else np.zeros((height, width))
        canvas[top : top + height, left : left + width] = picture / max(picture.max(), 1e-12)
    return canvas


def table(values: np.ndarray, xlabel: str, ylabel: str) -> Figure:
    """Draw a matrix as shades of grey with a colour bar, rows downwards.

    Args:
        values: shape (rows, columns), not negative.
        xlabel: what a column is.
        ylabel: what a row is.

    Raises:
        ValueError: `values` is no matrix.
    """
    values = np.asarray(values)
    if values.ndim != 2 or not values.size:
        raise ValueError(f"values has shape {values.shape}: wanted a matrix, (rows, columns)")
    figure, axis = plt.subplots(figsize=(9.2, 0.28 * values.shape[0] + 0.8))
    image = axis.imshow(values, cmap="gray_r", vmin=0, aspect="auto")
    axis.set(xlabel=xlabel, ylabel=ylabel, yticks=range(len(values)))
    figure.colorbar(image, pad=0.01)
    return figure


def framed(
    images: np.ndarray, corners: np.ndarray, size: int, titles: Sequence[object] | None = None
) -> Figure:
    """Draw images in a row, in each a square frame around the part that one unit sees.

    Args:
        images: shape (N, rows, columns).
        corners: shape (N, 2), row and column of each frame's upper left pixel; a frame may reach
            over the border, into the padding.
        size: pixels of a side of the frame.
        titles: one for each image.

    Raises:
        ValueError: `images` is no stack, or `corners` or `titles` do not fit it.
    """
    images, corners = stack(images), np.asarray(corners)
    if corners.shape != (len(images), 2):
        raise ValueError(
            f"corners has shape {corners.shape} for {len(images)} images: wanted "
            f"({len(images)}, 2), a row and a column for each"
        )
    titles = _titles(titles if titles is not None else [""] * len(images), len(images), "images")
    height, width = images.shape[1:]
    top, left = np.minimum(corners.min(axis=0), 0) - 1
    bottom, right = np.maximum(corners.max(axis=0) + size, (height, width))
    figure, axes = _panels(1, len(images), width=1.15, height=1.4)
    for axis, image, (row, column), title in zip(axes[0], images, corners, titles, strict=True):
        axis.imshow(image, cmap="gray_r")
        for corner, sides, style in (
            ((column, row), (size, size), {"edgecolor": RED, "linewidth": 1.8, "zorder": 3}),
            ((0, 0), (width, height), {"edgecolor": FRAME, "linewidth": 0.8}),
        ):
            axis.add_patch(Rectangle(np.array(corner) - 0.5, *sides, fill=False, **style))
        axis.set(xlim=(left, right), ylim=(bottom, top))
        axis.set_title(title, fontsize=9)
        axis.set_axis_off()
    return figure


def maps(
    images: np.ndarray, rows: Mapping[str, np.ndarray], titles: Sequence[object] | None = None
) -> Figure:
    """Draw images in the first row, and below each one maps over its outline, a row for each kind.

    Blue is above zero, orange below, and each map has its own scale: colours compare places of one
    map, never two maps.

    Args:
        images: shape (N, height, width), values from 0 to 1; the outline is drawn at 0.5.
        rows: kind of map → array of the shape of `images`.
        titles: one for each image, above it.

    Raises:
        ValueError: `images` is no stack, no map is given, one has another shape, or the number of
            titles differs.
    """
    images = stack(images)
    if not rows:
        raise ValueError("rows is empty: give at least one kind of map, {name: maps}")
    for name, kind in rows.items():
        if np.shape(kind) != images.shape:
            raise ValueError(
                f"rows[{name!r}] has shape {np.shape(kind)}, but the images {images.shape}: bring "
                "a coarse map to the pixels of its image first"
            )
    count = len(images)
    titles = _titles(titles if titles is not None else [""] * count, count, "images")
    figure, axes = _panels(1 + len(rows), count, width=1.15, height=1.25)
    for k, axis in enumerate(axes[0]):
        axis.imshow(images[k], cmap="gray_r", vmin=0, vmax=1)
        axis.set_title(titles[k], fontsize=9)
    for line, (name, kind) in zip(axes[1:], rows.items(), strict=True):
        line[0].set_ylabel(name, fontsize=9)
        for image, values, axis in zip(images, kind, line, strict=True):
            limit = max(np.abs(values).max(), 1e-12)
            axis.imshow(values, cmap=SIGNED, vmin=-limit, vmax=limit)
            if image.min() < 0.5 < image.max():
                axis.contour(image, levels=[0.5], colors=BLACK, linewidths=0.8)
    return figure


def clusters(points: np.ndarray, labels: np.ndarray, marked: np.ndarray) -> Figure:
    """Draw points of the plane in the colours of their classes, and crosses on marked ones.

    The number of each class stands at the mean of its points.

    Args:
        points: shape (N, 2).
        labels: shape (N,), the number of each point's class, 0 to 9.
        marked: shape (N,), bool: which points get a cross.

    Raises:
        ValueError: the shapes do not fit together.
    """
    points, labels, marked = np.asarray(points), np.asarray(labels), np.asarray(marked, bool)
    if (
        points.ndim != 2
        or points.shape[1] != 2
        or not (labels.shape == marked.shape == (len(points),))
    ):
        raise ValueError(
            f"points has shape {points.shape}, labels {labels.shape} and marked {marked.shape}: "
            "wanted (N, 2), (N,) and (N,)"
        )
    figure, axis = plt.subplots(figsize=(7.4, 5.6))
    axis.scatter(*points.T, c=labels, cmap="tab10", vmin=-0.5, vmax=9.5, s=6, alpha=0.5)
    axis.scatter(*points[marked].T, marker="x", color=BLACK, s=36, label="misread")
    paper = {"facecolor": "white", "edgecolor": FRAME, "boxstyle": "round,pad=0.2"}
    for label in np.unique(labels):
        middle = points[labels == label].mean(axis=0)
        axis.text(*middle, str(label), ha="center", va="center", weight="bold", bbox=paper)
    axis.set(xlabel="first direction", ylabel="second direction")
    axis.legend(loc="best")
    return figure


def _panels(rows: int, columns: int, width: float, height: float) -> tuple[Figure, np.ndarray]:
    """Return a figure with framed panels without ticks, and its axes as a matrix."""
    size = (width * columns, height * rows)
    figure, axes = plt.subplots(rows, columns, figsize=size, squeeze=False)
    for axis in axes.flat:
        axis.set(xticks=[], yticks=[])
        axis.spines[:].set(visible=True, color=FRAME)
    return figure, axes


def _titles(titles: Sequence[object], count: int, of: str) -> list[str]:
    if len(titles) != count:
        raise ValueError(f"{count} {of} but {len(titles)} titles: give one for each")
    return [str(title) for title in titles]
