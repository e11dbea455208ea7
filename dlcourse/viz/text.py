"""Pictures for texts: words coloured by their effect, and networks against a reference."""

from collections.abc import Mapping, Sequence

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.axes import Axes
from matplotlib.colors import LinearSegmentedColormap, Normalize
from matplotlib.figure import Figure
from matplotlib.ticker import MaxNLocator

from dlcourse.viz import BLACK, BLUE, ORANGE, SKY

# Ends in a lighter blue than viz.SIGNED, on which black words would be hard to read.
EFFECTS = LinearSegmentedColormap.from_list("effects", [ORANGE, "white", SKY])
_LETTER, _LINE = 0.087, 0.27  # inches: width of a letter of the font below, height of a line


def coloured_words(
    words: Sequence[str],
    effects: Sequence[float],
    title: str = "",
    *,
    label: str = "effect on the output",
    width: int = 76,
) -> Figure:
    """Draw a text whose words have a background by their effect: blue upwards, orange downwards.

    The strongest effect of the text gets the full colour, an effect of 0 stays white.

    Args:
        words: the words in the order of the text.
        effects: a number for each of them.
        title: the line above the text.
        label: what the colours measure.
        width: letters in a line; a longer word has a line of its own.

    Raises:
        ValueError: no words, not one effect a word, or an effect that is no finite number.
    """
    effects = np.asarray(effects, dtype=float)
    if not len(words) or effects.shape != (len(words),):
        raise ValueError(
            f"wanted one effect for each word, at least one; got {len(words)} words and effects "
            f"of shape {effects.shape}"
        )
    if not np.isfinite(effects).all():
        bad = int(np.flatnonzero(~np.isfinite(effects))[0])
        raise ValueError(f"the effect of word {bad}, {words[bad]!r}, is {effects[bad]}")
    places = _places(words, width)
    lines = places[-1][0] + 1
    letters = max(width, max(len(word) for word in words))
    size = (letters * _LETTER + 1.3, max(lines, 4) * _LINE + 0.5)
    figure, axis = plt.subplots(figsize=size)
    most = float(np.abs(effects).max()) or 1.0
    scale = plt.cm.ScalarMappable(Normalize(-most, most), EFFECTS)
    for word, effect, (line, column) in zip(words, effects, places, strict=True):
        box = {"facecolor": scale.to_rgba(effect), "edgecolor": "none", "pad": 1.5}
        style = {"family": "monospace", "fontsize": 10, "color": BLACK, "va": "center"}
        axis.text(column, line, word, bbox=box, **style)
    axis.set(xlim=(0, letters), ylim=(max(lines, 4) - 0.5, -0.5))
    axis.set_title(title, loc="left")
    axis.set_axis_off()
    figure.colorbar(scale, ax=axis, label=label, aspect=12, pad=0.01)
    return figure


def against_reference(
    curves: Mapping[str, Sequence[float]], reference: str, ylabel: str = "validation loss"
) -> Figure:
    """Draw a panel for each curve but the reference, which every panel repeats, dashed.

    All panels share their axes. A larger dot marks the lowest point of each curve.

    Args:
        curves: name → one value an epoch.
        reference: the name of the curve to compare with.
        ylabel: what the values are.

    Raises:
        ValueError: the reference is not among the curves, nothing is left to compare with it,
            or a curve is empty.
    """
    empty = [name for name, values in curves.items() if not len(values)]
    if reference not in curves or len(curves) < 2 or empty:
        raise ValueError(
            f"wanted curves with values, {reference!r} and at least one other; got the names "
            f"{list(curves)}, of them empty: {empty}"
        )
    others = [name for name in curves if name != reference]
    columns = min(len(others), 2)
    rows = -(-len(others) // columns)
    figure, axes = plt.subplots(
        rows, columns, figsize=(4.1 * columns, 2.7 * rows), sharex=True, sharey=True, squeeze=False
    )
    for axis, name in zip(axes.flat, others, strict=False):
        _curve(axis, curves[reference], reference, color=ORANGE, linestyle="--")
        _curve(axis, curves[name], name, color=BLUE, linestyle="-")
        axis.set(title=name)
        axis.xaxis.set_major_locator(MaxNLocator(integer=True, min_n_ticks=1))
        axis.legend()
    for axis in axes.flat[len(others) :]:
        axis.set_axis_off()
    figure.supxlabel("epoch", fontsize=10)
    figure.supylabel(ylabel, fontsize=10)
    return figure


def _places(words: Sequence[str], width: int) -> list[tuple[int, int]]:
    """Return line and column of each word, in lines of `width` letters."""
    places, line, column = [], 0, 0
    for word in words:
        if column and column + len(word) > width:
            line, column = line + 1, 0
        places.append((line, column))
        column += len(word) + 1
    return places


def _curve(axis: Axes, values: Sequence[float], name: str, color: str, linestyle: str) -> None:
    epochs = np.arange(1, len(values) + 1)
    axis.plot(epochs, values, color=color, linestyle=linestyle, label=name)
    lowest = int(np.argmin(values))
    axis.plot(epochs[lowest], values[lowest], "o", color=color)
