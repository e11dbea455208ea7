"""Pictures of receptive fields: how much of an image one output of a deep layer depends on."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.colors import ListedColormap
from matplotlib.figure import Figure

from dlcourse.viz import BLUE, GREY, ORANGE, RED


def growth(networks: Mapping[str, Sequence[tuple[str, int, int]]]) -> Figure:
    """Draw how far back one output looks, layer by layer, along one axis of the image.

    Each row holds the outputs of a layer that the one at the top depends on, the image lowest.

    Args:
        networks: for each panel's title, the layers from the image on: name, window, stride.

    Raises:
        ValueError: no network, or one without layers.
    """
    if not networks or not all(networks.values()):
        raise ValueError("networks: wanted at least one network, and a layer or more in each")
    counts = {title: receptive_fields(layers) for title, layers in networks.items()}
    figure, panels = plt.subplots(
        1, len(networks), figsize=(4.2 * len(networks), 3.4), squeeze=False
    )
    for ax, (title, layers) in zip(panels[0], networks.items(), strict=True):
        needed = counts[title]
        names = ["image", *(name for name, _, _ in layers)]
        for row, (name, count) in enumerate(zip(names, needed, strict=True)):
            ax.text(-needed[0] / 2 - 0.5, row, name, ha="right", va="center", fontsize=9)
            ax.text(needed[0] / 2 + 0.5, row, f"{count}", va="center", fontsize=9, weight="bold")
        place = np.zeros(1)  # the middles of the outputs needed, in pixels of the image
        for row in range(len(layers), -1, -1):
            ax.plot(place, np.full(len(place), row), "s", color=BLUE if row else RED, markersize=6)
            if row:
                _, window, _ = layers[row - 1]
                step = np.prod([s for _, _, s in layers[: row - 1]], dtype=int)
                reach = (np.arange(window) - (window - 1) / 2) * step
                below = np.unique(place[:, None] + reach)
                for x in place:
                    for end in x + reach:
                        ax.plot([x, end], [row, row - 1], color=GREY, linewidth=0.6, zorder=0)
                place = below
        ax.set(title=title, xlim=(-needed[0] / 2 - 6, needed[0] / 2 + 2), ylim=(-0.5, len(names)))
        ax.set_axis_off()
    return figure


def receptive_fields(layers: Sequence[tuple[str, int, int]]) -> list[int]:
    """Return how many outputs of each layer one output of the last depends on, the image first.

    Args:
        layers: name, window and stride (at most the window) of each layer from the image on.
    """
    counts = [1]
    for _, window, stride in reversed(layers):
        counts.append((counts[-1] - 1) * stride + window)
    return counts[::-1]


def reach(images: Mapping[str, np.ndarray], changed: Sequence[np.ndarray]) -> Figure:
    """Draw images with the pixels that an output depends on in colour.

    Args:
        images: shape (H, W) each, under their titles.
        changed: booleans of the same shape for each image: True where a pixel matters.

    Raises:
        ValueError: not a mask for each image, of its shape.
    """
    shapes = [np.shape(image) for image in images.values()], [np.shape(mask) for mask in changed]
    if not images or shapes[0] != shapes[1]:
        raise ValueError(f"images of shapes {shapes[0]} and masks of shapes {shapes[1]}: wanted "
                         "a mask for each image, in its shape")  # fmt: skip
    figure, panels = plt.subplots(1, len(images), figsize=(2.9 * len(images), 3.1), squeeze=False)
    for ax, (title, image), mask in zip(panels[0], images.items(), changed, strict=True):
        ax.imshow(image, cmap="gray_r")
        ax.imshow(np.ma.masked_where(~mask, mask), cmap=ListedColormap([ORANGE]), alpha=0.45)
        ax.set(title=title, xticks=[], yticks=[])
        ax.spines[:].set_visible(True)
    return figure
