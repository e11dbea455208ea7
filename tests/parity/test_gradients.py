"""The gradients of every operation in all six implementations, against central differences."""

import inspect

import numpy as np
import pytest
from hypothesis import Phase, example, given, settings
from hypothesis import strategies as st

from dlcourse import ops
from dlcourse.ops.implementation import RULES
from dlcourse.ops.protocol import Operations
from tests.parity.backends import on_jax
from tests.parity.cases import CASES
from tests.parity.gradients import check_gradients
from tests.parity.test_conventions import EMPTY

DIFFERENTIABLE = [name for name, rule in RULES.items() if set(rule.arrays) - set(rule.constant)]
PHASES = [Phase.explicit, Phase.generate]  # a smaller case that fails would take JAX minutes
# JAX compiles for every new shape, so it gets fewer of them.
COMPILED = [name for name in ops.names() if on_jax(name)]
EAGER = [name for name in ops.names() if name not in COMPILED]


def ones(*shapes, **options):
    """Return a case of `CASES`: the shapes matter, the values are drawn anew."""
    return [np.ones(shape) for shape in shapes], options


PAIRS = [
    ones((2, 3), (3,)),
    ones((3,), (2, 3)),
    ones((2, 1, 3), (5, 1)),
    ones((5, 1), (2, 1, 3)),
    ones((2, 3), ()),
    ones((), (2, 3)),
    ones((1, 1), (1,)),
]
REDUCTIONS = [
    ones((3, 1, 5), axis=(0, -1)),
    ones((3, 1, 5), axis=(-1, 0), keepdims=True),
    ones((1, 7), axis=0),
    ones((5, 3), keepdims=True),
]
ERRORS = [ones((1, 1), (1, 1)), ones((7, 3), (7, 3)), ones((3,), (3,))]
# Shapes that are easy to get wrong, beside those that are drawn.
EXAMPLES = {
    "add": PAIRS,
    "multiply": PAIRS,
    "maximum": PAIRS,
    "sum": REDUCTIONS,
    "mean": REDUCTIONS,
    "transpose": [ones((2, 3, 5), axes=(-1, 0, 1)), ones((2, 3, 5), axes=(1, 2, 0))],
    "matmul": [
        ones((3,), (3,)),
        ones((3,), (2, 3, 4)),
        ones((2, 4, 3), (3,)),
        ones((5, 1, 2, 3), (4, 3, 2)),
        ones((2, 3), (4, 3, 5)),
        ones((4, 1, 3), (3, 5)),
        ones((1, 1), (1, 1)),
    ],
    "dense": [
        ones((1, 3), (3, 2), (2,), activation=activation)
        for activation in ("relu", "sigmoid", "tanh", "softmax", "log_softmax")
    ]
    + [ones((3,), (3, 5), (5,)), ones((2, 1, 3), (3, 1), (1,)), ones((7, 3), (3, 2))],
    "softmax": [ones((1, 7)), ones((3, 5, 2), axis=1)],
    "log_softmax": [ones((1, 7)), ones((3, 5, 2), axis=0)],
    "mean_squared_error": ERRORS,
    "mean_absolute_error": ERRORS,
    "binary_crossentropy": ERRORS + [(arrays, {"from_logits": True}) for arrays, _ in ERRORS],
    "categorical_crossentropy": [
        ones((1, 5), (1, 5), from_logits=from_logits) for from_logits in (False, True)
    ],
    "sparse_categorical_crossentropy": [
        ([np.array([2, 0, 2]), np.ones((3, 3))], {"from_logits": from_logits})
        for from_logits in (False, True)
    ],
}


def compiled(operation, function):
    """Let JAX compile an operation in one piece, not each of its steps apart."""
    import jax

    parameters = inspect.signature(function).parameters
    static = [name for name in parameters if name not in RULES[operation].arrays]
    return jax.jit(function, static_argnames=static)


def has_elements(case):
    arguments, options = case
    return all(np.size(x) for x in [*arguments, *options.values()] if isinstance(x, np.ndarray))


# Keras advises against a softmax over one element.
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("operation", DIFFERENTIABLE)
@pytest.mark.parametrize(
    ("names", "examples"), [(EAGER, 16), (COMPILED, 3)], ids=["eager", "compiled"]
)
def test_gradients_are_those_of_the_formula(names, examples, operation, monkeypatch):
    if names is COMPILED:
        for module in [ops.get(name).module for name in names]:
            monkeypatch.setattr(module, operation, compiled(operation, getattr(module, operation)))

    @settings(max_examples=examples, deadline=None, derandomize=True, database=None, phases=PHASES)
    @given(case=CASES[operation].filter(has_elements), seed=st.integers(0, 2**32 - 1))
    def check(case, seed):
        check_gradients(names, operation, *case, np.random.default_rng(seed))

    for case in EXAMPLES.get(operation, []) if names is EAGER else []:
        check = example(case=case, seed=0)(check)
    check()


@pytest.mark.parametrize("name", ops.names())
@pytest.mark.parametrize(("operation", "arguments", "options", "want"), EMPTY)
def test_gradients_of_empty_arrays(name, operation, arguments, options, want):
    upstream = np.ones(np.shape(want))
    arrays = [x for x in arguments if not isinstance(x, int | tuple)]
    gradients = ops.vjp(name, operation, upstream, *arguments, **options)
    for x, gradient, argument in zip(arrays, gradients, RULES[operation].arrays, strict=True):
        if argument in RULES[operation].constant:
            assert gradient is None
        else:
            assert gradient.shape == np.shape(x)
            assert np.all(np.isfinite(gradient))


