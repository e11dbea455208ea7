"""Losses: the single number that training makes small.

Each loss is the mean, over a batch, of the operation of the same name in `dlcourse.ops`, where
the formulas stand. `from_logits=True` says that the predictions come without softmax or sigmoid.
Probabilities are clipped to [1e-7, 1 - 1e-7] as in Keras on JAX and PyTorch (Keras on TensorFlow
goes back to the logits instead: between the clips, the numbers are the same).
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from dlcourse.autograd import Tensor, apply
from dlcourse.nn.names import look_up
from dlcourse.ops import checks, conversion

Shape = tuple[int | None, ...]


class Loss:
    """Base class: compares labels with predictions; subclasses name the operation."""

    operation = ""
    options: dict[str, Any] = {}  # noqa: RUF012 - nothing changes it; subclasses set their own

    def __call__(self, y_true: Any, y_pred: Any) -> Tensor:
        """Return the loss of a batch: a single number, the mean over all samples.

        Args:
            y_true: the labels, array-like.
            y_pred: the predictions, a tensor or array-like.

        Raises:
            ValueError: labels that do not fit the predictions, or out of range.
            TypeError: labels of the wrong kind.
        """
        y_pred = y_pred if isinstance(y_pred, Tensor) else Tensor(y_pred)
        return self.call(self.read(y_true, y_pred.shape), y_pred).mean()

    def read(self, y_true: Any, shape: Shape) -> np.ndarray:
        """Return labels, checked and converted, for predictions of this shape; errors as above.

        Only the sizes after the first axis count: the first is that of the labels.
        """
        labels = conversion.readable(self.operation, "y_true", y_true)
        if labels.ndim == len(shape) - 1 and shape[-1] == 1:
            labels = labels[..., np.newaxis]  # (samples,) beside (samples, 1)
        checks.same_shape(self.operation, labels, _predictions(labels, shape))
        return np.ascontiguousarray(labels, np.float32)

    def call(self, y_true: np.ndarray, y_pred: Tensor) -> Tensor:
        """Return the loss of each sample, for labels that `read` returned."""
        return apply(self.operation, y_true, y_pred, **self.options)


class MeanSquaredError(Loss):
    """The mean of the squared errors: for numbers of any size. Source: Chollet, section 4.3."""

    operation = "mean_squared_error"


class MeanAbsoluteError(Loss):
    """The mean of the sizes of the errors, which a few large ones rule less. As above."""

    operation = "mean_absolute_error"


class _Crossentropy(Loss):
    """How surprising the true answers are, given the predicted probabilities: the mean −ln p."""

    def __init__(self, from_logits: bool = False) -> None:
        """Say whether predictions are logits (any numbers) or probabilities."""
        self.options = {"from_logits": from_logits}

    def read(self, y_true: Any, shape: Shape) -> np.ndarray:
        labels = super().read(y_true, shape)
        wrong = labels[~((labels >= 0) & (labels <= 1))]
        if wrong.size:
            raise ValueError(
                f"{self.operation}: y_true holds {wrong[0]:g}, but each label is a probability, "
                "from 0 (no) to 1 (yes). Check the labels, or choose another loss."
            )
        return labels


class BinaryCrossentropy(_Crossentropy):
    """For yes or no: labels 0 and 1, predictions from a sigmoid. Source: section 4.1."""

    operation = "binary_crossentropy"


class CategoricalCrossentropy(_Crossentropy):
    """For one class of several: labels are one-hot vectors. Source: section 4.2."""

    operation = "categorical_crossentropy"

    def read(self, y_true: Any, shape: Shape) -> np.ndarray:
        """Return labels, checked and converted; class numbers are not taken."""
        labels = conversion.readable(self.operation, "y_true", y_true)
        if labels.ndim < len(shape) or labels.shape[-1] == 1 != shape[-1]:
            raise ValueError(
                f"{self.operation}: y_true has shape {labels.shape}, but one vector a sample is "
                f"wanted, {shape[-1]} numbers each. For class numbers, use the loss "
                "sparse_categorical_crossentropy."
            )
        return super().read(labels, shape)


class SparseCategoricalCrossentropy(_Crossentropy):
    """For one class of several: labels are the numbers of the classes. Source: section 4.2."""

    operation = "sparse_categorical_crossentropy"

    def read(self, y_true: Any, shape: Shape) -> np.ndarray:
        """Return labels as integers, (samples,), also from (samples, 1)."""
        labels = conversion.readable(self.operation, "y_true", y_true)
        if labels.ndim == len(shape) and labels.shape[-1] == 1:
            labels = labels[..., 0]
        checks.classes(self.operation, labels, _predictions(labels, shape))
        return np.ascontiguousarray(labels, np.int64)


class _FunctionLoss(Loss):
    """A loss of your own: a function of labels and predictions, both tensors."""

    def __init__(self, function: Callable[[Tensor, Tensor], Tensor]) -> None:
        self.function = function
        self.operation = getattr(function, "__name__", "loss")

    def call(self, y_true: np.ndarray, y_pred: Tensor) -> Tensor:
        return self.function(Tensor(y_true), y_pred)


LOSSES = {
    "mean_squared_error": MeanSquaredError,
    "mse": MeanSquaredError,
    "mean_absolute_error": MeanAbsoluteError,
    "mae": MeanAbsoluteError,
    "binary_crossentropy": BinaryCrossentropy,
    "categorical_crossentropy": CategoricalCrossentropy,
    "sparse_categorical_crossentropy": SparseCategoricalCrossentropy,
}


def get(loss: str | Loss | Callable[[Tensor, Tensor], Tensor] | None) -> Loss:
    """Return a loss by its name; a loss stays what it is, a function becomes one.

    Raises:
        ValueError: there is none of that name, or none was given.
    """
    if loss is None:
        raise ValueError(
            "compile: loss is missing, and training needs one. For class numbers, write "
            "loss='sparse_categorical_crossentropy'; for yes or no, 'binary_crossentropy'; for "
            "other numbers, 'mean_squared_error'."
        )
    if isinstance(loss, Loss):
        return loss
    return _FunctionLoss(loss) if callable(loss) else look_up("compile", "loss", loss, LOSSES)()


def _predictions(labels: np.ndarray, shape: Shape) -> np.ndarray:
    """Return a stand-in for predictions of this shape, without memory of its own."""
    return np.broadcast_to(np.float32(0), (*labels.shape[:1], *shape[1:]))
