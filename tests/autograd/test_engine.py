import gc
import weakref

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from dlcourse.autograd import Tensor, check_gradient, no_grad
from dlcourse.ops.numpy.shapes import unbroadcast

RNG = np.random.default_rng(7)


def normal(*shape):
    """Random numbers, none near 0: no kink lies within a difference quotient."""
    x = RNG.normal(size=shape)
    return x + 0.2 * np.sign(x)


def leaf(*shape, dtype=np.float64):
    return Tensor(normal(*shape).astype(dtype), requires_grad=True)


BINARY = {
    "add": lambda x, y: x + y,
    "subtract": lambda x, y: x - y,
    "multiply": lambda x, y: x * y,
    "divide": lambda x, y: x / y,
    "maximum": lambda x, y: x.maximum(y),
}
SHAPES = [
    ((), ()),
    ((3,), ()),
    ((), (2, 3)),
    ((2, 3), (2, 3)),
    ((2, 3), (3,)),
    ((3,), (2, 3)),
    ((2, 1), (1, 3)),
    ((4, 1, 3), (2, 1)),
    ((1, 1), (2, 3)),
]


@pytest.mark.parametrize("shapes", SHAPES, ids=str)
@pytest.mark.parametrize("name", BINARY)
def test_binary_operators_broadcast_and_have_right_gradients(name, shapes):
    x, y = normal(*shapes[0]), normal(*shapes[1])
    expected = getattr(np, name)(x, y)
    np.testing.assert_array_equal(BINARY[name](Tensor(x), Tensor(y)).data, expected)
    check_gradient(BINARY[name], x, y)


