"""The training loop: what fit, evaluate and predict return, show, and refuse."""

import signal
from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from dlcourse import nn
from tests.nn.twins import inputs, keras_warns, random_weights, twins

pytestmark = keras_warns


def moons(samples=400, seed=0):
    """Return two half circles that hold each other, one a class: no line parts them."""
    generator = np.random.default_rng(seed)
    y = np.arange(samples) % 2
    angle = np.pi * (generator.random(samples) + y)
    x = np.stack([np.cos(angle) + y, np.sin(angle) + y / 2], axis=1)
    return (x + generator.normal(0, 0.1, x.shape)).astype(np.float32), y


def classifier(seed=0, **options):
    """Return a compiled model of two inputs and two classes."""
    nn.set_random_seed(seed)
    model = nn.Sequential(
        [nn.Input((2,)), nn.Dense(16, activation="relu"), nn.Dense(2, activation="softmax")]
    )
    options = {"optimizer": nn.Adam(0.02), "metrics": ["accuracy"]} | options
    model.compile(loss="sparse_categorical_crossentropy", **options)
    return model


def test_a_model_learns():
    model, (x, y) = classifier(), moons()
    history = model.fit(x, y, epochs=30, batch_size=32, verbose=0).history
    assert history["loss"][-1] < history["loss"][0] / 5
    test_loss, test_accuracy = model.evaluate(*moons(seed=1), verbose=0)
    assert test_accuracy > 0.95
    assert test_loss < 0.2


