"""Pictures of training and its result: curves, losses, rates, bars, a confusion matrix."""

from collections.abc import Collection, Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, LogLocator, MaxNLocator, NullLocator

from dlcourse.viz import BLACK, BLUE, GREEN, GREY, ORANGE, PALETTE, PURPLE, RED, SKY

DASHES = ("-", "--", "-.", ":")


def learning_curves(
    history: Mapping[str, Sequence[float]], validation: str = "validation"
) -> Figure:
    """Draw one panel a metric, epoch by epoch; `history` is what Keras's `fit` keeps.

    Args:
        history: values an epoch, such as `{"loss": […], "val_loss": […]}`; a series whose
            name starts with `val_` goes into the panel of the metric without it.
        validation: what the `val_` data are called in the legend.

    Raises:
        ValueError: nothing to draw, or series of different lengths.
    """
    metrics = [name for name in history if not name.startswith("val_")]
    lengths = {name: len(values) for name, values in history.items()}
    if not metrics or 0 in lengths.values() or len(set(lengths.values())) > 1:
        raise ValueError(f"wanted a value an epoch for each metric, got epochs {lengths}")
    metrics.sort(key=lambda name: name != "loss")  # the loss is what training works on: first
    epochs = np.arange(1, lengths[metrics[0]] + 1)
    figure, axes = plt.subplots(1, len(metrics), figsize=(4.2 * len(metrics), 3.1), squeeze=False)
    for axis, metric in zip(axes[0], metrics, strict=True):
        axis.plot(epochs, history[metric], "o-", color=BLUE, label="training")
        if f"val_{metric}" in history:
            values = history[f"val_{metric}"]
            axis.plot(epochs, values, "s--", color=ORANGE, label=validation)
        axis.set(xlabel="epoch", title=metric)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axis.legend()
    return figure


def losses(curves: Mapping[str, Sequence[float]], smooth: int = 1) -> Figure:
    """Draw the loss after each update for several runs, on a logarithmic loss axis.

    Args:
        curves: the losses of each run by its name, in the order of the legend.
        smooth: draw the mean of this many neighbouring losses instead of each one, since the
            losses of single batches jump about.

    Raises:
        ValueError: no curve, or one with fewer than `smooth` losses.
    """
    short = {name: len(values) for name, values in curves.items() if len(values) < smooth}
    if not curves or smooth < 1 or short:
        raise ValueError(
            f"wanted at least smooth={smooth} losses (1 or more) in each of one or more curves, "
            f"got too few in: {short or 'no curves'}"
        )
    figure, axis = plt.subplots(figsize=(6.4, 3.6))
    # Curves that overlap stay apart by colour and by dashes; yellow is too pale for a line.
    looks = cycle(zip((BLUE, ORANGE, GREEN, RED, PURPLE, SKY, BLACK), DASHES * 2, strict=False))
    for (name, values), (color, dashes) in zip(curves.items(), looks, strict=False):
        means = np.convolve(values, np.full(smooth, 1 / smooth), mode="valid")
        updates = np.arange(len(means)) + (smooth + 1) / 2  # the middle of each window
        axis.plot(updates, means, label=name, color=color, linestyle=dashes, linewidth=1.8)
    axis.set(xlabel="update", ylabel="loss", yscale="log")
    axis.yaxis.set_major_locator(LogLocator(subs=(1, 2, 3, 5)))
    axis.yaxis.set_minor_locator(NullLocator())
    axis.yaxis.set_major_formatter(FuncFormatter(lambda loss, _: f"{loss:g}"))
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def rates(
    values: Sequence[float],
    errors: Mapping[str, np.ndarray],
    ylabel: str,
    level: tuple[str, float],
) -> Figure:
    """Draw errors against the learning rate, both logarithmic: medians, and pale the single runs.

    Args:
        values: shape (R,), the learning rates.
        errors: name → shape (R, N), the error of each of N runs at each rate. Runs beyond four
            times the level, or not finite, are not drawn, but count for the median.
        ylabel: what the errors measure, with the unit.
        level: name and height of a dotted line, such as the error of a trivial answer.

    Raises:
        ValueError: no errors, or some whose first axis does not fit the rates.
    """
    shapes = {name: np.shape(runs) for name, runs in errors.items()}
    if not errors or any(len(shape) != 2 or shape[0] != len(values) for shape in shapes.values()):
        raise ValueError(f"wanted errors of shape ({len(values)}, runs), got {shapes or 'none'}")
    figure, ax = plt.subplots(figsize=(6.4, 3.6))
    name, height = level
    for (label, runs), color, marker in zip(errors.items(), PALETTE, cycle("os^D"), strict=False):
        runs = np.where(np.isfinite(runs), runs, np.inf)  # a median counts what diverged, too
        median = np.median(runs, axis=1)
        for numbers, look in ((runs, {"alpha": 0.25}), (median, {"ls": "-", "label": label})):
            inside = np.where(np.less_equal(numbers, 4 * height), numbers, np.nan)
            ax.plot(values, inside, **{"marker": marker, "color": color, "ls": "", **look})
    ax.axhline(height, color=GREY, linestyle=":", label=name)
    ax.set(xscale="log", yscale="log", xlabel="learning rate", ylabel=ylabel)
    ax.set_ylim(top=4 * height)
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(subs=(1, 3)))
        axis.set_minor_locator(NullLocator())
        axis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:g}"))
    ax.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def bars(
    values: Mapping[object, float],
    xlabel: str,
    highlight: Collection[object] = (),
    limits: tuple[float, float] | None = None,
    digits: int = 3,
) -> Figure:
    """Draw one horizontal bar a value, the first on top, with the number at its end.

    Args:
        values: each value under the name (or number) of its bar.
        xlabel: what the values measure, with the unit.
        highlight: names of the bars drawn in the second colour.
        limits: ends of the value axis; by default from 0 to a little beyond the largest value.
        digits: decimal places of the numbers.

    Raises:
        ValueError: no values, or `highlight` names no bar.
    """
    unknown = [name for name in highlight if name not in values]
    if not values or unknown:
        raise ValueError(
            f"highlight={unknown} is not among the bars {list(values)}"
            if unknown
            else "values is empty: give at least one bar"
        )
    colors = [ORANGE if name in highlight else BLUE for name in values]
    names, numbers = [str(name) for name in values], np.array(list(values.values()), dtype=float)
    figure, axis = plt.subplots(figsize=(6.2, 0.5 + 0.34 * len(names)))
    low, high = limits or (0, 1.15 * numbers.max())
    axis.barh(names, numbers - low, left=low, color=colors)
    for row, number in enumerate(numbers):
        axis.text(number, row, f" {number:,.{digits}f}", va="center", ha="left", fontsize=9)
    axis.invert_yaxis()
    axis.set(xlim=(low, high), xlabel=xlabel)
    axis.tick_params(axis="y", length=0)
    return figure


