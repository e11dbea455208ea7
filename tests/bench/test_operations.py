"""What is timed is what the operations compute, for all of them."""

import numpy as np
import pytest

from dlcourse import ops
from dlcourse.bench import operations
from dlcourse.bench.cases import SIZES, case
from dlcourse.ops.implementation import RULES


@pytest.mark.parametrize("operation", ops.operations())
def test_the_function_that_is_timed_computes_the_operation_and_its_gradients(operation):
    arrays, options = case(operation, "small")
    reference = getattr(ops.get("numpy"), operation)(*arrays, **options)
    upstream = operations._upstream(operation, arrays, options)
    constant = RULES[operation].constant
    for name in ("numpy", "torch", "jax"):
        functions = operations._functions(name, operation, arrays, options, upstream)
        np.testing.assert_allclose(
            ops.to_numpy(functions["forward"]()), reference, rtol=1e-4, atol=1e-4
        )
        want = [g for g in ops.vjp(name, operation, upstream, *arrays, **options) if g is not None]
        assert ("gradient" in functions) == bool(want) == (len(constant) < len(arrays))
        if want:
            got = functions["gradient"]()
            got = got[1] if name == "numpy" else got  # by hand: the result, then the gradients
            got = [ops.to_numpy(g) for g in got if g is not None]
            for a, b in zip(got, want, strict=True):
                np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("operation", ops.operations())
def test_sizes_grow(operation):
    elements = [sum(np.size(x) for x in case(operation, size)[0]) for size in SIZES]
    assert elements[0] < elements[1] < elements[2]


def test_a_row_for_each_implementation_and_direction():
    rows = list(operations.timings("matmul", "small", ops.names(), budget=1e-3))
    assert [(row.implementation, row.direction) for row in rows] == [
        (name, direction) for name in ops.names() for direction in ("forward", "gradient")
    ]
    assert all(0 < row.timing.low <= row.timing.median <= row.timing.high for row in rows)


def test_what_has_no_gradient_is_timed_forward_only():
    rows = list(operations.timings("one_hot", "small", ("numpy",), budget=1e-3))
    assert [row.direction for row in rows] == ["forward"]
