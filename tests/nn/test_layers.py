"""Layers: outputs, gradients and what they do in training, against Keras and finite differences."""

import numpy as np
import pytest

from dlcourse import nn
from dlcourse.autograd import Tensor, check_gradient
from tests.nn.twins import ARCHITECTURES, inputs, keras_warns, twins

pytestmark = keras_warns

every_architecture = pytest.mark.parametrize("architecture", ARCHITECTURES)


@every_architecture
def test_outputs_and_weights_are_those_of_keras(architecture):
    import keras

    ours, theirs = twins(architecture)
    x = inputs(architecture)
    assert [w.shape for w in ours.get_weights()] == [w.shape for w in theirs.get_weights()]
    assert ours.output_shape == theirs.output_shape
    assert ours.count_params() == theirs.count_params()
    expected = keras.ops.convert_to_numpy(theirs(x))
    np.testing.assert_allclose(ours.predict(x, verbose=0), expected, rtol=1e-4, atol=1e-5)
    assert ours.predict(x).dtype == np.float32


@every_architecture
def test_gradients_and_moving_averages_are_those_of_keras(architecture):
    """A step of SGD with learning rate 1 moves each weight by its gradient, on any backend."""
    import keras

    ours, theirs = twins(architecture)
    x = inputs(architecture)
    y = np.random.default_rng(2).normal(size=(len(x), *ours.output_shape[1:]))
    theirs.compile(keras.optimizers.SGD(1.0), "mean_squared_error")
    ours.compile(nn.SGD(1.0), "mean_squared_error")
    before = ours.get_weights()
    history = theirs.fit(x, y, batch_size=len(x), shuffle=False, verbose=0)
    loss = ours.fit(x, y, batch_size=len(x), shuffle=False, verbose=0).history["loss"]
    np.testing.assert_allclose(loss, history.history["loss"], rtol=1e-4)
    for start, mine, keras_weight in zip(
        before, ours.get_weights(), theirs.get_weights(), strict=True
    ):
        assert not np.array_equal(mine, start)
        np.testing.assert_allclose(mine - start, keras_weight - start, rtol=1e-3, atol=2e-6)


@every_architecture
def test_gradients_are_those_of_finite_differences(architecture):
    ours, _ = twins(architecture)
    owners = [(layer, name) for layer in ours.layers for name in layer._weights]

    def model(x, *weights):
        for (layer, name), weight in zip(owners, weights, strict=True):
            setattr(layer, name, weight)
        return ours(x, training=False)

    x = inputs(architecture, samples=2)
    check_gradient(model, x, *(w.astype(np.float64) for w in ours.get_weights()))


def test_batch_normalization_in_training_against_finite_differences():
    layer = nn.BatchNormalization()
    layer.build((None, 3))
    layer.moving_mean = layer.moving_variance = Tensor(np.zeros(3))

    def f(x, gamma, beta):
        layer.gamma, layer.beta = gamma, beta
        return layer.call(x, training=True)

    generator = np.random.default_rng(0)
    check_gradient(f, *(generator.normal(size=shape) for shape in ((6, 3), (3,), (3,))))


def test_batch_normalization_moves_its_averages_as_keras_does():
    import keras

    ours, theirs = nn.BatchNormalization(), keras.layers.BatchNormalization()
    generator = np.random.default_rng(0)
    for _ in range(5):
        x = generator.normal(3, 2, (8, 4, 4, 3)).astype(np.float32)
        expected = theirs(x, training=True)
        expected = keras.ops.convert_to_numpy(expected)
        np.testing.assert_allclose(ours(x, training=True).data, expected, rtol=1e-4, atol=1e-5)
    for mine, keras_weight in zip(ours.get_weights(), theirs.get_weights(), strict=True):
        np.testing.assert_allclose(mine, keras_weight, rtol=1e-5)
    remembered = ours.get_weights()
    np.testing.assert_allclose(
        ours(x).data, keras.ops.convert_to_numpy(theirs(x)), rtol=1e-4, atol=1e-5
    )
    assert all(map(np.array_equal, ours.get_weights(), remembered))  # nothing moved outside


def test_dropout_drops_its_share_and_keeps_the_expected_sum():
    nn.set_random_seed(0)
    layer, x = nn.Dropout(0.3), np.ones((200, 500), np.float32)
    y = layer(x, training=True).data
    assert np.mean(y == 0) == pytest.approx(0.3, abs=0.01)
    assert y.mean() == pytest.approx(1, abs=0.01)
    np.testing.assert_allclose(y[y > 0], 1 / 0.7, rtol=1e-6)
    assert y.dtype == np.float32
    assert not np.array_equal(y, layer(x, training=True).data)  # another choice each time


