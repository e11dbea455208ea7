"""Pictures of slopes: a curve under the magnifying glass, slopes in a chain, gradients on a map.

After Chollet, Deep Learning with Python, section 2.4.
"""

from collections.abc import Callable, Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.contour import QuadContourSet
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.ticker import MaxNLocator

from dlcourse.viz import BLACK, BLUE, GREEN, GREY, ORANGE, PURPLE, RED
from dlcourse.viz.training import DASHES

Curve = Callable[[np.ndarray], np.ndarray]
Surface = Callable[[np.ndarray, np.ndarray], np.ndarray]


def zoom(function: Curve, slope: float, at: float, widths: Sequence[float]) -> Figure:
    """Draw a curve and its tangent in ever smaller square windows around one point.

    Args:
        function: takes an array and returns one of the same shape, entry by entry.
        slope: its derivative at `at`.
        at: where the tangent touches the curve.
        widths: width of each panel's window, largest first.

    Raises:
        ValueError: the widths are not positive and falling.
    """
    widths = [float(width) for width in widths]
    if not widths or widths[-1] <= 0 or widths != sorted(set(widths), reverse=True):
        raise ValueError(f"widths={widths}: wanted positive widths, each smaller than the last")
    figure, panels = plt.subplots(1, len(widths), figsize=(3.2 * len(widths), 3.4), squeeze=False)
    height = float(function(np.asarray(at)))
    for i, (ax, width) in enumerate(zip(panels[0], widths, strict=True)):
        x = np.linspace(at - width / 2, at + width / 2, 201)
        ax.plot(x, function(x), color=BLUE, linewidth=3, label="curve")
        ax.plot(x, height + slope * (x - at), "--", color=ORANGE, linewidth=1.8, label="tangent")
        ax.plot(at, height, "o", color=BLACK)
        middle = np.array([at, height])
        (left, bottom), (right, top) = middle - width / 2, middle + width / 2
        ax.set(xlim=(left, right), ylim=(bottom, top), aspect="equal", title=f"{width:g} wide")
        ax.xaxis.set_major_locator(MaxNLocator(3))
        ax.yaxis.set_major_locator(MaxNLocator(4))
        for inner in widths[i + 1 : i + 2]:
            style = {"fill": False, "edgecolor": RED, "linewidth": 1.5}
            ax.add_patch(Rectangle(middle - inner / 2, inner, inner, **style))
    panels[0, 0].legend(loc="lower left")
    return figure


def chain(functions: Mapping[str, Curve], at: float, nudge: float, *, start: str = "x") -> Figure:
    """Draw how a nudge of the first number moves the next ones, a number line each.

    All lines have the same scale, so the bands between them widen where the slope is steeper
    than 1, narrow where it is flatter, and cross over where it is negative.

    Args:
        functions: name of the result → function of the number before it, first to last.
        at: the first number.
        nudge: by how much it is moved.
        start: name of the first number.

    Raises:
        ValueError: no function, or a nudge of 0.
    """
    if not functions or nudge == 0:
        raise ValueError(f"wanted functions and a nudge, got {len(functions)} and nudge={nudge}")
    names, ends = [start, *functions], [np.array([at, at + nudge], dtype=float)]
    for function in functions.values():
        ends.append(np.array([float(function(end)) for end in ends[-1]]))
    changes = [float(after - before) for before, after in ends]
    reach = 1.6 * max(abs(change) for change in changes)
    figure, ax = plt.subplots(figsize=(7, 0.5 + 0.95 * len(names)))
    for row, (name, change, (value, _)) in enumerate(zip(names, changes, ends, strict=True)):
        ax.plot([-reach, reach], [-row, -row], color=GREY, linewidth=1, zorder=1)
        ax.plot([0, change], [-row, -row], color=RED, linewidth=5, solid_capstyle="butt", zorder=3)
        ax.plot(0, -row, "o", color=BLACK, zorder=4)
        ax.text(-1.05 * reach, -row, f"{name} = {value:.4g}", ha="right", va="center")
        moved = f"moves by {change:+.3f}".replace("-", "−")
        ax.text(1.05 * reach, -row, moved, ha="left", va="center")
        if row:
            band = np.array([(0, 1 - row), (changes[row - 1], 1 - row), (change, -row), (0, -row)])
            ax.fill(*band.T, color=ORANGE, alpha=0.3, linewidth=0, zorder=2)
            ratio = f"× {change / changes[row - 1]:.2f}".replace("-", "−")
            ax.text(0.6 * reach, 0.5 - row, ratio, ha="left", va="center", color=GREY)
    ax.set(xlim=(-1.9 * reach, 1.9 * reach), ylim=(0.5 - len(names), 0.5))
    ax.set_axis_off()
    return figure


