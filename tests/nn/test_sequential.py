"""The model as a list of layers: names, shapes, counts, the summary, and weights in files."""

import re
import subprocess
import sys

import numpy as np
import pytest

from dlcourse import nn


def dense_network():
    return nn.Sequential(
        [nn.Input((784,)), nn.Dense(512, activation="relu"), nn.Dense(10, activation="softmax")]
    )


def convnet(L=nn, Input=nn.Input, Sequential=nn.Sequential):
    return Sequential(
        [
            Input((28, 28, 1)),
            L.Conv2D(64, 3, activation="relu"),
            L.MaxPooling2D(2),
            L.Conv2D(128, 3, activation="relu"),
            L.MaxPooling2D(2),
            L.Conv2D(256, 3, activation="relu"),
            L.GlobalAveragePooling2D(),
            L.Dense(10, activation="softmax"),
        ]
    )


def test_parameter_counts_of_the_textbook():
    assert dense_network().count_params() == 407_050
    model = convnet()
    assert [layer.count_params() for layer in model.layers] == [
        640, 0, 73_856, 0, 295_168, 0, 2_570
    ]  # fmt: skip
    assert model.count_params() == 372_234
    assert model.output_shape == (None, 10)


def test_the_summary_says_what_kerass_says(capsys):
    import keras

    def said(model):
        model.summary()
        text = capsys.readouterr().out
        shapes = re.findall(r"\(None[^)]*\)", text)
        totals = re.findall(r"(.*params:) ([\d,]+ \([^)]*\))", text)
        return shapes, re.findall(r"│ +([\d,]+) │", text), totals

    theirs = convnet(keras.layers, keras.Input, keras.Sequential)
    theirs.add(keras.layers.BatchNormalization())
    ours = convnet()
    ours.add(nn.BatchNormalization())
    assert said(ours) == said(theirs)
    assert "372,274 (1.42 MB)" in str(said(ours))


def test_the_summary_is_plain_text_that_does_not_depend_on_the_screen(capsys, monkeypatch):
    dense_network().summary()
    wide = capsys.readouterr().out
    monkeypatch.setenv("COLUMNS", "30")
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setattr("rich.console._is_jupyter", lambda: True)
    dense_network().summary()
    assert capsys.readouterr().out == wide
    assert "\x1b" not in wide
    assert "dense_1 (Dense)" in wide
    assert "Total params: 407,050 (1.55 MB)" in wide


def test_the_summary_of_a_model_that_is_not_built(capsys):
    nn.Sequential([nn.Dense(2)]).summary()
    text = capsys.readouterr().out
    assert "?" in text
    assert "0 (unbuilt)" in text
    assert "Total params: 0 (0.00 B)" in text


def test_weights_are_made_for_the_first_data_or_by_build():
    model = nn.Sequential([nn.Dense(3)])
    assert model.weights == []
    assert not model.built
    model(np.ones((2, 4)))
    assert model.get_weights()[0].shape == (4, 3)
    model = nn.Sequential([nn.Flatten(), nn.Dense(3)])
    model.build((None, 2, 3))
    assert model.get_weights()[0].shape == (6, 3)
    with pytest.raises(ValueError, match="does not know its input's shape yet"):
        _ = nn.Sequential([nn.Dense(3)]).output_shape


def test_names_are_those_of_the_classes_numbered():
    model = nn.Sequential([nn.Dense(3), nn.Dense(3), nn.Dense(3, name="mine"), nn.MaxPooling2D()])
    assert [layer.name for layer in model.layers] == ["dense", "dense_1", "mine", "max_pooling2d"]
    with pytest.raises(ValueError, match="already a layer called 'mine'"):
        model.add(nn.Dense(1, name="mine"))


def test_a_model_may_be_a_layer_of_another():
    inner = nn.Sequential([nn.Dense(4, activation="relu")], name="inner")
    model = nn.Sequential([nn.Input((3,)), inner, nn.Dense(1)])
    assert [name for name, _ in model.named_weights()] == [
        "inner/dense/kernel",
        "inner/dense/bias",
        "dense/kernel",
        "dense/bias",
    ]
    assert model.count_params() == 16 + 5
    x = np.random.default_rng(0).normal(size=(64, 3))
    model.compile("adam", "mse")
    before = inner.get_weights()[0]
    model.fit(x, x.sum(axis=1), verbose=0)
    assert not np.array_equal(before, inner.get_weights()[0])


def test_layers_of_any_size_of_image():
    model = nn.Sequential(
        [nn.Input((None, None, 1)), nn.Conv2D(2, 3), nn.MaxPooling2D(), nn.GlobalAveragePooling2D()]
    )
    assert model.layers[1].compute_output_shape((None, None, None, 2)) == (None, None, None, 2)
    assert model(np.ones((1, 8, 9, 1))).shape == (1, 2)
    assert model(np.ones((1, 20, 5, 1))).shape == (1, 2)
    with pytest.raises(ValueError, match=r"built for \(None, None, None, 1\)"):
        model(np.ones((1, 8, 9, 3)))


@pytest.mark.parametrize(
    ("make", "error", "message"),
    [
        (lambda: nn.Sequential([nn.Dense]), TypeError, "is no layer.*with the brackets"),
        (lambda: nn.Sequential([nn.Dense(1), nn.Input((1,))]), ValueError, "Input must come first"),
        (lambda: nn.Sequential([nn.Flatten()] * 2), ValueError, "in the model already"),
        (
            lambda: nn.Sequential([nn.Input((None, 2)), nn.Flatten(), nn.Dense(1)]),
            ValueError,
            r"layer 'dense'.*\(None, None\), whose last size must be known",
        ),
        (lambda: nn.Input(784), TypeError, r"Write Input\(\(784,\)\)"),
        (lambda: nn.Sequential([])(np.ones((1, 1))), ValueError, "has no layers"),
        (
            lambda: nn.Sequential([nn.Input((5, 5, 1)), nn.Conv2D(1, 3), nn.Conv2D(1, 4)]),
            ValueError,
            "layer 'conv2d_1'.*smaller than the window of 4 × 4",
        ),
    ],
)
def test_models_that_make_no_sense(make, error, message):
    with pytest.raises(error, match=message):
        make()


