"""Draw the recorded run, notebooks × backends, for the README; docs/readme.py calls it."""

from dataclasses import dataclass
from pathlib import Path
from textwrap import fill

import matplotlib as mpl
import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, LogNorm, to_rgb
from matplotlib.figure import Figure
from matplotlib.transforms import blended_transform_factory

from dlcourse import viz
from dlcourse.course import catalogue
from dlcourse.course.assemble import BACKEND_NAMES
from dlcourse.course.judge import OK, Row
from dlcourse.course.recorded import Record
from dlcourse.grading.exercises import exercise

FOLDER = Path(__file__).parent
WIDTH = 4.6  # inches: on a phone, a letter of 11 points is then about 11 pixels high


@dataclass(frozen=True)
class Theme:
    """Colours of the page and of the writing on it, and of short and long runs."""

    file: str
    paper: str
    ink: str
    short: str
    long: str

    @property
    def path(self) -> Path:
        """Return where the picture with these colours lies."""
        return FOLDER / self.file


LIGHT = Theme("matrix.png", "white", viz.BLACK, "#e3eef7", viz.BLUE)
DARK = Theme("matrix-dark.png", "#0d1117", "#e6edf3", "#17344d", viz.SKY)


def label(name: str, title: str) -> str:
    """Return how a chapter, or an exercise, is called where there is little room: "1 · Tensors"."""
    return f"{catalogue.number(name)} · {title.split(':')[0]}"


def groups() -> dict[str, dict[str, str]]:
    """Return the labels of chapters and of exercises, each under the name that runs have."""
    return {
        "Chapters": {x.name: label(x.name, x.title) for x in catalogue.chapters()},
        "Exercises, solved": {
            f"exercises/{x.name}": label(x.name, x.title.removeprefix("Exercises: "))
            for x in exercise.find()
        },
    }


def figure(record: Record, theme: Theme) -> Figure:
    """Return the picture: a block of cells for chapters, one for exercises."""
    blocks = groups()
    seconds = [row.seconds for row in record.rows if row.status == OK] or [1]
    norm = LogNorm(min(seconds), max(seconds))
    with mpl.rc_context():
        viz.use_style()
        mpl.rcParams |= dict.fromkeys(("figure.facecolor", "savefig.facecolor"), theme.paper)
        mpl.rcParams |= dict.fromkeys(("text.color", "xtick.color", "ytick.color"), theme.ink)
        mpl.rcParams["font.size"] = 11
        lengths = [len(names) for names in blocks.values()]
        drawn, axes = plt.subplots(2, 1, figsize=(WIDTH, 7.9), height_ratios=lengths)
        title = fill(record.conditions.replace(", ", " · ", 1), 52)
        drawn.suptitle(
            f"Seconds of each run, quick profile\n{title}", x=0.02, ha="left", fontsize=11
        )
        for ax, (heading, names) in zip(axes, blocks.items(), strict=True):
            _draw(ax, [record.of(name) for name in names], norm, theme)
            ax.set_yticks(np.arange(len(names)) + 0.5, [fill(x, 22) for x in names.values()])
            place = blended_transform_factory(drawn.transFigure, ax.transAxes)
            text = ax.text(0.02, 1.02, heading, transform=place, weight="bold")
            text.set_in_layout(False)  # else the layout makes room for it beside the labels
    return drawn


def _draw(ax: Axes, lines: list[list[Row]], norm: LogNorm, theme: Theme) -> None:
    """Draw a line of cells for each notebook: blue by time, red with a word where a run failed."""
    colours = LinearSegmentedColormap.from_list("time", [theme.short, theme.long])
    colours = colours.with_extremes(bad=viz.RED)
    failed = [[row.status != OK for row in line] for line in lines]
    took = np.ma.masked_array([[row.seconds for row in line] for line in lines], failed)
    ax.pcolormesh(took, norm=norm, cmap=colours, edgecolors=theme.paper, linewidth=3)
    for y, line in enumerate(lines):
        for x, row in enumerate(line):
            good = row.status == OK
            text = f"{row.seconds:.0f}" if good else fill(row.status, 7)
            ink = _ink_on(colours(norm(row.seconds)) if good else viz.RED)
            ax.text(x + 0.5, y + 0.5, text, ha="center", va="center", color=ink, linespacing=0.9)
    ax.set_xticks(np.arange(len(lines[0])) + 0.5, [BACKEND_NAMES[row.backend] for row in lines[0]])
    ax.tick_params(length=0, top=False, labeltop=True, labelbottom=False)
    ax.invert_yaxis()
    ax.spines[:].set_visible(False)


def _ink_on(colour: str | tuple[float, ...]) -> str:
    """Return black or white, whichever can be read on `colour` (WCAG's relative luminance)."""
    parts = [x / 12.92 if x <= 0.04 else ((x + 0.055) / 1.055) ** 2.4 for x in to_rgb(colour)]
    return "black" if np.dot(parts, (0.2126, 0.7152, 0.0722)) > 0.18 else "white"


def description(record: Record) -> str:
    """Return the alternative text of the picture."""
    bad = [f"{x.chapter} {x.status} on {BACKEND_NAMES[x.backend]}" for x in record.rows
           if x.status != OK]  # fmt: skip
    seconds = [row.seconds for row in record.rows if row.status == OK] or [0]
    return (
        f"Seconds of {len(record.rows)} runs, chapters and solved exercises on "
        f"{', '.join(BACKEND_NAMES.values())}, from {min(seconds):.0f} to {max(seconds):.0f}; "
        f"{'; '.join(bad) or 'all passed'}. Recorded on {record.conditions}."
    )


def facts(record: Record) -> str:
    """Return all that the picture shows; its file holds it, so that a test can tell its age."""
    rows = sorted(record.rows, key=lambda row: (row.chapter, row.backend))
    lines = [f"{x.chapter} {x.backend} {x.seconds:.0f} {x.status}" for x in rows]
    return "\n".join([record.conditions, *lines])


def write(record: Record) -> None:
    """Write the picture for light pages and the one for dark pages."""
    texts = {"Description": description(record), "Comment": facts(record)}
    for theme in (LIGHT, DARK):
        drawn = figure(record, theme)
        drawn.savefig(theme.path, dpi=220, metadata=texts)
        plt.close(drawn)
