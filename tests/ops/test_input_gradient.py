"""Gradients in the input, against formulas and finite differences, on the backend of the run."""

import subprocess
import sys

import numpy as np
import pytest

from dlcourse import ops
from dlcourse.ops.input_gradient import input_gradient


@pytest.fixture
def x():
    return np.random.default_rng(0).normal(size=(3, 4)).astype("float32")


def test_each_sample_gets_the_gradient_of_its_own_number(x):
    import keras

    weights = np.array([1.0, -2.0, 0.5, 3.0], "float32")
    tensor = keras.ops.convert_to_tensor(weights)
    gradient = input_gradient(lambda t: keras.ops.sum(t**3 * tensor, axis=1))(x)
    assert isinstance(gradient, np.ndarray)
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, 3 * x**2 * weights, rtol=1e-5)


def test_slices_and_products_of_slices(x):
    gradient = input_gradient(lambda t: t[:, 0] * t[:, 2])(x)
    wanted = np.zeros_like(x)
    wanted[:, 0], wanted[:, 2] = x[:, 2], x[:, 0]
    np.testing.assert_allclose(gradient, wanted, rtol=1e-6)


@pytest.fixture
def convnet():
    import keras

    inputs = keras.Input((9, 9, 1))
    maps = keras.layers.Conv2D(4, 3, activation="tanh")(inputs)
    maps = keras.layers.MaxPooling2D(2)(maps)
    maps = keras.layers.Dropout(0.5)(maps)
    pooled = keras.layers.GlobalAveragePooling2D()(maps)
    model = keras.Model(inputs, keras.layers.Dense(5)(pooled))
    rng = np.random.default_rng(1)
    for weight in model.weights:
        weight.assign(rng.normal(size=weight.shape))
    return model


def test_a_convnet_agrees_with_finite_differences(convnet):
    images = np.random.default_rng(2).normal(size=(2, 9, 9, 1)).astype("float32")
    gradient = input_gradient(lambda t: convnet(t)[:, 3])(images)
    assert gradient.shape == images.shape
    step = 1e-2
    for row, column in ((0, 0), (4, 5), (8, 2)):
        more, less = images.copy(), images.copy()
        more[:, row, column] += step
        less[:, row, column] -= step
        rise = ops.to_numpy(convnet(more)) - ops.to_numpy(convnet(less))
        np.testing.assert_allclose(
            gradient[:, row, column, 0], rise[:, 3] / (2 * step), rtol=0.02, atol=2e-3
        )


def test_the_model_keeps_its_weights(convnet):
    before = [ops.to_numpy(weight).copy() for weight in convnet.weights]
    input_gradient(lambda t: convnet(t)[:, 0])(np.ones((1, 9, 9, 1)))
    for old, weight in zip(before, convnet.weights, strict=True):
        np.testing.assert_array_equal(old, ops.to_numpy(weight))


@pytest.mark.parametrize("dtype", ["uint8", "float64", "bool"])
def test_numbers_of_any_dtype_are_taken_as_float32(dtype):
    gradient = input_gradient(lambda t: t[:, 0] ** 2)(np.array([[1, 0], [0, 1]], dtype))
    assert gradient.dtype == np.float32
    np.testing.assert_allclose(gradient, [[2, 0], [0, 0]])


def test_the_input_is_left_as_it_was(x):
    before = x.copy()
    input_gradient(lambda t: t[:, 0] * 2)(x)
    np.testing.assert_array_equal(x, before)


@pytest.mark.parametrize("shape", [(), (0, 4), (2, 0)])
def test_an_input_without_samples_is_refused(shape):
    with pytest.raises(ValueError, match=r"x has shape \(.*with at least one sample"):
        input_gradient(lambda t: t)(np.zeros(shape))


def test_words_are_refused():
    with pytest.raises(TypeError, match="real numbers are wanted"):
        input_gradient(lambda t: t)(np.array(["a"]))


def test_more_than_one_number_a_sample_is_refused(x):
    with pytest.raises(ValueError, match=r"shape \(3, 4\) for 3 samples, but \(3,\) is wanted"):
        input_gradient(lambda t: t * 2)(x)


def test_one_number_for_all_samples_is_refused(x):
    import keras

    with pytest.raises(ValueError, match=r"returns shape \(\) for 3 samples"):
        input_gradient(keras.ops.sum)(x)


def test_what_has_forgotten_its_history_is_refused_with_the_way_out(convnet):
    images = np.ones((2, 9, 9, 1), "float32")
    with pytest.raises(TypeError, match=r"returns a ndarray.*model\(x\), not as model.predict"):
        input_gradient(lambda t: ops.to_numpy(convnet(t))[:, 0])(images)


def test_one_gradient_serves_batches_of_any_size():
    gradient = input_gradient(lambda t: t[:, 0] ** 2)
    for count in (1, 3):
        x = np.arange(2.0 * count).reshape(count, 2)
        np.testing.assert_allclose(gradient(x)[:, 0], 2 * x[:, 0])


def test_importing_it_loads_no_framework():
    code = (
        "import sys, dlcourse.ops.input_gradient; "
        "print({'keras', 'jax', 'torch', 'tensorflow'} & set(sys.modules))"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "set()"
