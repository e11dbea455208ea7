"""Losses and metrics against Keras, and their errors."""

import numpy as np
import pytest

from dlcourse import nn
from dlcourse.autograd import Tensor, check_gradient
from dlcourse.nn import losses, metrics

GENERATOR = np.random.default_rng(0)
LOGITS = GENERATOR.normal(0, 2, (6, 4)).astype(np.float32)
PROBABILITIES = np.exp(LOGITS) / np.exp(LOGITS).sum(axis=1, keepdims=True)
CLASSES = GENERATOR.integers(0, 4, 6)
ONE_HOT = np.eye(4, dtype=np.float32)[CLASSES]
CASES = [
    ("MeanSquaredError", {}, LOGITS[::-1].copy(), LOGITS),
    ("MeanAbsoluteError", {}, LOGITS[::-1].copy(), LOGITS),
    ("BinaryCrossentropy", {}, ONE_HOT, PROBABILITIES),
    ("BinaryCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS),
    ("CategoricalCrossentropy", {}, ONE_HOT, PROBABILITIES),
    ("CategoricalCrossentropy", {"from_logits": True}, ONE_HOT, LOGITS),
    ("SparseCategoricalCrossentropy", {}, CLASSES, PROBABILITIES),
    ("SparseCategoricalCrossentropy", {"from_logits": True}, CLASSES, LOGITS),
]
every_case = pytest.mark.parametrize(("name", "options", "y_true", "y_pred"), CASES)


@every_case
def test_losses_are_those_of_keras(name, options, y_true, y_pred):
    import keras

    expected = float(getattr(keras.losses, name)(**options)(y_true, y_pred))
    loss = getattr(nn, name)(**options)(y_true, y_pred)
    assert loss.shape == ()
    assert loss.item() == pytest.approx(expected, rel=1e-5)


@every_case
def test_gradients_of_losses(name, options, y_true, y_pred):
    loss = getattr(nn, name)(**options)
    check_gradient(lambda p: loss(y_true, p), y_pred.astype(np.float64))


def test_an_axis_of_one_may_be_missing_or_too_many():
    y = np.array([1.0, 0.0, 1.0])
    p = np.array([[0.9], [0.2], [0.4]])
    loss = nn.BinaryCrossentropy()
    assert loss(y, p).item() == loss(y[:, np.newaxis], p).item()
    sparse = nn.SparseCategoricalCrossentropy()
    assert (
        sparse(CLASSES[:, np.newaxis], PROBABILITIES).item()
        == sparse(CLASSES, PROBABILITIES).item()
    )


@pytest.mark.parametrize("certain", [0.0, 1.0])
def test_certainty_costs_a_finite_amount(certain):
    loss = nn.BinaryCrossentropy()(np.array([[1 - certain]]), np.array([[certain]], np.float32))
    assert loss.item() == pytest.approx(-np.log(1e-7), rel=0.02)


@pytest.mark.parametrize(
    ("loss", "y_true", "error", "message"),
    [
        (nn.SparseCategoricalCrossentropy(), CLASSES + 1, ValueError, "numbered 0 to 3"),
        (nn.SparseCategoricalCrossentropy(), CLASSES - 0.5, TypeError, "integer"),
        (nn.SparseCategoricalCrossentropy(), ONE_HOT, ValueError, "categorical_crossentropy"),
        (nn.CategoricalCrossentropy(), CLASSES, ValueError, "sparse_categorical_crossentropy"),
        (nn.CategoricalCrossentropy(), CLASSES[:, None], ValueError, "sparse_categorical"),
        (nn.CategoricalCrossentropy(), 2 * ONE_HOT, ValueError, "y_true holds 2"),
        (nn.BinaryCrossentropy(), ONE_HOT - 1, ValueError, "y_true holds -1"),
        (nn.BinaryCrossentropy(), ONE_HOT * np.nan, ValueError, "y_true holds nan"),
        (nn.MeanSquaredError(), LOGITS[:, :3], ValueError, r"\(6, 3\)"),
        (nn.MeanSquaredError(), ["a"] * 6, TypeError, "numbers"),
    ],
)
def test_labels_that_do_not_fit(loss, y_true, error, message):
    with pytest.raises(error, match=message):
        loss(y_true, PROBABILITIES)


def test_names_of_losses():
    assert isinstance(losses.get("mse"), nn.MeanSquaredError)
    assert isinstance(losses.get("BinaryCrossentropy"), nn.BinaryCrossentropy)
    with pytest.raises(ValueError, match="mean 'sparse_categorical_crossentropy'"):
        losses.get("sparse_categorical_crosentropy")
    with pytest.raises(ValueError, match="compile: loss is missing"):
        losses.get(None)


def test_a_loss_may_be_a_function():
    def absolute(y_true, y_pred):
        return (y_true - y_pred).abs().mean(axis=-1)

    loss = losses.get(absolute)
    expected = nn.MeanAbsoluteError()(ONE_HOT, PROBABILITIES).item()
    assert loss(ONE_HOT, Tensor(PROBABILITIES)).item() == pytest.approx(expected)


@pytest.mark.parametrize(
    ("name", "y_true", "y_pred"),
    [
        ("accuracy", CLASSES, PROBABILITIES),
        ("accuracy", ONE_HOT, PROBABILITIES),
        ("accuracy", ONE_HOT[:, :1], PROBABILITIES[:, :1]),
        ("binary_accuracy", ONE_HOT, PROBABILITIES),
        ("binary_accuracy", ONE_HOT, np.full((6, 4), 0.5, np.float32)),
        ("categorical_accuracy", ONE_HOT, PROBABILITIES),
        ("sparse_categorical_accuracy", CLASSES, PROBABILITIES),
        ("mae", ONE_HOT, LOGITS),
        ("mse", ONE_HOT, LOGITS),
    ],
)
def test_metrics_are_those_of_keras(name, y_true, y_pred):
    import keras

    model = keras.Sequential([keras.Input(y_pred.shape[1:]), keras.layers.Flatten()])
    model.compile(loss="mse", metrics=[name])
    if y_true.ndim < y_pred.ndim:
        model.compile(loss="sparse_categorical_crossentropy", metrics=[name])
    expected = model.evaluate(y_pred, y_true, verbose=0, return_dict=True)[name]
    found, metric = metrics.find(name)
    values = metric(y_true, y_pred)
    assert found == name
    assert values.shape == (6,)
    assert values.mean() == pytest.approx(float(expected), rel=1e-5)


def test_names_of_metrics():
    with pytest.raises(ValueError, match="metrics='acuracy'.*mean 'accuracy'"):
        metrics.find("acuracy")
