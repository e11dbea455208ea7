"""Pictures of what tensor operations do to the plane: sums of arrows, and moved shapes.

Points are columns here: an array of shape (2, N) holds N points, their horizontal coordinates in
row 0 and their vertical ones in row 1, so that `W @ points + b` moves all of them at once (after
Chollet, Deep Learning with Python, section 2.3).
"""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from dlcourse.viz import BLACK, BLUE, GREEN, GREY, ORANGE, RED

# Corners of a letter F, 1.2 wide and 2 high, from its lower left corner and back.
_CORNERS = (
    (0, 0.4, 0.4, 0.95, 0.95, 0.4, 0.4, 1.2, 1.2, 0, 0),
    (0, 0, 0.8, 0.8, 1.15, 1.15, 1.65, 1.65, 2, 2, 0),
)


def letter_f(points: int = 201) -> np.ndarray:
    """Return the closed outline of a letter F around the origin: shape (2, points), float64.

    An F, because no rotation and no mirroring leaves it as it is. It reaches from -0.5 to 0.7
    horizontally and from -1 to 1 vertically; its last point is its first one again.

    Raises:
        ValueError: fewer points than the outline has corners.
    """
    corners = np.array(_CORNERS) - [[0.5], [1.0]]
    count = corners.shape[1]
    if points < count:
        raise ValueError(f"points={points} is too few: the outline of an F needs at least {count}")
    along = np.linspace(0, count - 1, points)
    return np.array([np.interp(along, np.arange(count), line) for line in corners])


def grid(lines: int = 5, points: int = 81) -> np.ndarray:
    """Return a square grid from -2 to 2: shape (2 · lines, 2, points), float64, one row a line.

    Each line has many points, so that it can be bent. The first half are the vertical lines.
    """
    along, across = np.linspace(-2, 2, points), np.linspace(-2, 2, lines)
    vertical = [(np.full(points, place), along) for place in across]
    return np.array(vertical + [(x, y) for y, x in vertical])


def moved(
    transformations: Mapping[str, Callable[[np.ndarray], np.ndarray]], *, reach: float = 3
) -> Figure:
    """Draw a grid and a letter F, dashed before and filled after each transformation.

    Args:
        transformations: title → function from points of shape (2, N) to points of shape (2, N).
        reach: each panel shows the square from -reach to reach.

    Raises:
        ValueError: a function does not return points of the shape that it was given.
    """
    columns = min(len(transformations), 3)
    rows = -(-len(transformations) // columns)
    figure, panels = plt.subplots(rows, columns, figsize=(3.2 * columns, 3.5 * rows), squeeze=False)
    for ax in panels.flat[len(transformations) :]:
        ax.set_axis_off()
    for ax, (title, function) in zip(panels.flat, transformations.items(), strict=False):
        _plane(ax, (-reach, reach), (-reach, reach))
        ax.set_title(title)
        for line in grid():
            ax.plot(*_apply(title, function, line), color=BLUE, linewidth=0.8, alpha=0.5)
        ax.fill(*_apply(title, function, letter_f()), facecolor=RED, edgecolor=RED, alpha=0.8)
        ax.fill(*letter_f(), fill=False, edgecolor=BLACK, linewidth=1, linestyle="--")
    return figure


def vector_sum(a: Sequence[float], b: Sequence[float]) -> Figure:
    """Draw the vectors a and b as points, as arrows, and head to tail with their sum.

    Raises:
        ValueError: a vector does not have exactly two coordinates.
    """
    a, b = np.asarray(a, dtype=float), np.asarray(b, dtype=float)
    for name, vector in (("a", a), ("b", b)):
        if vector.shape != (2,):
            raise ValueError(
                f"{name} has shape {vector.shape}; the plane has two coordinates: (2,)"
            )
    corners = np.array([np.zeros(2), a, b, a + b])
    low, high = corners.min(axis=0) - 0.3, corners.max(axis=0) + 0.4
    figure, panels = plt.subplots(1, 3, figsize=(9.6, 3.2), sharex=True, sharey=True)
    for ax, title in zip(
        panels, ("as points", "as arrows", "a + b: one after the other"), strict=True
    ):
        _plane(ax, (low[0], high[0]), (low[1], high[1]))
        ax.set_title(title)
    for name, vector, colour in (("a", a, BLUE), ("b", b, ORANGE)):
        panels[0].plot(*vector, "o", color=colour, markersize=8)
        label = f"{name} = ({vector[0]:g}, {vector[1]:g})"
        panels[0].annotate(label, vector, (6, 6), textcoords="offset points", color=BLACK)
        _arrow(panels[1], np.zeros(2), vector, colour, name)
    _arrow(panels[2], np.zeros(2), a, BLUE, "a")
    _arrow(panels[2], a, a + b, ORANGE, "b")
    _arrow(panels[2], np.zeros(2), a + b, GREEN, "a + b")
    return figure


def _plane(ax: Axes, x: tuple[float, float], y: tuple[float, float]) -> None:
    ax.set(xlim=x, ylim=y, aspect="equal")
    ax.axhline(0, color=GREY, linewidth=0.8, zorder=0)
    ax.axvline(0, color=GREY, linewidth=0.8, zorder=0)


def _apply(
    title: str, function: Callable[[np.ndarray], np.ndarray], points: np.ndarray
) -> np.ndarray:
    result = np.asarray(function(points))
    if result.shape != points.shape:
        raise ValueError(
            f"the function of {title!r} turned points of shape {points.shape} into shape "
            f"{result.shape}; it must keep (2, N)."
        )
    return result


def _arrow(ax: Axes, tail: np.ndarray, head: np.ndarray, colour: str, name: str) -> None:
    style = {"arrowstyle": "-|>", "color": colour, "linewidth": 2, "shrinkA": 0, "shrinkB": 0}
    ax.annotate("", head, tail, arrowprops=style | {"mutation_scale": 16})
    middle = (tail + head) / 2
    paper = {"facecolor": "white", "edgecolor": "none", "pad": 1}
    ax.text(*middle, name, ha="center", va="center", color=BLACK, weight="bold", bbox=paper)
