"""Every operation, in all six implementations, against its formula in float64."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from dlcourse import ops
from tests.parity.backends import keras_backend, narrow, on_jax
from tests.parity.cases import CASES
from tests.parity.formulas import FORMULAS

SETTINGS = {"deadline": None, "derandomize": True, "database": None}

KEEP = {"reshape", "transpose", "flatten"}
ENCODINGS = {"one_hot", "multi_hot"}
LOSSES = {name for name in ops.operations() if name.endswith(("_error", "_crossentropy"))}
PRODUCTS = {"matmul", "vector_product", "matrix_vector_product"}
INTEGERS_STAY = {"add", "multiply", "maximum", "relu", "sum"} | PRODUCTS
# Which array decides the dtype of the result alone: y_pred, the table, or what is dropped.
DECIDES = dict.fromkeys(LOSSES | {"embedding"}, 1) | {"dropout": 0}
# Rounding errors of these grow with the size of what is added up, not with that of the result.
SUMS = {"add", "multiply", "sum", "mean"} | PRODUCTS
SUMS |= {name for name in ops.operations() if "conv2d" in name or "average" in name}
# These divide by as little as √0.001: rounding errors become up to 32 times as large.
NORMALIZATIONS = {"batch_normalization", "layer_normalization"}


def wanted_dtype(name, operation, arrays):
    """State the dtype rules of the package once more, for the result of `operation`."""
    kinds = {x.dtype.name for x in arrays}
    if operation in KEEP:
        (dtype,) = kinds
        return dtype.replace("64", "32") if on_jax(name) else dtype
    if operation in ENCODINGS:
        dtype = "float32"
    elif operation in DECIDES:
        dtype = "float64" if arrays[DECIDES[operation]].dtype == np.float64 else "float32"
    elif "float64" in kinds:
        dtype = "float64"
    else:
        dtype = "int64" if operation in INTEGERS_STAY and "float32" not in kinds else "float32"
    return dtype.replace("64", "32") if narrow(name) else dtype


def oracle(operation, arguments, options, dtype):
    """Compute the formula in float64, from inputs rounded to the dtype of the result."""
    rounded = dtype if dtype.startswith("float") else "float64"

    def widen(x):
        if not isinstance(x, np.ndarray):
            return x
        return x if operation in KEEP | ENCODINGS else x.astype(rounded).astype("float64")

    with np.errstate(all="ignore"):
        return np.asarray(
            FORMULAS[operation](*map(widen, arguments), **{k: widen(v) for k, v in options.items()})
        )


def tolerance(operation, arguments, options, dtype):
    """Return how far a result may be off: 32 roundings of the largest number on the way."""
    if not dtype.startswith("float"):
        return 0.0, 0.0
    eps = 32 * float(np.finfo(dtype).eps)
    arguments = [x for x in arguments if isinstance(x, np.ndarray)]
    if operation in SUMS:
        absolute = [np.abs(x.astype("float64")) for x in arguments]
        sizes = oracle(operation, absolute, options, "float64")
        return eps, eps * float(np.nanmax(sizes, initial=0.0))
    largest = max((float(np.max(np.abs(x), initial=1)) for x in arguments), default=1.0)
    if operation in NORMALIZATIONS:
        return eps, 32 * eps * largest
    return eps, eps * (largest if operation in {"log_softmax", "dense"} | LOSSES else 1.0)


def call(name, operation, arguments, options):
    """Call an operation; with JAX inside `jax.jit`, as else it compiles for every step apart."""
    function = getattr(ops.get(name), operation)
    if not on_jax(name):
        return function(*arguments, **options)
    import jax

    static = [k for k, x in enumerate(arguments) if not hasattr(x, "dtype")]
    return jax.jit(lambda *args: function(*args, **options), static_argnums=static)(*arguments)


# Keras advises against a softmax over one element.
@pytest.mark.filterwarnings("ignore:You are using a softmax over axis")
@pytest.mark.parametrize("operation", ops.operations())
@pytest.mark.parametrize("name", ops.names())
def test_every_implementation_computes_the_formula(name, operation):
    @settings(max_examples=6 if on_jax(name) else 16, **SETTINGS)
    @given(data=st.data())
    def check(data):
        arguments, options = data.draw(CASES[operation], label="arguments, options")
        if name == "keras" and operation == "add" and keras_backend() == "tensorflow":
            assume(all(x.size for x in arguments))  # see test_conventions.py
        own = data.draw(st.booleans(), label="the implementation's own arrays")
        convert = ops.get(name).module.array if own else np.asarray
        result = call(
            name,
            operation,
            [convert(x) if isinstance(x, np.ndarray) else x for x in arguments],
            options,
        )
        assert ops.get(name).module.is_array(result)

        arrays = [x for x in [*arguments, *options.values()] if isinstance(x, np.ndarray)]
        dtype = wanted_dtype(name, operation, arrays)
        want = oracle(operation, arguments, options, dtype)
        got = ops.to_numpy(result)
        assert got.shape == want.shape
        if name == "keras" and dtype in ("int32", "int64"):
            assert got.dtype.name in ("int32", "int64")  # Keras chooses the width itself
        else:
            assert got.dtype.name == dtype
        rtol, atol = tolerance(operation, arguments, options, dtype)
        np.testing.assert_allclose(got, want, rtol=rtol, atol=atol)

    check()