def gradients(
    function: Surface,
    gradient: Callable[[float, float], Sequence[float]],
    points: Sequence[tuple[float, float]],
    *,
    reach: float = 3,
    scale: float = 0.2,
) -> Figure:
    """Draw the contours of a function of two numbers, with its gradient as arrows at some points.

    Args:
        function: height of the surface, for two arrays of the same shape.
        gradient: its two partial derivatives at one point.
        points: where to draw arrows.
        reach: the map goes from -reach to reach in both directions.
        scale: length of an arrow for a gradient of length 1.

    Raises:
        ValueError: a gradient does not have exactly two entries.
    """
    figure, ax = plt.subplots(figsize=(6, 4.9))
    heights = contours(ax, function, (-reach, reach), (-reach, reach))
    figure.colorbar(heights, label="loss", format="%.1f")
    for point in points:
        slopes = np.asarray(gradient(*point), dtype=float)
        if slopes.shape != (2,):
            raise ValueError(
                f"the gradient at {point} has shape {slopes.shape}; a function of two numbers has "
                "two partial derivatives: (2,)"
            )
        style = {"arrowstyle": "-|>", "color": RED, "linewidth": 2, "mutation_scale": 14}
        arrow = style | {"shrinkA": 0, "shrinkB": 0}
        ax.annotate("", np.add(point, scale * slopes), point, arrowprops=arrow)
        ax.plot(*point, "o", color=BLACK, markersize=5)
    ax.set(xlabel="$w_1$", ylabel="$w_2$", aspect="equal")
    return figure


def powers(
    curves: Mapping[str, tuple[Sequence[float], Sequence[float]]],
    xlabel: str,
    ylabel: str,
    *,
    xscale: str = "log",
) -> Figure:
    """Draw curves on logarithmic axes, where a power law is a straight line, its power the slope.

    Args:
        curves: name → x and y, of the same length, positive on a logarithmic axis; points that
            are 0 are left out.
        xlabel: what runs to the right, with the unit.
        ylabel: what runs upwards, with the unit.
        xscale: "log", or "linear" for a logarithmic vertical axis alone.

    Raises:
        ValueError: no curve, or one without as many x as y.
    """
    lengths = {name: (len(x), len(y)) for name, (x, y) in curves.items()}
    if not curves or any(x != y or x == 0 for x, y in lengths.values()):
        raise ValueError(f"wanted curves with as many x as y, at least one, got {lengths}")
    figure, ax = plt.subplots(figsize=(7, 3.8))
    # Apart by colour, dashes and marker; yellow is too pale for a line.
    looks = cycle(zip((BLUE, ORANGE, GREEN, RED, PURPLE), DASHES * 2, "osD^v", strict=False))
    for (name, (x, y)), (color, dashes, marker) in zip(curves.items(), looks, strict=False):
        style = {"color": color, "linestyle": dashes, "marker": marker}
        ax.plot(x, y, label=name, markersize=4 if len(x) > 1 else 9, **style)
    ax.set(xscale=xscale, yscale="log", xlabel=xlabel, ylabel=ylabel)
    ax.margins(0.08)  # room for the large marker of a single point in a corner
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def contours(
    ax: Axes, function: Surface, x: tuple[float, float], y: tuple[float, float]
) -> QuadContourSet:
    """Draw filled contours of `function` on `ax` over the ranges `x` and `y`, and return them.

    Levels lie closer together near the bottom, where descent spends most of its steps.
    """
    grid = np.meshgrid(np.linspace(*x, 101), np.linspace(*y, 101))
    heights = function(*grid)
    low, high = heights.min(), heights.max()
    levels = low + (high - low) * np.linspace(0, 1, 15) ** 2
    ax.contour(*grid, heights, levels, colors="white", linewidths=0.6)
    return ax.contourf(*grid, heights, levels, cmap="Blues", zorder=0)
