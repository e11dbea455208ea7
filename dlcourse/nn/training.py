"""The training loop: what `compile`, `fit`, `evaluate` and `predict` of a model do.

The heart is `train_step`, five lines: predict, compare, go back, step, forget.
"""

import math
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from dlcourse.autograd import Tensor, no_grad
from dlcourse.nn import initializers, losses, optimizers
from dlcourse.nn.base import check_count, read
from dlcourse.nn.losses import Loss
from dlcourse.nn.metrics import Metric, find
from dlcourse.nn.optimizers import Optimizer
from dlcourse.nn.progress import Interruption, Progress, bar, describe, is_watched
from dlcourse.ops import conversion

Data = tuple[np.ndarray, np.ndarray]  # inputs and labels


@dataclass(repr=False)
class History:
    """What `fit` returns: for each name, such as "loss" or "val_accuracy", a value an epoch."""

    history: dict[str, list[float]] = field(default_factory=dict)
    epoch: list[int] = field(default_factory=list)

    def __repr__(self) -> str:
        return f"<History: {len(self.epoch)} epochs of {', '.join(self.history)}>"

    def add(self, epoch: int, logs: dict[str, float]) -> None:
        """Note the values of one more epoch."""
        self.epoch.append(epoch)
        for name, value in logs.items():
            self.history.setdefault(name, []).append(value)