def test_a_network_with_all_kinds_of_layers_learns():
    nn.set_random_seed(0)
    generator = np.random.default_rng(0)
    y = np.arange(128) % 2
    x = generator.normal(0, 0.3, (128, 8, 8, 1)).astype(np.float32)
    for image, is_upright in zip(x, y, strict=True):  # a bar, upright or lying
        at = generator.integers(1, 7)
        image[(slice(None), at) if is_upright else (at,)] += 1.5
    model = nn.Sequential(
        [
            nn.Conv2D(8, 3, padding="same", use_bias=False),
            nn.BatchNormalization(momentum=0.8),
            nn.Activation("relu"),
            nn.MaxPooling2D(),
            nn.SeparableConv2D(8, 3, activation="relu"),
            nn.GlobalAveragePooling2D(),
            nn.Dropout(0.1),
            nn.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(nn.Adam(0.02), "binary_crossentropy", ["accuracy"])
    history = model.fit(x[:96], y[:96], epochs=12, verbose=0, validation_data=(x[96:], y[96:]))
    assert history.history["val_accuracy"][-1] > 0.95


def test_history_and_evaluation_are_those_of_keras():
    """Over several epochs, with a batch that is left over, and a metric of each kind."""
    ours, theirs = twins("dense")
    x, names = inputs("dense", 50), ["accuracy", "sparse_categorical_accuracy"]
    y = np.argmax(x[:, :3], axis=1)
    arguments = {"epochs": 3, "batch_size": 8, "shuffle": False, "verbose": 0}
    for model in (ours, theirs):
        model.compile("sgd", "sparse_categorical_crossentropy", metrics=names)
    expected = theirs.fit(x, y, validation_split=0.3, **arguments).history
    history = ours.fit(x, y, validation_split=0.3, **arguments).history
    assert list(history) == ["loss", *names, "val_loss", *(f"val_{name}" for name in names)]
    assert set(history) == set(expected)
    for name, values in history.items():
        np.testing.assert_allclose(values, expected[name], rtol=1e-4)
    np.testing.assert_allclose(
        ours.evaluate(x, y, verbose=0), theirs.evaluate(x, y, verbose=0), rtol=1e-4
    )


def test_dropout_and_batch_normalization_train_as_in_keras_over_many_batches():
    import keras

    ours, theirs = twins("batch normalization")
    x = inputs("batch normalization", 40)
    y = np.random.default_rng(0).normal(size=(40, 4))
    ours.compile(nn.SGD(0.05), "mse")
    theirs.compile(keras.optimizers.SGD(0.05), "mse")
    for model in (ours, theirs):
        model.fit(x, y, batch_size=8, shuffle=False, verbose=0)
    for mine, keras_weight in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, keras_weight, rtol=1e-4, atol=1e-5)


def test_validation_split_takes_the_last_samples_before_anything_is_shuffled():
    seen = []

    def spy(y_true, y_pred):
        seen.append(y_true)
        return np.zeros(len(y_true))

    model = classifier(metrics=[spy])
    x, y = moons(10)
    y[-3:] = 1
    y[:-3] = 0
    model.fit(x, y, batch_size=7, verbose=0, validation_split=0.3)
    assert [list(labels) for labels in seen] == [[0] * 7, [1] * 3]


def test_two_fits_from_one_seed_are_equal():
    def fit(seed):
        model = classifier(seed)
        model.fit(*moons(100), epochs=3, batch_size=16, verbose=0)
        return model.get_weights()

    first = fit(seed=1)
    assert all(map(np.array_equal, first, fit(seed=1)))
    assert not any(map(np.array_equal, first, fit(seed=2)))


def test_shuffling_draws_other_batches_in_each_epoch():
    batches = []

    def spy(y_true, y_pred):
        batches.append(tuple(y_true[:, 0]))
        return np.zeros(len(y_true))

    nn.set_random_seed(0)
    model = nn.Sequential([nn.Dense(1)])
    model.compile("sgd", "mse", [spy])
    x = np.arange(20.0)[:, np.newaxis] / 20
    model.fit(x, np.arange(20.0), batch_size=10, epochs=2, verbose=0)
    assert len(set(batches)) == 4
    for epoch in (batches[:2], batches[2:]):
        assert sorted(sum(epoch, ())) == list(range(20))
    batches.clear()
    model.fit(x, np.arange(20.0), batch_size=10, epochs=2, verbose=0, shuffle=False)
    assert batches == [tuple(range(10)), tuple(range(10, 20))] * 2


def test_fit_goes_on_where_the_last_one_stopped():
    data = moons(64)
    model, twice = classifier(), classifier()
    model.fit(*data, epochs=4, shuffle=False, verbose=0)
    twice.fit(*data, epochs=2, shuffle=False, verbose=0)
    twice.fit(*data, epochs=2, shuffle=False, verbose=0)
    assert all(map(np.array_equal, model.get_weights(), twice.get_weights()))


def test_predictions_do_not_depend_on_batches_and_need_no_compile():
    model = nn.Sequential([nn.Dense(3, activation="softmax"), nn.Dropout(0.5)])
    x = inputs("dense", 11)
    predictions = model.predict(x, batch_size=4)
    assert predictions.shape == (11, 3)
    assert predictions.dtype == np.float32
    np.testing.assert_allclose(predictions, model.predict(x.astype(np.float64)), rtol=1e-5)
    np.testing.assert_allclose(predictions, model(x).data, rtol=1e-5)


def test_integers_in_x_count_as_numbers():
    model = nn.Sequential([nn.Dense(1)])
    x = np.arange(6, dtype=np.uint8).reshape(3, 2)
    np.testing.assert_array_equal(model.predict(x), model.predict(x.astype(np.float32)))


def test_what_is_shown(capsys):
    model, data = classifier(), moons(40)
    model.fit(*data, epochs=2, validation_data=moons(10), verbose=1)
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 2  # no bar where nobody watches
    assert lines[1].startswith("Epoch 2/2 · ")
    for name in ("loss", "accuracy", "val_loss", "val_accuracy"):
        assert f" · {name} 0." in lines[1]
    values = model.evaluate(*data)
    assert capsys.readouterr().out == f"loss {values[0]:.4f} · accuracy {values[1]:.4f}\n"
    assert model.evaluate(*data, verbose=0, return_dict=True) == {
        "loss": values[0],
        "accuracy": values[1],
    }
    model.fit(*data, verbose=0)
    model.predict(data[0])
    captured = capsys.readouterr()
    assert captured.out == captured.err == ""


def test_the_bar_wipes_itself_away(capsys, monkeypatch):
    monkeypatch.setattr("dlcourse.nn.progress.is_watched", lambda verbose: True)
    classifier().fit(*moons(64), batch_size=8)
    captured = capsys.readouterr()
    assert captured.err == ""
    assert "8/8" in captured.out or "0/8" in captured.out
    last_line = captured.out.split("\r")[-1]
    assert last_line.startswith("Epoch 1/1 · ")
    assert last_line.endswith("\n")
    assert "\n" not in captured.out[:-1]


def test_evaluate_without_metrics_returns_the_loss_alone():
    model = classifier(metrics=[])
    assert isinstance(model.evaluate(*moons(10), verbose=0), float)


def test_ctrl_c_ends_after_the_step_and_keeps_what_was_learned(capsys):
    steps = []

    def interrupt(y_true, y_pred):
        steps.append(1)
        if len(steps) == 6:  # the second step of the second epoch
            signal.raise_signal(signal.SIGINT)
        return np.zeros(len(y_true))

    model, (x, y) = classifier(metrics=[interrupt]), moons(64)
    before = signal.getsignal(signal.SIGINT)
    history = model.fit(x, y, batch_size=16, epochs=9, shuffle=False, verbose=2)
    assert history.epoch == [0]
    assert len(history.history["loss"]) == 1
    assert model.optimizer.iterations == len(steps) == 6
    assert "interrupted" in capsys.readouterr().out
    assert signal.getsignal(signal.SIGINT) is before
    same = classifier(metrics=[])
    same.fit(x, y, batch_size=16, shuffle=False, verbose=0)
    same.fit(x[:32], y[:32], batch_size=16, shuffle=False, verbose=0)
    assert all(map(np.array_equal, model.get_weights(), same.get_weights()))
    assert len(model.fit(x, y, verbose=0).epoch) == 1  # and it can go on


def test_a_second_ctrl_c_ends_at_once():
    def interrupt(y_true, y_pred):
        signal.raise_signal(signal.SIGINT)
        signal.raise_signal(signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        classifier(metrics=[interrupt]).fit(*moons(10), verbose=0)
    assert signal.getsignal(signal.SIGINT) is before


def test_training_in_another_thread():
    """Only the main thread may ask for signals: elsewhere, Ctrl-C is left alone."""
    with ThreadPoolExecutor(1) as pool:
        history = pool.submit(classifier().fit, *moons(10), verbose=0).result()
    assert history.epoch == [0]


X, Y = moons(10)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda m: m.fit(X, Y[:9]), ValueError, r"x has shape \(10, 2\) and y has shape \(9,\)"),
        (lambda m: m.fit(X, 1), ValueError, "one label for each sample"),
        (lambda m: m.fit(X[:, :1], Y), ValueError, r"shape \(10, 1\).*built for \(None, 2\)"),
        (lambda m: m.fit(X, Y + 1), ValueError, "holds 2, but the classes are numbered 0 to 1"),
        (lambda m: m.fit(X, np.eye(2)[Y]), ValueError, "use categorical_crossentropy"),
        (lambda m: m.fit(X[:0], Y[:0]), ValueError, "wanted one or more samples"),
        (lambda m: m.fit(X, Y, batch_size=0), ValueError, "batch_size=0 must be at least 1"),
        (lambda m: m.fit(X, Y, epochs=1.5), TypeError, "epochs wants an integer"),
        (lambda m: m.fit(X, Y, verbose=3), ValueError, "verbose=3 must be 0"),
        (lambda m: m.fit(X, Y, validation_split=1.0), ValueError, "validation_split=1.0"),
        (lambda m: m.fit(X, Y, validation_split=0.95), ValueError, "some for validation"),
        (lambda m: m.fit(X, Y, validation_data=(X, Y[1:])), ValueError, "validation_data: x has"),
        (lambda m: m.fit([[1, 2], [3]], Y[:2]), ValueError, "rows differ in length"),
        (lambda m: m.fit(X[:2], [[1], [0, 1]]), ValueError, "y is a nested list"),
        (lambda m: m.evaluate(X, Y[1:]), ValueError, "evaluate: x has shape"),
        (lambda m: m.predict([["a", "b"]]), TypeError, "numbers"),
        (lambda m: m.compile(metrics="mae", loss="mse"), TypeError, "must be a list"),
        (lambda m: m.compile(loss="mse", metrics=["accurcy"]), ValueError, "mean 'accuracy'"),
        (lambda m: m.compile("adem", "mse"), ValueError, "mean 'adam'"),
    ],
)
def test_errors_say_what_to_do(call, error, message):
    model = classifier()
    before = model.get_weights()
    with pytest.raises(error, match=message):
        call(model)
    assert all(map(np.array_equal, model.get_weights(), before))


