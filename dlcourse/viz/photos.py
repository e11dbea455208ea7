"""Pictures of small colour photos, and of what training on few of them gives."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator

from dlcourse.viz import BLACK, BLUE, GREEN, ORANGE, PURPLE, RED
from dlcourse.viz.images import grid

LOOKS = ((BLUE, "o", ":"), (ORANGE, "s", "--"), (GREEN, "D", "-"), (PURPLE, "^", "-."))


def mistakes(
    images: np.ndarray,
    labels: np.ndarray,
    probabilities: np.ndarray,
    classes: Sequence[str],
    count: int = 12,
    columns: int = 6,
) -> Figure:
    """Draw the wrongly classified images, those that the network was surest of first.

    Args:
        images: shape (n, H, W, 3), integers from 0 to 255.
        labels: shape (n,), 0 or 1.
        probabilities: shape (n,), what the network gave to class 1.
        classes: names of class 0 and class 1.
        count: the most images to draw.
        columns: images in a row.

    Raises:
        ValueError: lengths differ, not two classes, or no answer is wrong.
    """
    labels, probabilities = np.asarray(labels), np.asarray(probabilities, dtype=float)
    if len(classes) != 2 or not labels.shape == probabilities.shape == (len(images),):
        raise ValueError(
            f"{len(images)} images, labels {labels.shape}, probabilities {probabilities.shape}, "
            f"{len(classes)} class names: wanted one label and one probability an image, 2 names"
        )
    read = (probabilities > 0.5).astype(int)
    sure = np.where(read == 1, probabilities, 1 - probabilities)
    wrong = np.flatnonzero(read != labels)
    if not wrong.size:
        raise ValueError(f"all {len(images)} images were classified correctly: nothing to draw")
    chosen = wrong[np.argsort(-sure[wrong], kind="stable")][:count]
    titles = [f"{classes[labels[i]]} taken for\n{classes[read[i]]}, {sure[i]:.1%}" for i in chosen]
    return grid([images[i] for i in chosen], titles, columns, title_color=RED)


def pairs(before: Sequence[float], after: Sequence[float], names: tuple[str, str]) -> Figure:
    """Draw one line a seed from its accuracy before a change to that after it.

    A black bar marks the mean of either side.

    Args:
        before, after: one accuracy a seed, in the same order.
        names: what the two sides are called.

    Raises:
        ValueError: nothing to draw, or not as many on both sides.
    """
    if not len(before) or len(before) != len(after):
        raise ValueError(
            f"{len(before)} accuracies before and {len(after)} after: wanted one pair a seed"
        )
    figure, axis = plt.subplots(figsize=(5.6, 3.4))
    for number, pair in enumerate(zip(before, after, strict=True)):
        color, marker, _ = LOOKS[number % len(LOOKS)]
        axis.plot((0, 1), pair, marker=marker, color=color, label=f"seed {number}")
    for side, values in enumerate((before, after)):
        mean = float(np.mean(values))
        outwards = 0.1 * (2 * side - 1)
        axis.plot((side, side + 2 * outwards), (mean, mean), color=BLACK, linewidth=3)
        axis.text(side + 2.4 * outwards, mean, f"mean\n{mean:.3f}", ha="center", va="bottom")
    axis.set(xlim=(-0.5, 1.5), xticks=(0, 1), xticklabels=names, ylabel="test accuracy")
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure


def few_examples(sizes: Sequence[int], accuracies: Mapping[str, np.ndarray]) -> Figure:
    """Draw accuracy against the number of examples: a line for each way, a dot for each draw.

    Args:
        sizes: numbers of training examples.
        accuracies: for each way, by name, shape (draws, sizes); at most four ways.

    Raises:
        ValueError: no way or more than four, or a shape that does not fit `sizes`.
    """
    tables = {name: np.asarray(table, dtype=float) for name, table in accuracies.items()}
    shapes = {name: table.shape for name, table in tables.items()}
    fits = all(len(shape) == 2 and shape[1] == len(sizes) for shape in shapes.values())
    if not 1 <= len(tables) <= len(LOOKS) or not fits:
        raise ValueError(
            f"got {shapes}: wanted one to {len(LOOKS)} tables of shape (draws, {len(sizes)}), a "
            "column for each size"
        )
    figure, axis = plt.subplots(figsize=(6.0, 3.4))
    for (name, table), (color, marker, dashes) in zip(tables.items(), LOOKS, strict=False):
        axis.plot(sizes, table.mean(axis=0), dashes, color=color, marker=marker, label=name)
        axis.plot(sizes, table.T, ".", color=color, alpha=0.4)
    axis.set(xscale="log", xticks=sizes, xticklabels=sizes)
    axis.xaxis.set_minor_locator(NullLocator())
    axis.set(xlabel="training examples", ylabel="test accuracy")
    axis.legend(loc="upper left", bbox_to_anchor=(1.0, 1.0))
    return figure
