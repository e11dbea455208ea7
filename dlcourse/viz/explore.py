"""Figures with controls: a picture first, and sliders beneath it where a kernel listens."""

import inspect
from collections.abc import Callable, Hashable, Mapping, Sequence

import matplotlib.pyplot as plt
from IPython.display import DisplayHandle, display
from matplotlib.figure import Figure

from dlcourse import viz

Draw = Callable[..., tuple[Figure, str]]


def explore(draw: Draw, **choices: Sequence[Hashable]) -> None:
    """Display a figure, and a control for each argument of `draw` that draws it anew.

    The picture is an ordinary output with its alternative text, drawn from the defaults of
    `draw`; so it is there in print, on a page, and where no kernel runs. Names are offered as a
    menu, other values as a slider. A ValueError of `draw` is shown in place of the picture.

    Args:
        draw: from the chosen values to a figure and its alternative text (see `viz.show`).
        choices: argument of `draw` → the values to choose from, its default among them.

    Raises:
        ValueError: `draw` has no such argument, or its default is not one of the values.
    """
    chosen = {name: _default(draw, name, values) for name, values in choices.items()}
    picture = DisplayHandle()
    _put(picture.display, draw, chosen)
    _controls(chosen, choices, lambda: _put(picture.update, draw, chosen))


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


def _put(put: Callable[..., object], draw: Draw, chosen: Mapping[str, Hashable]) -> None:
    """Draw, and show the figure, or what is wrong with the values."""
    try:
        figure, alt = draw(**chosen)
    except ValueError as error:
        put({"text/plain": str(error)}, raw=True)
        return
    put(figure, metadata=viz.described(alt))
    plt.close(figure)


def _controls(
    chosen: dict[str, Hashable],
    choices: Mapping[str, Sequence[Hashable]],
    redraw: Callable[[], None],
) -> None:
    """Display a control for each choice, which writes into `chosen`, then redraws."""
    import ipywidgets

    def follow(name: str) -> Callable[[dict], None]:
        def changed(change: dict) -> None:
            chosen[name] = change["new"]
            redraw()

        return changed

    rows = []
    for name, values in choices.items():
        names = all(isinstance(value, str) for value in values)
        kind = ipywidgets.Dropdown if names else ipywidgets.SelectionSlider
        control = kind(
            options=[(str(value), value) for value in values],
            value=chosen[name],
            description=name.replace("_", " "),
            style={"description_width": "9em"},
            layout={"width": "30em"},
        )
        control.observe(follow(name), names="value")
        rows.append(control)
    display(ipywidgets.VBox(rows))
