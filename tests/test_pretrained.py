"""The pretrained network, against numbers that another implementation of it computed."""

import keras
import numpy as np
import pytest

from dlcourse import pretrained
from dlcourse.datasets import DataError, store
from dlcourse.datasets.files import parse_npz
from tests.nn.twins import keras_warns

pytestmark = keras_warns

# Means of every 128th feature map, and of all of them, for `image(height, width)`: computed in
# PyTorch by the package efficientnet_lite_pytorch 0.1.0 with the published weights, the kernels
# rounded to float16 as in the file that ships; then with the kernels as published.
ORACLE = {
    (96, 96): (
        [1.7303, 0, 0.8391, 0.5964, 4.9345, 0, 0, 0.3866, 0, 0, 0.4925],
        [1.7369, 0, 0.8448, 0.5992, 4.9400, 0, 0, 0.3874, 0, 0, 0.4928],
    ),
    (75, 101): (  # odd at some depth: tells the ways to pad apart
        [1.0473, 0, 0.3862, 1.6246, 3.2722, 0, 0, 0.6531, 0, 0, 0.3470],
        [1.0515, 0, 0.3868, 1.6385, 3.2726, 0, 0, 0.6545, 0, 0, 0.3475],
    ),
}


def image(height: int, width: int) -> np.ndarray:
    """Return a picture with edges in all directions and three different channels."""
    i, j = np.indices((height, width))
    channels = [i * 255 // (height - 1), j * 255 // (width - 1), i * j % 256]
    return np.stack(channels, axis=-1)[None].astype(np.float32)


@pytest.fixture(scope="module")
def small() -> keras.Model:
    """For tests that leave the model as it is."""
    return pretrained.efficientnet_lite0((64, 64, 3))


@pytest.mark.parametrize("size", ORACLE, ids=str)
def test_features_are_those_of_the_original(size):
    model = pretrained.efficientnet_lite0((*size, 3), pooling="avg")
    means = model.predict(image(*size), verbose=0)[0]
    assert means.shape == (1280,)
    found = [*means[::128], means.mean()]
    rounded, published = ORACLE[size]
    assert found == pytest.approx(rounded, abs=1e-3)
    assert found == pytest.approx(published, abs=2e-2)


def test_images_of_bytes_are_as_good(small):
    x = image(64, 64)
    assert np.array_equal(small.predict(x, verbose=0), small.predict(x.astype(np.uint8), verbose=0))


def test_maps_and_their_means(small):
    pooled = pretrained.efficientnet_lite0((64, 64, 3), pooling="avg")
    maps = small.predict(image(64, 64), verbose=0)
    assert maps.shape == (1, 2, 2, 1280)
    assert maps.min() == 0
    assert maps.max() <= 6
    means = pooled.predict(image(64, 64), verbose=0)
    assert means == pytest.approx(maps.mean(axis=(1, 2)), abs=1e-5)
    wide = pretrained.efficientnet_lite0((40, 70, 3))
    assert wide.output_shape == (None, 2, 3, 1280)


def test_counts(small):
    assert small.count_params() == 3_413_024
    assert sum(int(np.prod(weight.shape)) for weight in small.trainable_weights) == 3_371_008
    names = [layer.name for layer in small.layers]
    assert sum(name.endswith("_depthwise") for name in names) == 16
    assert sum(name.endswith("_add") for name in names) == 9
    for name in ("stem_conv", "block1_project", "block3_expand", "block16_project_bn", "head_conv"):
        assert name in names
    assert "block1_expand" not in names  # the first block does not widen


def test_every_array_in_the_file_is_used_and_kernels_are_small(small):
    with parse_npz(store.embedded(pretrained.WEIGHTS)) as archive:
        dtypes = {name: archive[name].dtype for name in archive.files}
    assert set(dtypes) == {
        f"{layer.name}/{weight.name}" for layer in small.layers for weight in layer.weights
    }
    assert all((dtype == np.float16) == name.endswith("kernel") for name, dtype in dtypes.items())


def test_a_frozen_model_uses_what_it_has_learned():
    """Batch normalisation must not take this batch's own mean, nor remember it."""
    whole = pretrained.efficientnet_lite0((64, 64, 3))
    whole.trainable = False
    assert whole.trainable_weights == []
    start = keras.Model(whole.input, whole.get_layer("block3_add").output)  # quicker, same rules
    before = start.get_weights()
    training, inference = (
        keras.ops.convert_to_numpy(start(image(64, 64), training=training))
        for training in (True, False)
    )
    assert np.array_equal(training, inference)
    assert all(map(np.array_equal, before, start.get_weights()))


def test_the_last_block_can_be_set_free_by_name():
    model = pretrained.efficientnet_lite0((32, 32, 3))
    for layer in model.layers:
        layer.trainable = layer.name.startswith(("block16_", "head_"))
    shapes = [tuple(weight.shape) for weight in model.trainable_weights]
    assert shapes == [
        (1, 1, 192, 1152), (1152,), (1152,),
        (3, 3, 1152, 1), (1152,), (1152,),
        (1, 1, 1152, 320), (320,), (320,),
        (1, 1, 320, 1280), (1280,), (1280,),
    ]  # fmt: skip


@pytest.mark.parametrize("kernel_size", [3, 5])
@pytest.mark.parametrize("strides", [1, 2])
@pytest.mark.parametrize("size", [(6, 7), (3, 2)])
def test_each_channel_by_itself_as_in_keras(kernel_size, strides, size):
    random = np.random.default_rng(0)
    x = random.normal(size=(2, *size, 4)).astype(np.float32)
    ours = pretrained.DepthwiseConv2D(kernel_size, strides, padding="same", use_bias=False)
    keras_own = keras.layers.DepthwiseConv2D(kernel_size, strides, padding="same", use_bias=False)
    keras_own.build(x.shape)
    keras_own.set_weights([random.normal(size=(kernel_size, kernel_size, 4, 1))])
    ours.build(x.shape)
    ours.set_weights(keras_own.get_weights())
    found, wanted = (keras.ops.convert_to_numpy(layer(x)) for layer in (ours, keras_own))
    assert found.shape == wanted.shape
    assert found == pytest.approx(wanted, abs=1e-5)


def test_a_model_can_be_saved_and_read_again(tmp_path, small):
    small.save(tmp_path / "model.keras")
    again = keras.saving.load_model(tmp_path / "model.keras")
    assert all(map(np.array_equal, again.get_weights(), small.get_weights()))


@pytest.mark.parametrize(
    ("shape", "message"),
    [
        ((31, 160, 3), r"\(31, 160, 3\) is too small: .* at least 32"),
        ((160, 8, 3), r"too small"),
        ((160, 160, 1), r"has 1 channels.*red, green and blue.*repeat a grey channel"),
        ((3, 160, 160), r"has 160 channels.*\(height, width, 3\)"),
        ((160, 160), r"is not the shape of one image: give \(height, width, 3\)"),
        ((8, 160, 160, 3), r"is not the shape of one image"),
        ((None, None, 3), r"is not the shape of one image"),
    ],
)
def test_an_input_shape_that_cannot_be_used(shape, message):
    with pytest.raises(ValueError, match=message):
        pretrained.efficientnet_lite0(shape)


def test_an_unknown_pooling():
    with pytest.raises(ValueError, match=r"pooling='max': choose None .* or \"avg\""):
        pretrained.efficientnet_lite0(pooling="max")


def test_a_damaged_file_is_refused(tmp_path, monkeypatch):
    (tmp_path / pretrained.WEIGHTS).write_bytes(b"half")
    monkeypatch.setattr(store, "embedded_folder", lambda: tmp_path)
    with pytest.raises(DataError, match=r"efficientnet_lite0.npz is not the file it should be"):
        pretrained.efficientnet_lite0((32, 32, 3))
