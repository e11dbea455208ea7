"""Pictures of how handwritten digits are read: one prediction, and a network's mistakes."""

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

from dlcourse.viz import BLUE, ORANGE, RED
from dlcourse.viz.images import grid, stack


def prediction(image: np.ndarray, probabilities: np.ndarray, true: int) -> Figure:
    """Draw one image beside the probability that a network gives to each class.

    The bar of the true class is blue; if another class got more, its bar is red.

    Args:
        image: shape (H, W).
        probabilities: shape (classes,), one for each class.
        true: the class that the label names.

    Raises:
        ValueError: a wrong shape, or `true` is no class.
    """
    image = stack(np.asarray(image)[None])[0]
    probabilities = np.asarray(probabilities, dtype=float)
    if probabilities.ndim != 1 or not 0 <= true < len(probabilities):
        raise ValueError(
            f"probabilities has shape {probabilities.shape} and true={true}: wanted one "
            "probability a class, and true to be the number of a class"
        )
    classes = np.arange(len(probabilities))
    colors = np.full(len(classes), ORANGE, dtype=object)
    colors[probabilities.argmax()] = RED
    colors[true] = BLUE
    figure, (left, right) = plt.subplots(1, 2, figsize=(6.2, 2.8), width_ratios=(1, 1.6))
    left.imshow(image, cmap="gray_r")
    left.set(title=f"label: {true}", xticks=[], yticks=[])
    left.spines[:].set_visible(True)
    right.bar(classes, probabilities, color=colors)
    right.set(ylim=(0, 1.12), xticks=classes, xlabel="digit", title="probability given")
    for digit in {int(probabilities.argmax()), int(true)}:
        text = f"{probabilities[digit]:.3f}"
        right.text(digit, probabilities[digit] + 0.02, text, ha="center", va="bottom", fontsize=9)
    return figure


def mistakes(
    images: np.ndarray,
    true: np.ndarray,
    predicted: np.ndarray,
    confidence: np.ndarray,
    columns: int = 6,
) -> Figure:
    """Draw misread images, each under what it is, what was read, and with what probability.

    Args:
        images: shape (N, H, W).
        true: shape (N,), the labels.
        predicted: shape (N,), the classes that were read.
        confidence: shape (N,), the probabilities given to those, from 0 to 1.
        columns: images in a row.

    Raises:
        ValueError: lengths differ, or an image was read correctly.
    """
    lengths = {len(x) for x in (images, true, predicted, confidence)}
    if len(lengths) != 1:
        raise ValueError(
            f"{len(images)} images, {len(true)} true and {len(predicted)} predicted classes, "
            f"{len(confidence)} confidences: wanted as many of each"
        )
    right = np.flatnonzero(np.asarray(true) == np.asarray(predicted))
    if right.size:
        raise ValueError(
            f"image {right[0]} is no mistake: {true[right[0]]} was read as "
            f"{predicted[right[0]]}. Pass only images with predicted != true"
        )
    titles = [
        f"{t} read as {p}\n{c:.1%}" for t, p, c in zip(true, predicted, confidence, strict=True)
    ]
    return grid(images, titles, columns, title_color=RED)
