"""Every implementation's gradients against central differences of the formulas in float64.

`test_gradients.py` draws the shapes and options. The values are drawn anew here, as a difference
across a kink (relu at 0) or a tie (two equal maxima) is no derivative.
"""

import contextlib
import inspect

import numpy as np

from dlcourse import ops
from dlcourse.ops.implementation import RULES
from dlcourse.ops.protocol import Operations
from tests.parity.backends import narrow
from tests.parity.formulas import FORMULAS

STEP = 1e-5
POSITIVE = {("log", "x"), ("batch_normalization", "variance")}
# The differences are off by STEP² times a third derivative; 64 roundings are enough for float32.
TOLERANCE = {"float64": 1e-6, "float32": 64 * float(np.finfo(np.float32).eps)}
# Where all values along an axis are equal, a normalization multiplies roundings by 1 / √epsilon.
AMPLIFIES = {"batch_normalization": 32, "layer_normalization": 32}


@np.errstate(all="ignore")
def check_gradients(names, operation, arguments, options, rng):
    """Raise AssertionError unless each implementation's gradients are those of the formula.

    The differences are computed once; the gradients in float64 and in float32.
    """
    arguments = smooth(operation, arguments, options, rng)
    variable = variables(operation, arguments)
    shape = np.shape(FORMULAS[operation](*arguments.values()))
    # Of both signs and never near 1, which would not tell `*` from `/`.
    upstream = rng.uniform(1.25, 3, shape) * rng.choice([-1, 1], shape)
    upstream = upstream.astype(np.float32).astype(np.float64)
    want = differences(operation, upstream, arguments, variable)
    for name in names:
        for dtype in dtypes(name, rng):
            got = gradients(name, operation, upstream, arguments, variable, dtype)
            assert got.keys() == want.keys(), f"{name}, {operation}: gradients of {set(got)}"
            for argument, gradient in got.items():
                tolerance = TOLERANCE[dtype]
                if dtype == "float32":
                    tolerance *= AMPLIFIES.get(operation, 1)
                label = f"{name}, {operation}, {argument}, {dtype}"
                assert gradient.dtype == dtype, f"{label}: {gradient.dtype}"
                compare(label, gradient, want[argument], tolerance)


def dtypes(name, rng):
    """Return the dtypes to check: one of them where each takes JAX another second to compile."""
    if name == "jax":
        return [str(rng.choice(list(TOLERANCE)))]
    return ["float32"] if narrow(name) else list(TOLERANCE)


def compare(label, got, want, tolerance):
    assert got.shape == want.shape, f"{label}: {got.shape} instead of {want.shape}"
    largest = float(np.max(np.abs(want), initial=1.0))
    np.testing.assert_allclose(got, want, rtol=tolerance, atol=tolerance * largest, err_msg=label)


def gradients(name, operation, upstream, arguments, variable, dtype):
    """Return what `ops.vjp` gives, by the arguments' names; nothing for those without gradient."""
    arguments = {k: x.astype(dtype) if k in variable else x for k, x in arguments.items()}
    wide = contextlib.nullcontext()
    if name == "jax" and dtype == "float64":
        import jax

        wide = jax.enable_x64(True)
    with wide:
        results = ops.vjp(name, operation, upstream.astype(dtype), *arguments.values())
    given = [k for k in RULES[operation].arrays if arguments[k] is not None]
    assert len(results) == len(given), f"{name}, {operation}: {len(results)} gradients"
    return {k: g for k, g in zip(given, results, strict=True) if g is not None}


def differences(operation, upstream, arguments, variable):
    """Return central differences of Σ upstream · formula, one element of one array at a time."""

    def total(changed):
        return np.sum(upstream * FORMULAS[operation](*(arguments | changed).values()))

    result = {}
    for name in variable:
        slope, x = np.empty(arguments[name].shape), arguments[name].copy()
        for i in np.ndindex(x.shape):
            value = x[i]
            x[i] = value + STEP
            above = total({name: x})
            x[i] = value - STEP
            slope[i] = (above - total({name: x})) / (2 * STEP)
            x[i] = value
        result[name] = slope
    return result


def variables(operation, arguments):
    """Return the names of the arrays that are given and have a gradient."""
    rule = RULES[operation]
    names = [name for name in rule.arrays if name not in rule.constant]
    return [name for name in names if arguments[name] is not None]


def smooth(operation, arguments, options, rng):
    """Return all arguments by name, with values at which the formula has a derivative."""
    signature = inspect.signature(getattr(Operations, operation))
    bound = signature.bind(None, *arguments, **options)
    bound.apply_defaults()
    arguments = {k: x for k, x in bound.arguments.items() if k != "self"}
    while True:
        drawn = arguments | redrawn(operation, arguments, variables(operation, arguments), rng)
        if arguments.get("activation") != "relu":
            return drawn
        sums = np.abs(FORMULAS[operation](*(drawn | {"activation": None}).values()))
        if np.all((sums > 100 * STEP) | (sums == 0)):  # 0: a sum over no inputs
            return drawn


def redrawn(operation, arguments, variable, rng):
    """Return values for the variable arrays: no two equal, none 0, all exact in float32."""
    size = sum(np.size(arguments[name]) for name in variable)
    # One number from each of as many intervals as there are elements, in random order.
    grid = (rng.permutation(size) + rng.uniform(0.05, 0.45, size)) / max(size, 1)
    probabilities = "crossentropy" in operation and not arguments["from_logits"]
    result = {}
    for name in variable:
        shape = np.shape(arguments[name])
        values, grid = np.split(grid, [int(np.prod(shape))])
        values = values.reshape(shape)
        if (operation, name) in POSITIVE:
            values = 0.5 + 1.5 * values
        elif name == "y_true" and operation == "categorical_crossentropy":
            values = (values + 0.1) / np.sum(values + 0.1, axis=-1, keepdims=True)
        elif probabilities or (name == "y_true" and operation == "binary_crossentropy"):
            values = 0.05 + 0.9 * values
        else:
            values = 4 * values - 2
        result[name] = np.asarray(values.astype(np.float32), np.float64)
    return result
