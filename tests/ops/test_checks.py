"""The checks refuse what NumPy refuses, and nothing else.

NumPy's two oversights are left out: it takes -2 for -1 in a shape, and 0 for an axis of a number.
"""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from dlcourse import ops

SETTINGS = settings(max_examples=150, deadline=None, derandomize=True, database=None)

SHAPES = hnp.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=3)
SHAPES_WITH_AXES = SHAPES.filter(len)
AXES = st.integers(-5, 5) | st.lists(st.integers(-4, 4), min_size=1, max_size=4).map(tuple)


def agree(ours, numpys):
    """Check that both raise an error, or that neither does and the shapes are the same."""
    try:
        want = numpys().shape
    except ValueError:
        with pytest.raises(ValueError, match=": "):
            ours()
    else:
        assert ours().shape == want


@SETTINGS
@given(SHAPES, SHAPES)
def test_broadcasting(first, second):
    x, y = np.ones(first), np.ones(second)
    for operation, numpys in (("add", np.add), ("maximum", np.maximum)):
        function = getattr(ops.get("naive"), operation)
        agree(lambda f=function: f(x, y), lambda f=numpys: f(x, y))


@SETTINGS
@given(SHAPES, SHAPES)
def test_matmul(first, second):
    x, y = np.ones(first), np.ones(second)
    agree(lambda: ops.get("naive").matmul(x, y), lambda: np.matmul(x, y))


@SETTINGS
@given(SHAPES, st.lists(st.integers(-1, 6), max_size=4))
def test_reshape(shape, newshape):
    x = np.ones(shape)
    agree(lambda: ops.get("naive").reshape(x, newshape), lambda: np.reshape(x, newshape))


@SETTINGS
@given(SHAPES, st.lists(st.integers(-5, 5), max_size=4))
def test_transpose(shape, axes):
    x = np.ones(shape)
    agree(lambda: ops.get("naive").transpose(x, axes), lambda: np.transpose(x, axes))


@SETTINGS
@given(SHAPES_WITH_AXES, AXES)
def test_axes_of_a_sum(shape, axis):
    x = np.ones(shape)
    agree(lambda: ops.get("naive").sum(x, axis), lambda: np.asarray(np.sum(x, axis=axis)))
