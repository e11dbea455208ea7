import numpy as np
import pytest

from dlcourse import ops
from dlcourse.autograd import Tensor, apply, check_gradient

RNG = np.random.default_rng(3)


def normal(*shape):
    return RNG.normal(size=shape)


CASES = {
    "matmul": ((normal(2, 3), normal(3, 4)), {}),
    "dense": ((normal(2, 3), normal(3, 4), normal(4)), {"activation": "tanh"}),
    "softmax": ((normal(2, 3),), {"axis": 0}),
    "log_softmax": ((normal(2, 3),), {}),
    "flatten": ((normal(2, 3, 2),), {}),
    "mean_squared_error": ((normal(2, 3), normal(2, 3)), {}),
    "categorical_crossentropy": (
        (np.eye(3)[[0, 2]], normal(2, 3)),
        {"from_logits": True},
    ),
    "sparse_categorical_crossentropy": (
        (np.array([0, 2]), normal(2, 3)),
        {"from_logits": True},
    ),
}


@pytest.mark.parametrize("operation", CASES)
def test_values_and_gradients(operation):
    arrays, options = CASES[operation]
    out = apply(operation, *map(Tensor, arrays), **options)
    expected = getattr(ops.get("numpy"), operation)(*arrays, **options)
    np.testing.assert_array_equal(out.data, expected)
    assert not out.requires_grad
    check_gradient(lambda *xs: apply(operation, *xs, **options), *arrays)


def test_only_tensors_that_want_one_get_a_gradient():
    x, kernel = normal(2, 3), Tensor(normal(3, 4), requires_grad=True)
    constant = Tensor(normal(4))
    apply("dense", x, kernel, bias=constant).sum().backward()
    np.testing.assert_allclose(kernel.grad, np.repeat(x.sum(0)[:, None], 4, axis=1))
    assert constant.grad is None
    out = apply("dense", x, kernel, None)
    assert out.operation == "dense"
    bias = Tensor(normal(4), requires_grad=True)
    apply("dense", Tensor(x), kernel.detach(), bias=bias).sum().backward()
    np.testing.assert_allclose(bias.grad, [2, 2, 2, 2])


def test_a_tensor_may_stand_in_two_places_and_graphs_may_be_kept():
    x = Tensor(normal(3, 3), requires_grad=True)
    check_gradient(lambda a: apply("matmul", a, a), x)
    y = apply("matmul", x, x)
    first, second = normal(3, 3), normal(3, 3)
    y.backward(first, retain_graph=True)
    y.backward(second)
    total = first + second
    np.testing.assert_allclose(x.grad, total @ x.data.T + x.data.T @ total)


def test_one_call_of_the_rule_gives_all_gradients(monkeypatch):
    module, calls = ops.get("numpy").module, []
    rule = module.dense_vjp

    def counted(*args, **kwargs):
        calls.append(1)
        return rule(*args, **kwargs)

    monkeypatch.setattr(module, "dense_vjp", counted)
    tensors = [Tensor(normal(*s), requires_grad=True) for s in ((2, 3), (3, 4), (4,))]
    apply("dense", *tensors).sum().backward()
    assert len(calls) == 1
    assert [t.grad.shape for t in tensors] == [(2, 3), (3, 4), (4,)]


def test_labels_get_no_gradient_and_float32_stays():
    labels = Tensor(np.array([1, 0]))
    scores = Tensor(normal(2, 3).astype(np.float32), requires_grad=True)
    loss = apply("sparse_categorical_crossentropy", labels, scores, from_logits=True).mean()
    loss.backward()
    assert loss.dtype == scores.grad.dtype == np.float32
    p = np.exp(scores.data) / np.exp(scores.data).sum(1, keepdims=True)
    np.testing.assert_allclose(scores.grad, (p - np.eye(3)[[1, 0]]) / 2, rtol=1e-5)
    assert labels.grad is None


def test_changes_in_place_are_noticed():
    x = Tensor(normal(2, 3), requires_grad=True)
    constant = Tensor(normal(3, 2))
    y = apply("matmul", x, constant)
    constant += 1
    with pytest.raises(RuntimeError, match=r"'matmul'.*changed in place"):
        y.sum().backward()
    flat = apply("flatten", x)
    with pytest.raises(RuntimeError, match="view that requires a gradient"):
        flat += 1


def test_mistakes_are_explained():
    with pytest.raises(ValueError, match=r"operation='conv' is not one of .*Did you mean"):
        apply("conv", np.ones(3))
    with pytest.raises(ValueError, match=r"matmul: x has shape \(2, 3\)"):
        apply("matmul", Tensor(normal(2, 3)), normal(2, 3))
    with pytest.raises(TypeError, match="It takes x, axis"):
        apply("softmax", Tensor(normal(2, 3)), axes=1)
