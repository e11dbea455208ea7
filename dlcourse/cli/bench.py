"""`dlcourse bench`: measure every implementation on this machine."""

import os
from pathlib import Path
from typing import Annotated

import typer
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from dlcourse.cli.say import console, give_up

_BUDGET = 0.2  # seconds for each measurement
_EPOCHS = 3  # an epoch of each competitor, in each of two rounds


def bench(
    operations: Annotated[
        list[str] | None,
        typer.Argument(help="Operations, such as matmul conv2d. All, and training, if none."),
    ] = None,
    size: Annotated[
        str, typer.Option(help="small, medium, large (naive: minutes); several with commas.")
    ] = "small,medium",
    backend: Annotated[str, typer.Option(help="What Keras runs on.")] = "jax",
    training: Annotated[
        bool | None,
        typer.Option(help="Also time an epoch of MNIST: dlcourse.nn against Keras."),
    ] = None,
    out: Annotated[Path, typer.Option(help="Folder for bench.json and figures.")] = Path(
        "build/bench"
    ),
) -> None:
    """Time every operation in every implementation, and an epoch of training, on the CPU.

    Leaves bench.json and pictures in the folder; what an interrupted run measured is kept.
    """
    from dlcourse import ops
    from dlcourse.bench.cases import SIZES
    from dlcourse.bench.training import BACKENDS
    from dlcourse.course import device

    sizes = size.split(",")
    for option, names, allowed in (
        ("--size", sizes, SIZES),
        ("--backend", [backend], BACKENDS),
        ("operation", operations or [], ops.operations()),
    ):
        for name in set(names) - set(allowed):
            give_up(f"{option} {name}: choose from {', '.join(allowed)}")
    os.environ["KERAS_BACKEND"] = backend
    device.select("cpu", backend)
    out.mkdir(parents=True, exist_ok=True)
    session = _Session(out, backend)
    try:
        session.time_operations(operations or list(ops.operations()), sizes)
        if training or (training is None and not operations):
            session.time_training()
    except KeyboardInterrupt:
        console.print("[yellow]Interrupted: what was measured so far is kept.[/]")
    session.show()


class _Session:
    """The measurements of one call of the command, written down after each step."""

    def __init__(self, out: Path, backend: str) -> None:
        self.out, self.backend = out, backend
        self.rows: list = []
        self.epochs: dict[str, list[float]] = {}

    def time_operations(self, operations: list[str], sizes: list[str]) -> None:
        from dlcourse import ops
        from dlcourse.bench.operations import timings
        from dlcourse.course.device import without_native_messages

        with console.status("importing the frameworks"), without_native_messages():
            for name in ops.names():
                ops.get(name)
        with _progress() as progress:
            task = progress.add_task("", total=len(operations) * len(sizes))
            for operation in operations:
                for size in sizes:
                    progress.update(task, description=f"{operation}, {size}")
                    self.rows += timings(operation, size, ops.names(), _BUDGET)
                    self._write()
                    progress.advance(task)

    def time_training(self) -> None:
        from dlcourse.bench.training import COMPETITORS, rounds

        with _progress() as progress:
            task = progress.add_task("epochs of MNIST", total=2 * len(COMPETITORS))
            for competitor, seconds in rounds(_EPOCHS):
                self.epochs.setdefault(competitor, []).extend(seconds)
                self._write()
                progress.update(task, description=f"epochs: {competitor}", advance=1)

    def show(self) -> None:
        from dlcourse import viz
        from dlcourse.bench import report

        viz.use_style()
        if self.rows:
            console.print(report.operations_table(self.rows))
            for size in dict.fromkeys(row.size for row in self.rows):
                figure = report.operations_figure(self.rows, size)
                figure.savefig(self.out / f"operations_{size}.png")
        if self.epochs:
            console.print(report.training_table(self.epochs))
            report.training_figure(self.epochs).savefig(self.out / "training.png")
        console.print(f"bench.json and the figures are in [bold]{self.out}[/]")

    def _write(self) -> None:
        from dlcourse.bench import report

        report.write(self.out / "bench.json", self.rows, self.epochs, self.backend)


def _progress() -> Progress:
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=console,
    )
