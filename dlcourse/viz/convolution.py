"""Pictures of convolution and pooling: a window that slides, edges found, borders and strides.

After Chollet, Deep Learning with Python, the chapter on image classification.
"""

from collections.abc import Iterator, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.viz import BLACK, BLUE, GREY, ORANGE, PALETTE, RED, SIGNED
from dlcourse.viz.arrays import text, tint


def sliding(image: np.ndarray, kernel: np.ndarray) -> Iterator[Figure]:
    """Yield one figure again and again, for each place of a kernel on an image, for `viz.animate`.

    The place is framed on the left, the kernel stands in the middle, and the sums found so far on
    the right; the line below says what was added up (products with 0 are left out).

    Args:
        image: shape (rows, columns), small numbers with few digits.
        kernel: shape (rows, columns), not larger than the image.

    Raises:
        ValueError: not two matrices, or a kernel that does not fit into the image.
    """
    image, kernel = np.asarray(image), np.asarray(kernel)
    if image.ndim != 2 or kernel.ndim != 2 or not np.all(kernel.shape <= np.array(image.shape)):
        raise ValueError(
            f"image has shape {image.shape}, kernel has shape {kernel.shape}: wanted two matrices, "
            "the kernel not larger than the image"
        )
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    sums = np.einsum("ijab,ab->ij", windows, kernel)
    parts = {"image": image, "kernel": kernel, "sums": np.full(sums.shape, np.nan)}
    widths = [part.shape[1] for part in parts.values()]
    figure, panels = plt.subplots(
        1, 3, figsize=(0.45 * sum(widths) + 1.2, 0.45 * len(image) + 1.15), width_ratios=widths
    )
    for ax, (title, part), scale in zip(panels, parts.items(), (image, kernel, sums), strict=True):
        _numbers(ax, part, title, np.abs(scale).max())
    line = figure.supxlabel(" ", fontsize=9, x=0.02, ha="left")
    figure.draw_without_rendering()
    figure.set_layout_engine("none")  # the panels have found their places
    frames = _frame(panels[0], 0, 0, kernel.shape), _frame(panels[2], 0, 0, (1, 1))
    (colours,) = panels[2].images
    for i, j in np.ndindex(sums.shape):
        for frame in frames:
            frame.set_xy((j - 0.5, i - 0.5))
        parts["sums"][i, j] = sums[i, j]
        colours.set_data(parts["sums"])
        text(panels[2], j, i, _short(sums[i, j]), fontsize=8.5)
        pairs = zip(windows[i, j].ravel(), kernel.ravel(), strict=True)
        terms = [f"{_short(x)} · {_bracketed(k)}" for x, k in pairs if x and k] or ["0"]
        line.set_text(f"{' + '.join(terms)} = {_short(sums[i, j])}")
        yield figure


def responses(
    image: np.ndarray, kernels: Mapping[str, np.ndarray], maps: Sequence[np.ndarray]
) -> Figure:
    """Draw an image, some kernels above, and below each the map that it makes of the image.

    Blue is positive, orange negative, white 0; each kernel and map has its own scale.

    Args:
        image: shape (H, W); dark pixels are the large values.
        kernels: matrices of small numbers under their names.
        maps: a matrix for each kernel, in the same order.

    Raises:
        ValueError: no kernel, or not as many maps as kernels.
    """
    if not kernels or len(maps) != len(kernels):
        raise ValueError(
            f"{len(kernels)} kernels and {len(maps)} maps: wanted one map a kernel, and at least "
            "one of each"
        )
    columns = 1 + len(kernels)
    size = (1.65 * columns, 3.6)
    figure, panels = plt.subplots(2, columns, figsize=size, height_ratios=(1, 1.5))
    panels[0, 0].set_axis_off()
    panels[1, 0].imshow(image, cmap="gray_r")
    panels[1, 0].set(title="image", xticks=[], yticks=[])
    for (above, below), (name, kernel), found in zip(
        panels.T[1:], kernels.items(), maps, strict=True
    ):
        _numbers(above, np.asarray(kernel), name, np.abs(kernel).max())
        below.imshow(found, cmap=SIGNED, vmin=-np.abs(found).max(), vmax=np.abs(found).max())
        below.set(xticks=[], yticks=[])
    return figure


