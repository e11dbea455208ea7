"""Pictures of a task with many unequal classes: their sizes, recalls, confusions, a bottleneck."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from dlcourse.viz import BLUE, GREEN, ORANGE, training

_LOOKS = (("o", BLUE), ("^", ORANGE), ("s", GREEN))


def sizes(counts: np.ndarray, names: Sequence[str]) -> Figure:
    """Draw how many examples each class has: largest first, on a logarithmic axis.

    Args:
        counts: shape (classes,), examples of each class; a class without any has no bar.
        names: one a class.

    Raises:
        ValueError: as many names as counts are wanted, and a positive count among them.
    """
    counts = np.asarray(counts)
    if counts.ndim != 1 or len(names) != len(counts) or not (counts > 0).any():
        raise ValueError(
            f"counts has shape {counts.shape}, with {len(names)} names: wanted one count and one "
            "name a class, and examples in at least one class"
        )
    order = np.argsort(-counts, kind="stable")
    figure, axis = plt.subplots(figsize=(9.5, 3.6))
    axis.bar(np.arange(len(counts)), counts[order], color=BLUE)
    axis.set_xticks(np.arange(len(counts)), [names[i] for i in order], rotation=90, fontsize=8)
    axis.set(yscale="log", ylabel="training examples", xlim=(-0.8, len(counts) - 0.2))
    axis.yaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,g}"))
    axis.tick_params(axis="x", length=0)
    return figure


def recalls(
    counts: np.ndarray,
    found: Mapping[str, np.ndarray],
    names: Sequence[str],
    label: Sequence[int] = (),
) -> Figure:
    """Draw the recall of each class against how many training examples it has (log axis).

    Where several models are compared, a grey line joins the recalls of the same class.

    Args:
        counts: shape (classes,), training examples of each class.
        found: recalls of shape (classes,) under the name of each model, three at most; NaN
            where a class has no test example, and then no mark is drawn.
        names: one a class.
        label: numbers of the classes whose name is written beside their first mark.

    Raises:
        ValueError: lengths differ, no model or more than three.
    """
    counts = np.asarray(counts)
    lengths = {"counts": len(counts), "names": len(names)}
    lengths |= {name: len(values) for name, values in found.items()}
    if len(set(lengths.values())) > 1 or not 1 <= len(found) <= len(_LOOKS):
        raise ValueError(
            f"wanted 1 to {len(_LOOKS)} models, each with one recall a class, got {lengths}"
        )
    figure, axis = plt.subplots(figsize=(7.4, 4.0))
    shifted = np.maximum(counts, 0.5)  # a class without training examples stays on a log axis
    values = np.stack([np.asarray(recall, dtype=float) for recall in found.values()])
    if len(found) > 1:
        axis.vlines(shifted, values.min(axis=0), values.max(axis=0), color="0.8", linewidth=1)
    for (model, recall), (marker, color) in zip(found.items(), _LOOKS, strict=False):
        axis.plot(shifted, recall, marker, color=color, alpha=0.8, markersize=5, label=model)
    for i in label:
        axis.annotate(
            names[i], (shifted[i], values[0, i]), (5, -9), textcoords="offset points", fontsize=8
        )
    axis.set(xscale="log", xlabel="training examples of the topic", ylim=(-0.06, 1.06))
    axis.set_ylabel("recall: share of its test examples found")
    axis.xaxis.set_major_formatter(FuncFormatter(lambda count, _: f"{count:,g}"))
    if len(found) > 1:
        axis.legend(loc="upper left", bbox_to_anchor=(1, 1))
    return figure


def confusions(counts: np.ndarray, names: Sequence[str]) -> Figure:
    """Draw a confusion matrix whose class names are words: the columns' names stand on end.

    Args:
        counts: shape (classes, classes), as `training.confusion_matrix` takes it.
        names: one a class.

    Raises:
        ValueError: as `training.confusion_matrix`.
    """
    figure = training.confusion_matrix(counts, names)
    figure.axes[0].tick_params(axis="x", rotation=90)
    return figure


def widths(reached: Mapping[int, float], ylabel: str) -> Figure:
    """Draw what networks reach that differ in the width of one layer, on a doubling axis.

    Args:
        reached: the accuracy under each width (units, 1 or more).
        ylabel: what was measured.

    Raises:
        ValueError: no width, or one below 1.
    """
    if not reached or min(reached) < 1:
        raise ValueError(f"wanted widths of 1 unit or more, got {list(reached)}")
    units = sorted(reached)
    figure, axis = plt.subplots(figsize=(5.2, 3.1))
    axis.plot(units, [reached[width] for width in units], "o-", color=BLUE)
    for width in units:
        text = f"{reached[width]:.2f}"
        axis.annotate(
            text, (width, reached[width]), (0, 7), textcoords="offset points", ha="center"
        )
    axis.set_xscale("log", base=2)
    axis.set_xticks(units, [str(width) for width in units])
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set(xlabel="units of the second layer", ylabel=ylabel, ylim=(0, 1))
    return figure