def test_weights_that_do_not_fit_change_nothing():
    model = nn.Sequential([nn.Input((3,)), nn.Dense(2), nn.Dense(1)])
    before = model.get_weights()
    with pytest.raises(ValueError, match=r"'dense_1/kernel'.*\(2, 1\), but got \(1, 2\)"):
        model.set_weights([w + 1 for w in before[:2]] + [before[2].T, before[3]])
    with pytest.raises(ValueError, match="has 4 arrays of weights, but got 3"):
        model.set_weights(before[:3])
    with pytest.raises(ValueError, match="not built yet"):
        nn.Sequential([nn.Dense(1)]).set_weights(before)
    assert all(map(np.array_equal, model.get_weights(), before))


def test_weights_that_are_handed_out_are_copies():
    model = nn.Sequential([nn.Input((3,)), nn.Dense(2)])
    given = model.get_weights()
    given[0][:] = 7
    model.set_weights(given)
    given[0][:] = 9
    np.testing.assert_array_equal(model.get_weights()[0], np.full((3, 2), 7))


def test_weights_come_back_from_a_file(tmp_path):
    path, model = tmp_path / "my.weights", convnet()
    model.add(nn.BatchNormalization())
    model.save_weights(path)
    assert [file.name for file in tmp_path.iterdir()] == ["my.weights"]
    other = convnet()
    other.add(nn.BatchNormalization())
    x = np.random.default_rng(0).random((2, 28, 28, 1))
    assert not np.array_equal(other.predict(x), model.predict(x))
    other.load_weights(str(path))
    np.testing.assert_array_equal(other.predict(x), model.predict(x))
    with np.load(path, allow_pickle=False) as file:
        assert file["conv2d_1/kernel"].shape == (3, 3, 64, 128)


def test_a_file_of_another_model(tmp_path):
    path, model = tmp_path / "weights.npz", nn.Sequential([nn.Input((3,)), nn.Dense(2)])
    model.save_weights(path)
    for layers, message in (
        ([nn.Dense(4)], r"'dense/kernel' has shape \(3, 4\) in the model, but \(3, 2\) in"),
        ([nn.Dense(2), nn.Dense(1)], r"the model has 'dense_1/kernel' with shape \(2, 1\)"),
        ([nn.Dense(2, name="x")], "the model has 'x/kernel'"),
        ([nn.Dense(2, use_bias=False)], r"the file has 'dense/bias' with shape \(2,\)"),
    ):
        other = nn.Sequential([nn.Input((3,)), *layers])
        before = other.get_weights()
        with pytest.raises(ValueError, match=message):
            other.load_weights(path)
        assert all(map(np.array_equal, other.get_weights(), before))


def test_a_file_that_is_damaged_or_something_else(tmp_path):
    path, model = tmp_path / "weights.npz", dense_network()
    model.save_weights(path)
    whole = path.read_bytes()
    array = tmp_path / "array.npy"
    np.save(array, np.ones(3))
    for damaged in (b"", b"words", whole[:1000], whole[:-30], array.read_bytes(),
                    whole[:500_000] + b"\x00" * 64 + whole[500_064:]):  # fmt: skip
        path.write_bytes(damaged)
        with pytest.raises(ValueError, match="does not hold weights, or is damaged"):
            model.load_weights(path)
    with pytest.raises(FileNotFoundError):
        model.load_weights(tmp_path / "none.npz")


def test_a_file_never_runs_code(tmp_path):
    path, model = tmp_path / "weights.npz", nn.Sequential([nn.Input((3,)), nn.Dense(2)])
    with path.open("wb") as file:
        np.savez(file, **{"dense/kernel": np.array([{}], object), "dense/bias": np.zeros(2)})
    with pytest.raises(ValueError, match="damaged"):
        model.load_weights(path)


def test_a_failed_save_leaves_the_old_file(tmp_path, monkeypatch):
    path, model = tmp_path / "weights.npz", nn.Sequential([nn.Input((3,)), nn.Dense(2)])
    model.save_weights(path)
    before = path.read_bytes()

    def fail(file, **arrays):
        file.write(b"half")
        raise OSError("disk full")

    monkeypatch.setattr(np, "savez", fail)
    with pytest.raises(OSError, match="disk full"):
        model.save_weights(path)
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["weights.npz"]


def test_a_model_without_weights_is_neither_saved_nor_loaded(tmp_path):
    model = nn.Sequential([nn.Dense(1)])
    with pytest.raises(ValueError, match="save_weights: 'sequential' has no weights yet"):
        model.save_weights(tmp_path / "weights.npz")
    dense_network().save_weights(tmp_path / "weights.npz")
    with pytest.raises(ValueError, match="load_weights: 'sequential' has no weights yet"):
        model.load_weights(tmp_path / "weights.npz")


def test_importing_loads_no_framework_and_no_notebook():
    code = "import sys, dlcourse.nn; print(*sys.modules)"
    loaded = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert "dlcourse.nn.training" in loaded
    assert not {"tensorflow", "torch", "jax", "keras", "matplotlib", "IPython"} & set(loaded)