def placements(size: int, window: int, options: Mapping[str, tuple[int, str]]) -> Figure:
    """Draw where the windows of a convolution stand on a square image, one panel an option.

    Dots are the windows' middles, frames the first and the last window; padding is dashed.

    Args:
        size: pixels of a side of the image.
        window: pixels of a side of the window.
        options: (stride, padding) under the title of its panel; padding is "valid" or "same".

    Raises:
        ValueError: no option, an unknown padding, or a window that does not fit.
    """
    wrong = [padding for _, padding in options.values() if padding not in ("valid", "same")]
    if not options or wrong or not 1 <= window <= size:
        raise ValueError(
            f"size={size}, window={window}, options={dict(options)}: wanted a window of 1 to "
            "`size` pixels, and a (stride, padding) a panel, with padding 'valid' or 'same'"
        )
    figure, panels = plt.subplots(
        1, len(options), figsize=(2.7 * len(options), 3.3), squeeze=False, sharex=True, sharey=True
    )
    for ax, (title, (stride, padding)) in zip(panels[0], options.items(), strict=True):
        count = (size - window) // stride + 1 if padding == "valid" else -(-size // stride)
        missing = max((count - 1) * stride + window - size, 0)  # where it is odd, one more after
        starts = np.arange(count) * stride - missing // 2
        for i, j in np.ndindex(size + missing, size + missing):
            x, y = j - missing // 2, i - missing // 2
            inside = 0 <= x < size and 0 <= y < size
            style = {"facecolor": tint(BLUE, 0.2), "edgecolor": "white", "linewidth": 1.5}
            dashed = {"facecolor": "white", "edgecolor": GREY, "linestyle": ":", "linewidth": 0.8}
            ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, **(style if inside else dashed)))
        for start, colour in ((starts[0], ORANGE), (starts[-1], RED)):
            _frame(ax, start, start, (window, window), colour)
        middles = np.array(np.meshgrid(starts, starts)) + (window - 1) / 2
        ax.plot(*middles.reshape(2, -1), "o", color=BLACK, markersize=4)
        ax.set(title=f"{title}\n{size} × {size} → {count} × {count}", aspect="equal")
        ax.set(xlim=(-1.7, size + 0.7), ylim=(size + 0.7, -1.7))
        ax.set_axis_off()
    return figure


def pooling(image: np.ndarray, pooled: Mapping[str, np.ndarray], size: int = 2) -> Figure:
    """Draw a matrix cut into square windows, and beside it what is made of each window.

    A window has the same colour as its number in each result.

    Args:
        image: shape (rows, columns), multiples of `size`.
        pooled: results under their names, of shape (rows / size, columns / size).
        size: pixels of a side of a window.

    Raises:
        ValueError: a result is not `size` times smaller than the image.
    """
    image = np.asarray(image)
    for name, values in pooled.items():
        if np.shape(values) != tuple(side / size for side in image.shape):
            raise ValueError(
                f"{name!r} has shape {np.shape(values)}: an image of shape {image.shape} in "
                f"windows of {size} × {size} has one number a window, "
                f"{image.shape[0] / size:g} × {image.shape[1] / size:g}"
            )
    figure, panels = plt.subplots(
        1, 1 + len(pooled), figsize=(2.1 * (1 + len(pooled)), 2.5), squeeze=False
    )
    for ax, (title, values) in zip(panels[0], {"image": image, **pooled}.items(), strict=True):
        values = np.asarray(values)
        side = size if title == "image" else 1
        for (i, j), value in np.ndenumerate(values):
            window = (i // side) * (image.shape[1] // size) + j // side
            face = tint(PALETTE[window % len(PALETTE)], 0.45)
            style = {"facecolor": face, "edgecolor": "white", "linewidth": 2}
            ax.add_patch(Rectangle((j - 0.5, i - 0.5), 1, 1, **style))
            text(ax, j, i, _short(value))
        ax.set(xlim=(-0.55, values.shape[1] - 0.45), ylim=(values.shape[0] - 0.45, -0.55))
        ax.set(title=title, aspect="equal")
        ax.set_axis_off()
    return figure


def _numbers(ax: Axes, values: np.ndarray, title: str, largest: float) -> None:
    """Write a matrix on its colours; NaN stays an empty box."""
    ax.imshow(values, cmap=SIGNED, vmin=-2 * largest, vmax=2 * largest)
    for (i, j), value in np.ndenumerate(values):
        if np.isfinite(value):
            text(ax, j, i, _short(value), fontsize=8.5)
    ax.set(title=title, xticks=np.arange(-0.5, values.shape[1]), yticks=np.arange(
        -0.5, values.shape[0]), xticklabels=[], yticklabels=[])  # fmt: skip
    ax.grid(color=GREY, linewidth=0.5)
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)


def _frame(
    ax: Axes, left: float, top: float, shape: tuple[int, int], colour: str = RED
) -> Rectangle:
    style = {"fill": False, "edgecolor": colour, "linewidth": 2.5, "zorder": 5, "clip_on": False}
    return ax.add_patch(Rectangle((left - 0.5, top - 0.5), shape[1], shape[0], **style))


def _short(value: float) -> str:
    """Write a number with a true minus sign and two decimals at most."""
    return f"{round(float(value), 2):g}".replace("-", "−")


def _bracketed(value: float) -> str:
    return f"({_short(value)})" if value < 0 else _short(value)
