"""What came of the measurements: tables for the screen, pictures, one JSON file."""

import statistics
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import matplotlib.pyplot as plt
from matplotlib.figure import Figure
from rich.table import Table

from dlcourse import machine, viz
from dlcourse.bench.operations import DIRECTIONS, Row
from dlcourse.bench.training import BACKENDS

_COLOURS = {
    "naive": viz.RED,
    "numpy": viz.BLUE,
    "tensorflow": viz.ORANGE,
    "torch": viz.PURPLE,
    "jax": viz.GREEN,
    "keras": viz.BLACK,
}
_MARKERS = dict(zip(_COLOURS, "osD^vx", strict=True))
_NAMES = {
    "products": "matrix products alone (NumPy)",
    "nn": "dlcourse.nn (NumPy)",
    **{backend: f"Keras on {backend}" for backend in BACKENDS},
}


def write(path: Path, rows: Sequence[Row], epochs: Mapping[str, list[float]], keras: str) -> None:
    """Write everything measured so far, with what it was measured on, as JSON."""
    machine.write_report(
        path,
        device="cpu",
        keras_backend=keras,
        seconds="median of a call, with the quartiles low and high",
        operations=[asdict(row) for row in rows],
        training={name: {"epoch_seconds": list(times)} for name, times in epochs.items()},
    )


def operations_table(rows: Sequence[Row]) -> Table:
    """Return a table: a line for each operation, size and direction, a column for each ladder step.

    Each cell has the median, and half the distance between the quartiles in percent of it.
    """
    implementations = list(dict.fromkeys(row.implementation for row in rows))
    table = Table(title=f"Time of a call, {_conditions()}", show_lines=True)
    table.add_column("operation")
    for column in (*implementations, "naive : numpy"):
        table.add_column(column, justify="right")
    for (operation, size, direction), found in _grouped(rows).items():
        cells = [_with_spread(found[name]) if name in found else "–" for name in implementations]
        table.add_row(f"{operation}\n{size}, {direction}", *cells, _ratio(found))
    return table


def training_table(epochs: Mapping[str, list[float]]) -> Table:
    """Return a table of the epochs: median, fastest, slowest, and the ratio to the best Keras."""
    table = Table(title=f"One epoch of MNIST, 784-512-10, batch 128, Adam, {_conditions()}")
    table.add_column("who")
    for column in ("median", "fastest", "slowest", "over the fastest Keras"):
        table.add_column(column, justify="right")
    medians = {name: statistics.median(times) for name, times in epochs.items()}
    best = min((medians[name] for name in BACKENDS if name in medians), default=None)
    for name, times in epochs.items():
        cells = [f"{seconds:.2f} s" for seconds in (medians[name], min(times), max(times))]
        table.add_row(_NAMES[name], *cells, f"{medians[name] / best:.2f}" if best else "–")
    return table


def operations_figure(rows: Sequence[Row], size: str) -> Figure:
    """Draw the medians of one size on a logarithmic axis, a line for each operation."""
    rows = [row for row in rows if row.size == size]
    names = list(dict.fromkeys(row.operation for row in rows))
    figure, axes = plt.subplots(1, 2, figsize=(11, 1.5 + 0.24 * len(names)), sharey=True)
    for axis, direction in zip(axes, DIRECTIONS, strict=True):
        for name, colour in _COLOURS.items():
            found = [r for r in rows if r.direction == direction and r.implementation == name]
            heights = [len(names) - names.index(row.operation) for row in found]
            x = [row.timing.median * 1e6 for row in found]
            spread = [
                [(row.timing.median - row.timing.low) * 1e6 for row in found],
                [(row.timing.high - row.timing.median) * 1e6 for row in found],
            ]
            axis.errorbar(
                x, heights, xerr=spread, fmt=_MARKERS[name], color=colour, label=name, ms=5, lw=1
            )
        axis.set(xscale="log", xlabel="microseconds a call", title=_TITLES[direction])
        axis.grid(axis="y", alpha=0.25)
    axes[0].set_yticks(range(len(names), 0, -1), names)
    axes[1].legend(loc="center left", bbox_to_anchor=(1, 0.5))
    figure.suptitle(f"Size {size!r}, {_conditions()}")
    return figure


_TITLES = {"forward": "forward", "gradient": "forward and backward"}


def training_figure(epochs: Mapping[str, list[float]]) -> Figure:
    """Draw the epochs' times: a bar for the median, a dot for each epoch."""
    figure, axis = plt.subplots(figsize=(7, 0.8 + 0.5 * len(epochs)))
    colours = _COLOURS | {"products": viz.SKY, "nn": viz.BLUE}
    for height, (name, times) in enumerate(reversed(epochs.items())):
        axis.barh(height, statistics.median(times), color=colours[name], alpha=0.6)
        axis.plot(times, [height] * len(times), "o", color=viz.BLACK, ms=3)
    axis.set_yticks(range(len(epochs)), [_NAMES[name] for name in reversed(epochs)])
    axis.set(xlabel="seconds an epoch", title=f"MNIST, 784-512-10, {_conditions()}")
    return figure


def _conditions() -> str:
    return f"CPU, {machine.cores()} threads"


def _grouped(rows: Sequence[Row]) -> dict[tuple[str, str, str], dict[str, Any]]:
    groups: dict[tuple[str, str, str], dict[str, Any]] = {}
    for row in rows:
        key = (row.operation, row.size, row.direction)
        groups.setdefault(key, {})[row.implementation] = row.timing
    return groups


def _with_spread(timing: Any) -> str:
    unit, scale = next((unit, scale) for unit, scale in _UNITS if timing.median >= scale)
    percent = 50 * (timing.high - timing.low) / timing.median
    return f"{timing.median / scale:.3g} {unit}\n±{percent:.0f} %"


_UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6), ("ns", 1e-9))


def _ratio(found: Mapping[str, Any]) -> str:
    if not {"naive", "numpy"} <= found.keys():
        return "–"
    return f"{found['naive'].median / found['numpy'].median:,.0f}"