class Trainer:
    """The part of a model that learns; `Sequential` adds the layers."""

    name: str
    optimizer: Optimizer | None = None

    def compile(
        self,
        optimizer: str | Optimizer = "rmsprop",
        loss: str | Loss | Callable[[Tensor, Tensor], Tensor] | None = None,
        metrics: Sequence[str | Metric] | None = None,
    ) -> None:
        """Choose how the model learns, and what is reported.

        Args:
            optimizer: "sgd", "rmsprop" or "adam" with their defaults, or an optimizer.
            loss: a name from `dlcourse.nn.losses`, a loss, or a function of two tensors.
            metrics: names from `dlcourse.nn.metrics`, or functions of two arrays.

        Raises:
            ValueError: there is none of that name, or no loss.
        """
        if isinstance(metrics, str):
            raise TypeError(f"compile: metrics={metrics!r} must be a list. Write [{metrics!r}].")
        self.optimizer = optimizers.get(optimizer)
        self.loss = losses.get(loss)
        self.metrics = dict(map(find, metrics or ()))

    def fit(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        epochs: int = 1,
        verbose: int | str = "auto",
        validation_split: float = 0.0,
        validation_data: tuple[Any, Any] | None = None,
        shuffle: bool = True,
    ) -> History:
        """Train: go through the data `epochs` times, with one step of the optimizer a batch.

        Ctrl-C ends training after the current step; weights and history stay as they are then.
        Calling `fit` again goes on from there.

        Args:
            x: inputs, shape (samples, …).
            y: labels, one for each sample, of the kind that the loss wants.
            batch_size: samples a step; the last step of an epoch takes what is left.
            epochs: passes over the data.
            verbose: 0 is silent, 1 or "auto" shows a bar and a line an epoch, 2 lines only.
            validation_split: the share of the samples, from the end of x, that is not trained on
                but evaluated after each epoch. They are set apart before anything is shuffled.
            validation_data: inputs and labels for that purpose instead.
            shuffle: whether the batches are drawn anew in each epoch.

        Returns:
            The history: loss and metrics of each whole epoch, as averaged while it ran.

        Raises:
            RuntimeError: the model is not compiled.
            ValueError: x and y do not fit the model, the loss or each other.
        """
        data = self._read_data("fit", x, y)
        if validation_data is not None:
            validation_data = self._read_data("fit: validation_data", *validation_data)
        elif validation_split:
            data, validation_data = _split(data, validation_split)
        check_count("fit", "batch_size", batch_size)
        check_count("fit", "epochs", epochs)
        progress, history = Progress(verbose, epochs), History()
        with Interruption() as interruption:
            for epoch in range(epochs):
                logs = self._epoch(epoch, data, batch_size, shuffle, progress, interruption)
                if not interruption.requested:
                    if validation_data is not None:
                        values = self._evaluate(validation_data, batch_size)
                        logs |= {f"val_{name}": value for name, value in values.items()}
                    history.add(epoch, logs)
                    progress.line(logs)
                if interruption.requested:  # perhaps only now
                    progress.interrupted()
                    break
        return history

    def train_step(self, x: np.ndarray, y: np.ndarray) -> tuple[float, np.ndarray]:
        """Take one step on a batch; return its loss and the predictions, from before the step."""
        y_pred = self(x, training=True)
        loss = self.loss.call(y, y_pred).mean()
        loss.backward()
        weights = self.trainable_weights
        self.optimizer.apply([weight.grad for weight in weights], weights)
        for weight in weights:
            weight.zero_grad()
        return loss.item(), y_pred.data

    def evaluate(
        self,
        x: Any,
        y: Any,
        batch_size: int = 32,
        verbose: int | str = "auto",
        return_dict: bool = False,
    ) -> float | list[float] | dict[str, float]:
        """Return the loss and the metrics on these data: [loss, metrics…], or the loss alone.

        Args and errors are those of `fit`; with `return_dict`, the values come by name.
        """
        logs = self._evaluate(self._read_data("evaluate", x, y), batch_size, is_watched(verbose))
        if verbose:
            print(describe(logs))
        if return_dict:
            return logs
        return list(logs.values()) if self.metrics else logs["loss"]

    def predict(self, x: Any, batch_size: int = 32, verbose: int | str = "auto") -> np.ndarray:
        """Return the model's outputs for all samples of x, as a float32 array.

        Unless verbose=0, a terminal shows a bar meanwhile (a notebook would keep a blank line).

        Raises:
            ValueError: x does not fit the model.
        """
        shown = is_watched(verbose) and sys.stdout.isatty()
        return self._predict(self._read_inputs("predict", x), batch_size, shown)

    def _epoch(
        self,
        epoch: int,
        data: Data,
        batch_size: int,
        shuffle: bool,
        progress: Progress,
        interruption: Interruption,
    ) -> dict[str, float]:
        """Train on all samples once; return the means of loss and metrics on the way."""
        x, y = data
        order = initializers.generator.permutation(len(x)) if shuffle else np.arange(len(x))
        sums, seen = dict.fromkeys(("loss", *self.metrics), 0.0), 0
        with progress.epoch(epoch, math.ceil(len(x) / batch_size)) as bar:
            for start in range(0, len(x), batch_size):
                batch = order[start : start + batch_size]
                labels = y.take(batch, axis=0)
                loss, y_pred = self.train_step(x.take(batch, axis=0), labels)
                sums["loss"] += loss * len(batch)
                for name, metric in self.metrics.items():
                    sums[name] += float(np.mean(metric(labels, y_pred))) * len(batch)
                seen += len(batch)
                bar.set_postfix_str(f"loss {sums['loss'] / seen:.4f}", refresh=False)
                bar.update()
                if interruption.requested:
                    break
        return {name: total / seen for name, total in sums.items()}

    def _evaluate(self, data: Data, batch_size: int, shown: bool = False) -> dict[str, float]:
        x, y = data
        y_pred = self._predict(x, batch_size, shown)
        with no_grad():
            values = {"loss": self.loss.call(y, Tensor(y_pred)).mean().item()}
        for name, metric in self.metrics.items():
            values[name] = float(np.mean(metric(y, y_pred)))
        return values

    def _predict(self, x: np.ndarray, batch_size: int, shown: bool) -> np.ndarray:
        check_count("predict", "batch_size", batch_size)
        starts, outputs = range(0, len(x), batch_size), []
        with no_grad(), bar("Predict", len(starts), shown) as progress:
            for start in starts:
                outputs.append(self(x[start : start + batch_size]).data)
                progress.update()
        return np.concatenate(outputs)

    def _read_inputs(self, where: str, x: Any) -> np.ndarray:
        x = read(where, x, self.takes_indices)
        if x.ndim == 0 or len(x) == 0:
            raise ValueError(f"{where}: x has shape {x.shape}: wanted one or more samples.")
        self.prepare(x.shape)
        return x

    def _read_data(self, where: str, x: Any, y: Any) -> Data:
        """Return inputs and labels as the model and its loss want them."""
        if self.optimizer is None:
            raise RuntimeError(
                f"{where}: {self.name!r} has not been told how to learn. Call compile first, "
                "such as compile(optimizer='adam', loss='mse')."
            )
        x = self._read_inputs(where, x)
        y = conversion.readable(where, "y", y)
        if y.ndim == 0 or len(y) != len(x):
            raise ValueError(
                f"{where}: x has shape {x.shape} and y has shape {y.shape}: there must be one "
                "label for each sample. Check that both are of the same data."
            )
        return x, self.loss.read(y, self.compute_output_shape((None, *x.shape[1:])))


def _split(data: Data, share: float) -> tuple[Data, Data]:
    """Return all but the last samples, and these."""
    x, y = data
    at = math.floor(len(x) * (1 - share))
    if not 0 < share < 1 or at == 0 or at == len(x):
        raise ValueError(
            f"fit: validation_split={share} of {len(x)} samples must leave some for training and "
            "some for validation. Choose a share between 0 and 1, such as 0.2."
        )
    return (x[:at], y[:at]), (x[at:], y[at:])
