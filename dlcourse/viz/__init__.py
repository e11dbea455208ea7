"""Figures that the chapters show: one consistent style, and a description for every picture."""

import matplotlib as mpl
import matplotlib.pyplot as plt
from IPython.display import display
from matplotlib.colors import LinearSegmentedColormap
from matplotlib.figure import Figure

from dlcourse.viz.animation import animate as animate

# Okabe and Ito's palette: told apart by colour-blind readers, and in grey print.
BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK = (
    "#0072B2", "#E69F00", "#009E73", "#D55E00", "#CC79A7", "#56B4E9", "#F0E442", "#222222",
)  # fmt: skip
PALETTE = (BLUE, ORANGE, GREEN, RED, PURPLE, SKY, YELLOW, BLACK)
GREY = "#666666"  # for what stays in the background; contrast with white 5.7
SIGNED = LinearSegmentedColormap.from_list("signed", [ORANGE, "white", BLUE])  # below, at, above 0

MIN_ALT_WORDS = 5  # a text shorter than that cannot stand in for a picture


def use_style() -> None:
    """Set the course's matplotlib style; `course.start` calls it at the top of every chapter.

    The background is opaque white, so that a figure stays legible on a dark page.
    """
    mpl.rcParams.update(
        {
            "axes.grid": False,
            "axes.prop_cycle": mpl.cycler(color=PALETTE),
            "axes.spines.right": False,
            "axes.spines.top": False,
            "axes.titlesize": 11,
            "figure.dpi": 96,
            "figure.facecolor": "white",
            "figure.constrained_layout.use": True,
            "font.size": 10,
            "image.cmap": "gray_r",
            "legend.frameon": False,
            "savefig.facecolor": "white",
        }
    )


def show(figure: Figure, alt: str) -> None:
    """Display `figure` in the notebook with `alt`, a sentence or two for readers who cannot see it.

    The text is stored with the picture, in the output's metadata, and becomes the `alt` of the
    image on the course's pages. Raises ValueError for a text too short to stand in for a picture.
    """
    display(figure, metadata=described(alt))
    plt.close(figure)


def described(alt: str) -> dict[str, dict[str, str]]:
    """Return the metadata that give a displayed PNG the alternative text `alt`.

    Raises ValueError for a text too short to stand in for a picture.
    """
    if len(alt.split()) < MIN_ALT_WORDS:
        raise ValueError(f"alt={alt!r} is too short: say what the picture shows, in a sentence")
    return {"image/png": {"alt": alt}}