PRODUCTS = [
    ((3,), (3,)),
    ((2, 3), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((2, 3), (5, 3, 4)),
    ((3,), (5, 3, 4)),
    ((5, 2, 3), (3,)),
    ((5, 2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((0, 3), (3, 4)),
    ((2, 0), (0, 4)),
]


@pytest.mark.parametrize("shapes", PRODUCTS, ids=str)
def test_matrix_products_of_all_ranks(shapes):
    x, y = normal(*shapes[0]), normal(*shapes[1])
    np.testing.assert_array_equal((Tensor(x) @ Tensor(y)).data, x @ y)
    check_gradient(lambda a, b: a @ b, x, y)


UNARY = {
    "negative": (lambda x: -x, np.negative),
    "absolute": (abs, np.abs),
    "relu": (lambda x: x.relu(), lambda x: np.maximum(x, 0)),
    "exp": (lambda x: x.exp(), np.exp),
    "log": (lambda x: (x * x).log(), lambda x: np.log(x * x)),
    "tanh": (lambda x: x.tanh(), np.tanh),
    "sigmoid": (lambda x: x.sigmoid(), lambda x: 1 / (1 + np.exp(-x))),
    "square": (lambda x: x**2, np.square),
    "cube": (lambda x: x**3, lambda x: x**3),
    "reciprocal": (lambda x: x**-1, np.reciprocal),
    "root": (lambda x: abs(x) ** 0.5, lambda x: np.sqrt(np.abs(x))),
    "one": (lambda x: x**0, np.ones_like),
    "sum": (lambda x: x.sum(), np.sum),
    "sum rows": (lambda x: x.sum(0), lambda x: x.sum(0)),
    "sum kept": (lambda x: x.sum(-1, keepdims=True), lambda x: x.sum(-1, keepdims=True)),
    "sum both": (lambda x: x.sum((1, 0)), lambda x: x.sum((1, 0))),
    "mean": (lambda x: x.mean(), np.mean),
    "mean rows": (lambda x: x.mean(1), lambda x: x.mean(1)),
    "mean kept": (lambda x: x.mean((0, -1), keepdims=True), lambda x: x.mean(keepdims=True)),
    "max": (lambda x: x.max(), np.max),
    "max columns": (lambda x: x.max(axis=0), lambda x: x.max(0)),
    "max kept": (lambda x: x.max((0, 1), keepdims=True), lambda x: x.max(keepdims=True)),
    "reshape": (lambda x: x.reshape(2, 2, -1), lambda x: x.reshape(2, 2, 3)),
    "reshape tuple": (lambda x: x.reshape((12,)), np.ravel),
    "T": (lambda x: x.T, np.transpose),
    "transpose": (
        lambda x: x.reshape(2, 2, 3).transpose((1, -1, 0)),
        lambda x: x.reshape(2, 2, 3).transpose(1, 2, 0),
    ),
    "element": (lambda x: x[2, 1], lambda x: x[2, 1]),
    "row": (lambda x: x[-1], lambda x: x[-1]),
    "slices": (lambda x: x[1:4:2, ::-1], lambda x: x[1:4:2, ::-1]),
    "new axis": (lambda x: x[..., None, 1], lambda x: x[..., None, 1]),
    "integers": (lambda x: x[[0, 2, 0, 0]], lambda x: x[[0, 2, 0, 0]]),
    "pairs": (
        lambda x: x[np.array([1, 1, 3]), np.array([2, 2, 0])],
        lambda x: x[[1, 1, 3], [2, 2, 0]],
    ),
    "tensor": (lambda x: x[Tensor(np.array([[3, 3], [0, 3]]))], lambda x: x[[[3, 3], [0, 3]]]),
    "mask": (lambda x: x[x > 0], lambda x: x[x > 0]),
    "row mask": (
        lambda x: x[[True, False, True, True]],
        lambda x: x[[True, False, True, True]],
    ),
    "none": (lambda x: x[[]], lambda x: x[[]]),
    "iteration": (lambda x: [*x][1] * [*x][2], lambda x: x[1] * x[2]),
}  # fmt: skip


@pytest.mark.parametrize("name", UNARY)
def test_functions_of_one_tensor(name):
    ours, numpys = UNARY[name]
    x = normal(4, 3)
    result = ours(Tensor(x))
    expected = numpys(x)
    assert result.shape == np.shape(expected)
    np.testing.assert_allclose(result.data, expected, rtol=1e-14)
    check_gradient(ours, x)


def test_numbers_lists_and_arrays_stand_on_either_side():
    array = normal(2, 3)
    matrix = normal(3, 2)
    for other in (1.5, 2, array, array.tolist(), np.float64(0.5)):
        check_gradient(lambda x, o=other: (o + x) * (x - o) / (x * x + 1) + (x + o), array)
        check_gradient(lambda x, o=other: (o - x) * (o * x) + o / x + x / 3, array)
    check_gradient(lambda x: matrix @ x, array)
    check_gradient(lambda x: x @ matrix, array)
    np.testing.assert_allclose((1 - Tensor(array)).data, 1 - array)
    np.testing.assert_allclose((1 / Tensor(array)).data, 1 / array)
    np.testing.assert_allclose((matrix @ Tensor(array)).data, matrix @ array)
    assert type(array + Tensor(array)) is Tensor


def test_the_graphs_of_the_chapters():
    x, y_true = Tensor(2.0), Tensor(4.0)
    w, b = Tensor(3.0, requires_grad=True), Tensor(1.0, requires_grad=True)
    x1 = x * w
    x2 = x1 + b
    loss = (y_true - x2).abs()
    loss.backward()
    assert (x1.item(), x2.item(), loss.item()) == (6, 7, 3)
    assert (w.grad, b.grad, x2.grad, loss.grad) == (2, 1, 1, 1)
    assert x.grad is None
    assert y_true.grad is None
    x, y = Tensor(3.0, requires_grad=True), Tensor(4.0, requires_grad=True)
    f = x**2 * y + y + 2
    f.backward()
    assert (f.item(), x.grad, y.grad) == (42, 24, 10)


@pytest.mark.parametrize(
    ("function", "value", "gradient"),
    [
        (lambda x: x.relu(), [0.0, -1.0, 1.0], [0, 0, 1]),
        (abs, [0.0, -2.0, 2.0], [0, -1, 1]),
        (lambda x: x.maximum([1.0, 1.0, 1.0]), [1.0, 0.0, 2.0], [0.5, 0, 1]),
        (lambda x: x.max(), [2.0, 1.0, 2.0], [0.5, 0, 0.5]),
        (lambda x: x**0, [0.0, 1.0, 2.0], [0, 0, 0]),
        (lambda x: x**1, [0.0, 1.0, 2.0], [1, 1, 1]),
    ],
)
def test_gradients_at_kinks_and_ties(function, value, gradient):
    x = Tensor(value, requires_grad=True)
    function(x).sum().backward()
    np.testing.assert_array_equal(x.grad, gradient)


def test_sigmoid_and_log_do_not_warn_at_the_ends():
    x = Tensor([-1e4, 0.0, 1e4], requires_grad=True)
    y = x.sigmoid()
    y.sum().backward()
    np.testing.assert_array_equal(y.data, [0, 0.5, 1])
    np.testing.assert_array_equal(x.grad, [0, 0.25, 0])
    zero = Tensor(0.0, requires_grad=True)
    (zero.log() + 1 / zero + zero**-0.5).backward()
    assert np.isnan(zero.grad) or np.isinf(zero.grad)
    assert np.isnan(Tensor(np.zeros((0,), np.float32)).mean().item())


def test_dtypes():
    assert Tensor(1.5).dtype == Tensor([1.0, 2.0]).dtype == np.float32
    assert Tensor(np.float64(1)).dtype == Tensor(np.ones(2)).dtype == np.float64
    assert Tensor([1, 2]).dtype == np.int64
    x = leaf(2, 3, dtype=np.float32)
    results = [
        x + 1, 1.5 - x, x * np.float64(2), x / 3, x**2, x**0.5, x ** np.float64(3), x.maximum(0),
        x + np.ones((2, 3), np.int64), Tensor([1, 2, 3]) * x, x @ [[1.0], [2.0], [3.0]], -x,
        abs(x), x.relu(), x.exp(), x.log(), x.tanh(), x.sigmoid(), x.sum(), x.mean(), x.mean(0),
        x.max(1), x.reshape(6), x.T, x[0], x[0, 0],
    ]  # fmt: skip
    assert {result.dtype for result in results} == {np.dtype(np.float32)}
    for result in results:
        x.zero_grad()
        result.backward(np.ones(result.shape))  # float64
        assert x.grad.dtype == result.grad.dtype == np.float32
        assert type(x.grad) is type(result.grad) is np.ndarray
    wide = x * np.ones((2, 3))
    assert wide.dtype == np.float64
    x.zero_grad()
    wide.sum().backward()
    assert x.grad.dtype == np.float32
    np.testing.assert_allclose((Tensor(np.ones(1)) * 0.1).data, 0.1, rtol=1e-15)


def test_gradients_add_up_over_uses_and_calls():
    x = Tensor([2.0, 3.0], requires_grad=True)
    (x * x + x).sum().backward()
    np.testing.assert_array_equal(x.grad, [5, 7])
    first = x.grad
    (x * 10).sum().backward()
    np.testing.assert_array_equal(x.grad, [15, 17])
    np.testing.assert_array_equal(first, [5, 7])  # an array once read is not changed later
    x.zero_grad()
    assert x.grad is None
    (x[0] * x[1] * x[0]).backward()
    np.testing.assert_array_equal(x.grad, [12, 4])


def test_retain_graph_allows_a_second_call_that_adds_the_same():
    x = leaf(3)
    h = x.tanh()
    y = (h * h).sum()
    y.backward(retain_graph=True)
    once, once_h = x.grad.copy(), h.grad.copy()
    y.backward()
    np.testing.assert_allclose(x.grad, 2 * once)
    np.testing.assert_allclose(h.grad, 2 * once_h)
    with pytest.raises(RuntimeError, match=r"earlier call freed.*retain_graph=True"):
        y.backward()
    np.testing.assert_allclose(x.grad, 2 * once)


def test_a_freed_part_is_noticed_before_any_gradient_is_changed():
    x, w = leaf(3), leaf(3)
    h = x.exp()
    h.sum().backward()
    before = x.grad.copy()
    with pytest.raises(RuntimeError, match="freed"):
        ((w * 2) + h).sum().backward()
    assert w.grad is None
    np.testing.assert_array_equal(x.grad, before)


def test_backward_frees_memory_and_keeps_no_cycles():
    gc.disable()
    try:
        x = leaf(3)
        h = x.exp().sigmoid()
        seen = weakref.ref(h.data)
        y = h.sum()
        del h
        assert seen() is not None
        y.backward()
        assert seen() is None
        h = x.exp()
        seen = weakref.ref(h.data)
        del h  # without backward
        assert seen() is None
    finally:
        gc.enable()


@pytest.mark.parametrize("length", [10_000, 100_000])
def test_long_chains(length):
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(length):
        y = -y
    y.backward(2.0)
    assert x.grad == 2
    y = x
    for _ in range(length):
        y = -y
    del y  # taking a long graph apart does not overflow the stack either


def test_each_node_is_processed_once_in_diamonds():
    calls = []
    x = Tensor(1.0, requires_grad=True)
    y = x
    for step in range(40):  # 2⁴⁰ paths

        def rule(g, step=step):
            calls.append(step)
            return g

        half = Tensor(y.data / 2).record("half", (y, lambda g: g / 2))
        y = Tensor(half.data + half.data).record("+", (half, rule), (half, lambda g: g))
    y.backward()
    assert x.grad == 1
    assert calls == list(range(39, -1, -1))


def test_gradients_that_nobody_wants_are_not_computed():
    def forbidden(g):
        raise AssertionError("computed")

    constant, x = Tensor([1.0]), Tensor([1.0], requires_grad=True)
    out = Tensor([1.0]).record("op", (constant, forbidden), (x, lambda g: 3 * g))
    out.backward()
    assert x.grad == 3
    assert constant.grad is None


def test_leaf_gradients_share_memory_with_nothing():
    x, y = leaf(2, 3), leaf(2, 3)
    upstream = np.ones((3, 2))
    out = (x + y).T
    out.backward(upstream)
    arrays = [x.grad, y.grad, out.grad, upstream, x.data]
    for i, a in enumerate(arrays):
        for b in arrays[:i]:
            assert not np.may_share_memory(a, b)
    x.grad += 1
    np.testing.assert_array_equal(y.grad, 1)
    x.zero_grad()
    x.backward(upstream.T)
    assert not np.may_share_memory(x.grad, upstream)
    for function in (lambda t: t.reshape(6), lambda t: t[0], lambda t: t.sum(0), lambda t: t + 0):
        x.zero_grad()
        out = function(x)
        out.backward(np.ones(out.shape), retain_graph=True)
        assert not np.may_share_memory(x.grad, out.grad)
        assert x.grad.flags.writeable


def test_weights_do_not_share_memory_with_what_they_were_made_from():
    start = np.zeros(3)
    w = Tensor(start, requires_grad=True)
    with no_grad():
        w += 1
    assert start.tolist() == [0, 0, 0]
    assert Tensor(start).data is start


def test_no_grad_records_nothing_and_ends_with_its_block():
    w = Tensor(2.0, requires_grad=True)
    with no_grad():
        assert not (w * 2).requires_grad
        with no_grad():
            pass
        assert not (w * 2).requires_grad
    assert (w * 2).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        raise ZeroDivisionError
    assert (w * 2).requires_grad

    @no_grad()
    def double(x, depth=2):
        return double(x, depth - 1) if depth else x * 2

    assert not double(w).requires_grad
    assert double.__name__ == "double"
    assert (w * 2).requires_grad


def test_detach_stops_the_gradient():
    w = Tensor(3.0, requires_grad=True)
    (w * w.detach()).backward()
    assert w.grad == 3
    assert np.shares_memory(w.detach().data, w.data)


def test_optimizer_steps_change_leaves_under_no_grad():
    w = Tensor([1.0, 2.0], requires_grad=True)
    same = w
    (w * w).sum().backward()
    with no_grad():
        w -= 0.5 * w.grad
        w *= 2
        w += Tensor([1.0, 1.0])
        w /= 4
        w[1] = 7
    assert same is w
    np.testing.assert_array_equal(w.data, [0.25, 7])
    assert w.requires_grad


def test_leaves_do_not_change_inside_a_graph():
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(RuntimeError, match=r"leaf that requires a gradient.*no_grad"):
        w += 1
    with pytest.raises(RuntimeError, match=r"cannot record an assignment.*no_grad"):
        w[0] = 1
    part = w[:1]
    with pytest.raises(RuntimeError, match=r"view that requires a gradient.*no_grad"):
        part *= 2
    with pytest.raises(RuntimeError, match="cannot record an assignment"):
        Tensor([0.0])[0] = w[0]
    np.testing.assert_array_equal(w.data, [1, 2])


CHANGES = {
    "+=": lambda t: t.__iadd__(1),
    "-=": lambda t: t.__isub__(1),
    "*=": lambda t: t.__imul__(2),
    "/=": lambda t: t.__itruediv__(2),
    "[]=": lambda t: t.__setitem__(0, 5),
    "view": lambda t: t[:1].__iadd__(1),
    "detached": lambda t: t.detach().__iadd__(1),
    "reshaped": lambda t: t.reshape(1, 2).T.__setitem__(0, 5),
}


@pytest.mark.parametrize("change", CHANGES)
def test_a_needed_value_that_changed_is_refused(change):
    x, w = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=True)
    for value, compute in [
        (x, lambda: x * w),
        (w, lambda: w**2),
        (w, lambda: w.log()),
        (w, lambda: x / w),
    ]:
        y = compute()
        with no_grad():
            CHANGES[change](value)
        with pytest.raises(RuntimeError, match=r"changed in place after it was used.*y = y \+ 1"):
            y.sum().backward()
        assert w.grad is None


@pytest.mark.parametrize("name", ["exp", "tanh", "sigmoid", "max"])
def test_a_needed_result_that_changed_is_refused(name):
    w = Tensor([3.0, 4.0], requires_grad=True)
    h = getattr(w, name)()
    after = h * 1
    with no_grad():
        h += 1
    with pytest.raises(RuntimeError, match=f"{name}.*changed in place"):
        after.sum().backward()


def test_values_that_no_rule_reads_may_change():
    x, w = Tensor([1.0, 2.0]), Tensor([3.0, 4.0], requires_grad=True)
    y = x + w
    z = x - w * 2  # the rule for w reads 2, not w
    x += 1
    with no_grad():
        w += 1
    (y + z).sum().backward()
    np.testing.assert_array_equal(w.grad, [-1, -1])


def test_in_place_on_results_is_recorded():
    w = Tensor([3.0, 4.0], requires_grad=True)
    h = w * 2
    before = h
    early = h + 0
    h += w * 10
    h *= 3
    np.testing.assert_array_equal(before.data, h.data)
    (h + early).sum().backward()
    np.testing.assert_array_equal(w.grad, [38, 38])
    with pytest.raises(RuntimeError, match=r"changed in place since.*y = y \+ 1"):
        before * 2
    with pytest.raises(RuntimeError, match="changed in place since"):
        before.backward([1, 1])
    total = Tensor(0.0)
    for x in w:
        total += x * x
    w.zero_grad()
    total.backward()
    np.testing.assert_array_equal(w.grad, [6, 8])


def test_in_place_products_notice_the_lost_value():
    w = Tensor([3.0], requires_grad=True)
    h = w * 2
    h *= w  # the rule for w reads h, which is no more
    with pytest.raises(RuntimeError, match="changed in place after"):
        h.backward()


def test_in_place_results_must_fit():
    x = Tensor([1.0, 2.0])
    with pytest.raises(ValueError, match=r"shape \(3, 2\).*into shape \(2,\)"):
        x += np.ones((3, 2))
    count = Tensor(0)
    with pytest.raises(ValueError, match=r"float32.*int64.*y = y \+ 1"):
        count += 0.5
    assert count.item() == 0


def test_refusals_say_what_to_do():
    w = Tensor([1.0, 2.0], requires_grad=True)
    with pytest.raises(TypeError, match=r"int64.*Write 2\.0 for 2"):
        Tensor(2, requires_grad=True)
    with pytest.raises(TypeError, match="does not hold real numbers"):
        Tensor("text")
    with pytest.raises(TypeError, match="does not hold real numbers"):
        w + None
    with pytest.raises(
        RuntimeError, match=r"shape \(2,\).*sum\(\) or mean\(\), or give an upstream"
    ):
        (w * 2).backward()
    with pytest.raises(ValueError, match=r"upstream has shape \(3,\).*shape \(2,\)"):
        (w * 2).backward(np.ones(3))
    with pytest.raises(ValueError, match=r"upstream has shape \(\)"):
        (w * 2).backward(1.0)
    with pytest.raises(RuntimeError, match=r"requires a gradient.*requires_grad=True"):
        Tensor(1.0).backward()
    with pytest.raises(TypeError, match=r"exponent is a Tensor.*\(y \* x\.log\(\)\)\.exp\(\)"):
        w**w
    with pytest.raises(TypeError, match=r"NumPy cannot compute gradients.*tensor\.numpy\(\)"):
        np.concatenate([w, w])
    with pytest.raises(TypeError):
        np.exp(w)
    with pytest.raises(ValueError, match=r"add: x has shape \(2,\) and y has shape \(3,\)"):
        w + np.ones(3)
    with pytest.raises(ValueError, match=r"matmul: .*last axis of x \(2\).*axis of y \(3\)"):
        w @ np.ones((3, 2))
    with pytest.raises(ValueError, match="sum: axis"):
        w.sum(1)
    with pytest.raises(ValueError, match="reshape: x has shape"):
        w.reshape(3)
    with pytest.raises(ValueError, match="transpose: axes"):
        w.transpose((1, 0))
    assert w.grad is None


def test_a_single_element_needs_no_upstream():
    w = Tensor([[2.0]], requires_grad=True)
    (w * 3).backward()
    assert w.grad.tolist() == [[3]]


def test_tensors_behave_like_arrays():
    x = Tensor([[1.0, 2.0], [3.0, 4.0]])
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 2), 2, 4, 2)
    for result in (x < 2, x <= 2, x > x, x >= 1, x == 2, x != Tensor(2.0), x == x.data):
        assert type(result) is np.ndarray
        assert result.dtype == bool
    assert (x < 2).tolist() == [[True, False], [False, False]]
    assert (x <= 2).sum() == 2
    assert (x > Tensor(2.0)).sum() == (x > 2).sum() == 2
    assert (x >= 2).sum() == 3
    assert (x == 2).sum() == 1
    assert (x != 2).sum() == 3
    assert x.numpy() is x.data
    assert {x: 1}[x] == 1
    assert float(Tensor(2.5)) == Tensor(2.5).item() == 2.5
    assert type(Tensor(2.5).item()) is float
    assert bool(Tensor(1.0))
    assert not bool(Tensor(0.0))
    with pytest.raises(TypeError, match="len"):
        list(Tensor(1.0))
    np.testing.assert_array_equal(np.asarray(x), x.data)
    assert repr(Tensor([1.0, 2.0], requires_grad=True)) == "Tensor([1., 2.], requires_grad=True)"
    assert repr(Tensor(3.0)) == "Tensor(3.)"


