"""Pictures of software: when it appeared, and what is built on what."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from matplotlib.patches import FancyBboxPatch

from dlcourse.viz import BLACK, BLUE, GREY, PALETTE
from dlcourse.viz.arrays import text, tint

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
