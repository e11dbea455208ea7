"""Pictures of a regression: its targets, its folds, its curve over epochs, its errors."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure
from numpy.typing import ArrayLike

from dlcourse.viz import BLACK, BLUE, ORANGE, RED

FAINT = "#bbbbbb"


def histogram(
    values: ArrayLike, xlabel: str, marks: Mapping[str, float], *, count: str = "rows"
) -> Figure:
    """Draw how often each value occurs, in 40 bins, with a labelled line at some values.

    Args:
        values: shape (N,).
        xlabel: what the values are, with the unit.
        marks: a value under the text that names it in the legend; may be empty.
        count: what is counted, for the vertical axis.

    Raises:
        ValueError: there are no values, or they are not one row of numbers.
    """
    values = _row("values", values)
    figure, axis = plt.subplots(figsize=(6.2, 3.0))
    axis.hist(values, bins=40, color=BLUE)
    for (name, value), dashes in zip(marks.items(), ("-", "--", "-.", ":") * 2, strict=False):
        axis.axvline(value, color=RED, linestyle=dashes, linewidth=2, label=name)
    axis.set(xlabel=xlabel, ylabel=count)
    if marks:
        axis.legend()
    return figure


def folds(validation: Sequence[ArrayLike], rows: int) -> Figure:
    """Draw which rows each run of a K-fold cross-validation trains on, and which it is scored on.

    Args:
        validation: for each fold, the row numbers it is scored on.
        rows: how many rows there are in all.

    Raises:
        ValueError: no fold, or a row number beyond the rows.
    """
    sets = [np.asarray(fold) for fold in validation]
    if not sets or any(not fold.size or fold.min() < 0 or fold.max() >= rows for fold in sets):
        found = [f"{fold.min()} to {fold.max()}" if fold.size else "none" for fold in sets]
        raise ValueError(f"wanted folds of row numbers from 0 to {rows - 1}, got {found}")
    figure, axis = plt.subplots(figsize=(6.8, 0.7 + 0.42 * len(sets)))
    picture = np.zeros((len(sets), rows))
    for line, fold in enumerate(sets):
        picture[line, fold] = 1
    colours = ListedColormap([BLUE, ORANGE])
    extent = (0, rows, len(sets) + 0.5, 0.5)
    axis.imshow(picture, cmap=colours, aspect="auto", extent=extent, interpolation="nearest")
    for line in range(1, len(sets)):
        axis.axhline(line + 0.5, color="white", linewidth=6)
    for name, colour in (("trained on", BLUE), ("scored on", ORANGE)):
        axis.plot([], [], "s", color=colour, markersize=9, label=name)
    axis.set(xlabel="row of the training set", yticks=range(1, len(sets) + 1))
    axis.set_yticklabels([f"fold {line}" for line in range(1, len(sets) + 1)])
    axis.spines[:].set_visible(False)
    axis.tick_params(axis="y", length=0)
    axis.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def error_curve(
    errors: ArrayLike, smooth: ArrayLike, ylabel: str, *, training: ArrayLike | None = None
) -> Figure:
    """Draw an error after each epoch, its smoothed curve, and a mark where that is lowest.

    The vertical axis ends a little above the highest smoothed value, so that the first, large
    errors do not flatten the rest.

    Args:
        errors: shape (epochs,).
        smooth: the same, smoothed; shape (epochs,).
        ylabel: what the error is, with the unit.
        training: the error on the rows trained on, shape (epochs,), if it is to be drawn.

    Raises:
        ValueError: curves of different lengths, or nothing to draw.
    """
    errors, smooth = _row("errors", errors), _row("smooth", smooth)
    curves = {"validation": errors, "validation, smoothed": smooth}
    if training is not None:
        curves = {"training": _row("training", training), **curves}
    if len({len(curve) for curve in curves.values()}) > 1:
        lengths = {name: len(curve) for name, curve in curves.items()}
        raise ValueError(f"wanted curves over the same epochs, got lengths {lengths}")
    epochs, best = np.arange(1, len(errors) + 1), int(smooth.argmin())
    looks = {
        "training": (BLUE, 1.5),
        "validation": (FAINT, 1.0),
        "validation, smoothed": (RED, 2.2),
    }
    figure, axis = plt.subplots(figsize=(6.4, 3.5))
    for name, curve in curves.items():
        colour, width = looks[name]
        axis.plot(epochs, curve, color=colour, linewidth=width, label=name)
    lowest = f"lowest: epoch {best + 1}"
    axis.plot(best + 1, smooth[best], "o", color=BLACK, zorder=4, label=lowest)
    shown = np.concatenate([curve[len(curve) // 10 :] for curve in curves.values()])
    room = 0.08 * (shown.max() - shown.min()) or 0.1
    axis.set(ylim=(shown.min() - room, shown.max() + room), xlabel="epoch", ylabel=ylabel)
    axis.legend()
    return figure


def against_truth(true: ArrayLike, predicted: ArrayLike, unit: str) -> Figure:
    """Draw each prediction over its true value; on the diagonal, a prediction is right.

    Args:
        true: shape (N,).
        predicted: shape (N,).
        unit: of both.

    Raises:
        ValueError: no values, or different numbers of them.
    """
    true, predicted = _row("true", true), _row("predicted", predicted)
    if len(true) != len(predicted):
        raise ValueError(f"{len(true)} true values but {len(predicted)} predictions: wanted pairs")
    ends = min(true.min(), predicted.min()), max(true.max(), predicted.max())
    figure, axis = plt.subplots(figsize=(4.8, 4.4))
    axis.plot(ends, ends, color=BLACK, linewidth=1, label="right")
    axis.plot(true, predicted, "o", color=BLUE, alpha=0.6, markersize=5, markeredgewidth=0)
    axis.set(xlabel=f"true, {unit}", ylabel=f"predicted, {unit}", aspect="equal")
    axis.legend(loc="upper left")
    return figure


def _row(name: str, values: ArrayLike) -> np.ndarray:
    row = np.asarray(values, float)
    if row.ndim != 1 or not row.size:
        raise ValueError(f"{name} has shape {row.shape}: wanted one row of numbers, not empty")
    return row