def test_unbroadcast_sums_over_repeated_axes():
    g = np.arange(24.0).reshape(2, 3, 4)
    np.testing.assert_array_equal(unbroadcast(g, (4,)), g.sum((0, 1)))
    np.testing.assert_array_equal(unbroadcast(g, (3, 1)), g.sum((0, 2)).reshape(3, 1))
    np.testing.assert_array_equal(unbroadcast(g, (1, 3, 4)), g.sum(0, keepdims=True))
    np.testing.assert_array_equal(unbroadcast(g, ()), g.sum())


EXPRESSIONS = {
    "add": lambda x, y, _: x + y,
    "subtract": lambda x, y, _: x - 2 * y,
    "multiply": lambda x, y, _: x * y,
    "divide": lambda x, y, _: x / (y * y + 1),
    "matmul": lambda x, y, _: x @ y / 3,
    "maximum": lambda x, y, maximum: maximum(x, y),
    "transpose": lambda x, y, _: x.T * 1.5,
    "mean": lambda x, y, _: x - x.mean(0),
    "index": lambda x, y, _: x[[0, 2, 0]] + y[1],
    "abs": lambda x, y, _: abs(x),
    "tanh": lambda x, y, _: x.tanh(),
    "sigmoid": lambda x, y, _: x.sigmoid(),
    "relu": lambda x, y, _: x.relu(),
}
NUMBERS = st.integers(0, 99)
STEPS = st.lists(
    st.tuples(st.sampled_from(sorted(EXPRESSIONS)), NUMBERS, NUMBERS), min_size=1, max_size=8
)


