"""Pictures of software, when it appeared and what is built on what, and of learning rates."""

from collections.abc import Mapping, Sequence
from itertools import cycle

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch
from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

from dlcourse.viz import BLACK, BLUE, PALETTE
from dlcourse.viz.arrays import GREY, text, tint

_LEVELS = (1, -1, 2, -2)  # neighbours stand at different heights, so that names have room


def timeline(events: Mapping[str, float], start: int) -> Figure:
    """Draw events along an axis of years, names in turn above and below it.

    Args:
        events: name → year, which may have a fraction: 2015.2 is March 2015. A name may have
            several lines.
        start: first year of the axis; an event before it stands at the left of a break.

    Raises:
        ValueError: no event, or more than one event before `start`.
    """
    early = [name for name, year in events.items() if year < start]
    if not events or len(early) > 1:
        raise ValueError(
            f"wanted events, at most one of them before start={start}, got {early or 'none'}: "
            "the break in the axis has room for one"
        )
    end = max(events.values()) + 1
    figure, ax = plt.subplots(figsize=(9.6, 3.4))
    ax.set(xlim=(start - 2.6, end), ylim=(-3, 3))
    ax.set_axis_off()
    ax.plot([start - 0.4, end], [0, 0], color=GREY, linewidth=1.5)
    if early:
        ax.plot([start - 2.4, start - 1], [0, 0], color=GREY, linewidth=1.5)
        text(ax, start - 0.7, 0, "//", color=GREY, fontsize=13)
    for number, (name, year) in enumerate(sorted(events.items(), key=lambda event: event[1])):
        place = year if year >= start else start - 1.7
        height = _LEVELS[number % len(_LEVELS)]
        ax.plot([place, place], [0, height], color=GREY, linewidth=0.8, zorder=0)
        ax.plot(place, 0, "o", color=BLUE, markersize=7)
        label = f"{name}\n{int(year)}"
        paper = {"facecolor": "white", "edgecolor": "none", "pad": 1.5}
        side = "bottom" if height > 0 else "top"
        text(ax, place, height, label, color=BLACK, fontsize=9, va=side, bbox=paper)
    return figure


def layers(rows: Sequence[Mapping[str, str]]) -> Figure:
    """Draw rows of boxes one above the other: what stands on what, the top row used first.

    Args:
        rows: from top to bottom; each maps the name in a box to a line that explains it, which
            may be empty. The boxes of a row share its width.

    Raises:
        ValueError: no row, or a row without boxes.
    """
    if not rows or not all(rows):
        raise ValueError(f"wanted rows with at least one box each, got {list(map(dict, rows))}")
    figure, ax = plt.subplots(figsize=(8.6, 0.95 * len(rows) + 0.1))
    ax.set(xlim=(0, 12), ylim=(len(rows), 0))
    ax.set_axis_off()
    colour = iter(PALETTE * len(rows))
    for top, row in enumerate(rows):
        width = 12 / len(row)
        for column, (name, line) in enumerate(row.items()):
            shade = next(colour)
            corner = (column * width + 0.12, top + 0.12)
            shape = {"boxstyle": "round,pad=0,rounding_size=0.12", "edgecolor": shade}
            box = FancyBboxPatch(
                corner, width - 0.24, 0.76, facecolor=tint(shade, 0.22), linewidth=1.5, **shape
            )
            ax.add_patch(box)
            middle = (column + 0.5) * width
            text(ax, middle, top + (0.36 if line else 0.5), name, weight="bold", fontsize=11)
            text(ax, middle, top + 0.66, line, fontsize=9, color=BLACK)
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