def confusion_matrix(counts: np.ndarray, classes: Sequence[object] | None = None) -> Figure:
    """Draw how often each class was read as each: rows are the true class, columns the read one.

    Numbers are counts. Colour is the share of the row, with the diagonal (the right answers)
    left pale: otherwise its large shares would drown those of the mistakes.

    Args:
        counts: shape (classes, classes), non-negative; `counts[i, j]` = class i read as j.
        classes: names, by default 0, 1, 2, …

    Raises:
        ValueError: not a square of counts, a class without examples, or too few names.
    """
    counts = np.asarray(counts)
    if counts.ndim != 2 or counts.shape[0] != counts.shape[1] or (counts < 0).any():
        raise ValueError(f"counts has shape {counts.shape}: wanted a square of numbers ≥ 0")
    if not counts.sum(axis=1).all():
        empty = int(np.flatnonzero(counts.sum(axis=1) == 0)[0])
        raise ValueError(f"row {empty} of counts is empty: that class has no examples to share out")
    n = len(counts)
    names = [str(name) for name in (range(n) if classes is None else classes)]
    if len(names) != n:
        raise ValueError(f"{len(names)} class names for counts of shape {counts.shape}")
    shares = counts / counts.sum(axis=1, keepdims=True)
    diagonal = np.eye(n, dtype=bool)
    figure, axis = plt.subplots(figsize=(1.9 + 0.46 * n, 1.0 + 0.46 * n))
    axis.imshow(diagonal, cmap=ListedColormap(["white", "#e8eef4"]))
    wrong = np.ma.masked_where(diagonal | (counts == 0), 100 * shares)
    picture = axis.imshow(wrong, cmap="Oranges", vmin=0)
    figure.colorbar(picture, ax=axis, label="% of the row, where wrong", shrink=0.8)
    for i, j in zip(*np.nonzero(counts), strict=True):
        dark = wrong[i, j] is not np.ma.masked and wrong[i, j] > 0.6 * wrong.max()
        color = "white" if dark else "black"
        text = f"{counts[i, j]:g}"
        axis.text(j, i, text, ha="center", va="center", fontsize=8.5, color=color)
    axis.set(xticks=range(n), yticks=range(n), xlabel="read as", ylabel="true class")
    axis.set_xticklabels(names)
    axis.set_yticklabels(names)
    axis.spines[:].set_visible(False)
    axis.tick_params(length=0)
    return figure
