"""Figures with controls: sliders above a picture, which stands alone where no kernel listens."""

import html
import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence
from typing import TYPE_CHECKING

import matplotlib.pyplot as plt
from IPython.display import DisplayHandle, display
from matplotlib.figure import Figure

from dlcourse import viz

if TYPE_CHECKING:
    from ipywidgets import SelectionSlider

Draw = Callable[..., tuple[Figure, str]]


def explore(draw: Draw, **choices: Sequence[Hashable]) -> None:
    """Display a figure, and a slider for each argument of `draw` that draws it anew.

    The picture is an ordinary output with its alternative text, drawn from the defaults of
    `draw`; so it is there in print, on a page, and where no kernel runs. A ValueError of `draw` is
    shown in place of the picture.

    Args:
        draw: from the chosen values to a figure and its alternative text (see `viz.show`).
        choices: argument of `draw` → the values to choose from, its default among them.

    Raises:
        ValueError: `draw` has no such argument, or its default is not one of the values.
    """
    import ipywidgets

    sliders = {
        name: _slider(name, values, _default(draw, name, values))
        for name, values in choices.items()
    }
    # JupyterLab gives pictures no alternative text, so it also stands below as words.
    picture, words = DisplayHandle(), ipywidgets.HTML()

    def show(put: Callable[..., object]) -> None:
        chosen = {name: slider.value for name, slider in sliders.items()}
        words.value = html.escape(_put(put, draw, chosen))

    for slider in sliders.values():
        slider.observe(lambda change: show(picture.update), names="value")
    # Above the picture: pictures of several heights would push them about.
    display(ipywidgets.VBox(list(sliders.values())))
    show(picture.display)
    display(words)


def _default(draw: Draw, name: str, values: Sequence[Hashable]) -> Hashable:
    parameters = inspect.signature(draw).parameters
    if name not in parameters:
        raise ValueError(
            f"explore: {name}={list(values)!r}, but {draw.__name__} has no argument of that name; "
            f"it has {', '.join(parameters)}"
        )
    default = parameters[name].default
    if default not in list(values):
        raise ValueError(
            f"explore: {name}={list(values)!r} must hold what the picture starts with, the default "
            f"of {name} in {draw.__name__}: {default!r}"
        )
    return default


def _put(put: Callable[..., object], draw: Draw, chosen: Mapping[str, Hashable]) -> str:
    """Draw, show the figure and return its text, or show what is wrong with the values."""
    try:
        figure, alt = draw(**chosen)
    except ValueError as error:
        put({"text/plain": str(error)}, raw=True)
        return ""
    put(figure, metadata=viz.described(alt))
    plt.close(figure)
    return alt


def _slider(name: str, values: Sequence[Hashable], value: Hashable) -> "SelectionSlider":
    """Return the slider for one argument of `draw`.

    Names get one, too, rather than a menu: JupyterLab keeps the arrow keys from menus.
    """
    import ipywidgets

    label = name.replace("_", " ")
    return ipywidgets.SelectionSlider(
        options=[(str(each), each) for each in values],
        value=value,
        description=label,
        tooltip=label,  # without one, it says "null"
        style={"description_width": "8em"},
        layout={"width": "30em", "max_width": "100%"},
    )
