"""Pictures of shapes: blocks for arrays that have too many entries to draw each of them."""

from collections.abc import Mapping

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from dlcourse.viz import BLUE, RED
from dlcourse.viz.arrays import text, tint


def blocks(shapes: Mapping[str, Mapping[str, int]]) -> Figure:
    """Draw shapes of rank 2 to 5 as blocks, each with the sizes along its edges.

    The last three axes make a block (two axes: a sheet) and the axes before them repeat it, two
    or three times in place of the true number. Edges grow with the logarithm of the size. Axes
    named height and width run down and to the right; else the last axis runs to the right, the
    one before it down, the one before that into the page.

    Args:
        shapes: title → (name of each axis → its size), axis 0 first.

    Raises:
        ValueError: a shape has fewer than two or more than five axes.
    """
    for title, axes in shapes.items():
        if not 2 <= len(axes) <= 5:
            names = ", ".join(axes)
            raise ValueError(f"{title!r} has {len(axes)} axes ({names}); blocks() draws 2 to 5")
    rows = -(-len(shapes) // 2)
    figure, panels = plt.subplots(rows, 2, figsize=(9.6, 2.75 * rows), squeeze=False)
    for ax in panels.flat:
        ax.set(xlim=(0, 16), ylim=(6.6, -0.6), aspect="equal")
        ax.set_axis_off()
    for ax, (title, axes) in zip(panels.flat, shapes.items(), strict=False):
        ax.set_title(f"{title}: ({', '.join(f'{size:,}' for size in axes.values())})")
        _block_panel(ax, axes)
    return figure


def _block_panel(ax: Axes, axes: Mapping[str, int]) -> None:
    """Draw one shape around the middle of a panel 16 units wide and 7.2 high."""
    outer, block = list(axes)[:-3], list(axes)[-3:]
    if {"height", "width"} <= set(block):
        block.sort(key=lambda name: {"height": 1, "width": 2}.get(name, 0))
    scale = (1, 0.85, 0.62)[len(outer)]
    edges = [scale * (0.6 + np.log10(axes[name])) for name in block]
    shift, high, wide = 0.4 * edges[0] if len(edges) == 3 else 0.0, edges[-2], edges[-1]
    across, down = 3 if outer else 1, 2 if len(outer) == 2 else 1
    step_x, step_y = wide + shift + 0.9, high + shift + 0.5
    left = 8 - (across * step_x - 0.9) / 2
    top = 3 - (down * step_y - 0.5) / 2 + shift
    for i, j in np.ndindex(down, across):
        _cuboid(ax, left + j * step_x, top + i * step_y, wide, high, shift)
    bottom, right = top + (down - 1) * step_y + high, left + (across - 1) * step_x + wide
    names = [f"{name} {axes[name]:,}" for name in block]
    text(ax, left + wide / 2, bottom + 0.5, names[-1], fontsize=9)
    text(ax, left - 0.4, top + high / 2, names[-2], fontsize=9, rotation=90)
    if len(block) == 3:
        x, y = right + shift / 2 + 0.25, bottom - shift / 2 + 0.3
        text(ax, x, y, names[0], fontsize=9, ha="left")
    if outer:
        text(ax, right + shift + 0.9, (top + bottom) / 2, "…", fontsize=16)
        name = outer[-1]
        text(ax, 8, bottom + 1.3, f"{name} {axes[name]:,} →", fontsize=9, color=RED)
    if len(outer) == 2:
        name = f"← {outer[0]} {axes[outer[0]]:,}"
        text(ax, left - 1.5, (top + bottom) / 2, name, fontsize=9, color=RED, rotation=90)


def _cuboid(ax: Axes, x: float, y: float, wide: float, high: float, shift: float) -> None:
    """Draw a block with its front's top left corner at (x, y), receding up and to the right."""
    top = [(x, y), (x + shift, y - shift), (x + wide + shift, y - shift), (x + wide, y)]
    side = [
        (x + wide, y),
        (x + wide + shift, y - shift),
        (x + wide + shift, y + high - shift),
        (x + wide, y + high),
    ]
    front = [(x, y), (x + wide, y), (x + wide, y + high), (x, y + high)]
    for corners, strength in ((front, 0.35), (top, 0.2), (side, 0.5)):
        ax.add_patch(Polygon(corners, facecolor=tint(BLUE, strength), edgecolor=BLUE))
