"""Pictures of gradient descent: paths along a curve, paths on a map, and what was learned.

After Chollet, Deep Learning with Python, section 2.4.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from dlcourse.viz import BLACK, BLUE, ORANGE, RED
from dlcourse.viz.slopes import Curve, Surface, contours


def on_curve(
    function: Curve,
    paths: Mapping[str, Sequence[float]],
    window: tuple[float, float],
    top: float | None = None,
) -> Figure:
    """Draw the steps of descents along a curve, one panel a path: from black to orange.

    Args:
        function: the loss, for an array of weights.
        paths: title → the weight at the start and after each step.
        window: ends of the weight axis.
        top: upper end of the loss axis; by default as high as the curve in the window.

    Raises:
        ValueError: there is no path, or an empty one.
    """
    paths = _checked(paths, 1)
    figure, panels = plt.subplots(
        1, len(paths), figsize=(3.3 * len(paths), 3.2), sharey=True, squeeze=False
    )
    weights = np.linspace(*window, 301)
    heights = function(weights)
    top = float(heights.max()) if top is None else top
    bottom = float(heights.min()) - 0.06 * (top - float(heights.min()))
    for ax, (title, path) in zip(panels[0], paths.items(), strict=True):
        ax.plot(weights, heights, color=BLUE, linewidth=2)
        ax.plot(path, function(path), "o-", color=RED, markersize=4, linewidth=1, clip_on=True)
        ax.plot(path[0], function(path[0]), "o", color=BLACK, markersize=7)
        ax.plot(path[-1], function(path[-1]), "o", color=ORANGE, markersize=7, mec=BLACK)
        ax.set(title=title, xlim=window, ylim=(bottom, top), xlabel="weight")
    panels[0, 0].set_ylabel("loss")
    return figure


def on_map(
    function: Surface,
    paths: Mapping[str, Sequence[Sequence[float]]],
    x: tuple[float, float],
    y: tuple[float, float],
    *,
    below: bool = False,
) -> Figure:
    """Draw the steps of descents over the contours of a loss of two weights, one panel a path.

    A black dot marks the start of a path, an orange one its end.

    Args:
        function: the loss, for two arrays of weights of the same shape.
        paths: title → points of shape (steps + 1, 2), the start first.
        x: ends of the first weight's axis.
        y: ends of the second weight's axis.
        below: put the panels below each other, which suits a wide map.

    Raises:
        ValueError: there is no path, or one whose points do not have two coordinates.
    """
    paths = _checked(paths, 2)
    rows, columns = (len(paths), 1) if below else (1, len(paths))
    size = (7.5, 2.3 * rows) if below else (3.3 * columns, 3.3)
    figure, panels = plt.subplots(
        rows, columns, figsize=size, sharex=True, sharey=True, squeeze=False
    )
    for ax, (title, path) in zip(panels.flat, paths.items(), strict=True):
        contours(ax, function, x, y)
        ax.plot(*path.T, "o-", color=RED, markersize=3, linewidth=1)
        ax.plot(*path[0], "o", color=BLACK, markersize=7)
        ax.plot(*path[-1], "o", color=ORANGE, markersize=7, markeredgecolor=BLACK)
        ax.set(title=title, xlim=x, ylim=y)
    for ax in panels[-1]:
        ax.set_xlabel("$w_1$")
    for ax in panels[:, 0]:
        ax.set_ylabel("$w_2$")
    return figure


def growing(
    function: Surface,
    paths: Mapping[str, Sequence[Sequence[float]]],
    x: tuple[float, float],
    y: tuple[float, float],
    steps: Iterable[int],
) -> Iterator[Figure]:
    """Yield one figure of maps below each other, again and again, while the paths grow.

    For `viz.animate`. The arguments are those of `on_map`, and `steps`: how many steps of each
    path the frames show, one number a frame; a shorter path stays at its end.

    Raises:
        ValueError: as in `on_map`.
    """
    paths = _checked(paths, 2)
    figure = on_map(function, paths, x, y, below=True)
    for count in steps:
        for ax, (title, path) in zip(figure.axes, paths.items(), strict=True):
            walked, _, end = ax.lines
            walked.set_data(*path[: count + 1].T)
            end.set_data(*path[: count + 1][-1:].T)
            ax.set_title(f"{title}, step {count}")
        yield figure


def decision(
    predictions: Mapping[str, Callable[[np.ndarray], np.ndarray]],
    points: np.ndarray,
    labels: np.ndarray,
) -> Figure:
    """Draw points of two classes over what a classifier says of the plane, one panel a classifier.

    Args:
        predictions: title → function from points of shape (N, 2) to the probabilities of class
            1, shape (N,).
        points: shape (N, 2).
        labels: shape (N,), 0 or 1.

    Raises:
        ValueError: the points do not have two coordinates, or the labels are not one a point.
    """
    points, labels = np.asarray(points), np.asarray(labels)
    if points.ndim != 2 or points.shape[1] != 2 or labels.shape != points.shape[:1]:
        raise ValueError(
            f"points has shape {points.shape} and labels {labels.shape}; wanted (N, 2) and (N,)"
        )
    (left, bottom), (right, top) = points.min(axis=0) - 0.4, points.max(axis=0) + 0.4
    grid = np.meshgrid(np.linspace(left, right, 121), np.linspace(bottom, top, 121))
    places = np.stack(grid, axis=-1).reshape(-1, 2)
    count = len(predictions)
    figure, panels = plt.subplots(
        1, count, figsize=(3.1 * count, 3.6), sharex=True, sharey=True, squeeze=False
    )
    for ax, (title, predict) in zip(panels[0], predictions.items(), strict=True):
        chances = np.asarray(predict(places)).reshape(grid[0].shape)
        ax.contourf(*grid, chances, np.linspace(0, 1, 11), cmap="RdBu", alpha=0.55)
        if chances.min() < 0.5 < chances.max():
            ax.contour(*grid, chances, [0.5], colors=BLACK, linewidths=1.5)
        for label, color, marker in ((0, RED, "o"), (1, BLUE, "s")):
            chosen = points[labels == label]
            ax.scatter(*chosen.T, s=14, color=color, marker=marker, edgecolor="white", lw=0.4)
        ax.set(title=title, aspect="equal")
    return figure


def _checked(paths: Mapping[str, Sequence], coordinates: int) -> dict[str, np.ndarray]:
    """Return the paths as arrays, once it is clear that each has points to draw."""
    if not paths:
        raise ValueError("paths is empty: give at least one title with its points")
    arrays = {title: np.asarray(path, dtype=float) for title, path in paths.items()}
    wanted = "(steps + 1,)" if coordinates == 1 else "(steps + 1, 2)"
    for title, path in arrays.items():
        shape_ok = path.ndim == coordinates and (coordinates == 1 or path.shape[1] == 2)
        if not shape_ok or len(path) == 0:
            raise ValueError(f"path {title!r} has shape {path.shape}; wanted {wanted}")
    return arrays
