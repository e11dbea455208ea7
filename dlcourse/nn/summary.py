"""The table of a model's layers."""

import io
import math
from collections.abc import Sequence

from rich import box
from rich.console import Console
from rich.table import Table

from dlcourse.nn.base import InputShape, Layer, show

WIDTH = 76  # characters; fixed, so that a stored table does not depend on the screen


def table(name: str, input_shape: InputShape | None, layers: Sequence[Layer]) -> str:
    """Return layers, output shapes and parameter counts as text, as Keras shows them.

    Unlike in Keras, the totals leave out what an optimizer remembers: they are the model's own.
    """
    rows = Table(box=box.HEAVY_HEAD, width=WIDTH, show_lines=True)
    rows.add_column("Layer (type)", ratio=9)
    rows.add_column("Output Shape", ratio=7)
    rows.add_column("Param #", ratio=4, justify="right")
    shape = input_shape
    for layer in layers:
        shape = None if shape is None else layer.compute_output_shape(shape)
        count = f"{layer.count_params():,}" if layer.built else "0 (unbuilt)"
        rows.add_row(
            f"{layer.name} ({type(layer).__name__})", "?" if shape is None else show(shape), count
        )
    text = io.StringIO()
    Console(file=text, width=WIDTH, color_system=None, force_jupyter=False).print(rows)
    total = sum(layer.count_params() for layer in layers)
    trainable = sum(weight.size for layer in layers for weight in layer.trainable_weights)
    return (
        f'Model: "{name}"\n{text.getvalue()}'
        f" Total params: {total:,} ({_memory(total)})\n"
        f" Trainable params: {trainable:,} ({_memory(trainable)})\n"
        f" Non-trainable params: {total - trainable:,} ({_memory(total - trainable)})"
    )


def _memory(count: int) -> str:
    """Return how much memory that many float32 numbers take, such as "1.55 MB"."""
    size = 4 * count
    power = min(int(math.log(size, 1024)), 3) if size else 0
    return f"{size / 1024**power:.2f} {('B', 'KB', 'MB', 'GB')[power]}"
