"""Optimizers: the same steps as Keras's, from the same weights on the same batches."""

import numpy as np
import pytest

from dlcourse import nn
from dlcourse.autograd import Tensor, no_grad
from dlcourse.nn import optimizers
from tests.nn.twins import inputs, keras_warns, twins

pytestmark = keras_warns

VARIANTS = [
    ("SGD", {}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9}),
    ("SGD", {"learning_rate": 0.1, "momentum": 0.9, "nesterov": True}),
    ("SGD", {"learning_rate": 0.1, "nesterov": True}),
    ("RMSprop", {}),
    ("RMSprop", {"learning_rate": 0.01, "rho": 0.8, "momentum": 0.5}),
    ("RMSprop", {"centered": True}),
    ("RMSprop", {"momentum": 0.9, "centered": True, "epsilon": 1e-3}),
    ("Adam", {}),
    ("Adam", {"learning_rate": 0.05, "beta_1": 0.7, "beta_2": 0.9, "epsilon": 1e-2}),
]


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_twenty_steps_are_those_of_keras(name, options):
    import keras

    ours, theirs = twins("dense")
    x = inputs("dense", samples=20 * 8)
    y = np.argmax(x[:, :3], axis=1)
    theirs.compile(getattr(keras.optimizers, name)(**options), "sparse_categorical_crossentropy")
    ours.compile(getattr(nn, name)(**options), "sparse_categorical_crossentropy", ["accuracy"])
    start = ours.get_weights()
    expected = theirs.fit(x, y, batch_size=8, shuffle=False, verbose=0).history["loss"]
    loss = ours.fit(x, y, batch_size=8, shuffle=False, verbose=0).history["loss"]
    assert ours.optimizer.iterations == 20
    np.testing.assert_allclose(loss, expected, rtol=1e-4)
    for first, mine, keras_weight in zip(
        start, ours.get_weights(), theirs.get_weights(), strict=True
    ):
        assert np.abs(mine - first).max() > 1e-3
        np.testing.assert_allclose(mine, keras_weight, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize(("name", "options"), VARIANTS)
def test_weights_longer_than_a_piece(name, options):
    """Weights are worked on in pieces: each must get the step that it gets alone."""
    size = 2 * optimizers.PIECE + 5
    generator = np.random.default_rng(0)
    first, gradients = generator.normal(size=(3, size)), generator.normal(size=(4, 3, size))
    whole = Tensor(first.astype(np.float32), requires_grad=True)
    rows = [Tensor(row.astype(np.float32), requires_grad=True) for row in first[:, -9:]]
    one, other = getattr(nn, name)(**options), getattr(nn, name)(**options)
    for gradient in gradients.astype(np.float32):
        one.apply([gradient], [whole])
        other.apply(list(gradient[:, -9:]), rows)
    assert whole.dtype == np.float32
    np.testing.assert_allclose(whole.data[:, -9:], [row.data for row in rows], rtol=1e-6)


def test_a_step_is_a_change_that_the_engine_notices():
    weight = Tensor([2.0], requires_grad=True)
    loss = (weight * weight).sum()
    loss.backward(retain_graph=True)
    nn.SGD().apply([weight.grad], [weight])
    with pytest.raises(RuntimeError, match="changed"):
        loss.backward()


def test_the_learning_rate_may_change_between_steps():
    weight = Tensor([1.0], requires_grad=True)
    optimizer = nn.SGD(learning_rate=0.5)
    optimizer.apply([np.ones(1, np.float32)], [weight])
    optimizer.learning_rate = 0.25
    optimizer.apply([np.ones(1, np.float32)], [weight])
    assert weight.item() == 0.25


def test_an_optimizer_stays_with_its_weights():
    optimizer, weight = nn.Adam(), Tensor([1.0], requires_grad=True)
    optimizer.apply([np.ones(1, np.float32)], [weight])
    with pytest.raises(ValueError, match="Make a new optimizer for a new model"):
        optimizer.apply([np.ones(1, np.float32)], [Tensor([1.0], requires_grad=True)])


def test_a_missing_gradient_is_named_before_anything_moves():
    weights = [Tensor([1.0], requires_grad=True), Tensor([1.0, 2.0], requires_grad=True)]
    with pytest.raises(ValueError, match=r"weight 1, shape \(2,\), has no gradient"):
        nn.SGD().apply([np.ones(1, np.float32), None], weights)
    assert weights[0].item() == 1


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: nn.SGD(-0.1), "learning_rate=-0.1 must be above 0"),
        (lambda: nn.SGD(momentum=1.0), "momentum=1.0"),
        (lambda: nn.RMSprop(rho=2), "rho=2"),
        (lambda: nn.Adam(beta_2=1.0), "beta_2=1.0"),
        (lambda: optimizers.get("adm"), "optimizer='adm'.*mean 'adam'"),
    ],
)
def test_arguments_that_make_no_sense(make, message):
    with pytest.raises(ValueError, match=message):
        make()


def test_names_of_optimizers():
    assert isinstance(optimizers.get("SGD"), nn.SGD)
    assert optimizers.get("rmsprop").learning_rate == 0.001


def test_a_hand_written_loop_is_possible():
    weight, optimizer = Tensor([4.0], requires_grad=True), nn.SGD(0.1, momentum=0.9)
    for _ in range(200):
        loss = (weight * weight).sum()
        loss.backward()
        optimizer.apply([weight.grad], [weight])
        weight.zero_grad()
    with no_grad():
        assert abs((weight * 1).item()) < 1e-2


@pytest.mark.parametrize("optimizer", [nn.Adam(), nn.SGD(0.1, momentum=0.9), nn.RMSprop(rho=0.5)])
def test_what_is_remembered_of_old_gradients_never_becomes_subnormal(optimizer):
    weight = Tensor(np.zeros(3, np.float32), requires_grad=True)
    optimizer.apply([np.float32([1e-3, 1e-10, 1e-20])], [weight])
    for _ in range(2000):
        optimizer.apply([np.zeros(3, np.float32)], [weight])
    remembered = np.abs(np.concatenate(optimizer._memory[0]))
    assert not ((remembered > 0) & (remembered < np.finfo(np.float32).tiny)).any()
    assert (remembered == 0).any()
