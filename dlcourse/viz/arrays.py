"""Pictures of arrays, with a box for each entry: ranks, broadcasting, matrix product, pixels.

The functions that draw return a matplotlib figure, to be shown with `dlcourse.viz.show`. A box
holds about three digits: choose short numbers.
"""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from dlcourse.viz import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, RED

_INCHES = 0.37  # side of a box
_STACK = 0.5  # shift from one sheet of a rank-3 array to the next, in boxes


def boxes(arrays: Mapping[str, np.ndarray], *, follow: bool = False) -> Figure:
    """Draw arrays of rank 0 to 3 side by side under their titles, one box for each entry.

    Args:
        arrays: title → array. Axis 0 of a rank-3 array is drawn as a stack of sheets.
        follow: colour each entry by its value, so that the eye can follow it from one array
            to the next; otherwise each array has a colour of its own.

    Raises:
        ValueError: an array has more than three axes.
    """
    arrays = {title: np.asarray(array) for title, array in arrays.items()}
    for title, array in arrays.items():
        if array.ndim > 3:
            raise ValueError(
                f"array {title!r} has rank {array.ndim}, shape {array.shape}; boxes() draws "
                "ranks 0 to 3. Draw a slice of it, or its shape with dlcourse.viz.shapes."
            )
    stacks = [a if a.ndim == 3 else np.atleast_2d(a)[np.newaxis] for a in arrays.values()]
    widths = [a.shape[2] + _STACK * (len(a) - 1) for a in stacks]
    heights = [a.shape[1] + _STACK * (len(a) - 1) for a in stacks]
    rooms = [max(width, 3.6) + 1.2 for width in widths]
    ax = _canvas(sum(rooms), max(heights) + 2.9)
    for number, (title, array) in enumerate(arrays.items()):
        middle = sum(rooms[:number]) + rooms[number] / 2
        left = middle - widths[number] / 2
        bottom = 1.2 + (max(heights) + heights[number]) / 2
        # The last sheet lies at the back, so it is drawn first.
        for index, sheet in reversed(list(enumerate(stacks[number]))):
            colours = [PALETTE[number % len(PALETTE)]] * sheet.size
            if follow:
                order = np.searchsorted(np.unique(array), sheet.ravel())
                colours = [PALETTE[i % len(PALETTE)] for i in order]
            corner = (left + _STACK * index, bottom - sheet.shape[0] - _STACK * index)
            _sheet(ax, corner, sheet, colours, numbers=index == 0)
        text(ax, middle, 0.4, title, weight="bold")
        text(ax, middle, bottom + 1.15, f"shape {array.shape}", color=GREY)
        _axis_names(ax, array, left, bottom)
    return ax.figure


def broadcasting(x: np.ndarray, y: np.ndarray) -> Figure:
    """Draw `x + y` for arrays of rank 1 or 2: axes are added, entries repeated, then summed.

    Repeated entries are pale with a dashed edge: they are in the picture, not in memory.

    Raises:
        ValueError: the shapes do not broadcast, or an array is not of rank 1 or 2.
    """
    x, y = np.asarray(x), np.asarray(y)
    for name, array in (("x", x), ("y", y)):
        if array.ndim not in (1, 2):
            raise ValueError(f"{name} has shape {array.shape}; this picture needs rank 1 or 2")
    target = _broadcast_shape(x.shape, y.shape)
    rows, columns = np.atleast_2d(np.empty(target)).shape
    step = columns + 3
    lefts = [1.2 + step * i for i in range(4)]
    tops = {"x": 1.6, "y": rows + 4}
    ax = _canvas(lefts[3] + columns + 0.4, 2 * rows + 5.2)
    for left, title in zip(lefts, ("given", "1. add axes", "2. repeat", "3. sum"), strict=True):
        text(ax, left + columns / 2, 0.5, title, weight="bold")
    for name, array, colour in (("x", x, BLUE), ("y", y, ORANGE)):
        middle = tops[name] + rows / 2
        text(ax, 0.4, middle, name, weight="bold", color=colour, fontsize=13)
        expanded = array.reshape((1,) * (len(target) - array.ndim) + array.shape)
        repeated = np.broadcast_to(expanded, target)
        for number, stage in enumerate((array, expanded, repeated)):
            values, real = np.atleast_2d(stage), np.atleast_2d(array).shape
            i, j = np.indices(values.shape)
            ghosts = (i >= real[0]) | (j >= real[1])
            height, width = values.shape
            corner = (lefts[number] + (columns - width) / 2, middle - height / 2)
            _sheet(ax, corner, values, [colour] * values.size, pale=ghosts, dashed=True)
            text(ax, corner[0] + width / 2, corner[1] + height + 0.5, f"{stage.shape}", color=GREY)
            if number:
                start = lefts[number] - 2.2
                _arrow(ax, (start, middle), (start + 1.4, middle))
    total = np.atleast_2d(x + y)
    corner = (lefts[3], (tops["x"] + tops["y"]) / 2)
    _sheet(ax, corner, total, [GREEN] * total.size)
    text(ax, corner[0] + columns / 2, corner[1] + rows + 0.5, f"{target}", color=GREY)
    for top, aim in zip(tops.values(), (-0.5, 0.5), strict=True):
        head = (lefts[3] - 0.7, corner[1] + rows / 2 + aim)
        _arrow(ax, (lefts[3] - 2.6, top + rows / 2), head)
    return ax.figure