def test_fit_before_compile():
    model = nn.Sequential([nn.Dense(1)])
    with pytest.raises(RuntimeError, match="fit: 'sequential'.*Call compile first"):
        model.fit(X, Y)
    with pytest.raises(RuntimeError, match="evaluate.*Call compile first"):
        model.evaluate(X, Y)


def test_a_layer_of_your_own():
    class Scale(nn.Layer):
        def build(self, input_shape):
            self.factor = self.add_weight("factor", (input_shape[-1],), nn.initializers.ones)

        def call(self, x, training):
            return x * self.factor

    x = np.random.default_rng(0).normal(size=(200, 2))
    model = nn.Sequential([nn.Input((2,)), Scale()])
    model.compile(nn.SGD(0.5), "mse")
    history = model.fit(x, x * [3, -2], epochs=20, verbose=0)
    np.testing.assert_allclose(model.get_weights()[0], [3, -2], atol=1e-3)
    assert repr(history) == "<History: 20 epochs of loss>"
    assert [layer.name for layer in model.layers] == ["scale"]


def test_a_new_optimizer_starts_afresh_after_compile():
    model = classifier()
    model.fit(X, Y, verbose=0)
    model.compile("adam", "sparse_categorical_crossentropy")
    assert model.optimizer.iterations == 0
    model.set_weights(random_weights(model))
    model.fit(X, Y, verbose=0)
    assert model.optimizer.iterations == 1