def test_dropout_gives_gradients_to_what_it_kept_alone():
    x = Tensor(np.ones((4, 50)), requires_grad=True)
    y = nn.Dropout(0.5)(x, training=True)
    y.sum().backward()
    np.testing.assert_array_equal(x.grad, y.data)


def test_dropout_is_off_outside_training():
    x = np.random.default_rng(0).normal(size=(5, 4)).astype(np.float32)
    np.testing.assert_array_equal(nn.Dropout(0.9)(x).data, x)


def test_dropout_with_a_seed_has_its_own_chance():
    x = np.ones((20, 20))
    first = nn.Dropout(0.5, seed=3)(x, training=True).data
    np.random.default_rng(1).random(5)
    np.testing.assert_array_equal(nn.Dropout(0.5, seed=3)(x, training=True).data, first)


def test_first_weights_have_the_spread_of_kerass():
    import keras

    nn.set_random_seed(1)
    shape = (3, 3, 64, 128)
    for name in ("glorot_uniform", "he_uniform", "random_uniform", "zeros", "ones"):
        mine = nn.initializers.get("test", "kernel_initializer", name)(
            shape, nn.initializers.generator
        )
        theirs = keras.initializers.get(name)(shape)
        theirs = keras.ops.convert_to_numpy(theirs)
        assert mine.shape == shape
        assert mine.std() == pytest.approx(theirs.std(), rel=0.1)
        assert np.abs(mine).max() == pytest.approx(np.abs(theirs).max(), rel=0.02)


def test_a_seed_repeats_the_first_weights():
    def first_weights():
        return nn.Sequential([nn.Input((4,)), nn.Dense(3)]).get_weights()[0]

    nn.set_random_seed(5)
    one = first_weights()
    assert not np.array_equal(one, first_weights())
    nn.set_random_seed(5)
    np.testing.assert_array_equal(one, first_weights())


def test_an_initializer_may_be_a_function():
    layer = nn.Dense(2, kernel_initializer=lambda shape, generator: np.full(shape, 7.0))
    layer(np.ones((1, 3)))
    np.testing.assert_array_equal(layer.kernel.data, np.full((3, 2), 7.0))


@pytest.mark.parametrize(
    ("layer", "shape", "message"),
    [
        (nn.Dense(3, name="last"), (5, 7), "layer 'last' .Dense.*made for 4 features"),
        (nn.Dense(3), (4,), r"shape \(4,\), but at least 2 axes are wanted"),
        (nn.BatchNormalization(), (5, 3), "made for 4 features"),
        (nn.Conv2D(3, 2), (5, 7, 4), "layer 'conv2d'.*but 4 axes are wanted.*channels"),
        (nn.Conv2D(3, 2), (5, 6, 6, 1), "made for 4 features"),
        (nn.Conv2D(3, 7), (5, 6, 8, 4), "smaller than the window of 7 × 7.*padding='same'"),
        (nn.MaxPooling2D(7), (5, 6, 8, 4), "layer 'max_pooling2d'.*smaller than the window"),
        (
            nn.GlobalAveragePooling2D(),
            (5, 6),
            "layer 'global_average_pooling2d'.*4 axes are wanted",
        ),
    ],
)
def test_an_input_of_the_wrong_shape_names_the_layer(layer, shape, message):
    if layer.rank is None:
        layer.prepare((None, 4))
    elif layer.rank == 4:
        layer.prepare((None, 9, 9, 4))
    with pytest.raises(ValueError, match=message):
        layer(np.ones(shape))


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.Dense(3, activation="rellu"), "'rellu' is not one of.*mean 'relu'"),
        (lambda: nn.Dense(0), "units=0 must be at least 1"),
        (lambda: nn.Dense(3, kernel_initializer="glorot"), "mean 'glorot_uniform'"),
        (lambda: nn.Conv2D(3, 3, padding="full"), "padding='full' must be 'valid'"),
        (lambda: nn.MaxPooling2D(0), "MaxPooling2D: pool_size=0"),
        (lambda: nn.Conv2D(3, [3, 3, 3]), r"kernel_size=\[3, 3, 3\] must be one number, or two"),
        (lambda: nn.Dropout(1), "rate=1 must be at least 0 and below 1"),
    ],
)
def test_arguments_that_make_no_sense(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_an_embedding_refuses_indices_that_it_has_no_row_for():
    with pytest.raises(ValueError, match="holds 9"):
        nn.Embedding(9, 2)(np.array([[0, 9]]))
    with pytest.raises(TypeError, match="integer"):
        nn.Embedding(9, 2)(np.array([[0.5]]))