def product(a: np.ndarray, b: np.ndarray, *, row: int = 0, column: int = 0) -> Figure:
    """Draw the matrix product `a @ b`, with a row, a column and the entry they give marked.

    `b` stands above the result and `a` to its left, so that each entry of the result lies where
    its row and its column meet (after Chollet, Deep Learning with Python, section 2.3).

    Args:
        a: matrix of shape (m, k).
        b: matrix of shape (k, n).
        row: which row of `a` to mark.
        column: which column of `b` to mark.

    Raises:
        ValueError: an argument is not a matrix, or the inner sizes differ.
    """
    a, b = np.asarray(a), np.asarray(b)
    if a.ndim != 2 or b.ndim != 2 or a.shape[1] != b.shape[0]:
        raise ValueError(
            f"a has shape {a.shape} and b has shape {b.shape}; a matrix product needs "
            "(m, k) and (k, n): as many columns in a as there are rows in b"
        )
    (m, k), n, result = a.shape, b.shape[1], a @ b
    left, top = k + 3.4, k + 1.8
    ax = _canvas(left + n + 2.4, top + m + 2.6)
    for name, values, corner, colour, where in (
        ("a", a, (1.2, top), BLUE, np.s_[row, :]),
        ("b", b, (left, 0.6), ORANGE, np.s_[:, column]),
        ("a @ b", result, (left, top), GREEN, np.s_[row, column]),
    ):
        pale = np.ones(values.shape, dtype=bool)
        pale[where] = False
        _sheet(ax, corner, values, [colour] * values.size, pale=pale)
        below = corner[1] + values.shape[0] + 0.5
        beside = name == "b"
        x = corner[0] + (-1.3 if beside else values.shape[1] / 2)
        y = corner[1] + values.shape[0] / 2 if beside else below
        text(ax, x, y, f"{name} {values.shape}", color=GREY)
    terms = " + ".join(f"{p:g}·{q:g}" for p, q in zip(a[row], b[:, column], strict=True))
    line = f"row {row} · column {column} = {terms} = {result[row, column]:g}"
    text(ax, (left + n + 2.4) / 2, top + m + 1.9, line)
    return ax.figure


def pixels(image: np.ndarray, rows: slice, columns: slice) -> Figure:
    """Draw a grey image with a crop marked, and beside it the numbers inside the crop.

    Args:
        image: shape (height, width), entries 0 (paper) to 255 (ink).
        rows: the crop along axis 0.
        columns: the crop along axis 1.

    Raises:
        ValueError: the image is not of rank 2, or the crop is empty.
    """
    if image.ndim != 2 or not image[rows, columns].size:
        raise ValueError(
            f"image has shape {image.shape}; wanted rank 2, (height, width), and a crop that "
            f"holds at least one pixel: got rows={rows}, columns={columns}"
        )
    crop = image[rows, columns]
    height, width = crop.shape
    top, left = np.arange(image.shape[0])[rows][0], np.arange(image.shape[1])[columns][0]
    figure, (whole, part) = plt.subplots(1, 2, figsize=(9.4, 4.7), width_ratios=(1, 1.1))
    whole.imshow(image, cmap="gray_r", vmin=0, vmax=255)
    whole.set(xlabel="column (axis 1)", ylabel="row (axis 0)")
    whole.set_title(f"the image: {image.shape[0]} × {image.shape[1]} numbers drawn as grey")
    frame = {"fill": False, "edgecolor": RED, "linewidth": 2}
    whole.add_patch(Rectangle((left - 0.5, top - 0.5), width, height, **frame))
    part.imshow(crop, cmap="gray_r", vmin=0, vmax=255)
    part.set(xticks=[], yticks=[])
    part.set_title(f"inside the frame: {height} × {width} numbers, written out")
    for (i, j), value in np.ndenumerate(crop):
        text(part, j, i, f"{value:g}", color="white" if value > 127 else BLACK, fontsize=8)
    part.spines[:].set(visible=True, color=RED, linewidth=2)
    return figure


