"""What a framework's own arrays bring along is kept: gradients, variables, tracing."""

import numpy as np
import pytest

from dlcourse import ops

X, W = np.array([[1.0, 2.0]], np.float32), np.array([[3.0], [4.0]], np.float32)


@pytest.mark.parametrize("name", ops.names())
def test_to_numpy_takes_arrays_of_every_implementation(name):
    result = ops.to_numpy(ops.get(name).matmul(X, W))
    assert isinstance(result, np.ndarray)
    np.testing.assert_array_equal(result, [[11.0]])


def test_to_numpy_takes_lists_and_numbers():
    np.testing.assert_array_equal(ops.to_numpy([1, 2]), [1, 2])
    assert ops.to_numpy(3.0).shape == ()


def test_to_numpy_takes_tensors_that_require_gradients():
    import torch

    weight = torch.nn.Parameter(torch.ones(2))
    np.testing.assert_array_equal(ops.to_numpy(weight), [1, 1])
    np.testing.assert_array_equal(ops.to_numpy(weight * 2), [2, 2])


def test_to_numpy_takes_variables():
    import keras
    import tensorflow as tf

    np.testing.assert_array_equal(ops.to_numpy(tf.Variable([1.0])), [1])
    np.testing.assert_array_equal(ops.to_numpy(keras.Variable([1.0])), [1])


def test_gradients_flow_through_torch():
    import torch

    kernel = torch.tensor(W, dtype=torch.float64, requires_grad=True)
    loss = ops.get("torch").dense(X, kernel)  # X is float32: the wider dtype wins
    assert loss.dtype == torch.float64
    loss.sum().backward()
    np.testing.assert_array_equal(kernel.grad, [[1], [2]])


def test_torch_arguments_follow_the_first_tensor_to_its_device():
    import torch

    x = torch.ones(2, device="meta")  # a device that every build of PyTorch has, without memory
    assert ops.get("torch").add(x, np.ones(2)).device == x.device
    assert ops.get("torch").add([1.0, 2.0], x).device == x.device


def test_gradients_flow_through_tensorflow():
    import tensorflow as tf

    kernel = tf.Variable(W)
    with tf.GradientTape() as tape:
        loss = ops.get("tensorflow").dense(X, kernel)
    np.testing.assert_array_equal(tape.gradient(loss, kernel), [[1], [2]])


def test_gradients_flow_through_jax():
    import jax

    jx = ops.get("jax")
    gradient = jax.grad(lambda kernel: jx.sum(jx.dense(X, kernel)))(W)
    np.testing.assert_array_equal(gradient, [[1], [2]])


def test_keras_takes_its_variables():
    import keras

    result = ops.get("keras").dense(X, keras.Variable(W), activation="relu")
    np.testing.assert_array_equal(ops.to_numpy(result), [[11]])


def test_class_numbers_are_not_looked_at_while_jax_traces():
    import jax

    encode = jax.jit(ops.get("jax").one_hot, static_argnums=1)
    np.testing.assert_array_equal(encode(np.array([1, 0]), 2), [[0, 1], [1, 0]])
    with pytest.raises(ValueError, match="num_classes=0"):
        encode(np.array([1, 0]), 0)


def test_class_numbers_are_not_looked_at_while_tensorflow_traces():
    import tensorflow as tf

    encode = tf.function(lambda x: ops.get("tensorflow").one_hot(x, 2))
    np.testing.assert_array_equal(encode(tf.constant([1, 0])), [[0, 1], [1, 0]])


def test_jax_computes_in_64_bits_where_it_is_told_to():
    import jax

    with jax.enable_x64(True):
        assert ops.get("jax").add(np.ones(2), 1).dtype == np.float64
        assert ops.get("jax").add([1], [2]).dtype == np.int64
