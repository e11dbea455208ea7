"""Pictures of what a classifier decides in a plane: points, boundary lines, regions."""

from collections.abc import Callable, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from dlcourse.viz import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED, SKY, YELLOW
from dlcourse.viz.arrays import tint

COLOURS = (BLUE, ORANGE, GREEN, RED)
_MARKERS = "os^D"
_LINES = (BLACK, YELLOW, GREEN, PURPLE, SKY, RED)  # lines that touch are dark and light in turn


def boundaries(
    points: np.ndarray, classes: np.ndarray, lines: Mapping[str, tuple[Sequence[float], float]]
) -> Figure:
    """Draw points of two to four classes, and lines through the plane.

    Args:
        points: shape (N, 2).
        classes: shape (N,), integers from 0.
        lines: name → (w, c), the line of the points (x, y) with w[0]·x + w[1]·y = c. Later
            lines are thinner, so that lines on top of one another can all be seen.

    Raises:
        ValueError: wrong shapes, or a line whose two weights are both 0.
    """
    _check(points, classes)
    figure, ax = plt.subplots(figsize=(6.4, 4.6))
    _scatter(ax, points, classes, [f"class {k}" for k in range(classes.max() + 1)])
    ax.set(xlim=ax.get_xlim(), ylim=ax.get_ylim(), xlabel="x1", ylabel="x2")
    for number, (name, (w, c)) in enumerate(lines.items()):
        w = np.asarray(w, dtype=float).ravel()
        if not w.any():
            raise ValueError(f"the line {name!r} has weights 0 and 0: it divides nothing")
        look = {"color": _LINES[number % len(_LINES)], "linewidth": 2 * (len(lines) - number)}
        through, along = c * w / (w @ w), (-w[1], w[0])
        ends = through + np.outer((-1e3, 1e3), along) / np.hypot(*w)
        ax.plot(*ends.T, label=name, **look)
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def regions(
    predict: Callable[[np.ndarray], np.ndarray],
    points: np.ndarray,
    classes: np.ndarray,
    names: Sequence[str],
    axes: tuple[str, str],
    truth: Callable[[np.ndarray], np.ndarray] | None = None,
) -> Figure:
    """Colour the plane by the class that `predict` gives, with points of known class on top.

    Args:
        predict: points of shape (M, 2) → class numbers of shape (M,).
        points: shape (N, 2); the picture ends a little beyond them.
        classes: shape (N,), integers from 0.
        names: one a class, for the legend.
        axes: labels of the two axes.
        truth: as `predict`; where given, its boundaries are drawn as dashed black lines.

    Raises:
        ValueError: wrong shapes, or a class without a name.
    """
    _check(points, classes)
    if classes.max() >= len(names):
        raise ValueError(f"class {classes.max()} has no name: names are {list(names)}, from 0")
    low, high = points.min(axis=0), points.max(axis=0)
    edges = np.linspace(low - 0.02 * (high - low), high + 0.02 * (high - low), 200)
    plane = np.stack(np.meshgrid(*edges.T), axis=-1)
    levels = np.arange(len(names) + 1) - 0.5
    figure, ax = plt.subplots(figsize=(6.6, 4.4))

    def drawn(function: Callable[[np.ndarray], np.ndarray]) -> tuple[np.ndarray, ...]:
        return (*edges.T, np.asarray(function(plane.reshape(-1, 2))).reshape(plane.shape[:2]))

    pale = ListedColormap([tint(colour, 0.3) for colour in COLOURS[: len(names)]])
    ax.contourf(*drawn(predict), levels=levels, cmap=pale)
    if truth:
        ax.contour(*drawn(truth), levels=levels[1:-1], colors=BLACK, linestyles="--", linewidths=1)
    _scatter(ax, points, classes, names)
    ax.set(xlabel=axes[0], ylabel=axes[1])
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def _scatter(ax: Axes, points: np.ndarray, classes: np.ndarray, names: Sequence[str]) -> None:
    for k in range(classes.max() + 1):
        look = {"s": 9, "marker": _MARKERS[k], "color": COLOURS[k], "linewidths": 0}
        ax.scatter(*points[classes == k].T, label=names[k], **look)


def _check(points: np.ndarray, classes: np.ndarray) -> None:
    known = set(range(len(COLOURS)))
    if points.ndim != 2 or points.shape[1] != 2 or classes.shape != points.shape[:1]:
        raise ValueError(
            f"points has shape {points.shape} and classes {classes.shape}: wanted (N, 2) and (N,)"
        )
    if not set(np.unique(classes)) <= known:
        raise ValueError(f"classes are {np.unique(classes)}: wanted whole numbers from 0 to 3")