def _axis_names(ax: Axes, array: np.ndarray, left: float, bottom: float) -> None:
    """Write along the edges of boxes which axis runs where."""
    style = {"fontsize": 8, "color": GREY}
    high, wide = np.atleast_2d(array).shape[-2:]
    if array.ndim > 0:
        text(ax, left + wide / 2, bottom + 0.35, f"axis {array.ndim - 1} →", **style)
    if array.ndim > 1:
        name = f"← axis {array.ndim - 2}"
        text(ax, left - 0.35, bottom - high / 2, name, rotation=90, **style)
    if array.ndim > 2:
        back = _STACK * (len(array) - 1)
        x, y = left + wide + back / 2 + 0.35, bottom - back / 2 + 0.25
        text(ax, x, y, "axis 0 ↗", ha="left", **style)


def _broadcast_shape(x: tuple[int, ...], y: tuple[int, ...]) -> tuple[int, ...]:
    for axis, (p, q) in enumerate(zip(reversed(x), reversed(y), strict=False), start=1):
        if p != q and 1 not in (p, q):
            raise ValueError(
                f"shapes {x} and {y} do not broadcast: written with their last axes one below "
                f"the other, axis -{axis} has size {p} against {q}. Sizes must be equal, or one "
                "of them 1; reshape an array so that they are."
            )
    return np.broadcast_shapes(x, y)


def _canvas(width: float, height: float) -> Axes:
    """Return axes without decoration whose unit is one box, y growing downwards as rows do."""
    figure = plt.figure(figsize=(width * _INCHES, height * _INCHES), layout="none")
    ax = figure.add_axes((0, 0, 1, 1), xlim=(0, width), ylim=(height, 0))
    ax.set_axis_off()
    return ax


def _sheet(
    ax: Axes,
    corner: tuple[float, float],
    values: np.ndarray,
    colours: Sequence[str],
    *,
    pale: np.ndarray | None = None,
    dashed: bool = False,
    numbers: bool = True,
) -> None:
    """Draw a matrix as boxes from its top left corner; `colours` has one colour for each entry."""
    for colour, (index, value) in zip(colours, np.ndenumerate(values), strict=True):
        faint = pale is not None and pale[index]
        x, y = corner[0] + index[1], corner[1] + index[0]
        face = tint(colour, 0.12 if faint else 0.5)
        style = (
            {"linestyle": "--", "edgecolor": colour} if faint and dashed else {"edgecolor": GREY}
        )
        ax.add_patch(Rectangle((x, y), 1, 1, facecolor=face, linewidth=0.9, **style))
        if numbers:
            text(ax, x + 0.5, y + 0.5, f"{value:g}", color=GREY if faint else BLACK)


def text(ax: Axes, x: float, y: float, string: str, **style: object) -> None:
    """Write `string` centred on the point (x, y)."""
    ax.text(x, y, string, **{"ha": "center", "va": "center", **style})


def _arrow(ax: Axes, start: tuple[float, float], head: tuple[float, float]) -> None:
    ax.annotate("", head, start, arrowprops={"arrowstyle": "->", "color": GREY, "linewidth": 1.5})


def tint(colour: str, strength: float) -> tuple[float, ...]:
    """Mix a colour with white: strength 1 keeps it, 0 gives white."""
    return tuple(1 - strength * (1 - part) for part in to_rgb(colour))