def expression(steps, tensors, maximum):
    """Build a random expression, the same for any kind of tensor; each value is (3, 3)."""
    made = list(tensors)
    for kind, i, j in steps:
        made.append(EXPRESSIONS[kind](made[i % len(made)], made[j % len(made)], maximum))
    return made[-1]


@given(STEPS, st.integers(0, 2**32 - 1))
@settings(max_examples=150, deadline=None)
def test_random_expressions_agree_with_torch(steps, seed):
    rng = np.random.default_rng(seed)
    values = [rng.normal(size=(3, 3)) for _ in range(2)]
    upstream = rng.normal(size=(3, 3))
    ours = [Tensor(value, requires_grad=True) for value in values]
    theirs = [torch.tensor(value, requires_grad=True) for value in values]
    out = expression(steps, ours, Tensor.maximum)
    reference = expression(steps, theirs, torch.maximum)
    np.testing.assert_allclose(out.data, reference.detach().numpy(), rtol=1e-9, atol=1e-12)
    out.backward(upstream)
    reference.backward(torch.tensor(upstream))
    for x, y in zip(ours, theirs, strict=True):
        assert (x.grad is None) == (y.grad is None)
        if x.grad is not None:
            np.testing.assert_allclose(x.grad, y.grad.numpy(), rtol=1e-8, atol=1e-10)