# The operation, the upstream gradient, arguments, options, the gradients.
INTEGERS = [
    ("add", [[1, 2], [2, 5]], [[1, 2], [[3], [4]]], {}, [[3, 7], [[3], [7]]]),
    ("multiply", [[1, 2], [2, 5]], [[1, 2], [[3], [4]]], {}, [[11, 26], [[5], [12]]]),
    ("sum", [5, 7], [np.array([[1, 2], [3, 4]], np.uint8)], {"axis": 0}, [[[5, 7], [5, 7]]]),
    ("reshape", [[5, 7]], [np.array([True, False]), (1, 2)], {}, [[5, 7]]),
    ("transpose", [[5, 7]], [[[1], [2]]], {}, [[[5], [7]]]),
    ("mean_squared_error", [5], [[[1, 2]], [[3, 2]]], {}, [[[-10, 0]], [[10, 0]]]),
]


@pytest.mark.parametrize("name", ops.names())
@pytest.mark.parametrize(("operation", "upstream", "arguments", "options", "want"), INTEGERS)
def test_integers_count_as_floats(name, operation, upstream, arguments, options, want):
    gradients = ops.vjp(name, operation, upstream, *arguments, **options)
    for gradient, wanted in zip(gradients, want, strict=True):
        assert gradient.dtype == np.float32
        np.testing.assert_allclose(gradient, wanted, rtol=1e-6, strict=False)
        assert gradient.shape == np.shape(wanted)


@pytest.mark.parametrize("name", ops.names())
def test_the_implementations_own_arrays_are_taken(name):
    array = ops.get(name).module.array
    x, y = array(np.float32([1, 2])), array(np.float32([3, 4]))
    dx, dy = ops.vjp(name, "multiply", array(np.float32([5, 7])), x, y=y)
    assert type(dx) is type(dy) is np.ndarray
    np.testing.assert_allclose(dx, [15, 28])
    np.testing.assert_allclose(dy, [5, 14])


@pytest.mark.parametrize("name", ops.names())
def test_class_numbers_and_arguments_not_given(name):
    assert ops.vjp(name, "one_hot", np.ones((1, 2)), [1], num_classes=2) == (None,)
    numbers, _ = ops.vjp(name, "sparse_categorical_crossentropy", [1.0], [1], [[0.5, 0.5]])
    assert numbers is None
    assert len(ops.vjp(name, "dense", [1.0], [1.0], [[1.0]])) == 2
    assert len(ops.vjp(name, "dense", [1.0], [1.0], [[1.0]], bias=[1.0])) == 3


@pytest.mark.parametrize("name", ["naive", "numpy"])
@pytest.mark.parametrize("operation", ops.operations())
def test_a_rule_stands_beside_each_operation_that_has_gradients(name, operation):
    module = ops.get(name).module
    rule = getattr(module, f"{operation}_vjp", None)
    assert (rule is not None) == (operation in DIFFERENTIABLE)
    if rule is not None:
        assert rule.__module__ == getattr(module, operation).__module__
        upstream, *found = inspect.signature(rule).parameters.values()
        _, *wanted = inspect.signature(getattr(Operations, operation)).parameters.values()
        assert upstream.name == "upstream"
        assert [(p.name, p.default) for p in found] == [(p.name, p.default) for p in wanted]
        assert name == "numpy" or len(inspect.getsource(rule).splitlines()) <= 25


ROW = [1.0, 2.0, 3.0]
WRONG = [
    ("add", [1.0], [ROW, ROW], {}, ["upstream has shape (1,)", "has shape (3,)", "np.ones"]),
    ("sum", ROW, [ROW], {}, ["upstream has shape (3,)", "has shape ()"]),
    ("softmax", [ROW], [ROW], {}, ["upstream has shape (1, 3)"]),
    ("mean_squared_error", ROW, [[ROW], [ROW]], {}, ["has shape (1,)"]),
    ("matmul", 1.0, [ROW, [1.0]], {}, ["x has shape (3,) and y has shape (1,)"]),
    ("dense", ROW, [ROW, np.eye(3)], {"activation": "relo"}, ["'relo'", "'relu'?"]),
    ("relu", [[1.0], ROW], [ROW], {}, ["upstream is a nested list", "differ in length"]),
]


@pytest.mark.parametrize(("operation", "upstream", "arguments", "options", "parts"), WRONG)
def test_all_six_raise_the_same_error(operation, upstream, arguments, options, parts):
    messages = set()
    for name in ops.names():
        with pytest.raises(ValueError, match=f"^{operation}: ") as raised:
            ops.vjp(name, operation, upstream, *arguments, **options)
        messages.add(str(raised.value))
    (message,) = messages
    assert all(part in message for part in parts), message


def test_an_upstream_that_is_no_number_is_refused():
    with pytest.raises(TypeError, match="add: upstream has dtype str.*numbers are wanted"):
        ops.vjp("numpy", "add", "one", 1.0, 2.0)


def test_unknown_names_suggest_the_nearest():
    with pytest.raises(ValueError, match="operation='matmull' .*mean 'matmul'"):
        ops.vjp("numpy", "matmull", [1.0], ROW, ROW)
    with pytest.raises(ValueError, match="name='pytorch' .*mean 'torch'"):
        ops.vjp("pytorch", "add", ROW, ROW, ROW)
